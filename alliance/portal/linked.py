"""A record of the archive for machines that read pages, in the words of schema.org: what everybody sees of it, and nothing else."""

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from sqlalchemy.orm import Session

from alliance.archive import relations, rights, showing
from alliance.archive.models import Asset, Collection
from alliance.archive.visibility import visible_to
from alliance.permissions import may
from alliance.storage.models import Rendition

TYPES = {
    "moving_image": "VideoObject",
    "sound": "AudioObject",
    "still_image": "ImageObject",
    "text": "DigitalDocument",
    "dataset": "Dataset",
}
WHOLES = ("part_of", "in_series")
EXACT = re.compile(r"\d{4}(-\d\d){0,2}")
"""Of the dates as they are known, those that ISO 8601 has too: no decade, none that is uncertain."""
Node = dict[str, Any]


def described(
    session: Session, asset: Asset, made: dict[str, Rendition], near: relations.Related, shelves: Iterable[Collection]
) -> Node | None:
    """The record as JSON-LD; None where a visitor may not read it. The same whoever asks, in any language. One query at most."""
    if not may(None, "asset.read", asset):
        return None
    address = _at("portal.asset", code=asset.code)
    told = {
        "@context": "https://schema.org",
        "@type": TYPES.get(asset.type, "CreativeWork"),
        "@id": address,
        "url": address,
        "identifier": asset.code,
        "name": asset.title,
        "alternateName": asset.title_en,
        "description": asset.description,
        "creator": {"name": asset.creator} if asset.creator else None,
        "dateCreated": asset.created_text if EXACT.fullmatch(asset.created_text) else None,
        "inLanguage": asset.language,
        "license": rights.statement_of(asset).uri,
        "contentLocation": {"@type": "Place", "name": asset.place_text} if asset.place_text else None,
        "provider": {"@type": "Organization", "name": asset.owner.name},
        "isPartOf": [*_wholes(session, near), *(_shelf(one) for one in shelves)],
        **_file(asset, made),
    }
    return {name: value for name, value in told.items() if value}


def _file(asset: Asset, made: dict[str, Rendition]) -> Node:
    """What is told of a file that opens to everybody; a file that was granted to one reader is not."""
    if asset.file is None or asset.file_access != "public" or not may(None, "asset.open", asset):
        return {}
    picture = next((made[name] for name in ("card", "poster", "page", "cover") if showing.is_done(made, name)), None)
    return {
        "contentUrl": _at("archive.file", code=asset.code),
        "encodingFormat": asset.file.media_type,
        "isAccessibleForFree": True,
        "thumbnailUrl": _base() + showing.address(asset, picture) if picture is not None else None,
        "uploadDate": asset.public_at.isoformat() if asset.public_at is not None else None,
        "duration": f"PT{asset.details['minutes']}M" if "minutes" in asset.details else None,
    }


def _wholes(session: Session, near: relations.Related) -> list[Node]:
    labels = {str(relations.KINDS[kind][0]) for kind in WHOLES}
    ends = {end.asset.id: end.asset for label, found in near.groups if label in labels for end in found if end.is_ours}
    seen = set(session.scalars(sa.select(Asset.id).where(Asset.id.in_(ends), visible_to(None)))) if ends else set()
    return [_part(one.title, _at("portal.asset", code=one.code), "CreativeWork") for id_, one in ends.items() if id_ in seen]


def _shelf(one: Collection) -> Node:
    return _part(one.title, _at("portal.collection", slug=one.slug), "Collection")


def _part(name: str, address: str, kind: str) -> Node:
    return {"@type": kind, "@id": address, "url": address, "name": name}


def _at(endpoint: str, **values: Any) -> str:
    return _base() + url_for(endpoint, **values)


def _base() -> str:
    return str(current_app.config["ALLIANCE"].address)
