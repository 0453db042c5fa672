"""The terms of a dispute by moving the clock: reminders before each ends, what happens then, over weekends and holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.db import db, transaction
from alliance.errors import Conflict
from alliance.exchange import clockwork, contested, turns
from alliance.exchange.models import Leg
from alliance.notifications.models import Notice
from alliance.worktime import rows
from alliance.worktime.models import CalendarDay
from tests.conftest import BOTH
from tests.exchange.cast import Cast
from tests.exchange.stage import START, TO_CONFIRMED, TO_RETURNED, Stage, build
from tests.exchange.test_disputes import PLAN, SAID, WHY
from tests.exchange.test_pages import handed
from tests.exchange.test_time import local, told, walk

RAISED = local("2025-04-02T10:00")
"""Wednesday; Friday is Qingming."""


def disputed(session: Session, *more: tuple[Any, ...]) -> tuple[Stage, Leg]:
    stage = build(session)
    leg = stage.play(stage.leg(), *TO_RETURNED)
    stage.now = RAISED
    return stage, stage.play(leg, ("borrower", "dispute", WHY), *more)


def swept(number: int, since: datetime, until: str) -> list[tuple[str, str]]:
    """What the sweep tells of a leg from then until then, with the local time."""
    walk(local(until), since=since + timedelta(minutes=15))
    with transaction() as session:
        found = told(session, session.get_one(Leg, number))
    return [(which, at) for action, which, at in found if action == "reminded" and which in contested.NOTICES]


def noticed(app: Flask, at: str, *people: int) -> list[list[str]]:
    """The templates that each reads by then, the newest last."""
    with clock.moved(local(at)):
        jobs.work(app, until_idle=True)
    query = sa.select(Notice.template).order_by(Notice.id)
    return [list(db.session.scalars(query.where(Notice.person_id == person))) for person in people]


@BOTH
def test_who_has_not_spoken_is_reminded_and_then_the_secretariat_decides(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage, leg = disputed(session)
            number = leg.id
            people = [stage.people[name].id for name in ("handler", "admin", "borrower")]
        found = swept(number, RAISED, "2025-04-11T00:00")
        assert found == [("statement_soon", "04-09 13:45"), ("statement_over", "04-10 17:45")]
        handler, admin, borrower = noticed(app, "2025-04-11T00:00", *people)
        assert handler[-2:] == ["disputed", "reminder"]
        assert admin == ["dispute_opened", "dispute_opened"]
        assert "reminder" not in borrower


@BOTH
def test_a_proposal_is_for_the_sides_until_its_term_is_over(app: Flask) -> None:
    """Proposed on Friday morning, so due on Wednesday."""
    with app.app_context():
        made, due = local("2025-04-11T09:00"), local("2025-04-16T17:30")
        with transaction() as session:
            stage, leg = disputed(session, ("staff", "state_view", SAID))
            stage.now = made
            stage.play(leg, ("admin", "propose", PLAN), ("borrower", "agree_proposal"))
            turn = turns.turn(leg, made, [stage.owner])
            assert (turn.side, turn.deadline, turn.light) == ("owner", due, "green")
            with pytest.raises(Conflict, match="还在等"):
                stage.act("admin", leg, "propose", **PLAN)
            number = leg.id
            people = [stage.people[name].id for name in ("handler", "admin", "borrower")]
        found = swept(number, made, "2025-04-17T00:00")
        assert found == [("proposal_soon", "04-16 09:15"), ("proposal_over", "04-16 17:45")]
        handler, admin, borrower = noticed(app, "2025-04-17T00:00", *people)
        assert (handler[-1], admin[-1]) == ("reminder", "dispute_opened")
        assert "reminder" not in borrower
        with transaction() as session:
            stage.now = due + timedelta(hours=16)
            leg = session.get_one(Leg, number)
            assert turns.turn(leg, stage.now, [stage.owner]).side == "alliance"
            stage.session = session
            stage.act("admin", leg, "propose", **PLAN)
            assert turns.turn(leg, stage.now, [stage.owner]).deadline == local("2025-04-22T17:30")
            assert leg.next_at is not None
            assert leg.next_at > stage.now


def test_an_answer_after_the_term_still_settles_it(session: Session) -> None:
    with transaction() as writing:
        stage, leg = disputed(writing, ("admin", "propose", PLAN), ("borrower", "agree_proposal"))
        stage.act("handler", leg, "agree_proposal", at=local("2025-04-20T10:00"))
        assert leg.state == "returned"


def test_both_have_spoken_so_nobody_is_reminded(session: Session) -> None:
    with transaction() as writing:
        _stage, leg = disputed(writing, ("staff", "state_view", SAID))
        marks = contested.marks(leg, rows.calendar(writing))
    assert marks == [("statement_over", local("2025-04-10T17:30"))]


@BOTH
def test_an_appeal_has_fifteen_working_days(app: Flask) -> None:
    """Decided on Thursday 17 April: Sunday 27 is worked, 1 to 5 May are not; so until Monday 12 May."""
    decided, last = local("2025-04-17T10:00"), local("2025-05-12T17:30")
    with app.app_context():
        with transaction() as session:
            stage, leg = disputed(session)
            stage.now = decided
            stage.act("admin", leg, "settle", decision="close", reason="双方各担一半，就此办结。")
            assert (leg.state, leg.next_at) == ("closed", local("2025-05-06T13:45"))
            number = leg.id
            people = [stage.people[name].id for name in ("handler", "borrower")]
        with pytest.raises(Conflict, match="15个工作日"), transaction() as session:
            stage.act("staff", session.get_one(Leg, number), "dispute", at=last + timedelta(minutes=1), **WHY)
        found = swept(number, local("2025-05-05T10:00"), "2025-05-13T00:00")
        assert found == [("appeal_soon", "05-06 13:45"), ("appeal_over", "05-12 17:45")]
        for read in noticed(app, "2025-05-13T00:00", *people):
            assert read[-2:] == ["appeal_ending", "appeal_ended"]
        with transaction() as session:
            assert stage.act("staff", session.get_one(Leg, number), "dispute", at=last, **WHY).state == "disputed"


def test_a_no_show_that_stands_is_looked_after_too(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            leg = stage.play(stage.leg(), *TO_CONFIRMED)
            stage.now = START + timedelta(hours=2)
            stage.play(leg, ("staff", "report_no_show"), ("borrower", "dispute", WHY))
            number = stage.play(leg, ("admin", "settle", {"decision": "no_show", **WHY})).id
        found = swept(number, stage.now, "2025-04-25T00:00")
        assert [which for which, _at in found] == ["appeal_soon", "appeal_over"]
        assert db.session.get_one(Leg, number).next_at is None


def test_new_holidays_move_the_terms(session: Session) -> None:
    with transaction() as writing:
        _stage, leg = disputed(writing)
        assert leg.next_at == local("2025-04-09T13:45")
        writing.add(CalendarDay(day=date(2025, 4, 9), working=False, name="试行假日"))
        writing.flush()
        with clock.moved(RAISED):
            clockwork.recompute_deadlines(writing)
        assert leg.next_at == local("2025-04-10T13:45")


def test_the_list_says_whose_turn_it_is(cast: Cast) -> None:
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        assert "现在没有争议" in cast.staff.get("/agreements/disputes")
        cast.staff.act(number, "dispute", reason="钥匙少了一把，对方说没有拿到。")
        page, theirs = cast.admin.get("/agreements/disputes"), cast.borrower.get("/agreements/disputes")
        for text in (page, theirs):
            assert f"/agreements/{number}/room" in text
            assert "钥匙少了一把" in text
            assert "联盟秘书处 提出方案或裁定" in text
            assert "陈述期内" in text
        assert number not in cast.stranger.get("/agreements/disputes")
        assert "/agreements/disputes" in cast.admin.get("/admin/")
        assert "1件争议" in cast.borrower.get("/desk")
        assert "件争议" not in cast.stranger.get("/desk")
    with clock.moved(START + timedelta(days=10)):
        assert "等裁定" in cast.admin.get("/agreements/disputes")
        cast.admin.act(number, "propose", **PLAN)
        assert "答复调解方案" in cast.staff.get("/agreements/disputes")
    with clock.moved(START + timedelta(days=20)):
        assert "另提方案或裁定" in cast.staff.get("/agreements/disputes")
        assert "没有在" in cast.staff.get(f"/agreements/{number}/room")
        cast.admin.act(number, "settle", decision="close", reason="钥匙由双方各配一把，就此办结。")
        done = cast.borrower.get("/agreements/disputes")
        assert "可申诉到" in done
        assert "钥匙由双方各配一把" in done
        assert "现在没有争议" in done
