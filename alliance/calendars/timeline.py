"""联盟时间轴: who has what on which day, over all listings that reach the reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, render_template
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, contains_eager, lazyload

from alliance import clock
from alliance.calendars import spans, taken, wanted
from alliance.calendars.days import days
from alliance.calendars.routes import bp
from alliance.calendars.wanted import DAY, Wanted
from alliance.catalogue import kinds
from alliance.catalogue.availability import midnight
from alliance.catalogue.documents import type_label, type_of
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import condition
from alliance.centres.models import Centre, Membership
from alliance.db import db
from alliance.exchange.listing import why_not
from alliance.permissions import guarded, require
from alliance.places.rows import city_code, divisions, english
from alliance.web import Answer, me
from alliance.worktime import spoken_days

MOST = 200
"""Listings on one page; of more than that the page asks to narrow."""
FREE: Mapping[int, Any] = {1: _l("至少1天"), 2: _l("至少连续2天"), 3: _l("至少连续3天"), 5: _l("至少连续5天"), 7: _l("至少连续7天")}


@dataclass(frozen=True)
class Row:
    """A listing with its spans, as parts/board.html shows it."""

    title: str
    url: str
    note: str
    city: str
    spans: list[spans.Span]


@bp.get("/timeline")
@guarded("timeline.read")
def timeline() -> Answer:
    """Listings and days, narrowed as the address asks."""
    require(me(), "timeline.read")
    g.here = "timeline"
    session, person, locale, asked = db.session, me(), str(get_locale()), wanted.read()
    found, more = rows(session, person, asked, locale)
    places = _places(session, locale)
    today = clock.local(clock.now()).date()
    return render_template(
        "calendars/timeline.html",
        wanted=asked,
        span=spoken_days(asked.first, asked.last, locale, today=today),
        today=today,
        days=days(session, asked.first, asked.count, locale),
        groups=_groups(found, dict(places["areas"])),
        total=len(found),
        more=more,
        kinds=[(name, kinds.KINDS[name].label) for name in wanted.KINDS],
        free=FREE,
        **places,
    )


def rows(session: Session, person: Any, asked: Wanted, locale: str) -> tuple[list[Row], bool]:
    """The listings that reach `person` and fit, with their days, and whether there are more than MOST: three queries."""
    found = session.scalars(_matching(person, asked).limit(MOST + 1)).all()
    shown = found[:MOST]
    start, end = midnight(asked.first), midnight(asked.last + DAY)
    ours = frozenset(centre.id for centre in person.centres)
    those = taken.read(session, [one.id for one in shown], start, end, ours)
    open_then = taken.hours(session, shown, asked.first, asked.count)
    made = [
        Row(
            _title(one, locale),
            _address(one),
            _note(one, locale),
            city_code(one.owner.division_code),
            spans.row(one, those.get(one.id, ()), open_then[one.id], asked.first, asked.count, _may_ask(one, person), locale),
        )
        for one in shown
    ]
    kept = [row for row in made if not asked.free or spans.longest_free(row.spans) >= asked.free]
    return kept, len(found) > MOST


def _matching(person: Any, asked: Wanted) -> sa.Select[Resource]:
    query = sa.select(Resource).join(Resource.owner).where(Resource.kind.in_((asked.kind,) if asked.kind else wanted.KINDS))
    query = query.where(condition(person, own=False))
    if asked.centre:
        query = query.where(Centre.slug == asked.centre)
    if asked.area:
        query = query.where(Centre.division_code.startswith(asked.area.rstrip("0") if asked.area[2:] != "0000" else asked.area[:2]))
    order = (Centre.division_code, Centre.id, Resource.kind, Resource.id)
    return query.options(contains_eager(Resource.owner), lazyload(Resource.photos)).order_by(*order)


def _may_ask(one: Resource, person: Any) -> bool:
    return person.centre is not None and why_not(one, person.centre) is None


def _title(one: Resource, locale: str) -> str:
    return (one.title_en if locale == "en" else "") or one.title or one.code


def _address(one: Resource) -> str:
    return f"/resources/{one.code}"


def _note(one: Resource, locale: str) -> str:
    owner = (one.owner.name_en if locale == "en" else "") or one.owner.short_name or one.owner.name
    return str(_("·").join(filter(None, (type_label(type_of(one), locale), owner))))


def _places(session: Session, locale: str) -> dict[str, list[tuple[str, str]]]:
    """Active centres and the cities that they lie in, to choose from."""
    query = sa.select(Centre.slug, Centre.name, Centre.name_en, Centre.division_code)
    query = query.join(Membership, Membership.centre_id == Centre.id).where(Membership.state == "active")
    found = session.execute(query.order_by(Centre.division_code, Centre.id)).all()
    names, words = divisions(session), english(session) if locale == "en" else {}
    cities = dict.fromkeys(city_code(code) for _slug, _name, _en, code in found)
    return {
        "centres": [(slug, (name_en if locale == "en" else "") or name) for slug, name, name_en, _code in found],
        "areas": [(code, words.get(code) or names.name(code) or code) for code in cities],
    }


def _groups(found: list[Row], names: Mapping[str, str]) -> list[tuple[str, list[Row]]]:
    cities = dict.fromkeys(row.city for row in found)
    return [(names.get(city, city), [row for row in found if row.city == city]) for city in cities]
