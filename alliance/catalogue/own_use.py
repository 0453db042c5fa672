"""Sessions of a bought programme that its owner used itself: written down, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import jobs, journal
from alliance.catalogue import procured, service
from alliance.catalogue.models import Resource
from alliance.catalogue.procured import SessionUse
from alliance.db import transaction
from alliance.errors import Conflict, Invalid


def use(session: Session, person: Any, *, resource: Resource, sessions: int, used_on: date, place: str) -> SessionUse:
    """Write down that the owner used some itself; Conflict where there are not so many."""
    service.claim(session, person, resource, None)
    if not procured.is_counted(resource):
        raise Conflict(_("先在“采购节目”里填采购场次。"))
    procured.clear(session, resource)
    free = procured.left(resource)
    if sessions > free:
        sentence = _("只剩%(left)s场，记不了%(n)s场。请先核对采购场次。", left=free, n=sessions)
        raise Invalid(sentence, {"sessions": str(_("最多%(left)s场。", left=free))})
    made = SessionUse(resource_id=resource.id, kind="own", sessions=sessions, used_on=used_on, place=place, person_id=person.id)
    session.add(made)
    session.flush()
    data = {"sessions": sessions, "on": used_on.isoformat(), "place": place}
    service.move(session, person, resource, resource.state, "resource.sessions_used", **data)
    return made


def take_back(session: Session, person: Any, *, resource: Resource, number: int) -> None:
    """Undo an entry of one's own; the journal keeps that it was there."""
    service.claim(session, person, resource, None)
    found = session.get(SessionUse, number)
    if found is None or found.resource_id != resource.id or found.kind != "own":
        raise Conflict(_("没有这条记录，可能刚刚有人撤销了。"))
    data = {"sessions": found.sessions, "on": found.used_on.isoformat() if found.used_on else "", "place": found.place}
    session.delete(found)
    session.flush()
    service.move(session, person, resource, resource.state, "resource.sessions_back", **data)


def tell(payload: dict[str, Any]) -> None:
    """Job: an agreement took or freed sessions; the listing has a new version, so that the index follows."""
    with transaction() as session:
        resource = session.get(Resource, payload["resource"], with_for_update={"of": Resource})
        if resource is not None and procured.is_counted(resource):
            resource.version += 1
            data = {"version": resource.version, "sessions_left": procured.left(resource)}
            journal.record(session, "resource.sessions_counted", resource, centre_id=resource.owner_id, data=data)


jobs.handles(procured.JOB, tell)
