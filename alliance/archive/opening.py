"""The addresses of files: asked of both axes and of the rights at each request, sent so that nothing in them runs."""

from datetime import datetime, time, timedelta

from flask import Response, current_app, flash, jsonify, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock, journal
from alliance.archive import counting, grants, media, service
from alliance.archive.models import Asset
from alliance.archive.routes import bp
from alliance.db import db, transaction
from alliance.errors import Forbidden, NotFound
from alliance.permissions import guarded, may, require
from alliance.storage import files, renditions, tiles
from alliance.storage.models import File, Rendition
from alliance.web import Answer, me
from alliance.worktime import spoken_moment

BOX = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
SHORT = 16  # signs of a digest in an address
SECONDS = 24 * 3600
# A browser's own PDF reader does not start inside a sandbox; it has no access to the page's origin anyway.
# A browser opens a recording on a page of its own, which reads it in ranges: from the same origin, still without script.
PLAYED_BOX = BOX + " allow-same-origin"
PDF_BOX = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"


@bp.get("/<code>/file")
@guarded("asset.open")
def file(code: str) -> Answer:
    """The file itself, whole or a range, to whom both axes and the rights let it."""
    asset = openable(code)
    if asset.file is None:
        raise NotFound(_("这件还没有上传文件。"))
    inline = asset.file.media_type in media.SHOWN and "download" not in request.args
    counting.opened(asset, me())
    return sent(asset, asset.file, inline=inline, name=asset.file_name)


@bp.get("/<code>/made/<digest>/<path:name>")
@guarded("asset.open")
def made(code: str, digest: str, name: str) -> Answer:
    """What was made of the file, under that name, to whom the file is open; the address names the bytes."""
    asset = openable(code)
    found = renditions.made(db.session, asset.file_id, name)
    if found is None or found.digest[:SHORT] != digest or name == "zoom":
        raise NotFound(_("没有这份浏览版，可能已换过文件。"))
    return sent(asset, found, inline=True, immutable=True)


@bp.get("/<code>/zoom/<digest>/info.json")
@guarded("asset.open")
def zoom(code: str, digest: str) -> Answer:
    """The size of a large picture and of its tiles, as IIIF viewers ask for it."""
    asset = openable(code)
    row = _zoomed(asset, digest)
    here = current_app.config["ALLIANCE"].address + url_for("archive.zoom", code=asset.code, digest=digest)
    return _kept(asset, jsonify(tiles.information(row, here.removesuffix("/info.json"))), f"{digest}-info")


@bp.get("/<code>/zoom/<digest>/<path:place>")
@guarded("asset.open")
def tile(code: str, digest: str, place: str) -> Answer:
    """One tile of a large picture."""
    asset = openable(code)
    row = _zoomed(asset, digest)
    assert row.made is not None
    if place not in tiles.index(row.made.key, row.made.size):
        raise NotFound(_("没有这块图。"))
    if request.if_none_match.contains(etag := f"{digest}-{place}"):
        return _kept(asset, current_app.response_class(status=304), etag)
    content = tiles.tile(row.made, place)
    return _kept(asset, current_app.response_class(content, mimetype="image/jpeg"), etag)


@bp.post("/<code>/again")
@guarded("asset.edit")
def again(code: str) -> Answer:
    """Try once more to make what failed."""
    with transaction() as session:
        asset = service.visible(session, me(), code)
        require(me(), "asset.edit", asset)
        if asset.file is None:
            raise NotFound(_("这件还没有上传文件。"))
        if renditions.again(session, asset.file):
            journal.record(session, "asset.made_again", asset, person=me(), centre_id=asset.owner_id)
    flash(_("已放回，马上再做一次。"), "ok")
    return redirect(url_for("portal.asset", code=asset.code))


def _zoomed(asset: Asset, digest: str) -> Rendition:
    row = renditions.of_all(db.session, [asset.file_id or 0], "zoom").get(asset.file_id or 0, {}).get("zoom")
    if row is None or row.made is None or row.made.digest[:SHORT] != digest:
        raise NotFound(_("没有这份浏览版，可能已换过文件。"))
    return row


def _kept(asset: Asset, answer: Response, etag: str) -> Response:
    """An answer of our own under an address that never changes its content."""
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = files.cached(_kept_for(asset, SECONDS), immutable=True)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = f"{BOX}; frame-ancestors 'none'"
    return answer


def openable(code: str) -> Asset:
    """The asset when its file is open to whoever asks; else NotFound, or Forbidden where the record may be seen."""
    asset = service.visible(db.session, me(), code)
    if service.is_tombstone(asset) and not may(me(), "asset.read", asset):
        raise NotFound(_("这件档案已经撤下。"))
    if not may(me(), "asset.open", asset) and (until := grants.ended(me(), asset.id)) is not None:
        raise Forbidden(_("贵馆对这件的使用授权到%(moment)s为止，文件已经关闭。", moment=_spoken(until)))
    require(me(), "asset.open", asset)
    return asset


def _spoken(moment: datetime) -> str:
    return spoken_moment(moment, str(get_locale()), today=clock.local(clock.now()).date())


def _kept_for(asset: Asset, most: int = 600) -> int:
    """For how many seconds a cache may keep the file: none of what is not everybody's, and never past midnight."""
    if asset.file_access != "public" or not may(None, "asset.open", asset):
        return 0
    now = clock.local(clock.now())
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), clock.SHANGHAI)
    return min(most, int((midnight - now).total_seconds()))


def sent(asset: Asset, kept: File, *, inline: bool, immutable: bool = False, name: str = "", here: bool = False) -> Answer:
    """The file of an openable asset in its box; `here` by the portal itself even where the store has an address of its own."""
    seconds = _kept_for(asset, SECONDS if immutable else 600)
    answer = files.send(kept, inline=inline, cache_seconds=seconds, immutable=immutable, name=name, here=here)
    played = kept.media_type.startswith(("audio/", "video/"))
    box = PDF_BOX if kept.media_type == media.PDF else PLAYED_BOX if played else BOX
    answer.headers["Content-Security-Policy"] = f"{box}; frame-ancestors 'none'"
    return answer
