"""Training days (R-43): what a secondment records at its end, and how many of the year's fifteen days somebody has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.catalogue.models import Resource
from alliance.errors import Invalid
from alliance.exchange.models import Agreement, Leg, Report

BAR = 15
"""Days a year (R-43)."""
HOURS = 6
"""Hours that make a day of training."""
FIGURES = ("training_days", "training_hours")


def require(leg: Leg, figures: Mapping[str, Any]) -> None:
    """Raise Invalid where a secondment ends without saying how long it was; more than its time it cannot be."""
    if not leg.agreement.is_secondment:
        return
    days = days_of(figures)
    if days <= 0:
        raise Invalid(_("请填轮训的天数或课时。"), {"figures": _("请填轮训的天数或课时。")})
    if leg.starts_at is not None and leg.ends_at is not None and days > (leg.ends_at - leg.starts_at).days + 1:
        raise Invalid(_("轮训的天数多于约定的时间。"), {"figures": _("请核对天数和课时。")})


def days_of(figures: Mapping[str, Any]) -> float:
    """Days and hours as days."""
    return round(float(figures.get("training_days") or 0) + float(figures.get("training_hours") or 0) / HOURS, 2)


def amount(figures: Mapping[str, Any], unit: str) -> int:
    """What was recorded in a unit of the balance, begun ones counted whole."""
    days = days_of(figures)
    return -int(-(days if unit == "day" else days * HOURS) // 1)


@dataclass
class Ledger:
    """Somebody's year: the days, and the secondments behind them with the days of each."""

    resource: Resource
    legs: list[tuple[Leg, float]] = field(default_factory=list)

    @property
    def days(self) -> float:
        return round(sum(days for _leg, days in self.legs), 2)

    @property
    def reached(self) -> bool:
        return self.days >= BAR


def ledgers(session: Session, span: tuple[datetime, datetime], centres: Collection[int] | None) -> list[Ledger]:
    """Whoever was seconded and came back in that time, by name; of these centres only, as sender or host; None: of all.

    Only what was closed counts: both sides have confirmed it by then. Who left earlier than agreed came back that day.
    """
    came_back = sa.case((Report.at < Leg.ends_at, Report.at), else_=Leg.ends_at)
    query = (
        sa.select(Leg, Report.figures)
        .join(Agreement, Agreement.id == Leg.agreement_id)
        .join(Report, sa.and_(Report.leg_id == Leg.id, Report.kind == "send_back"))
        .where(Agreement.kind == "secondment", Leg.state == "closed", came_back >= span[0], came_back < span[1])
        .order_by(Leg.ends_at, Leg.id)
    )
    if centres is not None:
        query = query.where(sa.or_(Leg.owner_id.in_(centres), Leg.borrower_id.in_(centres)))
    found: dict[int, Ledger] = {}
    for leg, figures in session.execute(query):
        resource = leg.lines[0].resource
        found.setdefault(resource.id, Ledger(resource)).legs.append((leg, days_of(figures)))
    return sorted(found.values(), key=lambda one: (one.resource.owner_id, one.resource.title))


def filed(session: Session, leg: Leg) -> Mapping[str, Any]:
    """The figures of the return; nothing before."""
    query = sa.select(Report.figures).where(Report.leg_id == leg.id, Report.kind == "send_back").order_by(Report.id.desc())
    return session.scalars(query.limit(1)).first() or {}
