"""Licences and consents end by themselves: the pages ask the date; this tells the search index and the owner's journal."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from alliance import jobs, journal
from alliance.archive.models import Asset, today
from alliance.db import transaction


def sweep(_payload: dict[str, Any]) -> None:
    """Record once, for each published asset, that its licence or consent has ended, so that it is indexed anew."""
    since = today() - timedelta(days=30)
    with transaction() as session:
        ended = [end.between(since, today() - timedelta(days=1)) for end in (Asset.licence_until, Asset.consent_until)]
        for asset in session.scalars(sa.select(Asset).where(Asset.state == "published", sa.or_(*ended))):
            for name in ("licence_until", "consent_until"):
                end = getattr(asset, name)
                key = f"asset-lapsed:{asset.id}:{name}:{end}"
                if end is not None and since <= end < today() and journal.seen(session, key) is None:
                    asset.version += 1
                    journal.record(session, "asset.lapsed", asset, centre_id=asset.owner_id, data={name: str(end)}, key=key)


jobs.handles("archive.lapse", sweep, every=timedelta(hours=1))
