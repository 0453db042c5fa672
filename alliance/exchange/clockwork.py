"""What happens to legs without anybody acting: reminders, red and its escalation, expiry, silent closing, new holiday rows."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.catalogue import occupancy
from alliance.db import db, transaction
from alliance.errors import Conflict, Refusal
from alliance.exchange import conditions, contested, deadlines, together
from alliance.exchange.actions import act, hold_still, lent_in
from alliance.exchange.case import Case, last_start
from alliance.exchange.effects import hold
from alliance.exchange.models import Leg
from alliance.exchange.table import GONE, LAPSING, LOST, OPEN
from alliance.worktime import Calendar, rows

AT_ONCE = 1000
ESCALATIONS = {"red": "deputy", "director": "director"}
log = structlog.get_logger()


def sweep(_payload: dict[str, Any]) -> None:
    """Every minute: each leg whose date has come, in a transaction of its own."""
    query = sa.select(Leg.id).where(Leg.next_at <= clock.now()).order_by(Leg.next_at, Leg.id).limit(AT_ONCE)
    numbers = list(db.session.scalars(query))
    for number in numbers:
        try:
            with transaction() as session:
                look(session, number)
        except Refusal as refusal:
            log.info("sweep", leg=number, refused=str(refusal))


def look(session: Session, number: int) -> None:
    """Do what is due for one leg now; raises Conflict when somebody was quicker. `act` takes its own locks."""
    now = clock.now()
    leg = session.get_one(Leg, number)
    if leg.state in OPEN and leg.expires_at is not None and leg.expires_at <= now:
        act(session, None, leg, "expire")
    elif leg.state in GONE | LOST and not contested.runs(leg):
        act(session, None, leg, "lapse" if leg.state in GONE else "silence")
    elif conditions.falls_back(leg, now):
        act(session, None, leg, "fall_back")
    elif leg.state == "returned":
        act(session, None, leg, "close")
    elif step := deadlines.window_step(leg, now):
        act(session, None, leg, step)
    else:
        leg = _locked(session, number)
        if leg.next_at is not None and leg.next_at <= now:
            _remind(session, leg, now)


def _remind(session: Session, leg: Leg, now: datetime) -> None:
    """Tell the marks that have passed; of several reminders only the last, and whatever nobody may miss."""
    calendar = rows.calendar(session)
    all_marks = deadlines.marks(leg, calendar)
    passed = {which: moment for which, moment in all_marks if moment <= now and which not in leg.reminded}
    leg.reminded = [*leg.reminded, *passed]
    more: dict[str, dict[str, Any]] = {which: {"to": ESCALATIONS[which]} for which in passed if which in ESCALATIONS}
    rank = len(leg.reminded)
    if "condition_due" in passed:
        more["condition_due"] = {"unmet": conditions.tell(leg, now)}
        all_marks = deadlines.marks(leg, calendar)
    deadlines.look_again(leg, all_marks)
    for which in passed:
        if which in more or which == list(passed)[-1]:
            action = "leg.escalated" if which in ESCALATIONS else "leg.reminded"
            data = {"which": which, "state": leg.state} | more.get(which, {})
            key = f"{action}:{leg.id}:{leg.version}:{which}:{rank}:{passed[which].isoformat()}"
            journal.record(session, action, leg, data=data, key=key)


def recompute_deadlines(session: Session) -> int:
    """After holiday rows changed: every open deadline anew; returns how many moved."""
    rows.forget(session)
    calendar = rows.calendar(session)
    now = clock.now()
    moved = 0
    waiting = sa.select(Leg.agreement_id).where(Leg.state.in_(("requested", "offered")))
    occupancy.lock(session, session.scalars(lent_in(Leg.agreement_id.in_(waiting))).unique().all())
    for number in list(session.scalars(sa.select(Leg.id).where(Leg.state.in_(("requested", "offered"))).order_by(Leg.id))):
        leg = hold_still(session, session.get_one(Leg, number), resources=True)
        case = Case(session, leg, None, now)
        before = leg.due_at, leg.hold_until
        if leg.state == "requested":
            deadlines.set_due(leg, calendar)
        elif case.terms.sent_at is not None:
            until = deadlines.hold_until(leg, calendar, case.terms.sent_at, last_start(case.terms))
            leg.hold_until = max(until, now + timedelta(minutes=1))
        deadlines.arrange(leg, lambda: calendar, now, last_start(case.terms), fresh=False)
        if (leg.due_at, leg.hold_until) == before:
            continue
        moved += 1
        if leg.state == "offered" and leg.hold_until is not None:
            hold(case, case.period(1), leg.hold_until)
        if leg.agreement.is_joint:
            together.move_holds(case)
        journal.record(session, "leg.redated", leg, data={name: _text(getattr(leg, name)) for name in ("due_at", "hold_until")})
    _look_at_disputes(session, calendar, now)
    return moved + _look_at_silence(session, calendar, now)


def _look_at_disputes(session: Session, calendar: Calendar, now: datetime) -> None:
    """The next date of every dispute whose term runs."""
    counted = sa.or_(Leg.state == "disputed", sa.and_(Leg.state.in_(("closed", "no_show")), Leg.disputes == 1, Leg.next_at > now))
    for leg in session.scalars(sa.select(Leg).where(counted).order_by(Leg.id).with_for_update(of=Leg)).unique():
        if contested.runs(leg):
            deadlines.arrange(leg, lambda: calendar, now, None, fresh=False)


def _look_at_silence(session: Session, calendar: Calendar, now: datetime) -> int:
    """What happens by itself later on: closing, a lost place given up, those who remain taken to go on; how many moved."""
    waits = sa.or_(Leg.state == "returned", Leg.replace_until.is_not(None), Leg.state.in_(LOST))
    moved = 0
    for number in list(session.scalars(sa.select(Leg.id).where(waits, Leg.next_at > now).order_by(Leg.id))):
        leg = hold_still(session, session.get_one(Leg, number), resources=False)
        since = next((event.at for event in reversed(journal.history(session, leg)) if _led_there(event, leg)), None)
        until = _silent_until(leg, since, calendar) if since is not None else None
        if until is None or until == leg.next_at:
            continue
        leg.next_at, moved = until, moved + 1
        if leg.replace_until is not None:
            leg.replace_until = until
            together.move_holds(Case(session, leg, None, now))
        elif leg.state in LOST and leg.aftermath is not None:
            leg.aftermath = {**leg.aftermath, "until": until.isoformat()}
        journal.record(session, "leg.redated", leg, data={"next_at": until.isoformat()})
    return moved


def _led_there(event: journal.Event, leg: Leg) -> bool:
    return event.data.get("to") == leg.state != event.data.get("from")


def _silent_until(leg: Leg, since: datetime, calendar: Calendar) -> datetime | None:
    """By the rules when nothing is said after `since`, when the leg came where it is."""
    if leg.state == "returned":
        return deadlines.closes_at(since, calendar)
    legs = leg.agreement.legs
    if leg.replace_until is not None:
        return together.to_be_replaced_by(legs, since, calendar)
    return together.to_be_answered_by(legs, since, calendar) if leg in together.awaited(legs) else None


def redate(_payload: dict[str, Any]) -> None:
    """Job: holiday rows changed."""
    with transaction() as session:
        recompute_deadlines(session)


def suspended(payload: dict[str, Any]) -> None:
    """Job: a centre was suspended or left; what is open falls without counting, what is fixed goes on.

    Drafts stay for when it is back, but not those that others wait for.
    """
    centre_id = payload["subject"][1]
    query = sa.select(Leg.id).where(sa.or_(Leg.owner_id == centre_id, Leg.borrower_id == centre_id), Leg.state.in_(OPEN))
    for number in list(db.session.scalars(query.order_by(Leg.id))):
        with suppress(Conflict), transaction() as session:
            leg = session.get_one(Leg, number)
            if _is_open(leg) and not (leg.owner.is_active and leg.borrower.is_active):
                act(session, None, leg, "fall", cause="suspended")


def _is_open(leg: Leg) -> bool:
    """Whether somebody waits for it: it was sent, or is a draft of several legs of which others were."""
    draft = leg.state == "draft" and leg.agreement.is_joint
    return leg.state in LAPSING or (draft and together.under_way(leg.agreement.legs))


def _locked(session: Session, number: int) -> Leg:
    query = sa.select(Leg).where(Leg.id == number).with_for_update(of=Leg).execution_options(populate_existing=True)
    return session.scalars(query).unique().one()


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


jobs.handles("exchange.sweep", sweep, every=timedelta(minutes=1))
jobs.handles("exchange.redate", redate)
jobs.handles("exchange.suspended", suspended)
