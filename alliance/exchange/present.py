"""What an agreement's pages show: whose turn in words, the terms in rows, what a version changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance import clock, codes
from alliance.centres.models import Centre
from alliance.db import db
from alliance.exchange import conditions, deadlines, series, stops
from alliance.exchange.case import periods_of
from alliance.exchange.controls import options_of
from alliance.exchange.drafts import is_bare
from alliance.exchange.labels import GROUPS, REQUEST, asked
from alliance.exchange.models import Ask, Leg, Terms
from alliance.exchange.table import Action
from alliance.exchange.turns import Turn, seeks
from alliance.exchange.words import deeds, doing
from alliance.exchange.words import state as own_state
from alliance.web import place
from alliance.worktime import Calendar, spoken_date, spoken_days, spoken_moment, working_time_left

TONES = {
    "requested": "wait",
    "endorsing": "wait",
    "incomplete": "wait",
    "offered": "wait",
    "agreed": "ok",
    "confirmed": "ok",
    "handed_over": "go",
    "in_use": "go",
    "sent_back": "go",
    "partly_returned": "wait",
    "returned": "go",
    "closed": "ok",
    "declined": "stop",
    "expired": "stop",
    "cancelled": "stop",
    "no_show": "stop",
    "disputed": "stop",
}
JOINED = frozenset(
    {"agreed", "confirmed", "handed_over", "in_use", "sent_back", "partly_returned", "returned", "closed", "disputed"}
)
TO_DO: dict[str, Any] = {
    "draft": _l("填好并提交"),
    "endorsing": _l("报送或退回"),
    "requested": _l("答复"),
    "incomplete": _l("补正"),
    "offered": _l("确认条件"),
    "confirmed": _l("交出"),
    "handed_over": _l("接收"),
    "in_use": _l("使用并送还"),
    "sent_back": _l("验收"),
    "partly_returned": _l("处理未归还物品"),
    "returned": _l("办结"),
    "disputed": _l("裁定"),
}
ASKED: dict[str, Any] = {
    "cancel": _l("答复取消"),
    "extension": _l("答复续借"),
    "resolve_line": _l("确认未归还物品的处理"),
    "go_on": _l("答复：照办还是退出"),
    "differences": _l("核对交接差异，双方注记"),
}
LONG = frozenset({"rain_plan", "safety_plan", "site_note", "equipment", "insurance", "cost_share", "in_return", "note"})


def state_of(leg: Leg, locale: str) -> tuple[str, str]:
    """The word of its state and the tint."""
    return str(own_state(leg)) or codes.label("leg_state", leg.state, locale), TONES.get(leg.state, "")


def called(centre: Centre, locale: str = "") -> str:
    """A centre by its name in the language of the page."""
    return (centre.name_en if (locale or str(get_locale())) == "en" else "") or centre.name


def to_do(leg: Leg, ask: Ask | None, turn: Turn | None = None) -> Any:
    """What whoever has the turn is to do, as a verb."""
    if ask is not None:
        return _l("答复延长轮训") if leg.agreement.is_secondment and ask.kind == "extension" else ASKED[ask.kind]
    if turn is not None and turn.review is not None:
        return _("审定")
    if turn is not None and leg.state == "disputed" and turn.side in ("owner", "borrower"):
        return _("答复调解方案")
    return _l("找候补") if seeks(leg) else doing(leg).get(leg.state, TO_DO.get(leg.state, ""))


def worded(action: Action, leg: Leg) -> tuple[Any, Any]:
    """Label and hint of an action: taking back what nobody has seen yet is throwing it away."""
    if action.name == "withdraw" and is_bare(leg):
        return _("丢弃草稿"), _("对方馆没有看到过；丢弃后不再列出。")
    if action.name == "offer" and leg.state == "draft":
        return _("发给对方馆"), _("本馆拿出来的这一项，对方馆确认后才算同意。")
    return deeds(leg).get(action.name, (action.label, action.hint))


def headline(leg: Leg, turn: Turn, ask: Ask | None, mine: bool) -> str:
    """Whose turn it is, in one line; of an ended leg, how it ended."""
    what = str(to_do(leg, ask or turn.ask, turn))
    if leg.agreement.is_licence and (told := _window(leg)):
        return told
    if leg.state == "agreed":
        return str(_("已同意，等其他各项"))
    if turn.side == "none":
        return codes.label("leg_state", leg.state, str(get_locale()))
    if mine:
        return str(_("轮到贵馆%(what)s", what=what) if turn.side != "alliance" else _("轮到联盟秘书处%(what)s", what=what))
    name = called(turn.centre) if turn.centre is not None else _("联盟秘书处")
    return str(_("轮到%(who)s%(what)s", who=name, what=what))


def _window(leg: Leg) -> str:
    """Where a licence stands that was given; empty before."""
    if leg.starts_at is None or leg.ends_at is None or leg.state not in ("confirmed", "in_use", "closed"):
        return ""
    if leg.state == "closed":
        return str(_("授权已收回") if leg.ended_reason else _("授权已到期"))
    today, locale = clock.local(clock.now()).date(), str(get_locale())
    if leg.ends_at <= clock.now():
        return str(_("授权已到期"))
    if leg.state == "confirmed":
        return str(_("授权从%(moment)s开始", moment=spoken_moment(leg.starts_at, locale, today=today)))
    return str(_("授权期内，到%(moment)s为止", moment=spoken_moment(leg.ends_at, locale, today=today)))


def people_of(turn: Turn) -> str:
    """Who has it in hand, who stands in; of a further step of approval, who may take it."""
    if turn.review is not None or turn.person is None:
        return turn.review.spoken() if turn.review is not None else ""
    if turn.deputy is not None:
        return str(_("%(name)s办理，%(deputy)s为B角", name=turn.person.name, deputy=turn.deputy.name))
    return str(_("%(name)s办理", name=turn.person.name))


def light_of(turn: Turn, calendar: Calendar, now: datetime) -> tuple[str, str, str] | None:
    """Colour, word and time of a deadline; red and yellow where a clock runs, ring where none does."""
    if turn.deadline is None:
        return None
    locale = str(get_locale())
    when = spoken_moment(turn.deadline, locale, today=clock.local(now).date())
    if clock.local(turn.deadline).date() == clock.local(now).date():
        when = _("今天%(time)s", time=f"{clock.local(turn.deadline):%H:%M}")
    if turn.light == "red" or now >= turn.deadline:
        days = max(1, calendar.count_working_days(calendar.local_date(turn.deadline), calendar.local_date(now)))
        return "red", ngettext("超期%(num)s日", "超期%(num)s日", days), _("应于%(moment)s", moment=when)
    if turn.light == "yellow":
        return "yellow", left(working_time_left(now, turn.deadline, calendar), calendar.office.length), when
    return ("green" if turn.light == "green" else "off"), _("在期内") if turn.light == "green" else _("预定"), when


def left(span: timedelta, day: timedelta) -> str:
    """Office time as people count it: 剩1天3小时."""
    days, rest = divmod(span, day)
    hours = int(rest / timedelta(hours=1))
    if days and hours:
        return str(_("剩%(d)s天%(h)s小时", d=days, h=hours))
    if days:
        return str(_("剩%(d)s天", d=days))
    return str(_("剩%(h)s小时", h=hours) if hours else _("不到1小时"))


def visible(leg: Leg, side: str) -> list[Terms]:
    """The versions that this side may see, oldest first: an owner's own waits unseen until it is sent."""
    return [terms for terms in leg.terms if terms.sent_at is not None or side == "owner"]


def periods(content: Mapping[str, Any], locale: str) -> list[str]:
    """The choices of dates of some terms, in words."""
    today = clock.local(clock.now()).date()
    named = content.get("choices", [])
    spans = [(datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"])) for one in named]
    return [series.said(span, content, locale, today) for span in spans]


def span_of(leg: Leg, side: str) -> tuple[datetime, datetime] | None:
    """The dates that this side knows: those taken, else the first choice of the terms it may see."""
    if leg.choice is not None and leg.starts_at and leg.ends_at:
        return leg.starts_at, leg.ends_at
    known = visible(leg, side)
    return next(iter(periods_of(known[-1])), None) if known else None


def days_of(leg: Leg, side: str) -> str:
    """The days that this side knows, without hours: for lists."""
    span = span_of(leg, side)
    if span is None:
        return ""
    first, last = clock.local(span[0]).date(), clock.local(span[1] - timedelta(seconds=1)).date()
    return spoken_days(first, last, str(get_locale()), today=clock.local(clock.now()).date(), weekdays=True)


def dates_of(leg: Leg, side: str) -> str:
    """The dates that this side knows: those taken, else the first choice of the terms it may see."""
    locale, known = str(get_locale()), visible(leg, side)
    content = known[-1].content if known else {}
    if leg.choice is not None and leg.starts_at is not None and leg.ends_at is not None:
        return series.said((leg.starts_at, leg.ends_at), content, locale, clock.local(clock.now()).date())
    return (periods(content, locale) or [""])[0]


def said(name: str, value: Any, locale: str) -> str:
    """One value of the terms in words; empty for what was not filled in."""
    ask = REQUEST[name]
    if value in (None, "", [], False):
        return ""
    if name == "division_code":
        return place(db.session, value, locale)
    if isinstance(value, list):
        return str(_("、")).join(codes.label(ask.codes, one, locale) for one in value) if ask.codes else str(len(value))
    if ask.codes:
        return codes.label(ask.codes, value, locale) if value in codes.get(ask.codes) else str(value)
    if ask.options:
        return str(dict(options_of(ask)).get(value, value))
    if isinstance(value, (int, float)):
        return f"{value:,g} {ask.unit}".strip() if isinstance(value, float) else f"{value:,} {ask.unit}".strip()
    return str(value)


def conditions_of(content: Mapping[str, Any], locale: str) -> list[str]:
    """The owner's conditions with their due dates."""
    made = []
    for one in content.get("conditions", []):
        due = spoken_date(date.fromisoformat(one["due_on"]), locale) if one.get("due_on") else ""
        made.append(_("%(text)s（%(day)s前）", text=one["text"], day=due) if due else one["text"])
    return made


def conditions_told(leg: Leg, content: Mapping[str, Any], locale: str) -> list[tuple[str, Any, str]]:
    """The conditions in words, each with whether it is met (empty before they are sent) and the tint of that."""
    now, made = clock.now(), []
    for rank, text in enumerate(conditions_of(content, locale)):
        one = leg.conditions[rank] if rank < len(leg.conditions) else None
        late = one is not None and one["met"] is None and (until := conditions.due_at(one)) is not None and until <= now
        if one is None or leg.state in ("requested", "draft"):
            made.append((text, "", ""))
        elif one["met"] is not None:
            day = spoken_date(clock.local(datetime.fromisoformat(one["met"]["at"])).date(), locale, today=clock.local(now).date())
            made.append((text, _("%(day)s登记落实", day=day), "ok"))
        else:
            made.append((text, _("逾期未落实") if late else _("还没有落实"), "stop" if late else "wait"))
    return made


def tables(content: Mapping[str, Any], kind: str, locale: str) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """The terms by group, without what was not filled in, and of a tour without what each stop says for itself."""
    made = []
    hidden = {"files"} | ((stops.OWN - {"sessions", "audience"}) if content.get("stops") else set())
    for _id, title, names in GROUPS:
        rows = [
            (asked(name, kind).label, text)
            for name in names
            if name in content and name not in hidden and (not REQUEST[name].kinds or kind in REQUEST[name].kinds)
            if (text := said(name, stops.audience(content) if name == "audience" else content[name], locale))
        ]
        if _id == "when":
            labels = (_("首选"), _("备选")) if kind != "media" else (_("授权期"), "")
            rows = list(zip(labels, periods(content, locale), strict=False))
        if rows:
            made.append((title, rows))
    return made


def recalled(leg: Leg) -> str:
    """By when it has to be back, where that is earlier than agreed."""
    back = deadlines.back_by(leg)
    if leg.recalled_until is None or back is None:
        return ""
    return spoken_moment(back, str(get_locale()), today=clock.local(clock.now()).date())
