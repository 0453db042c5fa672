"""A sketch of a tour: home and the stops as points of a small map, north up, true to scale, without a map below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from alliance.catalogue.gaps import Place

WIDTH = 600
EDGE = 34
LOWEST, TALLEST = 150, 420
NEAR = 26
"""Points nearer than that to one before are moved beside it, so that every number can be read."""


@dataclass(frozen=True)
class Mark:
    """A point of the sketch; rank 0 is home."""

    rank: int
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Sketch:
    """Marks in the order of the way, in a box of that height."""

    marks: tuple[Mark, ...]
    height: int

    @property
    def out(self) -> tuple[tuple[Mark, Mark], ...]:
        """The first and the last way, on which nothing is played."""
        return ((self.marks[0], self.marks[1]), (self.marks[-1], self.marks[0]))

    @property
    def between(self) -> tuple[tuple[Mark, Mark], ...]:
        """The ways from stop to stop."""
        return tuple(zip(self.marks[1:], self.marks[2:], strict=False))


def drawn(places: Sequence[Place]) -> Sketch | None:
    """Home first, then the stops by time; None where one has no coordinates or all are at one point."""
    points = [(place.lng, place.lat) for place in places if place.lng is not None and place.lat is not None]
    if len(points) != len(places) or len(set(points)) < 2:
        return None
    squeeze = cos(radians(sum(lat for _lng, lat in points) / len(points)))
    flat = [(lng * squeeze, -lat) for lng, lat in points]
    left, top = min(x for x, _y in flat), min(y for _x, y in flat)
    wide, high = max(x for x, _y in flat) - left, max(y for _x, y in flat) - top
    room = WIDTH - 2 * EDGE
    scale = min(room / wide if wide else float("inf"), (TALLEST - 2 * EDGE) / high if high else float("inf"))
    height = min(TALLEST, max(LOWEST, round(high * scale) + 2 * EDGE))
    shift = (WIDTH - wide * scale) / 2, (height - high * scale) / 2
    placed: list[tuple[float, float]] = []
    for x, y in flat:
        placed.append(_beside(placed, shift[0] + (x - left) * scale, shift[1] + (y - top) * scale, height))
    marks = (
        Mark(rank, place.name, round(x, 1), round(y, 1)) for rank, (place, (x, y)) in enumerate(zip(places, placed, strict=True))
    )
    return Sketch(tuple(marks), height)


def _beside(placed: Sequence[tuple[float, float]], x: float, y: float, height: int) -> tuple[float, float]:
    """The point, or one as near to it as the numbers that stand there already allow."""
    for ring in range(6):
        for across, down in ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, -1)) if ring else ((0, 0),):
            one, other = x + across * ring * NEAR, y + down * ring * NEAR
            inside = EDGE / 2 <= one <= WIDTH - EDGE / 2 and EDGE / 2 <= other <= height - EDGE / 2
            if inside and all((one - a) ** 2 + (other - b) ** 2 >= (NEAR - 1) ** 2 for a, b in placed):
                return one, other
    return x, y
