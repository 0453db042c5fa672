"""The letter of request 借用函: one page of A4, the same on screen and on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, render_template

from alliance import clock, codes
from alliance.db import db
from alliance.exchange.case import Case, periods_of
from alliance.exchange.models import Leg
from alliance.exchange.papers.setting import address, answer, code_of, printed
from alliance.exchange.present import visible
from alliance.exchange.routes import bp
from alliance.people.onduty import roster
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_date, spoken_range


@bp.get("/<number>/letter")
@guarded("agreement.read")
def letter(number: str) -> Answer:
    """As a page."""
    g.here = "agreements"
    leg = printed(number)
    return render_template("exchange/letter.html", leg=leg, words=words(leg), qr=code_of(address(leg.number)))


@bp.get("/<number>/letter.pdf")
@guarded("agreement.read")
def letter_pdf(number: str) -> Answer:
    """As PDF."""
    return answer(words(printed(number)), number, "letter")


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
        "place": "、".join(one["place"] for one in content.get("stops", [])) or content["place"],
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
        "address": address(leg.number),
    }
