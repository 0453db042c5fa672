"""What stands on listings when, told as far as the reader is a party to it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from alliance import clock
from alliance.catalogue.availability import Hours
from alliance.catalogue.models import Occupancy, Opening, OpeningException, Resource, resource_unit
from alliance.catalogue.taken import live
from alliance.centres.models import Centre
from alliance.exchange.models import Agreement, Leg, Terms

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Taken:
    """One period of a listing; `number` and what follows only for who is a party, `note` only for its owner."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    kind: str
    leg_id: int | None = None
    number: str = ""
    title: str = ""
    borrower: tuple[str, str] = ("", "")
    is_ours: bool = field(default=False, compare=False)
    note: str = ""
    row_id: int = field(default=0, compare=False)
    made_at: datetime = field(default=datetime(2026, 1, 1, tzinfo=UTC), compare=False)


def read(session: Session, ids: Sequence[int], start: datetime, end: datetime, ours: frozenset[int]) -> dict[int, list[Taken]]:
    """By listing, in the order of time, for somebody who works at `ours`: one query."""
    owner, borrower = aliased(Resource), aliased(Centre)
    query = (
        sa.select(
            resource_unit.c.resource_id,
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.kind,
            Occupancy.note,
            Occupancy.leg_id,
            Occupancy.id,
            Occupancy.created_at,
            owner.owner_id,
            Leg.borrower_id,
            Agreement.number,
            Agreement.title,
            borrower.short_name,
            borrower.name_en,
            sa.and_(Terms.side == "owner", Terms.sent_at.is_(None)).label("unsent"),
        )
        .join(Occupancy, Occupancy.unit_id == resource_unit.c.unit_id)
        .join(owner, owner.id == Occupancy.resource_id)
        .outerjoin(Leg, Leg.id == Occupancy.leg_id)
        .outerjoin(Agreement, Agreement.id == Leg.agreement_id)
        .outerjoin(borrower, borrower.id == Leg.borrower_id)
        .outerjoin(Terms, sa.and_(Terms.leg_id == Leg.id, Terms.version == Leg.terms_version))
        .where(resource_unit.c.resource_id.in_(ids), Occupancy.starts_at < end, Occupancy.ends_at > start, live(clock.now()))
        .order_by(Occupancy.starts_at, Occupancy.id)
    )
    found: dict[int, list[Taken]] = defaultdict(list)
    for row in session.execute(query):
        one = _told(row, ours)
        if one not in found[one.resource_id]:  # a listing of several units has a row for each
            found[one.resource_id].append(one)
    return found


def _told(row: Any, ours: frozenset[int]) -> Taken:
    lends, borrows = row.owner_id in ours, row.borrower_id in ours
    told: dict[str, Any] = {}
    if row.leg_id is not None and (lends or (borrows and not row.unsent)):
        who = (row.short_name, row.name_en)
        told = {"leg_id": row.leg_id, "number": row.number, "title": row.title, "borrower": who, "is_ours": borrows}
    elif row.leg_id is None and lends:
        told = {"note": row.note}
    return Taken(row.resource_id, row.starts_at, row.ends_at, row.kind, row_id=row.id, made_at=row.created_at, **told)


def hours(session: Session, resources: Sequence[Resource], first: date, count: int) -> dict[int, Hours]:
    """When each listing is open at all: one query for templates and exceptions together."""
    venues = [one.id for one in resources if one.kind == "venue"]
    openings: dict[int, list[Opening]] = defaultdict(list)
    exceptions: dict[int, list[OpeningException]] = defaultdict(list)
    for row in session.execute(_openings(venues, first, count)) if venues else ():
        if row.day is None:
            openings[row.resource_id].append(Opening(weekday=row.weekday, opens=row.opens, closes=row.closes))
        else:
            exceptions[row.resource_id].append(OpeningException(day=row.day, opens=row.opens, closes=row.closes))
    return {one.id: Hours(one, openings.get(one.id, ()), exceptions.get(one.id, ())) for one in resources}


def _openings(venues: list[int], first: date, count: int) -> sa.CompoundSelect[Any]:
    usual = sa.select(
        Opening.resource_id, Opening.weekday, sa.cast(sa.null(), sa.Date).label("day"), Opening.opens, Opening.closes
    ).where(Opening.resource_id.in_(venues))
    other = sa.select(
        OpeningException.resource_id,
        sa.cast(sa.null(), sa.Integer),
        OpeningException.day,
        OpeningException.opens,
        OpeningException.closes,
    ).where(OpeningException.resource_id.in_(venues), OpeningException.day.between(first, first + count * DAY))
    return sa.union_all(usual, other)
