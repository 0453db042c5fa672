"""What a page of figures is asked for: a year, a centre, a kind; and the names that all its tables need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.catalogue import kinds
from alliance.catalogue.availability import midnight
from alliance.centres.models import Centre, Membership
from alliance.exchange.models import Leg
from alliance.places import Divisions, city_key
from alliance.places.rows import divisions, english
from alliance.worktime.spoken import MONTHS_EN

LONGEST = 20


class Place(NamedTuple):
    """A centre as figures name it; `area` is its city."""

    id: int
    slug: str
    name: str
    area: str
    level: str
    member: bool


@dataclass(frozen=True)
class Asked:
    """A year with what narrows it, and the centres by number."""

    year: int
    years: tuple[int, ...]
    today: date
    places: Mapping[int, Place]
    names: Divisions
    english: Mapping[str, str]
    locale: str
    centre: Place | None = None
    kind: str = ""

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day that has come."""
        return min(date(self.year, 12, 31), self.today)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The whole year as moments."""
        return midnight(self.first), midnight(date(self.year + 1, 1, 1))

    def args(self) -> dict[str, Any]:
        """As the query of an address."""
        said = {"year": self.year, "centre": self.centre.slug if self.centre else None, "kind": self.kind or None}
        return {name: value for name, value in said.items() if value is not None}

    def records(self, what: str, **narrower: Any) -> str:
        """The list of what a number counts."""
        return url_for(
            "figures.records", what=what, **self.args(), **{key: value for key, value in narrower.items() if value != ""}
        )

    def elsewhere(self, centre: Place) -> Asked:
        """The same for one centre."""
        return replace(self, centre=centre)

    def told(self) -> list[str]:
        """In words."""
        centre = self.centre.name if self.centre else str(_("全部成员馆"))
        return [str(_("%(year)s年", year=self.year)), centre, self.kind_name(self.kind) if self.kind else str(_("各类资源"))]

    def year_choices(self) -> list[tuple[int, str]]:
        return [(year, str(_("%(year)s年", year=year))) for year in self.years]

    def centre_choices(self) -> list[tuple[str, str]]:
        return [(place.slug, place.name) for place in self.places.values() if place.member or place is self.centre]

    @staticmethod
    def kind_choices() -> list[tuple[str, str]]:
        return [(kind.id, str(kind.label)) for kind in kinds.KINDS.values()]

    def month_of(self, moment: datetime | None) -> int:
        """The month in China, 0 where it is of another year."""
        if moment is None:
            return 0
        local = clock.local(moment)
        return local.month if local.year == self.year else 0

    def month_rows(self) -> list[tuple[int, str]]:
        return [(month, self.month_name(month)) for month in range(1, 13)]

    def month_name(self, month: int) -> str:
        return MONTHS_EN[month - 1] if self.locale == "en" else f"{month}月"

    def art_form(self, code: str) -> str:
        return codes.label("art_form", code, self.locale) if code in codes.get("art_form") else str(_("未标门类"))

    def kind_name(self, kind: str) -> str:
        return str(kinds.KINDS[kind].label) if kind in kinds.KINDS else str(_("未指明类别"))

    def area(self, key: str) -> str:
        """The city's name."""
        if not key:
            return str(_("未指明地区"))
        code = key.ljust(6, "0")
        name = self.names.name(code)
        return (self.english.get(code) or name) if self.locale == "en" else name


def first_level(code: str) -> str:
    """The art form of the first level in which another lies."""
    known = codes.get("art_form")
    return known.path(code)[0] if code in known else ""


def places(session: Session, locale: str) -> dict[int, Place]:
    """All centres, by name; one query."""
    query = sa.select(
        Centre.id, Centre.slug, Centre.short_name, Centre.name_en, Centre.division_code, Centre.level, Membership.state
    )
    found = {}
    for number, slug, short, name_en, division, level, state in session.execute(
        query.outerjoin(Membership, Membership.centre_id == Centre.id).order_by(Centre.division_code, Centre.id)
    ):
        name = name_en if locale == "en" and name_en else short
        found[number] = Place(number, slug, name, city_key(division) if division else "", level, state == "active")
    return found


def years(session: Session, today: date) -> tuple[int, ...]:
    """From the first request to this year, newest first."""
    began = session.scalar(sa.select(sa.func.min(Leg.requested_at)))
    first = clock.local(began).year if began else today.year
    return tuple(range(today.year, max(min(first, today.year), today.year - LONGEST) - 1, -1))


def read(session: Session, args: Mapping[str, str]) -> Asked:
    """What the address asks for; what it says wrongly is left out."""
    locale, today = "en" if str(get_locale()) == "en" else "zh", clock.local(clock.now()).date()
    known, found = years(session, today), places(session, locale)
    said = args.get("year", "")
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 and int(said) in known else today.year
    slug, kind = args.get("centre", ""), args.get("kind", "")
    centre = next((place for place in found.values() if place.slug == slug), None) if slug else None
    names = english(session) if locale == "en" else {}
    return Asked(year, known, today, found, divisions(session), names, locale, centre, kind if kind in kinds.KINDS else "")
