"""What every page must be, in one place: `faults(page)` names whatever is not so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
WIDTHS = (1280, 360)
ENDING = {"zh-Hans": "·文化馆联盟资源共享平台", "en": " · Alliance of Cultural Centres"}
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
HEADINGS = "() => [...document.querySelectorAll('h1')].filter(one => one.checkVisibility()).length"
CHINESE = """() => {
  const han = /[\\u3400-\\u9fff]/, found = [];
  const marked = (element) => element.closest("[lang]")?.lang.startsWith("zh");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, data } = walker.currentNode;
    if (han.test(data) && !marked(parent) && !parent.closest("script")) found.push(data.trim());
  }
  for (const name of ["alt", "title", "aria-label", "placeholder", "value", "data-l"])
    for (const element of document.body.querySelectorAll(`[${name}]`))
      if (han.test(element.getAttribute(name)) && !marked(element) && element.type !== "hidden" && !(name === "value" && element.matches("option, [type=radio], [type=checkbox], button, datalist *")))
        found.push(`${element.tagName.toLowerCase()} ${name}=${element.getAttribute(name)}`);
  return found;
}"""
IN_VAIN = """() => [...document.querySelectorAll("button[type=button], a:not([href]), [data-print]")].filter(one => one.checkVisibility())
  .map(one => one.outerHTML.slice(0, 120))"""
UNSHOWN = """() => {
  const marks = (one) => { const style = getComputedStyle(one); return [style.outlineStyle === "none" ? "" : style.outline, style.boxShadow, style.backgroundColor].join(); };
  const around = (one) => [one, one.nextElementSibling, ...(one.labels ?? []), one.parentElement, one.parentElement.parentElement].filter(Boolean).map(marks).join();
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, audio, video, [tabindex]")]
    .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }));
  document.activeElement.blur();
  const found = [], before = new Map(stops.map(one => [one, around(one)]));
  for (const one of stops) {
    one.focus();
    if (document.activeElement !== one) continue;
    const { left, right, width, height } = one.getBoundingClientRect();
    if (around(one) === before.get(one)) found.push(`focus is not shown: ${one.outerHTML.slice(0, 120)}`);
    else if (!width || !height || right <= 0 || left >= innerWidth) found.push(`focus is out of sight: ${one.outerHTML.slice(0, 120)}`);
  }
  document.activeElement.blur();
  return found.slice(0, 6);
}"""
PAPER = 703
"""Pixels between the margins of A4."""
PRINTED = """() => {
  const shown = (what) => [...document.querySelectorAll(what)].filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 120));
  const dark = getComputedStyle(document.body), bright = (colour) => colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
  const found = shown("nav, .masthead, .skip, button, input[type=search]").map(one => `printed: ${one}`);
  if (bright(dark.backgroundColor) < 250 || bright(dark.color) > 60) found.push(`printed ${dark.color} on ${dark.backgroundColor}`);
  const cut = [...document.body.querySelectorAll("*")].filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
    && one.checkVisibility() && getComputedStyle(one).overflowX !== "visible");
  found.push(...cut.map(one => `cut off: ${one.outerHTML.slice(0, 120)}`));
  if (!document.querySelector("h1")?.checkVisibility()) found.push("printed without its heading");
  return found;
}"""
AGAIN = re.compile(r"Failed to load resource: the server responded with a status of (40[034]|422)")
"""The browser's own word on a page that is meant to be refused; the status of each page is asserted beside it."""
BROKEN_OFF = ("media", "xhr", "fetch", "document", "image", "other")
"""What a browser breaks off by itself: a recording of which it has read enough, a question in the background, or an icon, of a page that is left,
a form for the same form sent again."""


@dataclass
class Watch:
    """What the console and the page said since they were watched."""

    said: list[str] = field(default_factory=list)

    def __init__(self, page: Page) -> None:
        self.said = []
        page.on("console", lambda message: self.said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("requestfailed", self._failed)

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED" or request.resource_type not in BROKEN_OFF:
            self.said.append(f"{request.url}: {request.failure}")

    def take(self) -> list[str]:
        """What was said, but for the status of a refused page; then forget it."""
        told, self.said = [text for text in self.said if not AGAIN.match(text)], []
        return told


def faults(page: Page, lang: str, widths: tuple[int, ...] = WIDTHS, read_at: tuple[int, ...] = WIDTHS) -> list[str]:
    """Whatever is wrong with the open page: at each width what reaches beyond the edge, at those of `read_at` its accessibility, then its words."""
    found = [f"{width}: {fault}" for width in widths for fault in _at(page, width, width in read_at)]
    return [*found, *_words(page, lang)]


def faults_without_script(page: Page, lang: str) -> list[str]:
    """Whatever is wrong on a phone where no script runs: what reaches beyond the edge, what is there to be pressed in vain; its words."""
    page.set_viewport_size({"width": min(WIDTHS), "height": 900})
    return [*_sideways(page), *(f"does nothing: {one}" for one in page.evaluate(IN_VAIN)), *_words(page, lang)]


def _at(page: Page, width: int, read: bool) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 900})
    for violation in AXE.run(page, options=RULES).response["violations"] if read else ():
        yield from (_told(violation, node) for node in violation["nodes"][:4])
    yield from _sideways(page)


def _sideways(page: Page) -> Iterator[str]:
    page.wait_for_load_state()  # before its styles are there a page is as wide as its pictures
    if (beyond := page.evaluate(SIDEWAYS)) > 0:
        yield f"scrolls sideways by {beyond} px: {page.evaluate(WIDEST)}"


WIDEST = """() => { const edge = document.documentElement.clientWidth; return [...document.body.querySelectorAll("*")]
  .filter(one => one.getBoundingClientRect().right > edge + 1).slice(-3).map(one => one.outerHTML.slice(0, 120)).join(" | ") }"""


def _told(violation: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"


def _words(page: Page, lang: str) -> Iterator[str]:
    if (said := page.evaluate("document.documentElement.lang")) != lang:
        yield f"lang is {said}"
    title = page.title()
    if not title.endswith(ENDING[lang]) or not title.removesuffix(ENDING[lang]).strip():
        yield f"title is {title!r}"
    if (count := page.evaluate(HEADINGS)) != 1:
        yield f"{count} h1"
    if lang == "en":
        yield from (f"Chinese: {text}" for text in page.evaluate(CHINESE))


def faults_by_keys(page: Page) -> list[str]:
    """Where somebody with a keyboard would not see where they are, at the page's present width."""
    page.keyboard.press("Tab")  # from now on the browser shows the focus
    return [str(one) for one in page.evaluate(UNSHOWN)]


def faults_on_paper(page: Page) -> list[str]:
    """Whatever is wrong with the open page when it is printed: it shows what is pressed on a screen, it is dark, it is cut off."""
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    return [*page.evaluate(PRINTED), *_sideways(page)]


def shot(page: Page, folder: str | None, name: str) -> None:
    """A picture of the page, where a folder for pictures is named."""
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
