"""What the address of the timeline asks for: read with patience, said again as an address."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import request, url_for

from alliance import clock
from alliance.catalogue import kinds

KINDS = tuple(name for name, kind in kinds.KINDS.items() if kind.exclusive)
FREE = (1, 2, 3, 5, 7)
BACK, AHEAD = timedelta(days=366), timedelta(days=550)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """`count` days from `first`; `free`: how many days in a row have to be free, 0 for any."""

    first: date
    count: int = 14
    kind: str = ""
    centre: str = ""
    area: str = ""
    free: int = 0

    @property
    def last(self) -> date:
        return self.first + (self.count - 1) * DAY

    @property
    def is_month(self) -> bool:
        return self.count > 14

    def address(self, **changed: Any) -> str:
        """This or another timeline, without what is usual."""
        one = replace(self, **changed)
        said: dict[str, Any] = {"from": one.first.isoformat(), "span": "month" if one.is_month else "", "kind": one.kind}
        said |= {"centre": one.centre, "area": one.area, "free": str(one.free) if one.free else ""}
        return url_for("calendars.timeline", **{name: value for name, value in said.items() if value})

    def moved(self, way: int) -> str:
        """The two weeks or the month before (-1) or after (1)."""
        if not self.is_month:
            return self.address(first=self.first + way * 14 * DAY)
        number = self.first.year * 12 + self.first.month - 1 + way
        first = date(number // 12, number % 12 + 1, 1)
        return self.address(first=first, count=length(first))


def length(first: date) -> int:
    """How many days the month has that begins on that day."""
    return ((first + 31 * DAY).replace(day=1) - first).days


def read() -> Wanted:
    """From the address; what it does not know is nothing, a day out of reach is today."""
    today = clock.local(clock.now()).date()
    first = day_of(request.args.get("from", ""), today)
    month = request.args.get("span") == "month"
    first = first.replace(day=1) if month else first
    given = {name: request.args.get(name, "") for name in ("kind", "centre", "area", "free")}
    return Wanted(
        first,
        length(first) if month else 14,
        given["kind"] if given["kind"] in KINDS else "",
        given["centre"][:60],
        given["area"] if given["area"].isascii() and given["area"].isdecimal() and len(given["area"]) == 6 else "",
        int(given["free"]) if given["free"] in map(str, FREE) else 0,
    )


def day_of(text: str, today: date) -> date:
    """That day if it is one, no further away than is planned; else today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if today - BACK <= day <= today + AHEAD else today
