"""In which order others are proposed: by fit, by distance, by what was lent, by how often their owner says yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.exchange.alternatives import instead_of
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
