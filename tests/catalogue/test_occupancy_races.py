"""Many processes, one barrier, one slot: exactly one gets it, on either migrated schema."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import clock
from alliance.app import create_app
from alliance.catalogue import occupancy
from alliance.catalogue.models import Occupancy, Resource
from alliance.db import db, transaction
from alliance.errors import Conflict
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH, settings

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
RIVALS = 20
PROCESSES = 4
PIECES, ALL = 3, 10


def contend(folder: Path, url: str, tries: list[tuple[int, int]], verb: str, barrier, answers) -> None:
    """In a process of its own: one thread of work after another, each a try of (resource, leg)."""
    app = create_app(settings(folder, url))
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        db.session.rollback()
        barrier.wait(60)
        for resource_id, leg_id in tries:
            try:
                with transaction() as session:
                    wanted = session.get_one(Resource, resource_id)
                    occupancy.lock(session, [wanted])
                    if verb == "confirm":
                        occupancy.confirm(session, leg_id=leg_id)
                    elif verb == "some":
                        start = NOON + leg_id % 3 * HOUR / 2
                        given = {"start": start, "end": start + HOUR, "quantity": PIECES}
                        occupancy.take(session, None, resource=wanted, leg_id=leg_id, **given)
                    else:
                        occupancy.take(session, None, resource=wanted, start=NOON, end=NOON + HOUR, leg_id=leg_id)
                answers.put((leg_id, "got"))
            except Conflict:
                answers.put((leg_id, "refused"))
            except Exception as error:
                answers.put((leg_id, repr(error)))


def race(app: Flask, folder: Path, url: str, tries: list[tuple[int, int, str]]) -> list[str]:
    """Let PROCESSES processes begin at one moment with their share of `tries`; what became of each."""
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(PROCESSES), context.Queue()
    shares = [[] for _ in range(PROCESSES)]
    for n, one in enumerate(tries):
        shares[n % PROCESSES].append(one)
    runners = [
        context.Process(target=contend, args=(folder, url, [one[:2] for one in share], share[0][2], barrier, answers))
        for share in shares
    ]
    for runner in runners:
        runner.start()
    found = [answers.get(timeout=90)[1] for _ in tries]
    for runner in runners:
        runner.join(30)
    return found


@pytest.mark.long
@BOTH
@pytest.mark.timeout(180)
def test_twenty_want_one_slot(app: Flask, tmp_path: Path, database: str) -> None:
    with app.app_context(), transaction() as session:
        owner, borrower = make.centre(session), make.centre(session)
        hall = make.resource(session, owner, units=2, buffer_before=30)
        part = make.resource(session, owner, units=0)
        part.units = [hall.units[0]]
        session.flush()
        # every other one wants the part of the hall instead of the whole
        tries = [((hall if n % 2 else part).id, leg(session, owner, borrower).id, "take") for n in range(RIVALS)]
        numbers = hall.units[0].id
    found = race(app, tmp_path, database, tries)
    assert sorted(found) == ["got"] + ["refused"] * (RIVALS - 1)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Occupancy.unit_id == numbers)) == 1


@pytest.mark.long
@BOTH
@pytest.mark.timeout(180)
def test_expired_hold_loses_to_whoever_comes(app: Flask, tmp_path: Path, database: str) -> None:
    with app.app_context(), clock.moved(NOON - timedelta(days=900)), transaction() as session:
        owner, borrower = make.centre(session), make.centre(session)
        hall = make.resource(session, owner)
        late, until = leg(session, owner, borrower), NOON - timedelta(days=899)
        occupancy.hold(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=late.id, expires_at=until)
        tries = [(hall.id, leg(session, owner, borrower).id, "take") for _ in range(7)]
        tries += [(hall.id, late.id, "confirm")]
        tries = [tries[n] for n in (0, 1, 2, 7, 3, 4, 5, 6)]
    found = race(app, tmp_path, database, tries)
    assert sorted(found) == ["got"] + ["refused"] * 7
    with app.app_context():
        row = db.session.scalars(sa.select(Occupancy)).one()
        assert (row.kind, row.leg_id != tries[3][1]) == ("confirmed", True)


@pytest.mark.long
@BOTH
@pytest.mark.timeout(180)
def test_pool_is_never_oversold(app: Flask, tmp_path: Path, database: str) -> None:
    """Twenty want three of ten pieces each, in periods that overlap without being equal."""
    with app.app_context(), transaction() as session:
        owner, borrower = make.centre(session), make.centre(session)
        pool = make.resource(session, owner, quantity=ALL)
        number = pool.id
        tries = [(number, leg(session, owner, borrower).id, "some") for _ in range(RIVALS)]
    found = race(app, tmp_path, database, tries)
    assert set(found) == {"got", "refused"}
    with app.app_context():
        rows = db.session.scalars(sa.select(Occupancy)).all()
        assert len(rows) == found.count("got") >= ALL // PIECES
        for quarter in range(9):
            moment = NOON + quarter * HOUR / 4
            assert sum(row.quantity for row in rows if row.starts_at <= moment < row.ends_at) <= ALL
        left = occupancy.clashes(db.session, db.session.get_one(Resource, number), NOON, NOON + 2 * HOUR, quantity=PIECES)
        assert [clash.why for clash in left] == ["pool"]
