"""Conditions of an agreement: said to be met, said not to be, and what happens when their day is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Occupancy
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import conditions, replay
from alliance.exchange.clockwork import look
from alliance.exchange.models import Leg
from alliance.journal import Event
from alliance.notifications import service
from alliance.notifications.telling import Telling
from tests.conftest import BOTH
from tests.exchange.cast import cast_of
from tests.exchange.joined import bundle, table
from tests.exchange.stage import ITEMS, NOW, START, Stage, build

DUE = START - timedelta(days=7)
DAY = timedelta(days=1)
AFTER = START + timedelta(days=10)
LATER = {"starts_at": AFTER, "ends_at": AFTER + timedelta(hours=8), "second_starts_at": None, "second_ends_at": None}
WHY = "现场看过，发电机还没有到位。"


@pytest.fixture
def stage(session: Session) -> Stage:
    return build(session)


def agreed(stage: Stage) -> Leg:
    """Confirmed on two conditions; one has a day."""
    wanted = [{"text": "自备30千瓦发电机", "due_on": DUE.date()}, {"text": "演员自带服装"}]
    leg = stage.play(stage.leg(second_starts_at=None, second_ends_at=None), ("borrower", "submit"))
    leg = stage.act("handler", leg, "offer", conditions=wanted)
    return stage.act("borrower", leg, "accept_offer", terms_version=leg.terms_version)


def later(stage: Stage, leg: Leg, days: float) -> Leg:
    """The sweep looks at it so long after the condition's day began."""
    stage.now = DUE.replace(hour=16) - DAY + timedelta(days=days)
    with clock.moved(stage.now):
        if leg.next_at is not None and leg.next_at <= stage.now:
            look(stage.session, leg.id)
    return leg


def told(stage: Stage, leg: Leg) -> list[str]:
    query = sa.select(Event).where(Event.subject_type == "leg", Event.subject_id == leg.id).order_by(Event.id)
    return [event.data.get("which") or event.action for event in stage.session.scalars(query)]


def dates(stage: Stage, leg: Leg) -> list[str]:
    return list(stage.session.scalars(sa.select(Occupancy.kind).where(Occupancy.leg_id == leg.id)))


@BOTH
def test_what_is_not_met_in_time_falls_back_and_is_offered_once_more(stage: Stage) -> None:
    leg = agreed(stage)
    assert leg.state == "confirmed"
    later(stage, leg, 0.2)
    assert told(stage, leg)[-1] == "condition_soon"
    later(stage, leg, 1.2)
    assert leg.state == "offered"
    assert told(stage, leg)[-1] == "leg.fall_back"
    assert dates(stage, leg) == ["hold"]
    assert leg.hold_until is not None
    assert stage.now < leg.hold_until <= START
    with pytest.raises(Conflict, match="还没有落实"):
        stage.act("borrower", leg, "accept_offer", terms_version=leg.terms_version)
    leg = stage.act("borrower", leg, "meet", condition=1, note="租到了")
    leg = stage.act("borrower", leg, "accept_offer", terms_version=leg.terms_version)
    assert leg.state == "confirmed"
    assert dates(stage, leg) == ["confirmed"]
    with clock.moved(stage.now):
        assert replay.differences(stage.session) == []


@BOTH
def test_what_fell_back_and_is_not_confirmed_lapses(stage: Stage) -> None:
    leg = later(stage, agreed(stage), 1.2)
    assert leg.hold_until is not None
    stage.now = leg.hold_until
    with clock.moved(stage.now):
        look(stage.session, leg.id)
        assert replay.differences(stage.session) == []
    assert leg.state == "expired"
    assert dates(stage, leg) == []


def test_a_condition_that_is_met_is_neither_reminded_of_nor_falls_back(stage: Stage) -> None:
    leg = stage.act("borrower", agreed(stage), "meet", condition=1)
    assert later(stage, leg, 5).state == "confirmed"
    assert "condition_soon" not in told(stage, leg)


def test_the_owner_may_say_that_it_is_not_met_after_all(stage: Stage) -> None:
    leg = stage.act("borrower", agreed(stage), "meet", condition=1)
    with pytest.raises(Forbidden):
        stage.act("borrower", leg, "reopen", condition=1, reason=WHY)
    leg = stage.act("handler", leg, "reopen", condition=1, reason=WHY)
    assert [one["met"] for one in leg.conditions] == [None, None]
    with pytest.raises(Conflict, match="没有登记过"):
        stage.act("handler", leg, "reopen", condition=1, reason=WHY)
    assert later(stage, leg, 1.2).state == "offered"


def test_after_the_hand_over_the_owner_is_told_and_nothing_falls_back(stage: Stage) -> None:
    leg = agreed(stage)
    items = [{"item": "排练厅", "counted": 1}]
    leg = stage.act("staff", leg, "hand_over", items=items)
    leg = stage.act("borrower", leg, "receive", items=items)
    later(stage, leg, 0.2)
    later(stage, leg, 1.2)
    assert leg.state == "in_use"
    assert told(stage, leg)[-2:] == ["condition_soon", "condition_due"]


@BOTH
def test_of_several_legs_an_unmet_condition_is_told_once_and_undoes_nothing(session: Session) -> None:
    """Once, although the hand-over afterwards begins another turn."""
    t, agreement = bundle(session, "b", "c")
    hall, other = agreement.legs
    wanted = [{"text": "自备30千瓦发电机", "due_on": DUE.date()}, {"text": "交清油料", "due_on": DUE.date() + 3 * DAY}]
    t.act("b", hall, "offer", conditions=wanted)
    t.act("a", hall, "accept_offer", terms_version=hall.terms_version)
    t.act("c", other, "approve", choice=1)
    after = DUE.replace(hour=16)

    def sweep(moment: datetime) -> None:
        with clock.moved(moment):
            if hall.next_at is not None and hall.next_at <= moment:
                look(session, hall.id)

    sweep(after - DAY)
    sweep(after)
    assert t.states(agreement) == ["confirmed", "confirmed"]
    t.act("b", hall, "hand_over", at=after + DAY, items=ITEMS)
    sweep(after + 2 * DAY)
    t.act("a", hall, "receive", at=after + 2 * DAY, items=ITEMS)
    sweep(after + 3 * DAY)
    query = sa.select(Event).where(Event.subject_type == "leg", Event.subject_id == hall.id).order_by(Event.id)
    told = [event for event in session.scalars(query) if event.data.get("which") in conditions.MARKS]
    both = ["condition_soon", "condition_due"]
    assert [event.data["which"] for event in told] == 2 * both
    assert [event.data["unmet"] for event in told if event.data["which"] == "condition_due"] == [["自备30千瓦发电机"], ["交清油料"]]
    telling = Telling.of(session, told[-1])
    assert telling is not None
    found = {person.id: rule.template for person, rule in service.audience(telling)}
    assert found[t.handlers["a"].id] == "condition_missed"
    assert found[t.handlers["b"].id] == found[t.directors["b"].id] == "condition_due"


def test_a_sweep_that_comes_late_still_tells_what_was_not_met(session: Session) -> None:
    t, agreement = bundle(session, "b", "c")
    hall, other = agreement.legs
    t.act("b", hall, "offer", conditions=[{"text": "自备发电机", "due_on": START.date() - 2 * DAY}])
    t.act("a", hall, "accept_offer", terms_version=hall.terms_version)
    t.act("c", other, "approve", choice=1)
    with clock.moved(START - timedelta(hours=1)):
        look(session, hall.id)
    query = sa.select(Event).where(Event.subject_id == hall.id, Event.action == "leg.reminded").order_by(Event.id)
    assert [event.data["which"] for event in session.scalars(query)] == ["condition_due", "start_soon"]


def test_a_counter_offer_keeps_the_conditions_or_asks_for_none(stage: Stage) -> None:
    wanted = [{"text": "自备30千瓦发电机", "due_on": DUE.date()}]
    leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "offer", {"conditions": wanted}))
    assert len(leg.conditions) == 1
    leg = stage.act("borrower", leg, "counter", note="能否早一天答复")
    assert leg.conditions == [], "till it is agreed there is nothing to be met"
    leg = stage.act("handler", leg, "approve")
    assert [one["text"] for one in leg.conditions] == ["自备30千瓦发电机"]
    other = stage.play(stage.leg(**LATER), ("borrower", "submit"), ("handler", "offer", {"conditions": wanted}))
    other = stage.act("borrower", other, "counter", unconditional=True)
    assert other.terms[-1].content["conditions"] == []
    assert later(stage, stage.act("handler", other, "approve"), 1.2).state == "confirmed"
    assert other.conditions == []


def test_conditions_on_the_page(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        cast = cast_of(app, signed_in)
        number = cast.borrower.ask(cast.code).headers["Location"].rsplit("/", 1)[-1]
        cast.handler.act(number, "accept_handling")
        cast.handler.act(number, "offer", **{"cond-text": "自备发电机", "cond-due": DUE.date().isoformat()})
        cast.borrower.act(number, "accept_offer")
        assert "还没有落实" in cast.borrower.get(f"/agreements/{number}")
        assert "请填写" in cast.borrower.act(number, "meet", 422)
        cast.borrower.act(number, "meet", condition="1", note="从县农机站租到")
        page = cast.handler.get(f"/agreements/{number}")
        assert "登记落实" in page
        assert "从县农机站租到" in page
        cast.handler.act(number, "reopen", condition="1", reason=WHY)
        assert "还没有落实" in cast.borrower.get(f"/agreements/{number}")


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("offer", {"conditions": [{"text": "自备30千瓦发电机", "due_on": "9999-12-31"}]}),
        ("survey", {"visit_on": "9999-12-31"}),
        ("transfer", {"to": 10**30}),
    ],
)
def test_days_and_numbers_that_cannot_be_are_refused(stage: Stage, action: str, typed: dict[str, Any]) -> None:
    """Kept, such a day would break every page of the agreement."""
    leg = stage.play(stage.leg(), ("borrower", "submit"))
    with pytest.raises(Invalid):
        stage.act("handler", leg, action, **typed)


@BOTH
def test_a_condition_has_its_day_no_later_than_the_start(stage: Stage) -> None:
    """The day of the start is still one; with other dates it is theirs that counts."""
    leg = stage.play(stage.leg(), ("borrower", "submit"))
    first = clock.local(START).date()
    late = [{"text": "自带饮水"}, {"text": "自备30千瓦发电机", "due_on": first + DAY}]
    with pytest.raises(Invalid, match=r"自备30千瓦发电机.*最迟须写到4月1日") as refused, stage.session.begin_nested():
        stage.act("handler", leg, "offer", conditions=late)
    assert refused.value.fields is not None
    assert list(refused.value.fields) == ["conditions"]
    assert (leg.state, leg.terms_version) == ("requested", 1)
    dates = {"starts_at": START - 3 * DAY, "ends_at": START - 2 * DAY}
    with pytest.raises(Invalid, match="最迟须写到3月29日"), stage.session.begin_nested():
        stage.act("handler", leg, "offer", conditions=[{"text": "自备发电机", "due_on": first}], **dates)
    leg = stage.act("handler", leg, "offer", conditions=[{"text": "自备30千瓦发电机", "due_on": first}])
    assert leg.state == "offered"


def test_what_is_begun_by_its_owner_has_no_later_conditions_either(session: Session) -> None:
    t = table(session, "a", "b")
    agreement = t.ask("a", "b", "swap")
    given = t.give(agreement, "a")
    with pytest.raises(Invalid, match="最迟须写到4月1日"):
        t.act("a", given, "offer", conditions=[{"text": "自备发电机", "due_on": clock.local(START).date() + DAY}])


def test_the_form_says_until_when_a_condition_may_be_due(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        cast = cast_of(app, signed_in)
        number = cast.borrower.ask(cast.code).headers["Location"].rsplit("/", 1)[-1]
        cast.handler.act(number, "accept_handling")
        page = cast.handler.act(number, "offer", 422, **{"cond-text": "自备发电机", "cond-due": "2099-05-01"})
        assert "期限最迟写到" in page
        assert "自备发电机" in page
        assert cast.state(number) == "requested"
