"""What a licence allows and against what it is checked: the listing's rules, the asset's rights, other licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.archive.grants import CentreGrant
from alliance.archive.models import Asset
from alliance.catalogue.models import Resource
from alliance.errors import Conflict
from alliance.exchange.check import Check
from alliance.exchange.models import Agreement, Leg, Line, Terms
from alliance.exchange.request_form import day_of
from alliance.worktime import spoken_date

STANDS = ("confirmed", "in_use")


def fits(resource: Resource, asked: Mapping[str, Any], back: datetime) -> Iterator[Check]:
    """Whether the listing and the rights behind it allow what is asked for until then."""
    asset, wanted = resource.asset, asked.get("use")
    if asset is None:
        return
    if not asset.is_listed or not asset.rights_hold or asset.record_visibility == "own_centre":
        yield Check("bad", _("这件档案的版权或公开状态不允许授权。"), _("请先与对方馆联系。"))
    if wanted and wanted not in (may := uses(resource)):
        locale = str(get_locale())
        names = _("、").join(codes.label("allowed_use", use, locale) for use in may) or _("没有列出")
        title = _("不能用于%(use)s。", use=codes.label("allowed_use", wanted, locale))
        yield Check("bad", title, _("可用于：%(uses)s。", uses=names))
    until = _rights_end(resource, asset)
    last = clock.local(back - timedelta(seconds=1)).date()
    if until is not None and until < last:
        title = _("授权只能到%(day)s。", day=spoken_date(until, str(get_locale()), weekday=False))
        yield Check("bad", title, _("对方馆自己的权利或许可到那天为止，请改早结束的日期。"))
    elif until is not None or not asset.is_embargoed:
        yield Check("ok", _("用途和期限在许可之内。"))


def usual(resource: Resource) -> dict[str, Any]:
    """What the form for a file says before anybody writes in it: a use that is allowed, how its owner wants to be named."""
    if resource.kind != "media":
        return {}
    credit = resource.details.get("credit_line") or f"{resource.owner.name} · {resource.title}"
    return {"way": "licence", "use": next(iter(uses(resource)), ""), "credit": str(credit)[:200]}


def uses(resource: Resource) -> list[str]:
    """What both the listing and the rights in the record allow; an empty list of either allows all."""
    asset = resource.asset
    said = [set(one) for one in (resource.details.get("allowed_uses"), asset.allowed_uses if asset else ()) if one]
    known = (code for code, _label in codes.get("allowed_use").choices("zh"))
    return [use for use in known if all(use in one for one in said)]


def _rights_end(resource: Resource, asset: Asset) -> date | None:
    """The last day on which the owner itself may let others use it."""
    ends = (day_of(resource.details.get("licence_until")), asset.licence_until, asset.consent_until, asset.lease_until)
    return min((end for end in ends if end is not None), default=None)


def refuse_second(session: Session, leg: Leg, period: tuple[datetime, datetime], content: Mapping[str, Any]) -> None:
    """Raise Conflict where this one, or one that stands in that time, is exclusive; the caller has locked the listing."""
    numbers = [line.resource_id for line in leg.lines]
    query = (
        sa.select(Leg, Terms.content)
        .join(Line, Line.leg_id == Leg.id)
        .join(Agreement, Agreement.id == Leg.agreement_id)
        .join(Terms, sa.and_(Terms.leg_id == Leg.id, Terms.version == Leg.terms_version))
        .where(Line.resource_id.in_(numbers), Agreement.kind == "licence", Leg.id != leg.id)
        .where(sa.or_(Leg.state.in_(STANDS), sa.and_(Leg.state == "disputed", Leg.disputed_from.in_(STANDS))))
        .where(Leg.starts_at < period[1], Leg.ends_at > period[0])
    )
    for other, said in session.execute(query):
        if "yes" in (content.get("exclusive"), said.get("exclusive")):
            raise Conflict(_("这段时间已授权给%(who)s，独家授权不能重叠。", who=other.borrower.short_name))


def differences(session: Session) -> list[str]:
    """Where what is open is not what the licences say; empty when all is well."""
    query = (
        sa.select(Leg, CentreGrant.id, CentreGrant.revoked_at)
        .join(Agreement, Agreement.id == Leg.agreement_id)
        .outerjoin(CentreGrant, CentreGrant.leg_id == Leg.id)
        .where(sa.or_(Agreement.kind == "licence", CentreGrant.id.is_not(None)))
    )
    found = []
    for leg, grant, revoked in session.execute(query.order_by(Leg.id)):
        runs = leg.standing == "in_use"
        if runs != (grant is not None and revoked is None):
            found.append(f"leg {leg.id}: {leg.state}, but its grant of the file is {'open' if not runs else 'missing or shut'}")
    return found
