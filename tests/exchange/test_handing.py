"""A hand-over and a return on a phone: both lists, what differs, files in parts, what the acceptance is to hold."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, journal
from alliance.archive import uploads
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import acceptance, differing
from alliance.exchange.case import Case
from alliance.exchange.models import Ask, Leg, ReportPhoto
from alliance.people.models import Person
from alliance.storage import files
from tests import make
from tests.archive import samples
from tests.conftest import BOTH
from tests.exchange.browsers import Forms, counted, number_of
from tests.exchange.cast import Cast, cast_of
from tests.exchange.stage import ITEMS, NOW, START, TO_CONFIRMED, Stage, build
from tests.exchange.test_pages import handed, photo

DAY = timedelta(days=1)
FEWER = [ITEMS[0], {"item": "话筒", "counted": 3}]
MORE = [ITEMS[0], {"item": "话筒", "counted": 5}]
BACK = {"sessions": 1, "attendances": 90}
WHY = {"reason": "交出时就少一支话筒，请联盟裁定。"}


def received(stage: Stage, items: list[dict[str, Any]] = FEWER, given: list[dict[str, Any]] = ITEMS) -> Leg:
    """A loan in use, both sides having counted."""
    leg = stage.play(stage.leg(), *TO_CONFIRMED, ("staff", "hand_over", {"items": given}))
    return stage.act("borrower", leg, "receive", items=items)


def standing(stage: Stage, leg: Leg) -> str:
    return differing.standing(Case(stage.session, leg, None, stage.now))


# What differs ------------------------------------------------------------------


@BOTH
def test_a_difference_is_put_to_the_owner_and_noted_by_both(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = received(stage)
        asked = session.scalars(sa.select(Ask)).one()
        assert (asked.kind, asked.side) == ("differences", "borrower")
        assert standing(stage, leg) == "asked"
        with pytest.raises(Conflict, match="由对方答复"):
            stage.act("borrower", leg, "agree_note")
        stage.act("staff", leg, "agree_note", note="话筒借出前就坏了一支")
        assert standing(stage, leg) == "noted"
        assert leg.state == "in_use"
        assert journal.history(session, leg)[-1].data["differences"] == [{"item": "话筒", "handed": 4, "received": 3}]
        stage.play(leg, ("borrower", "send_back", BACK), ("staff", "check_in", {"items": FEWER}))
        stage.act("staff", leg, "resolve_line", item="话筒", quantity=1, outcome="damaged")
        assert stage.play(leg, ("borrower", "agree_line"), ("staff", "close")).state == "closed"


@BOTH
def test_until_it_is_noted_or_contested_nobody_closes_by_hand(app: Flask) -> None:
    """The question outlives the return; refused, it can be asked again by either side."""
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(received(stage, MORE), ("borrower", "send_back", BACK), ("staff", "check_in", {"items": ITEMS}))
        assert leg.state == "returned"
        with pytest.raises(Conflict, match="双方注记"):
            stage.act("staff", leg, "close")
        with pytest.raises(Invalid, match="为什么"):
            stage.act("staff", leg, "refuse_note")
        stage.act("staff", leg, "refuse_note", note="只交出四支")
        assert standing(stage, leg) == "refused"
        with pytest.raises(Forbidden):
            stage.act("stranger", leg, "note_differences")
        stage.act("staff", leg, "note_differences", note="请再数一次")
        stage.act("borrower", leg, "agree_note")
        assert stage.act("staff", leg, "close").state == "closed"


def test_silence_closes_and_ends_the_question(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(received(stage, MORE), ("borrower", "send_back", BACK), ("staff", "check_in", {"items": ITEMS}))
        assert leg.next_at is not None
        stage.act("system", leg, "close", at=leg.next_at)
        assert session.scalars(sa.select(Ask.answer)).one() == "lapsed"


def test_a_dispute_takes_the_difference_over(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.act("staff", received(stage), "dispute", **WHY)
        assert standing(stage, leg) == "disputed"
        assert session.scalars(sa.select(Ask.answer)).one() == "lapsed"


def test_a_difference_holds_no_extension_up(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = received(stage)
        assert leg.ends_at is not None
        stage.act("borrower", leg, "ask_extension", until=leg.ends_at + DAY)
        stage.play(leg, ("handler", "grant"), ("staff", "agree_note"))
        assert standing(stage, leg) == "noted"


def test_old_scratches_are_no_difference_and_new_ones_are(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        worn = [ITEMS[0], {"item": "话筒", "counted": 4, "condition": "worn"}]
        leg = stage.play(stage.leg(), *TO_CONFIRMED, ("staff", "hand_over", {"items": worn}), ("borrower", "receive"))
        assert differing.of(Case(session, leg, None, NOW)) == []
        other = received(build(session), worn)
        (line,) = differing.of(Case(session, other, None, NOW))
        assert (line["was"], line["found"]) == ("good", "worn")


# What the acceptance holds -------------------------------------------------------


@BOTH
def test_what_follows_the_return_completes_it(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(received(stage, ITEMS), ("borrower", "send_back", BACK))
        assert acceptance.lacking(leg, leg.reports) == ["receipts", "programmes", "footage"]
        with pytest.raises(Invalid):
            stage.act("borrower", leg, "supplement")
        sent = [make.file(session, name=f"{n}.png").id for n in range(5)]
        more = {"receipts": sent[:1], "programmes": sent[1:2], "photos": sent[2:], "captions": {sent[2]: "开场"}}
        stage.act("borrower", leg, "supplement", **more)
        session.refresh(leg, ["reports"])
        assert acceptance.lacking(leg, leg.reports) == []
        assert leg.state == "sent_back"
        stage.play(leg, ("staff", "check_in", {"items": ITEMS}), ("staff", "close"))
        with pytest.raises(Conflict):
            stage.act("borrower", leg, "supplement", **more)


# On the pages, without script ----------------------------------------------------


def differs(cast: Cast) -> str:
    """Handed over, and received without the first item, by the page behind the code."""
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        to = f"/agreements/{number}/receive"
        form = cast.borrower.fields(f"{to}?then=handing", to)
        answer = cast.borrower.send(to, form | counted(form, r0={"counted": "0", "condition": "missing", "note": "没有交来"}))
        assert answer.headers["Location"].endswith(f"/agreements/{number}/handing"), answer.get_data(as_text=True)[-2000:]
    return number


@BOTH
def test_the_page_behind_the_code_leads_each_side_on(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> None:
    cast = cast_of(app, signed_in)
    number = cast.confirmed()
    page = f"/agreements/{number}/handing"
    assert "开放场地，逐项清点" in cast.staff.get(page)
    assert "开放场地，逐项清点" not in cast.borrower.get(page)
    cast.stranger.get(page, 403)
    with clock.moved(START):
        handed(cast.staff, number, "hand_over", **{"up-photos": [photo()]})
        assert "还差一方确认" in cast.staff.get(page)
        assert "交出时 " in cast.borrower.get(f"/agreements/{number}/receive")
        handed(cast.borrower, number, "receive")
        assert "双方都已确认" in cast.staff.get(page)
        assert "交还场地，交材料" in cast.borrower.get(page)


def test_a_difference_is_shown_line_by_line_and_noted_from_the_phone(cast: Cast) -> None:
    number = differs(cast)
    page = f"/agreements/{number}/handing"
    with clock.moved(START):
        seen = cast.staff.get(page)
        assert "等对方注记" in seen
        assert "实收0" in seen
        to = f"/agreements/{number}/agree_note"
        assert to not in cast.borrower.get(page)
        answer = cast.staff.send(to, cast.staff.fields(page, to))
        assert answer.headers["Location"].endswith(page)
        assert "已双方注记" in cast.borrower.get(page)
        assert "已双方注记" in cast.borrower.get(f"/agreements/{number}")


def test_what_is_missing_is_told_in_one_go(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        handed(cast.borrower, number, "receive")
        to = f"/agreements/{number}/send_back"
        form = cast.borrower.fields(to, to) | {"sessions": "2", "attendances": "410"}
        answer = cast.borrower.send(to, form | {"up-receipts": [photo("回执.png")]})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "还没有节目单" in page
        assert "录像或照片一共至少三份" in page
        assert "还没有回执单" not in page
        assert 'value="410"' in page
        assert cast.state(number) == "in_use"
        again = next(fields for address, fields in Forms(page).found if address == to)
        sent = {name: value if len(value) > 1 else value[0] for name, value in again.items()}
        programme = [(io.BytesIO("一、打猪草".encode()), "节目单.txt")]
        pictures = [(io.BytesIO(samples.png(shade=n)), f"{n}.png") for n in range(3)]
        assert cast.borrower.send(to, sent | {"up-programmes": programme, "up-photos": pictures}).status_code == 302
        assert "齐了" in cast.staff.get(f"/agreements/{number}")
        assert "齐了" in cast.staff.get(f"/agreements/{number}/handing")


@BOTH
def test_what_came_in_parts_is_filed_with_its_field(
    app: Flask, signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int], now: None
) -> None:
    """Still being checked it is waited for; a clip is no photo; somebody else's is nobody's; filed, it waits for no description."""
    cast = cast_of(app, signed_in)
    number = cast.confirmed()
    with clock.moved(START):
        code = in_parts(app, cast.people["staff"], samples.png(shade=7), "车头.png")
        to = f"/agreements/{number}/hand_over"
        form = cast.staff.fields(to, to)
        given = form | counted(form)
        early = cast.staff.send(to, given | {"sent-photos": code})
        assert early.status_code == 422
        assert "稍等再确认" in early.get_data(as_text=True)
        work_off()
        film = in_parts(app, cast.people["staff"], samples.mp4(size=2000), "录像.mp4")
        theirs = in_parts(app, cast.people["borrower"], samples.png(shade=9), "别人的.png")
        work_off()
        assert "这一栏收" in cast.staff.send(to, given | {"sent-photos": film}).get_data(as_text=True)
        assert cast.state(number) == "confirmed"
        kept = cast.staff.send(to, given | {"sent-photos": code, "row-0-state": ""}).get_data(as_text=True)
        assert f'name="sent-photos" value="{code}"' in kept
        answer = cast.staff.send(to, given | {"sent-photos": [code, theirs]})
        assert answer.status_code == 302, answer.get_data(as_text=True)[-2000:]
        with app.app_context():
            (row,) = db.session.scalars(sa.select(ReportPhoto)).all()
            assert (row.kind, row.file.name) == ("photo", "车头.png")
            assert uploads.named(db.session, db.session.get_one(Person, cast.people["staff"]), [code])[0].state == "filed"
        assert "车头.png" not in cast.staff.get("/archive/uploads")


def in_parts(app: Flask, person_id: int, content: bytes, name: str) -> str:
    """A file sent in one part; its checking waits for the worker."""
    with app.app_context():
        code, draft = uploads.reserve(len(content))
        files.the_store().part(draft, 1, io.BytesIO(content))
        with transaction() as session:
            person = session.get_one(Person, person_id)
            assert person.centre is not None
            begun = uploads.begin(session, person, centre=person.centre, code=code, draft=draft, name=name)
            uploads.finish(session, person, begun)
    return code


def test_rows_kept_on_the_device_have_a_place(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        page = cast.staff.get(f"/agreements/{number}/hand_over?rows=9")
        assert 'name="row-8-item"' in page
        assert 'name="row-9-item"' not in page
        assert 'name="row-200-item"' not in cast.staff.get(f"/agreements/{number}/hand_over?rows=999999999")


@pytest.mark.parametrize("action", ["hand_over", "handing"])
def test_pages_for_a_bad_line_are_small(cast: Cast, action: str) -> None:
    """Bytes of the page itself, compressed; styles and scripts are kept by the browser."""
    number = cast.confirmed()
    assert len(gzip.compress(cast.staff.get(f"/agreements/{number}/{action}").encode())) < 8000


def test_faults_of_a_return_stand_where_they_are(cast: Cast) -> None:
    """It is the borrower who gives back; figures are marked at their fields; no more comes back than went out."""
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        handed(cast.borrower, number, "receive")
        to = f"/agreements/{number}/send_back"
        leg = cast.leg(number)
        with cast.app.app_context():
            sides = [db.session.merge(leg).borrower.short_name, db.session.merge(leg).owner.short_name]
        assert "{} 交给 {}".format(*sides) in cast.borrower.get(to)
        form = cast.borrower.fields(to, to) | {"sessions": "2", "attendances": "410", "later": "1"}
        page = cast.borrower.send(to, form | {"figure-volunteers": "-5"}).text
        assert '<a href="#f-figure-volunteers">志愿者人数：不能小于 0。</a>' in page
        assert 'id="f-figure-volunteers-e"' in page
        page = cast.borrower.send(to, form | {"figure-village_sessions": "9"}).text
        assert "<li>到村（社区）的场次不能多于总场次。</li>" in page
        page = cast.borrower.send(to, form | {"row-0-state": "differs", "row-0-counted": "99"}).text
        assert "实数不能更多" in page


def test_what_is_missing_and_what_was_proposed_is_said_where_it_is_decided(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        handed(cast.borrower, number, "receive")
        assert "情况" in cast.borrower.get(f"/agreements/{number}/report_damage")
        cast.borrower.act(number, "report_damage", note="右侧面光一只不亮")
        handed(cast.borrower, number, "send_back", sessions="1", attendances="90", later="1")
        assert "右侧面光一只不亮" in cast.staff.get(f"/agreements/{number}/check_in")
        handed(cast.staff, number, "check_in", **{"row-4-state": "differs", "row-4-counted": "1", "row-4-condition": "missing"})
        assert "还没有归还：话筒×1" in cast.borrower.get(f"/agreements/{number}")
        item = {"item": "话筒", "outcome": "lost", "note": "按原价赔偿"}
        assert "尚欠 1 件" in cast.staff.act(number, "resolve_line", 422, quantity="9", **item)
        cast.staff.act(number, "resolve_line", quantity="1", **item)
        for answer in ("agree_line", "refuse_line"):
            page = cast.borrower.get(f"/agreements/{number}/{answer}")
            assert "话筒 × 1" in page
            assert "按原价赔偿" in page


def test_the_list_starts_from_the_one_it_went_out_with_last(cast: Cast) -> None:
    first, again = (
        cast.confirmed(),
        number_of(cast.borrower.ask(cast.code, starts_at="2025-05-01T09:00", ends_at="2025-05-01T17:00")),
    )
    cast.handler.act(again, "approve", choice="1")
    with clock.moved(START):
        page = cast.staff.get(f"/agreements/{first}/hand_over")
        assert 'value="地面墙面"' in page
        handed(cast.staff, first, "hand_over", **{"row-1-item": "追光灯", "row-1-expected": "40", "row-2-item": ""})
        page = cast.staff.get(f"/agreements/{again}/hand_over")
        assert 'value="追光灯"' in page
        assert 'value="40"' in page
        assert 'value="地面墙面"' not in page
