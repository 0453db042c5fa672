"""Tables as staff bring them, in bytes."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.datastructures import FileStorage

from alliance.catalogue.imports import tables


def csv_bytes(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: Iterable[Sequence[Any]], change: Callable[[Worksheet], None] | None = None) -> bytes:
    """Rows as a workbook; `change` may merge cells or the like."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> list[tuple[Any, ...]]:
    """The rows as the import reads them."""
    return [row for _number, row in tables.open_table(io.BytesIO(data)).rows()]


def upload(data: bytes, name: str = "table.csv") -> FileStorage:
    """As the form would send it."""
    return FileStorage(io.BytesIO(data), name)
