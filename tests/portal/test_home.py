"""The first page: what there is, what is free on Saturday, numbers that open what they count."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.catalogue.availability import midnight
from alliance.catalogue.models import Resource
from alliance.db import db
from tests import make
from tests.conftest import BOTH
from tests.portal.conftest import Scene
from tests.queries import counted

TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, tzinfo=UTC).date()


def page(client: FlaskClient) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return unescape(answer.text)


def section(html: str, name: str) -> str:
    found = re.search(rf'<section class="section" aria-labelledby="{name}">(.*?)</section>', html, re.S)
    return found[1] if found else ""


@BOTH
def test_visitor_sees_kinds_with_counts_and_ways_in(scene: Scene, client: FlaskClient) -> None:
    with clock.moved(TUESDAY):
        html = page(client)
    assert "全省3家文化馆" in html
    kinds = dict(re.findall(r'<h2><a href="/search\?kind=(\w+)">[^<]+</a> <span[^>]*>(\d+)</span>', html))
    assert kinds == {"talent": "1", "venue": "1", "stage_truck": "1", "media": "0"}
    assert "县内排练厅" not in html
    assert 'class="week"' not in html
    assert "双展" in html


@BOTH
def test_free_on_saturday_leaves_out_who_is_busy(scene: Scene, client: FlaskClient, signed_in) -> None:
    with clock.moved(TUESDAY):
        near = section(page(client), "near")
        assert "11月28日（周六）有空" in near
        assert "禾丰一号舞台车" in near

        def take(session) -> None:
            make.occupancy(session, session.query(Resource).filter_by(code="WC-0001").one(), midnight(SATURDAY), 3)

        scene.write(take)
        near = section(page(client), "near")
        assert "禾丰一号舞台车" not in near
        assert "禾丰剧场" in near
        assert "全部2项" in near
        # staff of the owner are shown what others have
        own = section(page(signed_in(scene.owner_staff)), "near")
        assert "禾丰剧场" not in own
        assert "周老师" in own
        assert "从禾丰县文化馆算起" in own


def test_members_see_the_week(scene: Scene, signed_in) -> None:
    with clock.moved(TUESDAY):
        assert 'class="want"' in page(signed_in(scene.borrower))


def test_every_link_of_the_page_opens(scene: Scene, client: FlaskClient) -> None:
    with clock.moved(TUESDAY):
        html = page(client)
        main = html[html.index("<main") : html.index("</main>")]
        links = {url for url in re.findall(r'href="(/[^"]*)"', main) if not url.startswith("/static")}
        assert len(links) > 12
        assert {url: client.get(url).status_code for url in links} == dict.fromkeys(links, 200)


def test_figures_open_what_they_count(scene: Scene, client: FlaskClient) -> None:
    figures = re.findall(r"<dt>([^<]+)</dt><dd><a href=\"([^\"]+)\">([^<]+)</a>", section(page(client), "fg"))
    told = {label: (value, url) for label, url, value in figures}
    value, url = told["可借的人才、场馆、舞台车"]
    assert f"找到{value}项" in client.get(url).text


def test_page_without_the_engine(scene: Scene, engine_away: None, client: FlaskClient) -> None:
    html = page(client)
    assert "禾丰一号舞台车" in section(html, "new")
    assert re.search(r'kind=venue">[^<]+</a> <span[^>]*>1</span>', html)


def test_empty_alliance_has_no_empty_section(client: FlaskClient) -> None:
    html = page(client)
    assert "暂无" not in html
    assert section(html, "new") == section(html, "near") == ""


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_as_many_queries_for_fifty_as_for_five(scene: Scene, app: Flask, client: FlaskClient, signed_in, who: str) -> None:
    browser = client if who == "visitor" else signed_in(scene.borrower)
    browser.get("/")
    sent = []
    for more in (6, 50):

        def fill(session, more=more) -> None:
            for _ in range(more):
                make.resource(session, make.centre(session), share_scope="public")
                make.resource(session, make.centre(session), kind="stage_truck", share_scope="public")

        scene.write(fill)
        scene.reindex()
        with app.app_context():
            engine = db.engine
        with counted(engine) as statements:
            page(browser)
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 32


def test_english_page_marks_chinese_data(scene: Scene, client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    html = page(client)
    body = html[html.index("<main") : html.index("</main>")]
    bare = re.sub(r'<span lang="zh"[^>]*>.*?</span>', "", body, flags=re.S)
    assert not re.findall(r">[^<]*[㐀-鿿][^<]*", bare)
