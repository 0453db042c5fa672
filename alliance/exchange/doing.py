"""One page for each action that needs something filled in, and the one place where an action is posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange import acceptance, filing, instead, present, sheets, stops, story, turns
from alliance.exchange.actions import act, why_not
from alliance.exchange.beside import beside, options_for
from alliance.exchange.case import Case
from alliance.exchange.controls import Control, Typed, action_controls, summary, typed, validated
from alliance.exchange.drafts import is_bare
from alliance.exchange.forms import Report
from alliance.exchange.labels import ACTION, QUESTIONS
from alliance.exchange.models import Leg
from alliance.exchange.routes import (
    bp,
    find_own,
    fresh_key,
    kept,
    key_given,
    news,
    version_given,
)
from alliance.exchange.table import ACTIONS, ANSWERS, SYSTEM, Action
from alliance.forms import printable
from alliance.permissions import guarded
from alliance.web import Answer, me

CONDITIONS = 6
BACK = frozenset({"send_back", "check_in"})
DONE_ALREADY = frozenset({"submit", "ask_endorsement", "accept_handling", "close"})


@bp.get("/<number>/<action>")
@guarded("agreement.read")
def prepare(number: str, action: str) -> Answer:
    """The form of an action, for who may do it now."""
    wanted = known(action)
    leg = find_own(db.session, me(), number)
    if wanted.name == "complete":
        return redirect(url_for("exchange.edit", number=number))
    refusal = why_not(Case(db.session, leg, me(), clock.now()), wanted)
    if refusal is not None:
        refusal.ways = ((_("看这份约定"), url_for("exchange.agreement", number=number)),)
        raise refusal
    rows = sheets.rows_wanted(sheets.rows_for(Case(db.session, leg, me(), clock.now()), action)) if has_list(wanted) else None
    return page(leg, wanted, _begun(leg, wanted), rows=rows)


@bp.post("/<number>/<action>")
@guarded("agreement.read")
def do(number: str, action: str) -> Answer:
    """Do it; what was typed is kept whatever happens."""
    wanted = known(action)
    leg = find_own(db.session, me(), number)
    if wanted.name == "complete":  # its form asks whose the files are
        return redirect(url_for("exchange.edit", number=number))
    refusal = why_not(Case(db.session, leg, me(), clock.now()), wanted)
    if isinstance(refusal, Forbidden):
        raise refusal
    values, label = given(wanted), present.worded(wanted, leg)[0]
    rows = sheets.rows_typed() if has_list(wanted) else []
    if "more" in request.form:
        return page(leg, wanted, values, rows=[*rows, sheets.Row("", "1")])
    try:
        more, wrong = filing.take(wanted, values)
        values |= more
        if wrong:
            raise Invalid(_("有的文件没有收下，其余的和已填的内容都还在。"), wrong)
        if "keep" in request.form:
            return page(leg, wanted, values, rows=rows)
        inputs = filing.with_parts(db.session, me(), wanted, values | listed(wanted, rows, leg))
        if wanted.name in filing.RETURNS:
            inputs = filing.with_sent(db.session, me(), leg.borrower, inputs)
        if wanted.needs is not None:
            validated(wanted.needs, inputs)
        if wanted.name == "send_back" and "later" not in request.form:
            acceptance.demand(leg, inputs)
        with transaction() as session:
            leg = act(
                session,
                me(),
                session.get_one(Leg, leg.id),
                wanted.name,
                expected_version=version_given(),
                key=key_given(),
                **inputs,
            )
            filing.file_parts(session, me(), wanted)
    except sheets.Refused as refused:
        return page(leg, wanted, values, refused.fields, refused.sentence, rows=refused.rows), 422
    except Invalid as refused:
        return page(leg, wanted, values, refused.fields, refused.sentence, rows=rows), 422
    except Conflict as refused:
        return conflicted(number, wanted, values, rows, refused), 409
    if wanted.name == "withdraw" and leg.submitted_by is None:
        flash(_("草稿已丢弃。"), "ok")
        return redirect(url_for("exchange.agreements"))
    flash(_done(wanted, leg, label), "ok")
    return redirect(url_for("exchange.handing" if request.form.get("then") == "handing" else "exchange.agreement", number=number))


def _done(action: Action, leg: Leg, label: Any) -> str:
    """That it is done; of an earlier step of approval also that it is not yet sent."""
    if action.name in ("approve", "offer") and leg.state == "requested":
        return str(_("您这一步审好了；还要一位分管副馆长或馆长审定，审定之后对方馆才收到。"))
    return str(_("%(what)s：已办好。", what=label))


def known(name: str) -> Action:
    """The action of that name, if people do it at all."""
    action = ACTIONS.get(name)
    if action is None or action.roles == {SYSTEM}:
        raise NotFound(_("没有这种操作。"))
    return action


def _begun(leg: Leg, action: Action) -> Typed:
    """What stands in an offer already that was not sent yet: its conditions."""
    drafted = action.name == "offer" and leg.state == "draft"
    return {"conditions": leg.terms[-1].content["conditions"]} if drafted else {}


def has_list(action: Action) -> bool:
    return action.needs is not None and issubclass(action.needs, Report)


def given(action: Action) -> Typed:
    """What was typed, with the parts that are no single field: conditions, answers, figures are read apart."""
    if action.needs is None:
        return {}
    values = typed(action.needs)
    if values.get("choice") in ("1", "2"):
        values["choice"] = int(values["choice"])
    if action.name == "offer":
        texts, days = request.form.getlist("cond-text"), request.form.getlist("cond-due")
        rows = [(printable(text).strip(), day.strip()) for text, day in zip(texts, days, strict=False)][:20]
        values["conditions"] = [{"text": text, "due_on": day or None} for text, day in rows if text or day]
    if action.name == "rate":
        names = {name for side in QUESTIONS.values() for name, _label in side}
        values["answers"] = {name: text for name in sorted(names) if (text := request.form.get(f"answer-{name}", "")[:3])}
    return values | (filing.words(values) if action.name in filing.RETURNS else {})


def listed(action: Action, rows: list[sheets.Row], leg: Leg) -> dict[str, Any]:
    """Items and figures of a hand-over list."""
    if not has_list(action):
        return {}
    known = sheets.before(Case(db.session, leg, me(), clock.now()), action.name)
    items = sheets.items_of(rows, optional=action.name == "send_back", capped=action.name in BACK, known=known)
    return {"items": items, "figures": sheets.figures_typed(_sort(leg), action.name)}


def _sort(leg: Leg) -> str:
    """By what the figures of its lists go: the kind of the thing, or that somebody was seconded."""
    return "secondment" if leg.agreement.is_secondment else leg.lines[0].resource.kind


def conflicted(number: str, action: Action, values: Typed, rows: list[sheets.Row], refused: Conflict) -> Answer:
    """The world moved on: the news, what was typed, and the way on."""
    db.session.rollback()
    leg = find_own(db.session, me(), number)
    if action.needs is None:
        refused.ways = ((_("看这份约定"), url_for("exchange.agreement", number=number)),)
        raise refused
    return page(leg, action, values, {}, refused.sentence, rows=rows)


def page(
    leg: Leg,
    action: Action,
    values: Typed,
    wrong: Mapping[str, Any] | None = None,
    sentence: Any = "",
    *,
    rows: list[sheets.Row] | None = None,
) -> str:
    """The form of an action beside what it is about."""
    g.here = "agreements"
    session, wrong = db.session, wrong or {}
    case = Case(session, session.get_one(Leg, leg.id), me(), clock.now())
    refusal = why_not(case, action)
    return render_template(
        ["exchange/act/" + action.name + ".html", "exchange/act.html"],
        action=action,
        wrong=summary(wrong, ACTION),
        wrong_figures={name.removeprefix("figures."): text for name, text in wrong.items() if name.startswith("figures.")},
        sentence=sentence if refusal is None or sentence else refusal.sentence,
        news=news(session, case.leg, case.side),
        possible=refusal is None,
        consent_first=action.name in ("approve", "offer") and case.wants_consent,
        consented=instead.consented(case) if action.name == "offer" else None,
        version=case.leg.version,
        key=fresh_key() if sentence or wrong or request.form.keys() & {"more", "keep"} else (key_given() or fresh_key()),
        **_asked(case, action, values, wrong, rows),
        **_about(case),
        **beside(case, action),
    )


def _asked(case: Case, action: Action, values: Typed, wrong: Mapping[str, Any], rows: list[sheets.Row] | None) -> dict[str, Any]:
    """What the form asks for, filled with what was typed."""
    leg, options = case.leg, options_for(case, action)
    values = {name: options[name][0][0] for name in ("choice", "of") if options.get(name)} | values
    needs = None if action.name == "withdraw" and is_bare(leg) else action.needs
    controls = action_controls(needs, values, wrong, action=action.name, options=options) if needs is not None else []
    label, hint = present.worded(action, leg)
    session, returns = case.session, action.name in filing.RETURNS
    return {
        "label": label,
        "hint": hint,
        "controls": {one.name: _of(case, one) for one in controls if _matters(case, one)},
        "values": values,
        "rows": rows if rows else sheets.rows_for(case, action.name) if has_list(action) else [],
        "beside": sheets.beside(case, action.name) if has_list(action) else {},
        "arrived": {name: filing.in_parts(session, me(), name) for name in filing.names_of(action)},
        "figures": sheets.figures_for(_sort(leg), action.name) if has_list(action) else (),
        "questions": QUESTIONS.get(case.side, ()),
        "kept": {name: kept(session, me(), leg, values, name) for name in filing.names_of(action)},
        "filed": {name: filing.filed(session, me(), values, name) for name in filing.TOLD} if returns else {},
        "sent": filing.sent_before(session, me(), leg.borrower) if returns else [],
        "accept": filing.ACCEPT,
        "blanks": max(2, CONDITIONS - len(values.get("conditions", []))),
    }


def _of(case: Case, one: Control) -> Control:
    """What is always answered, and the way back by its name."""
    if one.name == "original":
        label = _("还是要原来申请的%(title)s", title=case.terms.content["substitute"]["for"]["title"])
        return replace(one, ask=replace(one.ask, label=label))
    return replace(one, optional=False) if one.name == "of" else one


def _matters(case: Case, one: Control) -> bool:
    """Whether there is anything to choose: a number of what there are several of, another listing, somebody else, the way back."""
    told = {
        "quantity_wanted": case.resource.is_pool,
        "substitute": bool(one.options),
        "of": len(one.options) > 1,
        "original": bool(case.terms.content.get("substitute")),
        "unconditional": bool(case.terms.content.get("conditions")),
    }
    return told.get(one.name, True)


def _about(case: Case) -> dict[str, Any]:
    """What the action is about: the loan as it stands."""
    leg, locale = case.leg, str(get_locale())
    current = present.visible(leg, case.side)[-1]
    return {
        "leg": leg,
        "resource": leg.lines[0].resource,
        "current": current,
        "tables": present.tables(current.content, leg.lines[0].resource.kind, locale),
        "conditions": present.conditions_of(current.content, locale),
        "dates": present.dates_of(leg, case.side),
        "place": stops.named(current.content),
        "audience": present.said("audience", stops.audience(current.content), locale),
        "state": present.state_of(leg, locale),
        "turn": turns.turn(leg, case.now),
        "side": case.side,
        "called": present.called,
        "ask": case.ask,
        "ask_until": story.until_of(case.ask, locale),
        "answers": ANSWERS,
        "damages": case.reports("damage"),
    }
