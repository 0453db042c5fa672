"""People of both sides at their browsers: pages are read and their forms sent as a browser would."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


class Forms(HTMLParser):
    """The forms of a page: address and the fields that a browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._area = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        if not self.found or "name" not in given:
            if tag == "option" and self._select and "selected" in given:
                self.found[-1][1][self._select] = [given.get("value", "")]
            return
        fields = self.found[-1][1]
        if tag == "input" and given.get("type") not in ("checkbox", "radio", "file", "submit"):
            fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "input" and "checked" in given:
            fields.setdefault(given["name"], []).append(given.get("value", "on"))
        elif tag == "textarea":
            self._area = given["name"]
            fields[self._area] = [""]
        elif tag == "select":
            self._select = given["name"]
            fields.setdefault(self._select, [""])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1][1][self._area][0] += data


@dataclass
class Browser:
    """One signed-in person's (or a visitor's) browser."""

    client: FlaskClient
    pages: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (address, answer.status_code, text[-2500:])
        return text

    def fields(self, address: str, to: str) -> dict[str, Any]:
        """What the form on that page which goes `to` would send."""
        for action, found in Forms(self.get(address)).found:
            if action.partition("?")[0] == to:
                return {name: value if len(value) > 1 else value[0] for name, value in found.items()}
        raise AssertionError(f"no form to {to} on {address}")

    def send(self, to: str, fields: dict[str, Any]) -> TestResponse:
        return self.client.post(to, data=fields, content_type="multipart/form-data")

    def ask(self, code: str, **typed: Any) -> TestResponse:
        """Fill in the request form and press a button (do=submit)."""
        form = self.fields(f"/agreements/new?resource={code}", "/agreements/new")
        return self.send("/agreements/new", form | REQUEST | {"do": "submit"} | typed)

    def act(self, number: str, action: str, status: int = 302, **typed: Any) -> str:
        """Open the page of an action, or its button on the agreement's page; fill it in; send it."""
        to = f"/agreements/{number}/{action}"
        at = f"/agreements/{number}" if action in ("submit", "ask_endorsement", "accept_handling", "close") else to
        answer = self.send(to, self.fields(at, to) | typed)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (action, answer.status_code, text[-3000:])
        return text


REQUEST = {
    "title": "重阳节下乡演出",
    "activity_type": "performance",
    "starts_at": "2025-04-01T09:00",
    "ends_at": "2025-04-01T17:00",
    "second_starts_at": "2025-04-08T09:00",
    "second_ends_at": "2025-04-08T17:00",
    "place": "下河村文化礼堂",
    "division_code": "990102",
    "audience": "200",
    "contact_name": "周莉",
    "contact_phone": "0900-555 0121",
    "pledge": "1",
}


def number_of(answer: TestResponse) -> str:
    """The agreement to which an answer leads."""
    found = re.search(r"/agreements/(JY-\d{4}-\d+)(?:/stops)?$", answer.headers.get("Location", ""))
    assert found is not None, (answer.status_code, answer.get_data(as_text=True)[-3000:])
    return found[1]


def photo(name: str = "车头.png") -> tuple[io.BytesIO, str]:
    """A picture to send along."""
    return io.BytesIO(PNG), name


def counted(page: dict[str, Any], **differing: dict[str, str]) -> dict[str, str]:
    """Every row of a list as agreed, but those by number that differ."""
    rows = [name for name in page if re.fullmatch(r"row-\d+-item", name)]
    made = {name.replace("-item", "-state"): "good" for name in rows}
    for row, told in differing.items():
        number = row.removeprefix("r")
        made[f"row-{number}-state"] = "differs"
        made |= {f"row-{number}-{name}": value for name, value in told.items()}
    return made
