"""Files are sniffed, named safely, kept, sent in ranges; pictures leave small, upright and without what cameras write."""

import io
import urllib.request
from pathlib import Path

import pytest
import pyvips
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from alliance.app import create_app
from alliance.db import db, transaction
from alliance.errors import NotFound, TooLarge, UnsupportedFile
from alliance.storage import files
from alliance.storage.models import File
from tests.conftest import settings

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(content: bytes, name: str | None) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def picture(width: int = 900, height: int = 600, ending: str = ".jpg", *, turned: bool = False) -> bytes:
    image = pyvips.Image.black(width, height, bands=3).linear(1, [200, 60, 20])
    image = image.cast("uchar").copy(interpretation="srgb")
    if turned:
        image = image.copy()
        image.set_type(pyvips.GValue.gint_type, "orientation", 6)
        image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "somebody at 30.25N")
    return image.write_to_buffer(ending)


def kept(app: Flask, content: bytes, name: str, kinds: tuple[str, ...] = files.PAPERS) -> int:
    with app.app_context():
        received = files.receive(upload(content, name), kinds=kinds, limit_mb=1)
        with transaction() as session:
            return files.keep(session, None, received).id


def test_kept_and_sent(app: Flask) -> None:
    number = kept(app, PDF, "行驶证.pdf")
    with app.test_request_context():
        file = db.session.get_one(File, number)
        assert (file.media_type, file.size, file.name) == ("application/pdf", len(PDF), "行驶证.pdf")
        answer = files.send(file, inline=False)
        assert answer.get_data() == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=\"___.pdf\"; filename*=UTF-8''%E8")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        etag = answer.headers["ETag"]
    with app.test_request_context(headers={"If-None-Match": etag}):
        assert files.send(db.session.get_one(File, number), inline=False).status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "got", "told"),
    [
        ("bytes=0-3", 206, PDF[:4], f"bytes 0-3/{len(PDF)}"),
        ("bytes=5-", 206, PDF[5:], f"bytes 5-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-6", 206, PDF[-6:], f"bytes {len(PDF) - 6}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=0-99999", 206, PDF, f"bytes 0-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=99999-", 416, b"", f"bytes */{len(PDF)}"),
        ("bytes=0-1,3-4", 200, PDF, None),
        ("lines=1-2", 200, PDF, None),
        ("bytes=x", 200, PDF, None),
    ],
)
def test_ranges(app: Flask, asked: str, status: int, got: bytes, told: str | None) -> None:
    number = kept(app, PDF, "a.pdf")
    with app.test_request_context(headers={"Range": asked}):
        answer = files.send(db.session.get_one(File, number), inline=True)
        assert (answer.status_code, answer.get_data(), answer.headers.get("Content-Range")) == (status, got, told)
    with app.test_request_context(headers={"Range": asked, "If-Range": '"another"'}):
        assert files.send(db.session.get_one(File, number), inline=True).status_code == 200


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "pic.jpg"),
        (b"MZ\x90\x00" + b"\x00" * 60, "pic.png"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "pic.svg"),
        (b"", "pic.jpg"),
        (PDF, "pic.jpg"),
        (b"\xff\xd8\xff\xe0garbage", "lying.pdf"),
    ],
)
def test_unknown_and_lying_files_are_refused_by_name(app: Flask, content: bytes, name: str) -> None:
    with app.app_context():
        with pytest.raises(UnsupportedFile, match=name):
            files.receive(upload(content, name), kinds=files.PAPERS, limit_mb=1)
        assert list(files.the_store().list()) == []


def test_too_large_is_refused_and_nothing_kept(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(TooLarge, match="1 MB"):
            files.receive(upload(PDF + b"0" * 1024 * 1024, "a.pdf"), kinds=files.PAPERS, limit_mb=1)
        assert list(files.the_store().list()) == []


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\照片\\舞台.JPG", "舞台.JPG"),
        ("invoice‮fdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("...", "file"),
        (None, "file"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ('<b>"x"?.pdf', "bx.pdf"),
    ],
)
def test_names_are_cleaned(given_name: str | None, kept_name: str) -> None:
    assert files.clean_name(given_name) == kept_name


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_disk_holds(given_name: str) -> None:
    name = files.clean_name(given_name)
    assert 0 < len(name.encode()) <= files.LONGEST_NAME
    assert "/" not in name
    assert name == files.clean_name(name)


def test_long_name_keeps_its_ending() -> None:
    name = files.clean_name("字" * 300 + ".jpeg")
    assert name.endswith("字.jpeg")
    assert len(name.encode()) <= files.LONGEST_NAME


def test_html_never_opens_in_the_page(app: Flask) -> None:
    with app.test_request_context():
        with transaction() as session:
            file = File(key="files/aa/x", digest="x" * 64, size=1, media_type="text/html", name="x.html")
            session.add(file)
        app.extensions["store"].put("files/aa/x", io.BytesIO(b"x"), size_limit=9)
        assert files.send(file, inline=True).headers["Content-Disposition"].startswith("attachment")
        app.extensions["store"].delete("files/aa/x")
        with pytest.raises(NotFound):
            files.send(file, inline=True)


def test_bytes_without_a_row_are_swept_after_two_days(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = kept(app, PDF, "a.pdf")
    with app.app_context():
        orphan = files.receive(upload(PDF, "b.pdf"), kinds=files.PAPERS, limit_mb=1)
        files.sweep({})
        assert app.extensions["store"].exists(orphan.key)
        monkeypatch.setattr(files, "ORPHAN", -files.ORPHAN)
        files.sweep({})
        assert not app.extensions["store"].exists(orphan.key)
        assert app.extensions["store"].exists(db.session.get_one(File, number).key)


def test_bucket_hands_out_its_own_address(tmp_path: Path, database: str, bucket_url: str) -> None:
    app = create_app(settings(tmp_path, database, storage_url=bucket_url))
    app.extensions["store"].prepare()
    number = kept(app, PDF, "证.pdf")
    with app.test_request_context():
        file = db.session.get_one(File, number)
        for inline in (True, False):
            answer = files.send(file, inline=inline)
            assert answer.status_code == 302
            with urllib.request.urlopen(answer.headers["Location"]) as sent:
                assert sent.read() == PDF
                assert sent.headers["Content-Type"] == "application/pdf"
                assert ("attachment" in sent.headers.get("Content-Disposition", "")) is not inline
    origin = app.config["BUCKET_ORIGIN"].strip()
    assert origin in app.test_client().get("/healthz").headers["Content-Security-Policy"]
    assert answer.headers["Location"].startswith(origin)
    with app.app_context():
        db.engine.dispose()
