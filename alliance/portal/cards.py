"""Listings as cards: facts, distance, the week, the fee; a constant number of queries for any number of cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, lazyload

from alliance import clock, codes
from alliance.catalogue import availability, kinds
from alliance.catalogue.documents import type_label, type_of
from alliance.catalogue.models import Resource, ResourcePhoto
from alliance.centres.models import Centre
from alliance.permissions import may
from alliance.places import Point, travel
from alliance.storage import renditions
from alliance.storage.models import Rendition
from alliance.worktime import spoken_days, spoken_minutes

DAY = timedelta(days=1)
PICTURES = (
    sa.select(ResourcePhoto.resource_id, ResourcePhoto.id)
    .join(Rendition, renditions.is_made(ResourcePhoto.file_id, "card"))
    .where(ResourcePhoto.resource_id.in_(sa.bindparam("listings", expanding=True)))
    .order_by(ResourcePhoto.rank.desc(), ResourcePhoto.id.desc())
)
"""Photos whose safe copy is made, the first of a listing last."""


@dataclass
class Item:
    """One thing in a list, as parts/entry.html shows it."""

    url: str
    kind: str
    kind_label: str
    title: str
    who: str = ""
    facts: Sequence[tuple[str, ...]] = ()
    picture: str | None = None
    week: tuple[list[tuple[str, bool]], str] | None = None
    fee: str = ""
    action: tuple[str, str] | None = None
    badge: Any = None
    where: Point | None = None
    code: str = ""
    """Of a listing that can be compared with others."""


def loaded() -> sa.Select[Resource]:
    """A query of listings with what a card reads of them: one statement, none later."""
    return sa.select(Resource).options(lazyload(Resource.photos))


def items(
    session: Session,
    resources: Sequence[Resource],
    person: Any,
    *,
    near: Point | None = None,
    week_of: date | None = None,
    wanted: Sequence[date] = (),
    ask: bool = False,
    most: int = 6,
) -> list[Item]:
    """Cards of listings for `person`; the week only to whom the calendar is open."""
    locale = str(get_locale())
    shown = pictures(session, [one.id for one in resources])
    weeks = _weeks(session, [one for one in resources if may(person, "resource.calendar", one)], week_of, frozenset(wanted))
    found = []
    for one in resources:
        item = Item(
            url=url_for("portal.resource", code=one.code),
            kind=one.kind,
            kind_label=kind_label(one, locale),
            title=title(one, locale),
            who=who(one, near, locale),
            facts=kinds.facts(one, locale)[:most],
            fee=fee(one, locale),
            week=weeks.get(one.id),
            where=Point(one.lat, one.lng) if one.lat is not None and one.lng is not None else None,
            code=one.code if kinds.KINDS[one.kind].exclusive else "",
        )
        if one.id in shown:
            item.picture = url_for("portal.photo", code=one.code, photo_id=shown[one.id], size="card")
        if ask and one.state == "published" and may(person, "resource.request", one):
            item.action = (_("申请借用"), asking(one, wanted))
            item.url = page(one, wanted)
        found.append(item)
    return found


def asking(one: Resource, wanted: Sequence[date]) -> str:
    """The address of the request form, with the days that were looked for."""
    hours: dict[str, Any] = {"starts_at": f"{wanted[0]}T09:00", "ends_at": f"{wanted[-1]}T17:00"} if wanted else {}
    return url_for("exchange.new", resource=one.code, **hours)


def page(one: Resource, wanted: Sequence[date]) -> str:
    """The address of its own page, with the days that were looked for."""
    days: dict[str, Any] = {"from": wanted[0].isoformat(), "to": wanted[-1].isoformat()} if wanted else {}
    return url_for("portal.resource", code=one.code, **days)


def title(one: Resource, locale: str) -> str:
    """In the reader's language where there is one."""
    return (one.title_en if locale == "en" else "") or one.title or one.code


def centre_name(centre: Centre, locale: str) -> str:
    """In the reader's language where there is one."""
    return (centre.name_en if locale == "en" else "") or centre.name


def kind_label(one: Resource, locale: str) -> str:
    """流动舞台车·双展."""
    return str(_("·").join(filter(None, (str(kinds.KINDS[one.kind].label), type_label(type_of(one), locale)))))


def who(one: Resource, near: Point | None, locale: str) -> str:
    """The owner, how far on the road, how long."""
    told = [centre_name(one.owner, locale)]
    if near is not None and one.lat is not None and one.lng is not None:
        way = travel(near, Point(one.lat, one.lng))
        if way.km >= 1:
            told.append(f"{way.km:.0f} km")
        if one.kind != "talent" and way.minutes >= 10:
            told.append(_("车程约%(time)s", time=spoken_minutes(-(-way.minutes // 5) * 5, locale)))
    return str(_("·").join(told))


def fee(one: Resource, locale: str) -> str:
    """The kind of fee, and what the borrower bears."""
    label = codes.label("fee_type", one.fee_type, locale) if one.fee_type else ""
    costs = codes.get("cost_item")
    borne = [costs.label(row["what"], locale) for row in one.costs if row.get("payer") == "borrower" and row.get("what") in costs]
    if not borne:
        return str(label)
    return str(_("%(fee)s，%(what)s由借方承担", fee=label, what=kinds.comma(locale).join(dict.fromkeys(borne[:2]))))


def pictures(session: Session, ids: list[int]) -> dict[int, int]:
    """The first photo of each listing whose safe copy is made."""
    if not ids:
        return {}
    return {photo.resource_id: photo.id for photo in session.execute(PICTURES, {"listings": ids})}


def _weeks(
    session: Session, resources: list[Resource], week_of: date | None, wanted: frozenset[date]
) -> dict[int, tuple[list[tuple[str, bool]], str]]:
    exclusive = [one for one in resources if kinds.KINDS[one.kind].exclusive]
    if not exclusive:
        return {}
    day = week_of or clock.local(clock.now()).date()
    monday = day - day.weekday() * DAY
    label = spoken_days(monday, monday + 6 * DAY, str(get_locale()), today=clock.local(clock.now()).date())
    found = availability.days(session, exclusive, monday, 7)
    return {one: ([(day.state, day.date in wanted) for day in row], label) for one, row in found.items()}
