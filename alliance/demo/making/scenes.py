"""Scenes that photographs and films of the archive show; each is a drawing by name, the same for the same seed."""

import random
from collections.abc import Callable

from alliance.demo.making.shapes import (
    HAIR,
    HIGH,
    SKIN,
    WIDE,
    beam,
    boat,
    box,
    circle,
    crowd,
    curtain,
    down,
    glow,
    house,
    lantern,
    oval,
    page,
    path,
    person,
    pine,
    ridge,
    ripples,
)  # fmt: skip

Scene = Callable[[random.Random], str]
COTTON = ("#3b5f8a", "#8a3b46", "#5c6b3f", "#c9b48a", "#44474f", "#7b5d7e", "#d9d4c8", "#2f5d57")


def opera(rng: random.Random, *, actors: bool = True) -> str:
    """A stage in the evening, two in costume, those who watch in front."""
    drawn = down("bg", "#1c0f12", "#3d1a18", "#1a0e10") + curtain("#7d1f22", "#2c0a0c", bottom=520)
    drawn += box(0, 0, WIDE, 70, "#2a0d10") + "".join(path(f"M{n * 150} 70 q75 70 150 0 Z", "#a83a2e") for n in range(8))
    drawn += (
        down("floor", "#8a5a33", "#4a2d1a", y=520, h=160) + beam(420, 0, 600, 170, "#ffe2a8") + beam(800, 0, 600, 170, "#ffd9b8")
    )
    for x in (90, 1110):
        drawn += lantern(x, 190, 34)
    if actors:
        drawn += actor(500, 640, 330, "#d84a6a", "#f3d2da") + actor(730, 640, 330, "#2f6ea8", "#dfeaf5", turned=True)
    return drawn + crowd(rng, 660, 52)


def actor(x: float, y: float, h: float, robe: str, sleeve: str, *, turned: bool = False) -> str:
    """One in opera costume, with long white sleeves and a crown."""
    side = -1 if turned else 1
    drawn = person(x, y, h, robe, skin="#f2d6c6", arms="out", robe=True)
    hand, high = x + side * h * 0.34, y - h * 0.78
    drawn += path(f"M{hand:.0f} {high:.0f} q{side * h * 0.2:.0f} {h * 0.05:.0f} {side * h * 0.16:.0f} {h * 0.42:.0f} q{side * -h * 0.1:.0f} {h * 0.06:.0f} {side * -h * 0.12:.0f} {-h * 0.05:.0f} q{side * h * 0.06:.0f} {-h * 0.25:.0f} {side * -h * 0.06:.0f} {-h * 0.33:.0f} Z", sleeve)  # fmt: skip
    drawn += path(f"M{x - h * 0.34 * side:.0f} {high:.0f} q{-side * h * 0.12:.0f} {h * 0.12:.0f} {-side * h * 0.02:.0f} {h * 0.32:.0f} l{side * h * 0.09:.0f} 0 q{-side * h * 0.05:.0f} {-h * 0.2:.0f} {side * h * 0.02:.0f} {-h * 0.28:.0f} Z", sleeve)  # fmt: skip
    drawn += box(x - h * 0.028, y - h * 0.7, h * 0.056, h * 0.64, "#f0c35a", opacity=0.85) + box(
        x - h * 0.12, y - h * 0.5, h * 0.24, h * 0.035, "#f0c35a"
    )
    for n in range(-3, 4):
        drawn += circle(x + n * h * 0.026, y - h * 0.965 - (3 - abs(n)) * h * 0.012, h * 0.02, "#f6d776" if n % 2 else "#e8597a")
    return drawn


def lake(rng: random.Random, *, boats: bool = True) -> str:
    """A lake at dusk, hills behind it, boats on it."""
    drawn = (
        down("sky", "#5a6f94", "#d69a7c", "#f6cf96", h=430)
        + glow(820, 360, 320, "#ffdf9e", strength=0.9)
        + circle(820, 362, 38, "#fff1cf")
    )
    for n, colour in enumerate(("#8c87a0", "#6a6b8a", "#4c5270")):
        drawn += ridge(rng, 360 + n * 32, 50 - n * 8, colour, opacity=0.9)
    drawn += down("water", "#c58f74", "#6f6f88", "#2b3a55", y=430, h=370) + ripples(rng, 435, 800, "#ffe9c2")
    drawn += box(790, 432, 60, 340, "#ffe2a6", opacity=0.4, blur=18)
    if boats:
        drawn += boat(330, 560, 250) + boat(690, 500, 120) + boat(980, 640, 330, "#1f1a18")
    return drawn


def terraces(rng: random.Random) -> str:
    """Tea hills in the morning, rows along the slopes, pickers among them."""
    drawn = down("sky", "#a9c4d4", "#e9efe6", h=420)
    for n, colour in enumerate(("#9fb5b4", "#7fa08e", "#5f8a68")):
        drawn += ridge(rng, 300 + n * 60, 60, colour, opacity=0.85)
    drawn += ridge(rng, 470, 36, "#3f7a45")
    for n in range(16):
        y, colour = 500 + n * n * 1.25 + n * 4, ("#2d5f35", "#58924f")[n % 2]
        d = f"M-20 {y + 30:.0f} Q300 {y - 40 - n * 2:.0f} 640 {y + 12:.0f} T1220 {y - 10:.0f}"
        drawn += path(d, line=colour, width=8 + n * 1.6, opacity=0.9)
    for n in range(9):
        x, y = rng.uniform(80, 1120), 560 + n * 24
        drawn += person(x, y, 66 + n * 9, rng.choice(COTTON), skin=rng.choice(SKIN), arms="folded", hat=True)
    return drawn + box(0, 380, WIDE, 90, "#f4f6f0", opacity=0.35, blur=18)


def street(rng: random.Random, *, lanterns: bool = True) -> str:
    """An old street at night, hung with lanterns."""
    drawn = down("sky", "#0d1230", "#27224a", "#3a2a3c")
    for n in range(5):
        left, width, high = -40 + n * 90, 180 - n * 12, 520 - n * 80
        shade = ("#2a2129", "#30262c", "#382b2e", "#3f302f", "#463430")[n]
        for x in (left, WIDE - left - width):
            drawn += house(x, 640 - n * 22, width, high, shade, "#14111a", lit="#f0a54a" if rng.random() < 0.8 else "#3a2d2a")
    drawn += path("M420 560 L780 560 L1240 820 L-40 820 Z", "#3d3436") + "".join(
        path(f"M{600 + (n - 6) * 28} 560 L{600 + (n - 6) * 110} 800", line="#4d4240", width=2, opacity=0.6) for n in range(13)
    )
    if lanterns:
        for n in range(7):
            drawn += lantern(330 + n * 90, 250 + abs(n - 3) * -16, 17 + abs(n - 3) * 4)
        for n in range(6):
            drawn += lantern(120 + n * 192, 120 + (n % 2) * 40, 34)
    for _n in range(22):
        place, y = rng.uniform(180, 1020), rng.uniform(600, 720)
        drawn += person(place, y, (y - 480) * 0.75, rng.choice(COTTON), skin="#b98a66", hair=rng.choice(HAIR[:2]))
    return drawn + oval(600, 760, 560, 50, "#e8894a", opacity=0.18, blur=18)


def choir(rng: random.Random, *, singers: bool = True) -> str:
    """A choir on its steps in a lit hall, the conductor before it."""
    drawn = down("wall", "#6b4a2f", "#9c6f45", "#5b3c26", h=560) + "".join(
        box(n * 100, 0, 46, 560, "#7c5533", opacity=0.5) for n in range(12)
    )
    drawn += glow(600, 60, 620, "#ffe7b8", strength=0.55) + down("floor", "#7a4f2f", "#3f2817", y=560, h=240)
    for row in range(3):
        drawn += box(150 - row * 20, 420 + row * 66, 900 + row * 40, 70, "#4b3322") if singers else ""
        for n in range(14 + row if singers else 0):
            x = 200.0 - row * 24 + n * (800 + row * 48) / (13 + row) + rng.uniform(-4, 4)
            robe = "#8e1f2d" if n < 7 else "#20386b"
            drawn += person(x, 430 + row * 70, 176, robe, skin=rng.choice(SKIN), hair=rng.choice(HAIR), arms="folded", robe=True)
    return drawn + person(600, 770, 300, "#17161a", hair=HAIR[1], arms="up") if singers else drawn


def square(rng: random.Random, *, dancers: bool = True) -> str:
    """A square in the morning, people dancing in rows."""
    drawn = (
        down("sky", "#8fb7dc", "#e6eef2", h=420)
        + house(140, 430, 260, 190, "#d9cfbe", "#5b4a42")
        + house(800, 430, 300, 220, "#cdbfa8", "#4c3f3a")
    )
    for _n in range(14):
        drawn += circle(
            rng.uniform(0, WIDE),
            rng.uniform(330, 420),
            rng.uniform(30, 70),
            rng.choice(("#4f7a4a", "#5f8f55", "#3f6a42")),
            opacity=0.9,
        )
    drawn += down("ground", "#b9b0a2", "#8d8478", y=420, h=380) + "".join(
        box(0, 420 + n * n * 4.4, WIDE, 2, "#a39a8c") for n in range(10)
    )
    if dancers:
        for row in range(4):
            for n in range(8):
                x = 600 + (n - 3.5) * (110 + row * 26) + (row % 2) * 40
                cloth = ("#c8342f", "#e8b13c", "#2f7d6b", "#c8342f")[row]
                drawn += person(
                    x, 500 + row * 84, 120 + row * 36, cloth, skin=rng.choice(SKIN), hair=rng.choice(HAIR), arms="one", lean=-5
                )
    return drawn


def drums(rng: random.Random, *, drummers: bool = True) -> str:
    """Drummers in yellow on an open place, red drums before them, flags behind."""
    drawn = down("sky", "#7fa6cf", "#e9e4d6", h=460) + down("ground", "#b7a488", "#8b7758", y=460, h=340)
    for n in range(9):
        x, colour = 60 + n * 135, ("#d8342c", "#f0b52c")[n % 2]
        drawn += box(x, 150, 5, 330, "#6a4a2c") + path(f"M{x + 5} 155 q60 20 100 -6 q-16 70 0 130 q-50 -26 -100 6 Z", colour)
    if drummers:
        for row in range(2):
            for n in range(6):
                x, y = 130 + n * 188 + row * 60, 590 + row * 150
                drawn += person(x, y, 210 + row * 60, "#eab42f", skin=rng.choice(SKIN), arms=("up", "one")[n % 2]) + drum(
                    x, y - 20, 62 + row * 16
                )
    return drawn


def drum(x: float, y: float, r: float) -> str:
    """A barrel drum seen from the front."""
    body = path(
        f"M{x - r:.0f} {y - r * 0.6:.0f} q{-r * 0.3:.0f} {r * 0.6:.0f} 0 {r * 1.2:.0f} h{r * 2:.0f} q{r * 0.3:.0f} {-r * 0.6:.0f} 0 {-r * 1.2:.0f} Z",
        "#b3231f",
    )
    nails = "".join(circle(x - r + n * r / 4, y - r * 0.5, r * 0.045, "#f3d27a") for n in range(9))
    return body + oval(x, y - r * 0.6, r, r * 0.3, "#efe3c4") + nails


def forest(rng: random.Random) -> str:
    """A hut in the snow, lamps in it, people before it."""
    drawn = down("sky", "#39465e", "#8d97a6", "#c8ccd2", h=480)
    for n in range(60):
        x, row = rng.uniform(-20, WIDE), n // 20
        drawn += pine(x, 430 + row * 30, rng.uniform(120, 220) + row * 30, ("#56657a", "#3d4c5e", "#243242")[row], opacity=0.9)
    drawn += down("snow", "#dfe5ec", "#aeb9c8", y=470, h=330) + house(360, 600, 460, 260, "#5b4330", "#e9eef3", lit="#f6b755")
    drawn += glow(590, 560, 330, "#f6b755", strength=0.5)
    for _n in range(13):
        x = rng.uniform(220, 980)
        drawn += person(
            x, rng.uniform(640, 740), 150, rng.choice(("#3d4a5e", "#5b3a34", "#4a4d3e", "#2c2f38")), skin=rng.choice(SKIN)
        )
    return drawn + "".join(
        circle(rng.uniform(0, WIDE), rng.uniform(0, HIGH), rng.uniform(1.2, 4), "#fff", opacity=0.8) for _n in range(240)
    )


def truck(rng: random.Random) -> str:
    """A stage truck with its side let down, a singer on it, a village in front."""
    drawn = down("sky", "#cfd9df", "#f3e6cf", h=500) + ridge(rng, 400, 50, "#8fa08d") + ridge(rng, 450, 30, "#6f8a66")
    drawn += (
        down("ground", "#a8925f", "#77653f", y=500, h=300) + box(250, 230, 700, 300, "#e8e4da") + box(280, 255, 640, 230, "#27407a")
    )
    drawn += "".join(box(280 + n * 64, 255, 30, 230, "#34539a", opacity=0.6) for n in range(10)) + box(210, 485, 780, 34, "#8a5a33")
    drawn += (
        box(930, 330, 150, 190, "#d9d3c6")
        + box(960, 350, 90, 70, "#3b4a58")
        + circle(330, 540, 42, "#1c1c1e")
        + circle(880, 540, 42, "#1c1c1e")
    )
    drawn += "".join(
        beam(360 + n * 160, 250, 485, 60, ("#ffd27a", "#9ecbff", "#ff9e9e", "#ffd27a")[n], strength=0.3) for n in range(4)
    )
    drawn += (
        person(600, 486, 170, "#c8342f", arms="one", robe=True)
        + person(450, 486, 160, "#e8b13c", arms="out")
        + person(750, 486, 160, "#e8b13c", arms="out")
    )
    return drawn + crowd(rng, 610, 46, rows=3, colour="#2c2621")


def interview(rng: random.Random, *, sitter: bool = True) -> str:
    """Somebody old at home, by the window."""
    drawn = down("wall", "#b9a98f", "#8d7b62") + box(60, 90, 330, 420, "#dfe9ee") + glow(220, 300, 460, "#fff6dc", strength=0.75)
    drawn += (
        box(215, 90, 14, 420, "#6b5138")
        + box(60, 290, 330, 12, "#6b5138")
        + box(780, 110, 260, 180, "#5b4330")
        + box(796, 126, 228, 148, "#d8cdb6")
    )
    drawn += (
        ridge(rng, 720, 6, "#5f4a38")
        + box(760, 420, 380, 330, "#6a4c33", opacity=0.9)
        + oval(880, 430, 34, 12, "#3f6a8a")
        + box(850, 380, 60, 52, "#3f6a8a")
    )
    return (
        drawn
        + (bust(600, 800) if sitter else "")
        + "".join(circle(rng.uniform(60, 390), rng.uniform(90, 500), 2, "#fff", opacity=0.5) for _n in range(30))
    )


def bust(x: float, y: float) -> str:
    """Head and shoulders of an old man in a dark blue jacket."""
    drawn = path(
        f"M{x - 260} {y} Q{x - 250} {y - 210} {x - 90} {y - 250} L{x + 90} {y - 250} Q{x + 250} {y - 210} {x + 260} {y} Z",
        "#2d3b52",
    )
    drawn += path(f"M{x - 60} {y - 250} L{x} {y - 160} L{x + 60} {y - 250} Z", "#e4ded2") + box(x - 46, y - 310, 92, 90, "#c4926e")
    drawn += oval(x, y - 390, 104, 128, "#d3a17c") + path(f"M{x - 108} {y - 400} Q{x - 100} {y - 530} {x} {y - 530} Q{x + 100} {y - 530} {x + 108} {y - 400} Q{x + 70} {y - 480} {x} {y - 484} Q{x - 70} {y - 480} {x - 108} {y - 400} Z", "#b9b6b1")  # fmt: skip
    for side in (-1, 1):
        drawn += oval(x + side * 40, y - 402, 13, 7, "#2a2019") + path(
            f"M{x + side * 62} {y - 428} q{-side * 22} -12 {-side * 42} 0", line="#8f8b85", width=6
        )
        drawn += path(f"M{x + side * 60} {y - 384} q{-side * 10} 12 {-side * 26} 10", line="#a87653", width=3)
    return (
        drawn
        + path(f"M{x} {y - 400} q14 34 -8 44", line="#a87653", width=5)
        + path(f"M{x - 32} {y - 322} q32 16 64 0", line="#8c4f40", width=6)
    )


def shadow(rng: random.Random, *, figures: bool = True) -> str:
    """The lit screen of a shadow theatre."""
    drawn = box(0, 0, WIDE, HIGH, "#140d08") + box(120, 90, 960, 560, "#e9c27a") + glow(600, 380, 620, "#fff0bf", strength=0.9)
    drawn += path("M120 650 V90 H1080 V650", line="#3a2413", width=26) + box(160, 600, 880, 16, "#6a4420", opacity=0.7)
    if figures:
        drawn += puppet(430, 600, 380, "#4a1d12") + puppet(760, 600, 360, "#1f3a34", turned=True)
    return drawn + crowd(rng, 690, 56, rows=1, colour="#0b0705")


def puppet(x: float, y: float, h: float, colour: str, *, turned: bool = False) -> str:
    """A figure of cut leather on its rods."""
    side = -1 if turned else 1
    drawn = person(x, y, h, colour, skin=colour, hair=colour, arms="one" if turned else "out", robe=True)
    drawn += "".join(circle(x + (n % 3 - 1) * h * 0.06, y - h * (0.15 + n // 3 * 0.13), h * 0.02, "#e9b45c") for n in range(12))
    drawn += path(f"M{x} {y - h * 0.96} q{side * h * 0.1} {-h * 0.16} {side * h * 0.26} {-h * 0.06}", line=colour, width=h * 0.022)
    return drawn + path(f"M{x + side * h * 0.3} {y - h * 0.76} L{x + side * h * 0.42} {y + 60}", line="#2b1a0d", width=3)


SCENES: dict[str, Scene] = {
    scene.__name__: scene for scene in (opera, lake, terraces, street, choir, square, drums, forest, truck, interview, shadow)
}


def drawing(name: str, seed: int) -> str:
    """The scene of that name."""
    return page(SCENES[name](random.Random(seed)))  # noqa: S311
