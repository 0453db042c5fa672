"""Answers: a need is answered with an offer of the owner, a supply with a request; one accepted offer meets the need."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal, permissions
from alliance.boards.forms import AnswerForm
from alliance.boards.models import Answer, Entry
from alliance.boards.service import listing_of, locked
from alliance.catalogue import occupancy
from alliance.catalogue.models import Resource
from alliance.db import db, next_number, transaction
from alliance.errors import Conflict
from alliance.exchange import hearing, requests
from alliance.exchange.actions import act, hold_still, why_not
from alliance.exchange.case import Case
from alliance.exchange.controls import local_minutes
from alliance.exchange.drafts import sift
from alliance.exchange.listing import why_not as refused
from alliance.exchange.models import Agreement, Leg
from alliance.exchange.table import ACTIONS, OPEN
from alliance.people.models import Person


def offer(session: Session, person: Person, entry: Entry, *, form: AnswerForm, key: str | None = None) -> Leg:
    """A loan begun by its owner, with the needing centre as borrower; sent at once where nothing is left to be done first.

    A talent's consent is recorded on the draft, and who may not decide leaves the sending to a handler. Raises Conflict, Invalid.
    """
    if made := requests.made_by(session, person, key):
        return made
    permissions.require(person, "entry.answer", entry)
    resource = listing_of(session, form.resource, {centre.id for centre in person.centres})
    occupancy.lock(session, [resource])
    entry = _open(session, entry, "need")
    if refusal := refused(resource, entry.centre):
        raise Conflict(_("对方馆借不了这一项：%(why)s", why=refusal))
    if any(one.leg.state in OPEN and one.leg.lines[0].resource_id == resource.id for one in entry.answers):
        raise Conflict(_("贵馆已用这一项应答过。"))
    lines = [line.strip() for line in form.conditions.splitlines() if line.strip()]
    conditions = [{"text": line[:200], "due_on": None} for line in lines[:10]]
    leg = _begun(session, person, entry, resource, form, conditions, key)
    _record(session, person, entry, leg, resource.owner_id)
    if resource.kind != "talent" and why_not(Case(session, leg, person, clock.now()), ACTIONS["offer"]) is None:
        act(session, person, leg, "offer", expected_version=leg.version, conditions=conditions, note=form.note)
    return leg


def ask(session: Session, person: Person, entry: Entry, *, key: str | None = None) -> Leg:
    """A request for what a supply offers, as a draft that says what the supply says. Raises Conflict."""
    if made := requests.made_by(session, person, key):
        return made
    permissions.require(person, "entry.answer", entry)
    entry = _open(session, entry, "supply")
    assert entry.resource is not None
    assert person.centre is not None
    values = {
        "starts_at": f"{entry.starts_on}T09:00",
        "ends_at": f"{entry.starts_on}T17:00",
        "division_code": person.centre.division_code,
        "contact_name": person.name,
        "contact_phone": person.phone,
        "cost_share": entry.costs,
    }
    agreement = requests.start(session, person, resource=entry.resource, form=sift(values), key=key)
    _record(session, person, entry, agreement.legs[0], person.centre.id)
    return agreement.legs[0]


def _open(session: Session, entry: Entry, side: str) -> Entry:
    entry = locked(session, entry.id)
    if entry.side != side or not entry.is_open:
        raise Conflict(_("这条已经结束，不能再应答。"))
    return entry


def _begun(
    session: Session,
    person: Person,
    entry: Entry,
    resource: Resource,
    form: AnswerForm,
    conditions: list[dict[str, Any]],
    key: str | None,
) -> Leg:
    now = clock.now()
    name = f"JY-{clock.local(now).year}"
    agreement = Agreement(
        number=f"{name}-{next_number(session, name):04}",
        kind="loan",
        title=entry.title,
        activity_type=entry.activity_type,
        benefit=entry.purpose,
        initiator=resource.owner,
        created_by=person.id,
        created_at=now,
    )
    said: dict[str, Any] = {name: getattr(entry, name) for name in SAID}
    said |= {"site_note": entry.facts, "cost_share": entry.costs, "note": form.note, "pledge": "1"}
    said |= {"starts_at": local_minutes(form.starts_at), "ends_at": local_minutes(form.ends_at)}
    leg = Leg(agreement=agreement, owner=resource.owner, borrower=entry.centre, begun_by="owner")
    requests.begin(session, person, leg, resource=resource, form=sift(said), conditions=conditions, key=key)
    return leg


SAID = ("title", "activity_type", "purpose", "place", "division_code", "audience", "contact_name", "contact_phone")


def _record(session: Session, person: Person, entry: Entry, leg: Leg, centre_id: int) -> None:
    entry.answers.append(Answer(leg=leg))
    journal.record(session, "board.answered", entry, person=person, centre_id=centre_id, data={"leg": leg.id})


# What becomes of it ------------------------------------------------------


def of(session: Session, leg: Leg) -> Answer | None:
    """What this leg answers."""
    return session.scalars(sa.select(Answer).where(Answer.leg_id == leg.id)).one_or_none()


def accepted(case: Case) -> None:
    """The need is met by the offer that is being accepted, once; the other answers fall by a job."""
    leg = case.leg
    answer = of(case.session, leg) if leg.begun_by == "owner" and not leg.agreement.is_joint else None
    if answer is None:
        return
    entry = locked(case.session, answer.entry_id)
    if entry.state != "published":
        raise Conflict(_("这条需求已有着落，不能再确认另一家的应答。"))
    entry.state, entry.version, answer.accepted = "met", entry.version + 1, True
    journal.record(case.session, "board.met", entry, person=case.person, centre_id=entry.centre_id, data={"leg": leg.id})


def let_fall(payload: dict[str, Any]) -> None:
    """Job: a need is met or taken off; each answer that is still open falls in a transaction of its own."""
    _table, number = payload["subject"]
    left = sa.select(Leg.id).join(Answer, Answer.leg_id == Leg.id).join(Entry, Entry.id == Answer.entry_id)
    left = left.where(Entry.id == number, Entry.side == "need", ~Answer.accepted, Leg.state.in_(OPEN)).order_by(Leg.id)
    for leg_id in db.session.scalars(left).all():
        with transaction() as session:
            leg = hold_still(session, session.get_one(Leg, leg_id), resources=True)
            if leg.state in OPEN:
                act(session, None, leg, "fall", cause="met")


hearing.accepting.append(accepted)
jobs.handles("boards.let_fall", let_fall)
