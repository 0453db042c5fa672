"""What became of the renditions of a file, written down: made, needless, failed and why, how far, how often begun."""

import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.db import db, transaction
from alliance.storage import files
from alliance.storage.models import File, Rendition
from alliance.storage.renditions import UNFINISHED

TYPES = {
    ".webp": "image/webp",
    ".zip": "application/zip",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain",
}
LARGEST = 4 * 1024**3
MOST_TRIES = 4


def heard(number: int, folder: Path, told: dict[str, Any]) -> None:
    """One rendition has ended, one way or the other."""
    name, data = told["name"], told.get("data", {})
    if told.get("needless"):
        with transaction() as session:
            session.execute(sa.delete(Rendition).where(Rendition.source_id == number, Rendition.name == name))
    elif "error" in told:
        with transaction() as session:
            settle(row_of(session, number, name), "failed", error=told["error"], data=data)
    elif told.get("source"):
        with transaction() as session:
            settle(row_of(session, number, name), "done", made_id=number, data=data)
    else:
        keep(number, name, folder / Path(told["file"]).name, data)


def keep(number: int, name: str, path: Path, data: dict[str, Any]) -> None:
    """First the bytes, then the row: what is killed in between leaves an object that the sweep takes away."""
    store = files.the_store()
    digest = db.session.get_one(File, number).digest
    db.session.rollback()
    key = f"renditions/{digest[:2]}/{digest}/{name.replace('/', '-')}-{secrets.token_hex(4)}{path.suffix}"
    with path.open("rb") as stream:
        stored = store.put(key, stream, size_limit=LARGEST)
    path.unlink()
    with transaction() as session:
        row = row_of(session, number, name)
        if wanted := row.state != "done":
            facts = {"digest": stored.sha256, "size": stored.size, "width": data.get("width"), "height": data.get("height")}
            file = File(key=key, media_type=TYPES[path.suffix], name=f"{name.replace('/', '-')}{path.suffix}", **facts)
            session.add(file)
            session.flush()
            settle(row, "done", made_id=file.id, data=data)
    if not wanted:
        store.delete(key)


def settle(row: Rendition, state: str, *, made_id: int | None = None, error: str = "", data: dict[str, Any] | None = None) -> None:
    """How it ended, unless another worker has made it meanwhile."""
    if row.state != "done":
        row.state, row.made_id, row.error, row.data = state, made_id, error, data or {}
        row.progress, row.finished_at = (100 if state == "done" else row.progress), clock.now()


def note(number: int, name: str, percent: int) -> None:
    """How far it is."""
    with transaction() as session:
        row = row_of(session, number, name)
        if row.state in UNFINISHED:
            row.started_at = row.started_at if row.state == "running" and row.started_at else clock.now()
            row.state, row.progress = "running", percent


def row_of(session: Session, number: int, name: str) -> Rendition:
    """The row under that name, locked; of a paper's pages one is written when the page is known."""
    query = sa.select(Rendition).where(Rendition.source_id == number, Rendition.name == name)
    row = session.scalar(query.with_for_update(of=Rendition))
    if row is None:
        row = Rendition(source_id=number, name=name, state="waiting", progress=0, error="", tries=0, data={})
        session.add(row)
    return row


def rows(session: Session, number: int) -> list[Rendition]:
    return list(session.scalars(sa.select(Rendition).where(Rendition.source_id == number).order_by(Rendition.id)))


def unfinished(number: int) -> list[str]:
    """The names that are still to be made."""
    found = [row.name for row in rows(db.session, number) if row.state in UNFINISHED]
    db.session.rollback()
    return found


def begin(number: int) -> list[str]:
    """The same, after giving up what was begun too often."""
    with transaction() as session:
        for row in rows(session, number):
            if row.state in UNFINISHED and row.tries >= MOST_TRIES:
                settle(row, "failed", error="crashed")
    return unfinished(number)


def count(number: int, names: list[str]) -> None:
    with transaction() as session:
        tried = sa.update(Rendition).where(Rendition.source_id == number, Rendition.name.in_(names))
        session.execute(tried.values(tries=Rendition.tries + 1))


def fail(number: int, code: str) -> None:
    """Give up what is not made."""
    with transaction() as session:
        for row in rows(session, number):
            if row.state in UNFINISHED:
                settle(row, "failed", error=code)


def put_back(number: int, *, final: bool = False) -> None:
    """Nothing runs any more; it waits for the next attempt, if there is one."""
    if final:
        fail(number, "storage")
        return
    with transaction() as session:
        running = sa.update(Rendition).where(Rendition.source_id == number, Rendition.state == "running")
        session.execute(running.values(state="waiting", progress=0, started_at=None))


def adopt(file: File) -> None:
    """Use what was made of another file with the same bytes."""
    twin = sa.select(File.id).where(File.digest == file.digest, File.id != file.id)
    query = sa.select(Rendition).where(Rendition.source_id.in_(twin), Rendition.state == "done").order_by(Rendition.source_id)
    found = {row.name: (row.made_id if row.made_id != row.source_id else file.id, row.data) for row in db.session.scalars(query)}
    number, planned = file.id, set(unfinished(file.id))
    takes = {name for name in found if name in planned or (name.startswith("pages/") and "text" in planned)}
    if takes:
        with transaction() as session:
            for name in sorted(takes):
                made_id, data = found[name]
                settle(row_of(session, number, name), "done", made_id=made_id, data=data)
