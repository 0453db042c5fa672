"""Approvals per second over HTTP by a signed-in handler, against a bare route with one INSERT under the same constraint and server;
and on a book with 100,000 occupancies, against those on an empty one.

Run it from the project's root: `python -m benchmarks.booking`. It makes its own database, prints one table of one run.
"""

import http.client
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.app import create_app
from alliance.catalogue.models import Occupancy
from alliance.config import read_settings
from alliance.db import alembic, db, transaction
from alliance.people import passwords
from benchmarks.pages import free_port, started
from tests import make
from tests.exchange.stage import Stage, build

LEAST, LEAST_FULL, ROUNDS, EACH = 0.12, 0.8, 4, 25
THINGS, TAKEN = 200, 500
START = datetime(2027, 3, 1, 1, tzinfo=UTC)


def prepare(folder: Path, *, full: bool) -> tuple[str, list[tuple[str, int]], int]:
    """A handler's mail address, the numbers and versions of requests that wait for one approval, and a unit for the bare route."""
    with create_app(read_settings({}, data=folder, demo=False)).app_context():
        alembic.upgrade()
        with transaction() as session:
            stage = build(session)
            stage.now = datetime.now(UTC)
            handler = stage.people["handler"]
            handler.password = passwords.hashed(make.PASSWORD)
            legs = []
            for n in range(ROUNDS * EACH):
                start = START + timedelta(days=n)
                leg = stage.leg(starts_at=start, ends_at=start + timedelta(hours=8), second_starts_at=None, second_ends_at=None)
                stage.play(leg, ("borrower", "submit"), ("handler", "accept_handling"))
                legs.append((leg.agreement.number, leg.version))
            spare = make.resource(session, stage.owner)
            if full:
                fill(session, stage)
            answer = handler.email, legs, spare.units[0].id
        db.engine.dispose()
    return answer


def fill(session: Session, stage: Stage) -> None:
    """A hundred thousand occupancies: every thing of the owner, the one that is asked for too, has five hundred days taken."""
    things = [stage.thing, *(make.resource(session, stage.owner) for _ in range(THINGS - 1))]
    session.flush()
    rows = [
        {
            "unit_id": thing.units[0].id,
            "resource_id": thing.id,
            "starts_at": START - timedelta(days=n + 2),
            "ends_at": START - timedelta(days=n + 2) + timedelta(hours=8),
            "kind": "confirmed",
        }
        for thing in things
        for n in range(TAKEN)
    ]
    session.execute(sa.insert(Occupancy), rows)


class Browser:
    """Just enough of one: a cookie jar, a token, a connection."""

    def __init__(self, port: int) -> None:
        self.connection, self.cookies = http.client.HTTPConnection("127.0.0.1", port, timeout=30), SimpleCookie()

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
        cookie = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if fields else {})
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(line)
        return answer.status, answer.read().decode()

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.ask("GET", path)[1])
        assert found is not None, path
        return found[1]


def approvals(browser: Browser, token: str, legs: list[tuple[str, int]]) -> float:
    """Approvals per second, each of another request."""
    begun = time.perf_counter()
    for number, version in legs:
        fields = {"csrf_token": token, "version": version, "key": f"bench{number}", "choice": 1}
        status, text = browser.ask("POST", f"/agreements/{number}/approve", fields)
        assert status in (302, 303), (status, re.findall(r'class="error"[^>]*>([^<]+)|<li>([^<]+)', text))
    return len(legs) / (time.perf_counter() - begun)


def bookings(browser: Browser, unit: int, starts: Iterator[datetime]) -> float:
    """Bare bookings per second."""
    begun = time.perf_counter()
    for _ in range(EACH):
        start = next(starts)
        fields = {"unit": unit, "start": f"{start:%F %T.%f}", "end": f"{start + timedelta(hours=8):%F %T.%f}"}
        assert browser.ask("POST", "/book", fields) == (200, "ok")
    return EACH / (time.perf_counter() - begun)


def served(folder: str, port: int) -> subprocess.Popen[bytes]:
    """Our portal on that folder."""
    settings = {"ALLIANCE_DATA": folder, "ALLIANCE_PORT": str(port), "ALLIANCE_DEMO": "0"}
    return started(["-m", "alliance.cli", "serve"], port, **settings, ALLIANCE_ASK_RATE="100000 per minute")


def entered(port: int, email: str) -> tuple[Browser, str]:
    """A browser that is signed in, and its token."""
    browser = Browser(port)
    browser.ask("POST", "/sign-in", {"csrf_token": browser.token("/sign-in"), "email": email, "password": make.PASSWORD})
    return browser, browser.token("/desk")


def main() -> None:
    """Prepare, ask both in turns, print, fail below the least share."""
    with tempfile.TemporaryDirectory() as empty_book, tempfile.TemporaryDirectory() as full_book:
        prepared = [prepare(Path(name), full=name == full_book) for name in (empty_book, full_book)]
        ports, bare = [free_port(), free_port()], free_port()
        servers = [served(name, port) for name, port in zip((empty_book, full_book), ports, strict=True)]
        servers.append(started(["benchmarks/bare_booking.py", str(Path(empty_book) / "alliance.db"), str(bare)], bare))
        try:
            signed, plain = [entered(port, made[0]) for port, made in zip(ports, prepared, strict=True)], Browser(bare)
            starts, unit = iter(START + timedelta(days=n) for n in range(10_000)), prepared[0][2]
            bookings(plain, unit, starts)
            turns = []
            for n in range(ROUNDS):  # the bare ones between the two: each comes after approvals whose jobs the worker is still at
                some = slice(n * EACH, (n + 1) * EACH)
                (one, its_token), (other, other_token) = signed
                approved = approvals(one, its_token, prepared[0][1][some])
                booked = bookings(plain, unit, starts)
                turns.append((approved, approvals(other, other_token, prepared[1][1][some]), booked))
        finally:
            for server in servers:
                server.terminate()
    approved, full, booked = (statistics.median(side) for side in zip(*turns, strict=True))
    print("| booking | per second | share of bare | at least |\n| --- | --- | --- | --- |")
    print(f"| bare INSERT | {booked:.0f} | 100% | – |\n| approval | {approved:.0f} | {approved / booked:.0%} | {LEAST:.0%} |")
    share = f"{full / approved:.0%} of that on an empty book"
    print(f"| approval, {THINGS * TAKEN:,} occupancies | {full:.0f} | {share} | {LEAST_FULL:.0%} |")
    sys.exit(0 if approved / booked >= LEAST and full / approved >= LEAST_FULL else 1)


if __name__ == "__main__":
    main()
