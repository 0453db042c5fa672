"""A query checked and brought within limits, before either engine reads it."""

import math
from dataclasses import dataclass

from search import forms
from search.mapping import FACETS, MOST_EXCLUDED, MOST_ON_A_PAGE, WINDOW
from search.prepare import LONGEST_CODE, LONGEST_ID, NUMBER_NAME
from search.types import Query, Sort

EARTH_KM = 6371.0087714  # mean radius, as Elasticsearch's arc distance has it

Point = tuple[float, float]
Vector = tuple[float, float, float]
Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Asked:
    """What is really asked: clean codes, real numbers, a page within the window, an order that can be had."""

    words: str
    scopes: tuple[str, ...]
    filters: dict[str, tuple[str, ...]]
    ranges: dict[str, Range]
    near: Point | None
    within_km: float | None
    exclude: frozenset[str]
    sort: Sort
    start: int
    size: int
    facets: tuple[str, ...]


def ask(query: Query) -> Asked:
    """Check a query; ValueError names a field that is not declared, an unknown order or too many excluded ids."""
    refuse(query)
    page, size = max(1, query.page), max(0, min(query.size, MOST_ON_A_PAGE))
    start = min((page - 1) * size, WINDOW)
    words = query.words.strip()
    near = query.near
    return Asked(
        words=words,
        scopes=possible(query.scopes),
        filters={name: possible(codes) for name, codes in query.filters.items() if codes},
        ranges={name: (real(low), real(high)) for name, (low, high) in query.ranges.items()},
        near=near,
        within_km=query.within_km if near and query.within_km is not None else None,
        exclude=frozenset(name for name in query.exclude if len(name) <= LONGEST_ID),
        sort=order(query.sort, words, near),
        start=start,
        size=min(size, WINDOW - start),
        facets=query.facets,
    )


def refuse(query: Query) -> None:
    wrong = [name for name in (*query.filters, *query.facets) if name not in FACETS]
    wrong += [name for name in query.ranges if not NUMBER_NAME.fullmatch(name)]
    if query.sort not in ("relevance", "newest", "hot", "distance"):
        wrong.append(query.sort)
    if query.near and not (-90 <= query.near[0] <= 90 and -180 <= query.near[1] <= 180):
        wrong.append(f"near {query.near}")
    if query.within_km is not None and not 0 < query.within_km < math.inf:
        wrong.append(f"within {query.within_km} km")
    if len(query.exclude) > MOST_EXCLUDED:
        wrong.append(f"{len(query.exclude)} excluded ids")
    if wrong:
        raise ValueError(f"cannot search by {', '.join(wrong)}")


def order(sort: Sort, words: str, near: Point | None) -> Sort:
    """The order that can be had: distance needs a place, relevance needs words."""
    if sort == "distance" and near is None:
        sort = "relevance"
    return "hot" if sort == "relevance" and not words else sort


def possible(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Codes in the form they are indexed in; longer ones than any document may have can be left out."""
    return tuple(forms.clean(code) for code in codes if len(code) <= LONGEST_CODE)


def real(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def vector(place: Point) -> Vector:
    """The place on a ball of radius 1."""
    lat, lng = map(math.radians, place)
    return math.cos(lat) * math.cos(lng), math.cos(lat) * math.sin(lng), math.sin(lat)


def square(one: Vector, other: Vector) -> float:
    """The square of the straight line between two places: grows with the distance, exact for neighbours."""
    x, y, z = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return x * x + y * y + z * z


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance of two (lat, lng) in kilometres."""
    return away_km(vector(one), vector(other))


def away_km(one: Vector, other: Vector) -> float:
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(square(one, other)) / 2))
