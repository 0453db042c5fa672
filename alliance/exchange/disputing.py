"""While a dispute is open: what both sides say, and what the alliance proposes; once both accept it is settled as proposed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.exchange import closing, forms
from alliance.exchange.case import Case, Outcome
from alliance.exchange.models import Dispute, Leg
from alliance.worktime import Calendar

APPEAL = timedelta(days=15)
"""How long after a decision that ended the loan it can be appealed against."""
STATE_DAYS, ANSWER_DAYS = 5, 3
"""Working days to say something to a dispute, and to answer a proposal; after them the alliance decides on what it has."""
MOST = 10
SIDES = ("owner", "borrower")


def state_view(case: Case, form: forms.Statement) -> Outcome:
    """What one side says, with its evidence; kept as it was said."""
    assert case.person is not None
    one = latest(case.session, case.leg)
    said = {"side": case.side, "by": case.person.id, "at": case.now.isoformat(), "text": form.statement, "files": form.evidence}
    one.statements = [*one.statements, said]
    return Outcome("disputed", {"files": len(form.evidence)})


def propose(case: Case, form: forms.Settle) -> Outcome:
    """What the alliance would decide; both sides are asked."""
    assert case.person is not None
    closing.fits(case, form.decision)
    one = latest(case.session, case.leg)
    made = {"by": case.person.id, "at": case.now.isoformat(), "accepted": [], "refused": None} | form.model_dump()
    one.proposals = [*one.proposals, made]
    return Outcome("disputed", {"decision": form.decision, "reason": form.reason})


def agree_proposal(case: Case, form: forms.Note) -> Outcome:
    """The second side that accepts settles it, by the name of who proposed."""
    one = latest(case.session, case.leg)
    made = _answered(one, accepted=[*one.proposals[-1]["accepted"], case.side])
    if not is_accepted(one):
        return Outcome("disputed", {"note": form.note})
    return closing.decided(
        case, forms.Settle.model_validate({name: made[name] for name in forms.Settle.model_fields}), by=made["by"]
    )


def refuse_proposal(case: Case, form: forms.Why) -> Outcome:
    """It is off for both; the alliance proposes anew or decides."""
    _answered(latest(case.session, case.leg), refused=case.side, why=form.reason)
    return Outcome("disputed", {"reason": form.reason})


def _answered(one: Dispute, **answer: Any) -> dict[str, Any]:
    made: dict[str, Any] = one.proposals[-1] | answer
    one.proposals = [*one.proposals[:-1], made]
    return made


# What stands -------------------------------------------------------------


def of(session: Session, leg: Leg) -> list[Dispute]:
    """The dispute and its appeal."""
    return list(session.scalars(sa.select(Dispute).where(Dispute.leg_id == leg.id).order_by(Dispute.id)))


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


def files(session: Session, leg: Leg) -> set[int]:
    """The numbers of the files that were filed with statements."""
    return {number for one in of(session, leg) for said in one.statements for number in said["files"]}


def until(calendar: Calendar, since: datetime, days: int) -> datetime:
    """The end of office of the last of so many working days."""
    return calendar.closing(calendar.add_working_days(calendar.local_date(since), days))


def appeal_refused(case: Case) -> Any:
    """Why what the alliance decided last cannot be appealed against; None where the loan goes on or there is time."""
    last = latest(case.session, case.leg)
    if case.leg.state not in ("closed", "no_show") or last.decided_at is None:
        return None
    if is_accepted(last):
        return _("双方已接受调解方案，就此了结。")
    if case.now > last.decided_at + APPEAL:
        return _("裁定已过%(n)s天，不能再申诉。", n=APPEAL.days)
    return None
