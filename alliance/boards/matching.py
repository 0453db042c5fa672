"""Who could meet a need, which needs a listing would meet, and what stands on a board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.boards.models import Entry
from alliance.catalogue.availability import midnight
from alliance.catalogue.busy import busy_between
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre, Membership
from alliance.exchange.listing import why_not
from alliance.people.models import Person
from alliance.permissions import ADMIN
from alliance.places import city_key, county_code, km

MOST = 200
FEW = 5


def seen_by(person: Person) -> sa.ColumnElement[bool]:
    """What of the boards is out and meant for the person; Entry.relations says the same of one row."""
    active = sa.exists().where(Membership.centre_id == Entry.centre_id, Membership.state == "active")
    if ADMIN in person.standing:
        return active
    owners = sa.select(Centre.id)
    reached: list[sa.ColumnElement[bool]] = [sa.false()]
    for centre in person.centres:
        if centre.is_active:
            code = centre.division_code
            near = {"county": county_code(code), "city": city_key(code), "province": code[:2]}
            scoped = (
                sa.and_(Entry.scope == scope, Entry.centre_id.in_(owners.where(Centre.division_code.startswith(prefix))))
                for scope, prefix in near.items()
            )
            reached += [Entry.scope == "alliance", *scoped]
    return sa.and_(active, sa.or_(*reached))


def open_ones(side: str) -> sa.ColumnElement[bool]:
    """Out and not lapsed."""
    return sa.and_(Entry.side == side, Entry.state == "published", Entry.answer_by >= clock.local(clock.now()).date())


def on_board(
    session: Session, person: Person, side: str, *, kind: str = "", area: str = "", month: date | None = None, within: int = 0
) -> list[Entry]:
    """What is open, soonest end of answers first; `area` a division code, `within` kilometres of the person's centre."""
    query = sa.select(Entry).where(open_ones(side), seen_by(person))
    if kind:
        query = query.where(Entry.kind == kind)
    if area:
        query = query.where(Entry.division_code.startswith(_prefix(area)))
    if month is not None:
        after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        query = query.where(Entry.starts_on < after, Entry.ends_on >= month.replace(day=1))
    found = session.scalars(query.order_by(Entry.answer_by, Entry.id).limit(MOST)).unique().all()
    return [one for one in found if not within or (far := distance(person.centre, one.centre)) is None or far <= within]


def own(session: Session, person: Person, side: str) -> list[Entry]:
    """What the person's centres wrote, newest first."""
    query = sa.select(Entry).where(Entry.side == side, Entry.centre_id.in_([one.id for one in person.centres]))
    return list(session.scalars(query.order_by(Entry.id.desc()).limit(30)).unique())


def distance(one: Centre | None, other: Centre | Resource) -> float | None:
    """Kilometres between two homes, where both are known."""
    if one is None or one.lat is None or one.lng is None or other.lat is None or other.lng is None:
        return None
    return km((one.lat, one.lng), (other.lat, other.lng))


def could_meet(session: Session, need: Entry, *, owners: Sequence[int] = (), most: int = FEW) -> list[tuple[Resource, bool]]:
    """Listings of that kind which the needing centre may borrow, with whether each is free all the time; free and near first."""
    query = sa.select(Resource).where(
        Resource.kind == need.kind, Resource.state == "published", Resource.owner_id != need.centre_id
    )
    if owners:
        query = query.where(Resource.owner_id.in_(owners))
    found = [one for one in session.scalars(query.order_by(Resource.id).limit(MOST)).unique() if why_not(one, need.centre) is None]
    busy = busy_between(session, *span(need)) if found else frozenset()

    def rank(one: Resource) -> tuple[Any, ...]:
        far = distance(need.centre, one)
        return one.id in busy, bool(need.art_form) and need.art_form not in one.art_forms, far is None, far or 0, one.id

    return [(one, one.id not in busy) for one in sorted(found, key=rank)[:most]]


def met_by(session: Session, person: Person, supply: Entry) -> list[Entry]:
    """Open needs of others, of the same kind and overlapping days."""
    query = sa.select(Entry).where(
        open_ones("need"), seen_by(person), Entry.kind == supply.kind, Entry.centre_id != supply.centre_id
    )
    query = query.where(Entry.starts_on <= supply.ends_on, Entry.ends_on >= supply.starts_on)
    return list(session.scalars(query.order_by(Entry.answer_by).limit(FEW)).unique())


def count_for(session: Session, person: Person) -> int:
    """How many open needs of others the person's centres have the kind of thing for; one query."""
    ours = [one.id for one in person.centres if one.is_active]
    if not ours:
        return 0
    kinds = sa.select(Resource.kind).where(Resource.owner_id.in_(ours), Resource.state == "published")
    query = sa.select(sa.func.count(Entry.id)).where(open_ones("need"), seen_by(person), Entry.kind.in_(kinds))
    return session.scalar(query.where(Entry.centre_id.not_in(ours))) or 0


def span(entry: Entry) -> tuple[datetime, datetime]:
    """Its days as moments."""
    return midnight(entry.starts_on), midnight(entry.ends_on + timedelta(days=1))


def _prefix(code: str) -> str:
    return code[:2] if code[2:6] == "0000" else code[:4] if code[4:6] == "00" else code[:6]
