"""What rows of a table become: listings of a centre, records of its archive, or centres. All answer the same few questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.archive import tabled
from alliance.archive.models import Asset
from alliance.catalogue import kinds, opening, rules, service
from alliance.catalogue.imports import assets
from alliance.catalogue.imports.centres import CENTRE
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.kinds import KINDS, Kind
from alliance.catalogue.models import Resource
from alliance.centres import imports as centres
from alliance.centres.models import Centre
from alliance.errors import Conflict
from alliance.storage import files
from alliance.storage.models import File


@dataclass(frozen=True)
class Trial:
    """What would be stored, what would not (by field, in words), and which required fields are missing; `key` tells it from
    others where the title alone does not."""

    values: dict[str, Any]
    wrong: dict[str, str]
    missing: tuple[str, ...]
    key: str = ""

    @property
    def identity(self) -> str:
        """What no two of the same may have."""
        return self.key or str(self.values.get("title") or "")


class Target(Protocol):
    """What a table is imported into."""

    @property
    def kind(self) -> Kind:
        """The fields of a row."""

    def taken(self, session: Session, batch: ImportBatch, identities: Sequence[str], /) -> set[str]:
        """Which of them exist already."""

    def outline(self, session: Session, person: Any, batch: ImportBatch, values: Mapping[str, Any], /) -> Trial:
        """What would come of a row; nothing is written."""

    def make(self, session: Session, person: Any, batch: ImportBatch, row: ImportRow, /) -> Resource | Asset | Centre:
        """Make it."""

    def remove(self, session: Session, person: Any, row: ImportRow, /) -> None:
        """Take it away, unless somebody changed it since (Conflict)."""


@dataclass(frozen=True)
class Listings:
    """Drafts of one kind."""

    kind: Kind

    def taken(self, session: Session, batch: ImportBatch, titles: Sequence[str]) -> set[str]:
        same = (Resource.owner_id == batch.centre_id, Resource.kind == self.kind.id, Resource.title.in_(titles))
        return set(session.scalars(sa.select(Resource.title).where(*same)))

    def outline(self, session: Session, person: Any, batch: ImportBatch, values: Mapping[str, Any]) -> Trial:
        said = {name: value for name, value in values.items() if name != "openings"}
        with session.no_autoflush:
            resource, wrong = service.outline(session, person, centre=_centre(batch), kind=self.kind.id, values=said)
            missing = tuple(field.name for field in kinds.missing(resource))
            ruled = {name: text for name, text in rules.faults(resource).items() if name not in missing}
        return Trial(self.kind.values(resource), ruled | wrong, missing)

    def make(self, session: Session, person: Any, batch: ImportBatch, row: ImportRow) -> Resource:
        resource = service.create(session, person, centre=_centre(batch), kind=self.kind.id)
        values = dict(row.values)
        week = values.pop("openings", None)
        resource.import_row_id = row.id
        service.save(session, person, resource=resource, values=values)
        if week is not None:
            slots = [(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in week]
            opening.set_week(session, person, resource=resource, slots=slots)
        return resource

    def remove(self, session: Session, person: Any, row: ImportRow) -> None:
        resource = session.get(Resource, row.subject_id)
        if resource is None:
            return
        if resource.version != row.subject_version:
            raise Conflict(_("导入后有人改过，留下。"))
        service.remove_draft(session, person, resource=resource)


@dataclass(frozen=True)
class Centres:
    """Applicants for membership."""

    kind: Kind = CENTRE

    def taken(self, session: Session, _batch: ImportBatch, titles: Sequence[str]) -> set[str]:
        return centres.taken(session, titles)

    def outline(self, _session: Session, _person: Any, _batch: ImportBatch, values: Mapping[str, Any]) -> Trial:
        held, wrong = self._read(values)
        missing = tuple(field.name for field in self.kind.fields if field.required and field.is_empty(held.get(field.name)))
        return Trial(held, wrong, missing)

    def make(self, session: Session, person: Any, _batch: ImportBatch, row: ImportRow) -> Centre:
        return centres.found(session, person, values=self._read(row.values)[0])

    def remove(self, session: Session, person: Any, row: ImportRow) -> None:
        centre = session.get(Centre, row.subject_id)
        if centre is not None:
            centres.remove(session, person, centre=centre, version=row.subject_version)

    def _read(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        held, wrong = kinds.read(self.kind, values)
        together = rules.together(held)
        for name in ("lat", "lng") if together else ():
            held.pop(name, None)
        return held, wrong | together


@dataclass(frozen=True)
class Records:
    """Drafts of the archive, each with the file that its row names."""

    kind: Kind = assets.ASSET

    def taken(self, session: Session, batch: ImportBatch, identities: Sequence[str]) -> set[str]:
        return tabled.taken(session, _centre(batch), identities)

    def outline(self, _session: Session, _person: Any, _batch: ImportBatch, values: Mapping[str, Any]) -> Trial:
        held, wrong = assets.read(values)
        record = {name: value for name, value in held.items() if name != "file"}
        key = tabled.key(record.get("title", ""), record.get("original", ""), _bare(held.get("file", "")))
        return Trial(assets.spoken(held), wrong, tuple(tabled.outline(record)), key)

    def make(self, session: Session, person: Any, batch: ImportBatch, row: ImportRow) -> Asset:
        values, _wrong = assets.read(row.values)
        name, number = _bare(values.pop("file", "")), row.values.get(FILE)
        file = session.get(File, number) if number is not None else None
        why = row.faults.get("wrong", {}).get("file", "")
        return tabled.make(session, person, owner=_centre(batch), values=values, name=name, file=file, why=why)

    def remove(self, session: Session, person: Any, row: ImportRow) -> None:
        asset = session.get(Asset, row.subject_id)
        if asset is not None:
            tabled.remove(session, person, asset, version=row.subject_version or 0)


TARGETS: dict[str, Target] = {
    **{kind.id: Listings(kind) for kind in KINDS.values()},
    assets.ASSET.id: Records(),
    CENTRE.id: Centres(),
}
FILE = "file_id"
"""Among the values of a row: the kept file that it names."""


def _bare(name: str) -> str:
    """What a file is called without its folders."""
    return files.clean_name(name) if name else ""


def _centre(batch: ImportBatch) -> Centre:
    if batch.centre is None:
        raise Conflict(_("这批导入没有写明是哪个馆的。"))
    return batch.centre
