"""Drafts that the system makes of what an exchange left behind: the same file is one asset, however often it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import journal
from alliance.archive import intake, service
from alliance.archive.arriving import Upload
from alliance.archive.locking import hold
from alliance.archive.models import Asset, AssetRelation
from alliance.archive.relations import MADE_FROM
from alliance.centres.models import Centre
from alliance.storage import files
from alliance.storage.models import File
from alliance.storage.store import Reader

TYPES = {"image": "still_image", "audio": "sound", "video": "moving_image", "text": "text", "application": "text"}
SENT = ("done", "filed")
"""States of an upload whose file is kept."""


@dataclass(frozen=True)
class Left:
    """A file that an exchange left: as the archive keeps it, the record that can be told from the loan, what was said of it."""

    received: files.Received
    values: Mapping[str, Any]
    note: str


def original(file: File) -> files.Received:
    """The kept file as an original of the archive: examined, its bytes under their digest; before the transaction.
    Raises UnsupportedFile, Unavailable, NotFound."""
    store, goal = files.the_store(), files.original(file.digest)
    with files.spoken(file.name):
        kind = intake.examine(BufferedReader(Reader(store, file.key), intake.LOOK), file.name)
        if file.key != goal and not store.exists(goal):
            store.put(goal, BufferedReader(Reader(store, file.key)), size_limit=file.size)
    return files.Received(goal, file.digest, file.size, kind, file.name)


def lock(session: Session, owner: Centre) -> None:
    """Whoever harvests for a centre waits for the one who does so already."""
    session.execute(sa.select(Centre.id).where(Centre.id == owner.id).with_for_update(key_share=True))


def draft(session: Session, left: Left, *, owner: Centre, created_by: int, agreement_id: int, number: str) -> Asset | None:
    """A draft of `owner` for the file, told to come from the agreement; its own asset of the same bytes where it has one.

    None where that was done before, whatever has become of it since.
    """
    key = f"harvest:{agreement_id}:{left.received.digest[:48]}"
    if journal.seen(session, key) is not None:
        return None
    asset = _same(session, owner, left.received.digest)
    if asset is None:
        asset = service.draft(session, None, owner=owner, created_by=created_by, values=left.values, key=None)
        asset.details = {**asset.details, service.EXCHANGE: number}
        file = files.keep(session, None, left.received)
        service.put_file(session, None, asset, file=file, name=_called(session, owner, file) or left.received.name)
    _describe_upload(session, asset)
    _relate(session, asset, agreement_id, left.note, key)
    return asset


def _same(session: Session, owner: Centre, digest: str) -> Asset | None:
    """What the centre has made of the same bytes already."""
    query = sa.select(Asset).join(File, Asset.file_id == File.id).where(File.digest == digest, Asset.owner_id == owner.id)
    return session.scalar(query.where(Asset.state != "withdrawn").order_by(Asset.id).limit(1))


def _called(session: Session, owner: Centre, file: File) -> str:
    """The name under which the centre itself sent it in parts: equal bytes are one file, perhaps of another centre's name."""
    query = sa.select(Upload.name).where(Upload.centre_id == owner.id, Upload.file_id == file.id, Upload.state.in_(SENT))
    return session.scalar(query.order_by(Upload.id.desc()).limit(1)) or ""


def _describe_upload(session: Session, asset: Asset) -> None:
    """What was sent in parts and filed with the return does not wait to be described any more."""
    mine = sa.update(Upload).where(Upload.centre_id == asset.owner_id, Upload.asset_id.is_(None), Upload.state.in_(SENT))
    session.execute(mine.where(Upload.file_id == asset.file_id).values(asset_id=asset.id))


def _relate(session: Session, asset: Asset, agreement_id: int, note: str, key: str) -> None:
    """Both ways by one row, unless staff have said so already."""
    hold(session, asset)
    there = sa.select(AssetRelation).where(AssetRelation.asset_id == asset.id, AssetRelation.agreement_id == agreement_id)
    row = session.scalar(there)
    if row is None:
        row = AssetRelation(asset_id=asset.id, kind=MADE_FROM, agreement_id=agreement_id, created_by=None)
        session.add(row)
    row.note = row.note or note
    asset.version += 1
    data = {"kind": MADE_FROM, "agreement": agreement_id}
    journal.record(session, "asset.related", asset, centre_id=asset.owner_id, data=data, key=key)
