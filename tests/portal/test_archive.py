"""The archive in public: nothing empty, every card says who may open it, a page for each item in both languages."""

import re
from datetime import timedelta

import pytest

from alliance import clock
from alliance.archive import listing
from alliance.archive.documents import document
from alliance.archive.models import today
from alliance.archive.visibility import tokens_for
from alliance.translations.__main__ import build
from search.backend import open_backend
from search.types import Query
from tests import make
from tests.archive.conftest import browsers, count_queries  # noqa: F401
from tests.conftest import BOTH

CHINESE = re.compile("[㐀-鿿]+")


@pytest.fixture
def some(write):
    """Seven items of two centres that differ in everything the front page counts."""

    def add(session):
        first = make.centre(session, name="望岭县文化馆", name_en="Wangling Cultural Centre")
        second = make.centre(session, name="云坪县文化馆", address="云坪县文化路1号", duty_hours="周二至周日 9:00–17:00")
        rows = {
            "opera": {
                "art_forms": ["huangmei", "yueju_zhejiang"],
                "allowed_uses": ["classroom", "research"],
                "type": "moving_image",
                "details": {"minutes": 38},
            },
            "song": {"art_forms": ["folk_song", "xiqu"], "created_text": "198X", "year": 1980, "type": "sound"},
            "score": {
                "owner": second,
                "art_forms": ["instrumental"],
                "created_text": "1921~",
                "year": 1921,
                "details": {"pages": 32},
            },
            "site": {"owner": second, "file_access": "on_site", "file": None},
            "asked": {"file_access": "on_request"},
            "members": {"record_visibility": "members", "file_access": "members", "art_forms": ["quyi"], "year": 1950},
            "unclear": {"rights_status": "unknown", "title_en": "Lantern fair", "description_en": "Lanterns."},
        }
        return {name: make.asset(session, **{"owner": first, **values}).code for name, values in rows.items()}

    return write(add)


def counted(page):
    """What the lists of the front page count: label -> number."""
    entry = r"<li><a href=\"[^\"]*\" rel=\"nofollow\">(?:<svg.*?</svg>)?(.*?)<(?:span|small[^>]*)>(\d+)"
    return {re.sub("<.*?>", "", label): int(number) for label, number in re.findall(entry, page, re.DOTALL)}


def test_an_empty_archive_has_no_empty_headings(client):
    page = client.get("/archive")
    assert page.status_code == 200
    assert "还没有公开的作品" in page.text
    for heading in ("今日一件", "新近入藏", "按年代", "按门类", "按馆"):
        assert f">{heading}</h2>" not in page.text


@BOTH
def test_the_front_page_counts_what_one_may_see(client, some):
    found = counted(client.get("/archive").text)
    assert found["戏曲"] == 2
    assert found["音乐"] == 2
    assert found["民间文艺"] == 3
    assert "曲艺" not in found
    assert {label: n for label, n in found.items() if label.endswith("年代")} == {"1920年代": 1, "1980年代": 1, "1990年代": 4}
    assert (found["望岭县文化馆"], found["云坪县文化馆"]) == (4, 2)
    assert "共6件" in client.get("/archive").text


@BOTH
def test_members_count_more(write, signed_in, some):
    member = write(lambda session: make.person(session, make.centre(session)).id)
    found = counted(signed_in(member).get("/archive").text)
    assert found["曲艺"] == 1
    assert found["1950年代"] == 1
    assert found["望岭县文化馆"] == 5


def test_one_item_is_told_for_a_day_and_only_an_open_one(session):
    owner = make.centre(session)
    open_ones = {make.asset(session, owner).id for _ in range(3)}
    make.asset(session, owner, rights_status="unknown")
    make.asset(session, owner, file_access="on_site")
    make.asset(session, owner, description="太短。")
    told = []
    for day in range(6):
        with clock.moved(clock.now() + timedelta(days=day)):
            told.append(listing.told(session).id)
    assert set(told) == open_ones
    assert told[:3] == told[3:]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("opera", ("公开，可打开", "38分钟", "下载 PNG")),
        ("song", ("1980年代",)),
        ("score", ("约1921年", "32页")),
        ("site", ("馆内观摩", "云坪县文化路1号", "周二至周日", "这件只能到馆内观摩")),
        ("asked", ("凭申请使用", "0900-555 0100", "用途和期限")),
        ("unclear", ("文件暂不开放", "版权还没有查清")),
    ],
)
def test_an_item_says_what_one_may_do(client, some, name, words):
    page = client.get(f"/archive/{some[name]}")
    assert page.status_code == 200
    box = page.text.split('id="rights"')[1].split("</section>")[0]
    assert ("允许的用途" in box) == (name == "opera")
    if name == "opera":
        assert "课堂教学、研究" in box
        assert 'aria-describedby="rights-uses"' in box
    for word in (*words, "受著作权保护", "下载与使用", "GB/T 7714", some[name], "收藏单位"):
        assert word in page.text, word


@pytest.mark.parametrize(
    ("media_type", "tag"),
    [
        ("image/png", "<img"),
        ("audio/mpeg", "<audio"),
        ("video/mp4", "<video"),
        ("application/pdf", "打开 PDF"),
        ("image/tiff", "浏览器放不了"),
    ],
)
def test_each_type_is_shown_by_the_browsers_own_means(write, client, media_type, tag):
    code = write(lambda session: make.asset(session, make.centre(session), file=make.file(session, media_type=media_type)).code)
    main = client.get(f"/archive/{code}").text.split('<main id="main"')[1]
    shown = main.split('<div class="cols cols--side')[0]
    assert tag in shown
    assert f"/archive/{code}/file" in main


def test_what_is_typed_is_never_run(write, client):
    script = "<script>alert(1)</script>"
    values = dict.fromkeys(("title", "description", "creator", "place_text", "source", "rights_holder"), script)
    code = write(lambda session: make.asset(session, make.centre(session), **values).code)
    for path in ("/archive", f"/archive/{code}"):
        assert script not in client.get(path).text
        assert "&lt;script&gt;" in client.get(path).text


def test_english_pages_hold_no_chinese_outside_its_mark(client, browsers, some):  # noqa: F811
    build()
    staff = browsers()["staff"]
    staff.client.set_cookie("lang", "en")
    code = staff.post("/archive/new", title="采茶戏", created_text="1980年代").location.split("/")[2]
    public = ["/archive", *(f"/archive/{code}" for code in some.values() if code != some["members"])]
    own = [
        "/archive/mine",
        "/archive/new",
        "/archive/reviews",
        *(f"/archive/{code}{page}" for page in ("", "/edit", "/upload", "/withdraw")),
    ]
    client.set_cookie("lang", "en")
    for browser, paths in ((client, public), (staff.client, own)):
        for path in paths:
            text = browser.get(path).text
            assert '<html lang="en"' in text, path
            main = text.split('<main id="main"')[1].split("</main>")[0]
            for marked in (r'<span lang="zh">.*?</span>', r"<(?:textarea|input).*?>[^<]*", r'(?:alt|aria-label)="[^"]*"'):
                main = re.sub(marked, "", main, flags=re.DOTALL)
            assert CHINESE.search(main) is None, (path, CHINESE.findall(main))


def test_pages_take_as_many_queries_for_many_as_for_few(client, some, write, count_queries):  # noqa: F811
    paths = ("/archive", f"/archive/{some['opera']}")

    def more(session):
        for _ in range(4):
            owner = make.centre(session)
            for _ in range(10):
                make.asset(session, owner)

    def counts():
        return [count_queries(client.get, path) for path in paths]

    counts()
    few = counts()
    write(more)
    assert counts() == few
    assert max(few) <= 16, few


def test_the_index_finds_it_by_name_place_and_people_for_those_who_may(session, tmp_path):
    owner, far = make.centre(session, name="望岭县文化馆"), make.centre(session)
    values = {"place_text": "临湖村", "art_forms": ["folk_song"], "year": 1984}
    open_one = make.asset(session, owner, title="渔歌号子", **values)
    make.performer(open_one)
    closed = make.asset(session, owner, title="渔歌内部资料", record_visibility="own_centre", file_access="own_centre")
    lapsed = make.asset(session, owner, title="渔歌童声", minor_consent_until=today().replace(year=2020))
    hidden = make.asset(session, owner, title="渔歌草稿", state="draft")
    assert document(hidden) is None
    engine = open_backend("", path=tmp_path / "index.db")
    engine.add([document(asset) for asset in (open_one, closed, lapsed)])
    staff, member = make.person(session, owner), make.person(session, far)

    def found(words, person, **given):
        return {hit.id for hit in engine.find(Query(words=words, scopes=tokens_for(person), **given)).hits}

    everybody = {f"a:{open_one.id}"}
    for words in ("渔歌", "yuge", "临湖村", "周阿婆", "民歌", open_one.code):
        assert found(words, None) == everybody, words
    assert found("渔歌", member) == everybody
    assert found("渔歌", staff) == {f"a:{row.id}" for row in (open_one, closed, lapsed)}
    facets = engine.find(Query(scopes=tokens_for(None), facets=("decade", "access", "art_form", "type", "kind"))).facets
    assert facets == {
        "decade": {"1980s": 1},
        "access": {"public": 1},
        "art_form": {"music": 1, "folk_song": 1},
        "type": {"still_image": 1},
        "kind": {"media": 1},
    }
    assert found("", None, filters={"decade": ("1980s",)}) == everybody
