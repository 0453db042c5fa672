"""From draft to publication and withdrawal, on both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.archive import lapse, listing, service
from alliance.archive.models import Asset, today
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.jobs import Job
from tests import make
from tests.conftest import BOTH

pytestmark = BOTH
COMPLETE = {
    "title": "渔歌号子",
    "description": "采风录音。",
    "creator": "佚名",
    "art_forms": ["folk_song"],
    "created_text": "1984",
    "type": "sound",
    "rights_status": "own",
    "record_visibility": "members",
    "file_access": "members",
}


@pytest.fixture
def people(session: Session) -> dict[str, object]:
    """A main centre with its branch, and everybody who may decide."""
    main = make.centre(session)
    branch = make.centre(session, role="branch", parent_id=main.id)
    return {
        "main": main,
        "branch": branch,
        "staff": make.person(session, main, "staff"),
        "director": make.person(session, main, "director"),
        "branch_staff": make.person(session, branch, "staff"),
        "branch_director": make.person(session, branch, "director"),
        "stranger": make.person(session, make.centre(session), "director"),
        "admin": make.admin(session),
    }


def consent(until, **more):
    return {"performers": [{"name": "周阿婆", "consent_until": until} | more]}


def draft(session, people, owner="main", who="staff", file=True, **values):
    asset = service.create(session, people[who], owner=people[owner], values=COMPLETE | values)
    if file:
        service.attach(session, people[who], asset, file=make.file(session, media_type="audio/mpeg"))
    return asset


def submitted(session, people, owner="main", who="staff", **values):
    asset = draft(session, people, owner, who, **values)
    return service.submit(session, people[who], asset, expected_version=asset.version)


def actions(session, asset):
    return [event.action for event in journal.history(session, asset)]


def test_a_draft_gets_the_next_code_and_its_rights_statement(session, people):
    first, second = draft(session, people), draft(session, people, rights_status="cc_by_nc", statement="rs_inc")
    assert (first.code, second.code) == ("DA-00001", "DA-00002")
    assert first.rights_uri.endswith("/InC/1.0/")
    assert second.rights_uri.endswith("/by-nc/4.0/")
    assert first.year == 1984
    assert actions(session, first) == ["asset.created", "asset.file_attached"]


def test_only_the_owners_staff_make_and_change_it(session, people):
    for who in ("stranger", "admin", "branch_director"):
        with pytest.raises(Forbidden):
            service.create(session, people[who], owner=people["main"], values={})
    asset = draft(session, people)
    with pytest.raises(Forbidden):
        service.save(session, people["stranger"], asset, values={"title": "别人的"}, expected_version=asset.version)
    assert asset.title == "渔歌号子"


def test_saving_from_an_old_page_is_told_and_changes_nothing(session, people):
    asset = draft(session, people)
    old = asset.version
    service.save(session, people["staff"], asset, values={"title": "渔歌"}, expected_version=old)
    with pytest.raises(Conflict):
        service.save(session, people["director"], asset, values={"title": "号子"}, expected_version=old)
    assert (asset.title, asset.version) == ("渔歌", old + 1)
    service.save(session, people["director"], asset, values={"title": "渔歌"}, expected_version=old + 1)
    assert asset.version == old + 1


def test_what_is_missing_is_told_all_at_once(session, people):
    values = {"performers": [{"name": "小冬", "is_minor": True}], "rights_status": "licensed"}
    asset = service.create(session, people["staff"], owner=people["main"], values=values)
    with pytest.raises(Invalid) as caught:
        service.submit(session, people["staff"], asset, expected_version=asset.version)
    assert set(caught.value.fields) == {
        "title", "creator", "description", "art_forms", "created_text", "type", "file", "licence_until", "performers",
    }  # fmt: skip
    assert asset.state == "draft"


def test_what_is_watched_on_site_needs_no_file(session, people):
    asset = draft(session, people, file=False, file_access="on_site")
    service.submit(session, people["staff"], asset, expected_version=asset.version)
    assert asset.state == "in_review"


@pytest.mark.parametrize(
    ("owner", "visibility", "deciders"),
    [
        ("main", "own_centre", {"director"}),
        ("main", "members", {"director"}),
        ("main", "public", {"admin"}),
        ("branch", "members", {"branch_director"}),
        ("branch", "public", {"director", "admin"}),
    ],
)
def test_who_decides(session, people, owner, visibility, deciders):
    who = "staff" if owner == "main" else "branch_staff"
    allowed = set()
    for name in ("staff", "director", "branch_staff", "branch_director", "stranger", "admin"):
        asset = submitted(session, people, owner, who, record_visibility=visibility)
        listed = asset in listing.waiting_for(session, people[name])
        try:
            service.publish(session, people[name], asset, marks=make.ticked(asset), expected_version=asset.version)
        except Forbidden:
            assert not listed
            assert asset.state == "in_review"
        else:
            assert listed
            allowed.add(name)
            assert asset.state == "published"
            assert (asset.public_at is not None) == (visibility == "public")
    assert allowed == deciders


def test_without_a_director_the_main_centre_or_the_alliance_decides(session, people):
    point = make.centre(session, role="point", parent_id=people["main"].id)
    people |= {"point": point, "point_staff": make.person(session, point, "staff")}
    asset = submitted(session, people, "point", "point_staff")
    assert asset in listing.waiting_for(session, people["director"])
    with pytest.raises(Forbidden):
        service.publish(session, people["point_staff"], asset, marks=make.ticked(asset), expected_version=asset.version)
    service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    assert asset.state == "published"


def test_a_return_needs_remarks_and_ends_with_a_new_submission(session, people):
    asset = submitted(session, people)
    with pytest.raises(Invalid):
        service.send_back(session, people["director"], asset, remarks=" 改 ", expected_version=asset.version)
    service.send_back(session, people["director"], asset, remarks="题名里请写明年份。", expected_version=asset.version)
    assert (asset.state, asset.remarks) == ("needs_work", "题名里请写明年份。")
    service.submit(session, people["staff"], asset, expected_version=asset.version)
    assert (asset.state, asset.remarks) == ("in_review", "")
    assert actions(session, asset)[-2:] == ["asset.returned", "asset.submitted"]


def test_a_decision_on_what_changed_meanwhile_is_refused(session, people):
    asset = submitted(session, people)
    seen = asset.version
    service.save(session, people["staff"], asset, values={"description": "换了说明。"}, expected_version=seen)
    with pytest.raises(Conflict):
        service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=seen)
    service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    with pytest.raises(Conflict):
        service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)


def test_reaching_further_during_the_review_moves_it_up(session, people):
    asset = submitted(session, people)
    service.save(session, people["staff"], asset, values={"record_visibility": "public"}, expected_version=asset.version)
    with pytest.raises(Forbidden):
        service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)


@pytest.mark.parametrize(
    ("start", "change", "state"),
    [
        ({}, {"title": "渔歌（1984）"}, "published"),
        ({}, {"record_visibility": "own_centre"}, "published"),
        ({}, {"file_access": "own_centre"}, "published"),
        ({}, {"record_visibility": "public"}, "in_review"),
        ({"file_access": "on_site"}, {"file_access": "members"}, "in_review"),
        ({"file_access": "members"}, {"file_access": "public"}, "published"),  # within the record's reach it stays the same
        ({"rights_status": "unknown"}, {"rights_status": "own"}, "in_review"),
        ({"licence_until": date(2020, 1, 1)}, {"licence_until": date(2099, 1, 1)}, "in_review"),
        ({"licence_until": date(2099, 1, 1)}, {"licence_until": date(2098, 1, 1)}, "published"),
        (consent(date(2020, 1, 1)), consent(date(2099, 1, 1)), "in_review"),
        (consent(date(2020, 1, 1)), {"performers": []}, "in_review"),
        (consent(date(2099, 1, 1)), consent(date(2098, 1, 1)), "published"),
        (consent(date(2020, 1, 1), is_minor=True), consent(date(2020, 1, 1), is_minor=False), "in_review"),
        ({"embargo_until": date(2099, 1, 1)}, {"embargo_until": date(2098, 1, 1)}, "in_review"),
        ({"embargo_until": date(2099, 1, 1)}, {"embargo_until": None}, "in_review"),
        ({"embargo_until": date(2099, 1, 1)}, {"file_access": "own_centre"}, "published"),
        ({"embargo_until": date(2099, 1, 1), "file_access": "own_centre"}, {"file_access": "members"}, "in_review"),
        ({}, {"embargo_until": date(2099, 1, 1)}, "published"),
        ({"lease_until": date(2020, 1, 1)}, {"lease_until": date(2099, 1, 1)}, "in_review"),
        ({"lease_until": date(2099, 1, 1)}, {"lease_until": date(2098, 1, 1)}, "published"),
    ],
)
def test_what_reaches_further_goes_back_to_review(session, people, start, change, state):
    asset = submitted(session, people, **start)
    service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    service.save(session, people["staff"], asset, values=change, expected_version=asset.version)
    assert asset.state == state


def test_a_published_record_cannot_be_emptied(session, people):
    asset = submitted(session, people)
    service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    with pytest.raises(Invalid):
        service.save(session, people["staff"], asset, values={"title": ""}, expected_version=asset.version)


def test_another_file_goes_back_to_review_and_twins_are_told_to_those_who_may_see_them(session, people):
    asset = submitted(session, people)
    service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    hidden = draft(session, people, "branch", "branch_staff")
    twin = make.file(session, digest=asset.file.digest)
    other = draft(session, people, file=False)
    assert service.attach(session, people["staff"], other, file=twin) == [asset]
    assert service.attach(session, people["staff"], other, file=make.file(session, digest=hidden.file.digest)) == []
    assert service.attach(session, people["staff"], asset, file=make.file(session, digest=asset.file.digest)) == []
    assert asset.state == "published"
    service.attach(session, people["staff"], asset, file=make.file(session))
    assert asset.state == "in_review"


def test_withdrawal_is_said_why_and_can_be_taken_back_as_a_draft(session, people):
    asset = submitted(session, people, record_visibility="public")
    service.publish(session, people["admin"], asset, marks=make.ticked(asset), expected_version=asset.version)
    with pytest.raises(Invalid):
        service.withdraw(session, people["staff"], asset, why="不要", expected_version=asset.version)
    with pytest.raises(Forbidden):
        service.withdraw(session, people["stranger"], asset, why="不喜欢这件作品", expected_version=asset.version)
    service.withdraw(session, people["staff"], asset, why="捐赠人收回授权。", expected_version=asset.version)
    assert service.is_tombstone(asset)
    assert service.visible(session, None, asset.code) is asset
    for refused in (
        lambda: service.save(session, people["staff"], asset, values={"title": "改"}, expected_version=asset.version),
        lambda: service.attach(session, people["staff"], asset, file=make.file(session)),
        lambda: service.submit(session, people["staff"], asset, expected_version=asset.version),
    ):
        with pytest.raises(Conflict):
            refused()
    service.restore(session, people["staff"], asset, expected_version=asset.version)
    assert asset.state == "draft"
    with pytest.raises(NotFound):
        service.visible(session, None, asset.code)


def test_what_was_never_public_leaves_no_trace_to_others(session, people):
    asset = submitted(session, people)
    service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    service.withdraw(session, people["staff"], asset, why="重复著录了。", expected_version=asset.version)
    with pytest.raises(NotFound):
        service.visible(session, None, asset.code)
    assert service.visible(session, people["staff"], asset.code) is asset


@pytest.mark.parametrize("decide", ["publish", "send_back"])
def test_what_was_made_public_meanwhile_is_not_decided_by_its_own_director(session, people, decide):
    """Whoever guesses the next version does not come through with a look at the record from before it."""
    asset = submitted(session, people)
    session.flush()
    wider = {"record_visibility": "public", "decided_above": True, "version": asset.version + 1}
    session.execute(sa.update(Asset).where(Asset.id == asset.id).values(**wider).execution_options(synchronize_session=False))
    more = {"marks": make.ticked(asset)} | ({"remarks": "请补时间。"} if decide == "send_back" else {})
    assert not asset.decided_above
    with pytest.raises(Forbidden):
        getattr(service, decide)(session, people["director"], asset, expected_version=asset.version + 1, **more)
    assert asset.state == "in_review"


def test_a_suspended_centre_publishes_nothing(session, people):
    asset = draft(session, people)
    people["main"].membership.state = "suspended"
    with pytest.raises(Forbidden):
        service.submit(session, people["staff"], asset, expected_version=asset.version)


def test_who_directs_a_suspended_main_centre_decides_for_nobody(session, people):
    own = submitted(session, people)
    below = submitted(session, people, "branch", "branch_staff", record_visibility="public")
    assert below in listing.waiting_for(session, people["director"])
    people["main"].membership.state = "suspended"
    session.flush()
    for asset in (own, below):
        with pytest.raises(Forbidden):
            service.publish(session, people["director"], asset, marks=make.ticked(asset), expected_version=asset.version)
    with pytest.raises(Forbidden):
        service.send_back(session, people["director"], below, remarks="请把来源写清楚。", expected_version=below.version)
    assert listing.waiting_for(session, people["director"]) == []
    assert "reviewer" not in below.relations(people["director"])


def test_each_end_of_a_licence_or_consent_is_recorded_once(session, people):
    ends = today() - timedelta(days=1)
    lapsed = make.asset(session, people["main"], licence_until=ends, consent_until=today())
    make.asset(session, people["main"], licence_until=today())
    session.commit()
    for _ in range(2):
        lapse.sweep({})
    assert actions(session, lapsed) == ["asset.lapsed"]
    assert lapsed.version == 2
    with clock.moved(clock.now() + timedelta(days=1)):
        lapse.sweep({})
    session.expire_all()
    assert actions(session, lapsed) == ["asset.lapsed", "asset.lapsed"]


def test_the_index_hears_of_every_change(session, people, monkeypatch):
    monkeypatch.setitem(journal.listeners, "asset", ("index",))
    asset = submitted(session, people)
    kinds = session.scalars(sa.select(Job.kind).where(Job.kind == "index")).all()
    assert len(kinds) == len(actions(session, asset)) == 3
