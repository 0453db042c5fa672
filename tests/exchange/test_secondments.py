"""A secondment: asked for in the request form, arrived, left; its days count towards the fifteen of the year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy.orm import Session

from alliance import clock
from alliance.db import transaction
from alliance.errors import Conflict, Invalid
from alliance.exchange import balance, requests
from alliance.exchange.actions import act
from alliance.exchange.models import Leg
from alliance.exchange.replay import differences
from alliance.exchange.training import ledgers
from alliance.figures.scorecard import Span
from alliance.people.models import Person, Post
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import Browser, counted, number_of
from tests.exchange.stage import ITEMS, NOW, SECONDED, START, Stage, build, form

POSTED = (
    ("borrower", "submit"),
    ("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"}),
    ("handler", "approve", {"choice": 1}),
    ("staff", "hand_over", {"items": ITEMS}),
    ("borrower", "receive", {"items": ITEMS}),
)


def back(days: dict[str, float]) -> tuple[Any, ...]:
    left = {"sessions": 0, "attendances": 0, "figures": days}
    return (("borrower", "send_back", left), ("staff", "check_in", {"items": ITEMS}), ("staff", "close"))


def over(stage: Stage, days: dict[str, float], **more: Any) -> Leg:
    return stage.play(stage.leg(**SECONDED | more), *POSTED, *back(days))


@BOTH
def test_days_and_hours_count_towards_the_year(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        first = over(stage, {"training_days": 5})
        later, last = START + timedelta(days=40), START + timedelta(days=70)
        hours = {"measure": "hours", "starts_at": later, "ends_at": later + timedelta(days=10)}
        second = over(stage, {"training_hours": 9}, **hours)
        stage.play(stage.leg(**SECONDED | {"starts_at": last, "ends_at": last + timedelta(days=5)}), *POSTED)
        (mine,) = ledgers(session, Span(2025).ends, [stage.owner.id])
        assert [(leg.id, days) for leg, days in mine.legs] == [(first.id, 5), (second.id, 1.5)]
        assert (mine.days, mine.reached, mine.resource) == (6.5, False, stage.thing)
        assert [one.days for one in ledgers(session, Span(2025).ends, [stage.borrower.id])] == [6.5]
        assert ledgers(session, Span(2025).ends, [stage.people["stranger"].centre.id]) == []  # type: ignore[union-attr]
        assert ledgers(session, Span(2024).ends, None) == []
        assert (balance.unit_of(first), balance.posted(session, first)) == ("day", 5)
        assert (balance.unit_of(second), balance.posted(session, second)) == ("lesson_hour", 9)
        assert differences(session) == []


@pytest.mark.parametrize("days", [{}, {"training_days": 0}, {"training_days": 12}])
def test_it_ends_with_what_was_done_and_no_more(app: Flask, days: dict[str, float]) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(**SECONDED), *POSTED)
        with pytest.raises(Invalid):
            stage.act("borrower", leg, "send_back", sessions=0, attendances=0, figures=days)


@pytest.mark.parametrize("name", ["post", "mentor", "learning"])
def test_post_mentor_and_what_is_learned_are_demanded(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        form(**SECONDED | {name: ""})
    assert [fault["loc"] for fault in refused.value.errors()] == [(name,)]


def test_only_a_person_and_on_its_own(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent", details={"talent_kind": "troupe"})
        with pytest.raises(Invalid, match="个人"):
            stage.act("borrower", stage.leg(**SECONDED), "submit")
        hall = make.resource(session, stage.owner, kind="venue")
        stage.thing = hall
        leg = stage.leg(**SECONDED)
        assert leg.agreement.kind == "loan"
        with pytest.raises(Invalid):
            stage.act("borrower", leg, "submit")
        with pytest.raises(Conflict):
            requests.alone(hall, _seconded())


def _seconded() -> Any:
    return form(**SECONDED)


@pytest.fixture
def seats(app: Flask, signed_in: Callable[[int], FlaskClient]) -> Iterator[tuple[dict[str, Browser], str]]:
    with app.app_context(), transaction() as session, clock.moved(NOW):
        stage = build(session, kind="talent")
        code = stage.thing.code
        people = {name: stage.people[name].id for name in ("borrower", "handler", "staff", "stranger", "admin")}
    with clock.moved(NOW):
        yield {name: Browser(signed_in(number)) for name, number in people.items()}, code


TYPED = {
    "way": "secondment",
    "post": "群文辅导部干事",
    "mentor": "石小岭",
    "learning": "跟班学合唱辅导",
    "starts_at": "2025-04-01T09:00",
    "ends_at": "2025-04-08T18:00",
    "second_starts_at": "",
    "second_ends_at": "",
}


def test_through_the_pages(app: Flask, seats: tuple[dict[str, Browser], str]) -> None:
    who, code = seats
    assert "怎么请" in who["borrower"].get(f"/agreements/new?resource={code}")
    refused = who["borrower"].ask(code, **TYPED | {"mentor": ""})
    assert refused.status_code == 422
    assert "群文辅导部干事" in refused.get_data(as_text=True)
    number = number_of(who["borrower"].ask(code, **TYPED))
    who["handler"].act(number, "record_consent", given_on="2025-03-10", how="phone")
    who["handler"].act(number, "approve", choice="1")
    page = who["staff"].get(f"/agreements/{number}")
    assert "派出到岗" in page
    assert "石小岭" in page
    with app.app_context(), transaction() as session, clock.moved(START):
        stage_leg = session.scalars(sa.select(Leg)).unique().one()
        _arrive(session, stage_leg)
    with clock.moved(START + timedelta(days=7)):
        form = who["borrower"].get(f"/agreements/{number}/send_back")
        assert "轮训天数" in form
        to = f"/agreements/{number}/send_back"
        fields = who["borrower"].fields(to, to)
        fields |= counted(fields) | {"sessions": "0", "attendances": "0"}
        assert who["borrower"].send(to, fields).status_code == 422
        assert who["borrower"].send(to, fields | {"figure-training_days": "6"}).status_code == 302
    with app.app_context(), transaction() as session, clock.moved(START + timedelta(days=8)):
        _leave(session, session.scalars(sa.select(Leg)).unique().one())
    for name, sees in (("staff", True), ("borrower", True), ("admin", True), ("stranger", False)):
        page = who[name].get("/figures/training?year=2025")
        assert ("6 / 15" in page) is sees, name
        assert (number in page) is sees, name


def _arrive(session: Session, leg: Leg) -> None:
    _act(session, leg, leg.owner_id, "hand_over", items=ITEMS)
    _act(session, leg, leg.borrower_id, "receive", items=ITEMS)


def _leave(session: Session, leg: Leg) -> None:
    _act(session, leg, leg.owner_id, "check_in", items=ITEMS)
    _act(session, leg, leg.owner_id, "close")


def _act(session: Session, leg: Leg, centre_id: int, name: str, **inputs: Any) -> None:
    staff = sa.select(Person).join(Post).where(Post.centre_id == centre_id, Post.role == "staff").order_by(Person.id)
    person = session.scalars(staff).unique().first()
    act(session, person, leg, name, expected_version=leg.version, **inputs)


@BOTH
def test_who_left_earlier_came_back_in_that_year(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        across = {"starts_at": START + timedelta(days=270), "ends_at": START + timedelta(days=290)}
        over(stage, {"training_days": 3}, **across)
        assert [one.days for one in ledgers(session, Span(2025).ends, [stage.owner.id])] == [3]
        assert ledgers(session, Span(2026).ends, None) == []


def test_a_longer_time_needs_their_consent_too(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session, kind="talent")
        leg = stage.play(stage.leg(**SECONDED), *POSTED)
        assert leg.ends_at is not None
        until = leg.ends_at + timedelta(days=3)
        stage.act("borrower", leg, "ask_extension", until=until)
        with pytest.raises(Invalid, match="本人同意") as refused:
            stage.act("handler", leg, "grant")
        assert list(refused.value.fields) == ["note"]
        before = leg.ends_at
        leg = stage.act("handler", leg, "grant", note="12日电话里本人同意")
        assert (leg.ends_at, leg.consent["periods"][-1]) == (until, [before.isoformat(), until.isoformat()])
        assert leg.consent["longer"][0]["note"] == "12日电话里本人同意"
