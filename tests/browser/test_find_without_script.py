"""A visitor on an old phone, without JavaScript, looks for something and narrows it down."""

from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from alliance import clock
from tests.browser.people import Somebody, Way
from tests.browser.site import Site

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

NARROW = "main details.narrow:not([open]) > summary"


def is_whole(entry: Locator) -> bool:
    """Whether all of it is inside the window."""
    box = entry.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 360


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_search_is_narrowed_down_without_script(browser: Browser, site: Site, lang: str) -> None:
    with closing(Somebody(browser, site, Way(lang, 360, "plain"))) as visitor:
        page, hands = visitor.page, visitor.hands
        page.goto("/")
        assert [one for one in page.locator(".mainnav a").all() if not is_whole(one)] == [], "no entry is cut at the edge"
        hands.fill("q", "舞台车")
        hands.press("main .find__go")
        page.wait_for_url("**/search?*")
        visitor.is_well()
        all_of_them = page.locator("main .entries > li").count()
        hands.press(NARROW)
        visitor.is_well()
        hands.press('main .facets a[href*="kind=stage_truck"]')
        hands.press(NARROW)
        day = (clock.local(clock.now()) + timedelta(days=18)).date().isoformat()
        hands.fill("from", day)
        hands.fill("to", day)
        hands.fill("near", "禾丰县文化馆")
        hands.press("main .facets form:has([name=from]) button")
        asked = [f"{name}={value}" for name, value in (("kind", "stage_truck"), ("from", day), ("q", "%E8%88%9E"))]
        page.wait_for_url(lambda url: all(one in url for one in asked))
        found = page.locator("main .entries > li").count()
        assert 0 < found <= all_of_them
        visitor.is_well()
        hands.choose("sort", "distance")
        hands.press("main .sortbar button")
        expect(page.locator("main .entries > li")).to_have_count(found)
        title = page.locator("main .entries h2 a").first
        name = title.inner_text()
        title.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        visitor.is_well()
