"""The table of the balance: two rows an entry, one for each side, whose sum is 0; append-only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from alliance import clock
from alliance.db import Base, guard, sentences


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


_FUNCTION = """CREATE OR REPLACE FUNCTION posting_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'posting_append_only' USING ERRCODE = 'integrity_constraint_violation'; END $$; """
for _verb in ("update", "delete"):
    guard(
        Posting,
        f"posting_append_only_{_verb}",
        create={
            "sqlite": f"CREATE TRIGGER posting_append_only_{_verb} BEFORE {_verb} ON posting "
            "BEGIN SELECT RAISE(ABORT, 'posting_append_only'); END",
            "postgresql": f"{_FUNCTION}CREATE TRIGGER posting_append_only_{_verb} BEFORE {_verb} ON posting "
            "FOR EACH ROW EXECUTE FUNCTION posting_append_only()",
        },
        drop={
            "sqlite": f"DROP TRIGGER posting_append_only_{_verb}",
            "postgresql": f"DROP TRIGGER posting_append_only_{_verb} ON posting",
        },
    )
sentences["posting_append_only"] = _l("往来账只能追加，不能修改。")
