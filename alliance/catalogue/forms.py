"""The form of a kind: what its controls show, what was typed into them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from babel.dates import get_month_names
from pydantic import BaseModel, ConfigDict, Field, field_validator
from werkzeug.datastructures import MultiDict

from alliance import codes
from alliance.catalogue.kinds import Field as Declared
from alliance.catalogue.kinds import Kind
from alliance.catalogue.models import Resource
from alliance.forms import Day

LEAST_ROWS = 2
Form = MultiDict[str, str]


@dataclass(frozen=True)
class Control:
    """One field as the form shows it: a text, a list of chosen ids, or rows of cells."""

    field: Declared
    value: Any
    fault: str
    options: list[tuple[str, str]]
    cells: list[list["Control"]]
    name: str

    @property
    def id(self) -> str:
        """What error summaries link to."""
        return f"f-{self.name}"


@dataclass(frozen=True)
class Section:
    """A group of the form, with how much of what publishing demands is open."""

    id: str
    label: Any
    controls: list[Control]
    open: int


def sections(
    kind: Kind, values: Mapping[str, Any], faults: Mapping[str, str], missing: frozenset[str], locale: str, more: str = ""
) -> list[Section]:
    """The whole form; `values` as typed, `more` names the rows to which some are added."""
    made = []
    for group in kind.groups:
        controls = [_control(field, field.name, values.get(field.name), faults, locale, more) for field in group.fields]
        made.append(Section(group.id, group.label, controls, sum(field.name in missing for field in group.fields)))
    return made


def _control(field: Declared, name: str, value: Any, faults: Mapping[str, str], locale: str, more: str = "") -> Control:
    fault = faults.get(name, "")
    if field.type != "rows":
        return Control(field, value, fault, _options(field, locale), [], name)
    rows = list(value or ())
    rows += [{} for _extra in range(5 if more == field.name else max(1, LEAST_ROWS - len(rows)))]
    cells = [
        [_control(cell, f"{name}.{n}.{cell.name}", row.get(cell.name, ""), faults, locale) for cell in field.rows]
        for n, row in enumerate(rows)
    ]
    first = next((text for key, text in faults.items() if key.startswith(f"{name}.")), "")
    return Control(field, rows, fault or first, [], cells, name)


def _options(field: Declared, locale: str) -> list[tuple[str, str]]:
    if field.type == "months":
        return [(str(number), name) for number, name in get_month_names("abbreviated", locale=locale).items()]
    return codes.get(field.codes).choices(locale) if field.codes else []


def typed(kind: Kind, form: Form) -> dict[str, Any]:
    """What stands in the posted form, by field. A whole form (all=1) also says which boxes were left empty."""
    whole = form.get("all") == "1"
    found: dict[str, Any] = {}
    for field in kind.fields:
        if field.type == "rows":
            rows = _typed_rows(field, form)
            if rows or whole:
                found[field.name] = rows
        elif field.type in ("codes", "months"):
            if field.name in form or whole:
                found[field.name] = form.getlist(field.name)
        elif field.name in form and field.type != "openings":
            found[field.name] = form[field.name]
    return found


def _typed_rows(field: Declared, form: Form) -> list[dict[str, str]]:
    pattern = re.compile(rf"{field.name}\.(\d{{1,3}})\.(\w+)")
    names = {cell.name for cell in field.rows}
    rows: dict[int, dict[str, str]] = {}
    for key, value in form.items():
        if (found := pattern.fullmatch(key)) and found[2] in names:
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return [row for _number, row in sorted(rows.items()) if any(value.strip() for value in row.values())]


def shown(kind: Kind, resource: Resource) -> dict[str, Any]:
    """What the listing says, as it would have been typed."""
    return {field.name: _as_typed(field, field.of(resource)) for field in kind.fields}


def _as_typed(field: Declared, value: Any) -> Any:
    if field.type == "openings":
        return value
    if field.type == "rows":
        return [{cell.name: _as_typed(cell, row.get(cell.name)) for cell in field.rows} for row in value or ()]
    if field.type in ("codes", "months"):
        return [str(one) for one in value or ()]
    if value is None:
        return ""
    if field.type == "words":
        return "、".join(value)
    if field.type == "money":
        return f"{value / 100:.2f}".removesuffix(".00")
    if field.type == "yesno":
        return "yes" if value else "no"
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def kept(stored: Mapping[str, Any], typed_in: Mapping[str, Any], faults: Mapping[str, str], *, all_typed: bool) -> dict[str, Any]:
    """What the form shows after a refusal: all that was typed, or, where the rest was saved, only what was at fault."""
    wrong = {name.split(".")[0] for name in faults}
    return {**stored, **{name: value for name, value in typed_in.items() if all_typed or name in wrong}}


class Blank(BaseModel):
    """A small form; what is left empty counts as not said."""

    model_config = ConfigDict(str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty(cls, value: Any) -> Any:
        return value.replace("\x00", "").strip() or None if isinstance(value, str) else value


class ExceptionForm(Blank):
    """A day that differs from the week."""

    day: Day
    opens: time | None = None
    closes: time | None = None
    note: str | None = Field(None, max_length=120)


class PaperForm(Blank):
    """What is said about a paper."""

    kind: str
    expires_on: Day | None = None
    note: str | None = Field(None, max_length=200)


class BlockForm(Blank):
    """Days, or hours of days, that are not lent; without times from the first day through the last; of a pool all, or so
    many."""

    kind: str = "block"
    first: Day
    last: Day
    opens: time | None = None
    closes: time | None = None
    note: str | None = Field(None, max_length=200)
    quantity: int | None = Field(None, ge=1, le=100_000)
