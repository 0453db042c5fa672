"""Tables of the archive: an asset with record and file, who performs, what is said in it, what it belongs to, what it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.archive import grants
from alliance.centres.models import Centre
from alliance.db import Base, sentences
from alliance.storage.models import File

UNSETTLED = ("unknown", "performer_pending", "")


class Asset(Base):
    """A work kept by its centre; who may see the record and who may open the file are two axes."""

    __tablename__ = "asset"
    __table_args__ = (sa.Index("ix_asset_listed", "state", "record_visibility"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True, doc="stable, shown to people: DA-00017")
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="draft", doc="draft | in_review | needs_work | published | withdrawn")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    title_en: Mapped[str] = mapped_column(sa.String(200), default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_en: Mapped[str] = mapped_column(sa.Text, default="")
    creator: Mapped[str] = mapped_column(sa.String(200), default="")
    contributors: Mapped[list[str]] = mapped_column(default=list)
    art_forms: Mapped[list[str]] = mapped_column(default=list, doc="subject")
    created_text: Mapped[str] = mapped_column(sa.String(60), default="", doc="date as known, EDTF: 1993-04, 1980s")
    year: Mapped[int | None]
    type: Mapped[str] = mapped_column(sa.String(20), default="", doc="DCMI type")
    genre: Mapped[str] = mapped_column(sa.String(30), default="", doc="the guide's axis: documentary, lecture …")
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    language: Mapped[str] = mapped_column(sa.String(20), default="")
    relation: Mapped[str] = mapped_column(sa.String(300), default="")
    place_code: Mapped[str] = mapped_column(sa.String(12), default="", doc="coverage: place")
    place_text: Mapped[str] = mapped_column(sa.String(120), default="")
    period: Mapped[str] = mapped_column(sa.String(60), default="", doc="coverage: period")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="duration, pages, award, heritage item, more English")
    rights_status: Mapped[str] = mapped_column(sa.String(30), default="unknown")
    rights_uri: Mapped[str] = mapped_column(sa.String(120), default="")
    rights_holder: Mapped[str] = mapped_column(sa.String(200), default="")
    licence_until: Mapped[date | None]
    allowed_uses: Mapped[list[str]] = mapped_column(default=list)
    consent_until: Mapped[date | None] = mapped_column(doc="computed: the first end among the performers' consents")
    minor_consent_until: Mapped[date | None] = mapped_column(doc="computed: the same among those under age; closes the record too")
    with_minors: Mapped[bool] = mapped_column(default=False, doc="computed: whether anybody under age is in it")
    embargo_until: Mapped[date | None] = mapped_column(doc="the day on which the file opens; its owner's alone before")
    lease_until: Mapped[date | None] = mapped_column(doc="the last day on which the file is open; its owner's alone after")
    record_visibility: Mapped[str] = mapped_column(sa.String(12), default="own_centre")
    file_access: Mapped[str] = mapped_column(sa.String(12), default="own_centre")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    file_name: Mapped[str] = mapped_column(sa.String(255), default="", doc="as it was called here; equal bytes are kept once")
    cover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    decided_above: Mapped[bool] = mapped_column(default=False, doc="in review: by the main centre's director or the alliance")
    remarks: Mapped[str] = mapped_column(sa.Text, default="", doc="what the reviewer wants changed, all at once")
    published_at: Mapped[datetime | None]
    public_at: Mapped[datetime | None] = mapped_column(doc="when the record first became public: its tombstone may name it")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(sa.Text, default="")

    owner: Mapped[Centre] = relationship(lazy="joined", innerjoin=True)
    file: Mapped[File | None] = relationship(foreign_keys=[file_id], lazy="joined")
    cover: Mapped[File | None] = relationship(foreign_keys=[cover_id])
    performers: Mapped[list[Performer]] = relationship(cascade="all, delete-orphan", order_by="Performer.rank")
    captions: Mapped[list[Caption]] = relationship(cascade="all, delete-orphan", order_by="Caption.id")

    def relations(self, person: Any) -> frozenset[str]:
        """Roles at the owner; `visible` and `may_open` by the two axes; `reviewer` of what waits for a review."""
        held = self.owner.relations(person)
        if self.state == "in_review" and self.decided_above and (_is_admin(person) or "main_director" in held):
            held |= {"reviewer"}
        member = person is not None and "member" in person.standing
        if self.is_listed and self._reaches(self.record_visibility, member=member):
            held |= {"visible"}
            granted = self.file_access == "on_request" and self.id in grants.held()
            if self.is_openable and (
                granted or self._reaches(self.file_access, member=member) or (self.file_id and self.id in grants.licensed(person))
            ):
                held |= {"may_open"}
        return held

    @staticmethod
    def _reaches(axis: str, *, member: bool) -> bool:
        return axis == "public" or (axis == "members" and member)

    @property
    def is_listed(self) -> bool:
        """Whether it is out at all: published, by an active member, and not a child's whose consent has ended."""
        return self.state == "published" and self.owner.is_active and not self.minor_consent_lapsed

    @property
    def seeks_public(self) -> bool:
        """Whether publishing it shows it to everybody, which its own centre may not decide."""
        return self.record_visibility == "public"

    @property
    def consent_lapsed(self) -> bool:
        """Whether the performers' consent has ended; its last day still counts."""
        return self.consent_until is not None and self.consent_until < today()

    @property
    def minor_consent_lapsed(self) -> bool:
        """Whether a consent given for somebody under age has ended."""
        return self.minor_consent_until is not None and self.minor_consent_until < today()

    @property
    def is_embargoed(self) -> bool:
        """Whether the day on which the file opens is still to come."""
        return self.embargo_until is not None and today() < self.embargo_until

    @property
    def lease_over(self) -> bool:
        """Whether the last day on which the file was open has passed."""
        return self.lease_until is not None and self.lease_until < today()

    @property
    def is_openable(self) -> bool:
        """Whether the file is open to whom its axis names: rights hold, no embargo, no lease that is over."""
        return self.rights_hold and not self.is_embargoed and not self.lease_over

    @property
    def rights_hold(self) -> bool:
        """Whether rights are known, licensed still and consented to still: else the file is closed to all but its owner."""
        licensed = self.licence_until is None or today() <= self.licence_until
        return self.rights_status not in UNSETTLED and licensed and not self.consent_lapsed


def today() -> date:
    """This day on the clocks of China."""
    return clock.local(clock.now()).date()


def _is_admin(person: Any) -> bool:
    return person is not None and "alliance_admin" in person.standing


class Performer(Base):
    """Who is heard or seen in an asset, a person or a group, and what they consented to."""

    __tablename__ = "performer"

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    role: Mapped[str] = mapped_column(sa.String(60), default="", doc="as the field says it: lead singer, clown, accompanist")
    consent_scope: Mapped[str] = mapped_column(sa.String(12), default="", doc="code list consent_scope; empty: not said")
    consent_until: Mapped[date | None] = mapped_column(index=True, doc="the last day of the consent")
    is_minor: Mapped[bool] = mapped_column(default=False)
    withdrawn_on: Mapped[date | None] = mapped_column(doc="when the consent was taken back: it counts from that day on")

    @property
    def consent_ends(self) -> date | None:
        """The last day on which the consent holds, as given or as taken back."""
        taken_back = self.withdrawn_on - timedelta(days=1) if self.withdrawn_on is not None else None
        return min((end for end in (self.consent_until, taken_back) if end is not None), default=None)


class Caption(Base):
    """What is said in an asset's recording, by the second, in one language; open to whom the file is."""

    __tablename__ = "caption"
    __table_args__ = (sa.UniqueConstraint("asset_id", "language", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(sa.String(20), doc="code list language")
    kind: Mapped[str] = mapped_column(sa.String(12), doc="captions: what is heard | subtitles: translated")
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"), doc="clean WebVTT")
    cues: Mapped[list[Any]] = mapped_column(doc="start and end in milliseconds, text: the transcript")
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


class AssetRelation(Base):
    """What an asset has to do with another, or with the agreement that it was made from; told from both sides."""

    __tablename__ = "asset_relation"
    __table_args__ = (
        sa.UniqueConstraint("asset_id", "kind", "other_id"),
        sa.UniqueConstraint("asset_id", "agreement_id"),
        sa.CheckConstraint("(other_id IS NULL) <> (agreement_id IS NULL)", name="one_end"),
        sa.CheckConstraint("other_id <> asset_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(12), doc="part_of | in_series | version_of | related | made_from")
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    rank: Mapped[int | None] = mapped_column(doc="its number in the series")
    note: Mapped[str] = mapped_column(sa.Text, default="", doc="what was said of it when it was filed with the exchange: for staff")
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


sentences["uq_caption_asset_id"] = _l("这种语言的字幕已经有了。")
sentences["uq_asset_relation_asset_id"] = _l("这一条关系已经有了。")
sentences["uq_collection_slug"] = _l("这个网址已经有专题在用，请换一个。")


class Collection(Base):
    """Assets put together by a centre, or by the alliance, under a title of their own; the standing ones also fill themselves."""

    __tablename__ = "collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), index=True, doc="empty: the alliance's own")
    standing: Mapped[str] = mapped_column(sa.String(12), default="", doc="local | qunxing | popular: which of the three it is")
    state: Mapped[str] = mapped_column(sa.String(12), default="draft", doc="draft | published")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(160), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    cover_id: Mapped[int | None] = mapped_column(sa.ForeignKey("asset.id"), doc="the member whose picture stands for all")
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]

    owner: Mapped[Centre | None] = relationship(lazy="joined")
    cover: Mapped[Asset | None] = relationship(lazy="joined")

    def relations(self, person: Any) -> frozenset[str]:
        """Roles at the owner, none where the alliance owns it; `visible` while it is out."""
        held = self.owner.relations(person) if self.owner is not None else frozenset()
        out = self.state == "published" and (self.owner is None or self.owner.is_active)
        return held | {"visible"} if out else held


class CollectionMember(Base):
    """An asset that was put into a collection by hand, and its place in it."""

    __tablename__ = "collection_member"

    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True, index=True)
    rank: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class AssetVersion(Base):
    """The record as it was before a change, kept since the asset was first published."""

    __tablename__ = "asset_version"
    __table_args__ = (sa.UniqueConstraint("asset_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(doc="the version that this record was")
    record: Mapped[dict[str, Any]]
    action: Mapped[str] = mapped_column(sa.String(60), doc="the event that replaced it")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
