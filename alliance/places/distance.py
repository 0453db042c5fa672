"""How far two places are from each other: by their division codes, and on the road."""

import re
from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt
from typing import NamedTuple

from alliance.worktime.deadlines import DistanceClass

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""北京 天津 上海 重庆: one city each, without a level of cities below the province."""

EARTH_KM = 6371.0088
CODE = re.compile(r"\d{6}(\d{3}){0,2}")


class Point(NamedTuple):
    """Degrees north and east."""

    lat: float
    lng: float


def county_code(code: str) -> str:
    """The six digits of a division code of six (county), nine (town) or twelve (village) digits."""
    if not CODE.fullmatch(code) or not code.isascii():
        raise ValueError(f"not a division code: {code!r}")
    return code[:6]


def city_key(code: str) -> str:
    """What all places of one city share: two digits of a municipality, four elsewhere.

    A county directly under its province (third and fourth digits 90) is a city of its own.
    """
    county = county_code(code)
    if county[:2] in MUNICIPALITIES:
        return county[:2]
    return county if county[2:4] == "90" else county[:4]


def distance_class(a: str, b: str) -> DistanceClass:
    """The nearest division two codes share: it decides how soon an answer is owed."""
    one, other = county_code(a), county_code(b)
    if one == other:
        return "county"
    if city_key(one) == city_key(other):
        return "city"
    return "province" if one[:2] == other[:2] else "across"


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle kilometres between two (latitude, longitude) pairs in degrees."""
    lat_a, lng_a, lat_b, lng_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def road_km(a: tuple[float, float], b: tuple[float, float], *, detour: float = 1.3) -> float:
    """Kilometres on the road, estimated: a road is that much longer than the straight line."""
    return km(a, b) * detour


def minutes(road: float, *, speed: float = 40.0) -> int:
    """Whole minutes, rounded up, for so many road kilometres at so many kilometres an hour."""
    return ceil(round(road / speed * 60, 6))


@dataclass(frozen=True, slots=True)
class Travel:
    """A way between two places as it is kept with a leg: kilometres, minutes and where they come from."""

    km: float
    minutes: int
    source: str = "great_circle"


def travel(a: tuple[float, float], b: tuple[float, float], *, detour: float = 1.3, speed: float = 40.0) -> Travel:
    road = road_km(a, b, detour=detour)
    return Travel(round(road, 1), minutes(road, speed=speed))
