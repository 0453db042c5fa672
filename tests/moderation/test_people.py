"""The secretariat finds people, sees what they have in hand, takes an account out of use and gives it back."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange.models import Leg
from alliance.journal import Event
from alliance.notifications.models import Notice
from alliance.people import standing
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.notifications.stage import MONDAY, happens, stage
from tests.queries import asked_of

SignedIn = Callable[[int], FlaskClient]


@pytest.fixture
def there(app: Flask, write: Callable[..., Any]) -> dict[str, int]:
    """A loan that 刘老师 has in hand, his deputy, the secretariat."""
    app.config["WTF_CSRF_ENABLED"] = False

    def build(session: Any) -> dict[str, int]:
        leg, people = stage(session)
        leg.handler_id = leg.first_handler_id = people["a"].id
        return {name: person.id for name, person in people.items()} | {"leg": leg.id, "admin": make.admin(session).id}

    with time_machine.travel(MONDAY, tick=True):
        return write(build)


@BOTH
@time_machine.travel(MONDAY, tick=True)
def test_a_suspended_person_is_out_at_once_and_others_get_the_tasks(
    app: Flask, there: dict[str, int], signed_in: SignedIn, work_off: Callable[[], int]
) -> None:
    admin, theirs = signed_in(there["admin"]), signed_in(there["a"])
    assert theirs.get("/desk").status_code == 200
    page = admin.get(f"/admin/people/{there['a']}").text
    assert "手上1件往来照常进行" in page
    answer = admin.post(f"/admin/people/{there['a']}/suspend", data={"reason": " "})
    assert answer.status_code == 422
    assert "请写明理由，会留在记录里。" in answer.text
    assert theirs.get("/desk").status_code == 200
    assert admin.post(f"/admin/people/{there['a']}/suspend", data={"reason": "长期借调，账号停用。"}).status_code == 302
    assert theirs.get("/desk").status_code == 302
    assert signed_in(there["a"]).get("/desk").status_code == 302, "a session that is begun after it"
    with app.app_context():
        event = db.session.scalars(sa.select(Event).where(Event.action == "person.suspended")).one()
        assert (event.subject_id, event.actor_id, event.data) == (there["a"], there["admin"], {"reason": "长期借调，账号停用。"})
        with transaction() as session:
            leg = session.get_one(Leg, there["leg"])
            happens(session, leg, "counter", session.get_one(Person, there["submitter"]))
    work_off()
    with app.app_context():
        told = set(db.session.scalars(sa.select(Notice.person_id).where(Notice.template == "countered")))
    assert there["a"] not in told
    assert told
    assert admin.post(f"/admin/people/{there['a']}/restore").status_code == 302
    assert signed_in(there["a"]).get("/desk").status_code == 200
    assert theirs.get("/desk").status_code == 302, "the old session stays closed"


@time_machine.travel(MONDAY, tick=True)
def test_nobody_suspends_themself_or_the_last_of_the_secretariat(app: Flask, there: dict[str, int]) -> None:
    with app.app_context():
        with transaction() as session, pytest.raises(Conflict, match="不能停用自己"):
            admin = session.get_one(Person, there["admin"])
            standing.suspend(session, admin, who=admin, reason="不再任职")
        with transaction() as session:
            second = make.admin(session).id
        with transaction() as session:
            standing.suspend(
                session, session.get_one(Person, second), who=session.get_one(Person, there["admin"]), reason="不再任职"
            )
        with transaction() as session, pytest.raises(Forbidden):
            standing.restore(session, session.get_one(Person, there["a"]), who=session.get_one(Person, there["admin"]))
        with transaction() as session, pytest.raises(Conflict, match="没有停用"):
            standing.restore(session, session.get_one(Person, second), who=session.get_one(Person, there["a"]))
        with transaction() as session, pytest.raises(Invalid):
            standing.suspend(session, session.get_one(Person, second), who=session.get_one(Person, there["a"]), reason="  无 ")


@time_machine.travel(MONDAY, tick=True)
def test_people_are_found_by_name_mail_and_centre_at_a_constant_cost(
    app: Flask, there: dict[str, int], signed_in: SignedIn, write: Callable[..., Any]
) -> None:
    admin = signed_in(there["admin"])

    def join(session: Any, count: int) -> None:
        centre = make.centre(session, short_name="石桥区馆")
        for _n in range(count):
            make.person(session, centre)

    write(lambda session: join(session, 2))
    admin.get("/admin/people")
    with asked_of(app) as few:
        page = admin.get("/admin/people").text
    assert "石桥区馆" in page
    write(lambda session: join(session, 12))
    with asked_of(app) as many:
        admin.get("/admin/people")
    assert len(many) == len(few)
    assert admin.get("/admin/people?q=石桥").text.count('<th scope="row">') == 14
    assert "没有这样的人" in admin.get("/admin/people?q=没有此人").text
    assert admin.get("/admin/people?q=刘老师").text.count('<th scope="row">') == 1
    assert admin.get("/admin/people?show=suspended").text.count('<th scope="row">') == 0
    assert admin.get("/admin/people?show=secretariat").text.count('<th scope="row">') == 2
    assert admin.get("/admin/people/99999").status_code == 404
