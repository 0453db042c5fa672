"""What goes on paper: agreement, hand-over sheet, receipt, as pages and as PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.config import ROOT
from alliance.db import transaction
from alliance.exchange.models import Leg
from tests.conftest import BOTH
from tests.exchange.browsers import Browser, number_of
from tests.exchange.cast import Cast, cast_of
from tests.exchange.joined import Table
from tests.exchange.stage import LICENCE, NOW, SECONDED, START, TO_IN_USE, build, of_a_work
from tests.exchange.test_pages import closed

PAPERS = ("contract", "sheet", "receipt")


def licensed(session: Session) -> Leg:
    stage = of_a_work(session)
    return stage.play(stage.leg(**LICENCE), ("borrower", "submit"), ("handler", "approve", {"choice": 1}))


def seconded(session: Session) -> Leg:
    stage = build(session, kind="talent")
    consent = ("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"})
    return stage.play(stage.leg(**SECONDED), ("borrower", "submit"), consent, ("handler", "approve", {"choice": 1}))


def pdf(who: Browser, number: str, paper: str) -> str:
    """The words of a paper as PDF, without blanks and breaks."""
    if not any((ROOT / "static" / "dist" / "fonts").glob("*.ttf")):
        pytest.skip("fonts for printing are not built")
    answer = who.client.get(f"/agreements/{number}/{paper}.pdf")
    assert answer.status_code == 200
    read = pypdfium2.PdfDocument(answer.get_data())
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in read)


def test_nothing_is_printed_before_its_time(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    for paper in ("contract", "receipt"):
        assert cast.borrower.client.get(f"/agreements/{number}/{paper}").status_code == 409
    page = cast.borrower.get(f"/agreements/{number}")
    assert f"/agreements/{number}/letter" in page
    assert f"/agreements/{number}/contract" not in page


@BOTH
def test_each_paper_says_the_same_as_page_and_as_pdf(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    cast = cast_of(app, signed_in)
    number = cast.confirmed()
    page = cast.borrower.get(f"/agreements/{number}")
    for paper in PAPERS:
        assert f'href="/agreements/{number}/{paper}"' in page
        assert cast.stranger.client.get(f"/agreements/{number}/{paper}").status_code == 403
        shown, printed = cast.borrower.get(f"/agreements/{number}/{paper}"), pdf(cast.borrower, number, paper)
        assert 'style="' not in shown
        for words in ("下河村文化礼堂", number):
            assert words in shown
            assert words in printed
    contract = cast.borrower.get(f"/agreements/{number}/contract")
    for words in ("提出申请", "档期确定", "联盟章程", "（盖章）"):
        assert words in contract
    assert f"/agreements/{number}/handing" in cast.borrower.get(f"/agreements/{number}/sheet")
    assert "＿＿＿＿" in cast.borrower.get(f"/agreements/{number}/receipt")


def test_a_receipt_has_the_numbers_and_who_confirmed(cast: Cast) -> None:
    number = closed(cast)
    with clock.moved(START):
        cast.borrower.act(number, "rate", stars="5", comment="音响好")
        cast.staff.act(number, "rate", stars="4", comment="按时归还")
        shown, printed = cast.staff.get(f"/agreements/{number}/receipt"), pdf(cast.staff, number, "receipt")
    for words in ("600", "5星", "验收"):
        assert words in shown
        assert words in printed
    assert "＿＿＿＿" not in shown


def test_paper_is_chinese_on_an_english_page(cast: Cast) -> None:
    number = cast.confirmed()
    cast.borrower.client.set_cookie("lang", "en")
    page = cast.borrower.get(f"/agreements/{number}/contract")
    assert "资源共享协议" in page
    assert "地点" in page
    assert "Back" in page
    assert "Submitted" not in page


def test_a_joint_project_is_one_agreement_with_all_its_legs(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    with app.app_context(), transaction() as session:
        table = Table(session)
        for name in ("asker", "one", "two"):
            table.seat(name)
        project = table.ask("asker", "one", "bundle")
        table.add(project, "asker", "two")
        table.send(project, "asker")
        for name, leg in zip(("one", "two"), project.legs, strict=True):
            table.act(name, leg, "approve")
        number, who = project.number, {name: person.id for name, person in table.handlers.items()}
        owners = [table.centres[name].name for name in ("one", "two")]
    asker, one = Browser(signed_in(who["asker"])), Browser(signed_in(who["one"]))
    whole, part = asker.get(f"/agreements/{number}/contract"), one.get(f"/agreements/{number}/contract")
    assert all(name in whole for name in owners)
    assert owners[0] in part
    assert owners[1] not in part
    assert f"/agreements/{number}/contract" in asker.get(f"/agreements/{number}")
    assert owners[1] in pdf(asker, number, "contract")


@pytest.mark.parametrize(
    ("begin", "said", "unsaid"),
    [
        (licensed, ("被授权方", "不转授他人", "可申诉一次"), ("借用方", "保管和归还")),
        (seconded, ("派出方", "接收方", "人事关系留在派出方", "可申诉一次"), ("借用方", "保管和归还")),
    ],
)
def test_each_kind_of_agreement_has_its_own_rules(
    app: Flask,
    signed_in: Callable[[int], FlaskClient],
    now: None,
    begin: Callable[[Session], Leg],
    said: tuple[str, ...],
    unsaid: tuple[str, ...],
) -> None:
    with app.app_context(), transaction() as session:
        leg = begin(session)
        number, who = leg.number, leg.submitted_by
    assert who is not None
    page = signed_in(who).get(f"/agreements/{number}/contract").get_data(as_text=True)
    assert [words for words in said if words not in page] == []
    assert [words for words in unsaid if words in page] == []


def invited(session: Session) -> Leg:
    stage = build(session, kind="talent")
    consent = ("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"})
    return stage.play(stage.leg(), ("borrower", "submit"), consent, ("handler", "approve", {"choice": 1}))


@pytest.mark.parametrize(
    ("begin", "letter", "slip"),
    [(seconded, ("轮训挂职的函", "商请贵馆派", "带教：石小岭"), "派出方"), (invited, ("关于邀请", "现邀请贵馆", "接待"), "派出方")],
    ids=["secondment", "person"],
)
def test_a_person_is_not_borrowed_on_paper(
    app: Flask,
    signed_in: Callable[[int], FlaskClient],
    now: None,
    begin: Callable[[Session], Leg],
    letter: tuple[str, ...],
    slip: str,
) -> None:
    with app.app_context(), transaction() as session:
        leg = begin(session)
        number, who = leg.number, leg.submitted_by
    assert who is not None
    browser = Browser(signed_in(who))
    shown, printed = browser.get(f"/agreements/{number}/letter"), pdf(browser, number, "letter")
    for words in letter:
        assert words in shown
        assert words in printed
    for words in ("借用", "保管和安全"):
        assert words not in shown.partition('class="letter"')[2]
        assert words not in printed
    sheet = browser.get(f"/agreements/{number}/sheet").partition('class="sheet"')[2]
    assert slip in sheet
    assert "归还" not in sheet
    assert "到达" in pdf(browser, number, "sheet")


def test_an_extension_is_told_beside_what_was_agreed(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(second_starts_at=None, second_ends_at=None), *TO_IN_USE)
        stage.act("borrower", leg, "ask_extension", until=START + timedelta(days=2))
        stage.act("handler", leg, "grant")
        number, borrower = leg.number, stage.people["borrower"].id
    with clock.moved(NOW):
        who = Browser(signed_in(borrower))
        assert "同意续借，到4月3日" in who.get(f"/agreements/{number}/contract")
        assert "已续借到4月3日" in who.get(f"/agreements/{number}")
