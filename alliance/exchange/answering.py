"""What the owner does with a request."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from alliance.errors import Conflict, Invalid
from alliance.exchange import conditions, deadlines, forms, instead
from alliance.exchange.case import Case, Outcome, last_start, periods_of
from alliance.exchange.effects import chosen, end, hold, no_clash, overdue, require_consent, step, take
from alliance.exchange.models import Deficiency
from alliance.people.models import Person, Post


def in_hand(case: Case) -> None:
    """Who first acts for the owner is its first handler, and stays named to the end."""
    assert case.person is not None
    leg = case.leg
    if leg.first_handler_id is None:
        leg.first_handler_id = leg.handler_id = case.person.id


def accept_handling(case: Case, _form: None) -> Outcome:
    in_hand(case)
    return Outcome("requested", {"handler": case.leg.handler_id})


def transfer(case: Case, form: forms.Transfer) -> Outcome:
    """Somebody else of the owner's staff takes it on; the first handler stays named."""
    leg = case.leg
    in_hand(case)
    found = case.session.get(Person, form.to)
    if found is None or not found.active or "staff" not in found.roles_in(leg.owner_id) or found.roles_in(leg.borrower_id):
        raise Invalid(_("请选本馆的一位经办人。"), {"to": _("请选本馆的一位经办人。")})
    if found.id == leg.handler_id:
        raise Invalid(_("现在就由这位同事办理。"), {"to": _("请另选一位。")})
    leg.handler_id = found.id
    leg.transfers += 1
    return Outcome(leg.state, {"to_person": found.id, "transfers": leg.transfers, "reason": form.reason})


def return_for_completion(case: Case, form: forms.Return) -> Outcome:
    """All that is missing, at once; the clock stops until it is there."""
    assert case.person is not None
    leg = case.leg
    in_hand(case)
    items = list(dict.fromkeys(form.items))
    leg.returned_for_version = leg.terms_version
    case.session.add(
        Deficiency(
            leg_id=leg.id, terms_version=leg.terms_version, person_id=case.person.id, at=case.now, items=items, note=form.note
        )
    )
    deadlines.pause(leg, case.now)
    return Outcome("incomplete", {"items": items, "note": form.note} | overdue(case))


def survey(case: Case, form: forms.Survey) -> Outcome:
    """Ask for a look at the site, which gives ten working days in all; once more, with a reason, twenty."""
    leg = case.leg
    in_hand(case)
    if leg.survey == "asked" and len(form.reason) < 5:
        raise Invalid(_("延长期限要写明理由。"), {"reason": _("请写明理由，至少 5 个字。")})
    leg.survey = "asked" if leg.survey is None else "extended"
    deadlines.set_due(leg, case.calendar)
    data: dict[str, Any] = {"survey": leg.survey, "visit_by": deadlines.visit_by(leg, case.calendar).isoformat()}
    if form.visit_on:
        data["visit_on"] = form.visit_on.isoformat()
    return Outcome("requested", data | ({"reason": form.reason} if form.reason else {}))


def record_consent(case: Case, form: forms.Consent) -> Outcome:
    """The talent (or a minor's guardian) agreed to the dates asked for, or to those named here."""
    assert case.person is not None
    in_hand(case)
    who = instead.chosen(case, form.of, "of") if form.of else case.resource
    if who.details.get("minor") is True and not form.guardian:
        raise Invalid(_("未成年人须由监护人同意。"), {"guardian": _("请填监护人姓名。")})
    if form.given_on > case.calendar.local_date(case.now):
        raise Invalid(_("同意的日期不能晚于今天。"), {"given_on": _("请填今天或以前的日期。")})
    named = [(form.starts_at, form.ends_at)] if form.starts_at and form.ends_at else periods_of(case.terms)
    periods = [[start.isoformat(), end_.isoformat()] for start, end_ in named]
    before = case.leg.consent or {}
    earlier = before.get("periods", []) if case.consent_of == who.id else []
    case.leg.consent = {
        "of": who.id,
        "given_on": form.given_on.isoformat(),
        "how": form.how,
        "guardian": form.guardian,
        "note": form.note,
        "by": case.person.id,
        "periods": [*earlier, *periods],
    }
    other = {"person": who.title} if who is not case.resource else {}
    return Outcome(case.leg.state, {"how": form.how, "given_on": form.given_on.isoformat(), "periods": periods} | other)


def approve(case: Case, form: forms.Approve) -> Outcome:
    """One step of approval; the last one takes the dates, or sends the owner's own offer."""
    outcome = _approved(case, form)
    in_hand(case)  # last, so that it is written with the new state
    return outcome


def _approved(case: Case, form: forms.Approve) -> Outcome:
    leg = case.leg
    number = _choice(case, form.choice)
    period = chosen(case, number)
    last = len(case.steps) + 1 >= leg.steps_needed
    if last:
        require_consent(case, period)
    step(case, number, form.note)
    data: dict[str, Any] = {"step": len(case.steps), "of": leg.steps_needed, "choice": number}
    if not last:
        no_clash(case, period)
        return Outcome("requested", data)
    data |= overdue(case)
    if case.terms.side == "owner":
        case.terms.sent_at = case.now
        return Outcome("offered", data | send(case))
    conditions.keep(leg, case.terms.content)
    return Outcome("agreed", data | take(case, number, period))


def send(case: Case) -> dict[str, Any]:
    """The offer goes out: it stands, and its dates are held, for the leg's limit."""
    leg = case.leg
    if leg.requested_at is None:
        deadlines.start_clock(leg, case.calendar, case.now)
    leg.hold_until = deadlines.hold_until(leg, case.calendar, case.now, last_start(case.terms))
    conditions.keep(leg, case.terms.content)
    told = {"hold_until": leg.hold_until.isoformat()} | instead.sent(case)
    return told | hold(case, case.period(1), leg.hold_until)


def _choice(case: Case, wanted: int | None) -> int:
    """The choice of dates that the earlier steps made binds the later ones."""
    earlier = case.steps[-1].choice if case.steps else None
    if earlier is not None and wanted not in (None, earlier):
        raise Conflict(_("前一步审定的是另一个日期；要改日期，请用“有条件同意／改期”。"))
    return earlier or wanted or 1


def decline(case: Case, form: forms.Decline) -> Outcome:
    """Refused, with a coded reason in words; the secretariat has a copy."""
    in_hand(case)
    late = overdue(case)
    outcome = end(case, "declined", reason=form.reason, code=form.code, told=True)
    return Outcome(outcome.to, outcome.data | late)


def directors(case: Case) -> set[int]:
    """The owner's directors who could still take a step: in post, and not on the borrower's side."""
    today: date = case.calendar.local_date(case.now)
    held = sa.and_(Post.since <= today, sa.or_(Post.until.is_(None), Post.until >= today))
    theirs = sa.select(Post.person_id).where(Post.centre_id == case.leg.borrower_id, held)
    query = (
        sa.select(Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.centre_id == case.leg.owner_id, Post.role == "director", held, Person.active, Post.person_id.not_in(theirs))
    )
    done = {made.person_id for made in case.steps} | {case.leg.submitted_by, case.leg.endorsed_by}
    return set(case.session.scalars(query)) - done
