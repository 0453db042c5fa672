"""Captions of an asset: brought by staff, given to players, read beside them as a transcript, found by search."""

import io
import re

import pytest

from alliance.archive import captions
from alliance.archive.documents import document
from alliance.archive.models import Asset, Caption
from alliance.storage import files
from tests import make
from tests.archive.conftest import Browser
from tests.conftest import BOTH

VTT = "WEBVTT\n\n00:01.000 --> 00:03.500\n三月里来三月三\n\n01:02:03.250 --> 01:02:05.000\n岭上茶芽\n"
SRT = "1\n00:00:01,000 --> 00:00:02,500\nThe third month\n"


@pytest.fixture
def film(write, signed_in):
    """The code of a public film, and a browser of its centre's staff."""

    def build(session):
        owner = make.centre(session)
        asset = make.asset(session, owner, type="moving_image", file=make.file(session, media_type="video/mp4"), language="gan")
        return asset.code, make.person(session, owner, "staff").id

    code, person = write(build)
    return code, Browser(signed_in(person))


def brought(staff, code, text, name, language="gan", kind="captions"):
    given = {"file": (io.BytesIO(text.encode()), name), "language": language, "kind": kind}
    return staff.post(f"/archive/{code}/captions", **given)


@BOTH
def test_captions_are_brought_shown_replaced_and_taken_away(film, client, session):
    code, staff = film
    assert "还没有字幕" in staff.get(f"/archive/{code}/captions").text
    assert brought(staff, code, VTT, "双下山.vtt").status_code == 303
    assert brought(staff, code, SRT, "english.srt", "en", "subtitles").status_code == 303
    page = client.get(f"/archive/{code}").text
    tracks = re.findall(r'<track kind="(\w+)" srclang="(\w+)" label="([^"]+)" src="([^"]+)"( default)?>', page)
    assert [(kind, language, label, bool(chosen)) for kind, language, label, _src, chosen in tracks] == [
        ("captions", "gan", "赣语", True),
        ("subtitles", "en", "英语（译文）", False),
    ]
    assert re.findall(r'<li data-start="([\d.]+)" data-end="([\d.]+)"><a href="([^"]+)">([\d:]+)</a><span>(.*?)</span>', page) == [
        ("1", "3.5", f"/archive/{code}/file#t=1", "0:01", "三月里来三月三"),
        ("3723.25", "3725", f"/archive/{code}/file#t=3723.25", "1:02:03", "岭上茶芽"),
    ]
    answer = client.get(tracks[0][3])
    assert (answer.status_code, answer.content_type) == (200, "text/vtt; charset=utf-8")
    assert answer.text.startswith("WEBVTT")
    assert b"The third month" in client.get(tracks[1][3]).data
    assert "english.vtt" in staff.get(f"/archive/{code}/captions").text
    number = session.query(Caption).filter_by(language="en").one().id
    assert "The third month" in client.get(f"/archive/{code}?captions={number}").text
    assert brought(staff, code, VTT.replace("茶芽", "茶花"), "双下山.vtt").status_code == 303
    assert "岭上茶花" in client.get(f"/archive/{code}").text
    assert client.get(tracks[0][3]).status_code == 404  # the address named the bytes that were there
    assert staff.post(f"/archive/{code}/captions/{number}/remove").status_code == 303
    assert client.get(f"/archive/{code}").text.count("<track") == 1


@pytest.mark.parametrize(
    ("text", "name", "given", "said"),
    [
        ("WEBVTT\n\n00:05.000 --> 00:02.000\n坏\n", "坏.vtt", {}, "“坏.vtt”第 3 行"),
        ("x" * (1024 * 1024 + 1), "大.vtt", {}, "超过 1 MB"),
        (VTT, "", {}, "请先选择文件"),
        (VTT, "好.vtt", {"language": "xx"}, "请选择语言"),
        (VTT, "好.vtt", {"kind": "chapters"}, "请选择是原话还是译文"),
    ],
)
def test_what_does_not_hold_is_said_on_the_page(film, session, text, name, given, said):
    code, staff = film
    answer = brought(staff, code, text, name, **given)
    assert answer.status_code in (415, 422), answer.status_code
    assert said in answer.text
    assert 'href="#f-' in answer.text
    assert session.query(Caption).count() == 0


@BOTH
def test_ranges_and_tags_of_captions(film, client):
    code, staff = film
    brought(staff, code, VTT, "双下山.vtt")
    (address,) = re.findall(r'<track [^>]*src="([^"]+)"', client.get(f"/archive/{code}").text)
    whole = client.get(address)
    tag = whole.headers["ETag"]
    assert not tag.startswith("W/")
    assert "immutable" in whole.headers["Cache-Control"]
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert whole.headers["Content-Disposition"].startswith("inline")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    part = client.get(address, headers={"Range": "bytes=0-5", "If-Range": tag})
    assert (part.status_code, part.data) == (206, b"WEBVTT")
    assert client.get(address, headers={"Range": "bytes=99999-"}).status_code == 416
    assert client.get(f"{address}?download=1").headers["Content-Disposition"].startswith("attachment")


def test_a_long_transcript_comes_in_parts(film, client):
    code, staff = film
    total = captions.AT_ONCE + 20
    text = "WEBVTT\n\n" + "".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n第{n}句\n\n" for n in range(total)
    )
    brought(staff, code, text, "长.vtt")
    page = client.get(f"/archive/{code}").text
    assert page.count("data-start=") == captions.AT_ONCE
    assert len(page) < 100_000
    (rest,) = re.findall(r'<a class="link-light" href="(\?captions=\d+&amp;from=\d+)#transcript">后面的', page)
    later = client.get(f"/archive/{code}{rest.replace('&amp;', '&')}").text
    assert later.count("data-start=") == 20
    assert f"第{total - 1}句" in later
    assert "前面的" in later
    assert client.get(f"/archive/{code}?from=99999").text.count("data-start=") == captions.AT_ONCE
    assert client.get(f"/archive/{code}?from=-1&captions=x").status_code == 200


def test_what_is_said_is_never_run(film, client):
    code, staff = film
    brought(staff, code, VTT.replace("三月里来", "&lt;script&gt;alert(1)&lt;/script&gt;"), "a.vtt")
    page = client.get(f"/archive/{code}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, True),
        ({"file_access": "members"}, False),
        ({"file_access": "on_request"}, False),
        ({"rights_status": "unknown"}, False),
        ({"record_visibility": "members", "file_access": "members"}, True),
        ({"record_visibility": "own_centre", "file_access": "own_centre"}, True),
    ],
)
def test_search_knows_the_words_where_whoever_finds_the_record_may_open_the_file(session, values, found):
    asset = make.asset(session, make.centre(session), **values)
    make.caption(session, asset, "一把火烧开满壶春")
    assert ("一把火烧开满壶春" in document(asset).text["body"]) == found


def test_a_closed_file_shows_no_transcript(write, client):
    def build(session):
        asset = make.asset(session, make.centre(session), file_access="members")
        caption = make.caption(session, asset, "一把火烧开满壶春")
        return asset.code, caption.id, caption.file.digest[: captions.SHORT]

    code, number, digest = write(build)
    page = client.get(f"/archive/{code}").text
    assert "一把火" not in page
    assert "<track" not in page
    assert client.get(f"/archive/{code}/captions/{number}/{digest}.vtt").status_code == 302


@BOTH
def test_captions_count_as_a_change_of_the_asset(film, session):
    code, staff = film
    before = session.query(Asset).filter_by(code=code).one().version
    brought(staff, code, VTT, "双下山.vtt")
    session.expire_all()
    assert session.query(Asset).filter_by(code=code).one().version == before + 1


def test_bytes_of_captions_survive_the_sweep(film, app, client):
    code, staff = film
    brought(staff, code, VTT, "双下山.vtt")
    with app.app_context():
        files.sweep({})
    (address,) = re.findall(r'<track [^>]*src="([^"]+)"', client.get(f"/archive/{code}").text)
    assert client.get(address).status_code == 200
