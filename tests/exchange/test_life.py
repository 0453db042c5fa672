"""A loan from the draft to the rating, and the turns it may take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from alliance.exchange import clockwork, rivals
from alliance.exchange.case import relations
from alliance.exchange.models import Ask, Dispute, Leg
from alliance.journal import Event
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import ITEMS, NOW, START, TO_CONFIRMED, TO_IN_USE, TO_RETURNED, build, endorsed, form

WHY = {"reason": "因本馆另有重大活动安排，敬请谅解。"}


def occupied(session: Session) -> list[tuple[str, Any, Any]]:
    """What is taken, by time."""
    query = sa.select(Occupancy.kind, Occupancy.starts_at, Occupancy.ends_at).order_by(Occupancy.starts_at)
    return [tuple(row) for row in session.execute(query)]


@BOTH
def test_from_draft_to_rating(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_RETURNED, ("staff", "close"))
        stage.play(leg, ("borrower", "rate", {"stars": 4}), ("staff", "rate", {"stars": 5}))
        assert leg.state == "closed"
        actions = [event.action for event in journal.history(session, leg)]
        assert actions[:5] == ["leg.start", "leg.submit", "leg.accept_handling", "leg.approve", "leg.commit"]
        assert (stage.thing.lent_count, stage.thing.rating, stage.thing.rating_count) == (1, 4.0, 1)
        rated = [event.data["version"] for event in journal.history(session, stage.thing)]
        assert rated == [2, 3]
        assert stage.thing.version == 3
        assert leg.first_handler_id == stage.people["handler"].id
        with pytest.raises(Conflict, match="已评价过"):
            stage.act("borrower", leg, "rate", stars=1)
        with pytest.raises(Conflict, match="30 天"):
            stage.act("staff", leg, "rate", at=NOW + timedelta(days=31), stars=1)


@BOTH
def test_double_click_is_one_event(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.leg()
        seen = leg.version
        stage.act("borrower", leg, "submit", expected_version=seen, key="k1")
        again = stage.act("borrower", leg, "submit", expected_version=seen, key="k1")
        assert again.version == seen + 1
        assert [event.action for event in journal.history(session, leg)] == ["leg.start", "leg.submit"]
        with pytest.raises(Conflict, match="新的进展"):
            stage.act("handler", leg, "approve", expected_version=seen, key="k2")
        with pytest.raises(Conflict, match="用在别处"):
            stage.act("handler", leg, "approve", expected_version=seen, key="k1")
        with pytest.raises(Conflict, match="新的进展"):
            stage.act("handler", leg, "approve", expected_version=None)


def test_what_is_not_in_the_table_is_refused(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.leg()
        with pytest.raises(NotFound):
            stage.act("borrower", leg, "set_state", state="confirmed")
        with pytest.raises(Invalid):
            stage.play(stage.act("borrower", leg, "submit"), ("handler", "approve", {"state": "confirmed"}))
        with pytest.raises(SignInNeeded):
            stage.act("nobody", leg, "approve")


def test_who_asked_decides_nothing_for_the_owner(session: Session) -> None:
    """Not even with a post in both centres, nor after leaving the borrower."""
    with transaction() as writing:
        stage = build(writing)
        both = stage.people["both"]
        leg = stage.act("borrower", stage.leg(), "submit")
        with pytest.raises(Forbidden):
            stage.act("both", leg, "approve")
        with pytest.raises(Forbidden):
            stage.act("both", leg, "decline", code="03", **WHY)
        other = stage.act("both", stage.leg(starts_at=START + timedelta(days=30), ends_at=START + timedelta(days=31)), "submit")
        for post in list(both.posts):
            if post.centre_id == stage.borrower.id:
                writing.delete(post)
        writing.flush()
        writing.refresh(both)
        assert both.roles_in(stage.borrower.id) == frozenset()
        with pytest.raises(Forbidden):
            stage.act("both", other, "approve")
        assert stage.act("both", leg, "accept_handling").first_handler_id == both.id


@pytest.mark.parametrize(
    ("kind", "values", "code", "steps"),
    [
        ("talent", {}, "990102", 1),
        ("venue", {}, "990102", 1),
        ("stage_truck", {}, "990102", 2),
        ("venue", {"fee_type": "cost"}, "990102", 3),
        ("venue", {}, "980101", 3),
        ("venue", {"approval_steps": 2}, "990102", 2),
        ("venue", {"approval_steps": 9}, "990102", 3),
    ],
)
def test_steps_by_kind_distance_and_fee(session: Session, kind: str, values: dict[str, Any], code: str, steps: int) -> None:
    with transaction() as writing:
        stage = build(writing, kind, **values)
        stage.borrower.division_code = code
        assert stage.act("borrower", stage.leg(), "submit").steps_needed == steps


@BOTH
def test_each_step_by_another_person(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, "stage_truck", fee_type="cost")
        leg = stage.act("borrower", stage.leg(), "submit")
        with pytest.raises(Conflict, match="第一步"):
            stage.act("admin", leg, "approve")
        stage.act("director", leg, "approve", choice=2)
        with pytest.raises(Conflict, match="您已审过"):
            stage.act("director", leg, "approve")
        with pytest.raises(Conflict, match="馆长审定"):
            stage.act("handler", leg, "approve")
        with pytest.raises(Conflict, match="本馆馆长"):
            stage.act("admin", leg, "approve")
        with pytest.raises(Conflict, match="另一个日期"):
            stage.act("head", leg, "approve", choice=1)
        stage.act("head", leg, "approve")
        assert leg.state == "requested"
        assert occupied(session) == []
        # No third director works there: the secretariat stands in.
        stage.act("admin", leg, "approve")
        assert leg.state == "confirmed"
        assert leg.choice == 2
        assert occupied(session) == [("confirmed", START + timedelta(days=7), START + timedelta(days=7, hours=8))]


def test_main_centres_director_stands_in(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, "stage_truck")
        main = make.centre(writing)
        stage.owner.parent = main
        above = stage.people["above"] = make.person(writing, main, "director")
        for who in ("director", "head", "both"):
            stage.people[who].active = False
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "approve"), ("above", "approve"))
        assert leg.state == "confirmed"
        assert [step.person_id for step in leg.steps] == [stage.people["handler"].id, above.id]


def test_refusal_needs_code_and_ten_characters(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.act("borrower", stage.leg(), "submit")
        for inputs in (
            {},
            {"code": "03"},
            {"code": "03", "reason": "不行"},
            {"code": "77", **WHY},
            {"code": "03", "reason": " 不 " * 9 + "   "},
        ):
            if inputs.get("reason", "").strip() and len(inputs["reason"].strip()) >= 10 and inputs["code"] == "03":
                continue
            with pytest.raises(Invalid) as refused:
                stage.act("handler", leg, "decline", **inputs)
            assert refused.value.fields
        other = make.resource(writing, make.centre(writing))
        stage.act("handler", leg, "decline", code="03", **WHY)
        told = journal.history(writing, leg)[-1].data
        assert (leg.state, leg.ended_code, told["code"], told["alternatives"]) == ("declined", "03", "03", [other.id])


def test_one_time_notice(session: Session) -> None:
    """A second one is refused on the completed version too; a counter begins a new round."""
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(
            stage.leg(), ("borrower", "submit"), ("handler", "return_for_completion", {"items": ["power", "rain_plan"]})
        )
        leg = stage.act("borrower", leg, "complete", **form(rain_plan="改在礼堂").model_dump())
        assert leg.deficiencies[0].completed_at == NOW
        with pytest.raises(Conflict, match="已经退回补正过一次"):
            stage.act("handler", leg, "return_for_completion", items=["road"])
        with pytest.raises(Invalid):
            stage.act("handler", leg, "decline", code="03")
        stage.play(
            leg, ("handler", "offer", {"conditions": [{"text": "须自备车辆"}]}), ("borrower", "counter", {"note": "我方没有车辆"})
        )
        assert stage.act("handler", leg, "return_for_completion", items=["road"]).state == "incomplete"


@BOTH
def test_talent_needs_consent_for_its_dates(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, "talent", details={"minor": True})
        leg = stage.act("borrower", stage.leg(), "submit")
        nested = session.begin_nested()
        with pytest.raises(Conflict, match="本人"):
            stage.act("handler", leg, "approve")
        nested.rollback()
        with pytest.raises(Invalid, match="监护人"):
            stage.act("handler", leg, "record_consent", given_on=NOW.date(), how="phone")
        consent = {"given_on": NOW.date(), "how": "phone", "guardian": "周母"}
        stage.act("handler", leg, "record_consent", **consent)
        new = {"starts_at": START + timedelta(days=2), "ends_at": START + timedelta(days=2, hours=4)}
        nested = session.begin_nested()
        with pytest.raises(Conflict, match="本人"):
            stage.act("handler", leg, "offer", **new)
        nested.rollback()
        stage.act("handler", leg, "record_consent", **consent, **new)
        stage.play(leg, ("handler", "offer", new), ("borrower", "accept_offer", {"terms_version": 2}))
        assert leg.state == "confirmed"
        assert occupied(session) == [("confirmed", new["starts_at"], new["ends_at"])]


@BOTH
def test_offer_with_two_steps_waits_unseen(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, "stage_truck")
        leg = stage.act("borrower", stage.leg(), "submit")
        new = {"starts_at": START + timedelta(days=1), "ends_at": START + timedelta(days=1, hours=8)}
        stage.act("handler", leg, "offer", **new, conditions=[{"text": "油料由借方承担", "due_on": "2025-03-28"}])
        assert (leg.state, leg.terms_version, leg.terms[-1].sent_at) == ("requested", 2, None)
        assert occupied(session) == [("hold", *new.values())]
        with pytest.raises(Conflict, match="方案还在审批"):
            stage.act("handler", leg, "return_for_completion", items=["road"])
        stage.act("director", leg, "approve")
        assert (leg.state, leg.terms[-1].sent_at) == ("offered", NOW)
        with pytest.raises(Conflict, match="旧的一版"):
            stage.act("borrower", leg, "accept_offer", terms_version=1)
        stage.act("borrower", leg, "accept_offer", terms_version=2)
        assert occupied(session) == [("confirmed", *new.values())]
        assert leg.starts_at == new["starts_at"]


def test_a_suspended_main_centre_endorses_nothing_and_keeps_nobody_from_asking(session: Session) -> None:
    with transaction() as writing:
        stage = endorsed(writing)
        director = make.person(writing, stage.borrower.parent, "director")
        leg = stage.play(stage.leg(), ("borrower", "ask_endorsement"))
        assert stage.borrower.parent is not None
        assert stage.borrower.parent.membership is not None
        stage.borrower.parent.membership.state = "suspended"
        writing.flush()
        with pytest.raises(Forbidden):
            stage.act("endorser", leg, "endorse")
        assert not permissions.may(stage.people["endorser"], "agreement.read", leg)
        later = stage.leg(starts_at=START + timedelta(days=30), ends_at=START + timedelta(days=31))
        assert stage.act("borrower", later, "submit").state == "requested"
        stage.owner.parent = stage.borrower.parent
        writing.flush()
        assert "substitute_director" not in relations(later, director)
        stage.owner.parent.membership.state = "active"
        assert "substitute_director" in relations(later, director)


def test_endorsing(session: Session) -> None:
    with transaction() as writing:
        stage = endorsed(writing)
        leg = stage.leg()
        with pytest.raises(Conflict, match="报总馆"):
            stage.act("borrower", leg, "submit")
        stage.act("borrower", leg, "ask_endorsement")
        with pytest.raises(Forbidden):
            stage.act("mate", leg, "endorse")
        stage.play(leg, ("endorser", "refuse_endorsement", WHY), ("borrower", "ask_endorsement"), ("endorser", "endorse"))
        assert (leg.state, leg.endorsed_by, leg.due_at is not None) == ("requested", stage.people["endorser"].id, True)
        stage.owner.parent_id = stage.borrower.parent_id
        stage.borrower.parent_id = stage.owner.id
        writing.flush()
        assert stage.act("borrower", stage.leg(starts_at=START + timedelta(days=30), ends_at=START + timedelta(days=31)), "submit")


@BOTH
def test_instant_confirmation(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, instant_confirmation=True)
        assert stage.act("borrower", stage.leg(), "submit").state == "confirmed"
        assert stage.act("borrower", stage.leg(), "submit").state == "requested"
        stage.thing.fee_type = "cost"
        later = {"starts_at": START + timedelta(days=30), "ends_at": START + timedelta(days=31)}
        assert stage.act("borrower", stage.leg(**later), "submit").state == "requested"


@BOTH
def test_rivals_fall_with_alternatives(app: Flask) -> None:
    """Whoever has another choice left, or could still hope, stays."""
    one = {"second_starts_at": None, "second_ends_at": None}
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            winner = stage.act("borrower", stage.leg(), "submit")
            rival = build(session)
            rival_thing = rival.thing.id
            rival.thing = stage.thing
            fell = rival.act("borrower", rival.leg(**one, ends_at=START + timedelta(hours=2)), "submit").id
            stays = rival.act("borrower", rival.leg(), "submit").id
            elsewhere = rival.act(
                "borrower", rival.leg(**one, starts_at=START + timedelta(days=3), ends_at=START + timedelta(days=4)), "submit"
            ).id
            stage.act("handler", winner, "approve", choice=1)
            number = winner.id
        with clock.moved(NOW):
            rivals.let_fall({"leg": number})
            rivals.let_fall({"leg": number})
        with transaction() as session:
            told = journal.history(session, session.get_one(Leg, fell))
            assert [event.action for event in told[-2:]] == ["leg.submit", "leg.fall"]
            assert told[-1].data["alternatives"] == [rival_thing]
            assert (told[-1].data["code"], told[-1].data["by"]) == ("01", number)
            assert {session.get_one(Leg, one).state for one in (stays, elsewhere)} == {"requested"}


@BOTH
def test_suspension(app: Flask) -> None:
    """What is open falls without counting, what is fixed goes on, nothing new begins."""
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            fixed = stage.play(stage.leg(), *TO_CONFIRMED)
            opened = stage.act(
                "borrower", stage.leg(starts_at=START + timedelta(days=30), ends_at=START + timedelta(days=31)), "submit"
            )
            draft = stage.leg()
            assert stage.borrower.membership is not None
            stage.borrower.membership.state = "suspended"
            ids = fixed.id, opened.id, draft.id
            people = {name: person.id for name, person in stage.people.items()}
        clockwork.suspended({"subject": ["centre", stage.borrower.id]})
        with transaction() as session:
            fixed, opened, draft = (session.get_one(Leg, number) for number in ids)
            assert [leg.state for leg in (fixed, opened, draft)] == ["confirmed", "declined", "draft"]
            assert journal.history(session, opened)[-1].data["cause"] == "suspended"
            assert opened.ended_code is None
            stage.session, stage.people = (
                session,
                {name: session.get_one(type(stage.people[name]), n) for name, n in people.items()},
            )
            with pytest.raises(Forbidden, match="停用"):
                stage.act("borrower", draft, "submit")
            assert stage.act("staff", fixed, "hand_over", items=ITEMS).state == "handed_over"
            assert stage.act("borrower", fixed, "receive", items=ITEMS).state == "in_use"


@BOTH
def test_cancelling(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_CONFIRMED, ("borrower", "ask_cancel", WHY))
        with pytest.raises(Conflict, match="本方提出"):
            stage.act("borrower", leg, "agree_cancel")
        with pytest.raises(Conflict, match="还在等"):
            stage.act("staff", leg, "ask_cancel", **WHY)
        stage.play(leg, ("handler", "refuse_cancel"), ("staff", "ask_cancel", WHY), ("borrower", "agree_cancel"))
        assert (leg.state, leg.breach_by, occupied(session)) == ("cancelled", None, [])
        late = stage.play(stage.leg(), *TO_CONFIRMED)
        stage.act("borrower", late, "ask_cancel", at=START - timedelta(days=2), **WHY)
        stage.act("handler", late, "agree_cancel", at=START - timedelta(days=1))
        assert (late.state, late.breach_by) == ("cancelled", "borrower")
        lapsed = stage.play(stage.leg(), *TO_CONFIRMED, ("borrower", "ask_cancel", WHY), ("staff", "hand_over", {"items": ITEMS}))
        assert session.scalars(sa.select(Ask.answer).where(Ask.leg_id == lapsed.id)).all() == ["lapsed"]


def test_force_cancel(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_CONFIRMED)
        for inputs in ({"ground": "alliance", **WHY}, {"ground": "condition_unmet", **WHY}):
            with pytest.raises(Invalid):
                stage.act("director", leg, "force_cancel", **inputs)
        stage.act("director", leg, "force_cancel", ground="safety", **WHY)
        assert (leg.state, leg.breach_by, occupied(writing)) == ("cancelled", None, [])
        used = stage.play(stage.leg(), *TO_IN_USE, ("admin", "force_cancel", {"ground": "alliance", **WHY}))
        assert (used.state, used.recalled_until) == ("in_use", NOW)


@BOTH
def test_no_show_disputed_and_settled(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_CONFIRMED)
        with pytest.raises(Conflict, match="两小时"):
            stage.act("staff", leg, "report_no_show", at=START + timedelta(minutes=119))
        stage.act("staff", leg, "report_no_show", at=START + timedelta(hours=2))
        assert (leg.state, leg.breach_by) == ("no_show", "borrower")
        with pytest.raises(Conflict, match="由对方"):
            stage.act("staff", leg, "dispute", **WHY)
        stage.act("borrower", leg, "dispute", **WHY)
        with pytest.raises(Invalid):
            stage.act("admin", leg, "settle", decision="close", **WHY)
        stage.play(
            leg,
            ("admin", "settle", {"decision": "no_show", **WHY}),
            ("borrower", "dispute", WHY),
            ("admin", "settle", {"decision": "no_breach", **WHY}),
        )
        assert (leg.state, leg.breach_by) == ("cancelled", None)
        assert [row.decision for row in session.scalars(sa.select(Dispute).order_by(Dispute.id))] == ["no_show", "no_breach"]


@BOTH
def test_extension_and_recall(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(ends_at=START + timedelta(days=20)), *TO_IN_USE)
        until = START + timedelta(days=22)
        stage.play(leg, ("borrower", "ask_extension", {"until": until}), ("handler", "grant"))
        assert (leg.ends_at, occupied(session)) == (until, [("confirmed", START, until)])
        stage.play(leg, ("borrower", "ask_extension", {"until": until + timedelta(days=1)}), ("handler", "refuse"))
        assert leg.ends_at == until
        other = stage.leg(
            starts_at=until + timedelta(days=1), ends_at=until + timedelta(days=2), second_starts_at=None, second_ends_at=None
        )
        stage.play(other, *TO_CONFIRMED)
        stage.act("borrower", leg, "ask_extension", until=until + timedelta(days=2))
        nested = session.begin_nested()
        with pytest.raises(Conflict, match="占用"):
            stage.act("handler", leg, "grant")
        nested.rollback()
        stage.act("handler", leg, "refuse")
        with pytest.raises(Invalid, match="3 个工作日"):
            stage.act("director", leg, "recall", at=START, until=START + timedelta(days=1), **WHY)
        stage.act("director", leg, "recall", at=START, until=START + timedelta(days=10), **WHY)
        assert occupied(session)[0] == ("confirmed", START, START + timedelta(days=10))


@BOTH
def test_partial_return_and_what_became_of_the_rest(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        short = {"items": [ITEMS[0], {"item": "话筒", "counted": 2, "condition": "worn"}]}
        at = START + timedelta(hours=4)
        leg = stage.play(stage.leg(), *TO_IN_USE)
        stage.act("staff", leg, "check_in", at=at, **short)
        assert leg.state == "partly_returned"
        assert occupied(session) == [("confirmed", START, at)]
        with pytest.raises(Invalid, match="尚欠"):
            stage.act("staff", leg, "check_in", items=[{"item": "话筒", "counted": 3}])
        stage.act("staff", leg, "check_in", items=[{"item": "话筒", "counted": 1}])
        with pytest.raises(Invalid, match="尚欠"):
            stage.act("staff", leg, "resolve_line", item="话筒", quantity=2, outcome="lost")
        lost = {"item": "话筒", "quantity": 1, "outcome": "lost"}
        stage.play(leg, ("staff", "resolve_line", lost), ("borrower", "refuse_line"), ("staff", "resolve_line", lost))
        assert leg.state == "partly_returned"
        assert stage.act("borrower", leg, "agree_line").state == "returned"


def test_what_differs_at_the_hand_over_is_kept_with_both(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_CONFIRMED, ("staff", "hand_over", {"items": ITEMS, "figures": {"fuel": 0.5}}))
        stage.act("borrower", leg, "receive", items=[ITEMS[0], {"item": "话筒", "counted": 3}])
        told = journal.history(writing, leg)[-1].data
        assert told["differences"] == [{"item": "话筒", "handed": 4, "received": 3}]
        assert [(made.kind, made.side) for made in leg.reports] == [("hand_over", "owner"), ("receive", "borrower")]


def test_dispute_settled_by_closing_counts_once(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_IN_USE, ("borrower", "dispute", WHY), ("admin", "settle", {"decision": "close", **WHY}))
        assert (leg.state, stage.thing.lent_count, occupied(writing)) == ("closed", 1, [])
        stage.play(leg, ("staff", "dispute", WHY), ("admin", "settle", {"decision": "close", **WHY}))
        assert stage.thing.lent_count == 1
        with pytest.raises(Conflict, match="最终结果"):
            stage.act("borrower", leg, "dispute", **WHY)


def test_transfer(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "accept_handling"))
        for who in ("borrower", "both", "stranger", "handler"):
            with pytest.raises(Invalid):
                stage.act("handler", leg, "transfer", to=stage.people[who].id)
        stage.act("handler", leg, "transfer", to=stage.people["colleague"].id)
        with pytest.raises(Conflict, match="分管领导"):
            stage.act("colleague", leg, "transfer", to=stage.people["handler"].id)
        stage.act("director", leg, "transfer", to=stage.people["staff"].id)
        assert (leg.first_handler_id, leg.handler_id, leg.transfers) == (stage.people["handler"].id, stage.people["staff"].id, 2)


def test_refused_leaves_nothing_behind(session: Session) -> None:
    """A refusal in the middle of an effect: the whole is undone."""
    with transaction() as writing:
        stage = build(writing)
        stage.play(stage.leg(), *TO_CONFIRMED)
        leg = stage.act("borrower", stage.leg(), "submit")
        before = (leg.version, leg.state, writing.scalar(sa.select(sa.func.count(Event.id))))
        number, handler = leg.id, stage.people["handler"].id
    with pytest.raises(Conflict, match="占用"), transaction() as writing:
        stage.session = writing
        stage.act("handler", writing.get_one(Leg, number), "approve", choice=1)
    leg = session.get_one(Leg, number)
    assert (leg.version, leg.state, session.scalar(sa.select(sa.func.count(Event.id)))) == before
    assert leg.first_handler_id is None
    assert handler
