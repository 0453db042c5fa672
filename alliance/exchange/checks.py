"""Does it fit? Road, site, power, audience, papers: hard ones refuse, others warn; each says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.catalogue.kinds import kind_of
from alliance.catalogue.kinds.show import labels
from alliance.catalogue.models import Resource
from alliance.catalogue.weekdays import unusual
from alliance.exchange import licensed
from alliance.exchange.check import Check
from alliance.exchange.request_form import day_of

__all__ = ["Check", "fits", "hard_faults", "uncovered"]

Details = Mapping[str, Any]
ROAD_SPARE = 0.2
OVERHEAD_SPARE = 1.0
SITE_SPARE = 2.0
POWER_SHARE = 0.8
PEOPLE_PER_M2 = 1.5
PERMIT_FROM = 1_000
CITY_PERMIT_FROM = 5_000


def hard_faults(resource: Resource, content: Mapping[str, Any], now: datetime) -> list[str]:
    """The sentences of every hard check that fails for what the terms say."""
    ends = [datetime.fromisoformat(choice["ends_at"]) for choice in content["choices"]]
    return [f"{check.title} {check.text}".strip() for check in fits(resource, content, max(ends)) if check.tone == "bad"] + (
        [_("所选日期已经过去。")] if all(datetime.fromisoformat(c["starts_at"]) <= now for c in content["choices"]) else []
    )


def uncovered(resource: Resource, back: datetime) -> list[str]:
    """The sentences of every paper, or right, of the owner's that ends before `back`."""
    found = licensed.fits(resource, {}, back) if resource.kind == "media" else _papers(resource.details, back)
    return [f"{check.title} {check.text}".strip() for check in found if check.tone == "bad"]


def fits(resource: Resource, asked: Mapping[str, Any], back: datetime) -> list[Check]:
    """All checks of the thing against the site, the show and the papers; `back` is when it returns."""
    details = resource.details
    found = list(_number(resource, asked))
    if resource.kind == "stage_truck":
        found += [*_road(details, asked), *_site(details, asked), *_driver(details, asked)]
    found += _way(resource, asked)
    if resource.kind == "media":
        return [*found, *licensed.fits(resource, asked, back)]
    found += [*_stage(details, asked), *_power(resource, asked), *_audience(resource, asked), *_papers(details, back)]
    return found


def usual_days(resource: Resource, period: tuple[datetime, datetime], name: str) -> Iterator[Check]:
    """Whether the dates are among the days on which the person usually has time."""
    locale = str(get_locale())
    if off := unusual(resource.details, *period):
        title = _("%(name)s日期有%(days)s，不是平时有空的日子。", name=name, days=labels("weekday", off, locale))
        usual = labels("weekday", resource.details["weekdays"], locale)
        yield Check("warn", title, _("平时有空：%(days)s。可以照样申请，由对方馆问本人。", days=usual))


def _way(resource: Resource, asked: Mapping[str, Any]) -> Iterator[Check]:
    """A file is licensed and nothing else; a secondment is a person's."""
    way = asked.get("way") or "loan"
    if (way == "licence") != (resource.kind == "media"):
        yield Check("bad", _("这项资源不能这样申请。"), _("数字资源按授权申请，别的资源借用。"))
    if way == "secondment" and (resource.kind != "talent" or resource.details.get("talent_kind") == "troupe"):
        yield Check("bad", _("轮训挂职只请个人。"), _("团队请选“借用”。"))


def _number(resource: Resource, asked: Details) -> Iterator[Check]:
    wanted = asked.get("quantity") or 1
    if wanted > resource.quantity and kind_of(resource).exclusive:
        yield Check("bad", _("一共只有 %(all)s，要 %(n)s 太多了。", all=resource.quantity, n=wanted), _("请改数量。"))


def _road(details: Details, asked: Details) -> Iterator[Check]:
    height, limit = details.get("height_m"), asked.get("road_height_m")
    if not height:
        return
    need = round(height + ROAD_SPARE, 2)
    if limit is None:
        yield Check("warn", _("沿途限高没有填。"), _("车高 %(h)s m，沿途须在 %(need)s m 以上。", h=height, need=need))
    elif limit < need:
        title = _("沿途限高 %(limit)s m，车过不去。", limit=limit)
        yield Check("bad", title, _("车高 %(h)s m，另留 0.2 m，须在 %(need)s m 以上。", h=height, need=need), _other_site())
    else:
        yield Check("ok", _("沿途限高 %(limit)s m，可以通过。", limit=limit))


def _site(details: Details, asked: Details) -> Iterator[Check]:
    opened, overhead = details.get("opened_height_m"), asked.get("overhead_m")
    if opened and overhead is not None and overhead < opened + OVERHEAD_SPARE:
        title = _("现场上空净高 %(m)s m，不够展开。", m=overhead)
        need = round(opened + OVERHEAD_SPARE, 2)
        yield Check("bad", title, _("展开高 %(h)s m，另留 1 m，须在 %(need)s m 以上。", h=opened, need=need), _other_site())
    elif opened and overhead is None:
        yield Check("warn", _("现场上空净高没有填。"), _("展开高 %(h)s m，上方不能有电线和树枝。", h=opened))
    sizes: list[float] = [details[name] for name in ("opened_length_m", "opened_width_m") if details.get(name)]
    site: list[float] = [asked[name] for name in ("site_length_m", "site_width_m") if asked.get(name)]
    if len(sizes) == len(site) == 2:
        need_l, need_w = (round(size + SITE_SPARE, 2) for size in sorted(sizes, reverse=True))
        long, wide = sorted(site, reverse=True)
        if long < need_l or wide < need_w:
            title = _("场地 %(l)s × %(w)s m 偏小。", l=long, w=wide)
            yield Check("warn", title, _("展开后四周留出 2 m，须有 %(l)s × %(w)s m。", l=need_l, w=need_w), _other_site())
        else:
            yield Check("ok", _("场地 %(l)s × %(w)s m，够展开。", l=long, w=wide))
    elif len(sizes) == 2:
        yield Check("warn", _("场地的长和宽没有填全。"))
    if details.get("ground") == "paved" and asked.get("ground") in ("grass", "soft"):
        yield Check("warn", _("这辆车要求硬化地面。"), _("请选硬化场地，或自备垫板。"), _other_site())


def _driver(details: Details, asked: Details) -> Iterator[Check]:
    if asked.get("driver") == "owner" and details.get("driver_included") is not False:
        return
    wanted = details.get("licence_class")
    if not asked.get("driver_licence"):
        yield Check(
            "bad", _("没有随车驾驶员，须填贵馆驾驶员的准驾车型。"), _("要求 %(c)s。", c=str(wanted).upper()) if wanted else ""
        )
    elif wanted and not _may_drive(asked["driver_licence"], wanted):
        yield Check("bad", _("驾驶员的准驾车型不符。"), _("要求 %(c)s。", c=str(wanted).upper()))


def _may_drive(held: str, wanted: str) -> bool:
    """A2 covers B2 and C1, B2 covers C1."""
    order = ("c1", "b2", "a2")
    return held in order and wanted in order and order.index(held) >= order.index(wanted)


def _stage(details: Details, asked: Details) -> Iterator[Check]:
    width = details.get("deck_width_m") or details.get("proscenium_width_m")
    rows = (
        (_("演出需要的宽度"), asked.get("show_width_m"), width, "bad"),
        (_("演出需要的深度"), asked.get("show_depth_m"), details.get("deck_depth_m") or details.get("stage_depth_m"), "warn"),
        (_("演出需要的高度"), asked.get("show_height_m"), details.get("clear_height_m"), "bad"),
    )
    for label, wanted, there, tone in rows:
        if wanted is not None and there and wanted > there:
            title = _("%(what)s %(wanted)s m，台上只有 %(there)s m。", what=label, wanted=wanted, there=there)
            yield Check("bad" if tone == "bad" else "warn", title)


def _power(resource: Resource, asked: Details) -> Iterator[Check]:
    load = asked.get("load_kw")
    if load is None:
        return
    own = resource.details.get("generator_kw") or resource.details.get("power_kw")
    supply = max((kw for kw in (own, asked.get("power_kw")) if kw), default=None)
    if supply is None:
        yield Check("warn", _("用电 %(kw)s kW，没有填现场电源。", kw=load))
    elif load > POWER_SHARE * supply:
        text = _("可用 %(kw)s kW 的八成是 %(safe)s kW。", kw=supply, safe=round(POWER_SHARE * supply, 1))
        yield Check("warn", _("用电 %(kw)s kW 偏大。", kw=load), text)


def _audience(resource: Resource, asked: Details) -> Iterator[Check]:
    people = asked.get("audience") or 0
    room = sum(resource.details.get(name) or 0 for name in ("seats_fixed", "seats_movable", "standing"))
    if resource.kind == "venue":
        if not room and resource.details.get("area_m2"):
            room = int(resource.details["area_m2"] * PEOPLE_PER_M2)
        if room and people > room:
            yield Check("warn", _("预计 %(n)s 人，这里容纳 %(room)s 人。", n=people, room=room))
    if people >= CITY_PERMIT_FROM:
        yield Check("warn", _("预计 5,000 人以上，须由市级公安机关许可。"), _("大型群众性活动许可由主办方办理。"))
    elif people >= PERMIT_FROM:
        yield Check("warn", _("预计 1,000 人以上，须办大型群众性活动许可。"), _("由主办方向公安机关办理。"))


def _papers(details: Details, back: datetime) -> Iterator[Check]:
    for label, until in ending(details, back):
        title = _("%(what)s %(day)s 到期，早于归还日期。", what=label, day=until.isoformat())
        yield Check("bad", title, _("请改早归还的日期，或等对方续办。"))


def ending(details: Details, moment: datetime) -> list[tuple[str, date]]:
    """The papers that end before that day, with their last day."""
    last = clock.local(moment).date()
    named = (("insurance_until", _("保险")), ("inspection_until", _("年检")))
    found = ((label, day_of(details.get(name))) for name, label in named)
    return [(label, until) for label, until in found if until is not None and until < last]


def _other_site() -> tuple[tuple[Any, str | None], ...]:
    return ((_("换一处场地或进村路线"), "#place"),)
