"""What else somebody who looks at an item may like: its series, its cast, its collections, its place and form, its centre."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from alliance.archive.models import Asset, AssetRelation, Collection, CollectionMember, Performer
from alliance.archive.visibility import visible_to


def siblings(session: Session, person: Any, asset: Asset, *, count: int) -> list[Asset]:
    """Others that `person` may see, the closest first and of those the nearest in time; one query."""
    same_place = sa.and_(Asset.place_text == asset.place_text, Asset.place_text != "")
    same_form = Asset.art_forms == asset.art_forms
    ties = [
        Asset.id.in_(_of_its_series(asset)),
        Asset.id.in_(_of_its_cast(asset)),
        Asset.id.in_(_of_its_collections(asset)),
        sa.and_(same_place, same_form),
        same_place,
        sa.and_(same_form, Asset.owner_id == asset.owner_id),
        same_form,
    ]
    closeness = sa.case(*((tie, at) for at, tie in enumerate(ties)), else_=len(ties))
    near = sa.func.abs(sa.func.coalesce(Asset.year, 0) - (asset.year or 0))
    tied = sa.or_(*ties, Asset.owner_id == asset.owner_id)
    query = sa.select(Asset).where(visible_to(person), Asset.id != asset.id, tied)
    return list(session.scalars(query.order_by(closeness, near, Asset.id.desc()).limit(count)))


def _of_its_series(asset: Asset) -> sa.Select[int]:
    mine, other = aliased(AssetRelation), aliased(AssetRelation)
    both = sa.and_(mine.other_id == other.other_id, mine.kind == "in_series", other.kind == "in_series")
    return sa.select(other.asset_id).join(mine, both).where(mine.asset_id == asset.id)


def _of_its_cast(asset: Asset) -> sa.Select[int]:
    mine, other = aliased(Performer), aliased(Performer)
    return sa.select(other.asset_id).join(mine, mine.name == other.name).where(mine.asset_id == asset.id)


def _of_its_collections(asset: Asset) -> sa.Select[int]:
    mine, other = aliased(CollectionMember), aliased(CollectionMember)
    together = sa.select(other.asset_id).join(mine, mine.collection_id == other.collection_id)
    shown = together.join(Collection, sa.and_(Collection.id == mine.collection_id, Collection.state == "published"))
    return shown.where(mine.asset_id == asset.id)
