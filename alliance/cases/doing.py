"""What each action changes; each returns what its event tells, never what the asker said of themself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.archive import restricting
from alliance.archive import service as archive
from alliance.archive.grants import FileGrant
from alliance.cases import deadlines, masking
from alliance.cases.models import Case
from alliance.cases.table import PUBLIC
from alliance.centres import service as centres
from alliance.errors import Conflict, Invalid
from alliance.people.models import Person
from alliance.people.posts import members
from alliance.worktime import Calendar, pauses

Data = dict[str, Any]


@dataclass
class Doing:
    """One wish to act on a case; `person` None is the asker or the system."""

    session: Session
    case: Case
    person: Person | None
    calendar: Calendar
    now: datetime


def take(doing: Doing, _form: Any) -> Data:
    """Who takes it first answers to the end (R-71)."""
    assert doing.person is not None
    doing.case.handler = doing.person
    if doing.case.first_handler is None:
        doing.case.first_handler = doing.person
    return {"handler": doing.person.id}


def transfer(doing: Doing, form: Any) -> Data:
    """To another centre, or to the secretariat; the clock goes on."""
    case = doing.case
    to = centres.by_slug(doing.session, form.to) if form.to else None
    if to is not None and not to.is_active:
        raise Invalid(_("请选择一个成员馆。"), {"to": _("这个馆现在不是成员馆。")})
    if to is not None and not members(doing.session, to, "handler", "director"):
        raise Invalid(_("请选择另一个馆。"), {"to": _("这个馆没有经办人。")})
    if (to.id if to is not None else None) == case.centre_id:
        raise Invalid(_("请选择另一个馆。"), {"to": _("现在就由它办理。")})
    before = case.centre_id
    case.centre, case.handler, case.transfer_why = to, None, form.reason
    case.transfers += 1
    return {"from_centre": before, "to_centre": to.id if to is not None else None}


def ask_back(doing: Doing, form: Any) -> Data:
    """The clock stands until the asker has answered."""
    doing.case.asked_text, doing.case.asked_at = form.text, doing.now
    doing.case.pauses = pauses.paused(doing.case.pauses, doing.now)
    return {}


def reply(doing: Doing, form: Any) -> Data:
    doing.case.reply = form.text
    return resume(doing, form)


def resume(doing: Doing, _form: Any) -> Data:
    """The clock goes on; the deadline moves by the pause."""
    doing.case.pauses = pauses.resumed(doing.case.pauses, doing.now)
    deadlines.set_due(doing.case, doing.calendar)
    return {}


def grant(doing: Doing, form: Any) -> Data:
    """The file is open to whoever holds the secret, until that day."""
    case = doing.case
    assert case.asset is not None
    case.grant = FileGrant(asset_id=case.asset.id, until=form.until, granted_at=doing.now)
    case.conditions = form.conditions
    return _answered(doing, form.answer) | {"until": form.until.isoformat()}


def settle(doing: Doing, form: Any) -> Data:
    """Take the work down, or close it further, from the case itself."""
    asset, person = doing.case.asset, doing.person
    assert asset is not None
    assert person is not None
    if form.measure == "withdraw":
        archive.withdraw(doing.session, person, asset, why=form.why, expected_version=asset.version)
    else:
        axes = {name: getattr(form, name) or getattr(asset, name) for name in ("record_visibility", "file_access")}
        restricting.restrict(doing.session, person, asset, **axes, expected_version=asset.version)
    doing.case.measure = form.measure
    return _answered(doing, form.answer) | {"measure": form.measure}


def finish(doing: Doing, form: Any) -> Data:
    return _answered(doing, form.answer, form.public_text)


def explain(doing: Doing, form: Any) -> Data:
    return _answered(doing, form.answer, form.public_text)


def refuse(doing: Doing, form: Any) -> Data:
    doing.case.answer_code = form.code
    return _answered(doing, form.answer) | {"code": form.code}


def revoke(doing: Doing, form: Any) -> Data:
    if doing.case.grant is None:
        raise Conflict(_("没有可以收回的授权。"))
    doing.case.grant.revoked_at = doing.now
    doing.case.conditions = form.reason
    return {}


def rate(doing: Doing, form: Any) -> Data:
    doing.case.stars, doing.case.rating_note = form.stars, form.note
    return {"stars": form.stars}


def look_back(doing: Doing, _form: Any) -> Data:
    """The question is on the case's page from now on."""
    doing.case.looked_back_at, doing.case.next_at = doing.now, None
    return {}


def follow_up(doing: Doing, form: Any) -> Data:
    doing.case.solved = form.solved
    return {"solved": form.solved}


def _answered(doing: Doing, answer: str, public_text: str = "") -> Data:
    """The end: who, when, how long it took; what is published names nobody."""
    case, person = doing.case, doing.person
    assert person is not None
    if case.kind in PUBLIC and not case.private:
        case.public_text = _published(case, public_text, answer)
    case.handler = person
    case.first_handler = case.first_handler or person
    if case.pauses and case.pauses[-1][1] is None:
        resume(doing, None)
    case.answer, case.closed_at, case.closed_by = answer, doing.now, person.id
    case.days_taken = deadlines.days_taken(case, doing.calendar, doing.now)
    case.days_over = deadlines.days_over(case, doing.calendar, doing.now)
    return {"days_taken": case.days_taken, "overdue_days": case.days_over}


def _published(case: Case, public_text: str, answer: str) -> str:
    """The question as everybody may read it."""
    faults = {
        name: _("这里会公开，请去掉姓名、电话和邮箱：%(what)s", what=found)
        for name, text in (("public_text", public_text), ("answer", answer))
        if (found := masking.personal(case, text))
    }
    if not public_text.strip():
        faults["public_text"] = _("这件会公开，请写好公开的问题。")
    if faults:
        raise Invalid(_("答复会公开，请先去掉个人信息。"), faults)
    return public_text
