"""The digital archive's front page: one item told, collections, the newest, and the ways in, each with its number."""

from typing import Any

from flask import g, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.archive import card, collections, forms, listing
from alliance.codes.arts import ART_FORM
from alliance.db import db
from alliance.permissions import guarded
from alliance.places.rows import divisions, english
from alliance.portal.collections import shelf_cards
from alliance.portal.routes import bp
from alliance.web import Answer, me

BAR = 88  # the height of the tallest bar among the decades
SHELVES = 8


@bp.get("/archive")
@guarded("public.read")
def archive() -> Answer:
    """One item told, collections, the newest, and four ways in; nothing that would be empty; constant queries."""
    g.here = "archive"
    session, person = db.session, me()
    told = listing.told(session)
    shelves = collections.published(session, person)
    cards = card.cards(session, [*([told] if told else []), *listing.latest(session, person, count=8)], person)
    return render_template(
        "portal/archive.html",
        total=listing.total(session, person),
        told=cards[0] if told else None,
        latest=cards[1:] if told else cards,
        art_forms=_art_forms(listing.by_art_form(session, person)),
        decades=_decades(listing.by_decade(session, person)),
        places=_places(listing.by_place(session, person)),
        shelves=shelf_cards(session, shelves[:SHELVES], person),
        shelf_count=len(shelves),
        centres=listing.by_centre(session, person),
        today=forms.day(clock.now()),
    )


def _art_forms(counts: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    locale = str(get_locale())
    return [(ART_FORM.label(code, locale), n, url_for("portal.search", kind="media", art_form=code)) for code, n in counts]


def _decades(counts: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Each decade with its bar; the tallest fills the height, none vanishes."""
    most = max((number for _first, number in counts), default=1)
    return [
        {
            "label": _("%(year)s年代", year=first),
            "count": number,
            "height": max(3, round(BAR * number / most)),
            "url": url_for("portal.search", kind="media", decade=f"{first}s"),
        }
        for first, number in counts
    ]


def _places(counts: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Counties with their numbers; a city's own, which stand at no county, say so."""
    names, found = divisions(db.session), []
    in_english = english(db.session) if str(get_locale()) == "en" else {}
    for code, number in counts:
        name = in_english.get(code) or names.name(code)
        label = str(_("%(city)s（本级）", city=name)) if code.endswith("00") else name
        found.append((label, number, url_for("portal.search", kind="media", area=code)))
    return found
