"""The ways to narrow a search: counts from the engine, labels from code lists and tables, links that add and take off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import codes
from alliance.catalogue import kinds
from alliance.catalogue.documents import type_label
from alliance.centres.models import Centre
from alliance.places import Divisions, city_key
from alliance.places.rows import divisions, english
from alliance.portal.asked import Asked
from alliance.portal.cards import centre_name

TITLES = {
    "kind": _l("种类"),
    "area": _l("地区"),
    "type": _l("类型"),
    "art_form": _l("文艺门类"),
    "audience": _l("服务对象"),
    "fee": _l("费用"),
    "level": _l("馆的级别"),
    "centre": _l("所属馆"),
    "access": _l("档案文件"),
    "decade": _l("年代"),
}
OPEN = ("kind", "area", "type", "art_form")
MOST = 12
DISTANCES = (10, 30, 50, 100, 200)
RANGE_TITLES = {
    "min_seats": (_l("座席不少于"), _l("座")),
    "min_deck": (_l("台面宽不少于"), "m"),
    "min_area": (_l("面积不少于"), "m²"),
    "min_kw": (_l("发电机不小于"), "kW"),
    "max_height": (_l("车高不超过"), "m"),
}


@dataclass(frozen=True)
class Option:
    """One value of a facet."""

    value: str
    label: str
    count: int | str
    url: str
    active: bool = False


@dataclass(frozen=True)
class Facet:
    """One way to narrow."""

    name: str
    title: str
    options: list[Option]
    open: bool


@dataclass(frozen=True)
class Chip:
    """One condition in force."""

    name: str
    value: str
    url: str


class Labels:
    """The words of each value, with one query for the centres and one for the places."""

    def __init__(self, session: Session, asked: Asked, facets: Mapping[str, Mapping[str, int]], locale: str) -> None:
        slugs = {*asked.filters.get("centre", ()), *facets.get("centre", {})}
        found = session.execute(sa.select(Centre.slug, Centre.name, Centre.name_en).where(Centre.slug.in_(slugs))) if slugs else ()
        self.centres = {slug: (name_en if locale == "en" else "") or name for slug, name, name_en in found}
        self.places: Divisions = divisions(session)
        self.english = english(session) if locale == "en" else {}
        self.locale = locale

    def of(self, name: str, value: str) -> str:
        """The words; what nobody knows stands for itself."""
        if name == "kind":
            return str(kinds.KINDS[value].label) if value in kinds.KINDS else value
        if name == "centre":
            return self.centres.get(value, value)
        if name == "area":
            return self.place(value)
        if name == "type":
            return type_label(value, self.locale)
        if name == "decade":
            return str(_("%(year)s年代", year=value.removesuffix("s")))
        known = codes.get({"level": "centre_level", "fee": "fee_type", "access": "file_access"}.get(name, name))
        return known.label(value, self.locale) if value in known else value

    def place(self, value: str) -> str:
        """A city by its key of two, four or six digits, or a county."""
        if not value.isascii() or not value.isdigit() or len(value) not in (2, 4, 6):
            return value
        name = self.english.get(value.ljust(6, "0")) or self.places.name(value.ljust(6, "0"))
        at_city = len(value) == 6 and value.endswith("00") and city_key(value) != value
        return str(_("%(city)s（本级）", city=name)) if at_city else name


def facets(asked: Asked, counts: Mapping[str, Mapping[str, int]], labels: Labels) -> list[Facet]:
    """All facets that would narrow, the chosen values too where nothing fits them."""
    found = []
    for name, title in TITLES.items():
        chosen = asked.filters.get(name, ())
        shown = ORDER.get(name, by_count)({**dict.fromkeys(chosen, 0), **counts.get(name, {})}, chosen)
        options = [_option(asked, name, value, count, labels) for value, count in shown]
        if len(options) > 1 or any(option.active for option in options):
            found.append(Facet(name, str(title), options, name in OPEN or bool(chosen)))
    return found


def _option(asked: Asked, name: str, value: str, count: int, labels: Labels) -> Option:
    active = value in asked.filters.get(name, ())
    url = asked.without_value(name, value) if active else _added(asked, name, value)
    return Option(value, labels.of(name, value), count, url, active)


def _added(asked: Asked, name: str, value: str) -> str:
    """A county takes the place of its city, else it would change nothing."""
    chosen = asked.filters.get(name, ())
    if name == "area" and len(value) == 6 and (city := city_key(value)) != value:
        chosen = tuple(one for one in chosen if one != city)
    return asked.url(filters={**asked.filters, name: (*chosen, value)})


Counts = dict[str, int]
Shown = list[tuple[str, int]]


def by_count(counts: Counts, chosen: tuple[str, ...]) -> Shown:
    """The most frequent ones, and those chosen."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [pair for at, pair in enumerate(ranked) if at < MOST or pair[0] in chosen]


def in_order(ids: tuple[str, ...]) -> Callable[[Counts, tuple[str, ...]], Shown]:
    """In the order of the list, not of the counts."""
    return lambda counts, _chosen: [(one, counts[one]) for one in ids if one in counts]


def _areas(counts: Counts, chosen: tuple[str, ...]) -> Shown:
    """Cities; the counties of those from which something is chosen."""
    valid = {code: number for code, number in counts.items() if code.isascii() and code.isdigit() and len(code) in (2, 4, 6)}
    cities = [code for code in valid if len(code) < 6 or city_key(code) == code]
    near = {code if len(code) < 6 else city_key(code) for code in chosen if code in valid}
    only = len(cities) == 1
    shown = [code for code in valid if code in cities or only or city_key(code) in near]
    return [(code, valid[code]) for code in sorted(shown, key=lambda code: (code[:4] if len(code) > 4 else code, len(code), code))]


def _art_forms(counts: Counts, chosen: tuple[str, ...]) -> Shown:
    """First level; what is below those from which something is chosen."""
    forms = codes.get("art_form")
    near = {forms.path(code)[0] for code in chosen if code in forms}
    return [(c.id, counts[c.id]) for c in forms if c.id in counts and (c.parent is None or forms.path(c.id)[0] in near)]


ORDER: dict[str, Callable[[Counts, tuple[str, ...]], Shown]] = {
    "kind": in_order(tuple(kinds.KINDS)),
    "level": in_order(codes.get("centre_level").ids),
    "fee": in_order(codes.get("fee_type").ids),
    "audience": in_order(codes.get("audience").ids),
    "access": in_order(codes.get("file_access").ids),
    "area": _areas,
    "art_form": _art_forms,
    "decade": lambda counts, _chosen: sorted(counts.items(), reverse=True),
}


def distances(asked: Asked) -> Facet:
    """How far at most, once it is known from where."""
    options = [
        Option(str(km), str(_("%(km)s km内", km=km)), "", asked.url(within=None if asked.within == km else km), asked.within == km)
        for km in DISTANCES
    ]
    return Facet("within", str(_("距离")), options, True)


def chips(asked: Asked, labels: Labels, start: Any, days: str) -> list[Chip]:
    """Every condition in force, each with the address without it."""
    found = [Chip(str(_("词")), asked.words, asked.url(words=""))] if asked.words else []
    if days:
        found.append(Chip(str(_("空闲")), days, asked.url(first=None, last=None)))
    for name, values in asked.filters.items():
        found += [Chip(str(TITLES[name]), labels.of(name, value), asked.without_value(name, value)) for value in values]
    for name, value in asked.ranges.items():
        label, unit = RANGE_TITLES[name]
        rest = {other: number for other, number in asked.ranges.items() if other != name}
        found.append(Chip(str(label), f"{value:g} {unit}", asked.url(ranges=rest)))
    if asked.near and start is not None:
        found.append(Chip(str(_("从")), centre_name(start, labels.locale), asked.url(near="", within=None)))
    if asked.within and start is not None:
        found.append(Chip(str(_("距离")), str(_("%(km)s km内", km=asked.within)), asked.url(within=None)))
    return found
