"""J6: what is not found is published as a need; two centres answer it, one offer becomes the agreement, the other falls and is told."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.people.models import Person, Post
from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.people import HASTY, WAYS, Somebody
from tests.browser.site import Site, aside
from tests.browser.steps import day, finish

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

NEEDS, ANSWERS, FALLS = "qiu", "liu", "lu"
"""望岭 looks for a hall; 禾丰 and 石桥 each have one."""
WORDS = "皮影戏台"
THEN = 40
MET = {"zh-Hans": "已有着落", "en": "Met"}
CONFIRMED = {"zh-Hans": "已确定", "en": "Confirmed"}
TOLD = {"zh-Hans": "需求已有着落", "en": "Need met"}


@pytest.mark.parametrize("way", [*WAYS, HASTY], indirect=True, ids=str)
def test_a_need_from_an_empty_search_becomes_an_agreement(meet: Meet, own_site: Site) -> None:
    needs, answers, falls = meet(NEEDS), meet(ANSWERS), meet(FALLS)
    need = publish(needs)
    loan = answer(answers, need, hall_of(own_site, ANSWERS), "自带音响")
    other = answer(falls, need, hall_of(own_site, FALLS), "散场后一小时内清场")
    compare(needs, need, loan, other)
    needs.hands.press(f'main a[href="/agreements/{loan}/accept_offer"]')
    needs.page.wait_for_url("**/accept_offer")
    needs.is_well()
    finish(needs, loan)
    expect(needs.page.locator(".pagehead p").first).to_contain_text(CONFIRMED[needs.way.lang])
    needs.hands.press(f'main a[href="/boards/{need}"]')
    needs.page.wait_for_url(f"**/boards/{need}")
    expect(needs.page.locator(".pagehead p").first).to_contain_text(MET[needs.way.lang])
    expect(needs.page.locator('main a[href$="/accept_offer"]')).to_have_count(0)
    needs.is_well()
    own_site.work_off()
    is_told(falls, other)


def publish(somebody: Somebody) -> str:
    """Search in vain, publish what was looked for; returns the need's number."""
    page, hands = somebody.page, somebody.hands
    page.goto(f"/search?q={WORDS}&kind=venue")
    somebody.is_well()
    hands.press('main a[href^="/boards/need/new"]')
    page.wait_for_url("**/boards/need/new**")
    expect(page.locator("main [name=title]")).to_have_value(WORDS)
    expect(page.locator("main [name=kind]")).to_have_value("venue")
    somebody.is_well()
    hands.fill("starts_on", day(THEN))
    hands.press("main form button[name=do][value=publish]")
    expect(page.locator("main [aria-invalid=true]").first).to_be_visible()
    somebody.is_well()
    said = (
        ("fill", "title", f"元宵晚会要一个{WORDS}"),
        ("fill", "ends_on", day(THEN + 2)),
        ("fill", "place", "望岭县城"),
        ("fill", "audience", "300"),
        ("fill", "facts", "台口不小于八米，能挂幕布。"),
        ("tick", "pledge", ("1",)),
    )
    fill_in(hands, said)
    hands.press("main form button[name=do][value=publish]")
    page.wait_for_url(re.compile(r"/boards/XQ-[\d-]+$"))
    assert somebody.says()
    somebody.is_well()
    return page.url.rsplit("/", 1)[-1]


def answer(somebody: Somebody, need: str, code: str, conditions: str) -> str:
    """From the desk to the board, to the need, to an offer of a hall; returns the agreement's number."""
    page, hands = somebody.page, somebody.hands
    page.goto("/desk")
    somebody.go("/boards/")
    somebody.is_well()
    somebody.go(f"/boards/{need}")
    somebody.is_well()
    somebody.go(f"/boards/{need}/answer")
    hands.choose("resource", code)
    hands.fill("starts_at", f"{day(THEN + 1)}T09:00")
    hands.fill("ends_at", f"{day(THEN + 1)}T17:00")
    hands.fill("conditions", conditions)
    somebody.is_well()
    hands.press(f'main form[action="/boards/{need}/answer"] button[type=submit]')
    page.wait_for_url("**/agreements/*")
    assert somebody.says()
    expect(page.locator(f'main a[href="/boards/{need}"]')).to_have_count(1)
    somebody.is_well()
    return page.url.rsplit("/", 1)[-1]


def compare(somebody: Somebody, need: str, *loans: str) -> None:
    """Both answers side by side, each with its conditions and a way to take it."""
    page = somebody.page
    page.goto("/desk")
    for loan in loans:
        expect(page.locator(f'main a[href*="/agreements/{loan}"]').first).to_be_visible()
    page.goto(f"/boards/{need}")
    rows = page.locator("#h-ans ~ table tbody tr")
    expect(rows).to_have_count(len(loans))
    for loan in loans:
        expect(rows.filter(has=page.locator(f'a[href="/agreements/{loan}/accept_offer"]'))).to_have_count(1)
    expect(rows.filter(has_text="自带音响")).to_have_count(1)
    somebody.is_well()


def is_told(somebody: Somebody, loan: str) -> None:
    """The answer that was not taken has fallen, and its owner reads why."""
    page = somebody.page
    page.goto("/notices/")
    expect(page.locator("main li", has_text=TOLD[somebody.way.lang]).first).to_be_visible()
    somebody.is_well()
    page.goto(f"/agreements/{loan}")
    expect(page.locator('main a[href$="/accept_offer"]')).to_have_count(0)
    somebody.is_well()


def hall_of(site: Site, who: str) -> str:
    """A hall of theirs that others may ask for, and which needs no second step."""

    def read() -> str:
        with site.app.app_context():
            owner = sa.select(Post.centre_id).join(Person).where(Person.email == f"{who}@demo.example").scalar_subquery()
            halls = sa.select(Resource.code).where(Resource.owner_id == owner, Resource.kind == "venue")
            return db.session.scalars(halls.where(Resource.state == "published").order_by(Resource.id)).first() or ""

    return aside(read)
