"""The holidays and shifted working days the State Council's notices name, as rows to seed."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from alliance.worktime.calendar import Calendar


@dataclass(frozen=True, slots=True)
class CalendarDayData:
    """One day a notice names; `source` is the notice's number and date."""

    date: date
    working: bool
    zh: str
    en: str
    source: str


@cache
def official_days() -> tuple[CalendarDayData, ...]:
    """Every day named in the notices for 2024 to 2026, by date."""
    with (Path(__file__).parent / "holidays.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            CalendarDayData(
                date=date.fromisoformat(row["date"]),
                working=row["working"] == "true",
                zh=row["zh"],
                en=row["en"],
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        )


def official_calendar() -> Calendar:
    """A calendar of the notices alone, with the usual office hours."""
    days = official_days()
    return Calendar({day.date: day.working for day in days}, frozenset(day.date.year for day in days))
