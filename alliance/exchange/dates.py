"""Whether the dates that a request names can be had, why not, and what would work; where the thing would be then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import gaps, occupancy
from alliance.catalogue.free import Free, nearest_free
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import series, stops
from alliance.exchange.alternatives import instead_of
from alliance.exchange.case import Case
from alliance.exchange.checks import Check
from alliance.worktime import spoken_minutes, spoken_range

Period = tuple[datetime, datetime]
Way = tuple[Any, str | None]


class Wanted(TypedDict):
    """What a leg wants beside its dates."""

    place: Place | None
    quantity: int


def where(session: Session, resource: Resource, content: Mapping[str, Any]) -> Place | None:
    """The place that a request names, for what has to be brought there; None for what stays where it is."""
    if not gaps.moves(resource) or not any(content.get(name) for name in ("place", "division_code", "lat")):
        return None
    return gaps.placed(
        session, content.get("place") or "", content.get("division_code") or "", content.get("lat"), content.get("lng")
    )


def wanted(case: Case) -> Wanted:
    """Where and how many the terms in force ask for, as occupancies take it."""
    content = case.terms.content
    return {"place": where(case.session, case.resource, content), "quantity": content.get("quantity") or 1}


def stretches(case: Case, period: Period) -> list[tuple[Period, Wanted]]:
    """What is to be taken for these dates: all of it at one place, once or every week, or of a tour each stop at its own."""
    found = stops.of(case.terms.content)
    if not found:
        more = wanted(case)
        return [(one, more) for one in series.each(period, series.count(case.terms.content))]
    quantity = case.terms.content.get("quantity") or 1
    return [(stops.span(one), {"place": where(case.session, case.resource, one), "quantity": quantity}) for one in found]


def obstacles(case: Case, period: Period) -> tuple[occupancy.Clash, ...]:
    """All that stands in the way of these dates; what the leg itself has already does not."""
    asked = stretches(case, period)
    found = (occupancy.clashes(case.session, case.resource, *span, leg_id=case.leg.id, **more) for span, more in asked)
    return tuple(clash for clashes in found for clash in clashes)


def dates(
    session: Session,
    resource: Resource,
    borrower: Centre,
    period: Period,
    name: Any,
    *,
    needed: bool = True,
    place: Place | None,
    quantity: int,
    queue: int,
) -> list[Check]:
    """What is to be said of dates that are called `name`; `queue` others wait for them, without `needed` others would do."""
    start_at, end_at = period
    if start_at <= clock.now():
        return [Check("bad" if needed else "warn", _("%(which)s日期已经过去。", which=name))]
    found = _rules(resource, period, name)
    free = nearest_free(session, resource, *period, place=place, quantity=min(quantity, resource.quantity))
    ways = tuple(_ways(free, start_at))
    if not free.is_open:
        found.append(Check("warn", _("%(which)s时间不在开放时段内。", which=name), "", () if free.clashes else ways))
    if free.clashes:
        others = instead_of(session, resource, borrower, start_at, end_at, place=place)
        text = " ".join(occupancy.say(clash) for clash in free.clashes[:3])
        found.append(Check("warn", _("%(which)s日期有冲突。", which=name), text, ways, others))
    elif queue:
        title = _("%(which)s日期已有 %(n)s 馆在等。", which=name, n=queue)
        found.append(Check("warn", title, _("先受理先审，您可以同时填备选日期。")))
    return found or [Check("ok", _("%(which)s日期空闲。", which=name))]


def again(
    session: Session, resource: Resource, later: Sequence[Period], name: Any, *, place: Place | None, quantity: int
) -> list[Check]:
    """Of what comes back every week the later times that are taken; a word too where none is."""
    found, today = [], clock.local(clock.now()).date()
    for rank, (start, end) in enumerate(later, 2):
        clashes = occupancy.clashes(session, resource, start, end, place=place, quantity=min(quantity, resource.quantity))
        if clashes:
            when = spoken_range(start, end, str(get_locale()), today=today)
            title = _("%(which)s第%(n)s次有冲突：%(when)s。", which=name, n=rank, when=when)
            found.append(Check("warn", title, " ".join(occupancy.say(clash) for clash in clashes[:3])))
    return found or ([Check("ok", _("%(which)s以后各次也空闲，共%(n)s次。", which=name, n=len(later) + 1))] if later else [])


def _rules(resource: Resource, period: Period, name: str) -> list[Check]:
    """What the owner asks of the dates."""
    found, now = [], clock.now()
    days = (clock.local(period[0]).date() - clock.local(now).date()).days
    if resource.lead_days and days < resource.lead_days:
        text = _("要求提前 %(n)s 天，现在只剩 %(left)s 天；对方馆可能来不及。", n=resource.lead_days, left=days)
        found.append(Check("warn", _("%(which)s日期偏近。", which=name), text))
    if resource.longest_days and period[1] - period[0] > timedelta(days=resource.longest_days):
        found.append(Check("warn", _("%(which)s时间超过最长 %(n)s 天。", which=name, n=resource.longest_days)))
    return found


def _ways(free: Free, wished: datetime) -> list[Way]:
    """The nearest dates on either side, the nearer one first, and a shorter stretch."""
    near = sorted((span for span in (free.before, free.after) if span), key=lambda span: (abs(span[0] - wished), span[0] < wished))
    ways = [_way(_("改为最近的空档：%(span)s", span=_spoken(span)), span) for span in near[:1]]
    ways += [_way(_("或改为：%(span)s", span=_spoken(span)), span) for span in near[1:]]
    return ways + ([_way(_("或缩短为：%(span)s", span=_spoken(free.shorter)), free.shorter)] if free.shorter else [])


def _spoken(span: Period) -> str:
    return spoken_range(span[0], span[1], str(get_locale() or "zh"), today=clock.local(clock.now()).date())


def _way(label: Any, span: Period) -> Way:
    local = [clock.local(moment).strftime("%Y-%m-%dT%H:%M") for moment in span]
    return label, f"?starts_at={local[0]}&ends_at={local[1]}"


def journey(resource: Resource, place: Place | None) -> list[Check]:
    """How far it is from where the thing is at home; a word where that cannot be told."""
    if place is None:
        return []
    start = gaps.home(resource)
    going = gaps.way(start, place)
    if going is None:
        title = _("不知道%(place)s的位置，没有算路程。", place=place.name or _("活动地点") if start.point else start.name)
        return [Check("warn", title, _("填上经纬度，才能核对前后两场之间赶不赶得及。"), (((_("补填地点")), "#place"),))]
    locale = str(get_locale() or "zh")
    said = {"start": start.name, "km": f"{going.km:g}", "time": spoken_minutes(going.minutes, locale)}
    title = _("从%(start)s出发，单程约 %(km)s km，路上%(time)s。", **said)
    setting = gaps.handling(resource, resource)
    more = _("路程是估算的。展开和收台另需%(time)s。", time=spoken_minutes(setting, locale))
    text = more if setting else _("路程是估算的。")
    return [Check("ok", title, text), *reach(resource, place)]


def reach(resource: Resource, place: Place | None) -> list[Check]:
    """A word where the place is farther than the owner says it goes."""
    most = float(resource.details.get("max_km") or resource.details.get("travel_km") or 0)
    going = gaps.way(gaps.home(resource), place) if place is not None and most else None
    if going is None or going.km <= most:
        return []
    title = _("离常驻地约 %(km)s km，超出登记的 %(most)s km。", km=f"{going.km:g}", most=f"{most:g}")
    return [Check("warn", title, _("对方馆可能不去这么远，先打个电话问问。"))]
