"""The alliance's rules in force, and what earlier versions said."""

from flask import g, render_template
from flask_babel import gettext as _

from alliance.centres import rules as documents
from alliance.centres.markdown import render
from alliance.centres.words import locale
from alliance.db import db
from alliance.errors import NotFound
from alliance.permissions import guarded
from alliance.portal.routes import bp
from alliance.web import Answer


@bp.get("/rules")
@guarded("public.read")
def rules() -> Answer:
    """The version in force."""
    return _page(None)


@bp.get("/rules/<int:number>")
@guarded("public.read")
def rules_version(number: int) -> Answer:
    """One version, also when it is no longer in force."""
    return _page(number)


def _page(number: int | None) -> str:
    g.here = "rules"
    versions = documents.versions(db.session)
    shown = next((document for document in versions if number in (None, document.version)), None)
    if shown is None and number is not None:
        raise NotFound(_("没有这一版章程。"))
    english = locale() == "en" and shown is not None and bool(shown.text_en)
    text = render(shown.text_en if english else shown.text) if shown is not None else ""
    return render_template("portal/rules.html", shown=shown, versions=versions, text=text, english=english)
