"""What happens to people: the way back after sending, a page loaded again, a connection that is gone."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.pages import LOANS
from tests.browser.people import Somebody, Way
from tests.browser.site import Site
from tests.browser.steps import SHOW, do, finish, start, told, turn_of, typed

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

BORROWER, HANDLER, BRANCH = "qiu", "liu", "li"
SEND = "#ask button[name=do][value=submit]"


@pytest.fixture
def way() -> Way:
    return Way("zh-Hans", 360, "pointer")


@pytest.fixture
def borrower(meet: Meet) -> Somebody:
    """A county's staff before the empty request for a truck."""
    somebody = meet(BORROWER)
    somebody.page.goto("/search?kind=stage_truck&q=禾丰")
    somebody.hands.press("main h2 a:has-text('禾丰一号舞台车')")
    somebody.hands.press('main a[href^="/agreements/new"]')
    somebody.page.wait_for_url("**/agreements/new**")
    return somebody


def send(borrower: Somebody) -> str:
    borrower.hands.fill("road_height_m", "4.5")
    borrower.hands.press(SEND)
    expect(borrower.page.get_by_role("heading", level=1)).to_contain_text(SHOW)
    return borrower.page.url.rsplit("/", 1)[-1].partition("?")[0]


def back(page: Page) -> None:
    """The way back; to a page that answered a form it leads only for whoever agrees to send that form again."""
    try:
        page.go_back()
    except Error as refused:
        if "ERR_CACHE_MISS" not in refused.message:
            raise
        page.wait_for_url("chrome-error://**")  # the browser's own page, on which it asks
        page.reload()


def test_going_back_and_loading_again_send_nothing_twice(own_site: Site, meet: Meet, borrower: Somebody) -> None:
    page = borrower.page
    fill_in(borrower.hands, typed())
    borrower.hands.press(SEND)
    expect(page.locator(".errors, .flash--warn").first).to_contain_text("3.5")
    page.reload()
    expect(page.locator('[name="place"]')).to_have_value("岭上村晒谷场")
    assert all("leg.submit" not in names for names in told(own_site))
    number = send(borrower)
    sent = told(own_site)
    assert len(sent) == 1
    page.reload()
    back(page)
    if page.locator(SEND).count():
        with page.expect_navigation():
            borrower.hands.press(SEND)
    page.goto(f"/agreements/{number}")
    assert told(own_site) == sent
    handler = meet(HANDLER)
    turn_of(handler, number)
    do(handler, number, "accept_handling")
    handler.page.reload()
    start(handler, number, "return_for_completion")
    handler.hands.tick("items", "rain_plan")
    finish(handler, number)
    answered = told(own_site)
    handler.page.reload()
    back(handler.page)
    expect(handler.page.locator("main .flash, main .blank, main h1").first).to_be_visible()
    if handler.page.locator('main form [name="items"]').count():
        handler.hands.tick("items", "rain_plan")
        with handler.page.expect_navigation():
            handler.hands.press("main form button.btn-primary, main form button.btn-stop")
    assert told(own_site) == answered
    assert answered[0].count("leg.return_for_completion") == 1


def test_a_request_outlives_a_lost_connection(own_site: Site, borrower: Somebody) -> None:
    page, note = borrower.page, borrower.page.locator("[data-autosave-note]")
    values = typed()
    fill_in(borrower.hands, values[:4])
    expect(note).to_have_text(str(note.get_attribute("data-saved")))
    borrower.context.set_offline(True)
    fill_in(borrower.hands, values[4:])
    expect(note).to_have_text(str(note.get_attribute("data-unsaved")))
    borrower.hands.press(SEND)
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("没有网络")
    expect(page.locator('[name="place"]')).to_have_value("岭上村晒谷场")
    borrower.context.set_offline(False)
    expect(note).to_have_text(str(note.get_attribute("data-saved")))
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.reload()
    expect(page.locator('[name="place"]')).to_have_value("岭上村晒谷场")
    expect(page.locator('[name="contact_phone"]')).to_have_value("0900-555 0155")
    borrower.hands.tick("pledge", "1")
    send(borrower)
    assert [names.count("leg.submit") for names in told(own_site)] == [1]


def test_a_form_that_is_not_saved_as_one_goes_is_kept_too(meet: Meet) -> None:
    branch = meet(BRANCH)
    page = branch.page
    branch.hands.press(f"main .tasks tr:has-text('{LOANS['incomplete']}') th a")
    branch.hands.press('main a[href$="/edit"]')
    plan = "雨天改在村礼堂，或顺延一天。"
    branch.hands.fill("rain_plan", plan)
    branch.context.set_offline(True)
    branch.hands.press(SEND)
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("没有网络")
    expect(page.locator('[name="rain_plan"]')).to_have_value(plan)
    branch.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.locator("details:has([name=note])").evaluate("fold => { fold.open = true }")
    branch.hands.fill("note", "其余几项随后送到，现在拿不到。")
    branch.hands.tick("pledge", "1")
    branch.hands.press(SEND)
    expect(page.locator("main ins, main dd").filter(has_text=plan).first).to_be_visible()
    expect(page.locator('[name="rain_plan"]')).to_have_count(0)
