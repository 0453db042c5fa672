"""How much of what is listed is used: booked days of available days, and what nobody used for ninety days (R-54)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.availability import DAY, Hours, Span, local_days, midnight
from alliance.catalogue.models import Occupancy, Opening, OpeningException, Resource, resource_unit
from alliance.exchange.listing import EXCLUSIVE
from alliance.figures.asked import Asked
from alliance.figures.tables import Row, Table, counted, head, percent

IDLE_AFTER = timedelta(days=90)
USED = sa.func.coalesce(resource_unit.c.resource_id, Occupancy.resource_id)
"""What an occupancy uses: each listing on its unit, or the pool."""
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Use:
    """A listing that is lent, with its days in the year so far; `used_until` is the end of its last use that has begun."""

    id: int
    code: str
    title: str
    kind: str
    owner: int
    available: int
    booked: int
    used_until: datetime | None
    published_at: datetime | None
    idle: bool


def uses(session: Session, asked: Asked) -> list[Use]:
    """All published listings that one has to oneself; five queries whatever their number."""
    listed = _listed(session, asked)
    hours = _hours(session, asked, listed)
    taken = _taken(session, asked)
    last, now = _last_uses(session), clock.now()
    return [_use(asked, row, hours[row.id], taken.get(row.id, []), last.get(row.id), now) for row in listed]


def _listed(session: Session, asked: Asked) -> Sequence[Any]:
    query = sa.select(
        *(Resource.id, Resource.code, Resource.title, Resource.kind, Resource.owner_id),
        *(Resource.state, Resource.details, Resource.published_at),
    ).where(Resource.state == "published", Resource.kind.in_([asked.kind] if asked.kind in EXCLUSIVE else EXCLUSIVE))
    if asked.kind and asked.kind not in EXCLUSIVE:
        query = query.where(sa.false())
    if asked.centre is not None:
        query = query.where(Resource.owner_id == asked.centre.id)
    return session.execute(query.order_by(Resource.id)).all()


def _hours(session: Session, asked: Asked, listed: Sequence[Any]) -> dict[int, Hours]:
    openings: dict[int, list[Opening]] = defaultdict(list)
    exceptions: dict[int, list[OpeningException]] = defaultdict(list)
    for opening in session.scalars(sa.select(Opening)):
        openings[opening.resource_id].append(opening)
    in_the_year = OpeningException.day.between(asked.first, asked.last)
    for other in session.scalars(sa.select(OpeningException).where(in_the_year)):
        exceptions[other.resource_id].append(other)
    return {row.id: Hours(row, openings.get(row.id, ()), exceptions.get(row.id, ())) for row in listed}


def _taken(session: Session, asked: Asked) -> dict[int, list[tuple[datetime, datetime, str]]]:
    """What stood on the units of each listing in the year so far; holds are no use."""
    start, end = midnight(asked.first), midnight(asked.last + DAY)
    query = (
        sa.select(USED, Occupancy.starts_at, Occupancy.ends_at, Occupancy.kind)
        .select_from(Occupancy)
        .outerjoin(resource_unit, Occupancy.unit_id == resource_unit.c.unit_id)
        .where(Occupancy.starts_at < end, Occupancy.ends_at > start, Occupancy.kind != "hold")
    )
    found: dict[int, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for resource, starts, ends, kind in session.execute(query):
        found[resource].append((max(starts, start), min(ends, end), kind))
    return found


def _last_uses(session: Session) -> dict[int, datetime]:
    """When the last loan that has begun ended or will end, by listing."""
    last = sa.func.max(Occupancy.ends_at)
    query = (
        sa.select(USED, last)
        .select_from(Occupancy)
        .outerjoin(resource_unit, Occupancy.unit_id == resource_unit.c.unit_id)
        .where(Occupancy.kind == "confirmed", Occupancy.starts_at <= clock.now())
        .group_by(USED)
    )
    return {resource: ended for resource, ended in session.execute(query)}  # noqa: C416 - rows are not pairs to dict()


def _use(
    asked: Asked, row: Any, hours: Hours, taken: list[tuple[datetime, datetime, str]], last: datetime | None, now: datetime
) -> Use:
    since = clock.local(row.published_at).date() if row.published_at else asked.first
    booked = {day for start, end, kind in taken if kind == "confirmed" for day in local_days(start, end)}
    free = _open_days(asked, hours, max(since, asked.first)) - _shut_days(hours, taken)
    long_listed = row.published_at is None or row.published_at <= now - IDLE_AFTER
    idle = long_listed and (last is None or last < now - IDLE_AFTER)
    return Use(
        *(row.id, row.code, row.title, row.kind, row.owner_id),
        *(len(free | booked), len(booked), last, row.published_at, idle),
    )


def _open_days(asked: Asked, hours: Hours, first: date) -> frozenset[date]:
    """The days on which it is open at all: by the week, the closed months and the days that differ."""
    usual = _usual_days(first, asked.last, frozenset(hours.template) or EVERY_DAY, hours.closed_months)
    differing = {day for day in hours.exceptions if first <= day <= asked.last}
    return (usual - differing) | {day for day in differing if hours.spans(day)}


@lru_cache(maxsize=4096)
def _usual_days(first: date, last: date, weekdays: frozenset[int], closed_months: frozenset[int]) -> frozenset[date]:
    days = (first + n * DAY for n in range((last - first).days + 1))
    return frozenset(day for day in days if day.weekday() in weekdays and day.month not in closed_months)


def _shut_days(hours: Hours, taken: Iterable[tuple[datetime, datetime, str]]) -> set[date]:
    """The days that blocks and maintenance leave nothing of."""
    kept = [(start, end) for start, end, kind in taken if kind != "confirmed"]
    return {day for one in kept for day in local_days(*one) if _covered(hours.spans(day), kept)}


def _covered(spans: Sequence[Span], kept: Sequence[Span]) -> bool:
    return all(any(start <= begins and ends <= end for start, end in kept) for begins, ends in spans)


# Tables ------------------------------------------------------------------


def by_kind(asked: Asked, found: Sequence[Use], *, least: int = 1) -> Table:
    """Utilisation of each kind; a kind of fewer listings than `least` is not told."""
    keys = [kind for kind in EXCLUSIVE if sum(use.kind == kind for use in found) >= least]
    groups = [(asked.kind_name(key), [use for use in found if use.kind == key], {"of_kind": key}) for key in keys]
    return _table(asked, "use-by-kind", str(_("各类资源的利用率")), str(_("类别")), groups)


def by_centre(asked: Asked, found: Sequence[Use]) -> Table:
    """Utilisation of what each centre has to share."""
    by_owner: dict[int, list[Use]] = defaultdict(list)
    for use in found:
        by_owner[use.owner].append(use)
    groups = [(asked.places[owner].name, group, {"centre": asked.places[owner].slug}) for owner, group in by_owner.items()]
    return _table(asked, "use-by-centre", str(_("各馆资源的利用率")), str(_("馆")), groups)


def _table(asked: Asked, name: str, title: str, over: str, groups: Iterable[tuple[str, list[Use], dict[str, str]]]) -> Table:
    rows = sorted((_line(asked, *group) for group in groups), key=lambda row: -(row.cells[0].value or 0))
    return Table(
        name,
        title,
        head(over, _("利用率"), _("占用天数"), _("可用天数"), _("资源"), _("闲置")),
        rows,
        shape="bars",
        note=str(
            _(
                "利用率=占用天数÷可用天数，只算正在上架的，年内截至今天；维修和不外借的日子不算可用。闲置指上架满90天、近90天没有用过。"
            )
        ),
        blank=str(_("还没有上架的人才、场馆和舞台车")),
        wide=True,
    )


def _line(asked: Asked, label: str, group: list[Use], narrower: dict[str, str]) -> Row:
    booked, available, idle = (sum(map(of, group)) for of in (_booked, _available, _idle))
    row = counted(
        label,
        percent(booked, available),
        booked,
        available,
        len(group),
        idle,
        urls=("", "", "", _address(asked, "listed", narrower), _address(asked, "idle", narrower)),
    )
    share = row.cells[0]
    return Row(row.label, (type(share)(share.value, unit="%"), *row.cells[1:]), row.short)


def _address(asked: Asked, what: str, narrower: dict[str, str]) -> str:
    if "centre" in narrower:
        return asked.elsewhere(next(place for place in asked.places.values() if place.slug == narrower["centre"])).records(what)
    return asked.records(what, **narrower)


_booked: Callable[[Use], int] = lambda use: use.booked  # noqa: E731
_available: Callable[[Use], int] = lambda use: use.available  # noqa: E731
_idle: Callable[[Use], int] = lambda use: int(use.idle)  # noqa: E731
