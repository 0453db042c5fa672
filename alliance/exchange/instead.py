"""Another listing of the owner's in place of the one asked for: chosen in an offer, known to the borrower once it is sent.

The terms say it as `substitute`: id, code and title, and the same of what was asked `for`. Until the last step of approval
the lines keep it beside what both sides know (`Line.offered`); from then on they lend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, lazyload

from alliance.catalogue import occupancy
from alliance.catalogue.busy import busy_between
from alliance.catalogue.kinds import kind_of
from alliance.catalogue.models import Resource
from alliance.catalogue.weekdays import unusual
from alliance.errors import Conflict, Invalid
from alliance.exchange import series, sessions
from alliance.exchange.alternatives import fit
from alliance.exchange.case import Case, Period
from alliance.exchange.dates import where
from alliance.exchange.listing import why_not
from alliance.exchange.models import Leg

MOST = 30


def candidates(case: Case) -> list[Resource]:
    """The owner's other listings of the kind that this borrower may ask for, the most alike first."""
    there = case.leg.lines[0].resource
    query = sa.select(Resource).where(Resource.owner_id == case.leg.owner_id, Resource.kind == there.kind)
    query = query.where(Resource.state == "published", Resource.id != there.id).order_by(Resource.title, Resource.id)
    found = [one for one in case.session.scalars(query) if _serves(case, one)]
    return sorted(found, key=lambda one: -fit(there, one))[:MOST]


def options(case: Case) -> list[tuple[str, str]]:
    """The candidates as (code, title and whether it is free on the first choice of dates); one that is free comes first."""
    if case.leg.state == "draft" or not (found := candidates(case)):
        return []
    if not kind_of(found[0]).exclusive or case.leg.agreement.is_tour:
        return [(one.code, one.title) for one in found]
    busy = _busy(case, found)
    found.sort(key=lambda one: one.id in busy)
    return [(one.code, _("%(title)s · %(free)s", title=one.title, free=_said_of(case, one, busy))) for one in found]


def _said_of(case: Case, thing: Resource, busy: frozenset[int]) -> str:
    """Whether it can be had on the first choice of dates, and whether these are among its days."""
    if thing.id in busy:
        return str(_("首选日期有冲突"))
    return str(_("不是平时有空的日子") if unusual(thing.details, *_times(case)[0]) else _("首选日期空闲"))


def free(case: Case) -> list[Resource]:
    """Those that could be offered on the first choice of dates, before what was asked for is declined."""
    found = candidates(case)
    busy = _busy(case, found) if found else frozenset()
    return [one for one in found if one.id not in busy]


def _busy(case: Case, found: Sequence[Resource]) -> frozenset[int]:
    """Which listings cannot be had on the first choice of dates; of what comes back every week at any of its times."""
    place = where(case.session, found[0], case.terms.content)
    return frozenset().union(*(busy_between(case.session, *span, place=place) for span in _times(case)))


def _times(case: Case) -> list[Period]:
    return series.each(case.period(1), series.count(case.terms.content))


def people(case: Case) -> list[tuple[str, str]]:
    """Whose consent can be recorded: the one who is asked for, or who may be offered instead."""
    others = candidates(case) if case.leg.state != "draft" else []
    return [(one.code, one.title) for one in (case.leg.lines[0].resource, *others)]


def consented(case: Case) -> Resource | None:
    """Who else of the owner's has agreed to come."""
    other = case.leg.consent is not None and case.consent_of != case.resource.id
    return case.session.get(Resource, case.consent_of) if other else None


def chosen(case: Case, code: str, field: str) -> Resource:
    """The listing of that code, if it can take the place of what is asked for, or is that. Raises Invalid."""
    there = case.leg.lines[0].resource
    found = next((one for one in (there, *candidates(case)) if one.code == code), None)
    if found is None:
        raise Invalid(_("请选本馆同类、这家馆可以借的资源。"), {field: _("请另选一项。")})
    return found


def named(session: Session, leg: Leg, inputs: Mapping[str, Any]) -> list[Resource]:
    """What an action names beside what its leg has, to be locked with it."""
    code = inputs.get("substitute")
    if not isinstance(code, str) or not code:
        return []
    query = sa.select(Resource).where(Resource.code == code.strip(), Resource.owner_id == leg.owner_id)
    return list(session.scalars(query.options(lazyload(Resource.owner))))


# Terms -------------------------------------------------------------------


def offered(case: Case, thing: Resource) -> dict[str, Any]:
    """The owner's version is about `thing`, for itself as yet; the content that says so."""
    known = case.leg.lines[0].resource
    asked = (case.terms.content.get("substitute") or {}).get("for") or _said(known)
    told = _there(case, thing)
    if thing is not case.resource:
        _let_go(case)
    for line in case.leg.lines:
        line.offered = thing if thing is not known else None
    return {"substitute": {**_said(thing), "for": asked} if thing.id != asked["id"] else None} | told


def sent(case: Case) -> dict[str, Any]:
    """What was only offered is from now on what is lent; how the event tells it. Raises Conflict where it is not lent any more."""
    thing = case.resource
    if thing is case.leg.lines[0].resource:
        return {}
    if thing.state != "published":
        raise Conflict(_("%(title)s现在不外借，不能再换成它。", title=thing.title))
    told = {"in_place_of": case.leg.lines[0].resource.title, "substitute": thing.title}
    for line in case.leg.lines:
        line.resource, line.offered = thing, None
    return told


def restored(case: Case) -> dict[str, Any]:
    """The borrower wants what it had asked for after all: content that says so. Raises Invalid if it is that, or not to be had."""
    standing = case.terms.content.get("substitute")
    if not standing:
        raise Invalid(_("现在谈的就是原来申请的资源。"), {"original": _("不用再选。")})
    first = case.session.get_one(Resource, standing["for"]["id"])
    if refusal := why_not(first, case.leg.borrower):
        raise Invalid(refusal, {"original": _("原来申请的现在借不到。")})
    _let_go(case)
    there = _there(case, first)
    for line in case.leg.lines:
        line.resource, line.offered = first, None
    return {"substitute": None} | there


def kept(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a form that is filled in anew does not know of."""
    return {"substitute": content["substitute"]} if content.get("substitute") else {}


def of(leg: Leg, content: Mapping[str, Any]) -> tuple[str, str]:
    """Title and code of what some terms of the leg are about, whatever was offered since."""
    told = [one.content["substitute"]["for"] for one in leg.terms if one.content.get("substitute")]
    named = content.get("substitute") or (told[0] if told else _said(leg.lines[0].resource))
    return named["title"], named["code"]


def titles(content: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What some terms are about, where they or others beside them name a substitute; else empty."""
    mine, beside = content.get("substitute"), other.get("substitute")
    return str(mine["title"] if mine else beside["for"]["title"] if beside else "")


def _said(thing: Resource) -> dict[str, Any]:
    return {"id": thing.id, "code": thing.code, "title": thing.title}


def _there(case: Case, thing: Resource) -> dict[str, Any]:
    """Where it takes place, if that was in the hall which another one stands for now."""
    if thing.kind != "venue" or case.terms.content.get("place") != case.resource.title:
        return {}
    return {"place": thing.title, "address": thing.address} | {
        name: getattr(thing, name) for name in ("lat", "lng", "division_code")
    }


def _let_go(case: Case) -> None:
    """What was kept of the other listing, its time and its sessions."""
    occupancy.release(case.session, leg_id=case.leg.id)
    sessions.let_go(case.session, case.leg)


def _serves(case: Case, thing: Resource) -> bool:
    """A troupe is seconded nowhere; all else is a question of who may ask."""
    is_troupe = thing.kind == "talent" and thing.details.get("talent_kind") == "troupe"
    return not (case.leg.agreement.is_secondment and is_troupe) and why_not(thing, case.leg.borrower) is None
