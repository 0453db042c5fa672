"""Is it free, and if not, what is the nearest that is: one answer for pages, forms and checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import gaps
from alliance.catalogue.availability import DAY, Span, hours_of, local_days, midnight
from alliance.catalogue.gaps import NOWHERE, Clash, Place
from alliance.catalogue.models import Resource
from alliance.catalogue.taken import neighbours

WITHIN = 60
QUARTER = timedelta(minutes=15)
MORNING, EVENING = 6, 21
SHORTEST = timedelta(hours=1)


@dataclass(frozen=True)
class Free:
    """Whether a period can be had; if not, why, and the nearest that can: as long before or after it, or shorter within it."""

    clashes: tuple[Clash, ...]
    is_open: bool
    before: Span | None = None
    after: Span | None = None
    shorter: Span | None = None

    @property
    def is_free(self) -> bool:
        """Whether it can be had as it was wished."""
        return self.is_open and not self.clashes


class Book:
    """What a listing has to do around a period, read once: two or three queries."""

    def __init__(
        self,
        session: Session,
        resource: Resource,
        period: Span,
        *,
        place: Place,
        quantity: int,
        leg_id: int | None,
    ) -> None:
        self.resource, self.place, self.quantity = resource, place, quantity
        first, last = period
        day = clock.local(first).date()
        self.hours = hours_of(session, [resource], day, (clock.local(last).date() - day).days + 1)[resource.id]
        self.rows = neighbours(session, resource, first, last, leg_id=leg_id)

    def clashes(self, start: datetime, end: datetime) -> tuple[Clash, ...]:
        """What stands in the way of that period."""
        reach = gaps.LONGEST_BUFFER
        near = [row for row in self.rows if row.starts_at < end + reach and row.ends_at > start - reach]
        return gaps.judge(self.resource, near, start, end, place=self.place, quantity=self.quantity)

    def suits(self, start: datetime, end: datetime) -> bool:
        """Whether that period can be had."""
        return self.hours.covers(start, end) and not self.clashes(start, end)

    def edges(self) -> Iterator[tuple[datetime, datetime]]:
        """For each row from when on one may begin after it, and until when one has to end before it."""
        for row in self.rows:
            before = gaps.clearance(self.resource, row, self.place, first=False)
            yield row.ends_at + gaps.clearance(self.resource, row, self.place, first=True), row.starts_at - before


def nearest_free(
    session: Session,
    resource: Resource,
    start: datetime,
    end: datetime,
    *,
    place: Place | None = None,
    quantity: int = 1,
    leg_id: int | None = None,
    within_days: int = WITHIN,
) -> Free:
    """Whether [start, end) can be had there, in that number; if not, the nearest within so many days that has not begun."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    reach = within_days * DAY
    first, last = max(start - reach, min(clock.now(), start)), end + reach
    book = Book(session, resource, (first, last), place=place or NOWHERE, quantity=quantity, leg_id=leg_id)
    found, is_open = book.clashes(start, end), book.hours.covers(start, end)
    if is_open and not found:
        return Free((), is_open=True)
    before, after = _around(book, start, end, max(first, clock.now()), last)
    return Free(found, is_open, before, after, _shorter(book, start, end))


def _around(book: Book, start: datetime, end: datetime, first: datetime, last: datetime) -> tuple[Span | None, Span | None]:
    """The nearest stretch of that length on either side of the wish."""
    length = end - start
    moments = {
        moment
        for moment in _beginnings(book, start, length, first, last)
        if first < moment <= last - length and _is_civil(moment, start, length)
    }
    earlier = sorted((moment for moment in moments if moment < start), reverse=True)
    later = sorted(moment for moment in moments if moment > start)
    return _first(book, earlier, length), _first(book, later, length)


def _is_civil(moment: datetime, wished: datetime, length: timedelta) -> bool:
    """Whether it begins and ends by day, and on the same day where the wish does; the hours of the wish are good on any day."""
    asked, offered = clock.local(wished), clock.local(moment)
    if offered.time() == asked.time():
        return True
    last = clock.local(moment + length - QUARTER)
    within = clock.local(wished + length - QUARTER).date() == asked.date()
    whole = not within or last.date() == offered.date()
    return whole and MORNING <= offered.hour < EVENING and last.hour >= MORNING


def _first(book: Book, moments: Iterable[datetime], length: timedelta) -> Span | None:
    return next(((moment, moment + length) for moment in moments if book.suits(moment, moment + length)), None)


def _beginnings(book: Book, start: datetime, length: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    """The same time on other days, when it opens, and as soon or as late as its neighbours allow."""
    since = start - midnight(clock.local(start).date())
    for day in local_days(first, last):
        yield midnight(day) + since
        yield from (opens for opens, _closes in book.hours.spans(day))
    for soonest, latest in book.edges():
        yield _up(soonest)
        yield _down(latest - length)


def _shorter(book: Book, start: datetime, end: datetime) -> Span | None:
    """The longest stretch within the wish, of an hour at least."""
    begins, ends = {start}, {end}
    for soonest, latest in book.edges():
        begins.add(_up(soonest))
        ends.add(_down(latest))
    for day in local_days(start, end):
        for opens, closes in book.hours.spans(day):
            begins.add(opens)
            ends.add(closes)
    now = clock.now()
    spans = [
        (one, other)
        for one in begins
        for other in ends
        if max(start, now) <= one and other <= end and SHORTEST <= other - one < end - start
    ]
    return next((span for span in sorted(spans, key=lambda span: (span[0] - span[1], span[0])) if book.suits(*span)), None)


def _up(moment: datetime) -> datetime:
    """The next full quarter of an hour."""
    return moment + (datetime.min.replace(tzinfo=UTC) - moment) % QUARTER


def _down(moment: datetime) -> datetime:
    return moment - (moment - datetime.min.replace(tzinfo=UTC)) % QUARTER


def next_free(
    session: Session, resource: Resource, length: timedelta, after: datetime, within_days: int = WITHIN, *, quantity: int = 1
) -> Span | None:
    """The first stretch of that length in which it is open and nothing clashes, from an opening on (a venue) or a midnight."""
    last = midnight(clock.local(after).date() + (within_days + 1) * DAY)
    book = Book(session, resource, (after, last + length), place=NOWHERE, quantity=quantity, leg_id=None)
    opens = (begins for day in local_days(after, last) for begins, _closes in book.hours.spans(day) if begins >= after)
    return _first(book, opens, length)
