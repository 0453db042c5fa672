"""Condition reports side by side: what one side gave, what the other got, where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from alliance import codes
from alliance.exchange.labels import FIGURE_LABELS
from alliance.exchange.models import Report


def compared(given: Report | None, got: Report | None, locale: str) -> list[tuple[str, str, str, str, str]]:
    """Both sides' counts item by item: (item, given, received, word, tone); only a difference has a tone."""
    left_, right = _by_item(given), _by_item(got)
    rows = []
    for item in dict.fromkeys([*left_, *right]):
        one, other = left_.get(item), right.get(item)
        if given is None or got is None:
            word, tone = "", ""
        elif one is not None and other is not None and _same(one, other):
            word, tone = _("一致"), ""
        else:
            word, tone = _("不一致"), "wait"
        rows.append((item, _counted(one, locale) if given else "", _counted(other, locale) if got else "", word, tone))
    return rows


def figures_of(report: Report | None) -> list[tuple[Any, str]]:
    """Mileage, fuel, sessions … of a report."""
    return [
        (FIGURE_LABELS.get(name, name), f"{value:,g}") for name, value in (report.figures if report is not None else {}).items()
    ]


def _by_item(report: Report | None) -> dict[str, Mapping[str, Any]]:
    return {one["item"]: one for one in report.items} if report is not None else {}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["counted"] == other["counted"] and one.get("condition", "good") == other.get("condition", "good"))


def _counted(one: Mapping[str, Any] | None, locale: str) -> str:
    if one is None:
        return str(_("没有列"))
    parts = [str(one["counted"]), codes.label("condition", one.get("condition", "good"), locale), one.get("note") or ""]
    return str(_("，")).join(part for part in parts if part)


def pairs(reports: Sequence[Report], locale: str) -> list[dict[str, Any]]:
    """The reports two by two, as they answer each other: handing over and receiving, sending back and checking in."""
    by_kind: dict[str, list[Report]] = {}
    for made in reports:
        by_kind.setdefault(made.kind, []).append(made)
    found = []
    for kind, other, title in (
        ("hand_over", "receive", _("交接清单，两方各填")),
        ("send_back", "check_in", _("归还清单，两方各填")),
    ):
        first, second = by_kind.get(kind, []), by_kind.get(other, [])
        for rank in range(max(len(first), len(second))):
            one = first[rank] if rank < len(first) else None
            two = second[rank] if rank < len(second) else None
            rows = compared(one, two, locale)
            found.append(
                {
                    "id": f"{kind}-{rank + 1}",
                    "title": title,
                    "one": one,
                    "two": two,
                    "rows": rows,
                    "differences": sum(bool(row[4]) for row in rows),
                }
            )
    return found
