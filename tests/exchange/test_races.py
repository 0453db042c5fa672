"""Races between processes, each with a connection of its own, on the migrated schema of both databases."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.app import create_app
from alliance.catalogue.models import Occupancy
from alliance.db import db, transaction
from alliance.errors import Refusal, Unavailable
from alliance.exchange import requests
from alliance.exchange.actions import act
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.journal import Event
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH, BOTH_IN_TIME, settings
from tests.exchange.joined import ONE, table
from tests.exchange.stage import NOW, START, TO_IN_USE, Stage, build, form

ROUNDS = pytest.mark.parametrize("turn", range(5))
fork = multiprocessing.get_context("fork")
PROCESSES = 4
Wish = tuple[int | None, int, str, dict[str, Any]]
"""Who, which leg, which action, with what."""


def contend(folder: Path, url: str, at: Any, wishes: list[Wish], start: Barrier, answers: Any) -> None:
    """One process: all start together, then one wish after the other; what came of each is sent back."""
    app = create_app(settings(folder, url))
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        db.session.rollback()
        start.wait(60)
        for wish in wishes:
            answers.put((wish[1], wish[2], fulfil(wish, at)))
        db.engine.dispose()


def fulfil(wish: Wish, at: Any) -> str:
    """done, or the name of the refusal; who is told to try again later does."""
    person_id, leg_id, name, inputs = wish
    for _time in range(5):
        try:
            with clock.moved(at), transaction() as session:
                leg = session.get_one(Leg, leg_id)
                person = session.get_one(Person, person_id) if person_id else None
                act(session, person, leg, name, **inputs)
        except Unavailable:
            continue
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"
    return "Unavailable"


@pytest.fixture
def race(app: Flask, database: str, tmp_path: Path) -> Callable[..., list[tuple[int, str, str]]]:
    """`race(wishes, at=…)`: dealt out to the processes in turn."""

    def run(wishes: list[Wish], at: Any = NOW) -> list[tuple[int, str, str]]:
        with app.app_context():
            db.engine.dispose()
        start, answers = fork.Barrier(PROCESSES), fork.Queue()
        hands = [wishes[n::PROCESSES] for n in range(PROCESSES)]
        args = [(tmp_path, database, at, hand, start, answers) for hand in hands]
        runners = [fork.Process(target=contend, args=arg) for arg in args]
        for runner in runners:
            runner.start()
        said = [answers.get(timeout=90) for _ in wishes]
        for runner in runners:
            runner.join(60)
            assert runner.exitcode == 0
        return said

    return run


def confirmed(session: Session) -> list[tuple[Any, Any]]:
    query = sa.select(Occupancy.starts_at, Occupancy.ends_at).where(Occupancy.kind == "confirmed")
    return [tuple(row) for row in session.execute(query.order_by(Occupancy.starts_at))]


def one(first: timedelta, length: timedelta) -> dict[str, Any]:
    """A single choice of dates."""
    return {"starts_at": START + first, "ends_at": START + first + length, "second_starts_at": None, "second_ends_at": None}


def requested(stage: Stage, count: int, dates: Callable[[int], dict[str, Any]]) -> list[Leg]:
    return [stage.act("borrower", stage.leg(**dates(n)), "submit") for n in range(count)]


@BOTH
def test_fifty_approvals_of_one_slot(app: Flask, race: Any) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        legs = requested(stage, 50, lambda n: one(timedelta(), timedelta(hours=8)))
        wishes = [(stage.people["handler"].id, leg.id, "approve", {"expected_version": leg.version, "choice": 1}) for leg in legs]
    said = race(wishes)
    assert sorted(outcome for *_rest, outcome in said) == ["Conflict"] * 49 + ["done"]
    with app.app_context(), transaction() as session:
        assert confirmed(session) == [(START, START + timedelta(hours=8))]
        assert session.scalar(sa.select(sa.func.count(Leg.id)).where(Leg.state == "confirmed")) == 1


@BOTH_IN_TIME
def test_a_substitute_is_offered_or_given_once(app: Flask, race: Any) -> None:
    """Half of them ask for a hall and are offered another one, the rest ask for that one itself."""
    with app.app_context(), transaction() as session:
        stage = build(session)
        other = make.resource(session, stage.owner)
        on_it = replace(stage, thing=other)
        moved, direct = (requested(each, 12, lambda _n: one(timedelta(), timedelta(hours=8))) for each in (stage, on_it))
        handler = stage.people["handler"].id
        wishes = [(handler, leg.id, "offer", {"substitute": other.code, "expected_version": leg.version}) for leg in moved]
        wishes += [(handler, leg.id, "approve", {"choice": 1, "expected_version": leg.version}) for leg in direct]
        wishes.sort(key=lambda wish: wish[1] % 12)
    said = race(wishes)
    assert sum(what == "done" for _leg, _name, what in said) == 1, said
    assert {what for _leg, _name, what in said} == {"done", "Conflict"}
    with app.app_context(), transaction() as session, clock.moved(NOW):
        assert len(set(session.scalars(sa.select(Occupancy.leg_id)))) == 1
        assert differences(session) == []


@BOTH
def test_overlaps_of_unequal_length(app: Flask, race: Any) -> None:
    """Each is an hour later and longer than the one before: whoever wins, no two overlap."""
    with app.app_context(), transaction() as session:
        stage = build(session, buffer_before=30, buffer_after=30)
        legs = requested(stage, 24, lambda n: one(timedelta(hours=n), timedelta(hours=1 + n % 5)))
        wishes = [(stage.people["handler"].id, leg.id, "approve", {"expected_version": leg.version}) for leg in legs]
    said = race(wishes)
    with app.app_context(), transaction() as session:
        taken = confirmed(session)
    assert len(taken) == sum(outcome == "done" for *_rest, outcome in said) >= 3
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(taken)]
    assert all(gap >= timedelta(minutes=30) for gap in gaps)


@BOTH
def test_extension_against_bookings(app: Flask, race: Any) -> None:
    """The night after the loan is wanted twice: by the extension and by three requests."""
    with app.app_context(), transaction() as session:
        stage = build(session)
        used = stage.play(stage.leg(**one(timedelta(), timedelta(hours=8))), *TO_IN_USE)
        stage.act("borrower", used, "ask_extension", until=START + timedelta(hours=12))
        legs = requested(stage, 3, lambda n: one(timedelta(hours=9 + n), timedelta(hours=8)))
        handler = stage.people["handler"].id
        wishes: list[Wish] = [(handler, used.id, "grant", {"expected_version": used.version})]
        wishes += [(handler, leg.id, "approve", {"expected_version": leg.version}) for leg in legs]
    said = race(wishes)
    assert sorted(outcome for *_rest, outcome in said) == ["Conflict"] * 3 + ["done"]
    with app.app_context(), transaction() as session:
        taken = confirmed(session)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(taken))


@pytest.mark.long
@BOTH
def test_lapse_of_a_hold_against_approvals(app: Flask, race: Any) -> None:
    """At the very moment of the limit the offer is gone for its borrower, and its dates go to exactly one other."""
    with app.app_context(), transaction() as session:
        stage = build(session)
        offered = stage.act("borrower", stage.leg(**one(timedelta(), timedelta(hours=8))), "submit")
        stage.act("handler", offered, "offer", conditions=[{"text": "须自备车辆"}])
        stage.now = NOW + timedelta(days=3)
        legs = requested(stage, 4, lambda n: one(timedelta(hours=n), timedelta(hours=8)))
        assert offered.hold_until is not None
        wishes: list[Wish] = [
            (None, offered.id, "expire", {}),
            (stage.people["borrower"].id, offered.id, "accept_offer", {"expected_version": offered.version, "terms_version": 2}),
        ]
        wishes += [(stage.people["handler"].id, leg.id, "approve", {"expected_version": leg.version}) for leg in legs]
        limit = offered.hold_until
    said = race(wishes, at=limit)
    assert [outcome for _leg, name, outcome in said if name == "expire"] == ["done"]
    assert [outcome for _leg, name, outcome in said if name == "accept_offer"] == ["Conflict"]
    assert sorted(outcome for _leg, name, outcome in said if name == "approve") == ["Conflict"] * 3 + ["done"]


@pytest.mark.long
@BOTH
def test_double_submit_is_one_event(app: Flask, race: Any) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.leg()
        number = leg.id
        wishes = [(stage.people["borrower"].id, number, "submit", {"expected_version": leg.version, "key": "click"})] * 8
    assert [outcome for *_rest, outcome in race(wishes)] == ["done"] * 8
    with app.app_context(), transaction() as session:
        assert session.scalar(sa.select(sa.func.count(Event.id)).where(Event.action == "leg.submit")) == 1
        assert session.get_one(Leg, number).version == 2


@BOTH
def test_two_answers_to_one_request(app: Flask, race: Any) -> None:
    """Approve, decline and withdraw at once: one of them, and the rest hear of it."""
    with app.app_context(), transaction() as session:
        stage = build(session)
        (leg,) = requested(stage, 1, lambda n: one(timedelta(), timedelta(hours=8)))
        seen = {"expected_version": leg.version}
        people = {name: person.id for name, person in stage.people.items()}
        wishes: list[Wish] = [
            (people["handler"], leg.id, "approve", seen),
            (people["colleague"], leg.id, "decline", {**seen, "code": "03", "reason": "本馆当日另有重大活动安排"}),
            (people["borrower"], leg.id, "withdraw", seen),
            (people["handler"], leg.id, "accept_handling", seen),
        ]
    assert sorted(outcome for *_rest, outcome in race(wishes)) == ["Conflict"] * 3 + ["done"]


@pytest.mark.long
@ROUNDS
@BOTH
def test_a_pool_is_never_oversold_by_approvals(app: Flask, race: Any, turn: int) -> None:
    """Ten lamps, eight requests of three for hours that all meet: three of them get theirs."""
    with app.app_context(), transaction() as session:
        stage = build(session, quantity=10)
        legs = requested(stage, 8, lambda n: one(timedelta(hours=n), timedelta(hours=8)) | {"quantity": 3})
        wishes = [(stage.people["handler"].id, leg.id, "approve", {"expected_version": leg.version, "choice": 1}) for leg in legs]
    said = race(wishes[turn:] + wishes[:turn])
    assert sorted(outcome for *_rest, outcome in said) == ["Conflict"] * 5 + ["done"] * 3
    with app.app_context(), transaction() as session:
        assert session.scalars(sa.select(Occupancy.quantity)).all() == [3] * 3
        assert differences(session) == []


@pytest.mark.long
@ROUNDS
@BOTH
def test_the_whole_against_its_parts(app: Flask, race: Any, turn: int) -> None:
    """A hall, its stage and its foyer, wanted for one day: the hall once, or each part once, never both."""
    with app.app_context(), transaction() as session:
        stage = build(session, units=2)
        hall, parts = stage.thing, []
        for unit in hall.units:
            part = make.resource(session, stage.owner, kind="venue", units=0)
            part.units = [unit]
            parts.append(part)
        session.flush()
        legs = []
        for thing in [hall, *parts] * 3:
            stage.thing = thing
            legs += requested(stage, 1, lambda _n: one(timedelta(), timedelta(hours=8)))
        wants = {leg.id: leg.lines[0].resource_id for leg in legs}
        whole = hall.id
        wishes = [(stage.people["handler"].id, leg.id, "approve", {"expected_version": leg.version, "choice": 1}) for leg in legs]
    said = race(wishes[turn:] + wishes[:turn])
    assert {outcome for *_rest, outcome in said} == {"done", "Conflict"}
    got = sorted(wants[leg] for leg, _name, outcome in said if outcome == "done")
    assert got == [whole] or (whole not in got and len(set(got)) == len(got))
    with app.app_context(), transaction() as session:
        assert len(confirmed(session)) == len(set(session.scalars(sa.select(Occupancy.unit_id)))) == 2
        assert differences(session) == []


# Several legs ------------------------------------------------------------


def fixed_or_not(session: Session) -> list[set[str]]:
    """The states of each agreement's legs."""
    found: dict[int, set[str]] = {}
    for number, state in session.execute(sa.select(Leg.agreement_id, Leg.state)):
        found.setdefault(number, set()).add(state)
    return list(found.values())


@BOTH
@pytest.mark.long
def test_crossed_swaps(app: Flask, race: Any) -> None:
    """Fifty swaps over the same two halls, half of them begun from the other side: all are fixed, nobody is turned away."""
    wishes: list[Wish] = []
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b")
        for n in range(50):
            mine, theirs = ("a", "b") if n % 2 else ("b", "a")
            agreement = t.ask(mine, theirs, "swap", **one(timedelta(days=n), timedelta(hours=8)))
            t.give(agreement, mine)
            t.send(agreement, mine)
            session.flush()
            asked, given = sorted(agreement.legs, key=lambda leg: leg.rank)
            answers = t.handlers[theirs].id
            wishes.append((answers, asked.id, "approve", {"expected_version": asked.version, "choice": 1}))
            wishes.append((answers, given.id, "accept_offer", {"expected_version": given.version, "terms_version": 1}))
    said = race(wishes)
    assert {outcome for *_rest, outcome in said} == {"done"}
    with app.app_context(), transaction() as session:
        assert fixed_or_not(session) == [{"confirmed"}] * 50
        assert len(confirmed(session)) == 100


@BOTH
@pytest.mark.long
def test_projects_that_want_the_same_halls(app: Flask, race: Any) -> None:
    """Each wants both halls on one day, in either order, beside single requests: whatever is fixed is fixed whole, and once."""
    wishes: list[Wish] = []
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        for n in range(10):
            halls = ("b", "c") if n % 2 else ("c", "b")
            agreement = t.ask("a", halls[0], "bundle", **one(timedelta(), timedelta(hours=8)))
            t.add(agreement, "a", halls[1])
            t.send(agreement, "a")
            for owner, leg in zip(halls, agreement.legs, strict=True):
                wishes.append((t.handlers[owner].id, leg.id, "approve", {"expected_version": leg.version, "choice": 1}))
        for n in range(4):
            (leg,) = t.ask("a", "bc"[n % 2], "loan", **one(timedelta(hours=2 * n), timedelta(hours=4))).legs
            t.act("a", leg, "submit")
            wishes.append((t.handlers["bc"[n % 2]].id, leg.id, "approve", {"expected_version": leg.version, "choice": 1}))
    said = race(wishes)
    assert {outcome for *_rest, outcome in said} <= {"done", "Conflict"}
    with app.app_context(), transaction() as session:
        states = fixed_or_not(session)
        assert all(one in ({"confirmed"}, {"requested"}, {"agreed", "requested"}) for one in states)
        taken = session.execute(sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at)).all()
        for unit in {row.unit_id for row in taken}:
            mine = sorted((row.starts_at, row.ends_at) for row in taken if row.unit_id == unit)
            assert all(earlier[1] <= later[0] for earlier, later in pairwise(mine))


@BOTH
def test_tours_against_single_requests(app: Flask, race: Any) -> None:
    """Tours over three days in one hall and requests for one of the days: whatever is fixed is fixed at every stop, and once."""
    hours, place = timedelta(hours=8), {"place": "下河村文化礼堂", "division_code": "990102", "audience": 200}
    with app.app_context(), transaction() as session:
        stage = build(session)
        legs = requested(stage, 8, lambda n: one(timedelta(days=n), hours))
        for n in range(8):
            starts = [START + timedelta(days=n + k) for k in (0, 1, 3)]
            leg = stage.leg(stops=[place | {"starts_at": start, "ends_at": start + hours} for start in starts])
            leg.agreement.kind = "tour"
            legs.append(stage.act("borrower", leg, "submit"))
        wishes = [(stage.people["handler"].id, leg.id, "approve", {"expected_version": leg.version}) for leg in legs[::-1]]
    said = race(wishes)
    assert {outcome for *_rest, outcome in said} == {"done", "Conflict"}
    with app.app_context(), transaction() as session:
        taken = confirmed(session)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(taken))
        stops = sa.select(Leg.agreement_id, sa.func.count(Occupancy.id)).join(Occupancy, Occupancy.leg_id == Leg.id)
        assert {count for _agreement, count in session.execute(stops.group_by(Leg.agreement_id))} <= {1, 3}
        assert differences(session) == []


@pytest.mark.long
@BOTH
def test_rings_of_three(app: Flask, race: Any) -> None:
    """甲 lends to 乙, 乙 to 丙, 丙 to 甲, sixteen times over: the last consent of each fixes all three."""
    wishes: list[Wish] = []
    with app.app_context(), transaction() as session:
        t = table(session, *"abc")
        for n in range(16):
            days = one(timedelta(days=n), timedelta(hours=8))
            ring = ["ab", "bc", "ca"][n % 3 :] + ["ab", "bc", "ca"][: n % 3]
            agreement = t.ask(ring[0][1], ring[0][0], "swap", **days)
            for owner, borrower in ring[1:]:
                leg = Leg(agreement=agreement, owner=t.centres[owner], borrower=t.centres[borrower], rank=len(agreement.legs) + 1)
                requests.begin(session, t.handlers[borrower], leg, resource=t.things[owner], form=form(**(ONE | days)))
            for leg, (owner, borrower) in zip(list(agreement.legs), ring, strict=True):
                t.act(borrower, leg, "submit")
                wishes.append((t.handlers[owner].id, leg.id, "approve", {"expected_version": leg.version, "choice": 1}))
    assert {outcome for *_rest, outcome in race(wishes)} == {"done"}
    with app.app_context(), transaction() as session:
        assert fixed_or_not(session) == [{"confirmed"}] * 16
