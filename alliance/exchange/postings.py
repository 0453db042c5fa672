"""The table of the balance: two rows an entry, one for each side, whose sum is 0; append-only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from alliance import clock
from alliance.db import Base, append_only


class Posting(Base):
    """One side of an entry: what a centre gave to another (positive) or had from it (negative), in a unit of account."""

    __tablename__ = "posting"
    __table_args__ = (
        sa.UniqueConstraint("leg_id", "entry", "centre_id"),
        sa.CheckConstraint("centre_id <> other_id", name="two_sides"),
        sa.CheckConstraint("amount <> 0", name="something"),
        sa.CheckConstraint("unit IN ('session', 'day', 'lesson_hour')", name="unit"),
        sa.Index("ix_posting_centre", "centre_id", "other_id", "unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"))
    entry: Mapped[int] = mapped_column(doc="of the leg: 1 when it closes, the next for what is decided later")
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    unit: Mapped[str] = mapped_column(sa.String(12))
    amount: Mapped[int]
    posted_at: Mapped[datetime] = mapped_column(default=clock.now)


append_only(Posting, _l("往来账只能追加，不能修改。"))
