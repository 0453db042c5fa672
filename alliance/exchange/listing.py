"""Whether a centre may ask for a listing at all."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance.catalogue import procured
from alliance.catalogue.kinds.show import today
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.places import within_scope
from alliance.worktime import spoken_date

EXCLUSIVE = ("talent", "venue", "stage_truck")


def barred(borrower: Centre) -> Any:
    """The sentence on a centre that may not borrow for a while; None where it may."""
    if borrower.barred_until is None:
        return None
    day = spoken_date(borrower.barred_until, str(get_locale() or "zh"))
    return _("%(centre)s暂停借入，到%(day)s为止；已定的照常办，借出不受影响。", centre=borrower.short_name, day=day)


def why_not(resource: Resource, borrower: Centre) -> Any:
    """The sentence that refuses, or None."""
    owner = resource.owner
    if owner.id == borrower.id:
        return _("这是贵馆自己的资源。")
    if not (owner.is_active and borrower.is_active):
        return _("有一方馆已停用，不能办理新的借用。")
    if refusal := barred(borrower):
        return refusal
    if resource.kind == "media" and resource.asset is None:
        return _("这项数字资源没有档案条目，不能授权。")
    if resource.state != "published":
        return _("这项资源现在不外借。")
    if procured.is_counted(resource) and (refusal := _kept(resource)):
        return refusal
    if not within_scope(resource.share_scope, owner.division_code, borrower.division_code):  # type: ignore[arg-type]
        return _("贵馆不在这项资源的共享范围内。")
    if resource.who_may_ask == "main_centres" and borrower.role not in ("hub", "main"):
        return _("这项资源只接受中心馆和总馆的申请，请由总馆提出。")
    if resource.who_may_ask == "own_branches" and borrower.parent_id != owner.id:
        return _("这项资源只借给本馆的分馆和服务点。")
    return None


def _kept(resource: Resource) -> Any:
    """Why a bought programme goes to nobody else."""
    if resource.details.get("transferable") is False:
        return _("采购合同不许转给别的馆，这个节目只在本馆演。可以找类似的节目。")
    last = procured.until(resource)
    if last is not None and last < today():
        return _("这个节目的采购合同已到期，不能再约。可以找类似的节目。")
    return None
