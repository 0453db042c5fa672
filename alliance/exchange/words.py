"""What an agreement is called by its sort, and what handing over and giving back are where no thing goes out."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from alliance.exchange.models import Leg


@dataclass(frozen=True)
class Called:
    """From each side, at both ends, as a task, as what is to be rated; over its pages; both parties, and one to the other."""

    lent: Any
    borrowed: Any
    begins: Any
    ends: Any
    task: Any
    rated: Any
    heading: Any
    outline: Any
    owner: Any
    borrower: Any
    gives: Any


CALLED = {
    "loan": Called(
        *(_l("借出"), _l("借入"), _l("交接"), _l("归还")),
        task=_l("借用 %(title)s，%(dates)s"),
        rated=_l("评价 借用%(title)s"),
        heading=_l("%(activity)s 借用 %(title)s"),
        outline=_l("借用 %(title)s"),
        owner=_l("出借方"),
        borrower=_l("借用方"),
        gives=_l("%(owner)s 借给 %(borrower)s"),
    ),
    "swap": Called(
        *(_l("换出"), _l("换入"), _l("交接"), _l("归还")),
        task=_l("互换 %(title)s，%(dates)s"),
        rated=_l("评价 互换%(title)s"),
        heading=_l("%(activity)s 互换 %(title)s"),
        outline=_l("互换 %(title)s"),
        owner=_l("出借方"),
        borrower=_l("借用方"),
        gives=_l("%(owner)s 换给 %(borrower)s"),
    ),
    "licence": Called(
        *(_l("授出"), _l("获授权"), _l("开放"), _l("关闭")),
        task=_l("授权使用 %(title)s，%(dates)s"),
        rated=_l("评价 授权使用%(title)s"),
        heading=_l("%(activity)s 使用 %(title)s"),
        outline=_l("授权使用 %(title)s"),
        owner=_l("授权方"),
        borrower=_l("被授权方"),
        gives=_l("%(owner)s 授权给 %(borrower)s"),
    ),
    "secondment": Called(
        *(_l("派出"), _l("接收人员"), _l("到岗"), _l("离岗")),
        task=_l("轮训挂职 %(title)s，%(dates)s"),
        rated=_l("评价 轮训挂职%(title)s"),
        heading=_l("%(title)s 轮训挂职：%(activity)s"),
        outline=_l("轮训挂职 %(title)s"),
        owner=_l("派出方"),
        borrower=_l("接收方"),
        gives=_l("%(owner)s 派到 %(borrower)s"),
    ),
}
VENUE_WORDS = {
    "confirmed": _l("开放场地"),
    "handed_over": _l("进场确认"),
    "in_use": _l("用完交还场地"),
    "sent_back": _l("验收场地"),
}
TALENT_WORDS = {
    "confirmed": _l("派出人员"),
    "handed_over": _l("确认到场"),
    "in_use": _l("活动结束办返程"),
    "sent_back": _l("确认返回"),
}
SECONDED_WORDS = {
    "confirmed": _l("派出到岗"),
    "handed_over": _l("确认到岗"),
    "in_use": _l("带教，期满办离岗"),
    "sent_back": _l("确认离岗"),
}
VENUE: dict[str, tuple[Any, Any]] = {
    "hand_over": (_l("开放场地"), _l("按清单逐项点交场地和设备。")),
    "receive": (_l("进场确认"), _l("使用方逐项核对，与清单不符的当场写明。")),
    "send_back": (_l("交还场地"), _l("填场次、人次，交回执单和照片，附场地现状。")),
    "check_in": (_l("验收场地"), _l("逐项清点；有缺损的写明。")),
}
TALENT: dict[str, tuple[Any, Any]] = {
    "hand_over": (_l("派出人员"), _l("写明到场的人和带去的器材。")),
    "receive": (_l("确认到场"), _l("人和器材到齐没有，不符的当场写明。")),
    "send_back": (_l("办返程"), _l("填场次或课次、人次，交回执单和照片。")),
    "check_in": (_l("确认返回"), _l("确认人员和器材已回来，有出入的写明。")),
}
SECONDED: dict[str, tuple[Any, Any]] = {
    "hand_over": (_l("派出到岗"), _l("派出馆写明带去的材料。")),
    "receive": (_l("确认到岗"), _l("接收馆确认人已到岗。")),
    "send_back": (_l("办离岗"), _l("填轮训的天数或课时，计入本人当年的15天。")),
    "check_in": (_l("确认离岗"), _l("派出馆确认人已回来，天数属实。")),
    "ask_extension": (_l("申请延长轮训"), _l("由派出馆答复。")),
    "grant": (_l("同意延长"), _l("期满改到新的日子。")),
    "refuse": (_l("不同意延长"), _l("照原来的日子离岗。")),
    "recall": (_l("提前召回"), _l("至少提前 3 个工作日，写明理由。")),
}


STATES: dict[str, dict[str, Any]] = {
    "licence": {"in_use": _l("授权期内"), "closed": _l("授权已了结")},
    "secondment": {
        "handed_over": _l("已派出"),
        "in_use": _l("在岗"),
        "sent_back": _l("已离岗，待确认"),
        "partly_returned": _l("离岗待核"),
        "returned": _l("已离岗"),
    },
}
"""A state that is called otherwise than that of a thing that goes out."""


def sort_of(leg: Leg) -> str:
    """Loan, swap, licence or secondment; a bundle or a tour is so many loans."""
    return leg.agreement.kind if leg.agreement.kind in CALLED else "loan"


def called(leg: Leg) -> Called:
    """Its words."""
    return CALLED[sort_of(leg)]


def state(leg: Leg) -> Any:
    """The state by its own word; empty where the usual one serves."""
    return STATES.get(sort_of(leg), {}).get(leg.state, "")


def said(leg: Leg, name: str, **names: str) -> Markup:
    """One of its sentences (heading, outline, gives) with names that may be marked up."""
    return escape(str(getattr(called(leg), name))) % names


def deeds(leg: Leg) -> dict[str, tuple[Any, Any]]:
    """Label and hint of what is done at both ends, where it is called otherwise than for a thing that goes out."""
    if leg.agreement.is_secondment:
        return SECONDED
    return {"venue": VENUE, "talent": TALENT}.get(leg.lines[0].resource.kind, {})


def doing(leg: Leg) -> dict[str, Any]:
    """What is to be done in a state, where it is called otherwise than for a thing that goes out."""
    if leg.agreement.is_secondment:
        return SECONDED_WORDS
    return {"venue": VENUE_WORDS, "talent": TALENT_WORDS}.get(leg.lines[0].resource.kind, {})


def way_of(leg: Leg) -> str:
    """How it is lent, where no thing goes out and comes back: licence, secondment, venue or talent; else empty."""
    if leg.agreement.is_licence or leg.agreement.is_secondment:
        return leg.agreement.kind
    kind = leg.lines[0].resource.kind if leg.lines else ""
    return kind if kind in ("venue", "talent") else ""
