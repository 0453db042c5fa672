"""How long it takes to find the shortest order of a tour of twelve stops, and of how many orders it is the best.

Run it from the project's root: `python -m benchmarks.touring`. Prints one table, of one run; the yardstick is
trying all orders of eight stops.
"""

import random
import statistics
import sys
import time
from itertools import permutations

from alliance.exchange.ordering import Slot, length, shortest

MOST, ROUNDS, MANY, FEW = 1.0, 5, 12, 8
DAY = 24 * 60


def tour(count: int, dice: random.Random) -> tuple[list[list[float]], list[list[float]], list[Slot]]:
    """Kilometres, minutes and one slot a day for so many villages of a county, home last."""
    points = [(dice.random() * 80, dice.random() * 80) for _ in range(count + 1)]
    road = [[1.3 * ((a - c) ** 2 + (b - d) ** 2) ** 0.5 for c, d in points] for a, b in points]
    return road, [[km * 1.5 for km in row] for row in road], [Slot(n * DAY, n * DAY + 180) for n in range(count)]


def timed(count: int, dice: random.Random) -> float:
    """Seconds for one order."""
    road, minutes, slots = tour(count, dice)
    begun = time.perf_counter()
    assert shortest(road, minutes, slots, between=120, fixed={}) is not None
    return time.perf_counter() - begun


def tried(dice: random.Random) -> float:
    """Seconds for trying all orders of a few stops."""
    road, _minutes, _slots = tour(FEW, dice)
    begun = time.perf_counter()
    min(length(road, order) for order in permutations(range(FEW)))
    return time.perf_counter() - begun


def main() -> None:
    """Measure both in turns, print, fail above a second."""
    dice = random.Random(1)
    turns = [(timed(MANY, dice), timed(FEW, dice), tried(dice)) for _ in range(ROUNDS)]
    many, few, all_of_them = (statistics.median(side) for side in zip(*turns, strict=True))
    print("| ordering a tour | seconds | at most |\n| --- | --- | --- |")
    print(f"| {MANY} stops | {many:.3f} | {MOST:g} |")
    print(f"| {FEW} stops | {few:.4f}, {few / all_of_them:.1%} of trying all orders | – |")
    sys.exit(0 if many < MOST else 1)


if __name__ == "__main__":
    main()
