"""Offers of the owner with conditions or other dates, and the borrower's answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from alliance.catalogue import occupancy
from alliance.errors import Conflict, Invalid
from alliance.exchange import conditions, deadlines, forms, hearing, instead, series, stops, touring
from alliance.exchange.answering import in_hand, send
from alliance.exchange.asking import measure, refuse_uncovered, refuse_unfit, weigh_anew
from alliance.exchange.case import Case, Outcome, Period, last_start, periods_of
from alliance.exchange.dates import stretches
from alliance.exchange.effects import changed, chosen, end, hold, image, let_go, new_terms, overdue, require_consent, step, take
from alliance.exchange.models import Leg
from alliance.exchange.request_form import choice


def offer(case: Case, form: forms.Offer) -> Outcome:
    """The owner's own version: other dates, conditions. It is held at once, and sent with the last step of approval."""
    leg = case.leg
    if leg.state == "draft":
        return _begin(case, form)
    in_hand(case)
    conditions = [condition.model_dump(mode="json") for condition in form.conditions]
    before, other = case.terms.content, _substituted(case, form.substitute)
    number = _number(case, form.sessions_wanted) | _quantity(case, form.quantity_wanted)
    named = [(form.starts_at, form.ends_at)] if form.starts_at and form.ends_at else []
    every = _repeated(case, named, number)
    period = every[0 if named else min(form.choice, len(every)) - 1]
    if not (conditions or form.starts_at or number or form.substitute):
        raise Invalid(_("请写明条件，或提出新的日期；没有条件请直接用“同意”。"), {"conditions": _("至少写一条。")})
    content = changed(case, **_dated(case, [period]), **number, **other, conditions=conditions)
    new_terms(case, "owner", content, form.note, sent=False)
    chosen(case, 1)
    if other:
        weigh_anew(case, "substitute")
    if before["choices"] != case.terms.content["choices"]:
        refuse_uncovered(case, period[1], "ends_at" if named else "sessions_wanted")
    data = {"conditions": conditions} | number | overdue(case)
    if form.substitute:
        data["substitute"] = case.resource.title
    if before["choices"][0] != case.terms.content["choices"][0]:
        data["dates"] = case.terms.content["choices"][0]
    outcome = _first_step(case, period, form.note)
    return Outcome(outcome.to, data | outcome.data)


def _substituted(case: Case, code: str) -> dict[str, Any]:
    """What the terms say of the listing that is offered, where it is not the one that the terms before were about."""
    thing = instead.chosen(case, code, "substitute") if code else case.leg.lines[0].resource
    if code and thing is case.leg.lines[0].resource:
        raise Invalid(_("申请的就是这一项。"), {"substitute": _("请另选一项，或不换。")})
    return instead.offered(case, thing) if thing is not case.resource else {}


def _begin(case: Case, form: forms.Offer) -> Outcome:
    """The owner asks the borrower to take it: what it filled in is the first version, and its own."""
    in_hand(case)
    if form.substitute:
        raise Invalid(_("要换另一项，请先改草稿。"), {"substitute": _("请先改草稿。")})
    conditions = [condition.model_dump(mode="json") for condition in form.conditions]
    refuse_unfit(case)
    measure(case)
    case.terms.typed, case.terms.content = None, changed(case, conditions=conditions)
    outcome = _first_step(case, chosen(case, 1), form.note)
    return Outcome(outcome.to, {"conditions": conditions} | outcome.data)


def _first_step(case: Case, period: Period, note: str) -> Outcome:
    """The handler's step on the owner's version; it is sent at once where that is the last."""
    leg = case.leg
    conditions.refuse_late(case.terms.content.get("conditions", []), period[0])
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
    named = ((form.starts_at, form.ends_at), (form.second_starts_at, form.second_ends_at))
    back = instead.restored(case) if form.original else {}
    number: dict[str, Any] = _number(case, form.sessions_wanted) | _quantity(case, form.quantity_wanted)
    periods = _repeated(case, [(start, end_) for start, end_ in named if start and end_ and form.starts_at], number)
    content = changed(case, **_dated(case, periods), **number, **back)
    new_terms(case, "borrower", content | ({"conditions": []} if back or form.unconditional else {}), form.note, sent=True)
    chosen(case, 1)
    if form.starts_at or "weekly" in number:
        refuse_uncovered(case, max(end_ for _start, end_ in periods), "ends_at")
    if back:
        weigh_anew(case, "original")
        number["restored"] = case.resource.title
    case.leg.hold_until = None
    deadlines.start_clock(case.leg, case.calendar, case.now)
    return Outcome("requested", {"note": form.note, "choices": case.terms.content["choices"]} | number | let_go(case))


def _number(case: Case, wanted: int | None) -> dict[str, int]:
    """Another number of sessions, where it differs; of a tour each stop says its own. Raises Invalid."""
    if wanted is None or wanted == case.terms.content.get("sessions"):
        return {}
    if stops.of(case.terms.content):
        raise Invalid(_("巡演的场次按站写，请用退回补正来改。"), {"sessions_wanted": _("请按站改。")})
    if series.count(case.terms.content) == 1:
        return {"sessions": wanted}
    if wanted > series.MOST:
        raise Invalid(_("每周一次，最多%(n)s次。", n=series.MOST), {"sessions_wanted": _("最多%(n)s次。", n=series.MOST)})
    return {"sessions": wanted, "weekly": wanted}


def _quantity(case: Case, wanted: int | None) -> dict[str, int]:
    """Of a pool another number, where it differs. Raises Invalid."""
    if wanted is None or wanted == (case.terms.content.get("quantity") or 1):
        return {}
    most = case.resource.quantity if case.resource.is_pool else 1
    if wanted > most:
        raise Invalid(_("一共只有 %(n)s。", n=most), {"quantity_wanted": _("最多 %(n)s。", n=most)})
    return {"quantity": wanted}


def _repeated(case: Case, firsts: list[Period], number: Mapping[str, int]) -> list[Period]:
    """These dates, or else those in force; of what comes back every week the first time is named, and all are meant."""
    before = series.count(case.terms.content)
    times = number.get("weekly", before)
    firsts = firsts or [series.each(period, before)[0] for period in periods_of(case.terms)]
    return [series.whole(first, times) for first in firsts]


def _dated(case: Case, periods: list[Period]) -> dict[str, Any]:
    """These choices of dates; of a tour all stops go along with the first. Raises Invalid."""
    found, before = stops.of(case.terms.content), case.period(1)
    if not found:
        return {"choices": [choice(*period) for period in periods]}
    start, end_ = periods[0]
    if end_ - start != before[1] - before[0]:
        sentence = _("巡演改期，各站一起平移：起止要移动同样的时间。只改某一站，请退回补正或在附言里说。")
        raise Invalid(sentence, {"ends_at": _("请与开始时间移动同样多。")})
    return {"choices": [choice(start, end_)], "stops": touring.moved(found, start - before[0])}


def accept_offer(case: Case, form: forms.Accept) -> Outcome:
    """The borrower agrees to the version that it saw; what was held is taken."""
    leg = case.leg
    if form.terms_version != leg.terms_version:
        raise Conflict(_("对方已更新内容，您看到的是旧的一版。请看过新的一版再确认。"))
    lacking = conditions.overdue(leg, case.now)
    if lacking:
        raise Conflict(_("“%(text)s”到期还没有落实。请先登记落实，或再议。", text=lacking[0]["text"]))
    for heard in hearing.accepting:
        heard(case)
    period, said = chosen(case, 1), {"note": form.note} if form.note else {}
    if leg.agreement.is_joint or leg.agreement.is_licence:
        return Outcome("agreed", said | take(case, 1, period))
    occupancy.confirm(case.session, leg_id=leg.id)
    leg.choice = 1
    return Outcome("agreed", said | image("confirmed", [span for span, _more in stretches(case, period)]))


def decline_offer(case: Case, form: forms.Why) -> Outcome:
    return end(case, "declined", reason=form.reason)


# Conditions ---------------------------------------------------------------


def meet(case: Case, form: forms.Met) -> Outcome:
    """Somebody who knows says that it is met."""
    assert case.person is not None
    condition = _set(case.leg, form.condition, {"by": case.person.id, "side": case.side, "at": case.now.isoformat()})
    return _told(case, condition, note=form.note)


def reopen(case: Case, form: forms.Reopened) -> Outcome:
    """The owner does not see it met: it is open again."""
    return _told(case, _set(case.leg, form.condition, None), reason=form.reason)


def fall_back(case: Case, _form: None) -> Outcome:
    """The consent was on conditions that are not met: the offer stands once more, held for the leg's limit, and then it is over."""
    leg = case.leg
    lacking = [one["text"] for one in conditions.overdue(leg, case.now)]
    leg.choice, leg.hold_until = None, deadlines.hold_until(leg, case.calendar, case.now, last_start(case.terms))
    return Outcome(
        "offered",
        {"unmet": lacking, "hold_until": leg.hold_until.isoformat()} | hold(case, case.period(1), leg.hold_until),
    )


def _set(leg: Leg, rank: int, value: dict[str, Any] | None) -> dict[str, Any]:
    """One condition as it is from now on. Raises Invalid where it is so already."""
    known = dict(conditions.unmet(leg) if value is not None else conditions.met(leg))
    if rank not in known:
        raise Invalid(_("没有这一条，或刚刚有人办过。"), {"condition": _("请另选一条。")})
    leg.conditions = [
        {**one, "met": value, "told": False} if number == rank else one for number, one in enumerate(leg.conditions, 1)
    ]
    return known[rank]


def _told(case: Case, condition: Mapping[str, Any], **said: str) -> Outcome:
    """Its date no longer counts, or counts anew."""
    case.leg.reminded = [which for which in case.leg.reminded if which not in conditions.MARKS]
    return Outcome(case.leg.state, {"condition": condition["text"]} | {name: text for name, text in said.items() if text})
