"""What the secretariat announces, for whoever it is meant for."""

from flask import render_template
from flask_babel import get_locale

from alliance.centres.markdown import render
from alliance.db import db
from alliance.moderation import announcements
from alliance.paging import sheet
from alliance.permissions import guarded
from alliance.portal.routes import bp
from alliance.web import Answer, me


@bp.get("/announcements")
@guarded("public.read")
def announced() -> Answer:
    """All that the reader may read, the newest first."""
    found, page = sheet(db.session, announcements.begun(me()), 20)
    return render_template("portal/announcements.html", found=found, page=page)


@bp.get("/announcements/<int:number>")
@guarded("public.read")
def announcement(number: int) -> Answer:
    """One announcement, in the reader's language where there is one."""
    found = announcements.readable(db.session, me(), number)
    english = str(get_locale()) == "en" and found.text_en
    return render_template("portal/announcement.html", found=found, text=render(found.text_en if english else found.text))
