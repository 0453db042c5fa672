"""What an asset has to do with others: parts, series, versions, what is related, the exchange that it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, lazyload, load_only

from alliance import journal
from alliance.archive.locking import hold
from alliance.archive.models import Asset, AssetRelation
from alliance.archive.visibility import readable_by
from alliance.db import alone
from alliance.errors import Conflict, Invalid, NotFound
from alliance.people.models import Person
from alliance.permissions import may, require

MADE_FROM = "made_from"
KINDS: dict[str, tuple[Any, Any]] = {
    # kind: what the one says of the other, what the other says back
    "part_of": (_l("属于"), _l("包含")),
    "in_series": (_l("所在系列"), _l("系列里的各件")),
    "version_of": (_l("是这一件的另一版本"), _l("其他版本")),
    "related": (_l("相关"), _l("相关")),
}
NESTED = ("part_of", "in_series", "version_of")
"""Which say where a thing belongs: only within one's own centre, and never in a circle."""
DEEPEST = 50
_HERE = sa.bindparam("asset", type_=sa.Integer)
_THE_OTHER = sa.case((AssetRelation.asset_id == _HERE, AssetRelation.other_id), else_=AssetRelation.asset_id)


def _either_way(readable: sa.ColumnElement[bool]) -> sa.Select[AssetRelation, Asset | None]:
    named = (load_only(Asset.code, Asset.title, Asset.title_en), lazyload(Asset.owner), lazyload(Asset.file))
    rows = sa.select(AssetRelation, Asset).outerjoin(Asset, sa.and_(Asset.id == _THE_OTHER, readable)).options(*named)
    rows = rows.where(sa.or_(AssetRelation.asset_id == _HERE, AssetRelation.other_id == _HERE))
    return rows.order_by(sa.func.coalesce(AssetRelation.rank, 2**31 - 1), AssetRelation.id)


_IN_PUBLIC = _either_way(readable_by(None))
agreement = sa.table("agreement", sa.column("id", sa.Integer), sa.column("number", sa.String))


@dataclass(frozen=True)
class End:
    """The asset at the other end of a relation, and its number in a series."""

    id: int
    asset: Asset
    rank: int | None
    is_ours: bool


@dataclass(frozen=True)
class Exchange:
    """An agreement that an asset was made from, and what was said of the file there."""

    number: str
    note: str


@dataclass(frozen=True)
class Related:
    """All that an asset has to do with others, by label; the agreements that it was made from, as far as the reader may know of
    them, None where there are none."""

    groups: list[tuple[str, list[End]]]
    exchanges: list[Exchange] | None


def of(session: Session, person: Person | None, asset: Asset) -> Related:
    """Both ways, without what `person` may not read; the agreements' numbers only for members. Two queries at most."""
    asked = _IN_PUBLIC if person is None else _either_way(readable_by(person))
    ends = session.execute(asked, {"asset": asset.id}).all()
    rows, there = [row for row, _other in ends], {other.id: other for _row, other in ends if other is not None}
    found: dict[str, list[End]] = {}
    for kind, labels in KINDS.items():
        for back, label in enumerate(labels):
            for row in rows:
                other = row.asset_id if back else row.other_id
                if row.kind == kind and other in there and (row.other_id == asset.id) == bool(back):
                    found.setdefault(str(label), []).append(End(row.id, there[other], row.rank, not back))
    made = {row.agreement_id: row.note for row in rows if row.agreement_id is not None}
    return Related(list(found.items()), _exchanges(session, person, asset, made) if made else None)


def _exchanges(session: Session, person: Person | None, asset: Asset, made: dict[int, str]) -> list[Exchange]:
    if not may(person, "agreement.outline"):
        return []
    query = sa.select(agreement.c.id, agreement.c.number).where(agreement.c.id.in_(made)).order_by(agreement.c.number)
    keeps = may(person, "asset.edit", asset)
    return [Exchange(number, made[id_] if keeps else "") for id_, number in session.execute(query)]


def made_from(session: Session, agreement_id: int) -> list[Asset]:
    """What was made from an agreement, whoever may read it; the oldest first."""
    query = sa.select(Asset).join(AssetRelation, AssetRelation.asset_id == Asset.id)
    return list(session.scalars(query.where(AssetRelation.agreement_id == agreement_id).order_by(Asset.id)))


def relate(session: Session, person: Person, asset: Asset, *, kind: str, other: Asset, rank: int | None = None) -> AssetRelation:
    """Say what `asset` has to do with `other`, which `person` must be able to read, and to edit where it is to contain it."""
    require(person, "asset.edit", asset)
    if kind not in KINDS:
        raise Invalid(_("请选择关系。"), {"kind": _("请选择关系。")})
    if other.id == asset.id:
        raise Invalid(_("不能与自己建立关系。"), {"code": _("不能与自己建立关系。")})
    if not may(person, "asset.edit" if kind in NESTED else "asset.read", other):
        raise Invalid(_("没有这件档案。"), {"code": _("没有这件档案；属于、系列和版本只能在本馆的档案之间建立。")})
    alone(session, "relations")  # two at once could close a circle that neither of them sees
    if kind in NESTED and _leads_to(session, other, asset, kind):
        raise Invalid(_("这样会绕成一圈。"), {"code": _("那一件已经直接或间接属于这一件，这样会绕成一圈。")})
    if session.scalar(_between(kind, asset, other)) is not None:
        raise Conflict(_("这一条关系已经有了。"))
    row = AssetRelation(asset_id=asset.id, kind=kind, other_id=other.id, rank=rank, created_by=person.id)
    return _written(session, person, asset, row, {"kind": kind, "other": other.code})


def _between(kind: str, asset: Asset, other: Asset) -> sa.Select[int]:
    """The relation that is there already; what is related is so both ways."""
    there = sa.and_(AssetRelation.asset_id == asset.id, AssetRelation.other_id == other.id)
    back = sa.and_(AssetRelation.asset_id == other.id, AssetRelation.other_id == asset.id)
    return sa.select(AssetRelation.id).where(AssetRelation.kind == kind, there if kind in NESTED else sa.or_(there, back))


def relate_to_agreement(session: Session, person: Person, asset: Asset, *, agreement_id: int) -> AssetRelation:
    """Say that it was made from an exchange; whoever calls knows that `person` is a party to it."""
    require(person, "asset.edit", asset)
    row = AssetRelation(asset_id=asset.id, kind=MADE_FROM, agreement_id=agreement_id, created_by=person.id)
    return _written(session, person, asset, row, {"kind": MADE_FROM, "agreement": agreement_id})


def unrelate(session: Session, person: Person, asset: Asset, *, relation_id: int) -> None:
    """Take a relation back; either side may."""
    require(person, "asset.edit", asset)
    row = session.get(AssetRelation, relation_id)
    if row is None or asset.id not in (row.asset_id, row.other_id):
        raise NotFound(_("没有这条关系，可能刚被删掉。"))
    hold(session, asset)
    session.delete(row)
    asset.version += 1
    data: Mapping[str, Any] = {"kind": row.kind, "asset": row.asset_id, "other": row.other_id}
    journal.record(session, "asset.unrelated", asset, person=person, centre_id=asset.owner_id, data=data)


def _written(session: Session, person: Person, asset: Asset, row: AssetRelation, data: Mapping[str, Any]) -> AssetRelation:
    hold(session, asset)
    session.add(row)
    asset.version += 1
    journal.record(session, "asset.related", asset, person=person, centre_id=asset.owner_id, data=data)
    return row


def _leads_to(session: Session, start: Asset, goal: Asset, kind: str) -> bool:
    """Whether one comes from `start` to `goal` by relations of this kind."""
    seen, edge = {start.id}, {start.id}
    for _step in range(DEEPEST):
        query = sa.select(AssetRelation.other_id).where(AssetRelation.asset_id.in_(edge), AssetRelation.kind == kind)
        edge = {number for number in session.scalars(query) if number is not None} - seen
        seen |= edge
        if goal.id in seen or not edge:
            break
    return goal.id in seen
