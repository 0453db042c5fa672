"""How dates are said, in both languages, and the farmers' calendar beside them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunardate import LunarDate

from alliance.worktime import (
    busy_season,
    feast,
    lunar,
    spoken_date,
    spoken_days,
    spoken_minutes,
    spoken_moment,
    spoken_range,
    spoken_time,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 10, 15), "10月15日（周四）", "Thu 15 Oct"),
        (date(2026, 3, 1), "3月1日（周日）", "Sun 1 Mar"),
        (date(2027, 1, 4), "2027年1月4日（周一）", "Mon 4 Jan 2027"),
    ],
)
def test_a_date(day: date, zh: str, en: str) -> None:
    assert spoken_date(day, "zh_Hans_CN", today=TODAY) == zh
    assert spoken_date(day, "en", today=TODAY) == en


def test_a_date_without_its_weekday() -> None:
    assert spoken_date(date(2026, 10, 15), "zh", today=TODAY, weekday=False) == "10月15日"
    assert spoken_date(date(2026, 10, 15), "en", today=TODAY, weekday=False) == "15 Oct"


def test_this_year_is_the_year_in_shanghai() -> None:
    now = datetime.now(UTC).astimezone(SHANGHAI).date()
    assert "年" not in spoken_date(now, "zh")
    assert spoken_date(now.replace(year=now.year + 4), "zh").startswith(f"{now.year + 4}年")


def test_a_moment_is_not_taken_for_a_date() -> None:
    with pytest.raises(TypeError, match="spoken_moment"):
        spoken_date(at("2026-10-15 09:00"), "zh")
    with pytest.raises(ValueError, match="time zone"):
        spoken_time(datetime(2026, 10, 15, 9))  # noqa: DTZ001


def test_times_are_those_of_the_zone() -> None:
    moment = datetime(2026, 10, 14, 22, 5, tzinfo=UTC)
    assert spoken_time(moment) == "06:05"
    assert spoken_time(moment, "Europe/Berlin") == "00:05"
    assert spoken_time(time(17, 30)) == "17:30"
    assert spoken_moment(moment, "zh", today=TODAY) == "10月15日（周四）06:05"
    assert spoken_moment(moment, "en", today=TODAY) == "Thu 15 Oct, 06:05"


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2026-10-20 00:00", "2026-10-23 00:00", "10月20–22日", "20–22 Oct"),
        ("2026-10-20 00:00", "2026-10-21 00:00", "10月20日（周二）", "Tue 20 Oct"),
        ("2026-10-30 00:00", "2026-11-03 00:00", "10月30日–11月2日", "30 Oct – 2 Nov"),
        ("2027-10-20 00:00", "2027-10-23 00:00", "2027年10月20–22日", "20–22 Oct 2027"),
        ("2027-10-30 00:00", "2027-11-03 00:00", "2027年10月30日–11月2日", "30 Oct – 2 Nov 2027"),
        ("2026-12-31 00:00", "2027-01-03 00:00", "2026年12月31日–2027年1月2日", "31 Dec 2026 – 2 Jan 2027"),
        ("2026-10-20 09:00", "2026-10-20 11:30", "10月20日（周二）09:00–11:30", "Tue 20 Oct, 09:00–11:30"),
        ("2026-10-20 18:00", "2026-10-21 00:00", "10月20日（周二）18:00–24:00", "Tue 20 Oct, 18:00–24:00"),
        (
            "2026-10-20 18:00",
            "2026-10-22 08:00",
            "10月20日（周二）18:00 – 10月22日（周四）08:00",
            "Tue 20 Oct, 18:00 – Thu 22 Oct, 08:00",
        ),
        ("2026-10-20 09:00", "2026-10-20 09:00", "10月20日（周二）09:00–09:00", "Tue 20 Oct, 09:00–09:00"),
        ("2026-10-20 00:00", "2026-10-20 00:00", "10月20日（周二）00:00–00:00", "Tue 20 Oct, 00:00–00:00"),
    ],
)
def test_a_period(start: str, end: str, zh: str, en: str) -> None:
    assert spoken_range(at(start), at(end), "zh", today=TODAY) == zh
    assert spoken_range(at(start).astimezone(UTC), at(end).astimezone(UTC), "en", today=TODAY) == en


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after"):
        spoken_range(at("2026-10-20 09:00"), at("2026-10-20 08:00"), "zh")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_days_and_the_half_open_period_say_the_same(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    start = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(date.fromordinal(last.toordinal() + 1), time(), SHANGHAI)
    for locale in ("zh", "en"):
        assert spoken_range(start, end, locale, today=TODAY) == spoken_days(first, last, locale, today=TODAY)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 10, 23), "九月初三"),
        (date(2025, 7, 25), "闰六月初一"),
        (date(2026, 2, 16), "腊月廿九"),
        (date(2026, 2, 17), "正月初一"),
        (date(2026, 2, 26), "正月初十"),
        (date(2026, 3, 8), "正月二十"),
        (date(2025, 11, 20), "十月初一"),
        (date(2025, 12, 20), "冬月初一"),
        (date(2026, 3, 18), "正月三十"),
        (date(1899, 12, 31), ""),
        (date(2150, 1, 1), ""),
    ],
)
def test_the_lunar_day(day: date, expected: str) -> None:
    assert lunar(day) == expected


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 2, 16), "除夕", "New Year’s Eve (lunar)"),
        (date(2026, 2, 17), "春节", "Spring Festival"),
        (date(2026, 3, 3), "元宵", "Lantern Festival"),
        (date(2026, 4, 5), "清明", "Qingming Festival"),
        (date(2025, 4, 4), "清明", "Qingming Festival"),
        (date(2026, 6, 19), "端午", "Dragon Boat Festival"),
        (date(2026, 9, 25), "中秋", "Mid-Autumn Festival"),
        (date(2026, 10, 18), "重阳", "Double Ninth Festival"),
        (date(2026, 1, 26), "腊八", "Laba Festival"),
        (date(2026, 10, 1), "国庆节", "National Day"),
        (date(2026, 6, 1), "儿童节", "Children’s Day"),
        (date(2026, 10, 15), None, None),
        (date(1900, 1, 1), "元旦", "New Year’s Day"),
    ],
)
def test_a_festival(day: date, zh: str | None, en: str | None) -> None:
    assert feast(day) == zh
    assert feast(day, "en") == en


def test_a_leap_month_has_no_festival_of_its_own() -> None:
    leap = LunarDate(2025, 6, 6, True).to_solar_date()
    assert lunar(leap) == "闰六月初六"
    double_fifth = LunarDate(2009, 5, 5, True).to_solar_date()
    assert lunar(double_fifth) == "闰五月初五"
    assert feast(double_fifth) is None
    assert feast(LunarDate(2009, 5, 5).to_solar_date()) == "端午"


def test_the_busy_seasons_of_the_fields() -> None:
    assert busy_season(date(2026, 6, 5)) == "夏收夏种"
    assert busy_season(date(2026, 10, 15), "en") == "Autumn harvest and sowing"
    assert busy_season(date(2026, 1, 15)) is None


def test_days_with_the_weekdays_of_both_ends() -> None:
    first, last = date(2026, 10, 20), date(2026, 10, 22)
    assert spoken_days(first, last, "zh", today=TODAY, weekdays=True) == "10月20–22日（周二至周四）"
    assert spoken_days(first, last, "en", today=TODAY, weekdays=True) == "20–22 Oct (Tue–Thu)"
    assert spoken_days(first, first, "zh", today=TODAY, weekdays=True) == "10月20日（周二）"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (1, "1分钟", "1 minute"),
        (89, "89分钟", "89 minutes"),
        (90, "1小时30分钟", "1 h 30 min"),
        (120, "2小时", "2 hours"),
        (430, "7小时10分钟", "7 h 10 min"),
    ],
)
def test_a_long_way_is_told_in_hours(minutes: int, zh: str, en: str) -> None:
    assert (spoken_minutes(minutes, "zh"), spoken_minutes(minutes, "en")) == (zh, en)
