"""The case as its asker sees it: by number and secret code, then in this browser until it is left."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.archive.grants import OPENED
from alliance.cases import actions, listing, secret
from alliance.cases.forms import Look
from alliance.cases.models import Case
from alliance.cases.routes import bp, is_open, remember
from alliance.cases.table import ASKER
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, Refusal
from alliance.exchange.routes import key_given
from alliance.forms import read_form
from alliance.permissions import guarded, may
from alliance.web import Answer, limiter, me
from alliance.worktime import spoken_date, spoken_moment

WRONG = "code"


def rate() -> str:
    """The setting of how many tries one address has."""
    return str(current_app.config["ALLIANCE"].sign_in_rate)


@bp.post("/look")
@guarded("case.file")
@limiter.limit(rate)
def look() -> Answer:
    """Number and code: the same answer for a wrong number as for a wrong code."""
    try:
        form = read_form(Look)
        number = form.number.upper()
        found = by_number(number)
        if not secret.fits(found, number, form.code) or found is None:
            raise Invalid(_("编号或查询码不对。"), {WRONG: _("编号或查询码不对，请核对后再试。")})
    except Invalid as refusal:
        return _look_page(request.form.get("number", ""), refusal), refusal.status
    remember(found)
    return redirect(url_for("cases.status", number=found.number))


@bp.get("/<number>/open/<code>")
@guarded("case.file")
@limiter.limit(rate)
def open_link(number: str, code: str) -> Answer:
    """The secret link of the mail; the address that stays in the browser no longer holds the secret."""
    found = by_number(number)
    if found is None or not secret.fits(found, number, code):
        return _look_page(number, Invalid(_("链接不完整或已失效。"), {WRONG: _("链接不完整，请填编号和查询码。")})), 422
    remember(found)
    return redirect(url_for("cases.status", number=found.number))


@bp.get("/<number>")
@guarded("case.file")
def status(number: str) -> Answer:
    """How far it is, for whoever opened it; for all others the form that asks for the code, whatever the number."""
    found = by_number(number)
    if found is None or not is_open(found):
        return _look_page(number)
    return _page(found)


@bp.post("/<number>/do/<action>")
@guarded("case.file")
@limiter.limit(rate)
def answer_back(number: str, action: str) -> Answer:
    """What the asker does with it: answer a question, rate, say whether it is solved."""
    found = by_number(number)
    if found is None or not is_open(found):
        return redirect(url_for("cases.status", number=number))
    wanted = actions.known(action)
    try:
        form = read_form(wanted.needs) if wanted.needs is not None else None
        with transaction() as session:
            case = session.get_one(Case, found.id)
            actions.act(session, None, case, wanted.name, role=ASKER, form=form, key=key_given())
    except (Conflict, Invalid) as refusal:
        return _page(_fresh(number), wanted.name, refusal), refusal.status
    flash(_("谢谢，已收到。"), "ok")
    return redirect(url_for("cases.status", number=number))


@bp.post("/leave")
@guarded("case.file")
def leave() -> Answer:
    """Forget in this browser which cases were opened: for a computer that others use too."""
    cookie.pop(OPENED, None)
    flash(_("已清除。再看时请填编号和查询码。"), "ok")
    return redirect(url_for("cases.home"))


def by_number(number: str) -> Case | None:
    """The case of that number, whoever asks."""
    return db.session.scalar(sa.select(Case).where(Case.number == number.upper()))


def _fresh(number: str) -> Case:
    return db.session.scalars(sa.select(Case).where(Case.number == number.upper())).one()


def _look_page(number: str, refusal: Refusal | None = None) -> str:
    wrong: dict[str, Any] = dict(refusal.fields) if isinstance(refusal, Invalid) else {}
    return render_template("cases/look.html", typed={"number": number}, wrong=wrong, summary=list(wrong.items()))


def _page(case: Case, tried: str = "", refusal: Refusal | None = None) -> str:
    locale, today = str(get_locale()), clock.local(clock.now()).date()
    available = {action.name for action in actions.available(case, None, ASKER)}
    title, url = listing.thing(case)
    handler = case.first_handler
    return render_template(
        "cases/status.html",
        case=case,
        thing=(title, url),
        state=listing.state_of(case),
        where=listing.called(case.centre),
        filed=spoken_moment(case.filed_at, locale, today=today),
        due=spoken_moment(case.due_at, locale, today=today) if case.due_at else "",
        closed=spoken_date(clock.local(case.closed_at).date(), locale) if case.closed_at else "",
        handler=(handler, (handler.name_en if locale == "en" else "") or handler.name) if handler is not None else None,
        until=spoken_date(case.grant.until, locale) if case.grant is not None else "",
        opens=case.asset is not None and case.grant is not None and may(me(), "asset.open", case.asset),
        code=secret.code_of(case) if "new" in request.args else "",
        available=available,
        typed=request.form if tried else {},
        tried=tried,
        wrong=refusal.fields if isinstance(refusal, Invalid) else {},
        sentence=refusal.sentence if refusal is not None else "",
    )
