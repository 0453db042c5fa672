"""Pauses of a clock as a row keeps them: [from, until | null] in ISO, the last one perhaps still open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alliance.worktime.deadlines import Pause


def closed(kept: Sequence[Any]) -> list[Pause]:
    """Those that are over, as moments."""
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in kept if end is not None]


def paused(kept: Sequence[Any], now: datetime) -> list[Any]:
    """The same with one that begins now."""
    return [*kept, [now.isoformat(), None]]


def resumed(kept: Sequence[Any], now: datetime) -> list[Any]:
    """The same with the open one ended now."""
    return [*kept[:-1], [kept[-1][0], now.isoformat()]]
