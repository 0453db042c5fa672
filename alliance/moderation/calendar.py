"""Holiday rows as the secretariat keeps them: what a change would move, then the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session, joinedload, lazyload

from alliance import journal, permissions
from alliance.cases import clockwork as cases
from alliance.db import alone
from alliance.errors import Conflict, Invalid, NotFound
from alliance.exchange import deadlines
from alliance.exchange.case import last_start
from alliance.exchange.models import Leg, Terms
from alliance.people.models import Person
from alliance.worktime import Calendar, due, official_days, rows
from alliance.worktime.models import CalendarDay

FIRST, LAST = 2020, 2099
REFUSED = _l("有几处需要改正，已填的内容都还在。")


class Row(BaseModel):
    """A day that differs from its weekday, as typed."""

    model_config = ConfigDict(str_strip_whitespace=True)

    day: date
    working: bool
    name: str = Field(min_length=1, max_length=40)
    name_en: str = Field("", max_length=60)
    source: str = Field(min_length=4, max_length=200)


@dataclass(frozen=True)
class Year:
    """What the journal takes as the subject of a change: the year it is in."""

    id: int
    __tablename__: Final[str] = "calendar_day"


def of_year(session: Session, year: int) -> list[CalendarDay]:
    """The rows of that year by date."""
    query = sa.select(CalendarDay).where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    return list(session.scalars(query.order_by(CalendarDay.day)))


def years(session: Session, today: date) -> list[tuple[int, bool]]:
    """The years worth showing, each with whether its notice was entered."""
    official = rows.calendar(session).official_years
    return [(year, year in official) for year in sorted(official | {today.year, today.year + 1})]


def missing(session: Session, year: int) -> int:
    """How many days of the notices that come with the portal are not entered for that year."""
    known = {row.day for row in of_year(session, year)}
    return sum(day.date.year == year and day.date not in known for day in official_days())


@dataclass(frozen=True)
class Moved:
    """A loan whose open deadline another calendar would move."""

    leg: Leg
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True)
class Effect:
    """What another calendar would move: loans, each with its dates, and how many public cases."""

    legs: tuple[Moved, ...]
    cases: int

    @property
    def count(self) -> int:
        return len(self.legs) + self.cases


def moved(session: Session, changes: Mapping[date, bool | None]) -> Effect:
    """Open deadlines that another calendar would move: `changes` maps days to worked, free, or None for no row."""
    before = rows.calendar(session)
    after = changed(before, changes)
    query = (
        sa.select(Leg, Terms)
        .outerjoin(Terms, sa.and_(Terms.leg_id == Leg.id, Terms.version == Leg.terms_version))
        .where(Leg.state.in_(("requested", "offered")))
    )
    bare = (lazyload(Leg.owner), lazyload(Leg.borrower), lazyload(Leg.lines), joinedload(Leg.agreement).lazyload("*"))
    found = session.execute(query.options(*bare).order_by(Leg.due_at, Leg.id)).unique().all()
    dues = ((leg, _due(leg, terms, before), _due(leg, terms, after)) for leg, terms in found)
    legs = tuple(Moved(leg, then, now) for leg, then, now in dues if then != now)
    return Effect(legs, cases.would_move(session, before, after))


def changed(calendar: Calendar, changes: Mapping[date, bool | None]) -> Calendar:
    """The calendar with those days otherwise."""
    days = {day: working for day, working in {**calendar.overrides, **changes}.items() if working is not None}
    return Calendar(days, frozenset(day.year for day in days), calendar.office, calendar.zone)


def add(session: Session, person: Person, *, row: Row) -> CalendarDay:
    """Enter a day; deadlines that hang on it are computed anew after the commit."""
    permissions.require(person, "holidays.edit")
    check(row)
    alone(session, "calendar")
    if session.get(CalendarDay, row.day) is not None:
        raise Conflict(_("这一天已有记录，请先删去旧的。"))
    made = CalendarDay(**row.model_dump())
    session.add(made)
    _record(session, person, row.day.year, {"added": {row.day.isoformat(): row.working}, "name": row.name, "source": row.source})
    return made


def remove(session: Session, person: Person, *, day: date) -> None:
    """Take a day out."""
    permissions.require(person, "holidays.edit")
    found = session.get(CalendarDay, day)
    if found is None:
        raise NotFound(_("这一天没有记录。"))
    session.delete(found)
    _record(session, person, day.year, {"removed": {day.isoformat(): found.working}, "name": found.name})


def seed(session: Session, person: Person, *, year: int) -> int:
    """Enter the days of the notice that comes with the portal and are not there yet; returns how many."""
    permissions.require(person, "holidays.edit")
    alone(session, "calendar")
    known = {row.day for row in of_year(session, year)}
    new = [day for day in official_days() if day.date.year == year and day.date not in known]
    if not new:
        raise Conflict(_("%(year)s年没有可补的官方日期。", year=year))
    session.add_all(CalendarDay(day=d.date, working=d.working, name=d.zh, name_en=d.en, source=d.source) for d in new)
    _record(session, person, year, {"added": {day.date.isoformat(): day.working for day in new}, "source": new[0].source})
    return len(new)


def check(row: Row) -> None:
    """A working day that is one anyway is a slip of the pen; notices do name free weekends. Raises Invalid."""
    if not FIRST <= row.day.year <= LAST:
        raise Invalid(REFUSED, {"day": _("请填 %(first)s 到 %(last)s 年的日期。", first=FIRST, last=LAST)})
    if row.working and row.day.weekday() < 5:
        raise Invalid(REFUSED, {"working": _("这天本来就上班，不必记。")})


def _record(session: Session, person: Person, year: int, data: dict[str, Any]) -> None:
    session.flush()
    rows.forget(session)
    journal.record(session, "calendar.changed", Year(year), person=person, data=data)


def _due(leg: Leg, terms: Terms | None, calendar: Calendar) -> datetime | None:
    """By when the leg is to be answered under that calendar, as the exchange computes it."""
    if leg.state == "offered":
        sent_at = terms.sent_at if terms is not None else None
        return deadlines.hold_until(leg, calendar, sent_at, last_start(terms)) if terms is not None and sent_at else None
    if leg.requested_at is None:
        return None
    return due(leg.requested_at, deadlines.limit_of(leg), calendar, deadlines.pauses_of(leg))
