"""What the pages of the boards show of an entry and of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.boards import matching
from alliance.boards.asked import WITHIN
from alliance.boards.forms import SCOPES, EntryForm, NeedForm
from alliance.boards.models import Entry
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import present
from alliance.exchange.labels import Ask
from alliance.exchange.listing import EXCLUSIVE
from alliance.exchange.models import Leg
from alliance.forms import printable
from alliance.people.models import Person
from alliance.permissions import may
from alliance.places import county_code
from alliance.places.rows import divisions
from alliance.worktime import spoken_date, spoken_days

KINDS = {"talent": _l("人才"), "venue": _l("场馆"), "stage_truck": _l("流动舞台车")}
STATES = {
    "draft": (_l("草稿"), ""),
    "published": (_l("征集中"), "wait"),
    "lapsed": (_l("已到期"), ""),
    "met": (_l("已有着落"), "ok"),
    "closed": (_l("已撤下"), ""),
}
REACH = {"county": _l("本县"), "city": _l("本市"), "province": _l("本省"), "alliance": _l("全联盟")}
MONTHS = 8
ASKED = {
    "title": Ask(_l("标题")),
    "kind": Ask(_l("要哪一种")),
    "art_form": Ask(_l("门类")),
    "activity_type": Ask(_l("活动类型")),
    "purpose": Ask(_l("用途")),
    "resource": Ask(_l("哪项资源")),
    "starts_on": Ask(_l("从哪天")),
    "ends_on": Ask(_l("到哪天")),
    "answer_by": Ask(_l("应答截止")),
    "division_code": Ask(_l("地区")),
    "place": Ask(_l("地点")),
    "audience": Ask(_l("预计人数")),
    "facts": Ask(_l("说明")),
    "costs": Ask(_l("预算和费用承担")),
    "scope": Ask(_l("可见范围")),
    "contact_name": Ask(_l("联系人")),
    "contact_phone": Ask(_l("联系电话")),
}
"""What the form of an entry asks, to name what is wrong in it."""
ANSWERED = {
    "resource": Ask(_l("用哪项资源")),
    "starts_at": Ask(_l("开始")),
    "ends_at": Ask(_l("结束")),
    "conditions": Ask(_l("条件")),
    "note": Ask(_l("附言")),
}
"""What the form of an answer asks."""


def row(entry: Entry, person: Person) -> dict[str, Any]:
    """An entry as a line of the board."""
    locale, far = str(get_locale()), matching.distance(person.centre, entry.centre)
    today = clock.local(clock.now()).date()
    return {
        "entry": entry,
        "url": url_for("boards.entry", number=entry.number),
        "centre": present.called(entry.centre, locale),
        "kind": KINDS[entry.kind],
        "art_form": codes.label("art_form", entry.art_form, locale) if entry.art_form else "",
        "dates": spoken_days(entry.starts_on, entry.ends_on, locale, today=today),
        "answer_by": spoken_date(entry.answer_by, locale, today=today),
        "far": f"{far:.0f} km" if far else "",
        "state": state(entry),
        "is_ours": any(one.id == entry.centre_id for one in person.centres),
    }


def state(entry: Entry) -> tuple[Any, str]:
    """In words, with its tone; a supply is not looked for but offered."""
    word, tone = STATES[entry.standing]
    return (_("可约") if entry.side == "supply" and entry.standing == "published" else word), tone


def choices(session: Session) -> dict[str, Any]:
    """The lists of the forms and filters."""
    locale, first = str(get_locale()), clock.local(clock.now()).date().replace(day=1)
    months = [first]
    while len(months) < MONTHS:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    return {
        "kinds": [(kind, KINDS[kind]) for kind in EXCLUSIVE],
        "reach": [(scope, REACH[scope]) for scope in SCOPES],
        "months": [(f"{one:%Y-%m}", _month(one)) for one in months],
        "distances": [(str(n), _("%(n)s km以内", n=n)) for n in WITHIN],
        "areas": _areas(session),
        "codes_of": lambda name: [(one.id, one.label(locale)) for one in codes.get(name) if not one.retired],
    }


def _month(day: date) -> str:
    return str(format_date(day, "yyyy年M月" if str(get_locale()) != "en" else "MMMM yyyy"))


def _areas(session: Session) -> list[tuple[str, str]]:
    """The divisions in which member centres are, each county once."""
    names, found = divisions(session), sorted({county_code(code) for code in session.scalars(sa.select(Centre.division_code))})
    return [(code, names.name(code) or code) for code in found]


def ours(session: Session, person: Person) -> list[tuple[str, str]]:
    """The listings that the person's centre can put on the board."""
    query = sa.select(Resource).where(Resource.owner_id == (person.centre.id if person.centre else 0))
    query = query.where(Resource.state == "published", Resource.kind.in_(EXCLUSIVE)).order_by(Resource.kind, Resource.id)
    return [(one.code, one.title) for one in session.scalars(query).unique()]


def listing(one: Resource, free: bool, locale: str) -> str:
    """A listing of ours as a choice."""
    title = one.title_en if locale == "en" and one.title_en else one.title
    return f"{title}{_('·')}{_('整段有空') if free else _('有的日子已有安排')}"


def start(person: Person, args: Mapping[str, str]) -> dict[str, Any]:
    """A fresh form, prefilled from the address: title, kind, art_form, resource, from, to."""
    today, centre = clock.local(clock.now()).date(), person.centre
    values = {name: printable(args.get(name, ""))[:60] for name in ("title", "kind", "art_form", "resource") if name in args}
    first = printable(args.get("from", ""))[:10]
    return {
        "division_code": centre.division_code if centre else "",
        "contact_name": person.name,
        "contact_phone": person.phone,
        "answer_by": str(today + timedelta(days=7)),
        "starts_on": first,
        "ends_on": printable(args.get("to", ""))[:10] or first,
        "activity_type": "performance",
        "scope": "alliance",
    } | values


def typed(entry: Entry) -> dict[str, Any]:
    """An entry as it would have been typed."""
    values = {name: getattr(entry, name) for name in (*EntryForm.model_fields, *NeedForm.model_fields) if hasattr(entry, name)}
    return values | {"resource": entry.resource.code if entry.resource else "", "pledge": "1"}


def page(session: Session, person: Person, entry: Entry) -> dict[str, Any]:
    """An entry with what the reader may see of its answers."""
    is_ours = "owner_staff" in entry.relations(person)
    owners = [one.id for one in person.centres]
    fits = is_ours or (entry.side == "need" and may(person, "entry.answer", entry))
    return {
        "row": row(entry, person),
        "entry": entry,
        "is_ours": is_ours,
        "answers": [_answer(one.leg, person, entry) for one in entry.answers if _is_shown(one.leg, person)],
        "may_answer": entry.is_open and may(person, "entry.answer", entry),
        "may_edit": is_ours and entry.state in ("draft", "published") and not entry.answers and entry.centre.is_active,
        "may_close": is_ours and entry.state in ("draft", "published"),
        "fits": matching.could_meet(session, entry, owners=() if is_ours else owners)
        if fits and entry.side == "need" and entry.standing in ("draft", "published")
        else [],
        "meets": [row(one, person) for one in matching.met_by(session, person, entry)]
        if is_ours and entry.side == "supply"
        else [],
        "reach": REACH[entry.scope],
        "called": present.called,
    }


def _is_shown(leg: Leg, person: Person) -> bool:
    """The sides of a leg see it once it is theirs to see; nobody else does."""
    return not leg.relations(person).isdisjoint({"party"})


def _answer(leg: Leg, person: Person, entry: Entry) -> dict[str, Any]:
    """An answer as a row of the comparison."""
    locale, thing = str(get_locale()), leg.lines[0].resource
    side = "owner" if leg.owner_id in {one.id for one in person.centres} else "borrower"
    known = present.visible(leg, side)
    far = matching.distance(entry.centre, thing)
    rating = _("%(mean).1f分（%(n)s条）", mean=thing.rating or 0, n=thing.rating_count) if thing.rating_count else _("还没有评价")
    accepts = leg.state == "offered" and "borrower_staff" in leg.relations(person) and entry.state == "published"
    return {
        "leg": leg,
        "title": thing.title_en if locale == "en" and thing.title_en else thing.title,
        "centre": present.called(leg.owner if entry.side == "need" else leg.borrower, locale),
        "url": url_for("exchange.agreement", number=leg.number),
        "dates": present.days_of(leg, side),
        "far": f"{far:.0f} km" if far is not None else "",
        "conditions": _("；").join(present.conditions_of(known[-1].content, locale)) if known else "",
        "rating": rating,
        "state": present.state_of(leg, locale),
        "accept": url_for("exchange.prepare", number=leg.number, action="accept_offer") if accepts else "",
    }
