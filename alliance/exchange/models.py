"""Tables of the exchange: an agreement, its legs, the versions of their terms, and all that is filed on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import Base, sentences
from alliance.people.models import Person
from alliance.storage.models import File

JOINT = frozenset({"swap", "bundle"})
"""Kinds of agreement with several legs; each leg has a number of its own behind the agreement's."""
TOUR = "tour"
"""One leg with several stops, one after the other."""


class Agreement(Base):
    """What two or more centres agree on; its own state is derived from its mandatory legs."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True, doc="shown to people: JY-2026-1171")
    kind: Mapped[str] = mapped_column(sa.String(12), default="loan")
    title: Mapped[str] = mapped_column(sa.String(120), doc="name of the activity")
    activity_type: Mapped[str] = mapped_column(sa.String(20))
    benefit: Mapped[str] = mapped_column(sa.String(20), default="public_benefit", doc="code list purpose")
    initiator_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    initiator: Mapped[Centre] = relationship()
    creator: Mapped[Person] = relationship(foreign_keys=[created_by])
    legs: Mapped[list[Leg]] = relationship(back_populates="agreement", order_by="Leg.id")

    @property
    def is_joint(self) -> bool:
        """Whether it has legs that are fixed and fall together."""
        return self.kind in JOINT

    @property
    def is_secondment(self) -> bool:
        """Whether somebody goes to a post at another centre, to learn or to teach."""
        return self.kind == "secondment"

    @property
    def is_licence(self) -> bool:
        """Whether it opens a file for a time instead of lending a thing."""
        return self.kind == "licence"

    @property
    def is_tour(self) -> bool:
        """Whether it goes from stop to stop."""
        return self.kind == TOUR

    @property
    def heading(self) -> Any:
        """What it is called; a draft may not have a title yet."""
        return self.title or _l("（未命名）")

    def relations(self, person: Any) -> frozenset[str]:
        """What `person` is to any of its legs."""
        return frozenset().union(*(leg.relations(person) for leg in self.legs))


class Leg(Base):
    """One owner lends to one borrower; `state` is the cached result of the journal."""

    __tablename__ = "leg"
    __table_args__ = (
        sa.CheckConstraint("owner_id <> borrower_id", name="two_sides"),
        sa.Index("uq_leg_rank", "agreement_id", "rank", unique=True),
        sa.Index("ix_leg_owner_state", "owner_id", "state"),
        sa.Index("ix_leg_borrower_state", "borrower_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.id"))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    borrower_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    rank: Mapped[int] = mapped_column(default=1, doc="its place in the agreement: the 2 of JY-2026-1171-2")
    begun_by: Mapped[str] = mapped_column(sa.String(10), default="borrower", doc="owner | borrower: who fills in the draft")
    mandatory: Mapped[bool] = mapped_column(default=True)
    replaces: Mapped[int | None] = mapped_column(doc="rank of the lost leg whose place it takes")
    replace_until: Mapped[datetime | None] = mapped_column(doc="until when the place of this lost leg can be filled")
    aftermath: Mapped[dict[str, Any] | None] = mapped_column(doc="of a lost leg: until when who remains is asked, and the answers")
    waits: Mapped[str | None] = mapped_column(sa.String(10), doc="whose word it waits for, others being lost: owner | borrower")
    state: Mapped[str] = mapped_column(sa.String(20), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1, doc="row counter, raised by every action: expected_version")
    terms_version: Mapped[int] = mapped_column(default=0, doc="number of the terms in force")
    choice: Mapped[int | None] = mapped_column(doc="rank of the dates that were approved")
    starts_at: Mapped[datetime | None] = mapped_column(index=True, doc="of the approved dates, else of the first choice")
    ends_at: Mapped[datetime | None]
    distance_class: Mapped[str] = mapped_column(sa.String(12), default="")
    limit_days: Mapped[int | None] = mapped_column(doc="working days to answer")
    expedited: Mapped[str | None] = mapped_column(sa.String(20), doc="coded reason of the green channel")
    survey: Mapped[str | None] = mapped_column(sa.String(12), doc="asked | extended")
    requested_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    pauses: Mapped[list[Any]] = mapped_column(default=list, doc="[from, until | null] ISO, while the clock stood")
    hold_until: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(doc="from then on people's actions are refused and the sweep ends it")
    next_at: Mapped[datetime | None] = mapped_column(index=True, doc="when the sweep has to look at it again")
    reminded: Mapped[list[str]] = mapped_column(default=list, doc="dated notices already sent in this turn")
    submitted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    endorsed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    first_handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), doc="stays to the end")
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), doc="whose task it is on the owner's side")
    transfers: Mapped[int] = mapped_column(default=0)
    steps_needed: Mapped[int] = mapped_column(default=1)
    consent: Mapped[dict[str, Any] | None] = mapped_column(doc="talent: date, how, note")
    returned_for_version: Mapped[int | None] = mapped_column(doc="terms on which a completion was already asked")
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, doc="sent with the offer: text, due_on, met (by, side, at)"
    )
    recalled_until: Mapped[datetime | None]
    disputed_from: Mapped[str | None] = mapped_column(sa.String(20))
    disputes: Mapped[int] = mapped_column(default=0)
    ended_reason: Mapped[str] = mapped_column(sa.Text, default="")
    ended_code: Mapped[str | None] = mapped_column(sa.String(4), doc="refusal code")
    breach_by: Mapped[str | None] = mapped_column(sa.String(10), doc="owner | borrower")
    closed_at: Mapped[datetime | None]

    agreement: Mapped[Agreement] = relationship(back_populates="legs", lazy="joined", innerjoin=True)
    owner: Mapped[Centre] = relationship(foreign_keys=[owner_id], lazy="joined", innerjoin=True)
    borrower: Mapped[Centre] = relationship(foreign_keys=[borrower_id], lazy="joined", innerjoin=True)
    submitter: Mapped[Person | None] = relationship(foreign_keys=[submitted_by])
    first_handler: Mapped[Person | None] = relationship(foreign_keys=[first_handler_id])
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id])
    lines: Mapped[list[Line]] = relationship(back_populates="leg", order_by="Line.id", lazy="selectin")
    terms: Mapped[list[Terms]] = relationship(back_populates="leg", order_by="Terms.version")
    steps: Mapped[list[Step]] = relationship(back_populates="leg", order_by="Step.id")
    deficiencies: Mapped[list[Deficiency]] = relationship(back_populates="leg", order_by="Deficiency.id")
    asks: Mapped[list[Ask]] = relationship(back_populates="leg", order_by="Ask.id")
    reports: Mapped[list[Report]] = relationship(back_populates="leg", order_by="Report.id")
    ratings: Mapped[list[Rating]] = relationship(back_populates="leg")

    @property
    def number(self) -> str:
        """What people call it: of several legs each by its place, else as the agreement."""
        return f"{self.agreement.number}-{self.rank}" if self.agreement.is_joint else self.agreement.number

    @property
    def standing(self) -> str:
        """Its state; of a disputed leg the one it came from."""
        return (self.disputed_from if self.state == "disputed" else None) or self.state

    @property
    def was_sent(self) -> bool:
        """Whether it ever reached the other side; till then it is the business of who began it, and of its main centre."""
        return self.requested_at is not None

    def seen_by(self, side: str) -> bool:
        """Whether owner or borrower knows of it."""
        return self.was_sent or self.begun_by == side

    def relations(self, person: Any) -> frozenset[str]:
        """owner_… and borrower_… by the roles held on either side, `party`, and `endorser` above a branch or point that sent it."""
        if person is None:
            return frozenset()
        held: set[str] = set()
        for side, centre_id in (("owner", self.owner_id), ("borrower", self.borrower_id)):
            if self.seen_by(side):
                held |= {f"{side}_{role}" for role in person.roles_in(centre_id)}
        if held:
            held.add("party")
        if self._goes_through_above and "handler" in person.roles_above(self.borrower):
            held.add("endorser")
        return frozenset(held)

    @property
    def _goes_through_above(self) -> bool:
        """Whether the borrower's main centre has to do with it: a main centre or a hub asks by itself, whoever is above it."""
        below, sent = self.borrower.role in ("branch", "point"), self.was_sent or self.submitted_by is not None
        return below and sent and self.borrower.parent_id != self.owner_id


STANDING = sa.case((Leg.state == "disputed", sa.func.coalesce(Leg.disputed_from, Leg.state)), else_=Leg.state)
"""Leg.standing as a column."""
OWNER_SEES = sa.or_(Leg.requested_at.is_not(None), Leg.begun_by == "owner")
BORROWER_SEES = sa.or_(Leg.requested_at.is_not(None), Leg.begun_by == "borrower")
"""Leg.seen_by as conditions."""


class Line(Base):
    """What is lent in a leg: a resource, how many; beside it what an offer that waits for its last step puts in its place."""

    __tablename__ = "line"
    __table_args__ = (sa.CheckConstraint("quantity >= 1", name="some_quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"), index=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"), index=True)
    offered_id: Mapped[int | None] = mapped_column(sa.ForeignKey("resource.id"), doc="the owner's substitute, not sent yet")
    quantity: Mapped[int] = mapped_column(default=1)

    leg: Mapped[Leg] = relationship(back_populates="lines")
    resource: Mapped[Resource] = relationship(foreign_keys=[resource_id], lazy="joined", innerjoin=True)
    offered: Mapped[Resource | None] = relationship(foreign_keys=[offered_id])

    @property
    def meant(self) -> Resource:
        """What the terms in force are about; the other side knows of `resource` only."""
        return self.offered or self.resource


MEANT = sa.func.coalesce(Line.offered_id, Line.resource_id)
"""Line.meant as a column."""


class Terms(Base):
    """A numbered version of what is asked or offered: dates by choice, place, site facts, who bears what, conditions."""

    __tablename__ = "terms"
    __table_args__ = (sa.UniqueConstraint("leg_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"))
    version: Mapped[int]
    side: Mapped[str] = mapped_column(sa.String(10), doc="borrower | owner")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(doc="an owner's version waits unseen until its last step")
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    typed: Mapped[dict[str, Any] | None] = mapped_column(doc="a draft as it was typed, with what does not hold yet")

    leg: Mapped[Leg] = relationship(back_populates="terms")


class Step(Base):
    """One approval on a version of the terms; each by another person."""

    __tablename__ = "step"
    __table_args__ = (
        sa.UniqueConstraint("leg_id", "terms_version", "rank"),
        sa.UniqueConstraint("leg_id", "terms_version", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"))
    terms_version: Mapped[int]
    rank: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    choice: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(sa.Text, default="")

    leg: Mapped[Leg] = relationship(back_populates="steps")


class Deficiency(Base):
    """All that is missing, told at once; at most one notice on a version of the terms."""

    __tablename__ = "deficiency"
    __table_args__ = (sa.UniqueConstraint("leg_id", "terms_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"))
    terms_version: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    items: Mapped[list[str]]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    completed_at: Mapped[datetime | None]

    leg: Mapped[Leg] = relationship(back_populates="deficiencies")


class Ask(Base):
    """A question that stands beside the state (cancel, extension, resolve_line, differences); lapses when the state moves."""

    __tablename__ = "ask"

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20), doc="cancel | extension | resolve_line | differences")
    side: Mapped[str] = mapped_column(sa.String(10), doc="who asked: owner | borrower")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    content: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    answer: Mapped[str | None] = mapped_column(sa.String(10), doc="agreed | refused | lapsed")
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    leg: Mapped[Leg] = relationship(back_populates="asks")


class Report(Base):
    """A condition report of one side; signed by its name and time, never edited."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12), doc="hand_over | receive | damage | send_back | supplement | check_in")
    side: Mapped[str] = mapped_column(sa.String(10))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    items: Mapped[list[dict[str, Any]]] = mapped_column(default=list, doc="item, expected, counted, condition, note")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="mileage, fuel, sessions, attendances …")
    note: Mapped[str] = mapped_column(sa.Text, default="")

    leg: Mapped[Leg] = relationship(back_populates="reports")
    photos: Mapped[list[ReportPhoto]] = relationship(back_populates="report")
    person: Mapped[Person] = relationship()


class ReportPhoto(Base):
    """A picture, receipt or programme filed with a report; for the parties and the secretariat."""

    __tablename__ = "report_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))
    kind: Mapped[str] = mapped_column(sa.String(20), default="photo", doc="photo | receipt | programme | clip")
    caption: Mapped[str] = mapped_column(sa.String(200), default="")
    consent: Mapped[str] = mapped_column(sa.String(200), default="", doc="whether those who are seen or heard agreed, in words")
    name: Mapped[str] = mapped_column(sa.String(255), default="", doc="as it was called when it was filed; empty: as the file is")

    report: Mapped[Report] = relationship(back_populates="photos")
    file: Mapped[File] = relationship(lazy="joined")

    @property
    def called(self) -> str:
        """Its name here: whoever sent the same bytes before may have called them otherwise."""
        return self.name or self.file.name


class Rating(Base):
    """What one side thinks after closing, once; the other side may reply."""

    __tablename__ = "rating"
    __table_args__ = (
        sa.UniqueConstraint("leg_id", "side"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"))
    side: Mapped[str] = mapped_column(sa.String(10))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    stars: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    reply: Mapped[str] = mapped_column(sa.Text, default="", doc="what the rated side says to it in public, once")
    replied_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    replied_at: Mapped[datetime | None]

    leg: Mapped[Leg] = relationship(back_populates="ratings")


class Dispute(Base):
    """What one side contests and how the alliance decided; one appeal is a second dispute."""

    __tablename__ = "dispute"

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"), index=True)
    side: Mapped[str] = mapped_column(sa.String(10))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    reason: Mapped[str] = mapped_column(sa.Text)
    statements: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, doc="side, by, at, text, files, names: what either side says to it"
    )
    proposals: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, doc="by, at, decision, reason, counted, the sides that accepted, the one that refused, why"
    )
    decision: Mapped[str | None] = mapped_column(sa.String(20))
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


sentences |= {
    "uq_step": _l("同一人不能在同一版上审两次。"),
    "uq_deficiency": _l("这一版已经退回补正过一次，不能再退。"),
    "uq_rating": _l("贵馆已评价过。"),
    "uq_terms": _l("对方刚刚更新了内容，请刷新后再试。"),
    "ck_leg_two_sides": _l("借出方和借入方不能是同一家馆。"),
}
