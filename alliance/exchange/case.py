"""One wish to act on a leg: who, on which side, when, on which terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.catalogue.models import Resource
from alliance.exchange import series, stops
from alliance.exchange.models import Ask, Leg, Report, Step, Terms
from alliance.exchange.table import ADMIN, SYSTEM
from alliance.people.models import Person
from alliance.worktime import Calendar, rows

Period = tuple[datetime, datetime]


@dataclass(frozen=True)
class Outcome:
    """Where an action leads, and what its event tells beside from, to and version."""

    to: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    """`person` None is the system; what is asked for is read once and kept."""

    session: Session
    leg: Leg
    person: Person | None
    now: datetime

    @cached_property
    def relations(self) -> frozenset[str]:
        return relations(self.leg, self.person)

    @property
    def side(self) -> str:
        """owner, borrower, alliance or system: for whom the person acts."""
        if self.person is None:
            return SYSTEM
        for side in ("borrower", "owner"):
            if any(relation.startswith(f"{side}_") for relation in self.relations):
                return side
        if "endorser" in self.relations:
            return "borrower"
        return "owner" if "substitute_director" in self.relations and ADMIN not in self.relations else "alliance"

    @cached_property
    def terms(self) -> Terms:
        """The terms in force."""
        query = sa.select(Terms).where(Terms.leg_id == self.leg.id, Terms.version == self.leg.terms_version)
        return self.session.scalars(query).one()

    @cached_property
    def steps(self) -> list[Step]:
        """The approvals given on the terms in force, by rank; where one step is enough, none is ever waiting for another."""
        if self.leg.steps_needed == 1:
            return []
        query = sa.select(Step).where(Step.leg_id == self.leg.id, Step.terms_version == self.leg.terms_version)
        return list(self.session.scalars(query.order_by(Step.rank)))

    @cached_property
    def ask(self) -> Ask | None:
        """The question that waits for an answer."""
        query = sa.select(Ask).where(Ask.leg_id == self.leg.id, Ask.answer.is_(None)).order_by(Ask.id.desc())
        return self.session.scalars(query).first()

    @cached_property
    def calendar(self) -> Calendar:
        return rows.calendar(self.session)

    @cached_property
    def legs(self) -> list[Leg]:
        """All legs of the agreement, this one among them."""
        if not self.leg.agreement.is_joint:
            return [self.leg]
        query = sa.select(Leg).where(Leg.agreement_id == self.leg.agreement_id).order_by(Leg.id)
        return list(self.session.scalars(query).unique())

    @property
    def centre_id(self) -> int | None:
        """The centre for which the person acts."""
        return {"owner": self.leg.owner_id, "borrower": self.leg.borrower_id}.get(self.side)

    @property
    def resource(self) -> Resource:
        """What the terms in force are about: what the leg lends, or what its owner is about to offer instead."""
        return self.leg.lines[0].meant

    def period(self, choice: int) -> Period:
        """The dates of that choice in the terms in force; KeyError when there is none."""
        periods = periods_of(self.terms)
        if not 1 <= choice <= len(periods):
            raise KeyError(choice)
        return periods[choice - 1]

    def reports(self, *kinds: str) -> list[Report]:
        """Condition reports of those kinds, oldest first."""
        query = sa.select(Report).where(Report.leg_id == self.leg.id, Report.kind.in_(kinds))
        return list(self.session.scalars(query.order_by(Report.id)))

    def working_days_before(self, moment: datetime) -> int:
        """Whole working days between today and the day of `moment`."""
        return self.calendar.count_working_days(self.calendar.local_date(self.now), self.calendar.local_date(moment))

    def consented(self, period: Period) -> bool:
        """Whether the talent (any other kind needs nobody's consent) agreed to these dates."""
        if self.resource.kind != "talent":
            return True
        given = self.leg.consent or {}
        if self.consent_of != self.resource.id:
            return False
        return any(_moment(start) <= period[0] and period[1] <= _moment(end) for start, end in given.get("periods", []))

    @property
    def consent_of(self) -> int:
        """Whose consent is recorded; where that does not say it, as before substitutes, of whoever was asked for."""
        standing = self.terms.content.get("substitute")
        asked = standing["for"]["id"] if standing else self.leg.lines[0].resource_id
        return int((self.leg.consent or {}).get("of", asked))

    @property
    def wants_consent(self) -> bool:
        """Whether the talent's consent to none of the dates is recorded where the next step cannot do without it."""
        owned = self.leg.state == "requested" or (self.leg.state == "draft" and self.leg.begun_by == "owner")
        if self.resource.kind != "talent" or not owned or len(self.steps) + 1 < self.leg.steps_needed:
            return False
        dates = periods_of(self.terms)
        return bool(dates) and not any(self.consented(period) for period in dates)


def periods_of(terms: Terms) -> list[Period]:
    """The choices of dates, the first one first."""
    return [(_moment(choice["starts_at"]), _moment(choice["ends_at"])) for choice in terms.content["choices"]]


def wishes(terms: Terms) -> list[Period]:
    """When the thing itself is wanted: the choices of dates, each week where they come back, of a tour the time at each stop."""
    times = series.count(terms.content)
    every = [one for period in periods_of(terms) for one in series.each(period, times)]
    return [stops.span(one) for one in stops.of(terms.content)] or every


def last_start(terms: Terms) -> datetime:
    """The latest start among the choices: until then the terms can still be met."""
    return max(start for start, _end in periods_of(terms))


def relations(leg: Leg, person: Person | None) -> frozenset[str]:
    """What `person` is to the leg, with the rule that nobody decides for both sides.

    Who works for the borrower, or submitted or endorsed for it, loses every owner_ relation; the secretariat counts only
    for who works for neither side. `substitute_director` takes a step where the owner has no director left.
    """
    if person is None:
        return frozenset({SYSTEM})
    held = leg.relations(person)
    borrows = person.id in (leg.submitted_by, leg.endorsed_by) or bool(person.roles_in(leg.borrower_id))
    if borrows:
        return frozenset(relation for relation in held if not relation.startswith("owner_"))
    if "party" in held:
        return held
    above, admin = "director" in person.roles_above(leg.owner), person.is_admin
    return held | ({ADMIN} if admin else set()) | ({"substitute_director"} if admin or above else set())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


DAY = timedelta(days=1)
