"""The forms of a page with the kinds of their fields; all addresses to which it posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXTS = {"text", "textarea", "search", "email", "tel", "url", "number", "date", "datetime-local", "time", "month", "week"}


@dataclass
class Field:
    """A field by its name: its type, what it holds, what can be chosen."""

    kind: str
    held: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)


@dataclass
class Form:
    """Where a form leads, and its fields; a text area's or a select's own kind is its tag."""

    to: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, list[str]]:
        """What a browser would send if nothing were touched."""
        return {name: list(one.held) for name, one in self.fields.items() if one.held}

    @property
    def texts(self) -> list[str]:
        """The names of what is typed."""
        return [name for name, one in self.fields.items() if one.kind in TEXTS]


class Forms(HTMLParser):
    """`found`: every form, and once more for each address to which it is posted as one goes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._area = self._select = ""
        self._more: list[tuple[str, Form]] = []
        self.feed(page)
        self.found += [Form(to, "post", form.fields) for to, form in self._more]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._more += [(given[name], self.found[-1]) for name in ("data-autosave", "hx-post") if name in given]
        elif tag == "option" and self._select and self.found:
            chosen = self.found[-1].fields[self._select]
            chosen.offered.append(given.get("value", ""))
            if "selected" in given:
                chosen.held = [given.get("value", "")]
        elif self.found and given.get("name"):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else "submit" if tag == "button" else tag
        if kind not in TEXTS | {"hidden", "password", "checkbox", "radio", "select", "file", "submit"}:
            return
        one = self.found[-1].fields.setdefault(given["name"], Field(kind))
        if kind in ("checkbox", "radio", "submit"):
            one.offered.append(given.get("value", "on"))
        if kind == "select":
            self._select = given["name"]
        elif kind == "textarea":
            self._area, one.held = given["name"], [*one.held, ""]
        elif kind not in ("file", "submit") and (kind not in ("checkbox", "radio") or "checked" in given):
            one.held.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1].fields[self._area].held[-1] += data
