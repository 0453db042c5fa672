"""One browser and one demo for all; a test that writes asks for a portal over its own copy."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from alliance.people.demo_accounts import DEMO_PASSWORD
from tests.browser import site as sites
from tests.browser.checks import Watch
from tests.browser.pages import VISITOR
from tests.browser.people import PATIENCE, WAYS, Cookies, Somebody, Way
from tests.browser.site import Site
from tests.servers.chromium import FLAGS
from tests.servers.shared import Shared, locked

ROOT = Path(__file__).resolve().parents[2]
BUILT = {
    "static/dist/manifest.json": "npm ci && npm run build",
    "alliance/translations/en/LC_MESSAGES/messages.mo": "python -m alliance.translations",
}


@dataclass(frozen=True)
class Window:
    """A page in which somebody is signed in, and what it and the console say."""

    page: Page
    watch: Watch


Open = Callable[..., Window]
Signed = Callable[[str], Cookies]
Meet = Callable[[str], Somebody]


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser; gone after this package, because Playwright's loop in this thread would not suffer what others do here."""
    if missing := [command for file, command in BUILT.items() if not (ROOT / file).exists()]:
        pytest.skip(f"not built yet: {missing}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(chromium: str, shared_servers: Shared) -> Path:
    """The folder of a demo to copy, made once for all workers of a run, where there is a browser to look at it."""
    folder, done = shared_servers.folder / "demo", shared_servers.folder / "demo.done"
    with locked(shared_servers.folder / "demo.lock"):
        if not done.exists():
            sites.aside(lambda: sites.furnish(folder))
            done.touch()
    return folder


@pytest.fixture(scope="session")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A portal that is only looked at."""
    with sites.serving(demo, tmp_path_factory.mktemp("site") / "data") as site:
        yield site


@pytest.fixture
def own_site(demo: Path, tmp_path: Path) -> Iterator[Site]:
    """A portal of this test alone."""
    with sites.serving(demo, tmp_path / "data") as site:
        yield site


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way of going through a journey."""
    found: Way = request.param
    return found


@pytest.fixture(scope="package")
def signed(browser: Browser, site: Site) -> Signed:
    """`signed("liu")`: what the browser of somebody who has signed in holds, on any copy of the demo; they sign in once for the package."""

    @cache
    def cookies(who: str) -> Cookies:
        with closing(browser.new_context(base_url=site.url)) as context:
            context.set_default_timeout(PATIENCE)
            return sign_in(context, who) if who != VISITOR else ()

    return cookies


@pytest.fixture
def meet(browser: Browser, own_site: Site, way: Way, signed: Signed) -> Iterator[Meet]:
    """`meet("liu")`: somebody at a browser of their own, signed in already and before the desk, on a portal of this test alone; "visitor" is nobody."""
    with ExitStack() as leaving:

        def run(who: str) -> Somebody:
            somebody = leaving.enter_context(closing(Somebody(browser, own_site, way)))
            if who != VISITOR:
                somebody.comes_back(signed(who))
            return somebody

        yield run


@pytest.fixture(scope="package")
def opened(browser: Browser, site: Site, signed: Signed) -> Iterator[Open]:
    """`opened("liu", lang="en")`: a window on `site` in which somebody is signed in, one for each of them in this package."""
    kept: dict[tuple[str, bool], Window] = {}

    def run(who: str, script: bool = True, **chosen: str) -> Window:
        key = (who, script)
        if key not in kept:
            page = as_person(browser, site, signed(who), script).new_page()
            kept[key] = Window(page, Watch(page))
        choose(kept[key].page.context, site, **chosen)
        return kept[key]

    yield run
    for window in kept.values():
        window.page.context.close()


def as_person(browser: Browser, site: Site, cookies: Cookies, script: bool = True) -> BrowserContext:
    """A new context that holds these cookies."""
    context = browser.new_context(
        base_url=site.url, viewport={"width": 1280, "height": 900}, java_script_enabled=script, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    choose(context, site, **dict(cookies))
    return context


def choose(context: BrowserContext, site: Site, **cookies: str) -> None:
    """Set cookies, as those of the display: `lang`, `theme`, `type`."""
    context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])


def sign_in(context: BrowserContext, who: str) -> Cookies:
    """By the form; returns what the browser holds then."""
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("#f-email").fill(f"{who}@demo.example")
    page.locator("#f-password").fill(DEMO_PASSWORD)
    page.locator("#f-password").press("Enter")
    page.locator(".who.menu").wait_for()
    return tuple((str(cookie["name"]), str(cookie["value"])) for cookie in context.cookies())


@pytest.fixture(scope="session")
def shots() -> str | None:
    """Where pictures of pages go, if anybody wants them."""
    return os.environ.get("SHOTS")
