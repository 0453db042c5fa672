"""Staff bring their own table: it is tried out, the columns are read, the rows taken in as drafts, and all of it undone."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Meet
from tests.browser.pages import HANDLER
from tests.browser.people import FEW, Somebody
from tests.browser.site import Site

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

TABLE = """场馆名称,类型,面积(㎡),容纳人数,地址,说不清的一列
禾丰县馆二楼小剧场,小剧场,180,120,禾丰县文化路12号,甲
禾丰县馆后院晒场,室外舞台,很大,三百,禾丰县文化路12号,乙
,排练厅,60,20,禾丰县文化路12号,丙
"""
"""One row that is read, one with figures that are none, one without a name."""


@pytest.mark.parametrize("way", FEW, indirect=True, ids=str)
def test_a_table_is_tried_out_taken_in_and_undone(own_site: Site, meet: Meet, tmp_path: Path) -> None:
    staff = meet(HANDLER)
    table = tmp_path / "场馆.csv"
    table.write_text(TABLE, encoding="gb18030")
    staff.go("/resources/mine")
    staff.go("/resources/import")
    staff.hands.choose("kind", "venue")
    staff.hands.upload("file", table)
    staff.hands.press("main form:has([name=file]) button[type=submit]")
    staff.page.wait_for_url("**/resources/import/*")
    staff.is_well()
    done(own_site, staff)
    expect(rows(staff.page)).to_have_count(3)
    expect(rows(staff.page).nth(2)).not_to_contain_text("丙")
    staff.is_well()
    staff.hands.press('main form[action$="/commit"] button')
    done(own_site, staff)
    expect(staff.page.locator(".flash--ok").first).to_contain_text("2")
    staff.is_well()
    staff.hands.press("main details:not([open]):has(form[action$='/undo']) > summary")
    staff.hands.press('main form[action$="/undo"] button')
    done(own_site, staff)
    expect(staff.page.locator('main form[action$="/undo"]')).to_have_count(0)
    staff.is_well()
    staff.page.goto("/resources/mine")
    expect(staff.page.get_by_text("禾丰县馆后院晒场")).to_have_count(0)


def rows(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=rows] tbody tr")


def done(site: Site, staff: Somebody) -> None:
    """The worker does what was ordered; the page shows it by itself, without script when it is asked again."""
    progress = staff.page.locator("#progress")
    expect(progress).to_be_visible()
    site.work_off()
    if staff.way.how == "plain":
        staff.hands.press("main p.acts a.btn")
    expect(progress).to_have_count(0)
