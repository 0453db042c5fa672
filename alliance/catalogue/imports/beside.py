"""The files that rows of a table name, from a folder beside it: looked at in a dry run, kept before the rows are taken in."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance.archive import intake
from alliance.archive.harvest import TYPES
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.imports.targets import FILE
from alliance.db import db, transaction
from alliance.errors import TooLarge, UnsupportedFile
from alliance.people.models import Person
from alliance.storage import files

NAME = "file"


@dataclass(frozen=True)
class Found:
    """What was found under a name: its type, the kept file where it was kept, or why it cannot be."""

    media_type: str = ""
    received: files.Received | None = None
    why: str = ""


def gather(number: int, folder: Path, *, keep: bool) -> None:
    """Say in each row of the batch what becomes of its file; with `keep` the good ones are stored, each in a transaction of its
    own. Raises Unavailable where the store does not answer."""
    there = _listed(folder)
    batch = db.session.get_one(ImportBatch, number)
    person_id, locale = batch.person_id, batch.columns["locale"]
    query = sa.select(ImportRow).where(ImportRow.batch_id == number, ImportRow.outcome.in_(("new", "draft")))
    named = [(row.id, row.values[NAME]) for row in db.session.scalars(query.order_by(ImportRow.number)) if row.values.get(NAME)]
    db.session.rollback()
    for row_id, name in named:
        with force_locale(locale):
            found = _looked_at(there, name, keep=keep)
        with transaction() as session:
            _note(session, session.get_one(ImportRow, row_id), person_id, found)


def _listed(folder: Path) -> dict[str, Path]:
    """All files below the folder by their names from there, and by their bare names: nothing outside can be named."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {_plain(path.name): path for path in reversed(found)} | {
        _plain(path.relative_to(folder).as_posix()): path for path in found
    }


def _plain(name: str) -> str:
    """As two systems write the same name."""
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/")).removeprefix("./")


def _looked_at(there: Mapping[str, Path], name: str, *, keep: bool) -> Found:
    """The file, kept if asked for, or why it cannot be."""
    path = there.get(_plain(name))
    if path is None:
        return Found(why=str(_("文件夹里没有“%(name)s”。", name=name)))
    try:
        with path.open("rb") as stream:
            if keep:
                limit = current_app.config["ALLIANCE"].archive_mb
                received = intake.receive(FileStorage(stream, path.name), limit_mb=limit)
                return Found(received.media_type, received)
            return Found(intake.examine(stream, files.clean_name(path.name)))
    except (UnsupportedFile, TooLarge) as refusal:
        return Found(why=str(refusal.sentence))
    except OSError as error:
        return Found(why=str(_("“%(name)s”打不开：%(why)s。", name=name, why=error.strerror)))


def _note(session: Session, row: ImportRow, person_id: int, found: Found) -> None:
    """What the row says of its file now; the file says its type where the row does not."""
    why, kind = found.why, TYPES.get(found.media_type.partition("/")[0], "")
    row.values = {"type": kind, **row.values} if kind else row.values
    if found.received is not None:
        row.values = {**row.values, FILE: files.keep(session, session.get_one(Person, person_id), found.received).id}
    wrong: dict[str, Any] = {name: text for name, text in row.faults["wrong"].items() if name != NAME} | (
        {NAME: why} if why else {}
    )
    missing = [name for name in row.faults["missing"] if name not in (NAME, "type") or not kind]
    row.faults = {**row.faults, "wrong": wrong, "missing": missing}
    row.outcome = "draft" if wrong or missing else "new"
