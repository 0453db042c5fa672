"""The four kinds of resource, each declared once: form, page, import, search and checks follow from the declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _

from alliance.catalogue.kinds import media
from alliance.catalogue.kinds.field import Fact, Faults, Field, Group, Kind
from alliance.catalogue.kinds.media import MEDIA
from alliance.catalogue.kinds.parse import Read, model_of, read
from alliance.catalogue.kinds.show import comma, plain, shown
from alliance.catalogue.kinds.stage_truck import STAGE_TRUCK
from alliance.catalogue.kinds.talent import TALENT
from alliance.catalogue.kinds.truck_facts import sketch
from alliance.catalogue.kinds.venue import VENUE

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource

__all__ = [
    "KINDS",
    "Fact",
    "Faults",
    "Field",
    "Group",
    "Kind",
    "Read",
    "Row",
    "Table",
    "checklist",
    "comma",
    "facts",
    "fields_of",
    "kind_of",
    "missing",
    "model_of",
    "read",
    "shown",
    "sketch",
    "spec",
]

KINDS: dict[str, Kind] = {kind.id: kind for kind in (TALENT, VENUE, STAGE_TRUCK, MEDIA)}
MOST_FACTS = 6
TOLD_ABOVE = frozenset({"title", "title_en", "summary", "summary_en"})
"""Heading and text of the page; not repeated in its tables."""


class Row(NamedTuple):
    """One row of a listing's table: what, how much, what follows from it; a locked one is for members."""

    label: str
    value: str
    note: str = ""
    locked: bool = False
    name: str = ""


class Table(NamedTuple):
    """A group of rows with its caption."""

    id: str
    caption: str
    rows: tuple[Row, ...]


def kind_of(resource: Resource) -> Kind:
    """The kind of a listing."""
    return KINDS[resource.kind]


def fields_of(kind: str) -> tuple[Field, ...]:
    """All fields of a kind, shared ones too, in the order of the form."""
    return KINDS[kind].fields


def checklist(kind: str) -> tuple[tuple[str, Any], ...]:
    """What a reviewer ticks off: (key, label)."""
    return KINDS[kind].checklist


def facts(resource: Resource, locale: str) -> tuple[Fact, ...]:
    """The three to six figures that decide, most pressing first; those that nobody gave are left out."""
    with force_locale(locale):
        told = [fact for fact in kind_of(resource).facts(resource, locale) if fact.value]
        return tuple(Fact(str(fact.label), str(fact.value), fact.tone) for fact in told[:MOST_FACTS])


def missing(resource: Resource) -> tuple[Field, ...]:
    """The fields that publishing demands and that are empty, or rows that lack a cell."""
    kind = kind_of(resource)
    values = kind.values(resource)
    return tuple(
        field
        for field in kind.fields
        if (field.is_needed(values) and field.is_empty(values[field.name])) or _has_gaps(field, values[field.name])
    )


def _has_gaps(field: Field, value: Any) -> bool:
    needed = [cell.name for cell in field.rows if cell.required]
    return any(row.get(name) in (None, "") for row in value or () for name in needed) if field.rows else False


def spec(resource: Resource, locale: str, private: bool) -> tuple[Table, ...]:
    """All that a listing says, grouped, with units and labels; what only members see is locked unless `private`."""
    with force_locale(locale):
        kind = kind_of(resource)
        told = kind.notes(resource)
        groups = (*kind.groups[1:], kind.groups[0])  # what decides first, the basics last
        tables = [Table(group.id, str(group.label), tuple(_rows(resource, group, told, locale, private))) for group in groups]
        if resource.kind == "media":
            tables[0] = tables[0]._replace(rows=(*tables[0].rows, *(Row(*row) for row in media.record(resource, locale))))
        return tuple(table for table in tables if table.rows)


def _rows(resource: Resource, group: Group, told: dict[str, str], locale: str, private: bool) -> list[Row]:
    rows, done = [], set()
    joins = {join.names[0]: join for join in group.joins}
    for field in group.fields:
        if field.name in done:
            continue
        join = joins.get(field.name)
        values: list[Any] = [resource.details.get(name) for name in join.names] if join else []
        if join and all(value is not None for value in values):
            done |= set(join.names)
            note = next((told[name] for name in join.names if name in told), "")
            rows.append(Row(str(join.label), f"{'×'.join(plain(value) for value in values)} {field.unit}", note, name=field.name))
        elif (row := _row(resource, field, told, locale, private)) is not None:
            rows.append(row)
    return rows


def _row(resource: Resource, field: Field, told: dict[str, str], locale: str, private: bool) -> Row | None:
    said = field.of(resource)
    usual = field.at and said == field.default and not isinstance(said, str)
    if usual or field.name in TOLD_ABOVE or not (value := shown(field, said, locale)):
        return None
    if field.private and not private:
        return Row(str(field.label), str(_("成员馆登录后可见")), "", True, field.name)
    return Row(str(field.label), value, told.get(field.name, ""), name=field.name)
