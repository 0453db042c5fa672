"""A month of a listing as a table, and the sentence below it."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import availability
from alliance.catalogue.availability import Day
from alliance.catalogue.free import next_free
from alliance.catalogue.models import Resource
from alliance.codes import language
from alliance.worktime import spoken_days
from alliance.worktime.spoken import MONTHS_EN

DAY = timedelta(days=1)
AHEAD = 18
"""Months that can be turned over from this one."""


@dataclass(frozen=True)
class Cell:
    """One day, as parts/month.html shows it."""

    day: int
    state: str
    word: str | None
    today: bool
    url: str | None
    title: str


@dataclass(frozen=True)
class Month:
    """A month with its neighbours as yyyy-mm, and the next stretch that is free."""

    caption: str
    weeks: list[list[Cell | None]]
    previous: str
    next: str
    free: str


def month(session: Session, resource: Resource, asked: str, locale: str) -> Month:
    """The month asked for as yyyy-mm, within AHEAD months of now; anything else is this month."""
    today = clock.local(clock.now()).date()
    first = _first(asked, today)
    after = _shift(first, 1)
    known = availability.days(session, [resource], first, (after - first).days)[resource.id]
    cells: list[Cell | None] = [None] * first.weekday() + [_cell(day, today) for day in known]
    cells += [None] * (-len(cells) % 7)
    length = timedelta(days=3 if resource.kind == "stage_truck" else 1)
    return Month(
        caption=f"{MONTHS_EN[first.month - 1]} {first.year}" if language(locale) == "en" else f"{first.year}年{first.month}月",
        weeks=[cells[at : at + 7] for at in range(0, len(cells), 7)],
        previous=f"{_shift(first, -1):%Y-%m}" if first > today.replace(day=1) else "",
        next=f"{after:%Y-%m}" if first < _shift(today.replace(day=1), AHEAD) else "",
        free=_free(session, resource, length, today, locale),
    )


def _first(asked: str, today: date) -> date:
    this = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{asked[:7]}-01")
    except ValueError:
        return this
    return first if this <= first <= _shift(this, AHEAD) else this


def _shift(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _cell(day: Day, today: date) -> Cell:
    word = str(_("保养")) if day.why == "maintenance" else str(_("部分空")) if day.part else None
    word = str(_("余%(n)s", n=day.left)) if day.left is not None else word
    told = str(ngettext("有%(num)s家在等", "有%(num)s家在等", day.waiting)) if day.waiting else ""
    return Cell(day.date.day, day.state, word, day.date == today, None, told)


def _free(session: Session, resource: Resource, length: timedelta, today: date, locale: str) -> str:
    """When it is next free for that long, in a sentence."""
    found = next_free(session, resource, length if resource.kind != "venue" else timedelta(hours=2), clock.now())
    if found is None:
        return str(_("今后60天内没有空。"))
    first, last = clock.local(found[0]).date(), clock.local(found[1] - timedelta(seconds=1)).date()
    days = spoken_days(first, last, locale, today=today)
    return str(_("最近有空：%(days)s。", days=days))
