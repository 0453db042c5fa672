"""What is free: days for calendars, the next free stretch, and who is busy in a period; always in a constant number of queries."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from alliance import clock
from alliance.catalogue.models import LISTED, Occupancy, Opening, OpeningException, Resource, resource_unit
from alliance.catalogue.occupancy import LOANS, LONGEST_BUFFER, gap_after, gap_before, live

State = Literal["free", "held", "busy", "off", "past"]
Span = tuple[datetime, datetime]
Wish = tuple[int, datetime, datetime]
DAY = timedelta(days=1)
WORST: tuple[State, ...] = ("held", "busy", "off")


@dataclass(frozen=True)
class Day:
    """One local day of a listing: `free` when at least one of its opening spans is free, `part` when another one is not."""

    date: date
    state: State
    waiting: int = 0
    part: bool = False
    why: str = ""


def nobody_waits(_session: Session, _ids: Sequence[int], _start: datetime, _end: datetime) -> Iterable[Wish]:
    """Until the exchange says who waits."""
    return ()


waiting: Callable[[Session, Sequence[int], datetime, datetime], Iterable[Wish]] = nobody_waits
"""Set by the exchange: (session, resource ids, start, end) -> (resource id, start, end) of each request not yet answered."""


# Opening -----------------------------------------------------------------


class Hours:
    """When a listing is open at all: a venue by its weekly template and exceptions, the rest outside its closed months."""

    def __init__(self, resource: Resource, openings: Iterable[Opening], exceptions: Iterable[OpeningException]) -> None:
        self.lendable = resource.state == "published"
        self.closed_months = frozenset(resource.details.get("closed_months") or ())
        self.template: dict[int, list[tuple[time, time]]] = defaultdict(list)
        if resource.kind == "venue":
            for row in sorted(openings, key=lambda row: row.opens):
                self.template[row.weekday].append((row.opens, row.closes))
            self.exceptions = {row.day: [(row.opens, row.closes)] if row.opens and row.closes else [] for row in exceptions}
        else:
            self.exceptions = {}

    def spans(self, day: date) -> list[Span]:
        """The stretches of that local day in which it can be used; none when it is closed."""
        if not self.lendable or day.month in self.closed_months:
            return []
        slots = self.exceptions.get(day, self.template.get(day.weekday(), []) if self.template else [(time(), time())])
        return [(at(day, opens), at(day, closes) if closes > opens else midnight(day + DAY)) for opens, closes in slots]

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether it is open on every day of [start, end), and both ends lie in the opening hours of their days."""
        for day in local_days(start, end):
            spans = self.spans(day)
            if not spans:
                return False
            begin, finish = max(start, midnight(day)), min(end, midnight(day + DAY))
            opens, closes = spans[0][0], spans[-1][1]
            if begin != midnight(day) and not opens <= begin < closes:
                return False
            if finish != midnight(day + DAY) and not opens < finish <= closes:
                return False
        return True


def at(day: date, clock_time: time) -> datetime:
    """That time of the local day, as a moment in UTC."""
    return datetime.combine(day, clock_time, clock.SHANGHAI).astimezone(UTC)


def midnight(day: date) -> datetime:
    """When the local day begins."""
    return at(day, time())


def local_days(start: datetime, end: datetime) -> Iterator[date]:
    """The local days that [start, end) touches."""
    day = clock.local(start).date()
    while midnight(day) < end:
        yield day
        day += DAY


def is_open(resource: Resource, start: datetime, end: datetime) -> bool:
    """Whether the listing is lent at all in [start, end), whoever has it."""
    return Hours(resource, resource.openings, resource.exceptions).covers(start, end)


# Days --------------------------------------------------------------------


def days(session: Session, resources: Sequence[Resource], first: date, count: int) -> dict[int, tuple[Day, ...]]:
    """`count` local days from `first` for each listing, by its id: five queries, whatever their number."""
    ids = [resource.id for resource in resources]
    start, end = midnight(first), midnight(first + count * DAY)
    taken = _taken(session, ids, start, end)
    hours = _hours(session, resources, first, count)
    wishes: dict[int, list[Span]] = defaultdict(list)
    for resource_id, begin, finish in waiting(session, ids, start, end):
        wishes[resource_id].append((begin, finish))
    today = clock.local(clock.now()).date()
    wanted = [first + n * DAY for n in range(count)]
    return {
        one: tuple(_day(day, hours[one].spans(day), taken.get(one, []), wishes.get(one, []), today) for day in wanted)
        for one in ids
    }


def _day(day: date, spans: list[Span], taken: list[Occupancy], wishes: list[Span], today: date) -> Day:
    if day < today:
        return Day(day, "past")
    begin, finish = midnight(day), midnight(day + DAY)
    waits = sum(start < finish and begin < end for start, end in wishes)
    if not spans:
        return Day(day, "off", waits)
    rows = [[row for row in taken if row.starts_at < end and start < row.ends_at] for start, end in spans]
    free = sum(not here for here in rows)
    if free:
        return Day(day, "free", waits, part=free < len(spans))
    kinds = {row.kind for here in rows for row in here}
    state: State = "held" if "hold" in kinds else "busy" if "confirmed" in kinds else "off"
    return Day(day, state, waits, why="maintenance" if state == "off" and "maintenance" in kinds else "")


def _taken(session: Session, ids: Sequence[int], start: datetime, end: datetime) -> dict[int, list[Occupancy]]:
    """What stands in [start, end) on the units of each listing, by its id."""
    query = (
        sa.select(resource_unit.c.resource_id, Occupancy)
        .join(Occupancy, Occupancy.unit_id == resource_unit.c.unit_id)
        .where(resource_unit.c.resource_id.in_(ids), Occupancy.starts_at < end, Occupancy.ends_at > start, live(clock.now()))
        .order_by(Occupancy.starts_at)
    )
    found: dict[int, list[Occupancy]] = defaultdict(list)
    for resource_id, row in session.execute(query):
        found[resource_id].append(row)
    return found


def _hours(session: Session, resources: Sequence[Resource], first: date, count: int) -> dict[int, Hours]:
    venues = [resource.id for resource in resources if resource.kind == "venue"]
    openings: dict[int, list[Opening]] = defaultdict(list)
    exceptions: dict[int, list[OpeningException]] = defaultdict(list)
    if venues:
        for opening in session.scalars(sa.select(Opening).where(Opening.resource_id.in_(venues))):
            openings[opening.resource_id].append(opening)
        near = OpeningException.day.between(first, first + count * DAY)
        for other in session.scalars(sa.select(OpeningException).where(OpeningException.resource_id.in_(venues), near)):
            exceptions[other.resource_id].append(other)
    return {one.id: Hours(one, openings.get(one.id, ()), exceptions.get(one.id, ())) for one in resources}


# The next free stretch ---------------------------------------------------


def next_free(session: Session, resource: Resource, length: timedelta, after: datetime, within_days: int = 60) -> Span | None:
    """The first stretch of that length in which it is open and nothing clashes, from an opening on (a venue) or a midnight."""
    first = clock.local(after).date()
    hours = _hours(session, [resource], first, within_days + length.days + 1)[resource.id]
    taken = _around(session, resource, after, midnight(first + (within_days + 1) * DAY) + length)
    for day in (first + n * DAY for n in range(within_days + 1)):
        for start, _end in hours.spans(day):
            if start >= after and hours.covers(start, start + length) and not _in_the_way(resource, taken, start, start + length):
                return start, start + length
    return None


def _around(session: Session, resource: Resource, start: datetime, end: datetime) -> list[Occupancy]:
    units = sa.select(resource_unit.c.unit_id).where(resource_unit.c.resource_id == resource.id)
    near = sa.and_(Occupancy.starts_at < end + LONGEST_BUFFER, Occupancy.ends_at > start - LONGEST_BUFFER)
    query = sa.select(Occupancy).where(Occupancy.unit_id.in_(units), near, live(clock.now()))
    return list(session.scalars(query.options(joinedload(Occupancy.resource).lazyload(Resource.owner))))


def _in_the_way(resource: Resource, taken: list[Occupancy], start: datetime, end: datetime) -> bool:
    for row in taken:
        if row.ends_at <= start:
            clear = row.ends_at + gap_after(row, resource) <= start
        elif row.starts_at >= end:
            clear = end + gap_before(resource, row) <= row.starts_at
        else:
            clear = False
        if not clear:
            return True
    return False


# Who is busy -------------------------------------------------------------


def busy_between(session: Session, start: datetime, end: datetime) -> frozenset[int]:
    """The listings that cannot be had for the whole of [start, end): taken, too near a neighbour, closed or not lent now."""
    return frozenset((*_occupied(session, start, end), *_not_lent(session, start, end), *_closed(session, start, end)))


BUFFER, OTHER = Resource.buffer_before, Resource.buffer_after


def _occupied(session: Session, start: datetime, end: datetime) -> set[int]:
    """One indexed query: who overlaps at once, who is near with the buffers to judge by, no wider than the widest buffer."""
    widest = session.scalar(sa.select(sa.func.max(sa.case((BUFFER > OTHER, BUFFER), else_=OTHER)))) or 0
    reach = _minutes(widest)
    other = aliased(Resource)
    query = (
        sa.select(
            resource_unit.c.resource_id,
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.kind,
            Resource.buffer_before,
            Resource.buffer_after,
            other.buffer_before,
            other.buffer_after,
        )
        .select_from(Occupancy)
        .join(resource_unit, resource_unit.c.unit_id == Occupancy.unit_id)
        .join(Resource, Resource.id == resource_unit.c.resource_id)
        .join(other, other.id == Occupancy.resource_id)
        .where(Occupancy.starts_at < end + reach, Occupancy.ends_at > start - reach, live(clock.now()))
    )
    direct = sa.and_(Occupancy.starts_at < end, Occupancy.ends_at > start)
    buffered = sa.or_(*(column > 0 for one in (Resource, other) for column in (one.buffer_before, one.buffer_after)))
    found = set()
    for resource_id, begins, finishes, kind, before, after, its_before, its_after in session.execute(
        query.where(sa.or_(direct, buffered))
    ):
        loan = kind in LOANS
        gap_to = _minutes(max(after, its_before if loan else 0))
        gap_from = _minutes(max(before, its_after if loan else 0))
        if (
            begins < end + (gap_to if begins >= end else timedelta())
            and start - (gap_from if finishes <= start else timedelta()) < finishes
        ):
            found.add(resource_id)
    return found


def _minutes(number: int) -> timedelta:
    return min(timedelta(minutes=number), LONGEST_BUFFER)


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
        hours = _hours(session, venues, touched[0], len(touched))
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
