"""What ends by itself is told once and indexed anew: licence, consent, lease; and the embargo that opens a file."""

from datetime import UTC, datetime, timedelta

import pytest

from alliance import clock, indexing, journal
from alliance.archive import lapse, performers
from alliance.archive.models import Asset, today
from alliance.archive.visibility import tokens_for
from alliance.people.models import Person
from search.types import Query
from tests import make
from tests.conftest import BOTH

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)


def actions(session, asset):
    return [(event.action, event.data) for event in journal.history(session, asset)]


def swept(session, days):
    with clock.moved(NOON + timedelta(days=days)):
        lapse.sweep({})
        lapse.sweep({})
    session.expire_all()


@BOTH
@pytest.mark.parametrize(
    ("field", "day", "action"),
    [
        ("licence_until", 2, "asset.lapsed"),
        ("consent_until", 2, "asset.lapsed"),
        ("lease_until", 2, "asset.lapsed"),
        ("embargo_until", 1, "asset.opened"),
    ],
)
def test_each_end_is_told_once_on_its_day(session, field, day, action):
    with clock.moved(NOON):
        end = today() + timedelta(days=1)
        asset = make.asset(session, make.centre(session), **{field: end})
        draft = make.asset(session, asset.owner, state="draft", **{field: end})
        session.commit()
    swept(session, day - 1)
    assert actions(session, asset) == []
    swept(session, day)
    swept(session, day + 3)
    assert actions(session, asset) == [(action, {field: str(end)})]
    assert asset.version == 2
    assert actions(session, draft) == []


@BOTH
def test_a_childs_end_is_told_once_though_it_is_anybodys_too(session):
    with clock.moved(NOON):
        asset = make.asset(session, make.centre(session))
        make.performer(asset, is_minor=True, consent_until=today())
        make.performer(asset, name="大人", consent_until=today() + timedelta(days=1))
        session.commit()
    swept(session, 1)
    swept(session, 2)
    assert actions(session, asset) == [("asset.lapsed", {"consent_until": "2026-11-16"})]


@BOTH
def test_a_consent_taken_back_is_not_told_again(session):
    with clock.moved(NOON):
        asset = make.asset(session, make.centre(session))
        one = make.performer(asset, is_minor=True, consent_until=today() + timedelta(days=90))
        staff = make.person(session, asset.owner)
        session.flush()
        performers.withdraw_consent(session, staff, asset, performer_id=one.id, expected_version=asset.version)
        session.commit()
    swept(session, 1)
    assert [action for action, _data in actions(session, asset)] == ["asset.consent_withdrawn"]


@BOTH
def test_a_transcript_is_found_until_its_consent_ends_with_the_day(app, write, work_off):
    """Whenever the hourly look would be: who is not to be heard any more is not found by what they said either."""

    def build(session):
        asset = make.asset(session, make.centre(session))
        make.performer(asset, consent_until=today())
        make.caption(session, asset, text="四季花开满山坡")
        session.flush()
        journal.record(session, "asset.published", asset)
        return asset.id

    def found(words):
        with app.app_context():
            return [hit.id for hit in indexing.engine().find(Query(words=words, scopes=tokens_for(None))).hits]

    midnight = datetime(2026, 11, 16, 16, tzinfo=UTC)
    with clock.moved(midnight - timedelta(minutes=7)):
        number = write(build)
        work_off()
    with clock.moved(midnight - timedelta(seconds=1)):
        work_off()
        assert found("四季花开") == [f"a:{number}"]
    with clock.moved(midnight):
        work_off()
        assert found("四季花开") == []
        assert found("元宵灯会") == [f"a:{number}"]


@BOTH
def test_the_index_follows_each_turn(app, write, work_off):
    """Access is a facet, so that what the index says of a file must follow the day; a child's record leaves it altogether."""

    def build(session):
        owner = make.centre(session)
        assets = {
            "embargo": make.asset(session, owner, embargo_until=today() + timedelta(days=1)),
            "lease": make.asset(session, owner, lease_until=today()),
            "child": make.asset(session, owner),
            "taken back": make.asset(session, owner),
        }
        for name in ("child", "taken back"):
            make.performer(assets[name], is_minor=True, consent_until=today() + timedelta(days=0 if name == "child" else 90))
        staff = make.person(session, owner)
        session.flush()
        for asset in assets.values():
            journal.record(session, "asset.published", asset)
        return {name: asset.id for name, asset in assets.items()}, staff.id

    def found(ids, **filters):
        with app.app_context():
            hits = indexing.engine().find(Query(scopes=tokens_for(None), filters=filters)).hits
        return {name for name, number in ids.items() if f"a:{number}" in {hit.id for hit in hits}}

    def take_back(session, ids, staff):
        asset = session.get_one(Asset, ids["taken back"])
        one = asset.performers[0]
        person = session.get_one(Person, staff)
        performers.withdraw_consent(session, person, asset, performer_id=one.id, expected_version=asset.version)

    with clock.moved(NOON):
        ids, staff = write(build)
        work_off()
        assert found(ids) == set(ids)
        assert found(ids, access=("public",)) == {"lease", "child", "taken back"}
        write(lambda session: take_back(session, ids, staff))
        work_off()
        assert found(ids) == {"embargo", "lease", "child"}
    with clock.moved(NOON + timedelta(days=1)):
        with app.app_context():
            lapse.sweep({})
        work_off()
        assert found(ids) == {"embargo", "lease"}
        assert found(ids, access=("public",)) == {"embargo"}
        assert found(ids, access=("own_centre",)) == {"lease"}
