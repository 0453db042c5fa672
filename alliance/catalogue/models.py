"""Tables of the catalogue: resources, their units, their opening and what occupies them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.archive.models import Asset
from alliance.catalogue import kinds
from alliance.centres.models import Centre
from alliance.db import Base, guard, sentences
from alliance.places import Scope, within_scope
from alliance.storage.models import File

LISTED = ("published", "maintenance", "paused")

resource_unit = sa.Table(
    "resource_unit",
    Base.metadata,
    sa.Column("resource_id", sa.ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("unit_id", sa.ForeignKey("unit.id"), primary_key=True, index=True),
)


class Resource(Base):
    """A listing: what a centre shares. What is special to its kind is in `details`, declared in kinds/."""

    __tablename__ = "resource"
    __table_args__ = (
        sa.Index("ix_resource_listed", "state", "kind"),
        sa.Index("ix_resource_bounds", "buffer_before", "buffer_after", "one_crew", "lat", "lng"),
        sa.CheckConstraint("quantity >= 1", name="some_quantity"),
        sa.CheckConstraint("buffer_before >= 0 AND buffer_after >= 0", name="buffers_not_negative"),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="both_coordinates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True, doc="shown to people and in addresses: WC-0412")
    kind: Mapped[str] = mapped_column(sa.String(20))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="draft")
    version: Mapped[int] = mapped_column(default=1, doc="raised by every change; orders the search index too")
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    title_en: Mapped[str] = mapped_column(sa.String(200), default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    summary_en: Mapped[str] = mapped_column(sa.Text, default="")
    art_forms: Mapped[list[str]] = mapped_column(default=list)
    audiences: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]] = mapped_column(default=list)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contact_name: Mapped[str] = mapped_column(sa.String(60), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(40), default="", doc="members in scope only")
    division_code: Mapped[str] = mapped_column(sa.String(12), default="")
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    quantity: Mapped[int] = mapped_column(default=1)
    share_scope: Mapped[str] = mapped_column(sa.String(20), default="county")
    who_may_ask: Mapped[str] = mapped_column(sa.String(20), default="")
    service_mode: Mapped[str] = mapped_column(sa.String(20), default="")
    fee_type: Mapped[str] = mapped_column(sa.String(20), default="")
    costs: Mapped[list[dict[str, Any]]] = mapped_column(default=list, doc="rows of what, fen, per, payer")
    lead_days: Mapped[int | None]
    longest_days: Mapped[int | None]
    buffer_before: Mapped[int] = mapped_column(default=0, doc="minutes")
    buffer_after: Mapped[int] = mapped_column(default=0, doc="minutes")
    one_crew: Mapped[bool] = mapped_column(default=False, doc="one crew clears and sets up: the two buffers are added")
    approval_steps: Mapped[int] = mapped_column(default=0, doc="raises the computed number of steps; 0 leaves it")
    instant_confirmation: Mapped[bool] = mapped_column(default=False)
    acquired_by: Mapped[str] = mapped_column(sa.String(20), default="")
    verified_on: Mapped[date | None]
    asset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("asset.id"), doc="the asset that a media listing shares")
    hot: Mapped[float] = mapped_column(default=0.0)
    rating: Mapped[float | None]
    rating_count: Mapped[int] = mapped_column(default=0)
    lent_count: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    changed_since_review: Mapped[bool] = mapped_column(default=False)
    import_row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_row.id"))

    owner: Mapped[Centre] = relationship(lazy="joined", innerjoin=True)
    asset: Mapped[Asset | None] = relationship()
    units: Mapped[list[Unit]] = relationship(secondary=resource_unit, back_populates="resources")
    photos: Mapped[list[ResourcePhoto]] = relationship(
        back_populates="resource", order_by="ResourcePhoto.rank, ResourcePhoto.id", cascade="all, delete-orphan"
    )
    papers: Mapped[list[ResourcePaper]] = relationship(back_populates="resource", cascade="all, delete-orphan")
    openings: Mapped[list[Opening]] = relationship(back_populates="resource", cascade="all, delete-orphan")
    exceptions: Mapped[list[OpeningException]] = relationship(back_populates="resource", cascade="all, delete-orphan")
    reviews: Mapped[list[Review]] = relationship(back_populates="resource", order_by="Review.id")

    def relations(self, person: Any) -> frozenset[str]:
        """What `person` is to this listing: their roles at its owner, and whether the sharing scope reaches them."""
        held = self.owner.relations(person)
        if not self.is_listed or not self.owner.is_active:
            return held
        if self.share_scope == "public" and not self.is_private:
            held |= {"visible"}
        centres = person.centres if person is not None else ()
        if any(c.is_active and self.reaches(c) for c in centres):
            held |= {"visible", "in_scope"}
        return held

    def reaches(self, centre: Centre) -> bool:
        """Whether the sharing scope includes that centre."""
        return within_scope(cast(Scope, self.share_scope), self.owner.division_code, centre.division_code)

    @property
    def is_listed(self) -> bool:
        """Whether others can see it; in maintenance and paused it is seen but not lent."""
        return self.state in LISTED

    @property
    def is_pool(self) -> bool:
        """Whether it is several alike, lent by number: it has a quantity and no unit."""
        return (self.quantity or 1) > 1 and kinds.KINDS[self.kind].pool

    @property
    def is_private(self) -> bool:
        """Whether it never has a public page of its own: a minor, or a person who did not consent to one."""
        return self.kind == "talent" and (self.details.get("minor") is True or self.details.get("consent_scope") != "public")


class Unit(Base):
    """What can be in one place at a time; a hall and its parts share units."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), default="")

    resources: Mapped[list[Resource]] = relationship(secondary=resource_unit, back_populates="units")


POOLED = sa.text("unit_id IS NULL")
LONG = {
    "sqlite": "julianday(ends_at) - julianday(starts_at) > 31",
    "postgresql": "ends_at - starts_at > interval '31 days'",
}
"""The few that last longer than a month: all others that overlap a period begin at most a month before it."""


class Occupancy(Base):
    """The only truth about time: a unit, or so many of a pool (then there is no unit), is taken in [starts_at, ends_at)."""

    __tablename__ = "occupancy"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="in_order"),
        sa.CheckConstraint("kind IN ('hold', 'confirmed', 'block', 'maintenance')", name="kind"),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name="holds_expire"),
        sa.CheckConstraint("quantity >= 1 AND (quantity = 1 OR unit_id IS NULL)", name="some_quantity"),
        sa.CheckConstraint("(lat IS NULL) = (lng IS NULL)", name="both_coordinates"),
        sa.Index("ix_occupancy_unit_time", "unit_id", "starts_at", "ends_at"),
        sa.Index("ix_occupancy_time", "starts_at", "ends_at"),
        sa.Index("ix_occupancy_ends", "ends_at"),
        sa.Index(
            "ix_occupancy_long", "starts_at", sqlite_where=sa.text(LONG["sqlite"]), postgresql_where=sa.text(LONG["postgresql"])
        ),
        sa.Index("ix_occupancy_pool", "resource_id", "starts_at", sqlite_where=POOLED, postgresql_where=POOLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1, doc="how many of a pool")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(12))
    leg_id: Mapped[int | None] = mapped_column(sa.ForeignKey("leg.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("line.id"), index=True, doc="where a leg has several periods")
    expires_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(sa.String(120), default="", doc="where what moves is then")
    division_code: Mapped[str] = mapped_column(sa.String(12), default="")
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    km: Mapped[float | None] = mapped_column(doc="on the road from home, one way")
    minutes: Mapped[int | None] = mapped_column(doc="of that way")
    way_source: Mapped[str] = mapped_column(sa.String(20), default="", doc="where kilometres and minutes come from")
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    resource: Mapped[Resource] = relationship()


_OVERLAP = """CREATE TRIGGER occupancy_no_overlap_{when} BEFORE {verb} ON occupancy BEGIN
SELECT RAISE(ABORT, 'occupancy_no_overlap') WHERE EXISTS (SELECT 1 FROM occupancy o WHERE o.unit_id = NEW.unit_id
AND o.id IS NOT NEW.id AND o.starts_at < NEW.ends_at AND NEW.starts_at < o.ends_at); END"""
for _when, _verb in (("insert", "INSERT"), ("update", "UPDATE OF unit_id, starts_at, ends_at")):
    guard(
        Occupancy,
        f"occupancy_no_overlap_{_when}",
        create={"sqlite": _OVERLAP.format(when=_when, verb=_verb)},
        drop={"sqlite": f"DROP TRIGGER occupancy_no_overlap_{_when}"},
    )
guard(
    Occupancy,
    "occupancy_no_overlap",
    create={
        "postgresql": "CREATE EXTENSION IF NOT EXISTS btree_gist; ALTER TABLE occupancy ADD CONSTRAINT occupancy_no_overlap "
        "EXCLUDE USING gist (unit_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    },
    drop={"postgresql": "ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap"},
    sentence=_l("这个档期刚刚被别人占用，请另选时间。"),
)


# What is taken of a pool at once is largest at a start: at the row's own, or at one of another row within it.
_TAKEN = """(SELECT COALESCE(SUM(o.quantity), 0) FROM occupancy o WHERE o.unit_id IS NULL AND o.resource_id = {pool}
AND {other} AND o.starts_at <= {at} AND {at} < o.ends_at)"""
_OWN = _TAKEN.format(pool="NEW.resource_id", other="o.id IS NOT NEW.id", at="NEW.starts_at")
_LATER = _TAKEN.format(pool="NEW.resource_id", other="o.id IS NOT NEW.id", at="p.starts_at")
_ROOM = "(SELECT quantity FROM resource WHERE id = NEW.resource_id)"
_WITHIN = """p.unit_id IS NULL AND p.resource_id = NEW.resource_id AND p.starts_at > NEW.starts_at AND p.starts_at < NEW.ends_at"""
_SOLD = """CREATE TRIGGER pool_not_oversold_{when} BEFORE {verb} ON occupancy WHEN NEW.unit_id IS NULL BEGIN
SELECT RAISE(ABORT, 'pool_not_oversold') WHERE {own} + NEW.quantity > {room}
OR EXISTS (SELECT 1 FROM occupancy p WHERE {within} AND p.id IS NOT NEW.id AND {later} + NEW.quantity > {room}); END"""
_PARTS = {"own": _OWN, "later": _LATER, "within": _WITHIN}
for _when, _verb in (("insert", "INSERT"), ("update", "UPDATE OF unit_id, resource_id, quantity, starts_at, ends_at")):
    guard(
        Occupancy,
        f"pool_not_oversold_{_when}",
        create={"sqlite": _SOLD.format(when=_when, verb=_verb, room=_ROOM, **_PARTS)},
        drop={"sqlite": f"DROP TRIGGER pool_not_oversold_{_when}"},
    )
_SOLD_PG = """CREATE OR REPLACE FUNCTION pool_not_oversold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE room integer;
BEGIN
SELECT quantity INTO room FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
IF {own} + NEW.quantity > room OR EXISTS (SELECT 1 FROM occupancy p WHERE {within} AND p.id IS NOT NEW.id
AND {later} + NEW.quantity > room) THEN
RAISE EXCEPTION 'pool_not_oversold' USING ERRCODE = 'exclusion_violation';
END IF;
RETURN NEW;
END $$; CREATE TRIGGER pool_not_oversold BEFORE INSERT OR UPDATE OF unit_id, resource_id, quantity, starts_at, ends_at
ON occupancy FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION pool_not_oversold()"""
_SOLD_PG = _SOLD_PG.format(**_PARTS).replace("IS NOT NEW", "IS DISTINCT FROM NEW")
guard(
    Occupancy,
    "pool_not_oversold",
    create={"postgresql": _SOLD_PG},
    drop={"postgresql": "DROP TRIGGER pool_not_oversold ON occupancy; DROP FUNCTION pool_not_oversold()"},
    sentence=_l("这段时间刚刚被别人借走一些，剩下的不够了，请改数量或时间。"),
)


class Opening(Base):
    """One slot of the weekly template: open on `weekday` (0 = Monday) from `opens` to `closes`, local time."""

    __tablename__ = "opening"
    __table_args__ = (sa.CheckConstraint("opens < closes", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    resource: Mapped[Resource] = relationship(back_populates="openings")


class OpeningException(Base):
    """A day that differs from the weekly template: closed, or open from–to."""

    __tablename__ = "opening_exception"
    __table_args__ = (sa.UniqueConstraint("resource_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id", ondelete="CASCADE"))
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    note: Mapped[str] = mapped_column(sa.String(120), default="")

    resource: Mapped[Resource] = relationship(back_populates="exceptions")


class ResourcePhoto(Base):
    """A picture of a listing, as public as the listing itself."""

    __tablename__ = "resource_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))
    small_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"), doc="the card-sized rendition")
    alt: Mapped[str] = mapped_column(sa.String(200), default="")
    rank: Mapped[int] = mapped_column(default=0)

    resource: Mapped[Resource] = relationship(back_populates="photos")
    file: Mapped[File] = relationship(foreign_keys=[file_id], lazy="joined")
    small: Mapped[File | None] = relationship(foreign_keys=[small_id])


class ResourcePaper(Base):
    """A licence, policy or certificate; opened by members who may request, never public."""

    __tablename__ = "resource_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))
    kind: Mapped[str] = mapped_column(sa.String(30), default="other")
    expires_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    resource: Mapped[Resource] = relationship(back_populates="papers")
    file: Mapped[File] = relationship(lazy="joined")


class Review(Base):
    """What a moderator decided about a listing, item by item of the checklist of its kind."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    outcome: Mapped[str] = mapped_column(sa.String(20), doc="published | needs_work")
    checklist: Mapped[dict[str, Any]]
    remarks: Mapped[str] = mapped_column(sa.Text, default="")

    resource: Mapped[Resource] = relationship(back_populates="reviews")


sentences |= {
    "uq_opening_exception": _l("这一天已有例外安排。"),
}
