"""Once a day: what was not verified for a year, whose papers end soon, and what may not go on the road any more."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import jobs, journal
from alliance.catalogue import procured, rules, service
from alliance.catalogue.kinds.show import SOON, today
from alliance.catalogue.models import LISTED, Resource
from alliance.db import transaction

STALE = timedelta(days=365)
ENDS = ("insurance_until", "inspection_until", "consent_until", "licence_until")


def remind(_payload: dict[str, Any]) -> None:
    """Record each reminder once; pause a truck whose insurance or inspection ended, hide a talent whose consent did."""
    with transaction() as session:
        numbers = session.scalars(sa.select(Resource.id).where(Resource.state.in_(LISTED)).order_by(Resource.id)).all()
    for number in numbers:
        with transaction() as session:
            resource = session.get(Resource, number)
            if resource is not None and resource.is_listed:
                _look_at(session, resource)


def _look_at(session: Session, resource: Resource) -> None:
    _stale(session, resource)
    _sessions(session, resource)
    for name, end in _ends(resource):
        if end < today():
            _ended(session, resource, name, end)
        elif end <= today() + timedelta(days=SOON):
            once(session, "resource.paper_ending", resource, f"{name}:{end}", {"field": name, "until": end.isoformat()})


def _sessions(session: Session, resource: Resource) -> None:
    """Sixty and thirty days before its contract ends, once each, while it has sessions left."""
    end = procured.until(resource)
    if end is None or not procured.is_counted(resource) or not (free := procured.left(resource)):
        return
    days = (end - today()).days
    mark = next((one for one in (30, 60) if 0 <= days <= one), None)
    if mark is not None:
        data = {"until": end.isoformat(), "sessions_left": free}
        once(session, "resource.sessions_ending", resource, f"{end}:{mark}", data)


def _stale(session: Session, resource: Resource) -> None:
    since = resource.verified_on or (resource.published_at or resource.created_at).date()
    if today() - since > STALE:
        once(session, "resource.stale", resource, since.isoformat(), {"since": since.isoformat()})


def _ends(resource: Resource) -> Iterator[tuple[str, date]]:
    for name in ENDS:
        if day := resource.details.get(name):
            yield name, date.fromisoformat(day)
    for paper in resource.papers:
        if paper.expires_on:
            yield f"paper {paper.id}", paper.expires_on


def _ended(session: Session, resource: Resource, name: str, end: date) -> None:
    """Told once; a paper that listing demands takes it out of lending, and nobody but the owner brings it back."""
    once(session, "resource.paper_ended", resource, f"{name}:{end}", {"field": name, "until": end.isoformat()})
    if name == "consent_until":
        service.move(session, None, resource, "withdrawn", "resource.withdrawn", reason="consent_ended")
    elif name in rules.PAPER_ENDS and resource.state in ("published", "maintenance"):
        service.pause(session, None, resource=resource, reason=name)


def once(session: Session, action: str, resource: Resource, mark: str, data: dict[str, Any]) -> None:
    """Record an event that this mark has not had yet."""
    key = f"{action}:{resource.id}:{mark}"
    if journal.seen(session, key) is None:
        journal.record(session, action, resource, centre_id=resource.owner_id, data=data, key=key)


jobs.handles("catalogue.reminders", remind, every=timedelta(days=1))
