"""What the acceptance of a loan is to hold (两单三视频): receipt, programme, clips or photos, sessions and attendances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.errors import Invalid
from alliance.exchange.models import Leg, Report

FILED = ("send_back", "supplement")
"""The reports that bring it."""
SHOWN = frozenset({"performance", "folk_event", "ich_show", "exchange_visit", "outreach", "contest"})
"""Activities that have a programme."""
LEAST = 3
FIELDS = {"receipt": "receipts", "programme": "programmes", "photo": "photos", "clip": "clips"}
LABELS: dict[str, Any] = {
    "figures": _l("场次和人次"),
    "receipts": _l("回执单"),
    "programmes": _l("节目单"),
    "footage": _l("录像或照片"),
}
SENTENCES: dict[str, Any] = {
    "receipts": _l("还没有回执单：当地盖章或签字的回执，拍照即可。"),
    "programmes": _l("还没有节目单。"),
    "footage": _l("录像或照片一共至少三份。"),
}


@dataclass(frozen=True)
class Piece:
    """One part of it: how many there are and must be."""

    name: str
    label: Any
    count: int
    least: int

    @property
    def is_there(self) -> bool:
        return self.count >= self.least


def pieces(leg: Leg, counts: Mapping[str, int], *, told: bool = True) -> list[Piece]:
    """All parts, the required ones with how many there must be; `told`: sessions and attendances are filled in."""
    if leg.agreement.is_secondment:  # nobody saw a show; what counts is how long it was
        return [Piece("figures", LABELS["figures"], int(told), 1)]
    programme = 1 if leg.agreement.activity_type in SHOWN else 0
    return [
        Piece("figures", LABELS["figures"], int(told), 1),
        Piece("receipts", LABELS["receipts"], counts.get("receipts", 0), 1),
        Piece("programmes", LABELS["programmes"], counts.get("programmes", 0), programme),
        Piece("footage", LABELS["footage"], counts.get("photos", 0) + counts.get("clips", 0), LEAST),
    ]


def counted(reports: Iterable[Report]) -> Counter[str]:
    """How many files of each field came with the return and after it."""
    return Counter(FIELDS[one.kind] for made in reports if made.kind in FILED for one in made.photos if one.kind in FIELDS)


def of(leg: Leg, reports: Iterable[Report]) -> list[Piece]:
    """What is there once the thing was sent back; nothing before."""
    made = list(reports)
    return pieces(leg, counted(made)) if any(one.kind == "send_back" for one in made) else []


def lacking(leg: Leg, reports: Iterable[Report]) -> list[str]:
    """The names of what is still missing."""
    return [piece.name for piece in of(leg, reports) if not piece.is_there]


def spoken(names: Iterable[str]) -> str:
    """Those names in words."""
    return str(_("、")).join(str(LABELS[name]) for name in names if name in LABELS)


def demand(leg: Leg, inputs: Mapping[str, Any]) -> None:
    """All that is missing, told in one go; raises Invalid with a sentence for each field."""
    counts = {name: len(inputs.get(name) or ()) for name in FIELDS.values()}
    missing = [piece.name for piece in pieces(leg, counts) if not piece.is_there]
    if missing:
        fields = {("photos" if name == "footage" else name): SENTENCES[name] for name in missing}
        raise Invalid(_("验收材料还缺：%(what)s。一次补齐，或勾选“材料随后补交”先办这一步。", what=spoken(missing)), fields)
