"""A tour: its way from stop to stop, whether each can be reached in time, a shorter order, and the stops as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.catalogue import gaps
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Resource
from alliance.errors import Conflict, Invalid
from alliance.exchange import ordering, stops
from alliance.exchange.checks import Check, fits, hard_faults
from alliance.exchange.dates import where
from alliance.exchange.stops import Stop
from alliance.places import Travel
from alliance.worktime import spoken_minutes

Kept = Mapping[str, Any]
DAY = timedelta(days=1)
WORTH_KM = 1.0
"""A shorter way is worth a word from so many kilometres on."""


@dataclass(frozen=True)
class Hop:
    """The way from one place to the next; `room` and `need` in minutes are None on the ways from and to home."""

    start: str
    end: str
    way: Travel | None
    room: int | None = None
    need: int | None = None
    empty: bool = False

    @property
    def in_time(self) -> bool:
        """Whether the next stop can be set up in time."""
        return self.room is None or self.need is None or self.need <= self.room


@dataclass(frozen=True)
class Way:
    """All hops of a tour, home at both ends."""

    hops: tuple[Hop, ...]

    @property
    def known(self) -> bool:
        """Whether every place has coordinates."""
        return all(hop.way is not None for hop in self.hops)

    @property
    def km(self) -> float:
        return round(sum(hop.way.km for hop in self.hops if hop.way is not None), 1)

    @property
    def minutes(self) -> int:
        return sum(hop.way.minutes for hop in self.hops if hop.way is not None)

    @property
    def empty_km(self) -> float:
        """Kilometres out to the first stop and home from the last one: nothing is played on them."""
        return round(sum(hop.way.km for hop in self.hops if hop.empty and hop.way is not None), 1)


@dataclass(frozen=True)
class Better:
    """Another order of the same places on the same days: which place goes where, and the kilometres before and after."""

    order: tuple[int, ...]
    before: float
    after: float
    reaches: bool

    @property
    def saved(self) -> float:
        return round(self.before - self.after, 1)


# Looking -----------------------------------------------------------------


def places(session: Session, resource: Resource, found: Sequence[Kept]) -> list[Place]:
    """Where each stop is; what stays at home is nowhere else."""
    return [where(session, resource, one) or Place(one["place"], one["division_code"]) for one in found]


def way(session: Session, resource: Resource, found: Sequence[Kept]) -> Way:
    """The hops of a tour of these stops."""
    home, at = gaps.home(resource), places(session, resource, found)
    setting = between(resource)
    hops = []
    for (one, here), (other, there) in pairwise(zip(found, at, strict=True)):
        going = gaps.way(here, there)
        room = int((stops.span(other)[0] - stops.span(one)[1]) / timedelta(minutes=1))
        hops.append(Hop(here.name, there.name, going, room, setting + (going.minutes if going else 0)))
    if at:
        out, back = gaps.way(home, at[0]), gaps.way(at[-1], home)
        hops = [Hop(home.name, at[0].name, out, empty=True), *hops, Hop(at[-1].name, home.name, back, empty=True)]
    return Way(tuple(hops))


def between(resource: Resource) -> int:
    """Minutes that lie between two stops beside the way: buffers, striking and setting up."""
    buffers = gaps.buffers(resource.buffer_after, resource.buffer_before, added=resource.one_crew)
    return int(buffers / timedelta(minutes=1)) + gaps.handling(resource, resource)


def too_far(found: Way) -> list[tuple[int, Hop]]:
    """The stops that cannot be reached in time, by their rank, each with the hop that leads there."""
    return [(rank, hop) for rank, hop in enumerate(found.hops, 1) if not hop.in_time]


def say(rank: int, hop: Hop) -> str:
    """Why a stop cannot be reached in time."""
    locale = str(get_locale() or "zh")
    room, need = (spoken_minutes(span or 0, locale) for span in (hop.room, hop.need))
    said = {"a": rank - 1, "b": rank, "room": room, "need": need}
    if hop.way is None:
        return str(_("第%(a)s站到第%(b)s站之间只有%(room)s，收台、装台要%(need)s，来不及。", **said))
    said |= {"km": f"{hop.way.km:g}"}
    return str(_("第%(a)s站到第%(b)s站约%(km)s km，连同收台、装台要%(need)s，中间只有%(room)s，赶不到。", **said))


def ground(resource: Resource, content: Kept, stop: Kept) -> list[Check]:
    """The checks of one stop's site, audience and papers; the show is the same everywhere."""
    return fits(resource, {**content, **stop}, stops.span(stop)[1])


def faults(session: Session, resource: Resource, content: Kept, now: datetime) -> list[str]:
    """The sentences of every hard check that fails at any stop, and of stops that cannot be reached."""
    found = stops.of(content)
    lacking = [] if len(found) > 1 else [_("巡演至少两站；只去一处，请改用普通借用。")]
    sentences = lacking + [say(rank, hop) for rank, hop in too_far(way(session, resource, found))]
    for rank, stop in enumerate(found, 1):
        start, end = stop["starts_at"], stop["ends_at"]
        told = hard_faults(resource, {**content, **stop, "choices": [{"starts_at": start, "ends_at": end}]}, now)
        sentences += [_("第%(n)s站：%(what)s", n=rank, what=sentence) for sentence in told]
    return sentences


def better(session: Session, resource: Resource, found: Sequence[Kept]) -> Better | None:
    """A shorter order of the same places on the same days, or one in which each can be reached; None where there is none."""
    if len(found) < 2:
        return None
    now = way(session, resource, found)
    if not now.known:
        return None
    points = [*places(session, resource, found), gaps.home(resource)]
    ways = {(one, other): _road(points, one, other) for one in range(len(points)) for other in range(len(points))}
    road = _table(len(points), {pair: going.km for pair, going in ways.items()})
    minutes = _table(len(points), {pair: float(going.minutes) for pair, going in ways.items()})
    spans = [stops.span(stop) for stop in found]
    slots = [ordering.Slot(_minute(start), _minute(end)) for start, end in spans]
    fixed = {rank: rank for rank, stop in enumerate(found) if stop.get("fixed")}
    order = ordering.shortest(road, minutes, slots, between=between(resource), fixed=fixed)
    if order is None or order == list(range(len(found))):
        return None
    before, after = ordering.length(road, range(len(found))), ordering.length(road, order)
    reached = not too_far(now)
    if reached and before - after < WORTH_KM:
        return None
    return Better(tuple(order), round(before, 1), round(after, 1), reached)


def _road(points: Sequence[Place], one: int, other: int) -> Travel:
    going = gaps.way(points[one], points[other])
    assert going is not None
    return going


def _table(count: int, values: Mapping[tuple[int, int], float]) -> list[list[float]]:
    return [[values[one, other] for other in range(count)] for one in range(count)]


def _minute(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


# Writing -----------------------------------------------------------------


def put(found: Sequence[Kept], rank: int | None, stop: Stop) -> list[dict[str, Any]]:
    """The stops with one more, or with that one in place of another, by time. Raises Invalid, Conflict."""
    rest = [Stop.model_validate(one) for number, one in enumerate(found, 1) if number != rank]
    if len(rest) >= stops.MOST:
        raise Conflict(_("一次巡演最多%(n)s站。", n=stops.MOST))
    try:
        return [stops.kept(one) for one in stops.in_order([*rest, stop])]
    except ValueError as error:
        raise Invalid(str(error), {"starts_at": str(error)}) from error


def without(found: Sequence[Kept], rank: int) -> list[dict[str, Any]]:
    """The stops without that one; the last one stays. Raises Conflict."""
    if not 1 <= rank <= len(found):
        raise Conflict(_("没有这一站。"))
    left = [dict(one) for number, one in enumerate(found, 1) if number != rank]
    if not left:
        raise Conflict(_("至少要有一站；不办了请丢弃草稿。"))
    return left


def reordered(found: Sequence[Kept], order: Sequence[int]) -> list[dict[str, Any]]:
    """The same places on the same days in another order: the times stay, the places change."""
    times = [{name: one[name] for name in ("starts_at", "ends_at")} for one in found]
    return [{**found[place], **slot} for place, slot in zip(order, times, strict=True)]


def moved(found: Sequence[Kept], by: timedelta) -> list[dict[str, Any]]:
    """All stops later by so much."""
    return [stops.kept(Stop.model_validate(one | {end: span + by for end, span in _ends(one)})) for one in map(dict, found)]


def _ends(stop: Kept) -> list[tuple[str, datetime]]:
    return list(zip(("starts_at", "ends_at"), stops.span(stop), strict=True))
