"""What there is to tell: an event with what it is about, and the people around it, each read once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.cases.models import Case
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre, Membership
from alliance.exchange import contested
from alliance.exchange.models import Leg, Step
from alliance.journal import Event
from alliance.people.models import Absence, AlliancePost, Duty, Person, Post, Tenure
from alliance.worktime import rows

MARKED = (
    "leg.reminded",
    "leg.escalated",
    "case.reminded",
    "case.escalated",
)  # events of the sweep: data["which"] says which date was reached


SUBJECTS = {"leg": Leg, "resource": Resource, "asset": Asset, "centre": Centre, "public_case": Case, "upload": Upload}


@dataclass
class Telling:
    """One event as those who decide about recipients see it; `subject` is one of SUBJECTS."""

    session: Session
    event: Event
    subject: Any
    now: datetime

    @classmethod
    def of(cls, session: Session, event: Event) -> Telling | None:
        """The event with its subject; None when nobody is ever told about such a thing or it is gone."""
        if event.subject_type == Membership.__tablename__:
            membership = session.get(Membership, event.subject_id)
            return cls(session, event, membership.centre, clock.now()) if membership else None
        model: type[Any] | None = SUBJECTS.get(event.subject_type)
        subject = session.get(model, event.subject_id) if model else None
        return cls(session, event, subject, clock.now()) if subject is not None else None

    @property
    def action(self) -> str:
        """The event's name; a dated notice is named after its date: leg.yellow, case.red, leg.return_soon."""
        marked = self.event.action in MARKED and "which" in self.data
        return f"{self.event.action.partition('.')[0]}.{self.data['which']}" if marked else self.event.action

    @property
    def data(self) -> dict[str, Any]:
        return self.event.data

    @property
    def leg(self) -> Leg:
        assert isinstance(self.subject, Leg)
        return self.subject

    @property
    def case(self) -> Case:
        assert isinstance(self.subject, Case)
        return self.subject

    @property
    def owner_id(self) -> int:
        """The centre that lends, or whose listing, asset or membership it is."""
        return int(self.subject.id if isinstance(self.subject, Centre) else self.subject.owner_id)

    @property
    def deadline(self) -> datetime | None:
        """Until when somebody has to act on the leg or the case as it stands now."""
        if isinstance(self.subject, Case):
            return self.case.due_at if self.case.state in ("filed", "in_hand") else None
        if not isinstance(self.subject, Leg):
            return None
        if self.action.removeprefix("leg.") in contested.NOTICES:
            ends = [moment for which, moment in contested.marks(self.leg, rows.calendar(self.session)) if which.endswith("_over")]
            return ends[0] if ends and ends[0] > self.now else None
        return {"requested": self.leg.due_at, "offered": self.leg.hold_until}.get(self.leg.state)

    @property
    def presses(self) -> datetime | None:
        """What cannot wait beyond that: the deadline, or when something called back is expected."""
        until = self.data.get("recalled_until")
        return datetime.fromisoformat(until) if until else self.deadline

    @cached_property
    def actors(self) -> frozenset[int]:
        """Who did it; when the system acted, who set it off: in the same request, or by the consent that let it commit."""
        event, found = self.event, {self.event.actor_id}
        if event.actor_id is None:
            earlier = sa.select(Event.actor_id).where(Event.id < event.id, Event.actor_id.is_not(None))
            if event.request_id:
                found |= set(self.session.scalars(earlier.where(Event.request_id == event.request_id)))
            elif event.action == "leg.commit":
                same = earlier.where(Event.subject_type == event.subject_type, Event.subject_id == event.subject_id)
                found.add(self.session.scalar(same.order_by(Event.id.desc()).limit(1)))
        return frozenset(number for number in found if number is not None)

    # Who is around ---------------------------------------------------------

    @cached_property
    def today(self) -> date:
        return clock.local(self.now).date()

    def holding(self, centre_id: int | None, *roles: str) -> list[Person]:
        """Active people who hold one of `roles` (any post, if none is named) in the centre today."""
        query = sa.select(Person).join(Post, Post.person_id == Person.id).where(Post.centre_id == centre_id, *self._held(Post))
        if roles:
            query = query.where(Post.role.in_(roles))
        return self._people(query)

    def admins(self) -> list[Person]:
        """The alliance's secretariat."""
        query = sa.select(Person).join(AlliancePost, AlliancePost.person_id == Person.id)
        return self._people(query.where(AlliancePost.role == "alliance_admin", *self._held(AlliancePost)))

    def duty(self, centre_id: int, *, both: bool = False) -> list[Person]:
        """Duty A, with B beside when A is away or `both`; handlers, then directors, then anybody where there is no duty."""
        rows = self.session.scalars(sa.select(Duty).where(Duty.centre_id == centre_id).order_by(Duty.rank))
        held = {row.rank: row.person for row in rows if self.works_for(row.person, centre_id)}
        first, deputy = held.get("A"), held.get("B")
        if first is not None and deputy is not None and not both and not self.is_away(first):
            return [first]
        found = [person for person in (first, deputy) if person is not None]
        return found or next(
            (people for roles in (("handler",), ("director",), ()) if (people := self.holding(centre_id, *roles))), []
        )

    def is_away(self, person: Person) -> bool:
        """Whether an absence of that person covers today."""
        away = sa.select(Absence.id).where(Absence.person_id == person.id, Absence.starts_on <= self.today)
        return self.session.scalar(away.where(Absence.ends_on >= self.today).limit(1)) is not None

    def works_for(self, person: Person | None, centre_id: int) -> bool:
        """Whether that person still has an account and a post there; who left is told nothing any more."""
        return person is not None and person.active and bool(person.roles_in(centre_id))

    def one(self, person_id: int | None, centre_id: int) -> list[Person]:
        """That person, as long as they work there."""
        person = self.session.get(Person, person_id) if person_id else None
        return [person] if person is not None and self.works_for(person, centre_id) else []

    def stepped(self) -> frozenset[int]:
        """Who approved the terms in force already."""
        query = sa.select(Step.person_id).where(Step.leg_id == self.leg.id, Step.terms_version == self.leg.terms_version)
        return frozenset(self.session.scalars(query))

    def _held(self, post: type[Tenure]) -> tuple[Any, ...]:
        return post.since <= self.today, sa.or_(post.until.is_(None), post.until >= self.today), Person.active

    def _people(self, query: sa.Select[Any]) -> list[Person]:
        return unique(self.session.scalars(query.order_by(Person.id)))


def unique(people: Iterable[Person]) -> list[Person]:
    """Each person once, in the order given."""
    return list({person.id: person for person in people}.values())
