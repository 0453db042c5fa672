"""The calendar as the alliance's rows say it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.worktime.calendar import Calendar
from alliance.worktime.models import CalendarDay
from alliance.worktime.official import official_days


def calendar(session: Session) -> Calendar:
    """The calendar of all rows, read once per session; a year with a row is official."""
    found: Calendar | None = session.info.get("calendar")
    if found is None:
        days = {row.day: row.working for row in session.execute(sa.select(CalendarDay.day, CalendarDay.working))}
        found = session.info["calendar"] = Calendar(days, frozenset(day.year for day in days))
    return found


def forget(session: Session) -> None:
    """Read the rows again next time: call it after changing one."""
    session.info.pop("calendar", None)


def seed_calendar(session: Session) -> int:
    """Add the rows of the notices that are not there yet; returns how many."""
    known = set(session.scalars(sa.select(CalendarDay.day)))
    new = [day for day in official_days() if day.date not in known]
    session.add_all(CalendarDay(day=day.date, working=day.working, name=day.zh, name_en=day.en, source=day.source) for day in new)
    session.flush()
    forget(session)
    return len(new)
