"""Where the things of a list lie around one's own centre: a sketch of rings, drawn from their coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, pi, radians, sin

from alliance.places import Point, km
from alliance.portal.cards import Item

CENTRE = 124.0
RADIUS = 104.0
STEPS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Rings:
    """Three rings with their kilometres, and a dot per thing with its number and place in the drawing."""

    rings: list[tuple[float, str]]
    dots: list[tuple[int, float, float]]


def draw(near: Point, items: Sequence[Item], skip: int) -> Rings | None:
    """The sketch, unless nothing in the list has a place."""
    placed = [(skip + at, item.where) for at, item in enumerate(items, 1) if item.where is not None]
    if not placed:
        return None
    far = max(km(near, where) for _number, where in placed)
    outer = next(step for step in STEPS if step >= min(far, STEPS[-1]))
    rings = [(RADIUS * share, f"{outer * share:g}") for share in (1.0, 0.6, 0.2)]
    return Rings(rings, [(number, *_spot(near, where, outer)) for number, where in placed])


def _spot(near: Point, where: Point, outer: float) -> tuple[float, float]:
    away = min(km(near, where) / outer, 1.0) * RADIUS
    east = radians(where.lng - near.lng) * cos(radians(near.lat))
    angle = atan2(radians(where.lat - near.lat), east) if away else pi / 2
    return round(CENTRE + away * cos(angle), 1), round(CENTRE - 6 - away * sin(angle), 1)
