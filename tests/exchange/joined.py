"""Stages for agreements of several legs: a swap between two centres, a joint project of one with several owners."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import joint, requests, together
from alliance.exchange.actions import act
from alliance.exchange.models import Agreement, Leg
from alliance.people.models import Person
from alliance.worktime import rows
from tests import make
from tests.exchange.stage import NOW, START, form

ONE = {"starts_at": START, "ends_at": START + timedelta(hours=8), "second_starts_at": None, "second_ends_at": None}


@dataclass
class Table:
    """Centres by name, each with a handler, a director and a thing of its own."""

    session: Session
    now: datetime = NOW
    centres: dict[str, Centre] = field(default_factory=dict)
    handlers: dict[str, Person] = field(default_factory=dict)
    directors: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Resource] = field(default_factory=dict)

    def seat(self, name: str, code: str = "990101", **values: Any) -> None:
        centre = self.centres[name] = make.centre(self.session, division_code=code)
        self.handlers[name] = make.person(self.session, centre, "handler")
        self.directors[name] = make.person(self.session, centre, "director")
        self.things[name] = make.resource(self.session, centre, **{"kind": "venue", **values})

    def ask(self, who: str, of: str, kind: str, **asked: Any) -> Agreement:
        with clock.moved(self.now):
            wanted = form(**(ONE | asked))
            return requests.start(self.session, self.handlers[who], resource=self.things[of], form=wanted, kind=kind)

    def add(self, agreement: Agreement, who: str, of: str, **more: Any) -> Leg:
        with clock.moved(self.now):
            return joint.add(self.session, self.handlers[who], self.lock(agreement, who), resource=self.things[of], **more)

    def give(self, agreement: Agreement, who: str) -> Leg:
        with clock.moved(self.now):
            return joint.give(self.session, self.handlers[who], self.lock(agreement, who), resource=self.things[who])

    def send(self, agreement: Agreement, who: str, key: str | None = None) -> None:
        with clock.moved(self.now):
            locked = self.lock(agreement, who)
            seen = {leg.id: leg.version for leg in locked.legs}
            joint.send(self.session, self.handlers[who], locked, seen=seen, key=key)

    def lock(self, agreement: Agreement, who: str) -> Agreement:
        return joint.locked(self.session, self.handlers[who], agreement.number)

    def act(self, who: str | None, leg: Leg, name: str, *, at: datetime | None = None, **inputs: Any) -> Leg:
        """The handler of `who` does it (None: the system), having seen the leg as it is."""
        with clock.moved(at or self.now):
            inputs.setdefault("expected_version", leg.version)
            return act(self.session, self.handlers[who] if who else None, leg, name, **inputs)

    def states(self, agreement: Agreement) -> list[str]:
        self.session.flush()
        return [leg.state for leg in sorted(agreement.legs, key=lambda leg: leg.rank)]

    def whole(self, agreement: Agreement) -> str:
        return together.state(agreement.legs)


def table(session: Session, *names: str, **values: Any) -> Table:
    rows.seed_calendar(session)
    made = Table(session)
    for name in names:
        made.seat(name, **values)
    return made


def swap(session: Session) -> tuple[Table, Agreement]:
    """甲 asks for 乙's hall and gives its own; both are sent."""
    made = table(session, "a", "b")
    agreement = made.ask("a", "b", "swap")
    made.give(agreement, "a")
    made.send(agreement, "a")
    return made, agreement


def bundle(session: Session, *owners: str) -> tuple[Table, Agreement]:
    """甲 asks each of the owners for its hall, for one event."""
    made = table(session, "a", *owners)
    agreement = made.ask("a", owners[0], "bundle")
    for owner in owners[1:]:
        made.add(agreement, "a", owner)
    made.send(agreement, "a")
    return made, agreement
