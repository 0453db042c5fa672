"""The demo's archive: each work kept, described, submitted and decided as its people would, at the time they would."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import clock
from alliance.archive import checklist, intake, performers, record
from alliance.archive import service as archive
from alliance.archive.models import Asset
from alliance.config import ROOT
from alliance.db import transaction
from alliance.demo import captions, listings
from alliance.demo.people import People, cast, centre_of, decider, writer
from alliance.demo.works import WORKS
from alliance.demo.works.work import Work
from alliance.forms import faults
from alliance.storage import files

PATIENCE = 300.0  # seconds for one file
LARGEST = 50  # megabytes
Assets = dict[str, str]
"""Key of a work -> code of its asset."""


class Taken(NamedTuple):
    """What of a work lies in the store, and still has no row."""

    file: files.Received | None
    told: list[captions.Said]


@contextmanager
def workshop() -> Iterator[Path]:
    """The folder in which a process of its own makes the files, while the rest of the demo is made."""
    with tempfile.TemporaryDirectory() as folder:
        maker = subprocess.Popen([sys.executable, "-m", "alliance.demo.making", folder], cwd=ROOT)  # noqa: S603
        try:
            yield Path(folder)
        finally:
            maker.kill()
            maker.wait()


def made(folder: Path, work: Work) -> Path | None:
    """The file of a work as soon as it is there; None for a work without one."""
    return awaited(folder / f"{work.key}.{work.made.ending}") if work.made is not None else None


def awaited(path: Path) -> Path:
    """The path when the file is there."""
    until = time.monotonic() + PATIENCE
    while not path.exists():
        if time.monotonic() > until:
            raise RuntimeError(f"{path.name} was not made")
        time.sleep(0.02)
    return path


def pictured(folder: Path, work: Work) -> files.Received | None:
    """What a shared work's listing shows: the picture itself, the scene of a film, else a drawing of its sort."""
    if not work.shared or work.made is None:
        return None
    if work.made.maker in ("tune", "sheet", "words"):
        return listings.received("cassette" if work.made.maker == "tune" else "score")
    path = awaited(folder / f"{work.key}-face.jpg") if work.face is not None else made(folder, work)
    assert path is not None
    with path.open("rb") as stream:
        return files.receive(FileStorage(stream, f"{work.key}.jpg"), kinds=("image/jpeg",), limit_mb=LARGEST)


def keep_all(folder: Path, today: datetime) -> Assets:
    """All works, the oldest first; each in a transaction of its own."""
    codes = {}
    for work in WORKS:
        path = made(folder, work)
        received = take_in(work, path) if path is not None else None
        told = captions.take_in(work)
        with transaction() as session:
            codes[work.key] = keep(session, cast(session), work, Taken(received, told), today).code
    return codes


def take_in(work: Work, path: Path) -> files.Received:
    """The file under the title of its work, examined as an upload is."""
    name = re.sub(r"[《》“”/ ]", "", work.title)[:60]
    with path.open("rb") as stream:
        return intake.receive(FileStorage(stream, f"{name}{path.suffix}"), limit_mb=LARGEST)


def keep(session: Session, people: People, work: Work, taken: Taken, today: datetime) -> Asset:
    """From the draft to where the work stands today."""
    begun = office(today - timedelta(days=work.posted))
    person = writer(people, work.owner)
    with clock.moved(begun):
        asset = archive.create(session, person, owner=centre_of(person), values=described(work, person, today))
        if taken.file is not None:
            archive.attach(session, person, asset, file=files.keep(session, person, taken.file), name=taken.file.name)
        captions.attach(session, person, asset, taken.told)
    if work.state != "draft":
        with clock.moved(begun + timedelta(minutes=35)):
            archive.submit(session, person, asset, expected_version=asset.version)
        decide(session, people, work, asset, begun + timedelta(hours=20))
    for row in work.cast:
        if row.taken_back is not None:
            take_back(session, person, asset, row.name, office(today - timedelta(days=row.taken_back)))
    if work.state == "withdrawn":
        with clock.moved(begun + timedelta(days=30)):
            archive.withdraw(session, person, asset, why=work.why, expected_version=asset.version)
    return asset


def decide(session: Session, people: People, work: Work, asset: Asset, moment: datetime) -> None:
    """Published with every item ticked, or sent back with all remarks; what is in review is left there."""
    if work.state == "in_review":
        return
    person = decider(people, asset)
    with clock.moved(moment):
        if work.state == "needs_work":
            archive.send_back(session, person, asset, remarks=work.why, expected_version=asset.version)
            return
        marks = {key: {"ok": True} for key, _label in checklist.items(asset)}
        archive.publish(session, person, asset, marks=marks, expected_version=asset.version)


def take_back(session: Session, person: Any, asset: Asset, name: str, moment: datetime) -> None:
    """A performer takes the consent back."""
    one = next(one for one in asset.performers if one.name == name)
    with clock.moved(moment):
        performers.withdraw_consent(session, person, asset, performer_id=one.id, expected_version=asset.version)


def office(moment: datetime) -> datetime:
    """That day at half past nine in China."""
    return clock.local(moment).replace(hour=9, minute=30, second=0, microsecond=0)


def described(work: Work, person: Any, today: datetime) -> dict[str, Any]:
    """The record as its owner types it; raises if it does not hold, so that the demo never ships half a record."""
    centre = centre_of(person)
    typed = {
        "title": work.title, "title_en": work.title_en, "description": work.text, "description_en": work.text_en,
        "creator": work.creator[0], "creator_en": work.creator[1], "contributors": list(work.contributors), "performers": [_performer(one, today) for one in work.cast],
        "art_forms": list(work.arts), "created_text": dated(work.dated, today), "type": work.type, "genre": work.genre, "theme": work.theme, "language": work.language,
        "source": work.source, "original": work.original, "place_code": work.place_code or centre.division_code, "place_text": work.place[0], "place_text_en": work.place[1],
        "period": work.period[0], "period_en": work.period[1], "heritage_item": work.heritage, "pages": work.pages,
        "rights_status": work.rights, "statement": work.statement, "allowed_uses": list(work.uses), "record_visibility": work.shown, "file_access": work.opened,
        **dict(zip(("rights_holder", "rights_holder_en"), _holder(work, centre), strict=True)),
        **dict(zip(("award", "award_edition", "award_year"), work.award or ("", "", None), strict=True)),
        **{name: day(after, today) for name, after in (("licence_until", work.licence), ("embargo_until", work.embargo), ("lease_until", work.lease))},
    }  # fmt: skip
    held, wrong = record.sift(typed, faults)
    if wrong:
        raise RuntimeError(f"{work.title}: {wrong}")
    return held


def _performer(one: Any, today: datetime) -> dict[str, Any]:
    row = {"name": one.name, "name_en": one.name_en, "role": one.role, "consent_scope": one.scope, "is_minor": one.minor}
    return row | {"consent_until": day(one.until, today)}


def _holder(work: Work, centre: Any) -> tuple[str, str]:
    """Who holds the rights: as said, else the centre where it is its own."""
    if work.holder[0] or work.rights not in ("own", "cc_by", "cc_by_sa", "cc_by_nc"):
        return work.holder
    return centre.name, centre.name_en


def day(after: int | None, today: datetime) -> str:
    """So many days after today, as typed."""
    return (clock.local(today) + timedelta(days=after)).date().isoformat() if after is not None else ""


def dated(text: str, today: datetime) -> str:
    """A date as it is known; @30 is thirty days ago."""
    return day(-int(text[1:]), today) if text.startswith("@") else text
