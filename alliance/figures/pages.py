"""Which figures stand on the public page and which on the secretariat's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.archive.visibility import visible_to
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import condition
from alliance.figures import exchanges, idle, needs, usage
from alliance.figures.asked import Asked
from alliance.figures.exchanges import Exchange
from alliance.figures.tables import FEWEST, Table, closed, discreet, figure, percent

LEAST_LISTINGS = 3
"""A kind of fewer listings is not told in public: it would be about a few centres."""


@dataclass(frozen=True)
class Number:
    """A number at the top of a page, with the list of what it counts where there is one."""

    label: str
    amount: float
    url: str = ""
    unit: str = ""
    tone: str = ""

    @property
    def value(self) -> str:
        return figure(self.amount)


@dataclass(frozen=True)
class Section:
    """Some tables under a heading."""

    id: str
    title: str
    tables: Sequence[Table]


def public(session: Session, asked: Asked) -> tuple[list[Number], list[Section]]:
    """For everybody: no centre is named, small numbers are withheld."""
    rows = exchanges.exchanges(session, asked)
    found, looked, used = idle.uses(session, asked), needs.searched(session, asked), usage.used(session, asked, public=True)
    shared = session.scalar(sa.select(sa.func.count(Resource.id)).where(condition(None))) or 0
    kept = session.scalar(sa.select(sa.func.count(Asset.id)).where(visible_to(None))) or 0
    members = sum(place.member for place in asked.places.values())
    numbers = [
        Number(str(_("成员馆")), members, url_for("portal.centres"), str(_("家"))),
        Number(str(_("公开的资源")), shared, url_for("portal.search"), str(_("项"))),
        Number(str(_("公开的档案")), kept, url_for("portal.archive"), str(_("件"))),
        *_held(session, rows),
    ]
    kinds = idle.by_kind(asked, found, least=LEAST_LISTINGS)
    lent = [discreet(one(asked, rows)) for one in (exchanges.by_kind, exchanges.by_art_form, exchanges.by_area)]
    works = usage.works(session, asked, _told(used))
    return numbers, [
        Section("exchanges", str(_("馆际借用")), [closed(exchanges.by_month(asked, rows)), *lent]),
        Section("use", str(_("资源利用")), [closed(kinds)]),
        Section(
            "unmet", str(_("没有满足的需求")), [closed(needs.by_month(asked, looked)), discreet(needs.by_art_form(asked, looked))]
        ),
        Section("archive", str(_("数字档案")), [usage.by_month(asked, used), discreet(usage.by_art_form(asked, used)), works]),
    ]


def _told(rows: Sequence[usage.Used]) -> list[usage.Used]:
    """The uses of works that were not used by a few only."""
    numbers: Counter[int] = Counter()
    for row in rows:
        numbers[row.asset] += row.number
    return [row for row in rows if numbers[row.asset] >= FEWEST]


def _held(session: Session, rows: Sequence[Exchange], address: str = "") -> list[Number]:
    """What came about, with its sessions and attendances."""
    legs = exchanges.matching(rows, "exchanges")
    reported = exchanges.attended(session, legs).values()
    return [
        Number(str(_("办成的借用")), len(legs), address, str(_("笔借用"))),
        Number(str(_("演出和活动")), sum(one for one, _visits in reported), address, str(_("场次"))),
        Number(str(_("惠及")), sum(visits for _one, visits in reported), address, str(pgettext("unit", "人次"))),
    ]


def admin(session: Session, asked: Asked) -> tuple[list[Number], list[Section]]:
    """For the secretariat: by centre too, each number with its records."""
    rows = exchanges.exchanges(session, asked)
    found, looked, used = idle.uses(session, asked), needs.searched(session, asked), usage.used(session, asked)
    unmet, quiet = sum(n for _m, outcome, *_rest, n in looked if outcome == "none"), sum(use.idle for use in found)
    share = percent(sum(use.booked for use in found), sum(use.available for use in found)) or 0
    numbers = [
        Number(str(_("收到的申请")), len(exchanges.matching(rows, "requests")), asked.records("requests"), str(_("份"))),
        *_held(session, rows, asked.records("exchanges")),
        Number(str(_("资源利用率")), share, asked.records("listed"), "%"),
        Number(str(_("闲置的资源")), quiet, asked.records("idle"), str(_("项")), "yellow" if quiet else ""),
        Number(str(_("没有结果的查找")), unmet, asked.records("searches", outcome="none"), str(_("次"))),
    ]
    broken_down = [one(asked, rows) for one in (exchanges.by_month, exchanges.by_kind, exchanges.by_art_form, exchanges.by_area)]
    wanted = [one(asked, looked) for one in (needs.by_month, needs.by_art_form, needs.by_all_three)]
    return numbers, [
        Section("exchanges", str(_("馆际借用")), broken_down),
        Section("use", str(_("闲置与利用率")), [idle.by_kind(asked, found), idle.by_centre(asked, found)]),
        Section("unmet", str(_("没有满足的需求")), wanted),
        Section(
            "archive",
            str(_("数字档案")),
            [usage.by_month(asked, used), usage.by_art_form(asked, used), usage.works(session, asked, used)],
        ),
    ]
