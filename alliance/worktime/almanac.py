"""The farmers' calendar beside the date: lunar day, festival, busy season."""

from datetime import date, timedelta

from lunardate import LunarDate

from alliance.codes.codelist import language

MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DIGITS = ("十", "一", "二", "三", "四", "五", "六", "七", "八", "九")
TENS = ("初", "十", "廿", "三")
FIRST_DAY, LAST_DAY = date(1900, 1, 31), date(2099, 12, 31)

LUNAR_FEASTS = {
    (1, 1): ("春节", "Spring Festival"),
    (1, 15): ("元宵", "Lantern Festival"),
    (2, 2): ("龙抬头", "Longtaitou Festival"),
    (5, 5): ("端午", "Dragon Boat Festival"),
    (7, 7): ("七夕", "Qixi Festival"),
    (7, 15): ("中元", "Zhongyuan Festival"),
    (8, 15): ("中秋", "Mid-Autumn Festival"),
    (9, 9): ("重阳", "Double Ninth Festival"),
    (12, 8): ("腊八", "Laba Festival"),
}
SOLAR_FEASTS = {
    (1, 1): ("元旦", "New Year’s Day"),
    (3, 8): ("妇女节", "Women’s Day"),
    (5, 1): ("劳动节", "Labour Day"),
    (5, 4): ("青年节", "Youth Day"),
    (6, 1): ("儿童节", "Children’s Day"),
    (7, 1): ("建党节", "Party Founding Day"),
    (8, 1): ("建军节", "Army Day"),
    (10, 1): ("国庆节", "National Day"),
}
BUSY_SEASONS = (
    ((3, 20), (4, 20), "春耕", "Spring ploughing"),
    ((5, 25), (6, 20), "夏收夏种", "Summer harvest and sowing"),
    ((9, 15), (11, 5), "秋收秋种", "Autumn harvest and sowing"),
)


def lunar(day: date) -> str:
    """The lunar month and day, 九月初三; empty outside 1900 to 2099, which the tables do not cover."""
    if not FIRST_DAY <= day <= LAST_DAY:
        return ""
    there = LunarDate.from_solar_date(day.year, day.month, day.day)
    return f"{'闰' if there.is_leap_month else ''}{MONTHS[there.month - 1]}月{_day_name(there.day)}"


def feast(day: date, locale: str = "zh") -> str | None:
    """The festival of that day, a lunar one before one of the solar calendar."""
    names = _lunar_feast(day) or _qingming(day) or SOLAR_FEASTS.get((day.month, day.day))
    if names is None:
        return None
    return names[1] if language(locale) == "en" else names[0]


def busy_season(day: date, locale: str = "zh") -> str | None:
    """The farming season in which a village has no time for a show: a hint, it differs from place to place."""
    for start, end, zh, en in BUSY_SEASONS:
        if start <= (day.month, day.day) <= end:
            return en if language(locale) == "en" else zh
    return None


def _lunar_feast(day: date) -> tuple[str, str] | None:
    if not FIRST_DAY <= day <= LAST_DAY:
        return None
    there = LunarDate.from_solar_date(day.year, day.month, day.day)
    if there.is_leap_month:
        return None
    if _is_new_year(day + timedelta(days=1)):
        return "除夕", "New Year’s Eve (lunar)"
    return LUNAR_FEASTS.get((there.month, there.day))


def _is_new_year(day: date) -> bool:
    if day > LAST_DAY:
        return False
    there = LunarDate.from_solar_date(day.year, day.month, day.day)
    return (there.month, there.day, there.is_leap_month) == (1, 1, False)


def _qingming(day: date) -> tuple[str, str] | None:
    """The solar term of that name, by the usual rule for its day in April of the 20th and 21st centuries."""
    if day.month != 4 or not 1900 <= day.year < 2100:
        return None
    year = day.year % 100
    start = 4.81 if day.year >= 2000 else 5.59
    leap_days = year // 4
    return ("清明", "Qingming Festival") if day.day == int(year * 0.2422 + start) - leap_days else None


def _day_name(day: int) -> str:
    if day in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return TENS[day // 10] + DIGITS[day % 10]
