"""The table of feeds: an address with a secret for one person, of which only the digest is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import Base
from alliance.people.models import Person


class Feed(Base):
    """What a calendar program may read as that person: their own tasks, else of one centre, or of one listing."""

    __tablename__ = "feed"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "centre_id", "resource_id"),
        sa.CheckConstraint("centre_id IS NULL OR resource_id IS NULL", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"))
    resource_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True, doc="SHA-256 of the secret part of the address")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()
    centre: Mapped[Centre | None] = relationship()
    resource: Mapped[Resource | None] = relationship()

    def relations(self, person: Any) -> frozenset[str]:
        """Its person alone may renew or end it."""
        return frozenset({"self"}) if person is not None and person.id == self.person_id else frozenset()
