"""What is indexed of a listing: all that is public, found by its words; nothing that only members see."""

import pytest
from flask import Flask

from alliance import indexing, journal
from alliance.catalogue import kinds
from alliance.catalogue.documents import document, type_label
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import scopes
from alliance.centres.models import CentreName
from alliance.db import db, transaction
from alliance.places import Division, Divisions
from search.types import Document, Query
from tests import make

PLACES = Divisions(
    [Division("990000", "岚江省", "province"), Division("990100", "清泽市", "city"), Division("990112", "石桥区", "county")]
)


def truck(session) -> Resource:
    owner = make.centre(session, division_code="990112", name="石桥区文化馆", short_name="石桥区馆", level="county")
    owner.names = [CentreName(name="石桥区群众艺术馆", kind="former")]
    return make.resource(
        session,
        owner,
        kind="stage_truck",
        title="禾丰一号舞台车",
        title_en="Hefeng One",
        art_forms=["xiqu"],
        audiences=["elderly"],
        tags=["送戏下乡"],
        address="人民路3号",
        costs=[{"what": "fuel", "fen": 20000, "per": "trip", "payer": "borrower"}],
        details={"vehicle_type": "stage_double", "plate_no": "岚A·T4821", "height_m": 3.9, "deck_width_m": 9.6},
    )


def text_of(found: Document) -> str:
    return "\n".join((found.title, *found.text.values(), *(word for words in found.keywords.values() for word in words)))


def test_document_says_what_is_public(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        found = document(truck(session), PLACES)
        assert found is not None
        text = text_of(found)
        for word in (
            "禾丰一号",
            "Hefeng",
            "石桥区群众艺术馆",
            "石桥区馆",
            "戏曲",
            "送戏下乡",
            "人民路3号",
            "清泽市",
            "岚江省",
            "流动舞台车",
        ):
            assert word in text, word
        assert found.keywords["area"] == ("9901", "990112")
        assert found.keywords["art_form"] == ("xiqu",)
        assert found.numbers["height_m"] == 3.9
        assert found.numbers["fee_fen"] == 20000
        assert type_label(found.keywords["type"][0], "zh_Hans") in text
        assert found.where is not None


@pytest.mark.parametrize("kind", list(kinds.KINDS))
def test_no_private_value_is_indexed(app: Flask, kind: str) -> None:
    """Every field that only members see is filled with a mark of its own; none of the marks gets out."""
    with app.app_context(), transaction() as session:
        owner = make.centre(session, phone="0900-555 9999")
        one = make.resource(session, owner, kind=kind, contact_phone="0900-555 7777", contact_name="刘老师")
        secret = 0
        for field in kinds.fields_of(kind):
            if field.private and not field.at and field.type in ("text", "long", "phone"):
                one.details = {**one.details, field.name: f"秘密{field.name} 13900008888"}
                secret += 1
            elif field.private and field.type == "rows":
                one.details = {**one.details, field.name: [{cell.name: "秘密" for cell in field.rows if cell.type == "text"}]}
            elif field.private and field.type == "date":
                one.details = {**one.details, field.name: "1999-09-09"}
        found = document(one, PLACES)
        assert found is not None
        whole = repr(found)
        for word in ("秘密", "13900008888", "7777", "9999", "1999-09-09"):
            assert word not in whole, word
        assert secret or kind in ("venue", "media")


def find(app: Flask, person=None, **asked) -> list[str]:
    with app.app_context():
        who = db.session.merge(person) if person is not None else None
        return [hit.id for hit in indexing.engine().find(Query(scopes=scopes(who), **asked)).hits]


@pytest.fixture
def listed(app: Flask, work_off):
    """A public truck in the index, by the job that its event wrote."""
    with app.app_context(), transaction() as session:
        one = truck(session)
        one.share_scope = "public"
        indexing.jobs.later(session, "index", {"subject": ["resource", one.id]})
        number = one.id
    work_off()
    return number


def change(app: Flask, work_off, number: int, action) -> None:
    with app.app_context(), transaction() as session:
        one = session.get_one(Resource, number)
        action(session, one)
    work_off()


def test_index_follows_the_journal(app: Flask, listed: int, work_off) -> None:
    name = f"r:{listed}"
    assert find(app, words="舞台车") == [name]

    def renamed(session, one) -> None:
        one.title, one.version = "山月大篷", one.version + 1
        indexing_event(session, one, "resource.edited")

    change(app, work_off, listed, renamed)
    assert find(app, words="山月") == [name]
    assert find(app, words="禾丰一号") == []

    def withdrawn(session, one) -> None:
        one.state, one.version = "withdrawn", one.version + 1
        indexing_event(session, one, "resource.withdrawn")

    change(app, work_off, listed, withdrawn)
    assert find(app, words="山月") == []


def indexing_event(session, subject, action: str) -> None:
    journal.record(session, action, subject)


def test_suspended_centre_hides_its_listings_and_restored_shows_them(app: Flask, listed: int, work_off) -> None:
    for state, expected in (("suspended", []), ("active", [f"r:{listed}"])):

        def moved(session, one, state=state) -> None:
            one.owner.membership.state = state
            indexing_event(session, one.owner, f"centre.{state}")

        change(app, work_off, listed, moved)
        assert find(app, words="舞台车") == expected


def test_check_compares_and_repairs(app: Flask, listed: int) -> None:
    with app.app_context():
        with transaction() as session:
            fresh = make.resource(session, make.centre(session), share_scope="public", title="新排练厅").id
            session.get_one(Resource, listed).version += 1
        indexing.engine().add([Document("r:999", 1, "venue", "幽灵", scopes=("public",))])
        db.session.rollback()
    found = indexing.check(app, repair=False)
    assert (set(found.missing), set(found.stale), set(found.extra)) == ({f"r:{fresh}"}, {f"r:{listed}"}, {"r:999"})
    assert indexing.check(app, repair=True)
    assert not indexing.check(app, repair=True)
    assert find(app, words="新排练厅") == [f"r:{fresh}"]
    assert find(app, words="幽灵") == []


def test_reindex_fills_a_new_index(app: Flask, listed: int) -> None:
    with app.app_context():
        with transaction() as session:
            asset = make.asset(session, session.get_one(Resource, listed).owner, state="published", record_visibility="public")
            name = f"a:{asset.id}"
        indexing.engine().clear()
    assert indexing.reindex(app) == 2
    assert sorted(find(app)) == sorted([f"r:{listed}", name])


def test_deleted_draft_is_out_whatever_came_late(app: Flask, listed: int) -> None:
    with app.app_context():
        indexing.update(db.session, ["r:4711"])
        assert ("r:4711", indexing.GONE) not in indexing.engine().versions()
