"""How a leg is fixed, falls, lapses or is called off."""

from __future__ import annotations

from flask_babel import gettext as _

from alliance.catalogue import occupancy
from alliance.errors import Conflict, Invalid
from alliance.exchange import conditions, deadlines, forms, together
from alliance.exchange.case import Case, Outcome
from alliance.exchange.effects import answer, ask, end, image, lapse_extension, spans_of
from alliance.exchange.table import ADMIN

TAKEN = "01"


def commit(case: Case, _form: None) -> Outcome:
    """All agreed: it is fixed. What was held for a leg of several is its own from now on; raises Conflict when it is gone."""
    leg = case.leg
    if not leg.agreement.is_joint:
        return Outcome("confirmed")
    try:
        rows = occupancy.confirm(case.session, leg_id=leg.id)
    except Conflict as gone:
        why = {"number": leg.number, "title": case.resource.title, "why": gone.sentence}
        raise Conflict(_("%(number)s %(title)s：%(why)s", **why)) from gone
    return Outcome("confirmed", image("confirmed", spans_of(rows)))


def do_without(case: Case, form: forms.Note) -> Outcome:
    """The borrower no longer wants this one; the rest is agreed on without it."""
    case.leg.mandatory, case.leg.replace_until = False, None
    return Outcome(case.leg.state, {"note": form.note})


def lapse(case: Case, _form: None) -> Outcome:
    """Nobody took its place in time."""
    case.leg.replace_until = None
    return Outcome(case.leg.state)


def go_on(case: Case, form: forms.Note) -> Outcome:
    assert case.centre_id is not None
    return Outcome(case.leg.state, {"lost": together.answer(case.legs, case.centre_id, "go_on"), "note": form.note})


def leave(case: Case, form: forms.Why) -> Outcome:
    """Without what is lost, this one is not wanted either; no breach."""
    assert case.centre_id is not None
    lost = together.answer(case.legs, case.centre_id, "leave")
    outcome = end(case, "cancelled", reason=form.reason)
    return Outcome(outcome.to, outcome.data | {"lost": lost})


def silence(case: Case, _form: None) -> Outcome:
    """Who did not answer goes on."""
    assert case.leg.aftermath is not None
    answers = {centre: said or "go_on" for centre, said in case.leg.aftermath["answers"].items()}
    case.leg.aftermath = {**case.leg.aftermath, "answers": answers}
    return Outcome(case.leg.state, {"answers": answers})


def fall(case: Case, form: forms.Cause) -> Outcome:
    """Not a refusal: somebody else has the dates, or a centre was suspended."""
    code = TAKEN if form.cause == "taken" and case.leg.state in ("requested", "incomplete") else None
    outcome = end(case, "declined", code=code, told=form.cause == "taken")
    return Outcome(outcome.to, outcome.data | {"cause": form.cause} | ({"by": form.by} if form.by else {}))


def expire(case: Case, _form: None) -> Outcome:
    return end(case, "expired", told=True)


def ask_cancel(case: Case, form: forms.Why) -> Outcome:
    ask(case, "cancel", form.reason, breach=_is_breach(case))
    return Outcome(case.leg.state, {"reason": form.reason, "breach": _is_breach(case)})


def agree_cancel(case: Case, form: forms.Note) -> Outcome:
    """Called off by both; too late, it counts as a breach of who asked."""
    question = answer(case, "agreed")
    outcome = end(case, "cancelled", reason=question.reason)
    if question.content.get("breach"):
        case.leg.breach_by = question.side
    return Outcome(outcome.to, outcome.data | {"breach_by": case.leg.breach_by, "note": form.note})


def refuse_cancel(case: Case, form: forms.Note) -> Outcome:
    answer(case, "refused")
    return Outcome(case.leg.state, {"note": form.note})


def force_cancel(case: Case, form: forms.Force) -> Outcome:
    """For safety or force majeure, no breach; what is out already is called back at once."""
    if ADMIN not in case.relations and form.ground == "alliance":
        raise Invalid(_("请选一项事由。"), {"ground": _("馆方只能因安全、不可抗力或条件到期未满足取消。")})
    if form.ground == "condition_unmet" and not conditions.overdue(case.leg, case.now):
        raise Invalid(_("没有到期未满足的条件。"), {"ground": _("请选另一项事由。")})
    if case.leg.state == "confirmed":
        outcome = end(case, "cancelled", reason=form.reason)
        return Outcome(outcome.to, outcome.data | {"ground": form.ground})
    case.leg.recalled_until = case.now
    lapse_extension(case)
    return Outcome("in_use", {"ground": form.ground, "reason": form.reason, "recalled_until": case.now.isoformat()})


def report_no_show(case: Case, form: forms.Note) -> Outcome:
    other = "borrower" if case.side == "owner" else "owner"
    outcome = end(case, "no_show", reason=form.note)
    case.leg.breach_by = other
    return Outcome(outcome.to, outcome.data | {"breach_by": other})


def _is_breach(case: Case) -> bool:
    assert case.leg.starts_at is not None
    return case.working_days_before(case.leg.starts_at) < deadlines.BREACH_DAYS
