"""Listings through their life, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.catalogue import kinds, occupancy, opening, reminders, service
from alliance.catalogue.models import Occupancy, Resource, Unit
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.jobs import Job
from alliance.people.models import Person
from tests import make
from tests.catalogue.values import COMPLETE, TALENT, TRUCK, VENUE
from tests.conftest import BOTH

pytestmark = BOTH
NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


@pytest.fixture
def there(session: Session) -> Any:
    """A centre with a staff person, a stranger elsewhere; the clock stands at NOW."""
    with clock.moved(NOW):
        with transaction() as writing:
            home, away = make.centre(writing, address="文化路12号"), make.centre(writing)
            numbers = (home.id, make.person(writing, home).id, make.person(writing, away).id)
        yield SimpleNamespace(home=numbers[0], staff=numbers[1], stranger=numbers[2])


def act(session: Session, there: Any, what: Callable[..., Any], code: str, *, who: str = "staff", **given: Any) -> Any:
    """One service in one transaction, on the listing of that code."""
    with transaction() as writing:
        resource = writing.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()
        return what(writing, writing.get_one(Person, getattr(there, who)), resource=resource, **given)


def draft(session: Session, there: Any, kind: str = "stage_truck") -> str:
    with transaction() as writing:
        person = writing.get_one(Person, there.staff)
        return service.create(writing, person, centre=writing.get_one(Centre, there.home), kind=kind).code


def find(session: Session, code: str) -> Resource:
    session.rollback()
    return session.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()


def listed(session: Session, there: Any, kind: str = "stage_truck", **more: Any) -> str:
    """A complete listing that is published."""
    code = draft(session, there, kind)
    assert act(session, there, service.save, code, values=COMPLETE[kind] | more) == {}
    with transaction() as writing:
        resource = writing.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()
        resource.state, resource.published_at, resource.verified_on = "published", NOW, NOW.date()
    return code


def actions(session: Session, code: str) -> list[str]:
    return [event.action for event in journal.history(session, find(session, code))]


def test_a_draft_begins_with_what_the_centre_said(session: Session, there: Any) -> None:
    first, second = draft(session, there), draft(session, there)
    assert (first, second) == ("WC-0001", "WC-0002")
    made = find(session, first)
    assert (made.state, made.version, made.fee_type, made.who_may_ask) == ("draft", 1, "free", "in_scope")
    assert made.address == "文化路12号"
    assert made.details == {"wind_limit": 5}
    assert len(made.units) == 1
    assert actions(session, first) == ["resource.created"]


def test_a_venue_begins_with_slots_and_media_without_unit(session: Session, there: Any) -> None:
    venue, media = find(session, draft(session, there, "venue")), find(session, draft(session, there, "media"))
    assert (len(venue.openings), len(venue.units), len(media.units)) == (28, 1, 0)


def test_nobody_lists_for_another_centre(session: Session, there: Any) -> None:
    with pytest.raises(Forbidden), transaction() as writing:
        service.create(writing, writing.get_one(Person, there.stranger), centre=writing.get_one(Centre, there.home), kind="venue")
    code = draft(session, there)
    for what in (service.submit, service.withdraw, service.verify, service.copy, service.remove_draft):
        with pytest.raises(Forbidden):
            act(session, there, what, code, who="stranger")
    with pytest.raises(Forbidden):
        act(session, there, service.save, code, who="stranger", values={"title": "x"})
    assert find(session, code).title == ""


def test_a_draft_keeps_what_holds_and_tells_the_rest(session: Session, there: Any) -> None:
    code = draft(session, there)
    values = {
        "title": "禾丰一号",
        "length_m": "十米",
        "height_m": "３.９",
        "lat": "27.9",
        "lng": "",
        "costs": [{"what": "fuel", "fen": "-3"}],
    }
    faults = act(session, there, service.save, code, values=values)
    made = find(session, code)
    assert faults.keys() == {"length_m", "costs.0.fen", "lng"}
    assert (made.title, made.details["height_m"], made.costs) == ("禾丰一号", 3.9, [{"what": "fuel"}])
    assert (made.lat is None, made.lng is None) == (False, False)  # as before: half a point is no point
    assert made.version == 2


def test_saving_the_same_changes_nothing(session: Session, there: Any) -> None:
    code = draft(session, there)
    act(session, there, service.save, code, values=TRUCK)
    act(session, there, service.save, code, values=TRUCK)
    assert find(session, code).version == 2
    assert actions(session, code) == ["resource.created", "resource.saved"]


def test_a_stale_page_does_not_overwrite(session: Session, there: Any) -> None:
    code = draft(session, there)
    act(session, there, service.save, code, values={"title": "甲"}, expected_version=1)
    with pytest.raises(Conflict):
        act(session, there, service.save, code, values={"title": "乙"}, expected_version=1)
    assert find(session, code).title == "甲"


def test_submitting_wants_all_that_is_required(session: Session, there: Any) -> None:
    code = draft(session, there)
    with pytest.raises(Invalid) as refused:
        act(session, there, service.submit, code)
    assert refused.value.fields.keys() >= {"title", "length_m", "inspection_until", "share_scope"}
    act(session, there, service.save, code, values=TRUCK)
    act(session, there, service.submit, code)
    assert find(session, code).state == "in_review"
    with pytest.raises(Conflict):
        act(session, there, service.submit, code)
    with pytest.raises(Conflict):
        act(session, there, service.save, code, values={"title": "改"})
    act(session, there, service.take_back, code)
    assert find(session, code).state == "draft"


@pytest.mark.parametrize("kind", ["venue", "talent"])
def test_the_other_kinds_submit_too(session: Session, there: Any, kind: str) -> None:
    code = draft(session, there, kind)
    assert act(session, there, service.save, code, values=COMPLETE[kind]) == {}
    assert act(session, there, service.submit, code).state == "in_review"
    assert code[:2] == kinds.KINDS[kind].prefix


def test_media_shares_an_asset_of_its_own_centre(session: Session, there: Any) -> None:
    code = draft(session, there, "media")
    values = COMPLETE["media"]
    assert act(session, there, service.save, code, values=values).keys() == {"asset"}
    with transaction() as writing:
        mine = make.asset(writing, writing.get_one(Centre, there.home), code="DA-00017", state="published")
        mine.rights_status, mine.record_visibility = "own", "public"
    assert act(session, there, service.save, code, values=values) == {}
    assert act(session, there, service.submit, code).state == "in_review"
    row = next(
        row for table in kinds.spec(find(session, code), "zh_Hans", private=False) for row in table.rows if row.label == "题名"
    )
    assert row.value == find(session, code).asset.title


@pytest.mark.parametrize(
    ("kind", "change", "at"),
    [
        ("stage_truck", {"inspection_until": "2026-10-11"}, "inspection_until"),
        ("talent", {"share_scope": "public"}, "share_scope"),
        ("talent", {"consent_until": "2026-10-11", "consent_on": "2026-01-01"}, "consent_until"),
        ("talent", {"minor": "yes"}, "guardian_name"),
    ],
)
def test_what_a_kind_forbids_is_not_listed(session: Session, there: Any, kind: str, change: dict[str, Any], at: str) -> None:
    code = draft(session, there, kind)
    act(session, there, service.save, code, values=COMPLETE[kind] | change)
    with pytest.raises(Invalid) as refused:
        act(session, there, service.submit, code)
    assert at in refused.value.fields


def test_a_centre_that_is_no_active_member_submits_nothing(session: Session, there: Any) -> None:
    code = draft(session, there)
    act(session, there, service.save, code, values=TRUCK)
    with transaction() as writing:
        membership = writing.get_one(Centre, there.home).membership
        assert membership is not None
        membership.state = "suspended"
    with pytest.raises(Forbidden):
        act(session, there, service.submit, code)


def test_a_change_of_what_is_listed_is_live_and_marked(session: Session, there: Any) -> None:
    code = listed(session, there)
    act(session, there, service.save, code, values={"height_m": "3.7"})
    made = find(session, code)
    assert (made.state, made.changed_since_review, made.details["height_m"]) == ("published", True, 3.7)


@pytest.mark.parametrize(
    ("scope", "state"), [("city", "published"), ("province", "published"), ("alliance", "in_review"), ("public", "in_review")]
)
def test_only_a_wider_scope_goes_back_to_review(session: Session, there: Any, scope: str, state: str) -> None:
    code = listed(session, there)
    act(session, there, service.save, code, values={"share_scope": scope})
    assert find(session, code).state == state


def test_another_consent_goes_back_to_review(session: Session, there: Any) -> None:
    code = listed(session, there, "talent")
    act(session, there, service.save, code, values={"skills": "二胡"})
    assert find(session, code).state == "published"
    act(session, there, service.save, code, values={"consent_until": "2029-01-01"})
    assert find(session, code).state == "in_review"


def test_what_is_listed_stays_whole(session: Session, there: Any) -> None:
    code = listed(session, there)
    for values in ({"height_m": ""}, {"height_m": "高"}, {"title": ""}, {"costs": []}, {"insurance_until": "2026-10-01"}):
        with pytest.raises(Invalid):
            act(session, there, service.save, code, values=values | {"summary": "改了"})
        assert find(session, code).summary == TRUCK["summary"]


def test_withdrawn_consent_hides_at_once(session: Session, there: Any) -> None:
    code = listed(session, there, "talent")
    act(session, there, service.save, code, values={"consent_withdrawn_on": "2026-10-12"})
    assert find(session, code).state == "withdrawn"
    again = listed(session, there, "talent")
    act(session, there, service.withdraw_consent, again)
    made = find(session, again)
    assert (made.state, made.details["consent_withdrawn_on"]) == ("withdrawn", "2026-10-12")
    with pytest.raises(Invalid):
        act(session, there, service.submit, again)


def test_states_follow_their_table(session: Session, there: Any) -> None:
    code = listed(session, there)
    for what, state in (
        (service.set_maintenance, "maintenance"),
        (service.republish, "published"),
        (service.pause, "paused"),
        (service.republish, "published"),
        (service.verify, "published"),
        (service.withdraw, "withdrawn"),
        (service.submit, "in_review"),
    ):
        before = find(session, code).version
        act(session, there, what, code)
        assert (find(session, code).state, find(session, code).version) == (state, before + 1)
    for what in (service.set_maintenance, service.republish, service.pause, service.withdraw, service.remove_draft):
        with pytest.raises(Conflict):
            act(session, there, what, code)


def test_a_copy_leaves_out_what_belongs_to_the_one(session: Session, there: Any) -> None:
    code = listed(session, there)
    made = find(session, act(session, there, service.copy, code).code)
    assert made.state == "draft"
    assert made.code != code
    assert made.title == "禾丰一号（副本）"
    assert made.details["deck_width_m"] == 9.6
    assert made.costs == [{"what": "fuel", "fen": 350, "per": "km", "payer": "borrower"}]
    assert not {"plate_no", "insurance_until", "inspection_until"} & set(made.details)
    assert made.units[0].id != find(session, code).units[0].id
    person = find(session, act(session, there, service.copy, listed(session, there, "talent")).code)
    assert not {"consent_on", "consent_scope", "consent_until"} & set(person.details)


def test_a_draft_that_nobody_saw_is_removed_whole(session: Session, there: Any) -> None:
    code = draft(session, there, "venue")
    act(session, there, occupancy.block, code, start=NOW + timedelta(days=1), end=NOW + timedelta(days=2))
    act(session, there, service.remove_draft, code)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Occupancy)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Resource)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 0
    removed = session.scalar(sa.select(journal.Event).where(journal.Event.action == "resource.removed"))
    assert removed is not None
    assert removed.data["code"] == code


def test_the_week_is_replaced_and_does_not_overlap(session: Session, there: Any) -> None:
    code = listed(session, there, "venue")
    nine, noon, one, five = (time(hour) for hour in (9, 12, 13, 17))
    act(session, there, opening.set_week, code, slots=[(0, nine, noon), (0, noon, five)])
    assert len(find(session, code).openings) == 2
    for slots in ([(0, nine, one), (0, noon, five)], [(0, noon, noon)], []):
        with pytest.raises(Invalid):
            act(session, there, opening.set_week, code, slots=slots)
    act(session, there, opening.add_exception, code, day=date(2026, 10, 25), opens=None, closes=None, note="重阳")
    with pytest.raises(Conflict):
        act(session, there, opening.add_exception, code, day=date(2026, 10, 25), opens=None, closes=None, note="")


def remind(day: datetime) -> None:
    with clock.moved(day):
        reminders.remind({})


def test_reminders_come_once_and_an_ended_paper_pauses(session: Session, there: Any) -> None:
    code = listed(session, there, insurance_until="2026-12-01")
    remind(NOW)
    assert "resource.paper_ending" not in actions(session, code)
    for day in (5, 6):
        remind(datetime(2026, 11, day, tzinfo=UTC))
    assert actions(session, code).count("resource.paper_ending") == 1
    for day in (2, 3):
        remind(datetime(2026, 12, day, tzinfo=UTC))
    assert find(session, code).state == "paused"
    assert actions(session, code).count("resource.paper_ended") == 1
    with clock.moved(datetime(2026, 12, 4, tzinfo=UTC)):
        with pytest.raises(Invalid):
            act(session, there, service.republish, code)
        act(session, there, service.save, code, values={"insurance_until": "2027-12-01"})
        act(session, there, service.republish, code)
    assert find(session, code).state == "published"


def test_what_was_not_verified_for_a_year_is_told_once_a_year(session: Session, there: Any) -> None:
    code = listed(session, there, "venue")
    for days in (364, 366, 367):
        remind(NOW + timedelta(days=days))
    assert actions(session, code).count("resource.stale") == 1
    with clock.moved(NOW + timedelta(days=368)):
        act(session, there, service.verify, code)
        reminders.remind({})
    assert actions(session, code).count("resource.stale") == 1
    remind(NOW + timedelta(days=800))
    assert actions(session, code).count("resource.stale") == 2


def test_an_ended_consent_hides_the_person(session: Session, there: Any) -> None:
    code = listed(session, there, "talent", consent_until="2026-12-01")
    remind(datetime(2026, 12, 2, tzinfo=UTC))
    assert find(session, code).state == "withdrawn"


def test_every_change_tells_the_listeners_in_the_same_transaction(
    session: Session, there: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(journal.listeners, "resource", ("index",))
    code = draft(session, there)
    with pytest.raises(Invalid):
        act(session, there, service.submit, code)
    act(session, there, service.save, code, values=VENUE | {"title": TALENT["title"]})
    session.rollback()
    waiting = session.scalars(sa.select(Job).where(Job.kind == "index")).all()
    assert [job.payload["subject"] for job in waiting] == [["resource", find(session, code).id]] * 2


def test_of_many_who_save_the_same_version_one_does(app: Flask, session: Session, there: Any) -> None:
    code = draft(session, there)
    session.rollback()
    gate = threading.Barrier(6)

    def rival(number: int) -> bool:
        with app.app_context(), clock.moved(NOW):
            gate.wait()
            try:
                act(db.session, there, service.save, code, values={"title": f"第{number}版"}, expected_version=1)
            except Conflict:
                return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(rival, range(6)))
    assert done.count(True) == 1
    made = find(session, code)
    assert (made.version, made.title) == (2, f"第{done.index(True)}版")
    assert actions(session, code) == ["resource.created", "resource.saved"]
