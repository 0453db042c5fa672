"""What happens to cases without anybody acting: reminders, red, look-back, new holiday rows, a centre that left, forgetting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.cases import deadlines, forms, letters, masking
from alliance.cases.actions import act, locked
from alliance.cases.models import Case
from alliance.cases.table import OPEN, SYSTEM
from alliance.db import db, transaction
from alliance.errors import Refusal
from alliance.jobs import Job
from alliance.storage.models import File
from alliance.worktime import Calendar, due, pauses, rows

AT_ONCE = 1000
BY_ITSELF = frozenset({"resume", "look_back"})
ESCALATED_TO = {"red": "deputy", "director": "director"}
PERSONAL = ("name", "organisation", "relation", "who", "contact", "place")
WRITTEN = ("text", "reply", "asked_text", "answer", "transfer_why", "rating_note")
log = structlog.get_logger()


def sweep(_payload: dict[str, Any]) -> None:
    """Every minute: each case whose date has come, in a transaction of its own."""
    query = sa.select(Case.id).where(Case.next_at <= clock.now()).order_by(Case.next_at, Case.id).limit(AT_ONCE)
    for number in list(db.session.scalars(query)):
        try:
            with transaction() as session:
                look(session, number)
        except Refusal as refusal:
            log.info("sweep", case=number, refused=str(refusal))


def look(session: Session, number: int) -> None:
    """Do what is due for one case now; of several reminders only the last is told."""
    now, case = clock.now(), locked(session, number)
    if case.next_at is None or case.next_at > now:
        return
    found = deadlines.marks(case, rows.calendar(session))
    passed = [which for which, moment in found if moment <= now and which not in case.reminded]
    for which in passed:
        if which in BY_ITSELF:
            act(session, None, case, which, role=SYSTEM)
            return
    case.reminded = [*case.reminded, *passed]
    deadlines.look_again(case, found)
    for which in [which for which in passed if which in ESCALATED_TO] or passed[-1:]:
        action = "case.escalated" if which in ESCALATED_TO else "case.reminded"
        data = {"which": which, "kind": case.kind, "state": case.state}
        data |= {"to": ESCALATED_TO[which]} if which in ESCALATED_TO else {}
        journal.record(session, action, case, data=data, key=f"{action}:{case.id}:{case.version}:{which}:{len(case.reminded)}")


def redate(_payload: dict[str, Any]) -> None:
    """Job: holiday rows changed."""
    with transaction() as session:
        recompute_deadlines(session)


def recompute_deadlines(session: Session) -> int:
    """Every open deadline anew; returns how many moved."""
    rows.forget(session)
    calendar, now, moved = rows.calendar(session), clock.now(), 0
    for number in list(session.scalars(sa.select(Case.id).where(Case.state.in_(OPEN)).order_by(Case.id))):
        case = locked(session, number)
        before = case.due_at
        deadlines.set_due(case, calendar)
        deadlines.arrange(case, calendar, now, fresh=False)
        if case.due_at != before:
            moved += 1
            journal.record(session, "case.redated", case, data={"due_at": case.due_at.isoformat() if case.due_at else None})
    return moved


def would_move(session: Session, before: Calendar, after: Calendar) -> int:
    """How many open deadlines another calendar would move."""
    query = sa.select(Case.filed_at, Case.limit_days, Case.pauses).where(Case.state.in_(OPEN))
    found = [(filed, days, pauses.closed(kept)) for filed, days, kept in session.execute(query)]
    return sum(due(filed, days, before, stood) != due(filed, days, after, stood) for filed, days, stood in found)


def suspended(payload: dict[str, Any]) -> None:
    """Job: a centre was suspended or left; its open cases go to the secretariat."""
    centre_id = payload["subject"][1]
    query = sa.select(Case.id).where(Case.centre_id == centre_id, Case.state.in_(("filed", "in_hand"))).order_by(Case.id)
    for number in list(db.session.scalars(query)):
        with transaction() as session:
            case = locked(session, number)
            if case.centre is not None and not case.centre.is_active and case.state in ("filed", "in_hand"):
                why = forms.Transfer(to="", reason="该馆现在不是成员馆，转联盟秘书处办理。")
                act(session, None, case, "transfer", role=SYSTEM, form=why)


def forget(_payload: dict[str, Any]) -> None:
    """Daily: who asked is erased from what was closed long enough ago, with the files sent along and the mails."""
    days = current_app.config["ALLIANCE"].case_erase_days
    query = sa.select(Case.id).where(Case.closed_at <= clock.now() - timedelta(days=days), Case.erased_at.is_(None))
    for number in list(db.session.scalars(query.order_by(Case.id).limit(AT_ONCE))):
        with transaction() as session:
            erase(session, locked(session, number))


def erase(session: Session, case: Case) -> None:
    """Blank what says who asked, mask numbers and addresses in what was written; the files' bytes follow by the store's sweep."""
    for name in PERSONAL:
        setattr(case, name, "")
    for name in WRITTEN:
        setattr(case, name, masking.masked(getattr(case, name)))
    numbers = [one.file_id for one in case.files]
    case.files.clear()
    session.flush()
    session.execute(sa.delete(File).where(File.id.in_(numbers)))
    session.execute(sa.delete(Job).where(Job.key.startswith(letters.key_of(case), autoescape=True)))
    case.erased_at = clock.now()
    case.version += 1
    journal.record(session, "case.erased", case, data={"kind": case.kind})


jobs.handles("cases.sweep", sweep, every=timedelta(minutes=1))
jobs.handles("cases.redate", redate)
jobs.handles("cases.suspended", suspended)
jobs.handles("cases.forget", forget, every=timedelta(days=1))
