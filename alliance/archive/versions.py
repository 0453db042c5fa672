"""What a record was before each change since it was first published: kept, compared field by field, taken up again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive.models import Asset, AssetVersion
from alliance.archive.record import DETAILS, Performance, Record
from alliance.people.models import Person

Values = dict[str, Any]
CONSENT = ("consent_scope", "consent_until")


@dataclass(frozen=True)
class Former:
    """A record as it was, and what replaced it: who, when, by which event, in which fields (name, old, new)."""

    version: int
    at: datetime
    who: str
    action: str
    changes: list[tuple[str, Any, Any]]


def record_of(asset: Asset) -> Values:
    """The whole record as JSON keeps it: every field, the performers, the file."""
    details = asset.details or {}
    found = {
        name: _plain(details.get(name) if name in DETAILS else getattr(asset, name))
        for name in Record.model_fields
        if name != "performers"
    }
    found["performers"] = [
        {name: _plain(getattr(one, name)) for name in (*Performance.model_fields, "withdrawn_on")} for one in asset.performers
    ]
    file = asset.file
    if file is None:
        return found | {"file": None}
    return found | {"file": {"name": asset.file_name or file.name, "digest": file.digest, "size": file.size}}


def _plain(value: Any) -> Any:
    """As JSON has it; what is empty is None."""
    if isinstance(value, date):
        return value.isoformat()
    return value if value not in ("", []) else None


def changed(before: Values, after: Values) -> list[str]:
    """The fields in which two records differ."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def keep(session: Session, person: Person | None, asset: Asset, before: Values, *, action: str) -> None:
    """Keep what the record was, once the asset has been published; to be called before its version counts on."""
    if asset.published_at is not None:
        who = person.id if person is not None else None
        session.add(AssetVersion(asset_id=asset.id, version=asset.version, record=before, action=action, person_id=who))


def of(session: Session, asset: Asset) -> list[Former]:
    """The former records, the last first; each told by what the next one changed."""
    query = sa.select(AssetVersion, Person.name).outerjoin(Person, Person.id == AssetVersion.person_id)
    rows = session.execute(query.where(AssetVersion.asset_id == asset.id).order_by(AssetVersion.version.desc())).all()
    found, after = [], record_of(asset)
    for row, who in rows:
        fields = changed(row.record, after)
        changes = [(name, row.record.get(name), after.get(name)) for name in fields]
        found.append(Former(row.version, row.at, who or "", row.action, changes))
        after = row.record
    return found


def find(session: Session, asset: Asset, version: int) -> Values | None:
    """The record as it was in that version."""
    query = sa.select(AssetVersion.record).where(AssetVersion.asset_id == asset.id, AssetVersion.version == version)
    return session.scalar(query)


def taken_up(asset: Asset, former: Values) -> Values:
    """A former record as values to go on with: of its performers, those who are still there consent as they do now, the others
    not at all; who was under age stays so."""
    now = {one.id: one for one in asset.performers}
    performers = []
    for row in former.get("performers") or ():
        one = now.get(row["id"])
        consent = {name: _plain(getattr(one, name)) if one is not None else None for name in CONSENT}
        minor = one.is_minor if one is not None else row["is_minor"]
        performers.append({**row, **consent, "is_minor": minor, "id": one.id if one is not None else None})
    return {**{name: former.get(name) for name in Record.model_fields}, "performers": performers}
