"""One search carried out: the engine's answer, or what the database finds while the engine is away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.archive.visibility import tokens_for, visible_to
from alliance.catalogue.busy import busy_between
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import condition, scopes
from alliance.catalogue.weekdays import resting
from alliance.centres.models import Centre, CentreName
from alliance.indexing import engine
from alliance.places import Point
from alliance.portal import reduced
from alliance.portal.asked import RANGES, Asked
from alliance.portal.cards import loaded
from search.errors import Unavailable
from search.mapping import FACETS
from search.types import Query

SIZE = 20
MOST_BUSY = 60_000
DETOUR = 1.3
"""A road is that much longer than the straight line, as in places.travel."""


@dataclass
class Found:
    """One page of what was found; `reduced` when the engine is away, `too_busy` when the days could not be judged."""

    rows: Sequence[Resource | Asset] = ()
    total: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    reduced: bool = False
    relaxed: bool = False
    too_busy: bool = False


def reader_tokens(person: Any) -> tuple[str, ...]:
    """What a reader may find, listings and records alike."""
    return tuple(dict.fromkeys((*scopes(person), *tokens_for(person))))


def start_of(session: Session, asked: Asked, person: Any) -> tuple[Centre | None, bool]:
    """The centre from which distance is counted, and whether the one named was found; else one's own."""
    if asked.near:
        alias = sa.select(CentreName.centre_id).where(CentreName.name == asked.near)
        named = sa.or_(Centre.slug == asked.near, Centre.name == asked.near, Centre.short_name == asked.near, Centre.id.in_(alias))
        centre = session.scalars(sa.select(Centre).where(named, Centre.lat.is_not(None)).order_by(Centre.id)).unique().first()
        return centre, centre is not None
    own = person.centre if person is not None else None
    return (own if own is not None and own.lat is not None else None), True


def point(centre: Centre | None) -> Point | None:
    """Where a centre is."""
    return Point(centre.lat, centre.lng) if centre is not None and centre.lat is not None and centre.lng is not None else None


def query_of(asked: Asked, person: Any, near: Point | None, busy: frozenset[int], page: int, size: int = SIZE) -> Query:
    """The engine's question."""
    upper = [name for name in asked.ranges if name.startswith("max_")]
    return Query(
        words=asked.words,
        scopes=reader_tokens(person),
        filters=asked.filters,
        ranges={RANGES[name]: (None, value) if name in upper else (value, None) for name, value in asked.ranges.items()},
        near=near,
        within_km=asked.within / DETOUR if asked.within and near else None,
        exclude=frozenset(f"r:{number}" for number in busy),
        sort=asked.sort,
        page=page,
        size=size,
        facets=FACETS if size == SIZE else (),
    )


def find(session: Session, asked: Asked, person: Any, near: Point | None, page: int) -> Found:
    """One page of the search; never fails for want of the engine."""
    busy, too_busy = busy_in(session, asked, near)
    try:
        results = engine().find(query_of(asked, person, near, busy, page))
    except Unavailable:
        keys, total = reduced.find(session, asked, person, skip=(page - 1) * SIZE, count=SIZE)
        return Found(rows_of(session, keys, person), total, reduced=True)
    facets = {name: dict(counts) for name, counts in results.facets.items()}
    return Found(
        rows_of(session, [hit.id for hit in results.hits], person),
        results.total,
        facets,
        relaxed=results.relaxed,
        too_busy=too_busy,
    )


def busy_in(session: Session, asked: Asked, near: Point | None = None) -> tuple[frozenset[int], bool]:
    """Who is not free on the days asked for, near where it was asked for; nobody when they are more than an engine takes."""
    if asked.period is None:
        return frozenset(), False
    place = Place(lat=near.lat, lng=near.lng) if near is not None else None
    busy = busy_between(session, *asked.period, place=place)
    with_resting = busy | resting(session, *asked.period)
    busy = with_resting if len(with_resting) <= MOST_BUSY else busy
    return (busy, False) if len(busy) <= MOST_BUSY else (frozenset(), True)


def count(session: Session, asked: Asked, person: Any, near: Point | None) -> int:
    """How many there would be; 0 while the engine is away."""
    try:
        return engine().find(query_of(asked, person, near, busy_in(session, asked, near)[0], 1, size=0)).total
    except Unavailable:
        return 0


def rows_of(session: Session, keys: Sequence[str], person: Any) -> list[Resource | Asset]:
    """The rows behind the keys of documents, in their order; what has been hidden since it was indexed is left out."""
    numbers: dict[str, list[int]] = {"r": [], "a": []}
    for key in keys:
        prefix, _colon, number = key.partition(":")
        numbers[prefix].append(int(number))
    rows: dict[str, Resource | Asset] = {}
    if numbers["r"]:
        listings = loaded().where(Resource.id.in_(numbers["r"]), condition(person, own=False))
        rows |= {f"r:{one.id}": one for one in session.scalars(listings)}
    if numbers["a"]:
        records = sa.select(Asset).where(Asset.id.in_(numbers["a"]), visible_to(person))
        rows |= {f"a:{one.id}": one for one in session.scalars(records).unique()}
    return [rows[key] for key in keys if key in rows]
