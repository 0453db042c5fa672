"""What scenes are put together from, as SVG: skies, hills, water, houses, people; the same for the same numbers."""

import math
import random

WIDE, HIGH = 1200, 800
SKIN = ("#e3b48f", "#d9a57e", "#cf9a72", "#e8c19f")
HAIR = ("#1d1a1a", "#2a2421", "#5c5856", "#8b8884")


def page(body: str, *, wide: int = WIDE, high: int = HIGH) -> str:
    """A whole drawing."""
    soft = "".join(
        f'<filter id="b{n}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="{n}"/></filter>'
        for n in (2, 6, 18, 40)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"><defs>{soft}</defs>{body}</svg>'  # fmt: skip


def down(name: str, *colours: str, x: float = 0, y: float = 0, w: float = WIDE, h: float = HIGH) -> str:
    """A rectangle that runs from colour to colour downwards."""
    stops = "".join(
        f'<stop offset="{i / max(1, len(colours) - 1):.3f}" stop-color="{colour}"/>' for i, colour in enumerate(colours)
    )
    shade = f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient></defs>'
    return f'{shade}<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="url(#{name})"/>'


def glow(x: float, y: float, r: float, colour: str, *, strength: float = 0.8) -> str:
    """Light that fades outwards."""
    name = f"g{int(x)}-{int(y)}-{int(r)}"
    stops = f'<stop offset="0" stop-color="{colour}" stop-opacity="{strength}"/><stop offset="1" stop-color="{colour}" stop-opacity="0"/>'
    return f'<defs><radialGradient id="{name}">{stops}</radialGradient></defs><circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="url(#{name})"/>'


def circle(x: float, y: float, r: float, colour: str, *, opacity: float = 1, blur: int = 0) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{colour}" opacity="{opacity}"{_soft(blur)}/>'


def oval(x: float, y: float, rx: float, ry: float, colour: str, *, opacity: float = 1, blur: int = 0) -> str:
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{colour}" opacity="{opacity}"{_soft(blur)}/>'


def box(x: float, y: float, w: float, h: float, colour: str, *, opacity: float = 1, blur: int = 0, turn: float = 0) -> str:
    turned = f' transform="rotate({turn:.1f} {x + w / 2:.1f} {y + h / 2:.1f})"' if turn else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{colour}" opacity="{opacity}"{_soft(blur)}{turned}/>'
    )


def path(d: str, colour: str = "none", *, line: str = "none", width: float = 1, opacity: float = 1, blur: int = 0) -> str:
    style = f'fill="{colour}" stroke="{line}" stroke-width="{width:.1f}" opacity="{opacity}"'
    return f'<path d="{d}" {style} stroke-linecap="round" stroke-linejoin="round"{_soft(blur)}/>'


def _soft(blur: int) -> str:
    return f' filter="url(#b{blur})"' if blur else ""


def ridge(rng: random.Random, y: float, swing: float, colour: str, *, opacity: float = 1, blur: int = 0) -> str:
    """A line of hills, filled downwards."""
    waves = [
        (rng.uniform(0.6, 1) * swing / n, rng.uniform(0.8, 1.3) * n * 2 * math.pi / WIDE, rng.uniform(0, 7))
        for n in (1, 2, 4, 9, 19)
    ]
    points = [(x, y + sum(a * math.sin(x * f + p) for a, f, p in waves)) for x in range(-10, WIDE + 11, 10)]
    line = " L".join(f"{x} {top:.1f}" for x, top in points)
    return path(f"M-10 {HIGH} L{line} L{WIDE + 10} {HIGH} Z", colour, opacity=opacity, blur=blur)


def ripples(rng: random.Random, top: float, bottom: float, colour: str, *, count: int = 260) -> str:
    """Short strokes of light on water, wider towards the viewer."""
    drawn = []
    for _n in range(count):
        depth = rng.random() ** 1.4
        y, length = top + (bottom - top) * depth, rng.uniform(10, 40) * (0.4 + 2.2 * depth)
        drawn.append(box(rng.uniform(-20, WIDE), y, length, 0.8 + 2.4 * depth, colour, opacity=round(rng.uniform(0.08, 0.4), 2)))
    return "".join(drawn)


def pine(x: float, y: float, h: float, colour: str, *, opacity: float = 1) -> str:
    parts = [f"M{x - h * (0.1 + 0.06 * n):.0f} {y - h * 0.22 * (3 - n):.0f} L{x:.0f} {y - h * (0.45 + 0.18 * (3 - n)):.0f} L{x + h * (0.1 + 0.06 * n):.0f} {y - h * 0.22 * (3 - n):.0f} Z" for n in range(4)]  # fmt: skip
    return path(" ".join(parts), colour, opacity=opacity) + box(
        x - h * 0.02, y - h * 0.1, h * 0.04, h * 0.12, colour, opacity=opacity
    )


def house(x: float, y: float, w: float, h: float, wall: str, roof: str, *, lit: str = "") -> str:
    """A house with raised eaves; `lit` is the colour of its window."""
    eaves = f"M{x - w * 0.14:.0f} {y - h * 0.62:.0f} Q{x + w * 0.12:.0f} {y - h * 0.7:.0f} {x + w * 0.22:.0f} {y - h:.0f} L{x + w * 0.78:.0f} {y - h:.0f} Q{x + w * 0.88:.0f} {y - h * 0.7:.0f} {x + w * 1.14:.0f} {y - h * 0.62:.0f} L{x + w * 1.02:.0f} {y - h * 0.55:.0f} L{x - w * 0.02:.0f} {y - h * 0.55:.0f} Z"  # fmt: skip
    drawn = box(x, y - h * 0.6, w, h * 0.6, wall) + path(eaves, roof)
    for n in range(3):
        drawn += box(
            x + w * (0.12 + n * 0.29), y - h * 0.42, w * 0.18, h * 0.22 if n != 1 else h * 0.42, lit or "#2b2622", opacity=0.9
        )
    return drawn


def lantern(x: float, y: float, r: float, colour: str = "#e0452c") -> str:
    """A lit lantern with its light around it."""
    body = oval(x, y, r, r * 0.82, colour) + oval(x, y, r * 0.45, r * 0.7, "#ffb36b", opacity=0.7)
    caps = box(x - r * 0.4, y - r * 0.95, r * 0.8, r * 0.2, "#6d2a16") + box(x - r * 0.4, y + r * 0.75, r * 0.8, r * 0.2, "#6d2a16")
    return glow(x, y, r * 3.2, colour, strength=0.5) + body + caps + box(x - 1, y + r, 2, r * 0.8, "#d8a13a")


def boat(x: float, y: float, w: float, colour: str = "#2a2420", *, fisher: bool = True) -> str:
    """A flat boat with somebody at the pole, and its reflection."""
    hull = f"M{x - w / 2:.0f} {y - w * 0.05:.0f} Q{x:.0f} {y + w * 0.14:.0f} {x + w / 2:.0f} {y - w * 0.07:.0f} L{x + w * 0.4:.0f} {y + w * 0.05:.0f} Q{x:.0f} {y + w * 0.12:.0f} {x - w * 0.4:.0f} {y + w * 0.05:.0f} Z"  # fmt: skip
    drawn = oval(x, y + w * 0.1, w * 0.45, w * 0.035, "#000", opacity=0.35, blur=2) + path(hull, colour)
    drawn += path(f"M{x - w * 0.12:.0f} {y:.0f} q{w * 0.14:.0f} {-w * 0.2:.0f} {w * 0.28:.0f} 0 Z", "#3b2f26")
    if fisher:
        drawn += path(f"M{x - w * 0.42:.0f} {y - w * 0.5:.0f} L{x - w * 0.2:.0f} {y + w * 0.12:.0f}", line=colour, width=w * 0.012)
        drawn += person(x - w * 0.3, y + w * 0.01, w * 0.4, colour, skin="#5a4334", hat=True)
    return drawn


def person(
    x: float, y: float, h: float, cloth: str, *, skin: str = SKIN[0], hair: str = HAIR[0], arms: str = "down", robe: bool = False, hat: bool = False, lean: float = 0
) -> str:  # fmt: skip
    """Somebody standing at (x, y), `h` tall; arms down, up, out, folded or one up; a robe reaches to the ground."""
    head, shoulder, hip = y - h * 0.9, y - h * 0.78, y - h * 0.45
    half, foot = h * 0.115, h * (0.17 if robe else 0.075)
    waist = y - h * 0.02 if robe else hip
    legs = "" if robe else path(f"M{x - foot:.1f} {y:.1f} L{x - h * 0.06:.1f} {hip:.1f} M{x + foot:.1f} {y:.1f} L{x + h * 0.06:.1f} {hip:.1f}", line="#2b2d36", width=h * 0.085)  # fmt: skip
    trunk = f"M{x - half:.1f} {shoulder + h * 0.05:.1f} Q{x - half:.1f} {shoulder:.1f} {x:.1f} {shoulder - h * 0.01:.1f} Q{x + half:.1f} {shoulder:.1f} {x + half:.1f} {shoulder + h * 0.05:.1f} L{x + max(foot, half * 0.9):.1f} {waist:.1f} L{x - max(foot, half * 0.9):.1f} {waist:.1f} Z"  # fmt: skip
    face = box(x - h * 0.022, head + h * 0.03, h * 0.044, h * 0.08, skin) + circle(x, head, h * 0.064, skin)
    top = path(f"M{x - h * 0.068:.1f} {head + h * 0.012:.1f} a{h * 0.068:.1f} {h * 0.07:.1f} 0 0 1 {h * 0.136:.1f} 0 q{-h * 0.068:.1f} {-h * 0.055:.1f} {-h * 0.136:.1f} 0 Z", hair)  # fmt: skip
    if hat:
        top = path(
            f"M{x - h * 0.16:.1f} {head - h * 0.01:.1f} L{x:.1f} {head - h * 0.13:.1f} L{x + h * 0.16:.1f} {head - h * 0.01:.1f} Z",
            "#7c6a4a",
        )
    drawn = (
        oval(x, y, h * 0.2, h * 0.025, "#000", opacity=0.2)
        + legs
        + _arms(x, shoulder, h, cloth, skin, arms)
        + path(trunk, cloth)
        + face
        + top
    )
    return f'<g transform="rotate({lean:.1f} {x:.1f} {y:.1f})">{drawn}</g>' if lean else drawn


ELBOWS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "down": ((-0.16, 0.18, -0.15, 0.34), (0.16, 0.18, 0.15, 0.34)),
    "up": ((-0.2, -0.04, -0.17, -0.24), (0.2, -0.04, 0.17, -0.24)),
    "out": ((-0.2, 0.04, -0.34, 0.0), (0.2, 0.04, 0.34, 0.0)),
    "folded": ((-0.16, 0.15, -0.02, 0.2), (0.16, 0.15, 0.02, 0.2)),
    "one": ((-0.16, 0.18, -0.14, 0.34), (0.2, -0.03, 0.2, -0.24)),
}
"""By pose: elbow and hand of either arm, in parts of the height from the shoulders' middle."""


def _arms(x: float, shoulder: float, h: float, cloth: str, skin: str, pose: str) -> str:
    drawn = ""
    for side, (ex, ey, hx, hy) in zip((-1, 1), ELBOWS[pose], strict=True):
        start = f"{x + side * h * 0.1:.1f} {shoulder + h * 0.05:.1f}"
        drawn += path(
            f"M{start} L{x + ex * h:.1f} {shoulder + ey * h:.1f} L{x + hx * h:.1f} {shoulder + hy * h:.1f}",
            line=cloth,
            width=h * 0.065,
        )
        drawn += circle(x + hx * h, shoulder + hy * h, h * 0.032, skin)
    return drawn


def crowd(rng: random.Random, y: float, size: float, *, rows: int = 2, colour: str = "#15131a", spread: float = 1) -> str:
    """The heads of those who watch, seen from behind."""
    drawn = ""
    for row in range(rows):
        step, base = size * (1.5 + row * 0.25), y + row * size * 1.1
        for n in range(int(WIDE * spread / step) + 2):
            x, top, r = (
                n * step + rng.uniform(-0.25, 0.25) * size,
                base + rng.uniform(-0.25, 0.3) * size,
                size * rng.uniform(0.42, 0.52),
            )
            drawn += path(f"M{x - r * 2:.0f} {top + size * 2.4:.0f} Q{x - r * 1.9:.0f} {top + size * 0.75:.0f} {x:.0f} {top + size * 0.62:.0f} Q{x + r * 1.9:.0f} {top + size * 0.75:.0f} {x + r * 2:.0f} {top + size * 2.4:.0f} Z", colour)  # fmt: skip
            drawn += circle(x, top + size * 0.2, r, colour)
    return drawn


def beam(x: float, top: float, bottom: float, spread: float, colour: str, *, tilt: float = 0, strength: float = 0.35) -> str:
    """A cone of light from above."""
    d = f"M{x - 6:.0f} {top} L{x + 6:.0f} {top} L{x + tilt + spread:.0f} {bottom} L{x + tilt - spread:.0f} {bottom} Z"
    return path(d, colour, opacity=strength, blur=18) + oval(
        x + tilt, bottom, spread * 1.1, spread * 0.22, colour, opacity=strength, blur=6
    )


def curtain(colour: str, dark: str, *, top: float = 0, bottom: float = 560, folds: int = 34) -> str:
    """A hanging cloth over the whole width."""
    step = WIDE / folds
    stops = (
        f'<stop offset="0" stop-color="{dark}"/><stop offset="0.5" stop-color="{colour}"/><stop offset="1" stop-color="{dark}"/>'
    )
    shade = f'<defs><linearGradient id="folds" gradientUnits="userSpaceOnUse" x2="{step:.1f}" spreadMethod="repeat">{stops}</linearGradient></defs>'
    return box(0, top, WIDE, bottom - top, colour) + shade + box(0, top, WIDE, bottom - top, "url(#folds)", opacity=0.55)
