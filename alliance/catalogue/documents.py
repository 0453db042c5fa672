"""A listing as the search engine keeps it: what anybody who finds it may read, and nothing that only members see."""

from collections.abc import Iterable
from typing import Any

from alliance import codes
from alliance.catalogue import kinds
from alliance.catalogue.kinds import Field, shown
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import tokens_of
from alliance.places import Divisions, city_key, county_code
from search.types import Document

LOCALES = (("zh", "zh_Hans"), ("en", "en"))
TYPE_FIELDS = {"talent": "talent_kind", "venue": "venue_type", "stage_truck": "vehicle_type"}


def document(resource: Resource, names: Divisions) -> Document | None:
    """What is found under `r:<id>`; None when nobody may find it, which takes it out of the index."""
    scopes = tokens_of(resource)
    if not scopes:
        return None
    return Document(
        id=f"r:{resource.id}",
        version=resource.version,
        kind=resource.kind,
        title=resource.title or resource.code,
        text=_text(resource, names),
        keywords=_keywords(resource),
        numbers=_numbers(resource),
        where=(resource.lat, resource.lng) if resource.lat is not None and resource.lng is not None else None,
        scopes=scopes,
        stored=_stored(resource),
    )


def type_of(resource: Resource) -> str:
    """Its type within its kind as `list:code`, so that equal codes of two lists stay apart; that of an asset alone."""
    if resource.kind == "media":
        return resource.asset.type if resource.asset is not None else ""
    name = TYPE_FIELDS[resource.kind]
    value = resource.details.get(name)
    return f"{name}:{value}" if value else ""


def type_label(value: str, locale: str) -> str:
    """The words of a type; what no list knows stands for itself."""
    name, colon, code = value.rpartition(":")
    known = codes.get(name if colon and name in codes.LISTS else "media_type")
    return known.label(code, locale) if code in known else value


def _text(resource: Resource, names: Divisions) -> dict[str, str]:
    owner = resource.owner
    place = resource.division_code or owner.division_code
    kind = kinds.kind_of(resource)
    texts: dict[str, Iterable[str]] = {
        "alias": [resource.title_en],
        "code": [resource.code],
        "subject": [*_labels(resource), *resource.tags, *_kind_words(resource.kind)],
        "place": [*(names.path(place) if place else ()), resource.address],
        "centre": [owner.name, owner.short_name, owner.name_en, *(name.name for name in owner.names)],
        "body": [resource.summary, resource.summary_en, *_told(resource, kind.fields)],
    }
    return {name: "\n".join(dict.fromkeys(part for part in parts if part)) for name, parts in texts.items() if any(parts)}


def _labels(resource: Resource) -> list[str]:
    """Labels in both languages of every code the listing says in public: its type, its art forms with those above, the rest."""
    found = []
    for field in kinds.kind_of(resource).fields:
        if field.private or field.type not in ("code", "codes") or field.search != "facet":
            continue
        value = field.of(resource)
        known = codes.get(field.codes)
        for one in value if isinstance(value, list) else [value] if value else []:
            for code in known.path(one) if one in known else ():
                found += [known[code].zh, known[code].en]
    return found


def _kind_words(kind: str) -> list[str]:
    return {
        "talent": ["文艺人才", "talent"],
        "venue": ["场馆", "venue"],
        "stage_truck": ["流动舞台车", "stage truck"],
        "media": ["数字资源", "digital media"],
    }[kind]


def _told(resource: Resource, fields: Iterable[Field]) -> list[str]:
    """What was typed into public fields that are searched and stand nowhere else."""
    columns = {"title", "title_en", "summary", "summary_en", "tags", "address"}
    return [
        shown(field, field.of(resource), "zh")
        for field in fields
        if field.search == "text" and not field.private and field.name not in columns
    ]


def _keywords(resource: Resource) -> dict[str, tuple[str, ...]]:
    place = resource.division_code or resource.owner.division_code
    forms = codes.get("art_form")
    kind = type_of(resource)
    found = {
        "centre": (resource.owner.slug,),
        "level": (resource.owner.level,),
        "area": tuple(dict.fromkeys((city_key(place), county_code(place)))) if place else (),
        "art_form": tuple(dict.fromkeys(up for code in resource.art_forms if code in forms for up in forms.path(code))),
        "audience": tuple(resource.audiences),
        "fee": (resource.fee_type,) if resource.fee_type else (),
        "type": (kind,) if kind else (),
    }
    return {name: values for name, values in found.items() if values}


def _numbers(resource: Resource) -> dict[str, float]:
    found: dict[str, Any] = {
        "hot": resource.hot,
        "rating": resource.rating,
        "created": resource.published_at.timestamp() if resource.published_at else None,
        "verified": float(resource.verified_on.toordinal()) if resource.verified_on else None,
        "fee_fen": sum(row.get("fen") or 0 for row in resource.costs),
    }
    for field in kinds.kind_of(resource).fields:
        if field.search == "number" and not field.private:
            found[field.name] = field.of(resource)
    return {name: float(value) for name, value in found.items() if value is not None}


def _stored(resource: Resource) -> dict[str, Any]:
    """Enough for a card without the database, in both languages; what changes with the day is computed where it is shown."""
    told = {locale: [[fact.label, fact.value] for fact in kinds.facts(resource, name) if not fact.tone] for locale, name in LOCALES}
    return {
        "code": resource.code,
        "title": resource.title,
        "title_en": resource.title_en,
        "type": type_of(resource),
        "centre": resource.owner.name,
        "centre_en": resource.owner.name_en,
        "fee": resource.fee_type,
        "facts": told,
    }
