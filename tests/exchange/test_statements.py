"""How many statements things cost, whatever the number of rows."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.exchange import joint
from alliance.exchange.actions import act, available
from alliance.exchange.models import Leg
from alliance.exchange.requests import alternatives
from alliance.exchange.turns import tasks
from alliance.exchange.waiting import waiting
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.exchange.cast import Cast
from tests.exchange.joined import swap, table
from tests.exchange.stage import NOW, START, Stage, build
from tests.queries import counted

TO_OFFERED = (("borrower", "submit"), ("handler", "offer", {"conditions": [{"text": "自带饮水"}]}))


@BOTH
def test_approving_takes_at_most_fourteen(app: Flask, statements: Callable[[], Any]) -> None:
    """Everything from the locks to the commit, with those who listen to its events; who is signed in was read before."""
    with app.app_context(), transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "accept_handling"))
        ids = leg.id, stage.people["handler"].id
    with app.app_context(), clock.moved(NOW), transaction() as session:
        leg, person = session.get_one(Leg, ids[0]), session.get_one(Person, ids[1])
        assert leg.lines[0].resource.id
        with statements() as seen:
            act(session, person, leg, "approve", expected_version=leg.version, key="once", choice=1)
            session.commit()
        assert leg.state == "confirmed"
    assert len(seen) <= 14, "\n".join(seen)


def cost(app: Flask, statements: Callable[[], Any], look: Callable[[Any], object]) -> int:
    """Statements of a look with nothing in memory."""
    with app.app_context(), clock.moved(NOW), transaction() as session:
        session.expunge_all()
        session.info.pop("calendar", None)
        with statements() as seen:
            look(session)
        return len(seen)


def test_tasks_and_alternatives_cost_the_same_for_any_number(app: Flask, statements: Callable[[], Any]) -> None:
    with app.app_context(), transaction() as writing:
        stage = build(writing)
        make.duty(writing, stage.owner, stage.people["handler"])
        make.resource(writing, make.centre(writing))
        leg = stage.play(stage.leg(), ("borrower", "submit"))
        person, number, thing, owner = stage.people["handler"].id, leg.id, stage.thing.id, stage.owner.id
    looks: dict[str, Callable[[Any], object]] = {
        "tasks": lambda session: tasks(session, session.get_one(Person, person), NOW),
        "alternatives": lambda session: alternatives(session, session.get_one(Leg, number)),
        "waiting": lambda session: waiting(session, [thing], START, START.replace(month=5)),
    }
    before = {name: cost(app, statements, look) for name, look in looks.items()}
    with app.app_context(), transaction() as writing:
        for _ in range(6):
            more = build(writing)
            make.resource(writing, more.owner)
            more.thing = make.resource(writing, writing.get_one(Centre, owner))
            more.play(more.leg(), ("borrower", "submit"))
            more.thing = writing.get_one(Resource, thing)
            more.play(more.leg(), ("borrower", "submit"))
    after = {name: cost(app, statements, look) for name, look in looks.items()}
    with app.app_context(), clock.moved(NOW), transaction() as session:
        assert len(tasks(session, session.get_one(Person, person), NOW).mine) == 13
        assert len(alternatives(session, session.get_one(Leg, number))) == 3
        assert len(waiting(session, [thing], START, START.replace(month=5))) == 14
    assert after == before


def test_what_can_be_done_costs_little(app: Flask, statements: Callable[[], Any]) -> None:
    with app.app_context(), transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), ("borrower", "submit"))
        with statements() as seen:
            assert {action.name for action in available(writing, leg, stage.people["handler"], NOW)} >= {"approve", "decline"}
    assert len(seen) <= 6


@BOTH
def test_a_tour_costs_the_same_for_each_stop_more(app: Flask, statements: Callable[[], Any]) -> None:
    """Approving the last step takes fourteen for one place, and so many more for each stop."""
    costs = []
    for stops in (2, 4, 8):
        with app.app_context(), transaction() as writing:
            stage = build(writing)
            place = {"place": "下河村文化礼堂", "division_code": "990102", "audience": 200}
            starts = [START + timedelta(days=n) for n in range(stops)]
            leg = stage.leg(stops=[place | {"starts_at": start, "ends_at": start + timedelta(hours=3)} for start in starts])
            leg.agreement.kind = "tour"
            leg = stage.play(leg, ("borrower", "submit"), ("handler", "accept_handling"))
            ids = leg.id, stage.people["handler"].id
        costs.append(cost(app, statements, lambda session, ids=ids: approved(session, *ids)))
    assert costs[2] - costs[1] == 2 * (costs[1] - costs[0])
    assert costs[0] <= 14 + 2 * (costs[1] - costs[0]), costs


@BOTH
def test_the_last_consent_to_a_swap_costs_at_most_fourteen_a_leg(app: Flask, statements: Callable[[], Any]) -> None:
    with app.app_context(), transaction() as writing:
        made, agreement = swap(writing)
        one, other = sorted(agreement.legs, key=lambda leg: leg.rank)
        made.act("b", one, "approve")
        ids = other.id, made.handlers["b"].id
    with app.app_context(), clock.moved(made.now), transaction() as session:
        leg, person = session.get_one(Leg, ids[0]), session.get_one(Person, ids[1])
        assert leg.lines[0].resource.id
        with statements() as seen:
            act(session, person, leg, "accept_offer", expected_version=leg.version, key="once", terms_version=leg.terms_version)
            session.commit()
        assert leg.state == "confirmed"
    assert len(seen) <= 28, "\n".join(seen)


STEPS: dict[str, tuple[str, tuple[tuple[Any, ...], ...], dict[str, Any]]] = {
    "submit": ("borrower", (), {}),
    "approve": ("handler", (("borrower", "submit"),), {"choice": 1}),
    "accept_offer": ("borrower", TO_OFFERED, {"terms_version": 2}),
}
"""Who does it, what was done before, with what."""
KNOWN = ("person", "post", "alliance_post", "leg", "line")
"""What any wish that is posted reads first: who wishes, and on what."""


@BOTH
@pytest.mark.parametrize("name", STEPS)
def test_each_step_of_one_leg_takes_at_most_fourteen(app: Flask, statements: Callable[[], Any], name: str) -> None:
    """From the locks to the commit, also where the handler approves without having taken the request on before."""
    who, before, inputs = STEPS[name]
    with app.app_context(), transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *before)
        ids = leg.id, stage.people[who].id
    with app.app_context(), clock.moved(NOW), transaction() as session:
        leg, person = session.get_one(Leg, ids[0]), session.get_one(Person, ids[1])
        assert leg.lines[0].resource.id
        with statements() as seen:
            act(session, person, leg, name, expected_version=leg.version, key="once", **inputs)
            session.commit()
    assert 0 < len(seen) <= 14, "\n".join(seen)


@BOTH
@pytest.mark.parametrize("name", STEPS)
def test_each_step_takes_as_many_when_it_is_posted(app: Flask, cast: Cast, name: str) -> None:
    """What the request sends in its writing transaction, but for reading anew who acts on what (`KNOWN`).

    Signing in and the form's own reading lie before that transaction and write nothing.
    """
    who, before, inputs = STEPS[name]
    with app.app_context(), transaction() as session:
        thing = session.scalars(sa.select(Resource).where(Resource.code == cast.code)).one()
        played = {name: session.get_one(Person, number) for name, number in cast.people.items()}
        stage = Stage(session, thing.owner, session.get_one(Centre, played["borrower"].centre.id), thing, played)  # type: ignore[union-attr]
        number = stage.play(stage.leg(), *before).agreement.number
    browser, to = getattr(cast, who), f"/agreements/{number}/{name}"
    fields = browser.fields(f"/agreements/{number}" if name == "submit" else to, to) | inputs
    with app.app_context(), counted(db.engine, lambda connection: connection.get_execution_options().get("writing")) as seen:
        assert browser.send(to, fields).status_code == 302
    first = [re.findall(r"\bFROM (\w+)", said)[0] for said in seen[: len(KNOWN)]]
    assert sorted(first) == sorted(KNOWN)
    assert 0 < len(seen[len(KNOWN) :]) <= 14, "\n".join(seen)


@BOTH
def test_projects_cost_so_many_for_each_leg_more(app: Flask, statements: Callable[[], Any]) -> None:
    """Of 2, 4, 8 legs: sending and the consent that fixes all cost at most fourteen more for each, and no more for the later ones.

    A consent that still waits for others costs the same beside any number.
    """
    sent, early, last = [], [], []
    for size in (2, 4, 8):
        names = [f"o{n}" for n in range(size)]
        with app.app_context(), transaction() as writing:
            made = table(writing, "a", *names)
            agreement = made.ask("a", names[0], "bundle")
            for name in names[1:]:
                made.add(agreement, "a", name)
            writing.flush()
            number, asks = agreement.number, made.handlers["a"].id
            seen = {leg.id: leg.version for leg in agreement.legs}
            answers = [made.handlers[name].id for name in names]

        def send(session: Any, number: str = number, asks: int = asks, seen: dict[int, int] = seen) -> None:
            person = session.get_one(Person, asks)
            joint.send(session, person, joint.locked(session, person, number), seen=seen, key=number)
            session.commit()

        def consent(session: Any, leg: int, person: int) -> None:
            found = session.get_one(Leg, leg)
            act(session, session.get_one(Person, person), found, "approve", expected_version=found.version, key=f"{leg}", choice=1)
            session.commit()

        sent.append(cost(app, statements, send))
        costs = [cost(app, statements, partial(consent, leg=leg, person=who)) for leg, who in zip(seen, answers, strict=True)]
        early.append(set(costs[:-1]))
        last.append(costs[-1])
        with app.app_context():
            assert set(db.session.scalars(sa.select(Leg.state).where(Leg.id.in_(seen)))) == {"confirmed"}
    assert early[0] == early[1] == early[2]
    assert len(early[0]) == 1
    for two, four, eight in (sent, last):
        assert 0 < four - two <= 2 * 14
        assert eight - four <= 2 * (four - two), (two, four, eight)


def approved(session: Any, leg_id: int, person_id: int) -> None:
    leg, person = session.get_one(Leg, leg_id), session.get_one(Person, person_id)
    act(session, person, leg, "approve", expected_version=leg.version, key=f"once {leg_id}", choice=1)
    session.commit()
    assert leg.state == "confirmed"
