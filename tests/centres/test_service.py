"""Centres: their fields, their tree, their hours, what they disclose; refused where the tree would break."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.centres import hours, service
from alliance.centres.forms import CentreForm
from alliance.centres.models import Centre, Disclosure
from alliance.centres.routes import values
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.forms import read_form
from alliance.journal import Event
from alliance.places.models import Division
from tests import make
from tests.conftest import BOTH

WHOLE: dict[str, Any] = {
    "name": "石桥区文化馆",
    "name_en": "Shiqiao District Cultural Centre",
    "short_name": "石桥区馆",
    "former_names": "石桥区群众艺术馆\n石桥群艺馆",
    "aliases": "石桥文化馆",
    "level": "county",
    "role": "main",
    "type": "centre",
    "grade": "grade_1",
    "division_code": "990101",
    "address": "桥头街6号",
    "lat": "27.51",
    "lng": "112.42",
    "phone": "0900-555 0120",
    "duty_hours": "工作日 8:30–17:30",
    "hours_1": "9:00-12:00，13：30～17:30",
    "hours_6": "9:00–21:00",
    "hours_note": "法定节假日另行公告",
    "summary": "老城区里的馆。",
    "summary_en": "In the old town.",
}


@pytest.fixture(autouse=True)
def place(request: pytest.FixtureRequest) -> None:
    """The county in which it lies, which the national list does not have."""
    if "session" in request.fixturenames:
        session = request.getfixturevalue("session")
        session.add(Division(code="990101", name="石桥区", level="county"))
        session.flush()


def form(**given: Any) -> CentreForm:
    return CentreForm.model_validate(WHOLE | given)


def as_form(centre: Centre, **given: Any) -> CentreForm:
    return CentreForm.model_validate({name: "" if value is None else value for name, value in values(centre).items()} | given)


@BOTH
def test_every_field_is_kept_and_comes_back_into_the_form(session: Session) -> None:
    admin = make.admin(session)
    centre = service.create(session, admin, form=form())
    session.expire_all()
    assert centre.slug == "shiqiaoqu"
    assert centre.opening_hours == {
        "1": [["09:00", "12:00"], ["13:30", "17:30"]],
        "6": [["09:00", "21:00"]],
        "note": "法定节假日另行公告",
    }
    assert {(name.kind, name.name) for name in centre.names} == {
        ("former", "石桥区群众艺术馆"),
        ("former", "石桥群艺馆"),
        ("alias", "石桥文化馆"),
    }
    assert (centre.lat, centre.lng, centre.approximate) == (27.51, 112.42, False)
    assert centre.membership is not None
    assert centre.membership.state == "applied"
    shown = values(centre)
    normal = {"hours_1": "09:00–12:00，13:30–17:30", "hours_6": "09:00–21:00", "lat": 27.51, "lng": 112.42}
    for name, value in (WHOLE | normal).items():
        assert sorted(str(shown[name]).splitlines()) == sorted(str(value).splitlines()), name
    assert (
        service.create(session, admin, form=form(name="石桥区文化馆新馆", short_name="新馆", former_names="", aliases="")).slug
        != centre.slug
    )


@BOTH
def test_editing_replaces_names_raises_the_version_and_says_what_changed(session: Session) -> None:
    centre = service.create(session, make.admin(session), form=form())
    keeper = make.person(session, centre, "centre_admin")
    service.edit(
        session, keeper, centre=centre, form=as_form(centre, name="石桥文化中心", aliases="老石桥", former_names="石桥群艺馆")
    )
    session.expire_all()
    assert {(name.kind, name.name) for name in centre.names} == {
        ("former", "石桥区文化馆"),
        ("former", "石桥群艺馆"),
        ("alias", "老石桥"),
    }, "the name given up is still found"
    event = session.scalars(sa.select(Event).where(Event.action == "centre.edited")).one()
    assert event.data["changed"] == ["name", "names"]
    with pytest.raises(Conflict):
        service.edit(session, keeper, centre=centre, form=as_form(centre, version=centre.version - 1))


@BOTH
def test_who_edits(session: Session) -> None:
    centre = make.centre(session, opening_hours={})
    for role in ("staff", "handler"):
        with pytest.raises(Forbidden):
            service.edit(session, make.person(session, centre, role), centre=centre, form=as_form(centre))
    with pytest.raises(Forbidden):
        service.edit(session, make.person(session, make.centre(session), "director"), centre=centre, form=as_form(centre))
    director = make.person(session, centre, "director")
    service.edit(session, director, centre=centre, form=as_form(centre, address="新地址"))
    assert centre.address == "新地址"
    with pytest.raises(Invalid):
        service.edit(session, director, centre=centre, form=as_form(centre, level="city"))
    with pytest.raises(Forbidden):
        service.create(session, director, form=form())


@BOTH
def test_the_tree_has_no_circle_and_no_gap(session: Session) -> None:
    with transaction() as writing:
        admin = make.admin(writing)
        city = make.centre(writing, level="city", role="hub", opening_hours={})
        county = make.centre(writing, parent_id=city.id, opening_hours={})
        branch = make.centre(writing, level="county", role="branch", parent_id=county.id, opening_hours={})
        point = make.centre(writing, level="village", role="point", parent_id=branch.id, opening_hours={})
    refused = [
        (city, {"parent": branch.id, "level": "county"}),
        (county, {"parent": county.id}),
        (county, {"parent": branch.id}),
        (county, {"parent": point.id, "level": "village"}),
        (branch, {"parent": ""}),
        (city, {"parent": county.id}),
        (county, {"parent": 999_999}),
    ]
    for centre, wrong in refused:
        with pytest.raises(Invalid) as error, transaction() as writing:
            service.edit(writing, admin, centre=centre, form=as_form(centre, **wrong))
        assert list(error.value.fields) == ["parent"], wrong
    with transaction() as writing:
        service.edit(writing, admin, centre=branch, form=as_form(branch, parent=city.id))
    assert branch.parent is city


@BOTH
def test_without_coordinates_the_superiors_are_taken_as_approximate(session: Session) -> None:
    admin = make.admin(session)
    city = make.centre(session, level="city", role="hub", lat=27.0, lng=112.0)
    county = service.create(session, admin, form=form(lat="", lng="", parent=city.id))
    assert (county.lat, county.lng, county.approximate) == (27.0, 112.0, True)
    assert values(county)["lat"] is None
    alone = service.create(session, admin, form=form(name="云坪县文化馆", lat="", lng="", former_names="", aliases=""))
    assert (alone.lat, alone.approximate) == (None, False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lat": ""}, "form"),
        ({"lat": "91"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"division_code": "12345"}, "division_code"),
        ({"division_code": "１２３４５６"}, "division_code"),
        ({"level": "galaxy"}, "level"),
        ({"phone": "没有"}, "phone"),
        ({"name": ""}, "name"),
        ({"aliases": "\n".join(f"别名{n}" for n in range(21))}, "aliases"),
        ({"parent": "x"}, "parent"),
        ({"parent": str(2**70)}, "parent"),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(app: Any, given: dict[str, Any], field: str) -> None:
    with app.test_request_context("/", method="POST", data=WHOLE | given), pytest.raises(Invalid) as refused:
        read_form(CentreForm)
    assert field in refused.value.fields


@BOTH
def test_a_division_that_nobody_knows_is_refused(session: Session) -> None:
    admin = make.admin(session)
    with pytest.raises(Invalid) as refused:
        service.create(session, admin, form=form(division_code="990177"))
    assert list(refused.value.fields) == ["division_code"]
    assert service.create(session, admin, form=form(division_code="990101003"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", None),
        ("闭馆", None),
        ("9:00-17:00", [["09:00", "17:00"]]),
        ("09：00—12：00、14.00至17.30", [["09:00", "12:00"], ["14:00", "17:30"]]),
        ("18:00~24:00", [["18:00", "24:00"]]),
    ],
)
def test_hours_as_staff_type_them(typed: str, kept: Any) -> None:
    found = hours.read([typed] + [""] * 6)
    assert found.get("1") == kept


@pytest.mark.parametrize(
    "typed", ["上午", "9-12", "17:00-9:00", "9:00-25:00", "9:61-10:00", "9:00-12:00，11:00-13:00", "9:00-12:00 全天"]
)
def test_hours_that_make_no_sense_are_refused_at_their_day(app: Any, typed: str) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        hours.read(["", "", typed, "", "", "", ""])
    assert list(refused.value.fields) == ["hours_3"]


@BOTH
def test_disclosure_is_added_changed_and_taken_away(session: Session) -> None:
    centre = make.centre(session)
    director = make.person(session, centre, "director")
    give = {"pledge": ("三个工作日内答复", "Answers in three days"), "charges": ("免费", ""), "duties": ("  ", "")}
    assert service.disclose(session, director, centre=centre, texts=give) == ["pledge", "charges"]
    assert service.disclose(session, director, centre=centre, texts=give) == []
    assert service.disclose(session, director, centre=centre, texts=give | {"charges": ("", "")}) == ["charges"]
    assert [row.heading for row in session.scalars(sa.select(Disclosure))] == ["pledge"]
    with pytest.raises(Invalid):
        service.disclose(session, director, centre=centre, texts={"affairs": ("", "English only")})
    with pytest.raises(Forbidden):
        service.disclose(session, make.person(session, centre, "handler"), centre=centre, texts={})
