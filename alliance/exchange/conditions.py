"""Conditions of an agreement (R-90): kept on the leg when they are sent, met by word of either side, due on their days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from alliance.clock import SHANGHAI
from alliance.exchange.models import Leg

MARKS = ("condition_soon", "condition_due")


def keep(leg: Leg, content: Mapping[str, Any]) -> None:
    """The conditions of the terms that are sent now, none of them met."""
    leg.conditions = [{"text": one["text"], "due_on": one.get("due_on"), "met": None} for one in content.get("conditions", [])]


def due_at(condition: Mapping[str, Any]) -> datetime | None:
    """The end of the day by which it has to be met; None where it has no day."""
    if not condition.get("due_on"):
        return None
    return datetime.combine(date.fromisoformat(condition["due_on"]) + timedelta(days=1), time(), SHANGHAI)


def unmet(leg: Leg) -> list[tuple[int, dict[str, Any]]]:
    """Those that nobody said are met, with their places from 1 on."""
    return [(rank, one) for rank, one in enumerate(leg.conditions, 1) if one["met"] is None]


def met(leg: Leg) -> list[tuple[int, dict[str, Any]]]:
    """Those that are met."""
    return [(rank, one) for rank, one in enumerate(leg.conditions, 1) if one["met"] is not None]


def overdue(leg: Leg, now: datetime) -> list[dict[str, Any]]:
    """Those that are not met although their day is over."""
    return [one for _rank, one in unmet(leg) if (until := due_at(one)) is not None and until <= now]


def falls_back(leg: Leg, now: datetime) -> bool:
    """Whether a condition that was not met undoes the consent: before the start, where no other leg hangs on it."""
    begins = leg.starts_at is not None and now < leg.starts_at
    return leg.state == "confirmed" and begins and not leg.agreement.is_joint and bool(overdue(leg, now))


def marks(leg: Leg) -> list[tuple[str, datetime]]:
    """When the next one has to be met, and the day before."""
    dates = sorted(until for _rank, one in unmet(leg) if (until := due_at(one)) is not None)
    return [("condition_soon", dates[0] - timedelta(days=1)), ("condition_due", dates[0])] if dates else []
