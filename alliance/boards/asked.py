"""How a board is narrowed down, read from its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alliance.exchange.listing import EXCLUSIVE
from alliance.forms import EARLIEST, LATEST, printable

WITHIN = (50, 100, 200)


@dataclass(frozen=True)
class Asked:
    """Kind of thing, division code, first day of a month, kilometres; nothing is no condition."""

    kind: str = ""
    area: str = ""
    month: date | None = None
    within: int = 0

    @property
    def conditions(self) -> dict[str, Any]:
        return {"kind": self.kind, "area": self.area, "month": self.month, "within": self.within}

    @property
    def narrows(self) -> bool:
        return any(self.conditions.values())


def read(args: Mapping[str, str]) -> Asked:
    """What holds of it; the rest is left out."""
    kind, area = args.get("kind", ""), printable(args.get("area", ""))
    within = args.get("within", "")
    return Asked(
        kind if kind in EXCLUSIVE else "",
        area if len(area) == 6 and area.isascii() and area.isdecimal() else "",
        _month(args.get("month", "")),
        next((one for one in WITHIN if str(one) == within), 0),
    )


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return found if found is not None and EARLIEST <= found <= LATEST else None
