"""A table of archive records with the folder of its files: tried out, taken in by the worker, said why not, undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from alliance import cli
from alliance.archive import service as archive
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.catalogue.imports import beside, service, work
from alliance.catalogue.imports.by_hand import Order, bring
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Invalid
from alliance.people.models import Person
from alliance.storage.models import File, Rendition
from tests import make
from tests.archive import samples
from tests.catalogue.tables import csv_bytes, upload
from tests.conftest import BOTH

HEAD = ["题目", "作者", "内容简介", "艺术门类", "年代", "媒体类型", "原始编号", "授权情况", "演员", "文件名", "柜号"]
ROWS = [
    HEAD,
    [
        "岭上庙会",
        "佚名",
        "台下有人举着手电照谱。",
        "戏曲、民间文艺",
        "1993年4月",
        "照片",
        "甲1",
        "公有领域",
        "王一（领唱）、李二",
        "庙会.png",
        "3",
    ],
    ["岭上庙会", "佚名", "同一晚的另一张。", "戏曲", "1993", "照片", "甲2", "", "", "没有.png", "3"],
    ["", "", "", "", "民国", "", "", "", "", "子夹/讲义.docx", ""],
    ["岭上庙会", "佚名", "第一行又抄了一遍。", "", "", "", "甲1", "", "", "", ""],
    ["", "佚名", "不知道是什么", "", "", "", "", "", "", "", ""],
]
LONG = "一" * 210


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good picture, and a workbook that the archive does not keep, one folder below; the table beside them."""
    found = tmp_path / "files"
    (found / "子夹").mkdir(parents=True)
    (found / "庙会.png").write_bytes(samples.png())
    (found / "子夹" / "讲义.docx").write_bytes(samples.packed())
    (tmp_path / "密件.png").write_bytes(samples.png(shade=3))
    return found


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "records.csv"
    path.write_bytes(csv_bytes(ROWS, "gb18030"))
    return path


@pytest.fixture
def staff(app: Flask) -> int:
    with app.app_context(), transaction() as session:
        return make.person(session, make.centre(session, slug="hefeng"), "staff").id


def rows() -> list[ImportRow]:
    return list(db.session.scalars(sa.select(ImportRow).order_by(ImportRow.batch_id, ImportRow.number)))


def assets() -> list[Asset]:
    return list(db.session.scalars(sa.select(Asset).order_by(Asset.id)))


@BOTH
def test_a_dry_run_tells_of_each_row_and_its_file_and_keeps_nothing(app: Flask, staff: int, table: Path, folder: Path) -> None:
    with app.app_context():
        told = bring("asset", table, Order(slug="hefeng", folder=folder, rows=True)).splitlines()
        assert [(row.number, row.outcome) for row in rows()] == [
            (2, "new"),
            (3, "draft"),
            (4, "draft"),
            (5, "same"),
            (6, "refused"),
        ]
        assert "  columns left out: 柜号" in told
        assert "2\tnew\t岭上庙会" in told
        assert "3\tdraft\t岭上庙会\t 文件：文件夹里没有“没有.png”。 缺：文件" in told
        document = next(line for line in told if line.startswith("4\t"))
        assert "“讲义.docx”是压缩包或办公文档" in document
        assert "缺：作者或团队、内容说明、文艺门类、时间、资源类型、文件" in document
        assert (assets(), db.session.scalar(sa.select(sa.func.count()).where(File.media_type == "image/png"))) == ([], 0)


@BOTH
def test_the_worker_takes_in_rows_with_their_files_and_the_page_says_why_one_has_none(
    app: Flask, staff: int, table: Path, folder: Path, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    number = begun(app, staff, table.read_bytes())
    with app.app_context():
        beside.gather(number, folder, keep=True)  # whoever did so may be killed now: the rows know their files
    order(app, staff, number, service.commit)
    work_off()
    with app.app_context():
        fair, other, paper = assets()
        assert (fair.title, fair.creator, fair.created_text, fair.type) == ("岭上庙会", "佚名", "1993-04", "still_image")
        assert (fair.art_forms, fair.rights_status, fair.file_name) == (["xiqu", "folk_art"], "public_domain", "庙会.png")
        assert [(one.name, one.role) for one in fair.performers] == [("王一", "领唱"), ("李二", "")]
        assert (fair.state, fair.record_visibility, fair.file_access) == ("draft", "own_centre", "own_centre")
        assert archive.missing(fair) == {}
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Rendition)) > 0
        assert (other.file, paper.file, paper.title, paper.period) == (None, None, "讲义", "民国")
        codes = [one.code for one in (fair, other, paper)]
    browser = signed_in(staff)
    pages = [browser.get(f"/archive/{code}").text for code in codes]
    assert "没有收下" not in pages[0]
    assert "“没有.png”没有收下：文件夹里没有“没有.png”" in pages[1]
    assert "是压缩包或办公文档" in pages[2]
    assert f"/archive/{codes[0]}/edit" in browser.get(f"/resources/import/{number}").text


@BOTH
def test_the_same_table_again_goes_on_where_it_stopped_and_undo_takes_away_what_nobody_changed(
    app: Flask, staff: int, table: Path, folder: Path, work_off: Callable[[], int]
) -> None:
    with app.app_context():
        first = bring("asset", table, Order(slug="hefeng", folder=folder, commit=True))
        assert "made: 3" in first
        number = rows()[0].batch_id
        for one in assets()[1:]:
            with transaction() as session:
                archive.attach(session, session.get_one(Person, staff), one, file=make.file(session), name=f"{one.code}.png")
        assert all(archive.REFUSED not in one.details for one in assets())
        again = bring("asset", table, Order(slug="hefeng", folder=folder, commit=True))
        assert "same: 3" in again
        assert "made: 1" in again  # what was known by the name of its file alone has another now
        kept = db.session.scalars(sa.select(File.id).where(File.name == "庙会.png")).all()
        assert len(kept) == 1
    order(app, staff, number, service.undo)
    work_off()
    with app.app_context():
        assert [(row.outcome, row.subject_id is None) for row in rows()[:3]] == [
            ("removed", True),
            ("draft", False),
            ("draft", False),
        ]
        assert all("改过" in row.faults["stays"] for row in rows()[1:3])
        assert "岭上庙会" not in {one.title for one in assets() if one.details.get("original") == "甲1"}
        assert db.session.scalar(sa.select(sa.func.count()).where(File.name == "庙会.png")) == 0


@BOTH
def test_what_was_sent_in_parts_goes_to_the_row_that_names_it(app: Flask, staff: int, work_off: Callable[[], int]) -> None:
    with app.app_context(), transaction() as session:
        person, file = session.get_one(Person, staff), make.file(session, name="别名.png")
        centre = session.scalars(sa.select(Centre)).one()
        upload = Upload(code="a" * 32, person_id=person.id, centre_id=centre.id, name="庙会.png", size=1000)
        upload.part, upload.mark, upload.state, upload.file = 8, "", "done", file
        session.add(upload)
    number = begun(app, staff, csv_bytes(ROWS[:2]))
    order(app, staff, number, service.commit)
    work_off()
    with app.app_context():
        (made,) = assets()
        sent = db.session.scalars(sa.select(Upload)).one()
        assert (made.file_name, made.file_id, sent.asset_id) == ("庙会.png", sent.file_id, made.id)


def test_titles_in_two_languages_and_beyond_all_measure(app: Flask, staff: int) -> None:
    table = csv_bytes([["title", "title_zh", "作者"], ["Fair", "庙会", ""], [LONG, "", "佚名"], ["", "", "佚名"]])
    number = begun(app, staff, table)
    order(app, staff, number, service.commit)
    with app.app_context():
        work.take_in({"batch": number, "person": staff})
        fair, long = assets()
        assert (fair.title, fair.title_en) == ("庙会", "Fair")
        assert (len(long.title), long.title_en, long.description) == (200, "", LONG)


def test_a_folder_belongs_to_records_and_nothing_outside_it_can_be_named(
    app: Flask, staff: int, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    out.write_bytes(
        csv_bytes([["题名", "文件名"], ["甲", "../密件.png"], ["乙", str(tmp_path / "密件.png")], ["丙", "./庙会.png"]])
    )
    with app.app_context():
        bring("asset", out, Order(slug="hefeng", folder=folder))
        assert ["file" in row.faults["wrong"] for row in rows()] == [True, True, False]
        with pytest.raises(Invalid, match="档案著录"):
            bring("venue", out, Order(slug="hefeng", folder=folder))


def test_from_the_command_line(app: Flask, staff: int, table: Path, folder: Path, tmp_path: Path) -> None:
    words = ["import", "asset", str(table), "--centre", "hefeng", "--files", str(folder), "--rows"]
    told = CliRunner().invoke(cli.main, words, env={"ALLIANCE_DATA": str(tmp_path), "ALLIANCE_DEMO": "0"})
    assert (told.exit_code, "2\tnew\t岭上庙会" in told.output, "made: 0" in told.output) == (0, True, True), told.output


def begun(app: Flask, staff: int, data: bytes) -> int:
    """The number of a batch that was brought and tried out."""
    with app.test_request_context():
        received = service.receive(upload(data))
        with transaction() as session:
            person, centre = session.get_one(Person, staff), session.scalars(sa.select(Centre)).one()
            number = service.begin(session, person, centre=centre, kind="asset", received=received, by_worker=False).id
    with app.app_context():
        work.check({"batch": number})
    return number


def order(app: Flask, staff: int, number: int, what: Callable[..., ImportBatch]) -> None:
    with app.app_context(), transaction() as session:
        what(session, session.get_one(Person, staff), batch=session.get_one(ImportBatch, number))
