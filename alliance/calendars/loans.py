"""Loans of centres in a period, for months and feeds: what goes out, what comes in, what is to be answered."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.exchange.models import Leg
from alliance.exchange.table import BOOKED
from alliance.exchange.turns import SIDES, deadline
from alliance.journal import Event

SHOWN = BOOKED | {"closed", "cancelled", "no_show"}
ASKED = frozenset({"requested", "offered", "endorsing", "incomplete"})
MOST = 2000


def between(session: Session, centres: Collection[int], start: datetime, end: datetime) -> list[Leg]:
    """Agreed loans that touch [start, end), and those of which an answer is due in it; what was never sent is not there."""
    sides = sa.or_(Leg.owner_id.in_(centres), Leg.borrower_id.in_(centres))
    agreed = sa.and_(Leg.state.in_(SHOWN), Leg.choice.is_not(None), Leg.starts_at < end, Leg.ends_at > start)
    due = sa.case((Leg.state == "requested", Leg.due_at), (Leg.state == "offered", Leg.hold_until), else_=Leg.expires_at)
    asked = sa.and_(Leg.state.in_(ASKED), due >= start, due < end)
    query = sa.select(Leg).where(sides, Leg.requested_at.is_not(None), sa.or_(agreed, asked))
    return list(session.scalars(query.order_by(Leg.starts_at, Leg.id).limit(MOST)).unique())


def due_of(leg: Leg, centres: Collection[int]) -> datetime | None:
    """Until when one of these centres has to answer; None where it is not their turn."""
    side = SIDES.get(leg.state) if leg.state in ASKED else None
    whose = {"owner": leg.owner_id, "borrower": leg.borrower_id, "endorser": leg.borrower.parent_id}.get(side or "")
    return deadline(leg) if whose in centres else None


def changed(session: Session, legs: Collection[Leg]) -> Mapping[int, datetime]:
    """When something was last recorded of each: one query."""
    query = sa.select(Event.subject_id, sa.func.max(Event.at)).where(Event.subject_type == "leg")
    rows = session.execute(query.where(Event.subject_id.in_([leg.id for leg in legs])).group_by(Event.subject_id))
    return {number: at for number, at in rows}  # noqa: C416 - rows are not pairs to dict()
