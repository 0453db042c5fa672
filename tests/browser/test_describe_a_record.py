"""Staff describe a recording with its performers, the secretariat goes through the checklist, a consent is taken back, all with hands."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.pages import ADMIN, HANDLER, VISITOR
from tests.browser.people import FEW, Somebody, Way, photo
from tests.browser.site import Site

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ARRIVED = {"zh-Hans": "传完了，正在核对", "en": "Sent; it is being checked"}
TITLE = "望岭晒谷场上的童声田歌"


@pytest.mark.parametrize("way", FEW, indirect=True, ids=str)
def test_from_the_first_word_to_a_consent_taken_back(own_site: Site, meet: Meet, way: Way, tmp_path: Path) -> None:
    staff = meet(HANDLER)
    code = described(staff, way)
    staff.hands.upload("file", photo(tmp_path, "drum"))
    if way.how == "plain":
        staff.hands.press("main form:has([name=file]) button[type=submit]")
    else:
        expect(staff.page.locator("[data-said]")).to_have_text(ARRIVED[way.lang])
        own_site.work_off()
    staff.page.wait_for_url(f"**/archive/{code}")
    staff.go(f"/archive/{code}/preview")
    staff.is_well()
    staff.hands.press(f"main form[action='/archive/{code}/submit'] button")
    staff.page.wait_for_url(f"**/archive/{code}")
    admin = meet(ADMIN)
    admin.page.goto("/archive/reviews")
    admin.go(f"/archive/{code}/review")
    admin.is_well()
    boxes = admin.page.locator('main [name^="ok."]')
    for name in [str(box.get_attribute("name")) for box in boxes.all()]:
        admin.hands.tick(name, "1")
    admin.hands.press("main button[name=decision][value=publish]")
    admin.page.wait_for_url("**/archive/reviews")
    visitor = meet(VISITOR)
    visitor.page.goto(f"/archive/{code}")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    staff.page.goto(f"/archive/{code}")
    staff.go(f"/archive/{code}/consents")
    staff.is_well()
    staff.hands.press("main table form button[type=submit]")
    expect(staff.page.locator("main table form")).to_have_count(0)
    assert visitor.page.request.get(visitor.page.url).status == 404


def described(staff: Somebody, way: Way) -> str:
    """From an empty form to a draft with its number; with script it is kept before anything is pressed."""
    staff.page.goto("/archive/mine")
    staff.go("/archive/new")
    for name, value in (
        ("title", TITLE),
        ("description", "收割以后孩子们在晒谷场上学唱的田歌，老师领一句，孩子们跟一句。"),
        ("creator", "禾丰县文化馆"),
        ("created_text", "2024-09"),
    ):
        staff.hands.fill(name, value)
    staff.hands.choose("type", "still_image")
    staff.hands.tick("art_forms", "ich")
    for name, value in (("name", "小禾"), ("role", "领唱"), ("consent_until", "2099-01-01")):
        staff.hands.fill(f"performers.0.{name}", value)
    staff.hands.tick("performers.0.is_minor", "1")
    staff.hands.choose("rights_status", "own")
    if way.how != "plain":
        staff.page.wait_for_url("**/edit")
        expect(staff.page.locator("[data-autosave-note]")).not_to_have_text("")
    staff.hands.press("main form.stack > .acts button[type=submit]")
    staff.page.wait_for_url("**/upload")
    staff.is_well()
    return staff.page.url.split("/")[-2]
