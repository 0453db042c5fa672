"""Working days and office hours, as the State Council's notices and the alliance's own rows say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays with a fixed date, by the regulation on public holidays as revised in November 2024.

They stand in for a year whose notice is not out yet; festivals of the lunar calendar and the shifting of working days
are left to the notice.
"""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Two halves of a working day in local time."""

    morning: tuple[time, time] = (time(8, 30), time(12))
    afternoon: tuple[time, time] = (time(13, 30), time(17, 30))

    def __post_init__(self) -> None:
        if not self.morning[0] < self.morning[1] <= self.afternoon[0] < self.afternoon[1]:
            raise ValueError("office hours must follow one another")

    @property
    def length(self) -> timedelta:
        """Working time of one day."""
        return sum((_span(start, end) for start, end in (self.morning, self.afternoon)), timedelta())


@dataclass(frozen=True)
class Calendar:
    """Which days are worked and when: `overrides` maps a date to True (worked) or False (holiday).

    `official_years` are the years for which a notice has been entered; in any other year the fixed-date holidays and
    the weekends are free and what is computed is provisional.
    """

    overrides: Mapping[date, bool]
    official_years: frozenset[int]
    office: OfficeHours = field(default_factory=OfficeHours)
    zone: str = "Asia/Shanghai"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def local_date(self, moment: datetime) -> date:
        """The calendar day on which an aware moment falls here."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment.astimezone(self.tz).date()

    def is_working_day(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day.year not in self.official_years and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < 5

    def working_days(self, after: date, *, backwards: bool = False) -> Iterator[date]:
        """Working days one after the other, not counting the day started from."""
        step = -ONE_DAY if backwards else ONE_DAY
        day = after
        while True:
            day += step
            if self.is_working_day(day):
                yield day

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start` (before it when n is negative); `start` itself for 0."""
        if n == 0:
            return start
        days = self.working_days(start, backwards=n < 0)
        return next(day for count, day in enumerate(days, 1) if count == abs(n))

    def count_working_days(self, after: date, until: date) -> int:
        """Working days later than `after` and not later than `until`."""
        days = range(1, (until - after).days + 1)
        return sum(self.is_working_day(after + timedelta(days=n)) for n in days)

    def opening(self, day: date) -> datetime:
        return self._at(day, self.office.morning[0])

    def closing(self, day: date) -> datetime:
        """The end of office hours on that day, in UTC."""
        return self._at(day, self.office.afternoon[1])

    def office_spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The two halves of a working day in UTC; nothing on a free day."""
        if not self.is_working_day(day):
            return ()
        halves = (self.office.morning, self.office.afternoon)
        return tuple((self._at(day, start), self._at(day, end)) for start, end in halves)

    def provisional(self, start: datetime, end: datetime) -> bool:
        """Whether a year between the two moments still waits for its notice."""
        years = range(self.local_date(start).year, self.local_date(end).year + 1)
        return any(year not in self.official_years for year in years)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.tz).astimezone(UTC)


def _span(start: time, end: time) -> timedelta:
    return timedelta(hours=end.hour - start.hour, minutes=end.minute - start.minute, seconds=end.second - start.second)
