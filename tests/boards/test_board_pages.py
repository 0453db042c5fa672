"""The boards through the pages, without script: publish, answer, compare, accept; prefilled from a search; the next candidate."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, jobs
from alliance.db import transaction
from tests import make
from tests.exchange.browsers import Forms
from tests.exchange.joined import table
from tests.exchange.stage import NOW, build

NEED = {
    "title": "元宵灯会要一个排练厅",
    "kind": "venue",
    "starts_on": "2025-04-01",
    "ends_on": "2025-04-10",
    "answer_by": "2025-03-24",
    "place": "下河村文化礼堂",
    "pledge": "1",
    "do": "publish",
}


def sent(browser: FlaskClient, page: str, to: str, status: int = 302, **typed: str) -> str:
    """Fill in the form of that page that goes to `to`; where the answer leads, else its text."""
    text = browser.get(page).get_data(as_text=True)
    fields = next(fields for action, fields in Forms(text).found if action == to)
    answer = browser.post(to, data=fields | typed)
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.headers["Location"] if status == 302 else answer.get_data(as_text=True)


def test_a_need_is_met(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            seats = table(session, "a", "b", "c")
            people = {name: one.id for name, one in seats.handlers.items()}
            codes = {name: one.code for name, one in seats.things.items()}
        a, b, c = (signed_in(people[name]) for name in "abc")
        assert "现在没有馆在征集" in a.get("/boards/").get_data(as_text=True)
        wrong = sent(a, "/boards/need/new", "/boards/need/new", 422, **NEED | {"pledge": "", "title": ""})
        assert "请勾选承诺书" in sent(a, "/boards/need/new", "/boards/need/new", 422, **NEED | {"pledge": ""})
        assert "处要改" in wrong
        need = sent(a, "/boards/need/new", "/boards/need/new", **NEED)
        shown = a.get(need).get_data(as_text=True)
        assert "还没有馆应答" in shown
        assert "联盟里可能合适的" in shown
        assert "有1条需求贵馆可能满足" in b.get("/desk").get_data(as_text=True)
        assert NEED["title"] in b.get("/boards/?kind=venue&month=2025-04&within=200").get_data(as_text=True)
        assert "没有符合这些条件的" in b.get("/boards/?kind=talent").get_data(as_text=True)
        for beyond in ("9999-12", "0001-01"):
            assert NEED["title"] in b.get(f"/boards/?month={beyond}").get_data(as_text=True)
        for browser, name in ((b, "b"), (c, "c")):
            loan = sent(browser, f"{need}/answer", f"{need}/answer", resource=codes[name], conditions="自备音响")
            assert "来自需求：" in browser.get(loan).get_data(as_text=True)
        both = a.get(need).get_data(as_text=True)
        assert both.count("选这一家") == 2
        assert "自备音响" in both
        assert "选这一家" not in b.get(need).get_data(as_text=True)
        accept = next(part.split('"')[0] for part in both.split('href="') if part.partition('"')[0].endswith("/accept_offer"))
        assert "/agreements/" in sent(a, accept, accept)
        jobs.work(app, until_idle=True)
        assert "已有着落" in a.get(need).get_data(as_text=True)
        assert "需求已有着落" in c.get("/notices/").get_data(as_text=True)


def test_drafts_are_changed_published_and_taken_off(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            seats = table(session, "a", "b")
            people = {name: one.id for name, one in seats.handlers.items()}
            code = seats.things["a"].code
        a, b = (signed_in(people[name]) for name in "ab")
        supply = sent(a, "/boards/supply/new", "/boards/supply/new", **NEED | {"resource": code, "do": "draft"})
        assert b.get(supply).status_code == 404
        edit = f"{supply}/edit"
        stale = sent(a, edit, edit, 409, version="9")
        assert "新的进展" in stale
        sent(a, edit, edit, title="小剧场空着", do="publish")
        assert "小剧场空着" in b.get("/boards/supply").get_data(as_text=True)
        draft = sent(b, supply, f"{supply}/answer")
        assert 'value="2025-04-01T09:00"' in b.get(draft).get_data(as_text=True)
        sent(a, supply, f"{supply}/close")
        assert "小剧场空着" not in b.get("/boards/supply").get_data(as_text=True)
        assert b.post(f"{supply}/answer").status_code in (400, 409)


def test_what_was_not_found_becomes_a_need(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            who = table(session, "a").handlers["a"].id
        browser = signed_in(who)
        assert "发布成需求" in browser.get("/search?q=皮影戏台&kind=venue").get_data(as_text=True)
        form = browser.get("/boards/need/new?title=皮影戏台&kind=venue&from=2025-04-01").get_data(as_text=True)
        assert 'value="皮影戏台"' in form
        assert 'value="2025-04-01"' in form


def test_the_next_candidate_is_asked_for_the_same(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            stage = build(session)
            other = make.resource(session, stage.people["stranger"].centre or stage.owner, title="另一处排练厅")
            leg = stage.play(
                stage.leg(site_note="门洞宽三米", title="重阳节下乡演出"),
                ("borrower", "submit"),
                ("handler", "decline", {"code": "03", "reason": "本馆当日另有重大活动安排"}),
            )
            number, who, code = leg.number, stage.people["borrower"].id, other.code
            stranger = stage.people["stranger"].id
        browser = signed_in(who)
        page = browser.get(f"/agreements/{number}").get_data(as_text=True)
        assert "照原申请改约这一项" in page
        way = next(part.split('"')[0] for part in page.split('href="') if f"like={number}" in part.partition('"')[0])
        assert code in way
        form = browser.get(way.replace("&amp;", "&")).get_data(as_text=True)
        assert "门洞宽三米" in form
        assert 'value="重阳节下乡演出"' in form
        assert signed_in(stranger).get(f"/agreements/new?resource={stage_code(app)}&like={number}").status_code in (403, 404)


def stage_code(app: Flask) -> str:
    """A listing that the stranger may ask for."""
    with app.app_context(), transaction() as session:
        return make.resource(session, make.centre(session)).code


def test_the_conditions_of_an_answer_wait_with_it_for_the_consent(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            seats = table(session, "a")
            seats.seat("f", kind="talent")
            a, f = (seats.handlers[name].id for name in "af")
            code = seats.things["f"].code
        a, f = signed_in(a), signed_in(f)
        need = sent(a, "/boards/need/new", "/boards/need/new", **NEED | {"kind": "talent"})
        draft = sent(f, f"{need}/answer", f"{need}/answer", resource=code, conditions="请派车接送\n两顿工作餐")
        assert "两顿工作餐" in f.get(draft).get_data(as_text=True)
        sent(f, f"{draft}/edit", f"{draft}/edit", sessions="2", do="draft")
        consent = f"{draft}/record_consent"
        sent(f, consent, consent, given_on=f"{NOW:%Y-%m-%d}", how="phone")
        offer = f.get(f"{draft}/offer").get_data(as_text=True)
        assert 'value="请派车接送"' in offer
        assert 'name="sessions_wanted"' not in offer, "what would not be heard is not asked"
        fields = next(fields for action, fields in Forms(offer).found if action == f"{draft}/offer")
        assert f.post(f"{draft}/offer", data=fields).status_code == 302
        assert "请派车接送" in a.get(draft).get_data(as_text=True)


def test_after_an_answer_was_refused_the_next_is_asked_for_what_the_need_said(
    app: Flask, signed_in: Callable[[int], FlaskClient]
) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            seats = table(session, "a", "b", "c")
            a, b = (seats.handlers[name].id for name in "ab")
            codes = {name: one.code for name, one in seats.things.items()}
        a, b = signed_in(a), signed_in(b)
        need = sent(a, "/boards/need/new", "/boards/need/new", **NEED)
        direct = a.get(need).get_data(as_text=True).partition(f"resource={codes['c']}")[2].partition('"')[0].replace("&amp;", "&")
        asked = a.get(f"/agreements/new?resource={codes['c']}{direct}").get_data(as_text=True)
        answer = sent(b, f"{need}/answer", f"{need}/answer", resource=codes["b"], note="只给贵馆说的话")
        decline = f"{answer}/decline_offer"
        sent(a, decline, decline, reason="预算不够，我们另找一家。")
        way = f"/agreements/new?resource={codes['c']}&like={answer.rpartition('/')[2]}"
        again = a.get(way).get_data(as_text=True)
        for page in (asked, again):
            for words in (NEED["title"], NEED["place"]):
                assert f'value="{words}"' in page
        assert "只给贵馆说的话" not in again


def test_a_county_is_offered_once_however_many_stations_it_has(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with clock.moved(NOW):
        with app.app_context(), transaction() as session:
            seats = table(session, "a")
            for code in ("990101101", "990101102"):
                make.centre(session, division_code=code)
            who = seats.handlers["a"].id
        page = signed_in(who).get("/boards/").get_data(as_text=True)
        assert page.count('<option value="990101') == 1
