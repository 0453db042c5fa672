"""Another listing of the owner's in an offer: held, approved for itself, known when it is sent, and the way back."""

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
from alliance.catalogue.models import Occupancy, Resource
from alliance.catalogue.procured import SessionUse
from alliance.db import transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import instead, present
from alliance.exchange.case import Case
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.exchange.versions import changes
from alliance.notifications.models import Notice
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import Browser
from tests.exchange.stage import LICENCE, NOW, START, Stage, build, of_a_work

SUBMITTED = ("borrower", "submit")


def another(stage: Stage, **values: Any) -> Resource:
    """One more listing of the owner's, of the same kind."""
    return make.resource(stage.session, stage.owner, kind=stage.thing.kind, **{"title": "小剧场"} | values)


def held(session: Session, leg: Leg) -> set[int]:
    return set(session.scalars(sa.select(Occupancy.resource_id).where(Occupancy.leg_id == leg.id)))


@BOTH
def test_another_hall_is_offered_taken_and_found_in_the_books(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage)
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "offer", {"substitute": other.code}))
        assert (leg.state, leg.lines[0].resource, leg.lines[0].offered) == ("offered", other, None)
        assert held(session, leg) == {other.id}
        assert ("资源", "大剧场", "小剧场") in changes(leg.terms[0].content, leg.terms[1].content, "zh")
        assert differences(session) == []
        rival = stage.play(stage.leg(), SUBMITTED, ("handler", "approve", {"choice": 1}))
        assert rival.state == "confirmed", "what was asked for is free for others"
        leg = stage.act("borrower", leg, "accept_offer", terms_version=2)
        assert (leg.state, held(session, leg)) == ("confirmed", {other.id})
        assert differences(session) == []


@BOTH
def test_the_borrower_may_want_the_first_after_all(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage)
        leg = stage.play(stage.leg(place="大剧场"), SUBMITTED, ("handler", "offer", {"substitute": other.code}))
        assert leg.terms[-1].content["place"] == "小剧场"
        leg = stage.act("borrower", leg, "counter", original=True)
        assert (leg.lines[0].resource, held(session, leg)) == (stage.thing, set())
        assert leg.terms[-1].content["place"] == "大剧场"
        assert ("资源", "小剧场", "大剧场") in changes(leg.terms[1].content, leg.terms[2].content, "zh")
        leg = stage.act("handler", leg, "approve", choice=1)
        assert (leg.state, held(session, leg)) == ("confirmed", {stage.thing.id})
        assert differences(session) == []
        fresh = stage.play(stage.leg(starts_at=START + timedelta(days=30), ends_at=START + timedelta(days=31)), SUBMITTED)
        fresh = stage.act("handler", fresh, "offer", conditions=[{"text": "自带音响"}])
        with pytest.raises(Invalid) as refused, session.begin_nested():
            stage.act("borrower", fresh, "counter", original=True)
        assert "original" in refused.value.fields


def test_conditions_of_the_substitute_go_with_it_others_are_kept_and_followed(app: Flask) -> None:
    condition = {"text": "须本馆舞台监督随团", "due_on": "2025-03-25"}
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage)
        moved = stage.play(stage.leg(), SUBMITTED, ("handler", "offer", {"substitute": other.code, "conditions": [condition]}))
        moved = stage.play(moved, ("borrower", "counter", {"original": True}), ("handler", "approve", {"choice": 1}))
        assert (moved.state, moved.conditions, moved.terms[-1].content["conditions"]) == ("confirmed", [], [])
        later = {"starts_at": START + timedelta(days=9), "ends_at": START + timedelta(days=9, hours=8)}
        kept = stage.play(stage.leg(**later), SUBMITTED, ("handler", "offer", {"conditions": [condition]}))
        kept = stage.play(kept, ("borrower", "counter", {"note": "可否派车来接"}), ("handler", "approve", {"choice": 1}))
        assert (kept.state, [one["text"] for one in kept.conditions]) == ("confirmed", ["须本馆舞台监督随团"])
        assert differences(session) == []


def test_what_waits_for_its_last_step_is_kept_from_others_and_from_the_borrower(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage, approval_steps=2)
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "offer", {"substitute": other.code}))
        assert (leg.state, leg.steps_needed, leg.lines[0].resource) == ("requested", 2, stage.thing)
        assert (held(session, leg), differences(session)) == ({other.id}, [])
        assert [terms.version for terms in present.visible(leg, "borrower")] == [1]
        third = another(stage, title="排练厅")
        leg = stage.act("handler", leg, "offer", substitute=third.code)
        assert (leg.state, leg.steps_needed, leg.lines[0].resource, held(session, leg)) == ("offered", 1, third, {third.id})
        assert leg.terms[-1].content["substitute"]["for"]["title"] == "大剧场"
        assert differences(session) == []


def test_the_last_step_puts_it_before_the_borrower_who_hears_what_for(app: Flask, work_off: Callable[[], None]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage, approval_steps=2)
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "offer", {"substitute": other.code}), ("director", "approve"))
        assert (leg.state, leg.lines[0].resource) == ("offered", other)
        number = leg.id
    with clock.moved(NOW):
        work_off()
    with app.app_context(), transaction() as session:
        told = session.scalars(sa.select(Notice).where(Notice.template == "offered")).all()
        assert {(one.data["resource"], one.data["substitute"]) for one in told} == {("大剧场", "小剧场")}
        leg = session.get_one(Leg, number)
        stage = Stage(session, leg.owner, leg.borrower, leg.lines[0].resource, {"borrower": leg.submitter})
        leg = stage.act("borrower", leg, "decline_offer", reason="小剧场坐不下三百人，只好不办。")
        assert (leg.state, held(session, leg), differences(session)) == ("declined", set(), [])


def test_what_does_not_fit_is_gone_or_is_not_ours_is_refused_by_name(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场", details={"proscenium_width_m": 14})
        narrow = another(stage, details={"proscenium_width_m": 6})
        gone = another(stage, title="旧剧场", state="archived")
        theirs = make.resource(session, stage.borrower, kind="venue")
        truck = make.resource(session, stage.owner, kind="stage_truck")
        busy = another(stage, title="排练厅")
        stage.thing, first = busy, stage.thing
        stage.play(stage.leg(), SUBMITTED, ("handler", "approve", {"choice": 1}))
        stage.thing = first
        leg = stage.play(stage.leg(show_width_m=10), SUBMITTED)
        for thing in (narrow, gone, theirs, truck, first):
            with pytest.raises(Invalid) as refused, session.begin_nested():
                stage.act("handler", leg, "offer", substitute=thing.code)
            assert "substitute" in refused.value.fields, thing.title
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        with pytest.raises(Conflict), session.begin_nested():
            stage.act("handler", leg, "offer", substitute=busy.code)
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        assert (leg.state, leg.lines[0].resource, leg.lines[0].offered) == ("requested", first, None)


def test_somebody_else_agrees_first(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent", title="李老师")
        other = another(stage, title="王老师")
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "record_consent", {"given_on": "2025-03-10", "how": "phone"}))
        with pytest.raises(Conflict, match="本人"), session.begin_nested():
            stage.act("handler", leg, "offer", substitute=other.code)
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        leg = stage.act("handler", leg, "record_consent", of=other.code, given_on="2025-03-10", how="phone")
        with pytest.raises(Conflict, match="本人"), session.begin_nested():
            stage.act("handler", leg, "approve", choice=1)
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        leg = stage.act("handler", leg, "offer", substitute=other.code)
        assert (leg.state, leg.lines[0].resource) == ("offered", other)
        leg = stage.act("borrower", leg, "accept_offer", terms_version=2)
        assert (leg.state, differences(session)) == ("confirmed", [])


def test_a_consent_that_names_nobody_is_that_of_whoever_was_asked_for(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent", title="李老师")
        other = another(stage, title="王老师", approval_steps=2)
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "record_consent", {"given_on": "2025-03-10", "how": "phone"}))
        leg.consent = {name: value for name, value in (leg.consent or {}).items() if name != "of"}
        with pytest.raises(Conflict, match="本人"), session.begin_nested():
            stage.act("handler", leg, "offer", substitute=other.code)
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        leg = stage.act("handler", leg, "approve", choice=1)
        assert leg.state == "confirmed"


def test_another_work_is_offered_and_licensed(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = of_a_work(session)
        other = another(stage, title="新片", details=stage.thing.details, asset=make.asset(session, stage.owner))
        bare = another(stage, title="没有条目的片")
        leg = stage.play(stage.leg(**LICENCE), SUBMITTED)
        with pytest.raises(Invalid), session.begin_nested():
            stage.act("handler", leg, "offer", substitute=bare.code)
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        leg = stage.act("handler", leg, "offer", substitute=other.code)
        leg = stage.act("borrower", leg, "accept_offer", terms_version=2)
        assert (leg.state, leg.lines[0].resource, held(session, leg)) == ("confirmed", other, set())
        assert differences(session) == []


def test_sessions_that_were_bought_go_along(app: Flask) -> None:
    bought = {"sessions_bought": 4, "contract_until": "2025-12-31", "transferable": True, "talent_kind": "troupe"}
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent", title="采茶戏", details=bought)
        other = another(stage, title="皮影戏", details=bought)
        agreed = {"given_on": "2025-03-10", "how": "phone", "of": other.code}
        leg = stage.play(stage.leg(sessions=2), SUBMITTED, ("handler", "record_consent", agreed))
        leg = stage.act("handler", leg, "offer", substitute=other.code)
        kept = session.execute(sa.select(SessionUse.resource_id, SessionUse.sessions).where(SessionUse.leg_id == leg.id)).all()
        assert [tuple(row) for row in kept] == [(other.id, 2)]
        leg = stage.act("borrower", leg, "counter", original=True)
        assert session.scalar(sa.select(sa.func.count()).where(SessionUse.leg_id == leg.id)) == 0
        assert differences(session) == []


@pytest.mark.parametrize("how", ["withdraw", "decline"])
def test_sessions_of_what_was_never_sent_are_free_when_it_is_over(app: Flask, how: str) -> None:
    bought = {"sessions_bought": 4, "contract_until": "2025-12-31", "transferable": True, "talent_kind": "troupe"}
    moves: dict[str, tuple[Any, ...]] = {
        "withdraw": ("borrower", "withdraw"),
        "decline": ("handler", "decline", {"code": "01", "reason": "两个节目那几天都排不开。"}),
    }
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent", title="采茶戏", details={"talent_kind": "troupe"})
        other = another(stage, title="皮影戏", details=bought, approval_steps=2)
        agreed = {"given_on": "2025-03-10", "how": "phone", "of": other.code}
        leg = stage.play(stage.leg(sessions=2), SUBMITTED, ("handler", "record_consent", agreed))
        leg = stage.act("handler", leg, "offer", substitute=other.code)
        assert session.scalars(sa.select(SessionUse.resource_id)).all() == [other.id]
        leg = stage.play(leg, moves[how])
        with clock.moved(NOW):
            assert (session.scalars(sa.select(SessionUse)).all(), differences(session)) == ([], [])


def test_sessions_kept_of_another_listing_are_a_difference(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(), SUBMITTED)
        stray = SessionUse(leg_id=leg.id, resource_id=another(stage).id, kind="promised", sessions=1)
        session.add(stray)
        session.flush()
        assert any("which it is not about" in one for one in differences(session))
        session.delete(stray)


def test_what_is_not_lent_any_more_is_neither_sent_nor_taken_back(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage, approval_steps=2)
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "offer", {"substitute": other.code}))
        other.state = "withdrawn"
        with pytest.raises(Conflict, match="小剧场"), session.begin_nested():
            stage.act("director", leg, "approve")
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        assert (leg.state, leg.lines[0].resource) == ("requested", stage.thing)
        other.state, stage.thing.state = "published", "archived"
        leg = stage.act("director", leg, "approve")
        with pytest.raises(Invalid, match="不外借") as refused, session.begin_nested():
            stage.act("borrower", leg, "counter", original=True)
        assert "original" in refused.value.fields
        leg = session.get_one(Leg, leg.id, populate_existing=True)
        assert (leg.state, held(session, leg)) == ("offered", {other.id})


def test_whom_else_the_owner_asked_is_not_told(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent", title="李老师")
        other = another(stage, title="王老师", approval_steps=2)
        agreed = {"of": other.code, "given_on": "2025-03-10", "how": "phone"}
        leg = stage.play(stage.leg(), SUBMITTED, ("handler", "record_consent", agreed))
        leg = stage.act("handler", leg, "offer", substitute=other.code)
        number, borrower, handler = leg.number, stage.people["borrower"].id, stage.people["handler"].id
    with clock.moved(NOW):
        assert "王老师" in Browser(signed_in(handler)).get(f"/agreements/{number}")
        page = Browser(signed_in(borrower)).get(f"/agreements/{number}")
        assert "王老师" not in page
        assert "登记本人同意" not in page


def test_what_was_not_sent_is_in_no_letter(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage, approval_steps=2)
        leg = stage.play(stage.leg(place="大剧场"), SUBMITTED, ("handler", "offer", {"substitute": other.code}))
        number, handler = leg.number, stage.people["handler"].id
    with clock.moved(NOW):
        page = Browser(signed_in(handler)).get(f"/agreements/{number}/letter")
        assert "大剧场" in page
        assert "小剧场" not in page


def test_of_what_comes_back_every_week_only_its_own_times_count(app: Flask) -> None:
    """START is a Tuesday: who has time on Tuesdays is free, though something else stands between two of the lessons."""
    with app.test_request_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage, details={"weekdays": ["tue"]})
        once = {"second_starts_at": None, "second_ends_at": None}
        between = {"starts_at": START + timedelta(days=2), "ends_at": START + timedelta(days=2, hours=8)}
        stage.thing, first = other, stage.thing
        stage.play(stage.leg(**between, **once), SUBMITTED, ("handler", "approve", {"choice": 1}))
        stage.thing = first
        leg = stage.play(stage.leg(weekly=3, sessions=3, **once), SUBMITTED)
        with clock.moved(NOW):
            case = Case(session, leg, stage.people["handler"], clock.now())
            assert instead.options(case) == [(other.code, "小剧场 · 首选日期空闲")]
            assert instead.free(case) == [other]
            stage.thing = other
            stage.play(
                stage.leg(starts_at=START + timedelta(days=7), ends_at=START + timedelta(days=7, hours=2), **once),
                SUBMITTED,
                ("handler", "approve", {"choice": 1}),
            )
            assert instead.options(case) == [(other.code, "小剧场 · 首选日期有冲突")]


def test_the_page_offers_what_there_is(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="大剧场")
        other = another(stage)
        leg = stage.play(stage.leg(), SUBMITTED)
        number, code = leg.number, other.code
        handler, borrower = stage.people["handler"].id, stage.people["borrower"].id
    with clock.moved(NOW):
        owner, asker = Browser(signed_in(handler)), Browser(signed_in(borrower))
        page = owner.get(f"/agreements/{number}/offer")
        assert f'<option value="{code}"' in page
        assert "小剧场 · 首选日期空闲" in page
        declining = owner.get(f"/agreements/{number}/decline")
        assert "本馆还有同类、首选日期空闲的" in declining
        assert f"/agreements/{number}/offer" in declining
        owner.act(number, "offer", substitute=code, note="大剧场要检修")
        page = asker.get(f"/agreements/{number}")
        assert "换成：小剧场" in page
        assert "/compare?code=" in page
        assert "关于借用大剧场的函" in asker.get(f"/agreements/{number}/letter"), "it is the borrower's, and says what it asks for"
        assert 'name="original"' in asker.get(f"/agreements/{number}/counter")
