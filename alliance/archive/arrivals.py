"""The page on which members send files: what is on its way, and the sheet that describes several at once."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance.archive import media, room, sheet, uploads
from alliance.archive.arriving import Upload
from alliance.archive.routes import bp, centre_of_mine
from alliance.archive.uploading import STATES
from alliance.db import db, transaction
from alliance.errors import Conflict
from alliance.permissions import guarded, require
from alliance.web import Answer, me


@bp.get("/uploads")
@guarded("upload.begin")
def arrivals() -> Answer:
    """What one is sending, and the sheet that describes it."""
    centre = centre_of_mine()
    require(me(), "upload.begin", centre)
    return _arrivals([sheet.fresh(upload, centre) for upload in uploads.undescribed(db.session, me(), centre)])


@bp.get("/uploads/<code>/row")
@guarded("upload.continue")
def row(code: str) -> Answer:
    """The row of one file, for a page that is open already."""
    upload = uploads.find(db.session, me(), code)
    return render_template("archive/sheet_row.html", row=sheet.fresh(upload, upload.centre), choices=sheet.choices())


@bp.post("/uploads/sheet")
@guarded("upload.begin")
def describe() -> Answer:
    """One draft for each row that holds; the others come back with what is wrong."""
    centre = centre_of_mine()
    rows = sheet.read(uploads.undescribed(db.session, me(), centre), centre, request.form)
    if request.form.get("do") == "spread":
        sheet.spread(rows, request.form)
        return _arrivals(rows)
    holding = sheet.check(rows)
    wanted = [row.upload.code for row in rows if row.upload.code in holding]
    try:
        with transaction() as session:
            found = [(uploads.find(session, me(), code), holding[code]) for code in wanted]
            described = [sheet.describe(session, me(), centre_of_mine(), upload, values) for upload, values in found]
    except Conflict as refusal:
        return _arrivals(rows, refusal.sentence), refusal.status
    made = [asset for asset in described if asset is not None]
    gone = _gone({asset.id for asset in made})
    left = [row for row in rows if row.upload.code not in holding]
    if gone or any(row.wrong for row in left):
        return _arrivals(left, gone=gone, made=len(made)), 422 if any(row.wrong for row in left) else 200
    if made and request.headers.get("HX-Request"):  # the page stays: files may still be on their way
        return _arrivals(left, gone=(), made=len(made))
    if made:
        flash(_("已建 %(n)s 件草稿，可以逐件补全后送审。", n=len(made)), "ok")
    else:
        flash(_("没有选中要建档的文件。"), "warn")
    return redirect(url_for("archive.arrivals"))


def _gone(made: Collection[int] = ()) -> list[Any]:
    """What stood on the page that was sent and is described already, but by this very request."""
    codes = request.form.getlist("row")[: uploads.MOST]
    return [one for one in sheet.elsewhere(db.session, me(), codes) if one[1].id not in made] if codes else []


def _arrivals(rows: list[sheet.Row], sentence: Any = "", *, gone: Sequence[Any] | None = None, made: int = 0) -> str:
    recent, settings = uploads.recent(db.session, me()), current_app.config["ALLIANCE"]
    return render_template(
        "archive/arrivals.html",
        rows=rows,
        choices=sheet.choices(),
        typed=request.form,
        sentence=sentence,
        gone=_gone() if gone is None else gone,
        made=made,
        open=[(upload, *_arrived(upload)) for upload in uploads.unfinished(db.session, me())],
        states=STATES,
        recent=recent,
        records={upload.id: (asset, by) for upload, asset, by in sheet.elsewhere(db.session, me(), [one.code for one in recent])},
        part=uploads.PART,
        limit=settings.archive_mb,
        room=room.of(db.session, centre_of_mine().id, gigabytes=settings.centre_gb),
        size_label=media.size_label,
        plain=settings.upload_mb,
        accept=media.ACCEPT,
    )


def _arrived(upload: Upload) -> tuple[int, Any]:
    """How many bytes of it are there; where the store has forgotten them, none and the sentence that says so."""
    try:
        return len(uploads.there(upload)) * upload.part, ""
    except Conflict as lost:
        return 0, lost.sentence
