"""Dates and times as they are said: 10月15日（周四）, Thu 15 Oct."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alliance.codes.codelist import language

SHANGHAI = "Asia/Shanghai"
LONG = 90
"""From so many minutes on hours are counted."""
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spoken_date(day: date, locale: str, *, today: date | None = None, weekday: bool = True) -> str:
    """The day with its weekday; the year only when it is not that of `today` (now in Shanghai by default)."""
    if isinstance(day, datetime):
        raise TypeError("a moment has a date only in a zone: use spoken_moment")
    year = day.year != (today or _today()).year
    if language(locale) == "en":
        text = f"{day.day} {MONTHS_EN[day.month - 1]}" + (f" {day.year}" if year else "")
        return f"{WEEKDAYS_EN[day.weekday()]} {text}" if weekday else text
    text = (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"
    return f"{text}（周{WEEKDAYS_ZH[day.weekday()]}）" if weekday else text


def spoken_time(moment: datetime | time, zone: str = SHANGHAI) -> str:
    """Hours and minutes on the wall clock; an aware moment is moved to the zone first."""
    clock = _local(moment, zone) if isinstance(moment, datetime) else moment
    return f"{clock:%H:%M}"


def spoken_minutes(minutes: int, locale: str) -> str:
    """How long something takes; from an hour and a half on in hours: 75分钟, 7小时10分钟, 7 h 10 min."""
    english = language(locale) == "en"
    if minutes < LONG:
        return f"{minutes} minute{'' if minutes == 1 else 's'}" if english else f"{minutes}分钟"
    hours, rest = divmod(minutes, 60)
    if english:
        return f"{hours} h {rest} min" if rest else f"{hours} hours"
    return f"{hours}小时{rest}分钟" if rest else f"{hours}小时"


def spoken_moment(moment: datetime, locale: str, *, zone: str = SHANGHAI, today: date | None = None) -> str:
    """Day and time: 10月15日（周四）17:30, Thu 15 Oct, 17:30."""
    day = spoken_date(_local(moment, zone).date(), locale, today=today or _today(zone))
    return day + (", " if language(locale) == "en" else "") + spoken_time(moment, zone)


def spoken_range(start: datetime, end: datetime, locale: str, *, zone: str = SHANGHAI, today: date | None = None) -> str:
    """A half-open period: whole days as days (10月20–22日), anything else with its times."""
    if end < start:
        raise ValueError("a period ends after it starts")
    first, last = _local(start, zone), _local(end, zone)
    now = today or _today(zone)
    if first.time() == last.time() == time() and first < last:
        return spoken_days(first.date(), last.date() - timedelta(days=1), locale, today=now)
    midnight = last.time() == time() and first < last
    last_day = last.date() - timedelta(days=1) if midnight else last.date()
    last_time = "24:00" if midnight else f"{last:%H:%M}"
    comma = ", " if language(locale) == "en" else ""
    begin = f"{spoken_date(first.date(), locale, today=now)}{comma}{first:%H:%M}"
    if first.date() == last_day:
        return f"{begin}–{last_time}"
    return f"{begin} – {spoken_date(last_day, locale, today=now)}{comma}{last_time}"


def spoken_days(first: date, last: date, locale: str, *, today: date | None = None, weekdays: bool = False) -> str:
    """Whole days, both included, without saying the month or the year twice; `weekdays` of both ends where asked for."""
    now = today or _today()
    if first == last:
        return spoken_date(first, locale, today=now)
    text = _days_en(first, last, now) if language(locale) == "en" else _days_zh(first, last, now)
    if not weekdays:
        return text
    if language(locale) == "en":
        return f"{text} ({WEEKDAYS_EN[first.weekday()]}–{WEEKDAYS_EN[last.weekday()]})"
    return f"{text}（周{WEEKDAYS_ZH[first.weekday()]}至周{WEEKDAYS_ZH[last.weekday()]}）"


def _days_zh(first: date, last: date, now: date) -> str:
    if first.year != last.year:
        return f"{first.year}年{first.month}月{first.day}日–{last.year}年{last.month}月{last.day}日"
    end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    begin = spoken_date(first, "zh", today=now, weekday=False)
    return f"{begin.removesuffix('日') if first.month == last.month else begin}–{end}"


def _days_en(first: date, last: date, now: date) -> str:
    begin, end = (f"{day.day} {MONTHS_EN[day.month - 1]}" for day in (first, last))
    if first.year != last.year:
        return f"{begin} {first.year} – {end} {last.year}"
    end = spoken_date(last, "en", today=now, weekday=False)
    return f"{first.day}–{end}" if first.month == last.month else f"{begin} – {end}"


def _local(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(ZoneInfo(zone))


def _today(zone: str = SHANGHAI) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
