"""A venue and its parts: declared, taken together, apart again; refused where loans would collide."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, journal
from alliance.catalogue import occupancy, parts
from alliance.catalogue.models import Occupancy, Resource
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def theatre(app: Flask):
    """A theatre with a stage in it and a trap room below the stage; not yet declared."""
    with app.app_context(), clock.moved(NOON - timedelta(days=3)):
        with transaction() as session:
            owner, borrower = make.centre(session), make.centre(session)
            whole, stage, trap = (make.resource(session, owner, title=title) for title in ("剧场", "舞台", "乐池"))
            staff = make.person(session, owner, "staff")
            numbers = [one.id for one in (whole, stage, trap, staff)] + [leg(session, owner, borrower).id for _ in range(3)]
        yield numbers


def people_and_halls(session, numbers):
    whole, stage, trap = (session.get_one(Resource, number) for number in numbers[:3])
    return session.get_one(make.Person, numbers[3]), whole, stage, trap


def take(session, thing: Resource, leg_id: int, start: datetime = NOON) -> None:
    occupancy.take(session, None, resource=thing, start=start, end=start + HOUR, leg_id=leg_id)


@BOTH
def test_whole_takes_its_parts_and_a_part_the_whole(theatre) -> None:
    with transaction() as session:
        staff, whole, stage, trap = people_and_halls(session, theatre)
        parts.add(session, staff, whole=whole, part=stage)
        parts.add(session, staff, whole=stage, part=trap)  # a part of a part is taken with the whole as well
        assert [one.title for one in parts.parts_of(session, whole)] == ["舞台"]
        assert {one.title for one in parts.wholes_of(session, trap)} == {"剧场", "舞台"}
        take(session, whole, theatre[4])
        take(session, trap, theatre[5], NOON + HOUR)
    for thing, start in ((theatre[1], NOON), (theatre[2], NOON), (theatre[0], NOON + HOUR), (theatre[1], NOON + HOUR)):
        with pytest.raises(Conflict, match="已被占用"), transaction() as session:
            take(session, session.get_one(Resource, thing), theatre[6], start)
    with transaction() as session:
        staff, whole, stage, trap = people_and_halls(session, theatre)
        assert [event.action for event in journal.history(session, stage)] == ["resource.part_added"]
        for wrong, again in ((whole, whole), (stage, whole), (whole, stage)):
            with pytest.raises((Conflict, Invalid)):
                parts.add(session, staff, whole=wrong, part=again)


@BOTH
def test_loans_ahead_come_along_and_collisions_are_refused(theatre) -> None:
    with transaction() as session:
        staff, whole, stage, trap = people_and_halls(session, theatre)
        take(session, whole, theatre[4])
        take(session, stage, theatre[5], NOON + HOUR / 2)
        with pytest.raises(Conflict, match="“剧场”和“舞台”都有安排"):
            parts.add(session, staff, whole=whole, part=stage)
        parts.add(session, staff, whole=whole, part=trap)
        with pytest.raises(Conflict, match="已被占用"):
            take(session, trap, theatre[6])
        with pytest.raises(Forbidden):
            parts.remove(session, make.person(session, make.centre(session)), whole=whole, part=trap)
        parts.remove(session, staff, whole=whole, part=trap)
        take(session, trap, theatre[6])
        assert parts.family(session, whole) == []
    count = sa.select(sa.func.count()).select_from(Occupancy)
    assert db.session.scalar(count.where(Occupancy.resource_id == theatre[0])) == 1


def test_page_declares_and_sets_apart(app: Flask, theatre, signed_in) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser: FlaskClient = signed_in(theatre[3])
    codes = [db.session.get_one(Resource, number).code for number in theatre[:3]]
    address = f"/resources/{codes[0]}/parts"
    assert browser.get(f"/resources/{codes[0]}/edit").text.count(address) == 1
    assert browser.post(address, data={"other": "", "as": "part"}).status_code == 422
    assert browser.post(address, data={"other": codes[1], "as": "part"}).status_code == 303
    assert browser.post(f"/resources/{codes[2]}/parts", data={"other": codes[1], "as": "whole"}).status_code == 303
    assert "舞台" in browser.get(address).text
    assert "剧场" in browser.get(f"/resources/{codes[2]}/parts").text
    assert browser.post(address, data={"other": codes[1], "as": "part"}).status_code == 409
    assert browser.post(f"{address}/{codes[1]}/remove").status_code == 303
    assert browser.post(f"{address}/{codes[1]}/remove").status_code == 422
