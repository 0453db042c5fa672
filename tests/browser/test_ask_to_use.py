"""J8, step 5: a teacher asks to use a work, the secretariat grants it until a day, the teacher opens the file and rates the handling."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from alliance import clock
from alliance.archive.models import Asset
from alliance.db import transaction
from tests.browser.conftest import Meet
from tests.browser.pages import ADMIN, VISITOR
from tests.browser.people import FEW, Somebody
from tests.browser.site import Site, aside

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def kept_on_request(site: Site) -> str:
    """The code of a public picture of the demo whose file is from now on open on request only."""

    def change() -> str:
        with site.app.app_context(), transaction() as session:
            pictures = sa.select(Asset).where(Asset.type == "still_image", Asset.state == "published", Asset.file_id.is_not(None))
            found = next(one for one in session.scalars(pictures.order_by(Asset.id)).unique() if one.file_access == "public")
            found.file_access = "on_request"
            return found.code

    return aside(change)


def in_a_year() -> str:
    return (clock.local(clock.now()) + timedelta(days=365)).date().isoformat()


@pytest.mark.parametrize("way", FEW, indirect=True, ids=str)
def test_a_teacher_asks_and_opens_the_file(own_site: Site, meet: Meet) -> None:
    code = kept_on_request(own_site)
    teacher = meet(VISITOR)
    number, secret = ask(teacher, code)
    teacher.is_well()
    grant(meet(ADMIN), number)
    teacher.page.goto(f"/cases/{number}")
    teacher.go(f"/archive/{code}")
    expect(teacher.page.locator(f'a[href^="/archive/{code}/file"]').first).to_be_visible()
    teacher.is_well()
    rate(teacher, number)
    other = meet(VISITOR)
    other.page.goto(f"/archive/{code}")
    expect(other.page.locator(f'a[href^="/archive/{code}/file"]')).to_have_count(0)
    other.page.goto("/cases/")
    other.hands.fill("number", number)
    other.hands.fill("code", secret)
    other.hands.press('form[action="/cases/look"] button')
    other.page.wait_for_url(f"**/cases/{number}")
    other.is_well()


def ask(teacher: Somebody, code: str) -> tuple[str, str]:
    """From the page of the work to number and code; a form that does not hold comes back as it was typed."""
    teacher.page.goto(f"/archive/{code}")
    teacher.go(f"/cases/new/use?code={code}")
    teacher.hands.fill("text", "小学四年级音乐课上播放，只在课堂上用。")
    teacher.hands.fill("name", "汪老师")
    teacher.hands.press("main form button[type=submit]")
    expect(teacher.page.locator(".errors li")).to_have_count(2)
    expect(teacher.page.locator("#f-name")).to_have_value("汪老师")
    teacher.is_well()
    teacher.hands.fill("until", in_a_year())
    teacher.hands.fill("contact", "wang@example.org")
    teacher.hands.press("main form button[type=submit]")
    teacher.page.wait_for_url("**/cases/SL-*")
    said = teacher.page.locator(".flash--ok b.num")
    return said.nth(0).inner_text(), said.nth(1).inner_text()


def grant(admin: Somebody, number: str) -> None:
    """From the number on the morning board to the grant."""
    admin.go("/admin/")
    admin.go("/cases/desk?show=open")
    admin.go(f"/cases/desk/{number}")
    admin.is_well()
    admin.hands.fill("conditions", "注明出处。")
    admin.hands.press('form[action$="/grant"] button')
    expect(admin.page.locator(".flash--ok")).to_be_visible()
    admin.is_well()


def rate(teacher: Somebody, number: str) -> None:
    teacher.page.goto(f"/cases/{number}")
    teacher.hands.choose("stars", "5")
    teacher.hands.press('form[action$="/do/rate"] button')
    expect(teacher.page.locator(".flash--ok")).to_be_visible()
    expect(teacher.page.locator('form[action$="/do/rate"]')).to_have_count(0)
    teacher.is_well()
