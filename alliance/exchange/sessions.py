"""Sessions of a bought programme in the exchange: what a leg asks for is checked, kept for it, and given back when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.catalogue import occupancy, procured
from alliance.catalogue.models import Resource
from alliance.catalogue.procured import SessionUse
from alliance.errors import Conflict
from alliance.exchange.case import Case, Period
from alliance.exchange.check import Check
from alliance.exchange.models import MEANT, Leg, Line, Report, Terms
from alliance.exchange.table import BOOKED, GONE, LOST, OPEN
from alliance.worktime import spoken_date

BACK = frozenset({"sent_back", "partly_returned", "returned", "closed"})


# Before ------------------------------------------------------------------


def asked(content: Mapping[str, Any]) -> int:
    """How many sessions some terms name; of a tour all of its stops'."""
    return int(content.get("sessions") or 1)


def checks(resource: Resource, content: Mapping[str, Any], back: datetime, *, leg_id: int | None = None) -> Iterator[Check]:
    """What is to be said of so many sessions until then; nothing of what is not counted."""
    if not procured.is_counted(resource):
        return
    wanted, free, last = asked(content), procured.left(resource, but=leg_id), procured.until(resource)
    day, others = _day(resource), ((_("看同类的节目"), f"/search?kind={resource.kind}"),)
    if resource.details.get("transferable") is False:
        yield Check("bad", _("采购合同不许转给别的馆。"), _("可以找别的节目。"), others)
    elif last is not None and clock.local(back).date() > last:
        yield Check("bad", _("采购合同%(day)s到期，早于您要的日期。", day=day), _("请把日期改到到期以前，或找别的节目。"), others)
    elif wanted > free:
        text = _("请改为%(left)s场以内，或找别的节目。", left=free) if free else _("可以找别的节目。")
        yield Check("bad", _("还剩%(left)s场，要%(n)s场不够。", left=free, n=wanted), text, others)
    else:
        yield Check("ok", _("还剩%(left)s场，采购合同%(day)s到期。", left=free, day=day))


def refuse(case: Case, period: Period) -> None:
    """Raise Conflict where these terms cannot have their sessions; the caller has the lock of the listing."""
    if not procured.is_counted(case.resource):
        return
    procured.clear(case.session, case.resource)
    for check in checks(case.resource, case.terms.content, period[1], leg_id=case.leg.id):
        if check.tone == "bad":
            raise Conflict(f"{check.title} {check.text}".strip())


def _day(resource: Resource) -> str:
    last = procured.until(resource)
    return spoken_date(last, str(get_locale() or "zh"), weekday=False) if last is not None else ""


# Afterwards --------------------------------------------------------------


def follow(session: Session, leg: Leg) -> None:
    """Bring what the leg has of a bought programme in line with its state: held, promised, given, or nothing."""
    if not leg.lines or not procured.is_counted(resource := leg.lines[0].meant) or leg.state == "disputed":
        return
    query = sa.select(SessionUse).where(SessionUse.leg_id == leg.id, SessionUse.resource_id == resource.id)
    row, told = session.scalar(query), _taken(session, leg)
    if told is None:
        if row is not None:
            session.delete(row)
            session.flush()
            jobs.later(session, procured.JOB, {"resource": resource.id})
        return
    if row is None:
        row = SessionUse(leg_id=leg.id, resource_id=resource.id)
        session.add(row)
    if any(getattr(row, name) != value for name, value in told.items()):
        jobs.later(session, procured.JOB, {"resource": resource.id})
    for name, value in told.items():
        setattr(row, name, value)
    session.flush()


def let_go(session: Session, leg: Leg) -> None:
    """Nothing of any bought programme is kept for the leg any more."""
    for row in session.scalars(sa.select(SessionUse).where(SessionUse.leg_id == leg.id)).all():
        session.delete(row)
        jobs.later(session, procured.JOB, {"resource": row.resource_id})
    session.flush()


def _taken(session: Session, leg: Leg) -> dict[str, Any] | None:
    """Of which kind, how many, until when held."""
    if leg.state in GONE | LOST:
        return None
    if leg.state in BACK:
        return {"kind": "given", "sessions": _played(session, leg), "expires_at": None}
    if leg.state not in OPEN:
        return {"kind": "promised", "sessions": _agreed(session, leg), "expires_at": None}
    session.flush()
    rows = occupancy.of_leg(session, leg.id)
    if not rows:
        return None
    kind = "held" if rows[0].kind == "hold" else "promised"
    return {"kind": kind, "sessions": _agreed(session, leg), "expires_at": rows[0].expires_at}


def _agreed(session: Session, leg: Leg) -> int:
    query = sa.select(Terms.content).where(Terms.leg_id == leg.id, Terms.version == leg.terms_version)
    return asked(session.scalar(query) or {})


def _played(session: Session, leg: Leg) -> int:
    """As the return says; as agreed where it does not."""
    query = sa.select(Report.figures).where(Report.leg_id == leg.id, Report.kind == "send_back").order_by(Report.id.desc())
    filed = session.scalar(query.limit(1))
    return int(filed["sessions"]) if filed and filed.get("sessions") is not None else _agreed(session, leg)


def catch_up(session: Session, resource: Resource) -> None:
    """A listing is counted from now on: what was agreed before counts too."""
    query = sa.select(Leg).join(Line).where(MEANT.in_([resource.id]), Leg.state.in_(BOOKED | {"requested", "offered"}))
    known = sa.select(SessionUse.leg_id).where(SessionUse.resource_id == resource.id, SessionUse.leg_id.is_not(None))
    for leg in session.scalars(query.where(Leg.id.not_in(known))).unique():
        follow(session, leg)


def differences(session: Session) -> list[str]:
    """One sentence for each leg that has other sessions than its state says; empty when all is well."""
    bought = Resource.details["sessions_bought"].as_integer() > 0
    counted = sa.select(Leg).join(Line).join(Resource, Resource.id == MEANT).where(bought)
    live = sa.select(SessionUse).where(SessionUse.leg_id.is_not(None), procured.live())
    rows = {row.leg_id: row for row in session.scalars(live)}
    found = []
    for leg in session.scalars(counted.where(Leg.state != "disputed").order_by(Leg.id)).unique():
        told, row = _taken(session, leg), rows.get(leg.id)
        if told is not None and told["expires_at"] is not None and told["expires_at"] <= clock.now():
            told = None
        said = None if told is None else (told["kind"], told["sessions"])
        there = None if row is None else (row.kind, row.sessions)
        if said != there:
            found.append(f"leg {leg.id}: sessions are {there}, its state {leg.state} says {said}")
    return found + _astray(session)


def _astray(session: Session) -> list[str]:
    """One sentence for each row that stands on another listing than its leg is about."""
    query = sa.select(SessionUse.leg_id, SessionUse.resource_id).join(Line, Line.leg_id == SessionUse.leg_id)
    rows = session.execute(query.where(procured.live(), SessionUse.resource_id != MEANT).distinct())
    return [f"leg {leg}: sessions are kept of listing {resource}, which it is not about" for leg, resource in rows]


procured.counting.append(catch_up)
