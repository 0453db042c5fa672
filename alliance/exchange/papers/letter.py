"""The letter of request 借用函: one page of A4, the same on screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import g, render_template

from alliance import clock, codes
from alliance.db import db
from alliance.exchange import instead, series, stops
from alliance.exchange.case import Case, periods_of
from alliance.exchange.models import Leg, Terms
from alliance.exchange.papers import stations
from alliance.exchange.papers.setting import address, answer, code_of, printed
from alliance.exchange.present import visible
from alliance.exchange.routes import bp
from alliance.exchange.table import OPEN
from alliance.people.onduty import roster
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_date

BEARERS = {"owner": "贵馆", "borrower": "我单位"}
"""In a letter from one to the other."""


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


def _written(leg: Leg, side: str) -> Terms:
    """Until both have agreed what the borrower asks for, whatever it was offered since; then what was agreed, and was sent."""
    known = visible(leg, "borrower") or visible(leg, side)
    asked = [terms for terms in known if terms.side == "borrower"]
    return asked[-1] if asked and leg.state in OPEN - {"agreed"} else known[-1]


def words(leg: Leg) -> dict[str, Any]:
    """All that the letter says, in Chinese, as it goes into a file; an owner's version that was not sent is in no letter."""
    side = Case(db.session, leg, me(), clock.now()).side
    terms = _written(leg, side)
    content, (title, code) = terms.content, instead.of(leg, terms.content)
    asked = leg.requested_at or terms.at
    day = clock.local(asked).date()
    spans = periods_of(terms) if leg.choice is None else [(leg.starts_at or asked, leg.ends_at or asked)]
    periods = [series.said(span, content, "zh", day) for span in spans]
    bearers = [
        (label, BEARERS.get(content[name]) or codes.label("cost_bearer", content[name], "zh"))
        for name, label in (("transport_by", "运输"), ("fuel_by", "油料"), ("meals_by", "餐食"), ("lodging_by", "住宿"))
        if content.get(name)
    ]
    duty = roster(db.session, [leg.owner_id], clock.local(clock.now()).date()).holder(leg.owner_id, "A")
    handler = leg.first_handler or duty
    about = {
        "resource": title,
        "code": code,
        "activity": leg.agreement.title,
        "place": "、".join(one["place"] for one in content.get("stops", [])) or content["place"],
        "when": periods[0] + (f"；如有不便，备选：{periods[1]}" if len(periods) > 1 else ""),
    }
    return {
        **_put(leg, content, about | {"place": stations.places(content) or about["place"]}),
        "number": leg.number,
        "owner": leg.owner.name,
        "borrower": leg.borrower.name,
        **about,
        "periods": periods,
        "stops": stations.rows(content, day),
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


def _put(leg: Leg, content: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    """What it is about and what it asks for: a thing is borrowed, a person invited, or taken in at a post."""
    code = f"“{about['resource']}”（{about['code']}）"
    if leg.agreement.is_secondment:
        mentor = "，".join(content[name] for name in ("mentor", "mentor_role") if content.get(name))
        return {
            "subject": f"关于{about['resource']}轮训挂职的函",
            "asks": [
                f"我单位拟接收贵馆人员轮训挂职：{about['activity']}，地点：{about['place']}，岗位：{content['post']}，带教：{mentor}。",
                f"现商请贵馆派{code}到我单位，时间：{about['when']}。",
                f"轮训内容：{content['learning'].rstrip('。')}。",
            ],
            "pledge": "轮训期间由我单位安排工作和指导，提供必要的工作和安全条件，期满如实填报天数或课时。",
        }
    agreement = leg.agreement
    benefit = codes.label("purpose", agreement.benefit, "zh") if agreement.benefit in codes.get("purpose") else "公益性"
    kind = codes.label("activity_type", content.get("activity_type") or agreement.activity_type, "zh")
    figures = f"预计{stops.audience(content):,}人，共{content.get('sessions', 1)}场（次）"
    held = f"我单位拟举办“{about['activity']}”（{kind}，{benefit}），地点：{about['place']}，{figures}。"
    by_swap = "以互换方式" if agreement.kind == "swap" else ""
    if leg.lines[0].resource.kind == "talent":
        return {
            "subject": f"关于邀请{about['resource']}的函",
            "asks": [held, f"现{by_swap}邀请贵馆{code}，时间：{about['when']}。"],
            "pledge": "活动期间由我单位负责接待和现场安全，妥善保管随带器材；器材如有损坏，按联盟章程修复或补偿。",
        }
    return {
        "subject": f"关于借用{about['resource']}的函",
        "asks": [held, f"现{by_swap}借用贵馆{code}，时间：{about['when']}。"],
        "pledge": "使用期间由我单位负责保管和安全；如有损坏，按联盟章程修复或补偿。",
    }
