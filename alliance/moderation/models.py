"""Tables of the secretariat's desk: what it tells everybody."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance import clock
from alliance.db import Base


class Announcement(Base):
    """A word of the secretariat to members or to everybody, shown from a day until another; Markdown."""

    __tablename__ = "announcement"
    __table_args__ = (
        sa.CheckConstraint("reach IN ('members', 'public')", name="reach"),
        sa.CheckConstraint("ends_on >= starts_on", name="in_order"),
        sa.Index("ix_announcement_days", "starts_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    reach: Mapped[str] = mapped_column(sa.String(10), doc="members | public")
    title: Mapped[str] = mapped_column(sa.String(80))
    title_en: Mapped[str] = mapped_column(sa.String(120), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
