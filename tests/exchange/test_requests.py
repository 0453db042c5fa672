"""What is told while a request is filled in, and what a form refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import occupancy
from alliance.catalogue.models import Occupancy
from alliance.catalogue.weekdays import NAMES
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import requests
from alliance.exchange.checks import Check
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.exchange.waiting import waiting
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import NOW, START, TO_CONFIRMED, Stage, build, form

TRUCK = {
    "height_m": 3.9,
    "opened_length_m": 12.0,
    "opened_width_m": 9.0,
    "opened_height_m": 5.5,
    "deck_width_m": 10.0,
    "deck_depth_m": 6.0,
    "clear_height_m": 4.5,
    "generator_kw": 20.0,
    "licence_class": "b2",
    "driver_included": True,
    "ground": "paved",
    "insurance_until": "2025-12-31",
    "inspection_until": "2025-12-31",
}
GOOD_SITE = {"road_height_m": 4.5, "overhead_m": 8.0, "site_length_m": 15.0, "site_width_m": 12.0, "ground": "paved"}


def checks(stage: Stage, **asked: Any) -> tuple[Check, ...]:
    with clock.moved(stage.now):
        return requests.checks(stage.session, stage.borrower, resource=stage.thing, form=form(**asked))


@pytest.mark.parametrize(
    ("details", "asked", "tone", "says"),
    [
        ({}, {"road_height_m": 4.1}, "ok", "可以通过"),
        ({}, {"road_height_m": 4.09}, "bad", "车过不去"),
        ({}, {"road_height_m": None}, "warn", "限高没有填"),
        ({}, {"overhead_m": 6.49}, "bad", "不够展开"),
        ({}, {"overhead_m": None}, "warn", "净高没有填"),
        ({}, {"site_length_m": 13.9}, "warn", "偏小"),
        ({}, {"site_length_m": 11.0, "site_width_m": 14.0}, "ok", "够展开"),
        ({}, {"ground": "soft"}, "warn", "硬化地面"),
        ({}, {"load_kw": 16.1}, "warn", "偏大"),
        ({}, {"show_width_m": 10.1}, "bad", "演出需要的宽度"),
        ({}, {"show_depth_m": 6.1}, "warn", "演出需要的深度"),
        ({}, {"show_height_m": 4.6}, "bad", "演出需要的高度"),
        ({}, {"audience": 1000}, "warn", "1,000 人以上"),
        ({}, {"audience": 5000}, "warn", "市级公安机关"),
        ({"driver_included": False}, {}, "bad", "准驾车型"),
        ({"driver_included": False}, {"driver_licence": "c1"}, "bad", "准驾车型不符"),
        ({"insurance_until": "2025-03-31"}, {}, "bad", "保险"),
        ({"inspection_until": "2025-04-07"}, {}, "bad", "年检"),
        ({}, {"purpose": "commercial"}, "warn", "营业性活动"),
    ],
)
def test_does_it_fit(session: Session, details: dict[str, Any], asked: dict[str, Any], tone: str, says: str) -> None:
    """Each differs in one thing from a request with nothing to say against it."""
    with transaction() as writing:
        stage = build(writing, "stage_truck", details=TRUCK | details)
        found = [check for check in checks(stage, **(GOOD_SITE | asked)) if says in f"{check.title}{check.text}"]
        assert [check.tone for check in found] == [tone]
        fine = build(writing, "stage_truck", details=TRUCK)
        assert {check.tone for check in checks(fine, **GOOD_SITE)} == {"ok"}


def test_hard_faults_refuse_the_submission(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, "stage_truck", details=TRUCK)
        with pytest.raises(Invalid, match="车过不去"):
            stage.act("borrower", stage.leg(road_height_m=3.5), "submit")
        with pytest.raises(Invalid, match="已经过去"):
            stage.act("borrower", stage.leg(**GOOD_SITE), "submit", at=START + timedelta(days=9))
        assert stage.act("borrower", stage.leg(**GOOD_SITE), "submit").state == "requested"


def test_seats_of_a_hall(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, details={"seats_fixed": 150, "seats_movable": 40})
        assert any("容纳 190 人" in str(check.title) for check in checks(stage))
        stage.thing.details = {"area_m2": 140.0}
        assert not any("容纳" in str(check.title) for check in checks(stage))


def test_clash_shows_the_next_free_dates_and_others(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        spare = make.resource(writing, make.centre(writing))
        stage.play(stage.leg(), *TO_CONFIRMED)
        (clash,) = [check for check in checks(stage) if "首选日期有冲突" in str(check.title)]
        assert clash.tone == "warn"
        assert "已被占用" in clash.text
        assert clash.resources == (spare,)
        assert clash.ways[0][1] == "?starts_at=2025-04-02T09:00&ends_at=2025-04-02T17:00"


def test_queue_lead_time_and_longest_loan(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, lead_days=30, longest_days=1)
        stage.play(stage.leg(), ("borrower", "submit"))
        stage.play(stage.leg(), ("borrower", "submit"))
        assert not any("馆在等" in str(check.title) for check in checks(stage))
        stage.borrower = make.centre(writing)
        titles = [str(check.title) for check in checks(stage, second_ends_at=START + timedelta(days=9))]
        assert "首选日期已有 2 馆在等。" in titles
        assert "首选日期偏近。" in titles
        assert "备选时间超过最长 1 天。" in titles


def test_who_may_ask(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        branch = make.person(writing, make.centre(writing, role="branch", parent_id=stage.owner.id))
        for values, person, refused in (
            ({"who_may_ask": "main_centres"}, branch, True),
            ({"who_may_ask": "own_branches"}, branch, False),
            ({"who_may_ask": "own_branches"}, stage.people["borrower"], True),
            ({"state": "paused", "who_may_ask": "in_scope"}, branch, True),
            ({"state": "published"}, branch, False),
        ):
            for name, value in values.items():
                setattr(stage.thing, name, value)
            with clock.moved(NOW):
                if refused:
                    with pytest.raises(Conflict):
                        requests.start(writing, person, resource=stage.thing, form=form())
                else:
                    assert requests.start(writing, person, resource=stage.thing, form=form()).legs[0].state == "draft"
        stage.thing.share_scope = "county"
        for who in (stage.people["borrower"], stage.people["staff"], make.person(writing)):
            with pytest.raises((Forbidden, Conflict)):
                requests.start(writing, who, resource=stage.thing, form=form())


def test_a_draft_can_be_filled_in_anew(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.leg()
        with clock.moved(NOW):
            requests.revise(writing, stage.people["borrower"], leg, form=form(title="元宵灯会"), expected_version=1)
            with pytest.raises(Conflict):
                requests.revise(writing, stage.people["borrower"], leg, form=form(), expected_version=1)
            with pytest.raises(Forbidden):
                requests.revise(writing, stage.people["staff"], leg, form=form(), expected_version=2)
        assert (leg.agreement.title, leg.version, leg.terms_version) == ("元宵灯会", 2, 1)
        stage.act("borrower", leg, "submit")
        with pytest.raises(Conflict):
            requests.revise(writing, stage.people["borrower"], leg, form=form(), expected_version=3)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"pledge": False}, "pledge"),
        ({"ends_at": START}, "ends_at"),
        ({"second_ends_at": None}, "second_ends_at"),
        ({"division_code": "99"}, "division_code"),
        ({"activity_type": "wedding"}, "activity_type"),
        ({"audience": -1}, "audience"),
        ({"expedited": "relief"}, "expedited_note"),
        ({"lat": 91, "lng": 0}, "lat"),
        ({"lat": 30}, "lng"),
        ({"contact_phone": "wx: abc"}, "contact_phone"),
        ({"unknown": 1}, "unknown"),
        ({"starts_at": "1625-01-01"}, "starts_at"),
    ],
)
def test_what_a_form_refuses(app: Any, asked: dict[str, Any], field: str) -> None:
    with app.app_context(), pytest.raises(ValidationError) as refused:
        form(**asked)
    assert {str(fault["loc"][0]) if fault["loc"] else "" for fault in refused.value.errors()} == {field}


def test_dates_as_they_are_typed(app: Any) -> None:
    """A bare date is a whole local day, a local time is Chinese, a blank one is none."""
    with app.app_context():
        days = form(starts_at="2025-10-20", ends_at="2025-10-22", second_starts_at="", second_ends_at=" ")
        hours = form(starts_at="2025-10-20T09:00", ends_at="2025-10-20T17:30:00+00:00")
    assert days.periods() == [(datetime(2025, 10, 19, 16, tzinfo=UTC), datetime(2025, 10, 22, 16, tzinfo=UTC))]
    assert hours.periods()[0] == (datetime(2025, 10, 20, 1, tzinfo=UTC), datetime(2025, 10, 20, 17, 30, tzinfo=UTC))


VILLAGE = {"place": "山口镇戏台", "lat": 28.6, "lng": 112.5}


def test_truck_says_how_far_it_is_and_what_its_neighbour_leaves(session: Session) -> None:
    with transaction() as writing:
        details = TRUCK | {"setup_min": 25, "strike_min": 20}
        stage = build(writing, "stage_truck", details=details, lat=28.0, lng=112.5, address="车库")
        dates = {"starts_at": START + timedelta(hours=9), "ends_at": START + timedelta(hours=11), "second_starts_at": None}
        stage.play(stage.leg(**GOOD_SITE, **VILLAGE), *TO_CONFIRMED, ("director", "approve", {"choice": 1}))
        there = occupancy.of_leg(writing, writing.scalars(sa.select(Leg.id)).one())[0]
        assert (there.place, there.km, there.minutes) == ("山口镇戏台", 86.7, 131)
        where = {"place": "河东村", "lat": 28.1, "lng": 112.5}
        found = checks(stage, **(GOOD_SITE | dates | where | {"second_ends_at": None}))
        said = {str(check.title): check for check in found}
        assert "路上22分钟" in next(title for title in said if "从车库出发" in title)
        clash = said["首选日期有冲突。"]
        assert "从山口镇戏台到河东村约 72.3 km，路上1小时49分钟" in clash.text
        assert clash.ways[0][1] == "?starts_at=2025-04-01T19:45&ends_at=2025-04-01T21:45"
        unknown = {"place": "某村", "division_code": "990999", "starts_at": START + timedelta(days=3)}
        nowhere = checks(stage, **(GOOD_SITE | unknown | {"ends_at": START + timedelta(days=3, hours=2)}))
        assert [check.tone for check in nowhere if "没有算路程" in str(check.title)] == ["warn"]


def test_number_is_checked_against_what_is_left(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, quantity=40)
        stage.play(stage.leg(quantity=25), *TO_CONFIRMED)
        found = {str(check.title): check for check in checks(stage, quantity=16)}
        assert "只剩 15 件（间、张），要 16 件不够" in found["首选日期有冲突。"].text
        assert "首选日期空闲。" in {str(check.title) for check in checks(stage, quantity=15)}
        assert [check.tone for check in checks(stage, quantity=41) if "太多" in str(check.title)] == ["bad"]
        with pytest.raises(Invalid, match="太多"):
            stage.play(stage.leg(quantity=41), ("borrower", "submit"))
        second = stage.leg(quantity=16)
        with pytest.raises(Conflict, match="只剩 15 件"):
            stage.play(second, *TO_CONFIRMED)
        assert waiting(writing, [stage.thing.id], START, START + timedelta(hours=1)) == [(stage.thing.id, *period_of(second))]
        assert differences(writing) == []


def period_of(leg: Leg) -> tuple[datetime, datetime]:
    assert leg.starts_at is not None
    assert leg.ends_at is not None
    return leg.starts_at, leg.ends_at


@pytest.mark.parametrize(("kind", "name"), [("stage_truck", "max_km"), ("talent", "travel_km")])
def test_farther_than_the_owner_goes_is_said(session: Session, kind: str, name: str) -> None:
    with transaction() as writing:
        stage = build(writing, kind=kind, lat=30.0, lng=120.0, details={name: 50})
        near = [check.title for check in checks(stage, lat=30.1, lng=120.0)]
        far = [(check.tone, check.title) for check in checks(stage, lat=31.0, lng=120.0)]
    assert not any("超出登记的" in title for title in near)
    assert ("warn", "离常驻地约 144.6 km，超出登记的 50 km。") in far


def test_the_usual_days_of_a_person_are_told(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing, kind="talent")
        day = clock.local(START).weekday()
        others = [name for number, name in enumerate(NAMES) if number != day]
        stage.thing.details = stage.thing.details | {"weekdays": others}
        one = {"ends_at": START + timedelta(hours=2), "second_starts_at": None, "second_ends_at": None}
        (told,) = [check for check in checks(stage, **one) if "平时有空" in str(check.text)]
        assert told.tone == "warn"
        series = one | {"ends_at": START + timedelta(days=49)}
        assert not any("平时有空" in str(check.text) for check in checks(stage, **series))


@BOTH
def test_fewer_of_a_pool_are_offered_and_held(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, quantity=8)
        stage.play(stage.leg(quantity=2), *TO_CONFIRMED)
        leg = stage.play(stage.leg(quantity=8), ("borrower", "submit"))
        with pytest.raises(Conflict), session.begin_nested():
            stage.act("handler", leg, "approve", choice=1)
        with pytest.raises(Invalid, match="只有 8"):
            stage.act("handler", leg, "offer", quantity_wanted=9)
        number, handler = leg.number, stage.people["handler"].id
    with clock.moved(NOW):
        assert 'name="quantity_wanted"' in signed_in(handler).get(f"/agreements/{number}/offer").get_data(as_text=True)
    with app.app_context(), transaction() as session:
        leg = session.scalars(sa.select(Leg).order_by(Leg.id.desc())).first()
        assert leg is not None
        people = {name: session.get_one(Person, number) for name, number in (("handler", handler), ("borrower", leg.submitted_by))}
        stage = Stage(session, leg.owner, leg.borrower, leg.lines[0].resource, people)
        leg = stage.act("handler", leg, "offer", quantity_wanted=6)
        assert (leg.state, leg.lines[0].quantity, leg.terms[-1].content["quantity"]) == ("offered", 6, 6)
        leg = stage.act("borrower", leg, "counter", quantity_wanted=5)
        leg = stage.act("handler", leg, "approve", choice=1)
        assert (leg.state, leg.lines[0].quantity) == ("confirmed", 5)
        rows = session.scalars(sa.select(Occupancy.quantity).where(Occupancy.leg_id == leg.id)).all()
        assert list(rows) == [5]
        assert differences(session) == []
