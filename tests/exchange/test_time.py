"""Deadlines, reminders, red, expiry: each worked example, by moving the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Conflict
from alliance.exchange import clockwork, deadlines
from alliance.exchange.models import Leg
from alliance.exchange.turns import turn
from alliance.worktime import rows
from alliance.worktime.models import CalendarDay
from tests.conftest import BOTH
from tests.exchange.stage import NOW, START, TO_IN_USE, TO_RETURNED, Stage, build, form


def local(text: str) -> datetime:
    """A moment written as on the wall in China."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)


CODES = {
    "county": ("990101", "990101"),
    "city": ("990101", "990102"),
    "province": ("990101", "990201"),
    "across": ("990101", "980101"),
}


def asked(session: Session, distance: str, at: datetime, **more: object) -> tuple[Stage, Leg]:
    """A request submitted at that moment between centres so far apart."""
    stage = build(session)
    stage.owner.division_code, stage.borrower.division_code = CODES[distance]
    stage.now = at
    later = {
        "starts_at": at + timedelta(days=60),
        "ends_at": at + timedelta(days=61),
        "second_starts_at": None,
        "second_ends_at": None,
    }
    leg = stage.leg(**(later | more))
    return stage, stage.act("borrower", leg, "submit")


@pytest.mark.parametrize(
    ("distance", "submitted", "expedited", "due"),
    [
        ("county", "2025-03-10T10:00", False, "2025-03-11T17:30"),
        ("city", "2025-03-14T18:00", False, "2025-03-19T17:30"),
        ("city", "2025-09-30T10:00", False, "2025-10-11T17:30"),
        ("province", "2025-01-24T10:00", False, "2025-02-07T17:30"),
        ("city", "2025-03-10T10:00", True, "2025-03-11T17:30"),
        ("county", "2025-03-10T10:00", True, "2025-03-11T17:30"),
        ("province", "2025-03-10T10:00", True, "2025-03-13T17:30"),
        ("across", "2025-03-10T10:00", False, "2025-03-17T17:30"),
    ],
)
def test_due_by_distance(session: Session, distance: str, submitted: str, expedited: bool, due: str) -> None:
    with transaction() as writing:
        more = {"expedited": "relief", "expedited_note": "抗洪慰问演出"} if expedited else {}
        _stage, leg = asked(writing, distance, local(submitted), **more)
    assert (leg.distance_class, leg.due_at) == (distance, local(due))


def test_clock_stops_while_incomplete(session: Session) -> None:
    with transaction() as writing:
        stage, leg = asked(writing, "city", local("2025-03-10T10:00"))
        stage.act("handler", leg, "return_for_completion", at=local("2025-03-11T11:00"), items=["rain_plan"])
        assert (leg.state, leg.expires_at, leg.next_at) == ("incomplete", leg.starts_at, leg.starts_at)
        again = form(starts_at=leg.starts_at, ends_at=leg.ends_at, second_starts_at=None, second_ends_at=None, rain_plan="改到礼堂")
        stage.act("borrower", leg, "complete", at=local("2025-03-17T09:00"), **again.model_dump())
    assert (leg.state, leg.due_at, leg.terms_version) == ("requested", local("2025-03-19T17:30"), 2)


def test_survey_gives_ten_days_and_once_twenty(session: Session) -> None:
    with transaction() as writing:
        stage, leg = asked(writing, "city", local("2025-03-10T10:00"))
        stage.act("handler", leg, "survey")
        assert (leg.limit_days, leg.due_at) == (10, local("2025-03-24T17:30"))
        told = journal.history(writing, leg)[-1].data
        assert told["visit_by"] == local("2025-03-12T17:30").isoformat()
        stage.act("handler", leg, "survey", reason="道路施工，须复勘")
        assert leg.due_at == local("2025-04-08T17:30")
    with pytest.raises(Conflict, match="延长过一次"), transaction() as writing:
        stage.act("handler", leg, "survey", reason="再延长一次试试")


def walk(until: datetime, step: timedelta = timedelta(minutes=30), since: datetime = NOW) -> None:
    """The sweep runs as the worker would have it, over some days."""
    moment = since
    while moment <= until:
        with clock.moved(moment):
            clockwork.sweep({})
        moment += step


def told(session: Session, leg: Leg) -> list[tuple[str, str, str]]:
    """What the sweep told, with the local time at which it did."""
    return [
        (
            event.action.removeprefix("leg."),
            event.data.get("which", event.data.get("to", "")),
            f"{clock.local(event.at):%m-%d %H:%M}",
        )
        for event in journal.history(session, leg)
        if event.actor_id is None
    ]


@BOTH
def test_reminders_red_escalation_expiry(app: Flask) -> None:
    """Same province, five working days from Monday 10 March: due Monday 17th at 17:30, over five working days later."""
    with app.app_context():
        with transaction() as writing:
            _stage, leg = asked(writing, "province", NOW)
            number = leg.id
        walk(local("2025-03-26T00:00"), timedelta(minutes=15))
        with transaction() as session:
            leg = session.get_one(Leg, number)
            assert told(session, leg) == [
                ("reminded", "half", "03-13 13:45"),
                ("reminded", "yellow", "03-14 13:45"),
                ("reminded", "ninety", "03-17 13:45"),
                ("escalated", "red", "03-17 17:30"),
                ("escalated", "director", "03-18 08:30"),
                ("expire", "expired", "03-24 17:30"),
            ]
            assert (leg.state, leg.version) == ("expired", 3)


@BOTH
def test_red_can_still_be_answered_and_is_kept(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage, leg = asked(session, "city", NOW)
        stage.act("handler", leg, "approve", at=local("2025-03-17T10:00"))
        assert leg.state == "confirmed"
        assert journal.history(session, leg)[-2].data["overdue_days"] == 2


def test_refused_after_the_limit_even_if_no_job_has_run(session: Session) -> None:
    with transaction() as writing:
        stage, leg = asked(writing, "county", NOW)
        assert leg.expires_at == local("2025-03-18T17:30")
    for who, name, inputs in (("handler", "approve", {}), ("borrower", "withdraw", {}), ("handler", "accept_handling", {})):
        with pytest.raises(Conflict, match="已过期限"), transaction():
            stage.act(who, leg, name, at=local("2025-03-18T17:30"), **inputs)
    with transaction():
        stage.act("handler", leg, "accept_handling", at=local("2025-03-18T17:29"))


def test_expires_at_the_requested_start_when_that_is_earlier(session: Session) -> None:
    with transaction() as writing:
        soon = {"starts_at": NOW + timedelta(days=2), "ends_at": NOW + timedelta(days=3)}
        _stage, leg = asked(writing, "province", NOW, **soon)
        assert leg.expires_at == NOW + timedelta(days=2)
        _stage, other = asked(
            writing, "province", NOW, **soon, second_starts_at=NOW + timedelta(days=5), second_ends_at=NOW + timedelta(days=6)
        )
    assert other.expires_at == NOW + timedelta(days=5)


@BOTH
def test_offer_lapses_and_its_hold_with_it(app: Flask) -> None:
    with app.app_context():
        with transaction() as writing:
            stage, leg = asked(writing, "city", NOW)
            stage.act("handler", leg, "offer", at=local("2025-03-11T09:00"), conditions=[{"text": "须自备车辆"}])
            assert leg.hold_until == leg.expires_at == local("2025-03-14T17:30")
            number = leg.id
        with transaction() as session:
            assert session.scalars(sa.select(Occupancy.expires_at)).all() == [local("2025-03-14T17:30")]
        with pytest.raises(Conflict, match="已过期限"), transaction():
            stage.act("borrower", leg, "accept_offer", at=local("2025-03-14T17:30"), terms_version=2)
        walk(local("2025-03-14T18:00"))
        with transaction() as session:
            leg = session.get_one(Leg, number)
            assert leg.state == "expired"
            assert session.scalar(sa.select(sa.func.count(Occupancy.id))) == 0
            assert [what[:2] for what in told(session, leg)] == [
                ("reminded", "half"),
                ("reminded", "yellow"),
                ("reminded", "ninety"),
                ("expire", "expired"),
            ]


def test_offer_never_holds_past_the_start(session: Session) -> None:
    with transaction() as writing:
        stage, leg = asked(writing, "city", NOW, starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=3))
        stage.act("handler", leg, "offer", conditions=[{"text": "须自备车辆"}])
    assert leg.hold_until == NOW + timedelta(days=2)


def test_counter_starts_the_clock_anew(session: Session) -> None:
    with transaction() as writing:
        stage, leg = asked(writing, "city", NOW)
        stage.act("handler", leg, "offer", conditions=[{"text": "须自备车辆"}])
        stage.act("borrower", leg, "counter", at=local("2025-03-13T10:00"), note="能否由贵馆派车")
        assert (leg.state, leg.due_at, leg.hold_until) == ("requested", local("2025-03-18T17:30"), None)
        assert writing.scalar(sa.select(sa.func.count(Occupancy.id))) == 0


@BOTH
def test_return_reminder_overdue_and_silent_closing(app: Flask) -> None:
    with app.app_context():
        with transaction() as writing:
            stage = build(writing)
            used = stage.play(stage.leg(), *TO_IN_USE).id
            other = build(writing)
            done = other.play(other.leg(), *TO_RETURNED).id
        walk(START + timedelta(days=1), timedelta(hours=1))
        with transaction() as session:
            assert [what[:2] for what in told(session, session.get_one(Leg, used))] == [
                ("commit", "confirmed"),
                ("reminded", "return_soon"),
                ("reminded", "overdue"),
            ]
            closed = session.get_one(Leg, done)
            assert closed.state == "closed"
            assert told(session, closed)[-1][2] == "03-19 18:00"


def test_new_holiday_rows_move_open_deadlines(session: Session) -> None:
    with transaction() as writing:
        stage, leg = asked(writing, "city", local("2027-03-12T10:00"))
        assert leg.due_at == local("2027-03-17T17:30")
        assert rows.calendar(writing).provisional(leg.due_at, leg.due_at)
        writing.add(CalendarDay(day=date(2027, 3, 16), working=False, name="试行假日"))
        writing.flush()
        with clock.moved(local("2027-03-12T11:00")):
            assert clockwork.recompute_deadlines(writing) == 1
        assert leg.due_at == local("2027-03-18T17:30")
        assert journal.history(writing, leg)[-1].action == "leg.redated"
        assert stage.act("handler", leg, "accept_handling").state == "requested"


def test_new_holiday_rows_move_the_silent_closing(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        leg = stage.play(stage.leg(), *TO_RETURNED)
        assert leg.next_at == local("2025-03-19T17:30")
        writing.add(CalendarDay(day=date(2025, 3, 12), working=False, name="试行假日"))
        writing.flush()
        with clock.moved(NOW + timedelta(hours=1)):
            assert clockwork.recompute_deadlines(writing) == 1
            assert clockwork.recompute_deadlines(writing) == 0
        assert leg.next_at == local("2025-03-20T17:30")


def test_year_without_rows_counts_weekends_and_fixed_holidays(session: Session) -> None:
    with transaction() as writing:
        _stage, leg = asked(writing, "city", local("2026-12-31T10:00"))
    assert leg.due_at == local("2027-01-06T17:30")


def test_light_of_the_turn(session: Session) -> None:
    with transaction() as writing:
        _stage, leg = asked(writing, "city", NOW)
        lights = [turn(leg, local(moment)).light for moment in ("2025-03-11T09:00", "2025-03-13T13:30", "2025-03-13T17:30")]
    assert lights == ["green", "yellow", "red"]
    assert deadlines.marks(leg, rows.calendar(session))[-2:] == [
        ("red", local("2025-03-13T17:30")),
        ("director", local("2025-03-14T08:30")),
    ]
