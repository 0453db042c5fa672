"""Who is told of a case, in the portal and by mail, and that nothing is said about who asked."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from alliance import clock, indexing, jobs
from alliance.cases import clockwork
from alliance.cases.table import ASKER
from alliance.db import transaction
from alliance.jobs import Job
from alliance.journal import Event
from alliance.notifications import wording
from alliance.notifications.models import Notice
from alliance.people.models import Absence, Duty
from alliance.portal import nav
from search.types import Query
from tests.cases.stage import MAIL, NAME, NOW, PHONE, Stage, build, day, local
from tests.conftest import BOTH


def told(app: Flask, stage: Stage, template: str) -> set[str]:
    """Who of the stage was told that, after the jobs have run."""
    with clock.moved(NOW):
        jobs.work(app, until_idle=True, only=("notify",))
    with transaction() as session:
        names = {session.merge(person).id: name for name, person in stage.people.items()}
        return {names[number] for number in session.scalars(sa.select(Notice.person_id).where(Notice.template == template))}


@BOTH
def test_duty_a_is_told_and_b_when_a_is_away(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            stage.file("question")
        assert told(app, stage, "case_filed") == {"handler"}


@BOTH
def test_b_is_told_while_a_is_away(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            session.add(Absence(person_id=stage.people["handler"].id, starts_on=day("2025-03-10"), ends_on=day("2025-03-10")))
            stage.file("question")
        assert told(app, stage, "case_filed") == {"handler", "deputy"}


def test_a_duty_that_may_not_answer_is_not_sent_to_a_closed_door(app: Flask) -> None:
    """Duty A is held by plain staff: the task and its notice are with those who handle cases."""
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            session.execute(sa.delete(Duty))
            session.add(Duty(centre_id=stage.owner.id, rank="A", person_id=stage.people["staff"].id))
            stage.file("question")
        assert told(app, stage, "case_filed") == {"handler", "deputy", "director"}
        with app.test_request_context(), transaction() as session, clock.moved(NOW):
            counts = {name: nav.turns(session, session.merge(stage.people[name])) for name in ("staff", "handler", "director")}
        assert counts == {"staff": 0, "handler": 1, "director": 1}


@BOTH
def test_red_reaches_both_duties_then_director_and_secretariat(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            number = stage.file("question").id
        for moment in ("2025-03-13T17:30", "2025-03-14T08:30"):
            with clock.moved(local(moment)):
                clockwork.sweep({})
        with transaction() as session, clock.moved(local("2025-03-14T08:31")):
            pass
        with clock.moved(local("2025-03-14T08:31")):
            jobs.work(app, until_idle=True, only=("notify",))
        with transaction() as session:
            found = session.execute(
                sa.select(Notice.person_id, Event.action, Notice.url)
                .join(Event, Event.id == Notice.event_id)
                .where(Notice.template == "case_red", Event.subject_id == number)
            )
            names = {person.id: name for name, person in stage.people.items()}
            got = {(names[person], url) for person, _action, url in found}
            assert {name for name, _url in got} == {"handler", "deputy", "director", "admin"}
            assert all(url.startswith("/cases/desk/SL-2025-") for _name, url in got)
            notices = session.scalars(sa.select(Notice).where(Notice.template == "case_red")).all()
            with app.test_request_context():
                assert all("已超期1个工作日，下一个工作日" in str(wording.said(notice).text) for notice in notices)


@BOTH
def test_refusals_and_transfers_are_told_and_name_nobody(app: Flask) -> None:
    with app.app_context():
        with transaction() as session, clock.moved(NOW):
            stage = build(session)
            use, other = stage.file("use", contact=MAIL), stage.file("complaint", who="赵钱孙", name=NAME)
            stage.act("handler", use, "refuse")
            stage.act("handler", other, "transfer", to="")
            stage.act("admin", other, "explain")
            stage.act("nobody", other, "rate", role=ASKER)
        assert told(app, stage, "case_refused") == {"admin"}
        assert told(app, stage, "case_transferred_to_you") == {"admin"}
        with transaction() as session:
            said = " ".join(str(row) for row in session.scalars(sa.select(Notice.data)))
            said += " ".join(str(row) for row in session.scalars(sa.select(Event.data)))
            assert not any(secret in said for secret in (MAIL, NAME, PHONE, "赵钱孙"))


@BOTH
def test_the_asker_is_mailed_step_by_step_in_their_language(app: Flask) -> None:
    with app.app_context():
        with transaction() as session, clock.moved(NOW):
            stage = build(session)
            with app.test_request_context(headers={"Cookie": "lang=en"}):
                case = stage.file("use", contact=MAIL)
            silent = stage.file("use")
            for one in (case, silent):
                stage.act("handler", one, "take")
                stage.act("handler", one, "ask_back")
                stage.act("nobody", one, "reply", role=ASKER)
                stage.act("handler", one, "grant")
            number = case.number
        with transaction() as session:
            mails = [job.payload for job in session.scalars(sa.select(Job).where(Job.kind == "mail").order_by(Job.id))]
            mails = [mail for mail in mails if mail["to"] == MAIL]
            assert len(mails) == 4
            assert all(number in mail["subject"] for mail in mails)
            assert f"/cases/{number}/open/" in mails[0]["body"]
            assert "working days" in mails[0]["body"]
            assert "0900-555 0121" in mails[1]["body"]


def test_cases_are_not_in_the_search(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            build(session).file("removal", text="绝无仅有的罕见词句在此。")
        with clock.moved(NOW):
            jobs.work(app, until_idle=True)
        indexing.reindex(app)
        assert app.extensions["search"].find(Query("元宵灯会", scopes=("public",))).total == 1
        found = app.extensions["search"].find(Query("绝无仅有的罕见词句在此", scopes=("public", "members", "admin")))
        assert found.total == 0
