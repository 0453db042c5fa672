"""The secretariat's pages of announcements."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance.catalogue.routes import version_given
from alliance.centres.markdown import render
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange.routes import fresh_key, key_given
from alliance.forms import read_form
from alliance.moderation import announcements
from alliance.moderation.announcements import Words
from alliance.moderation.models import Announcement
from alliance.moderation.routes import bp
from alliance.paging import sheet
from alliance.people.posts import today
from alliance.permissions import guarded
from alliance.web import Answer, me

USUAL = timedelta(days=14)


@bp.get("/announcements")
@guarded("announcement.edit")
def announced() -> Answer:
    """All of them, the newest first."""
    found, page = sheet(db.session, sa.select(Announcement).order_by(Announcement.starts_on.desc(), Announcement.id.desc()))
    return render_template("moderation/announcements.html", found=found, page=page, today=today())


@bp.get("/announcements/new")
@guarded("announcement.edit")
def new_announcement() -> Answer:
    """An empty one, for members, a fortnight."""
    days = {"starts_on": today().isoformat(), "ends_on": (today() + USUAL).isoformat()}
    return _page(None, {"reach": "members", **days})


@bp.post("/announcements/new")
@guarded("announcement.edit")
def announce() -> Answer:
    """Show how it will look, or put it out."""
    return _write(None)


@bp.get("/announcements/<int:number>")
@guarded("announcement.edit")
def edit_announcement(number: int) -> Answer:
    """One that is out, to change."""
    found = announcements.find(db.session, number)
    return _page(found, {name: getattr(found, name) for name in Words.model_fields})


@bp.post("/announcements/<int:number>")
@guarded("announcement.edit")
def change_announcement(number: int) -> Answer:
    """Show how it will look, or change it."""
    return _write(announcements.find(db.session, number))


@bp.post("/announcements/<int:number>/withdraw")
@guarded("announcement.edit")
def withdraw_announcement(number: int) -> Answer:
    """Take it back."""
    with transaction() as session:
        found = announcements.find(session, number)
        announcements.withdraw(session, me(), found=found, expected_version=version_given() or 0)
    flash(_("公告已撤下。"), "ok")
    return redirect(url_for("admin.announced"))


def _write(found: Announcement | None) -> Answer:
    try:
        words = read_form(Words)
        if request.form.get("do") != "publish":
            return _page(found, request.form, preview=words)
        with transaction() as session:
            if found is None:
                announcements.publish(session, me(), words=words, key=key_given())
            else:
                announcements.change(session, me(), found=found, words=words, expected_version=version_given() or 0)
    except (Invalid, Conflict) as refusal:
        return _page(found, request.form, refusal)
    flash(_("公告已发布。"), "ok")
    return redirect(url_for("admin.announced"))


def _page(
    found: Announcement | None, typed: Any, refusal: Invalid | Conflict | None = None, preview: Words | None = None
) -> Answer:
    page = render_template(
        "moderation/announcement.html",
        found=found,
        key=key_given() or fresh_key(),
        typed=typed,
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        sentence=refusal.sentence if isinstance(refusal, Conflict) else "",
        preview=preview,
        text=render(preview.text) if preview else "",
        text_en=render(preview.text_en) if preview else "",
    )
    return page, refusal.status if refusal else 200
