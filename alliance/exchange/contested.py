"""Where a dispute stands: whose turn it is, since when and until when, in working days, and the dated notices of its terms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from alliance.exchange.models import Dispute, Leg
from alliance.worktime import APPEAL_DAYS, PROPOSAL_DAYS, STATEMENT_DAYS, Calendar, due, reminders

SIDES = ("owner", "borrower")
NOTICES = ("statement_soon", "statement_over", "proposal_soon", "proposal_over", "appeal_soon", "appeal_over")


@dataclass(frozen=True)
class Stand:
    """`sides` that owe an answer, the alliance where none does; `until` ends the term that ran last, None where none did."""

    sides: tuple[str, ...]
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Term:
    """What is counted: statement, proposal or appeal, from when, how many working days."""

    name: str
    since: datetime
    days: int

    def end(self, calendar: Calendar) -> datetime:
        """The end of office hours on its last working day."""
        return due(self.since, self.days, calendar)


def latest(session: Session, leg: Leg) -> Dispute:
    """The one that is open, else the last one."""
    return session.scalars(sa.select(Dispute).where(Dispute.leg_id == leg.id).order_by(Dispute.id.desc()).limit(1)).one()


def waiting(one: Dispute) -> dict[str, Any] | None:
    """The proposal that still has to be answered."""
    last = one.proposals[-1] if one.proposals and one.decision is None else None
    return last if last is not None and not last["refused"] else None


def is_accepted(one: Dispute) -> bool:
    """Whether both sides accepted what was proposed last."""
    return bool(one.proposals) and set(one.proposals[-1]["accepted"]) == set(SIDES)


def asked(one: Dispute) -> list[str]:
    """The sides that have to answer a proposal."""
    made = waiting(one)
    return [side for side in SIDES if made is not None and side not in made["accepted"]]


def awaited(one: Dispute) -> list[str]:
    """The sides whose word is missing: on a proposal, or of the other side on the dispute itself."""
    if one.proposals:
        return asked(one)
    spoken = {one.side} | {said["side"] for said in one.statements}
    return [side for side in SIDES if side not in spoken]


def turn_of(sides: Sequence[str], centres: Mapping[str, int], mine: Collection[int]) -> str:
    """Whose turn it is of the sides that owe an answer: of two that of `mine`, the centres of who looks."""
    return next((side for side in sides if centres[side] in mine), sides[0])


# Terms -------------------------------------------------------------------


def stand(one: Dispute, calendar: Calendar, now: datetime) -> Stand:
    """Of an open dispute: a proposal is for the sides until its term is over, everything else for the alliance."""
    made, term = waiting(one), _running(one)
    if term is None:
        last = one.proposals[-1]
        return Stand((), datetime.fromisoformat(last.get("refused_at", last["at"])), None)
    end = term.end(calendar)
    if made is None:
        return Stand((), one.at, end)
    return Stand(tuple(asked(one)), term.since, end) if now < end else Stand((), end, end)


def appeal_until(one: Dispute, calendar: Calendar) -> datetime | None:
    """Until when what was decided can be appealed against; None where it was agreed, or is not decided."""
    term = _appeal(one)
    return term.end(calendar) if term is not None else None


def marks(leg: Leg, calendar: Calendar) -> list[tuple[str, datetime]]:
    """The notices of the term that runs for this leg: a word before its end, and its end."""
    session = object_session(leg)
    assert session is not None
    one = latest(session, leg)
    term = _running(one) if leg.state == "disputed" else _appeal(one)
    if term is None:
        return []
    end = term.end(calendar)
    soon = dict(reminders(end, term.days, calendar))["yellow"]
    found = [(f"{term.name}_soon", soon), (f"{term.name}_over", end)]
    return found if term.name == "appeal" or awaited(one) else found[1:]


def runs(leg: Leg) -> bool:
    """Whether a term of a dispute may run: it is open, or was decided once and ended the loan."""
    if leg.state == "disputed":
        return True
    ended = leg.state == "closed" or (leg.state == "no_show" and not leg.agreement.is_joint)
    return ended and leg.disputes == 1


def _running(one: Dispute) -> Term | None:
    made = waiting(one)
    if made is not None:
        return Term("proposal", datetime.fromisoformat(made["at"]), PROPOSAL_DAYS)
    return None if one.proposals else Term("statement", one.at, STATEMENT_DAYS)


def _appeal(one: Dispute) -> Term | None:
    return Term("appeal", one.decided_at, APPEAL_DAYS) if one.decided_at is not None and not is_accepted(one) else None
