"""Deadlines: every worked example of the rules, and the edges between them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.worktime import (
    SITE_VISIT_DAYS,
    Calendar,
    answer_limit,
    due,
    half_and_ninety,
    light,
    office_time_before,
    official_calendar,
    overdue_days,
    working_time_left,
)
from alliance.worktime.deadlines import DistanceClass, Light

OFFICIAL = official_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A wall-clock moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def end_of(day: str) -> datetime:
    return at(f"{day} 17:30").astimezone(UTC)


MONDAY = "2025-03-10 10:00"


@pytest.mark.parametrize(
    ("case", "submitted", "limit", "expected"),
    [
        ("same county", MONDAY, answer_limit("county"), "2025-03-11"),
        ("same city, over a weekend", "2025-03-14 18:00", answer_limit("city"), "2025-03-19"),
        ("same city, before National Day", "2025-09-30 09:00", answer_limit("city"), "2025-10-11"),
        ("same province, before Spring Festival", "2025-01-24 16:00", answer_limit("province"), "2025-02-07"),
        ("expedited, same city", MONDAY, answer_limit("city", expedited=True), "2025-03-11"),
        ("expedited, same county", MONDAY, answer_limit("county", expedited=True), "2025-03-11"),
        ("expedited, same province", MONDAY, answer_limit("province", expedited=True), "2025-03-13"),
        ("three legs in parallel", MONDAY, max(map(answer_limit, ("county", "city", "province"))), "2025-03-17"),
        ("survey: on site", MONDAY, SITE_VISIT_DAYS, "2025-03-12"),
        ("survey: decision", MONDAY, answer_limit("city", survey=True), "2025-03-24"),
        ("survey: extended once", MONDAY, answer_limit("city", survey=True, extended=True), "2025-04-08"),
        ("complaint, same city", MONDAY, answer_limit("city"), "2025-03-13"),
    ],
)
def test_worked_examples(case: str, submitted: str, limit: int, expected: str) -> None:
    assert due(at(submitted), limit, OFFICIAL) == end_of(expected), case


def test_worked_example_returned_for_completion() -> None:
    pause = (at("2025-03-11 15:00"), at("2025-03-17 09:00"))
    assert due(at(MONDAY), 3, OFFICIAL, [pause]) == end_of("2025-03-19")


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], "2025-03-13"),
        ([("2025-03-11 09:00", "2025-03-11 17:00")], "2025-03-13"),  # back on the same day: nothing lost
        ([("2025-03-10 11:00", "2025-03-10 12:00")], "2025-03-13"),
        ([("2025-03-10 11:00", "2025-03-17 09:00")], "2025-03-20"),  # none of the three used
        ([("2025-03-14 09:00", "2025-03-20 09:00")], "2025-03-13"),  # after the last day: too late to matter
        ([("2025-03-15 09:00", "2025-03-16 09:00")], "2025-03-13"),
        ([("2025-03-10 12:00", "2025-03-11 09:00"), ("2025-03-11 10:00", "2025-03-12 10:00")], "2025-03-17"),
        ([("2025-03-10 12:00", "2025-03-12 09:00"), ("2025-03-11 10:00", "2025-03-12 10:00")], "2025-03-17"),  # overlap
    ],
)
def test_pauses(pauses: list[tuple[str, str]], expected: str) -> None:
    assert due(at(MONDAY), 3, OFFICIAL, [(at(a), at(b)) for a, b in pauses]) == end_of(expected)


@pytest.mark.parametrize(
    ("submitted", "days", "expected"),
    [
        ("2026-12-31 09:00", 1, "2027-01-04"),  # 1 January is free, 2 and 3 are a weekend
        ("2026-12-31 09:00", 3, "2027-01-06"),
        ("2025-12-31 09:00", 1, "2026-01-04"),  # a Sunday worked by the notice
        ("2026-02-13 09:00", 1, "2026-02-14"),  # make-up Saturday
        ("2026-02-14 09:00", 1, "2026-02-24"),
        ("2026-10-09 09:00", 2, "2026-10-12"),
        ("2025-03-10 00:00", 1, "2025-03-11"),
        ("2025-03-10 23:59", 1, "2025-03-11"),
        ("2025-03-15 12:00", 1, "2025-03-17"),  # sent on a Saturday
    ],
)
def test_due_across_years_and_shifted_days(submitted: str, days: int, expected: str) -> None:
    assert due(at(submitted), days, OFFICIAL) == end_of(expected)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2025, 3, 9, 15, 59, tzinfo=UTC), "2025-03-10"),  # still Sunday in Shanghai
        (datetime(2025, 3, 9, 16, 0, tzinfo=UTC), "2025-03-11"),  # Monday has begun there
        (datetime(2025, 3, 9, 1, 30, tzinfo=ZoneInfo("America/New_York")), "2025-03-10"),  # before their clocks change
        (datetime(2025, 3, 9, 12, 0, tzinfo=ZoneInfo("America/New_York")), "2025-03-11"),  # after: noon is 16:00 UTC
        (datetime(2025, 10, 26, 2, 30, fold=0, tzinfo=ZoneInfo("Europe/Berlin")), "2025-10-27"),
        (datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")), "2025-10-27"),
    ],
)
def test_the_day_of_submission_is_the_day_in_shanghai(moment: datetime, expected: str) -> None:
    assert due(moment, 1, OFFICIAL) == end_of(expected)


def test_a_centre_in_a_zone_that_changes_its_clocks() -> None:
    berlin = Calendar({}, frozenset({2026}), zone="Europe/Berlin")
    friday = datetime(2026, 3, 27, 9, tzinfo=UTC)
    assert due(friday, 1, berlin) == datetime(2026, 3, 30, 15, 30, tzinfo=UTC)
    assert working_time_left(friday, due(friday, 1, berlin), berlin) == timedelta(hours=2 + 4 + 7.5)


def test_a_limit_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        due(at(MONDAY), 0, OFFICIAL)


@pytest.mark.parametrize(
    ("distance", "limit", "expedited"),
    [("county", 1, 1), ("city", 3, 1), ("province", 5, 3), ("across", 5, 3)],
)
def test_limits(distance: DistanceClass, limit: int, expedited: int) -> None:
    assert answer_limit(distance) == limit
    assert answer_limit(distance, expedited=True) == expedited
    assert answer_limit(distance, survey=True) == 10
    assert answer_limit(distance, survey=True, expedited=True) == 8
    assert answer_limit(distance, extended=True) == 20


def test_across_provinces_the_alliance_decides() -> None:
    assert answer_limit("across", across=8) == 8
    assert answer_limit("across", across=2, expedited=True) == 1
    assert answer_limit("province", across=8) == 5


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2025-03-11 17:30", 0),
        ("2025-03-11 18:00", 0),
        ("2025-03-11 17:00", 0.5),
        ("2025-03-11 13:30", 4),
        ("2025-03-11 12:30", 4),
        ("2025-03-11 12:00", 4),
        ("2025-03-11 08:30", 7.5),
        ("2025-03-11 00:00", 7.5),
        ("2025-03-10 17:30", 7.5),
        ("2025-03-10 10:00", 13.5),
        ("2025-03-08 10:00", 15),
    ],
)
def test_time_left_is_office_time(now: str, hours: float) -> None:
    assert working_time_left(at(now), end_of("2025-03-11"), OFFICIAL) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("limit", "due_day", "now", "expected"),
    [
        (1, "2025-03-11", "2025-03-10 10:00", "green"),
        (1, "2025-03-11", "2025-03-11 08:30", "green"),
        (1, "2025-03-11", "2025-03-11 09:00", "green"),
        (1, "2025-03-11", "2025-03-11 13:44", "green"),  # half a working day is 3 h 45 min
        (1, "2025-03-11", "2025-03-11 13:45", "yellow"),
        (1, "2025-03-11", "2025-03-11 17:29", "yellow"),
        (1, "2025-03-11", "2025-03-11 17:30", "red"),
        (3, "2025-03-13", "2025-03-13 09:14", "green"),  # 30 % of three days is 6 h 45 min
        (3, "2025-03-13", "2025-03-13 09:15", "yellow"),
        (5, "2025-03-17", "2025-03-14 13:44", "green"),  # 30 % of five days is 11 h 15 min
        (5, "2025-03-17", "2025-03-14 13:45", "yellow"),
        (5, "2025-03-17", "2025-03-15 12:00", "yellow"),  # a weekend does not run
        (5, "2025-03-17", "2025-03-18 00:00", "red"),
    ],
)
def test_lights(limit: int, due_day: str, now: str, expected: Light) -> None:
    assert light(at(now), end_of(due_day), limit, OFFICIAL) == expected


def test_the_light_is_off_while_the_clock_stands() -> None:
    late = at("2025-03-20 09:00")
    assert light(late, end_of("2025-03-11"), 1, OFFICIAL, paused=True) == "off"
    assert light(late, None, 1, OFFICIAL) == "off"


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("2025-03-14 17:29", 0),
        ("2025-03-14 17:30", 1),
        ("2025-03-15 10:00", 1),
        ("2025-03-17 08:00", 1),
        ("2025-03-18 09:00", 2),
        ("2025-04-08 09:00", 16),
    ],
)
def test_overdue_in_working_days(answered: str, expected: int) -> None:
    assert overdue_days(end_of("2025-03-14"), at(answered), OFFICIAL) == expected


@pytest.mark.parametrize(
    ("limit", "due_day", "half", "ninety"),
    [
        (1, "2025-03-11", "2025-03-11 13:45", "2025-03-11 16:45"),
        (3, "2025-03-13", "2025-03-12 13:45", "2025-03-13 15:15"),
        (5, "2025-03-17", "2025-03-13 13:45", "2025-03-17 13:45"),
        (2, "2025-10-09", "2025-10-09 08:30", "2025-10-09 16:00"),  # the holiday does not run
    ],
)
def test_reminders(limit: int, due_day: str, half: str, ninety: str) -> None:
    assert half_and_ninety(end_of(due_day), limit, OFFICIAL) == (at(half), at(ninety))


moments = st.datetimes(datetime(2024, 1, 5), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(1, 20))
def test_due_is_a_later_working_day_and_all_of_the_limit_is_left_at_its_start(sent: datetime, days: int) -> None:
    end = due(sent, days, OFFICIAL)
    local = end.astimezone(SHANGHAI)
    assert (local.hour, local.minute) == (17, 30)
    assert OFFICIAL.is_working_day(local.date())
    midnight = datetime.combine(OFFICIAL.local_date(sent) + timedelta(days=1), datetime.min.time(), SHANGHAI)
    assert working_time_left(midnight, end, OFFICIAL) == OFFICIAL.office.length * days
    assert overdue_days(end, end - timedelta(seconds=1), OFFICIAL) == 0


@given(moments, st.integers(1, 20), moments, st.timedeltas(timedelta(), timedelta(days=30)))
def test_a_pause_never_brings_a_deadline_forward(sent: datetime, days: int, start: datetime, length: timedelta) -> None:
    plain = due(sent, days, OFFICIAL)
    paused = due(sent, days, OFFICIAL, [(start, start + length)])
    assert paused >= plain
    if start >= plain:
        assert paused == plain


@given(moments, st.integers(1, 20))
def test_reminders_come_in_order_within_the_limit(sent: datetime, days: int) -> None:
    end = due(sent, days, OFFICIAL)
    half, ninety = half_and_ninety(end, days, OFFICIAL)
    assert sent < half < ninety < end
    assert working_time_left(half, end, OFFICIAL) == OFFICIAL.office.length * days / 2


@given(moments, st.timedeltas(timedelta(minutes=1), timedelta(hours=80)))
def test_office_time_before_is_the_inverse_of_what_is_left(moment: datetime, span: timedelta) -> None:
    earlier = office_time_before(moment, span, OFFICIAL)
    assert working_time_left(earlier, moment, OFFICIAL) == span


@given(moments, moments, st.integers(1, 20))
def test_a_light_only_ever_gets_worse(one: datetime, other: datetime, days: int) -> None:
    end = due(min(one, other), days, OFFICIAL)
    order = ("green", "yellow", "red")
    first, second = (light(now, end, days, OFFICIAL) for now in sorted((one, other)))
    assert order.index(first) <= order.index(second)


def test_dates_of_a_leap_day() -> None:
    assert due(at("2024-02-28 12:00"), 1, OFFICIAL) == end_of("2024-02-29")
    assert OFFICIAL.local_date(at("2024-02-29 00:00")) == date(2024, 2, 29)
