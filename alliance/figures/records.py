"""The lists behind the secretariat's numbers: loans, listings, searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange.models import Agreement, Leg, Line
from alliance.figures import asked as asking
from alliance.figures import exchanges, idle
from alliance.figures.asked import Asked
from alliance.figures.models import SearchCount
from alliance.figures.routes import bp
from alliance.moderation.lists import day, moment, place
from alliance.paging import SIZE, Page, page_number, pager
from alliance.permissions import guarded
from alliance.web import Answer

OUTCOMES = {"none": _l("没有结果"), "near": _l("只有相近的")}


class Cell(NamedTuple):
    """What stands in a list, and where it leads."""

    text: Any
    url: str = ""


@dataclass(frozen=True)
class Records:
    """A page of a list: the heads, the rows, how many there are."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    page: Page


@dataclass(frozen=True)
class Narrowed:
    """What the address adds to the year, the centre and the kind; what it says wrongly finds nothing or is left out."""

    month: int
    art_form: str
    area: str
    of_kind: str
    outcome: str

    @classmethod
    def of(cls, args: Any) -> Narrowed:
        said = {name: str(args.get(name, ""))[:40] for name in ("art_form", "area", "of_kind", "outcome")}
        month = str(args.get("month", ""))
        number = int(month) if month.isascii() and month.isdigit() and len(month) < 3 else 0
        return cls(number if number <= 12 else 0, **said)

    def told(self, asked: Asked) -> list[str]:
        """In words."""
        words = [asked.month_name(self.month)] if self.month else []
        words += [asked.art_form(self.art_form)] if self.art_form else []
        words += [asked.area(self.area if self.area.isdigit() else "")] if self.area else []
        words += [asked.kind_name(self.of_kind)] if self.of_kind else []
        return words + ([str(OUTCOMES[self.outcome])] if self.outcome in OUTCOMES else [])


@bp.get("/admin/figures/records/<what>")
@guarded("figures.read")
def records(what: str) -> Answer:
    """What a number is made of."""
    g.here = "admin"
    if what not in LISTS:
        raise NotFound(_("没有这张清单。"))
    asked, narrowed = asking.read(db.session, request.args), Narrowed.of(request.args)
    title, listed = LISTS[what]
    found = listed(db.session, asked, narrowed, what)
    return render_template(
        "figures/records.html",
        **{"asked": asked, "title": title, "found": found, "told": narrowed.told(asked), "pager": pager(found.page)},
    )


def _loans(session: Session, asked: Asked, narrowed: Narrowed, what: str) -> Records:
    """The legs that a number counts, newest first."""
    rows = exchanges.exchanges(session, asked)
    narrower = {"month": narrowed.month, "art_form": narrowed.art_form, "area": narrowed.area, "of_kind": narrowed.of_kind}
    numbers = exchanges.matching(rows, what, **narrower)[::-1]  # type: ignore[arg-type]
    page = Page(page_number(), SIZE, len(numbers))
    shown = numbers[page.skip : page.skip + SIZE]
    query = sa.select(Leg).where(Leg.id.in_(shown)).order_by(Leg.id.desc())
    legs = session.scalars(query.options(*_LOADED)).unique().all()
    reported = exchanges.attended(session, shown)
    heads = (_l("编号"), _l("活动"), _l("借出馆"), _l("借入馆"), _l("开始"), _l("状态"), _l("场次"), _l("人次"))
    return Records([str(head) for head in heads], [_loan(asked, leg, reported.get(leg.id)) for leg in legs], page)


_LOADED = (sa.orm.joinedload(Leg.agreement), sa.orm.selectinload(Leg.lines).joinedload(Line.resource))


def _loan(asked: Asked, leg: Leg, reported: tuple[int, int] | None) -> list[Cell]:
    agreement: Agreement = leg.agreement
    return [
        Cell(agreement.number, place("agreements", agreement.number)),
        Cell(agreement.heading),
        Cell(asked.places[leg.owner_id].name),
        Cell(asked.places[leg.borrower_id].name),
        Cell(moment(leg.starts_at)),
        Cell(codes.label("leg_state", leg.state, asked.locale)),
        *(Cell(f"{number:,}" if reported else "–") for number in (reported or (0, 0))),
    ]


def _listings(session: Session, asked: Asked, narrowed: Narrowed, what: str) -> Records:
    """Listings with their days; the idle ones, or all, those not used for longest first."""
    found = [use for use in idle.uses(session, asked) if (use.idle or what == "listed")]
    found = [use for use in found if not narrowed.of_kind or use.kind == narrowed.of_kind]
    found.sort(key=lambda use: (use.used_until is not None, use.used_until, use.published_at is not None, use.published_at, use.id))
    page = Page(page_number(), SIZE, len(found))
    heads = (_l("资源"), _l("类别"), _l("馆"), _l("上架"), _l("上次用到"), _l("占用天数"), _l("可用天数"))
    shown = found[page.skip : page.skip + SIZE]
    return Records([str(head) for head in heads], [_listing(asked, use) for use in shown], page)


def _listing(asked: Asked, use: idle.Use) -> list[Cell]:
    return [
        Cell(use.title, place("resources", use.code)),
        Cell(asked.kind_name(use.kind)),
        Cell(asked.places[use.owner].name),
        Cell(day(clock.local(use.published_at).date()) if use.published_at else "–"),
        Cell(moment(use.used_until) if use.used_until else _("没有用过")),
        Cell(use.booked),
        Cell(use.available),
    ]


def _searches(session: Session, asked: Asked, narrowed: Narrowed, _what: str) -> Records:
    """What was looked for in vain, the most frequent first, each to be looked for again."""
    query = sa.select(SearchCount).where(*_conditions(asked, narrowed))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = Page(page_number(), SIZE, total)
    same = (SearchCount.words, SearchCount.art_form, SearchCount.area, SearchCount.kind, SearchCount.outcome)
    order = (SearchCount.count.desc(), SearchCount.month.desc(), *same)
    rows = session.scalars(query.order_by(*order).offset(page.skip).limit(SIZE)).all()
    heads = (_l("词语"), _l("类别"), _l("文艺门类"), _l("地区"), _l("月份"), _l("结果"), _l("查了几次"))
    return Records([str(head) for head in heads], [_search(asked, row) for row in rows], page)


def _conditions(asked: Asked, narrowed: Narrowed) -> list[sa.ColumnElement[bool]]:
    outcomes = [narrowed.outcome] if narrowed.outcome in OUTCOMES else list(OUTCOMES)
    year = SearchCount.month.between(asked.first, date(asked.year, 12, 31))
    found: list[sa.ColumnElement[bool]] = [year, SearchCount.outcome.in_(outcomes)]
    if narrowed.month:
        found.append(SearchCount.month == date(asked.year, narrowed.month, 1))
    if asked.kind:
        found.append(SearchCount.kind == asked.kind)
    for name, column in (("art_form", SearchCount.art_form), ("area", SearchCount.area)):
        if value := getattr(narrowed, name):
            found.append(column == ("" if value == "none" else value))
    return found


def _search(asked: Asked, row: SearchCount) -> list[Cell]:
    again: dict[str, Any] = {"q": row.words, "kind": row.kind or None}
    return [
        Cell(row.words or _("（没有留下词语）"), url_for("portal.search", **again) if row.words else ""),
        Cell(asked.kind_name(row.kind)),
        Cell(asked.art_form(row.art_form)),
        Cell(asked.area(row.area)),
        Cell(asked.month_name(row.month.month)),
        Cell(OUTCOMES[row.outcome]),
        Cell(row.count),
    ]


LISTS: dict[str, tuple[Any, Callable[[Session, Asked, Narrowed, str], Records]]] = {
    "requests": (_l("收到的申请"), _loans),
    "exchanges": (_l("办成的借用"), _loans),
    "listed": (_l("上架的资源和它们的天数"), _listings),
    "idle": (_l("闲置的资源"), _listings),
    "searches": (_l("没查到的查找"), _searches),
}
