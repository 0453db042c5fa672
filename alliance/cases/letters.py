"""Mails to whoever asked, when they left a mail address; without one the page of the case says the same."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import codes
from alliance.cases import secret
from alliance.cases.models import Case
from alliance.config import Settings
from alliance.people import letters as mails
from alliance.worktime import spoken_moment

TOLD = frozenset({"file", "take", "transfer", "ask_back", "grant", "settle", "finish", "explain", "refuse", "revoke", "look_back"})


def key_of(case: Case) -> str:
    """What the keys of all mails of a case begin with."""
    return f"mail:case:{case.id}:"


def tell(session: Session, case: Case, name: str) -> None:
    """Hand the mail of that action to the mailing job; its key is single for each step."""
    if not case.email or name not in TOLD:
        return
    with force_locale(case.locale):
        subject = _("%(kind)s %(number)s：%(state)s", kind=kind_of(case), number=case.number, state=_state(case))
        lines = [said(case, name), f"{_('查看：')}\n{link(case)}"]
        mails.write(session, case.email, subject, lines, key=f"{key_of(case)}{name}:{case.version}")


def said(case: Case, name: str) -> Any:
    """The sentence about that step, in the language of the mail (domain templates 1, 2, 5, 6, 14)."""
    number, who = case.number, handled_by(case)
    if name == "file":
        due = spoken_moment(case.due_at, case.locale) if case.due_at else ""
        return _(
            "您的%(kind)s（编号%(number)s）已收到，%(days)s个工作日内答复，最迟%(due)s。查询码：%(code)s。请保管好，凭编号和查询码查看进展。",
            kind=kind_of(case),
            number=number,
            days=case.limit_days,
            due=due,
            code=secret.code_of(case),
        )
    if name == "take":
        return _("编号%(number)s已受理。%(who)s，将负责到办结。", number=number, who=who)
    if name == "transfer":
        return _("编号%(number)s已转给%(who)s办理，答复时限不变。", number=number, who=where(case))
    if name == "ask_back":
        return _("办理编号%(number)s还需要您补充：%(text)s（补充前不计时）", number=number, text=case.asked_text)
    if name == "grant":
        until = case.grant.until.isoformat() if case.grant is not None else ""
        return _(
            "编号%(number)s已同意，使用期限到%(until)s。打开下面的链接即可查看文件。%(terms)s",
            number=number,
            until=until,
            terms=case.conditions,
        )
    if name == "refuse":
        reason = codes.label("case_refusal", case.answer_code or "99", case.locale)
        return _("很抱歉，编号%(number)s未能同意（%(reason)s）：%(answer)s", number=number, reason=reason, answer=case.answer)
    if name == "revoke":
        return _("编号%(number)s的授权已收回：%(reason)s", number=number, reason=case.conditions)
    if name == "look_back":
        return _("30天前您反映的事（编号%(number)s）是否已解决？请打开下面的链接回答。", number=number)
    return _("编号%(number)s已答复：%(answer)s", number=number, answer=case.answer)


def link(case: Case) -> str:
    """The secret link, or the plain page where the code cannot be told any more."""
    settings: Settings = current_app.config["ALLIANCE"]
    code = secret.code_of(case)
    return settings.address + (f"/cases/{case.number}/open/{code}" if code else f"/cases/{case.number}")


def kind_of(case: Case) -> str:
    return codes.label("case_kind", case.kind, case.locale)


def _state(case: Case) -> str:
    return codes.label("case_state", case.state, case.locale)


def handled_by(case: Case) -> Any:
    """首问责任人 with phone, as the asker is told (R-71)."""
    person = case.first_handler
    if person is None:
        return ""
    name = (person.name_en if case.locale == "en" else "") or person.name
    return _("首问责任人：%(name)s，电话%(phone)s", name=name, phone=person.phone or _("见馆公开电话"))


def where(case: Case) -> Any:
    """Who handles it: the centre, or the secretariat."""
    if case.centre is None:
        return _("联盟秘书处")
    return (case.centre.name_en if case.locale == "en" else "") or case.centre.name
