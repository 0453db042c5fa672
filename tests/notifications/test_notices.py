"""Told once however often the job runs; turns by mail at once, the rest in the digest; words in the reader's language."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.cases import filing
from alliance.cases.forms import KIND_FORMS
from alliance.db import db, transaction
from alliance.exchange.models import Leg
from alliance.jobs import Job
from alliance.notifications import digest, service, wording
from alliance.notifications.by_way import BY_WAY
from alliance.notifications.models import Mail, Notice
from alliance.people.models import Person
from tests import make
from tests.conftest import BOTH
from tests.notifications.stage import DUE, MONDAY, happens, stage
from tests.queries import asked_of


def play(app: Flask, *actions: tuple[str, str | None, dict[str, Any]], **values: Any) -> dict[str, int]:
    """A leg on which these actions happen in one transaction; the people's numbers."""
    with app.app_context(), transaction() as session:
        leg, people = stage(session, **values)
        for action, actor, data in actions:
            happens(session, leg, action, people[actor] if actor else None, **data)
        return {name: person.id for name, person in people.items()}


def rows(app: Flask, model: type[Any]) -> list[Any]:
    with app.app_context():
        return list(db.session.scalars(sa.select(model).order_by(model.id)))


SUBMIT = ("submit", "submitter", {"from": "draft", "to": "requested"})


@BOTH
@time_machine.travel(MONDAY, tick=False)
def test_told_once_however_often_the_job_runs(app: Flask, work_off: Callable[[], int]) -> None:
    people = play(app, SUBMIT)
    work_off()
    first = [(notice.person_id, notice.template, notice.turn) for notice in rows(app, Notice)]
    assert first == [(people["a"], "asked", True), (people["borrower_a"], "received", False)]
    (job,) = [job for job in rows(app, Job) if job.kind == "notify"]
    with app.app_context():
        service.notify(job.payload)
        service.notify(job.payload)
    work_off()
    assert [(notice.person_id, notice.template, notice.turn) for notice in rows(app, Notice)] == first
    assert len(rows(app, Mail)) == 1


@BOTH
@time_machine.travel(MONDAY, tick=False)
def test_a_turn_that_has_passed_waits_for_nobody(app: Flask, work_off: Callable[[], int]) -> None:
    people = play(app, SUBMIT)
    work_off()
    with app.app_context(), transaction() as session:
        leg = session.scalars(sa.select(Leg)).one()
        happens(session, leg, "accept_handling", session.get_one(Person, people["b"]), **{"from": "requested", "to": "requested"})
    work_off()
    waiting = [(notice.person_id, notice.read_at) for notice in rows(app, Notice) if notice.turn]
    assert waiting == [(people["a"], None)]
    with app.app_context(), transaction() as session:
        leg = session.scalars(sa.select(Leg)).one()
        leg.state = "declined"
        happens(session, leg, "decline", session.get_one(Person, people["b"]), **{"from": "requested", "to": "declined"})
    work_off()
    assert [notice.person_id for notice in rows(app, Notice) if notice.turn and notice.read_at is None] == []


@time_machine.travel(MONDAY, tick=False)
def test_a_turn_told_too_late_is_told_as_over_and_not_mailed(app: Flask, work_off: Callable[[], int]) -> None:
    people = play(app, SUBMIT)
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Leg).values(state="withdrawn"))
    work_off()
    told = {notice.person_id: (notice.turn, notice.read_at is None) for notice in rows(app, Notice)}
    assert told[people["a"]] == (True, False)
    assert rows(app, Mail) == []


@BOTH
@time_machine.travel(MONDAY, tick=False)
def test_a_job_killed_half_way_leaves_nothing_and_is_made_good(
    app: Flask, work_off: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    play(app, SUBMIT)
    (job,) = [job for job in rows(app, Job) if job.kind == "notify"]
    with monkeypatch.context() as patch, app.app_context(), pytest.raises(KeyboardInterrupt):
        patch.setattr(service, "mail", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt()))
        service.notify(job.payload)
    assert rows(app, Notice) == []
    assert [job for job in rows(app, Job) if job.kind == "mail"] == []
    work_off()
    assert len(rows(app, Notice)) == 2
    assert len(rows(app, Mail)) == 1


@time_machine.travel(MONDAY, tick=False)
def test_what_is_undone_is_told_to_nobody(app: Flask, work_off: Callable[[], int]) -> None:
    with pytest.raises(ZeroDivisionError), app.app_context(), transaction() as session:
        leg, people = stage(session)
        happens(session, leg, "submit", people["submitter"])
        _ = 1 / 0
    work_off()
    assert rows(app, Notice) == []


@time_machine.travel(MONDAY, tick=False)
def test_turns_are_mailed_at_once_in_the_readers_language(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context(), transaction() as session:
        leg, people = stage(session)
        people["a"].locale = "en"
        happens(session, leg, "submit", people["submitter"], **{"from": "draft"})
    work_off()
    (mail,) = rows(app, Mail)
    assert mail.subject == "Please answer: 梨花镇综合文化站 asks for 清泽大篷车"
    assert "Answer by: Thu 5 Nov, 17:30" in mail.body
    assert mail.body.endswith("http://127.0.0.1:8000/agreements/JY-2026-1171")


@time_machine.travel(DUE - timedelta(hours=23), tick=False)
def test_what_is_due_within_a_day_is_mailed_at_once_too(app: Flask, work_off: Callable[[], int]) -> None:
    play(app, ("accept_handling", "handler", {}))
    work_off()
    assert len(rows(app, Mail)) == 2
    assert [notice.turn for notice in rows(app, Notice)] == [False, False]


def test_the_rest_comes_in_one_mail_at_half_past_eight(app: Flask, work_off: Callable[[], int]) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        people = play(app, ("accept_handling", "handler", {"from": "requested"}), ("survey", "handler", {}), SUBMIT)
        work_off()
        at_once = len(rows(app, Mail))
        assert at_once == 1
        with app.app_context(), transaction() as session:
            for notice in session.scalars(sa.select(Notice).where(Notice.person_id == people["submitter"])):
                notice.read_at = clock.now()
        travel.move_to(datetime(2026, 11, 3, 0, 29, tzinfo=clock.UTC))
        work_off()
        assert len(rows(app, Mail)) == at_once
        travel.move_to(datetime(2026, 11, 3, 0, 35, tzinfo=clock.UTC))
        work_off()
        (mail,) = rows(app, Mail)[at_once:]
        with app.app_context():
            assert mail.to == db.session.get_one(Person, people["borrower_a"]).email
        assert mail.subject == "今日通知3条"
        assert [text in mail.body for text in ("已受理《重阳节下乡》", "现场勘察", "已收到")] == [True] * 3
        for _ in range(3):
            travel.shift(timedelta(minutes=6))
            work_off()
        assert len(rows(app, Mail)) == at_once + 1
        travel.move_to(datetime(2026, 11, 4, 0, 40, tzinfo=clock.UTC))
        work_off()
        assert len(rows(app, Mail)) == at_once + 1


@BOTH
def test_a_digest_killed_half_way_is_written_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        play(app, ("accept_handling", "handler", {}))
        jobs.work(app, until_idle=True)
        travel.move_to(datetime(2026, 11, 3, 1, tzinfo=clock.UTC))
        real, done = digest._write, []

        def once(*given: Any) -> None:
            if done:
                raise KeyboardInterrupt
            done.append(real(*given))

        with monkeypatch.context() as patch, app.app_context(), pytest.raises(KeyboardInterrupt):
            patch.setattr(digest, "_write", once)
            digest.digest({})
        with app.app_context():
            digest.digest({})
            digest.digest({})
        assert len([job for job in rows(app, Job) if job.kind == "mail"]) == 2


# What people read


FACTS: dict[str, dict[str, Any]] = {
    "return_for_completion": {"items": ["rain_plan", "power"], "note": "雨天预案须写明改期办法"},
    "decline": {"code": "04", "reason": "台口高度不足，无法装台", "alternatives": []},
    "offer": {"to": "offered", "conditions": [{"text": "随车驾驶员", "due_on": "2026-11-10"}], "hold_until": DUE.isoformat()},
}


@pytest.mark.parametrize(
    ("action", "zh", "en"),
    [
        ("return_for_completion", ["请补正：重阳节下乡", "雨天预案、电源情况", "雨天预案须写明改期办法"],
         ["Please complete", "Plan for rain, Power supply"]),
        ("decline", ["未能同意", "台口高度不足，无法装台"], ["not agreed", "台口高度不足，无法装台"]),
        ("offer", ["请确认条件", "随车驾驶员（11月10日（周二）前）", "11月5日（周四）17:30"],
         ["Please confirm", "by Tue 10 Nov", "Thu 5 Nov, 17:30"]),
    ],
)  # fmt: skip
@time_machine.travel(MONDAY, tick=False)
def test_words_are_made_when_read(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient], action: str, zh: list[str], en: list[str]
) -> None:
    people = play(app, (action, "a", FACTS[action]))
    work_off()
    browser = signed_in(people["submitter"])
    page = browser.get("/notices/").text
    assert [text for text in zh if text not in page] == []
    browser.set_cookie("lang", "en")
    english = browser.get("/notices/").text
    assert [text for text in en if text not in english] == []
    assert '<span lang="zh">重阳节下乡</span>' in english
    assert "清泽市文化馆" not in english
    assert ("Qingze Cultural Centre" in english) is (action != "return_for_completion")


@time_machine.travel(MONDAY, tick=False)
def test_every_template_speaks_both_languages_without_gaps(app: Flask, work_off: Callable[[], int]) -> None:
    whole = {
        "code": "04",
        "reason": "<b>很长的理由</b>",
        "stars": 5,
        "item": "话筒",
        "quantity": 2,
        "cause": "taken",
        "side": "owner",
    }
    whole |= {"from": "requested", "until": "2026-11-30T09:00:00+00:00", "visit_by": DUE.isoformat(), "items": ["power"]}
    with app.app_context(), transaction() as session:
        leg, people = stage(session)
        leg.handler_id = leg.first_handler_id = people["a"].id
        happens(session, leg, "accept_handling", people["a"], **whole)
        resource = leg.lines[0].resource
        for action in ("returned", "published", "stale", "paused"):
            journal.record(session, f"resource.{action}", resource, data={"remarks": "缺门高"})
        journal.record(session, "resource.paper_ending", resource, data={"field": "insurance_until", "until": "2026-11-20"})
        asset = make.asset(session, leg.owner)
        for action in ("returned", "published", "withdrawn"):
            journal.record(session, f"asset.{action}", asset, data={"remarks": "缺年代", "licence_until": "2026-11-20"})
        form = KIND_FORMS["question"].model_validate({"text": "周末开放到几点？"})
        filing.file(session, None, kind="question", form=form, thing=filing.About(centre=leg.owner), key="one")
        make.person(session, leg.owner, "centre_admin")
        journal.record(session, "centre.suspended", leg.owner, data={"reason": "年审"})
    work_off()
    with app.test_request_context():
        by_kind = {notice.template: notice for notice in db.session.scalars(sa.select(Notice))}
        assert {"accepted", "listing_returned", "paper_ending", "membership_suspended"} <= set(by_kind)
        for template in wording.TEMPLATES:
            kind = {
                "listing": "listing_published",
                "paper": "paper_ending",
                "sessions": "paper_ending",
                "membership": "membership_suspended",
                "asset": "asset_returned",
                "case": "case_filed",
            }.get(template.split("_")[0], "accepted")
            shape = by_kind[kind]
            notice = Notice(template=template, data=shape.data, url="", turn=False)
            if template.startswith("membership"):
                notice.data = {"centre": {"zh": "某馆", "en": "Some"}, "reason": "年审"}
            if template == "upload_refused":
                notice.data = shape.data | {"file": "社火.mp4"}
            for way, locale in itertools.product(("", *BY_WAY), ("zh_Hans", "en")):
                notice.data = notice.data | {"way": way}
                subject, body = wording.mailed(notice, locale)
                assert "–" not in subject + body, (template, way, subject, body)
                assert "%(" not in subject + body, template
            assert "<b>" not in str(wording.said(notice).text)


def test_only_known_notices_are_worded_by_the_way_of_lending() -> None:
    assert {template for words in BY_WAY.values() for template in words} <= set(wording.TEMPLATES)


@time_machine.travel(MONDAY, tick=False)
def test_who_is_seconded_is_not_borrowed(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context(), transaction() as session:
        leg, _people = stage(session)
        leg.agreement.kind = "secondment"
        journal.record(session, "leg.hand_over", leg, data={"from": "confirmed", "to": "handed_over"})
    work_off()
    with app.test_request_context():
        told = wording.said(db.session.scalars(sa.select(Notice).where(Notice.template == "handed_over")).first())
        assert "请确认到岗" in told.head
        assert "接收" not in told.text


@pytest.mark.parametrize(
    ("which", "values", "at", "zh", "en"),
    [
        ("red", {}, DUE, "的答复已超期1个工作日，现在仍可答复", "is overdue by 1 working day; it can still be given"),
        ("director", {}, DUE + timedelta(days=4), "的答复已超期2个工作日，", "is overdue by 2 working days; it can"),
        ("overdue", {"state": "in_use", "ends_at": DUE}, DUE + timedelta(days=5), "已超期3个工作日", "overdue by 3 working days"),
    ],
)
def test_what_is_overdue_says_by_how_many_working_days(
    app: Flask, work_off: Callable[[], int], which: str, values: dict[str, Any], at: datetime, zh: str, en: str
) -> None:
    """The fifth of November is a Thursday; the weekend does not count."""
    with time_machine.travel(at, tick=False):
        with app.app_context(), transaction() as session:
            leg, people = stage(session, **values)
            action = "reminded" if which == "overdue" else "escalated"
            happens(session, leg, action, which=which)
            address = people["submitter" if which == "overdue" else "director" if which == "director" else "a"].email
        work_off()
        (mail,) = [mail for mail in rows(app, Mail) if mail.to == address]
        assert zh in mail.body
        with app.test_request_context():
            notice = db.session.scalars(sa.select(Notice).where(Notice.template == mail_template(which))).first()
            assert notice is not None
            assert en in wording.mailed(notice, "en")[1]


def mail_template(which: str) -> str:
    return "return_overdue" if which == "overdue" else "red"


@time_machine.travel(MONDAY, tick=False)
def test_an_old_notice_of_what_is_overdue_leaves_no_gap(app: Flask) -> None:
    with app.test_request_context():
        shape = {"title": "重阳节下乡", "number": "JY-1", "owner": "甲馆", "borrower": "乙馆"}
        notice = Notice(template="red", data=shape, url="", turn=True)
        assert "的答复已超期，现在仍可答复" in wording.mailed(notice, "zh_Hans")[1]
        assert "is overdue; it can still be given" in wording.mailed(notice, "en")[1]


@time_machine.travel(MONDAY, tick=False)
def test_what_is_due_back_this_minute_is_not_called_a_day_late(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context(), transaction() as session:
        leg, _people = stage(session, state="in_use", ends_at=MONDAY)
        happens(session, leg, "reminded", which="overdue")
    work_off()
    assert [("over" in notice.data) for notice in rows(app, Notice)] == [False] * 3


@time_machine.travel(MONDAY, tick=False)
def test_partners_hear_at_once_what_is_called_back_at_once(app: Flask, work_off: Callable[[], int]) -> None:
    """By mail although it is not their turn, with the way to the page of all legs."""
    with app.app_context(), transaction() as session:
        leg, people = stage(session, state="in_use")
        people["outsider"].locale = "en"
        elsewhere = people["outsider"].posts[0].centre
        session.add(
            Leg(agreement=leg.agreement, owner=elsewhere, borrower=leg.borrower, rank=2, state="confirmed", requested_at=MONDAY)
        )
        said = {"reason": "山洪预警，车辆须撤回。", "recalled_until": MONDAY.isoformat()}
        happens(session, leg, "force_cancel", people["director"], **said)
        address = people["outsider"].email
    work_off()
    (mail,) = [mail for mail in rows(app, Mail) if mail.to == address]
    assert mail.subject == "Another item has to come back at once: 重阳节下乡"
    assert "check whether your own items can still go ahead" in mail.body
    assert "山洪预警" not in mail.body  # what it is called back for is between its own two sides
    assert mail.body.endswith("/agreements/JY-2026-1171")


@time_machine.travel(MONDAY, tick=False)
def test_catalogue_and_membership_reach_their_people(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context(), transaction() as session:
        leg, people = stage(session)
        resource = leg.lines[0].resource
        resource.created_by = people["owner_staff"].id
        head = make.person(session, leg.owner, "centre_admin")
        journal.record(session, "resource.returned", resource, person=people["admin"], data={})
        journal.record(session, "resource.paused", resource, person=people["a"], data={})
        journal.record(session, "centre.suspended", leg.owner, person=people["admin"], data={})
        journal.record(session, "centre.applied", leg.owner, person=head, data={})
        names = {person.id: name for name, person in people.items()} | {head.id: "head"}
    work_off()
    told = {(notice.template, names[notice.person_id]) for notice in rows(app, Notice)}
    assert told == {
        ("listing_returned", "a"),
        ("listing_returned", "owner_staff"),
        ("membership_suspended", "head"),
        ("membership_suspended", "director"),
        ("membership_applied", "admin"),
    }


@time_machine.travel(MONDAY, tick=False)
@pytest.mark.parametrize("at_once", [True, False], ids=["mail", "digest"])
def test_a_refusal_names_other_listings_with_links(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient], at_once: bool
) -> None:
    with app.app_context(), transaction() as session:
        leg, people = stage(session, due_at=DUE - timedelta(days=3) if at_once else DUE)
        people["borrower_a"].locale = "en"
        one = make.resource(session, make.centre(session), kind="stage_truck", title="望岭<大篷车>", title_en="Wangling truck")
        two = make.resource(session, make.centre(session), kind="stage_truck", title="临湖大篷车")
        told = {"code": "04", "reason": "台口高度不足，无法装台", "alternatives": [one.id, two.id], "to": "requested"}
        happens(session, leg, "decline", people["a"], **told)
        codes = one.code, two.code
        addresses = {name: people[name].email for name in ("submitter", "borrower_a")}
        submitter = people["submitter"].id
    work_off()
    with time_machine.travel(MONDAY + timedelta(hours=24), tick=False):
        work_off()
        page = signed_in(submitter).get("/notices/").text
    assert f'<a href="/resources/{codes[0]}">望岭&lt;大篷车&gt;</a>、<a href="/resources/{codes[1]}">临湖大篷车</a>' in page
    bodies = {mail.to: mail.body for mail in rows(app, Mail)}
    there = [f"http://127.0.0.1:8000/resources/{code}" for code in codes]
    assert f"\n  望岭<大篷车> {there[0]}\n  临湖大篷车 {there[1]}" in bodies[addresses["submitter"]]
    assert f"\n  Wangling truck {there[0]}\n  临湖大篷车 {there[1]}" in bodies[addresses["borrower_a"]]


# The page


@time_machine.travel(MONDAY, tick=False)
def test_the_page_puts_turns_first_and_opening_marks_read(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    people = play(app, ("return_for_completion", "a", {"items": ["power"]}), ("accept_handling", "a", {}))
    work_off()
    browser = signed_in(people["submitter"])
    page = browser.get("/notices/").text
    assert page.index("请补正") < page.index("已受理")
    assert '<span class="count">2</span>' in page
    (turn,) = [notice for notice in rows(app, Notice) if notice.person_id == people["submitter"] and notice.turn]
    answer = browser.post(f"/notices/{turn.id}")
    assert answer.location == "/agreements/JY-2026-1171"
    page = browser.get("/notices/").text
    assert page.index("已受理") < page.index("请补正")
    assert '<span class="count">1</span>' in page
    assert browser.post("/notices/read", data={"until": "999999"}).status_code == 302
    assert "都看过了" in browser.get("/notices/").text
    assert browser.post("/notices/read", data={"until": "x" * 40}).status_code == 302


@time_machine.travel(MONDAY, tick=False)
def test_nobody_opens_a_notice_of_somebody_else(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    people = play(app, SUBMIT)
    work_off()
    notice = rows(app, Notice)[0]
    assert app.test_client().get("/notices/").status_code == 302
    for who in ("admin", "director", "submitter"):
        assert signed_in(people[who]).post(f"/notices/{notice.id}").status_code == 403
    assert rows(app, Notice)[0].read_at is None
    assert signed_in(people["outsider"]).post("/notices/999999").status_code == 404
    assert "还没有通知" in signed_in(people["outsider"]).get("/notices/").text


@time_machine.travel(MONDAY, tick=False)
def test_the_page_costs_the_same_for_many(app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]) -> None:
    people = play(app, ("accept_handling", "a", {}))
    work_off()
    browser = signed_in(people["submitter"])
    few = statements(app, lambda: browser.get("/notices/"))
    with app.app_context(), transaction() as session:
        leg = session.scalars(sa.select(Leg)).one()
        for _ in range(30):
            happens(session, leg, "accept_handling", session.get_one(Person, people["a"]))
    work_off()
    assert statements(app, lambda: browser.get("/notices/")) == few


def statements(app: Flask, action: Callable[[], Any]) -> int:
    with asked_of(app) as sent:
        action()
    return len(sent)


def test_a_day_without_anything_sends_nothing(session: Session) -> None:
    digest.digest({})
    assert session.scalar(sa.select(sa.func.count(Job.id))) == 0
    assert digest.due(session, datetime.combine(date(2026, 11, 2), digest.HOUR, clock.SHANGHAI), date(2026, 11, 2)) == []
