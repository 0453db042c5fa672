"""Tables of the alliance, its members and their tree."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.db import Base, sentences


class Centre(Base):
    """A cultural centre, station, troupe or museum: level, role in its tree, place and opening hours."""

    __tablename__ = "centre"
    __table_args__ = (
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="both_coordinates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name_en: Mapped[str] = mapped_column(sa.String(160), default="")
    short_name: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str] = mapped_column(sa.String(20))
    type: Mapped[str] = mapped_column(sa.String(20), default="centre")
    grade: Mapped[str | None] = mapped_column(sa.String(20))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    division_code: Mapped[str] = mapped_column(sa.String(12), index=True)
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    approximate: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    duty_hours: Mapped[str] = mapped_column(sa.String(200), default="")
    opening_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    summary_en: Mapped[str] = mapped_column(sa.Text, default="")
    endorsed: Mapped[bool] = mapped_column(default=False, doc="its requests go through the main centre (always for a point)")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    parent: Mapped[Centre | None] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list[Centre]] = relationship(back_populates="parent", order_by="Centre.name")
    names: Mapped[list[CentreName]] = relationship(back_populates="centre", cascade="all, delete-orphan")
    disclosures: Mapped[list[Disclosure]] = relationship(back_populates="centre", cascade="all, delete-orphan")
    membership: Mapped[Membership | None] = relationship(back_populates="centre", lazy="joined")

    @property
    def is_active(self) -> bool:
        """Whether it is a member that may list and request now."""
        return self.membership is not None and self.membership.state == "active"

    @property
    def barred_until(self) -> date | None:
        """The last day on which it may not borrow; None where it may."""
        until = self.membership.barred_until if self.membership is not None else None
        return until if until is not None and clock.local(clock.now()).date() <= until else None

    def relations(self, person: Any) -> frozenset[str]:
        """What `person` is to this centre: the roles held there, prefixed by owner_."""
        return person.relations_to_owner(self) if person is not None else frozenset()


class CentreName(Base):
    """A former name or an alias under which people still search a centre."""

    __tablename__ = "centre_name"
    __table_args__ = (sa.UniqueConstraint("centre_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10), default="alias", doc="former | alias")

    centre: Mapped[Centre] = relationship(back_populates="names")


class Disclosure(Base):
    """What a centre publishes under one of the eight headings."""

    __tablename__ = "disclosure"
    __table_args__ = (sa.UniqueConstraint("centre_id", "heading"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id", ondelete="CASCADE"))
    heading: Mapped[str] = mapped_column(sa.String(30))
    text: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    centre: Mapped[Centre] = relationship(back_populates="disclosures")


class Alliance(Base):
    """An alliance of centres; the model holds many, the portal shows one."""

    __tablename__ = "alliance"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(160), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    office_hours: Mapped[str] = mapped_column(sa.String(120), default="")


class AllianceTerm(Base):
    """Which centre chairs the alliance, from when until when."""

    __tablename__ = "alliance_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    centre: Mapped[Centre] = relationship()


class Membership(Base):
    """A centre's standing in the alliance: applied, active, suspended, declined or left (codes of membership_state)."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("centre_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default="applied", index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    applied_at: Mapped[datetime] = mapped_column(default=clock.now)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    barred_until: Mapped[date | None] = mapped_column(doc="the last day on which the centre may not borrow")
    contact_name: Mapped[str] = mapped_column(sa.String(60), default="", doc="who applied")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="", doc="what the applicant wrote")

    centre: Mapped[Centre] = relationship(back_populates="membership")
    alliance: Mapped[Alliance] = relationship()


class RuleDocument(Base):
    """A version of the alliance's rules, Markdown; the newest published one is in force."""

    __tablename__ = "rule_document"
    __table_args__ = (sa.UniqueConstraint("alliance_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(160), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    change_note: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]


sentences |= {
    "uq_centre_name": _l("已有同名的馆。"),
    "uq_centre_slug": _l("已有同样的网址简称。"),
    "uq_membership_centre_id": _l("该馆已在联盟中。"),
    "uq_disclosure": _l("这一栏已有内容，请刷新后修改。"),
}
