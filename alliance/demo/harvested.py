"""How the demo's loans leave something to the archive: filed with the return, drafted on closing, described and published."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import clock, journal
from alliance.archive import checklist, intake
from alliance.archive import service as archive
from alliance.archive.models import Asset
from alliance.db import db, transaction
from alliance.demo.archive import LARGEST, awaited
from alliance.demo.filed import FILED, OUT, Filed
from alliance.demo.people import cast, decider, writer
from alliance.exchange import archiving
from alliance.exchange.models import Leg
from alliance.storage import files

Left = list[tuple[Filed, files.Received]]


def taken_in(folder: Path, title: str) -> Left:
    """What the return of that loan brings, in the store and still without rows."""
    return [(one, _received(awaited(folder / f"{one.key}.{one.made.ending}"), one.name)) for one in FILED.get(title, ())]


def _received(path: Path, name: str) -> files.Received:
    with path.open("rb") as stream:
        return intake.receive(FileStorage(stream, name), limit_mb=LARGEST)


def keep(number: int) -> None:
    """The drafts of a closed leg, as the worker makes them, five minutes after it was closed."""
    leg = db.session.get_one(Leg, number)
    closed = [event.at for event in journal.history(db.session, leg) if (event.data or {}).get("to") == "closed"]
    db.session.rollback()
    if closed:
        with clock.moved(max(closed) + timedelta(minutes=5)):
            archiving.archive({"subject": ["leg", number]})


def publish(session: Session) -> None:
    """Each that is out: described by its centre two days after it was drafted, published on the day after."""
    people = cast(session)
    for title, filed in FILED.items():
        for one in (one for one in filed if one.key in OUT):
            asset = session.scalar(sa.select(Asset).where(Asset.title == f"{title}：{one.caption}"))
            if asset is None:  # the loan did not come about
                continue
            person = writer(people, asset.owner.slug)
            with clock.moved(asset.created_at + timedelta(days=2)):
                archive.save(session, person, asset, values=OUT[one.key], expected_version=asset.version)
                archive.submit(session, person, asset, expected_version=asset.version)
            with clock.moved(asset.created_at + timedelta(days=3)):
                marks = {item: {"ok": True} for item, _label in checklist.items(asset)}
                archive.publish(session, decider(people, asset), asset, marks=marks, expected_version=asset.version)


def put_out() -> None:
    """The same in a transaction of its own."""
    with transaction() as session:
        publish(session)
