"""While a dispute is open: what both sides say, and what the alliance proposes; once both accept it is settled as proposed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.exchange import closing, contested, forms
from alliance.exchange.case import Case, Outcome
from alliance.exchange.materials import Statement
from alliance.exchange.models import Dispute, Leg
from alliance.worktime import APPEAL_DAYS

MOST = 10


def state_view(case: Case, form: Statement) -> Outcome:
    """What one side says, with its evidence; kept as it was said."""
    assert case.person is not None
    one = contested.latest(case.session, case.leg)
    said = {"side": case.side, "by": case.person.id, "at": case.now.isoformat(), "text": form.statement}
    named = {str(number): name for number, name in form.names.items()}
    one.statements = [*one.statements, said | {"files": form.evidence, "names": named}]
    return Outcome("disputed", {"files": len(form.evidence)})


def speaks_until(case: Case) -> datetime | None:
    """Until when this side can still say what it has not said yet to an open dispute."""
    if case.leg.state != "disputed" or case.side not in contested.SIDES:
        return None
    one = contested.latest(case.session, case.leg)
    until = contested.stand(one, case.calendar, case.now).until
    waits = not one.proposals and case.side in contested.awaited(one)
    return until if waits and until is not None and case.now < until else None


def propose(case: Case, form: forms.Settle) -> Outcome:
    """What the alliance would decide; both sides are asked."""
    assert case.person is not None
    closing.fits(case, form.decision)
    one = contested.latest(case.session, case.leg)
    made = {"by": case.person.id, "at": case.now.isoformat(), "accepted": [], "refused": None} | form.model_dump()
    one.proposals = [*one.proposals, made]
    return Outcome("disputed", {"decision": form.decision, "reason": form.reason})


def agree_proposal(case: Case, form: forms.Note) -> Outcome:
    """The second side that accepts settles it, by the name of who proposed."""
    one = contested.latest(case.session, case.leg)
    made = _answered(one, accepted=[*one.proposals[-1]["accepted"], case.side])
    if not contested.is_accepted(one):
        return Outcome("disputed", {"note": form.note})
    return closing.decided(
        case, forms.Settle.model_validate({name: made[name] for name in forms.Settle.model_fields}), by=made["by"]
    )


def refuse_proposal(case: Case, form: forms.Why) -> Outcome:
    """It is off for both; the alliance proposes anew or decides."""
    _answered(contested.latest(case.session, case.leg), refused=case.side, why=form.reason, refused_at=case.now.isoformat())
    return Outcome("disputed", {"reason": form.reason})


def _answered(one: Dispute, **answer: Any) -> dict[str, Any]:
    made: dict[str, Any] = one.proposals[-1] | answer
    one.proposals = [*one.proposals[:-1], made]
    return made


# What stands -------------------------------------------------------------


def of(session: Session, leg: Leg) -> list[Dispute]:
    """The dispute and its appeal."""
    return list(session.scalars(sa.select(Dispute).where(Dispute.leg_id == leg.id).order_by(Dispute.id)))


def files(session: Session, leg: Leg) -> set[int]:
    """The numbers of the files that were filed with statements."""
    return {number for one in of(session, leg) for said in one.statements for number in said["files"]}


def appeal_refused(case: Case) -> Any:
    """Why what the alliance decided last cannot be appealed against; None where the loan goes on or there is time."""
    last = contested.latest(case.session, case.leg)
    if case.leg.state not in ("closed", "no_show") or last.decided_at is None:
        return None
    if contested.is_accepted(last):
        return _("双方已接受调解方案，就此了结。")
    until = contested.appeal_until(last, case.calendar)
    if until is not None and case.now > until:
        return _("裁定已过%(n)s个工作日，不能再申诉。", n=APPEAL_DAYS)
    return None


# Guards -------------------------------------------------------------------


def may_state(case: Case) -> Any:
    said = [one for one in contested.latest(case.session, case.leg).statements if one["side"] == case.side]
    return _("贵馆已陈述%(n)s次，请等秘书处办理。", n=len(said)) if len(said) >= MOST else None


def nothing_proposed(case: Case) -> Any:
    stand = contested.stand(contested.latest(case.session, case.leg), case.calendar, case.now)
    return _("上一个方案还在等双方答复；也可以直接裁定。") if stand.sides else None


def proposal_asked(case: Case) -> Any:
    asked = contested.asked(contested.latest(case.session, case.leg))
    return None if case.side in asked else _("没有等贵馆答复的方案。")
