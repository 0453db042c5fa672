"""Whose turn it is in each state, who steps in, and how hot a listing is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, aliased

from alliance import clock
from alliance.centres.models import Centre
from alliance.db import transaction
from alliance.exchange import figures, listed, whose
from alliance.exchange.drafts import is_bare
from alliance.exchange.models import Leg
from alliance.exchange.reviewing import Review
from alliance.exchange.turns import tasks, turn
from alliance.people.models import Absence, Person, Post
from alliance.portal import nav
from tests import make
from tests.conftest import BOTH, BOTH_IN_TIME
from tests.exchange.stage import NOW, START, TO_CONFIRMED, Stage, build, endorsed
from tests.exchange.test_disputes import PLAN
from tests.exchange.test_matrix import PATHS, SCENES, WHY, Undone, scene


@pytest.mark.parametrize(
    ("state", "side"),
    [
        ("draft", "borrower"),
        ("endorsing", "endorser"),
        ("requested", "owner"),
        ("incomplete", "borrower"),
        ("offered", "borrower"),
        ("confirmed", "owner"),
        ("handed_over", "borrower"),
        ("in_use", "borrower"),
        ("sent_back", "owner"),
        ("partly_returned", "owner"),
        ("returned", "owner"),
        ("disputed", "alliance"),
        ("closed", "none"),
        ("declined", "none"),
    ],
)
def test_side_by_state(session: Session, state: str, side: str) -> None:
    with transaction() as writing:
        _stage, leg = scene(writing, state)
        found = turn(leg, NOW)
        assert found.side == side
        assert (found.centre is None) == (side in ("alliance", "none"))
        assert bool(found.people) == (found.centre is not None)


def same(session: Session, leg: Leg, at: datetime, mine: Sequence[Centre] = ()) -> str:
    """Whose turn it is for who looks from `mine`, said by turns.py and by whose.py alike."""
    session.flush()
    said, borrower = turn(leg, at, mine), aliased(Centre)
    proposed = whose.proposals(session, at, [centre.id for centre in mine])
    until = sa.type_coerce(whose.deadline(proposed), Leg.due_at.type)
    query = sa.select(whose.side(proposed), whose.centre_of(borrower, proposed), until)
    row = session.execute(query.join_from(Leg, borrower, borrower.id == Leg.borrower_id).where(Leg.id == leg.id)).one()
    assert tuple(row) == (said.side, said.centre.id if said.centre is not None else None, said.deadline)
    late = sa.select(Leg).where(whose.is_late(at + timedelta(days=99), proposed))
    assert (leg in session.scalars(late)) == bool(said.deadline)
    return said.side


@BOTH_IN_TIME
def test_the_same_said_as_sql(app: Flask) -> None:
    """whose.py and turns.py agree in every state, and while a question stands."""
    found = set()
    for state in SCENES:
        with app.app_context(), pytest.raises(Undone), transaction() as writing:
            _stage, leg = scene(writing, state)
            if state == "confirmed":
                _stage.act("borrower", leg, "ask_cancel", **WHY)
            found.add(same(writing, leg, NOW))
            assert (leg in writing.scalars(sa.select(Leg).where(whose.BARE))) == is_bare(leg)
            raise Undone
    assert found == {"owner", "borrower", "endorser", "alliance", "none"}


PROPOSED = ("admin", "propose", PLAN)
HEARD: dict[str, tuple[tuple[tuple[Any, ...], ...], str, str]] = {
    "raised": ((), "alliance", "alliance"),
    "proposed": ((PROPOSED,), "owner", "borrower"),
    "the owner accepted": ((PROPOSED, ("handler", "agree_proposal")), "borrower", "borrower"),
    "the borrower accepted": ((PROPOSED, ("mate", "agree_proposal")), "owner", "owner"),
    "refused": ((PROPOSED, ("mate", "refuse_proposal", WHY)), "alliance", "alliance"),
    "proposed again": ((PROPOSED, ("mate", "refuse_proposal", WHY), PROPOSED), "owner", "borrower"),
}
"""What was done in the room of a dispute, and whose turn it is then for the owner and for the borrower."""


@BOTH_IN_TIME
@pytest.mark.parametrize("state", [name for name in SCENES if name.startswith("disputed")])
def test_the_turn_in_a_dispute_said_as_sql(app: Flask, state: str) -> None:
    """A proposal is the sides' turn until its term is over, in the list, in the badge and on the desk."""
    for moves, owner, borrower in HEARD.values():
        with app.app_context(), pytest.raises(Undone), transaction() as writing:
            stage, leg = scene(writing, state)
            sides = {"handler": leg.owner, "mate": leg.borrower}
            for move in moves:
                stage.play(leg, move)
            whose_turn = [leg.waits or owner, leg.waits or borrower]  # whether to go on without a lost place is asked before all
            assert [same(writing, leg, NOW, [centre]) for centre in sides.values()] == whose_turn
            assert same(writing, leg, NOW) == whose_turn[0]
            assert same(writing, leg, NOW + timedelta(days=30), [leg.borrower]) == (leg.waits or "alliance")
            with clock.moved(NOW):
                ours = {name: leg.id in writing.scalars(listed_as_ours(writing, stage.people[name])) for name in sides}
                counts = [nav.turns(writing, person) == len(tasks(writing, person, NOW).mine) for person in stage.people.values()]
            assert ours == {"handler": whose_turn[0] == "owner", "mate": whose_turn[1] == "borrower"}
            assert all(counts)
            raise Undone


def listed_as_ours(session: Session, person: Person) -> sa.Select[int]:
    proposed = whose.proposals(session, NOW, [centre.id for centre in person.centres])
    return listed.matching(person, listed.Asked(turn="ours"), proposed)


def duties(session: Session, stage: Stage) -> None:
    make.duty(session, stage.owner, stage.people["handler"], "A")
    make.duty(session, stage.owner, stage.people["colleague"], "B")


def people(stage: Stage, leg: Any, at: Any = NOW) -> list[str]:
    names = {person.id: name for name, person in stage.people.items()}
    with clock.moved(at):
        return [names[person.id] for person in turn(leg, at).people]


def test_duty_a_and_b_when_away_or_red(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        duties(writing, stage)
        leg = stage.act("borrower", stage.leg(), "submit")
        assert people(stage, leg) == ["handler"]
        assert leg.due_at is not None
        assert people(stage, leg, leg.due_at) == ["handler", "colleague"]
        writing.add(Absence(person_id=stage.people["handler"].id, starts_on=date(2025, 3, 10), ends_on=date(2025, 3, 11)))
        writing.flush()
        assert people(stage, leg) == ["handler", "colleague"]
        assert people(stage, leg, NOW + timedelta(days=2)) == ["handler"]


def test_who_took_it_in_hand_has_it_until_leaving(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        duties(writing, stage)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("director", "accept_handling"))
        assert people(stage, leg) == ["director"]
        stage.people["director"].active = False
        writing.flush()
        assert people(stage, leg) == ["handler"]
        assert leg.first_handler_id == stage.people["director"].id


def test_a_question_is_the_other_sides_turn(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_CONFIRMED, ("staff", "ask_cancel", WHY))
        assert turn(leg, NOW).side == "borrower"
        assert people(stage, leg) == ["borrower"]


def test_task_list(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        duties(writing, stage)
        for n, state in enumerate(("confirmed", "draft", "requested", "offered", "disputed")):
            stage.play(stage.leg(starts_at=START + timedelta(days=n), ends_at=START + timedelta(days=n, hours=8)), *PATHS[state])
        done = stage.play(stage.leg(starts_at=START + timedelta(days=20), ends_at=START + timedelta(days=21)), *PATHS["closed"])

        def seen(who: str, at: Any = NOW) -> dict[str, set[str]]:
            found = tasks(writing, stage.people[who], at)
            states = {name: {task.leg.state for task in getattr(found, name)} for name in ("mine", "ours", "waiting", "handovers")}
            states["drafts"] = {leg.state for leg in found.drafts}
            return states | {"ratings": {str(leg.id) for leg in found.ratings}}

        assert seen("handler") == {
            "mine": {"requested", "confirmed"},
            "ours": set(),
            "waiting": {"offered", "disputed"},
            "handovers": set(),
            "drafts": set(),
            "ratings": {str(done.id)},
        }
        assert seen("director")["ours"] == {"requested", "confirmed"}
        assert seen("borrower")["mine"] == {"offered"}
        assert seen("borrower")["drafts"] == {"draft"}
        assert seen("mate")["drafts"] == set()
        assert seen("borrower", START)["handovers"] == {"confirmed"}
        assert seen("admin")["mine"] == {"disputed"}
        assert not any(seen("stranger").values())
        stage.act("borrower", done, "rate", stars=5)
        assert seen("borrower")["ratings"] == set()


def test_main_centre_has_the_endorsing(session: Session) -> None:
    with transaction() as writing:
        stage = endorsed(writing)
        stage.act("borrower", stage.leg(), "ask_endorsement")
        assert [task.leg.state for task in tasks(writing, stage.people["endorser"], NOW).mine] == ["endorsing"]


def test_hot_halves_every_thirty_days(app: Any) -> None:
    with app.app_context():
        with transaction() as writing:
            stage = build(writing)
            stage.play(stage.leg(), *TO_CONFIRMED)
            number, before = stage.thing.id, stage.thing.version
            assert figures.hot(writing, NOW) == {number: 8.0}
            assert figures.hot(writing, NOW + timedelta(days=30)) == {number: 4.0}
            assert figures.hot(writing, NOW + timedelta(days=91)) == {}
        for at, hot, version in (
            (NOW, 8.0, 1),
            (NOW, 8.0, 1),
            (NOW + timedelta(days=60), 2.0, 2),
            (NOW + timedelta(days=100), 0.0, 3),
        ):
            with clock.moved(at):
                figures.cool({})
            with transaction() as session:
                thing = session.get_one(type(stage.thing), number)
                assert (thing.hot, thing.version) == (hot, before + version)


@BOTH
def test_a_further_step_is_the_directors_turn(app: Flask) -> None:
    """After the handler's step it lies on the desks of those who may take the next one, and the badge counts the same."""
    with app.app_context(), pytest.raises(Undone), transaction() as writing:
        stage = build(writing, approval_steps=2)
        duties(writing, stage)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "approve"))
        writing.expire_all()

        def desks() -> set[str]:
            names = ("handler", "colleague", "director", "head", "both", "keeper", "borrower")
            with clock.moved(NOW):
                for name in names:
                    found = tasks(writing, stage.people[name], NOW).mine
                    assert nav.turns(writing, stage.people[name]) == len(found), name
                return {name for name in names if leg in [task.leg for task in tasks(writing, stage.people[name], NOW).mine]}

        assert desks() == {"director", "head"}
        review = turn(leg, NOW).review
        assert review is not None
        assert (review.step, review.of) == (2, 2)
        for post in writing.scalars(sa.select(Post).where(Post.role == "director", Post.centre_id == stage.owner.id)):
            post.until = (NOW - timedelta(days=2)).date()
        writing.flush()
        writing.expire_all()
        assert desks() == {"handler"}
        assert turn(leg, NOW).review == Review(2, 2)
        raise Undone


def test_who_began_with_an_offer_waits_for_the_director(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, approval_steps=2)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("director", "offer", {"conditions": [{"text": "须本馆驾驶员随行"}]}))
        assert people(stage, leg) == ["head"]
        leg = stage.act("head", leg, "approve")
        assert (leg.state, people(stage, leg)) == ("offered", ["borrower"])
