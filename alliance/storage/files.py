"""Taking files in and sending them out: sniffed, named safely, kept under their digest."""

import hashlib
import mimetypes
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

import pylibmagic  # noqa: F401 - puts libmagic where `magic` finds it

import magic  # isort: skip
import sqlalchemy as sa
from flask import Flask, Response, current_app, redirect, request
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from alliance import clock, jobs
from alliance.config import Settings
from alliance.db import db
from alliance.errors import BadRequest, NotFound, TooLarge, Unavailable, UnsupportedFile
from alliance.storage import store as stores
from alliance.storage.address import open_store
from alliance.storage.models import File

PICTURES = ("image/jpeg", "image/png", "image/webp")
PAPERS = ("application/pdf", *PICTURES)
INLINE = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "application/pdf",
    "text/plain",
    "text/vtt",
    "audio/",
    "video/",
)
HEAD = 65_536
LONGEST_NAME = 200
ORPHAN = timedelta(days=2)
SECONDS = 300


def init(app: Flask, settings: Settings) -> None:
    """Open the store, and let pages show what lies at its own address."""
    store = open_store(settings.storage_url or (settings.data / "files").absolute().as_uri())
    app.extensions["store"] = store
    with app.app_context():
        address = store.url("origin", seconds=60)
    if address is not None:
        parts = urlsplit(address)
        app.config["BUCKET_ORIGIN"] = f" {parts.scheme}://{parts.netloc}"


def check() -> str:
    """What the store is; raises when it does not answer."""
    return the_store().check()


def the_store() -> stores.Store:
    """The store of this portal."""
    found: stores.Store = current_app.extensions["store"]
    return found


# In ----------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """A file whose bytes are in the store and whose row is still to be written."""

    key: str
    digest: str
    size: int
    media_type: str
    name: str


def receive(upload: FileStorage, *, kinds: tuple[str, ...], limit_mb: int, media_type: str = "", once: bool = False) -> Received:
    """Sniff (unless the caller knows the type) and store the bytes, before the transaction; `once` for all who send the same.
    Raises UnsupportedFile, TooLarge, BadRequest, Unavailable."""
    name = clean_name(upload.filename)
    media_type = media_type or sniff(upload, name, kinds)
    digest = hashlib.sha256()
    while piece := upload.stream.read(stores.CHUNK):
        digest.update(piece)
    upload.stream.seek(0)
    mark = digest.hexdigest()
    key = original(mark) if once else f"files/{mark[:2]}/{mark}-{secrets.token_hex(4)}"
    with spoken(name):
        stored = the_store().put(key, upload.stream, size_limit=limit_mb * 1024 * 1024)  # type: ignore[arg-type]
    return Received(key, stored.sha256, stored.size, media_type, name)


def original(digest: str) -> str:
    """Where an original of the archive lies: under its digest, so that the same bytes are kept once."""
    return f"originals/{digest[:2]}/{digest}"


def keep(session: Session, person: Any, received: Received) -> File:
    """Write the row of a received file, once however often and by however many it is named; flushes."""
    session.flush()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    by = person.id if person is not None else None
    row: sqlite.Insert | postgresql.Insert = dialect.insert(File).values(**vars(received), created_by=by)
    session.execute(row.on_conflict_do_nothing(index_elements=[File.key]))
    return session.scalars(sa.select(File).where(File.key == received.key)).one()


def sniff(upload: FileStorage, name: str, kinds: tuple[str, ...]) -> str:
    """The media type of the content, if it is one of `kinds` and the name does not claim another sort of thing."""
    head = upload.stream.read(HEAD)
    upload.stream.seek(0)
    if not head:
        raise UnsupportedFile(_("文件“%(name)s”是空的。", name=name))
    found = str(magic.from_buffer(head, mime=True))
    claimed = mimetypes.guess_type(name)[0]
    if found not in kinds:
        raise UnsupportedFile(_("文件“%(name)s”的内容不是这里能收的类型。可用：%(kinds)s。", name=name, kinds=listed(kinds)))
    if claimed is not None and claimed.split("/")[0] != found.split("/")[0]:
        raise UnsupportedFile(_("文件“%(name)s”的后缀与内容（%(found)s）不符，请核对后再传。", name=name, found=found))
    return found


def listed(kinds: tuple[str, ...]) -> str:
    """Media types as people call them: JPEG、PNG."""
    return "、".join(kind.split("/")[1].removeprefix("x-").upper() for kind in kinds)


def clean_name(given: str | None) -> str:
    """A file's name without folders, control and direction signs, short enough for every disk; its ending stays."""
    text = unicodedata.normalize("NFC", (given or "").replace("\\", "/").rpartition("/")[2])
    text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*')
    text = " ".join(text.split()).strip(". ")
    if not text:
        return "file"
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = text, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending


@contextmanager
def spoken(name: str) -> Iterator[None]:
    """Turn what a store says into refusals for people, naming the file."""
    try:
        yield
    except stores.TooLarge as error:
        megabytes = error.limit // (1024 * 1024)
        raise TooLarge(_("文件“%(name)s”超过 %(mb)s MB，没有保存。", name=name, mb=megabytes)) from error
    except stores.Interrupted as error:
        raise BadRequest(_("文件“%(name)s”没有传完，请再传一次。", name=name)) from error
    except stores.NotFound as error:
        raise NotFound(_("文件“%(name)s”已不在。", name=name)) from error
    except stores.Unavailable as error:
        raise Unavailable(_("文件存储暂时不能使用，其他内容不受影响，请稍后再试。")) from error


# Out ---------------------------------------------------------------------


def send(
    file: File, *, inline: bool, cache_seconds: int = 0, immutable: bool = False, name: str = "", here: bool = False
) -> WerkzeugResponse:
    """Answer with the file: whole or a range, by its ETag, or by the store's own address unless it has to come from `here`;
    only safe types open in the page.

    What is `immutable` (its address names its digest) may be kept the longer where the portal itself sends it.
    """
    name = name or file.name
    inline = inline and file.media_type.startswith(INLINE)
    kind = "text/plain; charset=utf-8" if inline and file.media_type == "text/plain" else file.media_type
    address = None
    if not here:
        with spoken(file.name):
            address = the_store().url(file.key, seconds=SECONDS, filename=None if inline else name, content_type=kind)
    answer = redirect(address) if address is not None else _portion(file)
    answer.headers["Cache-Control"] = cached(cache_seconds, immutable=immutable and address is None)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if address is None:
        answer.headers["Content-Disposition"] = ("inline" if inline else "attachment") + named(name)
    return answer


def cached(seconds: int, *, immutable: bool) -> str:
    """How long the asker alone may keep it; the store's own address does not hold for longer than SECONDS."""
    if not seconds:
        return "private, no-store"
    return f"private, max-age={seconds}, immutable" if immutable else f"private, max-age={min(seconds, SECONDS // 2)}"


def named(name: str) -> str:
    """The part of Content-Disposition that says the name, Chinese too (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)
    return f"; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _portion(file: File) -> Response:
    """The bytes that the request asks for, read from the store from where they begin."""
    etag = f'"{file.digest}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes"}
    if request.if_none_match.contains(file.digest):
        return Response(status=304, headers=headers)
    start, end, status = 0, file.size, 200
    if request.range is not None and request.range.units == "bytes" and _may_continue(file.digest):
        span = request.range.range_for_length(file.size)
        if span is None and len(request.range.ranges) == 1:
            return Response(status=416, headers=headers | {"Content-Range": f"bytes */{file.size}"})
        if span is not None:
            (start, end), status = span, 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status=status, headers=headers, mimetype=file.media_type)
    with spoken(file.name):
        chunks = the_store().open(file.key, start, end)
    return Response(chunks, status, headers, mimetype=file.media_type)


def _may_continue(digest: str) -> bool:
    """If-Range: a part only of the same file."""
    given = request.if_range
    return given is None or (given.etag is None and given.date is None) or given.etag == digest


def let_go(session: Session, file: File) -> None:
    """Forget the row unless something names it; its bytes go with the sweep."""
    with suppress(IntegrityError), session.begin_nested():
        session.delete(file)


# Orphans -----------------------------------------------------------------


def sweep(_payload: dict[str, Any]) -> None:
    """The daily job `files.sweep`: bytes whose row was never written go after two days."""
    store, before = the_store(), clock.now() - ORPHAN
    for prefix in ("files/", "originals/", "renditions/"):
        old = (entry.key for entry in store.list(prefix) if entry.changed < before)
        while keys := list(islice(old, 500)):
            known = set(db.session.scalars(sa.select(File.key).where(File.key.in_(keys))))
            # The same bytes may have come again since the listing was made.
            for key in (one for one in keys if one not in known and all(again.changed < before for again in store.list(one))):
                store.delete(key)


jobs.handles("files.sweep", sweep, every=timedelta(days=1))
