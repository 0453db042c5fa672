"""The timeline: who has what on which day, told as far as the reader is a party to it."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.calendars import timeline
from alliance.calendars.wanted import Wanted
from alliance.catalogue.models import Opening
from alliance.db import db
from alliance.people.models import Person
from alliance.worktime.rows import seed_calendar
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH
from tests.queries import counted

NOW = datetime(2026, 9, 28, 2, tzinfo=UTC)


def cast(session: Any) -> dict[str, int]:
    """An owner with a hall and a truck, the borrower of the hall, and a third centre."""
    owner, borrower, third = (make.centre(session, division_code=code) for code in ("990112", "990113", "990200"))
    hall = make.resource(session, owner, title="文化馆剧场")
    hall.openings = [Opening(weekday=day, opens=time(9), closes=time(21)) for day in range(1, 7)]
    made = leg(session, owner, borrower)
    made.requested_at = NOW
    made.agreement.title = "重阳节演出"
    make.occupancy(session, hall, NOW + timedelta(days=1), hours=30, leg_id=made.id)
    truck = make.resource(session, owner, kind="stage_truck", title="大篷车", details={"vehicle_type": "stage_double"})
    make.occupancy(session, truck, NOW + timedelta(days=2), kind="block", note="馆庆自用")
    make.resource(session, third, title="看不见的厅", share_scope="county")
    seed_calendar(session)
    people = {"owner": owner, "borrower": borrower, "third": third}
    return {name: make.person(session, centre, "handler").id for name, centre in people.items()} | {"none": make.person(session).id}


def page(browser: FlaskClient, query: str = "") -> str:
    with clock.moved(NOW):
        answer = browser.get(f"/calendars/timeline{query}")
    assert answer.status_code == 200, answer.status
    return unescape(answer.text)


@BOTH
def test_parties_read_what_it_is_for_and_others_that_it_is_taken(write: Callable[..., Any], signed_in: Any) -> None:
    people = write(cast)
    pages = {name: page(signed_in(number)) for name, number in people.items() if name != "none"}
    for side in ("owner", "borrower"):
        assert "重阳节演出" in pages[side]
        assert 'href="/agreements/JY-' in pages[side]
    assert 'class="slot--mine"' in pages["borrower"]
    assert "重阳节演出" not in pages["third"]
    assert 'colspan="2" class="slot--busy"' in pages["third"]
    assert "馆庆自用" in pages["owner"]
    assert not any("馆庆自用" in pages[side] for side in ("borrower", "third"))
    assert "看不见的厅" not in pages["owner"]
    assert "国庆" in pages["third"]


@BOTH
def test_a_free_day_opens_the_form_with_that_day(write: Callable[..., Any], signed_in: Any) -> None:
    people = write(cast)
    asked, own = (page(signed_in(people[name]), "?kind=venue") for name in ("third", "owner"))
    assert "starts_at=2026-10-01T09:00&ends_at=2026-10-01T17:00" in asked.replace("%3A", ":")
    assert "starts_at=2026-09-28" not in asked  # a Monday, on which it is shut
    assert "/agreements/new?" not in own
    assert "大篷车" not in asked


@BOTH
def test_narrowed_by_what_is_free_by_place_and_by_centre(write: Callable[..., Any], signed_in: Any) -> None:
    browser = signed_in(write(cast)["borrower"])
    assert "文化馆剧场" in page(browser, "?free=3")
    assert "文化馆剧场" not in page(browser, "?free=7")
    assert "大篷车" in page(browser, "?free=7")
    assert "大篷车" in page(browser, "?area=990100")
    assert "没有符合条件的资源" in page(browser, "?area=990200")
    assert "没有符合条件的资源" in page(browser, "?centre=nowhere&from=tomorrow&span=month&free=x")


def test_only_for_members(client: FlaskClient, write: Callable[..., Any], signed_in: Any) -> None:
    people = write(cast)
    assert client.get("/calendars/timeline").status_code in (302, 401)
    assert signed_in(people["none"]).get("/calendars/timeline").status_code == 403


@BOTH
def test_two_hundred_listings_of_a_month_in_three_queries(app: Flask, write: Callable[..., Any]) -> None:
    def many(session: Any) -> int:
        for _centre in range(10):
            owner = make.centre(session)
            for n in range(21):
                hall = make.resource(session, owner)
                hall.openings = [Opening(weekday=day, opens=time(9), closes=time(21)) for day in range(7)]
                make.occupancy(session, hall, NOW + timedelta(days=n))
        return make.person(session, make.centre(session)).id

    number = write(many)
    with app.test_request_context(), clock.moved(NOW):
        person = db.session.get(Person, number)
        assert person is not None
        assert person.centre is not None
        assert person.standing
        with counted(db.engine) as sent:
            found, more = timeline.rows(db.session, person, Wanted(NOW.date(), 31), "zh_Hans")
        assert (len(found), more) == (200, True)
        assert sum(span.days for row in found for span in row.spans) == 200 * 31
        assert len(sent) <= 3, sent
