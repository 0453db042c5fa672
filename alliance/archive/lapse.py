"""Licences, consents, leases and embargoes end by themselves: the pages ask the date; this tells the index and the owner, who
hears of an end 30 and 7 days before too."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from alliance import jobs, journal
from alliance.archive.locking import hold
from alliance.archive.models import Asset, today
from alliance.db import transaction

BACK = timedelta(days=30)
DAY = timedelta(days=1)
BEFORE = (7, 30)
"""Days before an end on which the owner is told, the nearest first."""
CLOSING = ("licence_until", "consent_until", "minor_consent_until", "lease_until")
"""Ends whose last day still counts: the file closes on the day after."""


def sweep(_payload: dict[str, Any]) -> None:
    """Record once, for each published asset, that something of it has ended, so that it is indexed anew and its owner told."""
    first, last = today() - BACK, today() - DAY
    ended = [getattr(Asset, name).between(first, last) for name in CLOSING]
    due = sa.or_(*ended, Asset.embargo_until.between(first, today()))
    with transaction() as session:
        for asset in session.scalars(sa.select(Asset).where(Asset.state == "published", due)):
            hold(session, asset)
            for action, name, end in _ends(asset, first):
                key = f"asset-lapsed:{asset.id}:{name}:{end}"
                if journal.seen(session, key) is None:
                    asset.version += 1
                    journal.record(session, action, asset, centre_id=asset.owner_id, data={name: str(end)}, key=key)


def remind(_payload: dict[str, Any]) -> None:
    """Record once for each end and each of the two distances that it comes near; who is late is told of the nearer only."""
    last = today() + timedelta(days=max(BEFORE))
    near = sa.or_(*(getattr(Asset, name).between(today(), last) for name in CLOSING))
    with transaction() as session:
        for asset in session.scalars(sa.select(Asset).where(Asset.state == "published", near).order_by(Asset.id)):
            for name, end in closing(asset, today(), last):
                days = next(days for days in BEFORE if end <= today() + timedelta(days=days))
                key = f"asset-ending:{asset.id}:{name}:{end}:{days}"
                if journal.seen(session, key) is None:
                    told = {name: str(end), "before": str(days)}
                    journal.record(session, "asset.ending", asset, centre_id=asset.owner_id, data=told, key=key)


def closing(asset: Asset, first: date, last: date) -> Iterator[tuple[str, date]]:
    """(field, day) of what closes the file between those days; a child's consent is told once, not again as anybody's."""
    for name in CLOSING:
        end: date | None = getattr(asset, name)
        if end is not None and first <= end <= last and (name != "minor_consent_until" or end != asset.consent_until):
            yield name, end


def _ends(asset: Asset, first: date) -> Iterator[tuple[str, str, date]]:
    """(event, field, day) of what has ended since `first`."""
    for name, end in closing(asset, first, today() - DAY):
        yield "asset.lapsed", name, end
    if asset.embargo_until is not None and first <= asset.embargo_until <= today():
        yield "asset.opened", "embargo_until", asset.embargo_until


jobs.handles("archive.lapse", sweep, every=timedelta(hours=1), with_the_day=True)
jobs.handles("archive.remind", remind, every=timedelta(days=1))
