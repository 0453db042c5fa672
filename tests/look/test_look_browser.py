"""The living page in a real browser: axe, width, console and policy, with and without script."""

import os
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .conftest import drafts

QUIET = ["quic", "background-networking", "component-update", "sync"]
FLAGS = ["--no-sandbox", *(f"--disable-{part}" for part in QUIET)]
CHROMIUM = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = {"wide": 1280, "phone": 360}
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium here: set TEST_CHROMIUM or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def visit(browser: Browser, url: str, width: int = 1280, **context) -> tuple[Page, list[str]]:
    """A page with what its console said; close it by page.context.close()."""
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url)
    return page, said


LOOKS = [
    ("zh-Hans", "light", "normal", "phone"),
    *(
        pytest.param(*look, marks=pytest.mark.long)
        for look in (
            ("zh-Hans", "light", "normal", "wide"),
            *product(["zh-Hans"], ["dark"], ["normal"], WIDTHS),
            *product(["en"], ["light", "dark"], ["normal"], WIDTHS),
            *product(["en"], ["light"], ["large"], WIDTHS),
            ("zh-Hans", "dark", "large", "phone"),
        )
    ),
]


@pytest.mark.parametrize(("lang", "theme", "size", "width"), LOOKS)
def test_style_guide_has_no_fault(browser, address, lang, theme, size, width):
    url = f"{address}/styleguide?lang={lang}&theme={theme}&type={size}&flash=1"
    page, said = visit(browser, url, WIDTHS[width])
    found = Axe().run(page, options=RULES)
    sideways = page.evaluate(SIDEWAYS)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"styleguide-{lang}-{theme}-{size}-{width}.png", full_page=True)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()
    assert sideways <= 0
    assert said == []


GROUNDS = [("/styleguide?ground=work&me=none", "wide"), ("/error", "phone"), ("/error?lang=en&theme=dark", "wide")]


@pytest.mark.parametrize(("path", "width"), GROUNDS)
def test_other_grounds_have_no_fault(browser, address, path, width):
    page, said = visit(browser, address + path, WIDTHS[width])
    found = Axe().run(page, options=RULES)
    sideways = page.evaluate(SIDEWAYS)
    page.context.close()
    assert found.violations_count == 0, found.generate_report()
    assert sideways <= 0
    assert said == []


def test_theme_and_size_act_at_once_and_are_kept_by_cookie(browser, address):
    page, said = visit(browser, f"{address}/styleguide")
    with page.expect_request(lambda request: "/display?" in request.url and "theme=dark" in request.url):
        page.locator(".tools .to-dark").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.locator(".tools .to-light").is_visible()
    assert not page.locator(".tools .to-dark").is_visible()
    page.locator(".tools .to-large").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "21px"
    assert said == []
    page.context.close()


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(24, 32, 41)")])
def test_auto_follows_the_system(browser, address, scheme, ground):
    page, _ = visit(browser, f"{address}/styleguide?theme=auto", color_scheme=scheme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    assert page.locator(".tools .to-dark").is_visible() == (scheme == "light")
    assert page.locator(".tools .to-light").is_visible() == (scheme == "dark")
    page.context.close()


def test_without_script_menus_folds_and_links_work(browser, address):
    page, _ = visit(browser, f"{address}/styleguide", 360, java_script_enabled=False)
    assert not page.get_by_role("button", name="退出登录").is_visible()
    page.locator(".who summary").click()
    assert page.get_by_role("button", name="退出登录").is_visible()
    assert not page.locator(".facet").first.is_visible()
    page.locator(".narrow > summary").click()
    assert page.locator(".facet").first.is_visible()
    assert page.locator(".to-dark").last.get_attribute("href").startswith("/display?next=")
    page.context.close()


def test_details_of_a_difference_appear_when_it_is_chosen(browser, address):
    page, _ = visit(browser, f"{address}/styleguide")
    note = page.locator("#f-lamps-note")
    assert page.locator("#f-puppets-note").is_visible()
    assert not note.is_visible()
    page.locator('input[name="lamps"][value="differs"]').check()
    assert note.is_visible()
    page.context.close()


def test_keyboard_reaches_the_content_and_closes_the_menu(browser, address):
    page, _ = visit(browser, f"{address}/styleguide")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("window.scrollTo(0, 0)")
    page.locator(".who summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu__list").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".menu__list").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_drafts_save_themselves_and_say_so(browser, address):
    drafts.clear()
    page, said = visit(browser, f"{address}/draft")
    note, title = page.locator("[data-autosave-note]"), page.locator("#f-title")
    title.fill("重阳")
    expect(note).to_have_text("已存好，第1次")
    assert drafts[-1]["title"] == "重阳"
    assert drafts[-1]["version"] == "1"
    assert page.locator("input[name=version]").input_value() == "2"
    assert said == []
    title.fill("重阳 down")
    expect(note).to_contain_text("还没存上")
    title.fill("重阳送戏")
    expect(note).to_have_text("已存好，第2次")
    assert drafts[-1] | {"csrf_token": ""} == {"csrf_token": "", "version": "2", "title": "重阳送戏"}
    page.context.close()


def test_a_refused_draft_is_not_sent_again_unchanged(browser, address):
    page, _ = visit(browser, f"{address}/draft")
    page.locator("#f-title").fill("no")
    expect(page.locator("[data-autosave-note]")).to_contain_text("还没存上")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(2500)
    assert [url for url in sent if url.endswith("/draft")] == []
    page.context.close()


def test_live_checks_arrive_under_the_strict_policy(browser, address):
    page, said = visit(browser, f"{address}/draft")
    page.locator("#f-title").press_sequentially("限高够")
    expect(page.locator("#checks li.ok")).to_contain_text("限高够")
    assert said == []
    page.context.close()


def test_paper_keeps_the_words_and_drops_what_cannot_be_pressed(browser, address):
    page, _ = visit(browser, f"{address}/styleguide?theme=dark", 720)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    for gone in (".masthead", ".foot", ".btn", ".chips a", ".facets", ".pager"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".printonly").is_visible()
    assert page.locator(".entry").first.bounding_box()["width"] > 500
    assert page.evaluate(SIDEWAYS) <= 0
    page.context.close()
