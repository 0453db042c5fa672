"""A forgotten password, a changed one: links that work once, sessions that end, nobody learns who has an account."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alliance import jobs
from alliance.errors import Conflict, Invalid
from alliance.journal import Event
from alliance.people import accounts, backoff, passwords
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH

Send = Callable[..., TestResponse]
NEW = "一句很长的新密码 2026"


def link_in(mail: dict[str, Any]) -> str:
    found = re.search(r"https?://[^/\s]+(/sign-in/new-password/\S+)", mail["body"])
    assert found is not None
    return found[1]


def ask(send: Send, browser: FlaskClient, email: str) -> TestResponse:
    return send(browser, "/sign-in/forgotten", "/sign-in/forgotten", email=email)


@BOTH
def test_a_link_by_mail_sets_a_new_password_once(
    client: FlaskClient, app: Flask, send: Send, account: Any, mails: Any, work_off: Any, write: Any
) -> None:
    number = account(email="zhou@example.org", name="周老师")
    old_uniquifier = write(lambda s: s.get_one(Person, number).fs_uniquifier)
    assert ask(send, client, "Zhou@example.org").status_code == 200
    work_off()
    [mail] = mails()
    assert mail["to"] == "zhou@example.org"
    assert mail["subject"] == "重设密码"
    address = link_in(mail)
    assert "zhou@example.org" in client.get(address).get_data(as_text=True)
    answer = send(client, address, address, password=NEW, again=NEW)
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert write(lambda s: s.get_one(Person, number).fs_uniquifier) != old_uniquifier
    assert client.get(address).status_code == 404
    assert send(client, "/sign-in", address, password=make.PASSWORD, again=make.PASSWORD).status_code == 404
    assert [mail["subject"] for mail in mails()] == ["重设密码", "您的密码已修改"]
    assert send(client, "/sign-in", "/sign-in", email="zhou@example.org", password=make.PASSWORD).status_code == 422
    assert send(client, "/sign-in", "/sign-in", email="zhou@example.org", password=NEW).status_code == 302
    actions = write(lambda s: s.scalars(sa.select(Event.action).where(Event.subject_id == number).order_by(Event.id)).all())
    assert actions == ["person.reset_asked", "person.password_reset", "person.signed_in"]


def test_asking_says_the_same_for_everybody_and_writes_only_to_accounts(
    client: FlaskClient, send: Send, account: Any, mails: Any, work_off: Any
) -> None:
    account(email="zhou@example.org")
    account(email="gone@example.org", active=False)
    pages = {
        ask(send, client, email).get_data(as_text=True).split("<main")[1].replace(email, "…")
        for email in ("zhou@example.org", "gone@example.org", "nobody@example.org")
    }
    assert len(pages) == 1
    work_off()
    assert [mail["to"] for mail in mails()] == ["zhou@example.org"]


def test_asking_again_at_once_sends_one_mail(client: FlaskClient, send: Send, account: Any, mails: Any, work_off: Any) -> None:
    account(email="zhou@example.org")
    with time_machine.travel(datetime(2026, 11, 24, 4, 1, tzinfo=UTC), tick=False):
        assert {ask(send, client, "zhou@example.org").status_code for _ in range(3)} == {200}
        work_off()
    assert len(mails()) == 1


def test_a_link_expires_after_two_hours(client: FlaskClient, app: Flask, account: Any) -> None:
    number = account(email="zhou@example.org")
    with time_machine.travel(datetime(2026, 11, 24, 4, 0, tzinfo=UTC), tick=False) as clock:
        with app.app_context():
            token = accounts.reset_token(accounts.by_email(accounts.db.session, "zhou@example.org"))  # type: ignore[arg-type]
        clock.shift(timedelta(hours=2))
        assert client.get(f"/sign-in/new-password/{token}").status_code == 200
        clock.shift(2)
        assert client.get(f"/sign-in/new-password/{token}").status_code == 404
    assert number


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "WzEsIngiXQ.aaaa.bbbb"])
def test_a_forged_link_is_not_found(client: FlaskClient, token: str) -> None:
    assert client.get(f"/sign-in/new-password/{token}").status_code == 404


def test_a_link_with_another_salt_is_not_found(client: FlaskClient, app: Flask, account: Any) -> None:
    number = account()
    with app.app_context():
        token = accounts.URLSafeTimedSerializer(app.config["ALLIANCE"].secret_key, salt="other").dumps([number, "0" * 32])
    assert client.get(f"/sign-in/new-password/{token}").status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("短", "短", "password"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "password"),
        ("zhou@example.org", "zhou@example.org", "password"),
        ("x" * 150 + "abcdefgh" * 10, "x" * 150 + "abcdefgh" * 10, "password"),
        (NEW, NEW + "!", "again"),
    ],
)
def test_a_poor_password_is_refused_at_its_field(app: Flask, password: str, again: str, field: str) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        passwords.check(password, again, email="zhou@example.org")
    assert list(refused.value.fields) == [field]


def test_changing_it_ends_other_sessions_and_keeps_this_one(
    client: FlaskClient, send: Send, account: Any, app: Flask, mails: Any
) -> None:
    account(email="zhou@example.org")
    other = app.test_client()
    for browser in (client, other):
        send(browser, "/sign-in", "/sign-in", email="zhou@example.org", password=make.PASSWORD, remember="1")
    answer = send(client, "/profile", "/profile/password", current=make.PASSWORD, password=NEW, again=NEW)
    assert answer.status_code == 302
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302
    assert [mail["subject"] for mail in mails()] == ["您的密码已修改"]


def test_changing_it_wants_the_current_one_and_counts_guesses(client: FlaskClient, send: Send, account: Any, write: Any) -> None:
    number = account(email="zhou@example.org")
    send(client, "/sign-in", "/sign-in", email="zhou@example.org", password=make.PASSWORD)
    before = write(lambda s: s.get_one(Person, number).password)
    answers = [send(client, "/profile", "/profile/password", current="guess", password=NEW, again=NEW) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "f-current-e" in answers[0].get_data(as_text=True)
    assert write(lambda s: s.get_one(Person, number).password) == before


def test_a_new_password_lifts_the_wait(app: Flask, account: Any, write: Any) -> None:
    account(email="zhou@example.org")
    with app.app_context():
        for _ in range(5):
            backoff.count("zhou@example.org")
        assert backoff.waiting(accounts.db.session, "zhou@example.org")

    def reset(session: Any) -> None:
        accounts.set_password(session, accounts.by_email(session, "zhou@example.org"), hashed="x", how="reset")  # type: ignore[arg-type]

    write(reset)
    assert write(lambda s: backoff.waiting(s, "zhou@example.org")) is None


@BOTH
def test_the_command_makes_an_admin(app: Flask, write: Any) -> None:
    def add(session: Any) -> tuple[bool, str]:
        person = accounts.create_admin(session, email="Mi@Example.org", name="秘书处", password=make.PASSWORD)
        session.expire(person)
        return person.is_admin, person.email

    assert write(add) == (True, "mi@example.org")
    with pytest.raises(Conflict):
        write(add)
    with app.test_request_context(), pytest.raises(Invalid):
        write(lambda s: accounts.create_admin(s, email="x@example.org", name="某", password="short"))
    assert write(lambda s: s.query(jobs.Job).count()) == 0
