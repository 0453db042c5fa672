"""kill -9 in the middle of two hundred commits: each agreement is fixed wholly or not at all, and every notice arrives once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from secrets import token_hex
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.catalogue.models import Resource
from alliance.clock import SHANGHAI
from alliance.db import db, transaction
from alliance.exchange import joint, requests
from alliance.exchange.actions import act
from alliance.exchange.models import Agreement, Leg
from alliance.exchange.replay import differences
from alliance.jobs import LEASE
from alliance.journal import Event
from alliance.notifications.models import Notice
from alliance.people.models import Person, Post
from tests.conftest import BOTH
from tests.exchange.browsers import Browser
from tests.exchange.stage import form
from tests.rough.serving import Portal, portal
from tests.rough.town import Town, build, day, hall
from tests.rough.wire import Cut, enter

SWAPS, TOURS, LOANS = 60, 40, 40
COMMITS = 2 * SWAPS + TOURS + LOANS
KILLED_AFTER = (25, 80)
DECIDING = ("handler", "colleague", "staff")
"""Of the owner's people those who answer; staff only takes what is offered in a swap."""
NO_SECOND = {"second_starts_at": None, "second_ends_at": None}


def at(ahead: int, hour: int = 9) -> datetime:
    return datetime.combine(day(ahead), datetime.min.time(), SHANGHAI) + timedelta(hours=hour)


def asked(title: str, ahead: int, **more: Any) -> Any:
    return form(title=title, starts_at=at(ahead), ends_at=at(ahead, 17), **NO_SECOND, **more)


class Waiting:
    """Agreements that need one more word: (number of the leg, what is done with it), all on days of their own."""

    def __init__(self, session: Session, town: Town) -> None:
        people = {
            mail: person
            for mail in town.mails.values()
            for person in session.scalars(sa.select(Person).where(Person.email == mail))
        }
        self.session, self.handler, self.asks = session, people[town.mails["handler"]], people[town.mails["b1"]]
        session.add(Post(person=self.asks, centre=self.asks.centre, role="handler", since=date(2024, 1, 1)))
        session.flush()
        theirs = hall(session, self.asks, self.asks.centre, len(town.halls))
        halls = {one.code: one for one in session.scalars(sa.select(Resource))}
        self.halls = [halls[code] for code in town.halls]
        self.theirs = halls[theirs]
        self.work = (
            [self.swap(n) for n in range(SWAPS)] + [self.tour(n) for n in range(TOURS)] + [self.loan(n) for n in range(LOANS)]
        )

    def act(self, person: Person, leg: Leg, name: str, **inputs: Any) -> None:
        act(self.session, person, leg, name, expected_version=leg.version, **inputs)

    def swap(self, ahead: int) -> tuple[str, str]:
        """Both halls on one day: the owner agreed, and has still to take what it is offered."""
        wanted = asked(f"互换{ahead}", ahead)
        swap = requests.start(self.session, self.asks, resource=self.halls[0], form=wanted, kind="swap")
        joint.give(self.session, self.asks, swap, resource=self.theirs)
        joint.send(self.session, self.asks, swap, seen={leg.id: leg.version for leg in swap.legs})
        one, other = sorted(swap.legs, key=lambda leg: leg.rank)
        self.act(self.handler, one, "approve")
        return other.number, "accept_offer"

    def tour(self, ahead: int) -> tuple[str, str]:
        place = {"place": "下河村文化礼堂", "division_code": "990102", "audience": 200}
        stops = [place | {"starts_at": at(2 * ahead + n), "ends_at": at(2 * ahead + n, 12)} for n in range(2)]
        return self.sent(
            requests.start(
                self.session, self.asks, resource=self.halls[1], form=asked(f"巡演{ahead}", ahead, stops=stops), kind="tour"
            )
        )

    def loan(self, ahead: int) -> tuple[str, str]:
        return self.sent(requests.start(self.session, self.asks, resource=self.halls[2], form=asked(f"借用{ahead}", ahead)))

    def sent(self, agreement: Agreement) -> tuple[str, str]:
        self.act(self.asks, agreement.legs[0], "submit")
        return agreement.legs[0].number, "approve"


class Crowd:
    """The owner's people, each at a browser of their own, until all is decided."""

    def __init__(self, served: Portal, town: Town, work: list[tuple[str, str]]) -> None:
        self.portal, self.town = served, town
        self.queues: dict[str, SimpleQueue[tuple[str, str]]] = {"accept_offer": SimpleQueue(), "approve": SimpleQueue()}
        for one in work:
            self.queues[one[1]].put(one)
        self.up = threading.Event()
        self.done = self.cut = 0
        self.faults: list[str] = []
        self.threads = [threading.Thread(target=self.attempt, args=(who,), daemon=True) for who in DECIDING]

    def attempt(self, who: str) -> None:
        try:
            self.up.wait(60)
            browser = enter(self.portal.wire(), self.town.mails[who])
            for name in ("accept_offer",) if who == "staff" else ("approve", "accept_offer"):
                with suppress(Empty):
                    while True:
                        self.decide(browser, *self.queues[name].get_nowait())
        except BaseException as error:
            self.faults.append(f"{who} {error!r}"[-3000:])

    def decide(self, browser: Browser, number: str, name: str) -> None:
        """The form is drawn once; the very same is sent again whenever the answer did not come."""
        to = f"/agreements/{number}/{name}"
        fields = self.patiently(lambda: browser.fields(to, to)) | {"key": token_hex(12)}
        answer = self.patiently(lambda: browser.send(to, fields))
        assert answer.status_code == 302, (number, name, answer.status_code, answer.get_data(as_text=True)[-1500:])
        self.done += 1

    def patiently(self, wish: Any) -> Any:
        while True:
            self.up.wait(60)
            try:
                return wish()
            except Cut:
                self.cut += 1
                time.sleep(0.1)

    def reaches(self, number: int) -> None:
        until = time.monotonic() + 150
        while self.done < number:
            assert not self.faults, self.faults
            assert time.monotonic() < until, f"only {self.done}: {self.portal.log.read_text()[-3000:]}"
            time.sleep(0.01)


def halves(session: Session) -> list[str]:
    """Agreements of which a part is fixed, and whatever the journal and the tables disagree on."""
    wrong = differences(session)
    for agreement in session.scalars(sa.select(Agreement)):
        states = sorted(leg.state for leg in agreement.legs)
        if states not in (["confirmed"] * len(states), ["requested"], ["agreed", "offered"]):
            wrong.append(f"{agreement.number}: {states}")
    return wrong


@pytest.fixture
def served(tmp_path: Path, database: str, app: Flask) -> Iterator[tuple[Portal, Town, list[tuple[str, str]]]]:
    town = build(app)
    with app.app_context():
        with transaction() as session:
            work = Waiting(session, town).work
        jobs.work(app, until_idle=True)
        db.engine.dispose()
    with portal(tmp_path, database) as made:
        yield made, town, work


@BOTH
@pytest.mark.long
@pytest.mark.timeout(400)
def test_killed_in_the_middle_of_two_hundred_commits(app: Flask, served: tuple[Portal, Town, list[tuple[str, str]]]) -> None:
    running, town, work = served
    crowd = Crowd(running, town, work)
    running.serve()
    crowd.up.set()
    for thread in crowd.threads:
        thread.start()
    for number in KILLED_AFTER:
        crowd.reaches(number)
        running.kill_worker()
        crowd.up.clear()
        running.kill()
        with app.app_context():
            assert halves(db.session) == []
            db.engine.dispose()
        running.serve()
        crowd.up.set()
    crowd.reaches(len(work))
    for thread in crowd.threads:
        thread.join(60)
    assert crowd.faults == []
    running.end()
    with clock.moved(clock.now() + LEASE + timedelta(minutes=1)):
        jobs.work(app, until_idle=True)
    with app.app_context():
        assert halves(db.session) == []
        assert set(db.session.scalars(sa.select(Leg.state))) == {"confirmed"}
        commits = db.session.scalars(sa.select(Event.id).where(Event.action == "leg.commit")).all()
        assert len(commits) == COMMITS
        told = Counter(db.session.execute(sa.select(Notice.event_id, Notice.person_id).where(Notice.event_id.in_(commits))).all())
        assert {event for event, _person in told} == set(commits)
        assert set(told.values()) == {1}
        db.engine.dispose()
    running.is_well()
