"""What the exchange writes on a listing: how often lent, how rated, how hot; the index follows by `resource.rated`."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.exchange.models import Leg, Line, Rating

WEIGHTS = {"leg.submit": 3, "leg.endorse": 3, "leg.commit": 5}
WINDOW = timedelta(days=90)
HALVED = timedelta(days=30)


def lend(session: Session, resource: Resource) -> None:
    """One more loan that closed; the caller has locked the resource."""
    resource.lent_count += 1
    _changed(session, resource, {"lent_count": resource.lent_count})


def rate(session: Session, resource: Resource, *, person: Any) -> None:
    """Mean and number of the borrowers' ratings, counted anew; the caller has locked the resource."""
    rated = sa.select(sa.func.avg(Rating.stars), sa.func.count(Rating.id))
    query = rated.join(Line, Line.leg_id == Rating.leg_id).where(Line.resource_id == resource.id, Rating.side == "borrower")
    mean, count = session.execute(query).one()
    resource.rating, resource.rating_count = round(float(mean), 2), count
    _changed(session, resource, {"rating": resource.rating, "rating_count": count}, person)


def hot(session: Session, now: datetime) -> dict[int, float]:
    """Requests × 3 + confirmed uses × 5 of ninety days, halved every thirty, by resource."""
    heat: dict[int, float] = defaultdict(float)
    query = (
        sa.select(Line.resource_id, journal.Event.action, journal.Event.at)
        .join(journal.Event, sa.and_(journal.Event.subject_type == Leg.__tablename__, journal.Event.subject_id == Line.leg_id))
        .where(journal.Event.action.in_(WEIGHTS), journal.Event.at > now - WINDOW, journal.Event.at <= now)
    )
    for resource_id, action, at in session.execute(query):
        heat[resource_id] += WEIGHTS[action] * 0.5 ** ((now - at) / HALVED)
    return {number: round(value, 2) for number, value in heat.items()}


def cool(_payload: dict[str, Any]) -> None:
    """Nightly: write how hot each listing is, and cool down what nobody asked for."""
    with transaction() as session:
        heat = hot(session, clock.now())
        query = sa.select(Resource).where(sa.or_(Resource.id.in_(heat), Resource.hot > 0)).order_by(Resource.id)
        for resource in session.scalars(query.with_for_update(of=Resource)):
            if resource.hot != heat.get(resource.id, 0.0):
                resource.hot = heat.get(resource.id, 0.0)
                _changed(session, resource, {"hot": resource.hot})


def _changed(session: Session, resource: Resource, data: dict[str, Any], person: Any = None) -> None:
    resource.version += 1
    journal.record(
        session, "resource.rated", resource, person=person, centre_id=resource.owner_id, data=data | {"version": resource.version}
    )


jobs.handles("exchange.hot", cool, every=timedelta(days=1))
