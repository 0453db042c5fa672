"""The timeline by keys: one stop for the Tab key, the arrows from cell to cell."""

import pytest

from tests.browser.conftest import Open

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def test_arrows_go_from_cell_to_cell(opened: Open) -> None:
    page = opened("qiu").page
    page.goto("/calendars/timeline?centre=hefeng")
    assert page.locator('.board a[tabindex="0"]').count() == 1
    page.locator('.board a[tabindex="0"]').focus()
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "End", "Home"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.getAttribute('href')"))
    assert seen[0] == seen[2]
    assert len(set(seen[1:])) == 5
    assert seen[-1].startswith("/resources/")
    assert page.locator('.board a[tabindex="0"]').count() == 1
