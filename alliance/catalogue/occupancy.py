"""Who has what when: the one place that writes occupancies. The schema refuses overlaps by itself; gaps are kept here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from alliance import clock, journal, permissions
from alliance.catalogue.models import Occupancy, Resource, Unit, resource_unit
from alliance.errors import Conflict, Invalid, NotFound
from alliance.worktime import spoken_range

Why = Literal["busy", "held", "block", "maintenance", "gap"]
LONGEST_BUFFER = timedelta(days=7)
LONGEST = timedelta(days=730)
WHY: dict[str, Why] = {"confirmed": "busy", "hold": "held", "block": "block", "maintenance": "maintenance"}
BRIEF = (joinedload(Occupancy.resource).lazyload(Resource.owner),)
LOANS = frozenset({"hold", "confirmed"})


@dataclass(frozen=True)
class Clash:
    """What stands in the way of a period: an overlap, or a neighbour too near (`gap`)."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    leg_id: int | None
    why: Why


# Looking -----------------------------------------------------------------


def live(now: datetime) -> sa.ColumnElement[bool]:
    """Condition: it counts at `now`; a hold that expired never does."""
    return sa.or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now)


def units_of(resource_ids: Iterable[int]) -> sa.Select[tuple[int]]:
    """The units on which these resources stand."""
    return sa.select(resource_unit.c.unit_id).where(resource_unit.c.resource_id.in_(list(resource_ids)))


def clashes(
    session: Session, resource: Resource, start: datetime, end: datetime, *, leg_id: int | None = None
) -> tuple[Clash, ...]:
    """All that stands in the way of [start, end), by time; what the leg itself has already does not."""
    _check_period(start, end)
    near = sa.and_(Occupancy.starts_at < end + LONGEST_BUFFER, Occupancy.ends_at > start - LONGEST_BUFFER)
    query = sa.select(Occupancy).where(Occupancy.unit_id.in_(units_of([resource.id])), near, live(clock.now()))
    if leg_id is not None:
        query = query.where(sa.or_(Occupancy.leg_id.is_(None), Occupancy.leg_id != leg_id))
    query = query.options(*BRIEF).order_by(Occupancy.starts_at, Occupancy.id).execution_options(populate_existing=True)
    rows = session.scalars(query)
    found = (_clash(resource, row, start, end) for row in rows)
    return tuple(dict.fromkeys(clash for clash in found if clash is not None))


def _clash(resource: Resource, row: Occupancy, start: datetime, end: datetime) -> Clash | None:
    if row.starts_at < end and start < row.ends_at:
        return Clash(row.kind, row.starts_at, row.ends_at, row.leg_id, WHY[row.kind])
    gap = gap_after(row, resource) if row.ends_at <= start else gap_before(resource, row)
    if row.starts_at < end + gap and start - gap < row.ends_at:
        return Clash(row.kind, row.starts_at, row.ends_at, row.leg_id, "gap")
    return None


def gap_after(earlier: Occupancy, resource: Resource) -> timedelta:
    """What has to lie between an earlier occupancy and a loan of `resource`: the larger buffer; a block has none of its own."""
    own = earlier.resource.buffer_after if earlier.kind in LOANS else 0
    return min(timedelta(minutes=max(own, resource.buffer_before)), LONGEST_BUFFER)


def gap_before(resource: Resource, later: Occupancy) -> timedelta:
    """What has to lie between a loan of `resource` and a later occupancy."""
    own = later.resource.buffer_before if later.kind in LOANS else 0
    return min(timedelta(minutes=max(own, resource.buffer_after)), LONGEST_BUFFER)


def say(clash: Clash) -> str:
    """The clash as a sentence."""
    span = spoken_range(clash.starts_at, clash.ends_at, str(get_locale() or "zh"), today=clock.local(clock.now()).date())
    sentences = {
        "busy": _("%(span)s 已被占用。", span=span),
        "held": _("%(span)s 已为另一份申请保留。", span=span),
        "block": _("%(span)s 不外借。", span=span),
        "maintenance": _("%(span)s 维修保养。", span=span),
        "gap": _("与 %(span)s 的使用相隔太近，来不及撤场和布置。", span=span),
    }
    return str(sentences[clash.why])


# Locking -----------------------------------------------------------------


def lock(session: Session, resources: Sequence[Resource]) -> None:
    """Make rivals wait until the end of this transaction, and clear holds that expired; all resources of one change in one call."""
    ids = sorted({resource.id for resource in resources})
    if session.get_bind().dialect.name == "postgresql":
        again = sa.select(Resource).where(Resource.id.in_(ids)).order_by(Resource.id).with_for_update(of=Resource)
        session.scalars(again.execution_options(populate_existing=True)).all()
        session.execute(sa.select(Unit.id).where(Unit.id.in_(units_of(ids))).order_by(Unit.id).with_for_update())
    expired = sa.and_(Occupancy.kind == "hold", Occupancy.expires_at <= clock.now(), Occupancy.unit_id.in_(units_of(ids)))
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
    session: Session, person: Any, *, resource: Resource, start: datetime, end: datetime, leg_id: int, expires_at: datetime
) -> list[Occupancy]:
    """Keep the period for a leg until `expires_at`; what the leg held of this resource before is let go. Raises Conflict."""
    if expires_at <= clock.now():
        raise Conflict(_("保留的期限已经过去。"))
    return _put(session, person, resource, start, end, leg_id, "hold", expires_at)


def take(session: Session, person: Any, *, resource: Resource, start: datetime, end: datetime, leg_id: int) -> list[Occupancy]:
    """Take the period for a leg for good; what the leg held of this resource before is let go. Raises Conflict."""
    return _put(session, person, resource, start, end, leg_id, "confirmed", None)


def _put(
    session: Session,
    person: Any,
    resource: Resource,
    start: datetime,
    end: datetime,
    leg_id: int | None,
    kind: str,
    expires_at: datetime | None,
    note: str = "",
) -> list[Occupancy]:
    _check_period(start, end)
    _lock_once(session, [resource])
    found = clashes(session, resource, start, end, leg_id=leg_id)
    if kind not in LOANS:
        found = tuple(clash for clash in found if clash.why != "gap")
    if found:
        raise Conflict(" ".join(say(clash) for clash in found[:3]))
    if leg_id is not None:
        own = sa.delete(Occupancy).where(Occupancy.leg_id == leg_id, Occupancy.resource_id == resource.id)
        session.execute(own, execution_options={"synchronize_session": "fetch"})
    rows = [
        Occupancy(
            unit_id=unit_id,
            resource_id=resource.id,
            starts_at=start,
            ends_at=end,
            kind=kind,
            leg_id=leg_id,
            expires_at=expires_at,
            note=note,
            created_by=person.id if person is not None else None,
        )
        for unit_id in session.scalars(units_of([resource.id]))
    ]
    session.add_all(rows)
    session.flush()
    return rows


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
    """Let what a leg has end later; the same check as a booking. Raises Conflict."""
    rows = [row for row in of_leg(session, leg_id) if row.ends_at < end]
    _lock_once(session, list({row.resource_id: row.resource for row in rows}.values()))
    for row in rows:
        found = clashes(session, row.resource, row.starts_at, end, leg_id=leg_id)
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
    session: Session, person: Any, *, resource: Resource, start: datetime, end: datetime, kind: str = "block", note: str = ""
) -> list[Occupancy]:
    """Keep a period from being lent (`block`), or for `maintenance`. Raises Conflict where a loan stands in it."""
    permissions.require(person, "resource.edit", resource)
    if kind not in ("block", "maintenance"):
        raise Invalid(_("请选“不外借”或“维修保养”。"), {"kind": _("请选一项。")})
    if not resource.units:
        raise Invalid(_("这类资源可同时供多方使用，不需要占档期。"))
    rows = _put(session, person, resource, start, end, None, kind, None, note[:200])
    data = {"from": start.isoformat(), "to": end.isoformat(), "kind": kind, "note": note[:200]}
    journal.record(session, "resource.blocked", resource, person=person, centre_id=resource.owner_id, data=data)
    return rows


def unblock(session: Session, person: Any, *, occupancy: Occupancy) -> None:
    """Take a block off, from all units on which it was put together."""
    resource = occupancy.resource
    permissions.require(person, "resource.edit", resource)
    if occupancy.kind in LOANS:
        raise NotFound(_("这段时间是一份借用占着的，不能在这里取消。"))
    together = sa.and_(
        Occupancy.resource_id == resource.id,
        Occupancy.kind == occupancy.kind,
        Occupancy.starts_at == occupancy.starts_at,
        Occupancy.ends_at == occupancy.ends_at,
    )
    data = {"from": occupancy.starts_at.isoformat(), "to": occupancy.ends_at.isoformat(), "kind": occupancy.kind}
    for row in session.scalars(sa.select(Occupancy).where(together)):
        session.delete(row)
    journal.record(session, "resource.unblocked", resource, person=person, centre_id=resource.owner_id, data=data)


def _check_period(start: datetime, end: datetime) -> None:
    if start >= end:
        raise Invalid(_("结束时间要晚于开始时间。"), {"end": _("要晚于开始时间。")})
    if end - start > LONGEST:
        raise Invalid(_("一次最多两年。"), {"end": _("一次最多两年。")})
