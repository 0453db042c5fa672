"""Staff pages of the archive: one's own assets, their record, their file, reviews."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from alliance.archive import card, forms, intake, listing, media, service, showing
from alliance.archive.models import Asset
from alliance.archive.record import sift
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, Refusal, TooLarge, UnsupportedFile
from alliance.forms import faults
from alliance.permissions import guarded, require
from alliance.storage import files, renditions
from alliance.web import Answer, Page, me, page_number

bp = Blueprint("archive", __name__, url_prefix="/archive")
ROOM = 256 * 1024  # for the form around a file


@bp.before_request
def _here() -> None:
    g.here = "archive"


@bp.get("/mine")
@guarded("asset.edit")
def mine() -> Answer:
    """The assets of one's centre, by state."""
    centre = _centre()
    counts = listing.states_of_centre(db.session, centre)
    chosen = request.args.get("state", "") if request.args.get("state") in counts else ""
    page = Page(page_number(), 30, counts[chosen] if chosen else sum(counts.values()))
    assets = listing.of_centre(db.session, centre, state=chosen, skip=page.skip, count=page.size)
    cards = card.cards(db.session, assets, me())
    return render_template(
        "archive/mine.html", cards=cards, counts=counts, chosen=chosen, states=card.STATES, page=forms.pager(page)
    )


@bp.get("/new")
@guarded("asset.edit")
def new() -> Answer:
    """An empty record."""
    return _record(None, forms.empty(_centre()), {})


@bp.post("/new")
@guarded("asset.edit")
def create() -> Answer:
    """Keep what holds as a draft, then ask for the file or for what is wrong."""
    typed = forms.typed(request.form)
    values, wrong = sift(typed, faults)
    with transaction() as session:
        asset = service.create(session, me(), owner=_centre(), values=values)
    if wrong:
        return _record(asset, typed, wrong), 422
    flash(_("草稿已存好，编号 %(code)s。请上传文件。", code=asset.code), "ok")
    return redirect(url_for("archive.upload", code=asset.code))


@bp.get("/<code>/edit")
@guarded("asset.edit")
def edit(code: str) -> Answer:
    """The record of one's own asset."""
    asset = _own(db.session, code)
    return _record(asset, forms.values_of(asset), {})


@bp.post("/<code>/edit")
@guarded("asset.edit")
def save(code: str) -> Answer:
    """Keep what holds; the rest is shown again as it was typed."""
    typed = forms.typed(request.form)
    values, wrong = sift(typed, faults)
    try:
        with transaction() as session:
            asset = _own(session, code)
            was = asset.state
            service.save(session, me(), asset, values=values, expected_version=forms.version(request.form))
    except (Conflict, Invalid) as refusal:
        found = refusal.fields if isinstance(refusal, Invalid) else {"": refusal.sentence}
        return _record(_own(db.session, code), typed, wrong | found), refusal.status
    if wrong:
        return _record(asset, typed, wrong), 422
    if was == "published" and asset.state == "in_review":
        flash(_("已存好。公开范围变大了，要重新审核，审核期间别人看不到这件档案。"), "warn")
    else:
        flash(_("已存好。"), "ok")
    return redirect(url_for("portal.asset", code=asset.code))


@bp.get("/<code>/upload")
@guarded("asset.edit")
def upload(code: str) -> Answer:
    """Choose the file."""
    return _upload(_own(db.session, code))


@bp.url_value_preprocessor
def _allow_size(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The largest file and the form around it; set before anything reads the request."""
    if endpoint == "archive.receive":
        request.max_content_length = current_app.config["ALLIANCE"].upload_mb * 1024 * 1024 + ROOM


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    """The same page again with the limit in words; the record was saved before and is untouched."""
    db.session.rollback()
    limit = current_app.config["ALLIANCE"].upload_mb
    sentence = _("文件超过 %(n)s MB，没有收下。著录内容已存好，请换一个小一些的文件。", n=limit)
    try:
        if request.endpoint != "archive.receive":
            raise TooLarge(_("您填的内容太长，没有保存。"))
        return _upload(_own(db.session, (request.view_args or {})["code"]), sentence), 413
    except Refusal as refusal:
        # Nobody hears what is raised while an error is being answered.
        return current_app.make_response(current_app.handle_user_exception(refusal))


@bp.post("/<code>/upload")
@guarded("asset.edit")
def receive(code: str) -> Answer:
    """Examine and store the file in parts, then name it in the record."""
    _own(db.session, code)
    chosen = request.files.get("file")
    try:
        if chosen is None or not chosen.filename:
            raise Invalid(_("请先选择文件。"))
        received = intake.receive(chosen, limit_mb=current_app.config["ALLIANCE"].upload_mb)
        with transaction() as session:
            asset = _own(session, code)
            was = asset.state
            twins = service.attach(session, me(), asset, file=files.keep(session, me(), received))
    except (Invalid, UnsupportedFile, TooLarge) as refusal:
        return _upload(_own(db.session, code), refusal.sentence), refusal.status
    for twin in twins:
        flash(_("已有同一文件：%(code)s《%(title)s》。如果重复，请用那一件。", code=twin.code, title=card.title(twin)), "warn")
    if was == "published" and asset.state == "in_review":
        flash(_("文件已换好，要重新审核，审核期间别人看不到这件档案。"), "warn")
    else:
        flash(_("文件已收好，校验码已记下。"), "ok")
    return redirect(url_for("portal.asset", code=code))


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
            asset = _own(session, code)
            service.submit(session, me(), asset, expected_version=forms.version(request.form))
    except Invalid as refusal:
        asset = _own(db.session, code)
        return _record(asset, forms.values_of(asset), refusal.fields), 422
    flash(_("已送审，等候审核。"), "ok")
    return redirect(url_for("portal.asset", code=code))


@bp.post("/<code>/restore")
@guarded("asset.edit")
def restore(code: str) -> Answer:
    """Make a withdrawn asset a draft again."""
    with transaction() as session:
        service.restore(session, me(), _own(session, code), expected_version=forms.version(request.form))
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
            if request.form.get("decision") == "publish":
                service.publish(session, me(), asset, expected_version=version)
            else:
                service.send_back(session, me(), asset, remarks=remarks, expected_version=version)
    except (Conflict, Invalid) as refusal:
        return _review(service.visible(db.session, me(), code), refusal), refusal.status
    flash(_("已发布。") if asset.state == "published" else _("已退回，意见已交给对方。"), "ok")
    return redirect(url_for("archive.reviews"))


def _centre() -> Any:
    """The centre for which the person acts; raises Forbidden without one."""
    person = me()
    if person.centre is None:
        raise Forbidden(_("您还没有加入任何一个馆，不能建档案。"))
    return person.centre


def _own(session: Session, code: str) -> Asset:
    asset = service.visible(session, me(), code)
    require(me(), "asset.edit", asset)
    return asset


def _record(asset: Asset | None, typed: dict[str, Any], wrong: dict[str, Any]) -> str:
    kept = bool(asset) and bool(wrong)
    return render_template("archive/edit.html", work=asset, typed=typed, wrong=wrong, kept=kept, choices=forms.choices(typed))


def _upload(asset: Asset, sentence: Any = "") -> str:
    limit = current_app.config["ALLIANCE"].upload_mb
    return render_template("archive/upload.html", work=asset, sentence=sentence, limit=limit, accept=media.ACCEPT)


def _withdrawal(asset: Asset, refusal: Refusal | None) -> str:
    return render_template("archive/withdraw.html", work=asset, refusal=refusal, why=request.form.get("why", ""))


def _review(asset: Asset, refusal: Refusal | None = None) -> str:
    return render_template(
        "archive/review.html",
        work=asset,
        card=card.cards(db.session, [asset], me())[0],
        rows=forms.told(asset),
        shown=showing.shown(asset, renditions.of(db.session, asset.file)) if asset.file else None,
        refusal=refusal,
        remarks=request.form.get("remarks", ""),
    )
