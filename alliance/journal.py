"""The audit trail, append-only: `record()` writes what happened and the jobs of those who listen, in one transaction."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, Session, mapped_column

from alliance import clock, jobs
from alliance.db import Base, append_only

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
listeners: dict[str, tuple[str, ...]] = {}


class Event(Base):
    """Who did what to what, when, for which centre, and what changed."""

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_subject", "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"))
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]]
    request_id: Mapped[str | None] = mapped_column(sa.String(40))
    key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)


append_only(Event, _l("经过记录只能追加，不能修改。"))


class Subject(Protocol):
    """Anything with a table and a number."""

    __tablename__: str
    id: Mapped[int]


def record(
    session: Session,
    action: str,
    subject: Any,
    *,
    person: Any = None,
    centre_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Event:
    """Write the event and one job for each listener of `action` or of its first word; flushes."""
    session.flush()
    entry = Event(
        action=action,
        actor_id=person.id if person is not None else None,
        centre_id=centre_id,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        data=dict(data or {}),
        request_id=request_id.get(),
        key=key,
        at=clock.now(),
    )
    session.add(entry)
    session.flush()
    for kind in (*listeners.get(action, ()), *listeners.get(action.split(".")[0], ())):
        jobs.later(session, kind, {"event": entry.id, "subject": [entry.subject_type, entry.subject_id]})
    return entry


def seen(session: Session, key: str | None) -> Event | None:
    """The event that carries this idempotency key, if it was already done."""
    return session.scalar(sa.select(Event).where(Event.key == key)) if key else None


def history(session: Session, subject: Any) -> list[Event]:
    """All that happened to `subject`, oldest first."""
    query = sa.select(Event).where(Event.subject_type == subject.__tablename__, Event.subject_id == subject.id)
    return list(session.scalars(query.order_by(Event.id)))
