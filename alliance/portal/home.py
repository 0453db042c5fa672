"""The public's first page."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive import card, listing
from alliance.catalogue import kinds
from alliance.catalogue.availability import midnight
from alliance.catalogue.documents import type_label
from alliance.catalogue.models import Resource
from alliance.catalogue.visibility import condition
from alliance.centres.models import AllianceTerm, Centre, Membership
from alliance.db import db
from alliance.exchange.models import Leg
from alliance.indexing import engine
from alliance.moderation import announcements
from alliance.permissions import guarded
from alliance.portal import cards, finding
from alliance.portal.asked import Asked
from alliance.portal.routes import bp
from alliance.web import Answer, me
from alliance.worktime import spoken_date
from search.errors import Unavailable
from search.types import Query

SATURDAY = 5
DAY = timedelta(days=1)
DECIDES = {
    "talent": _l("看门类、职称、人数、可去范围"),
    "venue": _l("看座席、台口、装台时间"),
    "stage_truck": _l("看台面、供电、车高、准驾车型"),
    "media": _l("看授权、期限、时长"),
}
LENDABLE = ("talent", "venue", "stage_truck")


@dataclass(frozen=True)
class Door:
    """One of the four kinds: how many, what decides, the most frequent types."""

    kind: str
    label: str
    count: int
    decides: str
    url: str
    types: list[tuple[str, str]]


@bp.get("/")
@guarded("public.read")
def home() -> Answer:
    """Search, four doors, what is free on Saturday, the newest, the archive, the year in figures."""
    g.here = "home"
    session, person, locale = db.session, me(), str(get_locale())
    start = _start(session, person)
    near = finding.point(start)
    saturday = _saturday()
    counts, types = _counts(session, person)
    free, total = _free(session, person, start, saturday)
    newest = cards.loaded().where(condition(person, own=False)).order_by(Resource.published_at.desc(), Resource.id.desc()).limit(6)
    records = listing.latest(session, person, count=4)
    centres = session.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.state == "active")) or 0
    return render_template(
        "portal/home.html",
        announced=announcements.current(session, person),
        centres=centres,
        examples=_examples(saturday),
        doors=[_door(kind, counts, types, locale) for kind in kinds.KINDS],
        free=cards.items(session, free, person, near=near, week_of=saturday, wanted=[saturday], most=3),
        free_total=total,
        free_url=Asked(
            filters={"kind": LENDABLE}, first=saturday, last=saturday, near=start.slug if start is not None else "", sort="distance"
        ).url(),
        start=cards.centre_name(start, locale) if start is not None else "",
        saturday=spoken_date(saturday, locale, today=clock.local(clock.now()).date()),
        newest=cards.items(session, session.scalars(newest).all(), person, near=near, most=3),
        records=card.cards(session, records, person),
        figures=_figures(session, centres, counts),
        today=spoken_date(clock.local(clock.now()).date(), locale, today=date.min, weekday=False),
    )


def _saturday() -> date:
    """This week's Saturday; on a Sunday the next one."""
    today = clock.local(clock.now()).date()
    return today + (SATURDAY - today.weekday()) % 7 * DAY


def _start(session: Session, person: Any) -> Centre | None:
    """From where distance is counted: one's own centre, else the one that chairs the alliance, else its hub."""
    own = person.centre if person is not None else None
    if own is not None and own.lat is not None:
        return own  # type: ignore[no-any-return]
    today = clock.local(clock.now()).date()
    chair = sa.select(AllianceTerm.centre_id).where(
        AllianceTerm.starts_on <= today, sa.or_(AllianceTerm.ends_on.is_(None), AllianceTerm.ends_on >= today)
    )
    active = sa.select(Membership.centre_id).where(Membership.state == "active")
    first = sa.case((Centre.id.in_(chair), 0), (Centre.role == "hub", 1), else_=2)
    query = sa.select(Centre).where(Centre.lat.is_not(None), Centre.id.in_(active)).order_by(first, Centre.id).limit(1)
    return session.scalars(query).unique().first()


def _counts(session: Session, person: Any) -> tuple[dict[str, int], dict[str, int]]:
    """How many of each kind and of each type; from the tables while the engine is away."""
    try:
        results = engine().find(Query(scopes=finding.reader_tokens(person), size=0, facets=("kind", "type")))
    except Unavailable:
        query = sa.select(Resource.kind, sa.func.count()).where(condition(person, own=False)).group_by(Resource.kind)
        return {row[0]: row[1] for row in session.execute(query)}, {}
    return dict(results.facets["kind"]), dict(results.facets["type"])


PREFIX = {"talent": "talent_kind:", "venue": "venue_type:", "stage_truck": "vehicle_type:"}


def _door(kind: str, counts: dict[str, int], types: dict[str, int], locale: str) -> Door:
    of_kind = [one for one in types if (one.startswith(PREFIX[kind]) if kind in PREFIX else ":" not in one)]
    top = sorted(of_kind, key=lambda one: (-types[one], one))[:4]
    return Door(
        kind,
        str(kinds.KINDS[kind].label),
        counts.get(kind, 0),
        str(DECIDES[kind]),
        url_for("portal.search", kind=kind),
        [(type_label(one, locale), url_for("portal.search", kind=kind, type=one)) for one in top],
    )


def _free(session: Session, person: Any, start: Centre | None, saturday: date) -> tuple[list[Resource], int]:
    """Of each kind the two that are free on Saturday and nearest, not one's own; and how many there are in all."""
    asked = Asked(first=saturday, last=saturday, sort="distance")
    busy, too_busy = finding.busy_in(session, asked)
    if too_busy:
        return [], 0
    own = person.centre if person is not None else None
    mine = session.scalars(sa.select(Resource.id).where(Resource.owner_id == own.id)).all() if own is not None else ()
    total, rows = 0, []
    for kind in LENDABLE:
        wanted = replace(asked, filters={"kind": (kind,)})
        try:
            results = engine().find(finding.query_of(wanted, person, finding.point(start), busy | set(mine), 1, size=2))
        except Unavailable:
            return [], 0
        total += results.total
        rows += list(results.hits)
    found = finding.rows_of(session, [hit.id for hit in rows], person)
    return [row for row in found if isinstance(row, Resource)], total


def _examples(saturday: date) -> list[tuple[str, str]]:
    """Sentences to imitate, each an address that answers it."""
    return [
        (str(_("本周六有空的舞台车")), Asked(filters={"kind": ("stage_truck",)}, first=saturday, last=saturday).url()),
        (str(_("会教合唱的老师")), Asked(words="合唱", filters={"kind": ("talent",)}).url()),
        (str(_("200座以上的剧场")), Asked(filters={"kind": ("venue",)}, ranges={"min_seats": 200}).url()),
        (str(_("元宵灯会 影像")), Asked(words="元宵灯会").url()),
    ]


def _figures(session: Session, centres: int, counts: dict[str, int]) -> list[dict[str, Any]]:
    """This year in numbers, each with the page of what it counts."""
    today = clock.local(clock.now()).date()
    since = midnight(today.replace(month=1, day=1))
    new = (
        session.scalar(
            sa.select(sa.func.count()).select_from(Resource).where(condition(None, own=False), Resource.published_at >= since)
        )
        or 0
    )
    loans = session.scalar(sa.select(sa.func.count()).select_from(Leg).where(Leg.state == "closed", Leg.closed_at >= since)) or 0
    lendable = sum(counts.get(kind, 0) for kind in LENDABLE)
    return [
        {"label": _("成员馆"), "value": f"{centres:,}", "unit": _("家"), "url": url_for("portal.centres")},
        {
            "label": _("可借的人才、场馆、舞台车"),
            "value": f"{lendable:,}",
            "unit": _("项"),
            "url": url_for("portal.search", kind=LENDABLE),
        },
        {"label": _("今年新上架"), "value": f"{new:,}", "unit": _("项"), "url": url_for("portal.search", sort="newest")},
        {"label": _("今年办结的借用"), "value": f"{loans:,}", "unit": _("笔"), "url": url_for("portal.search", sort="hot")},
        {"label": _("数字档案"), "value": f"{counts.get('media', 0):,}", "unit": _("件"), "url": url_for("portal.archive")},
    ]
