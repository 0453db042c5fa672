"""In which order others are proposed: by fit, by distance, by what was lent, by how often their owner says yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.exchange.alternatives import instead_of
from alliance.exchange.checking import checked
from alliance.exchange.postings import Posting
from tests import make
from tests.exchange.stage import NOW, START, TO_CONFIRMED, build

HERE = {"lat": 28.0, "lng": 112.0}
AWAY = {"lat": 28.9, "lng": 112.0}
WHY = {"code": "03", "reason": "因本馆另有重大活动安排，敬请谅解。"}


@pytest.fixture
def stage(session: Session) -> Any:
    with transaction() as writing:
        made = build(writing, details={"venue_type": "theatre", "seats_fixed": 300}, art_forms=["xiqu"])
        made.borrower.lat, made.borrower.lng = HERE["lat"], HERE["lng"]
        yield made


def other(stage: Any, at: dict[str, float], **values: Any) -> Resource:
    return make.resource(stage.session, make.centre(stage.session), kind="venue", **at, **values)


def proposed(stage: Any) -> list[int]:
    stage.session.flush()
    with clock.moved(NOW):
        found = instead_of(stage.session, stage.thing, stage.borrower, START, START + timedelta(hours=8))
    return [one.id for one in found]


def test_what_is_like_it_stands_first_even_far_away(stage: Any) -> None:
    hall = other(stage, HERE, details={"venue_type": "gallery"})
    small = other(stage, AWAY, details={"venue_type": "theatre", "seats_fixed": 100})
    large = other(stage, AWAY, details={"venue_type": "theatre", "seats_fixed": 300})
    opera = other(stage, AWAY, details={"venue_type": "theatre", "seats_fixed": 300}, art_forms=["xiqu", "drama"])
    assert proposed(stage) == [opera.id, large.id, small.id]
    assert hall.id not in proposed(stage)


def test_of_like_ones_the_nearer_stands_first(stage: Any) -> None:
    far, near = other(stage, AWAY), other(stage, HERE)
    assert proposed(stage) == [near.id, far.id]


def test_of_equally_near_ones_whoever_says_yes_more_often(stage: Any) -> None:
    refuses, agrees = other(stage, HERE), other(stage, HERE)
    for thing, last in ((refuses, ("handler", "decline", WHY)), (agrees, TO_CONFIRMED[-1])):
        met = build(stage.session)
        thing_of_it = make.resource(stage.session, thing.owner, kind="stage_truck")
        met.owner, met.thing = thing.owner, thing_of_it
        met.people["handler"] = make.person(stage.session, thing.owner, "handler")
        thing_of_it.state = "published"
        met.play(met.leg(), ("borrower", "submit"), last)
        thing_of_it.state = "withdrawn"
    assert proposed(stage)[:2] == [agrees.id, refuses.id]


def test_the_form_says_how_far_the_others_are_and_what_was_lent(app: Flask, stage: Any) -> None:
    near = other(stage, AWAY)
    stage.play(stage.leg(), *TO_CONFIRMED)
    past = stage.act("borrower", stage.leg(starts_at=START + timedelta(days=60), ends_at=START + timedelta(days=61)), "submit")
    sides = {"leg_id": past.id, "entry": 1, "unit": "day", "posted_at": NOW}
    stage.session.add(Posting(centre_id=stage.borrower.id, other_id=near.owner_id, amount=4, **sides))
    stage.session.add(Posting(centre_id=near.owner_id, other_id=stage.borrower.id, amount=-4, **sides))
    stage.session.flush()
    typed = {"starts_at": "2025-04-01T09:00", "ends_at": "2025-04-01T17:00"}
    with app.test_request_context(), clock.moved(NOW):
        found = checked(stage.session, stage.borrower, resource=stage.thing, values=typed)
    (label,) = [str(way.label) for check in found for way in check.ways if near.title in str(way.label)]
    assert "约 100 km" in label
    assert "借给对方较多（多4天）" in label
