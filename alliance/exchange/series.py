"""The same hours once a week, so many times: eight lessons are eight stretches, not eight weeks.

The terms keep the whole, from the first start to the last end, and how many times (`weekly`); what is taken follows from both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from alliance.worktime import spoken_range

Period = tuple[datetime, datetime]
WEEK = timedelta(days=7)
MOST = 26
"""Half a year; longer is asked for anew."""
LONGEST = timedelta(days=1)
"""What comes back every week is over within a day."""


def count(content: Mapping[str, Any]) -> int:
    """How many times; once where nothing is said."""
    return int(content.get("weekly") or 1)


def whole(first: Period, times: int) -> Period:
    """From the first start to the last end."""
    return first[0], first[1] + WEEK * (times - 1)


def first_end(end: datetime, times: int) -> datetime:
    """When the first one ends, of a whole that ends then."""
    return end - WEEK * (times - 1)


def each(period: Period, times: int) -> list[Period]:
    """The single ones of a whole, by time."""
    start, end = period[0], first_end(period[1], times)
    return [(start + WEEK * number, end + WEEK * number) for number in range(times)]


def said(period: Period, content: Mapping[str, Any], locale: str, today: date) -> str:
    """The dates in words: from when to when; of what comes back every week when the first one is, and how many there are."""
    times = count(content)
    if times == 1:
        return spoken_range(*period, locale, today=today)
    first = spoken_range(*each(period, times)[0], locale, today=today)
    return str(_("%(first)s起，每周一次，共%(n)s次", first=first, n=times))
