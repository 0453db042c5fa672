"""The pages of the scorecard: all centres for the secretariat, its own for a centre, the loans behind each number, Excel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from werkzeug.wsgi import FileWrapper

from alliance import codes, permissions
from alliance.catalogue.exports import Cell as Written
from alliance.catalogue.exports import as_workbook
from alliance.centres.models import Centre
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange.listing import EXCLUSIVE
from alliance.exchange.models import Leg
from alliance.figures import asked as asking
from alliance.figures.asked import Asked, Place
from alliance.figures.measures import MEASURES, Facts, Measure
from alliance.figures.routes import bp, sent
from alliance.figures.scorecard import Span, facts
from alliance.figures.tables import Cell, Row, Table, head
from alliance.forms import EARLIEST, LATEST
from alliance.moderation.lists import day, moment, place
from alliance.permissions import guarded
from alliance.web import Answer, me

QUARTERS = (1, 2, 3, 4)


@bp.get("/figures/scorecard")
@guarded("balance.read")
def scorecard() -> Answer:
    """By centre and year or quarter; without the secretariat's eyes only one's own centres."""
    asked, span = _asked()
    g.here = "admin" if me().is_admin else "agreements"
    quarters = [(number, str(_("第%(n)s季度", n=number))) for number in QUARTERS]
    shown = {"asked": asked, "span": span, "quarters": quarters, "measures": MEASURES, "table": _table(asked, span)}
    return render_template("figures/scorecard.html", **shown)


@bp.get("/figures/scorecard.xlsx")
@guarded("balance.read")
def scorecard_book() -> Answer:
    """The same as Excel, with a sheet of how each number is reckoned."""
    asked, span = _asked()
    table = _table(asked, span)
    formulas: list[list[Written]] = [[str(one.label), str(one.formula)] for one in MEASURES]
    sheets: list[tuple[str, list[str], list[list[Written]]]] = [
        (table.title, list(table.heads), table.lines()),
        (str(_("口径与说明")), head(_("项目"), _("怎样算")), formulas),
    ]
    return sent(FileWrapper(as_workbook(sheets)), _told(span), "xlsx")


@bp.get("/figures/scorecard/<slug>/<name>")
@guarded("balance.read")
def scored(slug: str, name: str) -> Answer:
    """The loans behind a number; `since` a day instead of a year, for what is counted by days."""
    asked, span = _asked()
    span = replace(span, since=_since())
    centre = db.session.scalar(sa.select(Centre).where(Centre.slug == slug))
    measure = next((one for one in MEASURES if one.name == name), None)
    if centre is None or measure is None:
        raise NotFound(_("没有这张清单。"))
    permissions.require(me(), "balance.read", centre)
    known = facts(db.session, span).get(centre.id, Facts())
    numbers = measure.legs(known)
    query = sa.select(Leg).where(Leg.id.in_(numbers)).order_by(Leg.id.desc()).options(joinedload(Leg.agreement))
    g.here = "admin" if me().is_admin else "agreements"
    shown = {"measure": measure, "told": _told(span), "place": asked.places[centre.id], "way": _way(span)}
    rows = [_row(asked, leg, measure.each(known, leg.id) if measure.each else "") for leg in db.session.scalars(query).unique()]
    reckoned = measure.reckoned(known) if measure.reckoned and numbers else ""
    return render_template("figures/scored.html", rows=rows, reckoned=reckoned, **shown)


def _row(asked: Asked, leg: Leg, adds: str) -> dict[str, Any]:
    return {
        "number": leg.number,
        "url": place("agreements", leg.number),
        "heading": leg.agreement.heading,
        "owner": asked.places[leg.owner_id].name,
        "borrower": asked.places[leg.borrower_id].name,
        "start": moment(leg.starts_at),
        "state": codes.label("leg_state", leg.state, asked.locale),
        "adds": adds,
        "refusal": codes.label("refusal", leg.ended_code, asked.locale) if leg.ended_code else "",
    }


def _asked() -> tuple[Asked, Span]:
    asked, said = asking.read(db.session, request.args), request.args.get("quarter", "")
    return asked, Span(asked.year, int(said) if said in {str(one) for one in QUARTERS} else 0)


def _since() -> date | None:
    """From which day on, where the address says it."""
    try:
        found = date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def _told(span: Span) -> str:
    quarter = _("第%(n)s季度", n=span.quarter) if span.quarter else ""
    when = [_("%(day)s起", day=day(span.since))] if span.since else [_("%(year)s年", year=span.year), quarter]
    parts = [_("绩效表"), *when]
    return (" " if str(get_locale()) == "en" else "").join(str(part) for part in parts if part)


def _way(span: Span) -> dict[str, Any]:
    return {"year": span.year, "quarter": span.quarter or None}


def _shown(asked: Asked) -> list[Place]:
    """All members for the secretariat, level by level; else one's own centres."""
    if me().is_admin:
        return sorted((one for one in asked.places.values() if one.member), key=lambda one: one.level)
    permissions.require(me(), "balance.read", me().centre)
    return [asked.places[one.id] for one in me().centres]


def _behind(place: Place, measure: Measure, way: dict[str, Any]) -> str:
    """Where what a number counts is listed."""
    if measure.listings:
        return url_for("portal.search", centre=place.slug, kind=list(EXCLUSIVE))
    return url_for("figures.scored", name=measure.name, **way)


def _table(asked: Asked, span: Span) -> Table:
    found, rows = facts(db.session, span), []
    for one in _shown(asked):
        known, way = found.get(one.id, Facts()), {"slug": one.slug, **_way(span)}
        cells = [(measure, measure.of(known), measure.legs(known)) for measure in MEASURES]
        made = (
            Cell(number, _behind(one, measure, way) if legs or (number and measure.listings) else "", unit=measure.unit)
            for measure, number, legs in cells
        )
        level = codes.label("centre_level", one.level, asked.locale) if one.level in codes.get("centre_level") else ""
        rows.append(Row(f"{one.name}{_('·')}{level}" if level else one.name, tuple(made)))
    return Table("scorecard", str(_("绩效表")), head(_("馆"), *(one.label for one in MEASURES)), rows, wide=True)
