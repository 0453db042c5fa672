"""What a listing has to fulfil before others may see it, and what a change of it means."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from alliance import codes
from alliance.catalogue import kinds
from alliance.catalogue.kinds import Faults
from alliance.catalogue.kinds.show import today
from alliance.catalogue.models import Resource

PHOTOS = {"stage_truck": 3}
CONSENT = frozenset(
    {"consent_on", "consent_method", "consent_scope", "consent_until", "minor", "guardian_name", "guardian_consent_on"}
)
PLAIN = frozenset({"length_m", "generator_kw", "power_kw", "overhead_m"})
"""Notes that only say what follows from a figure."""
PAPER_ENDS = ("insurance_until", "inspection_until")


def width(scope: str) -> int:
    """How far a sharing scope reaches; -1 for none."""
    ids = codes.get("scope").ids
    return ids.index(scope) if scope in ids else -1


def faults(resource: Resource) -> Faults:
    """What keeps it from being listed: required fields that are empty, and what its kind forbids."""
    found = {field.name: str(_("请填写“%(label)s”。", label=field.label)) for field in kinds.missing(resource)}
    checks = {"talent": _talent, "stage_truck": _truck, "media": _media}
    if resource.kind in checks:
        found = checks[resource.kind](resource) | found
    return found


def _talent(resource: Resource) -> Faults:
    details, found = resource.details, {}
    if details.get("consent_withdrawn_on"):
        found["consent_withdrawn_on"] = _("本人已撤回同意，不能上架。")
    if ended(details.get("consent_until")):
        found["consent_until"] = _("本人同意已到期，请重新取得同意后修改日期。")
    if width(resource.share_scope) > width(details.get("consent_scope") or ""):
        found["share_scope"] = _("共享范围不能大于本人同意公开的范围。")
    return {name: str(text) for name, text in found.items()}


def _truck(resource: Resource) -> Faults:
    sentence = _("已经过期，请续办后修改日期；过期的车不能上架。")
    return {name: str(sentence) for name in PAPER_ENDS if ended(resource.details.get(name))}


def _media(resource: Resource) -> Faults:
    asset = resource.asset
    if asset is None:
        return {}
    if asset.owner_id != resource.owner_id or asset.state != "published":
        return {"asset": str(_("档案条目要先发布，才能在这里共享。"))}
    if not asset.rights_hold:
        return {"asset": str(_("档案条目的版权不明，或授权、同意已到期，不能共享。"))}
    if asset.record_visibility == "own_centre" or (resource.share_scope == "public" and asset.record_visibility != "public"):
        return {"share_scope": str(_("共享范围不能大于档案条目的可见范围。"))}
    return {}


def ended(day: str | None) -> bool:
    """Whether that day is past."""
    return bool(day) and date.fromisoformat(str(day)) < today()


def together(values: Mapping[str, Any]) -> Faults:
    """What holds alone but not together; a draft does not keep it either."""
    found: Faults = {}
    if (values.get("lat") is None) != (values.get("lng") is None):
        name = "lng" if values.get("lng") is None else "lat"
        found[name] = str(_("纬度和经度要一起填。"))
    on, until = values.get("consent_on"), values.get("consent_until")
    if on and until and on > until:
        found["consent_until"] = str(_("同意的到期日早于同意日期。"))
    bought, used = values.get("sessions_bought"), values.get("sessions_used")
    if bought and values.get("acquired_by") not in (None, "", "purchased"):
        found["sessions_bought"] = str(_("只有采购来的才有采购场次，请核对“来源”。"))
    if used and used > (bought or 0):
        found["sessions_used"] = str(_("登记前已用的场次多于采购场次。"))
    return found


def warnings(resource: Resource) -> list[str]:
    """What is worth a thought before submitting, and hinders nothing."""
    found = []
    wanted = PHOTOS.get(resource.kind, 1)
    if resource.kind != "media" and not resource.photos:
        found.append(str(_("还没有照片。看得清的照片能少很多电话。")))
    elif resource.kind != "media" and len(resource.photos) < wanted:
        found.append(str(_("照片还不到%(n)s张。看得清的照片能少很多电话。", n=wanted)))
    if resource.kind == "stage_truck" and not resource.papers:
        found.append(str(_("还没有行驶证、保险单的扫描件（只给成员馆看）。")))
    notes = kinds.kind_of(resource).notes(resource)
    labels = kinds.kind_of(resource).by_name
    told = [(labels[name].label, text) for name, text in notes.items() if name not in PLAIN]
    return found + [str(_("%(label)s：%(text)s", label=label, text=text)) for label, text in told]


def sends_back(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether such a change of what is listed has to be reviewed first: a wider scope, or another consent."""
    wider = width(str(after.get("share_scope"))) > width(str(before.get("share_scope")))
    return wider or any(before.get(name) != after.get(name) for name in CONSENT)
