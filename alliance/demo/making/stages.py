"""The scenes of films: the place without its people, and what moves in it."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from alliance.demo.making import scenes, shapes

Where = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Moving:
    """Something on a ground of its own; at a time (seconds) it is moved by `shift`, in the units of a scene."""

    drawn: str
    shift: Where


Stage = tuple[str, list[Moving]]


def sway(far: float, pace: float, *, late: float = 0, lift: float = 0) -> Where:
    """To and fro, and up and down with it."""
    return lambda t: (far * math.sin((t * pace + late) * math.tau), -lift * abs(math.sin((t * pace + late) * math.tau)))


def drift(across: float, *, rock: float = 4) -> Where:
    """Steadily across, rocking."""
    return lambda t: (across * t, rock * math.sin(t * 2.4))


def opera(rng: random.Random) -> Stage:
    """Two who come closer and part, the audience before them."""
    left = scenes.actor(420, 640, 330, "#d84a6a", "#f3d2da")
    right = scenes.actor(800, 640, 330, "#2f6ea8", "#dfeaf5", turned=True)
    ways = (sway(44, 0.22), sway(-52, 0.22, late=0.1), sway(2, 0.3))
    front = shapes.crowd(rng, 660, 52)
    return scenes.opera(rng, actors=False), [Moving(*one) for one in zip((left, right, front), ways, strict=True)]


def lake(rng: random.Random) -> Stage:
    """Two boats."""
    far, near = shapes.boat(300, 520, 150), shapes.boat(760, 640, 330, "#1f1a18")
    return scenes.lake(rng, boats=False), [Moving(far, drift(14)), Moving(near, drift(-22, rock=7))]


def street(rng: random.Random) -> Stage:
    """Lanterns that are carried, below those that hang."""
    carried = shapes.lantern(500, 520, 30, "#f08a2c") + shapes.lantern(700, 560, 36)
    hung = "".join(shapes.lantern(120 + n * 192, 130 + n % 2 * 40, 34) for n in range(6))
    return scenes.street(rng, lanterns=False), [Moving(hung, sway(7, 0.3, lift=3)), Moving(carried, sway(120, 0.12, lift=26))]


def choir(rng: random.Random) -> Stage:
    """The conductor before the singers."""
    leader = shapes.person(600, 770, 300, "#17161a", hair=shapes.HAIR[1], arms="up")
    return scenes.choir(rng), [Moving(leader, sway(9, 0.7, lift=8))]


def shadow(rng: random.Random) -> Stage:
    """Two figures on the screen."""
    one, two = scenes.puppet(400, 600, 380, "#4a1d12"), scenes.puppet(800, 600, 360, "#1f3a34", turned=True)
    moving = [Moving(one, sway(70, 0.35, lift=20)), Moving(two, sway(-80, 0.3, late=0.2, lift=34))]
    return scenes.shadow(rng, figures=False), moving


def interview(rng: random.Random) -> Stage:
    """An old man who nods as he tells."""
    return scenes.interview(rng, sitter=False), [Moving(scenes.bust(600, 800), sway(5, 0.25, lift=5))]


def drums(rng: random.Random) -> Stage:
    """Drummers who strike in turn."""
    everybody = [
        shapes.person(x, 590, 230, "#eab42f", arms=("up", "one")[n % 2]) + scenes.drum(x, 580, 66)
        for n, x in enumerate(range(130, 1100, 188))
    ]
    halves = ("".join(everybody[half::2]) for half in (0, 1))
    return scenes.drums(rng, drummers=False), [Moving(one, sway(2, 1.6, late=n / 4, lift=26)) for n, one in enumerate(halves)]


def square(rng: random.Random) -> Stage:
    """Three rows of dancers, each a little later."""
    rows = []
    for row, cloth in enumerate(("#c8342f", "#e8b13c", "#2f7d6b")):
        places = [(90 + n * 150 + row % 2 * 70, 490 + row * 130) for n in range(8)]
        rows.append("".join(shapes.person(x, y, 130 + row * 45, cloth, arms="one") for x, y in places))
    return scenes.square(rng, dancers=False), [Moving(one, sway(34, 0.45, late=n * 0.06, lift=16)) for n, one in enumerate(rows)]


STAGES: dict[str, Callable[[random.Random], Stage]] = {
    stage.__name__: stage for stage in (opera, lake, street, choir, shadow, interview, drums, square)
}
