"""Drafts that come from the rows of a table: what one would be, made with its file or the reason why it has none, taken away."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal
from alliance.archive import service
from alliance.archive.arriving import Upload
from alliance.archive.harvest import TYPES
from alliance.archive.locking import claim
from alliance.archive.models import Asset
from alliance.centres.models import Centre
from alliance.errors import Conflict
from alliance.people.models import Person
from alliance.permissions import require
from alliance.storage import files
from alliance.storage.models import File

USUAL = {"rights_status": "unknown", "record_visibility": "own_centre", "file_access": "own_centre"}


def key(title: str, number: str, name: str) -> str:
    """What tells one row from another: the title with the number of the original, else with the name of the file."""
    return f"{title}\x1f{number or name}" if title else ""


def taken(session: Session, owner: Centre, keys: Iterable[str]) -> set[str]:
    """Which of the keys an asset of the centre answers to."""
    titles = {one.partition("\x1f")[0] for one in keys}
    there = session.execute(
        sa.select(Asset.title, Asset.details, Asset.file_name).where(Asset.owner_id == owner.id, Asset.title.in_(titles))
    )
    return {
        f"{title}\x1f{part}"
        for title, details, name in there
        for part in ("", details.get("original", ""), name, details.get(service.REFUSED, {}).get("name", ""))
    }


def outline(values: Mapping[str, Any]) -> list[str]:
    """The fields that publication would still demand of a draft with these values; nothing is written."""
    asset = Asset(state="draft", details={}, **USUAL)
    service.fill(asset, values)
    return list(service.missing(asset))


def make(
    session: Session,
    person: Person,
    *,
    owner: Centre,
    values: Mapping[str, Any],
    name: str = "",
    file: File | None = None,
    why: str = "",
) -> Asset:
    """The draft, with the file of that name: the one given, else what the person sent in parts under it; without one the record
    says why."""
    upload = _sent(session, person, owner, name) if name and file is None else None
    file = upload.file if upload is not None else file
    kind = TYPES.get(file.media_type.partition("/")[0], "") if file is not None else ""
    asset = service.create(session, person, owner=owner, values=values if values.get("type") else {**values, "type": kind})
    if file is not None:
        service.attach(session, person, asset, file=file, name=name)
    elif name:
        why = why or str(_("文件“%(name)s”还没有收到。", name=name))
        asset.details = {**asset.details, service.REFUSED: {"name": name, "why": why}}
    if upload is not None:
        upload.asset = asset
    session.flush()
    return asset


def _sent(session: Session, person: Person, owner: Centre, name: str) -> Upload | None:
    """What has arrived under that name and waits to be described."""
    mine = sa.select(Upload).where(Upload.person_id == person.id, Upload.centre_id == owner.id, Upload.name == name)
    mine = mine.where(Upload.state == "done", Upload.asset_id.is_(None), Upload.file_id.is_not(None))
    return session.scalar(mine.order_by(Upload.id).limit(1).with_for_update(of=Upload))


def remove(session: Session, person: Person, asset: Asset, *, version: int) -> None:
    """Delete a draft that nobody has changed or submitted since that version, and its file unless something else names it."""
    require(person, "asset.edit", asset)
    claim(session, asset, version)
    if asset.state != "draft" or asset.submitted_at is not None:
        raise Conflict(_("已经送审过，留下。"))
    data = {"code": asset.code, "title": asset.title}
    journal.record(session, "asset.removed", asset, person=person, centre_id=asset.owner_id, data=data)
    file = asset.file
    session.execute(sa.update(Upload).where(Upload.asset_id == asset.id).values(asset_id=None))
    session.delete(asset)
    session.flush()
    if file is not None:
        files.let_go(session, file)
