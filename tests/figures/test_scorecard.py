"""The scorecard against loans reckoned by hand, and its pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance.figures.scorecard import MEASURES, Span, facts
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import START, TO_RETURNED, build

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
        "answer_days": 0.0, "shared": 1, "rating": 4.0, "breached": 0, "sessions": 0, "attendances": 0, "village": 0,
    }  # fmt: skip
    assert {one.name: one.of(borrower) for one in MEASURES}["net"] == -2
    assert [(one.lent, one.answered) for one in facts(session, Span(2025, 3)).values()] == [([], [])]
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
        return made | {"owner": made["owner"].slug, "borrower_centre": made["borrower_centre"].slug, "other": other}

    made = write(run)
    staff, admin = signed_in(made["staff"]), signed_in(made["admin"])
    page = staff.get("/figures/scorecard?year=2025")
    assert f"/figures/scorecard/{made['owner']}/refused?year=2025" in page.text
    assert f'href="/search?centre={made["owner"]}"' in page.text
    assert made["borrower_centre"] not in page.text
    assert made["borrower_centre"] in admin.get("/figures/scorecard?year=2025").text
    loans = staff.get(f"/figures/scorecard/{made['owner']}/lent?year=2025")
    assert made["number"] in loans.text
    assert staff.get(f"/figures/scorecard/{made['borrower_centre']}/lent?year=2025").status_code == 403
    assert staff.get("/figures/scorecard.xlsx?year=2025&quarter=2").data[:2] == b"PK"
    assert signed_in(made["other"]).get(f"/figures/scorecard/{made['owner']}/lent").status_code == 403
