"""The pages, their lists and downloads: who sees what, in both languages, in a constant number of queries."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import tally
from alliance.archive import intake
from alliance.db import db
from alliance.figures.models import AssetUse, SearchCount, add
from alliance.storage import files
from alliance.storage.models import File
from tests import make
from tests.conftest import BOTH
from tests.figures import scene
from tests.figures.scene import NOW, Town, at
from tests.queries import asked_of

LISTS = ("requests", "exchanges", "listed", "idle", "searches")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def made(write: Callable[..., Any]) -> Any:
    def run(session: Session) -> dict[str, Any]:
        town = scene.year(session)
        searched(session, town)
        return {"admin": make.admin(session).id, "staff": make.person(session, town.owner, "director").id}

    return write(run)


def searched(session: Session, town: Town) -> None:
    """Some searches in vain and some uses of a work."""
    work = make.asset(session, town.owner, art_forms=["huangmei"], title="黄梅戏选段")
    kept = {"month": date(2026, 3, 1), "outcome": "none", "kind": "", "art_form": "xiqu", "area": "9901"}
    add(session, SearchCount, [kept | {"words": "皮影", "count": 9}, kept | {"words": "=1+1", "count": 1}])
    add(session, AssetUse, [{"asset_id": work.id, "what": "view", "month": date(2026, 2, 1), "count": 5}])


@pytest.fixture
def admin(made: dict[str, Any], signed_in: Callable[[int], FlaskClient]) -> FlaskClient:
    return signed_in(made["admin"])


def figure(page: str, label: str) -> tuple[str, str]:
    """A number of the page's head, and where it leads."""
    found = re.search(rf'<dt>{label}</dt><dd>(?:<a href="([^"]*)">)?([\d,.]+)', page)
    assert found, label
    return found[2], (found[1] or "").replace("&amp;", "&")


def test_everybody_sees_totals_and_nobody_a_centre(client: FlaskClient, made: dict[str, Any]) -> None:
    page = client.get("/figures").text
    assert figure(page, "办成的借用") == ("4", "")
    assert figure(page, "演出和活动")[0] == "5"
    assert figure(page, "惠及")[0] == "750"
    assert not [name for name in ("禾丰", "望岭", "远山县", "JY-2026", "皮影", "何老师", "/admin") if name in page]
    assert "略" in page, "one loan of one area is told to nobody"
    assert page.count('<svg class="chart"') >= 4
    assert not re.search(r"<text[^>]*>(清泽市|远山市)</text><text[^>]*>[\d]", page)


def test_what_has_no_drawing_becomes_cards_on_a_phone(admin: FlaskClient) -> None:
    tables = re.findall(r'<table class="table table-sm figtable cards">(.*?)</table>', admin.get("/admin/figures").text, re.S)
    assert tables
    for table in tables:
        heads = re.findall(r'<th scope="col">(.*?)</th>', table)
        for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table):
            assert re.findall(r'<td data-l="(.*?)">', row) == heads[1:]


def test_the_secretariat_opens_every_number(admin: FlaskClient) -> None:
    page = admin.get("/admin/figures").text
    for label, many in (("收到的申请", 5), ("办成的借用", 4), ("闲置的资源", 3), ("没有结果的查找", 10)):
        said, url = figure(page, label)
        assert int(said) == many
        assert url
        listed = admin.get(url)
        assert listed.status_code == 200
        if label != "没有结果的查找":  # its list has a line for each of the words
            assert f'<span class="count count--plain">{many}</span>' in listed.text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/admin/figures/records/[^"]+)"', page)}
    assert len(links) > 15
    assert {admin.get(link).status_code for link in links} == {200}
    assert not [link for link in links if "这里没有记录" in admin.get(link).text]


def test_lists_name_their_records(admin: FlaskClient) -> None:
    page = admin.get("/admin/figures/records/exchanges?year=2026&month=4").text
    assert len(re.findall(r'href="/agreements/JY-2026-\d+"', page)) == 2
    assert "600" in page
    idle = admin.get("/admin/figures/records/idle?year=2026").text
    assert idle.index("/resources/WC-0001") < idle.index("/resources/ST-0001")
    words = admin.get("/admin/figures/records/searches?art_form=xiqu&area=9901").text
    assert re.search(r'href="/search\?q=%E7%9A%AE%E5%BD%B1"', words)


@pytest.mark.parametrize(
    "query", ["year=abc&centre=nobody&kind=ship", "year=99999", "month=13&area=x&art_form=%F0%9F%98%80", "page=abc"]
)
def test_nonsense_in_the_address_is_left_out(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/admin/figures?{query}").status_code == 200
    assert {admin.get(f"/admin/figures/records/{what}?{query}").status_code for what in LISTS} == {200}


def test_others_are_refused(client: FlaskClient, made: dict[str, Any], signed_in: Callable[[int], FlaskClient]) -> None:
    staff = signed_in(made["staff"])
    for path in ("", "/records/exchanges", "/exchanges-by-month.csv", "/year.xlsx"):
        assert staff.get(f"/admin/figures{path}").status_code == 403
        assert client.get(f"/admin/figures{path}").status_code == 302
    assert staff.get("/figures").status_code == 200


def test_downloads(admin: FlaskClient, client: FlaskClient) -> None:
    answer = admin.get("/admin/figures/exchanges-by-month.csv?year=2026")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["月份", "申请份数", "办成"]
    assert rows[4] == ["4月", "2", "2"]
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/admin/figures/use-by-centre.xlsx").data))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["馆", "利用率"]
    assert {row[0].value for row in book.worksheets[0].iter_rows(min_row=2)} == {"禾丰县馆", "望岭县馆"}
    shown = client.get("/figures/exchanges-by-area.csv").data.decode("utf-8-sig")
    assert "清泽市,略" in shown
    assert client.get("/figures/use-by-centre.csv").status_code == 404, "not for the public"
    assert client.get("/figures/exchanges-by-month.pdf").status_code == 404


def test_the_yearly_table(admin: FlaskClient) -> None:
    answer = admin.get("/admin/figures/year.xlsx?year=2026")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["年度表", "口径与说明", "借用明细"]
    table = [[cell.value for cell in row] for row in book["年度表"].iter_rows()]
    by_name = {row[0]: dict(zip(table[0], row, strict=True)) for row in table[1:]}
    assert set(by_name) == {"禾丰县馆", "望岭县馆", "远山县馆"}
    hefeng, far, other = by_name["禾丰县馆"], by_name["远山县馆"], by_name["望岭县馆"]
    assert hefeng["地区"] == "清泽市"
    assert (hefeng["借出（次）"], hefeng["借出（天）"], hefeng["借入（次）"], hefeng["借入（天）"]) == (3, 6, 1, 2)
    assert (far["演出（场次）"], far["演出（人次）"]) == (3, 600)
    assert (hefeng["演出（场次）"], hefeng["演出（人次）"]) == (2, 150)
    assert (other["舞台车流动服务（场次）"], other["舞台车流动服务（人次）"]) == (2, 150)
    assert (hefeng["数字资源（条）"], hefeng["在库人才（人）"], hefeng["场馆（处）"]) == (1, 1, 1)
    notes = {row[0].value: (row[1].value, row[2].value) for row in book["口径与说明"].iter_rows(min_row=2)}
    empty = [name for name in table[0][3:] if all(row[name] is None for row in by_name.values())]
    assert empty
    assert all(notes[name][0] == "空着" and len(notes[name][1]) > 8 for name in empty), "each empty column says why"
    assert {name for name in table[0][3:] if name not in empty} == {
        name for name, (filled, _why) in notes.items() if filled == "有"
    }
    loans = list(book["借用明细"].iter_rows(min_row=2, values_only=True))
    assert len(loans) == 4
    assert sum(row[8] or 0 for row in loans) == 5
    one = openpyxl.load_workbook(io.BytesIO(admin.get("/admin/figures/year.xlsx?centre=yuanshan").data))
    assert [row[0] for row in one["年度表"].iter_rows(min_row=2, values_only=True)] == ["远山县馆"]


def test_english(admin: FlaskClient, client: FlaskClient) -> None:
    for browser, address in ((client, "/figures"), (admin, "/admin/figures"), (admin, "/admin/figures/records/searches")):
        browser.set_cookie("lang", "en")
        page = browser.get(address).text
        main = page[page.index("<main") : page.index("</main>")]
        left = re.sub(r'<[^>]*lang="zh"[^>]*>[^<]*</\w+>', "", main)
        assert re.findall(r"[㐀-鿿]+", re.sub(r"<[^>]+>", "", left)) == []
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/admin/figures/year.xlsx").data))
    assert book.sheetnames == ["Yearly table", "Notes", "Loans in detail"]


def test_an_alliance_that_has_just_begun(
    client: FlaskClient, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]
) -> None:
    browser = signed_in(write(lambda session: make.admin(session).id))
    for page in (client.get("/figures").text, browser.get("/admin/figures").text):
        assert page.count('class="blank"') == 4
        assert 'figcard"' not in page
        assert '<svg class="chart"' not in page
    assert {browser.get(f"/admin/figures/records/{what}").status_code for what in LISTS} == {200}
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/admin/figures/year.xlsx").data))
    assert book["年度表"].max_row == 1


@BOTH
@pytest.mark.parametrize("address", ["/figures", "/admin/figures", *(f"/admin/figures/records/{what}" for what in LISTS)])
def test_queries_do_not_grow(app: Flask, admin: FlaskClient, write: Callable[..., Any], address: str) -> None:
    admin.get(address)
    with asked_of(app) as few:
        admin.get(address)
    write(grown)
    with asked_of(app) as many:
        assert admin.get(address).status_code == 200
    assert len(many) == len(few)
    assert len(many) < 30


def grown(session: Session) -> None:
    """Twenty more of everything."""
    owner, other = make.centre(session), make.centre(session, division_code="990305")
    person = make.person(session, other)
    for n in range(20):
        thing = make.resource(session, owner, art_forms=["dance"], published_at=at(1, 1 + n))
        town = Town(owner, other, other, thing, thing, thing, person)
        scene.loan(session, town, thing, other, "closed", starts_at=at(2 + n % 8, 3), reported={"sessions": 1, "attendances": 9})
        work = make.asset(session, owner)
        add(session, AssetUse, [{"asset_id": work.id, "what": "file", "month": date(2026, 5, 1), "count": 3}])


# Counting ----------------------------------------------------------------


def counts(app: Flask, model: type[SearchCount] | type[AssetUse], *names: str) -> list[tuple[Any, ...]]:
    tally.flush(app)
    with app.app_context():
        rows = db.session.execute(sa.select(*(getattr(model, name) for name in names)).order_by(model.count.desc()))
        return [tuple(row) for row in rows]


@BOTH
def test_a_search_in_vain_is_counted_and_nobody_with_it(app: Flask, client: FlaskClient, write: Callable[..., Any]) -> None:
    write(scene.town)
    for _again in range(2):
        client.get("/search?q=昆曲名家")
    client.get("/search?q=昆曲名家&page=2")
    client.get("/search")
    client.get("/search?q=张三13800138000")
    client.get("/search?q=xyz&area=990102&kind=venue")
    found = counts(app, SearchCount, "outcome", "kind", "art_form", "area", "words", "count")
    assert sorted(found) == [
        ("none", "", "", "", "", 1),
        ("none", "", "xiqu", "", "昆曲名家", 2),
        ("none", "venue", "", "9901", "xyz", 1),
    ]
    assert {column.name for column in SearchCount.__table__.columns} == {
        *("month", "outcome", "kind", "art_form", "area", "words", "count"),
    }


@BOTH
def test_a_work_is_counted_but_not_for_its_own_people(
    app: Flask, client: FlaskClient, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]
) -> None:
    def run(session: Session) -> tuple[str, str, int]:
        owner = make.centre(session)
        draft = make.asset(session, owner, state="draft")
        return make.asset(session, owner).code, draft.code, make.person(session, owner).id

    code, draft, own = write(run)
    client.get(f"/archive/{code}")
    client.get(f"/archive/{code}")
    client.head(f"/archive/{code}")
    signed_in(own).get(f"/archive/{code}")
    signed_in(own).get(f"/archive/{draft}")
    assert counts(app, AssetUse, "what", "month", "count") == [("view", date(2026, 11, 1), 2)]


def test_a_search_waits_for_no_database(app: Flask, client: FlaskClient, write: Callable[..., Any]) -> None:
    """While somebody else writes, searches are answered and counted later."""
    write(scene.town)
    client.get("/search?q=昆曲名家")
    with app.app_context():
        address = db.engine.url
    rival = sa.create_engine(address, connect_args={"timeout": 1})
    with rival.connect() as writing:
        writing.exec_driver_sql("BEGIN IMMEDIATE")
        assert client.get("/search?q=昆曲名家").status_code == 200
        writing.exec_driver_sql("ROLLBACK")
    rival.dispose()
    assert counts(app, SearchCount, "words", "count") == [("昆曲名家", 2)]


def test_what_the_database_refuses_does_not_stop_the_rest(app: Flask, client: FlaskClient, write: Callable[..., Any]) -> None:
    write(scene.town)
    with app.app_context():
        tally.note("asset", date(2026, 11, 1), 987654, "view")
        tally.note("search", date(2026, 11, 1), "never", "", "", "", "")
    tally.flush(app)
    client.get("/search?q=昆曲名家")
    assert counts(app, SearchCount, "words", "count") == [("昆曲名家", 1)]
    assert counts(app, AssetUse, "asset_id") == []


def test_counts_are_written_when_their_time_has_come(app: Flask, client: FlaskClient, write: Callable[..., Any]) -> None:
    """By an answer that has been sent; and kept for the next time while the database cannot take them."""
    write(scene.town)
    client.get("/search?q=昆曲名家")
    app.extensions["tally"].due = 0
    write(lambda session: session.execute(sa.text("ALTER TABLE search_count RENAME TO elsewhere")))
    client.get("/healthz").close()
    write(lambda session: session.execute(sa.text("ALTER TABLE elsewhere RENAME TO search_count")))
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchCount)) == 0
    app.extensions["tally"].due = 0
    client.get("/healthz").close()
    with app.app_context():
        assert db.session.execute(sa.select(SearchCount.words, SearchCount.count)).all() == [("昆曲名家", 1)]


def test_the_board_leads_there(admin: FlaskClient, made: dict[str, Any], write: Callable[..., Any]) -> None:
    kept = {"month": date(2026, 11, 1), "outcome": "none", "kind": "", "art_form": "", "area": "", "words": "皮影", "count": 6}
    write(lambda session: add(session, SearchCount, [kept]))
    board = admin.get("/admin/").text
    assert 'href="/admin/figures"' in board
    number, url = figure(board, "本月没有结果的查找")
    assert number == "6"
    assert "皮影" in admin.get(url).text


def test_a_file_counts_once_it_is_opened(app: Flask, client: FlaskClient, write: Callable[..., Any]) -> None:
    """Not when a player in a page looks at its beginning, nor for each further piece."""
    code = write(lambda session: make.asset(session, make.centre(session), file=kept(session)).code)
    for headers in (
        {},
        {"Range": "bytes=0-"},
        {"Range": "bytes=4-"},
        {"Range": "bytes=0-", "Sec-Fetch-Dest": "video"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "document"},
    ):
        assert client.get(f"/archive/{code}/file", headers=headers).status_code in (200, 206)
    assert counts(app, AssetUse, "what", "count") == [("file", 3)]


def kept(session: Session) -> File:
    return files.keep(session, None, intake.receive(FileStorage(io.BytesIO(b"some words of a play"), "words.txt"), limit_mb=1))
