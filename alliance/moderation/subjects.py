"""What an event is about, by the name that people know it by: an agreement's number, a listing, a centre, a person."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive.models import Asset, Collection
from alliance.boards.models import Entry
from alliance.cases.models import Case
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange.models import Agreement, Leg
from alliance.journal import Event
from alliance.moderation.lists import place
from alliance.people.models import Person

Named = dict[tuple[str, int], tuple[str, str]]
QUERIES: dict[str, tuple[str, Any, Any]] = {
    "leg": (
        "agreements",
        Leg.id,
        sa.select(Leg.id, Agreement.number, Agreement.number).join(Agreement, Agreement.id == Leg.agreement_id),
    ),
    "resource": ("resources", Resource.id, sa.select(Resource.id, Resource.code, Resource.title)),
    "public_case": ("cases/desk", Case.id, sa.select(Case.id, Case.number, Case.number)),
    "board_entry": ("boards", Entry.id, sa.select(Entry.id, Entry.number, Entry.title)),
    "centre": ("centres", Centre.id, sa.select(Centre.id, Centre.slug, Centre.name)),
    "asset": ("archive", Asset.id, sa.select(Asset.id, Asset.code, Asset.title)),
    "collection": ("", Collection.id, sa.select(Collection.id, Collection.slug, Collection.title)),
    "person": ("", Person.id, sa.select(Person.id, Person.name, Person.name)),
}


def named(session: Session, events: Iterable[Event]) -> Named:
    """(type, number) -> (name, address or ""), for those subjects that have a name; one query for each type."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    found: Named = {}
    for kind, (folder, column, query) in QUERIES.items():
        for number, key, name in session.execute(query.where(column.in_(wanted.get(kind, {0})))):
            found[kind, number] = (name, place(folder, key) if folder else "")
    return found
