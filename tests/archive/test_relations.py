"""Relations told from both sides, within what the reader may see; no circle, nothing twice."""

import pytest
import sqlalchemy as sa

from alliance import journal
from alliance.archive import relations
from alliance.archive.models import AssetRelation
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange.models import Agreement
from tests import make
from tests.conftest import BOTH
from tests.queries import asked_of


@pytest.fixture
def shelf(session):
    """Two centres with their staff, and assets of each."""
    here, there = make.centre(session), make.centre(session)
    return {
        "staff": make.person(session, here),
        "stranger": make.person(session, there),
        "a": make.asset(session, here, title="甲"),
        "b": make.asset(session, here, title="乙"),
        "c": make.asset(session, here, title="丙"),
        "draft": make.asset(session, here, title="草稿", state="draft"),
        "far": make.asset(session, there, title="远处"),
        "closed": make.asset(session, there, title="内部", record_visibility="own_centre"),
    }


def relate(session, shelf, one, kind, other, who="staff", **more):
    return relations.relate(session, shelf[who], shelf[one], kind=kind, other=shelf[other], **more)


def told(session, shelf, one, who="staff"):
    found = relations.of(session, shelf.get(who), shelf[one])
    return {label: [end.asset.title for end in ends] for label, ends in found.groups}


@BOTH
def test_both_sides_tell_it_each_in_its_own_words(session, shelf):
    relate(session, shelf, "a", "part_of", "b")
    relate(session, shelf, "a", "version_of", "c")
    relate(session, shelf, "a", "related", "far")
    assert told(session, shelf, "a") == {"属于": ["乙"], "是这一件的另一版本": ["丙"], "相关": ["远处"]}
    assert told(session, shelf, "b") == {"包含": ["甲"]}
    assert told(session, shelf, "c") == {"其他版本": ["甲"]}
    assert told(session, shelf, "far") == {"相关": ["甲"]}
    actions = [event.action for event in journal.history(session, shelf["a"])]
    assert actions == ["asset.related"] * 3


@BOTH
def test_a_series_is_in_the_order_of_its_numbers(session, shelf):
    relate(session, shelf, "b", "in_series", "a", rank=2)
    relate(session, shelf, "c", "in_series", "a", rank=1)
    relate(session, shelf, "draft", "in_series", "a")
    assert told(session, shelf, "a") == {"系列里的各件": ["丙", "乙", "草稿"]}


@BOTH
def test_nobody_learns_of_what_they_may_not_read(session, shelf):
    relate(session, shelf, "draft", "part_of", "a")
    relate(session, shelf, "closed", "related", "a", who="stranger")
    assert told(session, shelf, "a") == {"包含": ["草稿"]}
    assert told(session, shelf, "a", "visitor") == {}
    assert told(session, shelf, "a", "stranger") == {"相关": ["内部"]}


@BOTH
def test_what_is_refused(session, shelf):
    with pytest.raises(Forbidden):
        relate(session, shelf, "a", "related", "b", who="stranger")
    for one, kind, other in (("a", "made_from", "b"), ("a", "related", "a"), ("a", "part_of", "far"), ("a", "related", "closed")):
        with pytest.raises(Invalid):
            relate(session, shelf, one, kind, other)
    relate(session, shelf, "a", "related", "b")
    for one, other in (("a", "b"), ("b", "a")):
        with pytest.raises(Conflict):
            relate(session, shelf, one, "related", other)


@BOTH
@pytest.mark.parametrize("kind", relations.NESTED)
def test_no_circle(session, shelf, kind):
    relate(session, shelf, "a", kind, "b")
    relate(session, shelf, "b", kind, "c")
    for one in ("b", "c"):
        with pytest.raises(Invalid):
            relate(session, shelf, one, kind, "a")


@BOTH
def test_either_side_takes_it_back_and_nobody_else(session, shelf):
    row = relate(session, shelf, "a", "related", "far")
    with pytest.raises(NotFound):
        relations.unrelate(session, shelf["staff"], shelf["b"], relation_id=row.id)
    with pytest.raises(Forbidden):
        relations.unrelate(session, shelf["stranger"], shelf["a"], relation_id=row.id)
    relations.unrelate(session, shelf["stranger"], shelf["far"], relation_id=row.id)
    assert told(session, shelf, "a") == {}


@BOTH
def test_the_exchange_that_it_was_made_from_is_named_to_members(session, shelf):
    given = {"title": "送戏下乡", "activity_type": "outreach", "created_by": shelf["staff"].id}
    agreement = Agreement(number="JY-2026-0001", initiator_id=shelf["a"].owner_id, **given)
    session.add(agreement)
    session.flush()
    relations.relate_to_agreement(session, shelf["staff"], shelf["a"], agreement_id=agreement.id)
    session.flush()
    assert relations.of(session, shelf["stranger"], shelf["a"]).exchanges == [relations.Exchange(agreement.number, "")]
    assert relations.of(session, None, shelf["a"]).exchanges == []
    assert relations.of(session, None, shelf["b"]).exchanges is None
    assert relations.made_from(session, agreement.id) == [shelf["a"]]


@BOTH
def test_the_database_refuses_one_with_both_ends_or_none_or_itself(app, write):
    def build(session):
        centre = make.centre(session)
        return make.asset(session, centre).id, make.asset(session, centre).id

    one, other = write(build)
    write(lambda session: session.add(AssetRelation(asset_id=one, kind="related", other_id=other)))
    for values in ({}, {"other_id": one}, {"other_id": other}):
        with app.app_context(), pytest.raises(Conflict), transaction() as session:
            session.add(AssetRelation(asset_id=one, kind="related", **values))


def test_as_many_queries_for_many_as_for_few(app, session, shelf):
    relate(session, shelf, "a", "related", "b")

    def asked():
        session.flush()
        with asked_of(app) as seen:
            relations.of(session, shelf["staff"], shelf["a"])
        return len(seen)

    few = asked()
    for n in range(20):
        shelf["new"] = make.asset(session, shelf["a"].owner, title=f"第{n}")
        relate(session, shelf, "new", "part_of", "a")
    assert asked() == few <= 3
    assert session.scalar(sa.select(sa.func.count()).select_from(AssetRelation)) == 21


def test_the_page(browsers, write):
    people = browsers()
    staff = people["staff"]
    answer = staff.post("/archive/new", title="甲", record_visibility="members", file_access="members")
    one = answer.location.split("/")[2]
    other = staff.post("/archive/new", title="乙", record_visibility="members", file_access="members").location.split("/")[2]
    path = f"/archive/{one}/relations"
    assert "还没有关系" in staff.get(path).text
    for wrong in (
        {"kind": "part_of", "code": "DA-99999"},
        {"kind": "", "code": other},
        {"kind": "part_of", "code": other, "rank": "x"},
    ):
        assert staff.post(path, **wrong).status_code == 422
    assert staff.post(path, kind="in_series", code=other.lower(), rank="3").status_code == 303
    assert staff.post(path, kind="in_series", code=other).status_code == 409
    page = staff.get(f"/archive/{other}/relations").text
    assert "系列里的各件" in page
    assert one in page
    number = page.split(f"/archive/{other}/relations/")[1].split("/")[0]
    assert staff.post(f"/archive/{other}/relations/{number}/remove").status_code == 303
    assert "还没有关系" in staff.get(path).text
