"""J2 to J4: a county finds a truck and asks, the owner answers, the truck goes out and comes back, both rate."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.hands import Hasty, fill_in
from tests.browser.pages import LOANS
from tests.browser.people import HASTY, WAYS, Somebody, Way, photo
from tests.browser.site import Site
from tests.browser.steps import SHOW, do, finish, start, told, turn_of, typed

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

BORROWER, HANDLER, DIRECTOR = "qiu", "liu", "he"
TRUCK = "禾丰一号舞台车"
RATINGS = {
    BORROWER: ("as_described", "condition", "service", "timely", "effect"),
    HANDLER: ("care", "punctual", "agreed", "receipt", "contact"),
}


ONCE = [
    *(f"leg.{name}" for name in ("start", "submit", "accept_handling", "return_for_completion", "complete", "approve", "approve")),
    *(f"leg.{name}" for name in ("hand_over", "receive", "agree_note", "send_back", "check_in", "close", "rate", "rate")),
]
"""What a whole loan leaves in the journal, whoever's hands they are."""


@pytest.fixture
def people(meet: Meet) -> dict[str, Somebody]:
    """Borrower, handler and director, each signed in at a browser of their own."""
    return {who: meet(who) for who in (BORROWER, HANDLER, DIRECTOR)}


@pytest.mark.parametrize("way", [*WAYS, HASTY], indirect=True, ids=str)
def test_a_truck_is_asked_for_granted_used_and_returned(own_site: Site, people: dict[str, Somebody], tmp_path: Path) -> None:
    number = ask(people[BORROWER])
    answer(people, number)
    use(people, number, tmp_path)
    own_site.work_off()
    rate(people, number)
    expect(people[HANDLER].page.get_by_text("装台快，师傅耐心。").first).to_be_visible()
    assert people[HANDLER].page.url.endswith(f"/agreements/{number}")
    assert told(own_site) == [ONCE]
    for one in people.values():
        if isinstance(one.hands, Hasty):
            assert one.hands.doubled


# J2 ------------------------------------------------------------------------


def ask(borrower: Somebody) -> str:
    """Find it by search, ask for it; the form says what would not do before it is sent. Returns the agreement's number."""
    page, hands = borrower.page, borrower.hands
    page.goto("/")
    hands.fill("q", "舞台车 禾丰")
    hands.press("main .find__go")
    hands.press(f"main h2 a:has-text('{TRUCK}')")
    hands.press('main a[href^="/agreements/new"]')
    page.wait_for_url("**/agreements/new**")
    fill_in(hands, typed())
    if borrower.way.how == "plain":
        hands.press("#checks button[name=do]")
    expect(page.locator("#checks li.bad")).to_contain_text("3.5")
    borrower.is_well()
    hands.press("#ask button[name=do][value=submit]")
    expect(page.locator(".errors, .flash--warn").first).to_contain_text("3.5")
    hands.fill("road_height_m", "4.5")
    hands.press("#ask button[name=do][value=submit]")
    expect(page.get_by_role("heading", level=1)).to_contain_text(SHOW)
    assert borrower.says()
    borrower.is_well()
    return page.url.rsplit("/", 1)[-1].partition("?")[0]


# J3 ------------------------------------------------------------------------


def answer(people: dict[str, Somebody], number: str) -> None:
    """Taken in hand, returned for completion once, completed, granted by two persons."""
    borrower, handler, director = people[BORROWER], people[HANDLER], people[DIRECTOR]
    turn_of(handler, number)
    do(handler, number, "accept_handling")
    start(handler, number, "return_for_completion")
    handler.hands.tick("items", "rain_plan")
    handler.hands.fill("note", "请补雨天预案。")
    finish(handler, number)
    turn_of(borrower, number)
    borrower.hands.press(f'main a[href="/agreements/{number}/edit"]')
    borrower.hands.fill("rain_plan", "雨天改在村礼堂，或顺延一天。")
    borrower.hands.tick("pledge", "1")
    borrower.hands.press("#ask button[name=do][value=submit]")
    expect(borrower.page.get_by_role("heading", level=1)).to_contain_text(SHOW)
    turn_of(handler, number)
    expect(handler.page.locator("a[href$='/return_for_completion']")).to_have_count(0)
    for somebody in (handler, director):
        turn_of(somebody, number)
        start(somebody, number, "approve")
        somebody.is_well()
        finish(somebody, number)
    handler.page.goto(f"/agreements/{number}")
    expect(handler.page.locator(f'a[href="/agreements/{number}/hand_over"]').first).to_be_visible()
    handler.is_well()


@pytest.mark.parametrize("way", [Way("zh-Hans", 360, how) for how in ("pointer", "plain")], ids=str)
def test_a_request_is_declined_with_a_reason_and_another_truck(meet: Meet) -> None:
    handler = meet(HANDLER)
    handler.hands.press(f"main .tasks tr:has-text('{LOANS['requested']}') th a")
    handler.page.wait_for_url("**/agreements/*")
    number = handler.page.url.rsplit("/", 1)[-1]
    start(handler, number, "decline")
    handler.hands.choose("code", "03")
    handler.hands.fill("reason", "太忙")
    handler.hands.press("main form button.btn-stop")
    expect(handler.page.locator("#f-reason-e")).to_be_visible()
    assert handler.page.locator("#f-code").input_value() == "03"
    handler.is_well()
    handler.hands.fill("reason", "当天本馆有全县合唱节，车和人都已排满，请另选日期。")
    finish(handler, number)
    expect(handler.page.get_by_text("车和人都已排满").first).to_be_visible()
    handler.is_well()


# J4 ------------------------------------------------------------------------


def use(people: dict[str, Somebody], number: str, folder: Path) -> None:
    """Handed over and received by the list, used, sent back with the figures, counted once more, closed."""
    borrower, handler = people[BORROWER], people[HANDLER]
    picture = photo(folder, "truck-open")
    handler.page.goto(f"/agreements/{number}")
    count(handler, number, "hand_over", picture)
    turn_of(borrower, number)
    count(borrower, number, "receive", picture, differs=True)
    turn_of(handler, number)
    start(handler, number, "agree_note")
    finish(handler, number)
    borrower.page.goto(f"/agreements/{number}")
    start(borrower, number, "send_back")
    borrower.hands.fill("sessions", "1")
    borrower.hands.fill("attendances", "420")
    tally(borrower)
    borrower.hands.upload("up-receipts", picture)
    arrives(borrower)
    borrower.hands.tick("later", "1")
    confirm(borrower, number)
    turn_of(handler, number)
    count(handler, number, "check_in", picture)
    expect(handler.page.get_by_text("420").first).to_be_visible()
    do(handler, number, "close")


def count(somebody: Somebody, number: str, action: str, picture: Path, *, differs: bool = False) -> None:
    start(somebody, number, action)
    tally(somebody, differs=differs)
    somebody.hands.upload("up-photos", picture)
    arrives(somebody)
    somebody.is_well()
    confirm(somebody, number)


def arrives(somebody: Somebody) -> None:
    """With script a file goes in parts at once, and the worker looks at it; without, it goes with the form."""
    if somebody.way.how == "plain":
        return
    there = somebody.page.locator("[data-arrived] input")
    for _time in range(60):
        somebody.site.work_off()
        if there.count():
            break
        somebody.page.wait_for_timeout(500)
    expect(there.first).to_be_attached()


def tally(somebody: Somebody, *, differs: bool = False) -> None:
    """Each item is as it should be, but for the first one where something differs."""
    names = [str(one.get_attribute("name")) for one in somebody.page.locator('main [name$="-state"][value="good"]').all()]
    assert len(names) >= 5
    for number, name in enumerate(names):
        somebody.hands.choose(name, "differs" if differs and number == 0 else "good")
        if differs and number == 0:
            somebody.hands.choose(name.replace("-state", "-condition"), "worn")
            somebody.hands.fill(name.replace("-state", "-note"), "左侧有一道旧划痕")


def confirm(somebody: Somebody, number: str) -> None:
    somebody.hands.press(".bottombar button")
    expect(somebody.page).to_have_url(f"{somebody.origin}/agreements/{number}")
    assert somebody.says()


def rate(people: dict[str, Somebody], number: str) -> None:
    """Both say how it was; a rating is seen when both have spoken."""
    for mailbox, words in ((BORROWER, "装台快，师傅耐心。"), (HANDLER, "归还时比交出时还干净。")):
        somebody = people[mailbox]
        somebody.page.goto(f"/agreements/{number}")
        start(somebody, number, "rate")
        somebody.hands.choose("stars", "5")
        for question in RATINGS[mailbox]:
            somebody.hands.choose(f"answer-{question}", "5")
        somebody.hands.fill("comment", words)
        finish(somebody, number)
    people[HANDLER].is_well()
