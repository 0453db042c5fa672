"""What may not be done although role and state allow it: papers that end, what is called back, what others want first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import alternatives, rivals
from alliance.exchange.beside import beside
from alliance.exchange.case import Case
from alliance.exchange.models import Ask, Leg
from alliance.exchange.table import ACTIONS
from alliance.people.models import Person
from tests.conftest import BOTH
from tests.exchange.stage import ITEMS, LICENCE, NOW, START, TO_CONFIRMED, TO_IN_USE, TO_RETURNED, Stage, build, form, of_a_work

WHY = {"reason": "因本馆另有重大活动安排，敬请谅解。"}
ONE = {"second_starts_at": None, "second_ends_at": None}
LATER = {"starts_at": START + timedelta(days=30), "ends_at": START + timedelta(days=31)}
BY_THEN = (START + timedelta(days=10)).date().isoformat()


def insured(session: Session) -> Stage:
    """A truck whose insurance ends ten days after the start."""
    return build(session, "stage_truck", details={"insurance_until": BY_THEN, "driver_included": True})


def test_an_offer_does_not_outlast_the_insurance(session: Session) -> None:
    with transaction() as writing:
        stage = insured(writing)
        leg = stage.act("borrower", stage.leg(), "submit")
        with pytest.raises(Invalid, match="保险") as refused, writing.begin_nested():
            stage.act("handler", leg, "offer", **LATER)
        assert set(refused.value.fields) == {"ends_at"}
        stage.play(leg, ("handler", "offer", {"conditions": [{"text": "须自备车辆"}]}), ("director", "approve"))
        with pytest.raises(Invalid, match="保险"), writing.begin_nested():
            stage.act("borrower", leg, "counter", **LATER)
        assert (leg.state, leg.terms_version) == ("offered", 2)


def test_who_wants_it_longer_is_told_what_comes_next(app: Flask) -> None:
    with app.test_request_context(), transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_IN_USE)

        def told(name: str) -> str:
            with clock.moved(NOW):
                case = Case(writing, writing.get_one(Leg, leg.id), stage.people["handler"], clock.now())
                return str(beside(case, ACTIONS[name])["ahead"])

        assert told("ask_extension") == "以后60天没有别的安排。"
        stage.play(stage.leg(**LATER, **ONE), *TO_CONFIRMED)
        assert "占用" in told("ask_extension")
        stage.act("borrower", leg, "ask_extension", until=START + timedelta(days=9))
        assert told("grant") == "到要续的日期为止没有别的安排。"


def test_an_extension_does_not_outlast_the_insurance(session: Session) -> None:
    with transaction() as writing:
        stage = insured(writing)
        leg = stage.play(stage.leg(), *TO_CONFIRMED[:2], ("handler", "approve"), ("director", "approve"), *TO_IN_USE[-2:])
        with pytest.raises(Invalid, match="保险"), writing.begin_nested():
            stage.act("borrower", leg, "ask_extension", until=START + timedelta(days=40))
        stage.act("borrower", leg, "ask_extension", until=START + timedelta(days=9))
        stage.thing.details = stage.thing.details | {"insurance_until": START.date().isoformat()}
        with pytest.raises(Invalid, match="保险"), writing.begin_nested():
            stage.act("handler", leg, "grant")


def test_a_licence_is_not_offered_beyond_the_owners_own_rights(session: Session) -> None:
    with transaction() as writing:
        stage = of_a_work(writing, licence_until=(START + timedelta(days=40)).date())
        leg = stage.act("borrower", stage.leg(**LICENCE), "submit")
        with pytest.raises(Invalid, match="授权只能到"), writing.begin_nested():
            stage.act("handler", leg, "offer", starts_at=START, ends_at=START + timedelta(days=90))
        stage.act("handler", leg, "offer", starts_at=START, ends_at=START + timedelta(days=20))
        assert leg.state == "offered"


def test_a_completion_is_checked_like_a_submission(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, "stage_truck", details={"height_m": 3.9, "driver_included": True})
        leg = stage.play(
            stage.leg(road_height_m=4.5), ("borrower", "submit"), ("handler", "return_for_completion", {"items": ["power"]})
        )
        with pytest.raises(Invalid, match="车过不去"), writing.begin_nested():
            stage.act("borrower", leg, "complete", **form(road_height_m=3.5).model_dump())
        assert stage.act("borrower", leg, "complete", **form(road_height_m=4.2).model_dump()).state == "requested"


def test_a_condition_that_was_met_cancels_nothing(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        condition = {"text": "自备发电机", "due_on": (NOW + timedelta(days=9)).date()}
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "offer", {"conditions": [condition]}))
        leg = stage.play(leg, ("borrower", "accept_offer", {"terms_version": 2}), ("borrower", "meet", {"condition": 1}))
        stage.now = NOW + timedelta(days=12)
        with pytest.raises(Invalid, match="没有到期未满足"):
            stage.act("director", leg, "force_cancel", ground="condition_unmet", **WHY)
        stage.act("handler", leg, "reopen", condition=1, **WHY)
        assert stage.act("director", leg, "force_cancel", ground="condition_unmet", **WHY).state == "cancelled"


@BOTH
@pytest.mark.parametrize("back", ["recall", "force_cancel"])
def test_what_is_called_back_is_not_lent_longer(app: Flask, back: str) -> None:
    inputs: dict[str, Any] = {"until": START + timedelta(days=10)} if back == "recall" else {"ground": "safety"}
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(ends_at=START + timedelta(days=20)), *TO_IN_USE)
        stage.act("borrower", leg, "ask_extension", until=START + timedelta(days=25))
        stage.act("director", leg, back, at=START, **inputs, **WHY)
        assert session.scalars(sa.select(Ask.answer).where(Ask.kind == "extension")).all() == ["lapsed"]
        for who, name in (("handler", "grant"), ("handler", "refuse")):
            with pytest.raises(Conflict, match="没有待答复的续借"):
                stage.act(who, leg, name, at=START)
        with pytest.raises(Conflict, match="已被召回"):
            stage.act("borrower", leg, "ask_extension", at=START, until=START + timedelta(days=25))
        assert max(session.scalars(sa.select(Occupancy.ends_at))) <= START + timedelta(days=20)


@BOTH
def test_what_others_had_first_is_no_refusal_of_the_owners(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            winner = stage.act("borrower", stage.leg(**ONE), "submit")
            fallen = [stage.act("borrower", stage.leg(**ONE), "submit").id for _n in range(2)]
            stage.act("handler", winner, "approve")
            owner, number = stage.owner.id, winner.id
        with clock.moved(NOW):
            rivals.let_fall({"leg": number})
        with transaction() as session, clock.moved(NOW):
            assert {session.get_one(Leg, one).state for one in fallen} == {"declined"}
            assert alternatives.accepted(session, {owner}) == {owner: 1.0}


@pytest.mark.parametrize(
    ("kind", "code", "state"),
    [
        ("venue", "990101", "confirmed"),
        ("venue", "990201", "requested"),
        ("venue", "980101", "requested"),
        ("talent", "990102", "requested"),
    ],
)
def test_only_in_one_city_and_without_consent_it_is_confirmed_at_once(session: Session, kind: str, code: str, state: str) -> None:
    with transaction() as writing:
        stage = build(writing, kind, instant_confirmation=True)
        stage.borrower.division_code = code
        assert stage.act("borrower", stage.leg(), "submit").state == state


def test_what_was_closed_long_ago_is_not_contested(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_RETURNED, ("staff", "close"))
        with pytest.raises(Conflict, match="不能再提争议"):
            stage.act("borrower", leg, "dispute", at=NOW + timedelta(days=30, seconds=1), **WHY)
        assert stage.act("borrower", leg, "dispute", at=NOW + timedelta(days=30), **WHY).state == "disputed"


@pytest.mark.parametrize(("days", "by"), [(3, None), (2, "owner")])
def test_calling_off_within_three_working_days_is_a_breach_of_who_asks(session: Session, days: int, by: str | None) -> None:
    """The start is Tuesday 1 April 2025: three working days before it is Thursday 27 March."""
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_CONFIRMED)
        stage.now = {3: START - timedelta(days=5), 2: START - timedelta(days=4)}[days]
        leg = stage.play(leg, ("staff", "ask_cancel", WHY), ("borrower", "agree_cancel"))
        assert (leg.state, leg.breach_by) == ("cancelled", by)


def test_a_no_show_is_the_fault_of_who_was_not_there(session: Session) -> None:
    with transaction() as writing:
        for who, fault in (("staff", "borrower"), ("borrower", "owner")):
            stage = build(writing)
            leg = stage.play(stage.leg(), *TO_CONFIRMED)
            assert stage.act(who, leg, "report_no_show", at=START + timedelta(hours=2)).breach_by == fault


@BOTH
def test_who_waits_for_dates_that_are_only_held_does_not_fall(app: Flask) -> None:
    """The first choice is taken for good, the second merely held for an offer that may lapse."""
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            waits = stage.act("borrower", stage.leg(), "submit")
            second = {"starts_at": START + timedelta(days=7), "ends_at": START + timedelta(days=7, hours=8)}
            held = stage.act("borrower", stage.leg(**second, **ONE), "submit")
            stage.act("handler", held, "offer", conditions=[{"text": "须自备车辆"}])
            winner = stage.play(stage.leg(**ONE), *TO_CONFIRMED)
            numbers = waits.id, winner.id
        with clock.moved(NOW):
            rivals.let_fall({"leg": numbers[1]})
        with transaction() as session:
            assert session.get_one(Leg, numbers[0]).state == "requested"


def test_a_counter_offer_names_a_first_and_a_second_choice(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "offer", {"conditions": [{"text": "须自备车辆"}]}))
        second = {"second_starts_at": START + timedelta(days=40), "second_ends_at": START + timedelta(days=41)}
        leg = stage.act("borrower", leg, "counter", **LATER, **second)
        assert [choice["starts_at"] for choice in leg.terms[-1].content["choices"]] == [
            LATER["starts_at"].isoformat(),
            second["second_starts_at"].isoformat(),
        ]
        assert stage.act("handler", leg, "approve", choice=2).starts_at == second["second_starts_at"]


def test_a_promise_beyond_a_paper_is_flagged_and_goes_out_to_nobody(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="stage_truck", details={"insurance_until": "2025-12-31"})
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "approve", {"choice": 1}))
        leg = stage.act("director", leg, "approve", choice=1)
        assert leg.state == "confirmed"
        stage.thing.details = stage.thing.details | {"insurance_until": "2025-03-20"}
        number, people = leg.number, [stage.people[name].id for name in ("staff", "borrower")]
    with clock.moved(NOW):
        for who in people:
            assert "保险2025年3月20日到期，早于归还日" in signed_in(who).get(f"/agreements/{number}").get_data(as_text=True)
    with app.app_context(), transaction() as session:
        leg = session.scalars(sa.select(Leg)).one()
        late = Stage(session, leg.owner, leg.borrower, leg.lines[0].resource, {"staff": session.get_one(Person, people[0])})
        with pytest.raises(Conflict, match="保险已过期"):
            late.act("staff", leg, "hand_over", at=START, items=ITEMS)
