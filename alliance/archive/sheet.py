"""The sheet beside an upload of several files: a row a file, from which one draft a file is made."""

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from sqlalchemy.orm import Session

from alliance.archive import forms, service, uploads
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.archive.record import sift
from alliance.centres.models import Centre
from alliance.codes.arts import ART_FORM
from alliance.codes.media import FILE_ACCESS, RECORD_VISIBILITY
from alliance.forms import faults
from alliance.people.models import Person

SHARED = ("art_forms", "created_text", "creator", "record_visibility", "file_access")
FIELDS = ("title", *SHARED)
TYPES = {"image": "still_image", "audio": "sound", "video": "moving_image", "text": "text", "application": "text"}


@dataclass
class Row:
    """A file and what is typed about it."""

    upload: Upload
    typed: dict[str, str]
    taken: bool = True
    wrong: dict[str, str] = field(default_factory=dict)


def fresh(upload: Upload, centre: Centre) -> Row:
    """A row that nobody has typed into: the title is the file's name."""
    usual = {name: value for name, value in forms.empty(centre).items() if name in SHARED and isinstance(value, str)}
    return Row(upload, dict.fromkeys(FIELDS, "") | usual | {"title": PurePath(upload.name).stem[:200]})


def read(found: Sequence[Upload], centre: Centre, form: Any) -> list[Row]:
    """The rows as they were typed; a file that was not on the page yet has a fresh one, and is not taken."""
    shown, taken = set(form.getlist("row")), set(form.getlist("take"))
    rows = []
    for upload in found:
        row = fresh(upload, centre)
        if upload.code in shown:
            row.typed = {name: form.get(f"{name}-{upload.code}", "") for name in FIELDS}
        row.taken = upload.code in taken if shown else True
        rows.append(row)
    return rows


def spread(rows: Sequence[Row], form: Any) -> None:
    """Put what was typed for all into every row that is taken."""
    for_all = {name: value for name in SHARED if (value := form.get(f"all-{name}", ""))}
    for row in rows:
        if row.taken:
            row.typed |= for_all


def check(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """By code, the values of each taken row that holds; the others are told what is wrong with them."""
    found = {}
    for row in rows:
        if not row.taken:
            continue
        values, row.wrong = sift(row.typed | {"art_forms": [row.typed["art_forms"]] if row.typed["art_forms"] else []}, faults)
        if not row.wrong:
            guessed = (mimetypes.guess_type(row.upload.name)[0] or "").partition("/")[0]
            found[row.upload.code] = values | {"type": TYPES.get(guessed, "")}
    return found


def describe(session: Session, person: Person, centre: Centre, upload: Upload, values: dict[str, Any]) -> Asset | None:
    """A draft for one file; what has not arrived yet is attached when it does. None where it is not to be described any more."""
    if not uploads.is_undescribed(session, upload):
        return None
    asset = service.create(session, person, owner=centre, values=values | {"place_code": forms.empty(centre)["place_code"]})
    upload.asset = asset
    if upload.file is not None:
        service.attach(session, person, asset, file=upload.file, name=upload.name)
    return asset


def elsewhere(session: Session, person: Person, codes: Iterable[str]) -> list[tuple[Upload, Asset, Person | None]]:
    """Which of one's files stand in a record already, in which, and who made it."""
    told = sa.select(Upload, Asset, Person).join(Asset, Upload.asset_id == Asset.id)
    told = told.outerjoin(Person, Person.id == Asset.created_by).where(Upload.person_id == person.id, Upload.code.in_(codes))
    return [(upload, asset, by) for upload, asset, by in session.execute(told.order_by(Upload.id)).unique()]


def choices() -> dict[str, Any]:
    """What the selects of a row offer."""
    locale = str(get_locale())
    return {
        "art_forms": ART_FORM.groups(locale),
        "record_visibility": RECORD_VISIBILITY.choices(locale),
        "file_access": FILE_ACCESS.choices(locale),
    }
