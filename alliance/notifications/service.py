"""Telling people: the job that turns an event into notices, and what a person does with them."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from alliance import clock, jobs, permissions
from alliance.config import Settings
from alliance.db import transaction
from alliance.journal import Event
from alliance.notifications import choices, wording
from alliance.notifications.facts import address, facts
from alliance.notifications.models import Notice
from alliance.notifications.rules import RULES, Rule
from alliance.notifications.telling import Telling
from alliance.people.models import Person

SOON = timedelta(hours=24)


def notify(payload: dict[str, Any]) -> None:
    """Tell whom the event concerns; run again, it tells nobody twice."""
    with transaction() as session:
        event = session.get(Event, payload["event"])
        told = Telling.of(session, event) if event is not None else None
        if told is not None:
            settle(session, told)
            tell(session, told)


def settle(session: Session, told: Telling) -> None:
    """Once a thing has gone on to another state, the turns that were told before are over: they wait for nobody."""
    event = told.event
    if event.data.get("from") == event.data.get("to"):
        return
    before = sa.select(Event.id).where(
        Event.subject_type == event.subject_type, Event.subject_id == event.subject_id, Event.id < event.id
    )
    over = sa.update(Notice).where(Notice.turn, Notice.read_at.is_(None), Notice.event_id.in_(before))
    session.execute(over.values(read_at=told.now))


def tell(session: Session, told: Telling) -> list[Notice]:
    """Write the notices of an event that are not there yet; mail at once what cannot wait for the digest."""
    known = set(session.scalars(sa.select(Notice.person_id).where(Notice.event_id == told.event.id)))
    data = facts(told)
    is_over = told.event.data.get("to") not in (None, getattr(told.subject, "state", None))
    reached = [(person, rule) for person, rule in audience(told) if person.id not in known]
    own = choices.chosen(session, [person.id for person, _rule in reached])
    made = []
    for person, rule in reached:
        by = _how(own, person, rule, told)
        notice = Notice(
            person_id=person.id,
            event_id=told.event.id,
            template=rule.template,
            data=data | {"by": by},
            url=address(told, whole=rule.whole),
            turn=rule.turn,
            created_at=told.now,
            read_at=told.now if rule.turn and is_over else None,
        )
        session.add(notice)
        session.flush()
        made.append(notice)
        if by == "at_once" and notice.read_at is None:
            mail(session, person, notice)
    return made


def _how(own: dict[tuple[int, str], str], person: Person, rule: Rule, told: Telling) -> str:
    """As that person chose; what is soon due is mailed at once, but for their own turns that they want in the morning."""
    if not rule.turn and told.presses is not None and told.presses - told.now < SOON:
        return "at_once"
    group = choices.group_of(rule.template, turn=rule.turn)
    return own.get((person.id, group), choices.GROUPS[group].usual)


def audience(told: Telling) -> list[tuple[Person, Rule]]:
    """Each person once, with the first rule that reaches them; never who did it."""
    reached: dict[int, tuple[Person, Rule]] = {}
    for rule in RULES.get(told.action, ()):
        if rule.when is None or rule.when(told):
            for person in rule.to(told):
                reached.setdefault(person.id, (person, rule))
    return [(person, rule) for number, (person, rule) in reached.items() if number not in told.actors]


def mail(session: Session, person: Person, notice: Notice) -> None:
    """One notice as a mail of its own."""
    settings: Settings = current_app.config["ALLIANCE"]
    subject, text = wording.mailed(notice, person.locale)
    body = f"{text}\n\n{settings.address}{notice.url}"
    jobs.later(session, "mail", {"to": person.email, "subject": subject, "body": body}, key=f"mail:notice:{notice.id}")


jobs.handles("notify", notify)


# What a person does with them ----------------------------------------------


def unread(session: Session, person: Person) -> int:
    """How many notices that person has not opened."""
    query = sa.select(sa.func.count()).where(Notice.person_id == person.id, Notice.read_at.is_(None))
    return session.scalar(query) or 0


def inbox(person: Person) -> sa.Select[Any]:
    """What that person was told: unread turns first, then the newest."""
    waiting = sa.case((sa.and_(Notice.turn, Notice.read_at.is_(None)), 0), else_=1)
    return sa.select(Notice).where(Notice.person_id == person.id).order_by(waiting, Notice.id.desc())


def read(_session: Session, person: Person, notice: Notice) -> Notice:
    """Mark one as read."""
    permissions.require(person, "notice.read", notice)
    notice.read_at = notice.read_at or clock.now()
    return notice


def read_all(session: Session, person: Person, *, until: int) -> None:
    """Mark all as read that were there when the page was drawn: up to that number."""
    mine = sa.update(Notice).where(Notice.person_id == person.id, Notice.read_at.is_(None), Notice.id <= until)
    session.execute(mine.values(read_at=clock.now()))
