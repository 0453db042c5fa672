"""Plays the public's cases: the asker files, whoever may answers, each at the time it was."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive.models import Asset
from alliance.cases import actions, filing
from alliance.cases.forms import KIND_FORMS
from alliance.cases.models import Case
from alliance.cases.table import ACTIONS, ASKER, DESK, SYSTEM
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.demo.archive import Assets
from alliance.demo.asked import Asked, Step
from alliance.demo.people import People
from alliance.people.models import Person
from alliance.permissions import may

DAYS = ("until",)


def play(session: Session, people: People, asked: Asked, codes: Assets, *, number: int, today: datetime) -> Case:
    """From the form to where the case stands today; steps that would lie in the future are left out."""
    moment = today - timedelta(days=asked.ago)
    with clock.moved(moment):
        form = KIND_FORMS[asked.kind].model_validate(filled(asked.form))
        case = filing.file(
            session, None, kind=asked.kind, form=form, thing=about(session, asked.about, codes), key=f"demo-case-{number}"
        )
        session.flush()
    for step in asked.steps:
        moment += timedelta(days=step[2])
        if moment > today:
            break
        with clock.moved(moment):
            take_step(session, people, case, step)
    return case


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """What is typed, with days as dates from now."""
    day = clock.local(clock.now()).date()
    return values | {name: (day + timedelta(days=values[name])).isoformat() for name in DAYS if name in values}


def about(session: Session, named: str, codes: Assets) -> filing.About:
    """A work by its key, a listing by its title, a centre by its short name."""
    if named in codes:
        asset = session.scalars(sa.select(Asset).where(Asset.code == codes[named])).unique().one()
        return filing.About(asset=asset, centre=asset.owner)
    resource = session.scalar(sa.select(Resource).where(Resource.title == named))
    if resource is not None:
        return filing.About(resource=resource, centre=resource.owner)
    return filing.About(centre=session.scalars(sa.select(Centre).where(Centre.slug == named)).one() if named else None)


def take_step(session: Session, people: People, case: Case, step: Step) -> None:
    """One action, by whom it is for."""
    action = ACTIONS[step[0]]
    role = next(role for role in (DESK, ASKER, SYSTEM) if role in action.by)
    form = action.needs.model_validate(filled(step[1])) if action.needs is not None else None
    person = handler(people, case) if role == DESK else None
    actions.act(session, person, case, action.name, role=role, form=form, expected_version=case.version)


def handler(people: People, case: Case) -> Person:
    """Who has it in hand, else a handler of the centre where it lies, else the secretariat."""
    if case.handler is not None and may(case.handler, "case.answer", case):
        return case.handler
    able = [p for p in people.values() if case.centre is not None and "handler" in p.roles_in(case.centre.id)]
    return next((p for p in able if may(p, "case.answer", case)), people["secretariat"])
