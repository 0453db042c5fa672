"""The balance: two sides to every entry, posted once, corrected by difference, replayed from the journal."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.db import db, transaction
from alliance.errors import Conflict
from alliance.exchange import balance
from alliance.exchange.alternatives import instead_of
from alliance.exchange.models import Leg
from alliance.exchange.postings import Posting
from alliance.exchange.replay import differences
from alliance.journal import Event
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import NOW, START, TO_IN_USE, TO_RETURNED, build

WHY = {"reason": "双方说法不一，请秘书处核对现场记录。"}


def booked(session: Session, leg: Leg) -> list[tuple[int, str, int]]:
    """The rows of a leg as (centre, unit, amount)."""
    query = sa.select(Posting.centre_id, Posting.unit, Posting.amount).where(Posting.leg_id == leg.id).order_by(Posting.id)
    return [tuple(row) for row in session.execute(query)]


@BOTH
def test_closing_posts_both_sides_once_and_a_decision_the_difference(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(ends_at=START + timedelta(days=2)), *TO_RETURNED)
        assert booked(session, leg) == []
        stage.play(leg, ("staff", "close"))
        first = [(leg.owner_id, "day", 3), (leg.borrower_id, "day", -3)]
        assert booked(session, leg) == first
        stage.play(leg, ("staff", "dispute", WHY), ("admin", "settle", {"decision": "resume", "counted": 1, **WHY}))
        assert booked(session, leg) == [*first, (leg.owner_id, "day", -2), (leg.borrower_id, "day", 2)]
        stage.play(leg, ("staff", "dispute", WHY), ("admin", "settle", {"decision": "close", "counted": 1, **WHY}))
        assert len(booked(session, leg)) == 4
        assert session.scalar(sa.select(sa.func.sum(Posting.amount))) == 0


def test_a_dispute_closed_from_use_posts_what_was_decided(session: Session) -> None:
    stage = build(session)
    leg = stage.play(stage.leg(), *TO_IN_USE, ("borrower", "dispute", WHY))
    stage.play(leg, ("admin", "settle", {"decision": "close", "counted": 0, **WHY}))
    assert booked(session, leg) == []


@pytest.mark.parametrize(
    ("kind", "unit", "amount"), [("stage_truck", "session", 2), ("talent", "lesson_hour", 16), ("venue", "day", 2)]
)
def test_each_kind_in_its_unit(session: Session, kind: str, unit: str, amount: int) -> None:
    stage = build(session, kind)
    leg = stage.leg(sessions=2)
    leg.starts_at, leg.ends_at = START, START + timedelta(hours=30)
    assert (balance.unit_of(leg), balance.counted(session, leg)) == (unit, amount)


@BOTH
def test_the_books_are_only_added_to(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            stage.play(stage.leg(), *TO_RETURNED, ("staff", "close"))
        for change in (sa.update(Posting).values(amount=9), sa.delete(Posting)):
            with pytest.raises(Conflict, match="往来账"), transaction() as session:
                session.execute(change)


@BOTH
def test_what_was_closed_before_is_posted_once(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            leg = stage.play(stage.leg(), *TO_RETURNED)
            leg.state, leg.closed_at = "closed", NOW
            number = leg.id
        balance.catch_up({})
        balance.catch_up({})
        events = sa.select(sa.func.count(Event.id)).where(Event.action == "leg.posted", Event.subject_id == number)
        assert db.session.scalar(events) == 1
        assert db.session.scalar(sa.select(sa.func.count(Posting.id))) == 2
        with transaction() as session:
            leg = session.get_one(Leg, number)
            leg.state, leg.closed_at = "returned", None


@BOTH
def test_the_doctor_sees_a_lone_side(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_RETURNED, ("staff", "close"))
        sides = {"centre_id": leg.owner_id, "other_id": leg.borrower_id}
        session.add(Posting(leg_id=leg.id, entry=9, unit="day", amount=5, posted_at=NOW, **sides))
        session.flush()
        assert {one.partition(": ")[2] for one in differences(session)} == {
            "entry 9 comes to 5, not to 0",
            "6 day posted, the journal says 1",
        }
        session.rollback()


def test_whom_the_borrower_lent_more_stands_before(session: Session) -> None:
    stage = build(session)
    first, second = (make.centre(session, lat=stage.borrower.lat, lng=stage.borrower.lng) for _n in range(2))
    halls = [make.resource(session, owner) for owner in (first, second)]
    leg = stage.play(stage.leg(), *TO_RETURNED, ("staff", "close"))
    asked = (session, stage.thing, stage.borrower, NOW + timedelta(days=60), NOW + timedelta(days=61))
    with clock.moved(NOW):
        assert instead_of(*asked) == tuple(halls)
        sides = {"leg_id": leg.id, "entry": 2, "unit": "day", "posted_at": NOW}
        session.add(Posting(centre_id=stage.borrower.id, other_id=second.id, amount=4, **sides))
        session.add(Posting(centre_id=second.id, other_id=stage.borrower.id, amount=-4, **sides))
        session.flush()
        assert instead_of(*asked) == tuple(halls[::-1])
        lent = balance.leaning(session, stage.borrower.id, "venue")[second.id]
        assert "借给对方较多（多4天）" in balance.leaning_words(lent, "venue")
    session.rollback()
