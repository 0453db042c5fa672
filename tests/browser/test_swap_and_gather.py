"""J5: two centres swap their halls; a county gathers several owners for one event and finds a substitute for who refuses."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.people import WAYS, Somebody
from tests.browser.steps import SHOW, day, finish, start, turn_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

BEGINS, ANSWERS, THIRD = "shi", "liu", "lu"
"""望岭, 禾丰 and 石桥: each a handler."""
THEIRS, OURS, ELSE = "禾丰县影剧院", "望岭县馆展厅", "石桥区馆小剧场"


@pytest.mark.parametrize("way", WAYS, indirect=True, ids=str)
def test_two_halls_are_swapped(meet: Meet) -> None:
    begins, answers = meet(BEGINS), meet(ANSWERS)
    number = ask(begins, THEIRS, "swap")
    expect(begins.page.locator("#own")).to_be_visible()
    begins.is_well()
    begins.hands.choose("resource", begins.page.locator("#give option", has_text=OURS).get_attribute("value") or "")
    begins.hands.press('main form[action$="/give"] button')
    begins.page.wait_for_url(f"**/{number}-2/edit")
    assert begins.page.locator("[name=title]").input_value() == SHOW
    begins.is_well()
    send_form(begins, f"**/{number}")
    begins.hands.press('main form[action$="/send"] button')
    assert begins.says()
    for leg, action in ((f"{number}-1", "approve"), (f"{number}-2", "accept_offer")):
        turn_of(answers, leg)
        start(answers, leg, action)
        answers.is_well()
        finish(answers, leg)
    begins.page.goto(f"/agreements/{number}")
    expect(begins.page.locator(".pagehead .state, .pagehead p").first).to_contain_text(
        "Confirmed" if begins.way.lang == "en" else "已确定"
    )
    begins.is_well()


@pytest.mark.parametrize("way", WAYS[:2], indirect=True, ids=str)
def test_an_event_of_two_owners_with_a_refusal_and_a_substitute(meet: Meet) -> None:
    begins, answers, third = meet(BEGINS), meet(ANSWERS), meet(THIRD)
    number = ask(begins, THEIRS, "bundle")
    begins.is_well()
    assert ask(begins, ELSE, number) == number
    begins.hands.press('main form[action$="/send"] button')
    assert begins.says()
    turn_of(third, f"{number}-2")
    start(third, f"{number}-2", "decline")
    third.hands.choose("code", "03")
    third.hands.fill("reason", "当天本馆小剧场有评弹专场，请另选一处。")
    finish(third, f"{number}-2")
    turn_of(answers, f"{number}-1")
    start(answers, f"{number}-1", "approve")
    finish(answers, f"{number}-1")
    begins.page.goto(f"/agreements/{number}")
    expect(begins.page.locator("#sub-2")).to_be_visible()
    begins.is_well()
    begins.hands.press('main form[action$="/substitute"] button')
    begins.page.wait_for_url(f"**/{number}-3/edit")
    send_form(begins, f"**/{number}-3")
    assert begins.says()
    begins.is_well()


def ask(somebody: Somebody, thing: str, into: str) -> str:
    """Find a hall and ask for it as part of a swap, a project, or the project of that number; returns the agreement's number."""
    page, hands = somebody.page, somebody.hands
    page.goto(f"/search?q={thing}")
    hands.press(f"main h2 a:has-text('{thing}')")
    hands.press('main a[href^="/agreements/new"]')
    page.wait_for_url("**/agreements/new**")
    fill_in(hands, facts())
    hands.choose("into", into)
    somebody.is_well()
    send_form(somebody, "**/agreements/JY-*")
    return page.url.rsplit("/", 1)[-1].partition("?")[0]


def facts() -> list[tuple[str, str, str | tuple[str, ...]]]:
    """What a hall is asked for with."""
    return [
        ("fill", "title", SHOW),
        ("choose", "activity_type", "exchange_visit"),
        ("fill", "starts_at", f"{day()}T09:00"),
        ("fill", "ends_at", f"{day()}T18:00"),
        ("fill", "place", "县馆"),
        ("fill", "division_code", "990124"),
        ("fill", "audience", "60"),
        ("fill", "contact_name", "石小岭"),
        ("fill", "contact_phone", "0900-555 0151"),
        ("tick", "pledge", ("1",)),
    ]


def send_form(somebody: Somebody, leads_to: str) -> None:
    """Press the form's own button; the pledge is asked for anew."""
    somebody.hands.tick("pledge", "1")
    somebody.hands.press("#ask button[name=do][value=submit]")
    somebody.page.wait_for_url(leads_to)
