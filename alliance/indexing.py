"""Hears the journal and feeds the search engine; compares the index with the tables and repairs it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session, joinedload, selectinload

from alliance import jobs
from alliance.archive import documents as archive
from alliance.archive.models import Asset
from alliance.catalogue import documents as catalogue
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import listed as resources_listed
from alliance.centres.models import Centre
from alliance.codes import rows as code_rows
from alliance.codes.rows import CodeLabel
from alliance.config import Settings
from alliance.db import db, transaction
from alliance.places.rows import divisions
from search import indexer
from search.backend import Backend, open_backend
from search.types import Document

BATCH = 200
KINDS: dict[str, tuple[Any, Callable[[Any], Document | None], Callable[[], sa.ColumnElement[bool]]]] = {
    "r": (Resource, lambda one: catalogue.document(one, divisions(db.session)), resources_listed),
    "a": (Asset, archive.document, lambda: Asset.state == "published"),
}
PREFIX = {"resource": "r", "asset": "a"}


def init(app: Flask, settings: Settings) -> None:
    """Open the engine; nothing is asked of it yet."""
    app.extensions["search"] = open_backend(settings.search_url or None, path=settings.data / "search.db")


def engine() -> Backend:
    """The engine of this portal."""
    found: Backend = current_app.extensions["search"]
    return found


def health() -> str:
    """What the engine is; raises when it does not answer."""
    return engine().check()


# One change --------------------------------------------------------------


def index(payload: dict[str, Any]) -> None:
    """The job `index`: bring what the subject of an event concerns into the index, or out of it."""
    kind, number = payload["subject"]
    session = db.session
    code_rows.refresh()
    if kind in PREFIX:
        update(session, [f"{PREFIX[kind]}:{number}"])
    elif kind == CodeLabel.__tablename__:
        code_rows.apply(session)
        for prefix, (model, _document, _listed) in KINDS.items():
            for some in _batches([f"{prefix}:{one}" for one in session.scalars(sa.select(model.id).order_by(model.id)).all()]):
                update(session, some)
    elif kind == Centre.__tablename__:
        for prefix, (model, _document, _listed) in KINDS.items():
            owned = session.scalars(sa.select(model.id).where(model.owner_id == number).order_by(model.id)).all()
            for some in _batches([f"{prefix}:{one}" for one in owned]):
                update(session, some)


def update(session: Session, names: list[str]) -> None:
    """Write the present state of these into the index: what is out for nobody, or gone, is taken out of it."""
    rows = _rows(session, names)
    made = {name: _document(name, row) for name, row in rows.items()}
    shown = [document for document in made.values() if document is not None]
    if shown:
        engine().add(shown)
    gone = {name: rows[name].version if name in rows else GONE for name in names if made.get(name) is None}
    if gone:
        engine().remove(gone)


GONE = 2**31
"""The version at which something deleted is kept out: above all that it ever had."""


def _document(name: str, row: Any) -> Document | None:
    return KINDS[name.partition(":")[0]][1](row)


def _rows(session: Session, names: Iterable[str]) -> dict[str, Any]:
    """The rows behind such ids, with all that a document needs, in few queries."""
    found: dict[str, Any] = {}
    for prefix, (model, _make, _listed) in KINDS.items():
        numbers = [int(name.partition(":")[2]) for name in names if name.startswith(prefix + ":")]
        if numbers:
            rows = session.scalars(_loaded(prefix).where(model.id.in_(numbers)).execution_options(populate_existing=True))
            found |= {f"{prefix}:{row.id}": row for row in rows}
    return found


def _loaded(prefix: str) -> sa.Select[Any]:
    """A query of rows with what a document reads of them."""
    if prefix == "r":
        names = joinedload(Resource.owner).selectinload(Centre.names)
        return sa.select(Resource).options(names, selectinload(Resource.openings), joinedload(Resource.asset))
    names = joinedload(Asset.owner).selectinload(Centre.names)
    return sa.select(Asset).options(names, selectinload(Asset.performers), selectinload(Asset.captions))


def _batches(names: list[str]) -> Iterator[list[str]]:
    return (names[at : at + BATCH] for at in range(0, len(names), BATCH))


# The whole ---------------------------------------------------------------


def everything(session: Session) -> Iterator[Document]:
    """All documents, read in batches while writes go on."""
    for prefix, (model, make, listed) in KINDS.items():
        last = 0
        while rows := session.scalars(_loaded(prefix).where(listed(), model.id > last).order_by(model.id).limit(BATCH)).all():
            yield from (one for one in map(make, rows) if one is not None)
            last = rows[-1].id
            session.rollback()
            session.expunge_all()


def truth(session: Session) -> Iterator[tuple[str, int]]:
    """Every (id, version) that the index should hold."""
    for one in everything(session):
        yield one.id, one.version


def reindex(app: Flask) -> int:
    """Fill a new index and swap it in; how many documents it holds. Jobs that waited before it began have had their way."""
    with app.app_context():
        count, upto = 0, jobs.newest(db.session)
        db.session.rollback()

        def counted() -> Iterator[Document]:
            nonlocal count
            for one in everything(db.session):
                count += 1
                yield one

        engine().rebuild(counted())
        engine().refresh()
        with transaction() as session:
            jobs.supersede(session, "index", upto)
        return count


def check(app: Flask, *, repair: bool) -> indexer.Difference:
    """How the index differs from the tables; with `repair` it is mended."""
    with app.app_context():
        difference = indexer.compare(engine(), truth(db.session))
        if repair and difference:
            indexer.repair(engine(), difference, _present)
        return difference


def _present(names: list[str]) -> list[Document]:
    return [one for one in (_document(name, row) for name, row in _rows(db.session, names).items()) if one is not None]


jobs.handles("index", index)
