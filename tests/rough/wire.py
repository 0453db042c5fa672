"""A browser's connection over real HTTP; forms are read and sent by tests/exchange/browsers.py."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import Headers
from werkzeug.test import encode_multipart

from tests.exchange.browsers import Browser
from tests.make import PASSWORD


class Cut(Exception):
    """The connection ended before there was an answer: nobody knows what came of it."""


@dataclass
class Answer:
    """What the server said."""

    status_code: int
    headers: Headers
    body: bytes

    def get_data(self, as_text: bool = False) -> Any:
        return self.text if as_text else self.body

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass
class Wire:
    """One browser: its cookies, and each request over a connection of its own; nothing is sent twice."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    def get(self, address: str) -> Answer:
        return self._ask("GET", address)

    def post(self, address: str, data: Any = None, content_type: str = "") -> Answer:
        """A form, sent as the page's form would be."""
        if content_type == "multipart/form-data":
            boundary, body = encode_multipart(data)
            return self._ask("POST", address, body, f'multipart/form-data; boundary="{boundary}"')
        return self._ask("POST", address, urlencode(data or {}, doseq=True).encode(), "application/x-www-form-urlencoded")

    def _ask(self, method: str, address: str, body: bytes | None = None, content_type: str = "") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if content_type:
            headers["Content-Type"] = content_type
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            made = Answer(answer.status, Headers(answer.getheaders()), answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Cut(repr(error)) from error
        finally:
            connection.close()
        for line in made.headers.getlist("Set-Cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        self.seen.append((method, address, made.status_code))
        return made


def enter(wire: Wire, email: str) -> Browser:
    """The browser of somebody who signed in by the form, with make.PASSWORD."""
    browser = Browser(wire)  # type: ignore[arg-type]
    fields = browser.fields("/sign-in", "/sign-in")
    answer = wire.post("/sign-in", fields | {"email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.text[-2000:]
    return browser
