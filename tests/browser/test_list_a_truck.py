"""J1: a county's staff put their truck on the platform, the secretariat reviews it, everybody finds it."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from alliance import clock
from tests.browser.conftest import Meet
from tests.browser.hands import fill_in
from tests.browser.pages import ADMIN, HANDLER, VISITOR
from tests.browser.people import Somebody, Way, paper, photo
from tests.browser.site import Site

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

NAME = "禾丰三号山路舞台车"


def next_year() -> str:
    return (clock.local(clock.now()) + timedelta(days=300)).date().isoformat()


def typed() -> list[tuple[str, str, str | tuple[str, ...]]]:
    """All that publishing a truck demands, in the order of the form."""
    return [
        ("fill", "title", NAME),
        ("fill", "summary", "车身矮，进村的路都走得；随车两名师傅，二十分钟展开。"),
        ("tick", "audiences", ("everyone",)),
        ("choose", "vehicle_type", "stage_single"),
        ("fill", "plate_no", "岚A·T3307"),
        *(
            ("fill", name, value)
            for name, value in (("length_m", "7.8"), ("width_m", "2.3"), ("height_m", "3.1"), ("gross_t", "8.6"))
        ),
        ("choose", "licence_class", "c1"),
        ("choose", "driver_included", "yes"),
        ("fill", "crew", "2"),
        *(("fill", name, value) for name, value in (("deck_width_m", "7.2"), ("deck_depth_m", "5"), ("deck_area_m2", "36"))),
        *(("fill", f"opened_{name}_m", value) for name, value in (("length", "8"), ("width", "7.5"), ("height", "5.1"))),
        ("fill", "setup_min", "20"),
        ("fill", "strike_min", "20"),
        ("tick", "power", ("generator",)),
        ("fill", "generator_kw", "12"),
        ("fill", "site_length_m", "12"),
        ("fill", "site_width_m", "10"),
        ("choose", "ground", "paved"),
        ("fill", "slope_deg", "3"),
        ("fill", "overhead_m", "6.5"),
        ("fill", "insurance_until", next_year()),
        ("fill", "inspection_until", next_year()),
        ("fill", "contact_name", "郑老师"),
        ("fill", "contact_phone", "0900-555 0142"),
        ("fill", "division_code", "990123"),
        ("fill", "address", "禾丰县文化路12号后院"),
        ("choose", "share_scope", "public"),
        ("choose", "fee_type", "free"),
        ("fill", "lead_days", "3"),
    ]


def test_a_truck_is_listed_reviewed_and_found(own_site: Site, meet: Meet, way: Way, tmp_path: Path) -> None:
    staff = meet(VISITOR)
    staff.sign_in(HANDLER)
    code = begin(staff)
    fill_in(staff.hands, typed())
    if way.how != "plain":
        expect(staff.page.locator("[data-autosave-note]")).not_to_have_text("")
    staff.hands.press("main button[name=action][value=save] >> visible=true")
    assert staff.says()
    staff.is_well()
    add_photos(staff, code, tmp_path)
    add_paper(staff, code, tmp_path)
    staff.go(f"/resources/{code}/edit")
    staff.hands.press("button[name=action][value=submit]")
    expect(staff.page.locator("button[name=action][value=submit]")).to_have_count(0)
    assert staff.says()
    own_site.work_off()
    review(meet(ADMIN), code)
    own_site.work_off()
    find(meet(VISITOR), code)


def begin(staff: Somebody) -> str:
    """From the list of one's own to the empty form; returns the number it got."""
    staff.go("/resources/mine")
    staff.go("/resources/new")
    staff.hands.choose("kind", "stage_truck")
    staff.hands.press("main form:has([name=kind]) button[type=submit]")
    staff.page.wait_for_url("**/edit")
    code = staff.page.url.split("/")[-2]
    assert code.startswith("WC-")
    return code


def add_photos(staff: Somebody, code: str, folder: Path) -> None:
    staff.go(f"/resources/{code}/photos")
    staff.hands.upload("photo", *(photo(folder, name) for name in ("truck-road", "truck-open", "truck-deck")))
    staff.hands.fill("alt", "矮身舞台车停在晒谷场上")
    staff.hands.press("main form:has([name=photo]) button[type=submit]")
    expect(staff.page.locator("#arrange .photoline")).to_have_count(3)
    staff.is_well()
    staff.go(f"/resources/{code}/edit")


def add_paper(staff: Somebody, code: str, folder: Path) -> None:
    staff.go(f"/resources/{code}/papers")
    staff.hands.choose("kind", "insurance")
    staff.hands.upload("paper", paper(folder, "保险单"))
    staff.hands.fill("expires_on", next_year())
    staff.hands.press("main form:has([name=paper]) button[type=submit]")
    expect(staff.page.get_by_text("保险单.pdf")).to_be_visible()
    staff.is_well()


def review(admin: Somebody, code: str) -> None:
    """The secretariat goes through the checklist, sees the three photos, and publishes."""
    admin.go("/admin/reviews")
    admin.go(f"/admin/reviews/{code}")
    expect(admin.page.locator("main .entries img")).to_have_count(3)
    admin.is_well()
    boxes = admin.page.locator('main [name^="ok."]')
    for name in [str(box.get_attribute("name")) for box in boxes.all()]:
        admin.hands.tick(name, "1")
    admin.hands.press("button[name=outcome][value=published]")
    admin.page.wait_for_url("**/admin/reviews")
    assert admin.says()
    expect(admin.page.locator(f'a[href="/admin/reviews/{code}"]')).to_have_count(0)


def find(visitor: Somebody, code: str) -> None:
    """A visitor finds it by a word of its name, typed into the box of the home page."""
    visitor.page.goto("/")
    visitor.hands.fill("q", "禾丰三号")
    visitor.hands.press("main .find__go")
    visitor.go(f"/resources/{code}")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(visitor.page.get_by_text("0900-555 0142")).to_have_count(0)
    visitor.is_well()
