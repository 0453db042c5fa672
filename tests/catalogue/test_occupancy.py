"""Time is given once: clashes, gaps, holds that expire, what is extended, shortened, released and blocked."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import clock, journal
from alliance.catalogue import occupancy
from alliance.catalogue.models import Occupancy, Resource
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange.models import Agreement, Leg
from tests import make
from tests.conftest import BOTH

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def leg(session, owner, borrower) -> Leg:
    """A leg to hang an occupancy on."""
    n = next(make.numbers)
    agreement = Agreement(
        number=f"JY-{n}", title="演出", activity_type="show", initiator=borrower, created_by=make.person(session, borrower).id
    )
    session.add(agreement)
    session.flush()
    row = Leg(agreement_id=agreement.id, owner_id=owner.id, borrower_id=borrower.id)
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def scene(app: Flask):
    """A hall and two legs that want it, at a moment before noon."""
    with app.app_context(), clock.moved(NOON - timedelta(days=3)):
        with transaction() as session:
            owner, borrower = make.centre(session), make.centre(session)
            hall = make.resource(session, owner, units=2, buffer_before=30, buffer_after=60)
            first, second = leg(session, owner, borrower), leg(session, owner, borrower)
            staff = make.person(session, owner, "staff")
            numbers = hall.id, first.id, second.id, staff.id
        yield numbers


def rows() -> list[tuple[str, datetime, datetime]]:
    found = db.session.scalars(sa.select(Occupancy).order_by(Occupancy.starts_at, Occupancy.unit_id))
    return [(row.kind, row.starts_at, row.ends_at) for row in found]


@BOTH
def test_taking_takes_every_unit_and_refuses_the_next(scene) -> None:
    hall_id, first, second, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        occupancy.lock(session, [hall])
        assert len(occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=first)) == 2
    with pytest.raises(Conflict, match="已被占用"), transaction() as session:
        hall = session.get_one(Resource, hall_id)
        occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=second)
    assert len(rows()) == 2


@BOTH
@pytest.mark.parametrize(
    ("start", "why"),
    [
        (NOON + HOUR, "gap"),  # ends that touch: 60 minutes must lie between
        (NOON + 2 * HOUR - timedelta(minutes=1), "gap"),
        (NOON + 2 * HOUR, None),
        (NOON + HOUR / 2, "busy"),
        (NOON - HOUR - timedelta(minutes=59), "gap"),
        (NOON - 2 * HOUR, None),
    ],
)
def test_larger_buffer_lies_between_neighbours(scene, start: datetime, why: str | None) -> None:
    hall_id, first, _, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=first)
        found = occupancy.clashes(session, hall, start, start + HOUR)
        assert [clash.why for clash in found] == ([why] if why else [])
        assert occupancy.clashes(session, hall, start, start + HOUR, leg_id=first) == ()


def test_neighbour_of_another_listing_brings_its_own_buffer(scene) -> None:
    hall_id, first, _, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        part = make.resource(session, hall.owner, units=0, buffer_before=0, buffer_after=180)
        part.units = [hall.units[0]]
        session.flush()
        occupancy.take(session, None, resource=part, start=NOON, end=NOON + HOUR, leg_id=first)
        assert occupancy.clashes(session, hall, NOON + 3 * HOUR, NOON + 4 * HOUR)[0].why == "gap"
        assert occupancy.clashes(session, hall, NOON + 4 * HOUR, NOON + 5 * HOUR) == ()


def test_without_buffers_ends_may_touch(scene) -> None:
    hall_id, first, second, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        hall.buffer_before = hall.buffer_after = 0
        occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=first)
        occupancy.take(session, None, resource=hall, start=NOON + HOUR, end=NOON + 2 * HOUR, leg_id=second)
    assert len(rows()) == 4


@BOTH
def test_hold_is_confirmed_until_it_expires(scene) -> None:
    hall_id, first, second, _ = scene
    until = NOON - timedelta(days=1)

    def keep(session, leg_id: int) -> None:
        hall = session.get_one(Resource, hall_id)
        occupancy.hold(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=leg_id, expires_at=until)

    with transaction() as session:
        keep(session, first)
    with pytest.raises(Conflict, match="保留"), transaction() as session:
        keep(session, second)
    with clock.moved(until):  # from the very moment on
        with pytest.raises(Conflict, match="过期"), transaction() as session:
            occupancy.confirm(session, leg_id=first)
        with transaction() as session:
            hall = session.get_one(Resource, hall_id)
            assert occupancy.clashes(session, hall, NOON, NOON + HOUR) == ()
            occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=second)
    assert [row[0] for row in rows()] == ["confirmed"] * 2
    with pytest.raises(Conflict, match="过期"), transaction() as session:
        occupancy.confirm(session, leg_id=first)


@BOTH
def test_confirming_keeps_the_period(scene) -> None:
    hall_id, first, _, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        occupancy.hold(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=first, expires_at=NOON)
        occupancy.hold(session, None, resource=hall, start=NOON + HOUR, end=NOON + 2 * HOUR, leg_id=first, expires_at=NOON)
        occupancy.confirm(session, leg_id=first)
    assert rows() == [("confirmed", NOON + HOUR, NOON + 2 * HOUR)] * 2


@BOTH
def test_extend_is_checked_as_a_booking_and_shorten_is_not(scene) -> None:
    hall_id, first, second, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=first)
        occupancy.take(session, None, resource=hall, start=NOON + 4 * HOUR, end=NOON + 5 * HOUR, leg_id=second)
    with pytest.raises(Conflict, match="太近"), transaction() as session:
        occupancy.extend(session, leg_id=first, end=NOON + 3 * HOUR + timedelta(minutes=1))
    with transaction() as session:
        occupancy.extend(session, leg_id=first, end=NOON + 3 * HOUR)
        occupancy.shorten(session, leg_id=second, end=NOON + 4 * HOUR)
    assert rows() == [("confirmed", NOON, NOON + 3 * HOUR)] * 2


def test_release_keeps_what_is_past(scene) -> None:
    hall_id, first, second, _ = scene
    with transaction() as session:
        hall = session.get_one(Resource, hall_id)
        occupancy.take(session, None, resource=hall, start=NOON, end=NOON + 4 * HOUR, leg_id=first)
        occupancy.take(session, None, resource=hall, start=NOON + 9 * HOUR, end=NOON + 10 * HOUR, leg_id=second)
        occupancy.release(session, leg_id=second)
    with clock.moved(NOON + HOUR), transaction() as session:
        occupancy.release(session, leg_id=first)
    with clock.moved(NOON + 2 * HOUR), transaction() as session:
        occupancy.release(session, leg_id=first)
    assert rows() == [("confirmed", NOON, NOON + HOUR)] * 2


@BOTH
def test_owner_blocks_and_unblocks(scene) -> None:
    hall_id, first, _, staff_id = scene
    with transaction() as session:
        hall, staff = session.get_one(Resource, hall_id), session.get_one(make.Person, staff_id)
        stranger = make.person(session, make.centre(session))
        with pytest.raises(Forbidden):
            occupancy.block(session, stranger, resource=hall, start=NOON, end=NOON + HOUR)
        with pytest.raises(Invalid):
            occupancy.block(session, staff, resource=hall, start=NOON, end=NOON)
        row = occupancy.block(session, staff, resource=hall, start=NOON, end=NOON + HOUR, kind="maintenance", note="换灯")[0]
        assert occupancy.clashes(session, hall, NOON, NOON + HOUR)[0].why == "maintenance"
        # the hall's own set-up time does not fit before the block, another block does
        assert occupancy.clashes(session, hall, NOON - HOUR, NOON)[0].why == "gap"
        occupancy.block(session, staff, resource=hall, start=NOON - HOUR, end=NOON)
        occupancy.unblock(session, staff, occupancy=row)
        loan = occupancy.take(session, None, resource=hall, start=NOON + 3 * HOUR, end=NOON + 4 * HOUR, leg_id=first)[0]
        with pytest.raises(NotFound):
            occupancy.unblock(session, staff, occupancy=loan)
        assert [event.action for event in journal.history(session, hall)] == [
            "resource.blocked",
            "resource.blocked",
            "resource.unblocked",
        ]
    assert [row[0] for row in rows()] == ["block"] * 2 + ["confirmed"] * 2


def test_what_is_not_exclusive_takes_no_time(scene) -> None:
    _, first, _, _ = scene
    with transaction() as session:
        film = make.resource(session, make.centre(session), kind="media")
        assert occupancy.take(session, None, resource=film, start=NOON, end=NOON + HOUR, leg_id=first) == []
        assert occupancy.clashes(session, film, NOON, NOON + HOUR) == ()
