"""turns.py said once more as SQL, for counts and for lists: whose turn a leg is and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alliance.exchange.models import Agreement, Ask, Leg
from alliance.exchange.table import GONE
from alliance.exchange.turns import SIDES

BARE = sa.and_(Leg.state == "draft", Leg.submitted_by.is_(None))
"""drafts.is_bare."""
RUNS_BY_ITSELF = sa.and_(Leg.state.in_(("confirmed", "in_use")), Leg.agreement.has(Agreement.kind == "licence"))
"""turns.runs_by_itself."""
SEEKING = sa.and_(Leg.replace_until.is_not(None), Leg.state.in_(GONE))
"""turns.seeks."""


def asked() -> Any:
    """Which side put the question that waits, if any."""
    put = sa.select(sa.func.max(Ask.side)).where(Ask.leg_id == Leg.id, Ask.answer.is_(None)).correlate(Leg).scalar_subquery()
    return sa.func.coalesce(put, sa.case((Leg.waits == "owner", "borrower"), (Leg.waits == "borrower", "owner")))


def side() -> Any:
    """Whose turn, by the open question, else by the state."""
    by_state = [
        (RUNS_BY_ITSELF, "none"),
        (SEEKING, "borrower"),
        (Leg.state == "draft", Leg.begun_by),
        *((Leg.state == state, side) for state, side in SIDES.items()),
    ]
    return sa.case((asked() == "owner", "borrower"), (asked() == "borrower", "owner"), *by_state, else_="none")


def centre_of(borrower: Any) -> Any:
    """The number of the centre whose turn it is; `borrower` is the borrower's centre, joined."""
    whose = side()
    return sa.case(
        (whose == "owner", Leg.owner_id), (whose == "borrower", Leg.borrower_id), (whose == "endorser", borrower.parent_id)
    )


def deadline() -> Any:
    """Until when the turn is to be taken; none while a question stands."""
    back = sa.case((Leg.recalled_until < Leg.ends_at, Leg.recalled_until), else_=Leg.ends_at)
    return sa.case(
        (sa.or_(asked().is_not(None), RUNS_BY_ITSELF), sa.null()),
        (SEEKING, Leg.replace_until),
        (Leg.state == "requested", Leg.due_at),
        (Leg.state == "offered", Leg.hold_until),
        (Leg.state.in_(("endorsing", "incomplete")), Leg.expires_at),
        (Leg.state.in_(("confirmed", "handed_over")), Leg.starts_at),
        (Leg.state == "in_use", back),
        (Leg.state == "returned", Leg.next_at),
    )


def is_late(now: datetime) -> sa.ColumnElement[bool]:
    """Whether the turn should have been taken by now."""
    return sa.type_coerce(deadline(), Leg.due_at.type) <= now
