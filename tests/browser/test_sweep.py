"""Each kind of page, for each kind of person, in both languages and at both widths, has no fault; some also in the dark, large, on paper, without script."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Route
from werkzeug.exceptions import NotFound

from alliance.permissions import verb_of
from tests.browser.checks import WIDTHS, Watch, faults, faults_by_keys, faults_on_paper, faults_without_script, shot
from tests.browser.conftest import Open, Window
from tests.browser.pages import ADMIN, HANDLER, NO_PAGE, ON_THE_WAY, PAGES, REFUSED, STAFF, VISITOR, rows
from tests.browser.site import Site, aside

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ALL = [(who, path) for who, paths in PAGES.items() for path in paths]
DARK = [
    (VISITOR, "/"),
    (VISITOR, "/search"),
    (VISITOR, "/resources/{truck}"),
    (VISITOR, "/archive/{image}"),
    (VISITOR, "/centres"),
    (STAFF, "/desk"),
    (STAFF, "/agreements/new?resource={truck}"),
    (HANDLER, "/agreements/{damaged}"),
    (HANDLER, "/resources/{truck}/edit"),
    (ADMIN, "/admin/"),
    (ADMIN, "/admin/figures"),
    (VISITOR, "/figures"),
]


@pytest.fixture(scope="session")
def known(site: Site) -> dict[str, str]:
    return aside(lambda: rows(site.app))


def named(value: object) -> str:
    return re.sub(r"[^a-z0-9{}?=&-]+", "-", str(value)).strip("-") or "home"


@dataclass(frozen=True)
class Look:
    """What is chosen for the display, at which widths the page is read out, and whether it is printed."""

    lang: str
    read_at: tuple[int, ...]
    theme: str = "light"
    type: str = "normal"
    printed: bool = False
    script: bool = True


PLAIN = (Look("zh-Hans", (1280,)), Look("en", (360,)))
"""Every page: each language at each width; to be read out it need not be in both languages at once as wide and as narrow."""
OTHER = (
    Look("zh-Hans", (1280,), "dark", printed=True),
    Look("zh-Hans", (360,), "dark", "large"),
    Look("en", (), "light", "large", printed=True),
    Look("zh-Hans", (), script=False),
)


@pytest.fixture
def look(opened: Open, known: dict[str, str], shots: str | None) -> Callable[[str, str, Look], list[str]]:
    """`look("liu", "/desk", how)`: whatever is wrong with the page when looked at so."""

    def run(who: str, path: str, how: Look) -> list[str]:
        window = opened(who, how.script, lang=how.lang, theme=how.theme, type=how.type)
        address, name = (
            path.format(**known),
            "-".join((who, named(path), how.lang, how.theme, how.type, "" if how.script else "plain")),
        )
        status = REFUSED.get((who, path), 200)
        return [f"{how.lang} {how.theme} {how.type}: {fault}" for fault in seen(window, address, status, how, name, shots)]

    return run


def seen(window: Window, address: str, status: int, how: Look, name: str, shots: str | None) -> Iterator[str]:
    page = window.page
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    answer = page.goto(address)
    if answer is None or answer.status != status:
        yield f"status {answer and answer.status} instead of {status}"
    if not how.script:
        yield from faults_without_script(page, how.lang)
    for width in WIDTHS if how.script else ():
        yield from faults(page, how.lang, (width,), how.read_at)
        if width in how.read_at:
            yield from faults_by_keys(page)
        shot(page, shots, f"{name}-{width}")
    if how.printed:
        yield from faults_on_paper(page)
        shot(page, shots, f"{name}-paper")
    yield from window.watch.take()


@pytest.mark.parametrize(("who", "path"), ALL, ids=named)
def test_page_has_no_fault(look: Callable[[str, str, Look], list[str]], who: str, path: str) -> None:
    assert [fault for how in PLAIN for fault in look(who, path, how)] == []


@pytest.mark.parametrize(("who", "path"), DARK, ids=named)
def test_page_has_no_fault_in_the_dark_large_on_paper_and_without_script(
    look: Callable[[str, str, Look], list[str]], who: str, path: str
) -> None:
    assert [fault for how in OTHER for fault in look(who, path, how)] == []


def test_every_page_is_looked_at(site: Site, known: dict[str, str]) -> None:
    routes = site.app.url_map.bind("localhost")
    seen = set()
    for _who, path in ALL:
        try:
            seen.add(routes.match(path.format(**known).partition("?")[0])[0])
        except (LookupError, NotFound):
            assert path == "/nothing-here"
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NO_PAGE - ON_THE_WAY - seen == set()
    assert seen & (NO_PAGE | ON_THE_WAY) == set()
    assert all(verb_of(site.app.view_functions[name]) for name in seen)


BAD = """<!doctype html><html lang="en"><head><title>x</title><script>1</script></head>
<body><h1>One</h1><h1>Two</h1><p>中文</p><img src="/static/img/drum.svg" alt="鼓"><span lang="zh">可以</span>
<div style="width: 2000px">wide</div><a href="/" style="outline: 0">plain</a><a href="/">seen</a><pre>{}</pre><img src="/static/img/favicon.svg"></body></html>""".format(
    "x" * 500
)


def test_the_checks_find_what_is_wrong(opened: Open) -> None:
    page = opened(VISITOR, lang="en").page.context.new_page()
    watch = Watch(page)
    policy = {"Content-Security-Policy": "default-src 'self'; style-src 'unsafe-inline'"}
    page.route("**/bad", lambda route: spoiled(route, policy))
    page.goto("/bad")
    found = faults(page, "en") + faults_by_keys(page)
    page.close()
    for fault in (
        "360: image-alt",
        "1280: image-alt",
        "360: scrolls sideways",
        "title is 'x'",
        "2 h1",
        "Chinese: 中文",
        'focus is not shown: <a href="/" style',
        "Chinese: img alt=鼓",
    ):
        assert any(one.startswith(fault) for one in found), fault
    assert not any("可以" in one or "seen" in one for one in found)
    assert any("Content Security Policy" in one for one in watch.take())


def spoiled(route: Route, headers: dict[str, str]) -> None:
    route.fulfill(body=BAD, headers={**headers, "Content-Type": "text/html; charset=utf-8"})
