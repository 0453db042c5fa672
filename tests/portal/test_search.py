"""The search page: what is found, for whom, on which days, how it is narrowed, and that no address breaks it."""

import re
import time
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from alliance import clock
from alliance.app import create_app
from alliance.archive.models import today
from alliance.catalogue.availability import midnight
from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.portal.asked import RANGES
from search.mapping import FACETS
from tests import make
from tests.conftest import BOTH, settings
from tests.portal.conftest import SINGER, Away, Scene
from tests.queries import asked_of, counted

DAY = timedelta(days=1)


def page(client: FlaskClient, **asked: object) -> str:
    answer = client.get("/search?" + urlencode(asked, doseq=True))
    assert answer.status_code == 200
    return unescape(answer.text)


def titles(html: str) -> list[str]:
    return re.findall(r'class="entry__title">(?:<span class="entry__no">\d+</span>)?<a [^>]*>(?:<span lang="zh">)?([^<]+)', html)


def counts(html: str, title: str) -> dict[str, int]:
    block = re.search(rf"<summary>{title}</summary><ul>(.*?)</ul>", html, re.S)
    return {label: int(n) for label, n in re.findall(r"<span>([^<]+)</span><span>(\d+)</span>", block[1])} if block else {}


def tomorrow() -> date:
    return clock.local(clock.now()).date() + DAY


@BOTH
def test_visitor_finds_what_is_public_and_sees_no_calendar(scene: Scene, client: FlaskClient) -> None:
    html = page(client)
    assert sorted(titles(html)) == ["周老师 合唱与声乐", "禾丰一号舞台车", "禾丰剧场"]
    assert 'class="week"' not in html
    assert "申请借用" not in re.sub(r"<aside.*?</aside>", "", html, flags=re.S)
    assert titles(page(client, q="舞台车")) == ["禾丰一号舞台车"]
    assert titles(page(client, q="wutaiche"))
    for private in ("岚A·T4821", "0900-555 0142"):
        assert private not in html


def test_members_see_the_week_and_what_their_scope_reaches(scene: Scene, signed_in) -> None:
    html = page(signed_in(scene.borrower))
    assert 'class="week"' in html
    assert "/agreements/new?resource=WC-0001" in html
    assert "县内排练厅" not in html
    assert "县内排练厅" in page(signed_in(scene.owner_staff))


def test_counts_of_a_facet_ignore_its_own_choice_and_keep_the_others(scene: Scene, client: FlaskClient) -> None:
    assert counts(page(client), "种类") == {"人才": 1, "场馆": 1, "流动舞台车": 1}
    html = page(client, kind="venue")
    assert titles(html) == ["禾丰剧场"]
    assert counts(html, "种类") == {"人才": 1, "场馆": 1, "流动舞台车": 1}
    two = page(client, kind=["venue", "stage_truck"])
    assert len(titles(two)) == 2
    one = page(client, kind=["venue", "stage_truck"], centre="pingdu")
    assert titles(one) == []
    assert counts(one, "种类") == {"人才": 1, "场馆": 0, "流动舞台车": 0}
    areas = counts(page(client), "地区")
    assert areas["平渡市"] == 1
    assert areas["清泽市"] == 2


def test_links_that_narrow_are_not_followed_by_robots(scene: Scene, client: FlaskClient) -> None:
    html = page(client, kind="venue")
    links = re.findall(r'<a href="(/search[^"]*)"([^>]*)><span>', html)
    assert len(links) > 4
    assert all('rel="nofollow"' in rest for _url, rest in links)
    for url, _rest in links:
        assert client.get(url).status_code == 200


def test_chip_takes_off_one_condition(scene: Scene, client: FlaskClient) -> None:
    html = page(client, q="禾丰", kind="venue")
    cross = '<span aria-hidden="true">×</span><span class="visually-hidden">'
    off = dict(re.findall(rf'<a href="([^"]+)" rel="nofollow">{cross}去掉([^：]+)：', html))
    assert {name: client.get(url).status_code for url, name in off.items()} == {"词": 200, "种类": 200}
    wordless = next(url for url, name in off.items() if name == "词")
    assert "q=" not in wordless
    assert "kind=venue" in wordless


@BOTH
def test_free_between_asks_for_the_usual_days_of_a_person(scene: Scene, client: FlaskClient, app: Flask) -> None:
    scene.change("RC-0001", details=SINGER | {"weekdays": ["mon", "wed"]})
    monday = today() + timedelta(days=14 - today().weekday())
    on_monday, on_thursday, all_week = (
        counts(page(client, **{"from": f"{first}", "to": f"{last}"}), "种类")
        for first, last in (
            (monday, monday),
            (monday + timedelta(days=3), monday + timedelta(days=3)),
            (monday, monday + timedelta(days=20)),
        )
    )
    assert on_monday == all_week, "a series is arranged day by day"
    assert on_monday["人才"] - on_thursday.get("人才", 0) == 1


@BOTH
def test_free_between_leaves_out_who_is_busy(scene: Scene, client: FlaskClient, app: Flask) -> None:
    start = tomorrow() + DAY

    def take(session) -> None:
        truck = session.query(Resource).filter_by(code="WC-0001").one()
        make.occupancy(session, truck, midnight(start), 20)  # striking and setting up take their time

    scene.write(take)
    free = page(client, **{"from": start, "to": start})
    assert "禾丰一号舞台车" not in free
    assert "找到2项" in free
    assert counts(free, "种类") == {"人才": 1, "场馆": 1}
    after = page(client, **{"from": start + DAY, "to": start + 2 * DAY})
    assert "找到3项" in after
    across = page(client, **{"from": tomorrow(), "to": start + DAY})
    assert "找到2项" in across


def test_too_many_busy_asks_to_narrow(scene: Scene, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance.portal.finding.MOST_BUSY", 0)
    scene.change("CG-0001", state="paused")
    html = page(client, **{"from": tomorrow()})
    assert "没有按日期筛选" in html


def test_days_that_are_not_understood_are_said(scene: Scene, client: FlaskClient) -> None:
    for wrong in ("2026-13-40", "明天", "0001-01-01", "2020-01-01"):
        html = page(client, **{"from": wrong})
        assert "没有按日期筛选" in html
        assert "找到3项" in html
    # the wrong way round is turned, one end alone is one day
    html = page(client, **{"from": tomorrow() + 2 * DAY, "to": tomorrow()})
    assert f'name="from" type="date" value="{tomorrow()}"' in html


def test_distance_from_a_chosen_centre(scene: Scene, client: FlaskClient) -> None:
    html = page(client, near="石桥区馆", sort="distance")
    assert titles(html)[-1] == "周老师 合唱与声乐"
    assert "43 km·车程约70分钟" in html
    assert 'class="draw"' in html
    close = page(client, near="shiqiao", within=50)
    assert "找到2项" in close
    assert "50 km以外还有1项" in close
    assert "没有找到名为" in page(client, near="无此馆")


def test_signed_in_count_from_their_own_centre(scene: Scene, signed_in) -> None:
    assert "43 km" in page(signed_in(scene.borrower))


def test_empty_tells_the_nearest_that_is(scene: Scene, client: FlaskClient) -> None:
    html = page(client, q="舞台车", kind="venue")
    assert "没有完全合用的" in html
    ways = dict(re.findall(r'<a class="btn[^"]*" href="([^"]+)">([^<]+)</a>', html))
    assert "去掉分类条件（1项）" in ways.values()
    url = next(url for url, label in ways.items() if label.startswith("去掉分类条件"))
    assert titles(unescape(client.get(url).text)) == ["禾丰一号舞台车"]


def test_sizes_can_be_asked_for(scene: Scene, client: FlaskClient) -> None:
    assert titles(page(client, kind="venue", min_seats=200)) == ["禾丰剧场"]
    assert titles(page(client, kind="venue", min_seats=300)) == []
    assert titles(page(client, kind="stage_truck", max_height=3.8)) == []


def test_what_was_hidden_since_it_was_indexed_is_not_shown(scene: Scene, client: FlaskClient) -> None:
    scene.change("WC-0001", state="withdrawn")
    assert "禾丰一号舞台车" not in titles(page(client))


def test_records_of_the_archive_are_found_too(scene: Scene, client: FlaskClient) -> None:
    def add(session) -> None:
        owner = session.query(Resource).first().owner
        make.asset(session, owner, title="岭上庙会采茶戏", state="published", record_visibility="public", file_access="public")

    scene.write(add)
    scene.reindex()
    html = page(client, q="采茶戏")
    assert titles(html) == ["岭上庙会采茶戏"]
    assert "/archive/" in html


@BOTH
def test_engine_away_finds_by_name_and_says_so(scene: Scene, engine_away: None, client: FlaskClient) -> None:
    taken = []
    for _try in range(3):
        started = time.perf_counter()
        html = page(client, q="舞台车", kind="stage_truck", centre="hefeng", fee="free", level="county")
        taken.append(time.perf_counter() - started)
    assert min(taken) < 1, "at the best of three: the machine may be busy with something else"
    assert titles(html) == ["禾丰一号舞台车"]
    assert "查找引擎暂时不能用" in html
    assert sorted(titles(page(client))) == ["周老师 合唱与声乐", "禾丰一号舞台车", "禾丰剧场"]
    assert titles(page(client, q="100%_")) == []


@BOTH
def test_engine_away_finds_the_archive_within_what_one_may_see(
    scene: Scene, engine_away: None, app: Flask, client: FlaskClient, signed_in
) -> None:
    def add(session) -> None:
        owner = session.query(Resource).filter_by(code="CG-0001").one().owner
        told = {"title": "岭上庙会", "description": "一九九三年的采茶戏，台下有人举着手电照谱。", "year": 1993, "type": "sound"}
        make.asset(session, owner, **told)
        make.asset(
            session,
            owner,
            **told | {"title": "灯彩", "title_en": "Tea picking", "creator": "采茶戏社", "description": "", "year": 1982},
        )
        make.asset(session, owner, **told | {"title": "成员可见", "record_visibility": "members"})
        make.asset(session, owner, **told | {"title": "本馆可见", "record_visibility": "own_centre"})
        make.asset(session, owner, **told | {"title": "草稿", "state": "draft"})
        make.asset(session, owner, **told | {"title": "已撤下", "state": "withdrawn"})

    scene.write(add)
    html = page(client, q="采茶戏")
    assert (titles(html), "找到2项" in html, "按名称和档案说明" in html) == (["灯彩", "岭上庙会"], True, True)
    assert titles(page(client, q="TEA")) == ["灯彩"]
    assert titles(page(client, q="采茶戏", decade="1990s", type="sound")) == ["岭上庙会"]
    assert titles(page(client, q="采茶戏", decade="x")) == titles(page(client, q="采茶戏", fee="free")) == []
    assert titles(page(client, q="采茶戏", kind="venue")) == titles(page(client, q="采茶戏", min_seats=1)) == []
    assert titles(page(client, kind="media", centre="hefeng")) == ["灯彩", "岭上庙会"]
    assert sorted(titles(page(client, q="禾丰"))) == ["禾丰一号舞台车", "禾丰剧场"]
    assert set(titles(page(signed_in(scene.borrower), q="采茶戏"))) == {"灯彩", "岭上庙会", "成员可见"}
    assert set(titles(page(signed_in(scene.owner_staff), q="采茶戏"))) == {"灯彩", "岭上庙会", "成员可见", "本馆可见"}


@BOTH
def test_engine_away_narrows_as_the_engine_does(scene: Scene, app: Flask, client: FlaskClient) -> None:
    def add(session) -> None:
        hall = session.query(Resource).filter_by(code="CG-0001").one()
        hall.audiences, hall.division_code, hall.version = ["elderly", "children"], "990201", hall.version + 1
        far = session.query(Resource).filter_by(code="RC-0001").one().owner
        told = {"art_forms": ["choral"], "type": "sound", "file_access": "public", "rights_status": "own"}
        yesterday, tomorrow = today() - timedelta(days=1), today() + timedelta(days=1)
        for number, values in enumerate(
            (
                {"art_forms": ["jingju", "dance"], "place_code": "990113"},
                {"rights_status": "unknown"},
                {"rights_status": "unknown", "file_access": "on_request"},
                {"embargo_until": tomorrow},
                {"lease_until": yesterday, "file_access": "on_site"},
                {"licence_until": yesterday},
                {"licence_until": tomorrow, "file_access": "members", "art_forms": []},
            )
        ):
            make.asset(session, far, title=f"唱段{number}", **told | values)

    scene.write(add)
    scene.reindex()
    asked = [
        *({"art_form": one} for one in ("music", "choral", "xiqu", ["dance", "vocal"], "no_such", '"')),
        *({"area": one} for one in ("9901", "9902", "990113", "990200", ["990113", "9902"], "99", "x%", "٩٩٠١")),
        *({"audience": one} for one in ("elderly", "children", ["children", "youth"], "elder")),
        *({"access": one} for one in ("public", "own_centre", "members", "on_request", ["on_site", "public"], "x")),
        *({"type": one} for one in ("sound", "venue_type:theatre", ["vehicle_type:stage_double", "sound"], "venue_type:x")),
        {"art_form": "music", "area": "9902", "access": "public"},
    ]
    found = [sorted(titles(page(client, **one))) for one in asked]
    assert sum(map(bool, found)) > 15
    app.extensions["search"] = Away()
    assert [sorted(titles(page(client, **one))) for one in asked] == found
    assert "没有用上" not in page(client, area="9901", kind="venue")
    days = {"from": today() + timedelta(days=3), "to": today() + timedelta(days=4)}
    assert "没有用上：空闲日期、距离、座席不少于。" in page(client, area="9901", min_seats=100, near="shiqiao", within=30, **days)


@BOTH
def test_engine_away_pages_and_queries_do_not_grow(scene: Scene, engine_away: None, app: Flask, client: FlaskClient) -> None:
    sent = []
    for more in (4, 30):

        def add(session, more=more) -> None:
            owner = session.query(Resource).first().owner
            for _ in range(more):
                make.asset(session, owner, title="采茶戏")
                make.resource(session, make.centre(session), share_scope="public", title="采茶戏台")

        scene.write(add)
        with asked_of(app) as statements:
            assert len(titles(page(client, q="采茶"))) == min(2 * more, 20)
        sent.append(len(statements))
    assert sent[0] == sent[1]
    assert sum(len(titles(page(client, q="采茶", page=number))) for number in (1, 2, 3, 4, 5)) == 68


def test_english_page_marks_chinese_data(scene: Scene, client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    html = page(client)
    assert "Hefeng Theatre" in html
    bare = re.sub(r'<span lang="zh"[^>]*>.*?</span>', "", html[html.index("<main") : html.index("</main>")], flags=re.S)
    bare = re.sub(r"<datalist.*?</datalist>", "", bare, flags=re.S)
    assert not re.findall(r">[^<]*[㐀-鿿]", bare)


def test_pages_of_a_long_list(scene: Scene, client: FlaskClient) -> None:
    def fill(session) -> None:
        owner = session.query(Resource).first().owner
        for _ in range(45):
            make.resource(session, owner, share_scope="public")

    scene.write(fill)
    scene.reindex()
    seen: set[str] = set()
    for number in (1, 2, 3):
        html = page(client, page=number, sort="newest")
        seen |= set(titles(html))
        assert "找到48项" in html
    assert len(seen) == 48
    assert titles(page(client, page=9999)) == []


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_as_many_queries_for_fifty_as_for_five(scene: Scene, app: Flask, client: FlaskClient, signed_in, who: str) -> None:
    browser = client if who == "visitor" else signed_in(scene.borrower)
    browser.get("/search")
    sent = []
    for more in (2, 45):

        def fill(session, more=more) -> None:
            for _ in range(more):
                one = make.resource(session, make.centre(session), share_scope="public")
                make.occupancy(session, one, clock.now())

        scene.write(fill)
        scene.reindex()
        with app.app_context():
            engine = db.engine
        with counted(engine) as statements:
            assert len(titles(page(browser))) == min(3 + more + (2 if more == 45 else 0), 20)
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 14


def test_visitors_are_slowed_down_and_members_are_not(tmp_path, database: str) -> None:
    app = create_app(settings(tmp_path, database, search_rate="3 per minute"))
    client = app.test_client()
    assert [client.get("/search").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    with app.app_context():
        db.engine.dispose()


NAMES = st.sampled_from(["q", "from", "to", "near", "within", "sort", "page", "month", "lang", *FACETS, *RANGES])
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["0", "-1", "1e400", "nan", "inf", "999999999999999999999", "2026-02-30", "\x00", "';--", '"', "%", "a:b", "990"]
    ),
    st.dates().map(str),
    st.floats().map(str),
)


@rules(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_no_address_is_an_error(scene: Scene, client: FlaskClient, asked: list[tuple[str, str]]) -> None:
    answer = client.get("/search?" + urlencode(asked, errors="surrogatepass"))
    assert answer.status_code == 200


@BOTH
@pytest.mark.parametrize(
    "raw",
    ["q=%ff%fe", "q=%00%00", "kind=%ED%A0%80", "page=１", "from=２０２６-01-01", "q=" + "字" * 3000, "near=%00", "centre=%00"],
)
def test_odd_bytes(scene: Scene, client: FlaskClient, raw: str) -> None:
    assert client.get("/search?" + raw).status_code == 200


def test_only_the_search_page_fills_the_box_in_the_header(scene, client, write, signed_in):
    """A list with a q of its own says nothing there."""
    staff = write(lambda session: make.person(session, make.centre(session)).id)
    box = re.compile(r'<input class="find__input" id="q" name="q" type="search" value="([^"]*)"')
    assert box.findall(page(client, q="舞台车")) == ["舞台车"]
    assert box.findall(signed_in(staff).get("/agreements?q=重阳").text) == [""]
    assert box.findall(client.get("/centres?q=禾丰").text) == [""]
