"""kill -9 in the middle of a hundred submissions: each is wholly there or not at all, and all that follows from it arrives once."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from secrets import token_hex
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.db import db
from alliance.exchange.models import Agreement, Leg, Terms
from alliance.exchange.replay import differences
from alliance.jobs import LEASE, Job
from alliance.journal import Event
from alliance.notifications.models import Mail, Notice
from alliance.people.models import Person
from tests.conftest import BOTH
from tests.exchange.browsers import Browser, number_of
from tests.rough.serving import Portal, portal
from tests.rough.town import BORROWERS, Town, build, wish
from tests.rough.wire import Cut, enter

SUBMISSIONS = 100
KILLED_AFTER = (20, 60)
"""After so many answers the serving process is killed; before the last of these the worker is, too."""
EDITS = "第{hall}号剧场（第{time}稿）"


class Crowd:
    """Five borrowers who ask, and somebody who renames a hall, each at their own browser until all is done."""

    def __init__(self, portal: Portal, town: Town) -> None:
        self.portal, self.town = portal, town
        self.wanted: SimpleQueue[int] = SimpleQueue()
        self.up, self.over = threading.Event(), threading.Event()
        self.answered: dict[int, str] = {}
        self.cut = self.renamed = 0
        self.faults: list[str] = []
        self.threads = [threading.Thread(target=self.attempt, args=(self.ask, who), daemon=True) for who in BORROWERS]
        self.threads.append(threading.Thread(target=self.attempt, args=(self.rename, "staff"), daemon=True))

    def attempt(self, work: Any, who: str) -> None:
        try:
            self.up.wait(60)
            work(enter(self.portal.wire(), self.town.mails[who]))
        except BaseException as error:
            self.faults.append(repr(error)[-3000:])

    def patiently(self, act: Any) -> Any:
        """Once more with the very same, whenever the answer did not come."""
        while True:
            self.up.wait(60)
            try:
                return act()
            except Cut:
                self.cut += 1
                time.sleep(0.1)

    def ask(self, browser: Browser) -> None:
        """The form is drawn once; each wish has a key of its own, as if it were drawn again."""
        hall = self.town.halls[0]
        fields = self.patiently(lambda: browser.fields(f"/agreements/new?resource={hall}", "/agreements/new"))
        with suppress(Empty):
            while True:
                number = self.wanted.get_nowait()
                key = {"key": token_hex(12), "resource": self.town.halls[number % len(self.town.halls)]}
                form = fields | wish(f"第{number}场送戏", number) | key
                answer = self.patiently(lambda form=form: browser.send("/agreements/new", form))
                self.answered[number] = number_of(answer)

    def rename(self, browser: Browser) -> None:
        """Each time from a fresh page: what was answered with success stands, what was cut may stand."""
        address = f"/resources/{self.town.halls[0]}/edit"
        while not self.over.is_set():
            fields = self.patiently(lambda: browser.fields(address, address))
            title = EDITS.format(hall=0, time=self.renamed + 1)
            answer = self.patiently(lambda form=fields | {"title": title}: browser.client.post(address, form))
            assert answer.status_code in (303, 409), (answer.status_code, answer.text[-2000:])
            self.renamed += 1
            time.sleep(0.05)

    def reaches(self, number: int) -> None:
        """Wait until so many were answered."""
        until = time.monotonic() + 100
        while len(self.answered) < number:
            assert not self.faults, self.faults
            assert time.monotonic() < until, f"only {len(self.answered)} answers: {self.portal.log.read_text()[-3000:]}"
            time.sleep(0.01)


def halves(session: Session) -> list[str]:
    """Everything about a request that is there without the rest of it."""
    wrong = differences(session)
    for agreement in session.scalars(sa.select(Agreement)):
        legs = agreement.legs
        events = [
            event
            for leg in legs
            for event in session.scalars(
                sa.select(Event).where(Event.subject_type == "leg", Event.subject_id == leg.id).order_by(Event.id)
            )
        ]
        told = [job.payload["event"] for job in session.scalars(sa.select(Job).where(Job.kind == "notify"))]
        terms = session.scalar(sa.select(sa.func.count(Terms.id)).join(Leg).where(Leg.agreement_id == agreement.id))
        whole = (
            [leg.state for leg in legs] == ["requested"]
            and len(legs[0].lines) == terms == 1
            and legs[0].due_at is not None
            and [event.action for event in events] == ["leg.start", "leg.submit"]
            and told.count(events[1].id) == 1
        )
        if not whole:
            wrong.append(f"{agreement.number}: {[leg.state for leg in legs]} {[event.action for event in events]} {terms}")
    return wrong


@pytest.fixture
def town(app: Flask) -> Town:
    return build(app)


@pytest.fixture
def served(tmp_path: Path, database: str, town: Town) -> Iterator[Portal]:
    with portal(tmp_path, database) as made:
        yield made


@BOTH
@pytest.mark.long
@pytest.mark.timeout(200)
def test_killed_in_the_middle_of_a_hundred_submissions(app: Flask, town: Town, served: Portal, signed_in: Any) -> None:
    crowd = Crowd(served, town)
    for number in range(SUBMISSIONS):
        crowd.wanted.put(number)
    served.serve()
    crowd.up.set()
    for thread in crowd.threads:
        thread.start()
    for nth, number in enumerate(KILLED_AFTER):
        crowd.reaches(number)
        if nth == len(KILLED_AFTER) - 1:
            served.kill_worker()
            crowd.reaches(number + 5)
        crowd.up.clear()
        served.kill()
        with app.app_context():
            assert halves(db.session) == []
            db.engine.dispose()
        served.serve()
        crowd.up.set()
    crowd.reaches(SUBMISSIONS)
    crowd.over.set()
    for thread in crowd.threads:
        thread.join(60)
    assert crowd.faults == []
    assert crowd.cut >= len(KILLED_AFTER), "nobody was interrupted"
    all_is_there(app, crowd)
    served.end()
    everything_arrived(app, crowd)
    served.is_well()
    with app.app_context():
        handler = db.session.scalars(sa.select(Person.id).where(Person.email == town.mails["handler"])).one()
    on_the_screen(Browser(signed_in(handler)), crowd)


def all_is_there(app: Flask, crowd: Crowd) -> None:
    """Sent again with the same key, each wish is one agreement, the one whose number was told."""
    with app.app_context():
        assert halves(db.session) == []
        kept = {row.title: row.number for row in db.session.scalars(sa.select(Agreement))}
        assert kept == {f"第{number}场送戏": told for number, told in crowd.answered.items()}
        assert len(kept) == db.session.scalar(sa.select(sa.func.count(Agreement.id))) == SUBMISSIONS


def everything_arrived(app: Flask, crowd: Crowd) -> None:
    """When the worker ran, and the leases of those who died ran out: each notice and each mail once."""
    with clock.moved(clock.now() + LEASE + timedelta(minutes=1)):
        jobs.work(app, until_idle=True)
    with app.app_context():
        waiting = db.session.scalars(sa.select(Job.kind).where(Job.state != "done", Job.key.is_(None)))
        assert [*waiting] == []
        asked = db.session.scalars(sa.select(Event.id).where(Event.action == "leg.submit").order_by(Event.id)).all()
        told = db.session.scalars(sa.select(Notice.event_id).where(Notice.template == "asked").order_by(Notice.event_id)).all()
        mails = db.session.scalars(sa.select(Mail.id).where(Mail.to == crowd.town.mails["handler"])).all()
        assert told == asked
        assert len(mails) == len(asked) == SUBMISSIONS
        db.engine.dispose()


def on_the_screen(browser: Browser, crowd: Crowd) -> None:
    """The list of notices names each agreement once; the search finds the hall under its last name."""
    pages = [browser.get("/notices/")]
    while f"page={len(pages) + 1}" in pages[-1]:
        pages.append(browser.get(f"/notices/?page={len(pages) + 1}"))
    shown = Counter(number for page in pages for number in re.findall(r'<p class="small mb-0">.*?(第\d+场送戏)', page))
    assert shown == Counter({f"第{one}场送戏": 1 for one in range(SUBMISSIONS)})
    assert EDITS.format(hall=0, time=crowd.renamed) in browser.get("/search?q=第0号剧场")
