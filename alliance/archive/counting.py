"""How often works are looked at and opened: counted by month, without whoever does it."""

from typing import Any

from flask import request

from alliance import tally
from alliance.archive.models import Asset, today
from alliance.permissions import may

IN_PAGES = ("video", "audio", "image")


def used(asset: Asset, person: Any, what: str) -> None:
    """One more `view` of its page or opening of its `file`; not by those who edit it, not of what is not published."""
    if request.method == "GET" and asset.state == "published" and not may(person, "asset.edit", asset):
        count(asset.id, what)


def opened(asset: Asset, person: Any) -> None:
    """Its file, opened or taken away; what a page fetches for its player, whether or not it is played, belongs to the page."""
    from_the_start = request.range is None or request.range.ranges[0][0] == 0
    if from_the_start and request.headers.get("Sec-Fetch-Dest") not in IN_PAGES:
        used(asset, person, "file")


def count(asset_id: int, what: str) -> None:
    """One more in this month."""
    tally.note("asset", today().replace(day=1), asset_id, what)
