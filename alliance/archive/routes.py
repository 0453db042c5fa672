"""Staff pages of the archive: one's own assets, their record, their file, reviews."""

import secrets
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from alliance.archive import bulk, card, checklist, forms, listing, reach, service, showing, versions
from alliance.archive.models import Asset
from alliance.archive.record import sift
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, Refusal
from alliance.forms import faults
from alliance.permissions import guarded, require
from alliance.storage import renditions
from alliance.web import Answer, me

bp = Blueprint("archive", __name__, url_prefix="/archive")


@bp.before_request
def _here() -> None:
    g.here = "archive"


@bp.get("/new")
@guarded("asset.edit")
def new() -> Answer:
    """An empty record, or one that says what the one of ?copy= says; ?copy=last is the centre's last."""
    centre = centre_of_mine()
    copied = listing.last_of(db.session, centre, request.args["copy"]) if request.args.get("copy") else None
    return record_page(None, forms.copied(copied) if copied is not None else forms.empty(centre), {}, copied=copied)


@bp.post("/new")
@guarded("asset.edit")
def create() -> Answer:
    """Keep what holds as a draft, then ask for the file or for what is wrong."""
    typed = forms.typed(request.form)
    values, wrong = sift(typed, faults)
    with transaction() as session:
        asset = service.begin(session, me(), owner=centre_of_mine(), values=values, key=request.form.get("form_key", ""))
    if wrong:
        return record_page(asset, typed, wrong), 422
    flash(_("草稿已存好，编号 %(code)s。请上传文件。", code=asset.code), "ok")
    return redirect(url_for("archive.upload", code=asset.code))


@bp.get("/<code>/edit")
@guarded("asset.edit")
def edit(code: str) -> Answer:
    """The record of one's own asset, or with ?version= what it was, to be looked through and saved."""
    asset = own(db.session, code)
    number = forms.version(request.args)
    former = versions.find(db.session, asset, number) if number > 0 else None
    typed = forms.shown(versions.taken_up(asset, former)) if former is not None else forms.values_of(asset)
    return record_page(asset, typed, {}, former=number if former is not None else 0)


@bp.post("/<code>/edit")
@guarded("asset.edit")
def save(code: str) -> Answer:
    """Keep what holds; the rest is shown again as it was typed."""
    typed = forms.typed(request.form)
    values, wrong = sift(typed, faults)
    try:
        with transaction() as session:
            asset = own(session, code)
            was = asset.state
            service.save(session, me(), asset, values=values, expected_version=forms.version(request.form))
    except (Conflict, Invalid) as refusal:
        found = refusal.fields if isinstance(refusal, Invalid) else {"": refusal.sentence}
        return record_page(own(db.session, code), typed, wrong | found), refusal.status
    if wrong:
        return record_page(asset, typed, wrong), 422
    if was == "published" and asset.state == "in_review":
        flash(_("已存好。公开范围变大了，要重新审核，审核期间别人看不到这件档案。"), "warn")
    else:
        flash(_("已存好。"), "ok")
    return redirect(url_for("portal.asset", code=asset.code))


@bp.post("/<code>/withdraw")
@guarded("asset.withdraw")
def withdraw(code: str) -> Answer:
    """Take an asset down."""
    try:
        with transaction() as session:
            asset = service.visible(session, me(), code)
            service.withdraw(session, me(), asset, why=request.form.get("why", ""), expected_version=forms.version(request.form))
    except (Invalid, Conflict) as refusal:
        return _withdrawal(service.visible(db.session, me(), code), refusal), refusal.status
    flash(_("已撤下。公开过的，原网址会说明撤下的时间和原因。"), "ok")
    return redirect(url_for("portal.asset", code=code))


@bp.get("/<code>/withdraw")
@guarded("asset.withdraw")
def ask_withdrawal(code: str) -> Answer:
    """Why it is taken down."""
    asset = service.visible(db.session, me(), code)
    require(me(), "asset.withdraw", asset)
    return _withdrawal(asset, None)


@bp.post("/<code>/submit")
@guarded("asset.edit")
def submit(code: str) -> Answer:
    """Send a draft to review, or show everything that is missing."""
    try:
        with transaction() as session:
            asset = own(session, code)
            service.submit(session, me(), asset, expected_version=forms.version(request.form))
    except Invalid as refusal:
        asset = own(db.session, code)
        return record_page(asset, forms.values_of(asset), refusal.fields), 422
    flash(_("已送审，等候审核。"), "ok")
    return redirect(url_for("portal.asset", code=code))


@bp.post("/<code>/restore")
@guarded("asset.edit")
def restore(code: str) -> Answer:
    """Make a withdrawn asset a draft again."""
    with transaction() as session:
        service.restore(session, me(), own(session, code), expected_version=forms.version(request.form))
    flash(_("已恢复为草稿，要重新送审才能公开。"), "ok")
    return redirect(url_for("archive.edit", code=code))


@bp.get("/reviews")
@guarded("asset.reviews")
def reviews() -> Answer:
    """What waits for one's decision."""
    require(me(), "asset.reviews")
    waiting = listing.waiting_for(db.session, me())
    cards = card.cards(db.session, waiting, me())
    rows = [(one, forms.day(asset.submitted_at), asset.seeks_public) for one, asset in zip(cards, waiting, strict=True)]
    title = ngettext("%(num)s件待审", "%(num)s件待审", len(rows))
    return render_template("archive/reviews.html", rows=rows, title=title)


@bp.get("/<code>/review")
@guarded("asset.reviews")
def review(code: str) -> Answer:
    """What the reviewer looks at, and the decision."""
    asset = service.visible(db.session, me(), code)
    require(me(), service.decision_verb(asset), asset)
    return _review(asset)


@bp.post("/<code>/review")
@guarded("asset.reviews")
def decide(code: str) -> Answer:
    """Publish, or return with remarks."""
    version, remarks = forms.version(request.form), request.form.get("remarks", "")
    try:
        with transaction() as session:
            asset = service.visible(session, me(), code)
            marks = forms.marks(asset, request.form)
            if request.form.get("decision") == "publish":
                service.publish(session, me(), asset, marks=marks, expected_version=version)
            else:
                service.send_back(session, me(), asset, remarks=remarks, marks=marks, expected_version=version)
    except (Conflict, Invalid) as refusal:
        return _review(service.visible(db.session, me(), code), refusal), refusal.status
    flash(_("已发布。") if asset.state == "published" else _("已退回，意见已交给对方。"), "ok")
    return redirect(url_for("archive.reviews"))


def centre_of_mine() -> Centre:
    """The centre for which the person acts; raises Forbidden without one."""
    person = me()
    if person.centre is None:
        raise Forbidden(_("您还没有加入任何一个馆，不能建档案。"))
    centre: Centre = person.centre
    return centre


def own(session: Session, code: str) -> Asset:
    """An asset that the signed-in person may edit; else NotFound or Forbidden."""
    asset = service.visible(session, me(), code)
    require(me(), "asset.edit", asset)
    return asset


def record_page(asset: Asset | None, typed: dict[str, Any], wrong: dict[str, Any], **more: Any) -> str:
    """The form of a record; `more` says what was copied or taken up again."""
    typed = {"performers": [], **typed}
    given: dict[str, Any] = {"kept": bool(asset) and bool(wrong), "choices": forms.choices(typed), "spare": forms.SPARE}
    given["form_key"] = request.form.get("form_key") or secrets.token_urlsafe(12)
    given["autosaves"] = asset is None or asset.state in bulk.OPEN
    return render_template("archive/edit.html", work=asset, typed=typed, wrong=wrong, **given, **more)


def _withdrawal(asset: Asset, refusal: Refusal | None) -> str:
    return render_template("archive/withdraw.html", work=asset, refusal=refusal, why=request.form.get("why", ""))


def _review(asset: Asset, refusal: Refusal | None = None) -> str:
    return render_template(
        "archive/review.html",
        work=asset,
        card=card.cards(db.session, [asset], me())[0],
        rows=forms.told(asset),
        items=checklist.items(asset),
        typed=request.form,
        audience=reach.audience(asset),
        shown=showing.shown(asset, renditions.of(db.session, asset.file)) if asset.file else None,
        refusal=refusal,
        remarks=request.form.get("remarks", ""),
    )
