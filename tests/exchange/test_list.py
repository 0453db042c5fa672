"""The list of agreements under forty requests: whose turn, what is urgent, which thing; the conditions stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.db import transaction
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import Browser
from tests.exchange.stage import NOW, START, TO_CONFIRMED, build

DAY = timedelta(days=1)


@pytest.fixture
def busy(app: Flask, signed_in: Callable[[int], FlaskClient]) -> Iterator[Any]:
    """An officer with requests of three days, one of them offered, one confirmed; two of them for one slot."""
    with app.app_context(), transaction() as session:
        stage = build(session)
        hall = stage.thing.code
        numbers: dict[str, str] = {}

        def ask(name: str, *moves: Any, at: Any = NOW, **asked: Any) -> None:
            stage.now = at
            dates = {"second_starts_at": None, "second_ends_at": None} | asked
            leg = stage.play(stage.leg(title=name, **dates), ("borrower", "submit"), *moves)
            numbers[name] = leg.agreement.number

        ask("迟了的", at=NOW - 6 * DAY)
        ask("明天到期", at=NOW - 2 * DAY)
        ask("刚来的", starts_at=START + DAY, ends_at=START + 3 * DAY)
        offer = ("handler", "offer", {"conditions": [{"text": "自备话筒"}]})
        ask("等对方确认", offer, starts_at=START + 9 * DAY, ends_at=START + 10 * DAY)
        hidden = make.resource(session, stage.owner, title="还没公开的厅", state="draft").code
        stage.thing = make.resource(session, stage.owner, title="小剧场")
        ask("已经定了", *TO_CONFIRMED[1:])
        make.duty(session, stage.owner, stage.people["handler"])
        people = {name: person.id for name, person in stage.people.items()}
        found = SimpleNamespace(hall=hall, small=stage.thing.code, hidden=hidden, numbers=numbers)
    with clock.moved(NOW):
        found.officer = Browser(signed_in(people["handler"]))
        found.borrower = Browser(signed_in(people["borrower"]))
        yield found


def listed(page: str) -> list[str]:
    """The titles in the table, in their order."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


@BOTH
def test_whose_turn_and_the_most_urgent_first(busy: Any) -> None:
    assert listed(busy.officer.get("/agreements?turn=ours&sort=due")) == ["迟了的", "明天到期", "刚来的", "已经定了"]
    newest = ["已经定了", "等对方确认", "刚来的", "明天到期", "迟了的"]
    assert listed(busy.officer.get("/agreements?sort=new")) == newest
    assert listed(busy.officer.get("/agreements")) == ["迟了的", "明天到期", "刚来的", "已经定了", "等对方确认"]
    assert listed(busy.borrower.get("/agreements")) == ["等对方确认", *(name for name in newest if name != "等对方确认")]
    assert listed(busy.borrower.get("/agreements?turn=ours")) == ["等对方确认"]
    assert listed(busy.officer.get("/agreements?overdue=1")) == ["迟了的"]
    with clock.moved(START + DAY / 2):
        assert set(listed(busy.officer.get("/agreements?overdue=1&sort=due"))) >= {"迟了的", "已经定了"}
    assert listed(busy.officer.get(f"/agreements?thing={busy.small}")) == ["已经定了"]
    assert "小剧场" in busy.officer.get(f"/agreements?thing={busy.small}").partition("<table")[0]
    assert "没有符合条件的往来" in busy.officer.get("/agreements?thing=nothing")
    assert "还没公开的厅" in busy.officer.get(f"/agreements?thing={busy.hidden}")
    assert "还没公开的厅" not in busy.borrower.get(f"/agreements?thing={busy.hidden}"), "whose listing others do not see"


def test_the_order_is_named_and_pages_follow_each_other(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = listed(busy.officer.get("/agreements"))
    assert '<a href="/agreements" aria-current="true">轮到贵馆的在前</a>' in busy.officer.get("/agreements")
    assert '<a href="/agreements?sort=new">新的在前</a>' in busy.officer.get("/agreements")
    monkeypatch.setattr("alliance.exchange.listed.SIZE", 2)
    assert [name for page in (1, 2, 3) for name in listed(busy.officer.get(f"/agreements?page={page}"))] == whole


def test_conditions_stay_with_each_other_and_say_how_many(busy: Any) -> None:
    page = busy.officer.get(f"/agreements?turn=ours&sort=due&thing={busy.hall}")
    sieve = page[page.index('<dl class="sieve') : page.index("</dl>")]
    for address in re.findall(r'href="([^"]*)"', sieve):
        assert address.count("=") >= 2
        assert busy.officer.client.get(address.replace("&amp;", "&")).status_code == 200
    assert '洽谈中 <span class="num">3</span>' in sieve
    assert '履行中 <span class="num">0</span>' in sieve
    form = busy.officer.fields(f"/agreements?turn=ours&sort=due&thing={busy.hall}", "/agreements")
    assert (form["turn"], form["sort"], form["thing"]) == ("ours", "due", busy.hall)


def test_the_way_back_leads_to_the_list_as_it_was(busy: Any) -> None:
    number = busy.numbers["迟了的"]
    assert 'href="/agreements">往来</a>' in busy.officer.get(f"/agreements/{number}")
    busy.officer.get("/agreements?side=owner&turn=ours&sort=due")
    for address in (f"/agreements/{number}", f"/agreements/{number}/decline"):
        assert 'href="/agreements?side=owner&amp;turn=ours&amp;sort=due">往来</a>' in busy.officer.get(address)


def test_after_one_the_next_is_named(busy: Any) -> None:
    number = busy.numbers["迟了的"]
    assert "轮到您的下一件" not in busy.officer.get(f"/agreements/{number}")
    busy.officer.act(number, "decline", code="03", reason="当天本馆另有重大活动安排。")
    page = busy.officer.get(f"/agreements/{number}")
    following = page[page.index("轮到您的下一件") :]
    assert f'href="/agreements/{busy.numbers["明天到期"]}"' in following[:300]


def test_days_of_a_list_say_their_weekdays(busy: Any) -> None:
    page = busy.officer.get("/agreements")
    assert "4月2–3日（周三至周四）" in page or "4月2–4日（周三至周五）" in page
    busy.officer.client.set_cookie("lang", "en")
    assert re.search(r"2–[34] Apr \(Wed–(Thu|Fri)\)", busy.officer.get("/agreements"))
