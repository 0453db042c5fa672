"""Raw rows of a table that somebody brought, CSV or Excel, one after the other; what is not a table is refused in words."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _

from alliance.catalogue.imports import workbooks
from alliance.catalogue.imports.encodings import encoding_of
from alliance.errors import Invalid, UnsupportedFile

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_MEGABYTES = 20
MOST_SIGNS = 32_767
"""Excel's own limit of a cell."""
MOST_IN_LINE = 1_000_000

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DELIMITERS = ",\t;"
OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
)

Cells = tuple[Any, ...]
Span = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column, all from 1."""


@dataclass(frozen=True)
class Table:
    """A table before anybody knows what its columns mean; `rows()` yields (number in the file, cells) without the empty ones."""

    encoding: str
    sheet: str
    merged: tuple[Span, ...]
    rows: Callable[[], Iterator[tuple[int, Cells]]]


def media_type_of(head: bytes) -> str:
    """CSV or XLSX by the first bytes. Raises UnsupportedFile with the way on."""
    if not head.strip(b"\x00 \t\r\n"):
        raise UnsupportedFile(_("这个文件是空的。"))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnsupportedFile(
            _("这是旧格式的 Excel（.xls）或加了密码的工作簿。请用 Excel 或 WPS 打开，去掉密码，另存为 .xlsx 再传。")
        )
    if head.startswith(b"PK"):
        return XLSX
    for mark, name in OTHERS:
        if head.startswith(mark):
            raise UnsupportedFile(_("这是 %(kind)s 文件，不是表格。可以导入 .xlsx 和 CSV。", kind=name))
    if head.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise UnsupportedFile(_("这是网页或 XML，不是表格。请用 Excel 打开，另存为 .xlsx 再传。"))
    return CSV


def open_table(stream: BinaryIO) -> Table:
    """The table in an open file of which the caller keeps hold. Raises UnsupportedFile or Invalid."""
    stream.seek(0)
    head = stream.read(4096)
    if media_type_of(head) == XLSX:
        book = workbooks.open_workbook(stream, most_columns=MOST_COLUMNS)
        return Table("", book.sheet, book.merged, lambda: _limited(book.rows()))
    encoding = encoding_of(stream)
    skip, delimiter = _delimiter(stream, encoding)
    return Table(encoding, "", (), lambda: _limited(_lines(stream, encoding, delimiter, skip)))


def _limited(rows: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """Rows in which something stands; too many or too large ones are refused."""
    count = 0
    for number, cells in rows:
        if not any(cell not in (None, "") and str(cell).strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 20:
            raise Invalid(_("表格超过%(n)s行，请分成几个文件导入。", n=f"{MOST_ROWS:,}"))
        if len(cells) > MOST_COLUMNS and any(cell not in (None, "") for cell in cells[MOST_COLUMNS:]):
            raise Invalid(_("第%(row)s行超过%(n)s列，请只留要导入的列。", row=number, n=MOST_COLUMNS))
        if any(isinstance(cell, str) and len(cell) > MOST_SIGNS for cell in cells):
            raise Invalid(_("第%(row)s行有一格超过%(n)s个字，请检查引号是否配对。", row=number, n=f"{MOST_SIGNS:,}"))
        yield number, cells[:MOST_COLUMNS]


def _text(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    stream.seek(0)
    return io.TextIOWrapper(stream, encoding, newline="")


def _short(text: io.TextIOWrapper) -> Iterator[str]:
    """Its lines; one without end is refused before it is divided."""
    while line := text.readline(MOST_IN_LINE):
        if len(line) == MOST_IN_LINE:
            raise Invalid(_("表格里有一行太长，读不下去。请检查它是不是表格，或另存为 .xlsx 再传。"))
        yield line


def _delimiter(stream: BinaryIO, encoding: str) -> tuple[int, str]:
    """Lines to skip (Excel's own `sep=;`), and the sign that divides most lines into the same number of cells."""
    text = _text(stream, encoding)
    try:
        lines = [line for line, _number in zip(_short(text), range(40), strict=False)]
    finally:
        _leave(text, stream)
    if lines and lines[0].strip().lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return 1, lines[0].strip()[4]
    return 0, max(DELIMITERS, key=lambda sign: _evenness(lines, sign))


def _leave(text: io.TextIOWrapper, stream: BinaryIO) -> None:
    """Let go of the stream without closing it."""
    if not stream.closed:
        text.detach()


def _evenness(lines: list[str], sign: str) -> int:
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=sign) if len(cells) > 1]
    except csv.Error:
        return 0
    return max((widths.count(width) * min(width, 50) for width in set(widths)), default=0)


def _lines(stream: BinaryIO, encoding: str, delimiter: str, skip: int) -> Iterator[tuple[int, Cells]]:
    text = _text(stream, encoding)
    try:
        reader = csv.reader(_short(text), delimiter=delimiter)
        for number, cells in enumerate(reader, 1):
            if number > skip:
                yield number, tuple(cells)
    except csv.Error as error:
        raise Invalid(_("表格读到一半读不下去了，请检查引号是否配对，或另存为 .xlsx 再传。")) from error
    finally:
        _leave(text, stream)
