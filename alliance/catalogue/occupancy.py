"""Who has what when: the one place that writes occupancies. The schema refuses overlaps by itself; gaps are kept here."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.catalogue import gaps, kinds
from alliance.catalogue.gaps import LOANS, Clash, Place, say
from alliance.catalogue.models import Occupancy, Resource, Unit
from alliance.catalogue.taken import BRIEF, neighbours, standing, units_of
from alliance.errors import Conflict, Invalid, NotFound

__all__ = ["Clash", "Place", "say"]

Period = tuple[datetime, datetime]
LONGEST = timedelta(days=730)
APART = frozenset({"id", "unit_id", "created_at"})


# Looking -----------------------------------------------------------------


def clashes(
    session: Session,
    resource: Resource,
    start: datetime,
    end: datetime,
    *,
    leg_id: int | None = None,
    line_id: int | None = None,
    place: Place | None = None,
    quantity: int = 1,
) -> tuple[Clash, ...]:
    """All that stands in the way of [start, end), by time; what the leg itself has already does not.

    With `line_id` only what that line has is left out: the periods of one leg stand in each other's way like others'.
    `place` is where what moves would be: the ways to it and from it are counted.
    """
    start, end = _period(start, end)
    rows = neighbours(session, resource, start, end, leg_id=leg_id, line_id=line_id)
    return gaps.judge(resource, rows, start, end, place=place, quantity=quantity)


# Locking -----------------------------------------------------------------


def lock(session: Session, resources: Sequence[Resource]) -> None:
    """Make rivals wait until the end of this transaction, and clear holds that expired; all resources of one change in one call."""
    ids = sorted({resource.id for resource in resources})
    if session.get_bind().dialect.name == "postgresql":
        again = sa.select(Resource).where(Resource.id.in_(ids)).order_by(Resource.id).with_for_update(of=Resource)
        session.scalars(again.execution_options(populate_existing=True)).all()
        session.execute(sa.select(Unit.id).where(Unit.id.in_(units_of(ids))).order_by(Unit.id).with_for_update())
    expired = sa.and_(Occupancy.kind == "hold", Occupancy.expires_at <= clock.now(), standing(ids))
    session.execute(sa.delete(Occupancy).where(expired), execution_options={"synchronize_session": False})
    held = session.info.get("locked")
    transaction = session.get_transaction()
    session.info["locked"] = (transaction, set(ids) | (held[1] if held is not None and held[0] is transaction else set()))


def _lock_once(session: Session, resources: Sequence[Resource]) -> None:
    """Lock those which this transaction has not locked yet."""
    held = session.info.get("locked")
    known = held[1] if held is not None and held[0] is session.get_transaction() else set()
    missing = [resource for resource in resources if resource.id not in known]
    if missing:
        lock(session, missing)


# Writing: loans ----------------------------------------------------------


def hold(
    session: Session,
    person: Any,
    *,
    resource: Resource,
    start: datetime,
    end: datetime,
    leg_id: int,
    expires_at: datetime,
    place: Place | None = None,
    quantity: int = 1,
    line_id: int | None = None,
) -> list[Occupancy]:
    """Keep the period for a leg until `expires_at`; what the leg (this line of it) held of this resource before is let go.

    Raises Conflict.
    """
    if expires_at <= clock.now():
        raise Conflict(_("保留的期限已经过去。"))
    row = Occupancy(kind="hold", leg_id=leg_id, line_id=line_id, quantity=quantity, **_where(resource, place))
    row.expires_at = expires_at
    return _put(session, person, resource, _period(start, end), row, place)


def take(
    session: Session,
    person: Any,
    *,
    resource: Resource,
    start: datetime,
    end: datetime,
    leg_id: int,
    place: Place | None = None,
    quantity: int = 1,
    line_id: int | None = None,
) -> list[Occupancy]:
    """Take the period for a leg for good; what the leg (this line of it) held of this resource before is let go.

    Raises Conflict.
    """
    row = Occupancy(kind="confirmed", leg_id=leg_id, line_id=line_id, quantity=quantity, **_where(resource, place))
    return _put(session, person, resource, _period(start, end), row, place)


def _where(resource: Resource, place: Place | None) -> dict[str, Any]:
    """The place, and the way to it from home, as they are kept; nothing for what stays where it is."""
    if place is None or not gaps.moves(resource):
        return {}
    told: dict[str, Any] = {"place": place.name, "division_code": place.division_code, "lat": place.lat, "lng": place.lng}
    there = gaps.way(gaps.home(resource), place)
    return told | ({"km": there.km, "minutes": there.minutes, "way_source": there.source} if there else {})


def _put(
    session: Session, person: Any, resource: Resource, period: Period, like: Occupancy, place: Place | None = None
) -> list[Occupancy]:
    """One row like that on each unit, or one of the pool, unless something stands in the way."""
    if not kinds.kind_of(resource).exclusive:
        return []
    _lock_once(session, [resource])
    start, end = period
    found = clashes(
        session, resource, start, end, leg_id=like.leg_id, line_id=like.line_id, place=place, quantity=like.quantity or 1
    )
    if like.kind not in LOANS:
        found = tuple(clash for clash in found if clash.why not in ("gap", "travel"))
    if found:
        raise Conflict(" ".join(say(clash) for clash in found[:3]))
    if like.leg_id is not None:
        own = sa.and_(Occupancy.leg_id == like.leg_id, Occupancy.resource_id == resource.id)
        mine = Occupancy.line_id == like.line_id if like.line_id is not None else Occupancy.line_id.is_(None)
        session.execute(sa.delete(Occupancy).where(own, mine), execution_options={"synchronize_session": "fetch"})
    like.resource_id, (like.starts_at, like.ends_at) = resource.id, period
    like.created_by = person.id if person is not None else None
    if resource.is_pool:
        rows = [like]
    else:
        like.quantity = 1
        rows = [twin(like, unit.id) for unit in session.scalars(sa.select(Unit).where(Unit.id.in_(units_of([resource.id]))))]
    session.add_all(rows)
    session.flush()
    return rows


def twin(row: Occupancy, unit_id: int) -> Occupancy:
    """The same on another unit."""
    said = {column.key: getattr(row, column.key) for column in sa.inspect(Occupancy).column_attrs if column.key not in APART}
    return Occupancy(unit_id=unit_id, **{name: value for name, value in said.items() if value is not None})


def of_leg(session: Session, leg_id: int) -> list[Occupancy]:
    """What a leg has now, expired holds included."""
    query = sa.select(Occupancy).where(Occupancy.leg_id == leg_id).options(*BRIEF).order_by(Occupancy.starts_at, Occupancy.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def confirm(session: Session, *, leg_id: int) -> list[Occupancy]:
    """Turn the holds of a leg into confirmed ones. Raises Conflict when one has expired or there is none."""
    rows = of_leg(session, leg_id)
    now = clock.now()
    if not rows or any(row.expires_at is not None and row.expires_at <= now for row in rows):
        raise Conflict(_("为这份申请保留的档期已经过期，请重新选定时间。"))
    for row in rows:
        row.kind, row.expires_at = "confirmed", None
    session.flush()
    return rows


def prolong(session: Session, *, leg_id: int, until: datetime) -> None:
    """Keep the holds of a leg until then."""
    held = sa.and_(Occupancy.leg_id == leg_id, Occupancy.kind == "hold")
    session.execute(sa.update(Occupancy).where(held).values(expires_at=until), execution_options={"synchronize_session": "fetch"})


def release(session: Session, *, leg_id: int) -> None:
    """Let go of what a leg has: what has not begun goes, what is under way ends now, what is past stays."""
    now = clock.now()
    for row in of_leg(session, leg_id):
        if row.kind == "hold" or row.starts_at >= now:
            session.delete(row)
        elif row.ends_at > now:
            row.ends_at = now
    session.flush()


def extend(session: Session, *, leg_id: int, end: datetime) -> None:
    """Let what a leg has end later (of several periods the last one); the same check as a booking. Raises Conflict."""
    rows = of_leg(session, leg_id)
    last = {row.resource_id: row.ends_at for row in sorted(rows, key=lambda row: row.ends_at)}
    rows = [row for row in rows if row.ends_at == last[row.resource_id] and row.ends_at < end]
    _lock_once(session, list({row.resource_id: row.resource for row in rows}.values()))
    for row in rows:
        at, line = gaps.place_of(row), row.line_id
        found = clashes(session, row.resource, row.starts_at, end, leg_id=leg_id, line_id=line, place=at, quantity=row.quantity)
        if found:
            raise Conflict(" ".join(say(clash) for clash in found[:3]))
        row.ends_at = end
    session.flush()


def shorten(session: Session, *, leg_id: int, end: datetime) -> None:
    """Let what a leg has end sooner; what would only begin then goes."""
    for row in of_leg(session, leg_id):
        if row.starts_at >= end:
            session.delete(row)
        elif row.ends_at > end:
            row.ends_at = end
    session.flush()


# Writing: what the owner keeps -------------------------------------------


def block(
    session: Session,
    person: Any,
    *,
    resource: Resource,
    start: datetime,
    end: datetime,
    kind: str = "block",
    note: str = "",
    quantity: int | None = None,
) -> list[Occupancy]:
    """Keep a period from being lent (`block`), or for `maintenance`; of a pool all, or so many.

    Raises Conflict where a loan stands in it.
    """
    permissions.require(person, "resource.edit", resource)
    if kind not in ("block", "maintenance"):
        raise Invalid(_("请选“不外借”或“维修保养”。"), {"kind": _("请选一项。")})
    if not kinds.kind_of(resource).exclusive:
        raise Invalid(_("这类资源可同时供多方使用，不需要占档期。"))
    if (number := quantity or resource.quantity) > resource.quantity:
        raise Invalid(_("一共只有%(n)s个。", n=resource.quantity), {"quantity": _("最多%(n)s个。", n=resource.quantity)})
    row = Occupancy(kind=kind, note=note[:200], quantity=number if resource.is_pool else 1)
    rows = _put(session, person, resource, _period(start, end), row)
    data: dict[str, Any] = {"from": start.isoformat(), "to": end.isoformat(), "kind": kind, "note": note[:200]}
    data |= {"quantity": number} if resource.is_pool else {}
    journal.record(session, "resource.blocked", resource, person=person, centre_id=resource.owner_id, data=data)
    return rows


def unblock(session: Session, person: Any, *, occupancy: Occupancy) -> None:
    """Take a block off, from all units on which it was put together; of a pool this one."""
    resource = occupancy.resource
    permissions.require(person, "resource.edit", resource)
    if occupancy.kind in LOANS:
        raise NotFound(_("这段时间是一份借用占着的，不能在这里取消。"))
    together = sa.and_(
        Occupancy.resource_id == resource.id,
        Occupancy.kind == occupancy.kind,
        Occupancy.starts_at == occupancy.starts_at,
        Occupancy.ends_at == occupancy.ends_at,
        sa.or_(Occupancy.unit_id.is_not(None), Occupancy.id == occupancy.id),
    )
    data = {"from": occupancy.starts_at.isoformat(), "to": occupancy.ends_at.isoformat(), "kind": occupancy.kind}
    for row in session.scalars(sa.select(Occupancy).where(together)):
        session.delete(row)
    journal.record(session, "resource.unblocked", resource, person=person, centre_id=resource.owner_id, data=data)


def _period(start: datetime, end: datetime) -> Period:
    """In UTC: two moments of one zone are compared by the clock on the wall, and clocks go back."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if start >= end:
        raise Invalid(_("结束时间要晚于开始时间。"), {"end": _("要晚于开始时间。")})
    if end - start > LONGEST:
        raise Invalid(_("一次最多两年。"), {"end": _("一次最多两年。")})
    return start, end
