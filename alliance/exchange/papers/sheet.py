"""The hand-over sheet 交接单: two slips with the seam between, to be cut apart; its code leads to the page on the phone."""

from __future__ import annotations

from typing import Any

from flask import g, render_template

from alliance import codes
from alliance.db import db
from alliance.exchange.models import Leg, Report
from alliance.exchange.papers import stations
from alliance.exchange.papers.letter import words
from alliance.exchange.papers.setting import address, answer, code_of, printed
from alliance.exchange.routes import bp
from alliance.exchange.sheets import usual
from alliance.permissions import guarded
from alliance.web import Answer

LEAST_ROWS = 6
HEAD = ("物品", "数量", "交出时状况", "收讫", "归还")
OF_PEOPLE = ("人员、物品", "数量", "出发时状况", "到达", "返回")


def head(leg: Leg) -> tuple[str, ...]:
    """Over its columns: people arrive and return."""
    return OF_PEOPLE if leg.lines[0].resource.kind == "talent" else HEAD


def ends(leg: Leg) -> tuple[str, str]:
    """Who gives and who takes, as they sign."""
    return ("派出方", "接待方" if not leg.agreement.is_secondment else "接收方") if head(leg) is OF_PEOPLE else ("交出方", "接收方")


@bp.get("/<number>/sheet")
@guarded("agreement.read")
def sheet(number: str) -> Answer:
    """As a page."""
    g.here = "agreements"
    leg = printed(number)
    where = address(leg.number, "exchange.handing")
    told = words(leg) | {"address": where, "head": head(leg), "ends": ends(leg), "title": title(leg), "stations": stations.HEAD}
    return render_template("exchange/sheet.html", leg=leg, words=told, qr=code_of(where), rows=slip_rows(leg))


@bp.get("/<number>/sheet.pdf")
@guarded("agreement.read")
def sheet_pdf(number: str) -> Answer:
    """As PDF, one sheet for both sides to sign."""
    return answer(told(printed(number)), f"{number}-sheet")


def told(leg: Leg) -> dict[str, Any]:
    """What it says, as data."""
    said = words(leg)
    gives, takes = ends(leg)
    facts = [(gives, said["owner"]), (takes, said["borrower"]), ("时间", said["periods"][0])]
    facts += [] if said["stops"] else [("地点", said["place"])]
    rows = [[*row, "□" if row[0] else "", "□" if row[0] else ""] for row in slip_rows(leg)]
    return {
        "title": f"{said['resource']} 交接单",
        "number": leg.number,
        "sections": [
            {"head": "", "facts": facts, "table": None, "lines": []},
            *stations.section(said["stops"]),
            {"head": "", "facts": [], "table": {"head": list(head(leg)), "rows": rows}, "lines": []},
        ],
        "signs": [f"{gives}经办人（{said['owner']}）", f"{takes}经办人（{said['borrower']}）"],
        "address": address(leg.number, "exchange.handing"),
        "caption": "扫码在手机上填",
        "foot": said["activity"],
    }


def title(leg: Leg) -> str:
    """Of each slip."""
    return "人员到离交接单" if head(leg) is OF_PEOPLE else "物品交接单"


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
