"""Sending files to the archive from a browser: several at once, broken off, continued after a reload, cancelled, described."""

import hashlib
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect

from alliance.archive.models import Asset
from alliance.db import db
from tests.archive.samples import mp4, png
from tests.browser import site as sites
from tests.browser.checks import Watch, faults
from tests.browser.conftest import Signed, as_person
from tests.browser.pages import STAFF
from tests.browser.people import PATIENCE
from tests.browser.site import Site, aside

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
MB = 1024 * 1024
FILM = mp4(size=20 * MB)
EITHER = pytest.mark.parametrize("portal", ["folder", "bucket"], indirect=True)


@pytest.fixture
def portal(request: pytest.FixtureRequest, demo: Path, tmp_path: Path) -> Iterator[Site]:
    """A portal of this test alone, over a folder; mark a test with EITHER for a bucket too."""
    given = {}
    if getattr(request, "param", "folder") == "bucket":
        head, question, query = request.getfixturevalue("s3_url").partition("?")
        # A bucket of its own, for it lets in the pages of one portal.
        given["storage_url"] = f"{head.rpartition('@')[0]}@t{abs(hash(tmp_path))}{question}{query}"
    with sites.serving(demo, tmp_path / "data", **given) as site:
        yield site


@pytest.fixture
def page(browser: Browser, portal: Site, signed: Signed) -> Iterator[Page]:
    context = as_person(browser, portal, signed(STAFF))
    page = context.new_page()
    page.goto("/archive/uploads")
    yield page
    context.close()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "采茶戏.mp4"
    path.write_bytes(FILM)
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "灯会.png"
    path.write_bytes(png(shade=random.randrange(256)))
    return path


def line(page: Page, name: str):
    return page.locator("[data-list] > li").filter(has_text=name).first


def said(page: Page, name: str):
    return line(page, name).locator("[data-said]")


def assets(portal: Site) -> dict[str, tuple[str, str]]:
    def read():
        with portal.app.app_context():
            rows = db.session.scalars(sa.select(Asset).order_by(Asset.id.desc()).limit(2))
            return {asset.title: (asset.state, asset.file.digest if asset.file else "") for asset in rows}

    return aside(read)


@EITHER
def test_several_at_once_and_one_sheet(portal: Site, page: Page, film: Path, picture: Path) -> None:
    watch = Watch(page)
    page.locator("#f-file").set_input_files([film, picture])
    for path in (film, picture):
        expect(said(page, path.name)).to_have_text("传完了，正在核对")
    portal.work_off()
    for path in (film, picture):
        expect(said(page, path.name)).to_have_text("已收好")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[name=all-creator]").fill("岭上剧团")
    page.locator("[name=all-created_text]").fill("1993年")
    page.locator("[value=spread]").click()
    expect(page.locator("[data-row] [name^=creator-]").first).to_have_value("岭上剧团")
    assert faults(page, "zh-Hans") == []
    page.locator("[value=save]").click()
    page.locator("[data-row]").first.wait_for(state="detached")
    expect(page.locator("#sheet")).to_contain_text("已建 2 件草稿")
    expect(page.locator("#sheet form")).to_be_hidden()
    assert assets(portal) == {
        "采茶戏": ("draft", hashlib.sha256(FILM).hexdigest()),
        "灯会": ("draft", hashlib.sha256(picture.read_bytes()).hexdigest()),
    }
    assert watch.take() == []
    page.locator("#f-file").set_input_files([picture])
    expect(said(page, picture.name)).to_contain_text("已有同一文件")
    expect(said(page, picture.name).locator("a")).to_contain_text("灯会")
    line(page, picture.name).locator("[data-do=again]").click()
    expect(said(page, picture.name)).to_have_text("传完了，正在核对")
    assert watch.take() == []


def test_what_is_pressed_while_the_sheet_is_on_its_way_waits_for_it(portal: Site, page: Page, picture: Path) -> None:
    page.locator("#f-file").set_input_files([picture])
    expect(said(page, picture.name)).to_have_text("传完了，正在核对")
    portal.work_off()
    expect(page.locator("[data-row]")).to_have_count(1)
    held: list[Route] = []
    page.route("**/uploads/sheet", lambda route: held.append(route), times=1)
    page.locator("[name=all-creator]").fill("岭上剧团")
    page.locator("[value=spread]").click()
    expect(page.locator("[value=save]")).to_be_disabled()
    held[0].continue_()
    expect(page.locator("[data-row] [name^=creator-]")).to_have_value("岭上剧团")
    page.locator("[value=save]").click()
    expect(page.locator("#sheet")).to_contain_text("已建 1 件草稿")


def test_a_sheet_that_is_refused_stays_as_it_was_typed_and_says_why(portal: Site, page: Page, picture: Path) -> None:
    """The database refuses the draft, as it does while the answer is 409."""

    def told(statement: str) -> None:
        def run() -> None:
            with portal.app.app_context():
                db.session.execute(sa.text(statement))
                db.session.commit()

        aside(run)

    page.locator("#f-file").set_input_files([picture])
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("[data-row] [name^=creator-]").fill("岭上剧团")
    told("CREATE TRIGGER refusing BEFORE INSERT ON asset BEGIN SELECT RAISE(ABORT, 'refused'); END")
    page.locator("[value=save]").click()
    expect(page.locator("#sheet [role=alert]")).to_be_visible()
    expect(page.locator("[data-row] [name^=creator-]")).to_have_value("岭上剧团")
    told("DROP TRIGGER refusing")
    page.locator("[value=save]").click()
    page.locator("[data-row]").first.wait_for(state="detached")


@EITHER
def test_after_a_reload_the_same_file_goes_on(portal: Site, page: Page, film: Path) -> None:
    sent: list[int] = []

    def third(route: Route) -> None:
        """The line is dead from the third part on."""
        if route.request.method != "PUT":
            return route.continue_()
        sent.append(len(route.request.post_data_buffer or b""))
        return route.abort() if len(sent) > 2 else route.continue_()

    page.route("**/*", third)
    page.locator("#f-file").set_input_files([film])
    expect(said(page, film.name)).to_contain_text("断了", timeout=3 * PATIENCE)  # after every part was tried again and again
    page.unroute("**/*")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(said(page, film.name)).to_contain_text("再选一次")
    again: list[str] = []
    page.on("request", lambda request: again.append(request.url) if request.method == "PUT" else None)
    page.locator("#f-file").set_input_files([film])
    expect(said(page, film.name)).to_have_text("传完了，正在核对")
    portal.work_off()
    expect(said(page, film.name)).to_have_text("已收好")
    assert 1 <= len(again) < 3


def test_pause_go_on_and_cancel_by_keys(page: Page, film: Path) -> None:
    held: list[Route] = []
    page.route("**/*", lambda route: held.append(route) if route.request.method == "PUT" else route.continue_())
    page.locator("#f-file").set_input_files([film])
    pause = line(page, film.name).locator("[data-do=pause]")
    expect(pause).to_be_visible()
    pause.focus()
    page.keyboard.press("Enter")
    expect(said(page, film.name)).to_contain_text("已暂停")
    go_on = line(page, film.name).locator("[data-do=resume]")
    expect(go_on).to_be_focused()
    page.unroute("**/*")
    page.keyboard.press("Enter")
    expect(said(page, film.name)).to_have_text("传完了，正在核对")


def test_a_cancelled_file_is_gone(page: Page, film: Path) -> None:
    page.route("**/*", lambda route: None if route.request.method == "PUT" else route.continue_())
    page.locator("#f-file").set_input_files([film])
    line(page, film.name).locator("[data-do=cancel]").click()
    expect(said(page, film.name)).to_have_text("已取消")
    expect(page.locator("[data-row]")).to_have_count(0)
    page.unroute("**/*")
    page.reload()
    expect(page.locator("[data-list] > li")).to_have_count(0)


def test_refused_files_say_why(portal: Site, page: Page, tmp_path: Path) -> None:
    (tmp_path / "病毒.exe").write_bytes(b"MZ")
    (tmp_path / "假.mp4").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    page.locator("#f-file").set_input_files([tmp_path / "病毒.exe", tmp_path / "假.mp4"])
    expect(said(page, "病毒.exe")).to_contain_text("不是能收的类型")
    expect(said(page, "假.mp4")).to_have_text("传完了，正在核对")
    portal.work_off()
    expect(said(page, "假.mp4")).to_contain_text("播放列表")
    expect(page.locator("[data-row]")).to_have_count(0)


def test_to_one_asset(portal: Site, page: Page, picture: Path) -> None:
    page.goto("/archive/new")
    page.locator("#f-title").fill("灯会之夜")
    page.locator("main form [type=submit]").last.click()
    page.wait_for_url("**/upload")
    page.locator("#f-file").set_input_files([picture])
    expect(said(page, picture.name)).to_have_text("传完了，正在核对")
    portal.work_off()
    page.wait_for_url(lambda url: url.rpartition("/")[2].startswith("DA-"))
    assert assets(portal)["灯会之夜"][1] == hashlib.sha256(picture.read_bytes()).hexdigest()


def test_without_script(browser: Browser, portal: Site, signed: Signed, picture: Path) -> None:
    with closing(as_person(browser, portal, signed(STAFF), script=False)) as context:
        page = context.new_page()
        page.goto("/archive/uploads")
        page.locator("#f-file").set_input_files([picture])
        page.locator("[data-plain] [type=submit]").click()
        page.wait_for_url("**/edit")
        expect(page.locator("#f-title")).to_have_value("灯会")
