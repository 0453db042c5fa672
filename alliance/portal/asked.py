"""What the address of a search asks: read with patience, said again as an address; nothing in it is an error."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from alliance import clock
from alliance.catalogue.availability import midnight
from search.mapping import FACETS
from search.types import Sort

SORTS: dict[Sort, Any] = {
    "relevance": _l("合用程度"),
    "newest": _l("最新上架"),
    "hot": _l("热门"),
    "distance": _l("由近到远"),
}
RANGES = {
    "min_seats": "seats",
    "min_deck": "deck_width_m",
    "min_area": "area_m2",
    "min_kw": "generator_kw",
    "max_height": "height_m",
}
LONGEST_WORDS = 200
MOST_VALUES = 20
MOST_DAYS = 92
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """One search: `first` and `last` are local days, both included; `near` names a centre; `notes` say what was not understood."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, float] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    near: str = ""
    within: int | None = None
    sort: Sort = "relevance"
    notes: tuple[str, ...] = ()

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The days asked for as moments."""
        return (midnight(self.first), midnight(self.last + DAY)) if self.first and self.last else None

    @property
    def days(self) -> list[date]:
        """Each day asked for."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)] if self.first and self.last else []

    @property
    def count(self) -> int:
        """How many conditions are in force."""
        chosen = sum(len(values) for values in self.filters.values())
        return chosen + len(self.ranges) + sum(map(bool, (self.first, self.within)))

    def args(self) -> dict[str, Any]:
        """As the query of an address, in one order, without what is usual."""
        said: dict[str, Any] = {"q": self.words or None}
        said |= {name: list(self.filters[name]) for name in FACETS if self.filters.get(name)}
        said |= {name: f"{value:g}" for name, value in self.ranges.items()}
        said |= {"from": self.first and self.first.isoformat(), "to": self.last and self.last.isoformat()}
        said |= {"near": self.near or None, "within": self.within, "sort": self.sort if self.sort != "relevance" else None}
        return {name: value for name, value in said.items() if value is not None}

    def url(self, **other: Any) -> str:
        """The address of this search with some parts said otherwise."""
        page = other.pop("page", None)
        return url_for("portal.search", **replace(self, **other).args() | ({"page": page} if page and page > 1 else {}))

    def with_value(self, name: str, value: str) -> str:
        """The address with one more value of a facet."""
        return self.url(filters={**self.filters, name: (*self.filters.get(name, ()), value)})

    def without_value(self, name: str, value: str) -> str:
        """The address without one value of a facet."""
        return self.url(filters={**self.filters, name: tuple(one for one in self.filters.get(name, ()) if one != value)})


def read(args: MultiDict[str, str]) -> Asked:
    """What the query of an address asks."""
    notes: list[str] = []
    first, last = _period(args, notes)
    sort = args.get("sort", "relevance")
    within = _number(args.get("within", ""))
    return Asked(
        words=plain(args.get("q", ""))[:LONGEST_WORDS],
        filters={name: values for name in FACETS if (values := _values(args.getlist(name)))},
        ranges={name: value for name in RANGES if (value := _number(args.get(name, ""))) is not None},
        first=first,
        last=last,
        near=plain(args.get("near", ""))[:120],
        within=min(int(within), 5000) if within is not None and within >= 1 else None,
        sort=sort if sort in SORTS else "relevance",
        notes=tuple(notes),
    )


def plain(text: str) -> str:
    """Without control signs and half characters, with single spaces."""
    return " ".join("".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text).split())


def _values(given: list[str]) -> tuple[str, ...]:
    values = (plain(value)[:80] for value in given[: MOST_VALUES * 2])
    return tuple(dict.fromkeys(value for value in values if value))[:MOST_VALUES]


def _number(text: str) -> float | None:
    try:
        value = float(text[:20])
    except ValueError:
        return None
    return value if 0 < value < 1_000_000 else None


def _day(text: str, notes: list[str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        notes.append(str(_("日期“%(text)s”没有看懂，请写成2026-10-15的样子；这次没有按日期筛选。", text=plain(text)[:20])))
        return None
    return day


def _period(args: MultiDict[str, str], notes: list[str]) -> tuple[date | None, date | None]:
    first, last = _day(args.get("from", ""), notes), _day(args.get("to", ""), notes)
    if notes or (first is None and last is None):
        return None, None
    first, last = first or last, last or first
    if first is None or last is None:
        return None, None
    if last < first:
        first, last = last, first
    if last < clock.local(clock.now()).date():
        notes.append(str(_("这个日期已经过去，这次没有按日期筛选。")))
        return None, None
    if (last - first).days >= MOST_DAYS:
        notes.append(str(_("一次最多查%(n)s天，这次没有按日期筛选。", n=MOST_DAYS)))
        return None, None
    return first, last
