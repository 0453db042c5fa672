"""Reading: encodings, delimiters, workbooks, and what is refused in words."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from time import process_time
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from alliance.catalogue import kinds
from alliance.catalogue.imports import cells, columns, tables, workbooks
from alliance.catalogue.imports.targets import TARGETS
from alliance.errors import Invalid, Refusal, UnsupportedFile
from tests.catalogue.tables import csv_bytes, read, xlsx_bytes

ROWS = [["名称", "车长（米）", "备注"], ["禾丰一号", "10.2", "适合广场，随车有两名师傅"], ["望岭二号", "8.6", "含“发电机”"]]

MIDNIGHT = datetime.combine(date(2027, 3, 31), time())


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_and_delimiter_reads_the_same(encoding: str, delimiter: str) -> None:
    assert read(csv_bytes(ROWS, encoding, delimiter)) == [tuple(row) for row in ROWS]


def test_utf_16_with_the_mark_of_the_big_end() -> None:
    assert read(b"\xfe\xff" + csv_bytes(ROWS, "utf-16-be")) == [tuple(row) for row in ROWS]


def test_signs_that_only_gb18030_has() -> None:
    rows = [["名称", "地址"], ["㙍头镇文化站", "𠮷祥路1号"], ["文化馆演出厅", "人民路二号"]]
    assert read(csv_bytes(rows, "gb18030")) == [tuple(row) for row in rows]


def test_traditional_signs_in_big5() -> None:
    rows = [["場地名稱", "地址"]] + [["大埔公共圖書館演講廳", "新界大埔鄉事會街八號大埔綜合大樓五樓"]] * 20
    assert read(csv_bytes(rows, "big5")) == [tuple(row) for row in rows]


def test_excels_own_line_about_the_delimiter_is_left_out() -> None:
    assert read("sep=;\r\n名称;备注\r\n甲,乙;丙\r\n".encode()) == [("名称", "备注"), ("甲,乙", "丙")]


def test_workbooks_give_typed_cells_and_no_empty_rows() -> None:
    rows = [["名称", "年检到期", "车长"], [None, None, None], ["甲", MIDNIGHT, 10], ["乙", "2027.5.1", "8.6"]]
    assert [row[:3] for row in read(xlsx_bytes(rows))] == [
        ("名称", "年检到期", "车长"),
        ("甲", MIDNIGHT, 10),
        ("乙", "2027.5.1", "8.6"),
    ]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .xlsx"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04" + b"x" * 100, "打不开"),
        (b"<html><table></table></html>", "网页"),
        (bytes(range(256)) * 8, "不能识别"),
        (b"name,\xff\xff\xfe\x80\x80\n" * 3, "编码"),
    ],
)
def test_what_is_no_table_is_refused_with_the_way_on(data: bytes, word: str) -> None:
    with pytest.raises(UnsupportedFile) as refused:
        read(data)
    assert word in str(refused.value)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def test_bombs_are_not_unpacked() -> None:
    bomb = packed(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"0" * 40_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(Invalid, match="太大"):
        read(bomb)


def test_references_to_other_files_and_entities_are_refused() -> None:
    with pytest.raises(Invalid, match="引用了别的文件"):
        read(packed(xl__workbook_xml=b"<workbook/>", xl__externalLinks__externalLink1_xml=b"<x/>"))
    with pytest.raises(UnsupportedFile, match="不该有"):
        read(packed(xl__workbook_xml=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'))
    with pytest.raises(UnsupportedFile, match="没有 Excel"):
        read(packed(readme=b"hello"))


def test_limits_of_rows_columns_and_cells() -> None:
    with pytest.raises(Invalid, match="20,000行"):
        read(b"a,b\n" * 20_100)
    with pytest.raises(Invalid, match="200列"):
        read(",".join("x" * 201).encode() + b"\n")
    with pytest.raises(Invalid, match="200列"):
        read(xlsx_bytes([["x"] * 201]))
    with pytest.raises(Invalid, match="32,767"):
        read(b'a,"' + b"x" * 40_000 + b'"\n')


def test_a_sheet_coloured_to_the_last_row_ends_where_its_content_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "BLANK_ROWS", 50)
    assert len(read(xlsx_bytes([["名称"], ["甲"], *([[None]] * 60), ["太远"]]))) == 2


def test_macros_are_left_alone_and_values_of_formulas_are_those_that_were_kept(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([["名称", "面积"], ["甲", "=1+1"]])))
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue())[1][:2] == ("甲", None)  # nobody computed it: no value was kept


# Headings ----------------------------------------------------------------


def matched(kind: str, rows: list[list[Any]], merged: tuple[tables.Span, ...] = ()) -> dict[str, str]:
    found = columns.match(TARGETS[kind].kind, [(n, tuple(row)) for n, row in enumerate(rows, 1)], merged)
    return {heading: "+".join(names) for heading, names in zip(found.headings, found.fields, strict=True)}


def test_headings_are_found_under_titles_and_with_units_marks_and_widths() -> None:
    rows = [
        ["2026年流动舞台车登记表"],
        ["填报单位：禾丰县文化馆", None, None, "填报日期"],
        ["1.车辆名称*", "车长(米)", "ＬＥＤ面积", "台面宽×深", "灯光 清单", "司机心情"],
        ["禾丰一号", 10.2, 12, "9.6×6.4", "PAR灯40只", "好"],
    ]
    assert matched("stage_truck", rows) == {
        "1.车辆名称*": "title",
        "车长(米)": "length_m",
        "ＬＥＤ面积": "led_m2",
        "台面宽×深": "deck_width_m+deck_depth_m",
        "灯光 清单": "lights",
        "司机心情": "",
    }


def test_two_rows_of_headings_with_merged_cells() -> None:
    rows = [
        ["名称", "车辆尺寸（米）", None, None, "展开后尺寸", None, None, "联系人"],
        [None, "长", "宽", "高", "长", "宽", "高", None],
        ["甲", 10, 2.5, 3.9, 12, 9, 6, "刘老师"],
    ]

    def merge(sheet: Worksheet) -> None:
        for span in ("A1:A2", "B1:D1", "E1:G1", "H1:H2"):
            sheet.merge_cells(span)

    wanted = ["title", "length_m", "width_m", "height_m", "opened_length_m", "opened_width_m", "opened_height_m", "contact_name"]
    table = tables.open_table(io.BytesIO(xlsx_bytes(rows, merge)))
    assert set(table.merged) == {(1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 1, 7), (1, 8, 2, 8)}
    found = columns.match(TARGETS["stage_truck"].kind, list(table.rows()), table.merged)
    assert ["+".join(names) for names in found.fields] == wanted
    assert found.first == 3
    assert list(matched("stage_truck", rows).values()) == wanted  # the same from CSV, where nothing is merged


def test_every_field_is_known_by_its_label_in_both_languages_and_by_its_name(app: Flask) -> None:
    for target in TARGETS.values():
        for field in target.kind.fields:
            assert matched(target.kind.id, [[str(field.label)], ["x"]]) == {str(field.label): field.name}
            assert matched(target.kind.id, [[field.name], ["x"]]) == {field.name: field.name}


def test_a_field_is_given_to_one_column_only() -> None:
    found = columns.match(TARGETS["venue"].kind, [(1, ("资源名称", "名称", "名称"))])
    assert found.fields == ((), ("title",), ())


# Cells -------------------------------------------------------------------


def one(kind: str, name: str, raw: Any) -> Any:
    values, wrong = cells.read_row(TARGETS[kind].kind, ((name,),), (raw,))
    return wrong.get(name) or values.get(name)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (datetime.combine(date(2026, 10, 5), time()), "2026-10-05"),
        (date(2026, 10, 5), "2026-10-05"),
        (46300, "2026-10-05"),
        (46300.0, "2026-10-05"),
        ("46300", "2026-10-05"),
        ("2026-10-05 00:00:00", "2026-10-05"),
    ],
)
def test_days_from_a_workbook(raw: Any, wanted: str) -> None:
    assert one("stage_truck", "inspection_until", raw) == wanted


@pytest.mark.parametrize("raw", ["2026.10.5", "2026年10月5日", "2026/10/5"])
def test_days_as_staff_write_them(raw: str) -> None:
    given_to_save = {"inspection_until": one("stage_truck", "inspection_until", raw)}
    assert kinds.read(TARGETS["stage_truck"].kind, given_to_save).values == {"inspection_until": "2026-10-05"}


def test_a_day_that_may_be_two_is_a_fault() -> None:
    assert "分不清" in one("stage_truck", "inspection_until", "10/5/2026")


def test_figures_in_one_cell_are_divided() -> None:
    kind = TARGETS["stage_truck"].kind
    names = (("deck_width_m", "deck_depth_m"),)
    for raw in ("9.6×6.4", "9.6*6.4", "9.6m×6.4m", "宽9.6米×深6.4米", "9.6Ｘ6.4"):
        assert cells.read_row(kind, names, (raw,))[0] == {"deck_width_m": "9.6", "deck_depth_m": "6.4"}
    assert "2个数" in cells.read_row(kind, names, ("9.6",))[1]["deck_width_m"]


def test_numbers_phones_and_errors_of_formulas() -> None:
    assert one("venue", "contact_phone", 13900000000.0) == "13900000000"
    assert one("venue", "seats", 260.0) == "260"
    assert one("venue", "contact_phone", "'+86 900 555") == "+86 900 555"
    assert "公式出错" in one("venue", "seats", "#REF!")
    assert one("venue", "seats", "／") is None


def test_labels_that_hold_commas_and_weeks() -> None:
    assert one("stage_truck", "power", "自带发电机、Outside supply, 220 V").split("、")[1] == "mains_220"
    assert one("venue", "openings", "周六至周日 9:00-12:00\n周一 14:00–17:00") == [
        [5, "09:00", "12:00"],
        [6, "09:00", "12:00"],
        [0, "14:00", "17:00"],
    ]


# Anything ----------------------------------------------------------------

ANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY
@given(
    st.binary(max_size=3000)
    | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail)
    | st.text(max_size=800).map(str.encode)
)
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    try:
        rows = read(data)
    except Refusal as refusal:
        told = str(refusal.sentence)
    else:
        told = "read" if all(isinstance(row, tuple) for row in rows) else ""
    assert told


@ANY
@given(
    st.lists(
        st.lists(st.none() | st.text(max_size=30) | st.floats() | st.integers() | st.dates() | st.booleans(), max_size=8),
        max_size=6,
    )
)
def test_any_table_is_matched_and_read(rows: list[list[Any]]) -> None:
    for target in TARGETS.values():
        found = columns.match(target.kind, [(n, tuple(row)) for n, row in enumerate(rows, 1)])
        fields = tuple((field.name,) for field in target.kind.fields)[: len(rows[0]) if rows else 0]
        for row in rows:
            values, wrong = cells.read_row(target.kind, fields, tuple(row))
            assert set(values).isdisjoint(wrong)
        assert len(found.headings) == len(found.fields)


# Tables made to keep the portal busy ---------------------------------------


def within(seconds: float, action: Any) -> Any:
    """What it answers, if that takes no more of the processor's time."""
    begun = process_time()
    try:
        return action()
    finally:
        assert process_time() - begun < seconds


@pytest.mark.parametrize(
    ("text", "holds"), [("9.6" + " " * 30_000 + "x×6.4×4.2", False), ("约" + "\u3000" * 30_000 + "9.6×6.4×4.2", True)]
)
def test_a_measure_with_a_long_gap_is_soon_read(text: str, holds: bool) -> None:
    kind = kinds.KINDS["stage_truck"]
    names = ("length_m", "width_m", "height_m")
    values, wrong = within(2, lambda: cells.read_row(kind, (names,), (text,)))
    assert values == ({"length_m": "9.6", "width_m": "6.4", "height_m": "4.2"} if holds else {})
    assert bool(wrong) is not holds


def test_opening_hours_with_a_long_gap_are_soon_refused() -> None:
    kind = kinds.KINDS["venue"]
    _values, wrong = within(2, lambda: cells.read_row(kind, (("openings",),), ("周一" + " " * 30_000 + "上午",)))
    assert set(wrong) == {"openings"}


def test_merged_cells_that_never_close_are_soon_passed_over() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(ROWS))) as before, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            text = before.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", b"</sheetData><!--" + b"<mergeCell " * 80_000 + b"-->")
            after.writestr(part, text)
    assert within(5, lambda: len(read(data.getvalue()))) == len(ROWS)
