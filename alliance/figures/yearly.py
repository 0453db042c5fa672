"""The yearly table that centres have to fill in: what the records carry of it, and why a column stays empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.archive.models import Asset
from alliance.catalogue.availability import DAY, Hours, local_days
from alliance.catalogue.exports import Cell
from alliance.catalogue.models import LISTED, Opening, OpeningException, Resource
from alliance.figures import exchanges
from alliance.figures.asked import Asked, Place
from alliance.figures.exchanges import Exchange

EVENTS = ("performance", "exhibition", "lecture", "training")
RANKS = {"senior": ("research_fellow",), "associate": ("associate_fellow",), "middle": ("officer",)}


@dataclass
class Year:
    """What the records say of one centre in the year."""

    place: Place
    asked: Asked
    listed: list[Any] = field(default_factory=list)
    hours: float = 0.0
    assets: list[Any] = field(default_factory=list)
    lent: list[Exchange] = field(default_factory=list)
    borrowed: list[Exchange] = field(default_factory=list)
    attended: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Any]:
        return [row for row in self.listed if row.kind == kind]

    def talents(self, *, kind: str = "person") -> list[Any]:
        return [row for row in self.of_kind("talent") if (row.details.get("talent_kind") or "person") == kind]

    def ranked(self, group: str) -> int:
        return sum(row.details.get("title_rank") in RANKS[group] for row in self.talents())

    def days(self, rows: Iterable[Exchange]) -> int:
        """Days of the year on which these were lent, each loan for itself."""
        return sum(1 for row in rows for day in _days(row) if day.year == self.asked.year)

    def held(self, rows: Iterable[Exchange], at: int, activity: str = "", kind: str = "") -> int:
        """Sessions (0) or attendances (1) that were reported, of an activity or a kind."""
        wanted = (row for row in rows if (not activity or row.activity == activity) and (not kind or kind in row.kinds))
        return sum(self.attended.get(row.id, (0, 0))[at] for row in wanted)


def _days(row: Exchange) -> Iterable[date]:
    return local_days(row.starts_at, row.ends_at) if row.starts_at and row.ends_at else ()


@dataclass(frozen=True)
class Column:
    """A column of the table: from what it is counted, or why nothing can stand in it."""

    label: Any
    source: Any
    of: Callable[[Year], Cell] | None = None


def _activity(code: str) -> tuple[Column, ...]:
    label: Callable[[], str] = lambda: codes.label("activity_type", code, locale())  # noqa: E731
    source = _l("作为借方办成的、活动类型相同的借用，按送还时填报的数字；没有经联盟借用的活动不在内")
    return (
        Column(lambda: _("%(what)s（场次）", what=label()), source, lambda year: year.held(year.borrowed, 0, activity=code)),
        Column(lambda: _("%(what)s（人次）", what=label()), source, lambda year: year.held(year.borrowed, 1, activity=code)),
    )


def locale() -> str:
    """Of the one who asks."""
    return str(get_locale() or "zh")


COLUMNS: tuple[Column, ...] = (
    Column(_l("场馆（处）"), _l("正在上架的场馆"), lambda year: len(year.of_kind("venue"))),
    Column(
        _l("场馆面积（m²）"),
        _l("正在上架的场馆所填面积之和；没有上架的不在内"),
        lambda year: _sum(row.details.get("area_m2") for row in year.of_kind("venue")),
    ),
    Column(
        _l("场馆开放时数（小时）"),
        _l("正在上架的场馆，按各自的可借时段和例外日推算全年，各处相加；没有填可借时段的不算"),
        lambda year: round(year.hours, 1),
    ),
    Column(_l("从业人员（人）"), _l("平台只有账号和人才条目，不登记全部从业人员")),
    Column(_l("在库人才（人）"), _l("正在上架的人才条目中的个人"), lambda year: len(year.talents())),
    Column(_l("其中正高（人）"), _l("在库人才的职称：研究馆员"), lambda year: year.ranked("senior")),
    Column(_l("其中副高（人）"), _l("在库人才的职称：副研究馆员"), lambda year: year.ranked("associate")),
    Column(_l("其中中级（人）"), _l("在库人才的职称：馆员"), lambda year: year.ranked("middle")),
    Column(_l("文艺团队（支）"), _l("正在上架的人才条目中的团队"), lambda year: len(year.talents(kind="troupe"))),
    Column(_l("志愿者队伍（支）"), _l("平台还没有志愿者登记")),
    Column(_l("志愿者（人）"), _l("平台还没有志愿者登记")),
    Column(_l("志愿服务时长（小时）"), _l("平台还没有志愿者登记")),
    *(column for code in EVENTS for column in _activity(code)),
    Column(
        _l("舞台车流动服务（场次）"),
        _l("本馆舞台车借出并办成的借用，按送还时填报的场次"),
        lambda year: year.held(year.lent, 0, kind="stage_truck"),
    ),
    Column(_l("舞台车流动服务（人次）"), _l("同上，人次"), lambda year: year.held(year.lent, 1, kind="stage_truck")),
    Column(_l("借出（次）"), _l("本馆借出、年内开始使用并办成的借用"), lambda year: len(year.lent)),
    Column(_l("借出（天）"), _l("这些借用在年内占用的天数，逐笔相加"), lambda year: year.days(year.lent)),
    Column(_l("借入（次）"), _l("本馆借入、年内开始使用并办成的借用"), lambda year: len(year.borrowed)),
    Column(_l("借入（天）"), _l("这些借用在年内占用的天数，逐笔相加"), lambda year: year.days(year.borrowed)),
    Column(_l("数字资源（条）"), _l("年末（或今天）已发布的数字档案"), lambda year: len(year.assets)),
    Column(
        _l("其中本年新增（条）"),
        _l("年内发布的数字档案"),
        lambda year: sum(_year_of(row.published_at) == year.asked.year for row in year.assets),
    ),
    Column(
        _l("数字资源时长（分钟）"),
        _l("已发布的数字档案所填时长之和；没有填的不算"),
        lambda year: _sum(row.details.get("minutes") for row in year.assets),
    ),
    Column(
        _l("非遗项目（项）"),
        _l("人才条目和数字档案里写到的不同非遗项目，不是名录"),
        lambda year: len(
            {row.details["heritage_item"] for row in (*year.listed, *year.assets) if row.details.get("heritage_item")}
        ),
    ),
    Column(
        _l("代表性传承人（人）"),
        _l("在库人才中填了传承人级别的"),
        lambda year: sum(bool(row.details.get("bearer_level")) for row in year.talents()),
    ),
    Column(_l("品牌活动（个）"), _l("平台还没有品牌活动登记")),
    Column(_l("品牌活动届次"), _l("平台还没有品牌活动登记")),
    Column(
        _l("获奖（件）"),
        _l("数字档案中获奖年份是本年的；没有进档案的奖项不在内"),
        lambda year: sum(
            bool(row.details.get("award")) and row.details.get("award_year") == year.asked.year for row in year.assets
        ),
    ),
    Column(_l("人均培训（天）"), _l("平台还没有培训登记")),
)


def _year_of(moment: datetime | None) -> int:
    return clock.local(moment).year if moment is not None else 0


def _sum(values: Iterable[Any]) -> float:
    return round(sum(float(value) for value in values if isinstance(value, (int, float))), 2)


# Collecting --------------------------------------------------------------


def years(session: Session, asked: Asked) -> list[Year]:
    """One for each member, or for the one asked for; seven queries whatever their number."""
    rows = [row for row in exchanges.exchanges(session, asked) if row.held]
    attended = exchanges.attended(session, [row.id for row in rows])
    wanted = [asked.centre] if asked.centre else [place for place in asked.places.values() if place.member]
    found = {place.id: Year(place, asked, attended=attended) for place in wanted}
    for row in rows:
        if row.owner in found:
            found[row.owner].lent.append(row)
        if row.borrower in found:
            found[row.borrower].borrowed.append(row)
    _add_listed(session, asked, found)
    _add_assets(session, asked, found)
    return list(found.values())


def _add_listed(session: Session, asked: Asked, found: Mapping[int, Year]) -> None:
    columns = (Resource.id, Resource.kind, Resource.owner_id, Resource.state, Resource.details)
    rows = session.execute(sa.select(*columns).where(Resource.state.in_(LISTED)).order_by(Resource.id)).all()
    openings: dict[int, list[Opening]] = defaultdict(list)
    exceptions: dict[int, list[OpeningException]] = defaultdict(list)
    for opening in session.scalars(sa.select(Opening)):
        openings[opening.resource_id].append(opening)
    in_the_year = OpeningException.day.between(asked.first, date(asked.year, 12, 31))
    for other in session.scalars(sa.select(OpeningException).where(in_the_year)):
        exceptions[other.resource_id].append(other)
    for row in rows:
        if (year := found.get(row.owner_id)) is None:
            continue
        year.listed.append(row)
        if row.kind == "venue" and openings.get(row.id):
            year.hours += _open_hours(asked, row, openings[row.id], exceptions.get(row.id, ()))


def _open_hours(asked: Asked, row: Any, openings: Sequence[Opening], exceptions: Sequence[OpeningException]) -> float:
    """The hours of the whole year by the template and the days that differ."""
    hours = Hours(row, openings, exceptions)
    hours.lendable = True
    days = (asked.first + n * DAY for n in range((date(asked.year + 1, 1, 1) - asked.first).days))
    return sum((end - start) / timedelta(hours=1) for day in days for start, end in hours.spans(day))


def _add_assets(session: Session, asked: Asked, found: Mapping[int, Year]) -> None:
    _start, end = asked.span
    query = sa.select(Asset.id, Asset.owner_id, Asset.details, Asset.published_at).where(
        Asset.state == "published", sa.or_(Asset.published_at.is_(None), Asset.published_at < end)
    )
    for row in session.execute(query.order_by(Asset.id)):
        if row.owner_id in found:
            found[row.owner_id].assets.append(row)
