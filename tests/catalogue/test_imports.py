"""A table taken in: tried out, committed, resumed, undone; over HTTP, by those who may."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance import jobs
from alliance.catalogue import service as catalogue
from alliance.catalogue.imports import service, work
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.models import Resource, Unit
from alliance.centres.models import Centre, CentreName, Membership
from alliance.db import db, transaction
from alliance.errors import Invalid
from alliance.journal import Event
from alliance.people.models import Person
from tests import make
from tests.catalogue.tables import csv_bytes, upload, xlsx_bytes
from tests.catalogue.values import COMPLETE
from tests.conftest import BOTH

HEAD = ["名称", "车长（米）", "台面宽×深", "年检到期", "供电", "司机心情"]
ROWS = [
    HEAD,
    ["禾丰一号", "10.2", "9.6×6.4", "2027.5.31", "自带发电机", "好"],
    ["望岭二号", "很长", "8×6", "10/5/2026", "", ""],
    ["", "8", "", "", "", ""],
    ["禾丰一号", "7", "", "", "", ""],
    ["老车", "7", "", "", "", ""],
]


@pytest.fixture
def world(app: Flask) -> dict[str, int]:
    """A centre with staff and a truck called 老车, another centre's staff, the secretariat."""
    with app.app_context(), transaction() as session:
        centre, other = make.centre(session), make.centre(session)
        make.resource(session, centre, kind="stage_truck", title="老车")
        staff, stranger, admin = make.person(session, centre), make.person(session, other), make.admin(session)
        return {"centre": centre.id, "staff": staff.id, "stranger": stranger.id, "admin": admin.id, "other": other.id}


def begun(app: Flask, world: dict[str, int], data: bytes, kind: str = "stage_truck", who: str = "staff") -> int:
    """The number of a batch that was uploaded and tried out."""
    with app.test_request_context():
        received = service.receive(upload(data))
        with transaction() as session:
            person, centre = session.get_one(Person, world[who]), session.get_one(Centre, world["centre"])
            number = service.begin(session, person, centre=centre, kind=kind, received=received).id
    with app.app_context():
        work.check({"batch": number})
    return number


def ordered(app: Flask, world: dict[str, int], number: int, order: Any, who: str = "staff") -> None:
    with app.app_context(), transaction() as session:
        order(session, session.get_one(Person, world[who]), batch=session.get_one(ImportBatch, number))


def rows(app: Flask, number: int) -> list[ImportRow]:
    with app.app_context():
        return list(db.session.scalars(sa.select(ImportRow).where(ImportRow.batch_id == number).order_by(ImportRow.number)))


def dump(app: Flask) -> dict[str, list[Any]]:
    """All rows of the tables in which an import may leave traces."""
    with app.app_context():
        tables = (Resource.__table__, Centre.__table__, CentreName.__table__, Membership.__table__, Unit.__table__)
        return {
            str(table): [tuple(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key))]
            for table in tables
        }


@BOTH
def test_a_dry_run_tells_every_row_and_writes_none(app: Flask, world: dict[str, int]) -> None:
    before = dump(app)
    number = begun(app, world, csv_bytes(ROWS, "gb18030"))
    told = rows(app, number)
    assert [(row.number, row.outcome) for row in told] == [(2, "draft"), (3, "draft"), (4, "refused"), (5, "same"), (6, "same")]
    assert told[0].values == {
        "title": "禾丰一号",
        "length_m": "10.2",
        "deck_width_m": "9.6",
        "deck_depth_m": "6.4",
        "inspection_until": "2027.5.31",
        "power": "自带发电机",
    }
    assert {"width_m", "gross_t", "overhead_m"} <= set(told[0].faults["missing"])
    assert "length_m" not in told[0].faults["missing"]
    assert set(told[1].faults["wrong"]) == {"length_m", "inspection_until"}
    assert "没有名称" in told[2].faults["why"]
    assert dump(app) == before


@BOTH
def test_rows_become_drafts_through_the_service_and_undo_takes_away_what_nobody_changed(
    app: Flask, world: dict[str, int], work_off: Callable[[], int]
) -> None:
    before = dump(app)
    number = begun(app, world, xlsx_bytes(ROWS))
    ordered(app, world, number, service.commit)
    work_off()
    with app.app_context():
        batch = db.session.get_one(ImportBatch, number)
        made = list(db.session.scalars(sa.select(Resource).where(Resource.import_row_id.is_not(None)).order_by(Resource.id)))
        assert batch.state == "done"
        assert [(one.title, one.state, one.owner_id) for one in made] == [
            ("禾丰一号", "draft", world["centre"]),
            ("望岭二号", "draft", world["centre"]),
        ]
        assert made[0].details["deck_width_m"] == 9.6
        assert made[0].details["inspection_until"] == "2027-05-31"
        assert made[0].details["power"] == ["generator"]
        assert [len(one.units) for one in made] == [1, 1]
        told = db.session.scalars(sa.select(Event.action).where(Event.subject_type == "resource", Event.subject_id == made[0].id))
        assert list(told) == ["resource.created", "resource.saved"]
        staff = db.session.get_one(Person, world["staff"])
        with pytest.raises(Invalid, match="必填"):
            catalogue.submit(db.session, staff, resource=made[0])
        db.session.rollback()
    with app.app_context(), transaction() as session:
        changed = session.scalars(sa.select(Resource).where(Resource.title == "望岭二号")).one()
        catalogue.save(session, session.get_one(Person, world["staff"]), resource=changed, values={"model": "东风"})
    ordered(app, world, number, service.undo)
    work_off()
    told_now = rows(app, number)
    assert [(row.outcome, row.subject_id is None) for row in told_now[:2]] == [("removed", True), ("draft", False)]
    assert "有人改过" in told_now[1].faults["stays"]
    with app.app_context(), transaction() as session:
        catalogue.remove_draft(
            session,
            session.get_one(Person, world["staff"]),
            resource=session.scalars(sa.select(Resource).where(Resource.title == "望岭二号")).one(),
        )
    assert dump(app) == before


def test_the_match_of_columns_can_be_changed(app: Flask, world: dict[str, int], signed_in: Callable[[int], FlaskClient]) -> None:
    number = begun(app, world, csv_bytes(ROWS))
    browser = signed_in(world["staff"])
    address = f"/resources/import/{number}"
    page = browser.get(address)
    assert page.status_code == 200
    assert "司机心情" in page.text
    chosen = {
        "column.0": "title",
        "column.1": "length_m",
        "column.2": "deck_width_m+deck_depth_m",
        "column.3": "",
        "column.4": "",
        "column.5": "summary",
    }
    twice = browser.post(f"{address}/columns", data=chosen | {"column.4": "title"} | token(browser))
    assert twice.status_code == 422
    assert "同一项不能对应两列" in twice.text
    assert browser.post(f"{address}/columns", data=chosen | token(browser)).status_code == 303
    with app.app_context():
        work.check({"batch": number})
    told = rows(app, number)
    assert told[0].values["summary"] == "好"
    assert "inspection_until" not in told[0].values


def token(browser: FlaskClient) -> dict[str, str]:
    page = browser.get("/resources/import").text
    return {"csrf_token": page.split('name="csrf-token" content="')[1].split('"')[0]}


def test_the_whole_over_http(app: Flask, world: dict[str, int], signed_in: Callable[[int], FlaskClient], work_off: Any) -> None:
    browser = signed_in(world["staff"])
    assert "流动舞台车" in browser.get("/resources/import?kind=stage_truck").text
    form = {"kind": "stage_truck", "file": (io.BytesIO(csv_bytes(ROWS, "utf-16")), "二〇二六年车辆表.csv")} | token(browser)
    sent = browser.post("/resources/import", data=form, content_type="multipart/form-data")
    assert sent.status_code == 303
    address = sent.location
    assert "正在核对" in browser.get(address).text
    work_off()
    page = browser.get(address).text
    assert "禾丰一号" in page
    assert "分不清哪个是月" in page
    assert "9.6 m" in page
    assert re.search(r"还缺\d+项", page)
    assert browser.get(f"{address}?outcome=same").text.count("<tr>") == 1 + 6 + 1 + 2
    assert browser.post(f"{address}/commit", data=token(browser)).status_code == 303
    assert 'hx-trigger="every 2s"' in browser.get(address).text
    work_off()
    answer = browser.get(address, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert "导入了2条" in answer.text
    assert browser.post(f"{address}/commit", data=token(browser), follow_redirects=True).text.count("状态已经变了") == 1
    assert browser.post(f"{address}/undo", data=token(browser)).status_code == 303
    work_off()
    assert "都已删去" in browser.get(address).text
    english = signed_in(world["staff"])
    english.set_cookie("lang", "en")
    assert english.get(address).status_code == english.get("/resources/import").status_code == 200


@pytest.mark.parametrize(
    ("data", "status", "word"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), 415, "另存为 .xlsx"),
        (b"", 415, "空的"),
        (b"PK\x03\x04nonsense", 415, "打不开"),
        (b'a,"' + b"x" * 40_000, 422, "32,767"),
    ],
)
def test_what_is_no_table_is_told_on_the_page(
    app: Flask, world: dict[str, int], signed_in: Callable[[int], FlaskClient], data: bytes, status: int, word: str
) -> None:
    browser = signed_in(world["staff"])
    form = {"kind": "venue", "file": (io.BytesIO(data), "t.xlsx")} | token(browser)
    answer = browser.post("/resources/import", data=form, content_type="multipart/form-data")
    assert (answer.status_code, word in answer.text) == (status, True)


def test_nothing_chosen_or_too_large(app: Flask, world: dict[str, int], signed_in: Callable[[int], FlaskClient]) -> None:
    browser = signed_in(world["staff"])
    assert browser.post("/resources/import", data={"kind": "venue"} | token(browser)).status_code == 422
    assert browser.post("/resources/import", data={"kind": "ship"} | token(browser)).status_code == 422
    for size, word in ((20 * 1024 * 1024 + 8, "20 MB"), (22 * 1024 * 1024, "超过了允许的大小")):
        form = {"kind": "venue", "file": (io.BytesIO(b"x,y\n" * (size // 4)), "t.csv")} | token(browser)
        answer = browser.post("/resources/import", data=form, content_type="multipart/form-data")
        assert (answer.status_code, word in answer.text) == (413, True)


def test_a_table_that_turns_out_too_long_is_refused_with_its_reason(app: Flask, world: dict[str, int], signed_in: Any) -> None:
    number = begun(app, world, b"name\n" + b"x\n" * 20_050, "venue")
    assert rows(app, number) == []
    assert "20,000行" in signed_in(world["staff"]).get(f"/resources/import/{number}").text


def test_only_the_own_centre_sees_and_moves_a_batch(
    app: Flask, world: dict[str, int], signed_in: Callable[[int], FlaskClient]
) -> None:
    number = begun(app, world, csv_bytes(ROWS))
    visitor = app.test_client()
    for who in ("stranger", "admin"):
        browser = signed_in(world[who])
        assert browser.get(f"/resources/import/{number}").status_code == 404
        for verb in ("columns", "commit", "undo"):
            assert browser.post(f"/resources/import/{number}/{verb}", data=token(browser)).status_code == 404
    assert visitor.get(f"/resources/import/{number}").status_code == 302
    assert visitor.get("/resources/export.xlsx").status_code == 302
    browser = signed_in(world["staff"])
    form = {"kind": "centre", "file": (io.BytesIO("馆名\n甲馆\n".encode()), "t.csv")} | token(browser)
    assert browser.post("/resources/import", data=form, content_type="multipart/form-data").status_code == 403


@BOTH
def test_centres_are_imported_as_applicants_by_the_secretariat(app: Flask, world: dict[str, int], work_off: Any) -> None:
    before = dump(app)
    table = [
        ["馆名", "别名", "机构类型", "区划代码", "lat", "lon", "电话"],
        ["禾丰县文化馆", "禾丰馆、禾丰群艺馆", "文化馆", "990123", "27.9", "112.7", "0900-555 0100"],
        ["清泽市群众艺术馆", "", "cultural_centre", "990200", "27.9", "", ""],
    ]
    number = begun(app, world, csv_bytes(table), "centre", "admin")
    assert [row.outcome for row in rows(app, number)] == ["new", "draft"]
    ordered(app, world, number, service.commit, "admin")
    work_off()
    with app.app_context():
        one = db.session.scalars(sa.select(Centre).where(Centre.name == "禾丰县文化馆")).one()
        assert (one.level, one.role, one.type, one.short_name, one.phone) == (
            "county",
            "main",
            "centre",
            "禾丰县馆",
            "0900-555 0100",
        )
        assert {name.name for name in one.names} == {"禾丰馆", "禾丰群艺馆"}
        assert one.membership is not None
        assert one.membership.state == "applied"
        assert db.session.scalars(sa.select(Centre.level).where(Centre.name == "清泽市群众艺术馆")).one() == "city"
    ordered(app, world, number, service.undo, "admin")
    work_off()
    assert dump(app) == before


def test_a_killed_worker_goes_on_where_it_stopped_and_makes_no_row_twice(
    app: Flask, world: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it dies in the middle of a transaction; in test_real_tables it is really killed and its lease runs out."""
    number = begun(app, world, csv_bytes([["名称"], *([f"第{n}车"] for n in range(60))]))
    ordered(app, world, number, service.commit)
    monkeypatch.setattr(work, "BATCH", 7)
    real, calls = work._make, []

    def dying(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 31:
            raise MemoryError
        real(*given)

    monkeypatch.setattr(work, "_make", dying)
    payload = {"batch": number, "person": world["staff"]}
    with app.app_context(), pytest.raises(MemoryError):
        work.take_in(payload)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Resource.import_row_id.is_not(None))) == 28
    with app.app_context():
        work.take_in(payload)
    with app.app_context():
        titles = list(
            db.session.scalars(sa.select(Resource.title).where(Resource.import_row_id.is_not(None)).order_by(Resource.id))
        )
    assert titles == [f"第{n}车" for n in range(60)]


def test_a_long_job_hands_on_before_its_lease_ends(app: Flask, world: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BATCH", 5)
    monkeypatch.setattr(work, "SECONDS", 0.0)
    number = begun(app, world, csv_bytes([["名称"], *([f"第{n}车"] for n in range(12))]))
    ordered(app, world, number, service.commit)
    assert jobs.work(app, until_idle=True) > 3
    with app.app_context():
        assert db.session.get_one(ImportBatch, number).state == "done"
        assert db.session.scalar(sa.select(sa.func.count()).where(Resource.import_row_id.is_not(None))) == 12


def test_a_complete_row_may_be_submitted_at_once(app: Flask, world: dict[str, int], work_off: Any) -> None:
    """All that the form of a venue demands, in a table."""
    given = COMPLETE["venue"] | {"title": "小剧场"}
    names = [name for name, value in given.items() if isinstance(value, str)]
    number = begun(app, world, csv_bytes([names, [given[name] for name in names]]), "venue")
    assert [(row.outcome, row.faults) for row in rows(app, number)] == [("new", {"wrong": {}, "missing": []})]
    ordered(app, world, number, service.commit)
    work_off()
    with app.app_context(), transaction() as session:
        made = session.scalars(sa.select(Resource).where(Resource.title == "小剧场")).one()
        catalogue.submit(session, session.get_one(Person, world["staff"]), resource=made)
        assert made.state == "in_review"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000) | st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=6), max_size=8).map(csv_bytes))
def test_any_upload_is_answered_without_a_fault_of_ours(
    app: Flask, world: dict[str, int], signed_in: Callable[[int], FlaskClient], data: bytes
) -> None:
    browser = signed_in(world["staff"])
    form = {"kind": "talent", "file": (io.BytesIO(data), "x.csv")} | token(browser)
    answer = browser.post("/resources/import", data=form, content_type="multipart/form-data")
    assert answer.status_code in (303, 415, 422)
    if answer.status_code == 303:
        jobs.work(app, until_idle=True)
        with app.app_context():
            assert db.session.scalars(sa.select(jobs.Job.state).where(jobs.Job.error.is_not(None))).all() == []
        assert browser.get(answer.location).status_code == 200
