"""Tables of what was brought for import: batches and their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.centres.models import Centre
from alliance.db import Base
from alliance.storage.models import File


class ImportBatch(Base):
    """A table that a centre brought: its dry run, its commit, how far it came, whether it was undone."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), index=True, doc="none: a table of centres")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    name: Mapped[str] = mapped_column(sa.String(255))
    encoding: Mapped[str] = mapped_column(sa.String(20), default="")
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="sheet, first row, headings and what each is read as")
    state: Mapped[str] = mapped_column(
        sa.String(12), default="checking", doc="checking | checked | refused | running | done | undoing | undone"
    )
    note: Mapped[str] = mapped_column(sa.Text, default="", doc="why the table was refused")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    file: Mapped[File | None] = relationship()
    centre: Mapped[Centre | None] = relationship()
    rows: Mapped[list[ImportRow]] = relationship(back_populates="batch", order_by="ImportRow.number", cascade="all, delete-orphan")

    def relations(self, person: Any) -> frozenset[str]:
        """Staff of the importing centre stand to it as to what they own; a table of centres belongs to the secretariat."""
        if person is None or self.centre is None:
            return frozenset({"importer"}) if person is not None and person.is_admin else frozenset()
        return frozenset({"importer"}) if person.roles_in(self.centre_id) else frozenset()


class ImportRow(Base):
    """One row of an imported table and what became of it."""

    __tablename__ = "import_row"
    __table_args__ = (sa.UniqueConstraint("batch_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id", ondelete="CASCADE"))
    number: Mapped[int]
    cells: Mapped[dict[str, Any]]
    values: Mapped[dict[str, Any]]
    faults: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(sa.String(12), doc="new | draft | same | refused | removed")
    subject_id: Mapped[int | None] = mapped_column(doc="the resource or centre that it made")
    subject_version: Mapped[int | None] = mapped_column(doc="its version then; whoever changes it raises that")

    batch: Mapped[ImportBatch] = relationship(back_populates="rows")
