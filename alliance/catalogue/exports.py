"""Our listings as a table, CSV or Excel, that is safe to open and can be imported again without loss."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import openpyxl
import sqlalchemy as sa
from flask_babel import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy.orm import Session, selectinload

from alliance import codes
from alliance.catalogue.imports.cells import escaped
from alliance.catalogue.kinds import Field, Kind
from alliance.catalogue.models import Resource

DANGEROUS = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
"""What a spreadsheet may take for a formula, a Chinese one in full width too; an import takes the quotation mark before it off."""
AT_A_TIME = 200
Cell = str | int | float | bool | None


def headings(kind: Kind) -> list[str]:
    """Number, state, then each field with its unit."""
    fields = [f"{field.label}（{field.unit}）" if field.unit else str(field.label) for field in kind.fields]
    return [str(_("资源编号")), str(_("状态")), *fields]


def rows(session: Session, query: sa.Select[Resource], kind: Kind, locale: str) -> Iterator[list[Cell]]:
    """The listings of one kind, oldest first, in chunks."""
    loads = (selectinload(Resource.asset), selectinload(Resource.openings))
    after = 0
    while True:
        more = query.where(Resource.kind == kind.id, Resource.id > after).options(*loads).order_by(Resource.id).limit(AT_A_TIME)
        found = list(session.scalars(more).unique())
        for resource in found:
            state = codes.label("listing_state", resource.state, locale)
            yield [resource.code, state, *(cell(field, field.of(resource), locale) for field in kind.fields)]
            session.expunge(resource)
        last = found[-1].id if found else after
        if len(found) < AT_A_TIME:
            return
        after = last


def cell(field: Field, value: Any, locale: str) -> Cell:
    """A value as a cell: figures as figures, money in yuan, days in ISO, codes by their labels, rows one a line."""
    if field.is_empty(value):
        return None
    if field.type in _CELLS:
        return _CELLS[field.type](field, value, locale)
    return value if isinstance(value, (int, float)) else str(value)


def _label(field: Field, value: Any, locale: str) -> str:
    known = codes.get(field.codes)
    return known.label(value, locale) if value in known else str(value)


def _rows(field: Field, value: Any, locale: str) -> str:
    return "\n".join(_row(field, row, locale) for row in value)


def _row(field: Field, row: dict[str, Any], locale: str) -> str:
    parts = [cell(one, row.get(one.name), locale) for one in field.rows]
    return " | ".join("" if part is None else escaped(str(part)) for part in parts).rstrip(" |")


def _openings(_field: Field, value: Any, locale: str) -> str:
    days = list(codes.get("weekday"))
    return "\n".join(f"{days[weekday].label(locale)} {opens:%H:%M}-{closes:%H:%M}" for weekday, opens, closes in sorted(value))


_CELLS: dict[str, Callable[[Field, Any, str], Cell]] = {
    "money": lambda _field, value, _locale: value // 100 if value % 100 == 0 else value / 100,
    "yesno": lambda _field, value, _locale: str(_("是") if value else _("否")),
    "code": _label,
    "codes": lambda field, value, locale: "、".join(_label(field, one, locale) for one in value),
    "words": lambda _field, value, _locale: "、".join(value),
    "months": lambda _field, value, _locale: "、".join(str(month) for month in value),
    "rows": _rows,
    "openings": _openings,
}


def safe(value: Cell) -> Cell:
    """Text that a spreadsheet would take for a formula gets a quotation mark before it; figures stay figures."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{text}" if DANGEROUS.match(text) else text


def as_csv(head: list[str], lines: Iterable[list[Cell]]) -> IO[bytes]:
    """UTF-8 with its mark, as Excel wants it, written to disk row by row; open at its beginning."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([safe(one) for one in line] for line in lines)
    text.detach()
    out.seek(0)
    return out


def as_workbook(sheets: Iterable[tuple[str, list[str], Iterable[list[Cell]]]]) -> IO[bytes]:
    """One sheet for each (name, headings, rows), written to disk row by row; open at its beginning."""
    book = openpyxl.Workbook(write_only=True)
    for name, head, lines in sheets:
        sheet: Any = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "", name)[:31])
        sheet.freeze_panes = "D2"
        sheet.append(head)
        for line in lines:
            sheet.append([safe(one) for one in line])
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(out)
    out.seek(0)
    return out
