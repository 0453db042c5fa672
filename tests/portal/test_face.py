"""What the public finds in the archive besides items: collections, places, citations, neighbours; all light, all without script."""

import re

import pytest

from alliance import indexing
from alliance.archive import related
from alliance.archive.models import AssetRelation
from alliance.places.models import Division
from tests import make
from tests.archive.conftest import count_queries  # noqa: F401
from tests.conftest import BOTH

ALLIANCE = "岚江省文化馆联盟"


@pytest.fixture
def shelf(write):
    """A collection of three, of which one is for members."""

    def build(session):
        owner = make.centre(session, name="望岭县文化馆", division_code="110101")
        rows = [make.asset(session, owner, title=f"采茶戏之{n}") for n in ("三", "一", "二")]
        rows[2].record_visibility = rows[2].file_access = "members"
        texts = {"title_en": "Tea opera", "text": "先说第一段。\n再说第二段。", "text_en": "In English."}
        made = make.collection(session, owner, *rows, slug="tea", title="岭上采茶戏", **texts)
        made.cover_id = rows[1].id
        return [row.code for row in rows], owner.slug

    return write(build)


@BOTH
def test_a_collection_shows_its_members_in_order_to_whom_they_are(shelf, client, write, signed_in):
    codes, _slug = shelf
    page = client.get("/archive/collections/tea").text
    assert re.findall(r'<h2><a href="/archive/(DA-\d+)"', page) == codes[:2]
    assert "先说第一段。</p>" in page
    assert "<p>再说第二段。" in page
    assert "2件" in page
    assert "公开，可打开" in page
    assert '<link rel="canonical" href="' in page
    member = signed_in(write(lambda session: make.person(session, make.centre(session)).id))
    assert re.findall(r'<h2><a href="/archive/(DA-\d+)"', member.get("/archive/collections/tea").text) == codes
    client.set_cookie("lang", "en")
    assert "In English." in client.get("/archive/collections/tea").text
    assert client.get("/archive/collections/none").status_code == 404


def test_a_draft_collection_is_nobody_elses(shelf, client, write, signed_in):
    def build(session):
        owner = make.centre(session)
        make.collection(session, owner, make.asset(session, owner), slug="draft", state="draft")
        return make.person(session, owner).id

    staff = signed_in(write(build))
    assert client.get("/archive/collections/draft").status_code == 404
    assert "草稿" in staff.get("/archive/collections/draft").text
    assert "/archive/collections/draft" not in client.get("/archive/collections").text


@BOTH
def test_the_front_page_leads_to_collections_and_places_with_numbers(shelf, client, write):
    write(lambda session: make.asset(session, make.centre(session, division_code="110102"), place_code="110101001001"))
    page = client.get("/archive").text
    assert 'href="/archive/collections/tea"' in page
    assert "全部1个" in page
    assert re.findall(r'<a href="(/search\?kind=media&amp;area=\d+)" rel="nofollow">.*?<span>(\d+)', page) == [
        ("/search?kind=media&amp;area=110101", "3")
    ]
    assert "岭上采茶戏" in client.get("/archive/collections").text


def test_places_have_their_english_names_where_the_alliance_gave_them(client, write):
    def build(session):
        session.add(Division(code="990122", name="禾丰县", name_en="Hefeng County", level="county"))
        return make.asset(session, make.centre(session, division_code="990122"), place_code="990122").code

    write(build)
    assert ">禾丰县" in client.get("/archive").text
    client.set_cookie("lang", "en")
    page = client.get("/archive").text
    assert "Hefeng County" in page
    assert "禾丰县" not in page


def test_the_standing_collections_are_there_once_they_hold_something(client, write):
    assert "群星奖" not in client.get("/archive/collections").text
    write(lambda session: make.asset(session, make.centre(session), details={"award": "qunxing", "heritage_item": "采茶戏"}).code)
    page = client.get("/archive/collections").text
    assert page.count("常设专题") == 2
    links = re.findall(r'<h2><a href="(/archive/collections/[^"]+)"', page)
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_pages_of_collections_take_as_many_queries_for_many_as_for_few(shelf, client, write, count_queries):  # noqa: F811
    paths = ("/archive/collections", "/archive/collections/tea")
    counts = [count_queries(client.get, path) for path in paths]
    counts = [count_queries(client.get, path) for path in paths]

    def more(session):
        owner = make.centre(session)
        for n in range(6):
            make.collection(session, owner, *(make.asset(session, owner) for _ in range(3)), slug=f"more-{n}")

    write(more)
    assert [count_queries(client.get, path) for path in paths] == counts
    assert max(counts) <= 10


def test_citations_in_three_styles(write, client):
    values = {"title": "《双下山》50% & 全本_{旧}", "creator": "岭上业余剧团", "type": "moving_image", "title_en": "Down the Hill"}
    code = write(lambda session: make.asset(session, make.centre(session, name="望岭县文化馆"), art_forms=["xiqu"], **values).code)
    page = client.get(f"/archive/{code}").text
    address = re.search(r'<link rel="canonical" href="([^"]+)"', page)[1]
    assert address.endswith(f"/archive/{code}")
    assert "岭上业余剧团. 《双下山》50% &amp; 全本_{旧}[A/OL]. 望岭县文化馆, 1993-04-18[" in page
    assert re.findall(r'<a href="(/archive/[^"]+/cite\.\w+)">', page) == [f"/archive/{code}/cite.bib", f"/archive/{code}/cite.ris"]
    bib = client.get(f"/archive/{code}/cite.bib")
    assert bib.content_type == "application/x-bibtex; charset=utf-8"
    assert bib.headers["Content-Disposition"] == f'attachment; filename="{code}.bib"'
    assert bib.text.startswith(f"@misc{{{code},\n  author = {{{{岭上业余剧团}}}},\n")
    assert r"title = {{《双下山》50\% \& 全本\_\textbraceleft{}旧\textbraceright{}}}," in bib.text
    assert "  date = {1993-04-18}," in bib.text
    assert f"  url = {{{address}}}," in bib.text
    ris = client.get(f"/archive/{code}/cite.ris").text
    rows = [line.split("  - ") for line in ris.split("\r\n") if line]
    told = dict(rows)
    assert (rows[0], rows[-1]) == (["TY", "VIDEO"], ["ER", ""])
    assert (told["AU"], told["PY"], told["DA"], told["UR"]) == ("岭上业余剧团", "1993", "1993/04/18/", address)
    assert (told["KW"], told["TT"], told["AN"]) == ("戏曲", "Down the Hill", code)
    assert client.get(f"/archive/{code}/cite.xml").status_code == 404
    assert "&lt;" not in bib.text


@pytest.mark.parametrize(
    "title", ["结尾}} }, url = {https://evil.example/}", "开头{ 采茶", "反斜杠\\} 采茶", "@misc{x, title={y}}"]
)
def test_no_title_ends_its_field_before_its_time(write, client, title):
    """Every reader of BibTeX finds the end of a field by counting braces."""
    code = write(lambda session: make.asset(session, make.centre(session), title=title).code)
    bib, depth, at_top = client.get(f"/archive/{code}/cite.bib").text, 0, []
    for sign in bib.strip():
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
        at_top += [sign] if depth == 1 else []
    assert depth == 0
    fields = re.findall(r"(\w+) = ", "".join(at_top))
    assert len(fields) == len(set(fields)) == len(re.findall(r"^  \w+ = ", bib, re.MULTILINE))


def test_a_citation_of_what_one_may_not_read_is_not_given(write, client):
    def build(session):
        owner = make.centre(session)
        hidden = make.asset(session, owner, record_visibility="members")
        gone = make.asset(session, owner, state="withdrawn", withdrawn_why="权利人要求")
        return hidden.code, gone.code

    for code in write(build):
        assert client.get(f"/archive/{code}/cite.bib").status_code == 404


def test_the_head_of_an_item_carries_its_record(write, client):
    values = {"title": '采茶戏"全本"', "type": "sound", "place_text": "岭上村", "language": "gan"}
    code = write(lambda session: make.asset(session, make.centre(session), **values).code)
    page = client.get(f"/archive/{code}").text
    found = dict(re.findall(r'<meta name="DC\.(\w+)" content="([^"]*)">', page))
    assert found["title"] == "采茶戏&#34;全本&#34;"
    assert (found["type"], found["date"], found["coverage"], found["language"]) == ("Sound", "1993-04-18", "岭上村", "gan")
    assert found["rights"] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert found["identifier"].endswith(code)


@BOTH
def test_neighbours_come_the_closest_first(session):
    owner, far = make.centre(session), make.centre(session)
    one = make.asset(session, owner, art_forms=["xiqu"], place_text="岭上村")
    make.performer(one, name="王一")
    series = make.asset(session, far, art_forms=["dance"])
    whole = make.asset(session, far, art_forms=["dance"])
    cast, beside, there = (make.asset(session, far, art_forms=["music"]) for _ in range(3))
    make.performer(cast, name="王一")
    make.collection(session, owner, one, beside)
    there.place_text = "岭上村"
    form, mine, hidden = make.asset(session, far, art_forms=["xiqu"]), make.asset(session, owner), make.asset(session, owner)
    hidden.record_visibility = "members"
    make.asset(session, far, art_forms=["photo"])
    for number, asset in enumerate((one, series)):
        session.add(AssetRelation(asset_id=asset.id, kind="in_series", other_id=whole.id, rank=number))
    session.flush()
    found = related.siblings(session, None, one, count=10)
    assert [asset.id for asset in found] == [row.id for row in (series, cast, beside, there, form, mine)]
    assert [asset.id for asset in related.siblings(session, None, one, count=2)] == [series.id, cast.id]


def test_an_item_names_its_collections_its_relations_and_its_exchange(shelf, client, write):
    codes, _slug = shelf

    def tie(session):
        first, second = (session.query(make.Asset).filter_by(code=code).one() for code in codes[:2])
        session.add(AssetRelation(asset_id=first.id, kind="part_of", other_id=second.id))

    write(tie)
    page = client.get(f"/archive/{codes[0]}").text
    assert "收在专题</h2>" in page
    assert 'href="/archive/collections/tea"' in page
    assert "属于</h2>" in page
    assert f'href="/archive/{codes[1]}">采茶戏之一' in page
    assert "包含</h2>" in client.get(f"/archive/{codes[1]}").text


def test_pages_are_light_and_work_without_script(shelf, client, write):
    codes, _slug = shelf

    def many(session):
        for n in range(40):
            owner = make.centre(session)
            make.collection(session, owner, *(make.asset(session, owner, title=f"第{n}件") for _ in range(2)), slug=f"s{n}")

    write(many)
    for path in ("/archive", "/archive/collections", "/archive/collections/tea", f"/archive/{codes[0]}", "/search?kind=media"):
        answer = client.get(path)
        assert len(answer.data) < 100_000, (path, len(answer.data))
        pictures = re.findall(r"<img [^>]*>", answer.text)
        main = [one for one in pictures if "/file" not in one]
        assert all("width=" in one and "height=" in one for one in main), path
        assert not re.search(r"<a [^>]*href=\"(#|javascript:)\"", answer.text)


def test_the_one_search_narrows_the_archive_by_its_own_ways(app, write, client):
    def build(session):
        owner = make.centre(session, division_code="110101")
        make.asset(session, owner, title="渔歌一", type="sound", art_forms=["folk_song"], year=1984)
        make.asset(session, owner, title="渔歌二", type="moving_image", art_forms=["xiqu"], year=1993, file_access="on_site")
        closed = make.asset(session, owner, title="渔歌三", type="sound", art_forms=["xiqu"], year=1993, file_access="members")
        make.caption(session, make.asset(session, owner, title="别的", place_code="110102"), "一把火烧开满壶春")
        make.caption(session, closed, "不给外人听的一句")

    write(build)
    indexing.reindex(app)
    page = client.get("/search?kind=media").text
    for title in ("类型", "文艺门类", "年代", "地区", "档案文件"):
        assert title in page.partition('<section aria-label="结果">')[0], title
    assert "空闲日期" not in page
    for word in ("公开，可打开", "馆内观摩", "成员馆可打开"):
        assert word in page, word

    def titles(query):
        found = client.get(f"/search?kind=media&{query}").text.partition('<section aria-label="结果">')[2]
        return {title for title in ("渔歌一", "渔歌二", "渔歌三", "别的") if title in found}

    assert titles("type=sound") == {"渔歌一", "渔歌三"}
    assert titles("decade=1980s") == {"渔歌一"}
    assert titles("art_form=xiqu&access=on_site") == {"渔歌二"}
    assert titles("area=110102") == {"别的"}
    assert titles("q=烧开满壶春") == {"别的"}
    assert "渔歌三" not in titles("q=不给外人听")
