"""The directory's data: every centre of the alliance as a tree by city, what each shares with the public."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from alliance.catalogue import visibility
from alliance.catalogue.models import LISTED, Resource
from alliance.centres import membership
from alliance.centres.models import Centre, Membership
from alliance.exchange.models import Leg
from alliance.exchange.table import BOOKED, LAPSING
from alliance.places import road_km
from alliance.places.rows import city_code, divisions, english
from alliance.portal import cards

KINDS = ("talent", "venue", "stage_truck", "media")


@dataclass(frozen=True)
class Line:
    """One centre in the directory: how deep under the centres shown above it, its listings by kind, how far on the road."""

    centre: Centre
    depth: int
    counts: dict[str, int]
    km: float | None


@dataclass(frozen=True)
class City:
    """A city with its centres in the order of the tree."""

    code: str
    name: str
    name_en: str
    lines: list[Line]


def public() -> sa.ColumnElement[bool]:
    """Listings that a visitor may see."""
    return visibility.condition(None, own=False)


def active(session: Session) -> list[Centre]:
    """All active members with their other names, in two queries."""
    query = sa.select(Centre).join(Membership, Membership.centre_id == Centre.id).where(Membership.state == "active")
    return list(session.scalars(query.options(selectinload(Centre.names)).order_by(Centre.division_code, Centre.name)))


def counts(session: Session, owner_id: int | None = None) -> dict[int, dict[str, int]]:
    """How many public listings each centre (or the one) has, by kind."""
    query = sa.select(Resource.owner_id, Resource.kind, sa.func.count()).where(public()).group_by(Resource.owner_id, Resource.kind)
    if owner_id is not None:
        query = query.where(Resource.owner_id == owner_id)
    found: dict[int, dict[str, int]] = {}
    for owner, kind, count in session.execute(query):
        found.setdefault(owner, {})[kind] = count
    return found


def found(centre: Centre, text: str) -> bool:
    """Whether every word occurs in one of the names of a centre."""
    names = " ".join((centre.name, centre.short_name, centre.name_en, *(name.name for name in centre.names))).casefold()
    return all(word in names for word in text.casefold().split())


def cities(session: Session, chosen: Sequence[Centre], *, place: tuple[float, float] | None) -> list[City]:
    """The chosen centres by city; one whose superior is not among them stands at the top."""
    known, names_en, listings = divisions(session), english(session), counts(session)
    grouped: dict[str, list[Centre]] = {}
    for centre in chosen:
        grouped.setdefault(city_code(centre.division_code), []).append(centre)
    made = []
    for code, group in sorted(grouped.items()):
        lines = [Line(centre, depth, listings.get(centre.id, {}), km_between(place, centre)) for centre, depth in _tree(group)]
        named = known.get(code)
        name = named.name if named is not None else group[0].short_name
        made.append(City(code, name, names_en.get(code, ""), lines))
    return made


def km_between(place: tuple[float, float] | None, centre: Centre) -> float | None:
    """Kilometres on the road, where both places are known."""
    return road_km(place, (centre.lat, centre.lng)) if place and centre.lat is not None and centre.lng is not None else None


def _tree(group: Sequence[Centre]) -> Iterator[tuple[Centre, int]]:
    """Depth first, each with its depth; a circle, were there one, is still shown once."""
    here = {centre.id for centre in group}
    below: dict[int | None, list[Centre]] = {}
    for centre in group:
        below.setdefault(centre.parent_id if centre.parent_id in here else None, []).append(centre)
    seen: set[int] = set()
    waiting = [(centre, 0) for centre in reversed(below.get(None, []))]
    while waiting:
        centre, depth = waiting.pop()
        if centre.id not in seen:
            seen.add(centre.id)
            yield centre, depth
            waiting += [(child, depth + 1) for child in reversed(below.get(centre.id, []))]


def latest(session: Session, centre: Centre, each: int = 6) -> dict[str, list[Resource]]:
    """A centre's best public listings of every kind, in one query."""
    rank = sa.func.row_number().over(partition_by=Resource.kind, order_by=(Resource.hot.desc(), Resource.id.desc()))
    ranked = sa.select(Resource.id, rank.label("place")).where(Resource.owner_id == centre.id, public()).subquery()
    query = cards.loaded().join(ranked, ranked.c.id == Resource.id).where(ranked.c.place <= each)
    shown: dict[str, list[Resource]] = {}
    for resource in session.scalars(query.order_by(ranked.c.place)):
        shown.setdefault(resource.kind, []).append(resource)
    return {kind: shown[kind] for kind in KINDS if kind in shown}


# What suspending a centre touches, for the page that says so -------------


def _listings(session: Session, centre_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(Resource).where(Resource.owner_id == centre_id, Resource.state.in_(LISTED))
    return session.scalar(query) or 0


def _legs(states: frozenset[str]) -> Callable[[Session, int], int]:
    def count(session: Session, centre_id: int) -> int:
        either = sa.or_(Leg.owner_id == centre_id, Leg.borrower_id == centre_id)
        return session.scalar(sa.select(sa.func.count()).select_from(Leg).where(either, Leg.state.in_(states))) or 0

    return count


membership.touched.update(listings=_listings, open=_legs(LAPSING), running=_legs(BOOKED))
