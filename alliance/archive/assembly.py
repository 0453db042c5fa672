"""The jobs of intake: parts become an original that is examined, summed and kept once; what was given up is cleared away."""

import hashlib
import io
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from alliance import clock, jobs, journal
from alliance.archive import intake, service, uploads
from alliance.archive.arriving import PLACE, Upload
from alliance.db import db, transaction
from alliance.errors import BadRequest, NotFound, Refusal, Unavailable
from alliance.people.models import Person
from alliance.storage import files
from alliance.storage.store import Draft, Incomplete, Reader, Store

BREATH = 20.0
"""Seconds after which work on a large file says that it still goes on."""
ABANDONED = timedelta(days=1)
"""After this long, parts and assembled bytes of which no upload knows belong to a process that was killed."""


def assemble(payload: dict[str, Any]) -> None:
    """The job `archive.assemble`: may be killed at any moment and done again."""
    upload = db.session.get(Upload, payload["upload"])
    if upload is None or upload.state != "assembling":
        return
    number, key = upload.id, upload.key
    with force_locale(upload.person.locale):
        try:
            _keep(number, _examined(upload))
        except Unavailable:
            raise
        except Refusal as refusal:
            with transaction() as session:
                upload = session.get_one(Upload, number, with_for_update=True)
                if upload.state != "assembling":
                    return
                uploads.refuse(session, upload, str(refusal.sentence))
    with files.spoken(key):
        files.the_store().delete(key)


def _examined(upload: Upload) -> files.Received:
    """The bytes in their place for good: whole, known for what they are, under their digest. Writes no row but the digest."""
    number, name, draft, known = upload.id, upload.name, upload.draft, upload.digest
    store = files.the_store()
    with files.spoken(name):
        source = _assembled(store, draft, known, name)
        kind = intake.examine(io.BufferedReader(Reader(store, source), intake.LOOK), name)
        digest = summed(store, source)
        size = store.size(source)
        goal = files.original(digest)
        with transaction() as session:
            session.get_one(Upload, number).digest = digest
        if source != goal:
            store.move(source, goal)
    return files.Received(goal, digest, size, kind, name)


def _assembled(store: Store, draft: Draft, known: str, name: str) -> str:
    """The key under which all bytes lie: made now, or by a worker that was killed before it could write its row."""
    if known and not store.exists(draft.key) and store.exists(files.original(known)):
        return files.original(known)
    try:
        store.finish(draft)
    except Incomplete as error:
        raise BadRequest(_("“%(name)s”没有传完，请再传一次。", name=name)) from error
    return draft.key


def summed(store: Store, key: str) -> str:
    """SHA-256 over the kept bytes, one piece in memory at a time."""
    digest, since = hashlib.sha256(), time.monotonic()
    for piece in store.open(key):
        digest.update(piece)
        if time.monotonic() - since > BREATH:
            since = time.monotonic()
            jobs.renew()
    return digest.hexdigest()


def _keep(number: int, received: files.Received) -> None:
    """Row, asset and event in one transaction."""
    with transaction() as session:
        upload = session.get_one(Upload, number, with_for_update=True, populate_existing=True)
        if upload.state != "assembling":
            return
        person = session.get_one(Person, upload.person_id)
        upload.file = files.keep(session, person, received)
        upload.state, upload.digest, upload.finished_at = "done", received.digest, clock.now()
        if upload.asset is not None:
            service.attach(session, person, upload.asset, file=upload.file, name=upload.name)
        told = {"name": upload.name, "digest": received.digest, "size": received.size, "media_type": received.media_type}
        journal.record(session, "upload.done", upload, person=person, centre_id=upload.centre_id, data=told)


def sweep(_payload: dict[str, Any]) -> None:
    """The daily job `archive.sweep_uploads`: what nobody goes on with ends, in the table and in the store."""
    _give_up()
    store, before = files.the_store(), clock.now() - ABANDONED
    alive = set(db.session.scalars(sa.select(Upload.code).where(Upload.state.in_(("open", "assembling")))))
    db.session.rollback()
    for draft in [*store.unfinished()]:
        if draft.since < before and draft.key.removeprefix(PLACE) not in alive:
            store.abandon(Draft(draft.key, draft.mark, 0, 1))
    for entry in [*store.list(PLACE)]:
        if entry.changed < before and entry.key.removeprefix(PLACE) not in alive:
            store.delete(entry.key)


def _give_up() -> None:
    """End what was not heard of for a week: parts are abandoned, what no worker could assemble is refused."""
    before = clock.now() - uploads.GIVEN_UP
    silent = sa.select(Upload).where(Upload.state.in_(("open", "assembling")), Upload.touched_at < before)
    with transaction() as session:
        for upload in session.scalars(silent):
            with force_locale(upload.person.locale):
                if upload.state == "assembling":
                    uploads.refuse(session, upload, _("“%(name)s”一直没能核对完，没有保存，请重新上传。", name=upload.name))
                    continue
                upload.state, upload.finished_at = "cancelled", clock.now()
                upload.error = _("“%(name)s”七天没有接着传，已清掉。", name=upload.name)
            told = {"name": upload.name, "why": upload.error}
            journal.record(session, "upload.cancelled", upload, centre_id=upload.centre_id, data=told)


def clear(draft: Draft) -> None:
    """Take away what has arrived; where the store is down, the sweep will."""
    with suppress(Unavailable, NotFound), files.spoken(draft.key):
        files.the_store().abandon(draft)


jobs.handles("archive.assemble", assemble)
jobs.handles("archive.sweep_uploads", sweep, every=timedelta(days=1))
