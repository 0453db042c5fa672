"""The addresses of files: asked of both axes and of the rights at each request, sent so that nothing in them runs."""

from datetime import datetime, time, timedelta

from flask import request
from flask_babel import gettext as _

from alliance import clock
from alliance.archive import counting, media, service
from alliance.archive.models import Asset
from alliance.archive.routes import bp
from alliance.db import db
from alliance.errors import NotFound
from alliance.permissions import guarded, may, require
from alliance.storage import files
from alliance.storage.models import File
from alliance.web import Answer, me

BOX = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
# A browser's own PDF reader does not start inside a sandbox; it has no access to the page's origin anyway.
PDF_BOX = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"


@bp.get("/<code>/file")
@guarded("asset.open")
def file(code: str) -> Answer:
    """The file itself, whole or a range, to whom both axes and the rights let it."""
    asset = _openable(code)
    if asset.file is None:
        raise NotFound(_("这件还没有上传文件。"))
    inline = asset.file.media_type in media.SHOWN and "download" not in request.args
    if request.range is None or request.range.ranges[0][0] == 0:  # players ask for the rest piece by piece
        counting.used(asset, me(), "file")
    return _sent(asset, asset.file, inline=inline, name=asset.file_name)


@bp.get("/<code>/picture/<size>")
@guarded("asset.open")
def picture(code: str, size: str) -> Answer:
    """A safe copy of a picture, `card` or `page` sized, to whom the file is open."""
    asset = _openable(code)
    copy = files.rendition(db.session, asset.file, size) if asset.file is not None and size in files.SIZES else None
    if copy is None:
        raise NotFound(_("没有这张图。"))
    return _sent(asset, copy, inline=True)


def _openable(code: str) -> Asset:
    """The asset when its file is open to whoever asks; else NotFound, or Forbidden where the record may be seen."""
    asset = service.visible(db.session, me(), code)
    if service.is_tombstone(asset) and not may(me(), "asset.read", asset):
        raise NotFound(_("这件档案已经撤下。"))
    require(me(), "asset.open", asset)
    return asset


def _kept_for(asset: Asset) -> int:
    """For how many seconds a cache may keep the file: none of what is not everybody's, and never past midnight."""
    if asset.file_access != "public" or not may(None, "asset.open", asset):
        return 0
    now = clock.local(clock.now())
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), clock.SHANGHAI)
    return min(600, int((midnight - now).total_seconds()))


def _sent(asset: Asset, kept: File, *, inline: bool, name: str = "") -> Answer:
    answer = files.send(kept, inline=inline, cache_seconds=_kept_for(asset), name=name)
    box = PDF_BOX if kept.media_type == media.PDF else BOX
    answer.headers["Content-Security-Policy"] = f"{box}; frame-ancestors 'none'"
    return answer
