"""What the desk and the list tell of the days to come: hand-overs in the words of what is lent, papers that end too early."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.db import transaction
from alliance.exchange.models import Leg
from tests import make
from tests.exchange.stage import NOW, START, TO_CONFIRMED, TO_IN_USE, Stage, build
from tests.queries import asked_of

DAY = timedelta(days=1)
CONSENT = ("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"})
SENT = {
    "venue": TO_CONFIRMED,
    "talent": (("borrower", "submit"), CONSENT, TO_CONFIRMED[-1]),
    "stage_truck": TO_CONFIRMED,
}


def shown(client: FlaskClient, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def confirmed(stage: Stage, days: int = 0) -> Leg:
    """What is promised from so many days after the start on."""
    dates = {"starts_at": START + days * DAY, "ends_at": START + days * DAY + DAY / 4}
    leg = stage.play(stage.leg(**dates, second_starts_at=None, second_ends_at=None), *SENT[stage.thing.kind])
    leg = leg if leg.state == "confirmed" else stage.act("director", leg, "approve", choice=1)
    assert leg.state == "confirmed"
    return leg


@pytest.mark.parametrize(
    ("kind", "gives", "takes", "returns", "back"),
    [
        ("venue", "开放场地", "进场确认", "交还场地", "验收场地"),
        ("talent", "派出人员", "确认到场", "办返程", "确认返回"),
        ("stage_truck", "交出", "接收", "送还", "收回"),
    ],
)
def test_hand_overs_are_told_in_the_words_of_what_is_lent(
    app: Flask, signed_in: Callable[[int], FlaskClient], kind: str, gives: str, takes: str, returns: str, back: str
) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind=kind, title="这一项")
        leg = confirmed(stage)
        number, key, who = leg.number, leg.id, {name: stage.people[name].id for name in ("staff", "borrower")}
    for moves, owner, borrower in (((), gives, takes), (TO_IN_USE[len(TO_CONFIRMED) :], back, returns)):
        with app.app_context(), transaction() as session:
            leg = session.get_one(Leg, key)
            people = {name: session.get_one(make.Person, number) for name, number in who.items()}
            again = Stage(session, leg.owner, leg.borrower, leg.lines[0].resource, people, START)
            again.play(leg, *moves)
        with clock.moved(START):
            for name, word in (("staff", owner), ("borrower", borrower)):
                page = shown(signed_in(who[name]), "/desk")
                assert f'href="/agreements/{number}">{word} 这一项</a>' in page[page.index('id="wk"') :]


def test_what_is_out_is_counted_listed_and_awaited_while_it_is_disputed(
    app: Flask, signed_in: Callable[[int], FlaskClient]
) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="stage_truck", title="这一辆")
        why = {"reason": "交来时少了两只话筒。"}
        out = stage.play(confirmed(stage), *TO_IN_USE[len(TO_CONFIRMED) :], ("borrower", "dispute", why))
        assert (out.state, out.standing) == ("disputed", "in_use")
        number, _other = out.number, confirmed(stage, days=3)
        who = {name: stage.people[name].id for name in ("staff", "borrower")}
    with clock.moved(START):
        owner, borrower = signed_in(who["staff"]), signed_in(who["borrower"])
        desk = shown(owner, "/desk")
        away = re.search(r'在外资源</dt><dd><a href="([^"]*)">(\d+)</a>', desk)
        assert away is not None
        assert away[2] == "1"
        listed = shown(owner, away[1].replace("&amp;", "&"))
        assert "共1份往来" in listed
        assert number in listed
        assert "收回 这一辆</a>" in desk[desk.index('id="wk"') :]
        assert "送还 这一辆</a>" in shown(borrower, "/desk")


def test_what_was_handed_over_waits_for_the_other_side_alone(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="stage_truck", title="这一辆")
        stage.play(confirmed(stage), *TO_IN_USE[len(TO_CONFIRMED) : -1])
        who = {name: stage.people[name].id for name in ("staff", "borrower")}
    with clock.moved(START + DAY / 24):
        assert "交出 这一辆</a>" not in (page := shown(signed_in(who["staff"]), "/desk"))
        assert "收回 这一辆</a>" in page
        assert "接收 这一辆</a>" in shown(signed_in(who["borrower"]), "/desk")


def test_beyond_the_end_stands_the_last_page(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        number, who = confirmed(stage).number, stage.people["staff"].id
    with clock.moved(NOW):
        assert number in shown(signed_in(who), "/agreements?page=9")


def test_a_paper_that_ends_before_a_promise_is_told_in_the_list_and_on_the_owners_desk(
    app: Flask, signed_in: Callable[[int], FlaskClient]
) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="流动舞台", kind="stage_truck")
        first, _second = confirmed(stage).number, confirmed(stage, days=3)
        stage.thing.details = stage.thing.details | {"insurance_until": "2025-03-20"}
        who = {name: stage.people[name].id for name in ("staff", "borrower")}
    with clock.moved(NOW):
        desk = shown(signed_in(who["staff"]), "/desk")
        told = f'href="/agreements/{first}">续办保险：流动舞台，2025年3月20日到期，已答应借到2025年4月1日</a>'
        assert told in desk
        assert desk.count("续办保险") == 1
        assert "另有1份约定也超出" in desk
        assert "续办保险" not in shown(signed_in(who["borrower"]), "/desk")
        for name in who:
            assert shown(signed_in(who[name]), "/agreements").count("保险将到期") == 2
    with clock.moved(NOW + 14 * DAY):
        assert shown(signed_in(who["borrower"]), "/agreements").count("保险已过期") == 2


def test_a_consent_that_ends_before_a_promise_is_told_to_the_owner_alone(
    app: Flask, signed_in: Callable[[int], FlaskClient]
) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, title="王老师", kind="talent")
        number = confirmed(stage).number
        stage.thing.details = stage.thing.details | {"consent_until": "2025-03-20"}
        who = {name: stage.people[name].id for name in ("staff", "borrower")}
    with clock.moved(NOW):
        assert "续办本人同意：王老师，2025年3月20日到期，已答应派到2025年4月1日" in shown(signed_in(who["staff"]), "/desk")
        for page, words in (("/agreements", "本人同意将到期"), (f"/agreements/{number}", "早于返回日")):
            assert words in shown(signed_in(who["staff"]), page)
            assert words not in shown(signed_in(who["borrower"]), page)


@pytest.mark.parametrize("page", ["/desk", "/agreements"])
def test_what_ends_costs_no_statement_more(app: Flask, signed_in: Callable[[int], FlaskClient], page: str) -> None:
    counts = []
    with app.app_context(), transaction() as session:
        stage = build(session, kind="stage_truck")
        for n in range(2):
            confirmed(stage, days=3 * n)
        who = stage.people["staff"].id
        thing = stage.thing.id
    browser = signed_in(who)
    with clock.moved(NOW):
        for until in ("2025-12-31", "2025-03-20"):
            with app.app_context(), transaction() as session:
                found = session.get_one(type(stage.thing), thing)
                found.details = found.details | {"insurance_until": until}
            browser.get(page)
            with asked_of(app) as seen:
                text = browser.get(page).get_data(as_text=True)
            assert ("保险将到期" in text) is (until < "2025-04")
            counts.append(len(seen))
    assert counts[0] == counts[1]
