"""Roles, leaving, duties A and B: what services grant and refuse, on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from alliance import clock
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.journal import Event
from alliance.people import duties, posts
from alliance.people.models import Absence, Duty, Person
from tests import make
from tests.conftest import BOTH
from tests.queries import counted

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
Signed = Callable[[int], FlaskClient]


def make_county(session: Session) -> SimpleNamespace:
    """A county's centre under its city's, with people of each role; another centre beside it."""
    city = make.centre(session, level="city", role="hub")
    here = make.centre(session, parent_id=city.id)
    found = SimpleNamespace(city=city, here=here, elsewhere=make.centre(session), secretary=make.admin(session))
    for role in ("staff", "handler", "director", "centre_admin"):
        setattr(found, role, make.person(session, here, role))
    found.boss = make.person(session, city, "director")
    return found


@pytest.fixture
def county(session: Session) -> SimpleNamespace:
    """For services, which share the session."""
    with transaction() as writing:
        return make_county(writing)


@pytest.fixture
def numbers(write: Callable[..., Any]) -> dict[str, int]:
    """For browsers: the numbers of its people."""
    return dict(write(lambda s: {name: row.id for name, row in vars(make_county(s)).items()}))


def away(session: Session, *people: Person) -> None:
    for person in people:
        session.add(Absence(person=person, starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 25)))
    session.flush()
    for person in people:
        session.expire(person)


@BOTH
def test_roles_are_exactly_those_given(session: Session, county: SimpleNamespace) -> None:
    with transaction() as writing:
        posts.set_roles(
            writing, county.centre_admin, centre=county.here, who=county.staff, roles={"handler", "centre_admin"}, title="馆员"
        )
    assert county.staff.held_in(county.here.id) == {"handler", "centre_admin"}
    assert {post.title for post in county.staff.posts if post.role != "staff"} == {"馆员"}
    with transaction() as writing:
        posts.set_roles(writing, county.centre_admin, centre=county.here, who=county.staff, roles={"staff"})
    assert county.staff.held_in(county.here.id) == {"staff"}
    data = session.scalars(sa.select(Event.data).where(Event.action == "person.roles_changed").order_by(Event.id)).all()
    assert [entry["after"] for entry in data] == [["centre_admin", "handler"], ["staff"]]


@BOTH
def test_only_who_keeps_the_people_changes_roles(session: Session, county: SimpleNamespace) -> None:
    stranger = make.person(session, county.elsewhere, "centre_admin")
    for person in (county.staff, county.handler, county.director, county.boss, stranger):
        with pytest.raises(Forbidden):
            posts.set_roles(session, person, centre=county.here, who=county.staff, roles={"director"})
        with pytest.raises(Forbidden):
            posts.leave(session, person, centre=county.here, who=county.staff)
    assert posts.set_roles(session, county.secretary, centre=county.here, who=county.staff, roles={"director"})


@BOTH
def test_who_leaves_loses_posts_and_duties_there_only(session: Session, county: SimpleNamespace) -> None:
    with transaction() as writing:
        posts.take(writing, county.elsewhere, county.handler, {"staff"})
        make.duty(writing, county.here, county.handler, "A")
        county.handler.acting_centre_id = county.here.id
    with transaction() as writing:
        posts.leave(writing, county.centre_admin, centre=county.here, who=county.handler)
    assert county.handler.held_in(county.here.id) == frozenset()
    assert county.handler.held_in(county.elsewhere.id) == {"staff"}
    assert county.handler.centre is county.elsewhere
    assert session.scalars(sa.select(Duty)).all() == []
    assert posts.former(session, county.here) == [county.handler]
    event = session.scalar(sa.select(Event).where(Event.action == "person.left"))
    assert (event.centre_id, event.subject_id, event.data["roles"]) == (county.here.id, county.handler.id, ["handler"])  # type: ignore[union-attr]


@BOTH
def test_the_last_admin_of_a_centre_stays_unless_the_secretariat_decides(session: Session, county: SimpleNamespace) -> None:
    mine = county.centre_admin
    with pytest.raises(Conflict), transaction() as writing:
        posts.leave(writing, mine, centre=county.here, who=mine)
    with pytest.raises(Conflict), transaction() as writing:
        posts.set_roles(writing, mine, centre=county.here, who=mine, roles={"staff"})
    assert mine.held_in(county.here.id) == {"centre_admin"}
    with transaction() as writing:
        posts.leave(writing, county.secretary, centre=county.here, who=mine)
    assert mine.held_in(county.here.id) == frozenset()


@BOTH
def test_duty_goes_to_a_then_b_then_whoever_is_there(session: Session, county: SimpleNamespace) -> None:
    make.duty(session, county.here, county.staff, "A")
    make.duty(session, county.here, county.director, "B")
    with clock.moved(NOW):
        assert duties.on_duty(session, county.here, NOW) == (county.staff,)
        away(session, county.staff)
        assert duties.on_duty(session, county.here, NOW) == (county.staff, county.director)
        away(session, county.director)
        assert duties.on_duty(session, county.here, NOW) == (county.staff, county.director, county.handler)
        away(session, county.handler)
        assert duties.on_duty(session, county.here, NOW) == (county.staff, county.director, county.boss)


@BOTH
def test_without_duties_handlers_then_directors_then_the_main_centre_then_the_secretariat(
    session: Session, county: SimpleNamespace
) -> None:
    with clock.moved(NOW):
        assert duties.on_duty(session, county.here, NOW) == (county.handler,)
        away(session, county.handler)
        assert duties.on_duty(session, county.here, NOW) == (county.director,)
        away(session, county.director)
        make.duty(session, county.city, make.person(session, county.city, "staff"), "A")
        assert [person.centre for person in duties.on_duty(session, county.here, NOW)] == [county.city]
        assert duties.on_duty(session, county.elsewhere, NOW) == (county.secretary,)


@BOTH
def test_deputies_are_b_else_the_other_handlers_else_directors(session: Session, county: SimpleNamespace) -> None:
    make.duty(session, county.here, county.handler, "A")
    assert duties.deputies(session, county.here) == (county.director,)
    other = make.person(session, county.here, "handler")
    assert duties.deputies(session, county.here) == (other,)
    make.duty(session, county.here, county.staff, "B")
    assert duties.deputies(session, county.here) == (county.staff,)
    assert duties.deputies(session, county.elsewhere) == ()


@BOTH
def test_duties_are_set_by_those_who_may_edit_the_centre(session: Session, county: SimpleNamespace) -> None:
    give = {"centre": county.here, "a": county.handler.id, "b": county.staff.id}
    assert duties.assign(session, county.director, **give) == {"A": county.handler, "B": county.staff}
    assert duties.assign(session, county.centre_admin, centre=county.here, a=county.staff.id, b=county.handler.id)
    assert {duty.rank: duty.person for duty in session.scalars(sa.select(Duty))} == {"A": county.staff, "B": county.handler}
    with pytest.raises(Forbidden):
        duties.assign(session, county.handler, **give)
    for a, b, field in ((county.staff.id, county.staff.id, "b"), (None, county.staff.id, "a"), (county.boss.id, None, "a")):
        with pytest.raises(Invalid) as refused:
            duties.assign(session, county.director, centre=county.here, a=a, b=b)
        assert list(refused.value.fields) == [field]
    assert duties.assign(session, county.director, centre=county.here, a=None, b=None) == {}


def test_the_page_is_for_the_centre_and_the_secretariat(
    signed_in: Signed, numbers: dict[str, int], client: FlaskClient, write: Callable[..., Any]
) -> None:
    address = f"/people/{write(lambda s: s.get_one(Centre, numbers['here']).slug)}"
    who = {name: numbers[name] for name in ("staff", "handler", "director", "centre_admin", "secretary", "boss")}
    assert client.get(address).status_code == 302
    statuses = {name: signed_in(number).get(address).status_code for name, number in who.items()}
    assert statuses == {"staff": 200, "handler": 200, "director": 200, "centre_admin": 200, "secretary": 200, "boss": 403}
    changing = {name: signed_in(number).get(f"{address}/{who['staff']}").status_code for name, number in who.items()}
    assert changing == {"staff": 403, "handler": 403, "director": 403, "centre_admin": 200, "secretary": 200, "boss": 403}


def test_roles_are_said_in_the_language_of_the_page_whichever_came_first(
    signed_in: Signed, numbers: dict[str, int], write: Callable[..., Any]
) -> None:
    page, browser = f"/people/{write(lambda s: s.get_one(Centre, numbers['here']).slug)}", signed_in(numbers["centre_admin"])
    for lang, said, other in (("zh-Hans", "经办人", "Handler"), ("en", "Handler", "经办人"), ("zh-Hans", "经办人", "Handler")):
        browser.set_cookie("lang", lang)
        form = browser.get(page).get_data(as_text=True).partition('id="h-invite"')[2]
        assert said in form
        assert other not in form


def test_duties_and_roles_over_http(
    signed_in: Signed, numbers: dict[str, int], send: Callable[..., TestResponse], write: Callable[..., Any]
) -> None:
    page = f"/people/{write(lambda s: s.get_one(Centre, numbers['here']).slug)}"
    browser, staff, handler = signed_in(numbers["centre_admin"]), numbers["staff"], numbers["handler"]
    assert send(browser, page, f"{page}/duties", a=handler, b="").status_code == 302
    refused = send(browser, page, f"{page}/duties", a=handler, b=handler)
    assert refused.status_code == 422
    assert "A角和B角不能是同一人" in refused.get_data(as_text=True)
    one = f"{page}/{staff}"
    wrong = send(browser, page, one, roles=["boss"], department="表演部")
    assert wrong.status_code == 422
    assert "表演部" in wrong.get_data(as_text=True)
    assert send(browser, page, one, department="表演部").status_code == 422
    assert send(browser, page, one, roles=["handler", "staff"], department="表演部").status_code == 302
    assert send(browser, page, f"{one}/leave").status_code == 302
    assert browser.get(one).status_code == 404
    assert write(lambda s: s.scalars(sa.select(Duty.person_id)).all()) == [handler]


def test_the_list_takes_as_many_queries_for_three_as_for_thirty(
    app: Flask, signed_in: Signed, numbers: dict[str, int], write: Callable[..., Any]
) -> None:
    page = f"/people/{write(lambda s: s.get_one(Centre, numbers['here']).slug)}"
    browser = signed_in(numbers["centre_admin"])

    def count() -> int:
        with app.app_context(), counted(db.engine) as sent:
            assert browser.get(page).status_code == 200
        return len(sent)

    few = count()
    write(lambda s: [make.person(s, s.get_one(Centre, numbers["here"]), "handler", "staff") for _ in range(30)])
    assert count() == few
