"""The browser that the machine has: Chromium or Chrome, driven by Playwright."""

import os
import shutil

from tests.servers import NotHereError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str:
    """The browser's program, for Playwright's `executable_path`."""
    for name in (os.environ.get("TEST_CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise NotHereError("No Chromium is installed (on Debian: apt-get install chromium fonts-noto-cjk)")
