"""How people use a page: with a pointer, or with nothing but the keys. Things are named as in the form: by name and value."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, Request, expect

FARTHEST = 400
"""Tabs after which something counts as out of reach."""
FILE = re.compile(rb'filename="[^"]')
FOLD = "xpath=ancestor::details[1]/summary"
STOPS = ":not([tabindex='-1'])"
"""What Tab does not pass over, like the picture beside a title that leads to the same page."""


class Hands(Protocol):
    """What a person does; each finds its target in the page as it is now."""

    page: Page

    def press(self, target: str) -> None: ...
    def fill(self, name: str, value: str) -> None: ...
    def choose(self, name: str, value: str) -> None: ...
    def tick(self, name: str, *values: str) -> None: ...
    def upload(self, name: str, *files: Path) -> None: ...


class Pointer:
    """A mouse or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: str) -> None:
        self.page.locator(target).filter(visible=True).first.click()

    def fill(self, name: str, value: str) -> None:
        field = self._field(name)
        self._unfold(field)
        field.fill(value)

    def choose(self, name: str, value: str) -> None:
        field = self._field(name)
        if field.evaluate("one => one.type") == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            field.select_option(value)

    def tick(self, name: str, *values: str) -> None:
        for value in values:
            box = self.page.locator(f'[name="{name}"][value="{value}"]')
            self._unfold(box)
            box.check()

    def upload(self, name: str, *files: Path) -> None:
        self._field(name).set_input_files(files)

    def _unfold(self, target: Locator) -> None:
        """Open the fold in which it lies, if one does."""
        target.wait_for(state="attached")
        if (fold := target.locator(FOLD)).count() and not target.is_visible():
            fold.click()

    def _field(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:not([type=hidden])').first


class Hasty(Pointer):
    """A mouse that presses twice whatever sends something. A quick browser makes one of it and a slow one two, so what went out is sent
    once more beside it: forms `doubled` so far, files are not sent again."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.doubled = 0

    def press(self, target: str) -> None:
        found = self.page.locator(target).filter(visible=True).first
        if found.evaluate("one => one.type === 'submit' && one.form?.method === 'post'"):
            with self.page.expect_request(lambda one: one.method == "POST" and one.is_navigation_request()) as sent:
                found.dblclick()
            self._again(sent.value)
        else:
            found.click()

    def _again(self, request: Request) -> None:
        told = request.headers
        if (body := request.post_data_buffer) and not FILE.search(body):
            headers = {name: told[name] for name in ("content-type", "referer", "origin") if name in told}
            self.page.request.post(request.url, data=body, headers=headers, max_redirects=0)
            self.doubled += 1


class Keys:
    """Tab, Enter, Space, arrows and what is typed; no pointer at all."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # The browser is told to hand its file chooser over when somebody first listens; a key pressed at once would be quicker.
        page.on("filechooser", lambda _chooser: None)

    def press(self, target: str) -> None:
        self._reach(self.page.locator(target).and_(self.page.locator(STOPS)).filter(visible=True).first)
        self.page.keyboard.press("Enter")

    def fill(self, name: str, value: str) -> None:
        field = self._field(name)
        self._unfold(field)
        kind = self._reach(field)
        if kind in ("date", "datetime-local"):
            for number, part in enumerate(_american(value)):
                if number:
                    self.page.keyboard.press("Tab")
                self.page.keyboard.type(part)
        else:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(value)
        expect(field).to_have_value(value)

    def choose(self, name: str, value: str) -> None:
        field = self._field(name)
        if self._reach(self._any(name)) == "radio":
            for _turn in range(20):
                if self.page.locator(f'[name="{name}"][value="{value}"]').is_checked():
                    return
                self.page.keyboard.press("ArrowDown" if self.page.locator(f'[name="{name}"]:checked').count() else "Space")
            raise AssertionError(f"no arrow leads to {value}")
        self.page.keyboard.press("Home")
        for _turn in range(200):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} does not offer {value}")

    def tick(self, name: str, *values: str) -> None:
        for value in values:
            box = self.page.locator(f'[name="{name}"][value="{value}"]')
            self._unfold(box)
            self._reach(box)
            if not box.is_checked():
                self.page.keyboard.press("Space")
            expect(box).to_be_checked()

    def upload(self, name: str, *files: Path) -> None:
        self._reach(self._field(name))
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Enter")
        opened.value.set_files(files)

    def _unfold(self, target: Locator) -> None:
        target.wait_for(state="attached")
        if (fold := target.locator(FOLD)).count() and not target.is_visible():
            self._reach(fold)
            self.page.keyboard.press("Enter")

    def _field(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:not([type=hidden])').first

    def _any(self, name: str) -> Locator:
        """Of radio buttons the one that Tab stops at."""
        chosen = self.page.locator(f'main [name="{name}"]:checked')
        return chosen if chosen.count() else self._field(name)

    def _reach(self, target: Locator) -> str:
        """Tab on until the target has the focus; returns its type."""
        target.wait_for()
        element = target.element_handle()
        for _step in range(FARTHEST):
            if element.evaluate("one => one === document.activeElement"):
                assert element.evaluate("one => one.matches(':focus-visible')"), "the focus is not shown"
                return str(element.evaluate("one => one.type || ''"))
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")


def _american(value: str) -> tuple[str, ...]:
    """An ISO date or moment as the keys of a browser in American English; Tab leads from the year on to the time."""
    day, _, time = value.partition("T")
    year, month, date = day.split("-")
    typed = f"{month}{date}{year}"
    if not time:
        return (typed,)
    hour, minute = time.split(":")
    return typed, f"{int(hour) % 12 or 12:02}{minute}{'AM' if int(hour) < 12 else 'PM'}"


def fill_in(hands: Hands, values: Sequence[tuple[str, str, str | tuple[str, ...]]]) -> None:
    """Fill fields in their order on the page: (how, name, what), how being `fill`, `choose` or `tick`."""
    for how, name, what in values:
        if isinstance(what, tuple):
            hands.tick(name, *what)
        elif how == "choose":
            hands.choose(name, what)
        else:
            hands.fill(name, what)
