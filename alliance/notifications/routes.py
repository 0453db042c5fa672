"""Pages of notices."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance import web
from alliance.db import db, transaction
from alliance.errors import Invalid, NotFound
from alliance.notifications import choices, service, wording
from alliance.notifications.models import Notice
from alliance.paging import sheet
from alliance.permissions import guarded
from alliance.web import Answer, me

bp = Blueprint("notifications", __name__, url_prefix="/notices")


@bp.get("/")
@guarded("desk.read")
def notices() -> Answer:
    """What one was told: unread turns first, then the newest."""
    rows, page = sheet(db.session, service.inbox(me()))
    told = [(notice, wording.said(notice)) for notice in rows]
    newest = max((notice.id for notice in rows), default=0)
    return render_template(
        "notifications/notices.html", told=told, page=page, newest=newest, unread=service.unread(db.session, me())
    )


@bp.post("/<int:number>")
@guarded("notice.read")
def open_notice(number: int) -> Answer:
    """Mark it as read and go where it leads."""
    with transaction() as session:
        notice = session.get(Notice, number)
        if notice is None:
            raise NotFound(_("没有这条通知。"))
        url = service.read(session, me(), notice).url
    return redirect(web.safe_next(url or url_for("notifications.notices")))


@bp.post("/read")
@guarded("desk.read")
def read_all() -> Answer:
    """Mark as read all that the page showed."""
    until = request.form.get("until", "")
    with transaction() as session:
        service.read_all(session, me(), until=int(until) if until.isascii() and until.isdigit() and len(until) < 19 else 0)
    return redirect(url_for("notifications.notices"))


@bp.get("/choices")
@guarded("self.edit")
def notice_choices() -> Answer:
    """How one wants to hear of each sort of notice."""
    return _choices_page(choices.of(db.session, me()))


@bp.post("/choices")
@guarded("self.edit")
def choose_notices() -> Answer:
    """Keep what was chosen."""
    given = {name: request.form.get(name, "") for name in choices.GROUPS}
    try:
        with transaction() as session:
            choices.choose(session, me(), given=given)
    except Invalid as error:
        return _choices_page(given, error)
    flash(_("已存好。"), "ok")
    return redirect(url_for("notifications.notice_choices"))


def _choices_page(given: dict[str, str], wrong: Invalid | None = None) -> Answer:
    page = render_template(
        "notifications/choices.html",
        given=given,
        groups=choices.GROUPS.values(),
        hows=choices.HOWS,
        faults=wrong.fields if wrong else {},
    )
    return page, wrong.status if wrong else 200
