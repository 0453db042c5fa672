"""The days of the week on which a person or a troupe usually has time, as their listing says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.catalogue.availability import local_days
from alliance.catalogue.models import Resource

NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SERIES: Final = 7
"""Whatever touches so many days is a series or a stay: its days are arranged one by one."""


def touched(start: datetime, end: datetime) -> list[str]:
    """The weekdays of [start, end); none of a series."""
    days = list(local_days(start, end))
    return [] if len(days) >= SERIES else [name for name in NAMES if name in {NAMES[day.weekday()] for day in days}]


def unusual(details: Mapping[str, Any], start: datetime, end: datetime) -> list[str]:
    """The weekdays of [start, end) that are none of the usual ones; nothing where none are said, or of a series."""
    usual = details.get("weekdays") or ()
    return [name for name in touched(start, end) if name not in usual] if usual else []


def resting(session: Session, start: datetime, end: datetime) -> frozenset[int]:
    """The listings of persons and troupes whose usual days do not cover that time."""
    asked, usual = touched(start, end), Resource.details["weekdays"].as_string()
    if not asked:
        return frozenset()
    query = sa.select(Resource.id).where(Resource.kind == "talent", Resource.state == "published", usual.like('%"%'))
    return frozenset(session.scalars(query.where(sa.or_(*(usual.not_like(f'%"{name}"%') for name in asked)))))
