"""Other listings of the same kind that are free on the dates, the best fit first; whom the borrower lent more goes before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.busy import busy_between
from alliance.catalogue.gaps import Place, home
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import balance
from alliance.exchange.listing import why_not
from alliance.exchange.models import Leg
from alliance.exchange.table import BOOKED
from alliance.places import km

FAR = 10_000.0
CANDIDATES = 500
SORTS = ("venue_type", "vehicle_type", "talent_kind")
NEAR = 20
"""Kilometres that make no difference."""


def alternatives(session: Session, leg: Leg, *, most: int = 3, alike: bool = False) -> tuple[Resource, ...]:
    """For what is left of the dates of a leg, only of its own sort if `alike`; nothing when it has none, or they are over."""
    if leg.starts_at is None or leg.ends_at is None or leg.ends_at <= clock.now():
        return ()
    start = max(leg.starts_at, clock.now())
    return instead_of(session, leg.lines[0].resource, leg.borrower, start, leg.ends_at, most=most, alike=alike)


def instead_of(
    session: Session,
    resource: Resource,
    borrower: Centre,
    start: datetime,
    end: datetime,
    *,
    most: int = 3,
    place: Place | None = None,
    alike: bool = False,
) -> tuple[Resource, ...]:
    """Free and allowed for the borrower in [start, end), by fit, distance, balance, acceptance; constant queries."""
    busy = busy_between(session, start, end, place=place)
    query = (
        sa.select(Resource)
        .where(Resource.kind == resource.kind, Resource.state == "published", Resource.id != resource.id)
        .where(Resource.owner_id != borrower.id)
        .order_by(Resource.hot.desc(), Resource.id)
        .limit(CANDIDATES)
    )
    free = [found for found in session.scalars(query) if found.id not in busy and why_not(found, borrower) is None]
    if alike and sort_of(resource):
        free = [found for found in free if sort_of(found) == sort_of(resource)]
    owed = balance.leaning(session, borrower.id, resource.kind)
    shares = accepted(session, {found.owner_id for found in free})

    def rank(found: Resource) -> tuple[float, ...]:
        far = _distance(borrower, found)
        return -fit(resource, found), far // NEAR, -owed.get(found.owner_id, 0), -shares.get(found.owner_id, 1.0), far, found.id

    return tuple(sorted(free, key=rank)[:most])


def accepted(session: Session, owners: set[int]) -> dict[int, float]:
    """By owner, which share of what it answered in a year came about; what fell because others were first is no refusal."""
    refused = sa.and_(Leg.state == "declined", Leg.ended_code.is_not(None), Leg.ended_reason != "")
    query = (
        sa.select(Leg.owner_id, sa.func.sum(sa.case((refused, 0), else_=1)), sa.func.count())
        .where(Leg.owner_id.in_(owners), Leg.requested_at > clock.now() - balance.RECENT)
        .where(sa.or_(refused, Leg.state.in_(BOOKED | {"closed"})))
        .group_by(Leg.owner_id)
    )
    return {owner: taken / all_of_them for owner, taken, all_of_them in session.execute(query)}


def sort_of(resource: Resource) -> str:
    """Which sort of its kind it is: a theatre, a stage truck, a troupe; empty where that is not said."""
    return next((str(resource.details[name]) for name in SORTS if resource.details.get(name)), "")


def fit(wanted: Resource, found: Resource) -> int:
    """How much it is like the one wanted: same sort, shared art forms, no smaller."""
    one, other = wanted.details, found.details
    same_sort = bool(sort_of(wanted)) and sort_of(wanted) == sort_of(found)
    sizes = [name for name in ("seats_fixed", "area_m2", "deck_area_m2", "clear_height_m") if one.get(name) and other.get(name)]
    larger = sum(bool(other[name] >= one[name]) for name in sizes)
    return 2 * same_sort + len(set(wanted.art_forms) & set(found.art_forms)) + larger


def notes(session: Session, borrower: Centre, found: Sequence[Resource]) -> dict[int, list[str]]:
    """Why each stands where it does, in words, by its number: how far it is, and what was lent to its owner."""
    owed = balance.leaning(session, borrower.id, found[0].kind) if found else {}
    told = {}
    for one in found:
        far = _distance(borrower, one)
        words = [
            _("约 %(km)s km", km=f"{far:.0f}") if far < FAR else "",
            balance.leaning_words(owed.get(one.owner_id, 0), one.kind),
        ]
        told[one.id] = [str(word) for word in words if word]
    return told


def _distance(borrower: Centre, found: Resource) -> float:
    at = home(found)
    if borrower.lat is None or borrower.lng is None or at.lat is None or at.lng is None:
        return FAR
    return km((borrower.lat, borrower.lng), (at.lat, at.lng))
