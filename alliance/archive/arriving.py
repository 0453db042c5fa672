"""Table of what members are sending to the archive: from the first part to the kept original, or to why it was not kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.archive.models import Asset
from alliance.centres.models import Centre
from alliance.db import Base
from alliance.people.models import Person
from alliance.storage.models import File
from alliance.storage.store import Draft

PLACE = "incoming/"


class Upload(Base):
    """A file on its way in, of one person; which parts are there is known to the store alone."""

    __tablename__ = "upload"
    __table_args__ = (sa.Index("ix_upload_of_person", "person_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(32), unique=True, doc="cannot be guessed; in addresses and in the key")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    asset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("asset.id"), index=True, doc="none: still to be described")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column(sa.BigInteger, doc="bytes, as announced")
    modified: Mapped[int | None] = mapped_column(sa.BigInteger, doc="the browser's lastModified: is it the same file again")
    part: Mapped[int] = mapped_column(doc="bytes of each part but the last")
    mark: Mapped[str] = mapped_column(sa.Text, doc="the store's name for the parts")
    state: Mapped[str] = mapped_column(sa.String(12), default="open", doc="open | assembling | done | filed | refused | cancelled")
    digest: Mapped[str] = mapped_column(sa.String(64), default="", doc="SHA-256 of all bytes, once they are assembled")
    error: Mapped[str] = mapped_column(sa.Text, default="", doc="the sentence why it was refused")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now, index=True, doc="last heard of, by the hour")
    finished_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    centre: Mapped[Centre] = relationship()
    asset: Mapped[Asset | None] = relationship()
    file: Mapped[File | None] = relationship()

    def relations(self, person: Any) -> frozenset[str]:
        """Nobody goes on with somebody else's."""
        return frozenset({"self"}) if person is not None and person.id == self.person_id else frozenset()

    @property
    def key(self) -> str:
        """Where the assembled bytes lie until they are examined."""
        return PLACE + self.code

    @property
    def draft(self) -> Draft:
        """The parts, as the store knows them."""
        return Draft(self.key, self.mark, self.size, self.part)
