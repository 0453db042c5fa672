"""Each sort of agreement is called by its own words: in the list, on the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance.db import transaction
from alliance.exchange import story
from alliance.exchange.models import Leg
from tests.exchange.joined import swap
from tests.exchange.stage import LICENCE, NOW, SECONDED, build, of_a_work
from tests.exchange.test_secondments import POSTED


def asked_for_a_work(session: Session) -> Leg:
    stage = of_a_work(session)
    return stage.play(stage.leg(**LICENCE), ("borrower", "submit"), ("handler", "accept_handling"))


def at_their_post(session: Session) -> Leg:
    stage = build(session, kind="talent")
    return stage.play(stage.leg(**SECONDED), *POSTED)


def asked_for_a_person(session: Session) -> Leg:
    stage = build(session, kind="talent")
    return stage.play(stage.leg(**SECONDED), ("borrower", "submit"), ("handler", "accept_handling"))


@pytest.mark.parametrize(
    ("begin", "side", "task", "giver"),
    [(asked_for_a_work, "授出", "授权使用 ", "授权方"), (asked_for_a_person, "派出", "轮训挂职 ", "派出方")],
    ids=["licence", "secondment"],
)
def test_neither_is_a_loan(
    app: Flask,
    signed_in: Callable[[int], FlaskClient],
    now: None,
    begin: Callable[[Session], Leg],
    side: str,
    task: str,
    giver: str,
) -> None:
    with app.app_context(), transaction() as session:
        leg = begin(session)
        title, who, number = leg.lines[0].resource.title, leg.handler_id, leg.number
    assert who is not None
    browser = signed_in(who)
    assert f"{task}{title}" in browser.get("/desk").get_data(as_text=True)
    for where in ("", "/decline"):
        shown = browser.get(f"/agreements/{number}{where}").get_data(as_text=True)
        assert re.findall("出借方|借用方", shown) == [], where
        assert "借用 " not in re.findall("<h1>(.*?)</h1>", shown, re.DOTALL)[0], where
        assert f">{giver}<" in shown, where
    listed = browser.get("/agreements").get_data(as_text=True)
    assert side in listed.partition("<tbody")[2]


def test_a_licence_has_an_agreement_on_paper_and_no_hand_over(
    app: Flask, signed_in: Callable[[int], FlaskClient], now: None
) -> None:
    with app.app_context(), transaction() as session:
        stage = of_a_work(session)
        leg = stage.play(stage.leg(**LICENCE), ("borrower", "submit"), ("handler", "approve", {"choice": 1}))
        number, who = leg.number, stage.people["borrower"].id
    page = signed_in(who).get(f"/agreements/{number}").get_data(as_text=True)
    assert f"/agreements/{number}/contract" in page
    assert [paper for paper in ("letter", "sheet", "receipt") if f"/agreements/{number}/{paper}" in page] == []


def test_who_is_seconded_is_not_lent(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    with app.app_context(), transaction() as session:
        leg = at_their_post(session)
        number, who, owner = leg.number, leg.submitted_by, leg.owner.short_name
    assert who is not None
    page = signed_in(who).get(f"/agreements/{number}").get_data(as_text=True)
    assert f"{owner} 派到 " in page
    assert "期满没有办离岗" in page
    assert "借给" not in page


def played(session: Session, kind: str, *steps: str) -> Leg:
    stage = build(session, kind=kind)
    consent = [("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"})] if kind == "talent" else []
    agreed = [("borrower", "submit"), *consent, ("handler", "approve", {"choice": 1})]
    return stage.play(stage.leg(), *agreed, *POSTED[3 : 3 + len(steps)])


@pytest.mark.parametrize(
    ("kind", "over", "back"),
    [("venue", "开放场地", "交还场地"), ("talent", "派出人员", "办返程")],
)
def test_what_is_done_at_both_ends_is_called_by_what_it_is(
    app: Flask, signed_in: Callable[[int], FlaskClient], now: None, kind: str, over: str, back: str
) -> None:
    with app.app_context(), transaction() as session:
        given, taken = played(session, kind), played(session, kind, "hand_over", "receive")
        asked = [(given.handler_id, given.number, "hand_over", over), (taken.submitted_by, taken.number, "send_back", back)]
    for who, number, action, words in asked:
        assert who is not None
        browser = signed_in(who)
        page = browser.get(f"/agreements/{number}").get_data(as_text=True)
        assert re.findall(rf'href="/agreements/{number}/{action}"[^>]*>([^<]*)</a>', page)[:1] == [words]
        assert f"<h1>{words} " in browser.get(f"/agreements/{number}/{action}").get_data(as_text=True)


def test_a_swap_is_no_loan(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    with app.app_context(), transaction() as session:
        made, agreement = swap(session)
        number, who, title = agreement.number, made.handlers["b"].id, made.things["b"].title
        made_title = made.things["a"].title
    browser = signed_in(who)
    assert f"互换 {title}" in browser.get("/desk").get_data(as_text=True)
    assert "借给" not in browser.get(f"/agreements/{number}").get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    shown = browser.get(f"/agreements/{number}-1").get_data(as_text=True)
    assert "换给" in shown
    assert "借用 " not in re.findall("<h1>(.*?)</h1>", shown, re.DOTALL)[0]
    assert made_title in shown.partition("换的另一项：")[2].partition("</p>")[0], "what one gets for it"
    assert "换出" in browser.get("/agreements").get_data(as_text=True).partition("<tbody")[2]


def test_a_secondment_is_made_longer_and_disputed_in_its_own_words(
    app: Flask, signed_in: Callable[[int], FlaskClient], now: None
) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(**SECONDED), *POSTED)
        stage.act("borrower", leg, "ask_extension", until=leg.ends_at + timedelta(days=1), reason="再带一课")
        other = stage.leg(**SECONDED | {"starts_at": leg.ends_at + timedelta(days=9), "ends_at": leg.ends_at + timedelta(days=12)})
        stage.play(other, *POSTED, ("borrower", "dispute", {"reason": "到岗第二天人就走了，请裁定。"}))
        number, disputed = leg.number, other.number
        asks, answers = leg.submitted_by, leg.handler_id
    assert asks is not None
    assert answers is not None
    page = signed_in(answers).get(f"/agreements/{number}").get_data(as_text=True)
    assert "答复延长轮训" in page
    assert "在岗" in page
    assert "使用中" not in page
    assert re.findall(r'class="btn btn-primary"[^>]*>([^<]*)<', page)[:1] == ["同意延长"], "what is asked comes first"
    assert "续借" not in page.partition('id="tl"')[0]
    room = signed_in(asks).get(f"/agreements/{disputed}/room").get_data(as_text=True)
    assert "人员照旧在岗" in room
    assert "已交出的物品" not in room


def test_the_story_tells_several_things_in_one_line(app: Flask) -> None:
    given = [{"text": "自备音响。", "due_on": "2025-12-08"}, {"text": "不动灯光。", "due_on": None}]
    with app.test_request_context("/"):
        told = story.NOTES["conditions"](given, "zh_Hans")
    assert told == "条件：自备音响（2025年12月8日（周一）前）；不动灯光"
