"""The outbox: what was mailed, what waits, what failed."""

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import jobs, masking, permissions
from alliance.db import db, transaction
from alliance.errors import NotFound
from alliance.moderation import morning
from alliance.moderation.routes import bp
from alliance.notifications.models import Mail
from alliance.paging import sheet
from alliance.permissions import guarded
from alliance.web import Answer, me

STATES = {
    "waiting": sa.and_(Mail.sent_at.is_(None), Mail.error.is_(None)),
    "failed": sa.and_(Mail.sent_at.is_(None), Mail.error.is_not(None)),
    "sent": Mail.sent_at.is_not(None),
}


@bp.get("/outbox")
@guarded("outbox.read")
def outbox() -> Answer:
    """Mails, newest first, by state."""
    chosen = request.args.get("state", "")
    query = sa.select(Mail).order_by(Mail.id.desc())
    if chosen in STATES:
        query = query.where(STATES[chosen])
    mails, page = sheet(db.session, query)
    counts = db.session.execute(sa.select(*(sa.func.count().filter(state).label(name) for name, state in STATES.items()))).one()
    return render_template(
        "moderation/outbox.html", mails=mails, page=page, chosen=chosen, counts=counts._asdict(), server=_server()
    )


@bp.get("/outbox/<int:number>")
@guarded("outbox.read")
def mail(number: int) -> Answer:
    """One mail as it was written; its links of invitation and reset are the recipient's alone, except in a demo."""
    kept, settings = _mail(number), current_app.config["ALLIANCE"]
    body = kept.body if settings.demo and settings.mode != "production" else masking.links(kept.body)
    return render_template("moderation/mail.html", mail=kept, body=body, server=_server())


@bp.post("/outbox/<int:number>/send")
@guarded("outbox.read")
def send_again(number: int) -> Answer:
    """Put a mail that did not go out in the queue once more."""
    permissions.require(me(), "outbox.read")
    with transaction() as session:
        jobs.later(session, "mail.again", {"mail": _mail(number).id})
    flash(_("已排队，马上再发一次。"), "ok")
    return redirect(url_for("admin.mail", number=number))


def _mail(number: int) -> Mail:
    found = db.session.get(Mail, number)
    if found is None:
        raise NotFound(_("没有这封邮件。"))
    return found


def _server() -> bool:
    return bool(current_app.config["ALLIANCE"].smtp_url)


def _figure(session: Session) -> morning.Figure:
    """The number on the morning board: mails that did not go out."""
    count = session.scalar(sa.select(sa.func.count(Mail.id)).where(Mail.sent_at.is_(None))) or 0
    return morning.Figure(_("未发邮件"), count, url_for("admin.outbox", state="waiting"))


morning.more.append(_figure)
