"""Taking files in and sending them out: sniffed, named safely, kept under their digest; pictures leave only as safe copies."""

import hashlib
import mimetypes
import secrets
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pylibmagic  # noqa: F401 - puts libmagic where `magic` finds it

import magic  # isort: skip
import sqlalchemy as sa
from flask import Flask, Response, current_app, redirect, request
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from alliance import clock, jobs
from alliance.config import ROOT, Settings
from alliance.db import db, transaction
from alliance.errors import BadRequest, NotFound, TooLarge, Unavailable, UnsupportedFile
from alliance.jobs import Job
from alliance.storage import store as stores
from alliance.storage.address import open_store
from alliance.storage.models import File

PICTURES = ("image/jpeg", "image/png", "image/webp")
PAPERS = ("application/pdf", *PICTURES)
SIZES = {"card": 640, "page": 1600}
INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "application/pdf", "text/plain", "audio/", "video/")
HEAD = 65_536
Copy = aliased(File)
"""The File that is the safe copy of another."""
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


def keep_picture(session: Session, person: Any, received: Received) -> File:
    """Write the row of a received picture, and the job that makes its safe copies."""
    file = keep(session, person, received)
    if session.scalar(sa.select(Job.id).where(Job.key == f"rendition:{file.id}")) is None:
        jobs.later(session, "files.rendition", {"file": file.id}, key=f"rendition:{file.id}")
    return file


def sniff(upload: FileStorage, name: str, kinds: tuple[str, ...]) -> str:
    """The media type of the content, if it is one of `kinds` and the name does not claim another sort of thing."""
    head = upload.stream.read(HEAD)
    upload.stream.seek(0)
    if not head:
        raise UnsupportedFile(_("文件“%(name)s”是空的。", name=name))
    found = str(magic.from_buffer(head, mime=True))
    claimed = mimetypes.guess_type(name)[0]
    if found not in kinds:
        raise UnsupportedFile(
            _("文件“%(name)s”的内容是 %(found)s，这里不能收。可用：%(kinds)s。", name=name, found=found, kinds=listed(kinds))
        )
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


def send(file: File, *, inline: bool, cache_seconds: int = 0, name: str = "") -> WerkzeugResponse:
    """Answer with the file: whole or a range, by its ETag, or by the store's own address; only safe types open in the page."""
    name = name or file.name
    inline = inline and file.media_type.startswith(INLINE)
    with spoken(file.name):
        address = the_store().url(file.key, seconds=SECONDS, filename=None if inline else name, content_type=file.media_type)
    answer = redirect(address) if address is not None else _portion(file)
    answer.headers["Cache-Control"] = (
        f"private, max-age={min(cache_seconds, SECONDS // 2)}" if cache_seconds else "private, no-store"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if address is None:
        answer.headers["Content-Disposition"] = ("inline" if inline else "attachment") + named(name)
    return answer


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


# Safe copies of pictures -------------------------------------------------


def rendition(session: Session, file: File, size: str) -> File | None:
    """The safe copy of a picture, `card` or `page` sized, once the job has made it."""
    return session.scalar(sa.select(File).where(File.key == rendition_key(file, size)))


def rendition_key(file: File, size: str) -> str:
    """Where the safe copy lies; the same for the same content."""
    return f"renditions/{file.digest[:2]}/{file.digest}-{SIZES[size]}.webp"


@cache
def made(size: str) -> sa.ColumnElement[bool]:
    """Whether `Copy` is the safe copy of a File: `rendition_key` as the condition of a join."""
    return Copy.key == "renditions/" + sa.func.substr(File.digest, 1, 2) + "/" + File.digest + f"-{SIZES[size]}.webp"


def make_renditions(payload: dict[str, Any]) -> None:
    """The job `files.rendition`: both sizes, in a process of its own with limits of time and memory."""
    file = db.session.get(File, payload["file"])
    if file is None:
        return
    missing = [size for size in SIZES if rendition(db.session, file, size) is None]
    key, name, made = file.key, Path(file.name).stem[:120], []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        with source.open("wb") as taken:
            for piece in the_store().open(key):
                taken.write(piece)
        for size in missing:
            target = Path(folder) / f"{size}.webp"
            command = [sys.executable, "-m", "alliance.storage.pictures", str(source), str(target), str(SIZES[size])]
            done = subprocess.run(command, cwd=ROOT, timeout=90, capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode:
                raise RuntimeError(f"picture {key}: {done.stderr.strip()[-400:]}")
            with target.open("rb") as stream:
                stored = the_store().put(rendition_key(file, size), stream, size_limit=SIZES[size] ** 2 * 4)
            width, height = map(int, done.stdout.split())
            made.append(
                File(
                    key=stored.key,
                    digest=stored.sha256,
                    size=stored.size,
                    media_type="image/webp",
                    name=f"{name}.webp",
                    width=width,
                    height=height,
                )
            )
    with transaction() as session:
        known = set(session.scalars(sa.select(File.key).where(File.key.in_([row.key for row in made]))))
        session.add_all(row for row in made if row.key not in known)


def sweep(_payload: dict[str, Any]) -> None:
    """The daily job `files.sweep`: bytes whose row was never written go after two days."""
    store, before = the_store(), clock.now() - ORPHAN
    for entry in [*store.list("files/"), *store.list("originals/")]:
        known = sa.select(File.id).where(File.key == entry.key)
        if entry.changed >= before or db.session.scalar(known) is not None:
            continue
        # The same bytes may have come again since the listing was made.
        if all(again.changed < before for again in store.list(entry.key)):
            store.delete(entry.key)


jobs.handles("files.rendition", make_renditions)
jobs.handles("files.sweep", sweep, every=timedelta(days=1))
