"""Ranges and strong tags of what is made of a file and of its captions, from a folder and from a bucket."""

import io
import urllib.error
import urllib.request

import pytest

from alliance.app import create_app
from alliance.archive.opening import SHORT
from alliance.db import db
from alliance.storage import files, renditions
from alliance.storage.files import Received
from tests import make
from tests.archive.samples import jpeg
from tests.conftest import settings


@pytest.fixture(params=["folder", "bucket"])
def app(request, database, tmp_path, compiled):
    """The portal over each of the stores."""
    url = ""
    if request.param == "bucket":
        head, question, query = request.getfixturevalue("s3_url").partition("?")
        url = f"{head}/{abs(hash(request.node.nodeid))}{question}{query}"
    app = create_app(settings(tmp_path, database, storage_url=url))
    compiled(app)
    if request.param == "bucket":
        app.extensions["store"].prepare("http://127.0.0.1")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def addresses(app, write, work_off):
    """Where the page picture and the captions of a public item are."""

    def build(session):
        stored = files.the_store().put("files/aa/sample", io.BytesIO(jpeg(1800, 900)), size_limit=10**7)
        file = files.keep(session, None, Received(stored.key, stored.sha256, stored.size, "image/jpeg", "灯会.jpg"))
        renditions.plan(session, file)
        asset = make.asset(session, make.centre(session), file=file)
        caption = make.caption(session, asset)
        return asset.code, file.id, caption.id, caption.file.digest[:SHORT]

    code, file_id, caption_id, digest = write(build)
    work_off()
    with app.app_context():
        page = renditions.made(db.session, file_id, "page")
        assert page is not None
        return {
            "page": (f"/archive/{code}/made/{page.digest[:SHORT]}/page", page.size),
            "captions": (f"/archive/{code}/captions/{caption_id}/{digest}.vtt", 0),
        }


def asked(client, path, **headers):
    """(status, bytes, headers) of the portal's answer, or of the bucket's to which it leads."""
    answer = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    if answer.status_code != 302:
        return answer.status_code, answer.data, answer.headers
    assert answer.location.startswith("http")
    request = urllib.request.Request(answer.location, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request) as found:
            return found.status, found.read(), found.headers
    except urllib.error.HTTPError as refused:
        return refused.code, b"", refused.headers


@pytest.mark.parametrize("what", ["page", "captions"])
def test_whole_a_range_and_unchanged(addresses, client, what):
    path, size = addresses[what]
    status, whole, headers = asked(client, path)
    assert status == 200
    assert not size or len(whole) == size
    tag = headers["ETag"]
    assert tag.startswith('"')
    assert headers["Accept-Ranges"] == "bytes"
    for span, part in (("0-9", whole[:10]), ("10-", whole[10:]), ("-7", whole[-7:])):
        assert asked(client, path, Range=f"bytes={span}")[:2] == (206, part), span
    assert asked(client, path, Range=f"bytes={len(whole)}-")[0] == 416
    assert asked(client, path, If_None_Match=tag)[0] == 304
    assert asked(client, path, Range="bytes=0-3", If_Range=tag)[:2] == (206, whole[:4])


def test_captions_come_from_the_portal_itself(addresses, client):
    """A player takes captions from its own page's origin only."""
    answer = client.get(addresses["captions"][0])
    assert answer.status_code == 200
    assert answer.content_type == "text/vtt; charset=utf-8"
