"""The agreement 协议 on paper: who, what, when, where, who bears what, conditions, approvals; all legs that one may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from alliance import clock, codes, journal
from alliance.db import db
from alliance.errors import Conflict
from alliance.exchange import present, story, whole, words
from alliance.exchange.case import Case
from alliance.exchange.models import Leg
from alliance.exchange.papers import stations
from alliance.exchange.papers.setting import address, answer, in_chinese, page, printed
from alliance.exchange.routes import bp, is_full
from alliance.people.models import Person
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_moment

APPROVING = ("leg.submit", "leg.endorse", "leg.offer", "leg.accept_offer", "leg.approve", "leg.commit", "leg.grant")
OWN_RULES = {
    "loan": ("借用方按约定使用、保管和归还；如有损坏、遗失，照联盟章程修复或补偿。",),
    "swap": (
        "双方互为出借方和借用方，各按约定使用、保管和归还；如有损坏、遗失，照联盟章程修复或补偿。",
        "互换的各项一起定下；其中一项取消的，另一方可以照办，也可以一并退出，不记违约。",
    ),
    "licence": (
        "被授权方只在约定的用途、期限和地域内使用，使用时注明作者和收藏单位，不转授他人，不改动内容。",
        "期满或授权方收回时，平台随即关闭文件；被授权方停止使用，删除已下载的副本。",
        "授权方保证有权作此授权；权利人提出异议的，授权方应立即收回并告知对方。",
    ),
    "secondment": (
        "人事关系留在派出方，派出期间的工作由接收方安排，带教人负责指导；工资、保险按原渠道，食宿、交通按约定承担。",
        "接收方提供必要的工作和安全条件，期满如实填报天数或课时，计入本人当年的培训。",
    ),
}
RULES = (
    "取消须经对方同意；开始前不足3个工作日提出的，记提出方违约。因安全或不可抗力取消的不在此列。",
    "有争议的，先由双方协商；协商不成，由联盟秘书处裁定，可申诉一次。",
)


@bp.get("/<number>/contract")
@guarded("agreement.read")
def contract(number: str) -> Answer:
    """As a page that prints."""
    return page(told(legs_of(number)), _("协议"), "exchange.contract_pdf")


@bp.get("/<number>/contract.pdf")
@guarded("agreement.read")
def contract_pdf(number: str) -> Answer:
    """As PDF."""
    return answer(told(legs_of(number)), f"{number}-contract")


def legs_of(number: str) -> Sequence[Leg]:
    """The legs that are agreed and that the reader may read in full; raises Conflict while nothing is agreed."""
    joint = whole.load(db.session, number)
    legs = [leg for leg in joint.legs if is_full(me(), leg)] if joint is not None else [printed(number)]
    if joint is not None and not legs:
        printed(number)
    agreed = [leg for leg in legs if leg.state in present.JOINED]
    if not agreed:
        raise Conflict(_("还没有定下来，定下来以后才有协议。"))
    return agreed


def told(legs: Sequence[Leg]) -> dict[str, Any]:
    """What it says, as data; whatever the language of the page, in Chinese."""
    agreement = legs[0].agreement
    parties = list(dict.fromkeys(centre.name for leg in legs for centre in (leg.owner, leg.borrower)))
    alone = len(legs) == 1 and not agreement.is_joint
    number = legs[0].number if alone else agreement.number
    kinds = dict.fromkeys(words.sort_of(leg) for leg in legs)
    rules = [rule for kind in kinds for rule in OWN_RULES[kind]] + list(RULES)
    with in_chinese():
        facts = [("活动", agreement.title), ("各方", "、".join(parties))]
        facts.append(("方式", codes.label("agreement_kind", agreement.kind, "zh")))
        sections = [{"head": "", "facts": facts, "table": None, "lines": []}]
        for leg in legs:
            sections += of_leg(leg, alone)
    return {
        "title": "资源共享协议",
        "number": number,
        "sections": [*sections, {"head": "共同约定", "facts": [], "table": None, "lines": rules}],
        "signs": [f"{name}（盖章）" for name in parties],
        "address": address(number),
        "caption": "扫码看办理经过",
        "foot": f"编号 {number}。本协议由平台按双方确认的内容生成。",
    }


def of_leg(leg: Leg, alone: bool) -> list[dict[str, Any]]:
    """One leg: what is lent when, on which terms, and who approved it."""
    side = Case(db.session, leg, me(), clock.now()).side
    content = present.visible(leg, side)[-1].content
    thing = leg.lines[0].resource
    called = words.called(leg)
    facts = [
        (str(called.owner), leg.owner.name),
        (str(called.borrower), leg.borrower.name),
        ("资源", f"{thing.title}（{thing.code}）" + (f"×{leg.lines[0].quantity}" if leg.lines[0].quantity > 1 else "")),
        ("时间", present.dates_of(leg, side)),
    ]
    agreed = [(str(label), value) for _title, rows in present.tables(content, thing.kind, "zh") for label, value in rows]
    day = clock.local(leg.requested_at or clock.now()).date()
    table = {"head": ["时间", "谁", "办了什么"], "rows": approvals(leg)}
    named = "" if alone else f"{leg.rank}　{thing.title}"
    return [
        {"head": named, "facts": facts, "table": None, "lines": []},
        *stations.section(stations.rows(content, day)),
        {"head": "约定内容", "facts": [row for row in agreed if row[0] not in ("首选", "备选")], "table": None, "lines": []},
        {"head": "条件", "facts": [], "table": None, "lines": present.conditions_of(content, "zh") or ["无"]},
        {"head": "审批", "facts": [], "table": table, "lines": []},
    ]


def approvals(leg: Leg) -> list[list[str]]:
    """Who asked, offered, agreed, and when; oldest first."""
    events = [event for event in journal.history(db.session, leg) if event.action in APPROVING]
    query = sa.select(Person.id, Person.name).where(Person.id.in_({event.actor_id for event in events} - {None}))
    people = {number: name for number, name in db.session.execute(query)}  # noqa: C416 - rows are not pairs to dict()
    centres = {centre.id: centre.short_name for centre in (leg.owner, leg.borrower)}
    today, rows = clock.local(leg.requested_at or clock.now()).date(), []
    for event in events:
        who = " ".join(part for part in (centres.get(event.centre_id or 0, ""), people.get(event.actor_id or 0, "")) if part)
        done = str(story.DID[event.action.removeprefix("leg.")])
        if event.action == "leg.grant":
            done += f"，到{spoken_moment(datetime.fromisoformat(event.data['until']), 'zh', today=today)}"
        rows.append([spoken_moment(event.at, "zh", today=today), who or "系统", done])
    return rows
