"""How many statements things cost, whatever the number of rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import transaction
from alliance.exchange.actions import act, available
from alliance.exchange.models import Leg
from alliance.exchange.requests import alternatives
from alliance.exchange.turns import tasks
from alliance.exchange.waiting import waiting
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.exchange.joined import swap
from tests.exchange.stage import NOW, START, build


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


def approved(session: Any, leg_id: int, person_id: int) -> None:
    leg, person = session.get_one(Leg, leg_id), session.get_one(Person, person_id)
    act(session, person, leg, "approve", expected_version=leg.version, key=f"once {leg_id}", choice=1)
    session.commit()
    assert leg.state == "confirmed"
