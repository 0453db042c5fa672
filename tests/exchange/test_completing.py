"""A completion is saved as one goes, unseen by the owner, and nothing typed is lost when a colleague was faster."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import journal
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden
from alliance.exchange import completing
from alliance.exchange.drafts import sift
from alliance.exchange.models import Leg, Terms
from alliance.exchange.request_form import RequestForm
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import REQUEST, Browser, Forms, number_of, photo
from tests.exchange.cast import Cast
from tests.exchange.stage import build


def returned(cast: Cast) -> str:
    """A request that has to be completed."""
    number = number_of(cast.borrower.ask(cast.code))
    cast.handler.act(number, "accept_handling")
    cast.handler.act(number, "return_for_completion", items=["safety_plan"])
    assert cast.state(number) == "incomplete"
    return number


def form(who: Browser, number: str) -> dict[str, Any]:
    to = f"/agreements/{number}/edit"
    return who.fields(to, to)


def fields_of(page: str, number: str) -> dict[str, Any]:
    found = next(fields for to, fields in Forms(page).found if to == f"/agreements/{number}/edit")
    return {name: value if len(value) > 1 else value[0] for name, value in found.items()}


def save(who: Browser, number: str, fields: dict[str, Any], status: int = 200) -> Any:
    answer = who.send(f"/agreements/{number}/draft", fields)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer


@BOTH
def test_a_completion_is_saved_as_one_goes_and_sent_once(cast: Cast) -> None:
    number = returned(cast)
    version = cast.leg(number).version
    page = cast.borrower.get(f"/agreements/{number}/edit")
    assert f'data-autosave="/agreements/{number}/draft"' in page
    assert 'href="#f-safety_plan"' in page
    assert 'id="f-safety_plan"' in page
    typed = form(cast.borrower, number) | {"safety_plan": "安全员四名", "audience": "很多"}
    first = save(cast.borrower, number, typed)
    assert "预计人数" in first.text
    assert first.headers["Draft-Location"] == f"/agreements/{number}/edit"
    typed |= {"version": first.headers["Draft-Version"], "safety_plan": "安全员四名，疏散口两处"}
    second = save(cast.borrower, number, typed)
    assert second.headers["Draft-Version"] != first.headers["Draft-Version"]
    assert save(cast.borrower, number, typed).headers["Draft-Version"] == second.headers["Draft-Version"]
    # The leg stands as it did: the owner's pages are not stale, and what is not sent is not seen.
    assert cast.leg(number).version == version
    assert "疏散口两处" not in cast.handler.get(f"/agreements/{number}")
    assert "填写补正" not in cast.handler.get(f"/agreements/{number}")
    assert "填写补正，还没有交" in cast.borrower.get(f"/agreements/{number}")
    again = form(cast.mate, number)
    assert (again["safety_plan"], again["audience"]) == ("安全员四名，疏散口两处", "很多")
    sent = cast.mate.send(f"/agreements/{number}/edit", again | {"audience": "300", "pledge": "1", "do": "submit"})
    assert number_of(sent) == number
    assert cast.state(number) == "requested"
    with cast.app.app_context():
        terms = db.session.scalars(sa.select(Terms).order_by(Terms.version)).all()
        assert [one.typed for one in terms] == [None, None]
        assert terms[-1].content["safety_plan"] == "安全员四名，疏散口两处"


@BOTH
def test_without_script_it_is_put_by_with_its_files(cast: Cast) -> None:
    number = returned(cast)
    typed = form(cast.borrower, number) | {"safety_plan": "安全员四名", "up-files": [photo("现场.png")], "do": "draft"}
    assert number_of(cast.borrower.send(f"/agreements/{number}/edit", typed)) == number
    assert cast.state(number) == "incomplete"
    page = cast.mate.get(f"/agreements/{number}/edit")
    assert "现场.png" in page
    assert 'href="None"' not in page
    again = form(cast.mate, number) | {"pledge": "1", "do": "submit"}
    assert number_of(cast.mate.send(f"/agreements/{number}/edit", again)) == number
    assert cast.state(number) == "requested"
    assert "现场.png" in cast.handler.get(f"/agreements/{number}")


@BOTH
def test_what_a_colleague_saved_meanwhile_is_shown_beside_what_was_typed(cast: Cast) -> None:
    number = returned(cast)
    mine = form(cast.borrower, number) | {"safety_plan": "我写的：安全员四名", "pledge": "1"}
    theirs = form(cast.mate, number) | {"safety_plan": "同事写的：安全员八名"}
    save(cast.mate, number, theirs)
    assert "您填的还没有存上" in save(cast.borrower, number, mine, 409).text
    to = f"/agreements/{number}/edit"
    answer = cast.borrower.send(to, mine | {"do": "submit"})
    assert answer.status_code == 409
    assert "刚刚存过这份补正" in answer.text
    assert "与您填的不同之处" in answer.text
    assert "同事写的：安全员八名" in answer.text
    drawn = fields_of(answer.text, number)
    assert drawn["safety_plan"] == "我写的：安全员四名"
    assert cast.state(number) == "incomplete"
    # A fault in between does not make the colleague's saving old news.
    faulty = cast.borrower.send(to, mine | {"audience": "很多", "do": "submit"})
    assert faulty.status_code == 422
    assert (
        cast.borrower.send(to, fields_of(faulty.text, number) | {"audience": "300", "pledge": "1", "do": "submit"}).status_code
        == 409
    )
    assert number_of(cast.borrower.send(to, drawn | {"pledge": "1", "do": "submit"})) == number
    with cast.app.app_context():
        content = db.session.scalars(sa.select(Terms.content).order_by(Terms.version.desc())).first()
    assert content is not None
    assert content["safety_plan"] == "我写的：安全员四名"


@BOTH
def test_what_was_typed_stays_when_a_colleague_sent_it_first(cast: Cast) -> None:
    number = returned(cast)
    mine = form(cast.borrower, number) | {"safety_plan": "我写的：安全员四名", "rain_plan": "改在礼堂", "pledge": "1"}
    theirs = form(cast.mate, number) | {"safety_plan": "同事写的：安全员八名", "pledge": "1", "do": "submit"}
    assert number_of(cast.mate.send(f"/agreements/{number}/edit", theirs)) == number
    save(cast.borrower, number, mine, 409)
    for button in ("submit", "draft"):
        answer = cast.borrower.send(f"/agreements/{number}/edit", mine | {"do": button})
        assert answer.status_code == 409
        for words in ("这份补正晚了一步", "补正后再交", "同事写的：安全员八名", "我写的：安全员四名", "改在礼堂"):
            assert words in answer.text, words
        assert f'href="/agreements/{number}"' in answer.text
        assert "data-autosave=" not in answer.text
    # The second of two clicks of who was faster is no loss: it leads where the first one did.
    assert number_of(cast.mate.send(f"/agreements/{number}/edit", theirs)) == number


RETURNED = (
    ("borrower", "submit"),
    ("handler", "accept_handling"),
    ("handler", "return_for_completion", {"items": ["safety_plan"]}),
)


def test_only_the_borrowers_staff_fill_it_in_and_only_while_it_waits(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *RETURNED)
        draft = sift(REQUEST | {"safety_plan": "安全员四名"})
        for who in ("handler", "stranger", "admin"):
            with pytest.raises(Forbidden):
                completing.fill_in(session, stage.people[who], leg, draft=draft, seen=0, once="x")
        saved = completing.fill_in(session, stage.people["borrower"], leg, draft=draft, seen=0, once="x")
        assert completing.newest(session, leg) == saved
        stage.play(leg, ("borrower", "withdraw", {"note": "不办了"}))
        with pytest.raises(Conflict):
            completing.fill_in(session, stage.people["borrower"], leg, draft=sift(REQUEST), seen=saved, once="x")


@BOTH
def test_of_two_who_save_at_once_one_hears_of_the_other(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *RETURNED)
        number, people = leg.id, [stage.people["borrower"].id, stage.people["mate"].id]
    gate, ends = threading.Barrier(2), []

    def run(person: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction() as session:
                    who, leg = session.get_one(Person, person), session.get_one(Leg, number)
                    draft = sift(REQUEST | {"safety_plan": f"第{person}人写的"})
                    completing.fill_in(session, who, leg, draft=draft, seen=0, once=f"form {person}")
                ends.append("kept")
            except Conflict:
                ends.append("told")

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["kept", "told"]
    with app.app_context():
        events = journal.history(db.session, db.session.get_one(Leg, number))
        assert [event.action for event in events].count("leg.fill_in") == 1


def test_a_completion_names_no_file_of_somebody_else(cast: Cast) -> None:
    """Whatever address it is posted to: what is filed with terms is read by both sides."""
    with cast.app.app_context(), transaction() as session:
        strange = make.file(session).id
    number = returned(cast)
    given = form(cast.borrower, number) | {"pledge": "1", "safety_plan": "安全员四名", "files": [str(strange)]}
    plain = {
        name: value for name, value in given.items() if name in RequestForm.model_fields or name in ("key", "version", "csrf_token")
    }
    plain["version"] = given["version"].partition(".")[0]
    for to, fields in (("complete", plain), ("edit", given | {"do": "submit"})):
        answer = cast.borrower.send(f"/agreements/{number}/{to}", fields)
        assert answer.status_code == 302, answer.text[-2000:]
        assert filed(cast) == set()
    assert cast.state(number) == "requested"


def filed(cast: Cast) -> set[int]:
    """The numbers of the files in all terms."""
    with cast.app.app_context():
        return {one for terms in db.session.scalars(sa.select(Terms)) for one in terms.content.get("files", [])}


def test_what_was_asked_for_is_not_left_blank_unless_the_note_says_why(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    cast.handler.act(number, "accept_handling")
    cast.handler.act(number, "return_for_completion", items=["rain_plan", "costs", "dates"])
    page, to = cast.borrower.get(f"/agreements/{number}/edit"), f"/agreements/{number}/edit"
    assert '<a href="#f-rain_plan">雨天预案</a>' in page
    assert 'id="s-plans" open' in page
    blank = form(cast.borrower, number) | {"pledge": "1", "do": "submit"}
    refused = cast.borrower.send(to, blank)
    assert refused.status_code == 422
    assert "雨天预案：要补的“雨天预案”还空着" in refused.text
    assert "费用承担”还空着" in refused.text
    assert "日期与场次”还空着" not in refused.text
    assert cast.state(number) == "incomplete"
    half = fields_of(refused.text, number) | {
        "fuel_by": "borrower",
        "note": "在室内演",
        "pledge": "1",
        "do": "submit",
    }
    assert number_of(cast.borrower.send(to, half)) == number
    assert cast.state(number) == "requested"


def test_the_request_itself_is_no_rival_while_it_is_completed(cast: Cast) -> None:
    number = returned(cast)
    assert "馆在等" not in cast.borrower.get(f"/agreements/{number}/edit")
    part = cast.borrower.send(f"/agreements/checks?number={number}", form(cast.borrower, number))
    assert "馆在等" not in part.text
