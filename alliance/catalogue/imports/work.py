"""The jobs of an import: try out, take in, take away. Each goes on after a kill where it stopped, and no row is done twice."""

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alliance import jobs
from alliance.catalogue.imports import service
from alliance.catalogue.imports.cells import read_row, said
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.imports.tables import MOST_ROWS
from alliance.catalogue.imports.targets import TARGETS, Target
from alliance.db import db, transaction
from alliance.errors import Invalid, Refusal
from alliance.people.models import Person

BATCH = 25
CHUNK = 200
SECONDS = 45.0
"""A job ends well within its lease and has another go on."""


# Try out -----------------------------------------------------------------


def check(payload: dict[str, Any]) -> None:
    """The job `catalogue.import_check`: every row's outcome; nothing but import_row is written."""
    batch = db.session.get(ImportBatch, payload["batch"])
    if batch is None or batch.state != "checking" or batch.file is None:
        return
    try:
        with force_locale(batch.columns["locale"]), service.opened(batch.file) as stream:
            _try_out(batch, stream)
    except Refusal as refusal:
        service.refuse(payload["batch"], str(refusal.sentence))


def _try_out(batch: ImportBatch, stream: Any) -> None:
    number, before = batch.id, set[str]()
    total = sum(1 for _row in service.rows_of(batch, stream))
    if total > MOST_ROWS:
        raise Invalid(_("表格超过%(n)s行，请分成几个文件导入。", n=f"{MOST_ROWS:,}"))
    rows = service.rows_of(batch, stream)
    with transaction() as session:
        session.execute(sa.delete(ImportRow).where(ImportRow.batch_id == number))
        batch = session.get_one(ImportBatch, number)
        batch.columns = batch.columns | {"total": total}
    while chunk := list(islice(rows, CHUNK)):
        outcomes = _outcomes(db.session, db.session.get_one(ImportBatch, number), chunk, before)
        with transaction() as session:
            session.execute(sa.insert(ImportRow), outcomes)
        db.session.expunge_all()
    with transaction() as session:
        session.get_one(ImportBatch, number).state = "checked"


def _outcomes(session: Session, batch: ImportBatch, chunk: list[tuple[int, Any]], before: set[str]) -> list[dict[str, Any]]:
    """One import_row for each row of the table; `before` are the identities that this table said before."""
    target, person = TARGETS[batch.kind], session.get_one(Person, batch.person_id)
    fields = service.match_of(batch).fields
    made = []
    for number, cells in chunk:
        values, wrong = read_row(target.kind, fields, cells)
        trial = target.outline(session, person, batch, values)
        faults: dict[str, Any] = {
            "wrong": {name: str(text) for name, text in (trial.wrong | wrong).items()},
            "missing": list(trial.missing),
        }
        made.append(
            {
                "batch_id": batch.id,
                "number": number,
                "cells": {str(index): said(cell)[:2000] for index, cell in enumerate(cells) if cell not in (None, "")},
                "values": values,
                "faults": faults,
                "outcome": "draft" if faults["wrong"] or faults["missing"] else "new",
                "identity": trial.identity,
            }
        )
    known = target.taken(session, batch, [str(row["identity"]) for row in made if row["identity"]])
    return [_judged(row, known, before) for row in made]


def _judged(row: dict[str, Any], known: set[str], before: set[str]) -> dict[str, Any]:
    """Without a name it is refused; with the name of another it is the same."""
    identity = row.pop("identity")
    if not identity:
        row["outcome"] = "refused"
        row["faults"] |= {"why": row["faults"]["wrong"].get("title") or str(_("没有名称，不知道是什么。"))}
    elif identity in known:
        row["outcome"] = "same"
        row["faults"] |= {"why": str(_("已有同名的一条，不再导入。"))}
    elif identity in before:
        row["outcome"] = "same"
        row["faults"] |= {"why": str(_("与这张表里前面的一行同名，不再导入。"))}
    before.add(identity)
    return row


# Take in, take away ------------------------------------------------------


def take_in(payload: dict[str, Any]) -> None:
    """The job `catalogue.import`: makes what the rows say, a few in each transaction."""
    _go_through("catalogue.import", payload, "running", "done", _to_make, _make)


def take_away(payload: dict[str, Any]) -> None:
    """The job `catalogue.import_undo`: removes what the import made and nobody changed."""
    _go_through("catalogue.import_undo", payload, "undoing", "undone", _to_remove, _remove)


Step = Callable[[Session, Any, Target, ImportBatch, ImportRow], None]


def _go_through(kind: str, payload: dict[str, Any], while_in: str, then: str, chosen: Any, step: Step) -> None:
    """Rows that are still to be done, a few in each transaction, until none is left or the time is over."""
    until = time.monotonic() + SECONDS
    after = 0
    while True:
        with transaction() as session:
            batch = session.get(ImportBatch, payload["batch"], with_for_update=True)
            if batch is None or batch.state != while_in:
                return
            person = session.get_one(Person, payload["person"])
            rows = list(session.scalars(chosen(batch).where(ImportRow.number > after).order_by(ImportRow.number).limit(BATCH)))
            with force_locale(batch.columns["locale"]):
                for row in rows:
                    step(session, person, TARGETS[batch.kind], batch, row)
            if not rows:
                batch.state = then
                return
            after = rows[-1].number
            if time.monotonic() > until:
                jobs.later(session, kind, payload)
                return
        db.session.expunge_all()


def _to_make(batch: ImportBatch) -> sa.Select[ImportRow]:
    return sa.select(ImportRow).where(
        ImportRow.batch_id == batch.id, ImportRow.outcome.in_(("new", "draft")), ImportRow.subject_id.is_(None)
    )


def _make(session: Session, person: Any, target: Target, batch: ImportBatch, row: ImportRow) -> None:
    """Make it, or say in the row why the world refuses it now."""
    try:
        with session.begin_nested():
            identity = target.outline(session, person, batch, row.values).identity
            if identity in target.taken(session, batch, [identity]):
                row.outcome, row.faults = "same", row.faults | {"why": str(_("已有同名的一条，不再导入。"))}
                return
            made = target.make(session, person, batch, row)
            row.subject_id, row.subject_version = made.id, made.version
    except (Refusal, IntegrityError) as error:
        why = error.sentence if isinstance(error, Refusal) else _("与已有的记录冲突。")
        row.outcome, row.subject_id = "refused", None
        row.faults = row.faults | {"why": str(why)}


def _to_remove(batch: ImportBatch) -> sa.Select[ImportRow]:
    return sa.select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.subject_id.is_not(None))


def _remove(session: Session, person: Any, target: Target, _batch: ImportBatch, row: ImportRow) -> None:
    """Take it away, or say in the row why it stays."""
    try:
        with session.begin_nested():
            target.remove(session, person, row)
        row.subject_id, row.outcome = None, "removed"
    except (Refusal, IntegrityError) as error:
        why = error.sentence if isinstance(error, Refusal) else _("已有别的记录用到它，留下。")
        row.faults = row.faults | {"stays": str(why)}


jobs.handles("catalogue.import_check", check)
jobs.handles("catalogue.import", take_in)
jobs.handles("catalogue.import_undo", take_away)
