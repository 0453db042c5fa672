"""A hall is asked for, another one offered instead, compared; the first one wanted after all, and given."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.people import WAYS, Somebody
from tests.browser.site import Site
from tests.browser.steps import SHOW, day, finish, start, told, turn_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ASKS, OWNER = "li", "liu"
HALL = "禾丰县影剧院"
INSTEAD = {"zh-Hans": "换成：", "en": "Instead: "}
DONE = ["leg.submit", "leg.offer", "leg.counter", "leg.approve"]


@pytest.mark.parametrize("way", WAYS, indirect=True, ids=str)
def test_another_hall_and_the_first_after_all(own_site: Site, meet: Meet) -> None:
    asks, owner = meet(ASKS), meet(OWNER)
    number = ask(asks)
    turn_of(owner, number)
    start(owner, number, "offer")
    offered = owner.page.locator('[name="substitute"] option').nth(1)
    code, title = offered.get_attribute("value") or "", (offered.text_content() or "").partition(" · ")[0]
    owner.hands.choose("substitute", code)
    owner.hands.fill("note", "影剧院那几天检修灯光。")
    owner.is_well()
    finish(owner, number)
    turn_of(asks, number)
    expect(asks.page.get_by_text(INSTEAD[asks.way.lang] + title).first).to_be_visible()
    expect(asks.page.locator("main del, main .diff").first).to_be_visible()
    asks.is_well()
    asks.hands.press('main a[href^="/compare"]')
    asks.page.wait_for_url("**/compare**")
    for name in (HALL, title):
        expect(asks.page.locator("main").get_by_text(name).filter(visible=True).first).to_be_visible()
    asks.is_well()
    asks.page.goto(f"/agreements/{number}")
    start(asks, number, "counter")
    asks.hands.tick("original", "1")
    asks.hands.fill("note", "人多，还是要影剧院，早一天晚一天都行。")
    asks.is_well()
    finish(asks, number)
    turn_of(owner, number)
    expect(owner.page.locator("main h1")).to_contain_text(HALL)
    start(owner, number, "approve")
    finish(owner, number)
    owner.is_well()
    assert [[name for name in one if name in DONE] for one in told(own_site)] == [DONE]


def ask(somebody: Somebody) -> str:
    """Find the hall and ask for it; returns the agreement's number."""
    page, hands = somebody.page, somebody.hands
    page.goto(f"/search?q={HALL}&kind=venue")
    hands.press(f"main h2 a:has-text('{HALL}')")
    page.wait_for_url(re.compile("/resources/"))
    hands.press('main a[href^="/agreements/new"]')
    page.wait_for_url("**/agreements/new**")
    facts: list[tuple[str, str, str | tuple[str, ...]]] = [
        ("fill", "title", SHOW),
        ("choose", "activity_type", "performance"),
        ("fill", "starts_at", f"{day()}T09:00"),
        ("fill", "ends_at", f"{day()}T18:00"),
        ("fill", "place", HALL),
        ("fill", "audience", "120"),
        ("tick", "pledge", ("1",)),
    ]
    fill_in(hands, facts)
    hands.press("#ask button[name=do][value=submit]")
    page.wait_for_url("**/agreements/JY-*")
    assert somebody.says()
    return page.url.rsplit("/", 1)[-1].partition("?")[0]
