"""The yearly table as a workbook: the table, what its numbers mean and why a cell is empty, the loans from which it is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.catalogue.exports import Cell, as_workbook
from alliance.exchange.models import Agreement, Leg
from alliance.figures.asked import Asked
from alliance.figures.exchanges import Exchange
from alliance.figures.yearly import COLUMNS, Year, locale, years


def workbook(session: Session, asked: Asked) -> IO[bytes]:
    """Three sheets: the table, what its numbers mean and why a cell is empty, the loans from which it is counted."""
    found = years(session, asked)
    legs = {row.id: row for year in found for row in (*year.lent, *year.borrowed)}
    attended = found[0].attended if found else {}
    table = [_line(year) for year in found]
    return as_workbook(
        [
            (str(_("年度表")), [str(_("馆")), str(_("级别")), str(_("地区")), *(_said(column.label) for column in COLUMNS)], table),
            (str(_("口径与说明")), [str(_("项目")), str(_("有无数字")), str(_("口径或空着的原因"))], _notes(asked)),
            (
                str(_("借用明细")),
                _loan_heads(),
                _loans(session, asked, legs, attended),
            ),
        ]
    )


def _loan_heads() -> list[str]:
    return [
        *(str(_("编号")), str(_("借出馆")), str(_("借入馆")), str(_("活动")), str(_("活动类型"))),
        *(str(_("开始")), str(_("结束")), str(_("状态")), str(_("场次")), str(_("人次"))),
    ]


def _said(label: Any) -> str:
    return str(label() if callable(label) else label)


def _line(year: Year) -> list[Cell]:
    level = codes.label("centre_level", year.place.level, locale()) if year.place.level in codes.get("centre_level") else ""
    area = year.asked.area(year.place.area)
    return [year.place.name, level, area, *(column.of(year) if column.of else None for column in COLUMNS)]


def _notes(asked: Asked) -> list[list[Cell]]:
    yes, no = str(_("有")), str(_("空着"))
    day = clock.local(clock.now()).date().isoformat()
    general: list[list[Cell]] = [
        [str(_("全表")), "", str(_("%(year)s年；%(day)s从平台的记录算出。", year=asked.year, day=day))],
        [str(_("办成的借用")), "", str(_("已确定、没有取消或爽约的借用，算在使用开始的那一年。"))],
        [str(_("上架的资源")), "", str(_("是导出这一天的情形，平台不保存往年的资源表。"))],
    ]
    return general + [[_said(column.label), yes if column.of else no, str(column.source)] for column in COLUMNS]


def _loans(
    session: Session, asked: Asked, legs: Mapping[int, Exchange], attended: Mapping[int, tuple[int, int]]
) -> Iterable[list[Cell]]:
    query = sa.select(Leg.id, Agreement.number, Agreement.title).join(Agreement, Agreement.id == Leg.agreement_id)
    for number, agreement, title in session.execute(query.where(Leg.id.in_(legs)).order_by(Leg.id)):
        row, (sessions, visits) = legs[number], attended.get(number, (None, None))
        days = [clock.local(moment).date().isoformat() if moment else None for moment in (row.starts_at, row.ends_at)]
        activity = codes.label("activity_type", row.activity, locale()) if row.activity in codes.get("activity_type") else ""
        parties = (asked.places[row.owner].name, asked.places[row.borrower].name)
        yield [agreement, *parties, title, activity, *days, codes.label("leg_state", row.state, locale()), sessions, visits]
