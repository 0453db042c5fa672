"""What is posted on the page of several legs: sent together, given in return, made optional, put in a lost place."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.catalogue.models import Resource
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from alliance.exchange import joint
from alliance.exchange.finding import readable
from alliance.exchange.models import Agreement, Leg
from alliance.exchange.routes import bp, key_given
from alliance.exchange.whole import load, show
from alliance.forms import printable
from alliance.permissions import guarded
from alliance.web import Answer, me


@bp.post("/<number>/send")
@guarded("agreement.start")
def send(number: str) -> Answer:
    """Put all drafts before the other sides, together."""
    seen = {int(name): int(value) for name, value in _pairs() if value.isdecimal()}
    return _done(number, lambda session, found: joint.send(session, me(), found, seen=seen, key=key_given()), _("已一起提交。"))


@bp.post("/<number>/give")
@guarded("agreement.start")
def give(number: str) -> Answer:
    """What this centre gives in a swap; its form comes next."""
    code = printable(request.form.get("resource", ""))[:40]
    return _added(number, lambda session, found: joint.give(session, me(), found, resource=_resource(session, code)))


@bp.post("/<number>/substitute")
@guarded("agreement.start")
def substitute(number: str) -> Answer:
    """Somebody else's thing in place of one that was refused or lost; its form comes next."""
    code, rank = printable(request.form.get("resource", ""))[:40], request.form.get("rank", "")

    def add(session: Session, found: Agreement) -> Leg:
        lost = _ranked(found, rank)
        return joint.add(session, me(), found, resource=_resource(session, code), replaces=lost)

    return _added(number, add)


@bp.post("/<number>/weigh")
@guarded("agreement.start")
def weigh(number: str) -> Answer:
    """Say of a draft that the event takes place without it too, or that it has to be there."""
    rank, optional = request.form.get("rank", ""), request.form.get("optional") == "1"

    def change(session: Session, found: Agreement) -> Leg:
        return joint.weigh(session, me(), found, _ranked(found, rank), optional=optional)

    return _done(number, change, _("改好了：没有这一项也办。") if optional else _("改好了：这一项必须有。"))


def _ranked(agreement: Agreement, rank: str) -> Leg:
    found = next((leg for leg in agreement.legs if str(leg.rank) == rank), None)
    if found is None:
        raise NotFound(_("没有这一项。"))
    return found


def _resource(session: Session, code: str) -> Resource:
    if not code:
        raise Invalid(_("请选一项资源。"), {"resource": _("请选一项资源。")})
    return readable(session, code)


def _pairs() -> list[tuple[str, str]]:
    """The version of each leg as the page showed it, from fields v-<leg>."""
    given = [(name.removeprefix("v-"), value) for name, value in request.form.items() if name.startswith("v-")]
    return [(name, value) for name, value in given if name.isdecimal() and len(name) < 12 and len(value) < 12]


def _done(number: str, wish: Any, words: Any) -> Answer:
    """Do it and come back; what is refused is said on the page itself, where nothing was typed that could be lost."""
    try:
        with transaction() as session:
            wish(session, joint.locked(session, me(), number))
    except (Invalid, Conflict, Forbidden) as refused:
        return _refused(number, refused)
    flash(words, "ok")
    return redirect(url_for("exchange.agreement", number=number))


def _added(number: str, wish: Any) -> Answer:
    try:
        with transaction() as session:
            made = wish(session, joint.locked(session, me(), number)).number
    except (Invalid, Conflict, Forbidden) as refused:
        return _refused(number, refused)
    return redirect(url_for("exchange.edit", number=made))


def _refused(number: str, refused: Refusal) -> Answer:
    db.session.rollback()
    agreement = load(db.session, number)
    if agreement is None or isinstance(refused, Forbidden):
        raise refused
    return show(agreement, refused.sentence, getattr(refused, "fields", None)), refused.status
