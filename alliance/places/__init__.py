"""Divisions, distance and who is near enough: pure functions over division codes and coordinates."""

from alliance.places.distance import (
    MUNICIPALITIES,
    Point,
    Travel,
    city_key,
    county_code,
    distance_class,
    km,
    minutes,
    road_km,
    travel,
)
from alliance.places.divisions import Division, Divisions, level_of
from alliance.places.scope import Scope, scope_tokens_for_owner, scope_tokens_for_reader, within_scope

__all__ = [
    "MUNICIPALITIES",
    "Division",
    "Divisions",
    "Point",
    "Scope",
    "Travel",
    "city_key",
    "county_code",
    "distance_class",
    "km",
    "level_of",
    "minutes",
    "road_km",
    "scope_tokens_for_owner",
    "scope_tokens_for_reader",
    "travel",
    "within_scope",
]
