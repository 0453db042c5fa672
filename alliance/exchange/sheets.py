"""The list that is counted at a hand-over: what stands on it, what was typed, what goes into the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from alliance import codes
from alliance.errors import Invalid
from alliance.exchange import handover
from alliance.exchange.case import Case
from alliance.exchange.controls import number_of
from alliance.exchange.labels import CHECKLISTS, FIGURES, SECONDED_FIGURES, SENT_FIGURES
from alliance.exchange.models import Line, Report
from alliance.forms import printable

MOST = 200
WRITTEN = ("hand_over",)
"""Where the list itself is written; elsewhere it is the one that was handed over."""


@dataclass(frozen=True)
class Row:
    """One item: how many there should be, whether it agrees, else what differs."""

    item: str
    expected: str = ""
    state: str = ""
    counted: str = ""
    condition: str = ""
    note: str = ""
    error: str = ""


def rows_for(case: Case, action: str) -> list[Row]:
    """The list to start from: the one it went out with last time, else that of the kind; what was handed over, or is still out."""
    if action in WRITTEN:
        listed = last_time(case) or usual(case.resource.kind) or [(handover.thing(case), 1)]
        return [Row(item, str(count)) for item, count in listed]
    counts = handover.outstanding(case) if action == "check_in" else handover.handed(case)
    return [Row(item, str(count)) for item, count in counts.items()]


def last_time(case: Case) -> list[tuple[str, int]]:
    """What stood on the list when the same thing was handed over last."""
    same = sa.select(Line.leg_id).where(Line.resource_id == case.resource.id)
    query = sa.select(Report.items).where(Report.kind == "hand_over", Report.leg_id.in_(same), Report.leg_id != case.leg.id)
    items = case.session.scalar(query.order_by(Report.id.desc()).limit(1)) or []
    return [(one["item"], count) for one in items if (count := one.get("expected") or one["counted"])]


def usual(kind: str) -> list[tuple[str, int]]:
    """What stands on the list of that kind; in Chinese, as people would write it."""
    with force_locale("zh_Hans"):
        return [(str(item), count) for item, count in CHECKLISTS.get(kind, ())]


def rows_wanted(rows: Sequence[Row]) -> list[Row]:
    """With so many empty ones more as the address asks for: what was kept on the device has them filled in."""
    wanted = min(number_of(request.args.get("rows")) or 0, MOST)
    return [*rows, *[Row("", "1")] * (wanted - len(rows))]


def rows_typed() -> list[Row]:
    """The rows as they were posted."""
    rows = []
    for number in range(MOST):
        if f"row-{number}-item" not in request.form:
            break
        given = {
            name: printable(request.form.get(f"row-{number}-{name}", ""))[:200].strip()
            for name in ("item", "expected", "state", "counted", "condition", "note")
        }
        rows.append(Row(**given))
    return rows


def before(case: Case, action: str) -> dict[str, dict[str, Any]]:
    """What the other side wrote of each item, or what was handed over; nothing where the list is written first."""
    kinds = {"receive": ("hand_over",), "send_back": ("hand_over", "receive"), "check_in": ("hand_over", "send_back")}
    return {one["item"]: one for made in case.reports(*kinds.get(action, ())) for one in made.items} if action in kinds else {}


def beside(case: Case, action: str) -> dict[str, str]:
    """The same in words, to stand beside what is counted now."""
    locale = str(get_locale())
    labels = {"hand_over": _("交出时"), "receive": _("收到时"), "send_back": _("送还时")}
    kinds = {"receive": ("hand_over",), "send_back": ("receive",), "check_in": ("hand_over", "send_back")}.get(action, ())
    told: dict[str, list[str]] = {}
    for made in case.reports(*kinds) if kinds else ():
        for one in made.items:
            state = codes.label("condition", one.get("condition") or "good", locale)
            said = [str(one["counted"]), state, one.get("note") or ""]
            words = str(_("，")).join(part for part in said if part)
            told.setdefault(one["item"], []).append(f"{labels[made.kind]} {words}")
    return {item: str(_("；")).join(lines) for item, lines in told.items()}


Known = Mapping[str, Mapping[str, Any]]


def items_of(
    rows: Sequence[Row], *, optional: bool = False, capped: bool = False, known: Known = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The items of a report, `known` as they were before; Invalid, with the rows told, where a row says nothing or too little,
    or, where it is `capped`, that more came back than went out."""
    checked = [_checked(row, optional, capped) for row in rows if row.item]
    if any(row.error for row in checked):
        raise Refused(checked)
    return [_item(row, known.get(row.item, {})) for row in checked if row.state]


class Refused(Invalid):
    """Some rows of the list do not hold; they carry their sentences."""

    def __init__(self, rows: list[Row]) -> None:
        faults = {f"row-{n}-state": row.error for n, row in enumerate(rows) if row.error}
        super().__init__(_("清单还没有核完，已填的内容都还在。"), faults)
        self.rows = rows


def _checked(row: Row, optional: bool, capped: bool) -> Row:
    expected, counted = number_of(row.expected), number_of(row.counted)
    if row.state not in ("good", "differs"):
        return row if optional else replace(row, error=_("“%(item)s”请选“完好”或“有出入”。", item=row.item))
    if (row.expected and expected is None) or (row.counted and counted is None):
        return replace(row, error=_("“%(item)s”的数量请填数字。", item=row.item))
    if capped and row.state == "differs" and (counted or 0) > (expected if expected is not None else 1):
        return replace(row, error=_("“%(item)s”应有 %(n)s，实数不能更多。", item=row.item, n=row.expected or 1))
    if row.state == "differs" and not row.note and counted in (None, expected) and row.condition in ("", "good"):
        return replace(row, error=_("“%(item)s”有出入，请写明数量、状况或说明。", item=row.item))
    return row


def _item(row: Row, known: Mapping[str, Any]) -> dict[str, Any]:
    """What agrees is as it was handed over, old scratches and all."""
    expected, counted = number_of(row.expected), number_of(row.counted)
    if row.state == "good":
        condition = known.get("condition") or "good"
        return {"item": row.item, "expected": expected, "counted": 1 if expected is None else expected, "condition": condition}
    counted = counted if counted is not None else 1 if expected is None else expected
    fallback = "missing" if expected is not None and counted < expected else "worn"
    condition = row.condition if row.condition in codes.get("condition") and row.condition != "good" else fallback
    return {"item": row.item, "expected": expected, "counted": counted, "condition": condition, "note": row.note}


def figures_for(kind: str, action: str) -> tuple[tuple[str, Any, Any], ...]:
    """What is counted beside the list: mileage and fuel of a truck; at the return, who came along and where it was."""
    if kind == "secondment":
        return SECONDED_FIGURES if action == "send_back" else ()
    return (*(SENT_FIGURES if action == "send_back" else ()), *FIGURES.get(kind, ()))


def figures_typed(kind: str, action: str) -> dict[str, str]:
    """Those figures that were filled in."""
    wanted = [name for name, _label, _unit in figures_for(kind, action)]
    return {name: text for name in wanted if (text := printable(request.form.get(f"figure-{name}", "")).strip())}
