"""What one version of the terms says otherwise than the one before: the two side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _

from alliance import clock
from alliance.exchange import instead, stops
from alliance.exchange.labels import REQUEST
from alliance.exchange.present import conditions_of, periods, said
from alliance.worktime import spoken_range

Row = tuple[Any, str, str]
UNTOLD = frozenset({"pledge", "note", "stops"})


def changes(old: Mapping[str, Any], new: Mapping[str, Any], locale: str) -> list[Row]:
    """One row for each term that a version changed: what, before, after."""
    pairs = [
        (_("资源"), instead.titles(old, new), instead.titles(new, old)),
        *_by_rank((_("首选日期"), _("备选日期")), periods(old, locale), periods(new, locale)),
        *_stops(old, new, locale),
        (_("条件"), *("；".join(conditions_of(side, locale)) for side in (old, new))),
        *(_term(name, old.get(name), new.get(name), locale) for name in REQUEST if name not in UNTOLD),
    ]
    return [(label, one, other) for label, one, other in pairs if one != other]


def _term(name: str, old: Any, new: Any, locale: str) -> Row:
    """One of the request's answers; places that only their codes tell apart are told by these."""
    one, other = (said(name, value, locale) for value in (old, new))
    if one == other and old != new and name == "division_code":
        one, other = f"{one} {old}", f"{other} {new}"
    return REQUEST[name].label, one, other


def _stops(old: Mapping[str, Any], new: Mapping[str, Any], locale: str) -> Iterator[Row]:
    """Of a tour each stop with its place, its time and who is in charge there."""
    before, after = ([_stop(one, side, locale) for one in stops.of(side)] for side in (old, new))
    yield from _by_rank([_("第%(n)s站", n=n + 1) for n in range(max(len(before), len(after)))], before, after)


def _stop(stop: Mapping[str, Any], content: Mapping[str, Any], locale: str) -> str:
    when = spoken_range(*stops.span(stop), locale, today=clock.local(clock.now()).date())
    contact = " ".join(stops.contact(stop, content)) if stop.get("contact_name") else ""
    return str(_("，")).join(part for part in (stop["place"], when, contact) if part)


def _by_rank(labels: Any, before: list[str], after: list[str]) -> Iterator[Row]:
    for label, one, other in zip_longest(labels, before, after, fillvalue=""):
        if label:
            yield label, one, other
