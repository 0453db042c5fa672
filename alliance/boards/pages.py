"""The pages of the boards: what stands there, one entry, its form, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from alliance.boards import answering, asked, matching, service, showing
from alliance.boards.forms import AnswerForm, NeedForm, SupplyForm
from alliance.boards.models import Entry
from alliance.boards.routes import bp, limited
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange.controls import summary
from alliance.exchange.routes import fresh_key, key_given, version_given
from alliance.forms import printable, read_form
from alliance.permissions import guarded, require
from alliance.web import Answer, me

FORMS: dict[str, type[NeedForm] | type[SupplyForm]] = {"need": NeedForm, "supply": SupplyForm}
SIDES = '<any("need", "supply"):side>'


@bp.get("/", defaults={"side": "need"})
@bp.get(f"/{SIDES}")
@guarded("board.read")
def board(side: str) -> Answer:
    """What is open, by ?kind=, ?area=, ?month= and ?within=; what one's own centre wrote beside it."""
    require(me(), "board.read")
    g.here, session, person = "boards", db.session, me()
    wanted = asked.read(request.args)
    found = matching.on_board(session, person, side, **wanted.conditions)
    return render_template(
        "boards/board.html",
        side=side,
        asked=wanted,
        rows=[showing.row(one, person) for one in found],
        mine=[showing.row(one, person) for one in matching.own(session, person, side)],
        writes=person.centre is not None and person.centre.is_active,
        **showing.choices(session),
    )


@bp.get(f"/{SIDES}/new")
@guarded("board.write")
def new(side: str) -> Answer:
    """The form, with what was searched for or chosen before in the address."""
    require(me(), "board.write")
    return _form(side, showing.start(me(), request.args))


@bp.post(f"/{SIDES}/new")
@guarded("board.write")
@limited
def create(side: str) -> Answer:
    """Keep it as a draft or publish it, by the button that was pressed."""
    require(me(), "board.write")
    try:
        form = _read(side)
        with transaction() as session:
            entry = service.begin(session, me(), side=side, form=form, publish=_publishes(), key=key_given())
    except Invalid as wrong:
        return _form(side, request.form, wrong), 422
    return _done(entry)


@bp.get("/<number>")
@guarded("entry.read")
def entry(number: str) -> Answer:
    """A need with its answers side by side, or a supply; and what would fit."""
    g.here, session, person = "boards", db.session, me()
    found = service.find(session, person, number)
    return render_template("boards/entry.html", **showing.page(session, person, found), key=fresh_key())


@bp.get("/<number>/edit")
@guarded("entry.edit")
def edit(number: str) -> Answer:
    found = service.find(db.session, me(), number)
    require(me(), "entry.edit", found)
    return _form(found.side, showing.typed(found), entry=found)


@bp.post("/<number>/edit")
@guarded("entry.edit")
@limited
def edited(number: str) -> Answer:
    """The same buttons as for a new one."""
    found = service.find(db.session, me(), number)
    require(me(), "entry.edit", found)
    try:
        form = _read(found.side)
        with transaction() as session:
            kept = session.get_one(Entry, found.id)
            done = service.change(session, me(), kept, form=form, publish=_publishes(), expected_version=version_given())
    except Invalid as wrong:
        db.session.rollback()
        return _form(found.side, request.form, wrong, entry=service.find(db.session, me(), number)), 422
    return _done(done)


@bp.post("/<number>/close")
@guarded("entry.edit")
def close(number: str) -> Answer:
    """Take it off the board."""
    found = service.find(db.session, me(), number)
    with transaction() as session:
        service.close(session, me(), session.get_one(Entry, found.id), expected_version=version_given())
    flash(_("已撤下。"), "ok")
    return redirect(url_for("boards.entry", number=number))


@bp.get("/<number>/answer")
@guarded("entry.answer")
def prepare(number: str) -> Answer:
    """Answer a need: one of our listings, exact times, conditions."""
    found = _answerable(number)
    times = {"starts_at": f"{found.starts_on}T09:00", "ends_at": f"{found.starts_on}T17:00"}
    return _answer_form(found, times | {"resource": printable(request.args.get("resource", ""))[:20]})


@bp.post("/<number>/answer")
@guarded("entry.answer")
@limited
def answer(number: str) -> Answer:
    """A need is answered with an offer, a supply with a request to fill in."""
    found = service.find(db.session, me(), number)
    require(me(), "entry.answer", found)
    if found.side == "supply":
        with transaction() as session:
            leg = answering.ask(session, me(), session.get_one(Entry, found.id), key=key_given())
        return redirect(url_for("exchange.edit", number=leg.number))
    try:
        form = read_form(AnswerForm)
        with transaction() as session:
            leg = answering.offer(session, me(), session.get_one(Entry, found.id), form=form, key=key_given())
    except (Invalid, Conflict) as wrong:
        db.session.rollback()
        return _answer_form(service.find(db.session, me(), number), request.form, wrong), wrong.status
    if leg.state == "draft":
        flash(_("应答已存成草稿，还没有发出：请在本页办完要先办的，再发给对方。"), "warn")
    else:
        flash(_("已应答，进展见本页。"), "ok")
    return redirect(url_for("exchange.agreement", number=leg.number))


def _answerable(number: str) -> Entry:
    found = service.find(db.session, me(), number)
    require(me(), "entry.answer", found)
    if found.side != "need" or not found.is_open:
        raise Conflict(_("这条已经结束，不能再应答。"), ways=((_("看这一条"), url_for("boards.entry", number=number)),))
    return found


def _read(side: str) -> Any:
    form = read_form(FORMS[side])
    if isinstance(form, NeedForm) and not form.pledge:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), {"pledge": _("请勾选承诺书。")})
    return form


def _publishes() -> bool:
    return request.form.get("do") == "publish"


def _done(entry: Entry) -> Answer:
    flash(_("已发布。") if entry.state == "published" else _("草稿已存好。"), "ok")
    return redirect(url_for("boards.entry", number=entry.number))


def _form(side: str, values: Mapping[str, Any], wrong: Invalid | None = None, entry: Entry | None = None) -> str:
    g.here, person = "boards", me()
    if person.centre is None or not person.centre.is_active:
        raise Forbidden(_("贵馆现在不能发布。"))
    return render_template(
        "boards/form.html",
        side=side,
        entry=entry,
        values=values,
        wrong=dict(wrong.fields) if wrong else {},
        asks=showing.ASKED,
        told=summary(wrong.fields, showing.ASKED) if wrong else [],
        sentence=wrong.sentence if wrong else "",
        key=fresh_key() if wrong is None else key_given() or fresh_key(),
        ours=showing.ours(db.session, person),
        **showing.choices(db.session),
    )


def _answer_form(entry: Entry, values: Mapping[str, Any] | MultiDict[str, str], wrong: Invalid | Conflict | None = None) -> str:
    g.here, person = "boards", me()
    owners = [one.id for one in person.centres]
    return render_template(
        "boards/answer.html",
        entry=entry,
        row=showing.row(entry, person),
        values=values,
        wrong=dict(getattr(wrong, "fields", {}) or {}),
        asks=showing.ANSWERED,
        told=summary(getattr(wrong, "fields", {}) or {}, showing.ANSWERED),
        sentence=wrong.sentence if wrong else "",
        things=[
            (one.code, showing.listing(one, free, str(get_locale())))
            for one, free in matching.could_meet(db.session, entry, owners=owners, most=matching.MOST)
        ],
        key=fresh_key(),
    )
