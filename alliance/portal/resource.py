"""A listing as others see it: will it fit, whose is it, when is it free, how to borrow it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.archive import dates
from alliance.catalogue import kinds
from alliance.catalogue.documents import type_label
from alliance.catalogue.models import Resource, ResourcePhoto
from alliance.catalogue.visibility import condition
from alliance.centres.models import Centre
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange.listing import why_not
from alliance.exchange.models import Agreement, Leg, Line, Rating
from alliance.indexing import engine
from alliance.people.models import Duty
from alliance.permissions import guarded, may
from alliance.places import distance_class
from alliance.portal import asked, cards, drawing, finding
from alliance.portal.month import month
from alliance.portal.routes import bp
from alliance.storage import files, renditions
from alliance.storage.models import Rendition
from alliance.web import Answer, me, place
from alliance.worktime import answer_limit, due, spoken_date, spoken_moment
from alliance.worktime.rows import calendar
from search.errors import Unavailable
from search.types import Query

PHOTOS = (
    sa.select(ResourcePhoto.id, ResourcePhoto.alt, Rendition.id.is_not(None))
    .outerjoin(Rendition, renditions.is_made(ResourcePhoto.file_id, "page"))
    .where(ResourcePhoto.resource_id == sa.bindparam("resource"))
    .order_by(ResourcePhoto.rank, ResourcePhoto.id)
    .limit(12)
)
SAID = (
    sa.select(Rating.comment, Rating.stars, Rating.reply, Rating.at, Agreement.title, Centre.name, Centre.name_en)
    .join(Line, Line.leg_id == Rating.leg_id)
    .join(Leg, Leg.id == Rating.leg_id)
    .join(Agreement, Agreement.id == Leg.agreement_id)
    .join(Centre, Centre.id == Leg.borrower_id)
    .where(Rating.side == "borrower", Rating.comment != "", Line.resource_id == sa.bindparam("resource"))
    .order_by(Rating.id.desc())
    .limit(5)
)
BY_CODE = sa.select(Resource).where(Resource.code == sa.bindparam("code"))
AMONG = sa.select(Resource.id).where(Resource.id.in_(sa.bindparam("listings", expanding=True)))
AMONG_PUBLIC = AMONG.where(condition(None))
# Statements that stay the same are put together, and their keys in the cache of compiled ones found, once.
TONES = {"published": "ok", "maintenance": "wait", "paused": "stop", "in_review": "wait", "needs_work": "act", "withdrawn": "stop"}


@bp.get("/resources/<code>")
@guarded("resource.read")
def resource(code: str) -> Answer:
    """One listing."""
    g.here = "search"
    session, person, locale = db.session, me(), str(get_locale())
    found = visible(session, person, code)
    private = may(person, "resource.private", found)
    near = finding.point(person.centre) if person is not None else None
    figures = kinds.sketch(found) if found.kind == "stage_truck" else None
    return render_template(
        "portal/resource.html",
        one=found,
        heading=cards.title(found, locale),
        kind_label=cards.kind_label(found, locale),
        owner=cards.centre_name(found.owner, locale),
        state=(codes.label("listing_state", found.state, locale), TONES.get(found.state, "")),
        summary=(found.summary_en if locale == "en" else "") or found.summary,
        verified=_verified(found),
        who=cards.who(found, near, locale),
        facts=kinds.facts(found, locale),
        drawing=drawing.draw(figures) if figures else None,
        tables=tables(session, found, locale, private),
        gallery=_gallery(session, found),
        fee=cards.fee(found, locale),
        borrow=_borrow(session, found, person, locale),
        steward=_steward(session, found, person, private, locale),
        month=_month(session, found, person, locale),
        reviews=_reviews(session, found, locale),
        similar=_similar(session, found, person, locale),
        papers=_papers(found, locale) if private else [],
        edits=may(person, "resource.edit", found),
        private=private,
    )


@bp.get("/resources/<code>/photos/<int:photo_id>/<any(card, page):size>")
@guarded("resource.read")
def photo(code: str, photo_id: int, size: str) -> Answer:
    """A safe copy of a photo, as public as its listing; a blank until the job has made it."""
    found = visible(db.session, me(), code)
    one = db.session.get(ResourcePhoto, photo_id)
    if one is None or one.resource_id != found.id:
        raise NotFound(_("没有这张照片。"))
    made = renditions.made(db.session, one.file_id, size)
    if made is None:
        answer = redirect(url_for("static", filename="img/blank.svg"))
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return files.send(made, inline=True, cache_seconds=3600)


def visible(session: Session, person: Any, code: str) -> Resource:
    """The listing of that code, if `person` may see it; whether a hidden one exists is not told."""
    found = session.scalar(BY_CODE, {"code": code})
    if found is None or not may(person, "resource.read", found):
        raise NotFound(
            _("没有找到这项资源：可能已下架，或只对一部分成员馆开放。"),
            ways=(
                (_("找别的资源"), url_for("portal.search")),
                *(((_("成员登录"), url_for("people.sign_in")),) if person is None else ()),
            ),
        )
    return found


UNSAID = {"lat", "lng"}
NOTHING = {"approval_steps", "buffer_before", "buffer_after", "quantity"}


def tables(session: Session, found: Resource, locale: str, private: bool) -> list[kinds.Table]:
    """The tables of its kind, the place by its name instead of its code, without rows that say nothing."""
    tables = []
    for table in kinds.spec(found, locale, private):
        rows = [row for row in table.rows if row.name not in UNSAID and (row.name not in NOTHING or getattr(found, row.name))]
        at = next((n for n, row in enumerate(rows) if row.name == "division_code"), None)
        if at is not None:
            rows[at] = kinds.Row(str(_("所在地区")), place(session, found.division_code, locale))
        tables.append(table._replace(rows=tuple(rows)))
    return [table for table in tables if not all(row.locked for row in table.rows)]


def _verified(found: Resource) -> str:
    """How long ago somebody last vouched for what it says."""
    if found.verified_on is None:
        return ""
    months = (clock.local(clock.now()).date() - found.verified_on).days // 30
    return str(_("本月核实") if months < 1 else _("%(n)s个月前核实", n=months))


@dataclass(frozen=True)
class Picture:
    """One photo: its place on the page, whole and small."""

    url: str
    alt: str
    ready: bool


def _gallery(session: Session, found: Resource) -> list[Picture]:
    photos = session.execute(PHOTOS, {"resource": found.id})
    return [
        Picture(url_for("portal.photo", code=found.code, photo_id=number, size="page"), alt, ready) for number, alt, ready in photos
    ]


@dataclass(frozen=True)
class Borrow:
    """What the box beside the page says: what it costs, by when there is an answer, or why it cannot be asked for."""

    promise: str = ""
    distance: str = ""
    why_not: str = ""
    url: str = ""
    sign_in: str = ""
    shown: str = ""


def _borrow(session: Session, found: Resource, person: Any, locale: str) -> Borrow:
    if found.kind == "media":
        return _licence(session, found, person, locale)
    return _ask(session, found, person, locale)


def _licence(session: Session, found: Resource, person: Any, locale: str) -> Borrow:
    """The record in the archive for everybody; for members how to ask for a licence."""
    shown = url_for("portal.asset", code=found.asset.code) if found.asset is not None else ""
    asking = _ask(session, found, person, locale) if person is not None else Borrow()
    return replace(asking, shown=shown)


def _ask(session: Session, found: Resource, person: Any, locale: str) -> Borrow:
    if person is None:
        return Borrow(sign_in=url_for("people.sign_in", next=url_for("portal.resource", code=found.code)))
    centre = person.centre
    if centre is None:
        return Borrow(why_not=str(_("您现在没有代表哪家馆，不能申请。")))
    if (sentence := why_not(found, centre)) is not None:
        return Borrow(why_not=str(sentence))
    if not may(person, "resource.request", found):
        return Borrow(why_not=str(_("贵馆不在这项资源的共享范围内。")))
    kind = distance_class(found.owner.division_code, centre.division_code)
    limit = answer_limit(kind, across=current_app.config["ALLIANCE"].limit_across)
    promise = due(clock.now(), limit, calendar(session))
    return Borrow(
        promise=spoken_moment(promise, locale, today=clock.local(clock.now()).date()),
        distance=codes.label("distance_class", kind, locale),
        url=cards.asking(found, asked.read(request.args).days),
    )


def _steward(session: Session, found: Resource, person: Any, private: bool, locale: str) -> dict[str, str]:
    """Who answers; duty A and B and the phone for members whom the listing reaches."""
    place = cards.centre_name(found.owner, locale)
    told = {"name": found.contact_name, "role": str(_("联系人")), "place": place, "phone": "", "deputy": ""}
    if not private or person is None:
        return told
    duties = {duty.rank: duty.person.name for duty in session.scalars(sa.select(Duty).where(Duty.centre_id == found.owner_id))}
    return told | {"phone": found.contact_phone, "deputy": duties.get("B", ""), "duty": duties.get("A", "")}


def _month(session: Session, found: Resource, person: Any, locale: str) -> Any:
    if not kinds.KINDS[found.kind].exclusive or not may(person, "resource.calendar", found):
        return None
    return month(session, found, request.args.get("month", ""), locale)


def _reviews(session: Session, found: Resource, locale: str) -> list[tuple[str, int, str, str]]:
    """What borrowers said last: the words, the stars, who and when, and what the owner replied."""
    if not found.rating_count:
        return []
    found_rows = session.execute(SAID, {"resource": found.id})
    return [
        (
            comment,
            stars,
            str(_("·").join(((name_en if locale == "en" else "") or name, dates.spoken(f"{clock.local(at):%Y-%m}"), title))),
            reply,
        )
        for comment, stars, reply, at, title, name, name_en in found_rows
    ]


def _similar(session: Session, found: Resource, person: Any, locale: str) -> list[cards.Item]:
    """Three of the same kind, the nearest to it; none while the engine is away."""
    place = (found.lat, found.lng) if found.lat is not None and found.lng is not None else None
    query = Query(
        scopes=finding.reader_tokens(person),
        filters={"kind": (found.kind,)},
        near=place,
        sort="distance" if place else "newest",
        exclude=frozenset({f"r:{found.id}"}),
        size=3,
    )
    try:
        hits = {int(hit.id[2:]): hit.stored for hit in engine().find(query).hits if hit.id.startswith("r:")}
    except Unavailable:
        return []
    among = AMONG_PUBLIC if person is None else AMONG.where(condition(person, own=False))
    allowed = set(session.scalars(among, {"listings": list(hits)}))
    shown = {number: stored for number, stored in hits.items() if number in allowed}
    pictures = cards.pictures(session, list(shown))
    return [_kept(stored, pictures.get(number), found.kind, locale) for number, stored in shown.items()]


def _kept(stored: Mapping[str, Any], photo_id: int | None, kind: str, locale: str) -> cards.Item:
    """A card of what the index keeps of a listing."""
    language, code = codes.language(locale), stored["code"]
    words = (str(kinds.KINDS[kind].label), type_label(stored["type"], locale))
    return cards.Item(
        url=url_for("portal.resource", code=code),
        kind=kind,
        kind_label=str(_("·").join(filter(None, words))),
        title=(stored["title_en"] if language == "en" else "") or stored["title"],
        who=(stored["centre_en"] if language == "en" else "") or stored["centre"],
        facts=[tuple(fact) for fact in stored["facts"][language][:3]],
        picture=url_for("portal.photo", code=code, photo_id=photo_id, size="card") if photo_id else None,
        fee=codes.label("fee_type", stored["fee"], locale) if stored["fee"] else "",
    )


def _papers(found: Resource, locale: str) -> list[dict[str, str]]:
    """Licences and certificates, for those who may ask for the listing."""
    return [
        {
            "title": codes.label("paper_kind", paper.kind, locale) if paper.kind in codes.get("paper_kind") else paper.kind,
            "url": url_for("catalogue.paper", code=found.code, paper_id=paper.id),
            "note": str(_("有效期至%(day)s", day=spoken_date(paper.expires_on, locale, weekday=False)))
            if paper.expires_on
            else paper.note,
        }
        for paper in found.papers
    ]
