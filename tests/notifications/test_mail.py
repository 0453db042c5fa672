"""A mail is a row, sent by a job outside any transaction; what fails is tried again; nothing adds a header."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, jobs
from alliance.app import create_app
from alliance.db import db, transaction
from alliance.jobs import Job
from alliance.notifications import mail
from alliance.notifications.models import Mail
from tests import make
from tests.conftest import BOTH, settings
from tests.notifications.sink import Sink, sink

LETTER = {"to": "zhou@example.org", "subject": "借用申请已收到", "body": "周老师：\n\n您的申请已收到。\n.\n请于周四前补正。"}


@pytest.fixture
def server() -> Iterator[Sink]:
    """A mail server that keeps what it is given."""
    with sink() as got:
        yield got


@pytest.fixture
def posting(database: str, tmp_path: Path, server: Sink) -> Iterator[Flask]:
    """The portal with that mail server."""
    app = create_app(settings(tmp_path, database, smtp_url=server.url, mail_from="alliance@lanjiang.example"))
    yield app
    with app.app_context():
        db.engine.dispose()


def post(app: Flask, letter: dict[str, Any] = LETTER, key: str | None = None) -> None:
    with app.app_context(), transaction() as session:
        jobs.later(session, "mail", letter, key=key)


def mails(app: Flask) -> list[Mail]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def work(app: Flask, minutes: int = 0) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
        jobs.work(app, until_idle=True)


@BOTH
def test_a_mail_arrives_whole_and_is_marked_sent(posting: Flask, server: Sink) -> None:
    post(posting, key="welcome:1")
    work(posting)
    (arrived,) = server.mails
    assert arrived["To"] == "zhou@example.org"
    assert arrived["From"] == "alliance@lanjiang.example"
    assert arrived["Subject"] == "借用申请已收到"
    assert arrived.get_content().splitlines() == LETTER["body"].splitlines()
    assert arrived.get_content_charset() == "utf-8"
    (row,) = mails(posting)
    assert row.sent_at is not None
    assert (row.key, row.error) == ("welcome:1", None)


def test_without_a_server_it_stays_in_the_outbox(app: Flask) -> None:
    post(app)
    work(app)
    (row,) = mails(app)
    assert (row.to, row.subject, row.body) == tuple(LETTER.values())
    assert row.sent_at is None
    assert row.error is None


@BOTH
def test_a_refused_mail_is_tried_again_and_kept_once(posting: Flask, server: Sink) -> None:
    server.refuse = 2
    post(posting)
    work(posting)
    (row,) = mails(posting)
    assert server.mails == []
    assert row.sent_at is None
    assert "451" in (row.error or "")
    work(posting, minutes=11)
    work(posting, minutes=22)
    (row,) = mails(posting)
    assert (len(server.mails), row.error) == (1, None)
    assert row.sent_at is not None


def test_a_server_that_is_down_leaves_the_job_waiting(database: str, tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, database, smtp_url="smtp://127.0.0.1:1"))
    post(app)
    work(app)
    with app.app_context():
        job = db.session.scalars(sa.select(Job).where(Job.kind == "mail")).one()
        assert (job.state, job.attempts) == ("waiting", 1)
        assert "refused" in (job.error or "").lower()
        db.engine.dispose()


def test_a_job_that_dies_after_the_server_said_yes_sends_again_under_the_same_id(
    posting: Flask, server: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(posting, key="welcome:1")
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(mail, "_note", lambda *_args, **_named: (_ for _ in ()).throw(SystemExit("killed")))
        work(posting)
    work(posting, minutes=3)
    work(posting, minutes=6)
    assert len(server.mails) == 2
    assert server.mails[0]["Message-ID"] == server.mails[1]["Message-ID"]
    assert len(mails(posting)) == 1


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    posting: Flask, server: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = mail._hand_over

    def watch(*given: Any) -> None:
        seen.append(db.session.in_transaction())
        real(*given)

    monkeypatch.setattr(mail, "_hand_over", watch)
    post(posting)
    work(posting)
    assert seen == [False]
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "a@example.org\nBcc: b@example.org"},
        {"to": "a@example.org, b@example.org"},
        {"to": "nobody"},
        {"subject": "标题\r\nBcc: b@example.org"},
        {"subject": "标题\x0b"},
        {"subject": "长" * 201},
    ],
)
def test_nothing_adds_a_header_or_a_recipient(posting: Flask, server: Sink, wrong: dict[str, str]) -> None:
    post(posting, LETTER | wrong)
    work(posting)
    assert (server.recipients, mails(posting)) == ([], [])
    with posting.app_context():
        assert "Invalid" in (db.session.scalars(sa.select(Job).where(Job.kind == "mail")).one().error or "")


def test_a_password_never_travels_in_the_clear_to_another_host(
    posting: Flask, server: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.login = True
    posting.config["ALLIANCE"] = posting.config["ALLIANCE"].model_copy(
        update={"smtp_url": server.url.replace("//", "//desk:se%2Fcret@")}
    )
    post(posting)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "LOOPBACK", ())
        work(posting)
    assert not [line for line in server.commands if line.startswith("AUTH")]
    assert "no encryption" in (mails(posting)[0].error or "")
    work(posting, minutes=11)
    assert [line for line in server.commands if line.startswith("AUTH")] == ["AUTH PLAIN AGRlc2sAc2UvY3JldA=="]
    assert mails(posting)[0].sent_at is not None


# The outbox


def test_the_secretariat_reads_the_outbox_in_both_languages(
    app: Flask, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int]
) -> None:
    admin = write(lambda session: make.admin(session).id)
    post(app, LETTER | {"body": "第一行\n<script>alert(1)</script> https://alliance.example/notices"})
    work_off()
    page = signed_in(admin).get("/admin/outbox?state=waiting")
    assert page.status_code == 200
    assert "借用申请已收到" in page.text
    assert "没有设置邮件服务器" in page.text
    one = signed_in(admin).get(f"/admin/outbox/{mails(app)[0].id}")
    assert "第一行" in one.text
    assert "<script>alert" not in one.text
    assert 'href="https://alliance.example/notices"' in one.text
    english = signed_in(admin)
    english.set_cookie("lang", "en")
    assert '<span lang="zh">借用申请已收到</span>' in english.get("/admin/outbox").text


@pytest.mark.parametrize(("given", "shown"), [({}, False), ({"demo": True}, True), ({"demo": True, "mode": "production"}, False)])
def test_links_of_others_are_shown_in_a_demo_only(
    app: Flask, write: Callable[..., Any], work_off: Callable[[], int], given: dict[str, Any], shown: bool
) -> None:
    uniquifier = write(lambda session: make.admin(session).fs_uniquifier)
    body = "请打开\nhttps://a.example/invitations/s3cr3t-1\n或 https://a.example/sign-in/new-password/s3cr3t-2"
    post(app, LETTER | {"body": body})
    work_off()
    other = create_app(app.config["ALLIANCE"].model_copy(update=given))
    browser = other.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = uniquifier, True
    page = browser.get(f"/admin/outbox/{mails(app)[0].id}").text
    assert page.count("s3cr3t") == (4 if shown else 0)
    assert ("只给收件人" in page) is not shown
    assert mails(app)[0].body == body


def test_others_never_see_the_outbox(
    app: Flask, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int]
) -> None:
    director = write(lambda session: make.person(session, make.centre(session), "director", "centre_admin").id)
    post(app)
    work_off()
    number = mails(app)[0].id
    for path in ("/admin/outbox", f"/admin/outbox/{number}"):
        assert app.test_client().get(path).status_code == 302
        assert signed_in(director).get(path).status_code == 403


def test_a_mail_that_did_not_go_out_is_sent_again_from_its_page(posting: Flask, server: Sink) -> None:
    with posting.app_context(), transaction() as session:
        admin = make.admin(session)
        row = Mail(key="old", **LETTER)
        session.add(row)
        session.flush()
        number, uniquifier = row.id, admin.fs_uniquifier
    posting.config["WTF_CSRF_ENABLED"] = False
    browser = posting.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = uniquifier, True
    assert "再发一次" in browser.get(f"/admin/outbox/{number}").text
    assert browser.post(f"/admin/outbox/{number}/send").status_code == 302
    work(posting)
    assert [arrived["Subject"] for arrived in server.mails] == ["借用申请已收到"]
    assert f"/admin/outbox/{number}/send" not in browser.get(f"/admin/outbox/{number}").text
    assert browser.get("/admin/outbox/999999").status_code == 404
