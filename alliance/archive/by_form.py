"""How a file comes by one plain form, without script: to an asset, or with a new draft around it."""

from pathlib import PurePath
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from alliance.archive import card, forms, intake, media, room, service, uploads
from alliance.archive.models import Asset
from alliance.archive.routes import bp, centre_of_mine, own
from alliance.db import db, transaction
from alliance.errors import Invalid, Refusal, TooLarge, UnsupportedFile
from alliance.permissions import guarded, require
from alliance.storage import files
from alliance.web import Answer, me

ROOM = 256 * 1024  # for the form around a file
PLAIN = ("archive.receive", "archive.take")


@bp.get("/<code>/upload")
@guarded("asset.edit")
def upload(code: str) -> Answer:
    """Choose the file."""
    return _upload(own(db.session, code))


@bp.url_value_preprocessor
def _allow_size(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The largest file and the form around it; set before anything reads the request."""
    if endpoint in PLAIN:
        request.max_content_length = current_app.config["ALLIANCE"].upload_mb * 1024 * 1024 + ROOM


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Answer:
    """The same page again with the limit in words; the record was saved before and is untouched."""
    db.session.rollback()
    limit = current_app.config["ALLIANCE"].upload_mb
    sentence = _("文件超过 %(n)s MB，没有收下。著录内容已存好，请换一个小一些的文件。", n=limit)
    try:
        if request.endpoint != "archive.receive":
            raise TooLarge(sentence if request.endpoint in PLAIN else _("您填的内容太长，没有保存。"))
        return _upload(own(db.session, (request.view_args or {})["code"]), sentence), 413
    except Refusal as refusal:
        # Nobody hears what is raised while an error is being answered.
        return current_app.make_response(current_app.handle_user_exception(refusal))


@bp.post("/<code>/upload")
@guarded("asset.edit")
def receive(code: str) -> Answer:
    """Examine and store the file in parts, then name it in the record."""
    owner_id = own(db.session, code).owner_id
    try:
        received = _chosen(owner_id)
        with transaction() as session:
            asset = own(session, code)
            was = asset.state
            twins = _attached(session, asset, received)
    except (Invalid, UnsupportedFile, TooLarge) as refusal:
        return _upload(own(db.session, code), refusal.sentence), refusal.status
    _tell_twins(twins)
    if was == "published" and asset.state == "in_review":
        flash(_("文件已换好，要重新审核，审核期间别人看不到这件档案。"), "warn")
    else:
        flash(_("文件已收好，校验码已记下。"), "ok")
    return redirect(url_for("portal.asset", code=code))


@bp.post("/uploads/one")
@guarded("upload.begin")
def take() -> Answer:
    """One file and the draft that describes it, without script."""
    centre = centre_of_mine()
    require(me(), "upload.begin", centre)
    received = _chosen(centre.id)
    with transaction() as session:
        asset = service.create(session, me(), owner=centre_of_mine(), values=_first_values(centre, received.name))
        twins = _attached(session, asset, received)
    _tell_twins(twins)
    flash(_("文件已收好，请补全著录，编号 %(code)s。", code=asset.code), "ok")
    return redirect(url_for("archive.edit", code=asset.code))


def _chosen(owner_id: int) -> files.Received:
    chosen, settings = request.files.get("file"), current_app.config["ALLIANCE"]
    if chosen is None or not chosen.filename:
        raise Invalid(_("请先选择文件。"))
    size, name = chosen.stream.seek(0, 2), files.clean_name(chosen.filename)
    chosen.stream.seek(0)
    room.demand(db.session, owner_id, name=name, size=size, gigabytes=settings.centre_gb)
    return intake.receive(chosen, limit_mb=settings.upload_mb)


def _first_values(centre: Any, name: str) -> dict[str, Any]:
    return {**forms.empty(centre), "title": PurePath(name).stem[:200]}


def _attached(session: Session, asset: Asset, received: files.Received) -> list[Asset]:
    room.hold(session, asset.owner_id)
    limit = current_app.config["ALLIANCE"].centre_gb
    room.demand(session, asset.owner_id, name=received.name, size=received.size, gigabytes=limit)
    return service.attach(session, me(), asset, file=files.keep(session, me(), received), name=received.name)


def _tell_twins(twins: list[Asset]) -> None:
    for twin in twins:
        flash(_("已有同一文件：%(code)s《%(title)s》。如果重复，请用那一件。", code=twin.code, title=card.title(twin)), "warn")


def _upload(asset: Asset, sentence: Any = "") -> str:
    settings = current_app.config["ALLIANCE"]
    return render_template(
        "archive/upload.html",
        work=asset,
        sentence=sentence,
        limit=settings.archive_mb,
        plain=settings.upload_mb,
        part=uploads.PART,
        accept=media.ACCEPT,
    )
