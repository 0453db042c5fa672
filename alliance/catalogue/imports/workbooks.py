"""Excel workbooks (.xlsx): measured before they are opened, read row by row, formulas by the value that Excel left."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, TypeVar, cast

import openpyxl
from flask_babel import gettext as _
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from alliance.catalogue.imports.unpacking import too_large, unpacked
from alliance.errors import Refusal, UnsupportedFile

BLANK_ROWS = 5_000
"""Sheets that were coloured down to the last row end here."""
LAST_ROW = 100_000
"""The reader keeps the height of each row that it passes."""
HEAD_ROWS = 20
MERGE = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s[^<>]{0,200}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
MOST_MERGED = 5_000
Result = TypeVar("Result")


@dataclass(frozen=True)
class Book:
    """The first sheet in which something stands."""

    sheet: str
    merged: tuple[tuple[int, int, int, int], ...]
    rows: Callable[[], Iterator[tuple[int, tuple[Any, ...]]]]


def open_workbook(stream: BinaryIO, *, most_columns: int) -> Book:
    """The table of a workbook; macros are never run. Raises UnsupportedFile or Invalid."""
    clean = _spoken(lambda: unpacked(stream))
    book = _spoken(lambda: openpyxl.load_workbook(clean, read_only=True, data_only=True, keep_links=False))
    sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet) and sheet.sheet_state == "visible"]
    for sheet in sheets:
        if next(_rows(sheet, most_columns), None) is not None:
            return Book(str(sheet.title), _spoken(partial(_merged, clean, sheet)), partial(_rows, sheet, most_columns))
    raise UnsupportedFile(_("这个工作簿里没有内容。"))


def _spoken(action: Callable[[], Result]) -> Result:
    """What a broken workbook raises is said in words; the library raises anything from KeyError to its parser's own."""
    try:
        return action()
    except Refusal:
        raise
    except Exception as error:
        raise UnsupportedFile(_("这个 Excel 文件打不开，可能已损坏。请用 Excel 或 WPS 打开，另存为新的 .xlsx 再传。")) from error


def _rows(sheet: Any, most_columns: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows with their numbers, one column more than is allowed, so that the excess is seen."""
    _spoken(sheet.reset_dimensions)
    blank = 0
    lines = enumerate(sheet.iter_rows(max_col=most_columns + 1, values_only=True), 1)
    while (line := _spoken(lambda: next(lines, None))) is not None:
        number, cells = line
        if number > LAST_ROW:
            raise too_large()
        if all(cell is None for cell in cells):
            blank += 1
            if blank > BLANK_ROWS:
                return
            continue
        blank = 0
        yield number, cells


def _merged(stream: BinaryIO, sheet: Any) -> tuple[tuple[int, int, int, int], ...]:
    """Merged cells near the top, found in the sheet's own text because the row-by-row reader does not tell them."""
    near: dict[tuple[int, int, int, int], None] = {}
    rest = b""
    with zipfile.ZipFile(stream) as packed, packed.open(sheet._worksheet_path) as opened:
        while len(near) < MOST_MERGED and (piece := opened.read(65_536)):
            text = rest + piece
            spans = (range_boundaries(ref.decode()) for ref in MERGE.findall(text))
            spots = ((top, left, bottom, right) for left, top, right, bottom in spans if top is not None and top <= HEAD_ROWS)
            near |= dict.fromkeys(cast(Iterator[tuple[int, int, int, int]], spots))
            rest = text[max(text.rfind(b"<"), len(text) - 400) :]
    return tuple(near)
