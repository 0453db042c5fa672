"""Exchanges in figures: asked for and come about, by month, art form, area and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.catalogue.models import Resource
from alliance.exchange.models import Agreement, Leg, Line, Report
from alliance.exchange.table import BOOKED
from alliance.figures.asked import Asked, first_level
from alliance.figures.tables import Table, counted, head

CAME_ABOUT = (BOOKED - {"agreed"}) | {"closed"}
"""Confirmed or beyond, and not called off: these are exchanges; the others were only asked for."""


@dataclass(frozen=True)
class Exchange:
    """A leg as far as figures need it; `asked` and `held` are its months in the year, 0 in another one."""

    id: int
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    owner: int
    borrower: int
    activity: str
    kinds: frozenset[str]
    art_forms: frozenset[str]
    asked: int
    held: int
    area: str


def exchanges(session: Session, asked: Asked) -> list[Exchange]:
    """All legs that were sent in the year or lie in it, under its conditions; one query."""
    start, end = asked.span
    query = (
        sa.select(
            *(Leg.id, Leg.state, Leg.requested_at, Leg.starts_at, Leg.ends_at, Leg.owner_id, Leg.borrower_id),
            *(Agreement.activity_type, Resource.kind, Resource.art_forms),
        )
        .select_from(Leg)
        .join(Agreement, Agreement.id == Leg.agreement_id)
        .join(Line, Line.leg_id == Leg.id)
        .join(Resource, Resource.id == Line.resource_id)
        .where(Leg.requested_at.is_not(None))
        .where(sa.or_(Leg.requested_at.between(start, end), Leg.starts_at.between(start, end)))
        .order_by(Leg.id, Line.id)
    )
    if asked.centre is not None:
        query = query.where(sa.or_(Leg.owner_id == asked.centre.id, Leg.borrower_id == asked.centre.id))
    if asked.kind:
        query = query.where(Resource.kind == asked.kind)
    found: dict[int, Exchange] = {}
    for number, state, sent, starts, ends, owner, borrower, activity, kind, arts in session.execute(query):
        before = found.get(number)
        kinds = frozenset({kind}) | (before.kinds if before else frozenset())
        forms = frozenset(filter(None, map(first_level, arts or ()))) | (before.art_forms if before else frozenset())
        held = asked.month_of(starts) if state in CAME_ABOUT else 0
        area = asked.places[borrower].area
        found[number] = Exchange(
            number, state, starts, ends, owner, borrower, activity, kinds, forms, asked.month_of(sent), held, area
        )
    return list(found.values())


def by_month(asked: Asked, rows: Sequence[Exchange]) -> Table:
    """Asked for, by the month of asking; come about, by the month of use."""
    sent, held = Counter(row.asked for row in rows), Counter(row.held for row in rows)
    return Table(
        "exchanges-by-month",
        str(_("每月的借用")),
        head(_("月份"), _("申请份数"), _("办成")),
        [
            counted(
                label,
                sent[month],
                held[month],
                urls=(asked.records("requests", month=month), asked.records("exchanges", month=month)),
                short=str(month),
            )
            for month, label in asked.month_rows()
        ],
        shape="columns",
        series=2,
        note=str(_("申请记在提交的那个月；办成的（已确定，没有取消或爽约）记在使用开始的那个月，定好还没开始的也在内。")),
        blank=str(_("%(year)s年还没有借用申请", year=asked.year)),
    )


def by_art_form(asked: Asked, rows: Sequence[Exchange]) -> Table:
    """What came about, by the art forms of what was lent; several count in each."""
    return _broken_down(
        asked,
        "exchanges-by-art-form",
        str(_("按文艺门类")),
        str(_("文艺门类")),
        ((form, row) for row in rows for form in (row.art_forms or {""})),
        asked.art_form,
        "art_form",
        str(_("一项资源属于几个门类，就在每个门类里各算一次；舞台车等没有门类的另列。")),
    )


def by_area(asked: Asked, rows: Sequence[Exchange]) -> Table:
    """What came about, by the city of the borrower."""
    return _broken_down(
        asked,
        "exchanges-by-area",
        str(_("按借入地区")),
        str(_("地区")),
        ((row.area, row) for row in rows),
        asked.area,
        "area",
        str(_("按借方所在的市统计。")),
    )


def by_kind(asked: Asked, rows: Sequence[Exchange]) -> Table:
    """What came about, by the kind of what was lent."""
    return _broken_down(
        asked,
        "exchanges-by-kind",
        str(_("按资源类别")),
        str(_("类别")),
        ((kind, row) for row in rows for kind in row.kinds),
        asked.kind_name,
        "of_kind",
        "",
    )


def _broken_down(
    asked: Asked,
    name: str,
    title: str,
    over: str,
    pairs: Iterable[tuple[str, Exchange]],
    label: Callable[[str], str],
    argument: str,
    note: str,
) -> Table:
    numbers = Counter(key for key, row in pairs if row.held)
    ordered = sorted(numbers.items(), key=lambda one: (one[0] == "", -one[1], one[0]))
    rows = [counted(label(key), number, urls=(asked.records("exchanges", **{argument: key or "none"}),)) for key, number in ordered]
    return Table(
        name,
        title,
        head(over, _("办成")),
        rows,
        shape="bars",
        note=note,
        blank=str(_("%(year)s年还没有办成的借用", year=asked.year)),
    )


def matching(
    rows: Iterable[Exchange], what: str, *, month: int = 0, art_form: str = "", area: str = "", of_kind: str = ""
) -> list[int]:
    """The numbers of the legs behind a figure; "none" stands for what is not said."""
    wanted = [row for row in rows if (row.held if what == "exchanges" else row.asked)]
    if month:
        wanted = [row for row in wanted if (row.held if what == "exchanges" else row.asked) == month]
    if art_form:
        wanted = [row for row in wanted if (art_form in row.art_forms if art_form != "none" else not row.art_forms)]
    if area:
        wanted = [row for row in wanted if row.area == (area if area != "none" else "")]
    if of_kind:
        wanted = [row for row in wanted if of_kind in row.kinds]
    return [row.id for row in wanted]


def attended(session: Session, legs: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Sessions and attendances by leg, as the borrower filed them last when sending back."""
    query = sa.select(Report.leg_id, Report.figures).where(Report.kind == "send_back", Report.leg_id.in_(list(legs)))
    found = {}
    for leg, figures in session.execute(query.order_by(Report.id)):
        found[leg] = (int(figures.get("sessions") or 0), int(figures.get("attendances") or 0))
    return found
