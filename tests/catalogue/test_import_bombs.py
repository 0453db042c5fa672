"""Tables made to fill the memory: refused in a sentence before anything large is held."""

import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from alliance.errors import Invalid, UnsupportedFile
from tests.catalogue.tables import read, xlsx_bytes

ROWS = [["名称", "车长（米）"], ["禾丰一号", "10.2"], ["望岭二号", "8.6"]]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.test_request_context():
        yield


SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def changed(name: str, change: Callable[[bytes], bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A usual workbook with one part made otherwise; stored, so that no ratio gives it away."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(ROWS))) as before, zipfile.ZipFile(data, "w", packing) as after:
        for part in before.infolist():
            text = before.read(part)
            after.writestr(part.filename, change(text) if part.filename == name else text)
    return data.getvalue()


def into(mark: bytes, many: bytes) -> Callable[[bytes], bytes]:
    return lambda text: text.replace(mark, many + mark)


def with_texts(texts: bytes) -> bytes:
    """The usual workbook with shared texts, declared as it should be."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{TEXTS}" ContentType="{kind}"/>'.encode()
    data = io.BytesIO(changed("[Content_Types].xml", into(b"</Types>", override)))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(TEXTS, b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + texts + b"</sst>")
    return data.getvalue()


def test_shared_texts_within_reason_are_read() -> None:
    assert len(read(with_texts(b"<si><t>x</t></si>" * 1_000))) == len(ROWS)


def parts(count: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(count):
            archive.writestr(f"p{number}", b"")
    return data.getvalue()


@contextmanager
def held() -> Iterator[Callable[[], int]]:
    """Answers how many bytes were held at most."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BOMBS = {
    "a million columns": lambda: changed(SHEET, into(b"</row>", b"<c><v>1</v></c>" * 1_000_000)),
    "rows without end": lambda: changed(SHEET, into(b"</sheetData>", b"<row><c><v>1</v></c></row>" * 2_100_000)),
    "rows far down": lambda: changed(SHEET, into(b"</sheetData>", (b'<row ht="1"/>' * 4_000 + b"<row><c><v>1</v></c></row>") * 60)),
    "merged cells": lambda: changed(SHEET, into(b"</worksheet>", b"<mergeCells>" + b'<mergeCell ref="A1:B1"/>' * 300_000)),
    "one text without end": lambda: changed(SHEET, into(b"</sheetData>", b"<row><c><v>" + b"12345678" * 2_000_000)),
    "shared texts": lambda: with_texts(b"<si/>" * 3_000_000),
    "styles": lambda: changed("xl/styles.xml", into(b"</cellXfs>", b"<xf/>" * 2_000_000)),
    "a list of parts": lambda: parts(60_000),
}


@pytest.mark.long
@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused_with_memory_flat(name: str) -> None:
    bomb = BOMBS[name]()
    with held() as most:
        with pytest.raises(Invalid, match="太大"):
            read(bomb)
        assert most() < 60_000_000


def lying(data: bytes, name: str, size: int) -> bytes:
    """The same archive, which says that a part ends after `size` bytes, checksum and all."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        head, true = archive.read(name)[:size], archive.getinfo(name)
        local = true.header_offset
    entry = data.index(name.encode(), data.index(b"PK\x01\x02")) - 46
    told = bytearray(data)
    for at in (local + 14, entry + 16):
        told[at : at + 4] = struct.pack("<I", zlib.crc32(head))
    for at in (local + 22, entry + 24):
        told[at : at + 4] = struct.pack("<I", size)
    return bytes(told)


def test_a_part_that_is_larger_than_it_says_is_never_unpacked_whole() -> None:
    name = "xl/workbook.xml"
    long = changed(name, lambda text: text + b" " * 300_000_000, zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(ROWS))) as archive:
        told = lying(long, name, len(archive.read(name)))
    with held() as most:
        assert len(read(told)) == len(ROWS)
        assert most() < 40_000_000


def test_a_sheet_that_is_called_something_else_is_refused() -> None:
    """What is no sheet is held whole by the library."""
    chart = b"relationships/chartsheet"
    with pytest.raises(UnsupportedFile, match="不该有"):
        read(changed("xl/_rels/workbook.xml.rels", lambda text: text.replace(b"relationships/worksheet", chart)))
    with pytest.raises(UnsupportedFile, match="不该有"):
        read(changed("[Content_Types].xml", lambda text: text.replace(b"spreadsheetml.worksheet+xml", b"spreadsheetml.styles+xml")))


def test_a_document_type_is_refused_wherever_it_stands() -> None:
    late = b"<?xml version='1.0'?><!--" + b" " * 5_000 + b'--><!DOCTYPE worksheet [<!ENTITY a "b">]>'
    with pytest.raises(UnsupportedFile, match="不该有"):
        read(changed(SHEET, lambda text: late + text.partition(b"?>")[2] if text.startswith(b"<?xml") else late + text))


def test_declared_dimensions_are_not_believed() -> None:
    said = changed(SHEET, lambda text: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', text))
    assert len(read(said)) == len(ROWS)


def test_a_line_without_end_is_refused_before_it_is_divided() -> None:
    with held() as most:
        with pytest.raises(Invalid, match="一行太长"):
            read(b"ab," * 5_000_000)
        assert most() < 60_000_000
