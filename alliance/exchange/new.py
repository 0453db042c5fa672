"""Asking for a resource: the form left, the checks right; a draft is filled in anew, an incomplete request completed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import codes
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import licensed
from alliance.exchange.checking import checked, promise
from alliance.exchange.controls import Typed, shown_of, typed
from alliance.exchange.drafts import Draft
from alliance.exchange.finding import askable, cannot_ask, editable, readable, written
from alliance.exchange.labels import REQUEST, called
from alliance.exchange.models import Leg
from alliance.exchange.request_form import RequestForm
from alliance.exchange.request_page import page, version_of
from alliance.exchange.routes import FILE_MB, bp, find_own, keep, own_files, received
from alliance.exchange.sending import (
    Sheet,
    asked_before,
    made_before,
    offered_before,
    put_by,
    put_by_completion,
    send,
    sent_before,
    warn_if_changed,
    with_stops,
)
from alliance.forms import printable
from alliance.permissions import guarded
from alliance.storage import files
from alliance.web import Answer, me

DATES = ("starts_at", "ends_at")
NAMED = ("title", "activity_type", "purpose", "place", "division_code", "audience")
"""What the address may say beside the dates: a need says what it is for."""
LEFT = frozenset({"pledge", "expedited", "expedited_note", "stops"})
"""What the next request does not take over."""
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/new")
@guarded("agreement.start")
def new() -> Answer:
    """The form for ?resource=, with dates where they were chosen before."""
    sheet = _fresh(request.args)
    person = me()
    values: Typed = licensed.usual(sheet.resource) | {
        "division_code": person.centre.division_code,
        "contact_name": person.name,
        "contact_phone": person.phone,
        **_as_before(sheet),
        **{name: request.args[name][:16] for name in DATES if name in request.args},
        **{name: printable(request.args[name])[:120] for name in NAMED if name in request.args},
    }
    return page(sheet, values)


def _fresh(given: Mapping[str, str]) -> Sheet:
    """A new request for ?resource=, like the one numbered ?like= where there is one."""
    number = printable(given.get("like", ""))[:40]
    before = find_own(db.session, me(), number) if number else None
    return Sheet(askable(db.session, given.get("resource", "")), before=before)


def _as_before(sheet: Sheet) -> Typed:
    """What the person's centre asked for in another request: the next candidate is asked for the same."""
    asked = asked_before(sheet.before)
    terms = asked or offered_before(sheet.before)
    said = shown_of(terms.content) if terms is not None else {}
    left = LEFT if asked is not None else LEFT | {"note", "files"}
    return {name: value for name, value in said.items() if name not in left}


@bp.post("/new")
@guarded("agreement.start")
def ask() -> Answer:
    """Check, keep as a draft, or send: by the button that was pressed."""
    resource, made = readable(db.session, request.form.get("resource", "")), made_before(db.session)
    if made is not None:
        return _posted_to(made)
    refusal = cannot_ask(resource)
    if refusal and me().centre is not None:
        return page(Sheet(resource), filled_in(Sheet(resource)), {}, refusal), 409
    return _posted(_fresh(request.form))


@bp.post("/draft")
@guarded("agreement.start")
def autosave_new() -> Answer:
    """Keep a new request as one goes: from the first time on it is a draft with a number."""
    return _autosaved(_fresh(request.form))


@bp.post("/<number>/draft")
@guarded("agreement.read")
def autosave(number: str) -> Answer:
    """Keep a draft, or a completion that is not sent yet, as one goes."""
    sheet = editable(db.session, number)
    try:
        return _autosaved(sheet)
    except Conflict as refused:
        later = _("有人刚刚存过这份补正，您填的还没有存上；按“先存着，不交”可以看到不同之处。")
        return str(later if sheet.completes else refused.sentence), refused.status, PLAIN


@bp.post("/checks")
@guarded("agreement.start")
def checks() -> Answer:
    """The checks alone, while the form is filled in; told also where it was sent a moment before."""
    number = printable(request.args.get("number", ""))[:40]
    sheet = written(db.session, number) if number else Sheet(askable(db.session, request.form.get("resource", "")))
    resource, values = sheet.resource, filled_in(sheet)
    items = checked(db.session, sheet.borrower, resource=resource, values=values)
    told = promise(db.session, resource, sheet.borrower, values)
    about = {"given": sheet.is_given, "borrower": sheet.borrower}
    return render_template("exchange/checks.html", checks=items, promise=told, resource=resource, **about)


@bp.get("/<number>/edit")
@guarded("agreement.read")
def edit(number: str) -> Answer:
    """A draft, to be filled in anew."""
    sheet = editable(db.session, number)
    assert sheet.leg is not None
    terms = sheet.leg.terms[-1]
    return page(sheet, terms.typed if terms.typed is not None else shown_of(terms.content))


@bp.post("/<number>/edit")
@guarded("agreement.read")
def edited(number: str) -> Answer:
    """The same buttons as for a new one."""
    leg = find_own(db.session, me(), number)
    if f"{leg.begun_by}_staff" not in leg.relations(me()):
        return _posted(editable(db.session, number))
    return _posted_to(leg)


def _posted_to(leg: Leg) -> Answer:
    """A form of this leg, or one that made it: the second of two clicks leads where the first one did."""
    number, values = leg.number, filled_in(Sheet(leg.lines[0].resource, leg))
    sent = sent_before(db.session)
    if sent is not None:
        warn_if_changed(sent, values)
        return redirect(url_for("exchange.agreement", number=sent.number))
    if leg.state in ("draft", "incomplete"):
        return _posted(editable(db.session, number))
    if leg.deficiencies:
        return _overtaken(leg, values), 409
    gone = _("这份草稿已经提交或丢弃（编号%(number)s）。您填的内容都还在下面，可以另存一份。", number=number)
    return page(Sheet(leg.lines[0].resource), values, {}, gone, anew=True), 409


def _posted(sheet: Sheet) -> Answer:
    values = filled_in(sheet)
    values["pledge"] = values.get("pledge") or "0"
    if "dates" in request.form:
        values |= dict(zip(DATES, request.form["dates"][:40].split("/"), strict=False))
        return page(sheet, values)
    if request.form.get("do") not in ("draft", "submit"):
        return page(sheet, values)
    try:
        taken, refused_files = received("files", _examined)
        with transaction() as session:
            values["files"] = filed(session, sheet, values) + [str(one) for one in keep(session, me(), taken)]
        if refused_files:
            raise Invalid(_("有的文件没有收下，其余的和已填的内容都还在。"), {"files": " ".join(refused_files)})
        if request.form["do"] == "draft":
            return _saved(*_put_by(sheet, values))
        sent = send(sheet, values)
    except Invalid as refused:
        return page(sheet, values, refused.fields, refused.sentence), 422
    except Conflict as refused:
        db.session.rollback()
        return _conflicted(sheet, values, refused), 409
    if sent.state == "draft" and sent.agreement.is_tour:
        flash(_("申请单存好了。接着排各站，排好后一起提交。"), "ok")
        return redirect(url_for("exchange.itinerary", number=sent.number))
    if sent.state == "draft":
        flash(_("这一项填好了；各项都填好后，在这里一起提交。"), "ok")
        return redirect(url_for("exchange.agreement", number=sent.agreement.number))
    flash(_("已提交，进展见本页。"), "ok")
    return redirect(url_for("exchange.agreement", number=sent.number))


def _examined(upload: FileStorage) -> files.Received:
    return files.receive(upload, kinds=files.PAPERS, limit_mb=FILE_MB)


def filled_in(sheet: Sheet) -> Typed:
    """What was posted, with the stops that were written down before."""
    return with_stops(sheet, typed(RequestForm))


def _put_by(sheet: Sheet, values: Typed) -> tuple[Leg, Draft]:
    """Keep what is there, as a draft or beside the terms that are to be completed."""
    if sheet.leg is None or not sheet.completes:
        return put_by(sheet, values)
    _number, draft = put_by_completion(sheet.leg, values)
    return sheet.leg, draft


def _conflicted(sheet: Sheet, values: Typed, refused: Conflict) -> str:
    """A colleague was faster: what was typed stays, beside what happened and where the two differ."""
    leg = sheet.leg
    if leg is None or not leg.deficiencies:
        return page(sheet, values, {}, refused.sentence)
    if leg.state != "incomplete":
        return _overtaken(leg, values)
    return page(sheet, values, {}, refused.sentence, against=leg)


def _overtaken(leg: Leg, values: Typed) -> str:
    """It was completed, or ended, in the meantime: nothing can be added, but nothing typed is lost."""
    state = codes.label("leg_state", leg.state, str(get_locale()))
    gone = _("这份补正晚了一步：申请现在是“%(state)s”。您填的内容都还在下面，要用可以另存一份。", state=state)
    return page(Sheet(leg.lines[0].resource), values, {}, gone, anew=True, against=leg)


def _saved(leg: Leg, draft: Draft) -> Answer:
    """To the draft's page, with a word on what of it does not hold yet."""
    flash(_kept_words(draft), "warn" if draft.wrong else "ok")
    return redirect(url_for("exchange.agreement", number=leg.number))


def _autosaved(sheet: Sheet) -> Answer:
    """A sentence on what was kept; the draft's version and the page that goes on with it."""
    values = filled_in(sheet)
    values["files"] = filed(db.session, sheet, values)
    leg, draft = _put_by(sheet, values)
    told = {"Draft-Version": version_of(leg), "Draft-Location": url_for("exchange.edit", number=leg.number)}
    return _kept_words(draft), 200, PLAIN | told


def _kept_words(draft: Draft) -> str:
    if not draft.wrong:
        return str(_("草稿已存好"))
    labels = _("、").join(str(called(name)) for name in draft.wrong if name in REQUEST)
    return str(_("草稿已存好；还填得不对、照原样留着的：%(fields)s", fields=labels))


def filed(session: Session, sheet: Sheet, values: Typed) -> list[str]:
    """The numbers of the files that stay with the form."""
    return [str(one) for one in own_files(session, me(), values, "files", sheet.filed)]
