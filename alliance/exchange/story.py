"""What happened to a leg, in words: who did what when, newest first; what one side may not see yet is not told to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from sqlalchemy.orm import Session

from alliance import clock, codes, journal
from alliance.exchange import acceptance
from alliance.exchange.models import Ask, Leg
from alliance.exchange.turns import Turn
from alliance.exchange.words import deeds
from alliance.people.models import Person
from alliance.worktime import spoken_date, spoken_moment, spoken_range

DID: dict[str, Any] = {
    "start": _p("story", "起草申请"),
    "revise": _p("story", "修改草稿"),
    "submit": _l("提出申请"),
    "ask_endorsement": _p("story", "报总馆"),
    "endorse": _p("story", "同意报送"),
    "refuse_endorsement": _p("story", "不予报送"),
    "fill_in": _l("填写补正，还没有交"),
    "complete": _p("story", "补正后再交"),
    "withdraw": _p("story", "撤回申请"),
    "accept_handling": _l("受理，为首问责任人"),
    "transfer": _p("story", "转办"),
    "return_for_completion": _p("story", "退回补正"),
    "survey": _l("提出现场勘察"),
    "record_consent": _p("story", "登记本人同意"),
    "approve": _p("story", "同意"),
    "decline": _p("story", "不同意"),
    "offer": _p("story", "有条件同意"),
    "counter": _p("story", "再议"),
    "accept_offer": _p("story", "确认条件"),
    "decline_offer": _l("不接受条件"),
    "commit": _l("双方均已同意，档期确定"),
    "fall": _l("未能安排"),
    "expire": _l("超过期限，自动失效"),
    "ask_cancel": _p("story", "提出取消"),
    "agree_cancel": _p("story", "同意取消"),
    "refuse_cancel": _p("story", "不同意取消"),
    "force_cancel": _p("story", "紧急取消"),
    "report_no_show": _l("报对方爽约"),
    "hand_over": _p("story", "交出"),
    "receive": _p("story", "接收"),
    "report_damage": _l("上报异常"),
    "ask_extension": _p("story", "申请续借"),
    "grant": _p("story", "同意续借"),
    "refuse": _p("story", "不同意续借"),
    "recall": _p("story", "召回"),
    "send_back": _p("story", "送还"),
    "supplement": _p("story", "补交材料"),
    "check_in": _p("story", "验收"),
    "note_differences": _l("请对方注记交接差异"),
    "agree_note": _l("双方注记了交接差异"),
    "refuse_note": _l("不认可交接差异的注记"),
    "resolve_line": _p("story", "提出未归还物品的处理"),
    "agree_line": _l("认可未归还物品的处理"),
    "refuse_line": _l("不认可未归还物品的处理"),
    "open_window": _l("授权开始，文件已开放"),
    "end_window": _l("授权到期，文件已关闭"),
    "revoke": _l("收回授权，文件已关闭"),
    "close": _p("story", "办结"),
    "archived": _l("报来的材料存成档案草稿"),
    "rate": _p("story", "评价"),
    "reply": _p("story", "回应评价"),
    "dispute": _p("story", "提出争议"),
    "state_view": _p("story", "陈述意见"),
    "propose": _p("story", "提出调解方案"),
    "agree_proposal": _p("story", "接受调解方案"),
    "refuse_proposal": _p("story", "不接受调解方案"),
    "settle": _l("裁定争议"),
    "meet": _l("登记条件已落实"),
    "reopen": _l("指出条件还没有落实"),
    "fall_back": _l("条件逾期未落实，退回待确认"),
}
GOOD = frozenset(
    {"approve", "commit", "accept_offer", "receive", "grant", "close", "endorse", "agree_line", "agree_note", "open_window"}
)
INNER = frozenset({"transfer", "survey"})
CAUSES = {
    "taken": _l("该档期已确定给他馆"),
    "suspended": _l("一方馆已停用"),
    "failed": _l("所属约定未达成"),
    "met": _l("对方的需求已有着落或已撤下"),
}
DECISIONS = {
    "resume": _l("恢复到争议之前"),
    "close": _l("就此办结"),
    "no_show": _l("维持爽约"),
    "no_breach": _l("改为取消，不记违约"),
}


@dataclass(frozen=True)
class Moment:
    """One line of the history, as parts/moments.html shows it."""

    at: str
    when: str
    text: Any
    tone: str = ""
    note: Any = ""


def past(session: Session, leg: Leg, side: str, *, since: int = 0) -> list[Moment]:
    """What `side` (owner, borrower, alliance) may know of the past, newest first, perhaps only since a version of the leg;
    a constant number of queries."""
    known = [event for event in journal.history(session, leg) if event.action.removeprefix("leg.") in DID]
    events = _worth_telling([event for event in known if not since or event.data.get("version", 0) > since], side)
    people = _people(session, events)
    locale = str(get_locale())
    return [_moment(event, leg, people, side, locale) for event in reversed(events)]


def _worth_telling(events: list[journal.Event], side: str) -> list[journal.Event]:
    """A draft is saved as one goes: to its own side that is told once for each who wrote at it, to the others not at all.

    That somebody else agreed to come is the owner's business until it offers them.
    """
    told: list[journal.Event] = []
    for event in events:
        if event.action in ("leg.revise", "leg.fill_in"):
            if side != "borrower":
                continue
            if told and told[-1].action == event.action and told[-1].actor_id == event.actor_id:
                told.pop()
        if side == "borrower" and event.action == "leg.record_consent" and "person" in event.data:
            continue  # that of somebody who may be offered instead
        told.append(event)
    return told


def next_steps(leg: Leg, turn: Turn, title: Any, now: datetime) -> list[Moment]:
    """Whose turn it is, and what is still to come."""
    locale = str(get_locale())
    made = []
    ahead = (_("授权到期"), _("授权开始")) if leg.agreement.is_licence else (_("归还"), _("开始使用"))
    for moment, words in zip((leg.ends_at, leg.starts_at), ahead, strict=True):
        if moment is not None and moment > now and leg.state in ("agreed", "confirmed", "handed_over", "in_use"):
            made.append(Moment(moment.isoformat(), say(moment, locale), words, "next"))
    if turn.side != "none":
        when = _("%(moment)s前", moment=say(turn.deadline, locale)) if turn.deadline is not None else _("现在")
        made.append(Moment((turn.deadline or now).isoformat(), when, title, "now"))
    return made


def until_of(ask: Ask | None, locale: str) -> str:
    """Until when an extension is asked for."""
    until = ask.content.get("until") if ask is not None else None
    return say(datetime.fromisoformat(until), locale) if until else ""


def say(moment: datetime, locale: str) -> str:
    """Day and time as people say them."""
    return spoken_moment(moment, locale, today=clock.local(clock.now()).date())


def _people(session: Session, events: Sequence[journal.Event]) -> dict[int, str]:
    numbers = {event.actor_id for event in events} | {event.data.get("to_person") for event in events}
    query = sa.select(Person.id, Person.name).where(Person.id.in_(numbers - {None}))
    return {number: name for number, name in session.execute(query)}  # noqa: C416 - rows are not pairs to dict()


def _moment(event: journal.Event, leg: Leg, people: Mapping[int, str], side: str, locale: str) -> Moment:
    name = event.action.removeprefix("leg.")
    unseen = name == "offer" and event.data.get("to") == "requested" and side == "borrower"
    did = str(_("拟定答复，馆内审批中") if unseen else deeds(leg).get(name, (DID[name],))[0])
    centre = {leg.owner_id: leg.owner, leg.borrower_id: leg.borrower, leg.borrower.parent_id: leg.borrower.parent}.get(
        event.centre_id
    )
    if name == "approve" and event.data.get("of", 1) > 1:
        did = _("第%(step)s步审批同意（共%(of)s步）", step=event.data["step"], of=event.data["of"])
    who = people.get(event.actor_id, "") if event.actor_id is not None else _("系统")
    if centre is not None and event.actor_id is not None:
        who = f"{centre.short_name} {who}"
    note = "" if unseen or (name in INNER and side == "borrower") else _note(name, event.data, people, locale)
    text = _("%(who)s：%(did)s", who=who, did=did)
    return Moment(event.at.isoformat(), say(event.at, locale), text, "good" if name in GOOD else "", note)


def _note(name: str, data: Mapping[str, Any], people: Mapping[int, str], locale: str) -> str:
    """What the event tells beside its name, in one line."""
    said = [part for key, tell in NOTES.items() if data.get(key) not in (None, "", [], {}) and (part := tell(data[key], locale))]
    if name == "transfer" and people.get(data.get("to_person", 0)):
        said.insert(0, _("转给%(name)s", name=people[data["to_person"]]))
    if data.get("overdue_days"):
        said.append(ngettext("超期%(num)s个工作日", "超期%(num)s个工作日", data["overdue_days"]))
    return _joined([str(part) for part in said])


def _joined(parts: Sequence[str]) -> str:
    """Sentences in one line: what ends one gives way to what parts them, the last one keeps its own."""
    return str(_("；")).join([*(part.rstrip("。；.; \n") for part in parts[:-1]), *parts[-1:]])


def _when(value: Any, locale: str) -> str:
    return str(_("到%(moment)s", moment=say(datetime.fromisoformat(value), locale)))


def _labels(name: str) -> Callable[[Any, str], str]:
    def tell(value: Any, locale: str) -> str:
        known = [value] if isinstance(value, str) else value
        return str(_("、")).join(codes.label(name, one, locale) for one in known if one in codes.get(name))

    return tell


def _differences(value: Any, locale: str) -> str:
    said = [_("%(item)s交出%(a)s、实收%(b)s", item=one["item"], a=one["handed"], b=one["received"]) for one in value]
    said = [
        _("%(item)s（%(what)s）", item=text, what=codes.label("condition", one["found"], locale)) if "found" in one else text
        for text, one in zip(said, value, strict=True)
    ]
    return str(_("有出入：%(what)s", what=str(_("，")).join(said)))


def _outstanding(value: Any, _locale: str) -> str:
    return str(_("尚欠：%(what)s", what=str(_("、")).join(f"{item}×{count}" for item, count in value.items())))


def _conditions(value: Any, locale: str) -> str:
    said = []
    for one in value:
        due, text = one.get("due_on"), one["text"].rstrip("。；.; ")
        said.append(_("%(text)s（%(day)s前）", text=text, day=spoken_date(date.fromisoformat(due), locale)) if due else text)
    return str(_("条件：%(what)s", what=_joined(said)))


def _dates(value: Any, locale: str) -> str:
    period = spoken_range(datetime.fromisoformat(value["starts_at"]), datetime.fromisoformat(value["ends_at"]), locale)
    return str(_("改期：%(period)s", period=period))


NOTES: dict[str, Callable[[Any, str], str]] = {
    "code": _labels("refusal"),
    "items": _labels("deficiency"),
    "reason": lambda value, _locale: str(value),
    "note": lambda value, _locale: str(value),
    "cause": lambda value, _locale: str(CAUSES.get(value, "")),
    "decision": lambda value, _locale: str(DECISIONS.get(value, "")),
    "conditions": _conditions,
    "substitute": lambda value, _locale: _("换成：%(title)s", title=value),
    "restored": lambda value, _locale: _("还是要：%(title)s", title=value),
    "person": lambda value, _locale: str(value),
    "dates": _dates,
    "hold_until": lambda value, locale: _("暂留%(until)s", until=_when(value, locale)),
    "until": _when,
    "recalled_until": _when,
    "visit_by": lambda value, locale: _("到场勘察不迟于%(moment)s", moment=say(datetime.fromisoformat(value), locale)),
    "differences": _differences,
    "outstanding": _outstanding,
    "lacking": lambda value, _locale: _("验收材料还缺：%(what)s", what=acceptance.spoken(value)),
    "condition": lambda value, _locale: str(value),
    "unmet": lambda value, _locale: _("未落实：%(what)s", what=_joined(value)),
    "item": lambda value, _locale: str(value),
    "stars": lambda value, _locale: ngettext("%(num)s星", "%(num)s星", value),
    "reply": lambda value, _locale: str(value),
    "sessions": lambda value, _locale: _("%(n)s场", n=value),
    "attendances": lambda value, _locale: _("%(n)s人次", n=f"{value:,}"),
}
