"""Whose turn a case is: who has it in hand, else duty A, B when A is away or it is late; the secretariat where no centre has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, lazyload

from alliance import clock
from alliance.archive.models import Asset
from alliance.cases import deadlines
from alliance.cases.models import Case
from alliance.cases.table import OPEN
from alliance.centres.models import Centre
from alliance.exchange.turns import Turn
from alliance.people.models import Person
from alliance.people.onduty import roster
from alliance.worktime import rows

HANDLES = "handler"
FAR = timedelta(days=3650)


@dataclass(frozen=True)
class CaseTask:
    """A case with its turn, as it stands in a list."""

    case: Case
    turn: Turn


@dataclass(frozen=True)
class CaseTasks:
    """mine: on my desk; ours: on a colleague's."""

    mine: tuple[CaseTask, ...] = ()
    ours: tuple[CaseTask, ...] = ()


def handles(person: Person) -> list[int]:
    """Numbers of the centres whose cases that person may answer."""
    return [centre.id for centre in person.centres if HANDLES in person.roles_in(centre.id)]


def readable(person: Person) -> sa.ColumnElement[bool]:
    """The cases that `person` may read, as case.read says: of the centres where they handle; all for the secretariat."""
    return sa.true() if person.is_admin else Case.centre_id.in_(handles(person))


def queue(person: Person) -> sa.ColumnElement[bool]:
    """Those that may be their task: their centres', and the secretariat's own."""
    ours = Case.centre_id.in_(handles(person))
    return sa.or_(ours, Case.centre_id.is_(None)) if person.is_admin else ours


def tasks(session: Session, person: Person, now: datetime) -> CaseTasks:
    """What waits for an answer, the most urgent first; a constant number of queries, none for who answers no cases."""
    if not person.is_admin and not handles(person):
        return CaseTasks()
    query = sa.select(Case).where(Case.state.in_(deadlines.COUNTED), queue(person)).order_by(Case.due_at, Case.id)
    found = turned(session, list(session.scalars(query.options(*listed())).unique()), now)
    mine = tuple(task for task in found if is_mine(task, person))
    return CaseTasks(mine, tuple(task for task in found if task not in mine))


def is_mine(task: CaseTask, person: Person) -> bool:
    """Whether it lies on that person's desk; what nobody has duty for lies on everybody's."""
    return not task.turn.people or person in task.turn.people


def turned(session: Session, cases: Sequence[Case], now: datetime) -> list[CaseTask]:
    """Each with its turn."""
    duties = roster(session, {case.centre_id for case in cases if case.centre_id is not None}, clock.local(now).date())
    calendar = rows.calendar(session)
    made = []
    for case in cases:
        light = deadlines.light_of(case, calendar, now)
        person, deputy = case.handler, None
        if case.centre is not None:
            person, deputy = duties.answering(case.centre.id, case.handler, red=light == "red", role=HANDLES)
        side = "none" if case.state not in OPEN else "asker" if case.state == "asked" else "owner"
        deadline = case.due_at if case.state in deadlines.COUNTED else None
        made.append(CaseTask(case, Turn(side, case.centre, person, deputy, deadline, light, "")))
    return made


def listed() -> tuple[Any, ...]:
    """Loading what a list shows, and no more."""
    return (
        joinedload(Case.asset).options(lazyload(Asset.owner), lazyload(Asset.file)),
        joinedload(Case.resource).options(lazyload("*")),
        joinedload(Case.about).lazyload(Centre.membership),
        joinedload(Case.handler),
        joinedload(Case.first_handler),
    )


def totals(session: Session) -> tuple[int, int]:
    """How many cases wait for an answer or the asker, and how many of them are late."""
    late = sa.and_(Case.state.in_(deadlines.COUNTED), Case.due_at <= clock.now())
    query = sa.select(sa.func.count(Case.id), sa.func.count(sa.case((late, 1)))).where(Case.state.in_(OPEN))
    waiting, overdue = session.execute(query).one()
    return waiting, overdue
