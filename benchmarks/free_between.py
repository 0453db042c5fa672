"""Who is busy in a period, over 10,000 listings and 100,000 occupancies, against the bare indexed SQL.

Run it from the project's root: `python -m benchmarks.free_between`. Prints one table, of one run.
"""

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from alliance.app import create_app
from alliance.catalogue.busy import busy_between
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Occupancy, Resource, Unit, resource_unit
from alliance.centres.models import Centre
from alliance.config import read_settings
from alliance.db import alembic, db, transaction

RESOURCES, EACH, ROUNDS = 10_000, 10, 30
MOST = 3.0
PLACE = Place("县城广场", "990101", 28.0, 113.0)
START = datetime(2026, 1, 1, tzinfo=UTC)
BARE = (
    "SELECT DISTINCT ru.resource_id FROM occupancy o JOIN resource_unit ru ON ru.unit_id = o.unit_id "
    "WHERE o.starts_at < ? AND o.ends_at > ?"
)


def fill() -> None:
    """Listings of three kinds, each with a unit and ten days taken in the year, somewhere in the province."""
    chance = random.Random(1)
    with transaction() as session:
        owner = Centre(slug="c", name="馆", short_name="馆", level="county", role="main", division_code="990101")
        session.add(owner)
        session.flush()
        numbers = range(1, RESOURCES + 1)
        kinds = ("talent", "venue", "stage_truck")
        rows = [
            {
                "id": n,
                "code": f"R-{n}",
                "kind": kinds[n % 3],
                "owner_id": owner.id,
                "state": "published",
                "details": {"setup_min": 30, "strike_min": 20} if kinds[n % 3] == "stage_truck" else {},
                "lat": 27.0 + n % 200 / 100,
                "lng": 112.0 + n % 170 / 100,
                "buffer_before": 60 * (n % 2),
            }
            for n in numbers
        ]
        session.execute(sa.insert(Resource), rows)
        session.execute(sa.insert(Unit), [{"id": n, "name": ""} for n in numbers])
        session.execute(sa.insert(resource_unit), [{"resource_id": n, "unit_id": n} for n in numbers])
        taken = []
        for n in numbers:
            for day in chance.sample(range(365), EACH):
                start = START + timedelta(days=day, hours=8)
                taken.append(
                    {
                        "unit_id": n,
                        "resource_id": n,
                        "starts_at": start,
                        "ends_at": start + timedelta(hours=10),
                        "kind": "confirmed",
                        "lat": 27.0 + chance.random() * 2,
                        "lng": 112.0 + chance.random() * 2,
                    }
                )
        session.execute(sa.insert(Occupancy), taken)
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()


def main() -> None:
    """Fill, measure both, print, fail beyond the limit."""
    with tempfile.TemporaryDirectory() as folder, create_app(read_settings({}, data=Path(folder), demo=False)).app_context():
        alembic.upgrade()
        fill()
        ours, bare = [], []
        raw = db.session.connection().connection.driver_connection
        for n in range(ROUNDS):
            start = START + timedelta(days=7 + n * 11)
            end = start + timedelta(days=1 + n % 3)
            at = time.perf_counter()
            found = busy_between(db.session, start, end, place=PLACE)
            ours.append((time.perf_counter() - at) * 1000)
            at = time.perf_counter()
            plain = raw.execute(BARE, (f"{end:%F %T.%f}", f"{start:%F %T.%f}")).fetchall()
            bare.append((time.perf_counter() - at) * 1000)
            if not {one for (one,) in plain} <= found:
                raise SystemExit("the bare SQL found somebody whom we did not")
        ratio = statistics.median(ours) / statistics.median(bare)
        print("| free between | median ms |\n| --- | --- |")
        print(f"| bare SQL | {statistics.median(bare):.1f} |\n| busy_between | {statistics.median(ours):.1f} |")
        print(f"| ratio | {ratio:.2f} (at most {MOST}) |")
        db.engine.dispose()
    sys.exit(0 if ratio <= MOST else 1)


if __name__ == "__main__":
    main()
