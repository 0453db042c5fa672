"""Applying, admitting, declining, suspending, restoring, leaving: by the secretariat alone, each step only where it leads on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from alliance import clock
from alliance.centres import membership
from alliance.centres.forms import Application
from alliance.centres.membership import STEPS
from alliance.centres.models import Centre, Membership
from alliance.codes.centres import MEMBERSHIP_STATE
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange.models import Agreement, Leg
from alliance.journal import Event
from alliance.people.models import Invitation
from tests import make
from tests.conftest import BOTH

Send = Callable[..., TestResponse]
ASKED = {
    "name": "云坪县文化馆",
    "level": "county",
    "type": "centre",
    "division_code": "990222",
    "address": "茶场路3号",
    "phone": "0901-555 0180",
    "contact_name": "云馆长",
    "contact_email": "Yun@example.org",
    "note": "想借舞台车。",
}
REASON = "三次爽约，轮值主席单位讨论决定"


@BOTH
def test_applying_keeps_everything_and_waits(session: Session) -> None:
    centre = membership.apply(session, None, form=Application.model_validate(ASKED))
    session.expire_all()
    kept = centre.membership
    assert kept is not None
    assert (kept.state, kept.contact_name, kept.contact_email, kept.note) == (
        "applied",
        "云馆长",
        "yun@example.org",
        "想借舞台车。",
    )
    assert (centre.level, centre.role, centre.division_code, centre.address) == ("county", "main", "990222", "茶场路3号")
    assert not centre.is_active
    with pytest.raises(Invalid) as refused:
        membership.apply(session, None, form=Application.model_validate(ASKED))
    assert list(refused.value.fields) == ["name"]


@BOTH
@pytest.mark.parametrize("state", MEMBERSHIP_STATE.ids)
def test_each_step_is_possible_from_its_states_only(session: Session, state: str) -> None:
    for step in STEPS.values():
        with transaction() as writing:
            admin, centre = make.admin(writing), make.centre(writing, membership=state)
        possible = state in step.sources and step.barred is not True
        assert (step in membership.steps(centre)) == possible
        if possible:
            with transaction() as writing:
                membership.decide(writing, admin, centre=centre, step=step, reason=REASON, until=clock.local(clock.now()).date())
            assert centre.membership is not None
            assert centre.membership.state == step.target
            event = session.scalars(sa.select(Event).where(Event.action == step.event, Event.subject_id == centre.id)).one()
            assert (event.data["from"], event.data["to"], event.actor_id) == (state, step.target, admin.id)
        else:
            with pytest.raises(Conflict), transaction() as writing:
                membership.decide(writing, admin, centre=centre, step=step, reason=REASON)


@BOTH
def test_only_the_secretariat_decides_and_it_owes_reasons(session: Session) -> None:
    centre = make.centre(session)
    for person in (make.person(session, centre, "director", "centre_admin"), make.person(session)):
        with pytest.raises(Forbidden):
            membership.decide(session, person, centre=centre, step=STEPS["suspend"], reason=REASON)
    with pytest.raises(Invalid):
        membership.decide(session, make.admin(session), centre=centre, step=STEPS["suspend"], reason=" 无 ")


@BOTH
def test_who_works_for_a_suspended_centre_is_no_member_until_it_is_restored(session: Session) -> None:
    admin, centre = make.admin(session), make.centre(session)
    person = make.person(session, centre, "handler")
    resource = make.resource(session, centre)
    reader = make.person(session, make.centre(session))
    assert "member" in person.standing
    assert "visible" in resource.relations(reader)
    membership.decide(session, admin, centre=centre, step=STEPS["suspend"], reason=REASON)
    assert "member" not in person.standing
    assert "visible" not in resource.relations(reader)
    membership.decide(session, admin, centre=centre, step=STEPS["restore"])
    assert "member" in person.standing
    assert "visible" in resource.relations(reader)
    assert centre.membership is not None
    assert centre.membership.joined_on == date(2024, 1, 1)


def leg(session: Session, owner: Centre, borrower: Centre, state: str) -> Leg:
    by = make.person(session, borrower)
    agreement = Agreement(
        number=f"JY-{next(make.numbers)}", title="下乡", activity_type="show", initiator_id=borrower.id, created_by=by.id
    )
    made = Leg(agreement=agreement, owner=owner, borrower=borrower, state=state)
    session.add(made)
    session.flush()
    return made


@BOTH
def test_what_it_touches_is_counted_and_nobody_leaves_in_the_middle_of_a_loan(session: Session) -> None:
    with transaction() as writing:
        admin, here, there = make.admin(writing), make.centre(writing), make.centre(writing)
        make.resource(writing, here)
        make.resource(writing, here, state="draft")
        leg(writing, here, there, "requested")
        running = leg(writing, there, here, "in_use")
        leg(writing, here, there, "closed")
        leg(writing, there, make.centre(writing), "in_use")
    assert membership.consequences(session, here) == {"listings": 1, "open": 1, "running": 1}
    with pytest.raises(Conflict), transaction() as writing:
        membership.decide(writing, admin, centre=here, step=STEPS["withdraw"], reason=REASON)
    with transaction() as writing:
        writing.get_one(Leg, running.id).state = "closed"
    with transaction() as writing:
        membership.decide(writing, admin, centre=here, step=STEPS["withdraw"], reason=REASON)
    assert here.membership is not None
    assert (here.membership.state, here.membership.left_on is not None) == ("left", True)


def test_from_the_form_to_the_first_admin(
    client: FlaskClient, send: Send, signed_in: Any, write: Any, mails: Any, work_off: Any
) -> None:
    number = write(lambda s: make.admin(s).id)
    answer = send(client, "/centres/join", "/centres/join", **ASKED)
    assert answer.status_code == 200
    assert "已收到云坪县文化馆的申请" in answer.get_data(as_text=True)
    slug = write(lambda s: s.scalar(sa.select(Centre.slug)))
    assert client.get(f"/centres/{slug}").status_code == 404
    assert "云坪县文化馆" not in client.get("/centres").get_data(as_text=True)
    admin = signed_in(number)
    assert "云坪县文化馆" in admin.get("/admin/centres?state=applied").get_data(as_text=True)
    page = f"/admin/centres/{slug}/approve"
    assert "yun@example.org" in admin.get(page).get_data(as_text=True)
    assert send(admin, page, page).status_code == 302
    assert send(admin, "/centres", page).status_code == 409
    work_off()
    assert [mail["to"] for mail in mails()] == ["yun@example.org"]
    assert write(lambda s: s.scalars(sa.select(Invitation.roles)).all()) == [["centre_admin"]]
    assert client.get(f"/centres/{slug}").status_code == 200


def test_a_declined_centre_is_told_why_and_may_ask_again(
    client: FlaskClient, send: Send, signed_in: Any, write: Any, mails: Any
) -> None:
    admin = signed_in(write(lambda s: make.admin(s).id))
    send(client, "/centres/join", "/centres/join", **ASKED)
    slug = write(lambda s: s.scalar(sa.select(Centre.slug)))
    page = f"/admin/centres/{slug}/decline"
    refused = send(admin, page, page, reason="无")
    assert refused.status_code == 422
    assert ">无</textarea>" in refused.get_data(as_text=True)
    assert send(admin, page, page, reason="缺少设立批文").status_code == 302
    assert "缺少设立批文" in mails()[0]["body"]
    assert send(client, "/centres/join", "/centres/join", **(ASKED | {"contact_name": "新馆长"})).status_code == 200
    states = write(lambda s: s.execute(sa.select(Membership.state, Membership.contact_name)).all())
    assert [tuple(row) for row in states] == [("applied", "新馆长")]


@BOTH
@pytest.mark.parametrize("state", ["left", "declined"])
def test_who_asks_under_a_known_name_changes_nothing_that_is_known(
    client: FlaskClient, send: Send, signed_in: Any, write: Any, mails: Any, state: str
) -> None:
    kept = {"level": "city", "division_code": "990200", "address": "老街1号", "phone": "0901-555 0100", "role": "hub"}

    def add(session: Session) -> int:
        former = make.centre(session, name=ASKED["name"], membership=state, **kept)
        assert former.membership is not None
        former.membership.left_on = date(2025, 5, 1) if state == "left" else None
        former.membership.reason, former.membership.contact_email = "合并到市馆", "old@example.org"
        return int(make.admin(session).id)

    admin = signed_in(write(add))
    assert send(client, "/centres/join", "/centres/join", **ASKED).status_code == 200
    row = write(lambda s: s.execute(sa.select(*(getattr(Centre, name) for name in kept))).one())
    assert dict(zip(kept, row, strict=True)) == kept
    assert write(lambda s: s.scalar(sa.select(Membership.state))) == "applied"
    event = write(lambda s: s.scalars(sa.select(Event.data).where(Event.action == "centre.applied")).one())
    assert event["before"]["reason"] == "合并到市馆"
    assert event["before"]["contact_email"] == "old@example.org"
    slug = write(lambda s: s.scalar(sa.select(Centre.slug)))
    page = admin.get(f"/admin/centres/{slug}").get_data(as_text=True)
    assert "请先核实申请人" in page
    assert ASKED["address"] in page
    assert "老街1号" in page
    assert mails() == []
    page = f"/admin/centres/{slug}/decline"
    assert send(admin, page, page, reason="申请人不是该馆的人").status_code == 302
    assert write(lambda s: s.scalar(sa.select(Membership.state))) == state


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"level": "x"}, {"division_code": "99"}, {"contact_email": "x"}, {"contact_name": ""}, {"phone": ""}]
)
def test_a_wrong_application_keeps_what_was_typed(client: FlaskClient, send: Send, write: Any, bad: dict[str, str]) -> None:
    answer = send(client, "/centres/join", "/centres/join", **(ASKED | bad))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "茶场路3号" in page
    assert f'href="#f-{next(iter(bad))}"' in page
    assert write(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Centre))) == 0


def test_suspending_says_first_what_happens(signed_in: Any, send: Send, write: Any, client: FlaskClient) -> None:
    def add(session: Session) -> tuple[int, str]:
        here = make.centre(session, name="石桥区文化馆")
        for _ in range(3):
            make.resource(session, here, share_scope="public")
        leg(session, here, make.centre(session), "requested")
        return make.admin(session).id, here.slug

    number, slug = write(add)
    admin, page = signed_in(number), f"/admin/centres/{slug}/suspend"
    told = admin.get(page).get_data(as_text=True)
    assert "3件上架的资源" in told
    assert "1件还没答复的申请" in told
    assert "0件已定或在借的" in told
    assert client.get(f"/centres/{slug}").status_code == 200
    assert send(admin, page, page, reason=REASON).status_code == 302
    assert client.get(f"/centres/{slug}").status_code == 404
    assert "石桥区文化馆" not in client.get("/centres").get_data(as_text=True)
    assert REASON in admin.get(f"/admin/centres/{slug}").get_data(as_text=True)
    assert admin.get(f"/admin/centres/{slug}/explode").status_code == 404


def test_nobody_else_reaches_the_secretariats_pages(signed_in: Any, write: Any, client: FlaskClient, send: Send) -> None:
    def add(session: Session) -> tuple[int, str]:
        here = make.centre(session)
        return make.person(session, here, "director", "centre_admin").id, here.slug

    number, slug = write(add)
    browser = signed_in(number)
    for page in (
        "/admin/centres",
        "/admin/centres/new",
        f"/admin/centres/{slug}",
        f"/admin/centres/{slug}/suspend",
        "/admin/rules",
    ):
        assert browser.get(page).status_code == 403
        assert client.get(page).status_code == 302
    for page in ("/admin/centres/new", f"/admin/centres/{slug}/suspend", "/admin/rules"):
        assert send(browser, "/profile", page, reason=REASON).status_code == 403
