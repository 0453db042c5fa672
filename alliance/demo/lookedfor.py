"""What the demo's visitors searched for in vain, and what they looked at in the archive, month by month."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from alliance import clock, tally
from alliance.archive import counting
from alliance.archive.models import Asset
from alliance.archive.visibility import visible_to
from alliance.db import db
from alliance.figures import needs

MONTHS = 8
VAIN = (
    ("皮影戏传承人", "990101", 5, False),
    ("昆曲老师", "990201", 3, False),
    ("儿童街舞教练", "990102", 4, False),
    ("手语合唱指导", "990301", 2, False),
    ("放映车", "990102", 3, True),
    ("LED 大屏车", "990203", 2, True),
    ("录音棚 周末", "", 2, False),
    ("国画临摹班", "990201", 3, True),
)
"""Words, where from, how often in the newest month, whether near misses were shown."""


def count(app: Flask, today: datetime) -> None:
    """Fewer the longer ago, as if the portal had become known; through the same counting as real visits."""
    works = list(db.session.scalars(sa.select(Asset.id).where(visible_to(None)).order_by(Asset.id)))
    for ago in range(MONTHS):
        with clock.moved(_month(today, ago)):
            for at, (words, place, often, relaxed) in enumerate(VAIN):
                for _time in range(max(0, often - (ago + at) % 4)):
                    needs.note(words, {}, place, total=0 if not relaxed else 3, relaxed=relaxed)
            for _time in range(60 - 6 * ago):
                needs.note("合唱", {}, "", total=9, relaxed=False)
            for at, work in enumerate(works):
                for time in range(max(1, (19 - at) * (MONTHS - ago) // 8)):
                    counting.count(work, "file" if time % 4 == 3 else "view")
    tally.flush(app)


def _month(today: datetime, ago: int) -> datetime:
    """A moment in the month so long ago."""
    moment = today
    for _month_back in range(ago):
        moment = moment.replace(day=1) - timedelta(days=1)
    return moment
