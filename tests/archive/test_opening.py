"""A file's address: ranges, tags, and a box in which nothing runs."""

import io

import pytest

from tests import make
from tests.archive.samples import HTML, jpeg, mp4, png
from tests.archive.test_routes import published


def test_ranges_and_tags(browsers, client):
    people = browsers()
    content = mp4(size=5000)
    code = published(people["staff"], people["admin"], content, "庙会.mp4", type="moving_image")
    path = f"/archive/{code}/file"
    whole = client.get(path)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, content, "video/mp4")
    assert whole.headers["Accept-Ranges"] == "bytes"
    tag = whole.headers["ETag"]
    assert not tag.startswith("W/")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    for span, part in (("0-99", content[:100]), ("100-", content[100:]), ("-50", content[-50:]), ("0-999999", content)):
        answer = client.get(path, headers={"Range": f"bytes={span}"})
        assert (answer.status_code, answer.data) == (206, part), span
    assert client.get(path, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200
    assert client.head(path).headers["Content-Length"] == str(len(content))


@pytest.mark.parametrize(
    ("name", "content", "inline"),
    [
        ("图.png", png(), True),
        ("图.jpg", jpeg(), True),
        ("戏.mp4", mp4(), True),
        ("戏.mov", mp4(b"qt  "), False),
        ("词.txt", "三月里来\n".encode(), False),
    ],
)
def test_only_what_is_safe_opens_in_the_page_and_all_is_boxed(browsers, client, name, content, inline):
    people = browsers()
    code = published(people["staff"], people["admin"], content, name)
    answer = client.get(f"/archive/{code}/file")
    assert answer.headers["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert client.get(f"/archive/{code}/file?download=1").headers["Content-Disposition"].startswith("attachment")


def test_a_trap_that_reached_the_store_is_still_served_as_what_it_is_not_run(app, write, client):
    """Even a row that lies cannot make a page of its file."""

    def build(session):
        from_store = app.extensions["store"].put("files/ab/trap", io.BytesIO(HTML), size_limit=10**6)
        facts = {"key": from_store.key, "digest": from_store.sha256, "size": from_store.size}
        file = make.file(session, media_type="text/html", name="页.html", **facts)
        return make.asset(session, make.centre(session), file=file).code

    answer = client.get(f"/archive/{write(build)}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
