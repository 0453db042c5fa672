"""What has to lie between two neighbours: buffers, and for what moves the way from one place to the next; pools by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import kinds
from alliance.catalogue.models import Occupancy, Resource
from alliance.centres.models import Centre
from alliance.places import Point, Travel, county_code, travel
from alliance.worktime import spoken_minutes, spoken_range

Why = Literal["busy", "held", "block", "maintenance", "gap", "travel", "pool"]
LONGEST_BUFFER = timedelta(days=7)
LONGEST_WAY = timedelta(days=2)
"""More is not asked for between two neighbours, however far they are apart."""
WHY: dict[str, Why] = {"confirmed": "busy", "hold": "held", "block": "block", "maintenance": "maintenance"}
LOANS = frozenset({"hold", "confirmed"})


@dataclass(frozen=True)
class Place:
    """Where something is used; without coordinates no way to it is counted."""

    name: str = ""
    division_code: str = ""
    lat: float | None = None
    lng: float | None = None

    @property
    def point(self) -> Point | None:
        """Its coordinates."""
        return Point(self.lat, self.lng) if self.lat is not None and self.lng is not None else None


NOWHERE = Place()


@dataclass(frozen=True)
class Clash:
    """What stands in the way of a period: an overlap, a neighbour too near (`gap`, `travel`), or too few `left` of a pool."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    leg_id: int | None
    why: Why
    way: Travel | None = None
    places: tuple[str, str] = ("", "")
    needed: int = 0
    left: int = 0


# Ways ---------------------------------------------------------------------


def estimated(one: Point, other: Point) -> Travel:
    """By the straight line and the settings."""
    settings = current_app.config["ALLIANCE"]
    return travel(one, other, detour=settings.road_detour, speed=settings.road_speed)


road: Callable[[Point, Point], Travel] = estimated
"""How one gets from a point to another; a matrix of real roads may take its place."""


def way(one: Place, other: Place) -> Travel | None:
    """The way between two places; None where one of them has no coordinates."""
    return road(one.point, other.point) if one.point is not None and other.point is not None else None


def moves(resource: Resource) -> bool:
    """Whether it has to be brought from place to place."""
    return kinds.KINDS[resource.kind].moves


def home(resource: Resource) -> Place:
    """Where it stands when nobody has it; its own coordinates, else its centre's."""
    at = resource if resource.lat is not None else resource.owner
    return Place(resource.address or resource.owner.short_name, resource.division_code, at.lat, at.lng)


def placed(session: Session, name: str, division_code: str, lat: float | None, lng: float | None) -> Place:
    """The place that was named; without coordinates of its own it lies where the county's cultural centre is."""
    if lat is None and division_code:
        county = Centre.division_code.startswith(county_code(division_code))
        query = sa.select(Centre.lat, Centre.lng).where(county, Centre.lat.is_not(None)).order_by(Centre.role != "main", Centre.id)
        lat, lng = session.execute(query.limit(1)).first() or (None, None)
    return Place(name[:120], division_code, lat, lng)


def place_of(row: Occupancy) -> Place:
    """Where it is then: a block keeps it at home."""
    if row.kind not in LOANS:
        return home(row.resource)
    return Place(row.place, row.division_code, row.lat, row.lng)


def handling(earlier: Resource | None, later: Resource | None) -> int:
    """Minutes of striking after a loan and of setting up for the next."""
    strike = earlier.details.get("strike_min") if earlier is not None else 0
    setup = later.details.get("setup_min") if later is not None else 0
    return int(strike or 0) + int(setup or 0)


# Gaps ---------------------------------------------------------------------


def buffers(after: int, before: int, *, added: bool) -> timedelta:
    """The larger of the two, or their sum where one crew does both."""
    return min(timedelta(minutes=after + before if added else max(after, before)), LONGEST_BUFFER)


def gap_after(earlier: Occupancy, resource: Resource) -> timedelta:
    """Buffers between an earlier occupancy and a loan of `resource`; a block has none of its own."""
    own = earlier.resource.buffer_after if earlier.kind in LOANS else 0
    return buffers(own, resource.buffer_before, added=earlier.resource.one_crew or resource.one_crew)


def gap_before(resource: Resource, later: Occupancy) -> timedelta:
    """Buffers between a loan of `resource` and a later occupancy."""
    own = later.resource.buffer_before if later.kind in LOANS else 0
    return buffers(resource.buffer_after, own, added=later.resource.one_crew or resource.one_crew)


def clearance(resource: Resource, row: Occupancy, place: Place, *, first: bool) -> timedelta:
    """All that has to lie between a row, which is `first` or comes later, and a loan of `resource` at that place."""
    if resource.is_pool:
        return turn(resource)
    gap = gap_after(row, resource) if first else gap_before(resource, row)
    return min(gap + timedelta(minutes=_carrying(resource, row, place, first=first)[0]), LONGEST_BUFFER) if moves(resource) else gap


def _carrying(resource: Resource, row: Occupancy, place: Place, *, first: bool) -> tuple[int, Travel | None, tuple[str, str]]:
    """Minutes of strike, way and set-up between the two; the way and its ends."""
    loan = row.resource if row.kind in LOANS else None
    one, other = (place_of(row), place) if first else (place, place_of(row))
    going = way(one, other)
    driving = min(going.minutes, LONGEST_WAY // timedelta(minutes=1)) if going else 0
    minutes = driving + (handling(loan, resource) if first else handling(resource, loan))
    return minutes, going, (one.name, other.name)


def judge(
    resource: Resource, rows: Sequence[Occupancy], start: datetime, end: datetime, *, place: Place | None = None, quantity: int = 1
) -> tuple[Clash, ...]:
    """What of these occupancies stands in the way of a loan in [start, end) at that place, by time."""
    if resource.is_pool:
        return _short(resource, rows, start, end, quantity)
    found = (_clash(resource, row, start, end, place or NOWHERE) for row in rows)
    return tuple(dict.fromkeys(clash for clash in found if clash is not None))


def _clash(resource: Resource, row: Occupancy, start: datetime, end: datetime, place: Place) -> Clash | None:
    if row.starts_at < end and start < row.ends_at:
        return Clash(row.kind, row.starts_at, row.ends_at, row.leg_id, WHY[row.kind])
    first = row.ends_at <= start
    room = start - row.ends_at if first else row.starts_at - end
    gap = gap_after(row, resource) if first else gap_before(resource, row)
    if room < gap:
        return Clash(row.kind, row.starts_at, row.ends_at, row.leg_id, "gap")
    if room < LONGEST_BUFFER and moves(resource):
        return _too_far(resource, row, room, gap, place, first=first)
    return None


def _too_far(resource: Resource, row: Occupancy, room: timedelta, gap: timedelta, place: Place, *, first: bool) -> Clash | None:
    """Strike, the way, set-up, beside the buffers."""
    minutes, going, names = _carrying(resource, row, place, first=first)
    if room >= min(gap + timedelta(minutes=minutes), LONGEST_BUFFER):
        return None
    needed = minutes + int(gap.total_seconds() // 60)
    return Clash(row.kind, row.starts_at, row.ends_at, row.leg_id, "travel", going, names, needed)


# Pools --------------------------------------------------------------------


def turn(resource: Resource) -> timedelta:
    """What lies between two uses of one piece of a pool."""
    return buffers(resource.buffer_after, resource.buffer_before, added=resource.one_crew)


def most_taken(rows: Sequence[Occupancy], start: datetime, end: datetime, pause: timedelta = timedelta()) -> int:
    """The largest number out at one moment of [start, end), each being away until `pause` after its end."""
    changes = sorted(
        change
        for row in rows
        if row.starts_at < end and start < row.ends_at + pause
        for change in ((max(row.starts_at, start), 1, row.quantity), (row.ends_at + pause, 0, -row.quantity))
    )
    most = out = 0
    for _moment, _begins, number in changes:
        out += number
        most = max(most, out)
    return most


def _short(resource: Resource, rows: Sequence[Occupancy], start: datetime, end: datetime, quantity: int) -> tuple[Clash, ...]:
    """One clash where the pool does not have so many left."""
    pause = turn(resource)
    most = most_taken(rows, start, end + pause, pause)
    if most + quantity <= resource.quantity:
        return ()
    firm = [row for row in rows if row.kind != "hold"]
    kind = "confirmed" if most_taken(firm, start, end + pause, pause) + quantity > resource.quantity else "hold"
    return (Clash(kind, start, end, None, "pool", needed=quantity, left=max(0, resource.quantity - most)),)


# In words -----------------------------------------------------------------


def say(clash: Clash) -> str:
    """The clash as a sentence."""
    span = spoken_range(clash.starts_at, clash.ends_at, str(get_locale() or "zh"), today=clock.local(clock.now()).date())
    if clash.why == "travel":
        return _say_way(clash, span)
    if clash.why == "pool":
        return str(_("%(span)s 只剩 %(left)s 件（间、张），要 %(n)s 件不够。", span=span, left=clash.left, n=clash.needed))
    sentences = {
        "busy": _("%(span)s 已被占用。", span=span),
        "held": _("%(span)s 已为另一份申请保留。", span=span),
        "block": _("%(span)s 不外借。", span=span),
        "maintenance": _("%(span)s 维修保养。", span=span),
        "gap": _("与 %(span)s 的使用相隔太近，来不及撤场和布置。", span=span),
    }
    return str(sentences[clash.why])


def _say_way(clash: Clash, span: str) -> str:
    locale = str(get_locale() or "zh")
    need = spoken_minutes(clash.needed, locale)
    if clash.way is None:
        return str(_("与 %(span)s 的使用相隔不够：收台、装台共需%(need)s。", span=span, need=need))
    where, to = (name or str(_("未写明的地点")) for name in clash.places)
    said = {"span": span, "where": where, "to": to, "km": f"{clash.way.km:g}", "need": need}
    said["time"] = spoken_minutes(clash.way.minutes, locale)
    told = _("从%(where)s到%(to)s约 %(km)s km，路上%(time)s，连同收台、装台和间隔共需%(need)s。", **said)
    return str(_("与 %(span)s 的使用相隔不够：%(way)s", span=span, way=told))
