"""Somebody at a screen: who, in which language, how wide, with which hands."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from alliance.demo import pictures
from alliance.demo.making import papers
from alliance.people.demo_accounts import DEMO_PASSWORD
from tests.browser.checks import Watch, faults
from tests.browser.hands import Hands, Hasty, Keys, Pointer
from tests.browser.site import Site


@dataclass(frozen=True)
class Way:
    """One way of going through a journey: `how` is pointer, keys, hasty (two presses for one), or plain (no JavaScript)."""

    lang: str
    width: int
    how: str

    def __str__(self) -> str:
        return f"{self.lang}-{self.width}-{self.how}"


WAYS = (Way("zh-Hans", 360, "plain"), Way("en", 1280, "keys"), Way("en", 360, "pointer"))
FEW = WAYS[:2]
"""For a journey that is like another in all that hands do."""
Cookies = tuple[tuple[str, str], ...]
PATIENCE = 60_000
"""Milliseconds after which something counts as not happening, also on a machine that has much else to do."""
expect.set_options(timeout=PATIENCE)
HASTY = Way("zh-Hans", 1280, "hasty")
HANDS: dict[str, Callable[[Page], Hands]] = {"pointer": Pointer, "plain": Pointer, "keys": Keys, "hasty": Hasty}


class Somebody:
    """A person of the demo, or a visitor, at a browser of their own."""

    def __init__(self, browser: Browser, site: Site, way: Way) -> None:
        self.way, self.site, self.origin = way, site, site.url
        self.context = browser.new_context(
            base_url=site.url,
            locale="en-US" if way.lang == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": way.width, "height": 900},
            java_script_enabled=way.how != "plain",
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_cookies([{"name": "lang", "value": way.lang, "url": site.url}])
        self.page: Page = self.context.new_page()
        self.watch = Watch(self.page)
        self.hands: Hands = HANDS[way.how](self.page)

    def sign_in(self, mailbox: str) -> None:
        """By the form, starting from the home page."""
        self.page.goto("/")
        self.hands.press('header a[href^="/sign-in"]')
        self.hands.fill("email", f"{mailbox}@demo.example")
        self.hands.fill("password", DEMO_PASSWORD)
        self.hands.press("main form:has([name=remember]) button")
        self.page.locator(".who.menu").wait_for()

    def comes_back(self, cookies: Cookies) -> None:
        """With what the browser has kept of a sign-in; they stand before the desk."""
        self.context.add_cookies([{"name": name, "value": value, "url": self.origin} for name, value in cookies if name != "lang"])
        self.page.goto("/desk")

    def go(self, path: str) -> None:
        """Follow a link to that address on the page."""
        self.hands.press(f'a[href="{path}"]')
        self.page.wait_for_url(f"**{path}")

    def says(self, tone: str = "ok") -> str:
        """The word that the page gives on what was just done."""
        return self.page.locator(f".flash--{tone}").first.inner_text()

    def is_well(self) -> None:
        """The page as it is now has no fault, and the console was silent all the way here."""
        read_at = () if self.way.how == "plain" else (self.way.width,)
        assert faults(self.page, self.way.lang, (self.way.width,), read_at) == []
        assert self.watch.take() == []

    def close(self) -> None:
        self.context.close()


def photo(folder: Path, name: str) -> Path:
    """A drawing as the JPEG of a camera."""
    path = folder / f"{name}.jpg"
    pictures.picture(name, width=900).save(path)
    return path


def paper(folder: Path, name: str) -> Path:
    """A page of words as a PDF."""
    path = folder / f"{name}.pdf"
    path.write_bytes(papers.sheet(name, over="", under="", by="", dated="", parts=({"head": name, "text": ("内容虚构。",)},)))
    return path
