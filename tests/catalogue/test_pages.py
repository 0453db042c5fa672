"""The staff's pages of the catalogue over HTTP: the form, its refusals, who may open what, how many queries."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import pyvips
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.catalogue import kinds
from alliance.catalogue.models import Occupancy, Resource
from alliance.centres.models import Centre
from alliance.db import db
from tests import make
from tests.catalogue.test_kinds import ROWS
from tests.catalogue.values import COMPLETE, TRUCK
from tests.queries import asked_of

Write = Callable[..., Any]
SignedIn = Callable[[int], FlaskClient]


@pytest.fixture
def people(write: Write) -> Any:
    """Staff, a neighbour, a director of the main centre, the secretariat."""

    def build(session: Any) -> Any:
        home, away = make.centre(session, name="禾丰县文化馆", address="文化路12号"), make.centre(session)
        return SimpleNamespace(
            home=home.id,
            staff=make.person(session, home).id,
            neighbour=make.person(session, away, "director").id,
            admin=make.admin(session).id,
        )

    return write(build)


@pytest.fixture
def browser(app: Flask, people: Any, signed_in: SignedIn) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in(people.staff)


def begin(browser: FlaskClient, kind: str = "stage_truck") -> str:
    answer = browser.post("/resources/new", data={"kind": kind})
    assert answer.status_code == 303
    return str(answer.headers["Location"]).split("/")[2]


def form(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Values as the page posts them."""
    flat: dict[str, Any] = {"all": "1"}
    for name, value in (values | more).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            flat |= {f"{name}.{n}.{cell}": said for n, row in enumerate(value) for cell, said in row.items()}
        else:
            flat[name] = value
    return flat


def stored(app: Flask, code: str) -> Resource:
    with app.app_context():
        found = db.session.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()
        db.session.expunge_all()
        return found


def test_from_new_to_in_review(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    assert code == "WC-0001"
    page = browser.get(f"/resources/{code}/edit").text
    assert "提交前还缺" in page
    answer = browser.post(f"/resources/{code}/edit", data=form(TRUCK, action="submit", version="1"))
    assert answer.status_code == 303, answer.text
    assert stored(app, code).state == "in_review"
    assert "待审" in browser.get("/resources/mine").text


@pytest.mark.parametrize("kind", list(kinds.KINDS))
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_every_field_is_on_the_form(browser: FlaskClient, kind: str, lang: str) -> None:
    code = begin(browser, kind)
    browser.set_cookie("lang", lang)
    page = browser.get(f"/resources/{code}/edit").text
    names = set(re.findall(r'name="([\w.]+)"', page))
    for field in kinds.fields_of(kind):
        wanted = {f"{field.name}.0.{cell.name}" for cell in field.rows} or {field.name}
        assert wanted <= names or field.type == "openings" or f'id="f-{field.name}"' in page, field.name
    for row in ROWS:
        if row["where"] == "form" and row["kind"] in ("all", kind):
            first, _dot, cell = row["field"].partition(".")
            wanted = f"{first}.0.{cell}" if cell else first
            assert any(name == wanted or name.startswith(f"{wanted}.") for name in names) or first == "openings", row
    for word in ("照片", code) if lang == "zh-Hans" else ("Photos", code):
        assert word in page
    if lang == "en":
        bare = re.sub(r'<(\w+)[^>]* lang="zh[^"]*"[^>]*>.*?</\1>', "", page, flags=re.S)
        bare = re.sub(r'(value|href|content)="[^"]*"|<textarea.*?</textarea>|<title>.*?</title>', "", bare, flags=re.S)
        assert not re.findall(r"[㐀-䶿一-鿿]+", bare)


def test_what_was_typed_stays_and_is_named(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    wrong = form(TRUCK, length_m="十米", **{"costs.0.fen": "三元"}, version="1")
    answer = browser.post(f"/resources/{code}/edit", data=wrong)
    assert answer.status_code == 422
    for words in ('value="十米"', 'value="三元"', 'href="#f-length_m"', 'href="#f-costs.0.fen"', "其余的内容已存好"):
        assert words in answer.text
    assert stored(app, code).details["height_m"] == 3.9


def test_submitting_too_early_says_what_is_missing_and_keeps_the_rest(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    answer = browser.post(f"/resources/{code}/edit", data=form({"title": "禾丰一号"}, action="submit", version="1"))
    assert answer.status_code == 422
    assert 'href="#f-height_m"' in answer.text
    assert stored(app, code).title == "禾丰一号"


def test_boxes_left_empty_are_emptied_only_by_the_whole_form(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    browser.post(f"/resources/{code}/edit", data={"audiences": ["older", "children"], "costs.0.what": "fuel"})
    browser.post(f"/resources/{code}/edit", data={"title": "甲"})
    assert stored(app, code).audiences == ["children", "older"]
    browser.post(f"/resources/{code}/edit", data={"title": "甲", "all": "1"})
    assert (stored(app, code).audiences, stored(app, code).costs) == ([], [])


def test_two_people_at_one_form(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    browser.post(f"/resources/{code}/edit", data={"title": "甲", "height_m": "3.9", "version": "1"})
    answer = browser.post(f"/resources/{code}/edit", data={"title": "乙", "height_m": "3.9", "version": "1"})
    assert answer.status_code == 409
    assert 'value="乙"' in answer.text
    assert "现为“甲”" in answer.text
    assert stored(app, code).title == "甲"
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    assert browser.post(f"/resources/{code}/edit", data={"title": "乙", "version": version[1]}).status_code == 303
    assert stored(app, code).title == "乙"


def test_autosave_answers_with_a_sentence_and_the_version(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    assert "data-autosave=" in browser.get(f"/resources/{code}/edit").text
    answer = browser.post(
        f"/resources/{code}/draft", data={"title": "甲", "length_m": "长", "version": "1"}, headers={"Accept": "text/plain"}
    )
    assert (answer.status_code, answer.mimetype, answer.headers["Draft-Version"]) == (200, "text/plain", "2")
    assert answer.text == "草稿已存好；填得不对、没有存上的：车长"
    answer = browser.post(
        f"/resources/{code}/draft", data={"length_m": "长", "version": "2"}, headers={"Accept": "application/json"}
    )
    assert answer.json == {"version": 2, "faults": {"length_m": "请填数字，如9.6。"}}
    assert browser.post(f"/resources/{code}/draft", data={"title": "乙", "version": "1"}).status_code == 409
    assert stored(app, code).title == "甲"


def test_autosave_never_changes_what_is_listed(app: Flask, people: Any, browser: FlaskClient, write: Write) -> None:
    code = begin(browser)
    browser.post(f"/resources/{code}/edit", data=form(TRUCK))
    write(lambda session: session.execute(sa.update(Resource).values(state="published")))
    assert "data-autosave=" not in browser.get(f"/resources/{code}/edit").text
    assert browser.post(f"/resources/{code}/draft", data={"title": "乙"}).status_code == 409
    assert stored(app, code).title == "禾丰一号"


def test_more_rows_keep_what_is_there(browser: FlaskClient) -> None:
    code = begin(browser)
    answer = browser.post(f"/resources/{code}/edit", data=form(TRUCK, more="costs"))
    assert answer.status_code == 200
    assert 'name="costs.5.what"' in answer.text
    assert 'value="3.50"' in answer.text


ODD = [
    {"title": "x" * 200_000},
    {"title": "\x00", "length_m": "\x00\x00"},
    {"length_m": "９,９９９"},
    {"costs.999.fen": "1", "costs.x.fen": "1", "costs.0.nope": "1"},
    {"costs.0.fen": "1e400", "costs.0.what": ["fuel", "tolls"]},
    {"art_forms": ["' OR 1=1 --", "choral"]},
    {"closed_months": ["13", "0", "１"]},
    {"insurance_until": "2026-02-31", "lat": "91", "lng": "abc"},
    {"version": "-1"},
    {"version": "1" * 40},
    {"state": "published", "owner_id": "1", "id": "7"},
    {"summary": "\ud800".encode("utf-8", "surrogatepass")},
    {"crew": "1,2", "seats": "5"},
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("where", ["edit", "draft", "state"])
def test_odd_input_gets_a_sentence(app: Flask, browser: FlaskClient, odd: dict[str, Any], where: str) -> None:
    code = begin(browser)
    answer = browser.post(f"/resources/{code}/{where}", data=odd)
    assert answer.status_code in (200, 303, 400, 409, 422)
    after = stored(app, code)
    assert (after.state, after.code) == ("draft", code)
    assert browser.get(f"/resources/{code}/edit").status_code == 200


@pytest.mark.parametrize("given", [{}, {"kind": "ship"}, {"kind": "\x00"}, {"copy": "WC-9999"}, {"copy": "'"}])
def test_an_unknown_kind_is_refused(browser: FlaskClient, given: dict[str, str]) -> None:
    assert browser.post("/resources/new", data=given).status_code in (404, 422)


PAGES = ["edit", "photos", "papers", "opening", "blocks", "parts"]
POSTS = ["edit", "draft", "state", "photos", "photos/arrange", "photos/1/remove", "papers", "papers/1/remove", "opening", "blocks"]


def test_drafts_of_others_do_not_exist(
    app: Flask, people: Any, browser: FlaskClient, signed_in: SignedIn, client: FlaskClient
) -> None:
    code = begin(browser)
    browser.post(f"/resources/{code}/edit", data={"title": "秘密"})
    neighbour, secretariat = signed_in(people.neighbour), signed_in(people.admin)
    for path in PAGES:
        assert neighbour.get(f"/resources/{code}/{path}").status_code == 404
        assert client.get(f"/resources/{code}/{path}").status_code in (302, 404)
        assert secretariat.get(f"/resources/{code}/{path}").status_code == 403
        assert browser.get(f"/resources/{code}/{path}").status_code == 200
    for path in POSTS:
        assert neighbour.post(f"/resources/{code}/{path}", data={"title": "x", "action": "remove"}).status_code == 404, path
        assert client.post(f"/resources/{code}/{path}", data={"title": "x"}).status_code in (302, 404)
    assert "秘密" not in neighbour.get("/resources/mine").text
    assert neighbour.post("/resources/new", data={"copy": code}).status_code == 404
    assert stored(app, code).title == "秘密"


def test_a_published_one_is_edited_by_its_owner_only(people: Any, browser: FlaskClient, signed_in: SignedIn, write: Write) -> None:
    code = begin(browser)
    browser.post(f"/resources/{code}/edit", data=form(TRUCK))
    write(lambda session: session.execute(sa.update(Resource).values(state="published", share_scope="public")))
    for path in PAGES:
        assert signed_in(people.neighbour).get(f"/resources/{code}/{path}").status_code == 403


def test_actions_over_the_page(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser)
    assert browser.post(f"/resources/{code}/state", data={"action": "publish"}).status_code == 400
    assert browser.post(f"/resources/{code}/state", data={"action": "republish"}).status_code == 409
    assert browser.post(f"/resources/{code}/state", data={"action": "remove", "version": "1"}).status_code == 303
    assert browser.get(f"/resources/{code}/edit").status_code == 404


def picture(colour: str = "navy") -> io.BytesIO:
    tint = {"navy": [0, 0, 128], "red": [200, 20, 20]}[colour]
    image = (pyvips.Image.black(800, 600, bands=3) + tint).cast("uchar").copy(interpretation="srgb")
    return io.BytesIO(image.write_to_buffer(".jpg"))


def test_photos_are_taken_in_ordered_described_and_dropped(app: Flask, browser: FlaskClient, work_off: Callable[[], int]) -> None:
    code = begin(browser)
    for colour, alt in (("navy", "行驶"), ("red", "展开")):
        answer = browser.post(f"/resources/{code}/photos", data={"photo": (picture(colour), f"{alt}.jpg"), "alt": alt})
        assert answer.status_code == 303, answer.text
    work_off()
    page = browser.get(f"/resources/{code}/photos").text
    first, second = (int(number) for number in re.findall(r'name="rank\.(\d+)"', page))
    shown = browser.get(f"/resources/{code}/photos/{first}/view")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    browser.post(
        f"/resources/{code}/photos/arrange",
        data={f"rank.{first}": "2", f"alt.{first}": "路上", f"rank.{second}": "1", "rank.x": "1", f"rank.{'9' * 5000}": "1"},
    )
    page = browser.get(f"/resources/{code}/photos").text
    assert [int(number) for number in re.findall(r'name="rank\.(\d+)"', page)] == [second, first]
    assert 'value="路上"' in page
    browser.post(f"/resources/{code}/photos/{first}/remove")
    assert browser.post(f"/resources/{code}/photos/{first}/remove").status_code == 404
    assert f"rank.{first}" not in browser.get(f"/resources/{code}/photos").text


@pytest.mark.parametrize(
    ("content", "name"), [(b"%PDF-1.4 x", "a.jpg"), (b"", "a.jpg"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png")]
)
def test_what_is_no_picture_is_refused(browser: FlaskClient, content: bytes, name: str) -> None:
    code = begin(browser)
    answer = browser.post(f"/resources/{code}/photos", data={"photo": (io.BytesIO(content), name)})
    assert answer.status_code == 415
    assert browser.post(f"/resources/{code}/photos", data={}).status_code == 422


def test_papers_are_for_members(
    app: Flask, people: Any, browser: FlaskClient, signed_in: SignedIn, client: FlaskClient, write: Write
) -> None:
    code = begin(browser)
    browser.post(f"/resources/{code}/edit", data=form(TRUCK, share_scope="alliance"))
    given = {"paper": (picture(), "保单.jpg"), "kind": "insurance", "expires_on": "2027-03-31"}
    assert browser.post(f"/resources/{code}/papers", data=given).status_code == 303
    assert browser.post(f"/resources/{code}/papers", data={"kind": "insurance", "expires_on": "明年"}).status_code == 422
    assert browser.post(f"/resources/{code}/papers", data={"paper": (picture(), "a.jpg"), "kind": "nope"}).status_code == 422
    number = re.search(r"/papers/(\d+)/view", browser.get(f"/resources/{code}/papers").text)
    assert number is not None
    view = f"/resources/{code}/papers/{number[1]}/view"
    assert browser.get(view).status_code == 200
    neighbour = signed_in(people.neighbour)
    assert neighbour.get(view).status_code == 404
    write(lambda session: session.execute(sa.update(Resource).values(state="published")))
    assert neighbour.get(view).status_code == 200
    assert client.get(view).status_code in (302, 404)
    browser.post(f"/resources/{code}/papers/{number[1]}/remove")
    assert stored(app, code).state == "in_review"


def test_the_week_and_its_exceptions(app: Flask, browser: FlaskClient) -> None:
    code = begin(browser, "venue")
    assert browser.get(f"/resources/{code}/opening").text.count('value="09:00–11:30"') == 7
    week = {"week": "1", "slot.0": ["09:00-12:00", "", "13：00至17：00"], "slot.5": "14:00–22:00"}
    assert browser.post(f"/resources/{code}/opening", data=week).status_code == 303
    page = browser.get(f"/resources/{code}/opening").text
    assert [page.count(f'value="{span}"') for span in ("09:00–12:00", "13:00–17:00", "14:00–22:00", "09:00–11:30")] == [1, 1, 1, 0]
    for wrong in ("9", "10:00–09:00", "25:00–26:00", "x" * 500, "09:00"):
        answer = browser.post(f"/resources/{code}/opening", data={"week": "1", "slot.1": wrong})
        assert answer.status_code == 422
        assert 'href="#f-day.1"' in answer.text
        assert f'value="{wrong[:200]}"' in answer.text
    assert (
        browser.post(f"/resources/{code}/opening", data={"week": "1", "slot.1": ["09:00–12:00", "11:00–13:00"]}).status_code == 422
    )
    tomorrow = (clock.local(clock.now()) + timedelta(days=1)).date().isoformat()
    assert browser.post(f"/resources/{code}/opening/exceptions", data={"day": tomorrow, "note": "检修"}).status_code == 303
    assert browser.post(f"/resources/{code}/opening/exceptions", data={"day": tomorrow}).status_code == 409
    for wrong in (
        {"day": ""},
        {"day": "后天"},
        {"day": tomorrow, "opens": "09:00"},
        {"day": tomorrow, "opens": "09:00", "closes": "08:00"},
    ):
        assert browser.post(f"/resources/{code}/opening/exceptions", data=wrong).status_code == 422
    page = browser.get(f"/resources/{code}/opening").text
    assert "检修" in page
    number = re.search(r"/exceptions/(\d+)/remove", page)
    assert number is not None
    assert browser.post(f"/resources/{code}/opening/exceptions/{number[1]}/remove").status_code == 303
    assert browser.post(f"/resources/{code}/opening/exceptions/{number[1]}/remove").status_code == 404


def test_blocks_take_dates_and_give_them_back(app: Flask, browser: FlaskClient, write: Write) -> None:
    code = begin(browser)
    day = (clock.local(clock.now()) + timedelta(days=10)).date()
    given = {"kind": "maintenance", "first": day.isoformat(), "last": (day + timedelta(days=1)).isoformat(), "note": "换轮胎"}
    assert browser.post(f"/resources/{code}/blocks", data=given).status_code == 303
    with app.app_context():
        row = db.session.scalars(sa.select(Occupancy)).one()
        assert (row.kind, row.ends_at - row.starts_at, clock.local(row.starts_at).date()) == ("maintenance", timedelta(days=2), day)
    page = browser.get(f"/resources/{code}/blocks").text
    assert "换轮胎" in page
    assert browser.post(f"/resources/{code}/blocks", data=given).status_code == 409
    beyond = ({"last": "9999-12-31"}, {"first": "0001-01-01"})
    for wrong in ({"first": "x", "last": "y"}, {"kind": "sold"}, {"last": "2020-01-01"}, *beyond):
        assert browser.post(f"/resources/{code}/blocks", data=given | wrong).status_code == 422
    number = re.search(r"/blocks/(\d+)/remove", page)
    assert number is not None
    assert browser.post(f"/resources/{code}/blocks/{number[1]}/remove").status_code == 303
    assert browser.post(f"/resources/{code}/blocks/{number[1]}/remove").status_code == 404


def test_of_a_pool_a_part_is_kept_and_the_rest_is_lent(people: Any, browser: FlaskClient, write: Write) -> None:
    def build(session: Any) -> str:
        home = session.get_one(Centre, people.home)
        return str(make.resource(session, home, kind="venue", title="琴房", quantity=8).code)

    code = write(build)
    day = (clock.local(clock.now()) + timedelta(days=10)).date()
    given = {"kind": "maintenance", "first": day.isoformat(), "last": day.isoformat(), "note": "调律"}
    assert 'name="quantity"' in browser.get(f"/resources/{code}/blocks").text
    assert browser.post(f"/resources/{code}/blocks", data=given | {"quantity": "3"}).status_code == 303
    assert browser.post(f"/resources/{code}/blocks", data=given | {"quantity": "2"}).status_code == 303
    assert "余3" in browser.get(f"/resources/{code}?month={day:%Y-%m}").text
    for wrong in ("9", "0", "-1", "三"):
        assert browser.post(f"/resources/{code}/blocks", data=given | {"quantity": wrong}).status_code == 422
    assert browser.post(f"/resources/{code}/blocks", data=given | {"quantity": "4"}).status_code == 409
    page = browser.get(f"/resources/{code}/blocks").text
    one, two = re.findall(r"/blocks/(\d+)/remove", page)
    assert browser.post(f"/resources/{code}/blocks/{one}/remove").status_code == 303
    assert re.findall(r"/blocks/(\d+)/remove", browser.get(f"/resources/{code}/blocks").text) == [two]
    assert "余6" in browser.get(f"/resources/{code}?month={day:%Y-%m}").text


def test_the_list_narrows_and_marks_what_lies_idle(people: Any, browser: FlaskClient, write: Write) -> None:
    def build(session: Any) -> None:
        home = make.centre(session)
        owner = session.get_one(type(home), people.home)
        make.resource(session, owner, title="闲着的厅", published_at=datetime(2020, 1, 1, tzinfo=UTC))
        used = make.resource(session, owner, title="常用的厅", published_at=datetime(2020, 1, 1, tzinfo=UTC))
        make.occupancy(session, used, clock.now() - timedelta(days=3))
        make.resource(session, owner, kind="stage_truck", title="100%_车", state="draft")

    write(build)
    page = browser.get("/resources/mine").text
    assert page.count("闲置90天") == 1
    assert [
        ("闲着的厅" in browser.get(f"/resources/mine?{query}").text)
        for query in ("state=draft", "kind=venue", "q=闲着", "q=100%25_")
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert "100%_车" in browser.get("/resources/mine?q=100%25_").text
    assert "没有符合条件的资源" in browser.get("/resources/mine?q=不存在&page=99999999").text


def test_the_list_asks_the_same_number_of_questions_however_long(
    app: Flask, people: Any, browser: FlaskClient, write: Write
) -> None:
    def more(session: Any) -> None:
        owner = session.get_one(type(make.centre(session)), people.home)
        for number in range(8):
            kind = ("venue", "stage_truck", "talent", "media")[number % 4]
            more = {"asset": make.asset(session, owner)} if kind == "media" else {}
            make.resource(session, owner, kind=kind, **more)

    numbers = []
    for _round in range(2):
        write(more)
        browser.get("/resources/mine")
        with asked_of(app) as statements:
            assert browser.get("/resources/mine").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 16


@pytest.mark.parametrize("path", ["/resources/mine", "/resources/new"])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_pages_speak_one_language(browser: FlaskClient, path: str, lang: str) -> None:
    browser.set_cookie("lang", lang)
    page = browser.get(path).text
    assert ("我馆资源" if lang == "zh-Hans" else "Our resources") in page


def test_a_form_without_token_is_refused(app: Flask, people: Any, signed_in: SignedIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert signed_in(people.staff).post("/resources/new", data={"kind": "venue"}).status_code == 400


def test_complete_values_cover_the_required_ones() -> None:
    for kind, values in COMPLETE.items():
        needed = {field.name for field in kinds.fields_of(kind) if field.required and field.type != "openings"}
        assert needed <= set(values)


def test_the_archive_leads_to_a_listing_that_names_the_asset_already(
    browser: FlaskClient, write: Write, people: Any, signed_in: SignedIn
) -> None:
    def keep(session: Any) -> tuple[str, str]:
        home = session.get_one(make.Centre, people.home)
        asset = make.asset(session, home, title="一九九三年庙会", art_forms=["folk_art"])
        return asset.code, make.asset(session, make.centre(session), title="别馆的").code

    code, foreign = write(keep)
    way = re.search(r'href="(/resources/new\?[^"]*)"', browser.get(f"/archive/{code}").text)
    assert way is not None
    page = browser.get(way[1].replace("&amp;", "&")).text
    assert re.search(r'value="media" checked', page)
    assert "一九九三年庙会" in page
    answer = browser.post("/resources/new", data={"kind": "media", "asset": code})
    edit = browser.get(answer.headers["Location"]).text
    assert f'name="asset" type="text" value="{code}"' in edit
    assert 'value="一九九三年庙会"' in edit
    other = browser.get(f"/resources/new?kind=media&asset={foreign}").text
    assert "没有编号" in other
    assert "别馆的" not in other
    assert re.search(r'value="media" checked', other)
    answer = browser.post("/resources/new", data={"kind": "media", "asset": foreign})
    assert "别馆的" not in browser.get(answer.headers["Location"]).text
    assert re.search(r'value="talent" checked', browser.get("/resources/new?kind=ship&asset=").text)
