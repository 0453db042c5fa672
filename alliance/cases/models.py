"""Tables of public cases: what was asked, by whom (for a time), how it is handled, what was answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.archive.grants import FileGrant
from alliance.archive.models import Asset
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import Base, sentences
from alliance.people.models import Person
from alliance.storage.models import File


class Case(Base):
    """One case; `centre` handles it (None: the secretariat), what `name` to `contact` say is erased some time after closing."""

    __tablename__ = "public_case"
    __table_args__ = (sa.Index("ix_public_case_centre_state", "centre_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True, doc="shown to people: SL-2026-00012")
    kind: Mapped[str] = mapped_column(sa.String(12), doc="code list case_kind")
    state: Mapped[str] = mapped_column(sa.String(12), default="filed", index=True, doc="code list case_state")
    version: Mapped[int] = mapped_column(default=1, doc="row counter, raised by every action")
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), doc="who handles it; none: the secretariat")
    about_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"), doc="the centre it concerns")
    asset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("asset.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"))
    # what the asker said
    text: Mapped[str] = mapped_column(sa.Text, doc="purpose, reason, question or complaint")
    wanted_until: Mapped[date | None] = mapped_column(doc="until when the use is asked for")
    private: Mapped[bool] = mapped_column(default=True, doc="its answer is not published")
    place: Mapped[str] = mapped_column(sa.String(12), default="", doc="declared division code")
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    organisation: Mapped[str] = mapped_column(sa.String(120), default="")
    relation: Mapped[str] = mapped_column(sa.String(12), default="", doc="code list case_relation")
    who: Mapped[str] = mapped_column(sa.String(60), default="", doc="whom a complaint is about")
    contact: Mapped[str] = mapped_column(sa.String(254), default="", doc="phone or mail address")
    locale: Mapped[str] = mapped_column(sa.String(10), default="zh_Hans")
    # its secret
    digest: Mapped[str] = mapped_column(sa.String(64), doc="of number and code")
    key: Mapped[str] = mapped_column(sa.String(40), unique=True, doc="of the form it came with: sent twice, it is one case")
    # the clock
    filed_at: Mapped[datetime] = mapped_column(default=clock.now)
    distance_class: Mapped[str] = mapped_column(sa.String(12), default="")
    limit_days: Mapped[int] = mapped_column(default=3, doc="working days to answer")
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    pauses: Mapped[list[Any]] = mapped_column(default=list, doc="[from, until | null] ISO, while the clock stood")
    next_at: Mapped[datetime | None] = mapped_column(index=True, doc="when the sweep has to look at it again")
    reminded: Mapped[list[str]] = mapped_column(default=list, doc="dated notices already sent")
    # how it is handled
    first_handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), doc="stays to the end")
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), doc="whose task it is")
    transfers: Mapped[int] = mapped_column(default=0)
    transfer_why: Mapped[str] = mapped_column(sa.Text, default="")
    asked_text: Mapped[str] = mapped_column(sa.Text, default="", doc="asked back, once")
    asked_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    # its end
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answer_code: Mapped[str | None] = mapped_column(sa.String(4), doc="refusal code")
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    measure: Mapped[str] = mapped_column(sa.String(12), default="", doc="of a removal: withdraw | restrict")
    public_text: Mapped[str] = mapped_column(sa.Text, default="", doc="the question as it is published beside the answer")
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    days_taken: Mapped[int | None] = mapped_column(doc="working days")
    days_over: Mapped[int] = mapped_column(default=0, doc="working days by which the answer was late")
    stars: Mapped[int | None]
    rating_note: Mapped[str] = mapped_column(sa.Text, default="")
    looked_back_at: Mapped[datetime | None] = mapped_column(doc="when the asker was asked whether it is solved")
    solved: Mapped[bool | None]
    erased_at: Mapped[datetime | None]

    centre: Mapped[Centre | None] = relationship(foreign_keys=[centre_id], lazy="joined")
    about: Mapped[Centre | None] = relationship(foreign_keys=[about_id])
    asset: Mapped[Asset | None] = relationship()
    resource: Mapped[Resource | None] = relationship()
    first_handler: Mapped[Person | None] = relationship(foreign_keys=[first_handler_id])
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id])
    files: Mapped[list[CaseFile]] = relationship(back_populates="case", order_by="CaseFile.id", cascade="all, delete-orphan")
    grant: Mapped[FileGrant | None] = relationship(uselist=False)

    def relations(self, person: Any) -> frozenset[str]:
        """What `person` is to the centre that handles it."""
        return self.centre.relations(person) if self.centre is not None else frozenset()

    @property
    def email(self) -> str:
        """The contact where it is a mail address."""
        return self.contact if "@" in self.contact else ""

    @property
    def is_public(self) -> bool:
        """Whether question and answer stand on the public page."""
        return self.closed_at is not None and not self.private and bool(self.public_text)


class CaseFile(Base):
    """A file that the asker sent along; only who handles the case may take it out."""

    __tablename__ = "public_case_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("public_case.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))

    case: Mapped[Case] = relationship(back_populates="files")
    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


sentences |= {"uq_public_case_key": _l("这份表已经交过了。")}
