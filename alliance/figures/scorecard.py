"""The scorecard of the centres for a year or a quarter, as far as exchanges carry it: the parts, never one hidden total."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from alliance import clock
from alliance.catalogue.availability import local_days, midnight
from alliance.catalogue.models import Resource
from alliance.exchange.listing import EXCLUSIVE
from alliance.exchange.models import Agreement, Ask, Leg, Rating, Report
from alliance.exchange.reviewing import held
from alliance.exchange.training import ledgers
from alliance.figures.exchanges import CAME_ABOUT
from alliance.figures.measures import Facts
from alliance.forms import LATEST
from alliance.journal import Event
from alliance.people.models import Person, Post
from alliance.worktime.rows import calendar

ANSWERS = ("leg.approve", "leg.decline", "leg.offer")
ANSWERED = ("agreed", "offered", "declined")
Sent = aliased(Event)


@dataclass(frozen=True)
class Span:
    """A year, or one of its quarters; or all from a day on."""

    year: int
    quarter: int = 0
    since: date | None = None

    @property
    def ends(self) -> tuple[datetime, datetime]:
        if self.since is not None:
            return midnight(self.since), midnight(LATEST)
        first = 3 * self.quarter - 2 if self.quarter else 1
        after = first + (3 if self.quarter else 12)
        return midnight(date(self.year, first, 1)), midnight(date(self.year + after // 13, (after - 1) % 12 + 1, 1))


def facts(session: Session, span: Span) -> dict[int, Facts]:
    """By centre; a constant number of queries whatever theirs."""
    found: dict[int, Facts] = defaultdict(Facts)
    _loans(session, span, found)
    _answers(session, span, found)
    _ratings(session, span, found)
    _damages(session, span, found)
    _training(session, span, found)
    _listings(session, found)
    legs = [leg for one in found.values() for leg in one.lent]
    query = sa.select(Report.leg_id, Report.figures).where(Report.kind == "send_back", Report.leg_id.in_(legs))
    filed = {leg: figures for leg, figures in session.execute(query.order_by(Report.id))}  # noqa: C416
    for one in found.values():
        one.filed = filed
    return found


def _loans(session: Session, span: Span, found: dict[int, Facts]) -> None:
    start, end = span.ends
    columns = (Leg.id, Leg.state, Leg.owner_id, Leg.borrower_id, Leg.starts_at, Leg.ends_at, Leg.breach_by, Agreement.kind)
    within = sa.and_(Leg.starts_at >= start, Leg.starts_at < end, Leg.requested_at.is_not(None))
    for row in session.execute(
        sa.select(*columns).join(Agreement, Agreement.id == Leg.agreement_id).where(within).order_by(Leg.id)
    ):
        if row.breach_by:
            found[row.owner_id if row.breach_by == "owner" else row.borrower_id].breached.append(row.id)
        if row.kind != "licence" and row.state in CAME_ABOUT and row.starts_at and row.ends_at and row.starts_at <= clock.now():
            days = sum(1 for _day in local_days(row.starts_at, row.ends_at))
            for centre, legs in ((row.owner_id, "lent"), (row.borrower_id, "borrowed")):
                getattr(found[centre], legs).append(row.id)
                found[centre].days[row.id] = days


def _answers(session: Session, span: Span, found: dict[int, Facts]) -> None:
    """By the journal: what was answered, refused, and what turned red."""
    start, end = span.ends
    query = (
        sa.select(Event.action, Event.data, Event.at, Leg.id, Leg.owner_id, _sent_at())
        .join(Leg, sa.and_(Event.subject_type == Leg.__tablename__, Event.subject_id == Leg.id))
        .where(Event.action.in_((*ANSWERS, "leg.escalated")), Event.at >= start, Event.at < end)
    )
    days = calendar(session)
    for action, data, at, leg, owner, sent in session.execute(query.order_by(Event.id)):
        one = found[owner]
        if action == "leg.escalated":
            _add(one.red, leg)
        elif data.get("to") in ANSWERED and data.get("from") != "draft":
            _add(one.answered, leg)
            if sent is not None:
                one.waited.setdefault(leg, days.count_working_days(days.local_date(sent), days.local_date(at)))
            if data["to"] == "declined":
                _add(one.refused, leg)


def _sent_at() -> sa.ScalarSelect[Any]:
    """When the leg first reached its owner: `requested_at` begins anew with every counter-offer."""
    sent = sa.select(sa.func.min(Sent.at)).where(Sent.subject_type == Leg.__tablename__, Sent.subject_id == Leg.id)
    return sent.where(Sent.action.in_(("leg.submit", "leg.endorse"))).correlate(Leg).scalar_subquery()


def _listings(session: Session, found: dict[int, Facts]) -> None:
    """Listings that are published and verified, as they are now; files are counted where they are, in the archive."""
    query = sa.select(Resource.owner_id, sa.func.count()).where(Resource.kind.in_(EXCLUSIVE)).group_by(Resource.owner_id)
    for centre, count in session.execute(query.where(Resource.state == "published", Resource.verified_on.is_not(None))):
        found[centre].shared = count


def _ratings(session: Session, span: Span, found: dict[int, Facts]) -> None:
    start, end = span.ends
    rated = sa.case((Rating.side == "borrower", Leg.owner_id), else_=Leg.borrower_id)
    query = sa.select(rated, Leg.id, Rating.stars).join(Leg, Leg.id == Rating.leg_id)
    given = session.execute(query.where(Rating.at >= start, Rating.at < end)).all()
    mean = sum(row.stars for row in given) / len(given) if given else None
    for centre, leg, stars in given:
        found[centre].stars[leg], found[centre].mean = stars, mean


def _damages(session: Session, span: Span, found: dict[int, Facts]) -> None:
    """What the borrower reported, and what both sides agreed became of something that did not come back."""
    start, end = span.ends
    within = (Leg.starts_at >= start, Leg.starts_at < end)
    reported = sa.select(Leg.id, Leg.borrower_id).join(Report, Report.leg_id == Leg.id)
    for leg, centre in session.execute(reported.where(Report.kind == "damage", *within).order_by(Leg.id)):
        found[centre].damaged[leg]["reported"] += 1
    agreed = sa.select(Leg.id, Leg.borrower_id, Ask.content).join(Ask, Ask.leg_id == Leg.id)
    query = agreed.where(Ask.kind == "resolve_line", Ask.answer == "agreed", *within)
    for leg, centre, said in session.execute(query.order_by(Leg.id, Ask.id)):
        if said["outcome"] in ("lost", "damaged"):
            found[centre].damaged[leg][said["outcome"]] += said["quantity"]


def _training(session: Session, span: Span, found: dict[int, Facts]) -> None:
    """The days of who was seconded, for the centre that sent them, and how many hold a post there now."""
    for one in ledgers(session, span.ends, None):
        for leg, days in one.legs:
            trained = found[leg.owner_id].trained
            trained[leg.id] = trained.get(leg.id, 0) + days
    today = clock.local(clock.now()).date()
    people = sa.select(Post.centre_id, sa.func.count(sa.distinct(Post.person_id))).join(Person, Person.id == Post.person_id)
    for centre, count in session.execute(people.where(Person.active, held(Post, today)).group_by(Post.centre_id)):
        found[centre].staff = count


def _add(legs: list[int], leg: int) -> None:
    if leg not in legs:
        legs.append(leg)
