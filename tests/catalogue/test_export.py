"""Our listings as tables: everything that the kind declares, safe to open, and imported again without loss."""

import csv
import io
from collections.abc import Callable
from datetime import time
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from alliance import codes
from alliance.catalogue import exports, opening
from alliance.catalogue import service as catalogue
from alliance.catalogue.imports import cells, service, work
from alliance.catalogue.kinds import KINDS, Field
from alliance.catalogue.models import Resource
from alliance.db import db, transaction
from alliance.people.models import Person
from tests import make
from tests.catalogue.tables import upload

ODD = "=SUM(A1)｜半角|反斜\\杠\n第二行"


def full(field: Field) -> Any:
    """A value of that field as the form sends it; text that a spreadsheet could misread."""
    if field.rows:
        return [{cell.name: full(cell) for cell in field.rows}, {cell.name: full(cell) for cell in field.rows if cell.required}]
    if field.codes:
        known = [code.id for code in codes.get(field.codes) if not code.retired]
        return known[-2:] if field.many else known[-1]
    low = field.least if field.least is not None else 0
    return {
        "long": f"{field.label}：{ODD}",
        "text": f"-{field.label}"[: field.longest],
        "words": ["+甲", "乙"],
        "phone": "+86 900 555 0142",
        "division": "990123",
        "integer": str(int(low) + 1 if field.most != 1 else 1),
        "decimal": str(low + 1.25),
        "money": "1234.05",
        "yesno": "no",
        "date": "2027-03-31",
        "time": "09:30",
        "months": ["11", "12", "1"],
    }.get(field.type)


@pytest.fixture
def staff(app: Flask) -> dict[str, int]:
    """One complete listing of each kind, and one with nothing but a name; who works there."""
    with app.app_context(), transaction() as session:
        centre = make.centre(session)
        person = make.person(session, centre)
        asset = make.asset(session, centre)
        for kind in KINDS.values():
            values = {field.name: full(field) for field in kind.fields if field.type not in ("openings", "asset")}
            values |= {"minor": "no", "title": f"@{kind.id}"} | ({"asset": asset.code} if kind.id == "media" else {})
            values |= (
                {"consent_on": "2026-03-31", "consent_withdrawn_on": "2026-04-01", "acquired_by": "purchased"}
                if kind.id == "talent"
                else {}
            )
            made = catalogue.create(session, person, centre=centre, kind=kind.id)
            assert (
                catalogue.save(session, person, resource=made, values={k: v for k, v in values.items() if k in kind.by_name}) == {}
            )
            if kind.id == "venue":
                week = [(0, time(9), time(12)), (0, time(14), time(17, 30)), (6, time(8), time(22))]
                opening.set_week(session, person, resource=made, slots=week)
            bare = catalogue.create(session, person, centre=centre, kind=kind.id)
            catalogue.save(session, person, resource=bare, values={"title": f"只有名字的{kind.id}"})
        return {"staff": person.id, "stranger": make.person(session, make.centre(session)).id}


def listed(kind: str) -> dict[str, dict[str, Any]]:
    """All listings of a kind by title: their values."""
    found = db.session.scalars(sa.select(Resource).where(Resource.kind == kind)).unique()
    return {one.title: KINDS[kind].values(one) for one in found}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_exported_is_imported_again_without_loss(
    app: Flask, staff: dict[str, int], signed_in: Callable[[int], FlaskClient], kind: str, ending: str, language: str
) -> None:
    browser = signed_in(staff["staff"])
    browser.set_cookie("lang", language)
    answer = browser.get(f"/resources/export.{ending}?kind={kind}")
    assert answer.status_code == 200
    with app.app_context(), transaction() as session:
        before = listed(kind)
        session.execute(sa.update(Resource).values(title=Resource.title + "（旧）"))
    with app.test_request_context():
        received = service.receive(upload(answer.data, f"t.{ending}"))
        with transaction() as session:
            person = session.get_one(Person, staff["staff"])
            batch = service.begin(session, person, centre=person.centre, kind=kind, received=received)
            number = batch.id
            assert [list(names) for names in batch.columns["fields"]] == [[], [], *([field.name] for field in KINDS[kind].fields)]
    with app.app_context():
        work.check({"batch": number})
        with transaction() as session:
            service.commit(
                session, session.get_one(Person, staff["staff"]), batch=service.by_number(session, person_of(staff), number)
            )
        work.take_in({"batch": number, "person": staff["staff"]})
        after = {title: values for title, values in listed(kind).items() if not title.endswith("（旧）")}
    assert after == before
    assert all(before[f"@{kind}"][field.name] not in (None, "", []) for field in KINDS[kind].fields)


def person_of(staff: dict[str, int]) -> Person:
    return db.session.get_one(Person, staff["staff"])


def test_no_cell_is_taken_for_a_formula_and_figures_stay_figures(app: Flask, staff: dict[str, int], signed_in: Any) -> None:
    browser = signed_in(staff["staff"])
    lines = list(csv.reader(io.StringIO(browser.get("/resources/export.csv?kind=stage_truck").data.decode("utf-8-sig"))))
    text = [cell for line in lines for cell in line if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_figure(cell)]
    assert text == []
    assert lines[1][2] == "'@stage_truck"
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/resources/export.xlsx").data))
    assert len(book.sheetnames) == 4
    typed = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert typed == []
    truck = book.worksheets[2]
    head = [cell.value for cell in truck[1]]
    assert truck.cell(2, head.index("车长（m）") + 1).value == 1.35
    assert "1234.05" in truck.cell(2, head.index("费用明细") + 1).value
    assert truck.cell(2, head.index("年检到期") + 1).value == "2027-03-31"


@given(st.text())
def test_any_text_is_made_safe_and_read_again(text: str) -> None:
    made = exports.safe(text)
    assert isinstance(made, str)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    plain = "".join(sign for sign in text if sign.isprintable())
    assert cells.said(exports.safe(plain)) == cells.CONTROL.sub("", plain).strip(" \u3000\n")
    assert cells.unescaped(exports.escaped(text)) == text


def test_the_conditions_of_the_list_hold_and_only_ones_own_are_there(
    app: Flask, staff: dict[str, int], signed_in: Callable[[int], FlaskClient]
) -> None:
    browser = signed_in(staff["staff"])
    assert browser.get("/resources/export.csv?kind=venue&q=只有名字").data.decode("utf-8-sig").count("CG-") == 1
    assert "CG-" not in browser.get("/resources/export.csv?kind=venue&state=published").data.decode("utf-8-sig")
    stranger = signed_in(staff["stranger"]).get("/resources/export.csv?kind=venue").data.decode("utf-8-sig")
    assert (stranger.count("\r\n"), "@venue" in stranger) == (1, False)
    blank = openpyxl.load_workbook(io.BytesIO(browser.get("/resources/export.xlsx?kind=talent&blank=1").data)).worksheets[0]
    assert blank.max_row == 1
    assert browser.get("/resources/export.csv").status_code == 404
    assert browser.get("/resources/export.pdf?kind=venue").status_code == 404
    assert "attachment" in browser.get("/resources/export.xlsx?kind=venue").headers["Content-Disposition"]


def is_figure(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
