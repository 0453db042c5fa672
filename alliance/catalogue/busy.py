"""Who cannot be had in a period: for the search and for alternatives, exact and in a constant number of queries."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, lazyload, selectinload

from alliance import clock
from alliance.catalogue import kinds
from alliance.catalogue.availability import DAY, hours_of, local_days, midnight
from alliance.catalogue.gaps import LOANS, LONGEST_WAY, NOWHERE, Place, buffers, judge, road
from alliance.catalogue.models import LISTED, LONG, Occupancy, Opening, OpeningException, Resource, resource_unit
from alliance.catalogue.taken import BRIEF, live
from alliance.centres.models import Centre
from alliance.places import Point

Box = tuple[float | None, ...]
BUFFER, OTHER = Resource.buffer_before, Resource.buffer_after
MONTH = timedelta(days=31)
SETTING_UP = tuple(kind.id for kind in kinds.KINDS.values() if kind.moves and "setup_min" in kind.by_name)
MOVING = tuple(kind.id for kind in kinds.KINDS.values() if kind.moves)


@dataclass(frozen=True)
class Bounds:
    """What holds of all: the widest gap of buffers, the longest striking and setting up, where homes lie, whether a pool is out."""

    gap: timedelta
    handling: timedelta
    box: Box
    pools: bool


def busy_between(session: Session, start: datetime, end: datetime, *, place: Place | None = None) -> frozenset[int]:
    """The listings that cannot be had for the whole of [start, end): taken, too near a neighbour, closed or not lent now.

    `place` is where what moves would be: what could not be there in time, or not leave in time, is busy too.
    """
    bounds = _bounds(session)
    return frozenset(
        (
            *_occupied(session, start, end, bounds.gap),
            *_too_far(session, start, end, bounds, place or NOWHERE),
            *(_sold_out(session, start, end, bounds.gap) if bounds.pools else ()),
            *_not_lent(session, start, end),
            *_closed(session, start, end),
        )
    )


def _box(table: type[Occupancy] | type[Resource] | type[Centre]) -> tuple[sa.ColumnElement[float | None], ...]:
    """South, north, west and east."""
    return sa.func.min(table.lat), sa.func.max(table.lat), sa.func.min(table.lng), sa.func.max(table.lng)


def _longest() -> sa.ScalarSelect[int]:
    """The longest that striking and setting up takes anything that is brought there."""
    one = aliased(Resource)
    strike, setup = (sa.func.coalesce(sa.func.max(one.details[name].as_integer()), 0) for name in ("strike_min", "setup_min"))
    return sa.select(strike + setup).where(one.state.in_(LISTED), one.kind.in_(SETTING_UP)).scalar_subquery()


BOUNDS = sa.select(
    sa.func.max(sa.case((BUFFER > OTHER, BUFFER), else_=OTHER)),
    sa.func.max(sa.case((Resource.one_crew, 1), else_=0)),
    _longest(),
    sa.exists().where(Occupancy.unit_id.is_(None)),
    *_box(Resource),
)


def _bounds(session: Session) -> Bounds:
    row: Any = session.execute(BOUNDS).one()
    widest, added, handling, out = row[:4]
    gap = buffers(widest or 0, widest or 0, added=bool(added))
    return Bounds(gap, timedelta(minutes=handling or 0), tuple(row[4:]), out)


def _occupied(session: Session, start: datetime, end: datetime, reach: timedelta) -> set[int]:
    """One indexed query: who overlaps at once, who is near with the buffers to judge by, no wider than the widest buffer."""
    other = aliased(Resource)
    direct = sa.and_(Occupancy.starts_at < end, Occupancy.ends_at > start)
    when = (sa.case((direct, None), else_=moment) for moment in (Occupancy.starts_at, Occupancy.ends_at))
    query = (
        sa.select(
            *(resource_unit.c.resource_id, *when, Occupancy.kind, sa.or_(Resource.one_crew, other.one_crew)),
            *(Resource.buffer_before, Resource.buffer_after, other.buffer_before, other.buffer_after),
        )
        .select_from(Occupancy)
        .join(resource_unit, resource_unit.c.unit_id == Occupancy.unit_id)
        .join(Resource, Resource.id == resource_unit.c.resource_id)
        .join(other, other.id == Occupancy.resource_id)
        .where(_standing(session, start - reach, end + reach), live(clock.now()))
    )
    buffered = sa.or_(*(column > 0 for one in (Resource, other) for column in (one.buffer_before, one.buffer_after)))
    found = set()
    rows: Any = session.execute(query.where(sa.or_(direct, buffered)))
    for one, begins, finishes, kind, added, before, after, its_before, its_after in rows:
        if begins is None:
            clear = False
        elif begins >= end:
            clear = end + buffers(after, its_before if kind in LOANS else 0, added=added) <= begins
        else:
            clear = finishes + buffers(its_after if kind in LOANS else 0, before, added=added) <= start
        if not clear:
            found.add(one)
    return found


def _standing(session: Session, start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    """Condition: it overlaps; those that last long are few and have an index of their own."""
    overlaps = sa.and_(Occupancy.starts_at < end, Occupancy.ends_at > start)
    long = sa.text(LONG[session.get_bind().dialect.name])
    return sa.or_(sa.and_(Occupancy.starts_at > start - MONTH, overlaps), sa.and_(long, overlaps))


def _too_far(session: Session, start: datetime, end: datetime, bounds: Bounds, place: Place) -> set[int]:
    """What moves and has a neighbour too far away for the time between: by a bound first, then exactly."""
    least = bounds.gap + bounds.handling
    reach = least + min(_farthest(session, start, end, place, bounds, least), LONGEST_WAY)
    columns = (resource_unit.c.resource_id, Occupancy.id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.lat, Occupancy.lng)
    near = []
    for resource_id, number, begins, finishes, lat, lng in session.execute(_beside(sa.select(*columns), start, end, reach)):
        room = start - finishes if finishes <= start else begins - end
        point = Point(lat, lng) if lat is not None else None
        if point is None or place.point is None or room < least + timedelta(minutes=road(place.point, point).minutes):
            near.append((resource_id, number))
    return _judged(session, near, start, end, place) if near else set()


def _judged(session: Session, near: list[tuple[int, int]], start: datetime, end: datetime, place: Place) -> set[int]:
    """Those of these pairs of a listing and an occupancy that do not go together."""
    wanted = Resource.id.in_({one for one, _row in near})
    listings = {one.id: one for one in session.scalars(sa.select(Resource).where(wanted).options(lazyload(Resource.owner)))}
    query = sa.select(Occupancy).where(Occupancy.id.in_([row for _one, row in near]))
    rows = {row.id: row for row in session.scalars(query.options(selectinload(Occupancy.resource).lazyload(Resource.owner)))}
    return {one for one, row in near if judge(listings[one], [rows[row]], start, end, place=place)}


def _farthest(session: Session, start: datetime, end: datetime, place: Place, bounds: Bounds, least: timedelta) -> timedelta:
    """How long the way to any neighbour, or to any home, may be; never too short."""
    at = place.point
    if at is None:
        return timedelta()
    near = sa.select(*_box(Occupancy)).where(_around(start, end, least + LONGEST_WAY))
    boxes = [bounds.box, *(tuple(session.execute(query).one()) for query in (near, sa.select(*_box(Centre))))]
    corners = [Point(lat, lng) for box in boxes for lat in box[:2] for lng in box[2:] if lat is not None and lng is not None]
    return timedelta(minutes=max((road(at, corner).minutes for corner in corners), default=0))


def _around(start: datetime, end: datetime, reach: timedelta) -> sa.ColumnElement[bool]:
    """Condition: near, without overlapping."""
    before = sa.and_(Occupancy.ends_at <= start, Occupancy.ends_at > start - reach)
    return sa.or_(before, sa.and_(Occupancy.starts_at >= end, Occupancy.starts_at < end + reach))


def _beside(select: sa.Select[Any], start: datetime, end: datetime, reach: timedelta) -> sa.Select[Any]:
    """From the neighbours of what moves that do not overlap."""
    return (
        select.select_from(Occupancy)
        .join(resource_unit, resource_unit.c.unit_id == Occupancy.unit_id)
        .join(Resource, Resource.id == resource_unit.c.resource_id)
        .where(Resource.kind.in_(MOVING), _around(start, end, reach), live(clock.now()))
    )


def _sold_out(session: Session, start: datetime, end: datetime, reach: timedelta) -> set[int]:
    """Pools of which not one is left."""
    query = sa.select(Occupancy).where(Occupancy.unit_id.is_(None), live(clock.now()))
    near = sa.and_(Occupancy.starts_at < end + reach, Occupancy.ends_at > start - reach)
    found: dict[Resource, list[Occupancy]] = defaultdict(list)
    for row in session.scalars(query.where(near).options(*BRIEF)):
        found[row.resource].append(row)
    return {pool.id for pool, rows in found.items() if judge(pool, rows, start, end)}


def _not_lent(session: Session, start: datetime, end: datetime) -> set[int]:
    """Shown but not lent (maintenance, paused), or in a month in which it is not."""
    found = set(
        session.scalars(sa.select(Resource.id).where(Resource.state.in_([state for state in LISTED if state != "published"])))
    )
    months = {day.month for day in local_days(start, end)}
    closed = Resource.details["closed_months"].as_string()
    query = sa.select(Resource.id, closed).where(Resource.kind == "stage_truck", Resource.state == "published", closed != "[]")
    return found | {one for one, those in session.execute(query) if not months.isdisjoint(json.loads(those))}


def _closed(session: Session, start: datetime, end: datetime) -> set[int]:
    """Venues whose template and exceptions do not cover the period."""
    touched = list(local_days(start, end))
    other = sa.select(OpeningException.resource_id).where(OpeningException.day.between(touched[0], touched[-1]))
    differing: set[int] = set(session.scalars(other))
    found = {one for one in session.scalars(_template_fails(touched, start, end)) if one not in differing}
    if differing:
        venues = session.scalars(sa.select(Resource).where(Resource.id.in_(differing)).options(lazyload(Resource.owner))).all()
        hours = hours_of(session, venues, touched[0], len(touched))
        found |= {one for one, open_then in hours.items() if not open_then.covers(start, end)}
    return found


def _template_fails(touched: list[date], start: datetime, end: datetime) -> sa.Select[int]:
    """Those that have a template without one of the weekdays, opening after the start or closing before the end."""

    def of(weekday: int, value: sa.SQLColumnExpression[time]) -> sa.ColumnElement[time]:
        return sa.case((Opening.weekday == weekday, value))

    fails: list[sa.ColumnElement[bool]] = [
        sa.func.count(sa.case((Opening.weekday == weekday, 1))) == 0 for weekday in sorted({day.weekday() for day in touched})
    ]
    for moment, day, edge in ((start, touched[0], midnight(touched[0])), (end, touched[-1], midnight(touched[-1] + DAY))):
        if moment != edge:
            said = clock.local(moment).time()
            opens, closes = sa.func.min(of(day.weekday(), Opening.opens)), sa.func.max(of(day.weekday(), Opening.closes))
            outside = (opens > said, closes <= said) if moment is start else (opens >= said, closes < said)
            fails.extend(outside)
    return sa.select(Opening.resource_id).group_by(Opening.resource_id).having(sa.or_(*fails))
