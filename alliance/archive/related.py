"""What else somebody who looks at an item may like: its series, its cast, its collections, its place and form, its centre."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from alliance.archive.models import Asset, AssetRelation, Collection, CollectionMember, Performer
from alliance.archive.visibility import visible_to


def _of_its_series() -> sa.Select[int]:
    mine, other = aliased(AssetRelation), aliased(AssetRelation)
    both = sa.and_(mine.other_id == other.other_id, mine.kind == "in_series", other.kind == "in_series")
    return sa.select(other.asset_id).join(mine, both).where(mine.asset_id == ASSET)


def _of_its_cast() -> sa.Select[int]:
    mine, other = aliased(Performer), aliased(Performer)
    return sa.select(other.asset_id).join(mine, mine.name == other.name).where(mine.asset_id == ASSET)


def _of_its_collections() -> sa.Select[int]:
    mine, other = aliased(CollectionMember), aliased(CollectionMember)
    together = sa.select(other.asset_id).join(mine, mine.collection_id == other.collection_id)
    shown = together.join(Collection, sa.and_(Collection.id == mine.collection_id, Collection.state == "published"))
    return shown.where(mine.asset_id == ASSET)


# Built once: to put the pieces together takes longer than to ask.
ASSET, PLACE = sa.bindparam("asset", type_=sa.Integer), sa.bindparam("place", type_=sa.String)
SAME_PLACE = sa.and_(Asset.place_text == PLACE, Asset.place_text != "")
SAME_FORM = Asset.art_forms == sa.bindparam("forms", type_=Asset.art_forms.type)
SAME_OWNER = Asset.owner_id == sa.bindparam("owner", type_=sa.Integer)
TIES: tuple[sa.ColumnElement[bool], ...] = (
    Asset.id.in_(_of_its_series()),
    Asset.id.in_(_of_its_cast()),
    Asset.id.in_(_of_its_collections()),
    sa.and_(SAME_PLACE, SAME_FORM),
    SAME_PLACE,
    sa.and_(SAME_FORM, SAME_OWNER),
    SAME_FORM,
)
"""What ties an item to another, the closest first."""
CLOSENESS = sa.case(*((tie, at) for at, tie in enumerate(TIES)), else_=len(TIES))
APART = sa.func.abs(sa.func.coalesce(Asset.year, 0) - sa.bindparam("year", type_=sa.Integer))
TIED = (
    sa.select(Asset)
    .where(Asset.id != ASSET, sa.or_(*TIES, SAME_OWNER))
    .order_by(CLOSENESS, APART, Asset.id.desc())
    .limit(sa.bindparam("count", type_=sa.Integer))
)
TIED_IN_PUBLIC = TIED.where(visible_to(None))


def siblings(session: Session, person: Any, asset: Asset, *, count: int) -> list[Asset]:
    """Others that `person` may see, the closest first and of those the nearest in time; one query."""
    given = {
        "asset": asset.id,
        "place": asset.place_text,
        "forms": asset.art_forms,
        "owner": asset.owner_id,
        "year": asset.year or 0,
        "count": count,
    }
    tied = TIED_IN_PUBLIC if person is None else TIED.where(visible_to(person))
    return list(session.scalars(tied, given))
