"""Where the bars of a chart stand, in units of its own drawing: a narrow one, so that its words stay readable on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.figures.tables import Row, Table, figure

WIDTH = 320
LEFT, TOP, BOTTOM = 36, 14, 24
PLOT = 150
LINE = 42
MOST_BARS = 8
LABEL = 27
WIDEST = 48
LEAST = 6.0
SMALL = 20
"""A share below it is drawn as part of an even step above the largest, for of a whole line nothing would be seen."""
STEPS = (2, 4, 6, 8, 10)


@dataclass(frozen=True)
class Bar:
    """A rectangle of a series (1, 2)."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True)
class Columns:
    """Upright bars over an axis with three rules."""

    height: int
    bars: list[Bar]
    rules: list[tuple[float, str]]
    labels: list[tuple[float, str]]
    base: float


@dataclass(frozen=True)
class Lines:
    """A bar under each label, its number at the end of the line; shares are drawn as parts of a line that is `whole`, in words."""

    height: int
    rows: list[tuple[float, str, str, Bar | None]]
    more: int
    whole: str


def top_of(most: float) -> int:
    """The end of an axis: an even step of ten that holds the largest number."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale >= most:
                return step * scale
        scale *= 10


def brief(label: str) -> str:
    """As much of a label as has room beside its number, in large type too; Chinese signs are two wide."""
    room = LABEL
    for at, sign in enumerate(label):
        room -= 1 if sign < "ᄀ" else 2
        if room < 0:
            return label[:at].rstrip() + "…"
    return label


@dataclass(frozen=True)
class Pairs:
    """Under each label two bars away from one middle, each with its number (text, bar, where it stands, by which end)."""

    height: int
    middle: float
    rows: list[tuple[float, str, list[tuple[str, Bar, float, str]]]]
    more: int


HALF = WIDTH / 2 - 34
"""The longest bar to either side: its number stands beyond it."""


def pairs(table: Table) -> Pairs:
    """The first rows on one scale: the first series to the right of the middle, the second, where there is one, to the left."""
    drawn = table.rows[:MOST_BARS]
    most = max((abs(cell.value or 0) for row in drawn for cell in row.cells[: table.series]), default=0) or 1
    rows = []
    for at, row in enumerate(drawn):
        bars: list[tuple[str, Bar, float, str]] = []
        for series, cell in enumerate(row.cells[: table.series]):
            if not cell.value:
                continue
            size, left = max(LEAST, round(HALF * abs(cell.value) / most, 1)), series == 1
            bar = Bar(WIDTH / 2 - (size if left else 0), at * LINE + 22.0, size, 11, series + 1)
            bars.append((cell.told, bar, bar.x - 6 if left else bar.x + size + 6, "end" if left else "start"))
        rows.append((at * LINE + 15.0, brief(row.label), bars))
    return Pairs(len(drawn) * LINE, WIDTH / 2, rows, len(table.rows) - len(drawn))


@dataclass(frozen=True)
class Nets:
    """Under each label a bar to the right of the middle for more, to the left for less, its number at the end of the line."""

    height: int
    middle: float
    rows: list[tuple[float, str, str, Bar]]
    more: int


def nets(table: Table) -> Nets:
    """The rows with the largest numbers either way, in the table's order, on one scale."""
    told = [(at, row.cells[0].value or 0) for at, row in enumerate(table.rows) if row.cells[0].value]
    largest = sorted(told, key=lambda one: -abs(one[1]))[:MOST_BARS]
    most = max((abs(value) for _at, value in largest), default=1)
    rows: list[tuple[float, str, str, Bar]] = []
    for at, (place, value) in enumerate(sorted(largest)):
        size = max(LEAST, round(WIDTH / 2 * abs(value) / most, 1))
        bar = Bar(WIDTH / 2 - (size if value < 0 else 0), at * LINE + 22.0, size, 11, 2 if value < 0 else 1)
        rows.append((at * LINE + 15.0, brief(table.rows[place].label), figure(value, "+,.10g"), bar))
    return Nets(len(rows) * LINE, WIDTH / 2, rows, len(told) - len(rows))


def columns(table: Table) -> Columns:
    """One slot a row, in it a bar for each drawn series."""
    values = [[row.cells[at].value or 0 for at in range(table.series)] for row in table.rows]
    top = top_of(max((number for one in values for number in one), default=0))
    slot = min((WIDTH - LEFT - 2) / max(len(values), 1), WIDEST)
    width = slot * 0.74 / table.series
    base = TOP + PLOT
    bars = [
        Bar(round(LEFT + slot * (at + 0.13) + width * series, 1), round(base - high, 1), round(width - 0.8, 1), high, series + 1)
        for at, one in enumerate(values)
        for series, number in enumerate(one)
        if number and (high := max(1.5, round(PLOT * number / top, 1)))
    ]
    rules = [(round(base - PLOT * share, 1), f"{top * share:,.10g}") for share in (0, 0.5, 1)]
    labels = [(round(LEFT + slot * (at + 0.5), 1), row.short or row.label) for at, row in enumerate(table.rows)]
    return Columns(base + BOTTOM, bars, rules, labels, base)


def lines(table: Table) -> Lines:
    """The first rows, each with its bar; what is withheld has none."""
    drawn: Sequence[Row] = [row for row in table.rows if row.cells[0].value or row.cells[0].withheld][:MOST_BARS]
    most = max((row.cells[0].value or 0 for row in drawn), default=0) or 1
    shares = any(row.cells[0].unit == "%" for row in drawn)
    if shares:
        most = 100 if most >= SMALL else top_of(most)
    rows = [
        (
            at * LINE + 15.0,
            brief(row.label),
            row.cells[0].told,
            Bar(0, at * LINE + 22.0, max(LEAST, round(WIDTH * row.cells[0].value / most, 1)), 11, 1)
            if row.cells[0].value
            else None,
        )
        for at, row in enumerate(drawn)
    ]
    return Lines(
        len(drawn) * LINE,
        rows,
        sum(1 for row in table.rows if row.cells[0].value or row.cells[0].withheld) - len(drawn),
        f"{most}%" if shares else "",
    )
