"""Every form of every page, filled in and spoilt: kept, or refused with what was typed; never failed, never half kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from zlib import crc32

import pytest
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from alliance.forms import printable
from tests.matrix.test_roles_routes import ways_of
from tests.matrix.ways import Way
from tests.rough.anything.conftest import Rough
from tests.rough.anything.every import GATE, ROLES, each
from tests.rough.anything.filling import Values, sent, spoilt
from tests.rough.anything.pages import Field, Form, Forms

NO_PAGES = {
    "admin.audit_csv",
    "exchange.letter_pdf",
    "exchange.sheet_pdf",
    "exchange.contract_pdf",
    "exchange.receipt_pdf",
    "imports.export",
    "catalogue.photo",
    "catalogue.paper",
}
ENOUGH = 80
NAMES = ("version", "action", "sure", "do", "name", "centre", "key", "until", "size", "modified", "sha256", "asset", "again")
BARE = {name: Field("hidden", ["1"]) for name in NAMES}
"""What is sent to a view to which none of the pages that were read has a form."""
WRITING = {"POST", "PUT"}
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Found:
    """A form where somebody finds it, and where it leads."""

    role: str
    at: str
    form: Form
    endpoint: str

    def __repr__(self) -> str:
        return f"{self.form.method} {self.form.to} from {self.at} as {self.role}"


def endpoint_of(rough: Rough, address: str, method: str) -> str:
    """Which view an address of a page leads to."""
    try:
        return rough.app.url_map.bind("localhost").match(urlsplit(address).path, method=method.upper())[0]
    except HTTPException:
        return ""


def found(rough: Rough, most: int) -> list[Found]:
    """The forms of the pages, so many of those that lead from one view to another; what no page leads to has a bare one."""
    made: list[Found] = []
    seen: Counter[str] = Counter()
    for role, address, page in pages(rough, most * 3):
        for form in Forms(page).found:
            to = endpoint_of(rough, form.to or address, form.method)
            kind = f"{to} {re.sub(DIGITS, '0', ' '.join(sorted(form.fields)))}"
            if to and seen[kind] < most:
                seen[kind] += 1
                made.append(Found(role, address, form, to))
    led_to = {one.endpoint for one in made}
    for endpoint, method, address, way in ways_of(rough.app, rough.world):
        for role in let_in(rough, way)[:1]:
            if method in WRITING and endpoint not in led_to and seen[endpoint] < most:
                seen[endpoint] += 1
                made.append(Found(role, "nowhere", Form(address, method.lower(), BARE), endpoint))
    return made


def let_in(rough: Rough, way: Way) -> list[str]:
    """Who gets through, in an order that differs from way to way."""
    let_in = [role for role in ROLES if way.grants(rough.held[role, way.thing])]
    return sorted(let_in, key=lambda role: crc32(f"{role}{way.verbs}{way.thing}".encode()))


def pages(rough: Rough, most: int) -> Iterator[tuple[str, str, str]]:
    """(role, address, page) of so many pages of each view."""
    read: Counter[str] = Counter()
    for endpoint, method, address, way in ways_of(rough.app, rough.world):
        roles = let_in(rough, way)
        for role in dict.fromkeys([*[role for role in roles if role == "visitor"], *roles[:2]]):
            if method == "GET" and read[endpoint] < most and endpoint not in NO_PAGES:
                answer = rough.doors.get(role, address)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    read[endpoint] += 1
                    yield role, address, answer.text


def lost(answer: TestResponse, one: Found, values: Values) -> str:
    """Which text that was typed is not in the form that is shown again."""
    if answer.status_code not in (409, 422) or answer.mimetype != "text/html" or not one.form.texts:
        return ""
    again = max(Forms(answer.text).found, key=lambda form: len(form.fields.keys() & one.form.fields.keys()), default=one.form)
    for name in set(one.form.texts) & set(values):
        typed = [text for text in values[name] if isinstance(text, str)]
        shown = again.fields[name].held if name in again.fields else []
        if len(typed) == len(values[name]) == 1 and not any(is_shown(typed[0], text) for text in shown or [""]):
            return f"{name} was {typed[0][:60]!r}, is {[text[:60] for text in shown]!r}"
    return ""


def is_shown(typed: str, shown: str) -> bool:
    """Whether it is what was typed, or as much of it as the page takes."""
    typed, shown = like(typed), like(shown)
    return typed == shown or (len(shown) >= ENOUGH and typed.startswith(shown))


def like(text: str) -> str:
    """What counts of a text: neither its blanks nor what cannot be shown."""
    return re.sub(r"\s+", "", printable(text).replace("\ufffd", ""))


def request_of(data: st.DataObject, one: Found, values: Values) -> tuple[str, dict[str, Any], bool]:
    """Where it is sent and how, and whether all that was typed arrives."""
    wanted = "application/json" if data.draw(st.integers(0, 5), label="accept") == 0 else "text/html"
    to, given = one.form.to or one.at, {"headers": {"Accept": wanted}}
    if one.form.method == "get":
        texts = {name: [text for text in held if isinstance(text, str)] for name, held in values.items()}
        return f"{to.partition('?')[0]}?{urlencode(texts, doseq=True, errors='surrogatepass')}", given, False
    body, whole = sent(data, values)
    return to, given | body, whole and wanted == "text/html"


def asked(rough: Rough, one: Found, data: st.DataObject) -> str:
    """What is wrong with the answer to that form, spoilt."""
    values = spoilt(data, one.form)
    to, given, whole = request_of(data, one, values)
    answer, wrong = rough.ask(one.role, one.form.method.upper(), to, one.endpoint, **given)
    wrong = wrong or (lost(answer, one, values) if whole else "")
    return f"{wrong}: {one!r} ({one.endpoint}) -> {answer.status_code}" if wrong else ""


def run(rough: Rough, most: int, examples: int) -> list[str]:
    """What is wrong with the answers, each with what was sent; every view that is posted to is tried."""
    rough.begin_anew()
    forms = found(rough, most)
    posted = {rule.endpoint for rule in rough.app.url_map.iter_rules() if WRITING & (rule.methods or set())}
    assert posted <= {one.endpoint for one in forms}
    nth = Counter[str]()
    cases = []
    for one in forms:
        nth[one.endpoint] += 1
        cases.append((f"{one.endpoint} {nth[one.endpoint]}", one))
    return each(cases, examples, lambda one, data: asked(rough, one, data), rough.luck)


@GATE
@pytest.mark.long
def test_forms_with_anything_in_them(rough: Rough) -> None:
    assert run(rough, 1, 1) == []
