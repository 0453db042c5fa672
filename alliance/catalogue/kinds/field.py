"""What a kind of resource declares: its fields in groups, from which form, page, import, search and checks follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource

Values = Mapping[str, Any]
Faults = dict[str, str]
"""Name of a field (of a cell: costs.0.fen) -> a sentence for people."""

LISTS = frozenset({"codes", "words", "months", "rows"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a listing says. Types: text, long, phone, division, integer, decimal, money (typed in yuan, kept in fen),
    yesno, date, time, months, code, codes, words, rows, asset (code of one), openings (the weekly template, kept as rows)."""

    name: str
    label: Any
    type: str = "text"
    required: bool = False
    needed_when: Callable[[Values], bool] | None = None
    unit: Any = ""
    codes: str = ""
    private: bool = False
    hint: Any = ""
    columns: tuple[str, ...] = ()
    search: str = ""
    least: float | None = None
    most: float | None = None
    places: int = 2
    longest: int = 200
    rows: tuple[Field, ...] = ()
    at: str = ""
    default: Any = None

    @property
    def many(self) -> bool:
        """Whether the value is a list."""
        return self.type in LISTS

    def of(self, resource: Resource) -> Any:
        """Its value in a listing: an attribute (`at`), else an entry of the details."""
        if self.type == "openings":
            return [(row.weekday, row.opens, row.closes) for row in resource.openings]
        if self.type == "asset":
            return resource.asset.code if resource.asset is not None else None
        return getattr(resource, self.at) if self.at else resource.details.get(self.name)

    def is_empty(self, value: Any) -> bool:
        """Whether nothing was said; False and 0 say something."""
        return value is None or value == "" or value == []

    def is_needed(self, values: Values) -> bool:
        """Whether publishing demands it beside those other values."""
        return self.required or (self.needed_when is not None and self.needed_when(values))


class Join(NamedTuple):
    """Fields told together, such as width × depth."""

    label: Any
    names: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Fields that stand together on the form and on the page."""

    id: str
    label: Any
    fields: tuple[Field, ...]
    joins: tuple[Join, ...] = ()


class Fact(NamedTuple):
    """One of the figures that decide; `tone` is "", "warn" or "bad"."""

    label: str
    value: str
    tone: str = ""


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of resource: an entry, not a class. Itself alone is equal to it: hashing its labels would translate them all.

    What is `exclusive` takes time; what `moves` needs the way between two places; several alike may be one `pool`.
    """

    id: str
    label: Any
    mark: str
    prefix: str
    groups: tuple[Group, ...]
    facts: Callable[[Resource, str], list[Fact]]
    notes: Callable[[Resource], dict[str, str]]
    checklist: tuple[tuple[str, Any], ...]
    exclusive: bool = True
    moves: bool = False
    pool: bool = False

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the form."""
        return tuple(self._walk())

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by their names."""
        return {field.name: field for field in self.fields}

    def _walk(self) -> Iterator[Field]:
        for group in self.groups:
            yield from group.fields

    def values(self, resource: Resource) -> dict[str, Any]:
        """All that the listing says, by field."""
        return {field.name: field.of(resource) for field in self.fields}
