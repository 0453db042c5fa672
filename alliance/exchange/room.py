"""The room of a dispute: both reports, what was agreed, what each side says, what is proposed and decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock
from alliance.db import db
from alliance.errors import Forbidden
from alliance.exchange import contested, disputing, page, present, story, words
from alliance.exchange.beside import decisions
from alliance.exchange.case import Case
from alliance.exchange.labels import DECISIONS
from alliance.exchange.models import Dispute, Leg
from alliance.exchange.routes import bp, find_own
from alliance.people.models import Person
from alliance.permissions import guarded
from alliance.storage.models import File
from alliance.web import Answer, me

STANDS_STILL: dict[str, Any] = {
    "loan": _l("争议期间，归还、验收、办结和评价都停下；已交出的物品由现在拿着的一方保管，档期照旧占着。"),
    "licence": _l("争议期间，评价停下；授权怎样了结由裁定定下。"),
    "secondment": _l("争议期间，离岗、办结和评价都停下；人员照旧在岗，由接收方安排工作和安全。"),
}
"""What a dispute holds up, by the sort of the agreement."""
HERE = ("agree_proposal", "refuse_proposal", "propose", "settle", "state_view", "dispute")


@bp.get("/<number>/room")
@guarded("agreement.read")
def room(number: str) -> Answer:
    """For both parties and the secretariat."""
    g.here = "agreements"
    session, person = db.session, me()
    leg = find_own(session, person, number)
    if not page.is_concerned(person, leg):
        raise Forbidden(_("争议处理只给双方和联盟秘书处看。"))
    about = page.full(session, person, leg)
    acts = sorted((one for one in [*about["first"], *about["more"]] if one.name in HERE), key=lambda one: HERE.index(one.name))
    return render_template("exchange/room.html", **about, acts=acts, sections=_sections(session, leg), **_now(session, leg, person))


def _now(session: Session, leg: Leg, person: Person) -> dict[str, Any]:
    """What is still open, in sentences."""
    case = Case(session, leg, person, clock.now())
    if leg.state != "disputed":
        return {"told": _afterwards(case) if leg.disputes else [], "options": []}
    return {"told": _told(case, contested.latest(session, leg)), "options": decisions(case)}


def _told(case: Case, one: Dispute) -> list[str]:
    leg = case.leg
    other = leg.borrower if one.side == "owner" else leg.owner
    said = [STANDS_STILL.get(words.sort_of(leg), STANDS_STILL["loan"])]
    if contested.waiting(one) is None:
        said += _undecided(case, one, present.called(other))
    else:
        said += _proposed(case, one)
    said.append(_("这是申诉，裁定为最终结果。") if leg.disputes > 1 else _("对裁定不服的，可申诉一次。"))
    return said


def _undecided(case: Case, one: Dispute, other: Any) -> list[str]:
    """Nothing is proposed: what the other side may still say, and that the alliance decides."""
    until = contested.stand(one, case.calendar, case.now).until
    if until is None:
        return [_("轮到联盟秘书处另提方案或裁定。")]
    when = _moment(until)
    if case.now < until:
        text = _("%(who)s可在%(moment)s前陈述意见、附上证据；没有陈述的，秘书处按已有的记录办。", who=other, moment=when)
    else:
        text = _("陈述期已在%(moment)s满；裁定之前双方仍可补充。", moment=when)
    return [text, _("轮到联盟秘书处提出方案或裁定。")]


def _proposed(case: Case, one: Dispute) -> list[str]:
    """Whose answer to the proposal is missing, and whether its term is over."""
    stand = contested.stand(one, case.calendar, case.now)
    who = _("、").join(str(present.called(_centre(case.leg, side))) for side in contested.asked(one))
    when = _moment(stand.until or stand.since)
    if not stand.sides:
        return [_("%(who)s没有在%(moment)s前答复方案。轮到联盟秘书处另提方案或裁定，在此之前仍可答复。", who=who, moment=when)]
    return [
        _("轮到%(who)s在%(moment)s前答复方案；过期不答复的，秘书处可以直接裁定。", who=who, moment=when),
        _("双方都接受，即按方案了结，不能再申诉；一方不接受，由秘书处另提或裁定。"),
    ]


def _afterwards(case: Case) -> list[str]:
    """Whether what was decided is the last word."""
    last = contested.latest(case.session, case.leg)
    refusal = disputing.appeal_refused(case)
    if case.leg.disputes > 1:
        return [_("已申诉过一次，裁定为最终结果。")]
    if refusal or last.decided_at is None:
        return [refusal] if refusal else []
    if case.leg.state in ("closed", "no_show"):
        until = contested.appeal_until(last, case.calendar) or last.decided_at
        return [_("可在%(moment)s前申诉一次。", moment=_moment(until))]
    return [_("借用接着办；还有争议的，可再提一次，那次裁定为最终结果。")]


def _moment(moment: datetime) -> str:
    return story.say(moment, str(get_locale()))


def _centre(leg: Leg, side: str) -> Any:
    return leg.owner if side == "owner" else leg.borrower


# Each dispute -------------------------------------------------------------


def _sections(session: Session, leg: Leg) -> list[dict[str, Any]]:
    """The dispute and its appeal, as the page shows them."""
    found = disputing.of(session, leg)
    people = _people(session, found)
    filed = sa.select(File.id, File.name).where(File.id.in_(disputing.files(session, leg)))
    papers = {number: name for number, name in session.execute(filed)}  # noqa: C416 - rows are not pairs to dict()
    return [
        {
            "dispute": one,
            "who": present.called(_centre(leg, one.side)),
            "by": people.get(one.person_id, ""),
            "days": (clock.local(clock.now()).date() - clock.local(one.at).date()).days,
            "statements": [_statement(leg, said, people, papers) for said in one.statements],
            "proposals": [_proposal(leg, made, people) for made in one.proposals],
            "decided_by": people.get(one.decided_by or 0, ""),
            "word": dict(DECISIONS).get(one.decision or "", ""),
            "together": contested.is_accepted(one),
        }
        for one in found
    ]


def _people(session: Session, found: Iterable[Dispute]) -> dict[int, str]:
    numbers = {number for one in found for number in (one.person_id, one.decided_by)}
    numbers |= {said["by"] for one in found for said in (*one.statements, *one.proposals)}
    query = sa.select(Person.id, Person.name).where(Person.id.in_(numbers - {None}))
    return {number: name for number, name in session.execute(query)}  # noqa: C416 - rows are not pairs to dict()


def _statement(leg: Leg, said: dict[str, Any], people: dict[int, str], papers: dict[int, str]) -> dict[str, Any]:
    papers = papers | {int(one): name for one, name in said.get("names", {}).items()}
    filed = [(papers.get(one, ""), url_for("exchange.file", number=leg.number, file_id=one)) for one in said["files"]]
    return said | {
        "who": present.called(_centre(leg, said["side"])),
        "name": people.get(said["by"], ""),
        "when": _moment(datetime.fromisoformat(said["at"])),
        "filed": filed,
    }


def _proposal(leg: Leg, made: dict[str, Any], people: dict[int, str]) -> dict[str, Any]:
    answers = [_("%(who)s已接受", who=present.called(_centre(leg, side))) for side in made["accepted"]]
    if made["refused"]:
        who = present.called(_centre(leg, made["refused"]))
        answers.append(_("%(who)s不接受：%(why)s", who=who, why=made["why"]))
    return made | {
        "name": people.get(made["by"], ""),
        "when": _moment(datetime.fromisoformat(made["at"])),
        "word": dict(DECISIONS)[made["decision"]],
        "answers": answers,
    }
