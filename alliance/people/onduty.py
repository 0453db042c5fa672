"""Whose desk a centre's task lies on: duty A, and B as well when A is away or the light is red."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from alliance.people.models import Absence, Duty, Person


@dataclass(frozen=True)
class Roster:
    """Duties of some centres, and who is away today."""

    duties: dict[tuple[int, str], Person]
    away: frozenset[int]

    def holder(self, centre_id: int, rank: str, role: str = "") -> Person | None:
        """Who has duty A or B there and still works there (in that role, if one is named)."""
        found = self.duties.get((centre_id, rank))
        return found if found is not None and works_at(found, centre_id, role) else None

    def is_away(self, person: Person) -> bool:
        return person.id in self.away

    def answering(self, centre_id: int, first: Person | None, *, red: bool, role: str = "") -> tuple[Person | None, Person | None]:
        """Who has it in hand, else duty A; B as well when that one is away or late."""
        person = first if works_at(first, centre_id, role) else self.holder(centre_id, "A", role)
        deputy = self.holder(centre_id, "B", role)
        if person is None:
            return deputy, None
        return person, deputy if deputy != person and (red or self.is_away(person)) else None


def works_at(person: Person | None, centre_id: int, role: str = "") -> bool:
    """Whether the person is still active and in post there, in that role if one is named."""
    if person is None or not person.active:
        return False
    held = person.roles_in(centre_id)
    return role in held if role else bool(held)


def roster(session: Session, centre_ids: Iterable[int], today: date) -> Roster:
    """Duties of these centres and everybody's absence today; a constant number of queries."""
    query = sa.select(Duty).where(Duty.centre_id.in_(set(centre_ids))).options(joinedload(Duty.person))
    duties = {(duty.centre_id, duty.rank): duty.person for duty in session.scalars(query)}
    away = sa.select(Absence.person_id).where(Absence.starts_on <= today, Absence.ends_on >= today)
    return Roster(duties, frozenset(session.scalars(away)))
