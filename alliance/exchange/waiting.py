"""What is asked for and not answered yet: how many wait for the same thing in a time, and who waits beside whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.catalogue import availability
from alliance.catalogue.models import Resource
from alliance.catalogue.taken import sharing
from alliance.centres.models import Centre
from alliance.exchange.case import wishes
from alliance.exchange.models import Leg, Line, Terms

STATES = ("requested", "incomplete")


def waiting_between(
    session: Session, resource: Resource, start_at: datetime, end_at: datetime, *, but: Centre | None = None
) -> int:
    """How many requests wait for the same units in that time, not counting those of the centre `but`."""
    return sum(
        any(begin < end_at and start_at < end for begin, end in wishes(terms))
        for _unit, terms in _asked_for(session, [resource.id], but=but)
    )


def rivals(session: Session, legs: Sequence[Leg]) -> dict[int, int]:
    """For each of these legs how many others wait for the same units on days that it asks for; one query."""
    asked = _asked_for(session, sorted({line.resource_id for leg in legs for line in leg.lines}))
    spans = {terms.leg_id: wishes(terms) for _resource, terms in asked}
    wanted: dict[int, set[int]] = {}
    for number, terms in asked:
        wanted.setdefault(number, set()).add(terms.leg_id)
    found = {}
    for leg in legs:
        others = {other for line in leg.lines for other in wanted.get(line.resource_id, ())} - {leg.id}
        mine = spans.get(leg.id, [])
        found[leg.id] = sum(
            any(begin < last and first < end for begin, end in spans[other] for first, last in mine) for other in others
        )
    return found


def waiting(
    session: Session, resource_ids: Sequence[int], start_at: datetime, end_at: datetime
) -> list[tuple[int, datetime, datetime]]:
    """What is asked for in that time and not answered yet, as (resource, start, end); one query."""
    return [
        (number, begin, end)
        for number, terms in _asked_for(session, resource_ids)
        for begin, end in wishes(terms)
        if begin < end_at and start_at < end
    ]


def _asked_for(session: Session, resource_ids: Sequence[int], *, but: Centre | None = None) -> list[tuple[int, Terms]]:
    """Terms in force of waiting legs, of other centres than `but`, with the resource (of those given) whose units they want."""
    pairs = sharing(resource_ids).subquery()
    query = (
        sa.select(pairs.c.mine, Terms)
        .join(Line, Line.resource_id == pairs.c.theirs)
        .join(Leg, Leg.id == Line.leg_id)
        .join(Terms, sa.and_(Terms.leg_id == Leg.id, Terms.version == Leg.terms_version))
        .where(Leg.state.in_(STATES), Leg.borrower_id != (but.id if but is not None else 0))
    )
    unique = {(number, terms.id): (number, terms) for number, terms in session.execute(query)}
    return list(unique.values())


availability.waiting = waiting
