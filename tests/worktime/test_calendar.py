"""Working days: the notices, make-up Saturdays, years without a notice."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance import worktime
from alliance.worktime import Calendar, OfficeHours, official_calendar, official_days

OFFICIAL = official_calendar()
BARE = Calendar({}, frozenset())
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 4), True),
        (date(2024, 2, 10), False),
        (date(2024, 2, 18), True),
        (date(2024, 5, 11), True),
        (date(2024, 6, 10), False),
        (date(2024, 10, 12), True),
        (date(2025, 1, 1), False),
        (date(2025, 1, 2), True),
        (date(2025, 1, 26), True),
        (date(2025, 1, 28), False),
        (date(2025, 2, 4), False),
        (date(2025, 2, 8), True),
        (date(2025, 9, 28), True),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2026, 1, 4), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 17), False),
        (date(2026, 10, 19), True),
    ],
)
def test_days_of_the_notices(day: date, worked: bool) -> None:
    assert OFFICIAL.is_working_day(day) is worked


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, working_days: int) -> None:
    assert OFFICIAL.count_working_days(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_each_row_names_its_notice_in_both_languages() -> None:
    rows = official_days()
    assert len({row.date for row in rows}) == len(rows) == 108
    assert [row.date for row in rows] == sorted(row.date for row in rows)
    sources = {row.date.year: row.source for row in rows}
    assert {year: source.split("（")[0] for year, source in sources.items()} == {
        2024: "国办发明电〔2023〕7号",
        2025: "国办发明电〔2024〕12号",
        2026: "国办发明电〔2025〕7号",
    }
    for row in rows:
        assert row.en.isascii()
        assert row.zh
        assert row.working == row.zh.endswith("上班")
    assert all(row.date.weekday() >= 5 for row in rows if row.working)


def test_the_data_file_has_no_stray_values() -> None:
    path = Path(worktime.__file__).parent / "holidays.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        assert {row["working"] for row in csv.DictReader(lines)} == {"true", "false"}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2027, 1, 1), False),
        (date(2027, 4, 5), True),
        (date(2030, 5, 1), False),
        (date(2030, 5, 2), False),
        (date(2030, 5, 3), True),
        (date(2030, 10, 3), False),
        (date(2030, 10, 4), True),
        (date(2030, 10, 5), False),
    ],
)
def test_a_year_without_rows_has_weekends_and_fixed_dates(day: date, worked: bool) -> None:
    assert OFFICIAL.is_working_day(day) is worked


def test_fixed_dates_do_not_meddle_with_a_year_that_has_its_notice() -> None:
    own = Calendar({date(2027, 1, 1): True}, frozenset({2027}))
    assert own.is_working_day(date(2027, 1, 1))
    assert not own.is_working_day(date(2027, 5, 1))  # a Saturday
    assert own.is_working_day(date(2027, 10, 1))


def test_a_row_counts_before_its_year_is_official() -> None:
    own = Calendar({date(2027, 1, 1): True, date(2027, 1, 4): False}, frozenset())
    assert own.is_working_day(date(2027, 1, 1))
    assert not own.is_working_day(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("start", "end", "provisional"),
    [
        (datetime(2026, 12, 30, 4, tzinfo=UTC), datetime(2026, 12, 31, 9, 30, tzinfo=UTC), False),
        (datetime(2026, 12, 31, 4, tzinfo=UTC), datetime(2027, 1, 6, 9, 30, tzinfo=UTC), True),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), datetime(2026, 12, 31, 18, tzinfo=UTC), True),  # 2027 in Shanghai
        (datetime(2023, 12, 31, 9, tzinfo=UTC), datetime(2024, 1, 3, tzinfo=UTC), True),
        (datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC), False),
    ],
)
def test_provisional_when_a_year_in_reach_has_no_notice(start: datetime, end: datetime, provisional: bool) -> None:
    assert OFFICIAL.provisional(start, end) is provisional


@given(days, st.integers(1, 60))
def test_adding_and_counting_agree(start: date, n: int) -> None:
    end = OFFICIAL.add_working_days(start, n)
    assert OFFICIAL.is_working_day(end)
    assert OFFICIAL.count_working_days(start, end) == n


@given(days, st.integers(1, 60))
def test_backwards_is_the_mirror_of_forwards(start: date, n: int) -> None:
    end = OFFICIAL.add_working_days(start, -n)
    assert OFFICIAL.is_working_day(end)
    assert OFFICIAL.count_working_days(end - timedelta(days=1), start - timedelta(days=1)) == n


@given(days)
def test_no_day_added_is_the_day_itself(start: date) -> None:
    assert BARE.add_working_days(start, 0) == start


def test_counting_backwards_finds_nothing() -> None:
    assert OFFICIAL.count_working_days(date(2025, 3, 14), date(2025, 3, 10)) == 0


def test_office_hours_are_a_setting() -> None:
    assert OfficeHours().length == timedelta(hours=7, minutes=30)
    summer = OfficeHours((time(8), time(12)), (time(14, 30), time(18)))
    assert summer.length == timedelta(hours=7, minutes=30)
    own = Calendar({}, frozenset({2025}), summer)
    assert own.closing(date(2025, 3, 11)) == datetime(2025, 3, 11, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="follow"):
        OfficeHours((time(8), time(12)), (time(11), time(18)))


def test_office_hours_follow_the_clock_of_their_zone() -> None:
    berlin = Calendar({}, frozenset({2026}), zone="Europe/Berlin")
    assert berlin.closing(date(2026, 3, 27)) == datetime(2026, 3, 27, 16, 30, tzinfo=UTC)
    assert berlin.closing(date(2026, 3, 30)) == datetime(2026, 3, 30, 15, 30, tzinfo=UTC)
    assert berlin.opening(date(2026, 3, 30)) == datetime(2026, 3, 30, 6, 30, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        OFFICIAL.local_date(datetime(2025, 3, 10))  # noqa: DTZ001
