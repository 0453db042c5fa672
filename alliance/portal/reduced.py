"""What the database finds by itself while the engine is away: listings by name, records of the archive by what is told of them."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from alliance.archive.models import Asset
from alliance.archive.visibility import access_now, visible_to
from alliance.catalogue.documents import TYPE_FIELDS
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import condition
from alliance.centres.models import Centre
from alliance.codes.arts import ART_FORM
from alliance.places import city_key
from alliance.portal.asked import Asked

MOST_WORDS = 6
OF_LISTINGS, OF_RECORDS = frozenset({"fee", "audience"}), frozenset({"access", "decade"})
"""Facets that only the one or only the other has."""
Where = list[sa.ColumnElement[bool]]


def find(session: Session, asked: Asked, person: Any, *, skip: int, count: int) -> tuple[list[str], int]:
    """Keys of documents, newest first, and how many there are in all; two queries however many are found."""
    found = sa.union_all(
        sa.select(sa.literal("r").label("sort"), Resource.id.label("id"), Resource.published_at.label("since")).where(
            *_listings(asked, person)
        ),
        sa.select(sa.literal("a"), Asset.id, Asset.published_at).where(*_records(asked, person)),
    ).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(found)) or 0
    newest = sa.select(found.c.sort, found.c.id).order_by(found.c.since.desc(), found.c.id.desc(), found.c.sort)
    return [f"{sort}:{number}" for sort, number in session.execute(newest.offset(skip).limit(count))], total


def _listings(asked: Asked, person: Any) -> Where:
    where = [condition(person, own=False), *_words(asked, Resource.title, Resource.title_en, Resource.code)]
    where += [*_owners(asked, Resource.owner_id), *_subject(asked, Resource.art_forms)]
    where += _areas(asked, Resource.division_code, Resource.owner_id)
    if kinds := asked.filters.get("kind"):
        where.append(Resource.kind.in_(kinds))
    if audiences := asked.filters.get("audience"):
        where.append(_lists(Resource.audiences, audiences))
    if types := asked.filters.get("type"):
        where.append(_of_type(types))
    if fees := asked.filters.get("fee"):
        where.append(Resource.fee_type.in_(fees))
    return [*where, sa.false()] if OF_RECORDS & asked.filters.keys() else where


def _records(asked: Asked, person: Any) -> Where:
    told = (Asset.title, Asset.title_en, Asset.code, Asset.creator, Asset.description, Asset.description_en)
    where = [visible_to(person), *_words(asked, *told), *_owners(asked, Asset.owner_id)]
    where += [*_subject(asked, Asset.art_forms), *_areas(asked, Asset.place_code, Asset.owner_id)]
    if access := asked.filters.get("access"):
        where.append(access_now().in_(access))
    if types := asked.filters.get("type"):
        where.append(Asset.type.in_(types))
    if decades := asked.filters.get("decade"):
        where.append((Asset.year // 10).in_([int(one[:3]) for one in decades if one[:3].isdecimal()]))
    away = OF_LISTINGS & asked.filters.keys() or asked.ranges or "media" not in asked.filters.get("kind", ("media",))
    return [*where, sa.false()] if away else where


def _words(asked: Asked, *columns: InstrumentedAttribute[str]) -> Iterable[sa.ColumnElement[bool]]:
    """Each word in one of the columns."""
    for word in asked.words.split()[:MOST_WORDS]:
        yield sa.or_(*(column.icontains(word, autoescape=True) for column in columns))


def _subject(asked: Asked, column: InstrumentedAttribute[list[str]]) -> Iterable[sa.ColumnElement[bool]]:
    """One of the art forms, or one below it."""
    if chosen := asked.filters.get("art_form"):
        yield _lists(column, [code for code in ART_FORM.ids if set(ART_FORM.path(code)) & set(chosen)])


def _lists(column: InstrumentedAttribute[list[str]], codes: Iterable[str]) -> sa.ColumnElement[bool]:
    """A list of codes kept as JSON has one of them."""
    text = sa.cast(column, sa.Text)
    return sa.or_(sa.false(), *(text.contains(f'"{code}"', autoescape=True) for code in codes))


def _areas(asked: Asked, place: InstrumentedAttribute[str], owner: InstrumentedAttribute[int]) -> Iterable[sa.ColumnElement[bool]]:
    """In one of the counties or cities, each by its key; what says no place is where its owner is."""
    if chosen := asked.filters.get("area"):
        seat = sa.select(Centre.division_code).where(Centre.id == owner).scalar_subquery()
        where = sa.func.coalesce(sa.func.nullif(place, "", type_=sa.String), seat)
        yield sa.or_(sa.false(), *(where.startswith(key) for key in chosen if _is_key(key)))


def _is_key(key: str) -> bool:
    """Six digits of a county, or what all places of one city share."""
    digits = key.isascii() and key.isdigit() and len(key) in (2, 4, 6)
    return digits and (len(key) == 6 or city_key(key.ljust(6, "0")) == key)


def _of_type(types: Iterable[str]) -> sa.ColumnElement[bool]:
    """As documents.type_of: a type of one kind is said as `list:code`, that of a record alone."""
    said = [one.partition(":") for one in types]
    told = [
        sa.and_(Resource.kind == kind, Resource.details[name].as_string() == code)
        for kind, name in TYPE_FIELDS.items()
        for list_name, _colon, code in said
        if list_name == name
    ]
    shown = sa.select(Asset.id).where(Asset.type.in_([name for name, colon, _code in said if not colon]))
    return sa.or_(*told, sa.and_(Resource.kind == "media", Resource.asset_id.in_(shown)))


def _owners(asked: Asked, owner: InstrumentedAttribute[int]) -> Iterable[sa.ColumnElement[bool]]:
    for name, column in (("centre", Centre.slug), ("level", Centre.level)):
        if values := asked.filters.get(name):
            yield owner.in_(sa.select(Centre.id).where(column.in_(values)))
