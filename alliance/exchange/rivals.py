"""When a commit takes the dates, requests that could only have been met then fall, and hear of alternatives."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from alliance import clock, jobs
from alliance.catalogue.taken import sharing
from alliance.db import db, transaction
from alliance.exchange.actions import act, hold_still
from alliance.exchange.case import Case, periods_of
from alliance.exchange.dates import obstacles
from alliance.exchange.models import Leg, Line

RIVALS = ("endorsing", "requested", "incomplete", "offered")


def let_fall(payload: dict[str, Any]) -> None:
    """Job of a commit: look at each rival in a transaction of its own."""
    taker = payload["leg"]
    for number in rivals_of(taker):
        with transaction() as session:
            leg = hold_still(session, session.get_one(Leg, number), resources=True)
            if leg.state in RIVALS and not possible(Case(session, leg, None, clock.now())):
                act(session, None, leg, "fall", cause="taken", by=taker)


def rivals_of(taker: int) -> list[int]:
    """Open legs that want a unit which the taker has; a read, so that no lock is held while each is looked at."""
    pairs = sharing(db.session.scalars(sa.select(Line.resource_id).where(Line.leg_id == taker))).subquery()
    query = (
        sa.select(Leg.id)
        .join(Line, Line.leg_id == Leg.id)
        .join(pairs, pairs.c.theirs == Line.resource_id)
        .where(Leg.id != taker, Leg.state.in_(RIVALS))
        .distinct()
    )
    return sorted(db.session.scalars(query))


def possible(case: Case) -> bool:
    """Whether one of its choices could still be had; what is merely held by others may come free."""
    return any(
        period[0] > case.now and all(clash.kind == "hold" for clash in obstacles(case, period)) for period in periods_of(case.terms)
    )


jobs.handles("exchange.rivals", let_fall)
