"""Eight people who write at once, through two serving processes: nobody is told of a locked database, nothing told is lost."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, indexing, jobs
from alliance.catalogue.models import Occupancy, Resource
from alliance.db import db
from alliance.exchange.models import Agreement, Leg
from alliance.journal import Event
from tests.conftest import BOTH
from tests.exchange.browsers import Browser, Forms, number_of
from tests.rough.serving import Portal, portal
from tests.rough.town import Town, build, day, wish
from tests.rough.wire import enter

SECONDS = 18
DAYS = 6
ANSWERS = {200, 302, 303, 409, 422}
"""What may be said to somebody who writes: it is done, or what is in the way. Never 500, never 503."""


class Writers:
    """What each does again and again, and what they were told is done."""

    def __init__(self, portal: Portal, town: Town) -> None:
        self.portal, self.town = portal, town
        self.until = time.monotonic() + 60
        self.ready = threading.Barrier(9)
        self.asked: dict[str, str] = {}
        self.open: list[str] = []
        self.done: dict[str, list[str]] = {name: [] for name in ("submit", "approve", "decline", "withdraw", "block", "edit")}
        self.answers: Counter[int] = Counter()
        self.faults: list[str] = []
        parts: list[tuple[str, Callable[[Browser, random.Random], None]]] = [
            *((who, self.ask) for who in ("b1", "b2", "b3")),
            ("b4", self.withdraw),
            *((who, self.answer) for who in ("handler", "colleague")),
            ("staff", self.block),
            ("keeper", self.edit),
        ]
        self.threads = [threading.Thread(target=self.write, args=part, daemon=True) for part in parts]

    def write(self, who: str, what: Callable[[Browser, random.Random], None]) -> None:
        try:
            browser, chance = enter(self.portal.wire(), self.town.mails[who]), random.Random(who)  # type: ignore[arg-type]
            self.ready.wait(60)
            while time.monotonic() < self.until:
                what(browser, chance)
            self.answers.update(status for _method, _address, status in browser.client.seen)  # type: ignore[attr-defined]
        except BaseException as error:
            self.faults.append(f"{who}: {error!r}"[-3000:])

    def run(self) -> None:
        for thread in self.threads:
            thread.start()
        self.ready.wait(60)
        self.until = time.monotonic() + SECONDS
        for thread in self.threads:
            thread.join(SECONDS + 70)
        assert self.faults == []
        assert set(self.answers) <= ANSWERS, (self.answers, self.portal.log.read_text()[-5000:])

    def is_told(self, answer: Any, name: str, what: str) -> bool:
        """Keep what was answered with success."""
        if answer.status_code not in (302, 303):
            return False
        self.done[name].append(what)
        return True

    def ask(self, browser: Browser, chance: random.Random) -> None:
        opens, title = chance.randrange(8, 17), f"借用{token_hex(6)}"
        page = f"/agreements/new?resource={chance.choice(self.town.halls[1:])}"
        form = browser.fields(page, "/agreements/new") | wish(title, chance.randrange(DAYS), opens, opens + chance.randrange(1, 5))
        answer = browser.send("/agreements/new", form)
        if self.is_told(answer, "submit", title):
            self.asked[title] = number_of(answer)
            self.open.append(self.asked[title])

    def withdraw(self, browser: Browser, chance: random.Random) -> None:
        self.ask(browser, chance)
        if self.open:
            self.act(browser, "withdraw", chance.choice(self.open))

    def answer(self, browser: Browser, chance: random.Random) -> None:
        if not self.open:
            time.sleep(0.05)
            return
        why = {"code": "05", "reason": "当日本馆另有安排，请见谅。"}
        name, typed = chance.choices([("approve", {}), ("decline", why)], [4, 1])[0]
        self.act(browser, name, chance.choice(self.open), **typed)

    def act(self, browser: Browser, name: str, number: str, **typed: str) -> None:
        """Open the page of the action; fill it in and send it, where it can still be done."""
        to = f"/agreements/{number}/{name}"
        page = browser.client.get(to)
        if page.status_code == 200:
            fields = {key: value[0] for key, value in dict(Forms(page.text).found)[to].items()}
            self.is_told(browser.send(to, fields | typed), name, number)
        elif number in self.open and name != "withdraw":
            self.open.remove(number)

    def block(self, browser: Browser, chance: random.Random) -> None:
        to, note = f"/resources/{chance.choice(self.town.halls[1:])}/blocks", f"自用{token_hex(6)}"
        opens, on = chance.randrange(6, 22), day(chance.randrange(DAYS)).isoformat()
        hours = {"first": on, "last": on, "opens": f"{opens:02}:00", "closes": f"{opens + 1:02}:00"}
        answer = browser.client.post(to, browser.fields(to, to) | hours | {"kind": "block", "note": note})
        self.is_told(answer, "block", note)

    def edit(self, browser: Browser, _chance: random.Random) -> None:
        to = f"/resources/{self.town.halls[0]}/edit"
        title = f"小剧场{token_hex(6)}"
        answer = browser.client.post(to, browser.fields(to, to) | {"title": title})
        assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
        self.is_told(answer, "edit", title)


@pytest.fixture
def served(app: Flask, tmp_path: Path, database: str) -> Iterator[tuple[Portal, Town]]:
    """Two processes of gunicorn with four threads each, and a worker."""
    town = build(app)
    with portal(tmp_path, database) as made:
        address = f"127.0.0.1:{made.port}"
        gunicorn = (sys.executable, "-m", "gunicorn", "wsgi:app", "--workers", "2", "--threads", "4", "--bind", address)
        made.serve(gunicorn, (sys.executable, "-m", "alliance.cli", "work"))
        yield made, town


@BOTH
@pytest.mark.long
def test_eight_write_at_once(app: Flask, served: tuple[Portal, Town]) -> None:
    portal, town = served
    writers = Writers(portal, town)
    writers.run()
    portal.end()
    assert all(writers.done.values()), {name: len(done) for name, done in writers.done.items()}
    assert "database is locked" not in portal.log.read_text()
    with app.app_context():
        nothing_is_lost(db.session, writers)
        nothing_overlaps(db.session)
        db.engine.dispose()
    with clock.moved(clock.now() + jobs.LEASE * 2):
        jobs.work(app, until_idle=True)
    with app.app_context():
        assert not indexing.check(app, repair=False)
        db.engine.dispose()
    doctor = portal.command("doctor")
    assert doctor.returncode == 0, doctor.stdout


def nothing_is_lost(session: Session, writers: Writers) -> None:
    """Whatever was answered with success is in the database, once."""
    done = writers.done
    kept = {row.title: row.number for row in session.scalars(sa.select(Agreement))}
    assert {title: kept.get(title) for title in done["submit"]} == writers.asked
    acted = Counter(
        (row[0], row[1])
        for row in session.execute(
            sa.select(Event.action, Agreement.number)
            .join(Leg, sa.and_(Event.subject_type == "leg", Event.subject_id == Leg.id))
            .join(Agreement, Agreement.id == Leg.agreement_id)
        )
    )
    for name in ("approve", "decline", "withdraw"):
        told = Counter(done[name])
        assert {number: acted[f"leg.{name}", number] for number in told} == told, name
    blocked = {event.data["note"] for event in session.scalars(sa.select(Event).where(Event.action == "resource.blocked"))}
    assert blocked == set(done["block"])
    saved = sa.select(sa.func.count(Event.id)).where(Event.action == "resource.saved", Event.request_id.is_not(None))
    assert session.scalar(saved) == len(done["edit"])
    title = session.scalar(sa.select(Resource.title).where(Resource.code == writers.town.halls[0]))
    assert title == done["edit"][-1]


def nothing_overlaps(session: Session) -> None:
    """No two occupancies of a unit, of whatever kind."""
    rows = session.execute(
        sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at).order_by(Occupancy.unit_id, Occupancy.starts_at)
    ).all()
    assert len(rows) > 1
    assert [pair for pair in pairwise(rows) if pair[0][0] == pair[1][0] and pair[0][2] > pair[1][1]] == []
