"""A stage truck drawn to scale from its own figures: the stage from the front, the truck from the side."""

from collections.abc import Mapping
from dataclasses import dataclass

GROUND = 226.0
LEFT = 70.0
BETWEEN = 90.0
MOST_PIXELS = 25.0
WIDTH = 700.0


@dataclass(frozen=True)
class Drawing:
    """Pixels of the drawing; metres as people write them."""

    top: float
    scale: float
    deck: tuple[float, float, float]
    opening: tuple[float, float, float]
    clear: float | None
    truck: tuple[float, float, float]
    road: float
    figure: tuple[float, float]
    metres: dict[str, str]


def draw(figures: Mapping[str, float]) -> Drawing:
    """Places of all lines, in pixels from the left and from the top; `figures` as kinds.sketch gives them."""
    deck_m, length_m, height_m = figures["deck_width_m"], figures["length_m"], figures["height_m"]
    tallest = max(height_m + 1, figures.get("clear_height_m", 0) + figures.get("deck_height_m", 1.2) + 1)
    scale = min(MOST_PIXELS, (WIDTH - LEFT - BETWEEN - 60) / (deck_m + length_m), 180 / tallest)
    deck_top = GROUND - figures.get("deck_height_m", 1.2) * scale
    right = LEFT + deck_m * scale
    opening_m = min(figures.get("proscenium_width_m", deck_m), deck_m)
    inset = (deck_m - opening_m) / 2 * scale
    clear_m = figures.get("clear_height_m")
    clear = deck_top - clear_m * scale if clear_m else None
    truck_left = right + BETWEEN
    return Drawing(
        top=round(min(clear if clear is not None else deck_top, GROUND - figures["road_m"] * scale) - 30, 1),
        scale=round(scale, 1),
        deck=(LEFT, round(right, 1), round(deck_top, 1)),
        opening=(round(LEFT + inset, 1), round(right - inset, 1), round(clear if clear is not None else deck_top - 2.5 * scale, 1)),
        clear=round(clear, 1) if clear is not None else None,
        truck=(round(truck_left, 1), round(truck_left + length_m * scale, 1), round(GROUND - height_m * scale, 1)),
        road=round(GROUND - figures["road_m"] * scale, 1),
        figure=(round(LEFT + deck_m * scale * 0.55, 1), round(1.7 * scale, 1)),
        metres={name: f"{value:g}" for name, value in figures.items()},
    )
