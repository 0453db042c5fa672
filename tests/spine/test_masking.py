"""No secret in a log line, in a job's error, in what the doctor and the health page say."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from alliance import cli, health, jobs, masking
from alliance.app import create_app
from alliance.db import db, transaction
from alliance.permissions import guarded
from tests import make
from tests.conftest import BOTH, settings

SECRETS = {
    "database_url": "database-s3cr3t",
    "smtp_url": "mail-s3cr3t",
    "storage_url": "bucket-s3cr3t",
    "search_url": "search-s3cr3t",
    "secret_key": "key-s3cr3t-key-s3cr3t-key-s3cr3t",
}


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[None]:
    """The secrets of a portal on several hosts."""
    before = set(masking._known)
    masking.learn(
        settings(
            tmp_path,
            f"postgresql://alliance:{SECRETS['database_url']}@db/alliance",
            smtp_url=f"smtps://alliance:{SECRETS['smtp_url']}@mail.example:465",
            storage_url=f"s3://key:{SECRETS['storage_url']}@alliance",
            search_url=f"http://elastic:{SECRETS['search_url']}@search:9200",
            secret_key=SECRETS["secret_key"],
        )
    )
    yield
    masking._known.clear()
    masking._known.update(before)


TYPED = "typed-s3cr3t"
SAID = [
    *SECRETS.values(),
    "could not reach postgresql://u:pw@host/db",
    "GET /invitations/tok3n-tok3n",
    "GET /sign-in/new-password/tok3n.tok3n-tok3n and so on",
    "Failing row contains (1, a@b.example, $argon2id$v=19$m=65536,t=3,p=4$tok3n$tok3n+/x).",
]


@pytest.mark.parametrize("text", SAID)
def test_secrets_are_masked_and_the_rest_is_kept(taught: None, text: str) -> None:
    said = masking.masked(f"before {text} after")
    assert "s3cr3t" not in said
    assert "tok3n" not in said
    assert ":pw@" not in said
    assert said.startswith("before ")
    assert said.endswith(" after")


@BOTH
def test_a_job_that_fails_tells_no_secret(
    app: Flask, taught: None, work_off: Callable[[], int], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_payload: dict[str, Any]) -> None:
        raise OSError(f"login with {SECRETS['smtp_url']} refused; /invitations/tok3n")

    def clash(_payload: dict[str, Any]) -> None:
        db.session.execute(sa.text("INSERT INTO nowhere VALUES (:password)"), {"password": TYPED})

    jobs.handles("test.fail", fail)
    jobs.handles("test.clash", clash)
    try:
        with app.app_context(), transaction() as session:
            jobs.later(session, "test.fail")
            jobs.later(session, "test.clash")
        work_off()
    finally:
        jobs.handlers.pop("test.fail")
        jobs.handlers.pop("test.clash")
    with app.app_context():
        errors = [row.error or "" for row in db.session.scalars(sa.select(jobs.Job))]
    logged = capsys.readouterr().out
    assert len([error for error in errors if error]) == 2
    assert len([line for line in logged.splitlines() if "Traceback" in json.loads(line).get("exception", "")]) == 2
    for text in (*errors, logged):
        assert "s3cr3t" not in text
        assert "tok3n" not in text


def test_a_page_that_fails_logs_no_link(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    @guarded("public.read")
    def fail(secret: str) -> str:
        raise RuntimeError(f"no such {secret}")

    app.add_url_rule("/invitations/<secret>/fail", "fail", fail)
    assert app.test_client().get("/invitations/tok3n/fail").status_code == 500
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert line["path"] == "/invitations/***/fail"


def test_the_doctor_and_the_health_page_tell_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taught: None) -> None:
    def broken() -> str:
        raise OSError(f"refused for {SECRETS['storage_url']} at s3://k:{SECRETS['database_url']}@b")

    app = create_app(settings(tmp_path, debug=True))
    monkeypatch.setitem(health.checks, "storage", broken)
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 503
    assert "refused for ***" in ready.text
    assert "s3cr3t" not in ready.text
    told = CliRunner().invoke(cli.main, ["doctor"], env={"ALLIANCE_DATA": str(tmp_path), "ALLIANCE_DEMO": "0"})
    assert "makers of renditions" in told.output
    assert "s3cr3t" not in told.output


def test_a_mail_server_that_refuses_the_password_tells_it_to_nobody(tmp_path: Path, database: str) -> None:
    app = create_app(settings(tmp_path, database, smtp_url="smtp://alliance:mail-s3cr3t@127.0.0.1:9"))
    with app.app_context(), transaction() as session:
        make.admin(session)
        jobs.later(session, "mail", {"to": "a@example.org", "subject": "x", "body": "y"})
    jobs.work(app, until_idle=True)
    with app.app_context():
        assert [job.error for job in db.session.scalars(sa.select(jobs.Job)) if job.error and "s3cr3t" in job.error] == []
