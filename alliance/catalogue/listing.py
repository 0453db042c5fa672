"""我馆资源: all listings of one's centre, and the beginning of a new one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from alliance import clock, codes
from alliance.archive.models import Asset
from alliance.catalogue import kinds, service
from alliance.catalogue.models import LISTED, Occupancy, Resource
from alliance.catalogue.routes import TONES, bp, own
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Forbidden
from alliance.forms import printable
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.web import Answer, me

SIZE = 20
IDLE = timedelta(days=90)


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to."""

    kind: str = ""
    state: str = ""
    words: str = ""

    def address(self, **other: Any) -> str:
        """The list with some conditions said otherwise."""
        said = {"kind": self.kind, "state": self.state, "q": self.words} | other
        return url_for("catalogue.mine", **{name: value for name, value in said.items() if value})


@dataclass(frozen=True)
class Line:
    """One listing in the list."""

    resource: Resource
    state: tuple[str, str]
    facts: tuple[kinds.Fact, ...]
    idle: bool


@bp.get("/mine")
@guarded("resource.create")
def mine() -> Answer:
    """All that the centre shares, by state."""
    g.here = "mine"
    centre, chosen = acting_for(), read_filter()
    counts = _counts(db.session, centre)
    page = Page(
        page_number(), SIZE, db.session.scalar(sa.select(sa.func.count()).select_from(asked(centre, chosen).subquery())) or 0
    )
    lines = _lines(db.session, asked(centre, chosen), page)
    return render_template(
        "catalogue/mine.html",
        centre=centre,
        chosen=chosen,
        counts=counts,
        total=sum(counts.values()),
        lines=lines,
        pager=pager(page, lambda number: chosen.address(page=number)),
        states=[(one.id, one.label(str(get_locale()))) for one in codes.get("listing_state")],
        options=[(kind.id, kind.label) for kind in kinds.KINDS.values()],
    )


@bp.get("/new")
@guarded("resource.create")
def new() -> Answer:
    """Choose a kind, or copy one of one's own; ?kind= is chosen already, ?asset= is what a media listing will share."""
    g.here = "mine"
    centre = acting_for()
    asset = shared(db.session, centre, request.args.get("asset", ""))
    chosen = "media" if asset is not None else request.args.get("kind", "")
    latest = db.session.scalars(
        sa.select(Resource).where(Resource.owner_id == centre.id, Resource.title != "").order_by(Resource.id.desc()).limit(8)
    ).unique()
    return render_template(
        "catalogue/new.html",
        centre=centre,
        kinds=kinds.KINDS,
        chosen=chosen if chosen in kinds.KINDS else next(iter(kinds.KINDS)),
        work=asset,
        latest=list(latest),
    )


@bp.post("/new")
@guarded("resource.create")
def make() -> Answer:
    """A draft of that kind, or like that one."""
    model = request.form.get("copy", "")[:20]
    with transaction() as session:
        if model:
            made = service.copy(session, me(), resource=own(session, model))
        else:
            made = service.create(session, me(), centre=acting_for(), kind=request.form.get("kind", "")[:20])
            asset = shared(session, made.owner, request.form.get("asset", "")) if made.kind == "media" else None
            if asset is not None:
                service.save(session, me(), resource=made, values=about(asset))
        code = made.code
    return redirect(url_for("catalogue.edit", code=code), 303)


def shared(session: Session, centre: Centre, code: str) -> Asset | None:
    """The asset of that number among the centre's own, as long as it was not taken down; a word where there is none."""
    if not code:
        return None
    query = sa.select(Asset).where(Asset.code == printable(code)[:20].strip().upper(), Asset.owner_id == centre.id)
    found = session.scalar(query.where(Asset.state != "withdrawn"))
    if found is None:
        flash(_("本馆的数字档案中没有编号“%(code)s”。", code=code[:20]), "warn")
    return found


def about(asset: Asset) -> dict[str, Any]:
    """What a listing that shares this asset says of it to begin with."""
    return {
        "asset": asset.code,
        "title": asset.title[:120],
        "title_en": asset.title_en,
        "summary": asset.description,
        "summary_en": asset.description_en,
        "art_forms": asset.art_forms,
    }


def acting_for() -> Centre:
    """The centre for which the signed-in person acts."""
    centre: Centre | None = me().centre
    if centre is None:
        raise Forbidden(_("您还不在任何一个馆任职，请联系本馆管理员。"))
    return centre


def read_filter() -> Filter:
    """The conditions in the address."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:60]
    return Filter(kind if kind in kinds.KINDS else "", state if state in codes.get("listing_state") else "", words)


def _counts(session: Session, centre: Centre) -> dict[str, int]:
    counted = sa.select(Resource.state, sa.func.count()).where(Resource.owner_id == centre.id).group_by(Resource.state)
    found = dict(session.execute(counted).all())
    return {state: found.get(state, 0) for state in TONES}


def asked(centre: Centre, chosen: Filter) -> sa.Select[Resource]:
    """The listings of a centre under those conditions."""
    query = sa.select(Resource).where(Resource.owner_id == centre.id)
    if chosen.kind:
        query = query.where(Resource.kind == chosen.kind)
    if chosen.state:
        query = query.where(Resource.state == chosen.state)
    if chosen.words:
        columns = (Resource.title, Resource.code, Resource.summary)
        query = query.where(sa.or_(*(column.icontains(chosen.words, autoescape=True) for column in columns)))
    return query


def _lines(session: Session, query: sa.Select[Resource], page: Page) -> list[Line]:
    shown = query.options(selectinload(Resource.asset)).order_by(Resource.id.desc()).offset(page.skip).limit(page.size)
    found = list(session.scalars(shown).unique())
    locale = str(get_locale())
    used = _last_used(session, [resource.id for resource in found])
    return [
        Line(
            resource,
            (codes.label("listing_state", resource.state, locale), TONES[resource.state]),
            kinds.facts(resource, locale)[:3],
            is_idle(resource, used.get(resource.id)),
        )
        for resource in found
    ]


def _last_used(session: Session, numbers: list[int]) -> dict[int, Any]:
    """When each was last lent, or will have been."""
    taken = sa.select(Occupancy.resource_id, sa.func.max(Occupancy.ends_at)).where(
        Occupancy.resource_id.in_(numbers), Occupancy.kind == "confirmed"
    )
    return dict(session.execute(taken.group_by(Occupancy.resource_id)).all())


def is_idle(resource: Resource, last: Any) -> bool:
    """Whether it is listed and was not lent for ninety days."""
    since = max(filter(None, (last, resource.published_at)), default=None)
    return resource.state in LISTED and resource.kind != "media" and since is not None and clock.now() - since > IDLE
