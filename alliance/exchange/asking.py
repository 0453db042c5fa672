"""What the borrower's side does before it is answered."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from alliance.catalogue.models import Resource
from alliance.errors import Invalid
from alliance.exchange import deadlines, forms, instead, sessions, together, touring
from alliance.exchange.case import Case, Outcome, periods_of
from alliance.exchange.checks import hard_faults, uncovered
from alliance.exchange.dates import obstacles
from alliance.exchange.effects import end, new_terms, take
from alliance.exchange.request_form import RequestForm
from alliance.places import distance_class


def submit(case: Case, _form: None) -> Outcome:
    """The clock of the owner starts; or, where the owner's rule says so, the dates are taken at once."""
    assert case.person is not None
    case.leg.submitted_by, case.terms.typed = case.person.id, None
    return _send(case)


def ask_endorsement(case: Case, _form: None) -> Outcome:
    assert case.person is not None
    case.leg.submitted_by, case.terms.typed = case.person.id, None
    refuse_unfit(case)
    return Outcome("endorsing")


def endorse(case: Case, form: forms.Note) -> Outcome:
    assert case.person is not None
    case.leg.endorsed_by = case.person.id
    outcome = _send(case)
    return Outcome(outcome.to, outcome.data | ({"note": form.note} if form.note else {}))


def refuse_endorsement(_case: Case, form: forms.Why) -> Outcome:
    return Outcome("draft", {"reason": form.reason})


def complete(case: Case, form: RequestForm) -> Outcome:
    """What was missing is there: a new version, and the same clock goes on."""
    leg = case.leg
    before, case.terms.typed = case.terms.content, None
    new_terms(case, "borrower", form.content() | instead.kept(before), form.note, sent=True)
    refuse_unfit(case)
    leg.returned_for_version = leg.terms_version
    for notice in leg.deficiencies:
        notice.completed_at = notice.completed_at or case.now
    deadlines.go_on(leg, case.calendar, case.now)
    return Outcome(
        "requested", {"changed": sorted(name for name in case.terms.content if case.terms.content[name] != before.get(name))}
    )


def withdraw(case: Case, form: forms.Note) -> Outcome:
    """Taken back; what is taken out of a draft of several legs no longer counts in it."""
    if len(case.legs) > 1 and together.state(case.legs) == "draft":
        together.set_aside(case.leg, case.legs)
    return end(case, "withdrawn", reason=form.note)


def steps_needed(case: Case) -> int:
    """R-73: media, talent and venue one step, a truck two, across provinces or not free of charge three; the owner may raise it."""
    resource: Resource = case.resource
    needed = 2 if resource.kind == "stage_truck" else 1
    if case.leg.distance_class == "across" or resource.fee_type != "free":
        needed = 3
    return min(3, max(needed, resource.approval_steps))


def _send(case: Case) -> Outcome:
    """Put the request before the owner: distance, steps, deadline."""
    refuse_unfit(case)
    measure(case)
    deadlines.start_clock(case.leg, case.calendar, case.now)
    if is_instant(case):
        return Outcome("agreed", {"instant": True} | take(case, 1, case.period(1)))
    return Outcome("requested")


def measure(case: Case) -> None:
    """How far apart the two are, and what follows from it: steps and limits."""
    leg = case.leg
    leg.distance_class = distance_class(leg.owner.division_code, leg.borrower.division_code)
    leg.steps_needed = steps_needed(case)
    leg.expedited = case.terms.content.get("expedited")


def weigh_anew(case: Case, field: str) -> None:
    """The terms are about another listing: whether it fits at all, and what follows from it. Raises Invalid for that field."""
    try:
        refuse_unfit(case)
    except Invalid as unfit:
        raise Invalid(unfit.sentence, {field: _("这一项不合适，请另选。")}) from unfit
    measure(case)


def is_instant(case: Case) -> bool:
    """Whether the owner's rule confirms it at once: slot free, free of charge, same city, nobody's consent needed."""
    resource, leg = case.resource, case.leg
    return (
        resource.instant_confirmation
        and resource.kind != "talent"
        and resource.fee_type == "free"
        and leg.distance_class in ("county", "city")
        and case.period(1)[0] > case.now
        and not obstacles(case, case.period(1))
    )


def refuse_unfit(case: Case) -> None:
    """Raise Invalid where a hard check fails; softer ones were told while the form was filled in."""
    content = case.terms.content
    if case.leg.agreement.is_tour:
        faults = touring.faults(case.session, case.resource, content, case.now)
    else:
        faults = hard_faults(case.resource, content, case.now)
    last = max(end for _start, end in periods_of(case.terms))
    found = sessions.checks(case.resource, content, last, leg_id=case.leg.id)
    faults += [f"{check.title} {check.text}".strip() for check in found if check.tone == "bad"]
    if faults:
        raise Invalid(_("有不能满足的条件，不能提交：%(faults)s", faults=" ".join(faults)))


def refuse_uncovered(case: Case, back: datetime, field: str) -> None:
    """Raise Invalid where a paper of the owner's, or its right in a work, ends before the thing would be back."""
    if faults := uncovered(case.resource, back):
        raise Invalid(" ".join(faults), {field: faults[0]})
