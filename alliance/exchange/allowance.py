"""A licence in plain words, for its page: what one may do, until when, how to name the source, the file while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock, permissions
from alliance.archive import citation
from alliance.archive.naming import address_of, alliance_name
from alliance.exchange import present
from alliance.exchange.case import Case
from alliance.exchange.models import Leg
from alliance.web import me


@dataclass(frozen=True)
class Allowed:
    """`file` is empty while the file is shut to the reader."""

    state: tuple[Any, str]
    sentence: str
    rows: list[tuple[Any, str]]
    cite: str
    file: str
    record: str


def allowed(case: Case, content: Mapping[str, Any]) -> Allowed:
    """What the terms in force let the borrower do, and whether they do it now."""
    leg, asset = case.leg, case.resource.asset
    opens = asset is not None and asset.file_id is not None and permissions.may(me(), "asset.open", asset)
    runs = leg.state == "in_use" and leg.ends_at is not None and leg.ends_at > clock.now()
    return Allowed(
        _state(leg, runs),
        _sentence(leg, content),
        _rows(content),
        citation.national(asset, alliance=alliance_name(), address=address_of(asset)) if asset is not None else "",
        url_for("archive.file", code=asset.code, download=1)
        if asset is not None and opens and (runs or case.side == "owner")
        else "",
        url_for("portal.asset", code=asset.code) if asset is not None and permissions.may(me(), "asset.read", asset) else "",
    )


def _state(leg: Leg, runs: bool) -> tuple[Any, str]:
    if runs:
        return _("文件已开放"), "ok"
    given = leg.state in ("in_use", "closed")
    return (_("文件已关闭"), "stop") if given else (_("文件还没有开放"), "wait")


def _sentence(leg: Leg, content: Mapping[str, Any]) -> str:
    locale = str(get_locale())
    if leg.state == "closed" or (leg.state == "in_use" and leg.ends_at is not None and leg.ends_at <= clock.now()):
        over = _("授权已收回，不能再用。") if leg.ended_reason else _("授权已到期，不能再用。")
        return str(over) + " " + str(_("已下载的副本请删除；下面是原来授权的内容。"))
    words = {
        "who": present.called(leg.borrower),
        "dates": present.dates_of(leg, "owner" if leg.choice else "borrower"),
        "use": present.said("use", content.get("use"), locale),
        "where": present.said("territory", content.get("territory"), locale),
    }
    return str(_("%(who)s可以在%(dates)s用于%(use)s，地域限%(where)s；到期文件自动关闭。", **words))


def _rows(content: Mapping[str, Any]) -> list[tuple[Any, str]]:
    locale = str(get_locale())
    said = {name: present.said(name, content.get(name), locale) for name in ("channels", "exclusive", "onward", "credit")}
    labels = (_("渠道"), _("是否独家"), _("转授权"), _("署名"))
    return [(label, str(value)) for label, value in zip(labels, said.values(), strict=True) if value]
