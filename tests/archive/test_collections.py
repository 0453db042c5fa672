"""Collections: the three standing ones, members by hand and by rule, who edits and who shows them."""

import pytest
import sqlalchemy as sa

from alliance import journal
from alliance.archive import collections
from alliance.archive.models import Collection, CollectionMember
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from tests import make
from tests.archive.conftest import version
from tests.conftest import BOTH
from tests.queries import asked_of


@pytest.fixture
def people(session):
    main = make.centre(session)
    branch = make.centre(session, role="branch", parent_id=main.id)
    return {
        "main": main,
        "branch": branch,
        "staff": make.person(session, branch, "staff"),
        "director": make.person(session, branch, "director"),
        "main_director": make.person(session, main, "director"),
        "stranger": make.person(session, make.centre(session), "director"),
        "admin": make.admin(session),
        "visitor": None,
    }


def standing(session, name):
    return session.scalars(sa.select(Collection).where(Collection.standing == name)).one()


def titles(session, person, shelf):
    return [member.asset.title for member in collections.members(session, person, shelf)]


@BOTH
def test_the_three_standing_ones_are_there_from_the_first_day_and_hidden_while_empty(session):
    rows = session.scalars(sa.select(Collection).order_by(Collection.id)).all()
    assert [(one.standing, one.title, one.state, one.owner_id) for one in rows] == [
        ("local", "地方特色", "published", None),
        ("qunxing", "群星奖", "published", None),
        ("popular", "群众喜闻乐见", "published", None),
    ]
    assert all(one.title_en and one.text and one.text_en for one in rows)
    assert collections.published(session, None) == []


@BOTH
def test_a_standing_one_fills_by_rule_and_by_hand_each_once(session, people):
    awarded = make.asset(session, people["branch"], title="获奖", details={"award": "qunxing"}, year=2010)
    older = make.asset(session, people["branch"], title="早年获奖", details={"award": "qunxing"}, year=1990)
    make.asset(session, people["branch"], title="别的奖", details={"award": "peony"})
    make.asset(session, people["branch"], title="草稿", state="draft", details={"award": "qunxing"})
    craft = make.asset(session, people["branch"], title="蓝印花布", details={"heritage_item": "蓝印花布"})
    hand = make.asset(session, people["branch"], title="手工收入")
    qunxing = standing(session, "qunxing")
    collections.put(session, people["admin"], qunxing, assets=[hand, awarded])
    assert titles(session, None, qunxing) == ["手工收入", "获奖", "早年获奖"]
    assert collections.size(session, None, qunxing) == 3
    assert titles(session, None, standing(session, "local")) == ["蓝印花布"]
    assert titles(session, None, standing(session, "popular")) == []
    counts = {shelf.collection.standing: shelf.count for shelf in collections.published(session, None)}
    assert counts == {"local": 1, "qunxing": 3}
    assert [one.standing for one in collections.of(session, older)] == ["qunxing"]
    assert [one.standing for one in collections.of(session, craft)] == ["local"]
    assert [one.standing for one in collections.of(session, hand)] == ["qunxing"]


@BOTH
def test_members_are_seen_as_far_as_each_of_them_is_open(session, people):
    mine = [
        make.asset(session, people["branch"], title="公开"),
        make.asset(session, people["branch"], title="成员", record_visibility="members"),
        make.asset(session, people["branch"], title="本馆", record_visibility="own_centre"),
        make.asset(session, people["branch"], title="撤下", state="withdrawn"),
    ]
    shelf = make.collection(session, people["branch"], *mine, cover_id=mine[1].id)
    seen = {who: titles(session, people[who], shelf) for who in ("visitor", "stranger", "staff", "admin")}
    assert seen == {
        "visitor": ["公开"],
        "stranger": ["公开", "成员"],
        "staff": ["公开", "成员", "本馆"],
        "admin": ["公开", "成员", "本馆"],
    }
    covers = {who: collections.published(session, people[who])[0].cover.title for who in ("visitor", "stranger")}
    assert covers == {"visitor": "公开", "stranger": "成员"}


@BOTH
def test_a_draft_and_a_suspended_centres_are_not_shown(session, people):
    asset = make.asset(session, people["main"])
    draft = make.collection(session, people["main"], asset, state="draft")
    resting = make.collection(session, make.centre(session, membership="suspended"), asset)
    assert collections.published(session, None) == []
    for shelf in (draft, resting):
        with pytest.raises(NotFound):
            collections.visible(session, None, shelf.slug)
    assert collections.visible(session, people["admin"], draft.slug) is draft
    assert collections.visible(session, people["main_director"], draft.slug.upper()) is draft


@BOTH
def test_the_address_of_what_was_once_published_stays(session, people):
    admin = people["admin"]
    shelf = collections.create(session, admin, owner=None, values=VALUES)
    collections.save(session, admin, shelf, values={"slug": "songs-of-tea"}, expected_version=shelf.version)
    work = make.asset(session, people["branch"])
    collections.arrange(session, admin, shelf, assets=[work], cover=None, expected_version=shelf.version)
    collections.publish(session, admin, shelf, expected_version=shelf.version)
    for _turn in range(2):
        with pytest.raises(Invalid) as caught:
            collections.save(session, admin, shelf, values={"slug": "tea-songs"}, expected_version=shelf.version)
        assert set(caught.value.fields) == {"slug"}
        assert shelf.slug == "songs-of-tea"
        if shelf.state == "published":
            collections.take_down(session, admin, shelf, expected_version=shelf.version)


VALUES = {"slug": "tea-songs", "title": "茶歌", "text": "各村的茶歌。"}


@BOTH
def test_who_makes_and_who_shows(session, people):
    for who in ("stranger", "main_director", "admin"):
        if who != "admin":
            with pytest.raises(Forbidden):
                collections.create(session, people[who], owner=people["branch"], values=VALUES)
    with pytest.raises(Forbidden):
        collections.create(session, people["director"], owner=None, values=VALUES)
    shelf = collections.create(session, people["staff"], owner=people["branch"], values=VALUES)
    with pytest.raises(Invalid):
        collections.publish(session, people["director"], shelf, expected_version=shelf.version)
    collections.put(session, people["staff"], shelf, assets=[make.asset(session, people["branch"])])
    for who in ("staff", "stranger"):
        with pytest.raises(Forbidden):
            collections.publish(session, people[who], shelf, expected_version=shelf.version)
    collections.publish(session, people["main_director"], shelf, expected_version=shelf.version)
    with pytest.raises(Conflict):
        collections.publish(session, people["director"], shelf, expected_version=shelf.version)
    collections.take_down(session, people["director"], shelf, expected_version=shelf.version)
    assert shelf.state == "draft"
    actions = [event.action for event in journal.history(session, shelf)]
    assert actions == ["collection.created", "collection.changed", "collection.published", "collection.taken_down"]
    with pytest.raises(Conflict):
        one = standing(session, "local")
        collections.take_down(session, people["admin"], one, expected_version=one.version)


@BOTH
def test_what_does_not_hold_is_told_by_field(session, people):
    for values, fields in (
        ({"title": " ", "slug": "Tea Songs"}, {"title", "slug"}),
        ({"slug": "qunxing"}, {"slug"}),
        ({"slug": "-"}, {"slug"}),
        ({"text": "长" * 8001, "title_en": "x" * 161}, {"text", "title_en"}),
    ):
        with pytest.raises(Invalid) as caught:
            collections.create(session, people["staff"], owner=people["branch"], values=VALUES | values)
        assert set(caught.value.fields) == fields
    one = standing(session, "local")
    with pytest.raises(Invalid):
        collections.save(session, people["admin"], one, values={"slug": "other"}, expected_version=one.version)
    collections.save(session, people["admin"], one, values={"title_en": "Local"}, expected_version=one.version)
    with pytest.raises(Conflict):
        collections.save(session, people["admin"], one, values={"title_en": "x"}, expected_version=1)


@BOTH
def test_the_order_is_what_was_given_and_the_rest_is_out(session, people):
    a, b, c = (make.asset(session, people["branch"], title=title) for title in "甲乙丙")
    shelf = make.collection(session, people["branch"], a, b)
    given = {"assets": [c, a, c], "cover": c, "expected_version": shelf.version}
    collections.arrange(session, people["staff"], shelf, **given)
    assert titles(session, None, shelf) == ["丙", "甲"]
    assert shelf.cover_id == c.id
    assert session.scalar(sa.select(sa.func.count()).select_from(CollectionMember)) == 2
    with pytest.raises(Forbidden):
        collections.arrange(session, people["stranger"], shelf, assets=[], cover=None, expected_version=shelf.version)


def test_as_many_queries_for_many_as_for_few(app, session, people):
    def asked(action):
        session.flush()
        session.expire_all()
        with asked_of(app) as seen:
            action()
        return len(seen)

    def more(count):
        for _ in range(count):
            assets = [make.asset(session, people["branch"], details={"award": "qunxing"}) for _ in range(3)]
            make.collection(session, people["branch"], *assets)
        session.commit()

    def read():
        for shelf in collections.published(session, None):
            assert shelf.cover is not None
        collections.members(session, None, standing(session, "qunxing"))

    more(2)
    few = asked(read)
    more(10)
    assert asked(read) == few


def test_the_pages_from_an_empty_form_to_a_shown_collection(browsers, write, app):
    people = browsers()
    staff, director = people["staff"], people["director"]
    assert "还没有专题" in staff.get("/archive/curate").text
    refused = staff.post("/archive/curate/new", **VALUES | {"slug": "茶歌"})
    assert refused.status_code == 422
    assert 'href="#f-slug"' in refused.text
    made = staff.post("/archive/curate/new", **VALUES)
    assert made.status_code == 303
    path = made.location
    one, other = (staff.post("/archive/new", title=title).location.split("/")[2] for title in ("甲", "乙"))
    page = staff.get(path).text
    wrong = staff.post(path, version=version(page), action="arrange", add="DA-77777")
    assert wrong.status_code == 422
    assert "DA-77777" in wrong.text
    assert staff.post(path, version=version(page), action="arrange", add=f"{one}、{other}").status_code == 303
    page = staff.get(path).text
    assert page.index(one) < page.index(other)
    ids = [part.split('"')[0] for part in page.split('name="rank.')[1:]]
    data = {f"rank.{ids[0]}": "2", f"rank.{ids[1]}": "1", "cover": ids[0]}
    assert staff.post(path, version=version(page), action="arrange", **data).status_code == 303
    page = staff.get(path).text
    assert page.index(other) < page.index(one)
    assert director.post(path, version=version(page), action="publish").status_code == 422  # drafts alone show nothing
    out = {f"out.{ids[0]}": "1", f"rank.{ids[1]}": "1"}
    assert staff.post(path, version=version(page), action="arrange", **out).status_code == 303
    assert one not in staff.get(path).text

    def publish(session):
        shelf = session.scalars(sa.select(Collection).where(Collection.slug == "tea-songs")).one()
        collections.by_hand(session, shelf)[0].state = "published"

    write(publish)
    assert staff.post(path, version=version(staff.get(path).text), action="publish").status_code == 403
    assert director.post(path, version=version(director.get(path).text), action="publish").status_code == 303
    assert director.post(path, version="1", action="save", **VALUES).status_code == 409
    assert people["stranger"].get(path).status_code == 404
    assert people["admin"].get(path).status_code == 200
    assert "地方特色" in people["admin"].get("/archive/curate").text
