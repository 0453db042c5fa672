"""A swap and a joint project through the pages, without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.db import db, transaction
from alliance.exchange import turns
from alliance.exchange.actions import act
from alliance.exchange.models import Leg
from alliance.people.models import Person
from alliance.portal import nav
from tests import make
from tests.exchange.browsers import REQUEST, Browser
from tests.exchange.joined import table
from tests.exchange.stage import ITEMS, NOW

NUMBER = re.compile(r"/agreements/(JY-\d{4}-\d+(?:-\d+)?)(?:/edit)?$")
NO_SECOND = {"second_starts_at": "", "second_ends_at": ""}


@dataclass
class Seats:
    """Centres a … d, each with somebody at a browser."""

    app: Flask
    codes: dict[str, str]
    browsers: dict[str, Browser] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def states(self, number: str) -> list[str]:
        with self.app.app_context():
            query = sa.select(Leg.state).where(Leg.agreement.has(number=number)).order_by(Leg.rank)
            return list(db.session.scalars(query))

    def ask(self, who: str, of: str, into: str, do: str = "submit") -> str:
        """Fill in the request form; returns the number to which the answer leads."""
        return led(self.browsers[who].ask(self.codes[of], into=into, do=do, **NO_SECOND).headers["Location"])

    def person(self, session: Session, who: str) -> Person:
        return session.get_one(Person, self.people[who])

    def post(self, who: str, number: str, what: str, status: int = 302, **typed: str) -> str:
        to = f"/agreements/{number}/{what}"
        browser = self.browsers[who]
        answer = browser.send(to, browser.fields(f"/agreements/{number}", to) | typed)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (answer.status_code, text[-2500:])
        return led(answer.headers["Location"]) if status == 302 else text

    def fill(self, who: str, number: str) -> str:
        """Store the draft as it was prefilled."""
        to = f"/agreements/{number}/edit"
        browser = self.browsers[who]
        return led(browser.send(to, browser.fields(to, to) | {"do": "submit", "pledge": "1"}).headers["Location"])


def led(address: str) -> str:
    found = NUMBER.search(address)
    assert found is not None, address
    return found[1]


@pytest.fixture
def seats(app: Flask, signed_in: Callable[[int], FlaskClient]) -> Iterator[Seats]:
    with app.app_context(), transaction() as session:
        made = table(session, *"abcd")
        codes = {name: thing.code for name, thing in made.things.items()}
        people = {name: person.id for name, person in made.handlers.items()}
    with clock.moved(NOW):
        yield Seats(app, codes, {name: Browser(signed_in(number)) for name, number in people.items()}, people)


def test_a_swap_from_the_form_to_the_last_consent(seats: Seats) -> None:
    number = seats.ask("a", "b", "swap")
    page = seats.browsers["a"].get(f"/agreements/{number}")
    assert "贵馆拿什么来换" in page
    assert "各项一起提交" in page
    refused = seats.post("a", number, "send", 409)
    assert "另一方的一项" in refused
    ours = seats.post("a", number, "give", resource=seats.codes["a"])
    assert ours == f"{number}-2"
    edit = seats.browsers["a"].get(f"/agreements/{ours}/edit")
    assert "拿出来换" in edit
    assert REQUEST["title"] in edit
    assert f'value="{REQUEST["starts_at"]}"' in edit
    seats.browsers["b"].get(f"/agreements/{number}", 404)
    assert seats.fill("a", ours) == number
    seats.post("a", number, "send")
    assert seats.states(number) == ["requested", "offered"]
    theirs = seats.browsers["b"]
    assert "还差2项同意" in theirs.get(f"/agreements/{number}")
    theirs.act(f"{number}-1", "approve", choice="1")
    theirs.act(f"{number}-2", "accept_offer")
    assert seats.states(number) == ["confirmed", "confirmed"]
    assert "已确定" in seats.browsers["a"].get(f"/agreements/{number}")
    assert f"{number}-1" in seats.browsers["a"].get("/agreements")
    assert "看整份约定" in theirs.get(f"/agreements/{number}-2")


def test_a_project_gathers_is_sent_and_fills_a_lost_place(seats: Seats) -> None:
    number = seats.ask("a", "b", "bundle")
    seats.browsers["a"].get(f"/agreements/{number}")
    form = seats.browsers["a"].fields(f"/agreements/new?resource={seats.codes['c']}", "/agreements/new")
    assert form["into"] == number  # what was looked at last is what the next one is added to
    assert seats.ask("a", "c", number) == number
    seats.post("a", number, "send")
    assert seats.states(number) == ["requested", "requested"]
    seats.browsers["b"].act(f"{number}-1", "approve", choice="1")
    seats.browsers["c"].act(f"{number}-2", "decline", code="03", reason="当天本馆有全市合唱节，人员都已排满。")
    page = seats.browsers["a"].get(f"/agreements/{number}")
    assert "替第2项找候补" in page
    assert re.search("第2项未成，轮到.+找候补", page)
    assert sought(seats, "a", number) == 1
    assert sought(seats, "c", number) == 0, "who refused waits for nothing"
    lost = seats.browsers["a"].get(f"/agreements/{number}-2")
    assert f'href="/agreements/{number}">找候补' in lost
    assert "照原申请改约" not in lost, "a loan of its own would not fill the place"
    third = seats.post("a", number, "substitute", resource=seats.codes["d"])
    assert third == f"{number}-3"
    assert seats.fill("a", third) == third  # under way already: it is sent at once
    seats.browsers["d"].act(third, "approve", choice="1")
    assert seats.states(number) == ["confirmed", "declined", "confirmed"]
    assert sought(seats, "a", number) == 0


def sought(seats: Seats, who: str, number: str) -> int:
    """How often the desk leads to the project for a substitute; the badge counts the same tasks."""
    desk = seats.browsers[who].get("/desk")
    with seats.app.app_context():
        person = db.session.get_one(Person, seats.people[who])
        mine = turns.tasks(db.session, person, clock.now()).mine
        assert nav.turns(db.session, person) == len(mine)
    return len(re.findall(rf'href="/agreements/{number}"[^>]*>找候补', desk))


def test_a_loan_that_is_only_a_draft_becomes_more(seats: Seats) -> None:
    number = seats.ask("a", "b", "", do="draft")
    to = f"/agreements/{number}/edit"
    browser = seats.browsers["a"]
    answer = browser.send(to, browser.fields(to, to) | {"do": "submit", "into": "bundle", "pledge": "1"})
    assert led(answer.headers["Location"]) == number
    other = seats.ask("a", "c", "", do="draft")
    to = f"/agreements/{other}/edit"
    answer = browser.send(to, browser.fields(to, to) | {"do": "submit", "into": number, "pledge": "1"})
    assert led(answer.headers["Location"]) == number
    assert seats.states(number) == ["draft", "draft"]
    browser.get(f"/agreements/{other}", 404)


def test_others_read_in_outline_and_add_nothing(seats: Seats) -> None:
    number = seats.ask("a", "b", "swap")
    seats.fill("a", seats.post("a", number, "give", resource=seats.codes["a"]))
    seats.post("a", number, "send")
    outline = seats.browsers["c"].get(f"/agreements/{number}")
    assert "一起提交" not in outline
    assert f"/agreements/{number}-1" not in outline
    for what in ("send", "give", "substitute"):
        answer = seats.browsers["c"].send(f"/agreements/{number}/{what}", {"csrf_token": token(outline), "resource": "X"})
        assert answer.status_code == 403, (what, answer.status_code)


@pytest.mark.parametrize(
    ("what", "typed", "status"),
    [("give", {"resource": ""}, 422), ("give", {"resource": "NO-1"}, 404), ("substitute", {"rank": "9"}, 404)],
)
def test_what_is_not_there_is_said(seats: Seats, what: str, typed: dict[str, str], status: int) -> None:
    number = seats.ask("a", "b", "swap")
    page = seats.browsers["a"].get(f"/agreements/{number}")
    answer = seats.browsers["a"].send(f"/agreements/{number}/{what}", {"csrf_token": token(page)} | typed)
    assert answer.status_code == status


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_place_lost_after_the_commit_is_filled_from_the_page(app: Flask, seats: Seats) -> None:
    """Once who remains goes on without it; its own sort comes first, others are named as such."""
    number = seats.ask("a", "b", "bundle")
    assert seats.ask("a", "c", number) == number
    seats.post("a", number, "send")
    for who, rank in (("b", 1), ("c", 2)):
        seats.browsers[who].act(f"{number}-{rank}", "approve", choice="1")
    assert seats.states(number) == ["confirmed", "confirmed"]
    asker = seats.browsers["a"]
    seats.browsers["c"].act(f"{number}-2", "ask_cancel", reason="剧场漏雨，当天不能开放，抱歉。")
    asker.act(f"{number}-2", "agree_cancel")
    assert "另找一项补上" not in asker.get(f"/agreements/{number}")
    for who in ("b", "a"):
        if "go_on" in seats.browsers[who].get(f"/agreements/{number}-1"):
            seats.browsers[who].act(f"{number}-1", "go_on")
    page = asker.get(f"/agreements/{number}")
    assert "另找一项补上" in page
    assert "不要这一项" not in page
    assert "另找一项补上" not in seats.browsers["b"].get(f"/agreements/{number}")
    assert "下面是其他类型的" not in page
    sort_them(app, seats, c="theatre", d="gallery")
    assert "下面是其他类型的" in asker.get(f"/agreements/{number}")
    sort_them(app, seats, d="theatre")
    assert "下面是其他类型的" not in asker.get(f"/agreements/{number}")
    third = seats.post("a", number, "substitute", rank="2", resource=seats.codes["d"])
    assert seats.fill("a", third) == third
    seats.browsers["d"].act(third, "approve", choice="1")
    assert seats.states(number) == ["confirmed", "cancelled", "confirmed"]


def sort_them(app: Flask, seats: Seats, **sorts: str) -> None:
    with app.app_context(), transaction() as session:
        for name, sort in sorts.items():
            thing = session.scalars(sa.select(Resource).where(Resource.code == seats.codes[name])).one()
            thing.details = thing.details | {"venue_type": sort}


def test_the_page_says_what_the_event_could_do_without(seats: Seats) -> None:
    number = seats.ask("a", "b", "bundle")
    assert "没有也办" not in seats.browsers["a"].get(f"/agreements/{number}")
    assert seats.ask("a", "c", number) == number
    assert seats.post("a", number, "weigh", rank="2", optional="1") == number
    page = seats.browsers["a"].get(f"/agreements/{number}")
    assert "可有可无" in page
    assert "改为必须有" in page
    assert "至少要有一项" in seats.post("a", number, "weigh", 409, rank="1", optional="1")
    seats.post("a", number, "weigh", 404, rank="9", optional="1")
    seats.post("a", number, "send")
    seats.browsers["b"].act(f"{number}-1", "approve", choice="1")
    assert seats.states(number) == ["confirmed", "requested"]
    assert "可有可无" in seats.browsers["c"].get(f"/agreements/{number}")


def test_who_gives_a_person_in_a_swap_is_led_to_their_consent(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        made = table(session, "b")
        made.seat("a", kind="talent")
        title = made.things["a"].title
        codes = {name: thing.code for name, thing in made.things.items()}
        people = {name: person.id for name, person in made.handlers.items()}
    seats = Seats(app, codes, {name: Browser(signed_in(number)) for name, number in people.items()})
    with clock.moved(NOW):
        number = seats.ask("a", "b", "swap")
        given = seats.post("a", number, "give", resource=seats.codes["a"])
        seats.fill("a", given)
        browser, consent = seats.browsers["a"], f"/agreements/{given}/record_consent"
        assert f'href="{consent}"' in browser.get(f"/agreements/{number}")
        assert f"{title}：还没有登记{title}本人" in seats.post("a", number, "send", 409)
        draft = browser.get(f"/agreements/{given}")
        assert f'href="/agreements/{given}/edit"' in draft, "one can go on filling in what one gives"
        assert "有条件同意" not in draft
        assert f'href="{consent}"' in browser.get(f"/agreements/{given}/offer")
        browser.send(consent, browser.fields(consent, consent) | {"given_on": f"{NOW:%Y-%m-%d}", "how": "phone"})
        assert consent not in browser.get(f"/agreements/{number}")
        seats.post("a", number, "send")
        assert seats.states(number) == ["requested", "offered"]


def test_what_is_called_back_is_said_on_the_pages_of_the_others(app: Flask, seats: Seats) -> None:
    number = seats.ask("a", "b", "bundle")
    assert seats.ask("a", "c", number) == number
    seats.post("a", number, "send")
    for who, rank in (("b", 1), ("c", 2)):
        seats.browsers[who].act(f"{number}-{rank}", "approve", choice="1")
    told = "核对其余各项是否受影响"
    assert told not in seats.browsers["b"].get(f"/agreements/{number}")
    with app.app_context(), transaction() as session:
        leg = session.scalars(sa.select(Leg).where(Leg.agreement.has(number=number), Leg.rank == 2)).one()
        head = make.person(session, leg.owner, "director")
        why = {"ground": "safety", "reason": "发现电路隐患，须立即停用。"}
        act(session, seats.person(session, "c"), leg, "hand_over", expected_version=leg.version, items=ITEMS)
        act(session, head, leg, "force_cancel", expected_version=leg.version, **why)
        assert (leg.state, leg.recalled_until) == ("in_use", NOW)
    for who, page in (("b", f"{number}-1"), ("b", number), ("a", f"{number}-1"), ("a", number), ("c", number)):
        assert told in seats.browsers[who].get(f"/agreements/{page}"), (who, page)
    assert told not in seats.browsers["c"].get(f"/agreements/{number}-2")
    assert told not in seats.browsers["d"].get(f"/agreements/{number}")
