"""What the secretariat looks at in the morning: each number with the records it is made of, in a constant number of queries."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload, lazyload

from alliance import clock
from alliance.archive import lapse
from alliance.archive.models import Asset
from alliance.cases import turns as cases
from alliance.catalogue.models import LISTED, Resource, ResourcePaper
from alliance.centres.models import Centre, Membership
from alliance.exchange import deadlines
from alliance.exchange.models import Agreement, Dispute, Leg
from alliance.jobs import Job
from alliance.journal import Event
from alliance.moderation.lists import place
from alliance.people.models import Duty, Person
from alliance.worktime import Calendar, rows

HORIZON = timedelta(days=30)  # nothing due later can be yellow already: the longest limit is 20 working days
REFUSALS = timedelta(days=30)
PAPERS = timedelta(days=30)
PAPER_FIELDS = ("insurance_until", "inspection_until", "consent_until", "licence_until")
KINDS: dict[str, Any] = {
    "insurance_until": _l("保险"),
    "inspection_until": _l("年检"),
    "consent_until": _l("本人同意书"),
    "minor_consent_until": _l("监护人同意书"),
    "licence_until": _l("授权"),
    "lease_until": _l("开放期限"),
}
SHOWN = 8


@dataclass(frozen=True)
class Figure:
    """A number that opens the records it is made of."""

    label: Any
    value: int
    url: str
    tone: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Paper:
    """What ends on a day: a paper of a listing; the licence, consent or lease of an asset."""

    thing: Resource | Asset
    kind: str
    ends_on: date

    @property
    def url(self) -> str:
        """The page of the listing or the asset."""
        return place("archive" if isinstance(self.thing, Asset) else "resources", self.thing.code)

    @property
    def label(self) -> str:
        """What it is that ends."""
        return str(KINDS.get(self.kind, _("其他证照")))


more: list[Callable[[Session], Figure]] = []  # figures of parts that stand above this one


def case_figures(session: Session) -> list[Figure]:
    """Public cases that wait, and those whose answer is overdue."""
    waiting, late = cases.totals(session)
    return [
        Figure(_("公众事项未办结"), waiting, url_for("cases.desk", show="open")),
        Figure(_("公众事项超期"), late, url_for("cases.desk", show="late"), "red" if late else ""),
    ]


def _fleet() -> tuple[Any, ...]:
    return (
        joinedload(Leg.owner).lazyload(Centre.membership),
        joinedload(Leg.borrower).lazyload(Centre.membership),
        joinedload(Leg.handler).options(lazyload(Person.posts), lazyload(Person.alliance_posts)),
    )


def waiting_legs(session: Session, now: datetime) -> tuple[list[Leg], list[Leg]]:
    """Legs whose answer is overdue and those whose light is yellow, the most urgent first."""
    query = sa.select(Leg).where(Leg.state == "requested", Leg.due_at < now + HORIZON).order_by(Leg.due_at, Leg.id)
    legs = list(session.scalars(query.options(*_fleet())).unique())
    calendar = rows.calendar(session)
    lights = {leg.id: deadlines.light_of(leg, calendar, now) for leg in legs}
    return [leg for leg in legs if lights[leg.id] == "red"], [leg for leg in legs if lights[leg.id] == "yellow"]


def late_returns(session: Session, now: datetime) -> list[Leg]:
    """Legs that are out although they were due back, or recalled until a moment that has passed."""
    out = sa.and_(Leg.state.in_(("handed_over", "in_use")), Leg.agreement.has(Agreement.kind != "licence"))
    query = sa.select(Leg).where(out, sa.or_(Leg.ends_at < now, Leg.recalled_until < now)).order_by(Leg.ends_at, Leg.id)
    return list(session.scalars(query.options(*_fleet())).unique())


def duties(session: Session, legs: Iterable[Leg]) -> dict[int, dict[str, str]]:
    """Names of duty A and B by centre, for the owners of `legs`."""
    found: dict[int, dict[str, str]] = {}
    query = sa.select(Duty.centre_id, Duty.rank, Person.name).join(Person, Person.id == Duty.person_id)
    for centre_id, rank, name in session.execute(query.where(Duty.centre_id.in_({leg.owner_id for leg in legs}))):
        found.setdefault(centre_id, {})[rank] = name
    return found


def refusals(session: Session, now: datetime) -> list[tuple[Event, Leg]]:
    """Refusals of the last thirty days with their legs, newest first (R-76)."""
    query = (
        sa.select(Event, Leg)
        .join(Leg, Leg.id == Event.subject_id)
        .where(Event.subject_type == Leg.__tablename__, Event.action == "leg.decline", Event.at > now - REFUSALS)
        .order_by(Event.id.desc())
    )
    return [(event, leg) for event, leg in session.execute(query.options(*_fleet())).unique()]


def disputes(session: Session) -> list[tuple[Dispute, Leg]]:
    """What waits to be settled, oldest first."""
    query = sa.select(Dispute, Leg).join(Leg, Leg.id == Dispute.leg_id).where(Dispute.decision.is_(None), Leg.state == "disputed")
    return [(dispute, leg) for dispute, leg in session.execute(query.order_by(Dispute.id).options(*_fleet())).unique()]


def to_review(session: Session) -> list[Resource]:
    """Listings sent in and not looked at, oldest first."""
    query = sa.select(Resource).where(Resource.state == "in_review").order_by(Resource.submitted_at, Resource.id)
    return list(session.scalars(query.options(*_owner())).unique())


def assets_to_review(session: Session) -> list[Asset]:
    """Works that the alliance or a main centre's director decides about, oldest first."""
    query = sa.select(Asset).where(Asset.state == "in_review", Asset.decided_above).order_by(Asset.submitted_at, Asset.id)
    return list(session.scalars(query.options(joinedload(Asset.owner).lazyload(Centre.membership))))


def applications(session: Session) -> list[Membership]:
    """Centres that want to join, oldest first."""
    query = sa.select(Membership).where(Membership.state == "applied").order_by(Membership.applied_at, Membership.id)
    return list(session.scalars(query.options(joinedload(Membership.centre))).unique())


def papers(session: Session, today: date, *, of: Collection[int] | None = None) -> list[Paper]:
    """What ends within thirty days or has ended, of these centres or of all, the next one first: papers of listings, and what
    keeps the files of published assets open, which is left out a month after its end."""
    last = today + PAPERS
    listed = sa.and_(Resource.state.in_(LISTED), sa.true() if of is None else Resource.owner_id.in_(of))
    filed = sa.select(ResourcePaper).join(ResourcePaper.resource).where(listed, ResourcePaper.expires_on <= last)
    found = [
        Paper(paper.resource, paper.kind, paper.expires_on)
        for paper in session.scalars(filed.options(joinedload(ResourcePaper.resource).options(*_owner())))
        if paper.expires_on is not None
    ]
    ends = sa.or_(*(_day(name).between("1900", last.isoformat()) for name in PAPER_FIELDS))
    for resource in session.scalars(sa.select(Resource).where(listed, ends).options(*_owner())).unique():
        days = {name: resource.details.get(name) for name in PAPER_FIELDS}
        found += [Paper(resource, name, date.fromisoformat(day)) for name, day in days.items() if day and day <= last.isoformat()]
    found += _of_assets(session, today - lapse.BACK, last, of)
    return sorted(found, key=lambda paper: (paper.ends_on, paper.thing.code))


def _of_assets(session: Session, first: date, last: date, of: Collection[int] | None) -> list[Paper]:
    """Licences, consents and leases of published assets that end between those days."""
    ends = sa.or_(*(getattr(Asset, name).between(first, last) for name in lapse.CLOSING))
    query = sa.select(Asset).where(Asset.state == "published", ends, sa.true() if of is None else Asset.owner_id.in_(of))
    query = query.options(joinedload(Asset.owner).lazyload(Centre.membership))
    return [Paper(asset, name, end) for asset in session.scalars(query) for name, end in lapse.closing(asset, first, last)]


def failed_jobs(session: Session) -> int:
    """Jobs that gave up."""
    return session.scalar(sa.select(sa.func.count(Job.id)).where(Job.state == "failed")) or 0


def trail(session: Session) -> Sequence[tuple[Event, str | None]]:
    """The newest events with the name of who did it; who signed in stands in the whole trail only."""
    query = sa.select(Event, Person.name).outerjoin(Person, Person.id == Event.actor_id).where(Event.action != "person.signed_in")
    return [(event, name) for event, name in session.execute(query.order_by(Event.id.desc()).limit(SHOWN))]


def provisional_years(calendar: Calendar, today: date) -> list[int]:
    """This year and the next, as far as their official holidays are not entered."""
    return [year for year in (today.year, today.year + 1) if year not in calendar.official_years]


def today() -> date:
    return clock.local(clock.now()).date()


def _owner() -> tuple[Any, ...]:
    return (joinedload(Resource.owner).lazyload(Centre.membership),)


def _day(name: str) -> sa.ColumnElement[str]:
    found: sa.ColumnElement[str] = Resource.details[name].as_string()
    return found
