"""The pages of figures and their downloads: for everybody, and for the secretariat."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wsgi import FileWrapper

from alliance import clock
from alliance.catalogue.exports import as_csv, as_workbook
from alliance.catalogue.imports.tables import XLSX
from alliance.db import db
from alliance.errors import NotFound
from alliance.figures import asked as asking
from alliance.figures import drawing, pages
from alliance.figures.asked import Asked
from alliance.figures.pages import Section
from alliance.figures.yearbook import workbook
from alliance.permissions import guarded
from alliance.storage.files import named
from alliance.web import Answer, limiter, me

bp = Blueprint("figures", __name__)
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
limited = limiter.limit(lambda: current_app.config["ALLIANCE"].search_rate, exempt_when=lambda: me() is not None)


@bp.get("/figures")
@guarded("public.read")
@limited
def public() -> Answer:
    """What the alliance does, in numbers fit for everybody."""
    asked = asking.read(db.session, {"year": request.args.get("year", "")})
    numbers, sections = pages.public(db.session, asked)
    return render_template("figures/public.html", asked=asked, numbers=numbers, sections=sections, draw=drawing)


@bp.get("/figures/<name>.<ending>")
@guarded("public.read")
@limited
def public_table(name: str, ending: str) -> Answer:
    """One of its tables."""
    asked = asking.read(db.session, {"year": request.args.get("year", "")})
    return _download(asked, pages.public(db.session, asked)[1], name, ending)


@bp.get("/admin/figures")
@guarded("figures.read")
def admin() -> Answer:
    """The secretariat's figures: by year, centre and kind."""
    g.here = "admin"
    asked = asking.read(db.session, request.args)
    numbers, sections = pages.admin(db.session, asked)
    return render_template("figures/admin.html", asked=asked, numbers=numbers, sections=sections, draw=drawing)


@bp.get("/admin/figures/<name>.<ending>")
@guarded("figures.read")
def admin_table(name: str, ending: str) -> Answer:
    """One of its tables."""
    asked = asking.read(db.session, request.args)
    return _download(asked, pages.admin(db.session, asked)[1], name, ending)


@bp.get("/admin/figures/year.xlsx")
@guarded("figures.read")
def year_book() -> Answer:
    """The yearly table of all members, or of one centre."""
    asked = asking.read(db.session, request.args)
    return sent(FileWrapper(workbook(db.session, asked)), _("年度表%(year)s", year=asked.year), "xlsx")


def _download(asked: Asked, sections: Sequence[Section], name: str, ending: str) -> Answer:
    table = next((table for section in sections for table in section.tables if table.name == name), None)
    if table is None or ending not in TYPES:
        raise NotFound(_("没有这张表。"))
    head, lines = list(table.heads), table.lines()
    body = as_csv(head, lines) if ending == "csv" else as_workbook([(table.title, head, lines)])
    return sent(FileWrapper(body), f"{table.title}{asked.year}", ending)


def sent(body: FileWrapper, name: str, ending: str) -> Response:
    day = f"{clock.local(clock.now()):%Y%m%d}"
    disposition = "attachment" + named(f"{name}-{day}.{ending}")
    return Response(body, mimetype=TYPES[ending], headers={"Content-Disposition": disposition})
