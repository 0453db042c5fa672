"""What was refused, by code and by centre, with each reason, for the secretariat; what was expedited, for everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload
from werkzeug.wsgi import FileWrapper

from alliance import codes
from alliance.catalogue.exports import as_csv, as_workbook
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange.models import Leg
from alliance.figures import asked as asking
from alliance.figures import drawing
from alliance.figures.asked import Asked
from alliance.figures.routes import TYPES, bp, limited, sent
from alliance.figures.tables import Table, counted, head
from alliance.journal import Event
from alliance.moderation.lists import moment, place
from alliance.paging import SIZE, Page, page_number, pager
from alliance.permissions import guarded
from alliance.web import Answer


class Refused(NamedTuple):
    """A refusal: when, by whom, of what, why."""

    at: Any
    leg: int
    owner: int
    code: str
    reason: str


@bp.get("/admin/figures/refusals")
@guarded("figures.read")
def refusals() -> Answer:
    """By code and centre for a year; ?code= and ?centre= narrow the list below."""
    g.here = "admin"
    asked, code = asking.read(db.session, request.args), request.args.get("code", "")
    found = _refused(db.session, asked)
    chosen = [one for one in found if code in ("", one.code) and (asked.centre is None or one.owner == asked.centre.id)]
    page = Page(page_number(), SIZE, len(chosen))
    rows = _rows(asked, chosen[page.skip : page.skip + SIZE])
    shown = {"asked": asked, "code": code, "tables": _tables(asked, found), "rows": rows, "total": len(chosen)}
    return render_template("figures/refusals.html", draw=drawing, pager=pager(page), **shown)


@bp.get("/admin/figures/refusals/<name>.<ending>")
@guarded("figures.read")
def refusals_table(name: str, ending: str) -> Answer:
    """One of its tables."""
    asked = asking.read(db.session, request.args)
    return _download(asked, _tables(asked, _refused(db.session, asked)), name, ending)


@bp.get("/figures/expedited")
@guarded("public.read")
@limited
def expedited() -> Answer:
    """How often the green channel was used, month by month, by reason and by centre (R-78)."""
    asked = asking.read(db.session, {"year": request.args.get("year", "")})
    return render_template("figures/expedited.html", asked=asked, tables=_expedited(db.session, asked), draw=drawing)


@bp.get("/figures/expedited/<name>.<ending>")
@guarded("public.read")
@limited
def expedited_table(name: str, ending: str) -> Answer:
    """One of its tables."""
    asked = asking.read(db.session, {"year": request.args.get("year", "")})
    return _download(asked, _expedited(db.session, asked), name, ending)


def _download(asked: Asked, tables: Iterable[Table], name: str, ending: str) -> Answer:
    table = next((one for one in tables if one.name == name), None)
    if table is None or ending not in TYPES:
        raise NotFound(_("没有这张表。"))
    heads, lines = list(table.heads), table.lines()
    body = as_csv(heads, lines) if ending == "csv" else as_workbook([(table.title, heads, lines)])
    return sent(FileWrapper(body), f"{table.title}{asked.year}", ending)


def _refused(session: Session, asked: Asked) -> list[Refused]:
    """All of the year, newest first; what fell because somebody else was first is no refusal."""
    start, end = asked.span
    query = (
        sa.select(Event.at, Event.data, Leg.id, Leg.owner_id)
        .join(Leg, sa.and_(Event.subject_type == Leg.__tablename__, Event.subject_id == Leg.id))
        .where(Event.action == "leg.decline", Event.at >= start, Event.at < end)
        .order_by(Event.id.desc())
    )
    rows = session.execute(query)
    return [Refused(at, leg, owner, data.get("code", ""), data.get("reason", "")) for at, data, leg, owner in rows]


def _tables(asked: Asked, found: Sequence[Refused]) -> list[Table]:
    by_code, by_owner = Counter(one.code for one in found), Counter(one.owner for one in found)
    blank = str(_("%(year)s年没有不同意的申请", year=asked.year))
    return [
        Table(
            "refusals-by-code",
            str(_("按不同意的事由")),
            head(_("事由"), _("份数")),
            [
                counted(_label("refusal", code, asked), n, urls=(url_for("figures.refusals", year=asked.year, code=code),))
                for code, n in by_code.most_common()
            ],
            shape="bars",
            blank=blank,
        ),
        Table(
            "refusals-by-centre",
            str(_("按借出馆")),
            head(_("馆"), _("份数")),
            [
                counted(
                    asked.places[owner].name,
                    n,
                    urls=(url_for("figures.refusals", year=asked.year, centre=asked.places[owner].slug),),
                )
                for owner, n in by_owner.most_common()
            ],
            shape="bars",
            blank=blank,
        ),
    ]


def _rows(asked: Asked, found: Sequence[Refused]) -> list[dict[str, Any]]:
    query = sa.select(Leg).where(Leg.id.in_([one.leg for one in found])).options(joinedload(Leg.agreement))
    legs = {leg.id: leg for leg in db.session.scalars(query).unique()}
    return [
        {
            "number": legs[one.leg].number,
            "url": place("agreements", legs[one.leg].number),
            "owner": asked.places[one.owner].name,
            "borrower": asked.places[legs[one.leg].borrower_id].name,
            "code": _label("refusal", one.code, asked),
            "reason": one.reason,
            "at": moment(one.at),
        }
        for one in found
    ]


def _expedited(session: Session, asked: Asked) -> list[Table]:
    start, end = asked.span
    query = sa.select(Leg.requested_at, Leg.expedited, Leg.borrower_id).where(Leg.expedited.is_not(None))
    rows = session.execute(query.where(Leg.requested_at >= start, Leg.requested_at < end)).all()
    months, reasons = Counter(asked.month_of(row[0]) for row in rows), Counter(row[1] for row in rows)
    centres = Counter(row[2] for row in rows)
    blank = str(_("%(year)s年没有加急的申请", year=asked.year))
    by_month = [counted(label, months[month], short=str(month)) for month, label in asked.month_rows()]
    by_reason = [counted(_label("expedited_reason", code or "", asked), n) for code, n in reasons.most_common()]
    by_centre = [counted(asked.places[number].name, n) for number, n in centres.most_common()]
    said: dict[str, Any] = {"blank": blank}
    heads = head(_("月份"), _("份数"))
    return [
        Table("expedited-by-month", str(_("每月的加急申请")), heads, by_month, shape="columns", **said),
        Table("expedited-by-reason", str(_("按加急的事由")), head(_("事由"), _("份数")), by_reason, shape="bars", **said),
        Table("expedited-by-centre", str(_("按申请馆")), head(_("馆"), _("份数")), by_centre, shape="bars", **said),
    ]


def _label(name: str, code: str, asked: Asked) -> str:
    return codes.label(name, code, asked.locale) if code in codes.get(name) else str(_("未指明事由"))
