"""Files that come with an action: taken in one by one, so that a bad one costs no other; what is said of each at the return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance.archive import intake, media, uploads
from alliance.archive.arriving import Upload
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import UnsupportedFile
from alliance.exchange.controls import Typed
from alliance.exchange.routes import FILE_MB, keep, own_files, received
from alliance.exchange.table import Action
from alliance.forms import printable
from alliance.people.models import Person
from alliance.storage import files, renditions
from alliance.storage.models import File
from alliance.web import me

CLIPS = (*media.SOUNDS, *media.FILMS, "video/quicktime")
TAKES: dict[str, tuple[str, ...]] = {
    "photos": files.PICTURES,
    "receipts": files.PAPERS,
    "programmes": (*files.PAPERS, "text/plain"),
    "clips": CLIPS,
    "evidence": files.PAPERS,
}
ACCEPT = {name: ",".join(f".{ending}" for kind in kinds for ending in media.ENDINGS.get(kind, ())) for name, kinds in TAKES.items()}
TOLD = ("programmes", "photos", "clips")
"""What goes into the archive after the return, and so has a caption and a word on consent."""
RETURNS = ("send_back", "supplement")
"""Actions that bring what the archive is to have."""
WORDS = {"captions": "caption", "consents": "consent"}


@dataclass(frozen=True)
class Filed:
    """A file that came with the form already, or was sent to the archive in parts, and what is said of it."""

    id: str
    name: str
    caption: str
    consent: str
    chosen: bool = True


def names_of(action: Action) -> list[str]:
    """The fields of an action's form that hold files."""
    return [name for name in TAKES if action.needs is not None and name in action.needs.model_fields]


def take(action: Action, values: Typed) -> tuple[Typed, dict[str, Any]]:
    """Take in the files that came along: the numbers of all that the form has now with what is said of them, and faults."""
    names = names_of(action)
    taken: dict[str, list[files.Received]] = {}
    wrong: dict[str, Any] = {}
    for name in names:
        taken[name], refused = received(name, partial(_examined, name=name))
        refused += _unfit(name)
        if refused:
            wrong[name] = " ".join(refused)
    if not any(taken.values()) and not any(values.get(name) for name in names):
        return {}, wrong
    with transaction() as session:
        person = me()
        found: Typed = {}
        for name in names:
            fresh = keep(session, person, taken[name])
            found[name] = [str(one) for one in dict.fromkeys(own_files(session, person, values, name) + fresh)]
            for kind, word in WORDS.items():
                if kind in values and (text := _typed(f"{word}-{name}")):
                    said: dict[str, str] = found.setdefault(kind, {**values[kind]})
                    said |= {str(one): text for one in fresh}
        return found, wrong


def _examined(upload: FileStorage, name: str) -> files.Received:
    """What the archive will have is examined as the archive does."""
    if name in ("receipts", "evidence"):
        return files.receive(upload, kinds=TAKES[name], limit_mb=FILE_MB)
    kind = intake.examine(upload.stream, files.clean_name(upload.filename))
    if kind not in TAKES[name]:
        found, kinds = media.format_label(kind), files.listed(TAKES[name])
        raise UnsupportedFile(
            _("“%(name)s”是 %(found)s，这一栏收：%(kinds)s。", name=files.clean_name(upload.filename), found=found, kinds=kinds)
        )
    limit = current_app.config["ALLIANCE"].upload_mb if name == "clips" else FILE_MB
    return files.receive(upload, kinds=(), limit_mb=limit, media_type=kind)


# What came in parts -----------------------------------------------------------


def in_parts(session: Session, person: Person, name: str) -> list[Upload]:
    """What was sent in parts for that field and is kept by now, each once more where the form comes again."""
    codes = request.form.getlist(f"sent-{name}")
    return [one for one in uploads.named(session, person, codes) if one.state in ("done", "filed") and one.file is not None]


def _unfit(name: str) -> list[str]:
    """A sentence for each file sent in parts that is not there yet, or does not belong there."""
    told = []
    for one in uploads.named(db.session, me(), request.form.getlist(f"sent-{name}")):
        if one.state in ("open", "assembling"):
            told.append(str(_("“%(name)s”还没有传完或核对完，稍等再确认。", name=one.name)))
        elif one.file is not None and one.file.media_type not in TAKES[name]:
            found, kinds = media.format_label(one.file.media_type), files.listed(TAKES[name])
            told.append(str(_("“%(name)s”是 %(found)s，这一栏收：%(kinds)s。", name=one.name, found=found, kinds=kinds)))
    return told


def with_parts(session: Session, person: Person, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the action with what came in parts, under the name it was sent by where the form has names."""
    found: dict[str, Any] = {**inputs}
    for name in names_of(action):
        for one in in_parts(session, person, name):
            assert one.file_id is not None
            found[name] = [*found.get(name, []), one.file_id]
            if action.needs is not None and "names" in action.needs.model_fields:
                found["names"] = {**found.get("names", {}), one.file_id: one.name}
    return found


def file_parts(session: Session, person: Person, action: Action) -> None:
    """They are filed: nobody is asked to describe them any more, and pictures get their safe copies."""
    for name in names_of(action):
        for one in in_parts(session, person, name):
            uploads.file_away(session, one)
            if one.file is not None and one.file.media_type in files.PICTURES:
                renditions.plan(session, one.file, only=renditions.SMALL)


# What is said of each -------------------------------------------------------


def words(values: Typed) -> Typed:
    """Captions and words on consent by the number of the file that came before."""
    numbers = [number for name in TOLD for number in values.get(name, [])]
    return {
        kind: {number: text for number in numbers if number.isdigit() and (text := _typed(f"{word}-{number}"))}
        for kind, word in WORDS.items()
    }


def _typed(name: str) -> str:
    return " ".join(printable(request.form.get(name, "")).split())[:200]


def filed(session: Session, person: Person, values: Typed, name: str) -> list[Filed]:
    """The files of a field that came with this form before."""
    query = sa.select(File.id, File.name).where(File.id.in_(own_files(session, person, values, name))).order_by(File.id)
    said = {kind: {str(number): text for number, text in values.get(kind, {}).items()} for kind in WORDS}
    return [
        Filed(str(number), called, said["captions"].get(str(number), ""), said["consents"].get(str(number), ""))
        for number, called in session.execute(query)
    ]


# What was sent in parts before ----------------------------------------------


def sent_before(session: Session, person: Person, centre: Centre) -> list[Filed]:
    """What the person sent to the archive in parts for that centre and has not described: it may be filed with the return."""
    ticked = request.form.getlist("sent")
    return [
        Filed(one.code, one.name, _typed(f"caption-{one.code}"), _typed(f"consent-{one.code}"), one.code in ticked)
        for one in _arrived(session, person, centre)
    ]


def with_sent(session: Session, person: Person, centre: Centre, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the action with those that were ticked, each in the field that takes its kind."""
    found: dict[str, Any] = {**inputs}
    for one in _arrived(session, person, centre):
        if one.code in request.form.getlist("sent") and one.file is not None:
            name = field_for(one.file.media_type)
            found[name] = [*found.get(name, []), one.file.id]
            found["names"] = {**found.get("names", {}), one.file.id: one.name}
            for kind, word in WORDS.items():
                found[kind] = {**found.get(kind, {}), one.file.id: _typed(f"{word}-{one.code}")}
    return found


def _arrived(session: Session, person: Person, centre: Centre) -> list[Upload]:
    return [one for one in uploads.undescribed(session, person, centre) if one.state == "done" and one.file is not None]


def field_for(media_type: str) -> str:
    """Where a file of that kind stands on the form."""
    if media_type.startswith("image/"):
        return "photos"
    return "clips" if media_type.startswith(("audio/", "video/")) else "programmes"
