"""Offers of the owner with conditions or other dates, and the borrower's answers."""

from __future__ import annotations

from flask_babel import gettext as _

from alliance.catalogue import occupancy
from alliance.errors import Conflict, Invalid
from alliance.exchange import deadlines, forms, hearing
from alliance.exchange.answering import in_hand, send
from alliance.exchange.asking import measure, refuse_unfit
from alliance.exchange.case import Case, Outcome, Period, last_start
from alliance.exchange.effects import changed, chosen, end, hold, image, let_go, new_terms, overdue, require_consent, step, take
from alliance.exchange.request_form import choice


def offer(case: Case, form: forms.Offer) -> Outcome:
    """The owner's own version: other dates, conditions. It is held at once, and sent with the last step of approval."""
    leg = case.leg
    if leg.state == "draft":
        return _begin(case, form)
    in_hand(case)
    period = (form.starts_at, form.ends_at) if form.starts_at and form.ends_at else case.period(form.choice)
    conditions = [condition.model_dump(mode="json") for condition in form.conditions]
    if not conditions and not form.starts_at:
        raise Invalid(_("请写明条件，或提出新的日期；没有条件请直接用“同意”。"), {"conditions": _("至少写一条。")})
    before = case.terms.content
    new_terms(case, "owner", changed(case, choices=[choice(*period)], conditions=conditions), form.note, sent=False)
    chosen(case, 1)
    data = {"conditions": conditions} | overdue(case)
    if before["choices"] != case.terms.content["choices"]:
        data["dates"] = case.terms.content["choices"][0]
    outcome = _first_step(case, period, form.note)
    return Outcome(outcome.to, data | outcome.data)


def _begin(case: Case, form: forms.Offer) -> Outcome:
    """The owner asks the borrower to take it: what it filled in is the first version, and its own."""
    in_hand(case)
    conditions = [condition.model_dump(mode="json") for condition in form.conditions]
    refuse_unfit(case)
    measure(case)
    case.terms.typed, case.terms.content = None, changed(case, conditions=conditions)
    outcome = _first_step(case, chosen(case, 1), form.note)
    return Outcome(outcome.to, {"conditions": conditions} | outcome.data)


def _first_step(case: Case, period: Period, note: str) -> Outcome:
    """The handler's step on the owner's version; it is sent at once where that is the last."""
    leg = case.leg
    require_consent(case, period)
    step(case, 1, note)
    data = {"step": 1, "of": leg.steps_needed}
    if leg.steps_needed == 1:
        case.terms.sent_at = case.now
        return Outcome("offered", data | send(case))
    start = last_start(case.terms)
    waits_until = deadlines.expiry(leg, case.calendar, start) if leg.requested_at is not None else start
    assert waits_until is not None
    return Outcome("requested", data | hold(case, period, waits_until))


def counter(case: Case, form: forms.Counter) -> Outcome:
    """The borrower's next version; what was held is free, and the owner's clock starts anew."""
    choices = case.terms.content["choices"]
    if form.starts_at and form.ends_at:
        choices = [choice(form.starts_at, form.ends_at)]
        if form.second_starts_at and form.second_ends_at:
            choices.append(choice(form.second_starts_at, form.second_ends_at))
    new_terms(case, "borrower", changed(case, choices=choices), form.note, sent=True)
    chosen(case, 1)
    case.leg.hold_until = None
    deadlines.start_clock(case.leg, case.calendar, case.now)
    return Outcome("requested", {"note": form.note, "choices": choices} | let_go(case))


def accept_offer(case: Case, form: forms.Accept) -> Outcome:
    """The borrower agrees to the version that it saw; what was held is taken."""
    leg = case.leg
    if form.terms_version != leg.terms_version:
        raise Conflict(_("对方已更新内容，您看到的是旧的一版。请看过新的一版再确认。"))
    for heard in hearing.accepting:
        heard(case)
    period, said = chosen(case, 1), {"note": form.note} if form.note else {}
    if leg.agreement.is_joint:
        return Outcome("agreed", said | take(case, 1, period))
    occupancy.confirm(case.session, leg_id=leg.id)
    leg.choice = 1
    return Outcome("agreed", said | image("confirmed", *period))


def decline_offer(case: Case, form: forms.Why) -> Outcome:
    return end(case, "declined", reason=form.reason)
