"""The journal is the truth: replay it leg by leg and compare with the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Occupancy, Resource, resource_unit
from alliance.exchange import balance, licensed, sessions
from alliance.exchange.models import MEANT, Agreement, Leg, Line
from alliance.exchange.table import ACTIONS, ENDED
from alliance.journal import Event

BEGINNINGS = frozenset({"leg.start", "leg.revise"})


@dataclass
class Replayed:
    """What the journal says a leg is."""

    state: str | None = None
    version: int = 0
    terms_version: int = 0
    occupancy: dict[str, Any] | None = None
    posted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    done: set[tuple[str, str]] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Follow one event; what does not continue the one before it, or is not in the table, is a fault."""
        name = event.action.removeprefix("leg.")
        data = event.data
        if "posted" in data:
            self.posted[data["posted"]["unit"]] += data["posted"]["amount"]
        if event.action not in BEGINNINGS and name not in ACTIONS:
            return
        if data["from"] != self.state or data["version"] != self.version + 1:
            self.faults.append(f"event {event.id} {event.action} does not continue {self.state} v{self.version}")
        if name in ACTIONS and not (data["from"] in ACTIONS[name].sources and data["to"] in ACTIONS[name].reaches(data["from"])):
            self.faults.append(f"event {event.id} {event.action}: {data['from']} -> {data['to']} is not in the table")
        if name in ACTIONS:
            self.done.add((name, data["from"]))
        self.state, self.version, self.terms_version = data["to"], data["version"], data["terms_version"]
        if "occupancy" in data:
            self.occupancy = data["occupancy"]


def differences(session: Session) -> list[str]:
    """One sentence for each state, version, occupancy or balance that is not what the journal says; empty when all is well."""
    replayed = replay(session)
    booked = balance.differences(session, {number: told.posted for number, told in replayed.items()})
    taken = _occupancies(session)
    units = _units(session)
    found = []
    columns = (Leg.id, Leg.state, Leg.version, Leg.terms_version, Agreement.kind)
    for leg in session.execute(sa.select(*columns).join(Agreement, Agreement.id == Leg.agreement_id).order_by(Leg.id)):
        told = replayed.pop(leg.id, Replayed())
        found += [f"leg {leg.id}: {fault}" for fault in told.faults]
        found += [
            f"leg {leg.id}: {name} is nothing for a {leg.kind}"
            for name, source in sorted(told.done)
            if not ACTIONS[name].serves(leg.kind, source)
        ]
        for name in ("state", "version", "terms_version"):
            if getattr(told, name) != getattr(leg, name):
                found.append(f"leg {leg.id}: {name} is {getattr(leg, name)!r}, the journal says {getattr(told, name)!r}")
        found += _compare(leg.id, leg.state, told.occupancy, taken.get(leg.id, []), units.get(leg.id, 0))
    found += licensed.differences(session) + sessions.differences(session)
    return found + booked + [f"leg {number}: in the journal only" for number in replayed]


def replay(session: Session) -> dict[int, Replayed]:
    """Every leg as its events tell it."""
    legs: dict[int, Replayed] = {}
    query = sa.select(Event).where(Event.subject_type == Leg.__tablename__).order_by(Event.subject_id, Event.id)
    for event in session.scalars(query.execution_options(yield_per=1000)):
        legs.setdefault(event.subject_id, Replayed()).take(event)
    return legs


def _occupancies(session: Session) -> dict[int, list[Occupancy]]:
    found: dict[int, list[Occupancy]] = {}
    for row in session.scalars(sa.select(Occupancy).where(Occupancy.leg_id.is_not(None)).order_by(Occupancy.id)):
        if row.leg_id is not None:
            found.setdefault(row.leg_id, []).append(row)
    return found


def _units(session: Session) -> dict[int, int]:
    """On how many units what a leg lends stands; of a pool there is one row."""
    query = (
        sa.select(Line.leg_id, sa.func.count(resource_unit.c.unit_id.distinct()), sa.func.max(Resource.quantity))
        .join(Resource, Resource.id == MEANT)
        .outerjoin(resource_unit, resource_unit.c.resource_id == MEANT)
        .where(Resource.kind != "media")
        .group_by(Line.leg_id)
    )
    return {leg: units or int(quantity > 1) for leg, units, quantity in session.execute(query)}


def _compare(number: int, state: str, told: dict[str, Any] | None, rows: Iterable[Occupancy], units: int) -> list[str]:
    rows = list(rows)
    live = [row for row in rows if row.expires_at is None or row.expires_at > clock.now()]
    found = []
    if state in ENDED and any(row.kind == "hold" for row in live):
        found.append(f"leg {number}: {state}, but still holds dates")
    is_hold = told is not None and told["kind"] == "hold"
    if is_hold and not live:
        return found
    said = [] if told is None else _said(told)
    there = sorted((row.kind, row.starts_at, row.ends_at) for row in rows)
    ahead = [one for one in there if one[2] > clock.now()]  # a hall may have got a part since what is over
    if sorted(set(there)) != said or ahead != sorted([*set(ahead)] * units):
        found.append(f"leg {number}: occupancy is {[(row.kind, str(row.starts_at)) for row in rows]}, the journal says {told}")
    return found


def _said(told: dict[str, Any]) -> list[tuple[str, datetime, datetime]]:
    spans = told.get("spans") or [[told["starts_at"], told["ends_at"]]]
    return sorted((told["kind"], datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in spans)
