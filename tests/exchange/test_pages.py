"""The whole loan through the pages, by people of two centres; each turn it may take."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, journal
from alliance.db import db, transaction
from alliance.exchange.models import Leg, Rating, ReportPhoto
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import REQUEST, Browser, Forms, counted, number_of, photo
from tests.exchange.cast import Cast, cast_of
from tests.exchange.stage import START, endorsed

DAY = timedelta(days=1)


def handed(who: Browser, number: str, action: str, **more: Any) -> None:
    """Fill in a list with everything as it should be."""
    to = f"/agreements/{number}/{action}"
    form = who.fields(to, to)
    answer = who.send(to, form | counted(form) | more)
    assert answer.status_code == 302, answer.get_data(as_text=True)[-3000:]


def taken_over(cast: Cast, number: str) -> None:
    """Both sides go through the list of handing over."""
    handed(cast.staff, number, "hand_over")
    handed(cast.borrower, number, "receive")


def closed(cast: Cast) -> str:
    """A loan that was given back and closed."""
    number = cast.confirmed()
    with clock.moved(START):
        taken_over(cast, number)
    with clock.moved(START + DAY):
        handed(cast.borrower, number, "send_back", sessions="3", attendances="600", later="1")
        handed(cast.staff, number, "check_in")
        cast.staff.act(number, "close")
    return number


def test_a_loan_from_the_form_to_the_rating(cast: Cast) -> None:
    number = cast.confirmed()
    assert cast.state(number) == "confirmed"
    page = cast.borrower.get(f"/agreements/{number}")
    assert "双方均已同意" in page
    assert "提出申请" in page
    assert "0900-555 0121" in page
    with clock.moved(START):
        handed(cast.staff, number, "hand_over", **{"up-photos": [photo(), photo("车尾.png")]})
        handed(cast.borrower, number, "receive")
        assert cast.state(number) == "in_use"
    with clock.moved(START + DAY):
        handed(
            cast.borrower, number, "send_back", sessions="3", attendances="600", later="1", **{"up-receipts": [photo("回执.png")]}
        )
        handed(cast.staff, number, "check_in")
        cast.staff.act(number, "close")
        cast.borrower.act(number, "rate", stars="5", comment="场地平整，音响好。", **{"answer-service": "4"})
        page = cast.handler.get(f"/agreements/{number}")
    assert cast.state(number) == "closed"
    assert "600" in page
    assert "场地平整" in page
    assert "两方一致" in page
    with cast.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportPhoto)) == 3
        assert db.session.scalars(sa.select(Rating)).one().answers == {"service": 4}
        sheet = journal.history(db.session, cast.leg(number))
    assert [event.action for event in sheet][-3:] == ["leg.check_in", "leg.close", "leg.rate"]


@BOTH
def test_the_rated_side_replies_once_in_public(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    cast = cast_of(app, signed_in, share_scope="public")
    number = closed(cast)
    with clock.moved(START + 2 * DAY):
        assert cast.staff.client.get(f"/agreements/{number}/reply").status_code == 409
        cast.borrower.act(number, "rate", stars="3", comment="灯光偏暗，话筒有杂音。")
        for browser in (cast.borrower, cast.stranger):
            assert browser.client.get(f"/agreements/{number}/reply").status_code in (403, 409)
        assert "灯光偏暗" in cast.staff.get(f"/agreements/{number}/reply")
        assert "请填写" in cast.staff.act(number, "reply", 422, reply=" ")
        cast.staff.act(number, "reply", reply="已换面光两只，话筒送修，谢谢提醒。")
        assert cast.staff.client.get(f"/agreements/{number}/reply").status_code == 409
        page = cast.borrower.get(f"/agreements/{number}")
        assert page.index("灯光偏暗") < page.index("回应：") < page.index("已换面光两只")
        public = cast.app.test_client().get(f"/resources/{cast.code}").get_data(as_text=True)
        assert public.index("灯光偏暗") < public.index("回应：") < public.index("已换面光两只")
    with cast.app.app_context():
        rating = db.session.scalars(sa.select(Rating)).one()
        assert (rating.replied_by, rating.replied_at) == (cast.people["staff"], START + 2 * DAY)


def test_a_reply_comes_within_thirty_days_of_the_rating(cast: Cast) -> None:
    number = closed(cast)
    with clock.moved(START + 20 * DAY):
        cast.staff.act(number, "rate", stars="5")
    with clock.moved(START + 50 * DAY):
        assert "没有写评语" in cast.borrower.get(f"/agreements/{number}/reply")
    with clock.moved(START + 50 * DAY + timedelta(minutes=1)):
        assert cast.borrower.client.get(f"/agreements/{number}/reply").status_code == 409


def test_photos_are_for_the_parties(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over", **{"up-photos": [photo()]})
        with cast.app.app_context():
            file_id = db.session.scalars(sa.select(ReportPhoto.file_id)).one()
        address = f"/agreements/{number}/files/{file_id}"
        assert cast.borrower.client.get(address).status_code == 200
        assert cast.admin.client.get(address).status_code == 200
        assert cast.stranger.client.get(address).status_code == 403
        assert cast.app.test_client().get(address).status_code == 302
        assert cast.borrower.client.get(f"/agreements/{number}/files/{file_id + 1}").status_code == 404


def test_a_file_of_somebody_else_is_not_filed(cast: Cast) -> None:
    number = cast.confirmed()
    with cast.app.app_context(), transaction() as session:
        foreign = make.file(session, name="别人的.png").id
    with clock.moved(START):
        handed(cast.staff, number, "hand_over", photos=[str(foreign)])
        to = f"/agreements/{number}/receive"
        form = cast.borrower.fields(to, to)
        page = cast.borrower.send(to, form | {"photos": str(foreign)}).get_data(as_text=True)
        assert "别人的.png" not in page
    with cast.app.app_context():
        assert db.session.scalars(sa.select(ReportPhoto.file_id)).all() == []


def test_checks_that_arrive_after_the_request_was_sent_are_answered(cast: Cast) -> None:
    form = cast.borrower.fields(f"/agreements/new?resource={cast.code}", "/agreements/new")
    number = number_of(cast.borrower.ask(cast.code))
    late = cast.borrower.send(
        f"/agreements/checks?number={number}", form | {"starts_at": "2025-01-01T09:00", "ends_at": "2025-01-01T10:00"}
    )
    assert late.status_code == 200
    assert "首选日期已经过去" in late.get_data(as_text=True)
    theirs = cast.handler.fields(f"/agreements/{number}", f"/agreements/{number}/accept_handling")
    assert cast.handler.send(f"/agreements/checks?number={number}", theirs).status_code == 409


def test_the_form_says_what_holds_and_until_when(cast: Cast) -> None:
    page = cast.borrower.get(f"/agreements/new?resource={cast.code}&starts_at=2025-04-01T09:00&ends_at=2025-04-01T17:00")
    assert "首选日期空闲" in page
    assert "3月13日（周四）17:30答复" in page
    form = cast.borrower.fields(f"/agreements/new?resource={cast.code}", "/agreements/new")
    part = cast.borrower.send("/agreements/checks", form | {"starts_at": "2025-01-01T09:00", "ends_at": "2025-01-01T10:00"})
    assert part.status_code == 200
    assert "首选日期已经过去" in part.get_data(as_text=True)
    assert "<html" not in part.get_data(as_text=True)
    same = cast.borrower.send(
        "/agreements/new", form | {"starts_at": "2025-01-01T09:00", "ends_at": "2025-01-01T10:00", "do": "check"}
    )
    assert same.status_code == 200
    assert "首选日期已经过去" in same.get_data(as_text=True)


def test_a_form_with_faults_keeps_what_was_typed(cast: Cast) -> None:
    answer = cast.borrower.ask(cast.code, title="送戏", audience="许多", pledge="", note="请多关照")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="许多"' in page
    assert "请多关照" in page
    assert "请勾选承诺书" in page
    assert "请填数字" in page
    with cast.app.app_context():
        assert db.session.scalars(sa.select(Leg)).all() == []


def test_a_draft_is_changed_and_then_sent(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code, do="draft"))
    assert cast.state(number) == "draft"
    assert cast.handler.client.get(f"/agreements/{number}/edit").status_code == 404
    assert cast.stranger.client.get(f"/agreements/{number}").status_code == 404
    form = cast.borrower.fields(f"/agreements/{number}/edit", f"/agreements/{number}/edit")
    assert form["title"] == REQUEST["title"]
    assert form["second_ends_at"] == REQUEST["second_ends_at"]
    answer = cast.borrower.send(f"/agreements/{number}/edit", form | {"title": "端午演出", "do": "submit"})
    assert number_of(answer) == number
    assert cast.state(number) == "requested"
    assert "端午演出" in cast.handler.get(f"/agreements/{number}")


def test_a_double_click_on_send_makes_one_agreement(cast: Cast) -> None:
    form = cast.borrower.fields(f"/agreements/new?resource={cast.code}", "/agreements/new") | REQUEST | {"do": "submit"}
    first, second = (number_of(cast.borrower.send("/agreements/new", form)) for _n in range(2))
    assert first == second
    with cast.app.app_context():
        assert len(db.session.scalars(sa.select(Leg)).all()) == 1


def test_declining_needs_a_code_and_a_reason(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    page = cast.handler.act(number, "decline", 422, code="02", reason="修。")
    assert "至少 10 个字" in page
    assert "修。" in page
    cast.handler.act(number, "decline", code="02", reason="排练厅地板四月整月维修，不能使用。")
    page = cast.borrower.get(f"/agreements/{number}")
    assert cast.state(number) == "declined"
    assert "维修保养" in page
    assert "地板四月整月维修" in page


def test_who_was_refused_finds_others_with_links(cast: Cast) -> None:
    with cast.app.app_context(), transaction() as session:
        spare = make.resource(session, make.centre(session), title="备用排练厅").code
    number = number_of(cast.borrower.ask(cast.code))
    assert "备用排练厅" not in cast.borrower.get(f"/agreements/{number}")
    cast.handler.act(number, "decline", code="02", reason="排练厅地板四月整月维修，不能使用。")
    page = cast.borrower.get(f"/agreements/{number}")
    assert f'<a href="/resources/{spare}">备用排练厅</a>' in page
    way = re.search(r'href="(/agreements/new\?[^"]*)"', page)
    assert way is not None
    form = cast.borrower.fields(way[1].replace("&amp;", "&"), "/agreements/new")
    assert (form["resource"], form["starts_at"], form["ends_at"]) == (spare, REQUEST["starts_at"], REQUEST["ends_at"])
    assert "备用排练厅" not in cast.handler.get(f"/agreements/{number}")
    with clock.moved(START + DAY):
        assert "备用排练厅" not in cast.borrower.get(f"/agreements/{number}")


def test_an_offer_is_countered_and_then_accepted(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    cast.handler.act(
        number,
        "offer",
        **{
            "choice": "1",
            "cond-text": ["须由我馆人员随行", ""],
            "cond-due": ["2025-03-20", ""],
            "starts_at": "2025-04-02T09:00",
            "ends_at": "2025-04-02T17:00",
        },
    )
    page = cast.borrower.get(f"/agreements/{number}")
    assert "第2版改了什么" in page
    assert "须由我馆人员随行" in page
    assert "4月2日" in page
    cast.borrower.act(number, "counter", starts_at="2025-04-03T09:00", ends_at="2025-04-03T17:00", note="二日有会")
    assert cast.state(number) == "requested"
    assert "第3版改了什么" in cast.handler.get(f"/agreements/{number}")
    cast.handler.act(number, "offer", **{"choice": "1", "cond-text": "自带话筒", "cond-due": ""})
    cast.borrower.act(number, "accept_offer")
    leg = cast.leg(number)
    assert (leg.state, leg.terms_version) == ("confirmed", 4)
    assert clock.local(leg.starts_at).day == 3


def test_an_offer_still_in_approval_is_not_told_to_the_borrower(
    app: Flask, signed_in: Callable[[int], FlaskClient], now: None
) -> None:
    cast = cast_of(app, signed_in, approval_steps=2)
    number = number_of(cast.borrower.ask(cast.code))
    cast.handler.act(
        number,
        "offer",
        **{"cond-text": "须付场地保洁", "cond-due": "", "starts_at": "2025-04-05T09:00", "ends_at": "2025-04-05T17:00"},
    )
    for address in (f"/agreements/{number}", "/agreements", "/desk", f"/agreements/{number}/letter"):
        page = cast.borrower.get(address)
        assert "须付场地保洁" not in page, address
        assert "4月5日" not in page, address
    assert "须付场地保洁" in cast.director.get(f"/agreements/{number}")
    cast.director.act(number, "approve", choice="1")
    page = cast.borrower.get(f"/agreements/{number}")
    assert cast.state(number) == "offered"
    assert "须付场地保洁" in page
    assert "4月5日" in page


def test_what_is_missing_is_told_at_once_and_completed(cast: Cast) -> None:
    number = number_of(cast.borrower.ask(cast.code))
    cast.handler.act(number, "return_for_completion", items=["rain_plan", "safety_plan"], note="请写明备用场地")
    page = cast.borrower.get(f"/agreements/{number}")
    assert "雨天预案" in page
    assert "补正后再交" in page
    form = cast.borrower.fields(f"/agreements/{number}/edit", f"/agreements/{number}/edit")
    answer = cast.borrower.send(
        f"/agreements/{number}/edit", form | {"rain_plan": "改在礼堂", "safety_plan": "设安全员四名", "do": "submit"}
    )
    assert number_of(answer) == number
    assert cast.leg(number).terms_version == 2
    page = cast.handler.get(f"/agreements/{number}")
    assert "改在礼堂" in page
    assert "第2版改了什么" in page
    assert cast.handler.client.get(f"/agreements/{number}/return_for_completion").status_code == 409


def test_a_branch_asks_through_its_main_centre(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    cast = cast_of(app, signed_in, endorsed)
    page = cast.borrower.get(f"/agreements/new?resource={cast.code}")
    assert "报总馆" in page
    number = number_of(cast.borrower.ask(cast.code))
    assert cast.state(number) == "endorsing"
    assert cast.handler.client.get(f"/agreements/{number}").status_code == 404
    assert number in cast.endorser.get("/desk")
    cast.endorser.act(number, "endorse", note="同意")
    assert cast.state(number) == "requested"


def test_part_comes_back_and_the_rest_is_settled_between_the_two(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        taken_over(cast, number)
    with clock.moved(START + DAY):
        to = f"/agreements/{number}/check_in"
        form = cast.staff.fields(to, to)
        lamps = next(name.split("-")[1] for name, value in form.items() if name.endswith("-item") and value == "话筒")
        told = counted(form, **{f"r{lamps}": {"counted": "1", "condition": "missing", "note": "少一支"}})
        assert cast.staff.send(to, form | told).status_code == 302
        assert cast.state(number) == "partly_returned"
        cast.staff.act(number, "resolve_line", item="话筒", quantity="1", outcome="lost", note="演出后不见")
        assert "遗失" in cast.borrower.get(f"/agreements/{number}")
        cast.borrower.act(number, "agree_line", note="照价补偿")
    assert cast.state(number) == "returned"


def test_a_difference_is_shown_and_disputed_and_settled(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        to = f"/agreements/{number}/receive"
        form = cast.borrower.fields(to, to)
        answer = cast.borrower.send(to, form | counted(form) | {"row-0-state": "differs"})
        assert answer.status_code == 422
        assert "有出入，请写明" in answer.get_data(as_text=True)
        told = counted(form, r0={"counted": "0", "condition": "missing", "note": "钥匙没有给"})
        assert cast.borrower.send(to, form | told).status_code == 302
        page = cast.staff.get(f"/agreements/{number}")
        assert "差异1处" in page
        assert "钥匙没有给" in page
        assert "不一致" in page
        cast.borrower.act(number, "dispute", reason="交接时没有拿到钥匙，对方不认。")
        assert cast.state(number) == "disputed"
        assert cast.handler.client.get(f"/agreements/{number}/settle").status_code == 403
        assert number in cast.admin.get("/desk")
        cast.admin.act(number, "settle", decision="resume", reason="双方补签清单，继续使用，归还时核对。")
    assert cast.state(number) == "in_use"
    assert "双方补签清单" in cast.borrower.get(f"/agreements/{number}")


def test_the_summary_names_the_fields_and_bounds_are_said_plainly(cast: Cast) -> None:
    page = cast.borrower.ask(cast.code, place="", audience="许多", pledge="", power_kw="1e9", contact_phone="没有").text
    for told in ("活动地点：请填写", "预计人数：请填数字。", "现场电源：不能大于 10000。", "负责人手机：请填电话号码"):
        assert told in page, told
    assert ">请勾选承诺书。</a>" in page


def test_a_file_of_the_wrong_kind_costs_nothing_else(cast: Cast) -> None:
    wrong = (io.BytesIO("不是图片".encode()), "说明.txt")
    answer = cast.borrower.ask(cast.code, note="请多关照", **{"up-files": [wrong, photo("现场.png")]})
    assert answer.status_code == 422
    for kept in ("请多关照", "现场.png", "文件“说明.txt”的内容不是这里能收的类型"):
        assert kept in answer.text, kept
    fields = next(fields for to, fields in Forms(answer.text).found if to == "/agreements/new")
    again = {name: value if len(value) > 1 else value[0] for name, value in fields.items()}
    number = number_of(cast.borrower.send("/agreements/new", again | {"pledge": "1", "do": "submit"}))
    assert "现场.png" in cast.handler.get(f"/agreements/{number}")


def test_a_request_asks_only_what_matters_for_the_thing(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    """How many, only where there are several; of secondment, only where one person is asked for, and folded away."""
    teacher = cast_of(app, signed_in, kind="talent", details={"talent_kind": "person"})
    page = teacher.borrower.get(f"/agreements/new?resource={teacher.code}")
    assert re.search(r"<details>\s*<summary>轮训挂职才填的几项", page)
    assert "接待好来的老师和演员" in page
    assert 'name="quantity"' not in page
    assert 'name="way"' in page
    answer = teacher.borrower.ask(teacher.code, way="secondment")
    assert answer.status_code == 422
    assert re.search(r"<details open>\s*<summary>轮训挂职才填的几项", answer.text)
    troupe = cast_of(app, signed_in, kind="talent", details={"talent_kind": "troupe"})
    page = troupe.borrower.get(f"/agreements/new?resource={troupe.code}")
    assert 'name="way"' not in page
    assert "怎么请" not in page
