"""All people of the alliance for the secretariat: finding one, what they have in hand, suspending and restoring the account."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Invalid
from alliance.exchange.models import Leg
from alliance.exchange.table import BOOKED, OPEN
from alliance.journal import history
from alliance.moderation.audit import spoken_action
from alliance.moderation.routes import bp
from alliance.paging import sheet
from alliance.people import standing
from alliance.people.models import AlliancePost, Duty, Person, Post
from alliance.people.posts import held_now
from alliance.permissions import guarded
from alliance.web import Answer, me

SHOWS = {"": _l("全部"), "active": _l("在用"), "suspended": _l("已停用"), "secretariat": _l("秘书处")}
RUNNING = OPEN | BOOKED
LAST = 12


@bp.get("/people")
@guarded("people.suspend")
def people() -> Answer:
    """Everybody with an account, by name; ?q= a name, mail or centre, ?show= a standing."""
    q, show = request.args.get("q", "").strip()[:80], request.args.get("show", "")
    found, page = sheet(db.session, _wanted(q, show))
    return render_template("moderation/people.html", people=found, page=page, q=q, show=show if show in SHOWS else "", shows=SHOWS)


def _wanted(q: str, show: str) -> sa.Select[Any]:
    query = sa.select(Person).order_by(Person.name, Person.id)
    if q:
        here = sa.select(Post.person_id).join(Centre, Centre.id == Post.centre_id)
        here = here.where(
            held_now(), sa.or_(Centre.name.contains(q, autoescape=True), Centre.short_name.contains(q, autoescape=True))
        )
        named = [column.contains(q, autoescape=True) for column in (Person.name, Person.email)]
        query = query.where(sa.or_(*named, Person.id.in_(here)))
    if show == "secretariat":
        return query.where(Person.id.in_(sa.select(AlliancePost.person_id)))
    return query.where(Person.active if show == "active" else ~Person.active) if show in ("active", "suspended") else query


@bp.get("/people/<int:number>")
@guarded("people.suspend")
def someone(number: int) -> Answer:
    """One person: posts, duties, what is in hand and what happens to it."""
    return _page(standing.find(db.session, number))


def _page(who: Person, wrong: Invalid | None = None) -> Answer:
    page = render_template(
        "moderation/someone.html",
        who=who,
        in_hand=in_hand(db.session, who),
        duties=db.session.scalars(sa.select(Duty).where(Duty.person_id == who.id).order_by(Duty.centre_id)).all(),
        trail=[(event, spoken_action(event), event.data.get("reason", "")) for event in history(db.session, who)[::-1][:LAST]],
        wrong=wrong,
        typed=request.form.get("reason", ""),
    )
    return page, wrong.status if wrong else 200


def in_hand(session: Session, who: Person) -> list[Leg]:
    """Loans that run and that this person has in hand as handler or submitted, the next date first."""
    mine = sa.or_(Leg.handler_id == who.id, sa.and_(Leg.submitted_by == who.id, Leg.state != "draft"))
    sides = (Leg.owner, Leg.borrower)
    whole = [joinedload(side).lazyload(Centre.membership) for side in sides]
    query = sa.select(Leg).where(mine, Leg.state.in_(RUNNING)).order_by(Leg.due_at, Leg.starts_at, Leg.id)
    return list(session.scalars(query.options(*whole).limit(200)).unique())


@bp.post("/people/<int:number>/suspend")
@guarded("people.suspend")
def suspend(number: int) -> Answer:
    """Take the account out of use."""
    who = standing.find(db.session, number)
    try:
        with transaction() as session:
            standing.suspend(session, me(), who=who, reason=request.form.get("reason", ""))
    except Invalid as error:
        return _page(who, error)
    flash(_("%(name)s的账号已停用，已登录的立即退出。", name=who.name), "ok")
    return redirect(url_for("admin.someone", number=number))


@bp.post("/people/<int:number>/restore")
@guarded("people.suspend")
def restore(number: int) -> Answer:
    """Give the account back."""
    who = standing.find(db.session, number)
    with transaction() as session:
        standing.restore(session, me(), who=who)
    flash(_("%(name)s的账号已恢复。", name=who.name), "ok")
    return redirect(url_for("admin.someone", number=number))
