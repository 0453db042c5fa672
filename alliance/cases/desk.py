"""Cases on the desk of whoever answers them: the queue, one case with all that can be done, the files sent along."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock, codes, journal
from alliance.cases import actions, asker, listing, masking, turns
from alliance.cases.models import Case
from alliance.cases.routes import bp
from alliance.cases.table import ACTIONS, CLOSED, DESK, OPEN, PUBLIC, Action
from alliance.centres.models import Centre, Membership
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from alliance.exchange import present
from alliance.exchange.routes import fresh_key, key_given, version_given
from alliance.forms import read_form
from alliance.paging import Page, page_number, pager
from alliance.people.models import Person
from alliance.permissions import guarded, may, require
from alliance.storage import files
from alliance.web import Answer, me
from alliance.worktime import spoken_date, spoken_moment
from alliance.worktime.rows import calendar

SHOWS = {"open": _l("未办结"), "late": _l("超期"), "closed": _l("已办结"), "refused": _l("否定报备")}
BOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/desk")
@guarded("case.read")
def desk() -> Answer:
    """The cases one may answer: ?show= open, late, closed or refused, ?kind=."""
    g.here = "desk"
    person, session, now = me(), db.session, clock.now()
    if not turns.handles(person):
        require(person, "case.read")
    show = request.args.get("show", "open")
    show = show if show in SHOWS else "open"
    kind = request.args.get("kind", "")
    kind = kind if kind in codes.get("case_kind") else ""
    wanted = [turns.readable(person), *conditions(show)] + ([Case.kind == kind] if kind else [])
    page = Page(page_number(), 30, session.scalar(sa.select(sa.func.count(Case.id)).where(*wanted)) or 0)
    found = listing.cases(session, wanted, newest=show in ("closed", "refused"), skip=page.skip, count=page.size)
    rows = [listing.row(task, person, calendar(session), now) for task in turns.turned(session, found, now)]
    kinds = codes.get("case_kind").choices(str(get_locale()))
    return render_template("cases/desk.html", rows=rows, shows=SHOWS, show=show, kind=kind, kinds=kinds, page=pager(page))


def conditions(show: str) -> list[sa.ColumnElement[bool]]:
    """What the words of the queue mean."""
    meant: dict[str, list[sa.ColumnElement[bool]]] = {
        "open": [Case.state.in_(OPEN)],
        "late": [Case.state.in_(("filed", "in_hand")), Case.due_at <= clock.now()],
        "closed": [Case.state.in_(CLOSED)],
        "refused": [Case.state == "refused"],
    }
    return meant[show]


@bp.get("/desk/<number>")
@guarded("case.read")
def case(number: str) -> Answer:
    """One case: what was asked, by whom, what can be done."""
    return _page(_own(db.session, me(), number))


@bp.post("/desk/<number>/<action>")
@guarded("case.answer")
def do(number: str, action: str) -> Answer:
    """Do it; what was typed is kept whatever happens."""
    wanted = actions.known(action)
    found = _own(db.session, me(), number)
    if DESK not in wanted.by:
        raise Forbidden(_("您在这件事里的身份不能这样做。"))
    try:
        form = read_form(wanted.needs) if wanted.needs is not None else None
        with transaction() as session:
            one = session.get_one(Case, found.id)
            actions.act(session, me(), one, wanted.name, form=form, expected_version=version_given(), key=key_given())
    except (Conflict, Invalid) as refusal:
        return _page(_own(db.session, me(), number), wanted.name, refusal), refusal.status
    flash(_("%(what)s：已办好。", what=wanted.label), "ok")
    there = url_for("cases.desk") if action == "transfer" else url_for("cases.case", number=number)
    return redirect(there)


@bp.get("/desk/<number>/files/<int:file_id>")
@guarded("case.read")
def attachment(number: str, file_id: int) -> Answer:
    """A file that was sent along: handed over, never shown in the page."""
    found = _own(db.session, me(), number)
    sent = next((one.file for one in found.files if one.file_id == file_id), None)
    if sent is None:
        raise NotFound(_("没有这个附件。"))
    answer = files.send(sent, inline=False)
    answer.headers["Content-Security-Policy"] = BOX
    return answer


def _own(session: Session, person: Person, number: str) -> Case:
    """The case, for who may read it; for all others there is none."""
    found = asker.by_number(number)
    if found is None or not may(person, "case.read", found):
        raise NotFound(_("没有这件事，或不归贵馆办理。"))
    return session.get_one(Case, found.id)


def _page(case: Case, tried: str = "", refusal: Refusal | None = None) -> str:
    g.here = "desk"
    session, person, now, locale = db.session, me(), clock.now(), str(get_locale())
    days, (task,) = calendar(session), turns.turned(session, [case], now)
    wrong: dict[str, Any] = dict(refusal.fields) if isinstance(refusal, Invalid) else {}
    typed = request.form if tried else {}
    public = case.kind in PUBLIC and not case.private
    return render_template(
        "cases/case.html",
        case=case,
        thing=listing.thing(case),
        heading=listing.heading(case),
        state=listing.state_of(case),
        people=present.people_of(task.turn),
        light=present.light_of(task.turn, days, now),
        where=listing.called(case.centre),
        filed=spoken_moment(case.filed_at, locale),
        wanted_until=spoken_date(case.wanted_until, locale) if case.wanted_until else "",
        until=spoken_date(case.grant.until, locale) if case.grant is not None else "",
        available=[action.name for action in sorted(actions.available(case, person, DESK), key=likely)],
        actions=ACTIONS,
        tried=tried,
        typed=typed,
        wrong=wrong,
        summary=list(wrong.items()),
        sentence=refusal.sentence if refusal is not None else "",
        key=fresh_key(),
        public=public,
        public_text=typed.get("public_text") or masking.masked(case.text),
        centres=_centres(case),
        refusals=codes.get("case_refusal").choices(locale),
        moments=_moments(session, case),
    )


def likely(action: Action) -> tuple[bool, bool]:
    """In which order they are offered: what moves it on first, then the other answers, then the rest."""
    return action.tone != "primary", not action.closes


def _centres(case: Case) -> list[tuple[str, str]]:
    """Active members to which it may be passed on."""
    query = sa.select(Centre.slug, Centre.name).join(Membership, Membership.centre_id == Centre.id)
    query = query.where(Membership.state == "active", Centre.id != (case.centre_id or 0)).order_by(
        Centre.division_code, Centre.name
    )
    return [(slug, name) for slug, name in db.session.execute(query)]


def _moments(session: Session, case: Case) -> list[dict[str, Any]]:
    """What happened, newest first, with who did it."""
    events = [event for event in journal.history(session, case) if event.action.partition(".")[2] in (*ACTIONS, "file")]
    people = sa.select(Person).where(Person.id.in_({event.actor_id for event in events}))
    names = {one.id: one.name for one in session.scalars(people)}
    return [
        {
            "at": event.at.isoformat(),
            "when": spoken_moment(event.at, str(get_locale())),
            "text": _("收到") if event.action == "case.file" else ACTIONS[event.action.partition(".")[2]].label,
            "note": names.get(event.actor_id or 0, ""),
            "tone": "",
        }
        for event in reversed(events)
    ]
