"""The stops of a tour on paper: each with its time, its place and who is in charge there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from alliance.exchange import stops
from alliance.worktime import spoken_range

HEAD = ("站", "时间", "地点", "现场负责人")
WIDTHS = (1, 6, 5, 5)
"""How wide each of them is on paper, beside the others."""


def rows(content: Mapping[str, Any], today: date) -> list[list[str]]:
    """A row for each; none for what is no tour."""
    return [
        [
            str(rank),
            spoken_range(*stops.span(one), "zh", today=today),
            "，".join(part for part in (one["place"], one.get("address")) if part),
            " ".join(stops.contact(one, content)),
        ]
        for rank, one in enumerate(stops.of(content), 1)
    ]


def section(found: list[list[str]]) -> list[dict[str, Any]]:
    """The same as part of a paper; nothing for what is no tour."""
    return _part(HEAD, found, WIDTHS)


def signed_for(found: list[list[str]]) -> list[dict[str, Any]]:
    """The same with room to write what took place at each, and to sign for it."""
    return _part((*HEAD[:3], "场次、人次", "签收"), [[*row[:3], "", ""] for row in found], (2, 12, 9, 5, 4))


def _part(head: tuple[str, ...], found: list[list[str]], widths: tuple[int, ...]) -> list[dict[str, Any]]:
    table = {"head": list(head), "rows": found, "widths": list(widths)}
    return [{"head": "各站", "facts": [], "table": table, "lines": []}] if found else []


def places(content: Mapping[str, Any]) -> str:
    """All places in one line, each with whoever is in charge there alone."""
    return "、".join(one["place"] + _in_charge(one) for one in stops.of(content))


def _in_charge(stop: Mapping[str, Any]) -> str:
    name, phone = stops.contact(stop, {})
    return f"（现场负责人{name}，{phone}）" if name else ""
