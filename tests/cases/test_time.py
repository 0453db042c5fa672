"""Deadlines, reminders, red, pauses, look-back, forgetting: by moving the clock over weekends, holidays and make-up days."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import clock, jobs, journal
from alliance.cases import clockwork, deadlines, filing, turns
from alliance.cases.forms import KIND_FORMS
from alliance.cases.models import Case, CaseFile
from alliance.cases.table import ASKER
from alliance.db import db, transaction
from alliance.jobs import Job
from alliance.moderation import calendar as holidays
from alliance.notifications.models import Mail, Notice
from alliance.people.models import Absence
from alliance.storage import files
from alliance.storage.models import File
from alliance.worktime import rows
from alliance.worktime.models import CalendarDay
from tests.archive import samples
from tests.cases.stage import ANSWER, MAIL, NAME, NOW, PHONE, TYPED, build, local
from tests.conftest import BOTH


@pytest.mark.parametrize(
    ("place", "filed", "days", "due"),
    [
        ("990101", "2025-03-10T10:00", 1, "2025-03-11T17:30"),
        ("990102", "2025-03-14T18:00", 3, "2025-03-19T17:30"),  # over a weekend
        ("990102", "2025-09-30T10:00", 3, "2025-10-11T17:30"),  # National Day and its make-up Saturday
        ("990201", "2025-01-24T10:00", 5, "2025-02-07T17:30"),  # Spring Festival and its make-up Sunday
        ("980101", "2025-03-10T10:00", 5, "2025-03-17T17:30"),  # another province
        ("", "2025-03-10T10:00", 3, "2025-03-13T17:30"),
    ],
)
def test_due_by_the_declared_place(session: Session, place: str, filed: str, days: int, due: str) -> None:
    with transaction() as writing:
        stage = build(writing)
        case = stage.file("question", at=local(filed))
        case.place = place
        deadlines.start_clock(case, rows.calendar(writing), local(filed))
    assert (case.limit_days, case.due_at) == (days, local(due))


def test_what_the_secretariat_handles_takes_three_days(session: Session) -> None:
    with transaction() as writing:
        case = build(writing).file("question", thing=filing.About())
    assert (case.centre, case.limit_days, case.due_at) == (None, 3, local("2025-03-13T17:30"))


def walk(until: datetime, since: datetime = NOW, step: timedelta = timedelta(minutes=30)) -> None:
    """The sweep runs as the worker would have it, over some days."""
    moment = since
    while moment <= until:
        with clock.moved(moment):
            clockwork.sweep({})
        moment += step


def told(session: Session, case: Case) -> list[tuple[str, str]]:
    """What the system told, with the local time at which it did."""
    return [
        (event.data.get("which", event.action.removeprefix("case.")), f"{clock.local(event.at):%m-%d %H:%M}")
        for event in journal.history(session, case)
        if event.actor_id is None and event.action != "case.file"
    ]


@BOTH
def test_reminders_red_director_and_a_late_answer(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            number = build(session).file("question").id
        walk(local("2025-03-17T12:00"), step=timedelta(minutes=15))
        with transaction() as session:
            case = session.get_one(Case, number)
            assert told(session, case) == [
                ("half", "03-12 13:45"),
                ("yellow", "03-13 09:15"),
                ("ninety", "03-13 15:15"),
                ("red", "03-13 17:30"),
                ("director", "03-14 08:30"),
            ]
            with clock.moved(local("2025-03-17T12:00")):
                assert deadlines.light_of(case, rows.calendar(session), clock.now()) == "red"


@BOTH
def test_red_is_kept_in_the_figures(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        case = stage.file("question")
        stage.act("handler", case, "explain", at=local("2025-03-17T10:00"))
        assert (case.days_taken, case.days_over) == (5, 2)
        other = stage.file("question")
        stage.act("handler", other, "explain", at=local("2025-03-11T10:00"))
        assert (other.days_taken, other.days_over) == (1, 0)


@BOTH
def test_the_clock_stands_while_the_asker_is_asked(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            case = stage.file("correction")
            stage.act("handler", case, "take")
            stage.act("handler", case, "ask_back", at=local("2025-03-11T11:00"))
            assert deadlines.light_of(case, rows.calendar(session), local("2025-03-14T11:00")) == "off"
            stage.act("nobody", case, "reply", role=ASKER, at=local("2025-03-17T09:00"))
            assert (case.state, case.due_at) == ("in_hand", local("2025-03-19T17:30"))
            stage.act("handler", case, "finish", at=local("2025-03-18T09:00"))
            assert (case.days_taken, case.days_over) == (2, 0)
            silent = stage.file("correction")
            stage.act("handler", silent, "take")
            stage.act("handler", silent, "ask_back", at=local("2025-03-11T11:00"))
            number = silent.id
        walk(local("2025-03-26T12:00"), since=local("2025-03-20T00:00"), step=timedelta(hours=1))
        with transaction() as session:
            silent = session.get_one(Case, number)
            assert told(session, silent)[0] == ("resume", "03-26 11:00")
            assert (silent.state, silent.due_at) == ("in_hand", local("2025-03-28T17:30"))


@BOTH
def test_a_holiday_row_added_later_moves_open_deadlines(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            filed = local("2027-03-12T10:00")
            case, closed = stage.file("question", at=filed), stage.file("question", at=filed)
            stage.act("handler", closed, "explain", at=filed)
            number, other, admin = case.id, closed.id, stage.people["admin"].id
            assert case.due_at == local("2027-03-17T17:30")
            assert holidays.moved(session, {date(2027, 3, 16): False}).count == 1
        with clock.moved(local("2027-03-12T11:00")):
            with transaction() as session:
                row = holidays.Row(day=date(2027, 3, 16), working=False, name="试行假日", source="国办发明电")
                holidays.add(session, session.get_one(type(stage.people["admin"]), admin), row=row)
            jobs.work(app, until_idle=True, only=("cases.redate",))
        with transaction() as session:
            case = session.get_one(Case, number)
            assert (case.due_at, case.next_at) == (local("2027-03-18T17:30"), local("2027-03-17T13:45"))
            assert [event.action for event in journal.history(session, case)] == ["case.file", "case.redated"]
            assert session.get_one(Case, other).due_at == local("2027-03-17T17:30")


def test_a_make_up_day_brings_the_deadline_forward(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        case = stage.file("question", at=local("2027-03-12T10:00"))
        writing.add(CalendarDay(day=date(2027, 3, 13), working=True, name="调休上班"))
        writing.flush()
        with clock.moved(local("2027-03-12T11:00")):
            assert clockwork.recompute_deadlines(writing) == 1
    assert case.due_at == local("2027-03-16T17:30")


def test_duty_b_when_a_is_away_or_it_is_red(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        case = stage.file("question")
        a, b = stage.people["handler"], stage.people["deputy"]

        def desks(at: datetime) -> tuple[bool, bool]:
            with clock.moved(at):
                return tuple(len(turns.tasks(writing, who, at).mine) == 1 for who in (a, b))  # type: ignore[return-value]

        assert desks(NOW) == (True, False)
        assert desks(local("2025-03-13T17:30")) == (True, True)
        writing.add(Absence(person_id=a.id, starts_on=date(2025, 3, 11), ends_on=date(2025, 3, 11)))
        writing.flush()
        assert desks(local("2025-03-11T09:00")) == (True, True)
        stage.act("deputy", case, "take")
        assert desks(local("2025-03-12T09:00")) == (False, True)
        with clock.moved(NOW):
            assert turns.tasks(writing, stage.people["staff"], NOW).mine == ()
            assert turns.tasks(writing, stage.people["admin"], NOW).mine == ()
            stage.file("question", thing=filing.About())
            assert len(turns.tasks(writing, stage.people["admin"], NOW).mine) == 1


@BOTH
def test_looked_back_after_thirty_days_and_told_when_it_is_not_solved(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            case = stage.file("complaint", contact=MAIL)
            stage.act("handler", case, "finish")
            number = case.id
            people = {name: stage.people[name].id for name in ("handler", "admin")}
        walk(NOW + timedelta(days=31), since=NOW + timedelta(days=29), step=timedelta(hours=1))
        with clock.moved(NOW + timedelta(days=31)), transaction() as session:
            case = session.get_one(Case, number)
            assert case.looked_back_at == NOW + timedelta(days=30)
            subject = session.scalars(sa.select(Job.payload).where(Job.key.startswith(f"mail:case:{number}:look_back"))).one()
            assert "是否已解决" in subject["body"]
            stage.session = session
            stage.act("nobody", case, "follow_up", role=ASKER, at=NOW + timedelta(days=31), solved=False)
        with clock.moved(NOW + timedelta(days=31)):
            jobs.work(app, until_idle=True, only=("notify",))
        with transaction() as session:
            found = session.scalars(sa.select(Notice.person_id).where(Notice.template == "case_unsolved"))
            assert set(found) == set(people.values())


@BOTH
def test_who_asked_is_forgotten(app: Flask) -> None:
    """Half a year after closing: contact, files and mails are gone, the case and its answer stay."""
    with app.app_context():
        upload = FileStorage(io.BytesIO(samples.pdf()), filename="证明.pdf")
        received = files.receive(upload, kinds=files.PAPERS, limit_mb=5)
        with transaction() as session, clock.moved(NOW):
            stage = build(session)
            form = KIND_FORMS["removal"].model_validate(TYPED["removal"] | {"contact": MAIL, "text": f"我是{NAME}，电话 {PHONE}。"})
            thing = filing.About(asset=stage.work, centre=stage.owner)
            case = filing.file(session, None, kind="removal", form=form, thing=thing, key="one", received=[received])
            stage.act("handler", case, "settle", measure="restrict", file_access="own_centre")
            number = case.id
        with clock.moved(NOW):
            jobs.work(app, until_idle=True, only=("mail",))
        with clock.moved(NOW + timedelta(days=179)):
            clockwork.forget({})
            assert db_case(number).contact == MAIL
        with clock.moved(NOW + timedelta(days=181)):
            clockwork.forget({})
            clockwork.forget({})
            jobs.work(app, until_idle=True, only=("mail.forget",))
        with transaction() as session:
            case = session.get_one(Case, number)
            assert [case.name, case.contact, case.relation, case.answer] == ["", "", "", ANSWER]
            assert PHONE not in case.text
            assert case.erased_at is not None
            for model, key in ((CaseFile, CaseFile.id), (File, File.id)):
                rows_left = session.scalar(sa.select(sa.func.count(key)).where(key.is_not(None)))
                assert rows_left == (0 if model is CaseFile else 1)  # the work's own file
            assert session.scalar(sa.select(sa.func.count(Mail.id))) == 0
            assert session.scalar(sa.select(sa.func.count(Job.id)).where(Job.key.startswith("mail:case:"))) == 0
            said = " ".join(str(event.data) for event in session.scalars(sa.select(journal.Event)))
            assert not any(secret in said for secret in (NAME, PHONE, MAIL))
            assert sum(event.action == "case.erased" for event in journal.history(session, case)) == 1


def db_case(number: int) -> Case:
    return db.session.get_one(Case, number)


@BOTH
def test_the_cases_of_a_suspended_centre_go_to_the_secretariat(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            number = stage.file("question").id
            assert stage.owner.membership is not None
            stage.owner.membership.state = "suspended"
            owner, main = stage.owner.id, stage.main.id
        clockwork.suspended({"subject": ["centre", owner]})
        with transaction() as session:
            case = session.get_one(Case, number)
            assert (case.centre_id, case.state) == (None, "filed")
            later = filing.handled_by(session, "question", session.get_one(type(stage.owner), owner))
            assert later is not None
            assert later.id == main
