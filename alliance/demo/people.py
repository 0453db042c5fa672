"""Who does what in the demo: its people by their mailbox, who writes for a centre, who decides about its works."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.centres.models import Centre
from alliance.people.models import Person

People = dict[str, Person]


def cast(session: Session) -> People:
    """The demo's people by the first part of their mail address."""
    return {person.email.split("@")[0]: person for person in session.scalars(sa.select(Person))}


def writer(people: People, slug: str) -> Person:
    """Whoever lists and describes for that centre."""
    return next(p for p in people.values() if p.centre is not None and p.centre.slug == slug and "staff" in p.roles_in(p.centre.id))


def centre_of(person: Person) -> Centre:
    """The centre that the person works for; those of the demo who are asked have one."""
    assert person.centre is not None
    return person.centre


def decider(people: People, asset: Asset) -> Person:
    """The secretariat to the public; else the owner's director, or the main centre's."""
    if asset.decided_above and (asset.seeks_public or asset.owner.parent is None):
        return people["secretariat"]
    centres: list[Any] = [asset.owner, asset.owner.parent]
    found = (p for centre in centres if centre is not None for p in people.values() if "director" in p.roles_in(centre.id))
    return next(found)
