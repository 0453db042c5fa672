"""Who may not, what came too late, what is sent twice, and whatever else a browser may send."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance import clock, journal
from alliance.db import db, transaction
from alliance.exchange.table import ACTIONS, SYSTEM
from alliance.places.models import Division
from tests.exchange.browsers import REQUEST, counted, number_of
from tests.exchange.cast import Cast
from tests.exchange.stage import NOW, START
from tests.exchange.test_pages import taken_over

PEOPLE = [name for name, action in ACTIONS.items() if action.roles != {SYSTEM}]


def test_others_see_an_outline_and_visitors_nothing(cast: Cast) -> None:
    number = cast.confirmed()
    page = cast.stranger.get(f"/agreements/{number}")
    assert "排练厅" in page
    assert "4月1日" in page
    for hidden in (REQUEST["title"], REQUEST["contact_phone"], "周莉", "下河村", "提出申请"):
        assert hidden not in page
    for address in ("", "/decline", "/letter", "/letter.pdf", "/sheet"):
        answer = cast.app.test_client().get(f"/agreements/{number}{address}")
        assert answer.status_code == 302
        assert "/sign-in" in answer.headers["Location"]
        if address:
            assert cast.stranger.client.get(f"/agreements/{number}{address}").status_code == 403
    assert cast.stranger.client.get("/agreements/JY-2025-9999").status_code == 404


@pytest.mark.parametrize("action", ["approve", "decline", "offer", "return_for_completion", "transfer", "accept_handling"])
def test_who_works_for_both_decides_for_neither_owner(cast: Cast, action: str) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    token = cast.both.fields("/desk", "/sign-out")["csrf_token"]
    for who in (cast.both, cast.borrower, cast.stranger):
        mine = who.fields("/desk", "/sign-out")["csrf_token"] if who is not cast.both else token
        answer = who.send(f"/agreements/{number}/{action}", {"csrf_token": mine, "version": "2", "choice": "1"})
        assert answer.status_code == 403, who
    assert cast.state(number) == "requested"
    assert "同意</a>" not in cast.both.get(f"/agreements/{number}")


def test_nobody_plays_the_system(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    token = cast.admin.fields("/desk", "/sign-out")["csrf_token"]
    for action in ("commit", "fall", "expire", "nonsense"):
        assert cast.admin.send(f"/agreements/{number}/{action}", {"csrf_token": token, "version": "2"}).status_code == 404


def test_a_stale_form_is_told_the_news_and_keeps_what_was_typed(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    to = f"/agreements/{number}/decline"
    old = cast.handler.fields(to, to) | {"code": "02", "reason": "排练厅四月整月维修，不能外借。"}
    cast.colleague.act(number, "accept_handling")
    answer = cast.handler.send(to, old)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "页面打开之后" in page
    assert "受理，为首问责任人" in page
    assert "排练厅四月整月维修" in page
    assert cast.state(number) == "requested"
    again = cast.handler.send(to, {**old, "version": str(cast.leg(number).version), "key": "k1"})
    assert again.status_code == 302
    assert cast.state(number) == "declined"


def test_a_form_sent_twice_is_one_event(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    cast.handler.act(number, "accept_handling")
    to = f"/agreements/{number}/approve"
    form = cast.handler.fields(to, to) | {"choice": "1"}
    assert [cast.handler.send(to, form).status_code for _n in range(2)] == [302, 302]
    with cast.app.app_context():
        actions = [event.action for event in journal.history(db.session, cast.leg(number))]
    assert actions.count("leg.approve") == 1


def test_a_form_without_the_token_of_the_page_is_refused(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    assert cast.handler.send(f"/agreements/{number}/accept_handling", {"version": "2"}).status_code == 400
    assert cast.leg(number).first_handler_id is None


def test_dates_that_were_taken_are_told_with_the_rest_of_the_form(cast: Cast) -> None:
    first, second = (number_of(cast.borrower.ask(cast.code)) for _n in range(2))
    cast.handler.act(first, "accept_handling")
    to = f"/agreements/{second}/approve"
    form = cast.handler.fields(to, to) | {"choice": "1", "note": "请准时"}
    cast.handler.act(first, "approve", choice="1")
    answer = cast.handler.send(to, form)
    assert answer.status_code == 409
    assert "请准时" in answer.get_data(as_text=True)
    assert cast.state(second) == "requested"


WORDS = st.one_of(
    st.sampled_from(
        ["", "1", "-1", "999999999999999999999", "2025-04-01T09:00", "9999-12-31", "0001-01-01T00:00", "\x00", "ａ", "NaN", "inf"]
    ),
    st.text(max_size=30),
)
NAMES = st.sampled_from(
    [
        *(
            "note",
            "reason",
            "code",
            "choice",
            "items",
            "to",
            "until",
            "starts_at",
            "ends_at",
            "second_starts_at",
            "stars",
            "photos",
        ),
        *(
            "row-0-item",
            "row-0-expected",
            "row-0-state",
            "row-0-counted",
            "row-0-condition",
            "figure-mileage_km",
            "cond-text",
            "cond-due",
        ),
        *(
            "version",
            "key",
            "terms_version",
            "item",
            "quantity",
            "outcome",
            "decision",
            "given_on",
            "how",
            "answer-care",
            "more",
            "ground",
        ),
        *("sessions", "attendances", "visit_on", "pledge", "division_code", "audience", "dates", "do", "files", "audiences", "lat"),
    ]
)
FIELDS = st.dictionaries(NAMES, st.one_of(WORDS, st.lists(WORDS, max_size=3)), max_size=12)
ODD = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.long
@ODD
@given(action=st.sampled_from(PEOPLE), who=st.sampled_from(["handler", "borrower", "director", "admin"]), fields=FIELDS)
def test_odd_input_is_never_an_error_of_ours(cast: Cast, action: str, who: str, fields: dict[str, Any]) -> None:
    with clock.moved(NOW):
        if not hasattr(cast, "_numbers"):
            cast._numbers = [number_of(cast.borrower.ask(cast.code)), cast.confirmed(), out(cast)]
        browser = getattr(cast, who)
        token = browser.fields("/desk", "/sign-out")["csrf_token"]
        for number in cast._numbers:
            answer = browser.send(f"/agreements/{number}/{action}", fields | {"csrf_token": token})
            assert answer.status_code < 500, (number, answer.status_code)
            assert browser.client.get(f"/agreements/{number}").status_code == 200


@ODD
@given(fields=FIELDS, where=st.sampled_from(["/agreements/new", "/agreements/checks", "/agreements/draft"]))
def test_odd_requests_are_never_an_error_of_ours(cast: Cast, fields: dict[str, Any], where: str) -> None:
    with clock.moved(NOW):
        token = cast.borrower.fields("/desk", "/sign-out")["csrf_token"]
        answer = cast.borrower.send(where, REQUEST | {"resource": cast.code} | fields | {"csrf_token": token})
    assert answer.status_code < 500


@given(address=st.dictionaries(st.sampled_from(["q", "side", "state", "page", "overdue"]), WORDS, max_size=5))
@ODD
def test_an_odd_list_is_a_list(cast: Cast, address: dict[str, str]) -> None:
    with clock.moved(NOW):
        assert cast.borrower.client.get("/agreements", query_string=address).status_code == 200


def out(cast: Cast) -> str:
    """One that is in use, for other dates."""
    answer = cast.borrower.ask(
        cast.code, starts_at="2025-05-01T09:00", ends_at="2025-05-01T17:00", second_starts_at="", second_ends_at=""
    )
    number = number_of(answer)
    cast.handler.act(number, "accept_handling")
    cast.handler.act(number, "approve", choice="1")
    taken_over(cast, number)
    return number


def test_paper_says_what_was_agreed(cast: Cast) -> None:
    number = cast.confirmed()
    page = cast.borrower.get(f"/agreements/{number}/letter")
    assert "盖章处" in page
    assert "二维码：" in page
    assert 'style="' not in page
    answer = cast.borrower.client.get(f"/agreements/{number}/letter.pdf")
    assert answer.status_code in (200, 503)
    if answer.status_code == 200:
        assert answer.get_data()[:5] == b"%PDF-"
    with clock.moved(START):
        to = f"/agreements/{number}/hand_over"
        form = cast.staff.fields(to, to)
        told = counted(form, r0={"counted": "1", "condition": "worn", "note": "齿磨平"})
        assert cast.staff.send(to, form | told).status_code == 302
        assert "齿磨平" in cast.borrower.get(f"/agreements/{number}/sheet")


def test_the_pages_speak_english(app: Flask, cast: Cast) -> None:
    with app.app_context(), transaction() as session:
        session.add(Division(code="990100", name="清泽市", name_en="Qingze", level="city"))
        session.add(Division(code="990102", name="丙县", level="county"))
    number = cast.confirmed()
    cast.borrower.client.set_cookie("lang", "en")
    page = cast.borrower.get(f"/agreements/{number}")
    assert "Both sides have agreed" in page
    assert '<span lang="zh">下河村文化礼堂</span>' in page
    assert "What is agreed" in page
    assert '<span lang="zh">丙县</span>, Qingze' in page
    assert "My tasks" in cast.borrower.get("/desk")
    assert "First choice starts" in cast.borrower.get(f"/agreements/new?resource={cast.code}")
