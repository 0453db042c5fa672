"""What comes in: from whom, how much of it, how often, and as text that every field and both databases can keep."""

import ipaddress
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask, Request, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter, ValidationError

from alliance.config import Settings
from alliance.forms import printable

VISITORS_MOST = 3 * 1024 * 1024
"""Bytes of a body from somebody who is not signed in; files come from members only."""
VISITORS_ROOM: dict[str, int] = {}
"""Endpoints where visitors may send more, with how many bytes."""
UNCOUNTED: set[str] = set()
"""Endpoints of which one act of a person takes hundreds, with a bound of its own: the parts of a file."""
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PLAIN = "".join(chr(sign) for sign in range(0x21, 0x7F))
LARGEST = 2**31 - 1
"""Of an INTEGER of PostgreSQL, as rows are numbered."""


def me() -> Any:
    """The signed-in Person, or None for a visitor."""
    person = current_user._get_current_object()
    return person if person is not None and person.is_authenticated else None


class Typed(ImmutableMultiDict[str, Any]):
    """Query strings and forms without control characters and halves of characters, in names as in values; files as they are."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(printable(name or ""), _plain(value)) for name, value in mapping or ()])


def _plain(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value


class Asked(Request):
    """A request of which every typed text can be kept; raw bytes in the address count as if they were percent-encoded."""

    parameter_storage_class = Typed

    def __init__(self, environ: Any, populate_request: bool = True, shallow: bool = False) -> None:
        super().__init__(environ, populate_request, shallow)
        self.query_string = quote_from_bytes(self.query_string, safe=PLAIN).encode()


class Number(BaseConverter):
    """The number of a row in an address, in plain digits; what no row can have is no address of ours."""

    regex = "[1-9][0-9]{0,9}"
    weight = 50

    def to_python(self, value: str) -> int:
        if int(value) > LARGEST:
            raise ValidationError
        return int(value)


class Word(BaseConverter):
    """A code or a short name in an address: what can be printed, so nothing that a database refuses to look for."""

    def to_python(self, value: str) -> str:
        if not value.isprintable():
            raise ValidationError
        return value


def who() -> str:
    """Whose writes are counted together: a person's, else those of an address; of IPv6 what one household has."""
    person = me()
    if person is not None:
        return f"person {person.id}"
    address = get_remote_address()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network(f"{mapped}/64", strict=False) if mapped.version == 6 else mapped)


def _rate() -> str:
    settings: Settings = current_app.config["ALLIANCE"]
    return settings.ask_rate


class Counting(Limiter):
    """Looks at every request that writes; of the others only at views with a limit of their own."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware or request.method in WRITES:
            super()._check_request_limit(callable_name, in_middleware)


limiter = Counting(
    who,
    storage_uri="memory://",
    application_limits=[_rate],
    application_limits_exempt_when=lambda: request.method not in WRITES or request.endpoint in UNCOUNTED,
)


def init(app: Flask) -> None:
    """Limits that hold before anything reads the body."""
    app.request_class = Asked
    app.url_map.converters |= {"default": Word, "int": Number}
    app.before_request(_limit_body)
    limiter.init_app(app)


def _limit_body() -> None:
    if request.method in WRITES and me() is None:
        room = VISITORS_ROOM.get(request.endpoint or "", VISITORS_MOST)
        request.max_content_length = min(room, request.max_content_length or room)
    most = request.max_content_length
    if most is not None and (request.content_length or 0) > most:
        raise RequestEntityTooLarge
