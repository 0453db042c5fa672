"""An asset as the search engine keeps it."""

from alliance.archive import captions, dates
from alliance.archive.media import format_label, size_label
from alliance.archive.models import Asset
from alliance.archive.visibility import tokens_of
from alliance.codes.arts import ART_FORM, AWARD
from alliance.codes.codelist import CodeList
from alliance.codes.media import MEDIA_FORM, MEDIA_THEME, MEDIA_TYPE
from alliance.places import city_key, county_code
from search.types import Document


def document(asset: Asset) -> Document | None:
    """What is found under `a:<id>`; None when nobody may find it, which takes it out of the index."""
    scopes = tokens_of(asset)
    if not scopes:
        return None
    return Document(
        id=f"a:{asset.id}",
        version=asset.version,
        kind="media",
        title=asset.title,
        text=_text(asset),
        keywords=_keywords(asset),
        numbers=_numbers(asset),
        scopes=scopes,
        stored=_stored(asset),
    )


def _text(asset: Asset) -> dict[str, str]:
    details = asset.details
    subjects = [label for code in asset.art_forms for up in ART_FORM.path(code) for label in _both(ART_FORM, up)]
    for codes, value in ((MEDIA_TYPE, asset.type), (MEDIA_FORM, asset.genre), (MEDIA_THEME, details.get("theme", ""))):
        subjects += _both(codes, value)
    subjects += [*_both(AWARD, details.get("award", "")), details.get("heritage_item", "")]
    cast = [name for one in asset.performers for name in (one.name, one.name_en)]
    people = [asset.creator, details.get("creator_en", ""), *asset.contributors, *cast, asset.rights_holder]
    names = [name.name for name in asset.owner.names]
    texts = {
        "alias": [asset.title_en],
        "code": [asset.code, details.get("original", "")],
        "subject": subjects,
        "people": people,
        "place": [asset.place_text, details.get("place_text_en", ""), asset.period],
        "centre": [asset.owner.name, asset.owner.short_name, asset.owner.name_en, *names],
        "body": [asset.description, asset.description_en, asset.source, asset.relation, *captions.searched(asset)],
    }
    return {name: "\n".join(dict.fromkeys(part for part in parts if part)) for name, parts in texts.items()}


def _both(codes: CodeList, value: str) -> list[str]:
    return [codes[value].zh, codes[value].en] if value and value in codes else []


def _keywords(asset: Asset) -> dict[str, tuple[str, ...]]:
    place = asset.place_code or asset.owner.division_code
    found = {
        "centre": (asset.owner.slug,),
        "level": (asset.owner.level,),
        "area": tuple(dict.fromkeys((city_key(place), county_code(place)))) if place else (),
        "art_form": tuple(dict.fromkeys(up for code in asset.art_forms for up in ART_FORM.path(code))),
        "type": (asset.type,) if asset.type else (),
        "access": (access_of(asset),),
        "decade": (f"{asset.year // 10 * 10}s",) if asset.year else (),
    }
    return {name: values for name, values in found.items() if values}


def access_of(asset: Asset) -> str:
    """The file's access as it is today: closed to all but the owner where the rights do not hold, before an embargo's end,
    after a lease's."""
    if asset.is_embargoed or asset.lease_over:
        return "own_centre"
    return asset.file_access if asset.rights_hold or asset.file_access in ("on_site", "on_request") else "own_centre"


def _numbers(asset: Asset) -> dict[str, float]:
    found: dict[str, float | None] = {
        "year": asset.year,
        "created": asset.published_at.timestamp() if asset.published_at else None,
        "seconds": asset.details["minutes"] * 60 if "minutes" in asset.details else None,
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def _stored(asset: Asset) -> dict[str, object]:
    """What a result's card shows without asking the database."""
    return {
        "code": asset.code,
        "title": asset.title,
        "title_en": asset.title_en,
        "type": asset.type,
        "centre": asset.owner.name,
        "centre_en": asset.owner.name_en,
        "date": asset.created_text,
        "is_decade": dates.is_decade(asset.created_text),
        "access": access_of(asset),
        "rights_status": asset.rights_status,
        "summary": asset.description[:160],
        "picture": asset.file is not None and asset.file.media_type.startswith("image/") and access_of(asset) == "public",
        "format": format_label(asset.file.media_type) if asset.file else "",
        "size": size_label(asset.file.size) if asset.file else "",
    }
