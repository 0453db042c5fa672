"""Licences, consents, leases and embargoes end by themselves: the pages ask the date; this tells the index and the owner."""

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


def _ends(asset: Asset, first: date) -> Iterator[tuple[str, str, date]]:
    """(event, field, day) of what has ended since `first`; a child's consent is told once, not again as anybody's."""
    for name in CLOSING:
        end: date | None = getattr(asset, name)
        if end is None or not first <= end < today():
            continue
        if name != "minor_consent_until" or end != asset.consent_until:
            yield "asset.lapsed", name, end
    if asset.embargo_until is not None and first <= asset.embargo_until <= today():
        yield "asset.opened", "embargo_until", asset.embargo_until


jobs.handles("archive.lapse", sweep, every=timedelta(hours=1))
