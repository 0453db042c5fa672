"""J7: a dispute in its room: a proposal that one side refuses, a decision, an appeal, and a proposal that both accept."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from alliance.db import db
from alliance.exchange.models import Agreement
from tests.browser.conftest import Meet
from tests.browser.people import FEW, Somebody
from tests.browser.site import Site, aside
from tests.browser.steps import finish, start

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

OWNER, BORROWER, ADMIN = "lu", "li", "secretariat"
"""石桥, 梨花 and the secretariat; 书画联谊 of the demo is disputed between the two."""
TITLE = "书画联谊"
REASON = "双方都没有当场写明，各担一半，照常办结。"


@pytest.mark.parametrize("way", FEW, indirect=True, ids=str)
def test_refused_decided_appealed_and_agreed(meet: Meet, own_site: Site) -> None:
    owner, borrower, admin = meet(OWNER), meet(BORROWER), meet(ADMIN)
    number = number_of(own_site)
    borrower.page.goto(f"/agreements/{number}")
    borrower.hands.press(f'main a[href="/agreements/{number}/room"]')
    borrower.page.wait_for_url(f"**/{number}/room")
    borrower.is_well()
    start(borrower, number, "state_view")
    borrower.hands.fill("statement", "收场时两只话筒头网完好，有当晚的照片。")
    borrower.is_well()
    finish(borrower, number)
    propose(admin, number, "resume")
    answer(owner, number, "refuse_proposal", "话筒是借出后坏的，一半也不能由我馆担。")
    in_room(admin, number)
    start(admin, number, "settle")
    admin.hands.choose("decision", "close")
    admin.hands.fill("reason", "交接清单双方签过字，无法认定责任，就此办结。")
    admin.is_well()
    finish(admin, number)
    borrower.page.goto(f"/agreements/{number}")
    start(borrower, number, "dispute")
    borrower.hands.fill("reason", "当晚照片没有看过，请再看一次。")
    finish(borrower, number)
    propose(admin, number, "resume")
    answer(borrower, number, "agree_proposal")
    answer(owner, number, "agree_proposal")
    in_room(owner, number)
    expect(owner.page.locator("main")).to_contain_text("双方接受的方案" if owner.way.lang == "zh-Hans" else "proposal")
    owner.is_well()


def number_of(site: Site) -> str:
    def read() -> str:
        with site.app.app_context():
            return db.session.scalars(sa.select(Agreement.number).where(Agreement.title == TITLE)).one()

    return aside(read)


def in_room(somebody: Somebody, number: str) -> None:
    somebody.page.goto(f"/agreements/{number}/room")


def propose(admin: Somebody, number: str, decision: str) -> None:
    """From the room, with what it brings said before."""
    in_room(admin, number)
    admin.is_well()
    start(admin, number, "propose")
    admin.hands.choose("decision", decision)
    admin.hands.fill("reason", REASON)
    admin.is_well()
    finish(admin, number)


def answer(somebody: Somebody, number: str, action: str, reason: str = "") -> None:
    in_room(somebody, number)
    start(somebody, number, action)
    if reason:
        somebody.hands.fill("reason", reason)
    somebody.is_well()
    finish(somebody, number)
