"""What hangs on a listing beside its form: photos and papers."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import codes, permissions
from alliance.catalogue import attachments, forms, rules
from alliance.catalogue.models import Resource
from alliance.catalogue.routes import bp, crumbs_of, own
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound
from alliance.forms import read_form
from alliance.permissions import guarded
from alliance.storage import files, renditions
from alliance.web import Answer, me

PHOTO_MB = 20
PAPER_MB = 20


def show(view: str, resource: Resource, faults: Mapping[str, str] | None = None, sentence: Any = "", **given: Any) -> str:
    """One of the pages that hang on a listing."""
    g.here = "mine"
    edit = url_for("catalogue.edit", code=resource.code)
    return render_template(
        f"catalogue/{view}.html",
        resource=resource,
        faults=faults or {},
        sentence=sentence,
        crumbs=crumbs_of(resource, url_for("catalogue.mine"), edit),
        locale=str(get_locale()),
        **given,
    )


def attempt(code: str, act: Callable[[Any, Resource], object], view: Callable[..., Any], said: str = "") -> Answer:
    """Do something to a listing in one transaction and come back; a refusal shows the page again with its reason."""
    try:
        with transaction() as session:
            act(session, own(session, code))
    except Invalid as refused:
        return view(code, refused.fields, refused.sentence), 422
    except Conflict as refused:
        return view(code, {}, refused.sentence), 409
    flash(said or _("已保存。"), "ok")
    return redirect(url_for(f"catalogue.{view.__name__}", code=code), 303)


# Photos --------------------------------------------------------------------


@bp.get("/<code>/photos")
@guarded("resource.edit")
def photos(code: str, faults: Mapping[str, str] | None = None, sentence: Any = "") -> str:
    """Photos, their order and what they show."""
    resource = own(db.session, code)
    there = renditions.of_all(db.session, [photo.file_id for photo in resource.photos], "card")
    ready = {photo.id for photo in resource.photos if photo.file_id in there}
    return show("photos", resource, faults, sentence, ready=ready, wanted=rules.PHOTOS.get(resource.kind, 1))


@bp.post("/<code>/photos")
@guarded("resource.edit")
def photos_add(code: str) -> Answer:
    """Take in one or more pictures."""
    own(db.session, code)
    uploads = [upload for upload in request.files.getlist("photo") if upload.filename]
    if not uploads:
        return photos(code, {"photo": _("请先选择照片。")}, _("还没有选择照片。")), 422
    received = [files.receive(upload, kinds=files.PICTURES, limit_mb=PHOTO_MB) for upload in uploads[: attachments.MOST_PHOTOS]]
    alt = request.form.get("alt", "")

    def act(session: Any, resource: Resource) -> None:
        for one in received:
            attachments.add_photo(session, me(), resource=resource, received=one, alt=alt)

    return attempt(code, act, photos, _("照片已收下，缩略图稍后就好。"))


@bp.post("/<code>/photos/arrange")
@guarded("resource.edit")
def photos_arrange(code: str) -> Answer:
    """Their order, and in words what each shows."""
    said = {}
    for name, value in request.form.items():
        number = name.removeprefix("rank.")
        if name.startswith("rank.") and number.isascii() and number.isdigit() and len(number) < 10:
            rank = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 999
            said[int(number)] = (rank, request.form.get(f"alt.{number}", ""))
    return attempt(code, lambda session, resource: attachments.arrange_photos(session, me(), resource=resource, said=said), photos)


@bp.post("/<code>/photos/<int:photo_id>/remove")
@guarded("resource.edit")
def photos_remove(code: str, photo_id: int) -> Answer:
    """Take one away."""
    return attempt(
        code,
        lambda session, resource: attachments.remove_photo(session, me(), resource=resource, photo_id=photo_id),
        photos,
        _("照片已删去。"),
    )


@bp.get("/<code>/photos/<int:photo_id>/view")
@guarded("resource.read")
def photo(code: str, photo_id: int) -> Answer:
    """The safe copy of a photo, for its owner and whoever reviews it, before the listing is public."""
    resource = db.session.scalar(sa.select(Resource).where(Resource.code == code))
    found = next((one for one in resource.photos if one.id == photo_id), None) if resource is not None else None
    if resource is None or found is None or not (permissions.may(me(), "resource.read", resource) or _reviews(resource)):
        raise NotFound(_("没有这张照片。"))
    copy = renditions.made(db.session, found.file_id, "card")
    if copy is None:
        raise NotFound(_("这张照片还在处理，稍后再看。"))
    return files.send(copy, inline=True)


def _reviews(resource: Resource) -> bool:
    return permissions.may(me(), "resource.review", resource)


# Papers --------------------------------------------------------------------


@bp.get("/<code>/papers")
@guarded("resource.edit")
def papers(code: str, faults: Mapping[str, str] | None = None, sentence: Any = "") -> str:
    """Papers and until when they hold."""
    resource = own(db.session, code)
    return show(
        "papers", resource, faults, sentence, paper_kinds=codes.get("paper_kind").choices(str(get_locale())), typed=request.form
    )


@bp.post("/<code>/papers")
@guarded("resource.edit")
def papers_add(code: str) -> Answer:
    """Take in a paper."""
    own(db.session, code)
    try:
        form = read_form(forms.PaperForm)
    except Invalid as refused:
        return papers(code, refused.fields, refused.sentence), 422
    upload = request.files.get("paper")
    if upload is None or not upload.filename:
        return papers(code, {"paper": _("请先选择文件。")}, _("还没有选择文件。")), 422
    received = files.receive(upload, kinds=files.PAPERS, limit_mb=PAPER_MB)

    def act(session: Any, resource: Resource) -> None:
        said = {"kind": form.kind, "expires_on": form.expires_on, "note": form.note or ""}
        attachments.add_paper(session, me(), resource=resource, received=received, **said)  # type: ignore[arg-type]

    return attempt(code, act, papers, _("证照已收下。"))


@bp.post("/<code>/papers/<int:paper_id>/remove")
@guarded("resource.edit")
def papers_remove(code: str, paper_id: int) -> Answer:
    """Take one away."""
    return attempt(
        code,
        lambda session, resource: attachments.remove_paper(session, me(), resource=resource, paper_id=paper_id),
        papers,
        _("证照已删去。"),
    )


@bp.get("/<code>/papers/<int:paper_id>/view")
@guarded("resource.private")
def paper(code: str, paper_id: int) -> Answer:
    """A paper, for members who may request the listing, its owner, and whoever reviews it."""
    resource = db.session.scalar(sa.select(Resource).where(Resource.code == code))
    found = next((one for one in resource.papers if one.id == paper_id), None) if resource is not None else None
    if resource is None or found is None or not (permissions.may(me(), "resource.private", resource) or _reviews(resource)):
        raise NotFound(_("没有这份证照。"))
    return files.send(found.file, inline=found.file.media_type == "application/pdf")
