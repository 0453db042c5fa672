"""The desk: my turn by urgency, what others owe us; the number of statements does not grow with the rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.db import transaction
from tests import make
from tests.exchange.stage import NOW, START, Stage, build
from tests.exchange.test_matrix import PATHS
from tests.queries import asked_of

DAY = timedelta(days=1)


def asked(stage: Stage, count: int) -> None:
    """So many requests of as many centres for things of one owner, and as many of the owner's own elsewhere."""
    for n in range(count):
        stage.thing = make.resource(stage.session, stage.owner)
        leg = stage.leg(starts_at=START + n * DAY, ends_at=START + n * DAY + DAY / 4, second_starts_at=None, second_ends_at=None)
        stage.play(leg, ("borrower", "submit"))


@pytest.mark.parametrize("page", ["/desk", "/agreements"])
def test_statements_do_not_grow_with_the_rows(app: Flask, signed_in: Callable[[int], FlaskClient], page: str) -> None:
    counts = []
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            stage = build(session)
            asked(stage, 5)
            handler = stage.people["handler"].id
            owner, borrower, people = stage.owner.id, stage.borrower.id, {k: p.id for k, p in stage.people.items()}
        for more in (0, 35):
            with app.app_context(), transaction() as session:
                again = Stage(
                    session, session.get_one(type(stage.owner), owner), session.get_one(type(stage.owner), borrower), stage.thing
                )
                again.people = {name: session.get_one(make.Person, number) for name, number in people.items()}
                asked(again, more)
            browser = signed_in(handler)
            browser.get(page)
            with asked_of(app) as seen:
                assert browser.get(page).status_code == 200
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_my_turn_by_urgency(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            stage = build(session)
            asked(stage, 2)
            handler, borrower, admin = (stage.people[name].id for name in ("handler", "borrower", "admin"))
            make.duty(session, stage.owner, stage.people["handler"])
        page = signed_in(handler).get("/desk").get_data(as_text=True)
        assert "本周" in page
        assert "3月13日（周四）17:30" in page
        assert "2025年3月10日（周一），农历二月十一" in page
        other = signed_in(borrower).get("/desk").get_data(as_text=True)
        assert "没有轮到您的事" in other
        assert re.search(r"等第\d+县文化馆答复", other)
        assert "没有轮到您的事" in signed_in(admin).get("/desk").get_data(as_text=True)
    with clock.moved(NOW + 4 * DAY):
        page = signed_in(handler).get("/desk").get_data(as_text=True)
        assert "超期1日" in page
        assert "应于3月13日" in page


def test_forty_requests_can_be_taken_in_at_a_glance(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            stage = build(session, title="多功能厅")
            for n in range(24):
                stage.now = NOW - DAY * (n % 6)
                dates = {"starts_at": START + n // 3 * DAY, "ends_at": START + n // 3 * DAY + DAY / 4}
                stage.act("borrower", stage.leg(**dates, second_starts_at=None, second_ends_at=None), "submit")
            hall, handler, colleague = stage.thing.code, stage.people["handler"], stage.people["colleague"]
            make.duty(session, stage.owner, handler)
            make.duty(session, stage.owner, colleague, "B")
            stage.thing = make.resource(session, stage.owner, title="小剧场")
            stage.act("borrower", stage.leg(), "submit")
            numbers = handler.id, stage.thing.code
        page = signed_in(numbers[0]).get("/desk").get_data(as_text=True)
    assert "待答复，未受理" in page
    assert page.count("同档期另有2家在等") == 24
    assert '<details class="fold"' in page or "以后" not in page
    things = page[page.index('id="things"') :]
    assert re.search(rf'thing={hall}[^>]*>多功能厅</a></span><span class="num">24</span>', things)
    assert things.index("多功能厅") < things.index("小剧场")
    with clock.moved(NOW + 4 * DAY):
        page = signed_in(numbers[0]).get("/desk").get_data(as_text=True)
    late = re.search(r'其中超期</dt><dd><a href="#late">(\d+)</a>', page)
    assert late is not None
    assert re.search(rf'id="late">\s*<caption>超期 <span class="count count--plain">{late[1]}</span>', page)


def test_visitors_are_asked_to_sign_in(client: FlaskClient) -> None:
    assert "/sign-in" in client.get("/desk").headers["Location"]


def test_what_may_be_rated_stands_apart_and_is_not_counted(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    """The figure, the heading and the badge of the menu say the same number."""
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            stage = build(session)
            stage.play(stage.leg(), *PATHS["closed"])
            stage.act("borrower", stage.leg(starts_at=START + 9 * DAY, ends_at=START + 10 * DAY), "submit")
            make.duty(session, stage.owner, stage.people["handler"])
            handler = stage.people["handler"].id
        page = signed_in(handler).get("/desk").get_data(as_text=True)
    assert re.search(r"请评价.*?评价 ", page, re.S)
    assert re.search(r'轮到我的 <span class="count">1</span>', page)
    assert re.search(r'我的待办\s*<span class="count"[^>]*>1<', page)
