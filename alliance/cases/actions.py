"""The one way to change a case: `act`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import BaseModel
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.cases import deadlines, doing, letters
from alliance.cases.doing import Doing
from alliance.cases.guards import GUARDS
from alliance.cases.models import Case
from alliance.cases.table import ACTIONS, DESK, Action
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.people.models import Person
from alliance.permissions import may, require
from alliance.worktime import rows

Effect = Callable[[Doing, Any], dict[str, Any]]
EFFECTS: dict[str, Effect] = {name: getattr(doing, name) for name in ACTIONS}


def act(
    session: Session,
    person: Person | None,
    case: Case,
    name: str,
    *,
    role: str = DESK,
    form: BaseModel | None = None,
    expected_version: int | None = None,
    key: str | None = None,
) -> Case:
    """Do the action `name`: as the desk for `person`, as the ASKER or as the SYSTEM; returns the case as it is now.

    A repeated `key` is done once. Raises NotFound, Forbidden, Invalid or Conflict, and then nothing has changed.
    """
    action = known(name)
    if role == DESK:
        require(person, "case.answer", case)
    case = locked(session, case.id)
    if key and (event := journal.seen(session, key)) is not None:
        if (event.subject_type, event.subject_id, event.action) != (Case.__tablename__, case.id, f"case.{name}"):
            raise Conflict(_("这次提交的编号已用在别处，请刷新页面再试。"))
        return case
    if role == DESK and case.version != expected_version:
        raise Conflict(_("页面打开之后又有新的进展，请看过最新情况再办。"))
    if (refusal := why_not(case, action, person, role)) is not None:
        raise refusal
    return _apply(session, case, action, person, role=role, form=form, key=key)


def known(name: str) -> Action:
    if name not in ACTIONS:
        raise NotFound(_("没有这种操作。"))
    return ACTIONS[name]


def available(case: Case, person: Person | None, role: str) -> list[Action]:
    """What can be done with the case now, in the order of the table."""
    return [action for action in ACTIONS.values() if why_not(case, action, person, role) is None]


def why_not(case: Case, action: Action, person: Person | None, role: str) -> Forbidden | Conflict | None:
    """The refusal as it would be raised: role, kind, state, guard."""
    if role not in action.by or (role == DESK and not may(person, "case.answer", case)):
        return Forbidden(_("您在这件事里的身份不能这样做。"))
    if case.kind not in action.kinds:
        return Conflict(_("这类事项没有这一步。"))
    if case.state not in action.sources:
        return Conflict(_("现在的状态不能做这件事。"))
    refusal = GUARDS[action.guard](case, person) if action.guard else None
    return Conflict(refusal) if refusal else None


def locked(session: Session, number: int) -> Case:
    """The case as it is now, so that nobody else changes it."""
    query = sa.select(Case).where(Case.id == number).with_for_update(of=Case).execution_options(populate_existing=True)
    return session.scalars(query).one()


def _apply(
    session: Session, case: Case, action: Action, person: Person | None, *, role: str, form: BaseModel | None, key: str | None
) -> Case:
    """Effect, state, version, dates, event, the asker's mail."""
    now, source, calendar = clock.now(), case.state, rows.calendar(session)
    acting = case.centre_id
    data = EFFECTS[action.name](Doing(session, case, person, calendar, now), form)
    case.state = action.reaches(source)
    case.version += 1
    if case.state != source:
        deadlines.arrange(case, calendar, now, fresh=source == "asked")
    data = {"kind": case.kind, "from": source, "to": case.state, "by": role, **data}
    journal.record(
        session, f"case.{action.name}", case, person=person, centre_id=acting if role == DESK else None, data=data, key=key
    )
    letters.tell(session, case, action.name)
    return case
