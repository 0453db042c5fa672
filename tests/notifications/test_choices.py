"""Everybody chooses how to be told; the portal always shows it."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from alliance.db import transaction
from alliance.exchange.models import Leg
from alliance.notifications.models import Mail, Notice
from alliance.people.models import Person
from tests.conftest import BOTH
from tests.notifications.stage import MONDAY, happens
from tests.notifications.test_notices import play, rows

USUAL = {"turn": "at_once", "loans": "digest", "things": "digest", "alliance": "digest"}


@BOTH
def test_each_sort_of_notice_comes_as_it_was_chosen(
    app: Flask, work_off: Callable[[], int], signed_in: Callable[[int], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with time_machine.travel(MONDAY, tick=False):
        people = play(app)
        submitter, deputy = signed_in(people["submitter"]), signed_in(people["borrower_a"])
        assert submitter.post("/notices/choices", data=USUAL | {"turn": "digest", "loans": "at_once"}).status_code == 302
        assert deputy.post("/notices/choices", data=USUAL | {"loans": "portal"}).status_code == 302
        with app.app_context(), transaction() as session:
            leg, handler = session.scalars(sa.select(Leg)).one(), session.get_one(Person, people["a"])
            happens(session, leg, "accept_handling", handler)
            happens(session, leg, "return_for_completion", handler, items=["power"])
        work_off()
    mails = {one.id: one.email for one in rows(app, Person)}
    at_once = [mail for mail in rows(app, Mail) if mail.to == mails[people["submitter"]]]
    assert ["已受理" in mail.subject for mail in at_once] == [True], "progress at once, the own turn not"
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        work_off()
    morning = [mail for mail in rows(app, Mail) if mail.to == mails[people["submitter"]]][1:]
    assert len(morning) == 1
    assert "请为" in morning[0].body, "the own turn in the morning's mail"
    assert "已受理" not in morning[0].body
    theirs = [mail for mail in rows(app, Mail) if mail.to == mails[people["borrower_a"]]]
    assert ["补正" in mail.subject for mail in theirs] == [True], "the turn at once as usual, progress in the portal only"
    told = [notice for notice in rows(app, Notice) if notice.person_id == people["borrower_a"]]
    assert {notice.template for notice in told} == {"accepted", "incomplete"}


@time_machine.travel(MONDAY, tick=False)
def test_what_was_chosen_is_shown_and_nonsense_is_refused(app: Flask, signed_in: Callable[[int], FlaskClient]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = signed_in(play(app)["submitter"])
    assert browser.post("/notices/choices", data=USUAL | {"loans": "portal"}).status_code == 302
    page = browser.get("/notices/choices").text
    assert page.count("checked") == 4
    wrong = browser.post("/notices/choices", data=USUAL | {"turn": "portal", "things": "pigeon"})
    assert wrong.status_code == 422
    assert wrong.text.count("请从列表中选择。") >= 2
    assert browser.get("/notices/choices").text.count("checked") == 4
