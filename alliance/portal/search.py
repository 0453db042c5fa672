"""One box over everything."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive import card
from alliance.archive.models import Asset
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db
from alliance.figures import needs
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.places import Point
from alliance.portal import asked as asking
from alliance.portal import cards, facets, finding, rings
from alliance.portal.asked import Asked
from alliance.portal.routes import bp
from alliance.web import Answer, limiter, me
from alliance.worktime import spoken_days


@bp.get("/search")
@guarded("public.read")
@limiter.limit(lambda: current_app.config["ALLIANCE"].search_rate, exempt_when=lambda: me() is not None)
def search() -> Answer:
    """What fits, and how to narrow it."""
    g.here = "search"
    session, person, locale = db.session, me(), str(get_locale())
    asked = asking.read(request.args)
    start, known = finding.start_of(session, asked, person)
    near = finding.point(start)
    found = finding.find(session, asked, person, near, page_number())
    page = Page(page_number(), finding.SIZE, found.total)
    if page.number == 1 and not (found.reduced or found.too_busy) and (asked.words or asked.count):
        needs.note(asked.words, asked.filters, start.division_code if start else "", total=found.total, relaxed=found.relaxed)
    labels = facets.Labels(session, asked, found.facets, locale)
    shown = results(session, found.rows, person, asked, near)
    days = _days(asked, locale)
    return render_template(
        "portal/search.html",
        asked=asked,
        found=found,
        items=shown,
        numbered=page.skip,
        heading=_heading(found.total, days),
        chips=facets.chips(asked, labels, start, days),
        facets=facets.facets(asked, found.facets, labels),
        distances=facets.distances(asked) if near else None,
        ranges=_ranges(asked),
        sorts=[(name, label) for name, label in asking.SORTS.items() if name != "distance" or near],
        start=cards.centre_name(start, locale) if start is not None else "",
        notes=_notes(asked, found, known),
        nearest=_nearest(session, asked, person, near) if not found.total and not found.reduced else [],
        beyond=_beyond(session, asked, person, near, found),
        rings=rings.draw(near, shown, page.skip) if near else None,
        pager=pager(page, lambda number: asked.url(page=number), most=500),
        member=person is not None,
        wanted_kind=next(iter(asked.filters.get("kind", ())), ""),
        archive_only=asked.filters.get("kind") == ("media",) and not asked.first and not asked.within,
    )


def results(session: Session, rows: Sequence[Resource | Asset], person: Any, asked: Asked, near: Point | None) -> list[cards.Item]:
    """Cards of listings and of records of the archive, in the order found."""
    listings = [row for row in rows if isinstance(row, Resource)]
    records = [row for row in rows if isinstance(row, Asset)]
    made = cards.items(session, listings, person, near=near, week_of=asked.first, wanted=asked.days, ask=True)
    by_row: dict[tuple[str, int], cards.Item] = {("r", one.id): item for one, item in zip(listings, made, strict=True)}
    by_row |= {("a", one.id): _record(it) for one, it in zip(records, card.cards(session, records, person), strict=True)}
    return [by_row["r" if isinstance(row, Resource) else "a", row.id] for row in rows]


def _record(work: card.Card) -> cards.Item:
    """A record of the archive as a card among listings."""
    return cards.Item(
        url=work.url,
        kind="media",
        kind_label=str(_("数字档案·%(what)s", what=work.line)),
        title=work.title,
        who=work.centre,
        picture=work.picture,
        facts=[(str(_("时长")), work.length)] if work.length else [],
        fee=work.access[1],
    )


def _heading(total: int, days: str) -> str:
    told = ngettext("找到%(num)s项", "找到%(num)s项", total)
    return str(_("%(told)s，%(days)s全程有空", told=told, days=days)) if days else str(told)


def _days(asked: Asked, locale: str) -> str:
    if asked.first is None or asked.last is None:
        return ""
    return spoken_days(asked.first, asked.last, locale, today=clock.local(clock.now()).date())


def _ranges(asked: Asked) -> list[tuple[str, str, str, str]]:
    """Figures that can be asked for within the chosen kinds: name, label, unit, value."""
    wanted = {"venue": ("min_seats", "min_area"), "stage_truck": ("min_deck", "min_kw", "max_height")}
    names = [name for kind in asked.filters.get("kind", ()) for name in wanted.get(kind, ())]
    names += [name for name in asked.ranges if name not in names]
    told = ((name, *facets.RANGE_TITLES[name]) for name in names)
    return [(name, str(label), str(unit), f"{asked.ranges[name]:g}" if name in asked.ranges else "") for name, label, unit in told]


def _notes(asked: Asked, found: finding.Found, known: bool) -> list[str]:
    """What was not understood or cannot be done now, each in a sentence."""
    notes = list(asked.notes)
    if not known:
        notes.append(str(_("没有找到名为“%(name)s”的馆，距离没有算。", name=asked.near)))
    elif asked.within and not asked.near and found.reduced is False and me() is None:
        notes.append(str(_("请先填从哪家馆算起，再按距离筛选。")))
    if found.reduced:
        notes += _reduced(asked)
    if found.too_busy:
        notes.append(str(_("这几天有安排的资源太多，没有按日期筛选；请先缩小范围或选短一些的日期。")))
    if found.relaxed and found.total:
        notes.append(str(_("没有完全相符的，下面是相近的。")))
    return notes


def _reduced(asked: Asked) -> list[str]:
    """How the search goes without its engine, and which of the chosen conditions it leaves out."""
    first = _("查找引擎暂时不能用：这次在数据库里按名称和档案说明查找，不认拼音和错字；分类计数、距离和空闲日期稍后恢复。")
    left = [_("空闲日期")] if asked.first else []
    left += [_("距离")] if asked.within else []
    left += [facets.RANGE_TITLES[name][0] for name in asked.ranges]
    names = _("、").join(str(one) for one in left)
    return [str(first), str(_("选了的这些条件这次没有用上：%(names)s。", names=names))] if left else [str(first)]


def _nearest(session: Session, asked: Asked, person: Any, near: Point | None) -> list[tuple[str, str]]:
    """What would be found with one condition less: in words with its number, and the address."""
    less: list[tuple[str, dict[str, Any]]] = []
    if asked.within:
        less.append((str(_("不限距离")), {"within": None}))
    if asked.period:
        less.append((str(_("不限日期")), {"first": None, "last": None}))
    if asked.filters or asked.ranges:
        less.append((str(_("去掉分类条件")), {"filters": {}, "ranges": {}}))
    if asked.words and asked.count:
        less.append((str(_("不限词语")), {"words": ""}))
    less.append((str(_("看全部资源")), {"words": "", "filters": {}, "ranges": {}, "first": None, "last": None, "within": None}))
    counted = ((label, finding.count(session, replace(asked, **other), person, near), other) for label, other in less)
    return [
        (str(_("%(label)s（%(n)s项）", label=label, n=number)), asked.url(**other)) for label, number, other in counted if number
    ][:3]


def _beyond(session: Session, asked: Asked, person: Any, near: Point | None, found: finding.Found) -> tuple[int, int, str] | None:
    """How many lie just outside the limit: kilometres, number, address."""
    if not (asked.within and near and found.total) or found.reduced:
        return None
    more = finding.count(session, replace(asked, within=None), person, near) - found.total
    return (asked.within, more, asked.url(within=None)) if more > 0 else None


def centre_of(centre: Centre | None) -> str:
    """The address of all that a centre has to share."""
    return url_for("portal.search", centre=centre.slug) if centre is not None else url_for("portal.search")
