"""After the return: closing, rating, disputes and how they are settled."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from alliance.errors import Invalid
from alliance.exchange import balance, figures, forms, licences
from alliance.exchange.case import Case, Outcome
from alliance.exchange.effects import let_go
from alliance.exchange.handover import outstanding
from alliance.exchange.models import Dispute, Rating

DISPUTES = 2
DECISIONS = {"no_show": ("no_show", "no_breach")}


def close(case: Case, _form: None) -> Outcome:
    _closed(case)
    return Outcome("closed", balance.post(case.session, case.leg, case.now) | ({"silent": True} if case.person is None else {}))


def rate(case: Case, form: forms.Rate) -> Outcome:
    """What one side thinks; the borrower's stars count for the resource."""
    assert case.person is not None
    case.session.add(
        Rating(
            leg_id=case.leg.id,
            side=case.side,
            person_id=case.person.id,
            at=case.now,
            stars=form.stars,
            answers=form.answers,
            comment=form.comment,
        )
    )
    case.session.flush()
    if case.side == "borrower":
        figures.rate(case.session, case.resource, person=case.person)
    return Outcome("closed", {"stars": form.stars})


def reply(case: Case, form: forms.Reply) -> Outcome:
    """The rated side answers in public, once; guards.may_reply has found the rating."""
    assert case.person is not None
    answered = rating_of(case)
    assert answered is not None
    answered.reply, answered.replied_by, answered.replied_at = form.reply, case.person.id, case.now
    return Outcome("closed", {"reply": form.reply})


def rating_of(case: Case) -> Rating | None:
    """What the other side thinks of the one for whom the person acts."""
    other = {"owner": "borrower", "borrower": "owner"}.get(case.side, "")
    return case.session.scalar(sa.select(Rating).where(Rating.leg_id == case.leg.id, Rating.side == other))


def dispute(case: Case, form: forms.Why) -> Outcome:
    assert case.person is not None
    leg = case.leg
    leg.disputed_from = leg.state
    leg.disputes += 1
    case.session.add(Dispute(leg_id=leg.id, side=case.side, person_id=case.person.id, at=case.now, reason=form.reason))
    return Outcome("disputed", {"reason": form.reason, "appeal": leg.disputes > 1})


def settle(case: Case, form: forms.Settle) -> Outcome:
    """The alliance decides: back to where it was, closed with what is open resolved, or the no-show stands or falls."""
    assert case.person is not None
    return decided(case, form, by=case.person.id)


def fits(case: Case, decision: str) -> None:
    """Invalid where that cannot be decided of what the loan was before."""
    if decision not in DECISIONS.get(case.leg.disputed_from or "", ("resume", "close")):
        raise Invalid(_("这项争议不能这样裁定。"), {"decision": _("请另选一项。")})


def decided(case: Case, form: forms.Settle, *, by: int) -> Outcome:
    """What a decision does, in the name of that person of the secretariat."""
    leg = case.leg
    source = leg.disputed_from or ""
    fits(case, form.decision)
    _decide(case, form, by)
    data = {"decision": form.decision, "reason": form.reason}
    if form.decision == "no_breach":
        leg.breach_by = None
        return Outcome("cancelled", data)
    if form.decision == "close" or source == "closed":
        data |= balance.post(case.session, leg, case.now, form.counted)
    if form.decision != "close":
        return Outcome(source, data)
    if leg.agreement.is_licence:
        leg.closed_at = leg.closed_at or case.now
        return Outcome("closed", data | licences.shut(case))
    left = outstanding(case)
    _closed(case)
    return Outcome("closed", data | ({"resolved": dict(left)} if left else {}) | let_go(case))


def _decide(case: Case, form: forms.Settle, by: int) -> None:
    query = sa.select(Dispute).where(Dispute.leg_id == case.leg.id, Dispute.decision.is_(None))
    open_one = case.session.scalars(query).one()
    open_one.decision, open_one.decision_reason = form.decision, form.reason
    open_one.decided_by, open_one.decided_at = by, case.now


def _closed(case: Case) -> None:
    """The first time it closes it counts as lent."""
    if case.leg.closed_at is None:
        case.leg.closed_at = case.now
        figures.lend(case.session, case.resource)
