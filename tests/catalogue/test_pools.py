"""Several alike, lent by number: never more than there are, whatever comes first; the schema says so too."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance import clock
from alliance.catalogue import occupancy, service
from alliance.catalogue.availability import days
from alliance.catalogue.busy import busy_between
from alliance.catalogue.models import Occupancy, Resource
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def beds(app: Flask):
    """Forty beds, staff of their owner, and three legs."""
    with app.app_context(), clock.moved(NOON - 3 * DAY):
        with transaction() as session:
            owner, borrower = make.centre(session), make.centre(session)
            pool = make.resource(session, owner, quantity=40, title="学员床位")
            numbers = [pool.id, make.person(session, owner, "staff").id, *(leg(session, owner, borrower).id for _ in range(3))]
        yield numbers


def take(session, numbers, which: int, count: int, start: datetime = NOON, end: datetime = NOON + HOUR):
    pool = session.get_one(Resource, numbers[0])
    return occupancy.take(session, None, resource=pool, start=start, end=end, leg_id=numbers[which], quantity=count)


@BOTH
def test_as_many_as_there_are_and_not_one_more(beds) -> None:
    with transaction() as session:
        (row,) = take(session, beds, 2, 25)
        assert (row.unit_id, row.quantity) == (None, 25)
        take(session, beds, 3, 15)
        take(session, beds, 3, 14)  # the leg's own are let go first
    with pytest.raises(Conflict, match="只剩 1 件（间、张），要 2 件不够"), transaction() as session:
        take(session, beds, 4, 2)
    with transaction() as session:
        take(session, beds, 4, 40, NOON + HOUR, NOON + 2 * HOUR)  # ends that touch
        occupancy.release(session, leg_id=beds[4])
        take(session, beds, 4, 1)
        pool = session.get_one(Resource, beds[0])
        assert busy_between(session, NOON, NOON + HOUR) == {pool.id}
        assert pool.id not in busy_between(session, NOON + HOUR, NOON + 2 * HOUR)
        assert days(session, [pool], date(2026, 11, 2), 2)[pool.id][0].state == "busy"
        occupancy.shorten(session, leg_id=beds[2], end=NOON + HOUR / 2)
        assert {clash.left for clash in occupancy.clashes(session, pool, NOON, NOON + HOUR, quantity=1)} == {0}
        assert occupancy.clashes(session, pool, NOON + HOUR / 2, NOON + HOUR, quantity=25) == ()


def test_what_counts_is_what_is_out_at_one_moment(beds) -> None:
    """Two loans of thirty that follow one another leave ten all the time: a sum over the period would say there are too many."""
    with transaction() as session:
        take(session, beds, 2, 30)
        take(session, beds, 3, 30, NOON + HOUR, NOON + 2 * HOUR)
        take(session, beds, 4, 10, NOON, NOON + 2 * HOUR)
    with pytest.raises(Conflict), transaction() as session:
        take(session, beds, 4, 11, NOON, NOON + 2 * HOUR)


def test_pieces_need_their_turn(beds) -> None:
    with transaction() as session:
        pool = session.get_one(Resource, beds[0])
        pool.buffer_before, pool.buffer_after = 20, 30
        take(session, beds, 2, 30)
        ask = {"quantity": 11}
        assert occupancy.clashes(session, pool, NOON + HOUR + timedelta(minutes=29), NOON + 2 * HOUR, **ask)
        assert not occupancy.clashes(session, pool, NOON + HOUR + timedelta(minutes=30), NOON + 2 * HOUR, **ask)
        pool.one_crew = True
        assert occupancy.clashes(session, pool, NOON + HOUR + timedelta(minutes=49), NOON + 2 * HOUR, **ask)
        assert not occupancy.clashes(session, pool, NOON + HOUR + timedelta(minutes=50), NOON + 2 * HOUR, **ask)


@BOTH
def test_schema_refuses_what_would_be_too_many(beds) -> None:
    """Raw rows: each alone fits, together at one moment they do not."""
    with transaction() as session:
        take(session, beds, 2, 25)
        take(session, beds, 3, 30, NOON + HOUR, NOON + 2 * HOUR)
    row = {"resource_id": beds[0], "kind": "confirmed", "quantity": 11, "created_at": NOON, "note": "", "place": ""}
    row |= {"division_code": "", "way_source": "", "starts_at": NOON, "ends_at": NOON + 2 * HOUR}
    with pytest.raises(IntegrityError, match="pool_not_oversold"):
        db.session.execute(sa.insert(Occupancy).values(row))
    db.session.rollback()
    db.session.execute(sa.insert(Occupancy).values(row | {"quantity": 10}))
    with pytest.raises(IntegrityError, match="pool_not_oversold"):
        db.session.execute(sa.update(Occupancy).where(Occupancy.quantity == 10).values(quantity=11))
    db.session.rollback()


@BOTH
def test_another_quantity_fits_what_is_lent_or_is_refused(beds) -> None:
    with transaction() as session:
        take(session, beds, 2, 25)
    for number in ("24", "1"):
        with pytest.raises(Invalid) as refused, transaction() as session:
            save(session, beds, number)
        assert "quantity" in refused.value.fields
    with transaction() as session:
        save(session, beds, "25")
        occupancy.release(session, leg_id=beds[2])
        pool = save(session, beds, "1")
        assert (len(pool.units), pool.is_pool) == (1, False)
        pool = save(session, beds, "12")
        assert (len(pool.units), pool.is_pool) == (0, True)


def save(session, numbers, number: str) -> Resource:
    pool, staff = session.get_one(Resource, numbers[0]), session.get_one(make.Person, numbers[1])
    pool.state = "draft"
    service.save(session, staff, resource=pool, values={"quantity": number})
    return pool


def test_owner_keeps_all_or_some(beds) -> None:
    with transaction() as session:
        pool, staff = session.get_one(Resource, beds[0]), session.get_one(make.Person, beds[1])
        occupancy.block(session, staff, resource=pool, start=NOON, end=NOON + HOUR, quantity=30)
        take(session, beds, 2, 10)
        with pytest.raises(Conflict):
            take(session, beds, 3, 1)
        with pytest.raises(Conflict):
            occupancy.block(session, staff, resource=pool, start=NOON, end=NOON + HOUR)
        occupancy.block(session, staff, resource=pool, start=NOON + HOUR, end=NOON + 2 * HOUR)
        assert occupancy.clashes(session, pool, NOON + HOUR, NOON + 2 * HOUR)[0].left == 0


@BOTH
def test_expired_hold_gives_its_pieces_back(beds) -> None:
    with transaction() as session:
        pool = session.get_one(Resource, beds[0])
        until = NOON - 2 * DAY
        occupancy.hold(session, None, resource=pool, start=NOON, end=NOON + HOUR, leg_id=beds[2], expires_at=until, quantity=40)
        assert occupancy.clashes(session, pool, NOON, NOON + HOUR)[0].kind == "hold"
    with clock.moved(until), transaction() as session:
        take(session, beds, 3, 40)
