"""Tables of the archive: an asset with its record (Dublin Core and the field's own), its rights and its file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.archive import grants
from alliance.centres.models import Centre
from alliance.db import Base
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
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="duration, pages, award, edition, heritage item, performers")
    rights_status: Mapped[str] = mapped_column(sa.String(30), default="unknown")
    rights_uri: Mapped[str] = mapped_column(sa.String(120), default="")
    rights_holder: Mapped[str] = mapped_column(sa.String(200), default="")
    licence_until: Mapped[date | None]
    allowed_uses: Mapped[list[str]] = mapped_column(default=list)
    consent_until: Mapped[date | None] = mapped_column(doc="end of the performers' consent")
    with_minors: Mapped[bool] = mapped_column(default=False, doc="their lapsed consent closes the record too")
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

    def relations(self, person: Any) -> frozenset[str]:
        """Roles at the owner; `visible` and `may_open` by the two axes; `reviewer` of what waits for a review."""
        held = self.owner.relations(person)
        if self.state == "in_review" and self.decided_above and (_is_admin(person) or "main_director" in held):
            held |= {"reviewer"}
        member = person is not None and "member" in person.standing
        if self.is_listed and self._reaches(self.record_visibility, member=member):
            held |= {"visible"}
            granted = self.file_access == "on_request" and self.id in grants.held()
            if self.rights_hold and (granted or self._reaches(self.file_access, member=member)):
                held |= {"may_open"}
        return held

    @staticmethod
    def _reaches(axis: str, *, member: bool) -> bool:
        return axis == "public" or (axis == "members" and member)

    @property
    def is_listed(self) -> bool:
        """Whether it is out at all: published, by an active member, and not a child's whose consent has ended."""
        return self.state == "published" and self.owner.is_active and not (self.with_minors and self.consent_lapsed)

    @property
    def seeks_public(self) -> bool:
        """Whether publishing it shows it to everybody, which its own centre may not decide."""
        return self.record_visibility == "public"

    @property
    def consent_lapsed(self) -> bool:
        """Whether the performers' consent has ended; its last day still counts."""
        return self.consent_until is not None and self.consent_until < today()

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
