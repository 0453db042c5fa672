"""Approvals per second over HTTP by a signed-in handler, against a bare route with one INSERT under the same constraint and server.

Run it from the project's root: `python -m benchmarks.booking`. It makes its own database, prints one table of one run.
"""

import http.client
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from alliance.app import create_app
from alliance.config import read_settings
from alliance.db import alembic, db, transaction
from alliance.people import passwords
from benchmarks.pages import free_port, started
from tests import make
from tests.exchange.stage import build

LEAST, ROUNDS, EACH = 0.12, 4, 25
START = datetime(2027, 3, 1, 1, tzinfo=UTC)


def prepare(folder: Path) -> tuple[str, list[tuple[str, int]], int]:
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
            answer = handler.email, legs, spare.units[0].id
        db.engine.dispose()
    return answer


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


def main() -> None:
    """Prepare, ask both in turns, print, fail below the least share."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        email, legs, unit = prepare(folder)
        ours, bare = free_port(), free_port()
        settings = {
            "ALLIANCE_DATA": name,
            "ALLIANCE_PORT": str(ours),
            "ALLIANCE_DEMO": "0",
            "ALLIANCE_ASK_RATE": "100000 per minute",
        }
        servers = [
            started(["-m", "alliance.cli", "serve"], ours, **settings),
            started(["benchmarks/bare_booking.py", str(folder / "alliance.db"), str(bare)], bare),
        ]
        try:
            signed, plain = Browser(ours), Browser(bare)
            signed.ask("POST", "/sign-in", {"csrf_token": signed.token("/sign-in"), "email": email, "password": make.PASSWORD})
            token, starts = signed.token("/desk"), iter(START + timedelta(days=n) for n in range(10_000))
            bookings(plain, unit, starts)
            turns = [
                (approvals(signed, token, legs[n * EACH : (n + 1) * EACH]), bookings(plain, unit, starts)) for n in range(ROUNDS)
            ]
        finally:
            for server in servers:
                server.terminate()
    approved, booked = (statistics.median(side) for side in zip(*turns, strict=True))
    print("| booking | per second | share of bare | at least |\n| --- | --- | --- | --- |")
    print(f"| bare INSERT | {booked:.0f} | 100% | – |\n| approval | {approved:.0f} | {approved / booked:.0%} | {LEAST:.0%} |")
    sys.exit(0 if approved / booked >= LEAST else 1)


if __name__ == "__main__":
    main()
