"""Takes the README's picture: the first page of a portal that serves the demo.

.venv/bin/python -m docs.pictures.take http://127.0.0.1:8000
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.servers import chromium


def main(address: str) -> None:
    """Home at 1280 × 1500, light, in Chinese."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.path(), args=list(chromium.FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 1500}, locale="zh-CN", color_scheme="light")
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=Path(__file__).with_name("home.png"))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
