"""Things that were laid on a table and photographed, and sheets that were scanned: cloth, masks, paper-cuts, scores, plans, scrolls."""

import math
import random

from alliance.demo.making.scenes import Scene
from alliance.demo.making.shapes import HIGH, WIDE, box, circle, glow, oval, page, path, ridge


def table(colour: str = "#8d8a84", light: str = "#c9c6bf") -> str:
    """A grey ground that is lit from the middle."""
    return box(0, 0, WIDE, HIGH, colour) + glow(600, 380, 720, light, strength=1)


def ring(x: float, y: float, r: float, count: int, petal: float, colour: str, *, turn: float = 0) -> str:
    """Petals around a middle."""
    drawn = ""
    for n in range(count):
        angle = 360 / count * n + turn
        drawn += f'<g transform="translate({x:.0f} {y:.0f}) rotate({angle:.1f})">{oval(0, -r, petal * 0.5, petal, colour)}</g>'
    return drawn


def cloth(rng: random.Random) -> str:
    """Blue cloth with white flowers left undyed."""
    drawn = box(0, 0, WIDE, HIGH, "#1f3d7a")
    for row in range(4):
        for n in range(6):
            x, y = 100 + n * 200 + (row % 2) * 100 - 50, 100 + row * 200
            drawn += (
                ring(x, y, 44, rng.choice((6, 8)), 26, "#e6edf7") + circle(x, y, 17, "#e6edf7") + ring(x, y, 80, 16, 6, "#c9d7ee")
            )
            drawn += circle(x + 100, y + 100, 9, "#e6edf7") + ring(x + 100, y + 100, 24, 4, 10, "#d5e0f2")
    drawn += "".join(box(0, rng.uniform(0, HIGH), WIDE, rng.uniform(1, 3), "#0d2455", opacity=0.16) for _n in range(150))
    return drawn + "".join(box(220 + n * 260, 0, 70, HIGH, "#000", opacity=0.14, blur=18) for n in range(4))


def mask(rng: random.Random) -> str:
    """A carved and painted mask of the nuo dance."""
    drawn = table("#57504a", "#a39a8e") + oval(612, 440, 232, 300, "#000", opacity=0.5, blur=18)
    drawn += path(
        "M600 90 C790 90 830 250 820 390 C812 560 720 720 600 724 C480 720 388 560 380 390 C370 250 410 90 600 90 Z", "#9c2f22"
    )
    drawn += path("M600 120 C740 120 786 220 790 300 Q600 220 410 300 C414 220 460 120 600 120 Z", "#20302c")
    for side in (-1, 1):
        x = 600 + side * 92
        drawn += oval(x, 350, 58, 46, "#f1d9a6") + circle(x, 352, 27, "#161311") + circle(x - 8, 344, 7, "#fff")
        drawn += path(f"M{600 + side * 30} 290 q{side * 60} -64 {side * 140} -6 q{-side * 60} -6 {-side * 136} 40 Z", "#e0a52c")
        drawn += path(
            f"M{600 + side * 150} 470 q{side * 40} 40 {-side * 10} 110 q{-side * 50} -30 {-side * 40} -100 Z",
            "#e0a52c",
            opacity=0.9,
        )
        drawn += path(f"M{600 + side * 120} 120 q{side * 90} -90 {side * 130} 10 q{-side * 70} -20 {-side * 96} 60 Z", "#3a5d4d")
    drawn += path("M600 370 q54 110 34 132 q-34 26 -68 0 q-20 -22 34 -132 Z", "#b8442f", line="#5f1a13", width=4)
    drawn += path("M478 580 q122 70 244 0 q-20 92 -122 96 q-102 -4 -122 -96 Z", "#1b1210") + "".join(
        box(500 + n * 34, 596 + abs(n - 3) * -4 + 8, 26, 24, "#f0e3c0") for n in range(6)
    )
    return drawn + "".join(
        path(f"M{rng.uniform(430, 770):.0f} {rng.uniform(150, 660):.0f} q6 14 2 34", line="#3a0f0a", width=1.4, opacity=0.35)
        for _n in range(70)
    )


def papercut(rng: random.Random) -> str:
    """A round red paper-cut, symmetrical by its folds."""
    drawn = (
        box(0, 0, WIDE, HIGH, "#efe9dd") + circle(606, 408, 336, "#000", opacity=0.25, blur=6) + circle(600, 400, 334, "#c51f26")
    )
    ground = "#efe9dd"
    drawn += ring(600, 400, 268, 24, 38, ground) + ring(600, 400, 196, 12, 30, ground, turn=15) + ring(600, 400, 120, 8, 40, ground)
    drawn += (
        ring(600, 400, 196, 12, 12, "#c51f26", turn=15) + ring(600, 400, 56, 8, 20, ground, turn=22) + circle(600, 400, 20, ground)
    )
    for n in range(48):
        angle = math.radians(n * 7.5)
        drawn += circle(600 + 318 * math.cos(angle), 400 + 318 * math.sin(angle), 6, ground)
    return drawn + "".join(
        path(f"M{rng.uniform(0, WIDE):.0f} {rng.uniform(0, HIGH):.0f} q20 {rng.uniform(-9, 9):.0f} 44 3", line="#d8cfbd", width=1)
        for _n in range(60)
    )


def basket(rng: random.Random) -> str:
    """A woven bamboo basket."""
    drawn = (
        table("#6f665b", "#b9ad9c")
        + oval(600, 660, 380, 60, "#000", opacity=0.5, blur=18)
        + path("M300 300 Q310 650 420 680 H780 Q890 650 900 300 Z", "#a97c3f")
    )
    for row in range(13):
        y, half = 318 + row * 28, 300 - row * row * 1.1
        for n in range(20):
            x = 600 - half + n * half / 10
            shade = ("#d2a75c", "#8d6430", "#c0944b")[(n + row) % 3 if rng.random() > 0.1 else 1]
            drawn += box(x, y, half / 10 - 2, 22, shade)
    return (
        drawn
        + oval(600, 304, 304, 70, "#8a6129")
        + oval(600, 300, 282, 56, "#4f3717")
        + path("M330 290 C350 20 850 20 870 290", line="#b98b45", width=24)
    )


def score(rng: random.Random) -> str:
    """An open page of a hand-copied score, in columns from the right; its signs are strokes."""
    drawn = (
        box(0, 0, WIDE, HIGH, "#3b2f27")
        + box(150, 40, 900, 720, "#d9c59b")
        + box(598, 40, 4, 720, "#8d7a55", opacity=0.8)
        + glow(600, 400, 560, "#efe0ba", strength=0.7)
    )
    for half in (190, 630):
        drawn += path(f"M{half} 90 h390 v620 h-390 Z", line="#9a2f22", width=3)
        for n in range(7):
            x = half + 8 + n * 56
            drawn += path(f"M{x + 48} 90 v620", line="#b05a4a", width=1.2) if n < 6 else ""
            for row in range(13):
                drawn += sign(rng, x + 8, 106 + row * 46, 32) + (
                    circle(x + 46, 116 + row * 46, 3.4, "#a3271c") if row % 3 == 0 else ""
                )
    return drawn + "".join(
        circle(rng.uniform(160, 1040), rng.uniform(50, 750), rng.uniform(2, 20), "#a5854d", opacity=0.1) for _n in range(60)
    )


def sign(rng: random.Random, x: float, y: float, size: float, colour: str = "#1d1712") -> str:
    """Brush strokes that look like a character from afar."""
    strokes = []
    for _n in range(rng.randint(3, 6)):
        a, b, flat = rng.uniform(0, 0.9), rng.uniform(0.05, 0.95), rng.random() < 0.55
        dx, dy = (rng.uniform(0.4, 0.9), rng.uniform(-0.06, 0.06)) if flat else (rng.uniform(-0.25, 0.25), rng.uniform(0.35, 0.7))
        a, b = (a * 0.15, b) if flat else (a, b * 0.3)
        strokes.append(
            f"M{x + a * size:.1f} {y + b * size:.1f} q{dx * size * 0.5:.1f} {dy * size * 0.3 - 1:.1f} {dx * size:.1f} {dy * size:.1f}"
        )
    return path(" ".join(strokes), line=colour, width=size * 0.085, opacity=0.88)


def plan(rng: random.Random) -> str:
    """A measured drawing of an old stage: front, ground plan, figures."""
    drawn = box(0, 0, WIDE, HIGH, "#f3f1e8") + "".join(
        box(n * 40, 0, 1, HIGH, "#d5dde4") + box(0, n * 40, WIDE, 1, "#d5dde4") for n in range(31)
    )
    ink = "#22314a"
    drawn += path(
        "M120 330 Q210 300 250 190 H570 Q610 300 700 330 L660 344 H160 Z M250 190 L290 150 H530 L570 190", line=ink, width=4
    )
    drawn += path("M190 344 V600 M210 344 V600 M610 344 V600 M630 344 V600 M330 344 V600 M490 344 V600", line=ink, width=3) + path(
        "M140 600 H680 V690 H140 Z M140 620 H680", line=ink, width=3
    )
    drawn += "".join(path(f"M{160 + n * 40} 620 v70", line=ink, width=1) for n in range(13)) + "".join(
        path(f"M{230 + n * 24} 200 l{-20 + n * 3} 128", line=ink, width=1) for n in range(14)
    )
    drawn += path("M780 220 H1120 V560 H780 Z M800 240 H1100 V540 H800 Z", line=ink, width=3) + "".join(
        circle(x, y, 9, ink) for x in (815, 950, 1085) for y in (255, 390, 525)
    )
    for x1, y, x2 in ((140, 730, 680), (780, 600, 1120)):
        drawn += path(
            f"M{x1} {y} H{x2} M{x1} {y - 10} v20 M{x2} {y - 10} v20 M{x1} {y} l14 -5 v10 Z M{x2} {y} l-14 -5 v10 Z",
            ink,
            line=ink,
            width=1.5,
        )
    drawn += "".join(sign(rng, 790 + n * 26, 660, 20, ink) for n in range(11)) + "".join(
        sign(rng, 790 + n * 26, 694, 20, ink) for n in range(8)
    )
    return (
        drawn
        + path("M1050 650 h90 v90 h-90 Z", line="#b3261e", width=4)
        + "".join(sign(rng, 1058 + n % 2 * 40, 658 + n // 2 * 40, 34, "#b3261e") for n in range(4))
    )


def scroll(rng: random.Random) -> str:
    """A landscape in ink on old paper, a seal in its corner."""
    drawn = box(0, 0, WIDE, HIGH, "#d8cbb0") + glow(600, 300, 700, "#efe6d2", strength=1)
    for n, shade in enumerate(("#8d8f8c", "#6b6e6c", "#4a4e4d", "#2f3332")):
        drawn += ridge(rng, 280 + n * 85, 110 - n * 12, shade, opacity=0.45) + ridge(rng, 330 + n * 90, 80, "#e6dcc5", opacity=0.5)
    for _n in range(9):
        x = rng.uniform(60, 460)
        drawn += path(
            f"M{x:.0f} 700 q{rng.uniform(-12, 12):.0f} -60 {rng.uniform(-20, 20):.0f} -130", line="#2a2a28", width=5, opacity=0.8
        )
        drawn += "".join(
            oval(x + rng.uniform(-46, 46), 575 + rng.uniform(-34, 34), 26, 9, "#26302b", opacity=0.35) for _m in range(9)
        )
    drawn += path("M760 640 q60 22 130 0 q-14 24 -66 24 q-50 0 -64 -24 Z", "#2f3332") + "".join(
        sign(rng, 1060, 80 + row * 44, 30) for row in range(9)
    )
    return (
        drawn
        + box(1050, 500, 52, 52, "#b3261e", opacity=0.9)
        + "".join(sign(rng, 1056 + n % 2 * 22, 506 + n // 2 * 22, 18, "#f1e3cf") for n in range(4))
    )


def sketch(rng: random.Random) -> str:
    """A child's picture in wax colours: a house, the sun, a fish lantern."""
    drawn = box(0, 0, WIDE, HIGH, "#fbf7ee")
    for n in range(160):
        drawn += path(
            f"M{n * 8} {600 + rng.uniform(-14, 14):.0f} l{rng.uniform(-10, 20):.0f} 190",
            line=rng.choice(("#58a05a", "#78b85e", "#3f8a4e")),
            width=6,
            opacity=0.6,
        )
        drawn += path(
            f"M{n * 8} {rng.uniform(0, 60):.0f} l{rng.uniform(-20, 30):.0f} {rng.uniform(60, 150):.0f}",
            line="#7fb7e6",
            width=6,
            opacity=0.45,
        )
    drawn += circle(1020, 150, 84, "#f6b62c") + "".join(
        path(f"M1020 150 l{190 * math.cos(n):.0f} {190 * math.sin(n):.0f}", line="#f6b62c", width=9, opacity=0.7) for n in range(7)
    )
    drawn += (
        path("M150 620 V400 H430 V620 Z", "#e79a7d")
        + path("M110 410 L290 250 L470 410 Z", "#b5483a")
        + box(250, 500, 80, 120, "#7b4b2d")
    )
    drawn += (
        path("M560 470 C640 350 840 350 900 470 C840 590 640 590 560 470 Z", "#e4482f")
        + path("M890 470 L1010 390 V550 Z", "#f0882c")
        + circle(640, 445, 20, "#fff")
        + circle(640, 445, 9, "#111")
    )
    return (
        drawn
        + "".join(path(f"M{690 + n * 34} 412 q24 58 0 116", line="#f9d36a", width=8) for n in range(5))
        + path("M730 370 V180", line="#7b4b2d", width=8)
    )


THINGS: dict[str, Scene] = {thing.__name__: thing for thing in (cloth, mask, papercut, basket, score, plan, scroll, sketch)}
SCANNED = frozenset({"score", "plan", "scroll", "sketch", "papercut"})


def drawing(name: str, seed: int) -> str:
    """The thing of that name."""
    return page(THINGS[name](random.Random(seed)))  # noqa: S311
