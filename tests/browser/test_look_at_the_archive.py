"""Somebody on an old phone, without an account, looks at the archive: finds, watches with captions, jumps, zooms, cites."""

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, expect

from alliance import indexing
from alliance.archive import captions, cues
from alliance.centres.models import Centre
from alliance.db import transaction
from alliance.storage import files, renditions
from alliance.storage.models import File
from tests import make
from tests.browser import site as sites
from tests.browser.people import Somebody, Way
from tests.browser.site import Site, aside
from tests.storage import media

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

WAYS = (Way("zh-Hans", 360, "plain"), Way("zh-Hans", 360, "pointer"), Way("en", 360, "keys"), Way("en", 1280, "pointer"))
WORDS = ("锣鼓开台", "三月里来三月三", "岭上茶芽尖尖翻", "你把那竹篮挎过来", "我替你拣嫩叶", "老杆也有老杆的好")
LINES = "".join(f"00:00:0{n}.000 --> 00:00:0{n}.950\n{words}\n\n" for n, words in enumerate(WORDS))
ENGLISH = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nIn the third month\n"
JUMP, LENGTH = 4, 6.2
NOW = "() => { const one = document.querySelector('video'), cue = one.textTracks[0].activeCues?.[0]; return [one.currentTime, one.textTracks[0].mode, cue?.text] }"


def kept(session: object, content: bytes, media_type: str, name: str) -> File:
    """A file in the store, with what is made of it planned."""
    stored = files.the_store().put(f"files/zz/{len(content)}-{name}", io.BytesIO(content), size_limit=10**8)
    received = files.Received(stored.key, stored.sha256, stored.size, media_type, name)
    row = files.keep(session, None, received)  # type: ignore[arg-type]
    renditions.plan(session, row)  # type: ignore[arg-type]
    return row


def furnish(site: Site, folder: Path) -> None:
    """A film with captions in two languages, and a picture large enough for tiles, in a collection."""
    film = media.film(folder / "film.mp4", seconds=LENGTH).read_bytes()
    with site.app.app_context():
        with transaction() as session:
            owner = session.query(Centre).filter_by(slug="wangling").one()
            person = make.person(session, owner, "staff")
            texts = {"title_en": "Down the Hill", "description_en": "The last evening of the fair.", "language": "zh"}
            video = {"type": "moving_image", "art_forms": ["xiqu"], "file_name": "双下山.mp4", **texts}
            shown = make.asset(session, owner, code="DA-90001", title="庙会采茶戏《双下山》录像", **video)
            shown.file = kept(session, film, "video/mp4", "双下山.mp4")
            large = make.asset(
                session, owner, code="DA-90002", title="古戏台测绘大图", title_en="The old stage", description_en="Measured."
            )
            large.file = kept(session, media.content(media.colours(2600, 1900), ".jpg"), "image/jpeg", "古戏台.jpg")
            large.file_name = "古戏台.jpg"
            make.collection(session, owner, shown, large, slug="lingshang", title="岭上采茶", title_en="Tea songs of Lingshang")
            for language, kind, text in (("zh", "captions", f"WEBVTT\n\n{LINES}"), ("en", "subtitles", ENGLISH)):
                track = cues.read(text.encode(), f"{language}.vtt")
                file = kept(session, track.content, captions.VTT, f"{language}.vtt")
                captions.add(session, person, shown, language=language, kind=kind, file=file, cues=track.cues)
        assert site.app.extensions["store"] is not None
    site.work_off()
    indexing.reindex(site.app)


@pytest.fixture(scope="module")
def archive(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A portal with the two beside the demo's works."""
    folder = tmp_path_factory.mktemp("archive")
    with sites.serving(demo, folder / "data") as site:
        aside(lambda: furnish(site, folder))
        yield site


@pytest.fixture(params=WAYS, ids=str)
def visitor(request: pytest.FixtureRequest, browser: Browser, archive: Site) -> Iterator[Somebody]:
    with closing(Somebody(browser, archive, request.param)) as somebody:
        yield somebody


def test_found_in_the_archive_watched_and_cited(visitor: Somebody) -> None:
    page = visitor.page
    page.goto("/archive")
    expect(page.locator("a[href='/archive/collections/lingshang']").last).to_be_visible()
    visitor.is_well()
    visitor.hands.fill("q", "双下山录像")
    visitor.hands.press(".find--archive button")
    page.wait_for_url("**/search?*")
    expect(page.locator(".entries li").first).to_contain_text(
        "公开，可打开" if visitor.way.lang == "zh-Hans" else "Open to everybody"
    )
    visitor.is_well()
    visitor.go("/archive/DA-90001")
    expect(page.get_by_role("heading", level=1)).to_contain_text("双下山" if visitor.way.lang == "zh-Hans" else "Down the Hill")
    visitor.is_well()
    watch(visitor)
    page.goto("/archive/DA-90001")
    visitor.hands.press("summary:has-text('BibTeX')")
    expect(page.locator("pre.cite").first).to_contain_text("@misc{DA-90001,")
    assert page.request.get("/archive/DA-90001/cite.ris").text().startswith("TY  - VIDEO")
    visitor.go("/archive/collections/lingshang")
    expect(page.locator(".works li")).to_have_count(2)
    visitor.is_well()


def watch(visitor: Somebody) -> None:
    """The times of the transcript play from there: in the player, or without script in the recording opened by itself."""
    page = visitor.page
    if visitor.way.lang == "en":  # the translation is what an English reader gets first
        expect(page.locator(".script li")).to_have_count(1)
        visitor.hands.press(".script p a >> nth=0")
        page.wait_for_url("**captions=*")
        visitor.is_well()
    line = page.locator(".script li").nth(JUMP)
    expect(line).to_contain_text(WORDS[JUMP])
    assert page.evaluate("[...document.querySelectorAll('track')].map(one => one.default)").count(True) == 1
    visitor.hands.press(f".script li[data-start='{JUMP}'] a")
    if visitor.way.how == "plain":
        page.wait_for_url(f"**/video#t={JUMP}")
        assert page.locator("video").count() == 1
        page.goto("/archive/DA-90001")
        # The browser breaks off the page that it began to load, and gives the recording to its player.
        assert all("ERR_ABORTED" in said for said in visitor.watch.take())
        return
    for _turn in range(100):
        at, mode, said = page.evaluate(NOW)
        if at > JUMP + 0.1:
            break
        page.wait_for_timeout(50)
    assert (JUMP < at < LENGTH + 0.1, mode) == (True, "showing")
    assert said in (WORDS[JUMP], WORDS[JUMP + 1], None)
    assert page.url.rpartition("/")[2].startswith("DA-90001")
    page.evaluate("() => { const one = document.querySelector('video'); one.pause(); one.currentTime = 2.5; }")
    expect(page.locator(".script [aria-current=true].now")).to_have_attribute("data-start", "2")
    visitor.is_well()


def test_a_large_picture_is_looked_at_closely(visitor: Somebody) -> None:
    page, tiles = visitor.page, list[Response]()
    page.on("response", lambda answer: tiles.append(answer) if "/zoom/" in answer.url else None)
    page.goto("/archive/DA-90002")
    if visitor.way.how == "plain":
        visitor.hands.press("main figure a")
        page.wait_for_url("**/file")
        assert page.evaluate("document.images[0].naturalWidth") == 2600
        return
    visitor.hands.press("[data-zoom-open] button")
    expect(page.locator(".zoom canvas").first).to_be_visible()
    expect(page.locator(".openseadragon-canvas")).to_be_focused()
    for _press in range(3):
        page.keyboard.press("+")
    expect(page.locator("[data-zoom-says]")).to_contain_text("1.")
    page.keyboard.press("ArrowRight")
    visitor.hands.press("[data-do=in]")
    expect(page.locator("[data-zoom-says]")).not_to_contain_text("1.3")
    page.wait_for_load_state("networkidle")
    assert len(tiles) > 3
    assert {answer.status for answer in tiles} == {200}
    visitor.is_well()
    page.locator(".openseadragon-canvas").focus()
    page.keyboard.press("Escape")
    expect(page.locator("[data-zoom-open] button")).to_be_focused()
    expect(page.locator(".zoom")).to_be_hidden()


def test_what_one_has_captions_for_is_found_by_its_words(visitor: Somebody) -> None:
    visitor.page.goto("/search?kind=media&q=岭上茶芽尖尖翻")
    expect(visitor.page.locator("a[href='/archive/DA-90001']").first).to_be_visible()
