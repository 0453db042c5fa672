"""J5: a county puts a tour of five stops together; one gap cannot be kept, a shorter order is taken, the owner agrees."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.people import WAYS, Somebody
from tests.browser.steps import SHOW, day, finish, start, turn_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

BEGINS, HANDLES, DECIDES = "qiu", "liu", "he"
TRUCK = "禾丰一号舞台车"
SITE = (("road_height_m", "4.5"), ("overhead_m", "12"), ("site_length_m", "24"), ("site_width_m", "18"))
STOPS = (
    (1, "岭上村小学", "27.835", "112.205"),
    (2, "松关林场场部", "27.905", "112.121"),
    (3, "下河村晒谷场", "27.771", "112.344"),
    (4, "望岭县城河滨广场", "27.702", "112.251"),
)


@pytest.mark.parametrize("way", WAYS, indirect=True, ids=str)
def test_a_tour_of_five_stops_with_one_gap_that_cannot_be_kept(meet: Meet) -> None:
    begins, handles, decides = meet(BEGINS), meet(HANDLES), meet(DECIDES)
    number = ask(begins)
    for after, place, lat, lng in STOPS:
        add(begins, place, f"{day(after)}T09:00", f"{day(after)}T11:00", lat, lng)
    begins.is_well()
    change(begins, number, 3, f"{day(1)}T11:30", f"{day(1)}T13:00")
    expect(begins.page.locator("main .flash--bad")).to_have_count(1)
    expect(begins.page.locator('main form[action$="/submit"]')).to_have_count(0)
    begins.is_well()
    change(begins, number, 3, f"{day(2)}T09:00", f"{day(2)}T11:00")
    expect(begins.page.locator("main .flash--bad")).to_have_count(0)
    begins.hands.press('main form[action$="/stops/order"] button')
    expect(begins.page.locator('main form[action$="/stops/order"]')).to_have_count(0)
    assert begins.says()
    begins.hands.press('main form[action$="/submit"] button')
    begins.page.wait_for_url(re.compile(rf"/agreements/{number}$"))
    expect(begins.page.locator("#tour")).to_be_visible()
    begins.is_well()
    for somebody in (handles, decides):
        turn_of(somebody, number)
        start(somebody, number, "approve")
        somebody.is_well()
        finish(somebody, number)
    begins.page.goto(f"/agreements/{number}")
    expect(begins.page.locator(".pagehead p").first).to_contain_text("Confirmed" if begins.way.lang == "en" else "已确定")
    begins.is_well()


def ask(somebody: Somebody) -> str:
    """Ask for the truck at one place, as a tour; returns the agreement's number."""
    page, hands = somebody.page, somebody.hands
    page.goto(f"/search?q={TRUCK}")
    hands.press(f"main h2 a:has-text('{TRUCK}')")
    hands.press('main a[href^="/agreements/new"]')
    page.wait_for_url("**/agreements/new**")
    fill_in(hands, facts())
    hands.choose("into", "tour")
    somebody.is_well()
    hands.press("#ask button[name=do][value=submit]")
    page.wait_for_url("**/stops")
    assert somebody.says()
    somebody.is_well()
    return page.url.rsplit("/", 2)[-2]


def facts() -> list[tuple[str, str, str | tuple[str, ...]]]:
    return [
        ("fill", "title", SHOW),
        ("choose", "activity_type", "performance"),
        ("fill", "starts_at", f"{day()}T09:00"),
        ("fill", "ends_at", f"{day()}T11:00"),
        ("fill", "place", "东岸镇渡头广场"),
        ("fill", "division_code", "990123"),
        ("fill", "audience", "600"),
        *(("fill", name, value) for name, value in SITE),
        ("fill", "contact_name", "邱玉梅"),
        ("fill", "contact_phone", "0900-555 0152"),
        ("tick", "pledge", ("1",)),
    ]


def add(somebody: Somebody, place: str, begin: str, end: str, lat: str, lng: str) -> None:
    """One more stop."""
    page, hands = somebody.page, somebody.hands
    stops = page.locator("#stops ~ table tbody tr")
    before = stops.count()
    if page.locator("#one:not([open])").count():
        hands.press("#one > summary")
    said = (("starts_at", begin), ("ends_at", end), ("place", place), ("division_code", "990123"), ("lat", lat), ("lng", lng))
    for name, value in (*said, ("audience", "200"), *SITE):
        hands.fill(name, value)
    hands.press("#one form button[type=submit]")
    expect(stops).to_have_count(before + 1)


def change(somebody: Somebody, number: str, rank: int, begin: str, end: str) -> None:
    """Another time for a stop."""
    somebody.page.goto(f"/agreements/{number}/stops?stop={rank}")
    somebody.hands.fill("starts_at", begin)
    somebody.hands.fill("ends_at", end)
    somebody.hands.press("#one form button[type=submit]")
    somebody.page.wait_for_url(re.compile(r"/stops$"))
