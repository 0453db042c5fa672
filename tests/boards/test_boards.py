"""Needs and supplies by the services: one answer is accepted, the others fall and are told; suspended centres do neither."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.boards import answering, matching, service
from alliance.boards.forms import AnswerForm, NeedForm, SupplyForm
from alliance.boards.models import Answer, Entry
from alliance.catalogue.models import Occupancy
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange.actions import act
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.notifications.models import Notice
from tests import make
from tests.conftest import BOTH
from tests.exchange.joined import Table, table
from tests.exchange.stage import NOW
from tests.exchange.test_races import race

__all__ = ["race"]
DAYS = {"starts_on": "2025-04-01", "ends_on": "2025-04-10", "answer_by": "2025-03-24"}
SAID: dict[str, Any] = {
    **DAYS,
    "title": "元宵灯会要一个排练厅",
    "division_code": "990101",
    "place": "下河村文化礼堂",
    "contact_name": "周莉",
    "contact_phone": "0900-555 0121",
}
WHEN = {"starts_at": "2025-04-02T09:00", "ends_at": "2025-04-02T17:00"}


def published(seats: Table, who: str = "a", *, publish: bool = True, **said: Any) -> Entry:
    form = NeedForm.model_validate(SAID | {"kind": "venue", "activity_type": "performance", "audience": 300} | said)
    with clock.moved(seats.now):
        return service.begin(seats.session, seats.handlers[who], side="need", form=form, publish=publish)


def answered(seats: Table, entry: Entry, who: str, **said: Any) -> Leg:
    form = AnswerForm.model_validate({"resource": seats.things[who].code, **WHEN} | said)
    with clock.moved(seats.now):
        return answering.offer(seats.session, seats.handlers[who], entry, form=form)


def accept(seats: Table, leg: Leg) -> Leg:
    with clock.moved(seats.now):
        return act(seats.session, seats.handlers["a"], leg, "accept_offer", expected_version=leg.version, terms_version=1)


def seated(session: Session) -> Table:
    return table(session, *"abcd")


def worked(app: Flask) -> None:
    with clock.moved(NOW):
        jobs.work(app, until_idle=True)


@BOTH
def test_one_of_two_answers_is_accepted_and_the_other_is_told(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        seats = seated(session)
        need = published(seats)
        one = answered(seats, need, "b", conditions="自备音响\n不动灯光")
        other = answered(seats, need, "c")
        assert [one.state, other.state, one.agreement.kind, one.begun_by] == ["offered", "offered", "loan", "owner"]
        assert (one.owner, one.borrower) == (seats.centres["b"], seats.centres["a"])
        assert [each["text"] for each in one.terms[-1].content["conditions"]] == ["自备音响", "不动灯光"]
        assert one.terms[-1].content["audience"] == 300
        assert accept(seats, one).state == "confirmed"
        assert need.standing == "met"
        with pytest.raises(Conflict):
            accept(seats, other)
        with pytest.raises(Conflict):
            answered(seats, need, "d")
        ids = one.id, other.id, seats.handlers["c"].id
    worked(app)
    with app.app_context():
        assert [db.session.get_one(Leg, number).state for number in ids[:2]] == ["confirmed", "declined"]
        assert db.session.scalars(sa.select(Occupancy.leg_id).where(Occupancy.kind != "hold")).all() == [ids[0]]
        told = db.session.scalars(sa.select(Notice.template).where(Notice.person_id == ids[2])).all()
        assert "need_met" in told
        assert differences(db.session) == []


def test_who_published_a_need_is_told_of_an_answer_beside_the_duty(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        seats = seated(session)
        duty, writer = make.person(session, seats.centres["a"], "handler"), seats.handlers["a"]
        make.duty(session, seats.centres["a"], duty)
        answered(seats, published(seats), "b")
        ids = duty.id, writer.id
    worked(app)
    with app.app_context():
        told = sa.select(Notice.person_id).where(Notice.template == "offered", Notice.person_id.in_(ids))
        assert sorted(db.session.scalars(told)) == sorted(ids)


@BOTH
def test_two_offers_accepted_at_once(app: Flask, race: Any) -> None:
    with app.app_context(), transaction() as session:
        seats = seated(session)
        need = published(seats)
        legs = [answered(seats, need, who) for who in "bcd"]
        asks = {"terms_version": 1}
        wishes = [(seats.handlers["a"].id, leg.id, "accept_offer", asks | {"expected_version": leg.version}) for leg in legs]
        number = need.id
    assert sorted(outcome for *_rest, outcome in race(wishes)) == ["Conflict", "Conflict", "done"]
    with app.app_context():
        assert db.session.get_one(Entry, number).state == "met"
        assert db.session.scalars(sa.select(Answer.accepted)).all().count(True) == 1
        assert len(db.session.scalars(sa.select(Leg.id).where(Leg.state == "confirmed")).all()) == 1


def test_closing_lets_the_answers_fall(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        seats = seated(session)
        need = published(seats)
        leg = answered(seats, need, "b")
        with clock.moved(NOW):
            service.close(session, seats.handlers["a"], need, expected_version=need.version)
        number = leg.id
    worked(app)
    with app.app_context():
        assert db.session.get_one(Leg, number).state == "declined"


def test_a_talent_waits_for_consent_and_a_truck_for_its_director(session: Session) -> None:
    seats = seated(session)
    seats.seat("e", kind="stage_truck")
    seats.seat("f", kind="talent")
    seats.things["f"].fee_type = "free"
    truck = answered(seats, published(seats, kind="stage_truck"), "e")
    assert (truck.state, truck.was_sent) == ("requested", False)
    talent = answered(seats, published(seats, kind="talent"), "f")
    assert talent.state == "draft"


def test_what_is_refused(session: Session) -> None:
    seats = seated(session)
    need = published(seats)
    with pytest.raises(Invalid):
        answered(seats, need, "b", resource=seats.things["c"].code)
    answered(seats, need, "b")
    with pytest.raises(Conflict):
        answered(seats, need, "b")
    with pytest.raises(Forbidden):
        answered(seats, need, "a")
    with clock.moved(NOW + timedelta(days=15)):
        assert need.standing == "lapsed"
    seats.now = NOW + timedelta(days=15)
    with pytest.raises(Conflict):
        answered(seats, need, "c")
    with pytest.raises(Invalid):
        published(seats)


def test_suspended_centres_do_neither(session: Session) -> None:
    seats = seated(session)
    need = published(seats)
    _suspend(seats.centres["b"])
    session.flush()
    for refused in (lambda: published(seats, "b"), lambda: answered(seats, need, "b")):
        with pytest.raises(Forbidden):
            refused()
    _suspend(seats.centres["a"])
    session.flush()
    with pytest.raises(NotFound):
        service.find(session, seats.handlers["c"], need.number)
    assert matching.on_board(session, seats.handlers["c"], "need") == []


def _suspend(centre: Centre) -> None:
    assert centre.membership is not None
    centre.membership.state = "suspended"


def test_a_draft_and_what_is_for_the_county_are_seen_by_whom_they_are_for(session: Session) -> None:
    seats = seated(session)
    seats.seat("far", code="980101")
    drafted = published(seats, publish=False)
    narrow = published(seats, scope="city")
    with clock.moved(NOW):
        seen = {name: [one.id for one in matching.on_board(session, who, "need")] for name, who in seats.handlers.items()}
        assert seen["b"] == [narrow.id]
        assert seen["far"] == []
        assert matching.count_for(session, seats.handlers["b"]) == 1
        assert matching.count_for(session, seats.handlers["a"]) == 0
        assert matching.on_board(session, seats.handlers["b"], "need", month=date(2025, 5, 1)) == []
        assert matching.on_board(session, seats.handlers["b"], "need", kind="talent") == []
        assert len(matching.on_board(session, seats.handlers["b"], "need", area="990100", month=date(2025, 4, 1))) == 1
    for hidden, who in ((drafted, "b"), (narrow, "far")):
        with pytest.raises(NotFound):
            service.find(session, seats.handlers[who], hidden.number)


def test_a_supply_leads_to_a_prefilled_request(session: Session) -> None:
    seats = seated(session)
    form = SupplyForm.model_validate(SAID | {"resource": seats.things["b"].code})
    with clock.moved(NOW):
        need = published(seats)
        supply = service.begin(session, seats.handlers["b"], side="supply", form=form, publish=True)
        assert matching.met_by(session, seats.handlers["b"], supply) == [need]
        leg = answering.ask(session, seats.handlers["a"], supply)
        free = dict(matching.could_meet(session, need))
    assert (leg.state, leg.begun_by, leg.borrower) == ("draft", "borrower", seats.centres["a"])
    assert leg.terms[-1].content["choices"][0]["starts_at"].startswith("2025-04-01")
    found = answering.of(session, leg)
    assert found is not None
    assert found.entry is supply
    assert free[seats.things["b"]] is True


def test_the_same_form_is_one_entry(session: Session) -> None:
    seats = seated(session)
    form = NeedForm.model_validate(SAID | {"kind": "venue", "activity_type": "performance"})
    with clock.moved(NOW):
        made = [
            service.begin(session, seats.handlers["a"], side="need", form=form, publish=True, key="once").id for _time in range(2)
        ]
    assert made[0] == made[1]
