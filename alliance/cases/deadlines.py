"""When an answer is owed and when to remind: 1, 3 or 5 working days by where the asker is (R-91), 3 where that is not said."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app

from alliance.cases.models import Case
from alliance.cases.table import CLOSED
from alliance.places import distance_class
from alliance.worktime import Calendar, Light, answer_limit, due, escalations, light, overdue_days, pauses, reminders

USUAL = 3
PATIENCE = timedelta(days=15)
LOOK_BACK = timedelta(days=30)
ESCALATIONS = ("red", "director")
COUNTED = frozenset({"filed", "in_hand"})


def start_clock(case: Case, calendar: Calendar, now: datetime) -> None:
    """The time to answer begins; it stays as long when the case is passed on."""
    case.filed_at, case.pauses = now, []
    case.distance_class = distance_class(case.centre.division_code, case.place) if case.centre and case.place else ""
    across = current_app.config["ALLIANCE"].limit_across
    case.limit_days = answer_limit(case.distance_class, across=across) if case.distance_class else USUAL  # type: ignore[arg-type]
    set_due(case, calendar)


def set_due(case: Case, calendar: Calendar) -> None:
    """Compute the deadline from what it depends on: start, limit, pauses, holidays."""
    case.due_at = due(case.filed_at, case.limit_days, calendar, pauses.closed(case.pauses))


def marks(case: Case, calendar: Calendar) -> list[tuple[str, datetime]]:
    """The dated things of this state, in order."""
    if case.state in COUNTED and case.due_at is not None:
        return [*reminders(case.due_at, case.limit_days, calendar), *escalations(case.due_at, calendar)]
    if case.state == "asked" and case.asked_at is not None:
        return [("resume", case.asked_at + PATIENCE)]
    if case.state in CLOSED and case.closed_at is not None:
        return [("look_back", case.closed_at + LOOK_BACK)]
    return []


def arrange(case: Case, calendar: Calendar, now: datetime, *, fresh: bool) -> None:
    """Set when the sweep looks again; `fresh`: the deadline has moved, and reminders whose time is past are not sent."""
    found = marks(case, calendar)
    past = [which for which, moment in found if moment <= now]
    case.reminded = [which for which in past if which in case.reminded or (fresh and which not in ESCALATIONS)]
    look_again(case, found)


def look_again(case: Case, found: list[tuple[str, datetime]]) -> None:
    """The next date at which something is to be done without anybody acting."""
    case.next_at = min((moment for which, moment in found if which not in case.reminded), default=None)


def light_of(case: Case, calendar: Calendar, now: datetime) -> Light:
    """Off where no clock runs; red stays red until it is answered."""
    return light(now, case.due_at, case.limit_days, calendar) if case.state in COUNTED else "off"


def days_taken(case: Case, calendar: Calendar, now: datetime) -> int:
    """Working days from filing to now, the day of filing and those of pauses left out."""
    first, last = calendar.local_date(case.filed_at), calendar.local_date(now)
    stood = sum(
        calendar.count_working_days(calendar.local_date(start), calendar.local_date(end))
        for start, end in pauses.closed(case.pauses)
    )
    return calendar.count_working_days(first, last) - stood


def days_over(case: Case, calendar: Calendar, now: datetime) -> int:
    """Working days by which an answer given now is late; 0 in time."""
    return overdue_days(case.due_at, now, calendar) if case.due_at is not None else 0
