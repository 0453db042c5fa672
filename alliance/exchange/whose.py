"""turns.py said once more as SQL, for counts and for lists: whose turn a leg is and until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.exchange import contested
from alliance.exchange.models import Agreement, Ask, Dispute, Leg
from alliance.exchange.table import GONE
from alliance.exchange.turns import SIDES
from alliance.worktime import rows

BARE = sa.and_(Leg.state == "draft", Leg.submitted_by.is_(None))
"""drafts.is_bare."""
RUNS_BY_ITSELF = sa.and_(Leg.state.in_(("confirmed", "in_use")), Leg.agreement.has(Agreement.kind == "licence"))
"""turns.runs_by_itself."""
SEEKING = sa.and_(Leg.replace_until.is_not(None), Leg.state.in_(GONE))
"""turns.seeks."""


class Proposal(NamedTuple):
    """A disputed leg of which a side owes an answer to what the alliance proposed, and until when."""

    leg: int
    side: str
    until: datetime


def proposals(session: Session, now: datetime, mine: Collection[int]) -> list[Proposal]:
    """Of the disputes that are open now, which are few: their terms are working days, which no database reckons; one query.

    `mine`: the centres of who looks.
    """
    query = sa.select(Dispute, Leg.owner_id, Leg.borrower_id).join(Leg, Leg.id == Dispute.leg_id)
    found = []
    for one, owner, borrower in session.execute(query.where(Leg.state == "disputed", Dispute.decision.is_(None))):
        if contested.asked(one):
            stand = contested.stand(one, rows.calendar(session), now)
            if stand.sides and stand.until is not None:
                side = contested.turn_of(stand.sides, {"owner": owner, "borrower": borrower}, mine)
                found.append(Proposal(one.leg_id, side, stand.until))
    return found


def asked() -> Any:
    """Which side put the question that waits, if any."""
    put = sa.select(sa.func.max(Ask.side)).where(Ask.leg_id == Leg.id, Ask.answer.is_(None)).correlate(Leg).scalar_subquery()
    return sa.func.coalesce(put, sa.case((Leg.waits == "owner", "borrower"), (Leg.waits == "borrower", "owner")))


def side(proposed: Sequence[Proposal]) -> Any:
    """Whose turn, by the open question, else by the proposal that waits, else by the state."""
    by_state = [
        *((Leg.id.in_([one.leg for one in proposed if one.side == side]), side) for side in contested.SIDES),
        (RUNS_BY_ITSELF, "none"),
        (SEEKING, "borrower"),
        (Leg.state == "draft", Leg.begun_by),
        *((Leg.state == state, side) for state, side in SIDES.items()),
    ]
    return sa.case((asked() == "owner", "borrower"), (asked() == "borrower", "owner"), *by_state, else_="none")


def centre_of(borrower: Any, proposed: Sequence[Proposal]) -> Any:
    """The number of the centre whose turn it is; `borrower` is the borrower's centre, joined."""
    whose = side(proposed)
    return sa.case(
        (whose == "owner", Leg.owner_id), (whose == "borrower", Leg.borrower_id), (whose == "endorser", borrower.parent_id)
    )


def deadline(proposed: Sequence[Proposal]) -> Any:
    """Until when the turn is to be taken; none while a question stands."""
    back = sa.case((Leg.recalled_until < Leg.ends_at, Leg.recalled_until), else_=Leg.ends_at)
    return sa.case(
        (sa.or_(asked().is_not(None), RUNS_BY_ITSELF), sa.null()),
        *((Leg.id == one.leg, sa.literal(one.until, Leg.due_at.type)) for one in proposed),
        (SEEKING, Leg.replace_until),
        (Leg.state == "requested", Leg.due_at),
        (Leg.state == "offered", Leg.hold_until),
        (Leg.state.in_(("endorsing", "incomplete")), Leg.expires_at),
        (Leg.state.in_(("confirmed", "handed_over")), Leg.starts_at),
        (Leg.state == "in_use", back),
        (Leg.state == "returned", Leg.next_at),
    )


def is_late(now: datetime, proposed: Sequence[Proposal]) -> sa.ColumnElement[bool]:
    """Whether the turn should have been taken by now."""
    return sa.type_coerce(deadline(proposed), Leg.due_at.type) <= now
