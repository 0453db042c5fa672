"""The delivery receipt 回执单: what took place, how many came, who received it; to be stamped on the spot."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from alliance import clock
from alliance.db import db
from alliance.errors import Conflict
from alliance.exchange import present
from alliance.exchange.labels import FIGURE_LABELS
from alliance.exchange.models import Leg, Report
from alliance.exchange.papers import stations
from alliance.exchange.papers.letter import words
from alliance.exchange.papers.setting import address, answer, in_chinese, page, printed
from alliance.exchange.routes import bp
from alliance.exchange.table import ACTIONS
from alliance.exchange.words import called as sides_of
from alliance.exchange.words import deeds
from alliance.permissions import guarded
from alliance.web import Answer
from alliance.worktime import spoken_moment

OPEN = "＿＿＿＿"
SATISFIED = "群众满意度：□很满意　□满意　□一般　□不满意"


@bp.get("/<number>/receipt")
@guarded("agreement.read")
def receipt(number: str) -> Answer:
    """As a page that prints."""
    return page(told(due(number)), _("回执单"), "exchange.receipt_pdf")


@bp.get("/<number>/receipt.pdf")
@guarded("agreement.read")
def receipt_pdf(number: str) -> Answer:
    """As PDF."""
    return answer(told(due(number)), f"{number}-receipt")


def due(number: str) -> Leg:
    """The leg; raises Conflict before it is agreed."""
    leg = printed(number)
    if leg.state not in present.JOINED:
        raise Conflict(_("还没有定下来，定下来以后才有回执单。"), ways=())
    return leg


def told(leg: Leg) -> dict[str, Any]:
    """What it says, as data: before the return with room to write."""
    said = words(leg)
    query = sa.select(Report).where(Report.leg_id == leg.id, Report.kind.in_(("send_back", "check_in"))).order_by(Report.id)
    made = {report.kind: report for report in db.session.scalars(query)}
    with in_chinese():
        called = {"owner": str(sides_of(leg).owner), "borrower": str(sides_of(leg).borrower)}
    sides = [(called["owner"], said["owner"]), (called["borrower"], said["borrower"])]
    seconded = leg.agreement.is_secondment
    facts = [("活动", said["activity"]), ("资源", f"{said['resource']}（{said['code']}）"), *sides]
    facts += [("时间", said["periods"][0]), *([] if said["stops"] else [("地点", said["place"])])]
    with in_chinese():
        figures = [(str(label), number) for label, number in numbers(made.get("send_back"), seconded=seconded)]
        people = [
            (str(present.worded(ACTIONS[name], leg)[0]) if name in deeds(leg) else usual, signed(made.get(name)))
            for name, usual in (("send_back", "送还填报"), ("check_in", "验收"))
        ]
        rated = [(f"{called[one.side]}评价", f"{one.stars}星 {one.comment}".strip()) for one in leg.ratings]
    return {
        "title": "轮训回执单" if seconded else "活动回执单",
        "number": leg.number,
        "sections": [
            {"head": "", "facts": facts, "table": None, "lines": []},
            *stations.signed_for(said["stops"]),
            {"head": "实际完成", "facts": figures, "table": None, "lines": [] if "send_back" in made or seconded else [SATISFIED]},
            {"head": "经办", "facts": people + rated, "table": None, "lines": []},
        ],
        "signs": ["接收单位（盖章）", "带教老师", f"{said['borrower']}经办人"]
        if seconded
        else ["接待单位（盖章）", "接待单位经办人", f"{said['borrower']}经办人"],
        "address": address(leg.number, "exchange.handing"),
        "caption": "扫码填报",
        "foot": f"编号 {leg.number}。请{'接收' if seconded else '接待'}单位核对后盖章，拍照上传。",
    }


def numbers(report: Report | None, *, seconded: bool = False) -> list[tuple[Any, str]]:
    """Sessions, attendances and what else was counted; lines to write on before that."""
    if report is None:
        wanted = ("training_days", "training_hours") if seconded else ("sessions", "attendances")
        return [(FIGURE_LABELS[name], OPEN) for name in wanted]
    return [(FIGURE_LABELS.get(name, name), f"{value:,g}") for name, value in report.figures.items()]


def signed(report: Report | None) -> str:
    """Who confirmed it and when."""
    if report is None:
        return OPEN
    return f"{report.person.name}，{spoken_moment(report.at, 'zh', today=clock.local(report.at).date())}"
