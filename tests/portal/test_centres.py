"""The directory, a centre's page, its disclosure, the rules: what the public sees, in a constant number of queries."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from alliance.centres.markdown import render
from alliance.centres.models import Centre, CentreName, Disclosure
from alliance.db import db
from alliance.places.models import Division
from tests import make
from tests.conftest import BOTH
from tests.queries import counted

Send = Callable[..., TestResponse]


@pytest.fixture
def province(write: Any) -> None:
    """A province, two cities, a county with a branch; one centre suspended."""

    def add(session: Session) -> None:
        session.add(Division(code="990100", name="清泽市", name_en="Qingze", level="city"))
        session.add(Division(code="990122", name="禾丰县", name_en="Hefeng", level="county"))
        session.add(Division(code="990200", name="平渡市", name_en="", level="city"))
        top = {"name_en": "Qingze Centre", "level": "city", "role": "hub", "division_code": "990100"}
        city = make.centre(session, slug="qingze", name="清泽市文化馆", **top)
        county = make.centre(
            session, slug="hefeng", name="禾丰县文化馆", division_code="990122", parent_id=city.id, lat=27.9, lng=112.9
        )
        county.names.append(CentreName(name="禾丰县群众文化馆", kind="former"))
        make.centre(
            session,
            slug="lihua",
            name="梨花镇综合文化站",
            level="town",
            role="branch",
            division_code="990122101",
            parent_id=county.id,
        )
        make.centre(session, slug="pingdu", name="平渡市文化馆", level="city", role="hub", division_code="990200")
        make.centre(session, slug="gone", name="停办文化馆", membership="suspended", division_code="990200")
        make.resource(session, county, title="公开排练厅", share_scope="public")
        make.resource(session, county, title="内部排练厅", share_scope="alliance")
        make.resource(session, county, title="草稿排练厅", share_scope="public", state="draft")
        minor = {"minor": True, "consent_scope": "public"}
        make.resource(session, county, kind="talent", title="小演员", share_scope="public", details=minor)

    write(add)


def main_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True).split("<main")[1].split("<footer")[0]


@BOTH
def test_the_directory_is_a_tree_by_city(client: FlaskClient, province: None) -> None:
    page = main_of(client.get("/centres"))
    names = re.findall(r'class="depth-(\d)">\s*<span><a href="/centres/(\w+)"', page)
    assert names == [("0", "qingze"), ("1", "hefeng"), ("2", "lihua"), ("0", "pingdu")]
    assert [city for city in ("清泽市", "平渡市") if f">{city}</h2>" in page] == ["清泽市", "平渡市"]
    assert "停办" not in page
    assert "/search?centre=hefeng&amp;kind=venue" in page
    assert "kind=talent" not in page, "a minor is not counted"


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ("name=群众文化馆", ["hefeng"]),
        ("name=文化馆+禾丰", ["hefeng"]),
        ("name=qingze", ["qingze"]),
        ("level=city", ["qingze", "pingdu"]),
        ("area=990100&level=town", ["lihua"]),
        ("area=990200", ["pingdu"]),
        ("name=没有这个馆", []),
        ("name=%00%ff&level=x&area=y&page=x", []),
    ],
)
def test_it_is_narrowed_by_name_level_and_city(client: FlaskClient, province: None, asked: str, slugs: list[str]) -> None:
    answer = client.get(f"/centres?{asked}")
    assert answer.status_code == 200
    assert re.findall(r'class="depth-\d">\s*<span><a href="/centres/(\w+)"', main_of(answer)) == slugs
    assert ("没有这样的成员馆" in main_of(answer)) == (slugs == [])


def test_facets_count_what_a_click_would_show(client: FlaskClient, province: None) -> None:
    page = main_of(client.get("/centres?area=990100"))
    for url, count in re.findall(r'<li><a href="([^"]+)" rel="nofollow"[^>]*><span>[^<]+</span><span>(\d+)</span>', page):
        shown = main_of(client.get(url.replace("&amp;", "&")))
        if "level=" in url:
            assert len(re.findall(r'class="depth-', shown)) == int(count)


def test_who_works_for_a_centre_sees_how_far_others_are(signed_in: Any, province: None, write: Any) -> None:
    def add(session: Session) -> int:
        from_here = make.centre(session, slug="mine", name="我县文化馆", division_code="990123", lat=27.0, lng=112.9)
        return make.person(session, from_here).id

    browser = signed_in(write(add))
    assert "130 km" in main_of(browser.get("/centres/hefeng"))
    assert re.search(r"禾丰县文化馆</a>\s*<small>.*130 km", main_of(browser.get("/centres")))


@BOTH
def test_a_centres_page_shows_what_visitors_may_see(client: FlaskClient, province: None) -> None:
    page = main_of(client.get("/centres/hefeng"))
    assert "公开排练厅" in page
    for hidden in ("内部排练厅", "草稿排练厅", "小演员"):
        assert hidden not in page
    assert "禾丰县群众文化馆" in page
    assert "/search?centre=hefeng" in page
    assert 'href="/centres/lihua"' in page
    assert "没有填写，请先打电话问" in page


@pytest.mark.parametrize("slug", ["gone", "nowhere", "%00", "x" * 500])
def test_what_is_no_active_member_has_no_page(client: FlaskClient, province: None, slug: str) -> None:
    assert client.get(f"/centres/{slug}").status_code == 404
    assert client.get(f"/centres/{slug}/disclosure").status_code == 404


@BOTH
def test_queries_do_not_grow(app: Flask, client: FlaskClient, province: None, write: Any) -> None:
    def count(page: str) -> int:
        with app.app_context(), counted(db.engine) as sent:
            assert client.get(page).status_code == 200
        return len(sent)

    few = {page: count(page) for page in ("/centres", "/centres/qingze", "/centres/qingze/disclosure")}

    def more(session: Session) -> None:
        city = session.query(Centre).filter_by(slug="qingze").one()
        for n in range(25):
            child = make.centre(session, division_code=f"9901{n + 30}", parent_id=city.id)
            child.names.append(CentreName(name=f"别名{n}", kind="alias"))
            make.resource(session, child, share_scope="public")
            make.resource(session, city, share_scope="public")
            make.resource(session, city, kind="stage_truck", share_scope="public")

    write(more)
    grown = {page: count(page) for page in few}
    assert {page: grown[page] - few[page] <= 3 for page in few} == dict.fromkeys(few, True), (few, grown)
    write(more)
    assert {page: count(page) for page in few} == grown


def test_disclosure_has_eight_headings_and_marks_empty_ones(client: FlaskClient, province: None, write: Any) -> None:
    def add(session: Session) -> None:
        centre = session.query(Centre).filter_by(slug="hefeng").one()
        session.add(Disclosure(centre_id=centre.id, heading="charges", text="- 场地**免费**\n- <script>alert(1)</script>"))

    write(add)
    page = main_of(client.get("/centres/hefeng/disclosure"))
    assert page.count("<h2") == 8
    assert page.count("尚未公开") == 7
    assert "<strong>免费</strong>" in page
    assert "<script>alert" not in page
    assert "8项中已公开1项" in main_of(client.get("/centres/hefeng"))


def test_in_english_chinese_is_marked_and_nothing_else_is_chinese(client: FlaskClient, province: None) -> None:
    client.set_cookie("lang", "en")
    for page in (
        "/centres",
        "/centres/qingze",
        "/centres/hefeng",
        "/centres/hefeng/disclosure",
        "/rules",
        "/centres/join",
        "/sign-in",
    ):
        text = main_of(client.get(page))
        left = re.sub(r'<(\w+)[^>]* lang="zh[^"]*"[^>]*>.*?</\1>', "", text, flags=re.S)
        assert re.findall(r">[^<]*[㐀-鿿][^<]*<", left) == [], page
    assert "Qingze Centre" in main_of(client.get("/centres"))


def test_a_centre_edits_its_own_page(signed_in: Any, send: Send, province: None, write: Any, client: FlaskClient) -> None:
    def add(session: Session) -> tuple[int, int]:
        centre = session.query(Centre).filter_by(slug="hefeng").one()
        return make.person(session, centre, "centre_admin").id, make.person(session, centre, "handler").id

    keeper, handler = write(add)
    browser, page = signed_in(keeper), "/centres/hefeng/edit"
    form = {
        "name": "禾丰县文化馆",
        "short_name": "禾丰县馆",
        "type": "centre",
        "division_code": "990122",
        "phone": "0900-555 0140",
        "version": "1",
    }
    assert send(browser, page, page, **form, hours_2="9:00-12:00", level="city").status_code == 302
    shown = main_of(client.get("/centres/hefeng"))
    assert "09:00–12:00" in shown
    assert "县（区）" in shown
    assert send(browser, page, page, **form).status_code == 409
    wrong = send(browser, page, page, **(form | {"version": "2", "hours_3": "上午", "address": "稻香路32号"}))
    assert wrong.status_code == 422
    assert "稻香路32号" in wrong.get_data(as_text=True)
    assert 'href="#f-hours_3"' in wrong.get_data(as_text=True)
    assert signed_in(handler).get(page).status_code == 403
    assert send(signed_in(handler), "/profile", page, **form).status_code == 403
    assert client.get(page).status_code == 302
    disclosure = "/centres/hefeng/disclosure/edit"
    assert send(browser, disclosure, disclosure, pledge="三日内答复").status_code == 302
    assert "三日内答复" in main_of(client.get("/centres/hefeng/disclosure"))
    assert send(browser, disclosure, disclosure, affairs_en="only English").status_code == 422


def test_the_secretariat_adds_a_centre_with_its_place_in_the_tree(signed_in: Any, send: Send, province: None, write: Any) -> None:
    admin = signed_in(write(lambda s: make.admin(s).id))
    form = {"name": "河口村文化礼堂", "short_name": "河口礼堂", "level": "village", "role": "point", "type": "village_centre"}
    form |= {"division_code": "990122101001", "phone": "0900-555 0149"}
    refused = send(admin, "/admin/centres/new", "/admin/centres/new", **form)
    assert refused.status_code == 422
    assert "服务点要选上级馆" in refused.get_data(as_text=True)
    parent = write(lambda s: s.query(Centre).filter_by(slug="lihua").one().id)
    answer = send(admin, "/admin/centres/new", "/admin/centres/new", **form, parent=parent)
    assert answer.status_code == 302
    assert admin.get(answer.location).status_code == 200
    assert admin.get(answer.location + "/approve").status_code == 200


RULES = {"title": "联盟章程", "text": "## 答复\n\n同县 1 个工作日，同市 3 个工作日。", "change_note": "首次发布"}


def test_rules_are_previewed_published_and_kept(signed_in: Any, send: Send, write: Any, client: FlaskClient) -> None:
    admin = signed_in(write(lambda s: make.admin(s).id))
    assert "章程还没有发布" in main_of(client.get("/rules"))
    page = "/admin/rules"
    preview = send(admin, page, page, **RULES, based_on="0", do="preview")
    assert preview.status_code == 200
    assert "<h3>答复</h3>" in preview.get_data(as_text=True)
    assert "章程还没有发布" in main_of(client.get("/rules"))
    assert send(admin, page, page, **RULES, based_on="0", do="publish").status_code == 302
    second = RULES | {"text": "## 答复\n\n同县当天答复。<b onclick=x>重要</b>", "change_note": "同县改为当天", "based_on": "1"}
    assert send(admin, page, page, **second, do="publish").status_code == 302
    assert send(admin, page, page, **second, do="publish").status_code == 409
    current, old = main_of(client.get("/rules")), main_of(client.get("/rules/1"))
    assert "同县当天答复" in current
    assert "<b onclick" not in current
    assert "同县改为当天" in current
    assert "这是旧版" in old
    assert "同市 3 个工作日" in old
    assert client.get("/rules/3").status_code == 404
    assert client.get(f"/rules/{2**70}").status_code == 404
    short = send(admin, page, page, **(RULES | {"change_note": ""}), based_on="2", do="publish")
    assert short.status_code == 422
    assert "同市 3 个工作日" in short.get_data(as_text=True)


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "[x](javascript:alert(1))",
        "![x](http://evil.example/a.png)",
        "<img src=x onerror=y>",
        "[x](data:text/html,a)",
    ],
)
def test_markdown_is_harmless(text: str) -> None:
    html = str(render(text))
    assert not re.search(r"<script|<img|href=\"(javascript|data)", html)


def test_headings_stand_below_the_pages_own() -> None:
    assert str(render("# 一\n\n###### 六")) == "<h2>一</h2>\n<h6>六</h6>\n"
