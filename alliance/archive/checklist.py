"""What a reviewer goes through before an asset is published: the same for all, and what its type asks besides."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.archive.models import Asset
from alliance.errors import Invalid

SHORTEST = 5
Items = tuple[tuple[str, Any], ...]
Marks = Mapping[str, Mapping[str, Any]]
"""Item of the checklist -> {"ok": bool, "note": str}."""
COMMON: Items = (
    ("record", _l("题名、说明、时间、门类与文件相符")),
    ("rights", _l("版权状态有依据，授权期限填了")),
    ("private", _l("画面和文字里没有电话、住址、证件号")),
    ("people", _l("表演者同意的范围和期限齐全，未成年人有监护人同意")),
    ("reach", _l("条目和文件的公开范围、开放和收回的日子合适")),
)
BY_TYPE: dict[str, Items] = {
    "moving_image": (("whole", _l("画面和声音完整，没有无关的台标和广告")), ("music", _l("伴奏和背景音乐的版权有依据"))),
    "sound": (("whole", _l("录音完整，听得清")), ("speech", _l("口述涉及他人隐私的，已经处理"))),
    "still_image": (("faces", _l("能认出的人知情，孩子的正面照有监护人同意")),),
    "text": (("pages", _l("页码连续，字迹可读")), ("authors", _l("整理者、译者和插图作者都署了名"))),
    "dataset": (("columns", _l("字段有说明，没有个人信息")),),
    "interactive_resource": (("works", _l("打得开，各部分都能用")),),
}


def items(asset: Asset) -> Items:
    """The list for an asset of this type."""
    return COMMON + BY_TYPE.get(asset.type, ())


def checked(asset: Asset, marks: Marks) -> dict[str, dict[str, Any]]:
    """The list as marked; what was not marked is not ticked."""
    found = {}
    for key, _label in items(asset):
        mark = marks.get(key, {})
        found[key] = {"ok": bool(mark.get("ok")), "note": " ".join(str(mark.get("note", "")).split())[:300]}
    return found


def demand_ticked(asset: Asset, marks: Marks) -> dict[str, dict[str, Any]]:
    """The list as marked; raises Invalid with each item that is not ticked."""
    found = checked(asset, marks)
    fault = str(_("没有勾选，不能发布。核对无误请勾选，否则写明后退回。"))
    if unticked := {f"ok.{key}": fault for key, mark in found.items() if not mark["ok"]}:
        raise Invalid(_("逐项核对之后才能发布。"), unticked)
    return found


def demand_words(asset: Asset, marks: Marks, remarks: str) -> str:
    """All that is to be changed in one text: the notes by item, then the remarks; raises Invalid when that says nothing."""
    labels = dict(items(asset))
    notes = [f"{labels[key]}：{mark['note']}" for key, mark in checked(asset, marks).items() if mark["note"]]
    words = remarks.strip()
    if not notes and len(words) < SHORTEST:
        raise Invalid(_("请写明要改什么。"), {"remarks": _("请把要改的一次写全，至少 5 个字。")})
    return "\n".join([*notes, *([words] if words else [])])[:4000]
