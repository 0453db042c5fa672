"""The page on which somebody makes, renews and ends addresses of feeds; and the feed itself, which needs no session."""

import re
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.calendars import feeds, service
from alliance.calendars.models import Feed
from alliance.calendars.routes import bp
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import NotFound
from alliance.exchange import present
from alliance.permissions import guarded, may
from alliance.web import Answer, limiter, me

SECRET = re.compile(r"[\w-]{32}", re.ASCII)


def _rate() -> str:
    return str(current_app.config["ALLIANCE"].feed_rate)


@bp.get("/feeds")
@guarded("desk.read")
def subscriptions() -> Answer:
    """What can be subscribed to; ?resource= adds that listing."""
    return _page()


@bp.post("/feeds")
@guarded("desk.read")
def subscribe() -> Answer:
    """A new address, shown this once."""
    with transaction() as session:
        about = _about(session, request.form.get("centre", ""), request.form.get("resource", ""))
        secret = service.make(session, me(), about)
    base = current_app.config["ALLIANCE"].address
    answer = make_response(_page(base + url_for("calendars.feed", secret=secret), about))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/feeds/<int:number>/end")
@guarded("feed.end")
def unsubscribe(number: int) -> Answer:
    """End an address."""
    with transaction() as session:
        feed = session.get(Feed, number)
        if feed is None or feed.person_id != me().id:
            raise NotFound(_("没有这个订阅。"))
        service.end(session, me(), feed)
    flash(_("已停用，这个地址不能再用。"), "ok")
    return redirect(url_for("calendars.subscriptions"))


@bp.get("/feed/<secret>.ics")
@guarded("public.read")
@limiter.limit(_rate, key_func=lambda: f"feed {request.view_args and request.view_args.get('secret')}")
@limiter.limit("120 per minute")
def feed(secret: str) -> Answer:
    """The feed as its person may read it."""
    if not SECRET.fullmatch(secret):
        raise NotFound(_("这个订阅地址不存在或已停用。"))
    found = service.found(db.session, secret)
    with force_locale(found.person.locale):
        answer = make_response(feeds.told(db.session, found))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


def _about(session: Session, slug: str, code: str) -> service.Subject:
    if not slug and not code:
        return None
    query: Any = sa.select(Resource).where(Resource.code == code) if code else sa.select(Centre).where(Centre.slug == slug)
    found = session.scalars(query).unique().one_or_none()
    if found is None or (isinstance(found, Resource) and not may(me(), "resource.read", found)):
        raise NotFound(_("没有找到要订阅的馆或资源。"))
    return found  # type: ignore[no-any-return]


def _page(address: str = "", about: service.Subject = None) -> str:
    g.here = "timeline"
    session, person = db.session, me()
    code = request.args.get("resource", "")[:20]
    known = {(one.centre_id, one.resource_id): one for one in service.all_of(session, person)}
    wanted = [None, *person.centres, *(one.resource for one in known.values() if one.resource is not None)]
    added = _about(session, "", code) if code else None
    if added is not None and added not in wanted and service.may(person, added):
        wanted.append(added)
    return render_template(
        "calendars/subscriptions.html", address=address, rows=[_row(one, known) for one in wanted], fresh=_named(about)
    )


def _named(about: service.Subject) -> str:
    if about is None:
        return str(_("我的待办"))
    return present.called(about) if isinstance(about, Centre) else about.title or about.code


def _row(about: service.Subject, known: dict[tuple[int | None, int | None], Feed]) -> dict[str, Any]:
    is_centre = isinstance(about, Centre)
    what = (
        _("答复期限，本馆各项借用的交接和归还")
        if about is None
        else _("借出、借入和要答复的")
        if is_centre
        else _("这项资源的档期")
    )
    fields = {} if about is None else {"centre": about.slug} if isinstance(about, Centre) else {"resource": about.code}
    feed = known.get(service.columns(about))
    made = clock.local(feed.made_at).date() if feed is not None else None
    return {"name": _named(about), "what": what, "fields": fields, "feed": feed, "made": made}
