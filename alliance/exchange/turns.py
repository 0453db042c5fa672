"""Whose turn it is: by state and open question, until when, and what happens if nobody acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload, object_session

from alliance import clock
from alliance.centres.models import Centre
from alliance.exchange import contested, deadlines, reviewing
from alliance.exchange.drafts import is_bare
from alliance.exchange.models import BORROWER_SEES, OWNER_SEES, Agreement, Ask, Dispute, Leg, Rating
from alliance.exchange.reviewing import Review
from alliance.exchange.table import ENDED, GONE
from alliance.people.duties import on_duty
from alliance.people.models import Person
from alliance.people.onduty import Roster, roster
from alliance.worktime import PROPOSAL_DAYS, Calendar, Light, light, rows

SIDES = {
    "draft": "borrower",
    "endorsing": "endorser",
    "requested": "owner",
    "incomplete": "borrower",
    "offered": "borrower",
    "confirmed": "owner",
    "handed_over": "borrower",
    "in_use": "borrower",
    "sent_back": "owner",
    "partly_returned": "owner",
    "returned": "owner",
    "disputed": "alliance",
}
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Turn:
    """`side` owner, borrower, endorser, alliance or none; `deputy` is asked too when the person is away or the light red;
    `review`: the step of approval that it waits for, after the first."""

    side: str
    centre: Centre | None
    person: Person | None
    deputy: Person | None
    deadline: datetime | None
    light: Light
    silence: Any
    ask: Ask | None = None
    review: Review | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        """All whose task it is now; a further step of approval is the directors'."""
        if self.review is not None and self.review.people:
            return self.review.people
        return tuple(person for person in (self.person, self.deputy) if person is not None)


@dataclass(frozen=True)
class Task:
    """A leg with its turn, as it stands in a list; `ask` is the question to be answered."""

    leg: Leg
    turn: Turn
    ask: Ask | None = None


@dataclass(frozen=True)
class Tasks:
    """mine: on my desk; ours: on a colleague's; waiting: on the other side; handovers: soon or late; ratings: asked of us;
    drafts: begun by me and never sent, which is nobody's turn."""

    mine: tuple[Task, ...] = ()
    ours: tuple[Task, ...] = ()
    waiting: tuple[Task, ...] = ()
    handovers: tuple[Task, ...] = ()
    ratings: tuple[Leg, ...] = ()
    drafts: tuple[Leg, ...] = ()


@dataclass
class Desk:
    """What turns of several legs need, read once."""

    calendar: Calendar
    roster: Roster
    now: datetime
    asks: dict[int, Ask] = field(default_factory=dict)
    proposed: dict[int, contested.Stand] = field(default_factory=dict)
    reviews: Mapping[int, Review] = field(default_factory=dict)
    mine: frozenset[int] = frozenset()

    def turn(self, leg: Leg) -> Turn:
        question = self.asks.get(leg.id)
        side = leg.begun_by if leg.state == "draft" else "none" if runs_by_itself(leg) else SIDES.get(leg.state, "none")
        if seeks(leg):
            side = "borrower"
        if proposed := self.proposed.get(leg.id):
            side = contested.turn_of(proposed.sides, {"owner": leg.owner_id, "borrower": leg.borrower_id}, self.mine)
        if question is not None:
            side = "borrower" if question.side == "owner" else "owner"
        centre = {"owner": leg.owner, "borrower": leg.borrower, "endorser": leg.borrower.parent}.get(side)
        until = None if question is not None else proposed.until if proposed is not None else deadline(leg)
        light = "off" if question is not None else self._light(leg)
        first = {
            "owner": leg.handler or (leg.agreement.creator if leg.state == "draft" else None),
            "borrower": leg.submitter or leg.agreement.creator,
        }.get(side)
        person, deputy = self.roster.answering(centre.id, first, red=light == "red") if centre is not None else (None, None)
        review = self.reviews.get(leg.id) if question is None else None
        return Turn(side, centre, person, deputy, until, light, silence(leg, question), question, review)

    def _light(self, leg: Leg) -> Light:
        proposed = self.proposed.get(leg.id)
        if proposed is not None:
            return light(self.now, proposed.until, PROPOSAL_DAYS, self.calendar)
        if seeks(leg) and leg.replace_until is not None:
            return light(self.now, leg.replace_until, leg.limit_days or 1, self.calendar)
        return deadlines.light_of(leg, self.calendar, self.now)


def turn(leg: Leg, now: datetime, mine: Iterable[Centre] = ()) -> Turn:
    """Whose turn one leg is, of two that of `mine`; where nobody holds a duty, who else of the centre, or above it, is there."""
    session = object_session(leg)
    assert session is not None
    found = desk_of(session, [leg], now, mine).turn(leg)
    if found.people or found.centre is None:
        return found
    there = on_duty(session, found.centre, now)
    return replace(found, person=next(iter(there), None))


def desk_of(session: Session, legs: Sequence[Leg], now: datetime, mine: Iterable[Centre] = ()) -> Desk:
    """What the turns of these legs need, in a constant number of queries; `mine`: the centres of who looks."""
    centres = {number for leg in legs for number in (leg.owner_id, leg.borrower_id, leg.borrower.parent_id) if number is not None}
    query = sa.select(Ask).where(Ask.leg_id.in_([leg.id for leg in legs]), Ask.answer.is_(None)).order_by(Ask.id)
    asks = {question.leg_id: question for question in session.scalars(query)}
    for leg in legs:
        if leg.waits is not None and leg.id not in asks:
            other = "borrower" if leg.waits == "owner" else "owner"
            asks[leg.id] = Ask(leg_id=leg.id, kind="go_on", side=other, content={})
    today = clock.local(now).date()
    parents = [number for leg in legs if leg.state == "endorsing" and (number := leg.borrower.parent_id) is not None]
    if parents:
        session.scalars(sa.select(Centre).where(Centre.id.in_(parents))).all()
    here = frozenset(centre.id for centre in mine)
    calendar = rows.calendar(session)
    reviews = reviewing.waiting(session, legs, today)
    return Desk(calendar, roster(session, centres, today), now, asks, _proposed(session, legs, calendar, now), reviews, here)


def _proposed(session: Session, legs: Sequence[Leg], calendar: Calendar, now: datetime) -> dict[int, contested.Stand]:
    """Of disputed legs those whose sides have to answer what the alliance proposed."""
    disputed = [leg.id for leg in legs if leg.state == "disputed"]
    if not disputed:
        return {}
    open_ones = sa.select(Dispute).where(Dispute.leg_id.in_(disputed), Dispute.decision.is_(None))
    stands = {one.leg_id: contested.stand(one, calendar, now) for one in session.scalars(open_ones)}
    return {number: stand for number, stand in stands.items() if stand.sides}


def tasks(session: Session, person: Person, now: datetime) -> Tasks:
    """All that the person's centres have to do or wait for; the number of queries does not grow with the legs."""
    centres = [centre.id for centre in person.centres]
    every = _legs(session, person, centres)
    legs = [leg for leg in every if not is_bare(leg)]
    desk = desk_of(session, legs, now, person.centres)
    found = [Task(leg, desk.turn(leg), desk.asks.get(leg.id)) for leg in legs]
    found.sort(key=lambda task: (task.turn.deadline or now + timedelta(days=3650), task.leg.id))
    here = [task for task in found if _is_here(task, person, centres)]
    mine = [task for task in here if person in task.turn.people or task.turn.side == "alliance" or not task.turn.people]
    return Tasks(
        mine=tuple(mine),
        ours=tuple(task for task in here if task not in mine),
        waiting=tuple(task for task in found if task not in here and task.turn.side != "none"),
        handovers=tuple(task for task in found if _is_handover(task.leg, now)),
        ratings=_to_rate(session, centres, now),
        drafts=tuple(leg for leg in reversed(every) if is_bare(leg) and leg.agreement.created_by == person.id),
    )


def runs_by_itself(leg: Leg) -> bool:
    """A licence that was given is nobody's turn: the system opens and shuts it."""
    return leg.agreement.is_licence and leg.state in ("confirmed", "in_use")


def seeks(leg: Leg) -> bool:
    """Whether its place in a joint project waits for a substitute, which who asked has to find."""
    return leg.replace_until is not None and leg.state in GONE


def deadline(leg: Leg) -> datetime | None:
    """Until when the turn is to be taken."""
    if runs_by_itself(leg):
        return None
    if seeks(leg):
        return leg.replace_until
    return {
        "requested": leg.due_at,
        "offered": leg.hold_until,
        "endorsing": leg.expires_at,
        "incomplete": leg.expires_at,
        "confirmed": leg.starts_at,
        "handed_over": leg.starts_at,
        "in_use": deadlines.back_by(leg),
        "returned": leg.next_at,
    }.get(leg.state)


def silence(leg: Leg, question: Ask | None = None) -> Any:
    """What happens if nobody acts, as a sentence."""
    if question is not None:
        return _("不答复则维持原约定。")
    if runs_by_itself(leg):
        return ""
    if seeks(leg):
        return _("到期还没有候补，整份联合项目作罢；也可以不要这一项，其余照办。")
    if leg.state == "requested":
        days = deadlines.settings().grace_days
        return _("到期不答复即亮红灯，转B角并抄送分管领导和联盟秘书处；再过 %(n)s 个工作日或到开始时间，申请失效。", n=days)
    sentences = {
        "endorsing": _("到开始时间仍未报送，申请失效。"),
        "incomplete": _("补齐前不计时；到开始时间仍未补齐，申请失效。"),
        "offered": _("逾期不确认，自动释放档期。"),
        "confirmed": _("到时不到场，对方可报爽约。"),
        "in_use": _("逾期不还会提醒双方。"),
        "returned": _("7 个工作日内无异议，自动办结。"),
        "disputed": _("过期没有陈述或答复的，秘书处按已有的记录裁定。"),
    }
    if leg.agreement.is_secondment and leg.state == "in_use":
        return _("期满没有办离岗，会提醒双方。")
    return sentences.get(leg.state, "")


def _legs(session: Session, person: Person, centres: Sequence[int]) -> list[Leg]:
    ours = sa.or_(sa.and_(Leg.owner_id.in_(centres), OWNER_SEES), sa.and_(Leg.borrower_id.in_(centres), BORROWER_SEES))
    mains = [centre.id for centre in person.centres if centre.is_active and centre.id in centres]
    endorsing = sa.and_(Leg.state == "endorsing", Leg.borrower.has(Centre.parent_id.in_(mains)))
    seeking = sa.and_(Leg.borrower_id.in_(centres), Leg.replace_until.is_not(None), Leg.state.in_(GONE))
    wanted = [sa.and_(ours, Leg.state.not_in(ENDED)), endorsing, seeking]
    if person.is_admin:
        wanted.append(Leg.state == "disputed")
    query = sa.select(Leg).where(sa.or_(*wanted)).order_by(Leg.id)
    people = (joinedload(Leg.handler), joinedload(Leg.submitter), joinedload(Leg.agreement).joinedload(Agreement.creator))
    return list(session.scalars(query.options(*people)).unique())


def _is_here(task: Task, person: Person, centres: Sequence[int]) -> bool:
    if task.turn.side == "alliance":
        return person.is_admin
    return task.turn.centre is not None and task.turn.centre.id in centres


def _is_handover(leg: Leg, now: datetime) -> bool:
    """A hand-over or a return within a week, or late."""
    if leg.agreement.is_licence:
        return False
    if leg.state in ("confirmed", "handed_over"):
        return leg.starts_at is not None and leg.starts_at <= now + SOON
    back = deadlines.back_by(leg)
    return leg.state in ("in_use", "sent_back", "partly_returned") and back is not None and back <= now + SOON


def _to_rate(session: Session, centres: Sequence[int], now: datetime) -> tuple[Leg, ...]:
    """Closed within thirty days and not yet rated by our side."""

    def unrated(side: str) -> sa.ColumnElement[bool]:
        return ~sa.exists().where(Rating.leg_id == Leg.id, Rating.side == side)

    ours = sa.or_(sa.and_(Leg.owner_id.in_(centres), unrated("owner")), sa.and_(Leg.borrower_id.in_(centres), unrated("borrower")))
    query = sa.select(Leg).where(Leg.state == "closed", Leg.closed_at > now - deadlines.AFTERWARDS, ours).order_by(Leg.closed_at)
    query = query.where(Leg.agreement.has(Agreement.kind != "licence"))
    return tuple(session.scalars(query).unique())
