"""Handing over, using and giving back: condition reports of both sides, and what is still outstanding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from alliance.catalogue import occupancy
from alliance.errors import Conflict, Invalid
from alliance.exchange import deadlines, differing, forms, training
from alliance.exchange.alternatives import alternatives
from alliance.exchange.asking import refuse_uncovered
from alliance.exchange.case import Case, Outcome
from alliance.exchange.checks import ending
from alliance.exchange.effects import answer, ask, lapse_extension, let_go, report, what_is_left
from alliance.exchange.materials import SendBack, Supplement
from alliance.exchange.models import Ask, Report

SAID = 4
"""Characters in which it can be said when and how somebody agreed."""


def hand_over(case: Case, form: forms.Report) -> Outcome:
    """What has no insurance or inspection any more goes out of the house to nobody. Raises Conflict."""
    if ended := ending(case.resource.details, case.now):
        raise Conflict(_("%(papers)s已过期，续办后才能交出。", papers=_("、").join(label for label, _until in ended)))
    _report(case, "hand_over", form, _listed(case, form))
    return Outcome("handed_over")


def receive(case: Case, form: forms.Report) -> Outcome:
    """The borrower counts for itself; what differs from the owner's sheet is put to the owner, to be noted by both."""
    given = [one for made in case.reports("hand_over") for one in made.items]
    items = (
        _listed(case, form)
        if form.items
        else [{"item": one["item"], "counted": one["counted"], "condition": differing.state(one)} for one in given]
    )
    _report(case, "receive", form, items)
    found = differing.lines(given, items)
    if found:
        ask(case, differing.KIND, form.note, differences=found)
    return Outcome("in_use", {"differences": found} if found else {})


def report_damage(case: Case, form: forms.Damage) -> Outcome:
    report(case, "damage", items=[], figures={}, note=form.note, files={"photo": form.photos})
    return Outcome("in_use", {"note": form.note})


def ask_extension(case: Case, form: forms.Extension) -> Outcome:
    """Wanted until later; what the papers do not cover is not asked for."""
    _later(case, form)
    refuse_uncovered(case, form.until, "until")
    ask(case, "extension", form.reason, until=form.until.isoformat())
    return Outcome("in_use", {"until": form.until.isoformat(), "reason": form.reason})


def grant(case: Case, form: forms.Note) -> Outcome:
    """The loan ends later: the same check as a booking, and who is lent agrees to the new dates as to the first ones."""
    assert case.ask is not None
    until = datetime.fromisoformat(case.ask.content["until"])
    consent(case, until, form.note)
    refuse_uncovered(case, until, "note")
    occupancy.extend(case.session, leg_id=case.leg.id, end=until)
    answer(case, "agreed")
    case.leg.ends_at = until
    return Outcome("in_use", {"until": until.isoformat(), "note": form.note} | what_is_left(case))


def consent(case: Case, until: datetime, note: str) -> None:
    """Of a person: the note of who grants says when and how they agreed, and is kept with their consent. Raises Invalid."""
    leg = case.leg
    if case.resource.kind != "talent" or leg.ends_at is None:
        return
    if len(note.strip()) < SAID:
        sentence = _("延长也要本人同意：请写明本人何时、怎样同意的。")
        raise Invalid(sentence, {"note": sentence})
    given = leg.consent or {}
    more = {"until": until.isoformat(), "note": note, "by": case.person.id if case.person else None, "at": case.now.isoformat()}
    periods = [*given.get("periods", []), [leg.ends_at.isoformat(), until.isoformat()]]
    leg.consent = given | {"periods": periods, "longer": [*given.get("longer", []), more]}


def refuse(case: Case, form: forms.Note) -> Outcome:
    answer(case, "refused")
    return Outcome("in_use", {"note": form.note})


def recall(case: Case, form: forms.Recall) -> Outcome:
    """Back earlier, with notice of three working days; the borrower hears of alternatives."""
    leg = case.leg
    if case.working_days_before(form.until) < deadlines.RECALL_DAYS:
        raise Invalid(_("召回至少提前 3 个工作日。"), {"until": _("至少 3 个工作日以后。")})
    if leg.ends_at is not None and form.until >= leg.ends_at:
        raise Invalid(_("召回的日期要早于约定的归还时间。"), {"until": _("要早于约定的归还时间。")})
    others = [found.id for found in alternatives(case.session, leg)]
    leg.recalled_until = form.until
    lapse_extension(case)
    occupancy.shorten(case.session, leg_id=leg.id, end=form.until)
    told = {"reason": form.reason, "recalled_until": form.until.isoformat(), "alternatives": others}
    return Outcome("in_use", told | what_is_left(case))


def send_back(case: Case, form: SendBack) -> Outcome:
    """With the numbers for the yearly tables, the receipt, and what the archive is to have: programme, photos, clips."""
    training.require(case.leg, form.figures)
    report(
        case,
        "send_back",
        items=[item.model_dump() for item in form.items],
        figures=form.figures | {"sessions": form.sessions, "attendances": form.attendances},
        note=form.note,
        files={"photo": form.photos, "receipt": form.receipts, "programme": form.programmes, "clip": form.clips},
        captions=form.captions,
        consents=form.consents,
        names=form.names,
    )
    return Outcome("sent_back", {"sessions": form.sessions, "attendances": form.attendances})


def supplement(case: Case, form: Supplement) -> Outcome:
    """What the acceptance still lacked when the thing went back."""
    files = {"photo": form.photos, "receipt": form.receipts, "programme": form.programmes, "clip": form.clips}
    said: dict[str, Any] = {"captions": form.captions, "consents": form.consents, "names": form.names}
    report(case, "supplement", items=[], figures={}, note=form.note, files=files, **said)
    return Outcome(case.leg.state, {"files": sum(map(len, files.values()))})


def check_in(case: Case, form: forms.Report) -> Outcome:
    """What came back, item by item; the dates are free as soon as the thing itself is there."""
    before = outstanding(case)
    items = _listed(case, form) if form.items or set(before) != {thing(case)} else [_whole(case)]
    back = _counts(items)
    for name, count in back.items():
        if count > before[name]:
            told = _("“%(item)s”归还的数量多于尚欠的 %(n)s 件。", item=name, n=before[name])
            raise Invalid(told, {"items": told})
    _report(case, "check_in", form, items)
    left = +(before - back)
    freed = let_go(case) if thing(case) not in left else {}
    return Outcome("partly_returned" if left else "returned", {"outstanding": dict(left)} | freed)


def resolve_line(case: Case, form: forms.Resolve) -> Outcome:
    """Ask the borrower to agree on what became of something that is missing."""
    left = outstanding(case)
    if form.quantity > left[form.item]:
        told = _("“%(item)s”尚欠 %(n)s 件。", item=form.item, n=left[form.item])
        raise Invalid(told, {"quantity": told})
    ask(case, "resolve_line", form.note, **form.model_dump())
    return Outcome(case.leg.state, form.model_dump())


def agree_line(case: Case, form: forms.Note) -> Outcome:
    question = answer(case, "agreed")
    left = outstanding(case)
    data: dict[str, Any] = {"item": question.content["item"], "outstanding": dict(left), "note": form.note}
    freed = let_go(case) if thing(case) not in left else {}
    return Outcome("partly_returned" if left else "returned", data | freed)


def refuse_line(case: Case, form: forms.Note) -> Outcome:
    answer(case, "refused")
    return Outcome(case.leg.state, {"note": form.note})


# What is out -------------------------------------------------------------


def thing(case: Case) -> str:
    """The name under which the resource itself stands on a sheet that lists nothing else."""
    return str(case.resource.title)[:80] or str(case.resource.code)


def handed(case: Case) -> Counter[str]:
    """How many of each item were handed over."""
    return _total(case.reports("hand_over"))


def outstanding(case: Case) -> Counter[str]:
    """Handed over − returned − resolved, per item; only what is still lacking."""
    resolved: Counter[str] = Counter()
    query = sa.select(Ask).where(Ask.leg_id == case.leg.id, Ask.kind == "resolve_line", Ask.answer == "agreed")
    for question in case.session.scalars(query):
        resolved[question.content["item"]] += question.content["quantity"]
    return +(handed(case) - _total(case.reports("check_in")) - resolved)


def _total(reports: Iterable[Report]) -> Counter[str]:
    return sum((_counts(made.items) for made in reports), Counter())


def _counts(items: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter({item["item"]: item["counted"] for item in items})


def _whole(case: Case) -> dict[str, Any]:
    return forms.Item(item=thing(case), expected=1, counted=1).model_dump()


def _listed(case: Case, form: forms.Report) -> list[dict[str, Any]]:
    """The items of a sheet; one that lists nothing is about the thing itself."""
    if form.items:
        return [item.model_dump() for item in form.items]
    if case.leg.state == "confirmed":
        return [_whole(case)]
    raise Invalid(_("请逐项清点。"), {"items": _("请逐项清点。")})


def _report(case: Case, kind: str, form: forms.Report, items: list[dict[str, Any]]) -> Report:
    return report(case, kind, items=items, figures=form.figures, note=form.note, files={"photo": form.photos})


def _later(case: Case, form: forms.Extension) -> None:
    if case.leg.ends_at is not None and form.until <= case.leg.ends_at:
        raise Invalid(_("续借的日期要晚于约定的归还时间。"), {"until": _("要晚于约定的归还时间。")})
    if form.until <= case.now:
        raise Invalid(_("续借的日期已经过去。"), {"until": _("请填以后的时间。")})
