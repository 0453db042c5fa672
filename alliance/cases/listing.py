"""Cases in lists and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from alliance import clock, codes
from alliance.archive import card
from alliance.archive.models import Asset
from alliance.cases.models import Case
from alliance.cases.table import PUBLIC
from alliance.cases.turns import CaseTask, listed
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import present
from alliance.people.models import Person
from alliance.permissions import may
from alliance.worktime import Calendar, spoken_date

KIND_WORDS: Final[dict[str, tuple[Any, Any]]] = {
    "use": (_l("想用某件档案：授权申请"), _l("教学、演出、出版、研究要用档案里的作品，说明用途和期限。")),
    "removal": (_l("不愿公开：下架申请"), _l("作品里有您或家人，或者您是权利人，不同意公开。")),
    "correction": (_l("写错了：更正"), _l("人名、年代、地点、说明有误，告诉我们正确的。")),
    "question": (_l("想问一问：咨询"), _l("关于馆藏、活动、借用和服务的问题。")),
    "complaint": (_l("不满意：投诉"), _l("对馆、资源、档案或工作人员的投诉，由上一级馆或联盟秘书处办理。")),
    "suggestion": (_l("有个主意：建议"), _l("怎样做得更好，请说给我们听。")),
}
TONES = {"filed": "wait", "in_hand": "go", "asked": "wait", "granted": "ok", "refused": "stop", "done": "ok", "explained": "ok"}


@dataclass(frozen=True)
class Answered:
    """A public case as everybody may read it: nothing about who asked."""

    number: str
    kind: str
    question: str
    answer: str
    centre: str
    day: str
    days_taken: int


def answered(session: Session, *, count: int, skip: int = 0) -> list[Answered]:
    """The newest public answers."""
    query = _public(sa.select(Case)).options(joinedload(Case.about)).order_by(Case.closed_at.desc(), Case.id.desc())
    return [_answered(case) for case in session.scalars(query.offset(skip).limit(count)).unique()]


def how_many_answered(session: Session) -> int:
    return session.scalar(_public(sa.select(sa.func.count(Case.id)))) or 0


def _public(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.where(Case.closed_at.is_not(None), ~Case.private, Case.kind.in_(PUBLIC), Case.public_text != "")


def _answered(case: Case) -> Answered:
    return Answered(
        number=case.number,
        kind=codes.label("case_kind", case.kind, str(get_locale())),
        question=case.public_text,
        answer=case.answer,
        centre=called(case.about),
        day=spoken_date(clock.local(case.closed_at).date(), str(get_locale())) if case.closed_at else "",
        days_taken=case.days_taken or 0,
    )


def called(centre: Centre | None) -> str:
    """A centre, or the secretariat."""
    return present.called(centre) if centre is not None else _("联盟秘书处")


def named(session: Session, person: Person | None, code: str) -> tuple[str, str] | None:
    """Title and address of the thing of that code, when `person` may see it."""
    if not code:
        return None
    asset = session.scalar(sa.select(Asset).where(Asset.code == code.upper()))
    if asset is not None and may(person, "asset.read", asset):
        return card.title(asset), url_for("portal.asset", code=asset.code)
    resource = session.scalar(sa.select(Resource).where(Resource.code == code.upper()))
    if resource is not None and may(person, "resource.read", resource):
        return resource.title, url_for("portal.resource", code=resource.code)
    return None


def thing(case: Case) -> tuple[str, str]:
    """What it is about, with its address."""
    if case.asset is not None:
        return card.title(case.asset), url_for("portal.asset", code=case.asset.code)
    if case.resource is not None:
        return case.resource.title, url_for("portal.resource", code=case.resource.code)
    return called(case.about), url_for("portal.centre", slug=case.about.slug) if case.about is not None else ""


def heading(case: Case) -> str:
    """Its kind and what it is about; never who asked."""
    return str(_("%(kind)s：%(what)s", kind=codes.label("case_kind", case.kind, str(get_locale())), what=thing(case)[0]))


def state_of(case: Case) -> tuple[str, str]:
    """The word of its state and the tint."""
    return codes.label("case_state", case.state, str(get_locale())), TONES[case.state]


def row(task: CaseTask, person: Person | None, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """One case as parts/tasks.html shows it."""
    case, url = task.case, url_for("cases.case", number=task.case.number)
    light = present.light_of(task.turn, calendar, now)
    people = "" if task.turn.people == (person,) else present.people_of(task.turn)
    return {
        "light": light,
        "title": heading(case),
        "url": url,
        "note": str(_("·")).join(part for part in (case.number, people) if part),
        "other": called(case.centre),
        "role": state_of(case)[0],
        "action": (_("受理") if case.state == "filed" else _("答复") if case.state == "in_hand" else _("查看"), url),
        "urgent": light is not None and light[0] in ("red", "yellow"),
        "end": light,
    }


def cases(session: Session, wanted: Sequence[sa.ColumnElement[bool]], *, newest: bool, skip: int, count: int) -> list[Case]:
    """Those of which all conditions hold: the most urgent, or the newest first."""
    order = (Case.id.desc(),) if newest else (sa.func.coalesce(Case.due_at, Case.filed_at), Case.id)
    query = sa.select(Case).where(*wanted).options(*listed()).order_by(*order)
    return list(session.scalars(query.offset(skip).limit(count)).unique())
