"""Sessions of bought programmes: what has to be used before contracts end, and where the sessions of one of them went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session, selectinload

from alliance.catalogue import own_use, procured
from alliance.catalogue.kinds.show import today
from alliance.catalogue.models import LISTED, Resource
from alliance.catalogue.procured import SessionUse
from alliance.catalogue.visibility import condition
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import present
from alliance.exchange.listing import why_not
from alliance.exchange.models import Leg
from alliance.forms import read_form
from alliance.moderation import morning
from alliance.people.models import Person
from alliance.permissions import guarded, may, require
from alliance.portal import cards
from alliance.portal.resource import visible
from alliance.portal.routes import bp
from alliance.web import Answer, me
from alliance.worktime import spoken_date

SPANS: dict[str, tuple[Any, int]] = {"3": (_l("三个月内到期"), 92), "6": (_l("六个月内到期"), 183), "12": (_l("一年内到期"), 366)}
MOST = 200
SOON = 60
KINDS: dict[str, Any] = {
    "own": _l("本馆自用"),
    "held": _l("已留，待对方确认"),
    "promised": _l("已约定"),
    "given": _l("已演出"),
}


# For the whole alliance -----------------------------------------------------


@bp.get("/sessions")
@guarded("board.read")
def sessions() -> Answer:
    """All programmes with sessions left whose contract ends this year, or by ?within= within so many months."""
    require(me(), "board.read")
    g.here, session, person = "boards", db.session, me()
    within = request.args.get("within", "")
    within = within if within in SPANS else ""
    last = today() + timedelta(days=SPANS[within][1]) if within else date(today().year, 12, 31)
    rows = to_be_used(session, person, last)
    return render_template(
        "portal/sessions.html",
        rows=rows,
        total=sum(row["left"] for row in rows),
        spans=[("", _("今年12月底前到期")), *((key, label) for key, (label, _days) in SPANS.items())],
        within=within,
        last=spoken_date(last, str(get_locale()), weekday=False),
    )


def to_be_used(session: Session, person: Person, last: date, *, own: bool = False) -> list[dict[str, Any]]:
    """What still has sessions and ends by that day, the first to end first; with `own` those of one's own centres only."""
    query = sa.select(Resource).where(Resource.state.in_(LISTED), procured.ending(Resource, today(), last))
    mine = {centre.id for centre in person.centres}
    query = query.where(Resource.owner_id.in_(mine) if own else condition(person))
    order = Resource.details["contract_until"].as_string()
    found = list(session.scalars(query.order_by(order, Resource.id).limit(MOST)).unique())
    pairs = zip(found, procured.counts(found), strict=True)
    return [_row(one, count.left, person, mine) for one, count in pairs if count.left]


def _row(one: Resource, free: int, person: Person, mine: set[int]) -> dict[str, Any]:
    locale, until = str(get_locale()), procured.until(one)
    assert until is not None
    ours, days = one.owner_id in mine, (until - today()).days
    asks = not ours and person.centre is not None and why_not(one, person.centre) is None
    return {
        "resource": one,
        "title": cards.title(one, locale),
        "owner": cards.centre_name(one.owner, locale),
        "left": free,
        "until": spoken_date(until, locale, weekday=False),
        "days": days,
        "soon": days <= SOON,
        "transferable": one.details.get("transferable") is not False,
        "ours": ours,
        "ask": url_for("exchange.new", resource=one.code) if asks and may(person, "resource.request", one) else "",
        "supply": _supply(one, until) if ours and one.details.get("transferable") is not False else "",
    }


def _supply(one: Resource, until: date) -> str:
    days: dict[str, Any] = {"from": today().isoformat(), "to": until.isoformat()}
    return url_for("boards.new", side="supply", resource=one.code, title=one.title, kind=one.kind, **days)


# Of one programme -----------------------------------------------------------


class Use(BaseModel):
    """Sessions that the owner played itself."""

    sessions: int = Field(ge=1, le=10_000)
    used_on: date
    place: str = Field("", max_length=120)

    @field_validator("used_on")
    @classmethod
    def _is_past(cls, value: date) -> date:
        if value > today() or value.year < 2000:
            raise ValueError(_("请填今天或以前的日期。"))
        return value


@bp.get("/resources/<code>/sessions")
@guarded("resource.private")
def session_book(code: str) -> Answer:
    """Where the sessions of a programme went: its owner's own, and each agreement."""
    return _book(code, {}, {})


@bp.post("/resources/<code>/sessions")
@guarded("resource.edit")
def use_sessions(code: str) -> Answer:
    """Write down sessions of one's own."""
    require(me(), "resource.edit", visible(db.session, me(), code))
    try:
        form = read_form(Use)
        with transaction() as session:
            own_use.use(session, me(), resource=visible(session, me(), code), **form.model_dump())
    except Invalid as refused:
        return _book(code, request.form, refused.fields), 422
    flash(_("已记下。"), "ok")
    return redirect(url_for("portal.session_book", code=code), 303)


@bp.post("/resources/<code>/sessions/<int:number>/back")
@guarded("resource.edit")
def take_session_back(code: str, number: int) -> Answer:
    """Undo an entry."""
    with transaction() as session:
        resource = visible(session, me(), code)
        require(me(), "resource.edit", resource)
        own_use.take_back(session, me(), resource=resource, number=number)
    flash(_("已撤销这条记录。"), "ok")
    return redirect(url_for("portal.session_book", code=code), 303)


def _book(code: str, typed: Mapping[str, Any], faults: Mapping[str, str]) -> str:
    session, person, locale = db.session, me(), str(get_locale())
    found = visible(session, person, code)
    require(person, "resource.private", found)
    edits = may(person, "resource.edit", found)
    if not procured.is_counted(found):
        ways = ((_("填采购场次"), url_for("catalogue.edit", code=code)),) if edits else ()
        raise Conflict(_("这项资源没有登记采购场次。"), ways=(*ways, (_("看这项资源"), url_for("portal.resource", code=code))))
    g.here, count, until = ("mine" if edits else "search"), procured.count(found), procured.until(found)
    return render_template(
        "portal/session_book.html",
        one=found,
        heading=cards.title(found, locale),
        owner=cards.centre_name(found.owner, locale),
        count=count,
        until=spoken_date(until, locale, weekday=False) if until else "",
        rows=_uses(session, found, person),
        edits=edits,
        typed={"used_on": today().isoformat(), "sessions": "1"} | dict(typed),
        faults=faults,
    )


def _uses(session: Session, found: Resource, person: Person) -> list[dict[str, Any]]:
    """Each row of the sum, the newest first; an agreement is named to whoever may read it."""
    query = sa.select(SessionUse).where(SessionUse.resource_id == found.id, procured.live()).order_by(SessionUse.id.desc())
    uses = session.scalars(query).all()
    asked = sa.select(Leg).where(Leg.id.in_([use.leg_id for use in uses if use.leg_id])).options(selectinload(Leg.terms))
    legs = {leg.id: leg for leg in session.scalars(asked).unique()}
    return [_use(use, legs.get(use.leg_id or 0), person) for use in uses]


def _use(use: SessionUse, leg: Leg | None, person: Person) -> dict[str, Any]:
    locale = str(get_locale())
    told = {"id": use.id, "kind": KINDS[use.kind], "own": leg is None, "sessions": use.sessions, "url": "", "what": use.place}
    if leg is None:
        return told | {"day": spoken_date(use.used_on, locale, weekday=False) if use.used_on else ""}
    reads = may(person, "agreement.read", leg)
    return told | {
        "day": present.days_of(leg, "owner") if reads else "",
        "what": _("%(number)s，借给%(who)s", number=leg.number, who=cards.centre_name(leg.borrower, locale)) if reads else "",
        "url": url_for("exchange.agreement", number=leg.number) if reads else "",
    }


def ending_soon(person: Person) -> list[dict[str, Any]]:
    """For the desk: of one's own, what ends this year."""
    return to_be_used(db.session, person, date(today().year, 12, 31), own=True) if person.centres else []


def figure(session: Session) -> morning.Figure:
    """For the secretariat: how many sessions lapse this year unless they are used; the rows open."""
    query = sa.select(Resource).where(Resource.state.in_(LISTED), procured.ending(Resource, today(), date(today().year, 12, 31)))
    total = sum(count.left for count in procured.counts(list(session.scalars(query).unique())))
    return morning.Figure(_("年底前到期未用的场次"), total, url_for("portal.sessions"))


morning.more.append(figure)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """`sessions_left(resource)`: of a bought programme, else None; `sessions_ending(person)`: on their own listings."""
    return {
        "sessions_left": lambda one: procured.left(one) if procured.is_counted(one) else None,
        "sessions_ending": ending_soon,
    }
