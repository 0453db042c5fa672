"""Which occupancies count, and which listings share them: conditions and one look around a period."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from alliance import clock
from alliance.catalogue.gaps import LONGEST_BUFFER
from alliance.catalogue.models import Occupancy, Resource, resource_unit

BRIEF = (joinedload(Occupancy.resource).lazyload(Resource.owner),)


def live(now: datetime) -> sa.ColumnElement[bool]:
    """Condition: it counts at `now`; a hold that expired never does."""
    return sa.or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now)


def units_of(resource_ids: Iterable[int]) -> sa.Select[tuple[int]]:
    """The units on which these resources stand."""
    return sa.select(resource_unit.c.unit_id).where(resource_unit.c.resource_id.in_(list(resource_ids)))


def sharing(resource_ids: Iterable[int]) -> sa.CompoundSelect[Any]:
    """Pairs of one of these (`mine`) and a listing that shares a unit with it, itself too (`theirs`); of a pool only itself."""
    ids = list(resource_ids)
    mine, theirs = resource_unit.alias(), resource_unit.alias()
    by_unit = sa.select(mine.c.resource_id.label("mine"), theirs.c.resource_id.label("theirs"))
    by_unit = by_unit.join(theirs, theirs.c.unit_id == mine.c.unit_id).where(mine.c.resource_id.in_(ids))
    return by_unit.union(sa.select(Resource.id, Resource.id).where(Resource.id.in_(ids), Resource.quantity > 1))


def standing(resource_ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """Condition: on a unit of these, or of one of these pools."""
    pool = sa.and_(Occupancy.unit_id.is_(None), Occupancy.resource_id.in_(list(resource_ids)))
    return sa.or_(Occupancy.unit_id.in_(units_of(resource_ids)), pool)


def neighbours(
    session: Session, resource: Resource, start: datetime, end: datetime, *, leg_id: int | None = None, line_id: int | None = None
) -> list[Occupancy]:
    """What counts in [start, end) and so near that gaps may matter, by time; what the leg (or its line) has already does not."""
    near = sa.and_(Occupancy.starts_at < end + LONGEST_BUFFER, Occupancy.ends_at > start - LONGEST_BUFFER)
    on = standing([resource.id]) if resource.is_pool else Occupancy.unit_id.in_(units_of([resource.id]))
    query = sa.select(Occupancy).where(on, near, live(clock.now()))
    if line_id is not None:
        query = query.where(Occupancy.line_id.is_distinct_from(line_id))
    elif leg_id is not None:
        query = query.where(Occupancy.leg_id.is_distinct_from(leg_id))
    query = query.options(*BRIEF).order_by(Occupancy.starts_at, Occupancy.id).execution_options(populate_existing=True)
    return list(session.scalars(query))
