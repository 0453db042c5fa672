"""The one clock of the code: `now()`; the demo and the tests move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _moved_to.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the clocks of China."""
    return moment.astimezone(SHANGHAI)


def day_ends(moment: datetime) -> datetime:
    """When the next day begins on the clocks of China."""
    day = local(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=1)).astimezone(UTC)


@contextmanager
def moved(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment` (aware)."""
    token = _moved_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved_to.reset(token)
