"""What goes on paper: the letter of request 借用函 and the hand-over sheet 交接单, each with a QR code to its page."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import segno
import typst
from flask import Response, current_app, g, render_template, url_for
from flask_babel import gettext as _

from alliance import clock, codes
from alliance.config import ROOT
from alliance.db import db
from alliance.errors import Conflict, Unavailable
from alliance.exchange.case import Case, periods_of
from alliance.exchange.models import Leg, Report
from alliance.exchange.present import visible
from alliance.exchange.routes import bp, find_own
from alliance.exchange.sheets import usual
from alliance.people.onduty import roster
from alliance.permissions import guarded
from alliance.storage.files import named
from alliance.web import Answer, me
from alliance.worktime import spoken_date, spoken_range

FONTS = ROOT / "static" / "dist" / "fonts"
TEMPLATE = ROOT / "templates" / "exchange" / "letter.typ"
LEAST_ROWS = 6


@bp.get("/<number>/letter")
@guarded("agreement.read")
def letter(number: str) -> Answer:
    """借用函: one page of A4, the same on screen and on paper."""
    g.here = "agreements"
    leg = printed(number)
    return render_template("exchange/letter.html", leg=leg, words=words(leg), qr=code_of(address(leg)))


@bp.get("/<number>/letter.pdf")
@guarded("agreement.read")
def letter_pdf(number: str) -> Answer:
    """The same as PDF; what it says goes in as data, never as source."""
    leg = printed(number)
    told = words(leg) | {"qr": code_of(address(leg)).svg}
    db.session.rollback()
    answer = Response(pdf(told), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "inline" + named(f"{number}.pdf")
    return answer


@bp.get("/<number>/sheet")
@guarded("agreement.read")
def sheet(number: str) -> Answer:
    """交接单: two slips with the seam between, to be cut apart."""
    g.here = "agreements"
    leg = printed(number)
    return render_template(
        "exchange/sheet.html",
        leg=leg,
        words=words(leg),
        qr=code_of(address(leg)),
        rows=slip_rows(leg),
    )


def printed(number: str) -> Leg:
    """The leg, once there is something to print of it."""
    leg = find_own(db.session, me(), number)
    if not leg.was_sent:
        back = ((_("看这份约定"), url_for("exchange.agreement", number=number)),)
        raise Conflict(_("申请还没有提交，暂时没有可打印的函。"), ways=back)
    return leg


def address(leg: Leg) -> str:
    """Where the code on the paper leads."""
    base: str = current_app.config["ALLIANCE"].address
    return base.rstrip("/") + url_for("exchange.agreement", number=leg.number)


class Code:
    """A QR code as one path on a square of `size` modules."""

    def __init__(self, text: str) -> None:
        made = segno.make(text, error="m", micro=False)
        runs = []
        for y, line in enumerate(made.matrix):
            x = 0
            while x < len(line):
                width = 1
                while x + width < len(line) and line[x + width] == line[x]:
                    width += 1
                if line[x]:
                    runs.append(f"M{x} {y}h{width}v1h-{width}z")
                x += width
        self.path = "".join(runs)
        self.size = len(made.matrix)

    @property
    def svg(self) -> str:
        """As a picture of its own."""
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}"><path d="{self.path}"/></svg>'


def code_of(text: str) -> Code:
    return Code(text)


def words(leg: Leg) -> dict[str, Any]:
    """All that the letter says, in Chinese, as it goes into a file."""
    side = Case(db.session, leg, me(), clock.now()).side
    terms = visible(leg, side)[-1]
    content = terms.content
    asked = leg.requested_at or terms.at
    day = clock.local(asked).date()
    spans = periods_of(terms) if leg.choice is None else [(leg.starts_at or asked, leg.ends_at or asked)]
    periods = [spoken_range(start, end, "zh", today=day) for start, end in spans]
    bearers = [
        (label, codes.label("cost_bearer", content[name], "zh"))
        for name, label in (("transport_by", "运输"), ("fuel_by", "油料"), ("meals_by", "餐食"), ("lodging_by", "住宿"))
        if content.get(name)
    ]
    duty = roster(db.session, [leg.owner_id], clock.local(clock.now()).date()).holder(leg.owner_id, "A")
    handler = leg.first_handler or duty
    return {
        "number": leg.number,
        "owner": leg.owner.name,
        "borrower": leg.borrower.name,
        "resource": leg.lines[0].resource.title,
        "code": leg.lines[0].resource.code,
        "activity": leg.agreement.title,
        "kind": codes.label("activity_type", leg.agreement.activity_type, "zh"),
        "benefit": codes.label("purpose", leg.agreement.benefit, "zh")
        if leg.agreement.benefit in codes.get("purpose")
        else "公益性",
        "periods": periods,
        "place": content["place"],
        "audience": f"{content['audience']:,}",
        "sessions": content.get("sessions", 1),
        "bearers": "，".join(f"{what}由{who}承担" for what, who in bearers),
        "contact": f"{content['contact_name']}，{content['contact_phone']}",
        "handler": f"{handler.name}（{'首问责任人' if leg.first_handler is not None else 'A角'}），{handler.phone}"
        if handler
        else leg.owner.phone,
        "promise": f"{codes.label('distance_class', leg.distance_class, 'zh')}事项{leg.limit_days}个工作日内答复"
        if leg.limit_days
        else "",
        "date": spoken_date(day, "zh", today=date.min, weekday=False),
        "address": address(leg),
    }


def pdf(told: dict[str, Any]) -> bytes:
    """The letter set by Typst. Raises Unavailable where its fonts were not built."""
    if not any(FONTS.glob("*.ttf")):
        raise Unavailable(_("打印字体还没有安装，暂时不能生成PDF；请先用网页上的打印。"))
    picture = told.pop("qr")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "letter.typ"
        source.write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        (Path(folder) / "code.svg").write_text(picture, encoding="utf-8")
        made = typst.compile(
            str(source),
            root=folder,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(told, ensure_ascii=False)},
        )
    return bytes(made)


def slip_rows(leg: Leg) -> list[tuple[str, str, str]]:
    """Items of the slip: as handed over once that was done, else the usual ones of the kind, left open."""
    report = db.session.query(Report).filter_by(leg_id=leg.id, kind="hand_over").order_by(Report.id).first()
    if report is not None:
        rows = [
            (
                one["item"],
                str(one["counted"]),
                "，".join(part for part in (codes.label("condition", one["condition"], "zh"), one.get("note")) if part),
            )
            for one in report.items
        ]
    else:
        rows = [(item, str(count), "") for item, count in usual(leg.lines[0].resource.kind)]
    return [*rows, *[("", "", "")] * max(0, LEAST_ROWS - len(rows))]
