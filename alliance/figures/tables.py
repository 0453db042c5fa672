"""A table of figures, from which its chart, its page and its downloads are made; and which small numbers are withheld."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance.catalogue.exports import Cell as Written

FEWEST = 3
"""Smaller numbers are withheld in public where they could point at somebody."""
Shape = Literal["columns", "bars", "pairs", "net", "none"]


def figure(value: float, form: str = ",.10g") -> str:
    """As it is printed, with a minus as long as a plus."""
    return f"{value:{form}}".replace("-", "−")


@dataclass(frozen=True)
class Cell:
    """A number, the list of what it counts, and whether it is withheld; None: there is nothing to say."""

    value: float | None
    url: str = ""
    withheld: bool = False
    unit: str = ""

    @property
    def says(self) -> bool:
        """Whether there is something to tell: no zero."""
        return bool(self.value) or self.withheld

    @property
    def told(self) -> str:
        """As people read it."""
        if self.withheld:
            return str(_("略"))
        return "–" if self.value is None else f"{figure(self.value)}{self.unit}"

    @property
    def written(self) -> Written:
        """As a spreadsheet has it."""
        if self.withheld:
            return str(_("略"))
        return self.value


@dataclass(frozen=True)
class Row:
    """A label, its short form under a column, and a number for each head but the first."""

    label: str
    cells: tuple[Cell, ...]
    short: str = ""
    url: str = ""


@dataclass(frozen=True)
class Table:
    """`heads[0]` stands over the labels; the chart draws the first `series` numbers of each row."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    shape: Shape = "none"
    series: int = 1
    note: str = ""
    blank: str = ""
    ways: Sequence[tuple[str, str]] = field(default=())
    wide: bool = False

    @property
    def size(self) -> str:
        """How much room its card takes: of three columns one, two or all."""
        return "wide" if self.wide else "two" if self.shape in ("columns", "pairs") else "one"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell.says for row in self.rows for cell in row.cells)

    @property
    def has_withheld(self) -> bool:
        return any(cell.withheld for row in self.rows for cell in row.cells)

    @property
    def summary(self) -> str:
        """What the chart shows, in a sentence for who does not see it."""
        drawn = [(row, row.cells[0]) for row in self.rows if row.cells and not row.cells[0].withheld and row.cells[0].value]
        if not drawn:
            return self.blank
        most = max(drawn, key=lambda one: one[1].value or 0)
        foreign = str(get_locale()) == "en" and not most[0].label.isascii()  # a description cannot say in which language a name is
        label = _("第%(n)s行", n=self.rows.index(most[0]) + 1) if foreign else most[0].label
        said = {"what": self.heads[1], "label": label, "n": most[1].told}
        return str(_("%(what)s最多的是%(label)s（%(n)s）。每个数字见下方的表。", **said))

    @property
    def folded(self) -> Table:
        """As a page shows it: without empty months at either end and without what is 0 throughout, which its note tells instead."""
        rows = _telling(self)
        kept = [at for at in range(len(self.heads) - 1) if at == 0 or any(row.cells[at].says for row in rows)]
        gone = [head for at, head in enumerate(self.heads[1:]) if at not in kept]
        sentences = (
            self.note,
            str(_("没有列出的%(what)s都是0。", what=self.heads[0])) if len(rows) < len(self.rows) else "",
            str(_("“%(what)s”都是0，没有列出。", what=_("、").join(gone))) if gone else "",
        )
        return replace(
            self,
            heads=[self.heads[0], *(self.heads[at + 1] for at in kept)],
            rows=[replace(row, cells=tuple(row.cells[at] for at in kept)) for row in rows],
            series=sum(at < self.series for at in kept),
            note=" ".join(filter(None, sentences)),
        )

    def lines(self) -> list[list[Written]]:
        """The rows for a download."""
        return [[row.label, *(cell.written for cell in row.cells)] for row in self.rows]


def _telling(table: Table) -> Sequence[Row]:
    """Of a year what lies between the first and the last month of which there is something; else the rows that say something."""
    full = [at for at, row in enumerate(table.rows) if any(cell.says for cell in row.cells)]
    if table.shape == "columns":
        return table.rows[full[0] : full[-1] + 1] if full else ()
    return [table.rows[at] for at in full]


def counted(label: str, *numbers: float | None, urls: Iterable[str] = (), unit: str = "", short: str = "", url: str = "") -> Row:
    """A row of numbers, each with the list behind it; a zero opens nothing."""
    links = [*urls, *[""] * len(numbers)]
    return Row(label, tuple(Cell(n, link if n else "", unit=unit) for n, link in zip(numbers, links, strict=False)), short, url)


def withheld(numbers: Sequence[float | None]) -> set[int]:
    """The places of those not to be told: the few, and where that is one alone or all are the same, the next smallest, else they
    could be reckoned from the sum."""
    found = {at for at, number in enumerate(numbers) if number and number < FEWEST}
    others = [(number, at) for at, number in enumerate(numbers) if number and at not in found]
    return found | {min(others)[1]} if len({numbers[at] for at in found}) == 1 and others else found


def discreet(table: Table) -> Table:
    """The same for the public: small numbers withheld column by column, no ways to records."""
    hidden = [withheld([row.cells[at].value for row in table.rows]) for at in range(len(table.heads) - 1)]
    rows = [
        replace(row, url="", cells=tuple(_shut(cell, at in hidden[column]) for column, cell in enumerate(row.cells)))
        for at, row in enumerate(table.rows)
    ]
    return replace(table, rows=rows)


def closed(table: Table) -> Table:
    """The same without ways to records."""
    return replace(table, rows=[replace(row, url="", cells=tuple(_shut(cell, False) for cell in row.cells)) for row in table.rows])


def _shut(cell: Cell, hide: bool) -> Cell:
    return replace(cell, url="", withheld=hide, value=None if hide else cell.value)


def percent(part: float, whole: float) -> float | None:
    """With one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def head(*labels: Any) -> list[str]:
    return [str(label) for label in labels]
