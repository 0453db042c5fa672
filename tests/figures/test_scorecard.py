"""The scorecard against loans reckoned by hand, and its pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.exchange.models import Leg
from alliance.figures.measures import MEASURES, Facts
from alliance.figures.scorecard import Span, facts
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import ITEMS, NOW, SECONDED, START, TO_IN_USE, TO_RETURNED, Stage, build
from tests.queries import asked_of

NO = {"code": "04", "reason": "该时段本馆另有演出安排，无法外借。"}


def play(session: Session) -> dict[str, Any]:
    """One loan of two days that was rated, one request refused."""
    stage = build(session)
    leg = stage.play(
        stage.leg(ends_at=START + timedelta(days=1)), *TO_RETURNED, ("staff", "close"), ("borrower", "rate", {"stars": 4})
    )
    stage.play(stage.leg(), ("borrower", "submit"), ("handler", "decline", NO))
    people = {name: stage.people[name].id for name in ("staff", "borrower", "admin")}
    return people | {"owner": leg.owner, "borrower_centre": leg.borrower, "number": leg.number}


def test_each_measure_by_hand(session: Session) -> None:
    made = play(session)
    said = facts(session, Span(2025))
    owner, borrower = said[made["owner"].id], said[made["borrower_centre"].id]
    numbers = {one.name: one.of(owner) for one in MEASURES}
    assert numbers | {"sessions": 0, "attendances": 0, "village": 0} == {
        "lent": 1, "lent_days": 2, "borrowed": 0, "borrowed_days": 0, "net": 2, "on_time": 100.0, "refused": 50.0, "red": 0,
        "answer_days": 0.0, "shared": 1, "rating": 4.0, "weighted": 4.0, "breached": 0, "damaged": 0, "training": 0.0,
        "sessions": 0, "attendances": 0, "village": 0,
    }  # fmt: skip
    assert {one.name: one.of(borrower) for one in MEASURES}["net"] == -2
    assert {(len(one.lent), len(one.answered)) for one in facts(session, Span(2025, 3)).values()} == {(0, 0)}
    assert len(facts(session, Span(2025, 2))[made["owner"].id].lent) == 1


def test_the_answer_is_counted_from_the_first_sending_to_the_first_answer(session: Session) -> None:
    """Submitted on Monday; an offer on Wednesday counts two days, whatever is said after it."""
    stage = build(session)
    leg = stage.play(stage.leg(), ("borrower", "submit"))
    leg = stage.act("handler", leg, "offer", at=stage.now + timedelta(days=2), conditions=[{"text": "自备饮水"}])
    leg = stage.act("borrower", leg, "counter", at=stage.now + timedelta(days=2), note="再早一天行吗")
    stage.act("handler", leg, "approve", at=stage.now + timedelta(days=3))
    said = facts(session, Span(2025))[leg.owner_id]
    assert said.waited == {leg.id: 2}


def week(stage: Stage, n: int) -> Leg:
    """A draft of n weeks later."""
    start = START + timedelta(weeks=n)
    return stage.leg(starts_at=start, ends_at=start + timedelta(hours=8), second_starts_at=None, second_ends_at=None)


def damage(stage: Stage) -> list[Leg]:
    """One loan with a problem reported and microphones agreed lost and damaged, one with something used up."""
    lacking = {"items": [ITEMS[0], {"item": "话筒", "counted": 1}]}
    first = stage.play(
        week(stage, 0), *TO_IN_USE, ("borrower", "report_damage", {"note": "一只话筒没有声音"}), ("staff", "check_in", lacking)
    )
    for outcome, quantity in (("lost", 1), ("damaged", 2)):
        told = {"item": "话筒", "quantity": quantity, "outcome": outcome}
        stage.play(first, ("staff", "resolve_line", told), ("borrower", "agree_line"))
    used = {"item": "话筒", "quantity": 3, "outcome": "consumed"}
    settled = (("staff", "check_in", lacking), ("staff", "resolve_line", used), ("borrower", "agree_line"))
    return [first, stage.play(week(stage, 1), *TO_IN_USE, *settled)]


def said_of(one: Facts, name: str) -> tuple[float | None, list[str], str]:
    """A measure's number, what each loan adds, the formula with numbers."""
    measure = next(measure for measure in MEASURES if measure.name == name)
    assert measure.each is not None
    return measure.of(one), [measure.each(one, leg) for leg in measure.legs(one)], measure.reckoned(one) if measure.reckoned else ""


def test_a_loan_with_damage_or_loss_counts_once_for_the_borrower(session: Session) -> None:
    stage = build(session)
    first, _used = damage(stage)
    said = facts(session, Span(2025))
    assert said_of(said[stage.borrower.id], "damaged") == (1, ["上报异常1次、遗失1件、损坏2件"], "")
    assert list(said[stage.borrower.id].damaged) == [first.id]
    assert said[stage.owner.id].damaged == {}
    assert facts(session, Span(2025, 1))[stage.borrower.id].damaged == {}


def test_what_is_only_asked_or_refused_is_no_loss(session: Session) -> None:
    stage = build(session)
    lost = {"item": "话筒", "quantity": 1, "outcome": "lost"}
    lacking = {"items": [ITEMS[0], {"item": "话筒", "counted": 3}]}
    leg = stage.play(week(stage, 0), *TO_IN_USE, ("staff", "check_in", lacking), ("staff", "resolve_line", lost))
    assert facts(session, Span(2025))[stage.borrower.id].damaged == {}
    stage.act("borrower", leg, "refuse_line", note="还在我们馆里，下周送回。")
    assert facts(session, Span(2025))[stage.borrower.id].damaged == {}


def test_few_ratings_are_drawn_towards_the_mean_of_the_alliance(session: Session) -> None:
    """The owner has five and four stars, the borrower three; of all the mean is four."""
    stage = build(session)
    closed = (*TO_RETURNED, ("staff", "close"))
    stage.play(week(stage, 0), *closed, ("borrower", "rate", {"stars": 5}), ("staff", "rate", {"stars": 3}))
    stage.play(week(stage, 1), *closed, ("borrower", "rate", {"stars": 4}))
    said = facts(session, Span(2025))
    assert said_of(said[stage.owner.id], "weighted") == (
        4.2, ["5星", "4星"], "（9 + 3 × 4）÷（2 + 3），4是期内全联盟的平均"
    )  # fmt: skip
    assert said_of(said[stage.borrower.id], "weighted")[0] == 3.75
    assert said[stage.people["stranger"].centre.id].weighted is None  # type: ignore[union-attr]


def test_training_days_are_shared_among_who_holds_a_post(session: Session) -> None:
    """Seven of the owner's people; one was away for nine days, and nobody of the borrower."""
    stage = build(session, kind="talent")
    consent = ("handler", "record_consent", {"given_on": NOW.date(), "how": "phone"})
    back = ("borrower", "send_back", {"sessions": 0, "attendances": 0, "figures": {"training_days": 8, "training_hours": 6}})
    leg = stage.play(stage.leg(**SECONDED), TO_IN_USE[0], consent, ("handler", "approve", {"choice": 1}), *TO_IN_USE[-2:])
    stage.now = START + timedelta(days=10)
    leg = stage.play(leg, back, ("staff", "check_in", {"items": ITEMS}), ("staff", "close"))
    with clock.moved(stage.now):
        said = facts(session, Span(2025, 2))
        posts = {post.person_id for person in stage.people.values() for post in person.posts if post.centre_id == stage.owner.id}
        assert len(posts) == 7
        assert said_of(said[stage.owner.id], "training") == (1.29, ["9天"], "9天 ÷ 7人")
        assert list(said[stage.owner.id].trained) == [leg.id]
        assert said[stage.borrower.id].training_days == 0
        stage.people["keeper"].active = False
        session.flush()
        assert facts(session, Span(2025, 2))[stage.owner.id].staff == 6
        assert facts(session, Span(2025, 1))[stage.owner.id].trained == {}


@BOTH
def test_the_number_of_queries_stays(app: Flask, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]) -> None:
    """With loans of every sort as without any; on both databases."""
    admin = write(lambda session: make.admin(session).id)
    client = signed_in(admin)

    def queries() -> int:
        client.get("/figures/scorecard?year=2025")
        with asked_of(app) as sent:
            assert client.get("/figures/scorecard?year=2025").status_code == 200
        return len(sent)

    before = queries()

    def more(session: Session) -> None:
        for _turn in range(2):
            stage = build(session)
            damage(stage)
            stage.play(week(stage, 5), *TO_RETURNED, ("staff", "close"), ("borrower", "rate", {"stars": 4}))

    write(more)
    assert queries() == before


@pytest.mark.parametrize(
    ("span", "first", "after"), [(Span(2025), "2024-12-31", "2025-12-31"), (Span(2025, 4), "2025-09-30", "2025-12-31")]
)
def test_a_span_begins_and_ends_at_midnight_in_china(span: Span, first: str, after: str) -> None:
    assert [f"{one:%Y-%m-%d %H}" for one in span.ends] == [f"{first} 16", f"{after} 16"]


@BOTH
def test_its_pages(write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]) -> None:
    def run(session: Session) -> dict[str, Any]:
        made = play(session)
        other = make.person(session, make.centre(session)).id
        made["english"] = make.person(session, made["owner"], locale="en").id
        return made | {"owner": made["owner"].slug, "borrower_centre": made["borrower_centre"].slug, "other": other}

    made = write(run)
    staff, admin = signed_in(made["staff"]), signed_in(made["admin"])
    page = staff.get("/figures/scorecard?year=2025")
    assert f"/figures/scorecard/{made['owner']}/refused?year=2025" in page.text
    assert f'href="/search?centre={made["owner"]}&amp;kind=talent&amp;kind=venue&amp;kind=stage_truck"' in page.text
    assert made["borrower_centre"] not in page.text
    assert made["borrower_centre"] in admin.get("/figures/scorecard?year=2025").text
    loans = staff.get(f"/figures/scorecard/{made['owner']}/lent?year=2025")
    assert made["number"] in loans.text
    rated = staff.get(f"/figures/scorecard/{made['owner']}/weighted?year=2025")
    assert "（4 + 3 × 4）÷（1 + 3）" in rated.text
    assert "4星" in rated.text
    english = signed_in(made["english"]).get(f"/figures/scorecard/{made['owner']}/lent?year=2025&quarter=2")
    assert "Scorecard 2025 Quarter 2" in english.text
    assert staff.get(f"/figures/scorecard/{made['borrower_centre']}/lent?year=2025").status_code == 403
    assert staff.get("/figures/scorecard.xlsx?year=2025&quarter=2").data[:2] == b"PK"
    assert signed_in(made["other"]).get(f"/figures/scorecard/{made['owner']}/lent").status_code == 403
