"""The leased job table and its worker: what has to happen after a commit, at least once, each delivery on its own."""

import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.orm import Mapped, Session, mapped_column

from alliance import clock
from alliance.db import Base, db, transaction
from alliance.errors import Conflict
from alliance.masking import masked

LEASE = timedelta(minutes=2)
PATIENCE = 8
BREATH = 0.03
"""Seconds between two jobs on SQLite: it has one writer, and those who wait for it, asleep for longer each time, are people."""
SCHEDULE_LOOK = timedelta(seconds=30)
log = structlog.get_logger()


class Job(Base):
    """One thing to do; `key` keeps a recurring or once-only job single."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_turn", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    run_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(sa.String(80))
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)


Handler = Callable[[dict[str, Any]], None]
handlers: dict[str, Handler] = {}
schedule: dict[str, timedelta] = {}
daily: set[str] = set()
"""Recurring kinds that run as soon as a day begins in China too, whenever their next turn would be."""
current: ContextVar[int] = ContextVar("job")  # number of the job that is being done
holder: ContextVar[str] = ContextVar("holder")  # the worker that leased it


class Lost(Exception):
    """The lease of the job being done ran out and another worker has it."""


def handles(kind: str, handler: Handler, *, every: timedelta | None = None, with_the_day: bool = False) -> None:
    """Declare who does jobs of `kind`; with `every` the worker keeps one such job coming, `with_the_day` at midnight too."""
    handlers[kind] = handler
    if every is not None:
        schedule[kind] = every
    if with_the_day:
        daily.add(kind)


def later(
    session: Session,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    at: datetime | None = None,
) -> Job:
    """Write a job in the caller's transaction; it runs after the commit."""
    job = Job(kind=kind, payload=payload or {}, key=key, run_at=at or clock.now())
    session.add(job)
    return job


def renew() -> None:
    """Hold the job being done for another LEASE, from its handler, between transactions. Raises Lost."""
    if current.get(None) is None:
        return
    mine = sa.update(Job).where(Job.id == current.get(), Job.lease == holder.get())
    with transaction() as session:
        held = session.scalar(mine.values(leased_until=clock.now() + LEASE).returning(Job.id))
    if held is None:
        raise Lost(current.get())


def attempts(session: Session) -> int:
    """How often the job being done was begun, this time included."""
    number = current.get(None)
    return session.get_one(Job, number).attempts if number is not None else 1


def work(
    app: Flask, *, until_idle: bool = False, pause: float = 0.5, only: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> int:
    """Do what is due (of some kinds only, or without some), for ever or until nothing is; returns how many jobs were done."""
    done, ended, looked_at = 0, None, clock.now() - SCHEDULE_LOOK
    me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    holder.set(me)
    while True:
        with app.app_context():
            if clock.now() - looked_at >= SCHEDULE_LOOK:
                looked_at = clock.now()
                _keep_schedule()
            job = _claim(me, ended, only, without)
            ended = _run(*job) if job is not None else None
            done += job is not None
            alone = db.engine.dialect.name == "sqlite"
        if job is not None and alone and not until_idle:
            time.sleep(BREATH)
        if job is None:
            if until_idle:
                return done
            time.sleep(pause)


def _keep_schedule() -> None:
    """Make sure that each recurring kind has its one waiting row."""
    session = db.session
    known = set(session.scalars(sa.select(Job.key).where(Job.key.in_([f"every:{kind}" for kind in schedule]))))
    missing = [kind for kind in schedule if f"every:{kind}" not in known]
    with suppress(Conflict):  # another worker, begun at the same time, wrote them
        if missing:
            with transaction() as writing:
                for kind in missing:
                    later(writing, kind, key=f"every:{kind}")


@dataclass(frozen=True)
class Ended:
    """How a job went: without an error it is done."""

    number: int
    kind: str
    error: str | None


def _claim(
    me: str, ended: Ended | None, only: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> tuple[int, str, dict[str, Any]] | None:
    """Note how the last job went and lease the oldest due one, in one transaction; a lease that ran out is due again."""
    now = clock.now()
    due = sa.or_(
        sa.and_(Job.state == "waiting", Job.run_at <= now),
        sa.and_(Job.state == "running", Job.leased_until < now),
    )
    oldest = sa.select(Job.id).where(due).order_by(Job.run_at, Job.id).limit(1)
    if only:
        oldest = oldest.where(Job.kind.in_(only))
    if without:
        oldest = oldest.where(Job.kind.not_in(without))
    if ended is None and db.session.scalar(oldest) is None:
        db.session.rollback()
        return None
    with transaction() as session:
        if ended is not None:
            _note(session, me, ended)
            session.flush()
        row = session.scalar(sa.select(Job).where(Job.id == oldest.with_for_update(skip_locked=True).scalar_subquery()))
        if row is None:
            return None
        row.state, row.lease, row.leased_until, row.attempts = "running", me, now + LEASE, row.attempts + 1
        return row.id, row.kind, dict(row.payload)


def _run(number: int, kind: str, payload: dict[str, Any]) -> Ended:
    token = current.set(number)
    try:
        handlers[kind](payload)
    except Exception as error:
        db.session.rollback()
        log.exception("job failed", job=number, kind=kind)
        return Ended(number, kind, masked(repr(error)))
    else:
        return Ended(number, kind, None)
    finally:
        current.reset(token)


def _note(session: Session, me: str, ended: Ended) -> None:
    """Write down how a job went, unless its lease ran out meanwhile and another worker has it."""
    row = session.get_one(Job, ended.number)
    if row.lease != me:
        return
    recurring = row.key == f"every:{ended.kind}" and ended.kind in schedule
    row.lease = row.leased_until = None
    row.error = ended.error[:2000] if ended.error else None
    if ended.error:
        _failed(row, recurring)
    elif recurring:
        row.state, row.attempts, row.run_at = "waiting", 0, _next(ended.kind)
    else:
        row.state, row.finished_at = "done", clock.now()


def _next(kind: str) -> datetime:
    """When a recurring kind runs again."""
    now = clock.now()
    return min(now + schedule[kind], clock.day_ends(now)) if kind in daily else now + schedule[kind]


def _failed(row: Job, recurring: bool) -> None:
    """Try again, each time later; a once-only job gives up after PATIENCE attempts and stays visible."""
    row.state = "waiting" if recurring or row.attempts < PATIENCE else "failed"
    row.run_at = clock.now() + timedelta(seconds=min(2**row.attempts, 600))


def supersede(session: Session, kind: str, upto: int) -> None:
    """Call the waiting jobs of `kind` up to that number done: something did the work of all of them at once."""
    waiting = sa.update(Job).where(Job.kind == kind, Job.state == "waiting", Job.id <= upto, Job.key.is_(None))
    session.execute(waiting.values(state="done", finished_at=clock.now()))


def newest(session: Session) -> int:
    """The number of the newest job."""
    return session.scalar(sa.select(sa.func.max(Job.id))) or 0


def retry(job: Job) -> None:
    """Put a job that gave up back in the queue."""
    job.state, job.attempts, job.run_at = "waiting", 0, clock.now()


def prune(_payload: dict[str, Any]) -> None:
    """Forget what was done more than thirty days ago."""
    with transaction() as session:
        session.execute(sa.delete(Job).where(Job.state == "done", Job.finished_at < clock.now() - timedelta(days=30)))


handles("jobs.prune", prune, every=timedelta(days=1))
