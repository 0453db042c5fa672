"""What was typed, imported or sent, read into canonical values through a pydantic model built from the declaration."""

import copy
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple

from flask_babel import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model

from alliance.catalogue.kinds.field import Faults, Field, Kind
from alliance.catalogue.kinds.read import READERS

TYPES: dict[str, Any] = {
    "integer": int,
    "decimal": float,
    "money": int,
    "yesno": bool,
    "months": list[int],
    "codes": list[str],
    "words": list[str],
}
MANY_ROWS = 60


class Read(NamedTuple):
    """What holds, in canonical units, and what does not."""

    values: dict[str, Any]
    faults: Faults


def read(kind: Kind, given: Mapping[str, Any]) -> Read:
    """Values of the fields that are named in `given`; None or an empty list where nothing was said. Unknown names are left out."""
    values = {name: copy.deepcopy(value) for name, value in given.items() if name in kind.by_name}
    faults: Faults = {}
    model = model_of(kind)
    for _round in range(3):  # what is at fault is cut out, the rest read again
        try:
            return Read(model.model_validate(values).model_dump(exclude_unset=True), faults)
        except ValidationError as error:
            for fault in error.errors():
                faults.setdefault(".".join(str(part) for part in fault["loc"]), _sentence(fault))
                _cut(values, fault["loc"])
    return Read({}, faults)


def _sentence(fault: Any) -> str:
    told = fault.get("ctx", {}).get("error") if fault["type"] == "value_error" else None
    return str(told) if told else str(_("这一项填得不对，请检查。"))


def _cut(values: dict[str, Any], where: tuple[int | str, ...]) -> None:
    """Take the value at fault out: a field, or one cell of a row."""
    name = str(where[0])
    if len(where) == 3 and isinstance(values.get(name), list) and isinstance(values[name][int(where[1])], dict):
        values[name][int(where[1])].pop(str(where[2]), None)
    else:
        values.pop(name, None)


@cache
def _model(kind: Kind) -> type[BaseModel]:
    return _built(kind.id, kind.fields)


def model_of(kind: Kind) -> type[BaseModel]:
    """The typed model of a kind; every field may be absent, as in a draft."""
    return _model(kind)


def _built(name: str, fields: tuple[Field, ...]) -> type[BaseModel]:
    config = ConfigDict(extra="ignore", title=name)
    columns: dict[str, Any] = {field.name: (_annotation(name, field), None) for field in fields if field.type != "openings"}
    return create_model(name, __config__=config, **columns)


def _annotation(name: str, field: Field) -> Any:
    if field.type == "rows":
        row: Any = Annotated[_built(f"{name}_{field.name}", field.rows), BeforeValidator(_row)]
        return Annotated[list[row], BeforeValidator(_rows)]
    return Annotated[TYPES.get(field.type, str) | None, BeforeValidator(_reader(field))]


def _reader(field: Field) -> Callable[[Any], Any]:
    reader = READERS[field.type]
    return lambda value: reader(field, value)


def _row(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(_("这一行填得不对，请检查。"))
    return value


def _rows(value: Any) -> Any:
    """Rows in which something was said."""
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise ValueError(_("请逐行填写。"))
    said = [row for row in value if not isinstance(row, Mapping) or any(cell not in (None, "") for cell in row.values())]
    if len(said) > MANY_ROWS:
        raise ValueError(_("最多%(n)s行。", n=MANY_ROWS))
    return said
