"""In which order a tour visits its places so that the road is shortest and every next one can be reached in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Slot:
    """One stop's time, in minutes from any common beginning."""

    start: int
    end: int


def shortest(road: Matrix, minutes: Matrix, slots: Sequence[Slot], *, between: int, fixed: Mapping[int, int]) -> list[int] | None:
    """Which place is visited in each slot: out from home, through all, and home again by the fewest kilometres.

    `road` [n+1][n+1] in kilometres and `minutes` on it, place n being home; `between`: minutes of strike, set-up and buffers
    between two stops, beside the way; `fixed`: place -> slot that it keeps. None where no order can be kept. Exact, by dynamic
    programming over sets of places (Held and Karp 1962): n² 2ⁿ steps.
    """
    count = len(slots)
    home, whole = count, (1 << count) - 1
    room = [slots[k + 1].start - slots[k].end - between for k in range(count - 1)]
    keeper = {slot: place for place, slot in fixed.items()}
    best: dict[tuple[int, int], tuple[float, int]] = {
        (1 << place, place): (road[home][place], home) for place in _allowed(0, count, keeper, fixed)
    }
    layer = best
    for rank in range(1, count):
        following: dict[tuple[int, int], tuple[float, int]] = {}
        allowed = _allowed(rank, count, keeper, fixed)
        for (visited, last), (length, _before) in layer.items():
            for place in allowed:
                if visited >> place & 1 or minutes[last][place] > room[rank - 1]:
                    continue
                key, cost = (visited | 1 << place, place), length + road[last][place]
                if key not in following or cost < following[key][0]:
                    following[key] = cost, last
        best |= following
        layer = following
    ends = [(length + road[last][home], last) for (visited, last), (length, _before) in layer.items() if visited == whole]
    if not ends:
        return None
    return _way_back(best, whole, min(ends)[1], home)


def _allowed(rank: int, count: int, keeper: Mapping[int, int], fixed: Mapping[int, int]) -> list[int]:
    """The places that may be visited in a slot."""
    return [keeper[rank]] if rank in keeper else [place for place in range(count) if place not in fixed]


def _way_back(best: Mapping[tuple[int, int], tuple[float, int]], visited: int, last: int, home: int) -> list[int]:
    order = []
    while last != home:
        order.append(last)
        visited, last = visited ^ 1 << last, best[visited, last][1]
    return order[::-1]


def length(road: Matrix, order: Sequence[int]) -> float:
    """Kilometres of a round: out from home (the last place of the matrix), through all, home again."""
    home = len(road) - 1
    round_ = [home, *order, home]
    return sum(road[one][other] for one, other in pairwise(round_))
