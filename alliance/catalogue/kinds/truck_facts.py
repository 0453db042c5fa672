"""What decides about a truck, what follows from its figures, and the numbers of its drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from alliance.catalogue.kinds.field import Fact, Values
from alliance.catalogue.kinds.show import ends, figure, labels, times

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource

M = "m"
TALL = 3.8
MARGIN = 0.2
"""Metres to leave under the lowest bar on the road."""


def _power(details: Values, locale: str) -> str:
    if "generator" in (details.get("power") or ()) and details.get("generator_kw"):
        return str(_("自带%(kw)s", kw=figure(details["generator_kw"], "kW")))
    return labels("power", details.get("power") or (), locale)


def facts(resource: Resource, locale: str) -> list[Fact]:
    """Papers that end soon, then deck, clear height, road height, power, ground, set-up, licence."""
    details = resource.details
    height = details.get("height_m")
    road = f"≥ {figure(height + MARGIN, M)}" if height else ""
    return [
        *ends(_("年检"), details.get("inspection_until")),
        *ends(_("保险"), details.get("insurance_until")),
        Fact(_("台面"), times(details, M, "deck_width_m", "deck_depth_m")),
        Fact(_("净高"), figure(details.get("clear_height_m"), M)),
        Fact(_("过路限高"), road, "warn" if height and height >= TALL else ""),
        Fact(_("供电"), _power(details, locale)),
        Fact(_("场地"), times(details, M, "site_length_m", "site_width_m")),
        Fact(_("展开"), _setup(details)),
        Fact(_("准驾车型"), labels("licence_class", [details.get("licence_class")], locale)),
    ]


def _setup(details: Values) -> str:
    if not details.get("setup_min"):
        return ""
    if details.get("crew") is None:
        return str(_("%(minutes)s分钟", minutes=details["setup_min"]))
    return str(_("%(minutes)s分钟，%(crew)s人", minutes=details["setup_min"], crew=details["crew"]))


def notes(resource: Resource) -> dict[str, str]:
    """What follows from a figure, told beside it."""
    details, told = resource.details, {}
    if (height := details.get("height_m")) and height >= TALL:
        told["length_m"] = told["height_m"] = _("注意限高：沿途须在%(height)s以上", height=figure(height + MARGIN, M))
    if power := details.get("generator_kw"):
        told["generator_kw"] = _("演出用电建议不超过%(power)s", power=figure(round(power * 0.8, 1), "kW"))
    if opened := details.get("opened_height_m"):
        told["overhead_m"] = _("含展开后高%(opened)s，另留1 m", opened=figure(opened, M))
    for name in ("insurance_until", "inspection_until"):
        for fact in ends("", details.get(name), within=90):
            told[name] = fact.value
    return told


def sketch(resource: Resource) -> dict[str, float] | None:
    """Metres for the drawing to scale; None until the figures that it needs are there."""
    details = resource.details
    needed = ("deck_width_m", "deck_depth_m", "length_m", "width_m", "height_m")
    if any(not details.get(name) for name in needed):
        return None
    drawn = {name: float(details[name]) for name in needed}
    for name in ("proscenium_width_m", "clear_height_m", "deck_height_m", "opened_height_m"):
        if details.get(name):
            drawn[name] = float(details[name])
    return drawn | {"road_m": round(drawn["height_m"] + MARGIN, 2)}
