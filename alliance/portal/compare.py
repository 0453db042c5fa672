"""Two or three listings of one kind side by side; each says as much to the reader as its own page does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import kinds
from alliance.catalogue.busy import busy_between
from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.exchange.endings import TAKEN
from alliance.exchange.models import Leg, Line
from alliance.exchange.table import FIXED
from alliance.permissions import guarded, may
from alliance.places import Point, travel
from alliance.portal import asked, cards, finding
from alliance.portal.resource import tables
from alliance.portal.routes import bp
from alliance.web import Answer, me
from alliance.worktime import spoken_days, spoken_minutes

MOST = 3
LOCKED = None
"""What only members read."""


@dataclass(frozen=True)
class Row:
    """What, and what each listing says of it; None where only members read it."""

    label: str
    values: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


@bp.get("/compare")
@guarded("public.read")
def compare() -> Answer:
    """?code= twice or three times; ?from= and ?to= as in a search."""
    g.here = "search"
    session, person, locale = db.session, me(), str(get_locale())
    found = _found(session, person, list(dict.fromkeys(request.args.getlist("code"))))
    shown = [one for one in found if one.kind == found[0].kind][:MOST]
    notes = [_("只比较同一种类的，别的没有列出。")] if any(one.kind != found[0].kind for one in found) else []
    notes += [_("一次最多比较%(n)s项，只列出前面的。", n=MOST)] if len(found) > MOST else []
    several = len(shown) > 1
    days = asked.read(request.args).days
    return render_template(
        "portal/compare.html",
        heads=[_head(one, person, locale, days) for one in shown],
        groups=_groups(session, shown, person, locale) if several else [],
        notes=notes if several else [],
    )


def _found(session: Session, person: Any, wanted: list[str]) -> list[Resource]:
    """Those that the reader may see, in the order asked for; whether others exist is not told."""
    those = session.scalars(cards.loaded().where(Resource.code.in_(wanted[:10]))).all()
    seen = {one.code: one for one in those if may(person, "resource.read", one) and kinds.KINDS[one.kind].exclusive}
    return [seen[code] for code in wanted[:10] if code in seen]


def _head(one: Resource, person: Any, locale: str, wanted: Sequence[date]) -> dict[str, str]:
    asks = one.state == "published" and may(person, "resource.request", one)
    return {
        "title": cards.title(one, locale),
        "url": cards.page(one, wanted),
        "owner": cards.centre_name(one.owner, locale),
        "ask": cards.asking(one, wanted) if asks else "",
    }


def _groups(session: Session, shown: Sequence[Resource], person: Any, locale: str) -> list[tuple[str, list[Row]]]:
    """First what decides between them, then what their kind declares, group by group."""
    first = [_distances(shown, person), *_free(session, shown, person, locale)]
    first.append(Row(str(_("费用")), tuple(cards.fee(one, locale) for one in shown)))
    first.append(Row(str(_("借方评价")), tuple(_rating(one) for one in shown)))
    first.append(_accepted(session, shown, person))
    told = [tables(session, one, locale, may(person, "resource.private", one)) for one in shown]
    captions = dict.fromkeys((table.id, table.caption) for those in told for table in those)
    groups = [(caption, _rows(told, id_)) for id_, caption in captions]
    return [("", [row for row in first if any(value != "" for value in row.values)]), *groups]


def _rows(told: Sequence[Sequence[kinds.Table]], id_: str) -> list[Row]:
    said = [{row.label: _said(row) for table in those if table.id == id_ for row in table.rows} for those in told]
    labels = dict.fromkeys(label for one in said for label in one)
    return [Row(label, tuple(one.get(label, "") for one in said)) for label in labels]


def _said(row: kinds.Row) -> str | None:
    return LOCKED if row.locked else "\n".join(filter(None, (row.value, row.note)))


def _distances(shown: Sequence[Resource], person: Any) -> Row:
    near = finding.point(person.centre) if person is not None else None
    return Row(str(_("离贵馆")), tuple(_far(near, one) for one in shown))


def _far(near: Point | None, one: Resource) -> str:
    if near is None or one.lat is None or one.lng is None:
        return ""
    way = travel(near, Point(one.lat, one.lng))
    minutes = _("车程约%(time)s", time=spoken_minutes(-(-way.minutes // 5) * 5, str(get_locale())))
    return str(_("，").join((f"{way.km:.0f} km", minutes)))


def _free(session: Session, shown: Sequence[Resource], person: Any, locale: str) -> list[Row]:
    """Whether each is free on all the days asked for, for those to whom its calendar is open."""
    wanted = asked.read(request.args)
    if wanted.period is None or wanted.first is None or wanted.last is None:
        return []
    busy = busy_between(session, *wanted.period)
    span = spoken_days(wanted.first, wanted.last, locale, today=clock.local(clock.now()).date())
    words = {True: str(_("没有空档")), False: str(_("有空档"))}
    told = tuple(words[one.id in busy] if may(person, "resource.calendar", one) else LOCKED for one in shown)
    return [Row(str(_("%(span)s 有没有空", span=span)), told)]


def _rating(one: Resource) -> str:
    if not one.rating_count:
        return str(_("还没有评价"))
    return str(_("%(mean).1f分（%(n)s条）", mean=one.rating or 0, n=one.rating_count))


def _accepted(session: Session, shown: Sequence[Resource], person: Any) -> Row:
    """How many of the requests that were answered were agreed to; for members whom the listing reaches."""
    by_owner = sa.and_(Leg.state == "declined", Leg.ended_code.is_not(None), Leg.ended_code != TAKEN)
    refused = sa.func.sum(sa.case((by_owner, 1), else_=0))
    answered = sa.or_(by_owner, sa.and_(Leg.choice.is_not(None), Leg.state.in_(FIXED)))
    query = sa.select(Line.resource_id, sa.func.count(), refused).join(Leg, Leg.id == Line.leg_id)
    query = query.where(Line.resource_id.in_([one.id for one in shown]), answered).group_by(Line.resource_id)
    counts = {number: (total, no) for number, total, no in session.execute(query)}
    told = tuple(_rate(*counts.get(one.id, (0, 0))) if may(person, "resource.private", one) else LOCKED for one in shown)
    return Row(str(_("同意率")), told)


def _rate(total: int, refused: int) -> str:
    if not total:
        return str(_("还没有答复过申请"))
    return str(_("%(rate)s%%（%(n)s次申请）", rate=round(100 * (total - refused) / total), n=total))
