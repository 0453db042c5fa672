"""The balance of a centre with each partner, per unit of account, with the loans it is made of: for itself and the secretariat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wsgi import FileWrapper

from alliance import permissions
from alliance.catalogue.exports import as_csv, as_workbook
from alliance.centres.models import Centre
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange.balance import NAMES
from alliance.exchange.models import Leg
from alliance.exchange.postings import Posting
from alliance.figures import drawing
from alliance.figures.asked import Place, places
from alliance.figures.pages import Number
from alliance.figures.routes import TYPES, bp, sent
from alliance.figures.tables import Cell, Row, Table, head
from alliance.moderation.lists import moment, place
from alliance.paging import SIZE, Page, page_number, pager
from alliance.permissions import guarded
from alliance.web import Answer, me


@dataclass(frozen=True)
class Pair:
    """What a centre lent another and borrowed from it, in one unit."""

    unit: str
    centre: int
    other: int
    lent: int
    borrowed: int

    @property
    def net(self) -> int:
        return self.lent - self.borrowed


@bp.get("/figures/balance")
@bp.get("/figures/balance/<slug>")
@guarded("balance.read")
def balance(slug: str = "") -> Answer:
    """Of one centre by partner; the secretariat's way in is a list of all."""
    if not slug and not me().is_admin and me().centre is not None:
        return redirect(url_for("figures.balance", slug=me().centre.slug))
    names = _places(db.session)
    if not slug:
        permissions.require(me(), "figures.read")
        g.here = "admin"
        every = overview(names, pairs(db.session))
        return render_template("figures/balance.html", **{"place": None, "numbers": [], "tables": every, "draw": drawing})
    centre = _centre(slug)
    g.here = "admin" if me().is_admin else "agreements"
    found = pairs(db.session, centre.id)
    shown = {"place": names[centre.id], "numbers": _numbers(found), "tables": tables(names, centre, found), "draw": drawing}
    return render_template("figures/balance.html", **shown)


@bp.get("/figures/balance/<slug>/<name>.<ending>")
@guarded("balance.read")
def balance_table(slug: str, name: str, ending: str) -> Answer:
    """One table as CSV or Excel; `all` is the secretariat's list."""
    names = _places(db.session)
    if slug == "all":
        permissions.require(me(), "figures.read")
        made = overview(names, pairs(db.session))
    else:
        centre = _centre(slug)
        made = tables(names, centre, pairs(db.session, centre.id))
    table = next((one for one in made if one.name == name), None)
    if table is None or ending not in TYPES:
        raise NotFound(_("没有这张表。"))
    heads, lines = list(table.heads), table.lines()
    body = as_csv(heads, lines) if ending == "csv" else as_workbook([(table.title, heads, lines)])
    return sent(FileWrapper(body), table.title, ending)


@bp.get("/figures/balance/<slug>/loans")
@guarded("balance.read")
def postings(slug: str) -> Answer:
    """The loans of which a number is made: ?unit=, ?partner=, ?side=lent or borrowed."""
    centre, names, args = _centre(slug), _places(db.session), request.args
    partner = next((one for one in names.values() if one.slug == args.get("partner")), None)
    query = _loans(centre, str(args.get("unit", "")), partner, str(args.get("side", "")))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = Page(page_number(), SIZE, total)
    rows = [
        (leg, names[leg.owner_id].name, names[leg.borrower_id].name, f"{abs(row.amount)} {NAMES[row.unit]}", moment(row.posted_at))
        for row, leg in db.session.execute(query.offset(page.skip).limit(SIZE)).unique()
    ]
    g.here = "admin" if me().is_admin else "agreements"
    shown = {"place": names[centre.id], "partner": partner, "rows": rows, "total": total, "pager": pager(page)}
    return render_template("figures/postings.html", address=lambda leg: place("agreements", leg.number), **shown)


def _loans(centre: Centre, unit: str, partner: Place | None, side: str) -> sa.Select[Posting, Leg]:
    query = sa.select(Posting, Leg).join(Leg, Leg.id == Posting.leg_id).where(Posting.centre_id == centre.id)
    if unit in NAMES:
        query = query.where(Posting.unit == unit)
    if partner is not None:
        query = query.where(Posting.other_id == partner.id)
    if side in ("lent", "borrowed"):
        query = query.where((Leg.owner_id if side == "lent" else Leg.borrower_id) == centre.id)
    return query.order_by(Posting.id.desc())


def _centre(slug: str) -> Centre:
    """Of that address, for its own people and the secretariat."""
    centre = db.session.scalar(sa.select(Centre).where(Centre.slug == slug))
    if centre is None:
        raise NotFound(_("没有这家馆。"))
    permissions.require(me(), "balance.read", centre)
    return centre


def _places(session: Session) -> dict[int, Place]:
    return places(session, "en" if str(get_locale()) == "en" else "zh")


def pairs(session: Session, centre: int | None = None) -> list[Pair]:
    """What each centre lent to and borrowed from each other one; one query."""
    own = Leg.owner_id == Posting.centre_id
    lent = sa.func.sum(sa.case((own, Posting.amount), else_=0))
    borrowed = sa.func.sum(sa.case((own, 0), else_=-Posting.amount))
    query = sa.select(Posting.unit, Posting.centre_id, Posting.other_id, lent, borrowed).join(Leg, Leg.id == Posting.leg_id)
    if centre is not None:
        query = query.where(Posting.centre_id == centre)
    query = query.group_by(Posting.unit, Posting.centre_id, Posting.other_id)
    return [Pair(unit, one, other, int(out), int(back)) for unit, one, other, out, back in session.execute(query)]


def tables(names: dict[int, Place], centre: Centre, found: Sequence[Pair]) -> list[Table]:
    """One for each unit, a line for each partner; units are never added."""
    return [_by_partner(names, centre, unit, [one for one in found if one.unit == unit]) for unit in NAMES]


def _by_partner(names: dict[int, Place], centre: Centre, unit: str, found: Sequence[Pair]) -> Table:
    rows = []
    for one in sorted(found, key=lambda one: (-abs(one.net), names[one.other].name)):
        way: dict[str, Any] = {"slug": centre.slug, "unit": unit, "partner": names[one.other].slug}
        numbers = ((one.lent, "lent"), (one.borrowed, "borrowed"), (one.net, None))
        cells = tuple(Cell(number, url_for("figures.postings", side=side, **way)) for number, side in numbers)
        rows.append(Row(names[one.other].name, cells))
    return Table(
        f"balance-{unit}",
        str(_("按%(unit)s", unit=NAMES[unit])),
        head(_("往来的馆"), _("借出"), _("借入"), _("净借出")),
        rows,
        shape="pairs",
        series=2,
        note=str(_("净借出 = 借出 − 借入，负数是借入较多；只计已办结的借用，不同单位不相加。")),
        blank=str(_("还没有按%(unit)s记的往来", unit=NAMES[unit])),
    )


def overview(names: dict[int, Place], found: Sequence[Pair]) -> list[Table]:
    """All centres: who lent more and who borrowed more, drawn by unit, then all units in one table."""
    net: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    for one in found:
        net[one.centre][one.unit] += one.net
    return [*(_by_centre(names, net, unit) for unit in NAMES), _all(names, net)]


def _by_centre(names: dict[int, Place], net: dict[int, dict[str, int]], unit: str) -> Table:
    order = sorted((one for one in names.values() if one.id in net), key=lambda one: (-net[one.id][unit], one.name))
    rows = [
        Row(one.name, (Cell(net[one.id][unit], url_for("figures.postings", slug=one.slug, unit=unit)),), url=_of(one))
        for one in order
    ]
    title = str(_("各馆净借出，按%(unit)s", unit=NAMES[unit]))
    return Table(f"net-{unit}", title, head(_("馆"), _("净借出")), rows, shape="net")


def _of(one: Place) -> str:
    return url_for("figures.balance", slug=one.slug)


def _all(names: dict[int, Place], net: dict[int, dict[str, int]]) -> Table:
    """Net of every centre in every unit."""
    rows = [
        Row(
            one.name,
            tuple(Cell(net[one.id][unit], url_for("figures.postings", slug=one.slug, unit=unit)) for unit in NAMES),
            url=_of(one),
        )
        for one in names.values()
        if one.id in net
    ]
    title, note = str(_("各馆净借出")), str(_("正数是借出较多，负数是借入较多；每一列合计为0。"))
    return Table("all", title, head(_("馆"), *NAMES.values()), rows, note=note, blank=str(_("还没有记账的往来")), wide=True)


def _numbers(found: Sequence[Pair]) -> list[Number]:
    """Net by unit, where there is anything."""
    units = [unit for unit in NAMES if any(one.unit == unit for one in found)]
    said = {unit: sum(one.net for one in found if one.unit == unit) for unit in units}
    return [Number(str(_("净借出")), number, f"#t-balance-{unit}", str(NAMES[unit])) for unit, number in said.items()]
