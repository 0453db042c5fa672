"""Collections: assets under a title of their own, in an order; the standing ones of the alliance also fill by rule."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, lazyload

from alliance import clock, journal
from alliance.archive.models import Asset, Collection, CollectionMember
from alliance.archive.visibility import visible_to
from alliance.centres.models import Centre, Membership
from alliance.db import alone
from alliance.errors import Conflict, Invalid, NotFound
from alliance.people.models import Person
from alliance.permissions import may, require

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIELDS = ("slug", "title", "title_en", "text", "text_en")
MOST = 500  # members by hand
RULES: dict[str, sa.ColumnElement[bool]] = {
    "local": sa.func.coalesce(Asset.details["heritage_item"].as_string(), "") != "",
    "qunxing": Asset.details["award"].as_string() == "qunxing",
}
"""What a standing collection takes in by itself: heritage items of a place, works of the award. 群众喜闻乐见 is chosen by hand."""
LAST = 2**31 - 1
_ACTIVE = sa.exists().where(Membership.centre_id == Collection.owner_id, Membership.state == "active")
OUT = sa.and_(Collection.state == "published", sa.or_(Collection.owner_id.is_(None), _ACTIVE))


def _holding() -> sa.Select[Collection]:
    asset = sa.bindparam("asset", type_=sa.Integer)
    by_hand = sa.exists().where(CollectionMember.collection_id == Collection.id, CollectionMember.asset_id == asset)
    ruled = [sa.and_(Collection.standing == name, sa.exists().where(Asset.id == asset, rule)) for name, rule in RULES.items()]
    bare = sa.select(Collection).options(lazyload(Collection.owner), lazyload(Collection.cover))
    return bare.where(OUT, sa.or_(by_hand, *ruled)).order_by(Collection.standing == "", Collection.id)


HOLDING = _holding()
"""The published collections that hold an asset; built once, to put it together takes longer than to ask."""


@dataclass(frozen=True)
class Shelf:
    """A collection with the number of its members that the reader may see, and the one whose picture stands for it."""

    collection: Collection
    count: int
    cover: Asset | None


@dataclass(frozen=True)
class Member:
    """An asset of a collection; `rank` is None where the rule brought it in."""

    asset: Asset
    rank: int | None


# Reading -------------------------------------------------------------------


def published(session: Session, person: Person | None) -> list[Shelf]:
    """What is out and has something to show to `person`; the standing ones first. Three queries whatever the number."""
    first = sa.case((Collection.standing != "", 0), else_=1)
    rows = list(session.scalars(sa.select(Collection).where(OUT).order_by(first, Collection.published_at.desc(), Collection.id)))
    return [shelf for shelf in shelves(session, person, rows) if shelf.count]


def shelves(session: Session, person: Person | None, collections: Iterable[Collection]) -> list[Shelf]:
    """These collections with their numbers and covers; two queries."""
    wanted = list(collections)
    inside = _inside([one.id for one in wanted], [one for one in wanted if one.standing in RULES], visible_to(person))
    query = sa.select(inside.c.collection, sa.func.count(), sa.func.min(inside.c.asset), sa.func.max(inside.c.chosen))
    rows = session.execute(query.group_by(inside.c.collection))
    counts = {number: (count, chosen or least) for number, count, least, chosen in rows}
    covers = {number for _count, number in counts.values()}
    assets = {one.id: one for one in session.scalars(sa.select(Asset).where(Asset.id.in_(covers)))} if covers else {}
    return [Shelf(one, *((counts[one.id][0], assets.get(counts[one.id][1])) if one.id in counts else (0, None))) for one in wanted]


def _inside(ids: list[int], ruled: list[Collection], shown: sa.ColumnElement[bool]) -> sa.Subquery:
    """(collection, asset, the asset once more where it is the cover) of all members, by hand and by rule, each once."""
    chosen = sa.case((Collection.cover_id == Asset.id, Asset.id), else_=None).label("chosen")
    by_hand = (
        sa.select(Collection.id.label("collection"), Asset.id.label("asset"), chosen)
        .join(CollectionMember, CollectionMember.collection_id == Collection.id)
        .join(Asset, Asset.id == CollectionMember.asset_id)
        .where(Collection.id.in_(ids), shown)
    )
    by_rule = [
        sa.select(Collection.id.label("collection"), Asset.id.label("asset"), chosen)
        .join(Asset, RULES[one.standing])
        .where(Collection.id == one.id, shown)
        for one in ruled
    ]
    return sa.union(by_hand, *by_rule).subquery()


def visible(session: Session, person: Person | None, slug: str) -> Collection:
    """The collection of that address when `person` may read it; else NotFound."""
    found = session.scalar(sa.select(Collection).where(Collection.slug == slug.lower()))
    if found is None or not may(person, "collection.read", found):
        raise NotFound(_("没有这个专题。"))
    return found


def size(session: Session, person: Person | None, collection: Collection) -> int:
    """How many of its members `person` may see."""
    return session.scalar(sa.select(sa.func.count()).select_from(_members(collection, visible_to(person)).subquery())) or 0


def members(session: Session, person: Person | None, collection: Collection, *, skip: int = 0, count: int = 24) -> list[Member]:
    """A stretch of its members that `person` may see: by hand in their order, then those by rule by their year."""
    query = _members(collection, visible_to(person))
    order = (sa.func.coalesce(CollectionMember.rank, LAST), sa.func.coalesce(Asset.year, 9999), Asset.id)
    return [Member(asset, rank) for asset, rank in session.execute(query.order_by(*order).offset(skip).limit(count))]


def by_hand(session: Session, collection: Collection) -> list[Asset]:
    """All that was put into it by hand, in its order, whoever may see it."""
    query = sa.select(Asset).join(CollectionMember, CollectionMember.asset_id == Asset.id)
    return list(session.scalars(query.where(CollectionMember.collection_id == collection.id).order_by(CollectionMember.rank)))


def _members(collection: Collection, shown: sa.ColumnElement[bool]) -> sa.Select[Asset, int]:
    here = sa.and_(CollectionMember.asset_id == Asset.id, CollectionMember.collection_id == collection.id)
    by_rule = RULES.get(collection.standing)
    belongs = CollectionMember.asset_id.is_not(None)
    query = sa.select(Asset, CollectionMember.rank).outerjoin(CollectionMember, here)
    return query.where(sa.or_(belongs, by_rule) if by_rule is not None else belongs, shown)


def of(session: Session, asset: Asset) -> list[Collection]:
    """The published collections in which an asset is, by hand or by rule, without their owners and covers; one query."""
    return list(session.scalars(HOLDING, {"asset": asset.id}))


def editable(session: Session, person: Person) -> list[Collection]:
    """Those that `person` may edit: of their centres, and of the alliance for the secretariat."""
    query = sa.select(Collection).order_by(Collection.standing == "", Collection.id.desc())
    if "alliance_admin" not in person.standing:
        query = query.where(Collection.owner_id.in_([centre.id for centre in person.centres]))
    return [one for one in session.scalars(query) if may(person, "collection.edit", one)]


# Writing -------------------------------------------------------------------


def create(session: Session, person: Person, *, owner: Centre | None, values: Mapping[str, str]) -> Collection:
    """A draft of `owner`; of the alliance without one, which is for the secretariat."""
    made = Collection(owner=owner, state="draft", created_by=person.id, **dict.fromkeys(FIELDS, ""))
    require(person, "collection.edit", made)
    _fill(session, made, values)
    session.add(made)
    journal.record(session, "collection.created", made, person=person, centre_id=made.owner_id)
    return made


def save(
    session: Session, person: Person, collection: Collection, *, values: Mapping[str, str], expected_version: int
) -> Collection:
    """Change title, text and address."""
    _claim(session, person, collection, expected_version)
    before = {name: getattr(collection, name) for name in FIELDS}
    _fill(session, collection, values)
    fields = [name for name in FIELDS if getattr(collection, name) != before[name]]
    return _changed(session, person, collection, {"fields": fields}) if fields else collection


def arrange(
    session: Session, person: Person, collection: Collection, *, assets: list[Asset], cover: Asset | None, expected_version: int
) -> Collection:
    """Make these its members by hand, in this order, and one of all its members its cover."""
    _claim(session, person, collection, expected_version)
    if len(assets) > MOST:
        raise Invalid(_("一个专题最多放 %(n)s 件。", n=MOST), {"add": _("一个专题最多放 %(n)s 件。", n=MOST)})
    there = {row.asset_id: row for row in session.scalars(_rows(collection))}
    wanted = list({asset.id: asset for asset in assets})
    for number, row in there.items():
        if number not in wanted:
            session.delete(row)
    for rank, number in enumerate(wanted):
        if number in there:
            there[number].rank = rank
        else:
            session.add(CollectionMember(collection_id=collection.id, asset_id=number, rank=rank, added_by=person.id))
    collection.cover_id = cover.id if cover is not None else None
    return _changed(session, person, collection, {"members": len(wanted)})


def put(session: Session, person: Person, collection: Collection, *, assets: list[Asset]) -> Collection:
    """Add these at the end; what is there already stays where it is."""
    require(person, "collection.edit", collection)
    _hold(session, collection)
    there = {row.asset_id: row.rank for row in session.scalars(_rows(collection))}
    new = [asset for asset in assets if asset.id not in there]
    if len(there) + len(new) > MOST:
        raise Invalid(_("一个专题最多放 %(n)s 件。", n=MOST))
    for rank, asset in enumerate(new, max(there.values(), default=-1) + 1):
        session.add(CollectionMember(collection_id=collection.id, asset_id=asset.id, rank=rank, added_by=person.id))
    return _changed(session, person, collection, {"added": [asset.code for asset in new]}) if new else collection


def publish(session: Session, person: Person, collection: Collection, *, expected_version: int) -> Collection:
    """Show it; its members stay as open as each of them is."""
    require(person, "collection.publish", collection)
    _claim(session, person, collection, expected_version, verb="collection.publish")
    if collection.state == "published":
        raise Conflict(_("这个专题已经发布。"))
    if not collection.text:
        raise Invalid(_("请先写几句说明。"), {"text": _("请写几句说明：收了什么，为什么放在一起。")})
    if not size(session, person, collection):
        raise Invalid(_("专题里还没有已发布的档案。"), {"add": _("请先放进已发布的档案。")})
    collection.state, collection.published_at = "published", collection.published_at or clock.now()
    return _changed(session, person, collection, {}, "collection.published")


def take_down(session: Session, person: Person, collection: Collection, *, expected_version: int) -> Collection:
    """Make it a draft again; a standing one stays."""
    _claim(session, person, collection, expected_version, verb="collection.publish")
    if collection.standing or collection.state == "draft":
        raise Conflict(_("常设专题不能收回。") if collection.standing else _("这个专题还没有发布。"))
    collection.state = "draft"
    return _changed(session, person, collection, {}, "collection.taken_down")


def _rows(collection: Collection) -> sa.Select[CollectionMember]:
    return sa.select(CollectionMember).where(CollectionMember.collection_id == collection.id).order_by(CollectionMember.rank)


def _hold(session: Session, collection: Collection) -> None:
    """Who changes it waits for whoever else does, and reads anew what they wrote."""
    session.refresh(collection, with_for_update={"of": Collection})


def _claim(
    session: Session, person: Person, collection: Collection, expected_version: int, *, verb: str = "collection.edit"
) -> None:
    require(person, verb, collection)
    _hold(session, collection)
    if collection.version != expected_version:
        raise Conflict(_("这个专题刚刚被别人改过，请核对后再保存。"))


def _fill(session: Session, collection: Collection, values: Mapping[str, str]) -> None:
    """Set title, text and address; raises Invalid with what does not hold."""
    alone(session, "addresses of collections")
    given = {name: values.get(name, getattr(collection, name)).strip() for name in FIELDS}
    faults = {}
    if not 1 <= len(given["title"]) <= 120:
        faults["title"] = str(_("请填写名称，最多 %(n)s 个字。", n=120))
    if len(given["title_en"]) > 160:
        faults["title_en"] = str(_("最多 %(n)s 个字。", n=160))
    if not (SLUG.fullmatch(given["slug"]) and len(given["slug"]) <= 60):
        faults["slug"] = str(_("网址只用小写字母、数字和连字符，例如 tea-songs。"))
    elif session.scalar(sa.select(Collection.id).where(Collection.slug == given["slug"], Collection.id != (collection.id or 0))):
        faults["slug"] = str(_("这个网址已经有专题在用，请换一个。"))
    elif (collection.standing or collection.published_at) and given["slug"] != collection.slug:
        faults["slug"] = str(_("常设专题的网址不能改。") if collection.standing else _("发布过的专题，网址不再改。"))
    faults |= {name: str(_("最多 %(n)s 个字。", n=8000)) for name in ("text", "text_en") if len(given[name]) > 8000}
    if faults:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), faults)
    for name, value in given.items():
        setattr(collection, name, value)


def _changed(
    session: Session, person: Person, collection: Collection, data: Mapping[str, Any], action: str = "collection.changed"
) -> Collection:
    collection.version += 1
    journal.record(session, action, collection, person=person, centre_id=collection.owner_id, data=data)
    return collection
