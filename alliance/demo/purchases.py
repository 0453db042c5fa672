"""The demo's bought programmes: how many sessions, how many were used before, how long the contract runs."""

from datetime import date, timedelta
from typing import Any

BOUGHT: dict[str, tuple[int, int, int | None, bool]] = {
    # title: bought, used before listing, days until the contract ends (None: the last of the year), transferable
    "小鱼灯儿童剧团": (20, 12, None, True),
    "渡口爵士小乐队": (12, 7, None, True),
    "平渡青年话剧社": (10, 6, 75, True),
    "东河青年街舞团": (8, 5, None, False),
}


def terms(title: str, today: date) -> dict[str, Any]:
    """What its form says of the purchase; nothing for a troupe of the centre's own."""
    if title not in BOUGHT:
        return {}
    bought, used, days, transferable = BOUGHT[title]
    return {
        "acquired_by": "purchased",
        "sessions_bought": bought,
        "sessions_used": used,
        "contract_until": (date(today.year, 12, 31) if days is None else today + timedelta(days=days)).isoformat(),
        "transferable": transferable,
    }
