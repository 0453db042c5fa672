"""All member centres, each one's own page, and what it discloses."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from alliance import permissions
from alliance.catalogue import kinds
from alliance.centres import hours
from alliance.centres.markdown import render
from alliance.centres.models import Centre, Disclosure
from alliance.centres.service import by_slug
from alliance.centres.words import locale
from alliance.codes.centres import CENTRE_LEVEL, DISCLOSURE_HEADING
from alliance.db import db
from alliance.errors import NotFound
from alliance.forms import printable
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.places.rows import city_code, divisions, english
from alliance.portal import cards, directory
from alliance.portal.routes import bp
from alliance.web import Answer, me

PER_PAGE = 120


def kind_word(kind: str) -> str:
    """A kind of resource, in words."""
    return str(kinds.KINDS[kind].label) if kind in kinds.KINDS else kind


bp.add_app_template_filter(kind_word)


@bp.get("/centres")
@guarded("public.read")
def centres() -> Answer:
    """All member centres by city, in the order of the tree; found by name, level and city."""
    g.here = "centres"
    query, level, area = (printable(request.args.get(name, ""))[:100].strip() for name in ("name", "level", "area"))
    every = directory.active(db.session)
    named = [centre for centre in every if directory.found(centre, query)]
    chosen = [c for c in named if level in ("", c.level) and area in ("", city_code(c.division_code))]
    page = Page(page_number(), PER_PAGE, len(chosen))
    shown = chosen[page.skip : page.skip + page.size]
    return render_template(
        "portal/centres.html",
        cities=directory.cities(db.session, shown, place=_place()),
        total=len(chosen),
        name=query,
        level=level,
        area=area,
        levels=_levels([c for c in named if area in ("", city_code(c.division_code))], query, level, area),
        areas=_areas([c for c in named if level in ("", c.level)], query, level, area),
        pager=pager(
            page, lambda number: url_for("portal.centres", name=query or None, level=level or None, area=area or None, page=number)
        ),
        kinds=directory.KINDS,
    )


def _place() -> tuple[float, float] | None:
    """Where the centre is for which one acts, to tell distances from."""
    mine = me().centre if me() is not None else None
    return (mine.lat, mine.lng) if mine is not None and mine.lat is not None and mine.lng is not None else None


def _link(name: str, level: str, area: str) -> str:
    return url_for("portal.centres", name=name or None, level=level or None, area=area or None)


def _levels(among: list[Centre], name: str, level: str, area: str) -> list[dict[str, Any]]:
    counted = Counter(centre.level for centre in among)
    return [
        {
            "label": CENTRE_LEVEL.label(code, locale()),
            "count": counted[code],
            "active": code == level,
            "url": _link(name, "" if code == level else code, area),
        }
        for code in CENTRE_LEVEL.ids
        if counted[code] or code == level
    ]


def _areas(among: list[Centre], name: str, level: str, area: str) -> list[dict[str, Any]]:
    counted = Counter(city_code(centre.division_code) for centre in among)
    known, in_english = divisions(db.session), english(db.session) if locale() == "en" else {}
    return [
        {
            "label": in_english.get(code) or known.name(code),
            "count": count,
            "active": code == area,
            "url": _link(name, level, "" if code == area else code),
        }
        for code, count in sorted(counted.items())
    ]


def _public(slug: str) -> Centre:
    """A centre whose page may be seen: an active member's; others are seen by their own people and the secretariat."""
    found = by_slug(db.session, slug)
    if not found.is_active and not permissions.may(me(), "people.read", found):
        raise NotFound(_("没有这个馆，或者它现在不是联盟成员。"))
    return found


@bp.get("/centres/<slug>")
@guarded("public.read")
def centre(slug: str) -> Answer:
    """One centre: what it is, when it is open, what it shares."""
    g.here = "centres"
    found = _public(slug)
    listings = directory.latest(db.session, found) if found.is_active else {}
    headings = db.session.scalars(sa.select(Disclosure.heading).where(Disclosure.centre_id == found.id)).all()
    place = divisions(db.session).path(found.division_code)
    below = [child for child in found.children if child.is_active]
    return render_template(
        "portal/centre.html",
        centre=found,
        below=below,
        names=str(_("、")).join(name.name for name in found.names),
        place="".join(name for name in place if not name.isdigit() and name not in found.address),
        hours=[hours.line(found.opening_hours, day) for day in range(1, 8)] if hours.is_known(found.opening_hours) else [],
        listings={kind: cards.items(db.session, rows, me()) for kind, rows in listings.items()},
        counts=directory.counts(db.session, found.id).get(found.id, {}),
        disclosed=len(headings),
        all_headings=len(DISCLOSURE_HEADING),
        km=_distance(found),
    )


def _distance(centre: Centre) -> float | None:
    mine = me().centre if me() is not None else None
    return directory.km_between(_place(), centre) if mine is not None and mine.id != centre.id else None


@bp.get("/centres/<slug>/disclosure")
@guarded("public.read")
def disclosure(slug: str) -> Answer:
    """What a centre has to publish under the eight headings; empty ones are marked."""
    g.here = "centres"
    found = _public(slug)
    rows = {row.heading: row for row in db.session.scalars(sa.select(Disclosure).where(Disclosure.centre_id == found.id))}
    parts = [(heading, rows.get(heading)) for heading in DISCLOSURE_HEADING.ids]
    return render_template("portal/disclosure.html", centre=found, parts=parts, render=render)
