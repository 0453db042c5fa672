"""The scorecard of the centres for a year or a quarter, as far as exchanges carry it: the parts, never one hidden total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from alliance.catalogue.availability import local_days, midnight
from alliance.catalogue.models import Resource
from alliance.exchange.models import Leg, Rating, Report
from alliance.figures.exchanges import CAME_ABOUT
from alliance.figures.tables import percent
from alliance.journal import Event
from alliance.worktime.rows import calendar

ANSWERS = ("leg.approve", "leg.decline", "leg.offer")
ANSWERED = ("agreed", "offered", "declined")
Sent = aliased(Event)


@dataclass(frozen=True)
class Span:
    """A year, or one of its quarters."""

    year: int
    quarter: int = 0

    @property
    def ends(self) -> tuple[datetime, datetime]:
        first = 3 * self.quarter - 2 if self.quarter else 1
        after = first + (3 if self.quarter else 12)
        return midnight(date(self.year, first, 1)), midnight(date(self.year + after // 13, (after - 1) % 12 + 1, 1))


@dataclass
class Facts:
    """The loans of one centre by what they are to it, by their numbers."""

    lent: list[int] = field(default_factory=list)
    borrowed: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    red: list[int] = field(default_factory=list)
    breached: list[int] = field(default_factory=list)
    stars: dict[int, int] = field(default_factory=dict)
    waited: dict[int, int] = field(default_factory=dict)
    shared: int = 0
    days: dict[int, int] = field(default_factory=dict)
    filed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def on_time(self) -> list[int]:
        return [leg for leg in self.answered if leg not in self.red]

    def total(self, name: str) -> int:
        """Of a figure of the return, over what was lent."""
        return sum(int(self.filed.get(leg, {}).get(name) or 0) for leg in self.lent)

    def days_of(self, legs: list[int]) -> int:
        return sum(self.days.get(leg, 0) for leg in legs)


@dataclass(frozen=True)
class Measure:
    """A column: how it is reckoned in words, its number, the loans behind it; `listings`: it counts the listings of the centre."""

    name: str
    label: Any
    formula: Any
    of: Callable[[Facts], float | None]
    legs: Callable[[Facts], list[int]]
    unit: str = ""
    listings: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure(
        "shared",
        _l("共享资源数"),
        _l("现在上架、登记核实过的资源，不论期别"),
        lambda one: one.shared,
        lambda _one: [],
        listings=True,
    ),
    Measure("lent", _l("借出次数"), _l("期内开始使用并办成的、本馆借出的借用"), lambda one: len(one.lent), lambda one: one.lent),
    Measure(
        "lent_days", _l("借出天数"), _l("这些借用占用的天数，逐笔相加"), lambda one: one.days_of(one.lent), lambda one: one.lent
    ),
    Measure(
        "borrowed",
        _l("借入次数"),
        _l("期内开始使用并办成的、本馆借入的借用"),
        lambda one: len(one.borrowed),
        lambda one: one.borrowed,
    ),
    Measure(
        "borrowed_days",
        _l("借入天数"),
        _l("这些借用占用的天数，逐笔相加"),
        lambda one: one.days_of(one.borrowed),
        lambda one: one.borrowed,
    ),
    Measure(
        "net",
        _l("净贡献（天）"),
        _l("借出天数 − 借入天数"),
        lambda one: one.days_of(one.lent) - one.days_of(one.borrowed),
        lambda one: [*one.lent, *one.borrowed],
    ),
    Measure(
        "on_time",
        _l("按期答复率"),
        _l("没有亮过红灯的 ÷ 期内由本馆答复的申请"),
        lambda one: percent(len(one.on_time), len(one.answered)),
        lambda one: one.answered,
        "%",
    ),
    Measure(
        "answer_days",
        _l("平均答复（工作日）"),
        _l("从提交到第一次答复的工作日，提交当天不算，等补正的日子照算，取平均"),
        lambda one: round(sum(one.waited.values()) / len(one.waited), 1) if one.waited else None,
        lambda one: list(one.waited),
    ),
    Measure(
        "refused",
        _l("否定率"),
        _l("不同意的 ÷ 期内由本馆答复的申请"),
        lambda one: percent(len(one.refused), len(one.answered)),
        lambda one: one.refused,
        "%",
    ),
    Measure("red", _l("红灯数"), _l("期内超期未答、亮了红灯的申请；补答以后仍然计"), lambda one: len(one.red), lambda one: one.red),
    Measure(
        "rating",
        _l("满意度（星）"),
        _l("期内对方给本馆的评价，取平均"),
        lambda one: round(sum(one.stars.values()) / len(one.stars), 2) if one.stars else None,
        lambda one: list(one.stars),
    ),
    Measure(
        "breached",
        _l("爽约和临时取消"),
        _l("开始日期在期内、由本馆爽约或临时取消的借用"),
        lambda one: len(one.breached),
        lambda one: one.breached,
    ),
    Measure("sessions", _l("场次"), _l("借出的借用，送还时填报的场次"), lambda one: one.total("sessions"), lambda one: one.lent),
    Measure(
        "attendances", _l("人次"), _l("借出的借用，送还时填报的人次"), lambda one: one.total("attendances"), lambda one: one.lent
    ),
    Measure(
        "village",
        _l("下沉村级场次占比"),
        _l("到村（社区）场次 ÷ 场次"),
        lambda one: percent(one.total("village_sessions"), one.total("sessions")),
        lambda one: one.lent,
        "%",
    ),
)


def facts(session: Session, span: Span) -> dict[int, Facts]:
    """By centre; a constant number of queries whatever theirs."""
    found: dict[int, Facts] = defaultdict(Facts)
    _loans(session, span, found)
    _answers(session, span, found)
    _ratings(session, span, found)
    _listings(session, found)
    legs = [leg for one in found.values() for leg in one.lent]
    query = sa.select(Report.leg_id, Report.figures).where(Report.kind == "send_back", Report.leg_id.in_(legs))
    filed = {leg: figures for leg, figures in session.execute(query.order_by(Report.id))}  # noqa: C416
    for one in found.values():
        one.filed = filed
    return found


def _loans(session: Session, span: Span, found: dict[int, Facts]) -> None:
    start, end = span.ends
    columns = (Leg.id, Leg.state, Leg.owner_id, Leg.borrower_id, Leg.starts_at, Leg.ends_at, Leg.breach_by)
    within = sa.and_(Leg.starts_at >= start, Leg.starts_at < end, Leg.requested_at.is_not(None))
    for row in session.execute(sa.select(*columns).where(within).order_by(Leg.id)):
        if row.breach_by:
            found[row.owner_id if row.breach_by == "owner" else row.borrower_id].breached.append(row.id)
        if row.state in CAME_ABOUT and row.starts_at and row.ends_at:
            days = sum(1 for _day in local_days(row.starts_at, row.ends_at))
            for centre, legs in ((row.owner_id, "lent"), (row.borrower_id, "borrowed")):
                getattr(found[centre], legs).append(row.id)
                found[centre].days[row.id] = days


def _answers(session: Session, span: Span, found: dict[int, Facts]) -> None:
    """By the journal: what was answered, refused, and what turned red."""
    start, end = span.ends
    query = (
        sa.select(Event.action, Event.data, Event.at, Leg.id, Leg.owner_id, _sent_at())
        .join(Leg, sa.and_(Event.subject_type == Leg.__tablename__, Event.subject_id == Leg.id))
        .where(Event.action.in_((*ANSWERS, "leg.escalated")), Event.at >= start, Event.at < end)
    )
    days = calendar(session)
    for action, data, at, leg, owner, sent in session.execute(query.order_by(Event.id)):
        one = found[owner]
        if action == "leg.escalated":
            _add(one.red, leg)
        elif data.get("to") in ANSWERED:
            _add(one.answered, leg)
            if sent is not None:
                one.waited.setdefault(leg, days.count_working_days(days.local_date(sent), days.local_date(at)))
            if data["to"] == "declined":
                _add(one.refused, leg)


def _sent_at() -> sa.ScalarSelect[Any]:
    """When the leg first reached its owner: `requested_at` begins anew with every counter-offer."""
    sent = sa.select(sa.func.min(Sent.at)).where(Sent.subject_type == Leg.__tablename__, Sent.subject_id == Leg.id)
    return sent.where(Sent.action.in_(("leg.submit", "leg.endorse"))).correlate(Leg).scalar_subquery()


def _listings(session: Session, found: dict[int, Facts]) -> None:
    """Listings that are published and verified, as they are now."""
    query = sa.select(Resource.owner_id, sa.func.count()).group_by(Resource.owner_id)
    for centre, count in session.execute(query.where(Resource.state == "published", Resource.verified_on.is_not(None))):
        found[centre].shared = count


def _ratings(session: Session, span: Span, found: dict[int, Facts]) -> None:
    start, end = span.ends
    rated = sa.case((Rating.side == "borrower", Leg.owner_id), else_=Leg.borrower_id)
    query = sa.select(rated, Leg.id, Rating.stars).join(Leg, Leg.id == Rating.leg_id)
    for centre, leg, stars in session.execute(query.where(Rating.at >= start, Rating.at < end)):
        found[centre].stars[leg] = stars


def _add(legs: list[int], leg: int) -> None:
    if leg not in legs:
        legs.append(leg)
