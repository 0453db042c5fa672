"""Reviewing listings: the queue, a listing as it will appear, the decision."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import codes
from alliance.catalogue import history, kinds, rules
from alliance.catalogue.models import Resource
from alliance.catalogue.routes import state_of, version_given
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound
from alliance.moderation import service
from alliance.moderation.routes import bp
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_moment


@bp.get("/reviews")
@guarded("review.queue")
def reviews() -> Answer:
    """What waits for this reviewer."""
    g.here = "reviews"
    language = codes.language(str(get_locale()))
    return render_template(
        "moderation/reviews.html",
        queue=service.queue(db.session, me()),
        faults=rules.faults,
        local=lambda moment: spoken_moment(moment, language) if moment else "",
    )


@bp.get("/reviews/<code>")
@guarded("resource.review")
def review(code: str, faults: Mapping[str, Any] | None = None, sentence: Any = "") -> str:
    """A listing as it will appear, the checklist of its kind, what happened to it so far."""
    g.here = "reviews"
    resource = found(db.session, code)
    locale = str(get_locale())
    return render_template(
        "moderation/review.html",
        resource=resource,
        kind=kinds.kind_of(resource),
        state=state_of(resource, locale),
        facts=kinds.facts(resource, locale),
        tables=kinds.spec(resource, locale, private=True),
        wrong=rules.faults(resource),
        warnings=rules.warnings(resource),
        history=history.told(db.session, resource, locale),
        faults=faults or {},
        sentence=sentence,
        typed=request.form,
        locale=locale,
    )


@bp.post("/reviews/<code>")
@guarded("resource.review")
def decide(code: str) -> Answer:
    """Publish it, or return it for work with all remarks."""
    try:
        with transaction() as session:
            resource = found(session, code)
            said: dict[str, Any] = {"outcome": request.form.get("outcome", ""), "remarks": request.form.get("remarks", "")}
            said |= {"marks": _marks(resource), "expected_version": version_given()}
            done = service.decide(session, me(), resource=resource, **said)
            outcome = done.outcome
    except (Invalid, Conflict) as refused:
        return review(code, refused.fields, refused.sentence), refused.status
    flash(_("已上架。") if outcome == "published" else _("已退回，意见已发给对方。"), "ok")
    return redirect(url_for("admin.reviews"), 303)


@bp.post("/reviews/<code>/seen")
@guarded("resource.review")
def seen(code: str) -> Answer:
    """What changed since the review holds."""
    with transaction() as session:
        service.acknowledge(session, me(), resource=found(session, code), expected_version=version_given())
    flash(_("已记下：改动看过了。"), "ok")
    return redirect(url_for("admin.reviews"), 303)


def found(session: Session, code: str) -> Resource:
    """A listing that the signed-in person reviews; what was never submitted is nobody else's business."""
    resource = session.scalar(sa.select(Resource).where(Resource.code == code))
    if resource is None or (resource.state == "draft" and resource.submitted_at is None):
        raise NotFound(_("没有编号为“%(code)s”的待审资源。", code=code[:20]))
    service.require_reviewer(me(), resource)
    return resource


def _marks(resource: Resource) -> dict[str, dict[str, Any]]:
    """The checklist as it was marked."""
    keys = [key for key, _label in kinds.checklist(resource.kind)]
    return {key: {"ok": f"ok.{key}" in request.form, "note": request.form.get(f"note.{key}", "")} for key in keys}
