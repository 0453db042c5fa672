"""Where staff add captions, and the address at which a player takes them."""

import io
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from alliance.archive import captions, card, cues
from alliance.archive.opening import openable, sent
from alliance.archive.routes import bp, own
from alliance.codes.media import LANGUAGE
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound, Refusal, UnsupportedFile
from alliance.permissions import guarded
from alliance.storage import files
from alliance.web import Answer, me

MOST_MB = 1


@bp.get("/<code>/captions")
@guarded("asset.edit")
def captioned(code: str, refusal: Refusal | None = None) -> str:
    """What captions an asset has, and a form for another."""
    asset = own(db.session, code)
    wrong: Mapping[str, Any] = refusal.fields if isinstance(refusal, Invalid) else {"file": refusal.sentence} if refusal else {}
    return render_template(
        "archive/captions.html",
        work=asset,
        title=card.title(asset),
        rows=[(one, captions.label(one), captions.address(asset, one)) for one in asset.captions],
        languages=LANGUAGE.choices(str(get_locale())),
        kinds=[(kind, str(label)) for kind, label in captions.KINDS.items()],
        typed=request.form or {"language": asset.language or "zh", "kind": "captions"},
        wrong=wrong,
    )


@bp.post("/<code>/captions")
@guarded("asset.edit")
def add_captions(code: str) -> Answer:
    """Read the file, keep it as clean WebVTT, name it in the record."""
    own(db.session, code)
    try:
        name, track = _chosen()
        kept = FileStorage(io.BytesIO(track.content), f"{name.rpartition('.')[0] or name}.vtt")
        received = files.receive(kept, kinds=(), limit_mb=2 * MOST_MB, media_type=captions.VTT)
        with transaction() as session:
            asset, file = own(session, code), files.keep(session, me(), received)
            given = {field: request.form.get(field, "") for field in ("language", "kind")}
            captions.add(session, me(), asset, file=file, cues=track.cues, **given)
    except (Invalid, Conflict, UnsupportedFile) as refusal:
        db.session.rollback()
        return captioned(code, refusal), refusal.status
    flash(_("字幕已收好，共%(n)s句。", n=len(track.cues)), "ok")
    return redirect(url_for("archive.captioned", code=code), 303)


@bp.post("/<code>/captions/<int:caption_id>/remove")
@guarded("asset.edit")
def remove_captions(code: str, caption_id: int) -> Answer:
    """Take them away."""
    with transaction() as session:
        captions.remove(session, me(), own(session, code), caption_id=caption_id)
    flash(_("字幕已删除。"), "ok")
    return redirect(url_for("archive.captioned", code=code), 303)


@bp.get("/<code>/captions/<int:caption_id>/<digest>.vtt")
@guarded("asset.open")
def track(code: str, caption_id: int, digest: str) -> Answer:
    """The WebVTT, to whom the file is open; sent by the portal itself, for players take no captions from elsewhere."""
    asset = openable(code)
    found = captions.of_number(asset, caption_id)
    if found.file.digest[: captions.SHORT] != digest:
        raise NotFound(_("没有这份字幕，可能已换过。"))
    return sent(asset, found.file, inline="download" not in request.args, immutable=True, here=True)


def _chosen() -> tuple[str, cues.Track]:
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        raise Invalid(_("请先选择文件。"), {"file": _("请先选择文件。")})
    name = files.clean_name(chosen.filename)
    content = chosen.stream.read(MOST_MB * 1024 * 1024 + 1)
    if len(content) > MOST_MB * 1024 * 1024:
        raise UnsupportedFile(_("文件“%(name)s”超过 %(mb)s MB，没有保存。", name=name, mb=MOST_MB))
    return name, cues.read(content, name)
