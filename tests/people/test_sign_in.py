"""Signing in and out over HTTP: the right way, every refusal, back-off, no telling who has an account."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alliance.app import create_app
from alliance.db import db
from alliance.journal import Event
from alliance.people import backoff, demo_accounts, passwords, sessions
from alliance.people.models import Person, SignedOut, SignInFailure
from tests import make
from tests.browsing import token_of
from tests.conftest import BOTH, settings

Send = Callable[..., TestResponse]
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/profile").status_code == 200


def sign_in(send: Send, browser: FlaskClient, email: str, password: str = make.PASSWORD, **more: Any) -> TestResponse:
    return send(browser, "/sign-in", "/sign-in", email=email, password=password, **more)


@BOTH
def test_the_right_password_signs_in_and_leaves_an_event(client: FlaskClient, send: Send, account: Any, write: Any) -> None:
    number = account(email="zhou@example.org")
    answer = sign_in(send, client, " Zhou@Example.org ", next="/profile")
    assert (answer.status_code, answer.location) == (302, "/profile")
    assert is_signed_in(client)
    assert write(lambda s: s.scalars(sa.select(Event.action).where(Event.actor_id == number)).all()) == ["person.signed_in"]
    assert write(lambda s: s.get_one(Person, number).last_seen_at) is not None


def test_no_account_no_password_and_ended_account_get_one_answer(client: FlaskClient, send: Send, account: Any) -> None:
    account(email="a@example.org")
    account(email="ended@example.org", active=False)
    answers = [
        sign_in(send, client, email, password)
        for email, password in [
            ("a@example.org", "wrong password"),
            ("nobody@example.org", "wrong password"),
            ("ended@example.org", make.PASSWORD),
        ]
    ]
    assert {answer.status_code for answer in answers} == {422}
    said = {answer.get_data(as_text=True).split('<div class="flash')[1].split("</div>")[0] for answer in answers}
    assert len(said) == 1
    assert "邮箱或密码不对" in said.pop()
    assert not is_signed_in(client)


def test_a_refusal_keeps_the_address_and_never_the_password(client: FlaskClient, send: Send) -> None:
    page = sign_in(send, client, "zhou@example.org", "wrong password", next="/desk").get_data(as_text=True)
    assert 'value="zhou@example.org"' in page
    assert 'value="/desk"' in page
    assert "wrong password" not in page


@pytest.mark.parametrize(
    "fields", [{}, {"email": "x@example.org"}, {"password": "secret secret"}, {"email": "\x00", "password": "\x00"}]
)
def test_something_left_out_is_said(client: FlaskClient, send: Send, fields: dict[str, str]) -> None:
    assert send(client, "/sign-in", "/sign-in", **fields).status_code == 422


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nb: c"]
)
def test_it_never_leads_elsewhere(client: FlaskClient, send: Send, account: Any, target: str) -> None:
    account(email="zhou@example.org")
    assert sign_in(send, client, "zhou@example.org", next=target).location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/"


def test_without_the_token_nothing_is_taken(client: FlaskClient, account: Any) -> None:
    account(email="zhou@example.org")
    assert client.post("/sign-in", data={"email": "zhou@example.org", "password": make.PASSWORD}).status_code == 400
    assert not is_signed_in(client)


def test_the_session_starts_anew(client: FlaskClient, send: Send, account: Any) -> None:
    account(email="zhou@example.org")
    before = token_of(client.get("/sign-in").get_data(as_text=True))
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(send, client, "zhou@example.org")
    with client.session_transaction() as session:
        assert "planted" not in session
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    assert is_signed_in(client)


def test_remember_me_outlives_the_session_until_signing_out(client: FlaskClient, send: Send, account: Any) -> None:
    account(email="zhou@example.org")
    sign_in(send, client, "zhou@example.org", remember="1")
    cookie = client.get_cookie("remember_token")
    assert cookie is not None
    assert cookie.http_only
    client.delete_cookie("session")
    assert is_signed_in(client)
    answer = send(client, "/profile", "/sign-out")
    assert answer.status_code == 302
    assert client.get_cookie("remember_token") is None
    assert not is_signed_in(client)


def copied(app: Flask, browser: FlaskClient, name: str) -> FlaskClient:
    """Another browser with a copy of that cookie."""
    thief = app.test_client()
    cookie = browser.get_cookie(name)
    assert cookie is not None
    thief.set_cookie(name, cookie.value)
    return thief


@BOTH
@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_signing_out_ends_copies_of_its_cookies_and_no_other_device(app: Flask, send: Send, account: Any, name: str) -> None:
    account(email="zhou@example.org")
    here, there = app.test_client(), app.test_client()
    for browser in (here, there):
        sign_in(send, browser, "zhou@example.org", remember="1")
    thief = copied(app, here, name)
    assert is_signed_in(thief)
    thief = copied(app, here, name)
    assert send(here, "/profile", "/sign-out").status_code == 302
    assert not is_signed_in(thief)
    assert is_signed_in(there)


@BOTH
@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_a_new_password_or_an_ended_account_ends_copies(app: Flask, send: Send, account: Any, write: Any, name: str) -> None:
    number, ended = account(email="zhou@example.org"), account(email="wu@example.org")
    here, other = app.test_client(), app.test_client()
    sign_in(send, here, "zhou@example.org", remember="1")
    sign_in(send, other, "wu@example.org", remember="1")
    thieves = [copied(app, browser, name) for browser in (here, other)]
    fields = {"current": make.PASSWORD, "password": "another good battery", "again": "another good battery"}
    assert send(here, "/profile", "/profile/password", **fields).status_code == 302
    write(lambda s: setattr(s.get_one(Person, ended), "active", False))
    assert [is_signed_in(thief) for thief in thieves] == [False, False]
    assert is_signed_in(here)
    assert number != ended


def test_no_sign_in_lasts_longer_than_a_month_and_ended_ones_are_forgotten_then(
    app: Flask, client: FlaskClient, send: Send, account: Any
) -> None:
    account(email="zhou@example.org")
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(send, client, "zhou@example.org", remember="1")
        thief = copied(app, client, "remember_token")
        clock.shift(timedelta(days=30))
        assert is_signed_in(copied(app, client, "remember_token"))
        send(client, "/profile", "/sign-out")
        with app.app_context():
            sessions.prune({})
            assert db.session.query(SignedOut).count() == 1
        clock.shift(timedelta(days=32))
        with app.app_context():
            sessions.prune({})
            assert db.session.query(SignedOut).count() == 0
        assert not is_signed_in(thief)


def test_a_sign_in_without_a_mark_ends_with_all_others(client: FlaskClient, account: Any, send: Send, signed_in: Any) -> None:
    number = account(email="zhou@example.org")
    plain, other = signed_in(number), signed_in(number)
    assert is_signed_in(other)
    send(plain, "/profile", "/sign-out")
    assert not is_signed_in(other)


@pytest.mark.parametrize("value", ["x|é", "a.b|c", "|", "a.zz-1|" + "0" * 128, "é" * 3000])
def test_a_cookie_that_nobody_signed_is_no_sign_in(client: FlaskClient, value: str) -> None:
    assert client.get("/", headers={"Cookie": f"remember_token={value}; session={value}"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("body", ["[" * 100_000, '{"auth_token": "x"}', '{"auth_token": 5}'])
def test_no_token_is_looked_for_in_a_body(client: FlaskClient, method: str, body: str) -> None:
    answer = client.open("/sign-in", method=method, data=body, content_type="application/json")
    assert answer.status_code == (200 if method == "GET" else 400)


def test_a_token_of_the_librarys_own_signs_nobody_in(client: FlaskClient, app: Flask, account: Any) -> None:
    number = account(email="zhou@example.org")
    with app.test_request_context():
        token = db.session.get_one(Person, number).get_auth_token()
    assert client.get("/profile", headers={"Authentication-Token": token}).status_code == 302
    assert client.get(f"/profile?auth_token={token}").status_code == 302


def test_signing_out_takes_a_post(client: FlaskClient, send: Send, account: Any) -> None:
    account(email="zhou@example.org")
    sign_in(send, client, "zhou@example.org")
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


@pytest.mark.parametrize(("count", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (500, 15)])
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(count: int, minutes: int) -> None:
    assert backoff.wait_after(count) == timedelta(minutes=minutes)


@BOTH
@pytest.mark.parametrize("email", ["zhou@example.org", "nobody@example.org"])
def test_after_five_failures_one_waits_and_is_told_until_when(client: FlaskClient, send: Send, account: Any, email: str) -> None:
    account(email="zhou@example.org")
    with time_machine.travel(NOON, tick=False) as clock:
        statuses = [sign_in(send, client, email, "wrong password").status_code for _ in range(5)]
        assert statuses == [422, 422, 422, 422, 429]
        clock.shift(59)
        refused = sign_in(send, client, email)
        assert refused.status_code == 429
        assert "12:01:00" in refused.get_data(as_text=True)
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        clock.shift(2)
        again = sign_in(send, client, email, "wrong password")
        assert again.status_code == 429
        assert "12:03:01" in again.get_data(as_text=True)
        clock.shift(121)
        assert sign_in(send, client, email).status_code == (302 if email == "zhou@example.org" else 429)


def test_the_right_password_wipes_the_failures(client: FlaskClient, send: Send, account: Any, write: Any) -> None:
    account(email="zhou@example.org")
    for _ in range(4):
        sign_in(send, client, "zhou@example.org", "wrong password")
    assert sign_in(send, client, "zhou@example.org").status_code == 302
    assert write(lambda s: s.scalars(sa.select(SignInFailure)).all()) == []


def test_old_failures_are_forgotten(app: Flask, write: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock, app.app_context():
        for _ in range(5):
            backoff.count("zhou@example.org")
        clock.shift(timedelta(days=2))
        backoff.count("zhou@example.org")
        assert db.session.get_one(SignInFailure, "zhou@example.org").count == 1
        clock.shift(timedelta(days=2))
        backoff.prune({})
        assert db.session.get(SignInFailure, "zhou@example.org") is None


def test_one_address_has_so_many_tries(app: Flask, tmp_path: Any) -> None:
    strict = create_app(settings(tmp_path, sign_in_rate="3 per minute"))
    browser = strict.test_client()
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.77"
    token = token_of(browser.get("/sign-in").get_data(as_text=True))
    statuses = [
        browser.post("/sign-in", data={"email": f"p{n}@example.org", "password": "wrong", "csrf_token": token}).status_code
        for n in range(4)
    ]
    assert statuses == [422, 422, 422, 429]


def test_hashes_are_argon2id_and_salted(tmp_path: Path) -> None:
    with create_app(settings(tmp_path)).app_context():
        one, other = passwords.hashed(make.PASSWORD), passwords.hashed(make.PASSWORD)
        assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert one != other
        assert passwords.fits(make.PASSWORD, one)
        assert not passwords.fits(make.PASSWORD + " ", one)
        assert not passwords.fits("nobody has this password", None)


def test_demo_accounts_are_shown_in_demo_mode_only(app: Flask, tmp_path: Any, write: Any, client: FlaskClient) -> None:
    def seed(session: Any) -> None:
        centre = make.centre(session, name="石桥区文化馆")
        for n in range(3):
            make.person(session, centre, "handler", email=f"jingban{n}{demo_accounts.DOMAIN}").password = passwords.hashed(
                demo_accounts.DEMO_PASSWORD
            )
        make.admin(session, email=f"mishu{demo_accounts.DOMAIN}")
        make.person(session, centre, "staff", email="real@example.org")

    write(seed)
    assert "demo.example" not in client.get("/sign-in").get_data(as_text=True)
    shown = create_app(app.config["ALLIANCE"].model_copy(update={"demo": True}))
    browser = shown.test_client()
    page = browser.get("/sign-in").get_data(as_text=True)
    assert page.index("jingban0@demo.example") < page.index("jingban1@demo.example") < page.index("mishu@demo.example")
    assert "jingban2" not in page
    assert "real@example.org" not in page
    form = {"email": "jingban0@demo.example", "password": "alliance-demo", "csrf_token": token_of(page)}
    assert browser.post("/sign-in", data=form).status_code == 302
    assert browser.get("/profile").status_code == 200
