"""J7: a township asks for a singing teacher who has time on Thursdays, eight lessons in one request; then the teacher is seconded."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.people import WAYS, Somebody, photo
from tests.browser.site import Site
from tests.browser.steps import SHOW, day, do, finish, start, told, turn_of
from tests.browser.test_borrow_a_truck import arrives, confirm

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ASKS, OWNER = "li", "liu"
"""梨花镇, and the handler of the centre that the teacher works for; the teacher has no account."""
TEACHER = "孙老师 民歌"
THURSDAY = 3
FIRST = next(on for n in range(7) if (on := date.fromisoformat(day()) + timedelta(days=n)).weekday() == THURSDAY)
LESSONS, DAYS = "8", "5"
WEEKLY = {"zh-Hans": "每周一次，共8次", "en": "once a week, 8 times"}
COUNTED = f"{DAYS} / 15"
ONCE = [
    "leg.start",
    "leg.submit",
    "leg.record_consent",
    "leg.approve",
    "leg.hand_over",
    "leg.receive",
    "leg.send_back",
    "leg.check_in",
    "leg.close",
]
"""What persons did, in order; the same for the lessons and for the secondment."""


@pytest.mark.parametrize("way", WAYS, indirect=True, ids=str)
def test_eight_lessons_and_a_secondment(own_site: Site, meet: Meet, tmp_path: Path) -> None:
    asks, owner = meet(ASKS), meet(OWNER)
    find(asks)
    lessons = ask(asks, ("fill", "weekly", LESSONS), starts=FIRST, ends=FIRST)
    expect(asks.page.locator("main").get_by_text(WEEKLY[asks.way.lang]).first).to_be_visible()
    answer(owner, lessons)
    play(asks, owner, lessons, tmp_path, sessions=LESSONS, attendances="208")
    expect(owner.page.get_by_text("208").first).to_be_visible()
    owner.page.goto("/figures/training")
    expect(owner.page.get_by_text(COUNTED)).to_have_count(0)
    find(asks)
    later = FIRST + timedelta(weeks=int(LESSONS) + 1)
    post = (
        ("choose", "way", "secondment"),
        ("fill", "post", "合唱辅导干事"),
        ("fill", "mentor", "李梨花"),
        ("fill", "learning", "跟班学村里的合唱辅导，教两次课。"),
    )
    seconded = ask(asks, *post, starts=later, ends=later + timedelta(days=5))
    answer(owner, seconded)
    play(asks, owner, seconded, tmp_path, sessions="0", attendances="0", days=DAYS)
    for somebody in (owner, asks):
        somebody.page.goto("/figures/training")
        expect(somebody.page.get_by_text(COUNTED)).to_be_visible()
        expect(somebody.page.locator(f'main a[href="/agreements/{seconded}"]')).to_be_visible()
        expect(somebody.page.locator(f'main a[href="/agreements/{lessons}"]')).to_have_count(0)
        somebody.is_well()
    assert [[name for name in one if name in ONCE] for one in told(own_site)] == [ONCE, ONCE]


def find(somebody: Somebody) -> None:
    """Search for who teaches singing and is free on that Thursday; open the page, which names no telephone of the person."""
    page, hands = somebody.page, somebody.hands
    page.goto(f"/search?q=民歌 老师&kind=talent&from={FIRST}&to={FIRST}")
    somebody.is_well()
    hands.press(f"main h2 a:has-text('{TEACHER}')")
    page.wait_for_url("**/resources/**")
    somebody.is_well()
    hands.press('main a[href^="/agreements/new"]')
    page.wait_for_url("**/agreements/new**")


def ask(somebody: Somebody, *more: tuple[str, str, str], starts: date, ends: date) -> str:
    """Fill in the form that is open and send it; returns the agreement's number."""
    facts: list[tuple[str, str, str | tuple[str, ...]]] = [
        ("fill", "title", SHOW),
        ("choose", "activity_type", "training"),
        *more,
        ("fill", "starts_at", f"{starts}T14:00"),
        ("fill", "ends_at", f"{ends}T17:00"),
        ("fill", "place", "梨花镇文化站"),
        ("fill", "audience", "26"),
        ("tick", "pledge", ("1",)),
    ]
    fill_in(somebody.hands, facts)
    somebody.is_well()
    somebody.hands.press("#ask button[name=do][value=submit]")
    somebody.page.wait_for_url("**/agreements/JY-*")
    assert somebody.says()
    somebody.is_well()
    return somebody.page.url.rsplit("/", 1)[-1].partition("?")[0]


def answer(owner: Somebody, number: str) -> None:
    """It goes to the centre: which asks the person and says so, before which nothing is approved; then it approves."""
    turn_of(owner, number)
    start(owner, number, "approve")
    expect(owner.page.locator(f'main a[href="/agreements/{number}/record_consent"]').first).to_be_visible()
    owner.hands.press("main form button.btn-primary")
    expect(owner.page.locator(".flash--stop, .flash--warn, .errors").first).to_be_visible()
    owner.watch.take()  # the console tells of the 409 as well
    owner.page.goto(f"/agreements/{number}")
    start(owner, number, "record_consent")
    owner.hands.fill("given_on", day(-45))
    owner.hands.choose("how", "phone")
    owner.is_well()
    finish(owner, number)
    start(owner, number, "approve")
    owner.is_well()
    finish(owner, number)
    owner.is_well()


def play(asks: Somebody, owner: Somebody, number: str, folder: Path, *, sessions: str, attendances: str, days: str = "") -> None:
    """Arrival, said by both; the return with what was taught and to how many; departure, and it is closed."""
    picture = photo(folder, "truck-open")
    owner.page.goto(f"/agreements/{number}")
    count(owner, number, "hand_over")
    turn_of(asks, number)
    count(asks, number, "receive")
    start(asks, number, "send_back")
    asks.hands.fill("sessions", sessions)
    asks.hands.fill("attendances", attendances)
    if days:
        asks.hands.fill("figure-training_days", days)
    tally(asks)
    asks.hands.upload("up-receipts", picture)
    arrives(asks)
    if not days:
        asks.hands.tick("later", "1")
    asks.is_well()
    confirm(asks, number)
    turn_of(owner, number)
    count(owner, number, "check_in")
    do(owner, number, "close")
    owner.is_well()


def count(somebody: Somebody, number: str, action: str) -> None:
    start(somebody, number, action)
    tally(somebody)
    somebody.is_well()
    confirm(somebody, number)


def tally(somebody: Somebody) -> None:
    for one in somebody.page.locator('main [name$="-state"][value="good"]').all():
        somebody.hands.choose(str(one.get_attribute("name")), "good")
