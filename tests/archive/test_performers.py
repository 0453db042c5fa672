"""Performers row by row, their consents summed up, taken back at once and given anew."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from alliance import journal
from alliance.archive import performers, service
from alliance.archive.models import Performer, today
from alliance.archive.visibility import openable_by, visible_to
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from tests import make
from tests.archive.test_service import COMPLETE
from tests.conftest import BOTH

pytestmark = BOTH


@pytest.fixture
def stage(session):
    """A published asset open to everybody, its staff and director, somebody else."""
    centre = make.centre(session)
    return {
        "asset": make.asset(session, centre),
        "staff": make.person(session, centre, "staff"),
        "stranger": make.person(session, make.centre(session), "director"),
        "admin": make.admin(session),
    }


def day(days):
    return today() + timedelta(days=days)


def saved(session, stage, *rows, **values):
    asset = stage["asset"]
    given = {"performers": list(rows)} | values if rows or not values else values
    return service.save(session, stage["staff"], asset, values=given, expected_version=asset.version)


def test_the_first_end_of_all_and_of_those_under_age_is_what_conditions_ask(session, stage):
    rows = (
        {"name": "周阿婆", "consent_until": day(30)},
        {"name": "小冬", "consent_until": day(90), "is_minor": True},
        {"name": "青泽合唱团", "role": "合唱"},
    )
    asset = saved(session, stage, *rows)
    assert (asset.consent_until, asset.minor_consent_until, asset.with_minors) == (day(30), day(90), True)
    assert [one.rank for one in asset.performers] == [0, 1, 2]
    asset = saved(session, stage, {"name": "青泽合唱团"})
    assert (asset.consent_until, asset.minor_consent_until, asset.with_minors) == (None, None, False)
    assert asset.performers[0].role == "合唱"
    assert session.scalar(sa.select(sa.func.count()).select_from(Performer)) == 1


def test_a_row_of_another_asset_is_not_taken_over(session, stage):
    other = make.performer(make.asset(session, stage["asset"].owner), name="别人")
    session.flush()
    asset = saved(session, stage, {"id": other.id, "name": "冒名"})
    assert asset.performers[0].id != other.id
    assert other.name == "别人"


def taken_back(session, stage, who="staff", number=None):
    asset = stage["asset"]
    one = number or asset.performers[0].id
    return performers.withdraw_consent(session, stage[who], asset, performer_id=one, expected_version=asset.version)


@pytest.mark.parametrize("minor", [False, True])
def test_taking_it_back_closes_the_file_and_of_a_child_the_record_in_the_same_transaction(session, stage, minor):
    asset = saved(session, stage, {"name": "小冬", "consent_until": day(300), "is_minor": minor})
    everybody = sa.select(sa.func.count()).where(visible_to(None))
    opened = sa.select(sa.func.count()).where(openable_by(None))
    assert (session.scalar(everybody), session.scalar(opened)) == (1, 1)
    taken_back(session, stage)
    assert asset.state == "published"
    assert (session.scalar(everybody), session.scalar(opened)) == (0 if minor else 1, 0)
    assert journal.history(session, asset)[-1].action == "asset.consent_withdrawn"
    assert asset.performers[0].consent_until == day(300)


def test_who_may_note_it_and_that_it_is_done_once(session, stage):
    saved(session, stage, {"name": "周阿婆", "consent_until": day(300)})
    with pytest.raises(Forbidden):
        taken_back(session, stage, "stranger")
    with pytest.raises(NotFound):
        taken_back(session, stage, number=999_999)
    asset = stage["asset"]
    with pytest.raises(Conflict):
        performers.withdraw_consent(
            session, stage["staff"], asset, performer_id=asset.performers[0].id, expected_version=asset.version - 1
        )
    taken_back(session, stage, "admin")
    with pytest.raises(Conflict):
        taken_back(session, stage)


def test_two_may_take_it_back_on_the_same_day(session, stage):
    asset = saved(session, stage, {"name": "甲", "consent_until": day(9)}, {"name": "乙", "consent_until": day(9)})
    for one in list(asset.performers):
        taken_back(session, stage, number=one.id)
    assert all(one.withdrawn_on == today() for one in asset.performers)


def test_it_stays_taken_back_until_another_end_is_written_down_and_then_is_reviewed(session, stage):
    saved(session, stage, {"name": "周阿婆", "consent_until": day(300)})
    asset = taken_back(session, stage)
    row = {"id": asset.performers[0].id, "name": "周阿婆", "consent_until": day(300)}
    saved(session, stage, row | {"role": "领唱"})
    assert asset.consent_lapsed
    saved(session, stage, {"name": "周阿婆"})  # taken out and typed again: still the same person
    assert asset.consent_lapsed
    saved(session, stage, row | {"consent_until": day(400)})
    assert not asset.consent_lapsed
    assert asset.state == "in_review"


@pytest.mark.parametrize(
    ("scope", "access", "holds"),
    [
        ("online", "public", True),
        ("members", "public", False),
        ("members", "members", True),
        ("on_site", "members", False),
        ("on_site", "on_site", True),
        ("on_site", "on_request", True),
        ("archive", "on_site", False),
        ("archive", "own_centre", True),
        ("", "public", True),
    ],
)
def test_the_file_is_never_open_to_more_than_was_consented_to(session, stage, scope, access, holds):
    row = {"name": "周阿婆", "consent_scope": scope}
    if holds:
        saved(session, stage, row, file_access=access)
        return
    with pytest.raises(Invalid) as caught:
        saved(session, stage, row, file_access=access)
    assert set(caught.value.fields) == {"file_access"}


def test_publication_wants_the_end_of_a_childs_consent_and_an_opening_before_the_closing(session, stage):
    values = COMPLETE | {"performers": [{"name": "小冬", "is_minor": True}], "embargo_until": day(9), "lease_until": day(8)}
    asset = service.create(session, stage["staff"], owner=stage["asset"].owner, values=values)
    assert {"performers", "lease_until"} <= set(service.missing(asset))
