"""Invitations: the link works once and for fourteen days, whoever it reaches; only the digest is kept."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alliance import jobs, journal
from alliance.journal import Event
from alliance.people import accounts, invitations
from alliance.people.models import Invitation, Person
from tests import make
from tests.conftest import BOTH

Send = Callable[..., TestResponse]
Signed = Callable[[int], FlaskClient]
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NEWCOMER = {
    "name": "林静",
    "phone": "0900-555 0188",
    "locale": "zh_Hans",
    "password": "一句很长的密码 2026",
    "again": "一句很长的密码 2026",
}


@pytest.fixture
def inviter(write: Any) -> tuple[str, int]:
    """The short address of a centre and the number of its centre_admin."""

    def add(session: Any) -> tuple[str, int]:
        centre = make.centre(session, name="石桥区文化馆")
        return centre.slug, make.person(session, centre, "centre_admin", name="石馆管理员").id

    return tuple(write(add))  # type: ignore[return-value]


def invite(signed_in: Signed, send: Send, inviter: tuple[str, int], email: str = "Lin@example.org", **more: Any) -> TestResponse:
    page = f"/people/{inviter[0]}"
    return send(signed_in(inviter[1]), page, f"{page}/invite", **({"email": email, "name": "林静", "roles": ["handler"]} | more))


def link_in(mail: dict[str, Any]) -> str:
    found = re.search(r"https?://[^/\s]+(/invitations/\S+)", mail["body"])
    assert found is not None
    return found[1]


@BOTH
def test_a_newcomer_accepts_once(signed_in: Signed, send: Send, inviter: Any, mails: Any, client: FlaskClient, write: Any) -> None:
    assert invite(signed_in, send, inviter).status_code == 302
    [mail] = mails()
    assert mail["to"] == "lin@example.org"
    assert "经办人" in mail["body"]
    address = link_in(mail)
    secret = address.rsplit("/", 1)[1]
    assert write(lambda s: s.scalar(sa.select(Invitation.digest))) == invitations.digest_of(secret) != secret
    assert "林静" in client.get(address).get_data(as_text=True)
    answer = send(client, address, address, **NEWCOMER)
    assert (answer.status_code, answer.location) == (302, "/desk")
    assert client.get(f"/people/{inviter[0]}").status_code == 200
    person = write(lambda s: accounts.by_email(s, "lin@example.org").held_in(s.scalar(sa.select(Invitation.centre_id))))  # type: ignore[union-attr]
    assert person == {"handler"}
    again = client.get(address)
    assert again.status_code == 404
    assert "已经接受过" in again.get_data(as_text=True)
    actions = write(lambda s: s.scalars(sa.select(Event.action).order_by(Event.id)).all())
    assert actions == ["invitation.sent", "person.created", "invitation.accepted", "person.joined"]


def test_what_was_typed_is_kept_and_nothing_made(
    signed_in: Signed, send: Send, inviter: Any, mails: Any, client: FlaskClient, write: Any
) -> None:
    invite(signed_in, send, inviter)
    address = link_in(mails()[0])
    for bad in (
        {"phone": "没有"},
        {"name": " "},
        {"again": "另一个很长的密码"},
        {"password": "短", "again": "短"},
        {"locale": "fr"},
    ):
        answer = send(client, address, address, **(NEWCOMER | {"name_en": "Lin Jing"} | bad))
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert 'value="Lin Jing"' in page
        assert NEWCOMER["password"] not in page
    assert write(lambda s: accounts.by_email(s, "lin@example.org")) is None


def test_it_ends_after_fourteen_days_and_can_be_sent_again(
    signed_in: Signed, send: Send, inviter: Any, mails: Any, client: FlaskClient, write: Any
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        invite(signed_in, send, inviter)
        first = link_in(mails()[0])
        clock.shift(timedelta(days=14) - timedelta(seconds=1))
        assert client.get(first).status_code == 200
        clock.shift(1)
        assert "已过期" in client.get(first).get_data(as_text=True)
        assert client.post(first, data=NEWCOMER).status_code == 400
        assert send(client, "/sign-in", first, **NEWCOMER).status_code == 404
        number = write(lambda s: s.scalar(sa.select(Invitation.id)))
        page = f"/people/{inviter[0]}"
        assert send(signed_in(inviter[1]), page, f"{page}/invitations/{number}/resend").status_code == 302
        second = link_in(mails()[1])
        assert client.get(first).status_code == 404
        assert send(client, second, second, **NEWCOMER).status_code == 302


def test_it_can_be_taken_back(signed_in: Signed, send: Send, inviter: Any, mails: Any, client: FlaskClient, write: Any) -> None:
    invite(signed_in, send, inviter)
    address = link_in(mails()[0])
    number = write(lambda s: s.scalar(sa.select(Invitation.id)))
    page = f"/people/{inviter[0]}"
    browser = signed_in(inviter[1])
    assert send(browser, page, f"{page}/invitations/{number}/withdraw").status_code == 302
    assert "已被收回" in client.get(address).get_data(as_text=True)
    assert send(browser, page, f"{page}/invitations/{number}/withdraw").status_code == 409
    assert send(browser, page, f"{page}/invitations/{number}/resend").status_code == 409
    assert send(client, "/sign-in", address, **NEWCOMER).status_code == 404


def test_inviting_again_replaces_the_open_one(signed_in: Signed, send: Send, inviter: Any, mails: Any, client: FlaskClient) -> None:
    invite(signed_in, send, inviter)
    invite(signed_in, send, inviter, roles=["staff", "director"])
    first, second = (link_in(mail) for mail in mails())
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_who_has_an_account_signs_in_and_adds_the_posts(
    signed_in: Signed, send: Send, inviter: Any, mails: Any, client: FlaskClient, account: Any, write: Any
) -> None:
    number = account(email="lin@example.org")
    invite(signed_in, send, inviter)
    address = link_in(mails()[0])
    page = client.get(address).get_data(as_text=True)
    assert "/sign-in?next=/invitations/" in page
    assert send(client, address, address, **NEWCOMER).status_code == 409
    other = signed_in(account(email="other@example.org"))
    assert "请先退出登录" in other.get(address).get_data(as_text=True)
    assert send(other, "/profile", f"{address}/join").status_code == 409
    mine = signed_in(number)
    assert send(mine, address, f"{address}/join").status_code == 302
    assert write(lambda s: s.get_one(Person, number).centre.slug) == inviter[0]
    assert send(mine, "/profile", f"{address}/join").status_code == 404


def test_whom_one_cannot_invite(signed_in: Signed, send: Send, inviter: Any, write: Any, mails: Any) -> None:
    for bad in ({"email": "nobody"}, {"email": ""}, {"roles": ["alliance_admin"]}, {"roles": []}, {"name": "名" * 61}):
        answer = invite(signed_in, send, inviter, **bad)
        assert answer.status_code == 422
    colleague = write(lambda s: s.get_one(Person, inviter[1]).email)
    answer = invite(signed_in, send, inviter, email=colleague)
    assert answer.status_code == 422
    assert colleague in answer.get_data(as_text=True)
    assert mails() == []


def test_only_centre_admins_and_the_secretariat_invite(signed_in: Signed, send: Send, inviter: Any, write: Any, mails: Any) -> None:
    def add(session: Any) -> dict[str, int]:
        from_here = session.get_one(Person, inviter[1]).centre
        elsewhere = make.centre(session)
        made = {role: make.person(session, from_here, role).id for role in ("staff", "handler", "director")}
        return made | {"stranger": make.person(session, elsewhere, "centre_admin").id, "secretary": make.admin(session).id}

    people = write(add)
    page = f"/people/{inviter[0]}/invite"
    form = {"email": "new@example.org", "roles": ["staff"]}
    statuses = {name: send(signed_in(number), "/profile", page, **form).status_code for name, number in people.items()}
    assert statuses == {"staff": 403, "handler": 403, "director": 403, "stranger": 403, "secretary": 302}
    number = write(lambda s: s.scalar(sa.select(Invitation.id)))
    foreign = write(lambda s: s.get_one(Person, people["stranger"]).centre.slug)
    assert send(signed_in(people["stranger"]), "/profile", f"/people/{foreign}/invitations/{number}/withdraw").status_code == 404
    assert len(mails()) == 1


@BOTH
def test_an_admitted_centre_gets_its_first_admin_once(write: Any, work_off: Any, mails: Any) -> None:
    def admit(session: Any) -> int:
        centre = make.centre(session)
        data = {"email": "head@example.org", "name": "馆长"}
        return journal.record(session, "centre.approved", centre, person=make.admin(session), centre_id=centre.id, data=data).id

    number = write(admit)
    work_off()
    write(lambda s: jobs.later(s, "people.first_invitation", {"event": number}))
    work_off()
    assert [mail["to"] for mail in mails()] == ["head@example.org"]
    assert write(lambda s: s.scalars(sa.select(Invitation.roles)).all()) == [["centre_admin"]]
