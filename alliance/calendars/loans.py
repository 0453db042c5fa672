"""Loans of centres in a period, for months and feeds: what goes out, what comes in, what is to be answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.catalogue.models import Occupancy
from alliance.exchange.deadlines import back_by
from alliance.exchange.models import Ask, Leg
from alliance.exchange.table import BOOKED, LOST
from alliance.exchange.turns import SIDES, deadline
from alliance.journal import Event

SHOWN = BOOKED | {"closed", "cancelled", "no_show"}
ASKED = frozenset({"requested", "offered", "endorsing", "incomplete"})
TOLD = ("leg.reminded", "leg.escalated", "leg.archived", "leg.posted")
"""Events that change nothing a calendar shows."""
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


@dataclass(frozen=True)
class Changed:
    """When a leg last changed, and how often its dates were moved beside its version."""

    at: datetime
    moved: int


def changed(session: Session, legs: Collection[int]) -> Mapping[int, Changed]:
    """By the number of the leg, without what only told somebody of it: one query."""
    moved = sa.func.sum(sa.case((Event.action == "leg.redated", 1), else_=0))
    query = sa.select(Event.subject_id, sa.func.max(Event.at), moved).where(Event.subject_type == "leg", Event.action.not_in(TOLD))
    rows = session.execute(query.where(Event.subject_id.in_(legs)).group_by(Event.subject_id))
    return {number: Changed(at, times) for number, at, times in rows}


def of_rows(session: Session, rows: Collection[int]) -> Mapping[int, tuple[Changed, int]]:
    """How the leg stands behind each of these occupancies: its last change and its version; two queries."""
    query = sa.select(Occupancy.id, Leg.id, Leg.version).join(Leg, Leg.id == Occupancy.leg_id).where(Occupancy.id.in_(rows))
    found = session.execute(query).all()
    stamps = changed(session, {leg for _row, leg, _version in found})
    return {row: (stamps[leg], version) for row, leg, version in found if leg in stamps}


def answer_by(session: Session, leg: Leg, question: Ask) -> datetime | None:
    """Until when a question can be answered: then what was agreed begins, ends, is closed, or others' answers are due."""
    if question.kind == "go_on":
        lost = sa.select(sa.func.min(Leg.next_at)).where(Leg.agreement_id == leg.agreement_id, Leg.state.in_(LOST))
        return session.scalar(lost)
    ends = {"cancel": leg.starts_at, "extension": back_by(leg)}
    return ends.get(question.kind, leg.next_at if leg.state == "returned" else None)
