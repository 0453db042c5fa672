"""A job runs after the commit, at least once; a dead worker's lease runs out; a broken job tries again, later."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from alliance import jobs
from alliance.db import db, transaction
from alliance.jobs import Job
from tests.conftest import BOTH

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def seen() -> Iterator[list[dict[str, Any]]]:
    """What the handler of `test.note` was given."""
    got: list[dict[str, Any]] = []
    jobs.handles("test.note", got.append)
    jobs.handles("test.break", _break)
    yield got
    jobs.handlers.pop("test.note")
    jobs.handlers.pop("test.break")


def _break(_payload: dict[str, Any]) -> None:
    raise OSError("the engine is down")


def the_job(app: Flask, kind: str) -> Job:
    with app.app_context():
        return db.session.scalars(sa.select(Job).where(Job.kind == kind)).one()


@BOTH
def test_runs_once_and_only_after_the_commit(app: Flask, seen: list[dict[str, Any]], work_off: Callable[[], int]) -> None:
    with app.app_context(), transaction() as session:
        jobs.later(session, "test.note", {"n": 1})
    with pytest.raises(ZeroDivisionError), app.app_context(), transaction() as session:
        jobs.later(session, "test.note", {"n": 2})
        _ = 1 / 0
    work_off()
    work_off()
    assert seen == [{"n": 1}]
    assert the_job(app, "test.note").state == "done"


@BOTH
def test_lease_of_a_dead_worker_runs_out(app: Flask, seen: list[dict[str, Any]], work_off: Callable[[], int]) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        with app.app_context(), transaction() as session:
            jobs.later(session, "test.note", {"n": 1})
        with app.app_context():
            assert jobs._claim("a worker that dies", None, ()) is not None
        work_off()
        assert seen == []
        travel.shift(jobs.LEASE + timedelta(seconds=1))
        work_off()
    assert seen == [{"n": 1}]
    assert the_job(app, "test.note").attempts == 2


def test_a_broken_job_tries_again_later_and_gives_up_visibly(
    app: Flask, seen: list[dict[str, Any]], work_off: Callable[[], int]
) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        with app.app_context(), transaction() as session:
            jobs.later(session, "test.break")
        work_off()
        job = the_job(app, "test.break")
        assert (job.state, job.attempts) == ("waiting", 1)
        assert job.run_at > NOON
        for _ in range(jobs.PATIENCE):
            travel.shift(timedelta(minutes=11))
            work_off()
        job = the_job(app, "test.break")
    assert (job.state, job.attempts) == ("failed", jobs.PATIENCE)
    assert "the engine is down" in (job.error or "")


def test_a_key_keeps_a_job_single(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            jobs.later(session, "mail", key="welcome:1")
        with pytest.raises(Exception, match="冲突"), transaction() as session:
            jobs.later(session, "mail", key="welcome:1")


def test_a_recurring_job_waits_for_its_next_turn(app: Flask, work_off: Callable[[], int]) -> None:
    with time_machine.travel(NOON, tick=False):
        work_off()
        job = the_job(app, "jobs.prune")
    assert (job.state, job.run_at) == ("waiting", NOON + timedelta(days=1))


@BOTH
def test_a_long_job_holds_its_lease(app: Flask, work_off: Callable[[], int]) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        held: list[datetime | None] = []

        def long(_payload: dict[str, Any]) -> None:
            travel.shift(jobs.LEASE - timedelta(seconds=10))
            jobs.renew()
            travel.shift(jobs.LEASE - timedelta(seconds=10))
            held.append(the_job(app, "test.long").leased_until)
            with app.app_context():
                assert jobs._claim("another worker", None, ("test.long",)) is None

        jobs.handles("test.long", long)
        try:
            with app.app_context(), transaction() as session:
                jobs.later(session, "test.long")
            work_off()
        finally:
            jobs.handlers.pop("test.long")
        assert held == [NOON + 2 * jobs.LEASE - timedelta(seconds=10)]
    assert (the_job(app, "test.long").state, the_job(app, "test.long").attempts) == ("done", 1)


def test_a_job_that_another_worker_has_is_not_held(app: Flask, work_off: Callable[[], int]) -> None:
    lost: list[bool] = []

    def slow(_payload: dict[str, Any]) -> None:
        with app.app_context(), transaction() as session:
            session.execute(sa.update(Job).where(Job.kind == "test.slow").values(lease="another"))
        with pytest.raises(jobs.Lost):
            jobs.renew()
        lost.append(True)

    jobs.handles("test.slow", slow)
    try:
        with app.app_context(), transaction() as session:
            jobs.later(session, "test.slow")
        work_off()
    finally:
        jobs.handlers.pop("test.slow")
    assert lost == [True]
    assert (the_job(app, "test.slow").state, the_job(app, "test.slow").lease) == ("running", "another")


def test_a_worker_may_leave_some_kinds_to_another(app: Flask, seen: list[dict[str, Any]]) -> None:
    with app.app_context(), transaction() as session:
        jobs.later(session, "test.note", {"n": 1})
    jobs.work(app, until_idle=True, without=("test.note",))
    assert seen == []
    jobs.work(app, until_idle=True, only=("test.note",))
    assert seen == [{"n": 1}]
