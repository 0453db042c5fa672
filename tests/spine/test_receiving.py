"""What comes in: safe ways back, texts without control characters, no body too large, not too many writes."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.answers import safe_next, this_page
from alliance.app import create_app
from alliance.receiving import VISITORS_MOST
from tests import make
from tests.browsing import token_of
from tests.conftest import BOTH
from tests.conftest import settings as portal_settings

AWAY = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "/a\r\nX: y",
    "/a\x00",
    "//[",
    "/\ud800",
    "",
    "evil",
    "/" + "a" * 3000,
]


@pytest.mark.parametrize("target", AWAY)
def test_no_way_back_leads_away(target: str) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/search?q=a b&kind=venue", "/centres/石桥?x=1#y", "/a//b?next=//x", "/a?u=https://b/"])
def test_our_own_pages_are_ways_back(target: str) -> None:
    assert safe_next(target) == target


PATHS = ["//evil.example/x", "/\\evil.example", "/a\r\nb: c", "/%2f%2fevil.example", "/石桥", "/a?b", "/a#b", "/ "]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["", "q=1&r=%20", "next=//evil.example", "q=\xff\xfe"])
def test_this_page_is_a_path_of_our_own_whatever_was_asked_for(app: Flask, path: str, query: str) -> None:
    environ = {"PATH_INFO": wsgi(path), "QUERY_STRING": query}
    with app.test_request_context("/", base_url="http://evil.example", environ_overrides=environ):
        said = this_page()
    assert safe_next(said) == said
    parts = urlsplit(said)
    assert (parts.scheme, parts.netloc, said[:2] == "//") == ("", "", False)
    assert said.isascii()


def wsgi(path: str) -> str:
    return path.encode().decode("latin-1")


def test_pages_hand_on_their_own_path_and_never_their_host(client: FlaskClient) -> None:
    page = client.get("/centres?name=x", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).text
    assert "next=/centres?name%3Dx" in page.replace("%2F", "/").replace("%3F", "?")
    assert 'href="http://evil.example' not in page
    assert "evil.example" not in page
    for path, to in (("/notices?x=1", "/notices/?x=1"), ("/centres//x", "/centres/x")):
        moved = client.get("/", environ_overrides={"PATH_INFO": path.partition("?")[0], "QUERY_STRING": path.partition("?")[2]})
        assert (moved.status_code, moved.location) == (308, to)
    away = client.get("/profile?x=1", headers={"Host": "evil.example"})
    assert away.location == "/sign-in?next=/profile?x%3D1"


def test_a_form_that_needs_signing_in_leads_back_to_its_page(client: FlaskClient) -> None:
    token = token_of(client.get("/sign-in").text)
    for referrer, back in [
        ("http://localhost/centres?name=x", "/centres?name=x"),
        ("http://evil.example/centres", "/"),
        ("http://[", "/"),
        ("http://localhost//evil.example", "/"),
    ]:
        answer = client.post("/profile", data={"csrf_token": token}, headers={"Referer": referrer})
        assert parse_qs(urlsplit(answer.location).query)["next"] == [back]


# Texts ---------------------------------------------------------------------

NAUGHTY = ["\x00", "a\x00b", "\x08\x1b[31m", "\x7f", "\ufffe", "\u202e", "%00", "%ud800"]


PUBLIC = ("/search?q", "/centres?name", "/archive?q", "/sign-in?next", "/sign-in/forgotten?email", "/display?lang", "/display?next")
INSIDE = ("/admin/jobs?kind", "/admin/audit?person", "/admin/audit?action", "/agreements?q", "/admin/outbox?state")


@BOTH
def test_no_control_character_in_an_address_a_form_or_a_header_fails(
    client: FlaskClient, send: Callable[..., Any], write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]
) -> None:
    admin = signed_in(write(lambda session: make.admin(session).id))
    for text in NAUGHTY:
        for browser, pages in ((client, PUBLIC), (admin, INSIDE)):
            for path, _mark, name in (page.partition("?") for page in pages):
                assert browser.get(path, query_string={name: text, text: name}).status_code < 500, path
        assert send(client, "/sign-in", "/sign-in", email=text, password=text).status_code in (422, 429)
        assert send(client, "/sign-in/forgotten", "/sign-in/forgotten", email=f"a{text}@example.org").status_code in (200, 422)
        asked = {"name": f"云{text}坪馆", "level": text, "division_code": "990222", "phone": "0901-555 0180", f"x{text}": text}
        assert send(client, "/centres/join", "/centres/join", **asked).status_code == 422
    odd = {"X-Request-ID": "\xb2\xe9", "Accept-Language": "\xff", "Referer": "http://[", "If-Range": "\xff", "Range": "bytes=\xb2-"}
    assert client.get("/", headers=odd | {"Cookie": "lang=\xff; theme=\x01; type=%00"}).status_code == 200


@BOTH
def test_a_name_typed_with_a_control_character_is_kept_without_it(
    write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], send: Callable[..., Any]
) -> None:
    browser = signed_in(write(lambda session: make.person(session, make.centre(session)).id))
    assert send(browser, "/profile", "/profile", name="周\x00老\x1b师", phone="0900-555 0121").status_code == 302
    assert 'value="周老师"' in browser.get("/profile").text


def test_raw_bytes_in_an_address_are_read_as_what_they_say(app: Flask) -> None:
    browser = app.test_client()
    for raw in ("q=\xff\xfe", "name=" + "石桥".encode().decode("latin-1"), "\x80", "name=%ff", "%"):
        answer = browser.get("/centres", environ_overrides={"QUERY_STRING": raw})
        assert answer.status_code == 200, raw
    assert 'value="石桥"' in browser.get("/centres", environ_overrides={"QUERY_STRING": "name=" + wsgi("石桥")}).text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.binary(max_size=60), path=st.binary(max_size=20))
def test_any_bytes_as_address_are_answered(client: FlaskClient, query: bytes, path: bytes) -> None:
    environ = {"QUERY_STRING": query.decode("latin-1"), "PATH_INFO": "/" + path.decode("latin-1")}
    for address in ("/centres", "/search", "/x"):
        given = environ if address == "/x" else environ | {"PATH_INFO": address}
        assert client.get(address, environ_overrides=given).status_code < 500


# How url_for is told ---------------------------------------------------------


MORE = ["_scheme=javascript&_external=1", "_anchor=x", "_method=DELETE", "endpoint=portal.home", "number=9"]
LISTS = ("/admin/jobs", "/admin/outbox", "/admin/audit", "/archive", "/notices/", "/centres", "/agreements", "/resources/mine")


@pytest.mark.parametrize("more", MORE)
def test_no_argument_of_an_address_tells_how_links_are_made(
    write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], more: str
) -> None:
    admin = signed_in(write(lambda session: make.admin(session).id))
    for page in (
        "/admin/jobs",
        "/admin/outbox",
        "/admin/audit",
        "/archive",
        "/notices/",
        "/centres",
        "/agreements",
        "/resources/mine",
    ):
        answer = admin.get(f"{page}?page=2&{more}")
        assert answer.status_code < 500, page
        assert "javascript:" not in answer.text


# How much --------------------------------------------------------------------


class Untouched(io.BytesIO):
    """A body that must not be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("the body was read")

    readinto = read  # type: ignore[assignment]


def post_large(browser: FlaskClient, path: str, size: int) -> Any:
    environ = {"CONTENT_LENGTH": str(size), "wsgi.input": Untouched()}
    return browser.post(path, content_type="application/x-www-form-urlencoded", environ_overrides=environ)


@pytest.mark.parametrize("path", ["/sign-in", "/centres/join", "/resources/import", "/archive/DA-1/file", "/nowhere", "/display"])
def test_a_visitors_large_body_is_refused_before_it_is_read(client: FlaskClient, path: str) -> None:
    answer = post_large(client, path, VISITORS_MOST + 1)
    assert answer.status_code == 413
    assert "超过了允许的大小" in answer.text


def test_of_a_visitors_body_that_hides_its_length_no_more_is_read(client: FlaskClient) -> None:
    stream = io.BytesIO(b"email=" + b"a" * VISITORS_MOST * 2)
    environ = {"wsgi.input": stream, "wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post("/sign-in", content_type="application/x-www-form-urlencoded", environ_overrides=environ)
    assert answer.status_code in (400, 413)
    assert 0 < stream.tell() <= VISITORS_MOST


def test_a_members_file_may_be_larger(
    write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], send: Callable[..., Any]
) -> None:
    browser = signed_in(write(lambda session: make.person(session, make.centre(session)).id))
    token = token_of(browser.get("/profile").text)
    file = (io.BytesIO(b"x" * (VISITORS_MOST + 1)), "table.csv")
    answer = browser.post("/resources/import", data={"csrf_token": token, "kind": "none", "file": file})
    assert answer.status_code == 422


# How often -------------------------------------------------------------------


@pytest.fixture
def strict(database: str, tmp_path: Path) -> Flask:
    return create_app(portal_settings(tmp_path, database, ask_rate="3 per minute"))


def browser_of(app: Flask, uniquifier: str | None, address: str = "192.0.2.1") -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = address
    if uniquifier is not None:
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = uniquifier, True
    return browser


def statuses(browser: FlaskClient, path: str, times: int, **fields: str) -> list[int]:
    token = token_of(browser.get("/sign-in").text if path == "/centres/join" else browser.get("/profile").text)
    return [browser.post(path, data=fields | {"csrf_token": token}).status_code for _ in range(times)]


def test_a_visitor_and_a_member_write_so_often_and_others_are_not_held_up(
    strict: Flask, app: Flask, write: Callable[..., Any]
) -> None:
    people = [str(write(lambda session: make.person(session, make.centre(session)).fs_uniquifier)) for _ in range(2)]
    assert statuses(browser_of(strict, None), "/centres/join", 5) == [422, 422, 422, 429, 429]
    member = browser_of(strict, people[0])
    assert statuses(member, "/profile", 2, name="周") == [302, 302]
    assert statuses(member, "/notices/read", 2) == [302, 429]
    assert statuses(browser_of(strict, people[0], "192.0.2.9"), "/profile", 1, name="周") == [429]
    assert statuses(browser_of(strict, people[1]), "/profile", 1, name="吴") == [302]
    assert member.get("/profile").status_code == 200


def test_what_was_typed_is_offered_again(strict: Flask) -> None:
    browser = browser_of(strict, None)
    statuses(browser, "/centres/join", 3)
    fields = {"name": "云坪县<文化馆>", "address": "茶场路3号", "csrf_token": token_of(browser.get("/centres/join").text)}
    answer = browser.post("/centres/join", data=fields)
    assert answer.status_code == 429
    assert "请过一分钟再试" in answer.text
    assert 'action="/centres/join"' in answer.text
    assert 'name="name" value="云坪县&lt;文化馆&gt;"' in answer.text
    assert 'name="address" value="茶场路3号"' in answer.text
    assert int(answer.headers["Retry-After"]) >= 1


def test_nothing_is_offered_to_who_was_sent_by_another_site_nor_a_password(strict: Flask) -> None:
    browser = browser_of(strict, None)
    statuses(browser, "/centres/join", 3)
    assert 'value="planted"' not in browser.post("/centres/join", data={"name": "planted"}).text
    token = token_of(browser.get("/sign-in").text)
    answer = browser.post("/sign-in", data={"email": "a@example.org", "password": "typed secret", "csrf_token": token})
    assert answer.status_code == 429
    assert "typed secret" not in answer.text


def test_another_forwarded_address_is_no_way_around(strict: Flask, app: Flask) -> None:
    browser = browser_of(strict, None)
    token = token_of(browser.get("/sign-in").text)
    told = [
        browser.post("/centres/join", data={"csrf_token": token}, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
        for n in range(4)
    ]
    assert told == [422, 422, 422, 429]


def test_a_household_of_many_addresses_is_one(strict: Flask, app: Flask) -> None:
    told = [statuses(browser_of(strict, None, f"2001:db8:1:2::{n}"), "/centres/join", 1) for n in range(1, 5)]
    assert told == [[422], [422], [422], [429]]
    assert statuses(browser_of(strict, None, "2001:db8:1:3::1"), "/centres/join", 1) == [422]


def test_a_part_of_a_form_without_a_name_is_passed_over(client: FlaskClient) -> None:
    part = b"--x\r\nContent-Disposition: form-data"
    body = part + b"\r\n\r\nnobody\r\n" + part + b'; name="email"\r\n\r\na@b\r\n--x--\r\n'
    answer = client.post("/sign-in", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code < 500
