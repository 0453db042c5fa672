"""A table taken in: kept, tried out row by row, committed, undone. The long work is done by jobs that may be killed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import jobs, journal, permissions
from alliance.catalogue.imports import columns, tables
from alliance.catalogue.imports.columns import HEAD, Match
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.imports.targets import TARGETS
from alliance.centres.models import Centre
from alliance.db import transaction
from alliance.errors import Conflict, Invalid, NotFound, TooLarge
from alliance.storage import files
from alliance.storage.models import File

KINDS = (tables.CSV, tables.XLSX)
BUSY = ("checking", "running", "undoing")
"""States in which a worker is at it."""


def receive(upload: FileStorage | None) -> tuple[files.Received, tables.Table, list[tuple[int, tables.Cells]]]:
    """Store a table's bytes and read its top, before the transaction. Raises UnsupportedFile, TooLarge, Invalid."""
    if upload is None or not upload.filename:
        raise Invalid(_("请选择一个表格文件。"), {"file": _("请选择一个表格文件。")})
    media_type = tables.media_type_of(upload.stream.read(4096))
    with tempfile.TemporaryFile() as copy:
        upload.stream.seek(0)
        shutil.copyfileobj(_limited(upload.stream), copy)
        table = tables.open_table(copy)
        top = list(islice(table.rows(), HEAD))
        upload.stream.seek(0)
    return files.receive(upload, kinds=KINDS, limit_mb=tables.MOST_MEGABYTES, media_type=media_type), table, top


def _limited(stream: Any) -> Any:
    """The stream, if it is not larger than a table may be."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    if size > tables.MOST_MEGABYTES * 1024 * 1024:
        raise TooLarge(_("表格超过 %(mb)s MB，请分成几个文件导入。", mb=tables.MOST_MEGABYTES))
    return stream


def begin(
    session: Session,
    person: Any,
    *,
    centre: Centre | None,
    kind: str,
    received: tuple[files.Received, tables.Table, list[tuple[int, tables.Cells]]],
    locale: str = "zh_Hans",
    by_worker: bool = True,
) -> ImportBatch:
    """Keep the table, match its columns, and have it tried out, unless the caller does so. Without a centre it is a table of
    centres."""
    if kind not in TARGETS:
        raise Invalid(_("请选择要导入的类别。"), {"kind": _("请选择要导入的类别。")})
    if kind == "centre":
        permissions.require(person, "centre.import")
    else:
        permissions.require(person, "asset.edit" if kind == "asset" else "resource.create", centre)
    file, table, top = received
    found = columns.match(TARGETS[kind].kind, top, table.merged)
    batch = ImportBatch(
        centre=None if kind == "centre" else centre,
        person_id=person.id,
        kind=kind,
        file=files.keep(session, person, file),
        name=file.name,
        encoding=table.encoding,
        columns={"sheet": table.sheet, "locale": locale} | _columns(found),
    )
    session.add(batch)
    journal.record(session, "import.begun", batch, person=person, centre_id=batch.centre_id, data={"kind": kind, "name": file.name})
    if by_worker:
        jobs.later(session, "catalogue.import_check", {"batch": batch.id})
    return batch


def _columns(found: Match) -> dict[str, Any]:
    return {"first": found.first, "headings": list(found.headings), "fields": [list(names) for names in found.fields]}


def match_of(batch: ImportBatch) -> Match:
    """What its columns are read as."""
    kept = batch.columns
    return Match(kept["first"], tuple(kept["headings"]), tuple(tuple(names) for names in kept["fields"]))


def rematch(session: Session, person: Any, *, batch: ImportBatch, chosen: list[str]) -> ImportBatch:
    """Read the columns as the person says and try again; a field may be given to one column only."""
    _claim(session, person, batch, "checked")
    kind = TARGETS[batch.kind].kind
    fields = [columns.names_of(kind, value) for value in chosen]
    if len(fields) != len(batch.columns["headings"]):
        raise Invalid(_("表格的列变了，请重新上传。"))
    used = [name for names in fields for name in names]
    if twice := sorted({name for name in used if used.count(name) > 1}):
        labels = "、".join(str(kind.by_name[name].label) for name in twice)
        faults = {f"column.{index}": _("已有另一列。") for index, names in enumerate(fields) if set(names) & set(twice)}
        raise Invalid(_("同一项不能对应两列：%(labels)s。", labels=labels), faults)
    batch.columns = batch.columns | {"fields": [list(names) for names in fields]}
    batch.state = "checking"
    jobs.later(session, "catalogue.import_check", {"batch": batch.id})
    return batch


def commit(session: Session, person: Any, *, batch: ImportBatch) -> ImportBatch:
    """Have the rows taken in; asked again while it runs, it goes on where it stopped."""
    _claim(session, person, batch, "checked", "running")
    batch.state = "running"
    journal.record(session, "import.committed", batch, person=person, centre_id=batch.centre_id)
    jobs.later(session, "catalogue.import", {"batch": batch.id, "person": person.id})
    return batch


def undo(session: Session, person: Any, *, batch: ImportBatch) -> ImportBatch:
    """Have what it made taken away, but for what somebody changed since; also while it still runs."""
    _claim(session, person, batch, "running", "done", "undoing")
    batch.state = "undoing"
    journal.record(session, "import.undone", batch, person=person, centre_id=batch.centre_id)
    jobs.later(session, "catalogue.import_undo", {"batch": batch.id, "person": person.id})
    return batch


def _claim(session: Session, person: Any, batch: ImportBatch, *states: str) -> None:
    permissions.require(person, "import.run", batch)
    session.refresh(batch, with_for_update=True)
    if batch.state not in states:
        raise Conflict(_("这批导入的状态已经变了，请刷新后再看。"))


def by_number(session: Session, person: Any, number: int) -> ImportBatch:
    """A batch that this person may see; those of other centres do not exist for them."""
    batch = session.get(ImportBatch, number) if number < 2**31 else None
    if batch is None or not permissions.may(person, "import.run", batch):
        raise NotFound(_("没有这批导入，或者它属于别的馆。"))
    return batch


def counts(session: Session, batch: ImportBatch) -> dict[str, int]:
    """Rows by outcome, and `made`: those that stand in the tables now."""
    rows = session.execute(
        sa.select(ImportRow.outcome, sa.func.count(), sa.func.count(ImportRow.subject_id))
        .where(ImportRow.batch_id == batch.id)
        .group_by(ImportRow.outcome)
    ).all()
    told = {outcome: count for outcome, count, _made in rows}
    return told | {"all": sum(told.values()), "made": sum(made for _outcome, _count, made in rows)}


@contextmanager
def opened(file: File) -> Iterator[BinaryIO]:
    """The kept table as a file on disk that can be read again and again."""
    with tempfile.TemporaryFile() as copy, files.spoken(file.name):
        for piece in files.the_store().open(file.key):
            copy.write(piece)
        yield cast(BinaryIO, copy)


def rows_of(batch: ImportBatch, stream: BinaryIO) -> Iterator[tuple[int, tables.Cells]]:
    """The rows below the headings."""
    table = tables.open_table(stream)
    first = batch.columns["first"]
    rows = (row for row in table.rows() if row[0] >= first)
    begun = list(islice(rows, 1))
    if not begun:
        raise Invalid(_("表头下面没有内容。"))
    return chain(begun, rows)


def refuse(batch_id: int, sentence: str) -> None:
    """Say why the table cannot be taken in; the rows tried so far go."""
    with transaction() as session:
        session.execute(sa.delete(ImportRow).where(ImportRow.batch_id == batch_id))
        batch = session.get_one(ImportBatch, batch_id)
        batch.state, batch.note = "refused", sentence
