"""The same hours every week: eight lessons take eight stretches, are promised, returned and counted as lessons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import ValidationError
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import balance, present, requests
from alliance.exchange.drafts import missing
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.exchange.request_form import RequestForm, given_by
from tests.conftest import BOTH
from tests.exchange.joined import table
from tests.exchange.stage import ITEMS, NOW, START, Stage, build, form

WEEK, TWO_HOURS = timedelta(days=7), timedelta(hours=2)
LESSONS: dict[str, Any] = {
    "starts_at": START,
    "ends_at": START + TWO_HOURS,
    "second_starts_at": None,
    "second_ends_at": None,
    "weekly": 8,
}
CONSENT = ("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"})
PROMISED = (("borrower", "submit"), CONSENT, ("handler", "approve", {"choice": 1}))
EVERY = [(START + WEEK * number, START + WEEK * number + TWO_HOURS) for number in range(8)]


def taken(session: Session, leg: Leg) -> list[tuple[Any, Any]]:
    rows = session.scalars(sa.select(Occupancy).where(Occupancy.leg_id == leg.id).order_by(Occupancy.starts_at))
    return [(row.starts_at, row.ends_at) for row in rows]


def told(stage: Stage, **asked: Any) -> list[tuple[str, str]]:
    with clock.moved(stage.now):
        found = requests.checks(stage.session, stage.borrower, resource=stage.thing, form=form(**LESSONS | asked))
    return [(check.tone, str(check.title)) for check in found]


@BOTH
def test_eight_lessons_take_eight_stretches_and_count_sixteen_hours(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(**LESSONS), *PROMISED)
        assert (leg.state, leg.starts_at, leg.ends_at) == ("confirmed", EVERY[0][0], EVERY[-1][1])
        assert taken(session, leg) == EVERY
        assert leg.terms[-1].content["sessions"] == 8
        between = {"starts_at": START + timedelta(days=2), "ends_at": START + timedelta(days=3)}
        other = stage.play(stage.leg(**LESSONS | between | {"weekly": 1}), *PROMISED)
        assert other.state == "confirmed", "on other days they are free"
        assert differences(session) == []
        returned = {"sessions": 7, "attendances": 210}
        stage.play(leg, ("staff", "hand_over", {"items": ITEMS}), ("borrower", "receive", {"items": ITEMS}))
        with pytest.raises(Conflict, match="按次数"):
            stage.act("borrower", leg, "ask_extension", until=EVERY[-1][1] + WEEK)
        stage.play(leg, ("borrower", "send_back", returned), ("staff", "check_in", {"items": ITEMS}), ("staff", "close"))
        assert (balance.unit_of(leg), balance.posted(session, leg)) == ("lesson_hour", 14)
        assert differences(session) == []


@BOTH
def test_the_fifth_lesson_clashes_and_nothing_is_taken(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        fifth = {"starts_at": EVERY[4][0] + timedelta(hours=1), "ends_at": EVERY[4][0] + timedelta(hours=3), "weekly": 1}
        waiting = stage.play(stage.leg(**LESSONS), *PROMISED[:2])
        stage.play(stage.leg(**LESSONS | fifth), *PROMISED)
        assert ("warn", "首选第5次有冲突：4月29日（周二）09:00–11:00。") in told(stage)
        with pytest.raises(Conflict), session.begin_nested():
            stage.act("handler", waiting, "approve", choice=1)
        assert taken(session, waiting) == []


@BOTH
def test_six_are_offered_instead_of_eight(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(**LESSONS), *PROMISED[:2])
        with pytest.raises(Invalid, match="最多26次"):
            stage.act("handler", leg, "offer", sessions_wanted=40)
        leg = stage.act("handler", leg, "offer", sessions_wanted=6)
        assert taken(session, leg) == EVERY[:6]
        leg = stage.act("borrower", leg, "counter", starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=2))
        assert taken(session, leg) == []
        content = leg.terms[-1].content
        assert (content["weekly"], content["sessions"], missing(leg.terms[-1])) == (6, 6, {})
        assert content["choices"][0]["ends_at"] == (EVERY[5][1] + timedelta(days=1)).isoformat()
        stage.act("handler", leg, "record_consent", given_on=NOW.date(), how="phone")
        leg = stage.act("handler", leg, "approve", choice=1)
        assert len(taken(session, leg)) == 6
        assert differences(session) == []


def test_a_hall_every_week_posts_the_days_that_it_was_lent(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(**LESSONS | {"weekly": 3}), ("borrower", "submit"))
        if leg.state == "requested":
            leg = stage.act("handler", leg, "approve", choice=1)
        assert taken(session, leg) == EVERY[:3]
        assert balance.counted(session, leg) == 3


def test_it_is_said_as_lessons_and_the_form_says_the_first_one_again(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(**LESSONS), ("borrower", "submit"))
        with app.test_request_context(), clock.moved(NOW):
            assert present.dates_of(leg, "borrower") == "4月1日（周二）09:00–11:00起，每周一次，共8次"
        again = RequestForm.model_validate(given_by(leg.terms[-1].content))
        assert (again.starts_at, again.ends_at, again.weekly) == (START, START + TWO_HOURS, 8)
        assert ("ok", "首选以后各次也空闲，共8次。") in told(stage)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": START + timedelta(days=2)},
        {"weekly": 27},
        {"weekly": 0},
        {"way": "secondment", "post": "辅导", "mentor": "王老师", "learning": "带班"},
    ],
)
def test_what_does_not_come_back_every_week_is_refused(app: Flask, wrong: dict[str, Any]) -> None:
    with app.test_request_context(), pytest.raises(ValidationError) as refused:
        form(**LESSONS | wrong)
    assert [fault["loc"] for fault in refused.value.errors()] == [("weekly",)]


@BOTH
def test_a_series_in_a_joint_project_is_fixed_with_all_its_times(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        agreement = t.ask("a", "b", "bundle", **LESSONS)
        t.add(agreement, "a", "c")
        t.send(agreement, "a")
        weekly, other = agreement.legs
        t.act("b", weekly, "approve", choice=1)
        assert taken(session, weekly) == EVERY
        t.act("c", other, "approve", choice=1)
        assert t.states(agreement) == ["confirmed", "confirmed"]
        assert taken(session, weekly) == taken(session, other) == EVERY
        assert differences(session) == []


def test_more_times_than_the_papers_cover_are_not_offered(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, details={"insurance_until": (START + WEEK * 3).date().isoformat()})
        leg = stage.play(stage.leg(**LESSONS | {"weekly": 2}), ("borrower", "submit"))
        with pytest.raises(Invalid, match="保险") as refused, session.begin_nested():
            stage.act("handler", leg, "offer", sessions_wanted=6)
        assert list(refused.value.fields) == ["sessions_wanted"]


def test_one_is_offered_instead_of_eight_and_nothing_else_is_held(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="stage_truck")
        leg = stage.play(stage.leg(**LESSONS), ("borrower", "submit"))
        leg = stage.act("handler", leg, "offer", sessions_wanted=6)
        assert (leg.state, len(taken(session, leg))) == ("requested", 6)
        leg = stage.act("director", leg, "approve", choice=1)
        leg = stage.act("borrower", leg, "counter", sessions_wanted=1)
        leg = stage.act("handler", leg, "approve", choice=1)
        leg = stage.act("director", leg, "approve", choice=1)
        assert (leg.state, taken(session, leg), len(leg.lines)) == ("confirmed", EVERY[:1], 1)
        assert differences(session) == []
