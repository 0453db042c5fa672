"""A record of the archive as a table tells it: the fields of the record, and the name of its file."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from flask_babel import lazy_gettext as _l

from alliance.archive.labels import FIELDS, LISTED
from alliance.archive.record import REQUIRED, sift
from alliance.catalogue.kinds.field import Field, Group, Kind
from alliance.catalogue.kinds.read import READERS
from alliance.forms import faults

LONGEST = 200
READ = ("code", "codes", "date", "integer")
TYPES = {
    "description": "long",
    "description_en": "long",
    "contributors": "words",
    "performers": "words",
    "art_forms": "codes",
    "allowed_uses": "codes",
    "place_code": "division",
    "minutes": "integer",
    "pages": "integer",
    "award_year": "integer",
    "licence_until": "date",
    "embargo_until": "date",
    "lease_until": "date",
}


def _field(name: str, label: Any) -> Field:
    codes = LISTED[name].name if name in LISTED else "art_form" if name == "art_forms" else ""
    kind = TYPES.get(name, "code" if codes else "text")
    return Field(name=name, label=label, type=kind, codes=codes, required=name in REQUIRED, longest=8000)


ASSET = Kind(
    "asset",
    _l("档案著录"),
    "asset",
    "",
    (
        Group(
            "record",
            _l("著录"),
            (
                *(_field(name, label) for name, label in FIELDS.items()),
                Field(name="title_zh", label=_l("中文题名")),
            ),
        ),
    ),
    lambda _resource, _locale: [],
    lambda _resource: {},
    (),
)


def read(row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of a row that hold, as the form would send them, and what is wrong with the others."""
    typed, unread = _typed({name: value for name, value in row.items() if name in FIELDS})
    typed |= _titles(row, typed)
    name = typed.pop("file", "")
    values, wrong = sift(typed, faults)
    if "created_text" in wrong and not values.get("period"):
        values |= sift({"period": row["created_text"]}, faults)[0]  # words for a time that is no date
    return values | ({"file": name} if name else {}), wrong | unread


def _typed(row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Codes by their labels, days and figures as staff write them, as the form would send them; what cannot be read is told."""
    typed, wrong = dict(row), {}
    for name in [name for name in row if ASSET.by_name[name].type in READ]:
        field = ASSET.by_name[name]
        try:
            typed[name] = READERS[field.type](field, row[name])
        except ValueError as error:
            del typed[name]
            wrong[name] = str(error)
    return typed, wrong


def _titles(row: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, str]:
    """The Chinese title first, where the table has both; without any the name of the file; what is too long goes on below."""
    title, said = row.get("title_zh") or typed.get("title", ""), typed.get("title_en") or typed.get("title", "")
    title = title or typed.get("title_en", "") or PurePath(typed.get("file", "")).stem
    found = {"title": title} if title else {}
    if said and said != title:
        found["title_en"] = said
    whole = [text for text in found.values() if len(text) > LONGEST]
    found = {name: text if len(text) <= LONGEST else text[: LONGEST - 1] + "…" for name, text in found.items()}
    return found | ({"description": "\n".join([*whole, *filter(None, [typed.get("description", "")])])} if whole else {})


def spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """As they are shown in lists: performers by their names."""
    return {**values, "performers": [one["name"] for one in values["performers"]]} if "performers" in values else dict(values)
