"""The demo's accounts for the sign-in page; nothing of it is asked outside demo mode."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.people.models import Person

DOMAIN = "@demo.example"
DEMO_PASSWORD = "alliance-demo"  # noqa: S105
ORDER = ("staff", "handler", "director", "centre_admin", "alliance_admin", "evaluator")
EACH = 2


@dataclass(frozen=True)
class Account:
    """One line of the table: who, in which role (a code), where (None for the alliance's own)."""

    email: str
    name: str
    role: str
    centre: str | None


def accounts(session: Session) -> list[Account]:
    """Two accounts for each role, in the order of ORDER; constant number of queries."""
    found: dict[str, list[Account]] = {role: [] for role in ORDER}
    query = sa.select(Person).where(Person.email.endswith(DOMAIN), Person.active).order_by(Person.id)
    for person in session.scalars(query):
        account = _account(person)
        if account is not None and len(found[account.role]) < EACH:
            found[account.role].append(account)
    return [account for role in ORDER for account in found[role]]


def _account(person: Person) -> Account | None:
    """The highest role of a person, in the alliance or in the first centre."""
    alliance = [role for role in ("alliance_admin", "evaluator") if role in person.standing]
    if alliance:
        return Account(person.email, person.name, alliance[0], None)
    centre = person.centre
    held = person.roles_in(centre.id) if centre is not None else frozenset()
    role = next((role for role in ("centre_admin", "director", "handler", "staff") if role in held), None)
    return Account(person.email, person.name, role, centre.name) if role and centre is not None else None
