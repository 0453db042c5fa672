"""A request is saved as one goes, however little of it holds; one form makes one agreement, posted as often as it likes."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import waitress
from flask import Flask
from hypothesis import given
from werkzeug.test import TestResponse

from alliance import clock, journal
from alliance.db import db, transaction
from alliance.errors import Conflict
from alliance.exchange import requests
from alliance.exchange.drafts import LONGEST, sift
from alliance.exchange.models import Agreement, Leg, Terms
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import REQUEST, Browser, Forms, number_of
from tests.exchange.cast import Cast
from tests.exchange.stage import NOW, form
from tests.exchange.test_pages_refusals import FIELDS, ODD

NEW = "/agreements/new"
ODDLY = {
    "title": "字" * 121,
    "audience": "许多人",
    "starts_at": "下周一",
    "contact_phone": "找老周",
    "division_code": "99",
    "ground": "soft",
}


def blank(cast: Cast, who: Browser | None = None) -> dict[str, Any]:
    """The form as it is shown first."""
    return (who or cast.borrower).fields(f"{NEW}?resource={cast.code}", NEW)


def legs(cast: Cast) -> list[str]:
    with cast.app.app_context():
        return list(db.session.scalars(sa.select(Agreement.number).join(Leg).order_by(Leg.id)))


def told(cast: Cast, number: str) -> list[str]:
    """The actions of its journal."""
    with cast.app.app_context():
        return [event.action for event in journal.history(db.session, cast.leg(number))]


def autosaved(answer: TestResponse) -> tuple[str, str, str]:
    """What an autosave answers: the sentence, the version, the draft's number."""
    assert answer.status_code == 200, answer.get_data(as_text=True)[-2000:]
    assert answer.mimetype == "text/plain"
    place = re.fullmatch(r"/agreements/(JY-\d{4}-\d+)/edit", answer.headers["Draft-Location"])
    assert place is not None
    return answer.get_data(as_text=True), answer.headers["Draft-Version"], place[1]


# As one goes -----------------------------------------------------------------


@BOTH
def test_the_save_button_takes_whatever_there_is(cast: Cast) -> None:
    """Without JavaScript: nothing but the resource is demanded, and what does not hold comes back as it was typed."""
    empty = dict.fromkeys(REQUEST, "") | {"division_code": "", "contact_name": "", "contact_phone": ""}
    number = number_of(cast.borrower.send(NEW, blank(cast) | empty | {"do": "draft"}))
    page = cast.borrower.get(f"/agreements/{number}")
    assert "（未命名）" in page
    assert f'href="/agreements/{number}/edit#f-title"' in page
    edit = f"/agreements/{number}/edit"
    answer = cast.borrower.send(edit, cast.borrower.fields(edit, edit) | ODDLY | {"place": "下河村晒谷场", "do": "draft"})
    assert number_of(answer) == number
    page = cast.borrower.get(f"/agreements/{number}")
    assert "还填得不对、照原样留着的" in page
    assert "下河村晒谷场" in page
    kept = cast.borrower.fields(edit, edit)
    assert {name: kept[name] for name in ODDLY if name in kept} == {name: value for name, value in ODDLY.items() if name in kept}
    assert kept["audience"] == "许多人"
    with cast.app.app_context():
        terms = db.session.scalars(sa.select(Terms)).one()
        assert terms.content["place"] == "下河村晒谷场"
        assert terms.content["choices"] == []
        assert "audience" not in terms.content


@BOTH
def test_typing_makes_a_draft_and_goes_on_with_it(cast: Cast) -> None:
    typed = blank(cast) | {"title": "重阳", "audience": "很多"}
    words, version, number = autosaved(cast.borrower.send("/agreements/draft", typed))
    assert "预计人数" in words
    assert (version, cast.state(number)) == ("1", "draft")
    typed |= {"title": "重阳节", "audience": "300", "version": version}
    words, version, again = autosaved(cast.borrower.send("/agreements/draft", typed))
    assert (words, version, again) == ("草稿已存好", "2", number)
    assert autosaved(cast.borrower.send("/agreements/draft", typed | {"version": version})) == (words, version, number)
    assert told(cast, number) == ["leg.start", "leg.revise"]
    edit = f"/agreements/{number}/edit"
    kept = cast.borrower.fields(edit, edit)
    assert (kept["title"], kept["audience"]) == ("重阳节", "300")
    assert f'data-autosave="/agreements/{number}/draft"' in cast.borrower.get(edit)
    words, version, again = autosaved(cast.borrower.send(f"/agreements/{number}/draft", kept | {"place": "晒谷场"}))
    assert (version, again) == ("3", number)
    assert f'href="{edit}"' in cast.borrower.get(f"{NEW}?resource={cast.code}")


def test_sending_still_demands_everything_by_name(cast: Cast) -> None:
    number = number_of(cast.borrower.send(NEW, blank(cast) | {"title": "送戏下乡", "do": "draft"}))
    edit = f"/agreements/{number}/edit"
    fields = cast.borrower.fields(edit, edit)
    answer = cast.borrower.send(edit, fields | {"do": "submit"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for name in ("activity_type", "starts_at", "ends_at", "place", "audience", "pledge"):
        assert f'href="#f-{name}"' in page
    assert 'value="送戏下乡"' in page
    page = cast.borrower.get(f"/agreements/{number}")
    assert f'action="/agreements/{number}/submit"' not in page
    token = fields["csrf_token"]
    answer = cast.borrower.send(f"/agreements/{number}/submit", {"csrf_token": token, "version": "1"})
    assert answer.status_code == 409
    assert "还没有填好：活动类型" in answer.get_data(as_text=True)
    assert (cast.state(number), told(cast, number)) == ("draft", ["leg.start"])
    assert number_of(cast.borrower.send(edit, fields | REQUEST | {"do": "submit"})) == number
    assert cast.state(number) == "requested"
    with cast.app.app_context():
        assert db.session.scalars(sa.select(Terms.typed)).one() is None
        assert db.session.scalars(sa.select(Agreement.title)).one() == REQUEST["title"]


def test_a_whole_draft_is_sent_from_its_page(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code, do="draft"))
    cast.borrower.act(number, "submit")
    assert cast.state(number) == "requested"


def test_second_dates_and_reasons_are_named_where_they_are_wrong(cast: Cast) -> None:
    wrong = {"second_ends_at": "2025-04-01T09:00", "expedited": "relief"}
    answer = cast.borrower.ask(cast.code, **wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#f-second_ends_at"' in page
    assert 'href="#f-expedited_note"' in page
    number = number_of(cast.borrower.ask(cast.code, **wrong, do="draft"))
    with cast.app.app_context():
        content = db.session.scalars(sa.select(Terms.content)).one()
    assert len(content["choices"]) == 1
    assert "备选结束" in cast.borrower.get(f"/agreements/{number}")


@pytest.mark.long
@ODD
@given(fields=FIELDS)
def test_nothing_that_is_typed_is_lost(cast: Cast, fields: dict[str, Any]) -> None:
    with clock.moved(NOW):
        token = cast.borrower.fields("/desk", "/sign-out")["csrf_token"]
        # the key is not among what is typed here: each form is another one
        sent = {name: value for name, value in fields.items() if name not in ("key", "version")}
        answer = cast.borrower.send("/agreements/draft", sent | {"resource": cast.code, "csrf_token": token})
        _words, _version, number = autosaved(answer)
        edit = f"/agreements/{number}/edit"
        kept = cast.borrower.fields(edit, edit)
        for name in ("note", "division_code", "audience", "sessions", "starts_at", "ends_at", "second_starts_at"):
            value = sent.get(name, "")
            first = (value[0] if value else "") if isinstance(value, list) else value
            if name in sent and first and first == first.strip() and first.isprintable():
                assert kept[name] == first
        assert cast.borrower.client.get(f"/agreements/{number}").status_code == 200
        assert cast.borrower.client.get("/agreements?state=draft").status_code == 200


def test_what_is_too_long_to_keep_is_said(app: Flask) -> None:
    with app.app_context():
        draft = sift({"note": "长" * (LONGEST + 1), "audiences": ["everyone"] * 60, "title": "送戏"})
    assert len(draft.typed["note"]) == LONGEST
    assert "10,000" in draft.wrong["note"]
    assert (draft.title, len(draft.typed["audiences"])) == ("送戏", 50)


def test_what_was_typed_for_a_thing_that_is_not_lent_any_more_is_shown_again(cast: Cast) -> None:
    form = blank(cast) | REQUEST | {"do": "submit"}
    with cast.app.app_context(), transaction() as session:
        session.execute(sa.update(make.Resource).values(state="paused"))
    answer = cast.borrower.send(NEW, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "现在不外借" in page
    assert f'value="{REQUEST["title"]}"' in page
    assert legs(cast) == []


# In the lists ---------------------------------------------------------------------


@BOTH
def test_a_draft_is_listed_goes_on_and_can_be_thrown_away(cast: Cast) -> None:
    number = number_of(cast.borrower.send(NEW, blank(cast) | {"title": "半截申请", "do": "draft"}))
    for address in ("/agreements", "/agreements?state=draft", "/agreements?side=borrower", "/desk"):
        page = cast.borrower.get(address)
        assert f'href="/agreements/{number}/edit"' in page, address
        assert f'href="/agreements/{number}/withdraw"' in page, address
    assert number in cast.mate.get("/agreements?state=draft")
    assert number not in cast.mate.get("/desk")
    assert number not in cast.borrower.get("/agreements?state=open")
    assert '<span class="count">' not in cast.borrower.get("/desk").partition("</nav>")[0]
    for other in (cast.handler, cast.admin, cast.stranger):
        assert number not in other.get("/agreements")
        assert other.client.get(f"/agreements/{number}").status_code == 404
        assert other.client.get(f"/agreements/{number}/edit").status_code == 404
    assert "丢弃草稿" in cast.borrower.get(f"/agreements/{number}/withdraw")
    to = f"/agreements/{number}/withdraw"
    answer = cast.borrower.send(to, cast.borrower.fields(to, to))
    assert answer.headers["Location"] == "/agreements"
    page = cast.borrower.get("/agreements")
    assert "草稿已丢弃" in page
    assert number not in page
    assert number not in cast.borrower.get("/agreements?state=ended")
    for other in (cast.handler, cast.admin, cast.stranger):
        assert other.client.get(f"/agreements/{number}").status_code == 404
    for paper in ("letter", "sheet"):
        assert cast.borrower.client.get(f"/agreements/{number}/{paper}").status_code == 409


def test_what_was_thrown_away_meanwhile_is_not_lost_with_it(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code, do="draft"))
    edit, to = f"/agreements/{number}/edit", f"/agreements/{number}/withdraw"
    fields = cast.borrower.fields(edit, edit)
    cast.mate.send(to, cast.mate.fields(to, to))
    answer = cast.borrower.send(edit, fields | {"title": "改好的名称", "do": "draft"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'value="改好的名称"' in page
    cast.borrower.pages["kept"] = page
    (again,) = [found for action, found in forms_of(page) if action == NEW]
    assert number_of(cast.borrower.send(NEW, flat(again) | {"do": "draft"})) != number


# Twice ------------------------------------------------------------------------


def forms_of(page: str) -> list[tuple[str, dict[str, list[str]]]]:
    return Forms(page).found


def flat(found: dict[str, list[str]]) -> dict[str, Any]:
    return {name: value if len(value) > 1 else value[0] for name, value in found.items()}


@BOTH
@pytest.mark.parametrize("clicks", [("draft", "draft"), ("submit", "submit"), ("draft", "submit"), ("submit", "draft")])
def test_one_form_makes_one(cast: Cast, clicks: tuple[str, str]) -> None:
    form = blank(cast) | REQUEST
    first, second = (number_of(cast.borrower.send(NEW, form | {"do": click})) for click in clicks)
    assert first == second
    assert legs(cast) == [first]
    assert cast.state(first) == ("requested" if "submit" in clicks else "draft")
    assert told(cast, first).count("leg.start") == 1
    assert told(cast, first).count("leg.submit") == clicks.count("submit") - (clicks == ("submit", "submit"))


def test_a_draft_sent_twice_from_its_form_is_sent_once(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code, do="draft"))
    edit = f"/agreements/{number}/edit"
    form = cast.borrower.fields(edit, edit) | {"title": "端午演出", "do": "submit"}
    assert [number_of(cast.borrower.send(edit, form)) for _n in range(2)] == [number, number]
    assert told(cast, number) == ["leg.start", "leg.revise", "leg.submit"]
    assert "后来改的内容没有交出去" not in cast.borrower.get(f"/agreements/{number}")
    number_of(cast.borrower.send(edit, form | {"title": "中秋演出"}))
    assert "后来改的内容没有交出去" in cast.borrower.get(f"/agreements/{number}")
    assert "中秋演出" not in cast.handler.get(f"/agreements/{number}")


def test_the_many_savings_of_a_draft_are_told_once(cast: Cast) -> None:
    form = blank(cast) | REQUEST
    number = ""
    for n in range(4):
        number = autosaved(cast.borrower.send("/agreements/draft", form | {"title": f"重阳节{n}"}))[2]
    assert told(cast, number).count("leg.revise") == 3
    assert cast.borrower.get(f"/agreements/{number}").count("修改草稿") == 1
    cast.borrower.send(NEW, form | {"do": "submit"})
    assert "修改草稿" not in cast.handler.get(f"/agreements/{number}")


def test_sending_while_the_last_autosave_was_on_its_way(cast: Cast) -> None:
    """The form has not heard of the version that its own autosave made."""
    form = blank(cast) | REQUEST
    _words, version, number = autosaved(cast.borrower.send("/agreements/draft", form | {"title": "重阳"}))
    autosaved(cast.borrower.send("/agreements/draft", form | {"title": "重阳节", "version": version}))
    for stale in ("", version):
        answer = cast.borrower.send("/agreements/draft", form | {"title": f"重阳节下{stale}", "version": stale})
        assert autosaved(answer)[2] == number
    assert number_of(cast.borrower.send(NEW, form | {"do": "submit", "version": ""})) == number
    assert (cast.state(number), legs(cast)) == ("requested", [number])


def test_a_colleague_who_saved_in_between_is_not_overwritten(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code, do="draft"))
    edit = f"/agreements/{number}/edit"
    mine, theirs = (who.fields(edit, edit) for who in (cast.borrower, cast.mate))
    assert number_of(cast.mate.send(edit, theirs | {"place": "镇文化站", "do": "draft"})) == number
    assert cast.borrower.send(f"/agreements/{number}/draft", mine | {"title": "我的改动"}).status_code == 409
    asked = {"data": mine, "content_type": "multipart/form-data", "headers": {"Accept": "application/json"}}
    assert cast.borrower.client.post(f"/agreements/{number}/draft", **asked).get_json()["error"]["status"] == 409
    answer = cast.borrower.send(edit, mine | {"title": "我的改动", "do": "draft"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert 'value="我的改动"' in page
    (again,) = [found for action, found in forms_of(page) if action == edit]
    assert number_of(cast.borrower.send(edit, flat(again) | {"do": "draft"})) == number


def test_the_form_keeps_its_key_whatever_is_wrong_with_it(cast: Cast) -> None:
    form = blank(cast) | REQUEST
    number = autosaved(cast.borrower.send("/agreements/draft", form))[2]
    for more in ({"audience": "x", "do": "submit"}, {"do": "check"}, {"dates": "2025-04-02T09:00/2025-04-02T17:00"}):
        page = cast.borrower.send(NEW, form | more).get_data(as_text=True)
        ((_action, shown),) = [found for found in forms_of(page) if "resource" in found[1]]
        assert shown["key"] == [form["key"]]
    assert number_of(cast.borrower.send(NEW, form | {"do": "submit"})) == number
    assert legs(cast) == [number]


def test_a_key_is_its_persons_own(cast: Cast) -> None:
    key = blank(cast)["key"]
    mine = number_of(cast.borrower.send(NEW, blank(cast) | REQUEST | {"key": key, "do": "draft"}))
    theirs = number_of(cast.mate.send(NEW, blank(cast, cast.mate) | REQUEST | {"key": key, "do": "draft"}))
    assert mine != theirs


@BOTH
def test_start_with_a_key_makes_one(cast: Cast) -> None:
    with cast.app.app_context(), transaction() as session:
        person = session.get_one(Person, cast.people["borrower"])
        thing = session.scalars(sa.select(make.Resource).where(make.Resource.code == cast.code)).one()
        one, two, other = (requests.start(session, person, resource=thing, form=form(), key=key) for key in ("k", "k", "m"))
        assert one is two
        assert other.id != one.id
        with pytest.raises(Conflict):
            requests.revise(session, person, one.legs[0], form=form(title="别的"), expected_version=0, key="m")


@pytest.fixture
def served(cast: Cast) -> Iterator[str]:
    """The portal on a loopback port, with threads enough for a race."""
    server: Any = waitress.create_server(cast.app, host="127.0.0.1", port=0, threads=8)
    runner = threading.Thread(target=server.run, daemon=True)
    runner.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    runner.join(10)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer is looked at where it comes."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def at_once(site: str, browser: Browser, posts: list[tuple[str, dict[str, Any]]]) -> list[tuple[int, str]]:
    """All these posts at the same moment, each on a connection of its own: status, and the agreement that it leads to."""
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    start, answers = threading.Barrier(len(posts)), []

    def post(address: str, fields: dict[str, Any]) -> None:
        asked = urllib.request.Request(site + address, urlencode(fields, doseq=True).encode())
        asked.add_header("Cookie", f"session={cookie.value}")
        opener = urllib.request.build_opener(NoRedirect)
        start.wait(30)
        try:
            with opener.open(asked, timeout=60) as answer:
                answers.append((answer.status, answer.headers.get("Draft-Location") or ""))
        except urllib.error.HTTPError as answer:
            answers.append((answer.code, answer.headers.get("Location") or answer.read().decode()[-1500:]))

    runners = [threading.Thread(target=post, args=one) for one in posts]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(90)
    return answers


def later() -> dict[str, str]:
    """Dates ahead of the clock on the wall, which is what other threads go by."""
    day = datetime.now(clock.SHANGHAI).date() + timedelta(days=40)
    names = ("starts_at", "ends_at", "second_starts_at", "second_ends_at")
    return {name: f"{day + timedelta(days=n):%Y-%m-%d}T09:00" for n, name in enumerate(names)}


@pytest.mark.long
@BOTH
@pytest.mark.parametrize("doing", [["submit"], ["draft"], ["draft", "submit", "autosave"]], ids=["send", "save", "all"])
def test_the_same_form_at_the_same_time_makes_one(cast: Cast, served: str, doing: list[str]) -> None:
    for n in range(5):
        before = legs(cast)
        form = blank(cast) | REQUEST | later()
        posts = [("/agreements/draft", form) if what == "autosave" else (NEW, form | {"do": what}) for what in (doing * 6)[:6]]
        answers = at_once(served, cast.borrower, posts)
        new = [number for number in legs(cast) if number not in before]
        assert len(new) == 1, (n, answers)
        assert len(answers) == 6
        assert {place.removesuffix("/edit").rpartition("/")[2] for _status, place in answers} == set(new), answers
        assert {status for status, _place in answers} <= {302, 200}
        assert cast.state(new[0]) == ("requested" if "submit" in doing else "draft")
        assert told(cast, new[0]) == ["leg.start", *(["leg.submit"] if "submit" in doing else [])] or "draft" in doing
