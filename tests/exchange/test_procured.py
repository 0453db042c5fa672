"""Sessions of a bought programme: asked for, kept, given back, and never sold twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import clock
from alliance.catalogue import kinds, own_use, procured, service
from alliance.catalogue.models import Resource
from alliance.catalogue.procured import SessionUse
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import requests
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.jobs import Job
from alliance.journal import Event
from tests import make
from tests.conftest import BOTH
from tests.exchange.joined import ONE, table
from tests.exchange.stage import NOW, START, Stage, build, form
from tests.exchange.test_races import one, race  # noqa: F401

DAY = timedelta(days=1)
SENT = {"sessions": 1, "attendances": 90, "items": []}


def bought(**more: Any) -> dict[str, Any]:
    """The details of a children's play of which six sessions are left."""
    said = {"sessions_bought": 20, "sessions_used": 14, "contract_until": "2025-12-31", "transferable": True}
    return {"talent_kind": "troupe", "troupe_size": 16} | said | more


def played(**more: Any) -> Stage:
    return build(db.session, kind="talent", acquired_by="purchased", details=bought(**more))


def asked(stage: Stage, n: int, sessions: int) -> Leg:
    """Submitted, with the consent of the troupe, on a day of its own."""
    leg = stage.leg(**one(n * DAY, timedelta(hours=4)), sessions=sessions)
    leg = stage.act("borrower", leg, "submit")
    return stage.act("handler", leg, "record_consent", given_on=date(2025, 3, 1), how="written")


def free(stage: Stage) -> int:
    with clock.moved(stage.now):
        return procured.left(stage.thing)


@BOTH
def test_what_is_promised_is_gone_and_comes_back(app: Flask) -> None:
    with app.app_context(), transaction():
        stage = played()
        assert free(stage) == 6
        first, second = asked(stage, 0, 4), asked(stage, 1, 3)
        assert free(stage) == 6  # who asks keeps nothing yet
        first = stage.act("handler", first, "approve")
        assert free(stage) == 2
        with pytest.raises(Conflict, match="还剩2场，要3场不够"), db.session.begin_nested():
            stage.act("handler", second, "approve")
        stage.act("mate", first, "ask_cancel", reason="场地临时停电检修，演不了了")
        stage.act("handler", first, "agree_cancel")
        assert free(stage) == 6
        assert stage.act("handler", second, "approve").state == "confirmed"
        assert free(stage) == 3
        assert procured.count(stage.thing).promised == 3


@BOTH
def test_an_offer_holds_them_until_it_lapses(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = played()
        offered = stage.act("handler", asked(stage, 0, 6), "offer", conditions=[{"text": "须自备字幕机"}])
        assert free(stage) == 0
        with pytest.raises(Invalid, match="还剩0场"):
            asked(stage, 1, 1)
        stage.now = offered.hold_until
        assert free(stage) == 6  # before anybody swept
        assert stage.act("handler", asked(stage, 1, 5), "approve").state == "confirmed"
        assert free(stage) == 1
        stage.act("nobody", offered, "expire")
        assert free(stage) == 1
        assert session.scalar(sa.select(sa.func.count(SessionUse.id))) == 1


@BOTH
def test_what_was_played_counts_in_the_end(app: Flask) -> None:
    with app.app_context(), transaction():
        stage = played()
        leg = stage.act("handler", asked(stage, 0, 3), "approve")
        leg = stage.act("handler", leg, "hand_over")
        leg = stage.act("borrower", leg, "receive")
        assert free(stage) == 3
        leg = stage.act("borrower", leg, "send_back", **SENT)
        assert (free(stage), procured.count(stage.thing).given) == (5, 1)
        leg = stage.act("handler", leg, "check_in")
        leg = stage.act("handler", leg, "close")
        assert (leg.state, free(stage)) == ("closed", 5)


@pytest.mark.parametrize(
    ("more", "dates", "sessions", "sentence"),
    [
        ({}, 0, 7, "还剩6场，要7场不够"),
        ({"contract_until": "2025-04-02"}, 3, 1, "2025年4月2日到期，早于您要的日期"),
        ({"transferable": False}, 0, 1, "不许转给别的馆"),
        ({"contract_until": "2025-03-01"}, 0, 1, "合同已到期"),
    ],
)
def test_sending_is_refused_in_words(app: Flask, more: dict[str, Any], dates: int, sessions: int, sentence: str) -> None:
    with app.app_context(), transaction():
        stage = played()
        leg = stage.leg(**one(dates * DAY, timedelta(hours=4)), sessions=sessions)
        stage.thing.details = stage.thing.details | more
        with pytest.raises((Conflict, Invalid), match=sentence):
            stage.act("borrower", leg, "submit")


def test_fewer_are_offered_and_fewer_still_are_wanted(app: Flask) -> None:
    """The counter-offer of an exchange: its number is held, and no more."""
    with app.app_context(), transaction():
        stage = played(sessions_used=17)
        leg = asked(stage, 0, 3)
        with pytest.raises(Conflict, match="还剩3场，要4场不够"), db.session.begin_nested():
            stage.act("handler", leg, "offer", sessions_wanted=4)
        leg = stage.act("handler", leg, "offer", sessions_wanted=2)
        assert (leg.state, free(stage)) == ("offered", 1)
        leg = stage.act("borrower", leg, "counter", sessions_wanted=1)
        assert (leg.state, free(stage)) == ("requested", 3)
        leg = stage.act("handler", leg, "record_consent", given_on=date(2025, 3, 1), how="written")
        leg = stage.act("handler", leg, "approve")
        assert (leg.state, free(stage)) == ("confirmed", 2)


def test_every_stop_of_a_tour_takes_its_own(app: Flask) -> None:
    with app.app_context(), transaction():
        stage = played()
        stops = [
            {
                "starts_at": START + n * DAY,
                "ends_at": START + n * DAY + timedelta(hours=4),
                "place": f"第{n}村礼堂",
                "division_code": "990102",
                "audience": 100,
                "sessions": 2,
            }
            for n in range(2)
        ]
        with clock.moved(NOW):
            wanted = form(stops=stops, **ONE)
            (leg,) = requests.start(stage.session, stage.people["borrower"], resource=stage.thing, form=wanted, kind="tour").legs
        leg = stage.act("borrower", leg, "submit")
        leg = stage.act("handler", leg, "record_consent", given_on=date(2025, 3, 1), how="written")
        assert stage.act("handler", leg, "approve").state == "confirmed"
        assert free(stage) == 2


def test_a_swap_promises_both_and_frees_both(app: Flask) -> None:
    with app.app_context(), transaction():
        made = table(db.session, "ours", "theirs")
        thing = make.resource(db.session, made.centres["theirs"], kind="talent", acquired_by="purchased", details=bought())
        made.things["theirs"] = thing
        agreement = made.ask("ours", "theirs", "swap", sessions=2)
        made.give(agreement, "ours")
        made.send(agreement, "ours")
        wanted, given = sorted(agreement.legs, key=lambda leg: leg.owner_id != thing.owner_id)
        made.act("theirs", wanted, "record_consent", given_on=date(2025, 3, 1), how="written")
        made.act("theirs", wanted, "approve")
        assert made.states(agreement)[wanted.rank - 1] == "agreed"
        with clock.moved(made.now):
            assert procured.count(thing).held == 2
        made.act("theirs", given, "decline_offer", reason="这几天我们馆里自己要排练")
        with clock.moved(made.now):
            assert procured.left(thing) == 6


def test_the_owner_writes_down_its_own(app: Flask) -> None:
    with app.app_context(), transaction() as session, clock.moved(NOW):
        stage = played()
        staff, thing = stage.people["staff"], stage.thing
        made = own_use.use(session, staff, resource=thing, sessions=2, used_on=date(2025, 3, 8), place="本馆小剧场")
        assert free(stage) == 4
        with pytest.raises(Invalid, match="只剩4场"):
            own_use.use(session, staff, resource=thing, sessions=5, used_on=date(2025, 3, 9), place="本馆小剧场")
        with pytest.raises(Invalid) as refused:
            service.save(session, staff, resource=thing, values={"sessions_bought": "15"})
        assert "还多1场" in refused.value.fields["sessions_bought"]
        thing.details = thing.details | {"sessions_bought": 20}
        own_use.take_back(session, staff, resource=thing, number=made.id)
        assert procured.count(thing).own == 0


def test_what_was_agreed_before_it_was_counted_counts(app: Flask) -> None:
    with app.app_context(), transaction() as session, clock.moved(NOW):
        stage = build(session, kind="talent", details={"talent_kind": "troupe", "troupe_size": 16})
        stage.act("handler", asked(stage, 0, 2), "approve")
        assert session.scalar(sa.select(sa.func.count(SessionUse.id))) == 0
        stage.thing.state = "draft"
        more = {"acquired_by": "purchased", "sessions_bought": "5", "contract_until": "2025-12-31", "transferable": "yes"}
        assert service.save(session, stage.people["staff"], resource=stage.thing, values=more) == {}
        assert free(stage) == 3


@BOTH
def test_the_last_session_goes_to_one(app: Flask, race: Any) -> None:  # noqa: F811
    """Eight requests on eight days, one session left: eight approvals at once."""
    with app.app_context(), transaction():
        stage = played(sessions_used=19)
        legs = [asked(stage, n, 1) for n in range(8)]
        handler, number = stage.people["handler"].id, stage.thing.id
        wishes = [(handler, leg.id, "approve", {"expected_version": leg.version}) for leg in legs]
    said = race(wishes)
    assert sorted(outcome for *_rest, outcome in said) == ["Conflict"] * 7 + ["done"]
    with app.app_context(), transaction() as session, clock.moved(NOW):
        assert procured.left(session.get_one(Resource, number)) == 0


@BOTH
def test_the_database_itself_refuses_one_too_many(app: Flask) -> None:
    with app.app_context(), transaction():
        number = played().thing.id
    with app.app_context(), pytest.raises(Conflict, match="剩余的场次"), transaction() as session:
        session.add(SessionUse(resource_id=number, kind="own", sessions=7, used_on=START.date()))


def test_the_search_hears_of_it(app: Flask) -> None:
    """What an agreement takes raises the listing's version in a job, without which its card would say the old number."""
    with app.app_context(), transaction():
        stage = played()
        stage.act("handler", asked(stage, 0, 4), "approve")
        number, before = stage.thing.id, stage.thing.version
    with app.app_context(), clock.moved(NOW):
        own_use.tell({"resource": number})
        told = db.session.scalars(sa.select(Event).where(Event.action == "resource.sessions_counted")).one()
        assert (told.data["sessions_left"], db.session.get_one(Resource, number).version) == (2, before + 1)
        assert db.session.scalar(sa.select(sa.func.count(Job.id)).where(Job.kind == procured.JOB)) == 1
        facts = {fact.label: fact.value for fact in kinds.facts(db.session.get_one(Resource, number), "zh_Hans")}
        assert facts["剩余场次"] == "2场"


@BOTH
def test_the_doctor_sees_sessions_that_no_agreement_has(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = played()
        leg = stage.act("handler", asked(stage, 0, 2), "approve")
        session.execute(sa.update(SessionUse).where(SessionUse.leg_id == leg.id).values(sessions=1))
        assert differences(session) == [
            f"leg {leg.id}: sessions are ('promised', 1), its state confirmed says ('promised', 2)",
        ]
        session.rollback()
