"""A licence: asked for, given; the window opens and the file comes down; past its end the same address refuses with a sentence."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from alliance import clock
from alliance.archive.grants import CentreGrant
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import transaction
from alliance.exchange.clockwork import sweep
from alliance.exchange.models import Agreement, Leg
from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.people import FEW, Somebody
from tests.browser.site import Site, aside
from tests.browser.steps import day, finish, start, turn_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ASKS, GIVES = "shi", "liu"
"""望岭 and 禾丰: each a handler."""


def shared_by_hefeng(site: Site) -> tuple[str, str]:
    """Listing and record of a work of 禾丰 whose file is from now on its own."""

    def change() -> tuple[str, str]:
        with site.app.app_context(), transaction() as session:
            query = sa.select(Resource).join(Centre, Centre.id == Resource.owner_id).where(Centre.slug == "hefeng")
            shared = query.where(Resource.kind == "media", Resource.state == "published").order_by(Resource.id)
            found = next(one for one in session.scalars(shared).unique() if one.asset is not None and one.asset.file_id)
            assert found.asset is not None
            found.asset.file_access = "own_centre"
            return found.code, found.asset.code

    return aside(change)


def begin_now(site: Site, number: str) -> None:
    """The start that was agreed comes: an hour ago, until tomorrow; the sweep goes its round."""

    def change() -> None:
        with site.app.app_context():
            with transaction() as session:
                leg = session.scalars(sa.select(Leg).join(Agreement).where(Agreement.number == number)).unique().one()
                now = clock.now()
                leg.starts_at, leg.ends_at, leg.next_at = now - timedelta(hours=1), now + timedelta(days=1), now
            sweep({})

    aside(change)


def pass_the_end(site: Site) -> None:
    """The end goes by, and no job has run yet."""

    def change() -> None:
        with site.app.app_context(), transaction() as session:
            session.execute(sa.update(CentreGrant).values(closes_at=clock.now() - timedelta(minutes=1)))

    aside(change)


@pytest.mark.parametrize("way", FEW, indirect=True, ids=str)
def test_a_work_is_licensed_for_a_time(own_site: Site, meet: Meet) -> None:
    listing, work = shared_by_hefeng(own_site)
    asks, gives = meet(ASKS), meet(GIVES)
    number = ask(asks, listing)
    turn_of(gives, number)
    start(gives, number, "approve")
    gives.is_well()
    finish(gives, number)
    file = f"/archive/{work}/file?download=1"
    asks.page.goto(f"/agreements/{number}")
    expect(asks.page.locator("#licence")).to_be_visible()
    expect(asks.page.locator(f'a[href="{file}"]')).to_have_count(0)
    begin_now(own_site, number)
    asks.page.goto(f"/agreements/{number}")
    asks.is_well()
    with asks.page.expect_download() as coming:
        asks.hands.press(f'a[href="{file}"]')
    assert coming.value.path().stat().st_size > 0
    pass_the_end(own_site)
    answer = asks.page.goto(f"/archive/{work}/file")
    assert answer is not None
    assert answer.status == 403
    expect(asks.page.locator("main")).to_contain_text("licence for this work ended" if asks.way.lang == "en" else "文件已经关闭")


def ask(somebody: Somebody, listing: str) -> str:
    """From the page of the listing to the number of the request."""
    page, hands = somebody.page, somebody.hands
    page.goto(f"/resources/{listing}")
    hands.press('main a[href^="/agreements/new"]')
    page.wait_for_url("**/agreements/new**")
    fill_in(
        hands,
        [
            ("fill", "title", "冬令营民间美术课"),
            ("choose", "activity_type", "training"),
            ("choose", "use", "classroom"),
            ("choose", "territory", "county"),
            ("tick", "channels", ("class",)),
            ("fill", "starts_at", f"{day()}T09:00"),
            ("fill", "ends_at", f"{day()}T18:00"),
            ("fill", "place", "望岭县馆"),
            ("fill", "division_code", "990124"),
            ("fill", "audience", "40"),
            ("fill", "contact_name", "石小岭"),
            ("fill", "contact_phone", "0900-555 0151"),
            ("tick", "pledge", ("1",)),
        ],
    )
    somebody.is_well()
    hands.tick("pledge", "1")
    hands.press("#ask button[name=do][value=submit]")
    page.wait_for_url("**/agreements/JY-*")
    return page.url.rsplit("/", 1)[-1].partition("?")[0]
