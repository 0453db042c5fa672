"""What is free: days for calendars, and who is busy in a period; always in a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.gaps import most_taken
from alliance.catalogue.models import Occupancy, Opening, OpeningException, Resource, resource_unit
from alliance.catalogue.taken import live

State = Literal["free", "held", "busy", "off", "past"]
Span = tuple[datetime, datetime]
Wish = tuple[int, datetime, datetime]
DAY = timedelta(days=1)
WORST: tuple[State, ...] = ("held", "busy", "off")


@dataclass(frozen=True)
class Day:
    """One local day of a listing: `free` when at least one of its opening spans is free, `part` when another one is not; `left`: of
    a pool that is out in part, how many can be had at the best hours."""

    date: date
    state: State
    waiting: int = 0
    part: bool = False
    why: str = ""
    left: int | None = None


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
    """`count` local days from `first` for each listing, by its id: five queries (six with pools), whatever their number."""
    ids = [resource.id for resource in resources]
    start, end = midnight(first), midnight(first + count * DAY)
    pools = {resource.id: resource.quantity for resource in resources if resource.is_pool}
    taken = _taken(session, ids, start, end) | (_out(session, pools, start, end) if pools else {})
    hours = hours_of(session, resources, first, count)
    wishes: dict[int, list[Span]] = defaultdict(list)
    for resource_id, begin, finish in waiting(session, ids, start, end):
        wishes[resource_id].append((begin, finish))
    today = clock.local(clock.now()).date()
    wanted = [first + n * DAY for n in range(count)]
    return {
        one: tuple(
            _day(day, hours[one].spans(day), taken.get(one, []), wishes.get(one, []), today, pools.get(one, 1)) for day in wanted
        )
        for one in ids
    }


def _day(day: date, spans: list[Span], taken: list[Occupancy], wishes: list[Span], today: date, quantity: int) -> Day:
    if day < today:
        return Day(day, "past")
    begin, finish = midnight(day), midnight(day + DAY)
    waits = sum(start < finish and begin < end for start, end in wishes)
    if not spans:
        return Day(day, "off", waits)
    rows = [[row for row in taken if row.starts_at < end and start < row.ends_at] for start, end in spans]
    out = [most_taken(here, *span) for here, span in zip(rows, spans, strict=True)]
    free = sum(number < quantity for number in out)
    if free:
        return Day(day, "free", waits, part=free < len(spans), left=quantity - min(out) if quantity > 1 and min(out) else None)
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


def _out(session: Session, pools: Iterable[int], start: datetime, end: datetime) -> dict[int, list[Occupancy]]:
    """What is out of each pool in [start, end)."""
    query = sa.select(Occupancy).where(Occupancy.unit_id.is_(None), Occupancy.resource_id.in_(list(pools)))
    near = sa.and_(Occupancy.starts_at < end, Occupancy.ends_at > start, live(clock.now()))
    found: dict[int, list[Occupancy]] = defaultdict(list)
    for row in session.scalars(query.where(near).order_by(Occupancy.starts_at)):
        found[row.resource_id].append(row)
    return found


def hours_of(session: Session, resources: Sequence[Resource], first: date, count: int) -> dict[int, Hours]:
    """When each of these is open in so many days."""
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
