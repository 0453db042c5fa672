"""The row of a listing in the timeline: days put together to what they are taken by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from alliance import clock
from alliance.calendars.taken import Taken
from alliance.catalogue.availability import Hours, midnight
from alliance.catalogue.models import Resource
from alliance.worktime import spoken_days

DAY = timedelta(days=1)
RANK = {"confirmed": 0, "hold": 1, "maintenance": 2, "block": 3}
STATES = {"confirmed": "busy", "hold": "held", "maintenance": "off", "block": "off"}


@dataclass(frozen=True)
class Span:
    """`days` columns of one state, as parts/board.html shows them; `when` says the days."""

    state: str
    words: str = ""
    url: str = ""
    days: int = 1
    when: str = ""


def row(one: Resource, taken: Sequence[Taken], open_then: Hours, first: date, count: int, ask: bool, locale: str) -> list[Span]:
    """From left to right; a free day is a link of its own where `ask`, what goes on for days is one span."""
    today = clock.local(clock.now()).date()
    days = [(first + n * DAY, _day(one, taken, open_then, first + n * DAY, ask and first + n * DAY >= today)) for n in range(count)]
    return list(_joined(days, locale, today))


def _day(one: Resource, taken: Sequence[Taken], open_then: Hours, day: date, ask: bool) -> Span:
    begin, finish = midnight(day), midnight(day + DAY)
    here = [it for it in taken if it.starts_at < finish and begin < it.ends_at]
    if here:
        return _of(min(here, key=lambda it: (not it.number, RANK[it.kind])))
    if not open_then.spans(day):
        return Span("off", str(_("停借")))
    said = day.isoformat()
    dates: dict[str, Any] = {"starts_at": f"{said}T09:00", "ends_at": f"{said}T17:00"}
    return Span("free", url=url_for("exchange.new", resource=one.code, **dates) if ask else "")


def _of(it: Taken) -> Span:
    state = "mine" if it.is_ours else STATES[it.kind]
    usual = {"busy": _("已订"), "held": _("待定"), "off": _("保养") if it.kind == "maintenance" else _("停借"), "mine": ""}[state]
    words = it.title or it.note or str(usual)
    return Span(state, words, url_for("exchange.agreement", number=it.number) if it.number else "")


def _joined(days: Sequence[tuple[date, Span]], locale: str, today: date) -> Iterator[Span]:
    for span, group in groupby(days, key=lambda pair: pair[1]):
        those = [day for day, _span in group]
        if span.state == "free":
            yield from (_free(span, day, locale, today) for day in those)
        else:
            yield replace(span, days=len(those), when=spoken_days(those[0], those[-1], locale, today=today))


def _free(span: Span, day: date, locale: str, today: date) -> Span:
    address = span.url
    return replace(span, url=address, when=spoken_days(day, day, locale, today=today), state="free" if day >= today else "past")


def longest_free(spans: Sequence[Span]) -> int:
    """How many days in a row are free at most."""
    return max((sum(1 for _one in group) for free, group in groupby(spans, key=lambda one: one.state == "free") if free), default=0)
