"""The head of a calendar: days with what the holiday rows say of them."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.codes import language
from alliance.worktime.models import CalendarDay

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """`rest`: not worked; `feast`: the holiday's name, or that a weekend's day is worked instead."""

    date: date
    number: int
    weekday: int
    rest: bool
    feast: str
    today: bool


def days(session: Session, first: date, count: int, locale: str) -> list[Day]:
    """`count` days from `first`: one query."""
    near = CalendarDay.day.between(first, first + count * DAY)
    rows = {row.day: row for row in session.scalars(sa.select(CalendarDay).where(near))}
    today = clock.local(clock.now()).date()
    return [_day(first + n * DAY, rows.get(first + n * DAY), today, locale) for n in range(count)]


def _day(day: date, row: CalendarDay | None, today: date, locale: str) -> Day:
    rest = not row.working if row is not None else day.weekday() > 4
    feast = ""
    if row is not None:
        feast = str(_("班")) if row.working else (row.name_en if language(locale) == "en" else "") or row.name
    return Day(day, day.day, day.weekday(), rest, feast, day == today)
