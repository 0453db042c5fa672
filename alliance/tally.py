"""Counts of what people look for and look at: added up in memory, written now and then when an answer has been sent.

Whoever notes something waits for no database and cannot be refused; what a process has in memory when it is killed is lost.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, current_app
from sqlalchemy.orm import Session

from alliance.db import transaction
from alliance.errors import Unavailable

EVERY = 30.0
"""Seconds between two writings."""
MOST = 2_000
"""Different things remembered between two writings; more of them are not counted."""

Counts = Counter[tuple[Any, ...]]
writers: dict[str, Callable[[Session, Counts], None]] = {}
log = structlog.get_logger()


class Tally:
    """What one process has counted since it last wrote."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: dict[str, Counts] = {}
        self.due = time.monotonic() + EVERY

    def add(self, sort: str, counts: Counts) -> None:
        with self.lock:
            held = self.counts.setdefault(sort, Counter())
            held.update({key: number for key, number in counts.items() if key in held or len(held) < MOST})

    def take(self) -> dict[str, Counts]:
        with self.lock:
            taken, self.counts = self.counts, {}
            self.due = time.monotonic() + EVERY
            return taken


def init(app: Flask) -> None:
    """Count for this app."""
    app.extensions["tally"] = Tally()
    app.after_request(_after)


def note(sort: str, *key: Any) -> None:
    """One more of `key`; `sort` names the writer."""
    current_app.extensions["tally"].add(sort, Counter([key]))


def flush(app: Flask) -> None:
    """Write what was counted, in one transaction; kept for the next time while the database is busy, dropped where it refuses."""
    tally: Tally = app.extensions["tally"]
    taken = tally.take()
    if not taken:
        return
    try:
        with app.app_context(), transaction() as session:
            for sort, counts in taken.items():
                writers[sort](session, counts)
    except Unavailable:
        for sort, counts in taken.items():
            tally.add(sort, counts)
    except Exception:
        log.exception("counts were not written")


def _after(answer: Response) -> Response:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    tally: Tally = app.extensions["tally"]
    if tally.counts and time.monotonic() >= tally.due:
        answer.call_on_close(lambda: flush(app))
    return answer
