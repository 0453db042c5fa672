"""Tables of the boards: what a centre looks for or has free, and the legs by which others answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import Base
from alliance.exchange.models import Leg
from alliance.people.models import Person
from alliance.places.scope import Scope, within_scope


class Entry(Base):
    """A need 需求 or a supply 供给 of a centre; past its last day it has lapsed by itself."""

    __tablename__ = "board_entry"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_later"),
        sa.CheckConstraint("side <> 'supply' OR resource_id IS NOT NULL", name="supplies_something"),
        sa.Index("ix_board_entry_side_state", "side", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True, doc="shown to people: XQ-2026-0012, GJ-2026-0003")
    side: Mapped[str] = mapped_column(sa.String(8), doc="need | supply")
    state: Mapped[str] = mapped_column(sa.String(12), default="draft", doc="draft | published | met | closed")
    version: Mapped[int] = mapped_column(default=1, doc="raised by every change")
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    resource_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"), doc="what is free; needs have none")
    title: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(20), doc="kind of resource")
    art_form: Mapped[str] = mapped_column(sa.String(40), default="")
    activity_type: Mapped[str] = mapped_column(sa.String(20), default="")
    purpose: Mapped[str] = mapped_column(sa.String(20), default="public_benefit")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    answer_by: Mapped[date] = mapped_column(doc="the last day on which answers are wanted")
    division_code: Mapped[str] = mapped_column(sa.String(12))
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    audience: Mapped[int] = mapped_column(default=0)
    facts: Mapped[str] = mapped_column(sa.Text, default="", doc="technical facts; of a supply its terms")
    costs: Mapped[str] = mapped_column(sa.Text, default="", doc="who bears what, and the budget")
    scope: Mapped[str] = mapped_column(sa.String(12), default="alliance")
    contact_name: Mapped[str] = mapped_column(sa.String(60))
    contact_phone: Mapped[str] = mapped_column(sa.String(40))

    centre: Mapped[Centre] = relationship(lazy="joined", innerjoin=True)
    creator: Mapped[Person] = relationship(foreign_keys=[created_by])
    resource: Mapped[Resource | None] = relationship()
    answers: Mapped[list[Answer]] = relationship(back_populates="entry", order_by="Answer.id")

    @property
    def standing(self) -> str:
        """Its state, or `lapsed` when it is out and its last day is over."""
        over = self.state == "published" and self.answer_by < clock.local(clock.now()).date()
        return "lapsed" if over else self.state

    @property
    def is_open(self) -> bool:
        """Whether it can be answered now."""
        return self.standing == "published" and self.centre.is_active

    def relations(self, person: Any) -> frozenset[str]:
        """owner_… by the roles at its centre; in_scope for other active members that it is meant for, once it is out."""
        held = self.centre.relations(person)
        if self.state == "draft" or not self.centre.is_active or person is None:
            return held
        others = (one for one in person.centres if one.is_active and one.id != self.centre_id)
        reached = any(within_scope(cast(Scope, self.scope), self.centre.division_code, one.division_code) for one in others)
        return held | {"in_scope"} if reached else held


class Answer(Base):
    """The leg by which a centre answers; at most one answer of an entry is accepted."""

    __tablename__ = "board_answer"
    __table_args__ = (
        sa.Index(
            "uq_board_answer_accepted",
            "entry_id",
            unique=True,
            sqlite_where=sa.text("accepted"),
            postgresql_where=sa.text("accepted"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("board_entry.id"), index=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"), unique=True)
    accepted: Mapped[bool] = mapped_column(default=False)

    entry: Mapped[Entry] = relationship(back_populates="answers")
    leg: Mapped[Leg] = relationship()
