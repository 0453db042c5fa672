"""A batch and its rows as the pages show them."""

from dataclasses import dataclass
from datetime import time
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.catalogue.imports import columns, service
from alliance.catalogue.imports.assets import ASSET
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.imports.targets import TARGETS
from alliance.catalogue.kinds import KINDS, Kind, shown
from alliance.catalogue.models import Resource
from alliance.paging import Page

SIZE = 30
OUTCOMES: dict[str, tuple[Any, str]] = {
    "new": (_l("填写完整"), "ok"),
    "draft": (_l("存为草稿"), "wait"),
    "same": (_l("已有，不导入"), ""),
    "refused": (_l("不能导入"), "stop"),
    "removed": (_l("已撤销"), ""),
}
STATES: dict[str, tuple[Any, str]] = {
    "checking": (_l("正在核对"), "go"),
    "checked": (_l("待确认"), "wait"),
    "refused": (_l("读不了"), "stop"),
    "running": (_l("正在导入"), "go"),
    "done": (_l("已导入"), "ok"),
    "undoing": (_l("正在撤销"), "go"),
    "undone": (_l("已撤销"), ""),
}


EDITED: dict[str, tuple[str, Any]] = {**dict.fromkeys(KINDS, ("catalogue.edit", Resource)), ASSET.id: ("archive.edit", Asset)}
"""The page on which what a row made goes on, and its table."""


@dataclass(frozen=True)
class Line:
    """A row: what becomes of it and why; `kept` if it is or will be there."""

    number: int
    title: str
    outcome: tuple[Any, str]
    kept: bool
    values: list[tuple[str, str]]
    wrong: list[tuple[str, str]]
    missing: list[str]
    why: str
    stays: str
    url: str | None


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, what stands in it first, what it is read as."""

    index: int
    heading: str
    example: str
    chosen: str


def lines(session: Session, person: Any, batch: ImportBatch, outcome: str, page: Page) -> list[Line]:
    """One page of the rows, with the values as they will be stored."""
    query = sa.select(ImportRow).where(ImportRow.batch_id == batch.id)
    if outcome:
        query = query.where(ImportRow.outcome == outcome)
    found = list(session.scalars(query.order_by(ImportRow.number).offset(page.skip).limit(page.size)))
    codes = _codes(session, batch, [row.subject_id for row in found if row.subject_id is not None])
    return [_line(session, person, batch, row, codes) for row in found]


def _codes(session: Session, batch: ImportBatch, numbers: list[int]) -> dict[int, str]:
    """Codes by number, of what has a page on which it goes on."""
    if batch.kind not in EDITED or not numbers:
        return {}
    _view, model = EDITED[batch.kind]
    return dict(session.execute(sa.select(model.id, model.code).where(model.id.in_(numbers))).all())


def _line(session: Session, person: Any, batch: ImportBatch, row: ImportRow, codes: dict[int, str]) -> Line:
    target, locale = TARGETS[batch.kind], str(get_locale())
    stored = target.outline(session, person, batch, row.values).values | _week(row.values)
    fields = target.kind.by_name
    values = [(str(fields[name].label), shown(fields[name], stored.get(name), locale)) for name in row.values if name in fields]
    code = codes.get(row.subject_id or 0)
    return Line(
        row.number,
        str(stored.get("title") or ""),
        OUTCOMES[row.outcome],
        row.outcome in ("new", "draft"),
        [(label, value) for label, value in values if value],
        [(label(target.kind, name), text) for name, text in row.faults.get("wrong", {}).items()],
        [label(target.kind, name) for name in row.faults.get("missing", ())],
        row.faults.get("why", ""),
        row.faults.get("stays", ""),
        url_for(EDITED[batch.kind][0], code=code) if code else None,
    )


def _week(values: dict[str, Any]) -> dict[str, Any]:
    week = values.get("openings")
    return (
        {"openings": [(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in week]} if week else {}
    )


def label(kind: Kind, name: str) -> str:
    """The label of a field, or of the list whose cell is named: costs.0.fen."""
    field = kind.by_name.get(name.split(".")[0])
    return str(field.label) if field is not None else name


def columns_of(session: Session, batch: ImportBatch, chosen: list[str] | None = None) -> list[Column]:
    """The columns with an example each, read as chosen on the page or as recognised."""
    first = session.scalars(
        sa.select(ImportRow.cells).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number).limit(5)
    ).all()
    match = service.match_of(batch)
    read_as = chosen or ["+".join(names) for names in match.fields]
    return [
        Column(index, heading, next((row[str(index)] for row in first if row.get(str(index))), "")[:60], value)
        for index, (heading, value) in enumerate(zip(match.headings, read_as, strict=True))
    ]


def choices(batch: ImportBatch) -> list[tuple[str, str]]:
    """What a column may be read as."""
    return columns.choices(TARGETS[batch.kind].kind)


def batches(session: Session, person: Any) -> list[ImportBatch]:
    """The latest batches of the person's centre, and those of centres for the secretariat."""
    mine = [person.centre.id] if person.centre is not None else []
    seen: sa.ColumnElement[bool] = ImportBatch.centre_id.in_(mine)
    if person.is_admin:
        seen = sa.or_(seen, ImportBatch.centre_id.is_(None))
    return list(session.scalars(sa.select(ImportBatch).where(seen).order_by(ImportBatch.id.desc()).limit(20)))
