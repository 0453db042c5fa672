"""When an answer is owed, when a leg lapses, when to remind: all dates of a leg, in working days of the alliance's calendar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import current_app

from alliance.config import Settings
from alliance.exchange import conditions, contested
from alliance.exchange.models import Leg
from alliance.worktime import (
    SITE_VISIT_DAYS,
    Calendar,
    Light,
    answer_limit,
    due,
    escalations,
    light,
    overdue_days,
    pauses,
    reminders,
)

CLOSING_DAYS = 7
RECALL_DAYS = 3
BREACH_DAYS = 3
LATE = timedelta(hours=2)
AFTERWARDS = timedelta(days=30)
DAY = timedelta(days=1)
COUNTED = frozenset({"requested", "offered"})
NOT_SKIPPED = frozenset({"red", "director", "overdue", "condition_due", "window_opens", "window_ends"})
WINDOW_SOON = timedelta(days=7)


def settings() -> Settings:
    found: Settings = current_app.config["ALLIANCE"]
    return found


def limit_of(leg: Leg) -> int:
    """Working days within which the owner answers."""
    return answer_limit(
        leg.distance_class,  # type: ignore[arg-type]
        expedited=leg.expedited is not None,
        survey=leg.survey is not None,
        extended=leg.survey == "extended",
        across=settings().limit_across,
    )


def start_clock(leg: Leg, calendar: Calendar, now: datetime) -> None:
    """The owner's time to answer begins, or begins anew."""
    leg.requested_at, leg.pauses = now, []
    set_due(leg, calendar)


def set_due(leg: Leg, calendar: Calendar) -> None:
    """Compute the deadline from what it depends on: start, limit, pauses, holidays."""
    if leg.requested_at is not None:
        leg.limit_days = limit_of(leg)
        leg.due_at = due(leg.requested_at, leg.limit_days, calendar, pauses_of(leg))


def pauses_of(leg: Leg) -> list[tuple[datetime, datetime]]:
    """The closed pauses of the clock."""
    return pauses.closed(leg.pauses)


def pause(leg: Leg, now: datetime) -> None:
    leg.pauses = pauses.paused(leg.pauses, now)


def go_on(leg: Leg, calendar: Calendar, now: datetime) -> None:
    """Close the open pause; the deadline moves by it."""
    leg.pauses = pauses.resumed(leg.pauses, now)
    set_due(leg, calendar)


def visit_by(leg: Leg, calendar: Calendar) -> datetime:
    """By when a site survey has to have taken place."""
    assert leg.requested_at is not None
    return due(leg.requested_at, SITE_VISIT_DAYS, calendar)


def hold_until(leg: Leg, calendar: Calendar, sent_at: datetime, start: datetime) -> datetime:
    """Until when a sent offer stands: the leg's limit from sending, never past the start."""
    return min(due(sent_at, limit_of(leg), calendar), start)


def expiry(leg: Leg, calendar: Calendar, start: datetime) -> datetime | None:
    """When the leg lapses by itself; `start` is the latest start that the terms in force allow."""
    if leg.state in ("endorsing", "incomplete"):
        return start
    if leg.state == "offered":
        return leg.hold_until
    if leg.state == "requested" and leg.due_at is None:
        return start
    if leg.state == "requested" and leg.due_at is not None:
        last = calendar.add_working_days(calendar.local_date(leg.due_at), settings().grace_days)
        return min(calendar.closing(last), start)
    return None


def marks(leg: Leg, calendar: Calendar) -> list[tuple[str, datetime]]:
    """The dated notices of this turn, in order: reminders, then red and its escalations."""
    if leg.state == "requested" and leg.due_at is not None:
        return [*reminders(leg.due_at, _days(leg), calendar), *escalations(leg.due_at, calendar)]
    if leg.state == "offered" and leg.hold_until is not None:
        return reminders(leg.hold_until, _days(leg), calendar)
    return contested.marks(leg, calendar) if contested.runs(leg) else plain_marks(leg)


def _days(leg: Leg) -> int:
    return leg.limit_days or limit_of(leg)


def plain_marks(leg: Leg) -> list[tuple[str, datetime]]:
    """Those that no calendar moves: the day before it starts or is due back, when it is late; conditions and the day before."""
    found = conditions.marks(leg) if leg.state in ("confirmed", "handed_over", "in_use") else []
    if leg.agreement.is_licence:
        return sorted([*found, *_window_marks(leg)], key=lambda mark: mark[1])
    if leg.state == "confirmed" and leg.starts_at is not None:
        found.append(("start_soon", leg.starts_at - DAY))
    end = back_by(leg)
    if leg.state == "in_use" and end is not None:
        found += [("return_soon", end - DAY), ("overdue", end)]
    return sorted(found, key=lambda mark: mark[1])


def _window_marks(leg: Leg) -> list[tuple[str, datetime]]:
    """Of a licence: when it opens, the week before it ends, when it ends."""
    if leg.state == "confirmed" and leg.starts_at is not None:
        return [("window_opens", leg.starts_at)]
    if leg.state == "in_use" and leg.ends_at is not None:
        return [("window_soon", leg.ends_at - WINDOW_SOON), ("window_ends", leg.ends_at)]
    return []


def window_step(leg: Leg, now: datetime) -> str:
    """What the system does with a licence now: open_window, end_window, or nothing."""
    if not leg.agreement.is_licence:
        return ""
    if leg.state == "confirmed" and leg.starts_at is not None and leg.starts_at <= now:
        return "open_window"
    return "end_window" if leg.state == "in_use" and leg.ends_at is not None and leg.ends_at <= now else ""


def back_by(leg: Leg) -> datetime | None:
    """When the thing is expected back: the end, or earlier when recalled."""
    ends = [moment for moment in (leg.ends_at, leg.recalled_until) if moment is not None]
    return min(ends) if ends else None


def arrange(leg: Leg, calendar: Callable[[], Calendar], now: datetime, start: datetime | None, *, fresh: bool) -> None:
    """Set when it lapses and when the sweep looks again; `fresh`: a new turn, whose marks already past are not sent."""
    leg.expires_at = expiry(leg, calendar(), start) if start is not None else None
    all_marks = plain_marks(leg) or (marks(leg, calendar()) if leg.state in COUNTED or contested.runs(leg) else [])
    past = [which for which, moment in all_marks if moment <= now]
    leg.reminded = [which for which in past if (which not in NOT_SKIPPED if fresh else which in leg.reminded)]
    if leg.state == "returned":
        if fresh:
            leg.next_at = closes_at(now, calendar())
        return
    look_again(leg, all_marks)


def closes_at(returned: datetime, calendar: Calendar) -> datetime:
    """When what came back then is closed by itself, unless somebody objects."""
    return calendar.closing(calendar.add_working_days(calendar.local_date(returned), CLOSING_DAYS))


def look_again(leg: Leg, all_marks: Sequence[tuple[str, datetime]]) -> None:
    """The next date at which something is to be done without anybody acting."""
    moments = [moment for which, moment in all_marks if which not in leg.reminded]
    leg.next_at = min([*moments, *([leg.expires_at] if leg.expires_at else [])], default=None)


def light_of(leg: Leg, calendar: Calendar, now: datetime) -> Light:
    """The light of whoever has to answer; off where no clock runs."""
    if leg.state == "requested":
        return light(now, leg.due_at, leg.limit_days or 1, calendar)
    if leg.state == "offered":
        return light(now, leg.hold_until, leg.limit_days or 1, calendar)
    return "off"


def days_over(leg: Leg, calendar: Calendar, now: datetime) -> int:
    """Working days by which an answer given now is late; 0 in time."""
    return overdue_days(leg.due_at, now, calendar) if leg.state == "requested" and leg.due_at is not None else 0
