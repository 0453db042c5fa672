"""A hand-over on a phone: a photo, a difference noted by both, the return over a line that drops, with what the acceptance is to hold."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from alliance.db import db
from alliance.exchange.models import Agreement, Report, ReportPhoto
from tests.archive.samples import mp4
from tests.browser.conftest import Meet
from tests.browser.people import Somebody, Way, paper, photo
from tests.browser.site import Site, aside

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

OWNER, BORROWER, LOAN = "li", "qiu", "入冬送戏进山"
WAYS = [Way("zh-Hans", 360, "plain"), Way("en", 360, "pointer")]
MB = 1024 * 1024
DONE = {"zh-Hans": "已收好", "en": "Kept"}
CHECKING = "being checked"
NOTED = {"zh-Hans": "已双方注记", "en": "Noted by both sides"}
BOTH = {"zh-Hans": "双方都已确认", "en": "Both sides have confirmed"}


@pytest.mark.parametrize("way", WAYS, indirect=True, ids=str)
def test_handed_over_noted_and_returned_on_a_phone(own_site: Site, meet: Meet, tmp_path: Path) -> None:
    owner, borrower = meet(OWNER), meet(BORROWER)
    number = number_of(own_site)
    begin(owner, number, "hand_over")
    tally(owner)
    add(own_site, owner, "photos", photo(tmp_path, "truck-open"))
    confirm(owner, number)
    begin(borrower, number, "receive")
    tally(borrower, differs="盒里少一件")
    typed_stays(borrower)
    confirm(borrower, number)
    owner.page.goto(f"/agreements/{number}/handing")
    owner.is_well()
    owner.hands.press(f'form[action="/agreements/{number}/agree_note"] button')
    expect(owner.page.get_by_text(NOTED[owner.way.lang])).to_be_visible()
    expect(owner.page.get_by_text(BOTH[owner.way.lang]).filter(visible=True).first).to_be_visible()
    owner.is_well()
    send_back(own_site, borrower, number, tmp_path)
    begin(owner, number, "check_in")
    tally(owner)
    confirm(owner, number)
    owner.is_well()
    assert filed(own_site, number) == ["clip", "photo", "photo", "photo", "programme", "receipt"]


def number_of(site: Site) -> str:
    def read() -> str:
        with site.app.app_context():
            return str(db.session.scalars(sa.select(Agreement.number).where(Agreement.title == LOAN)).one())

    return aside(read)


def filed(site: Site, number: str) -> list[str]:
    """What kinds of files the reports of the loan brought."""

    def read() -> list[str]:
        with site.app.app_context():
            query = sa.select(ReportPhoto.kind).join(Report).join(Report.leg).join(Agreement).where(Agreement.number == number)
            return sorted(db.session.scalars(query))

    return aside(read)


def begin(somebody: Somebody, number: str, action: str) -> None:
    """From the page behind the code to the list."""
    somebody.page.goto(f"/agreements/{number}/handing")
    somebody.is_well()
    somebody.hands.press(f'main a[href^="/agreements/{number}/{action}"]')
    somebody.page.wait_for_url(f"**/{action}?then=handing")


def tally(somebody: Somebody, differs: str = "") -> None:
    """Each item as it should be, but the first where something differs."""
    names = [str(one.get_attribute("name")) for one in somebody.page.locator('main [name$="-state"][value="good"]').all()]
    for rank, name in enumerate(names):
        somebody.hands.choose(name, "differs" if differs and rank == 0 else "good")
        if differs and rank == 0:
            somebody.hands.fill(name.replace("-state", "-counted"), "0")
            somebody.hands.fill(name.replace("-state", "-note"), differs)


def add(site: Site, somebody: Somebody, field: str, *paths: Path) -> None:
    """Choose files; with script each goes at once, in parts."""
    somebody.hands.upload(f"up-{field}", *paths)
    if somebody.way.how != "plain":
        arrive(site, somebody.page, field, paths, DONE[somebody.way.lang])


def arrive(site: Site, page: Page, field: str, paths: tuple[Path, ...], done: str) -> None:
    lines = page.locator(f'[data-parts="{field}"] [data-arrived] li')
    for path in paths:
        expect(lines.filter(has_text=path.name)).to_contain_text(CHECKING)
    site.work_off()
    for path in paths:
        expect(lines.filter(has_text=path.name)).to_contain_text(done)


def confirm(somebody: Somebody, number: str) -> None:
    somebody.is_well()
    somebody.hands.press(".bottombar button")
    expect(somebody.page).to_have_url(f"{somebody.origin}/agreements/{number}/handing")
    assert somebody.says()


def typed_stays(somebody: Somebody) -> None:
    """What was typed is there again after the page was left, where there is script to keep it."""
    if somebody.way.how == "plain":
        return
    note = somebody.page.locator('main [name="row-0-note"]')
    expect(note).to_have_value("盒里少一件")
    somebody.page.wait_for_timeout(300)
    somebody.page.goto("about:blank")
    somebody.page.go_back()
    somebody.page.reload()
    expect(note).to_have_value("盒里少一件")
    assert somebody.page.locator('main [name="row-0-state"][value="differs"]').is_checked()


def send_back(site: Site, borrower: Somebody, number: str, folder: Path) -> None:
    """What is missing is told first; the clip comes over a line that drops."""
    begin(borrower, number, "send_back")
    borrower.hands.fill("sessions", "2")
    borrower.hands.fill("attendances", "560")
    borrower.hands.press(".bottombar button")
    expect(borrower.page.locator(".errors a")).to_have_count(3)
    borrower.is_well()
    clip = folder / "show.mp4"
    clip.write_bytes(mp4(size=(20 * MB if borrower.way.how != "plain" else 4000)))
    if borrower.way.how != "plain":
        dropped(site, borrower, clip)
    else:
        borrower.hands.upload("up-clips", clip)
    add(site, borrower, "receipts", photo(folder, "truck-open"))
    add(site, borrower, "programmes", paper(folder, "programme"))
    add(site, borrower, "photos", photo(folder, "truck-road"), photo(folder, "truck-deck"))
    confirm(borrower, number)


def dropped(site: Site, somebody: Somebody, clip: Path) -> None:
    """The line is gone in the second part; when it is back, only what was missing is sent."""
    sent: list[str] = []

    def second(route: Route) -> None:
        number = route.request.url.rsplit("/", 1)[-1]
        if route.request.method != "PUT":
            return route.fallback()
        if number == "2" and sent.count("2") < 2:
            sent.append("2")
            return route.abort("internetdisconnected")
        sent.append(number)
        return route.fallback()

    somebody.page.route("**/archive/uploads/*/parts/*", second)
    somebody.hands.upload("up-clips", clip)
    line = somebody.page.locator('[data-parts="clips"] [data-arrived] li')
    expect(line).to_contain_text("The line dropped")
    somebody.hands.press(".bottombar button")
    expect(somebody.page.locator("[data-live]")).to_contain_text("still being sent")
    arrive(site, somebody.page, "clips", (clip,), DONE["en"])
    assert sent == ["1", "2", "2", "2", "3"]
    somebody.watch.take()
