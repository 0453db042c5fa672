"""数字资源: a listing that names one asset of the archive and adds the rules of sharing; the asset owns its record and file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance import codes
from alliance.catalogue.kinds import shared
from alliance.catalogue.kinds.field import Fact, Field, Group, Kind
from alliance.catalogue.kinds.show import ends, labels
from alliance.worktime import spoken_date

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource

ASSET = Group(
    "asset",
    _l("档案条目"),
    (
        Field(
            name="asset",
            label=_l("档案编号"),
            type="asset",
            required=True,
            longest=20,
            hint=_l("本馆数字档案中的编号，如DA-00017；题名、责任者、版权等以档案条目为准。"),
            columns=("编号", "档案号"),
        ),
    ),
)

USE = Group(
    "use",
    _l("使用规则"),
    (
        Field(
            name="allowed_uses",
            label=_l("允许的用途"),
            type="codes",
            codes="allowed_use",
            required=True,
            search="facet",
            columns=("用途",),
        ),
        Field(name="licence_until", label=_l("许可使用至"), type="date", hint=_l("空着为不限期；不晚于档案条目上授权的期限。")),
        Field(
            name="credit_line", label=_l("署名要求"), longest=200, hint=_l("如：禾丰县文化馆供片，编导周某。"), columns=("署名",)
        ),
        Field(name="terms", label=_l("使用须知"), type="long", longest=1000, columns=("须知", "预约须知")),
    ),
)


def record(resource: Resource, locale: str) -> list[tuple[str, str]]:
    """What the asset's record says, for facts and page; empty where it says nothing."""
    asset = resource.asset
    if asset is None:
        return []
    rows = [
        (_("题名"), asset.title),
        (_("责任者"), asset.creator),
        (_("其他责任者"), "、".join(asset.contributors)),
        (_("年代"), asset.created_text or (str(asset.year) if asset.year else "")),
        (_("媒体类型"), labels("media_type", [asset.type], locale) if asset.type in codes.get("media_type") else asset.type),
        (_("语言"), labels("language", [asset.language], locale)),
        (_("来源"), asset.source),
        (_("关联"), asset.relation),
        (_("涉及地区"), asset.place_text),
        (_("涉及时期"), asset.period),
        (_("版权状态"), labels("rights_status", [asset.rights_status], locale)),
        (_("权利人"), asset.rights_holder),
        (_("授权至"), spoken_date(asset.licence_until, locale, weekday=False) if asset.licence_until else ""),
    ]
    return [(label, value) for label, value in rows if value]


def facts(resource: Resource, locale: str) -> list[Fact]:
    """Type, year, who made it, where the rights stand, what it may be used for."""
    told = dict(record(resource, locale))
    held = resource.asset is None or resource.asset.rights_hold
    return [
        *ends(_("许可"), resource.details.get("licence_until")),
        Fact(_("媒体类型"), told.get(_("媒体类型"), "")),
        Fact(_("年代"), told.get(_("年代"), "")),
        Fact(_("责任者"), told.get(_("责任者"), "")),
        Fact(_("版权"), told.get(_("版权状态"), ""), "" if held else "bad"),
        Fact(_("可用于"), labels("allowed_use", resource.details.get("allowed_uses") or (), locale)),
        Fact(_("语言"), told.get(_("语言"), "")),
    ]


def notes(resource: Resource) -> dict[str, str]:
    """Whether the rights of the asset still hold."""
    if resource.asset is not None and not resource.asset.rights_hold:
        return {"asset": _("版权不明或授权已到期，文件不对外提供")}
    return {}


CHECKLIST = (
    ("record", _l("档案条目已发布，题名、责任者、日期齐全")),
    ("rights", _l("版权状态明确，授权在期限内")),
    ("performers", _l("表演者同意齐全，未成年人有监护人同意")),
    ("uses", _l("允许的用途不超过授权")),
    ("credit", _l("署名要求写明")),
    ("rules", _l("共享范围与文件访问范围一致")),
)

MEDIA = Kind(
    "media",
    _l("数字资源"),
    "media",
    "SZ",
    (
        shared.changed(shared.BASICS, quantity={"most": 10_000, "hint": _l("同时可以给几家使用。")}),
        ASSET,
        USE,
        shared.PLACE,
        shared.SHARING,
    ),
    facts,
    notes,
    CHECKLIST,
    exclusive=False,
)
