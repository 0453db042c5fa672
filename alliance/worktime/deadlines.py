"""Deadlines in working days: when an answer is due, how much is left, which light it shows.

All moments are aware; the results are UTC. The day a clock starts or goes on is not counted, and a deadline is the end
of office hours on its last working day.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal, TypeAlias

from alliance.worktime.calendar import ONE_DAY, Calendar

DistanceClass: TypeAlias = Literal["county", "city", "province", "across"]
Light: TypeAlias = Literal["green", "yellow", "red", "off"]
Pause: TypeAlias = tuple[datetime, datetime]

SITE_VISIT_DAYS = 2
SURVEY_DAYS = 10
EXTENDED_SURVEY_DAYS = 20
EXPEDITED_DAYS_LESS = 2
STATEMENT_DAYS, PROPOSAL_DAYS, APPEAL_DAYS = 5, 3, 15
"""To say something to a dispute, to answer what the alliance proposes, to appeal against what it decided."""


def answer_limit(
    distance: DistanceClass,
    *,
    expedited: bool = False,
    survey: bool = False,
    extended: bool = False,
    across: int = 5,
) -> int:
    """Working days within which an answer is owed; a survey's limit replaces that of the distance."""
    if survey or extended:
        days = EXTENDED_SURVEY_DAYS if extended else SURVEY_DAYS
    else:
        days = {"county": 1, "city": 3, "province": 5, "across": across}[distance]
    return max(1, days - EXPEDITED_DAYS_LESS) if expedited else days


def due(submitted_at: datetime, days: int, calendar: Calendar, pauses: Sequence[Pause] = ()) -> datetime:
    """The end of office hours on the n-th working day after the day of submission.

    A pause is (clock stopped, clock goes on). Days after the one on which it stopped are not counted, up to and with
    the one on which it goes on. For a pause that is still open, its end is now.
    """
    if days < 1:
        raise ValueError("a limit is at least one working day")
    paused = [(calendar.local_date(start), calendar.local_date(end)) for start, end in pauses]
    working = calendar.working_days(calendar.local_date(submitted_at))
    counted = (day for day in working if not any(start < day <= end for start, end in paused))
    return calendar.closing(next(islice(counted, days - 1, None)))


def working_time_left(now: datetime, due_at: datetime, calendar: Calendar) -> timedelta:
    """Office time between now and the deadline; nothing once it has passed."""
    first, last = calendar.local_date(now), calendar.local_date(due_at)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum((_overlap(span, (now, due_at)) for day in days for span in calendar.office_spans(day)), timedelta())


def light(now: datetime, due_at: datetime | None, limit_days: int, calendar: Calendar, *, paused: bool = False) -> Light:
    """Red from the deadline on, yellow when half a working day or 30 % of the limit is left, whichever is more."""
    if paused or due_at is None:
        return "off"
    if now >= due_at:
        return "red"
    day = calendar.office.length
    near = max(day / 2, day * limit_days * 3 / 10)
    return "yellow" if working_time_left(now, due_at, calendar) <= near else "green"


def overdue_days(due_at: datetime, answered_at: datetime, calendar: Calendar) -> int:
    """Working days begun since the deadline, at least one when it was missed, 0 when it was met."""
    if answered_at < due_at:
        return 0
    return max(1, calendar.count_working_days(calendar.local_date(due_at), calendar.local_date(answered_at)))


def half_and_ninety(due_at: datetime, limit_days: int, calendar: Calendar) -> tuple[datetime, datetime]:
    """When half and when nine tenths of the limit are used up, in office time counted back from the deadline.

    Counting back needs no knowledge of pauses: they have moved the deadline already.
    """
    limit = calendar.office.length * limit_days
    return office_time_before(due_at, limit / 2, calendar), office_time_before(due_at, limit / 10, calendar)


def reminders(due_at: datetime, limit_days: int, calendar: Calendar) -> list[tuple[str, datetime]]:
    """half, yellow and ninety (nine tenths) before a deadline, in order; one notice where two fall together."""
    half, ninety = half_and_ninety(due_at, limit_days, calendar)
    day = calendar.office.length
    yellow = office_time_before(due_at, max(day / 2, day * limit_days * 3 / 10), calendar)
    named = {half: "half"} | {ninety: "ninety"} | {yellow: "yellow"}
    return sorted(((which, moment) for moment, which in named.items()), key=lambda mark: mark[1])


def escalations(due_at: datetime, calendar: Calendar) -> list[tuple[str, datetime]]:
    """red at the deadline, director when the office opens on the next working day."""
    after = next(calendar.working_days(calendar.local_date(due_at)))
    return [("red", due_at), ("director", calendar.opening(after))]


def office_time_before(moment: datetime, span: timedelta, calendar: Calendar) -> datetime:
    """The moment that much office time earlier."""
    day = calendar.local_date(moment) + ONE_DAY
    while True:
        day -= ONE_DAY
        for start, end in reversed(calendar.office_spans(day)):
            worked = _overlap((start, end), (start, moment))
            if worked and worked >= span:
                return (min(end, moment) - span).astimezone(UTC)
            span -= worked


def _overlap(one: Pause, other: Pause) -> timedelta:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return max(timedelta(), end.astimezone(UTC) - start.astimezone(UTC))
