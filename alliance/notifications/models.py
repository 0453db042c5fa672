"""Tables of notices in the portal and of mail on its way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance import clock
from alliance.db import Base


class Notice(Base):
    """Something a person is told; once per event and template, however often the job runs."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "event_id", "template"),
        sa.Index("ix_notice_unread", "person_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    template: Mapped[str] = mapped_column(sa.String(40))
    data: Mapped[dict[str, Any]]
    url: Mapped[str] = mapped_column(sa.String(200), default="")
    turn: Mapped[bool] = mapped_column(default=False, doc="it is this person's turn")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]

    def relations(self, person: Any) -> frozenset[str]:
        """`self` for whom it is meant."""
        return frozenset({"self"}) if person is not None and person.id == self.person_id else frozenset()


class NoticeChoice(Base):
    """How a person wants to hear of a sort of notice; without a row as usual."""

    __tablename__ = "notice_choice"
    __table_args__ = (sa.CheckConstraint("how IN ('at_once', 'digest', 'portal')", name="how"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    group: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    how: Mapped[str] = mapped_column(sa.String(10))


class Mail(Base):
    """A mail to send by a job; without a mail server it stays here for the admin to read."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    to: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)
