"""Entries of a feed as iCalendar (RFC 5545), by the library of that name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OURS = "-//Alliance//Cultural Centre Alliance//ZH"


@dataclass(frozen=True)
class Entry:
    """One event; `uid` stays the same and `sequence` grows as the thing changes; `stamp`: when it was last changed."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    stamp: datetime
    sequence: int = 0
    status: str = "CONFIRMED"
    busy: bool = True
    description: str = ""
    location: str = ""
    url: str = ""


def written(name: str, entries: Iterable[Entry]) -> bytes:
    """A whole calendar, lines folded by octets."""
    made = icalendar.Calendar()
    for key, value in (("version", "2.0"), ("prodid", OURS), ("calscale", "GREGORIAN"), ("method", "PUBLISH")):
        made.add(key, value)
    for key, value in (("name", name), ("x-wr-calname", name), ("x-wr-timezone", str(SHANGHAI))):
        made.add(key, value)
    made.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    made.add_component(_zone())
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: Entry) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", entry.stamp.astimezone(UTC))
    made.add("last-modified", entry.stamp.astimezone(UTC))
    made.add("sequence", entry.sequence)
    made.add("dtstart", entry.start.astimezone(SHANGHAI))
    made.add("dtend", entry.end.astimezone(SHANGHAI))
    made.add("summary", entry.summary)
    made.add("status", entry.status)
    made.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    for key in ("description", "location", "url"):
        if value := getattr(entry, key):
            made.add(key, value)
    return made


def _zone() -> icalendar.Timezone:
    """China's one zone: eight hours ahead, without summer time since the last one ended in September 1991."""
    zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", str(SHANGHAI))
    standard.add("dtstart", datetime(1991, 9, 15, 2))  # noqa: DTZ001 - by the wall clock, as the standard asks
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone
