"""Tours: stops in order, each taken at its own place and time, reachable or refused, moved and ordered together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import occupancy
from alliance.errors import Conflict, Invalid
from alliance.exchange import replay, requests, stops, touring, waiting
from alliance.exchange.models import Leg
from alliance.exchange.ordering import Slot, length, shortest
from tests.conftest import BOTH
from tests.exchange.stage import START, Stage, build, form

DAY = timedelta(days=1)
SHOW = timedelta(hours=3)
AT = {"near": (30.05, 120.0), "far": (30.5, 120.0), "farther": (31.0, 120.0)}


def stop(name: str, start: datetime, **more: Any) -> dict[str, Any]:
    """A stop of three hours at one of the places."""
    lat, lng = AT[name]
    told = {"place": f"{name}村", "division_code": "990102", "lat": lat, "lng": lng, "audience": 100, "road_height_m": 4.5}
    return stops.kept(stops.Stop(starts_at=start, ends_at=start + SHOW, **(told | more)))


THREE = [stop("near", START), stop("far", START + DAY), stop("farther", START + 2 * DAY)]


@pytest.fixture
def stage(session: Session) -> Iterator[Stage]:
    made = build(session, kind="stage_truck", lat=30.0, lng=120.0, details={"height_m": 4.0, "setup_min": 60, "strike_min": 30})
    yield made
    with clock.moved(made.now):
        assert replay.differences(session) == []


def tour(stage: Stage, found: list[dict[str, Any]] | None = None, **asked: Any) -> Leg:
    with clock.moved(stage.now):
        wanted = form(stops=found or THREE, **asked)
        made = requests.start(stage.session, stage.people["borrower"], resource=stage.thing, form=wanted, kind="tour")
    return made.legs[0]


def taken(stage: Stage, leg: Leg) -> list[tuple[datetime, str]]:
    return [(row.starts_at, row.place) for row in occupancy.of_leg(stage.session, leg.id)]


def granted(stage: Stage, leg: Leg) -> Leg:
    return stage.play(leg, ("borrower", "submit"), ("handler", "accept_handling"), ("handler", "approve"), ("director", "approve"))


@BOTH
def test_each_stop_is_taken_at_its_own_place_and_all_is_over_with_the_last(stage: Stage) -> None:
    leg = tour(stage)
    assert (leg.starts_at, leg.ends_at) == (START, START + 2 * DAY + SHOW)
    leg = granted(stage, leg)
    assert leg.state == "confirmed"
    assert taken(stage, leg) == [(START, "near村"), (START + DAY, "far村"), (START + 2 * DAY, "farther村")]
    assert [line.quantity for line in leg.lines] == [1, 1, 1]
    with clock.moved(stage.now):
        between = occupancy.clashes(stage.session, stage.thing, START + 8 * SHOW / 3, START + 9 * SHOW / 3, place=None)
        assert between == ()
    later = START + timedelta(hours=1)
    leg = stage.act("director", leg, "force_cancel", at=later, ground="safety", reason="台风红色预警，停止一切户外演出")
    assert taken(stage, leg) == [(START, "near村")]


@BOTH
def test_of_two_tours_over_one_stop_the_second_falls(stage: Stage) -> None:
    first, second = tour(stage), tour(stage, [stop("far", START + DAY), stop("near", START + 3 * DAY)])
    second = stage.act("borrower", second, "submit")
    first = granted(stage, first)
    with clock.moved(stage.now):
        second = stage.play(second, ("handler", "accept_handling"))
        with pytest.raises(Conflict):
            stage.act("handler", second, "approve")


def test_what_wants_the_days_between_two_stops_is_no_rival(stage: Stage) -> None:
    leg = tour(stage, [stop("near", START), stop("near", START + 6 * DAY)])
    then = {"starts_at": START + 3 * DAY, "ends_at": START + 3 * DAY + SHOW, "second_starts_at": None, "second_ends_at": None}
    between = stage.leg(**then, road_height_m=5)
    between = stage.act("borrower", between, "submit")
    with clock.moved(stage.now):
        assert waiting.waiting_between(stage.session, stage.thing, START + 3 * DAY, START + 4 * DAY) == 1
    leg = stage.act("borrower", leg, "submit")
    with clock.moved(stage.now):
        assert waiting.waiting_between(stage.session, stage.thing, START + 3 * DAY, START + 4 * DAY) == 1
        assert waiting.waiting_between(stage.session, stage.thing, START + 3 * DAY, START + 4 * DAY, but=leg.borrower) == 0
        assert waiting.rivals(stage.session, [leg, between]) == {leg.id: 0, between.id: 0}


def test_a_stop_that_cannot_be_reached_is_refused_with_the_way(stage: Stage) -> None:
    leg = tour(stage, [stop("near", START), stop("farther", START + SHOW + timedelta(hours=2)), stop("far", START + DAY)])
    with pytest.raises(Invalid, match=r"第1站到第2站约.*赶不到"):
        stage.act("borrower", leg, "submit")
    assert leg.state == "draft"


def test_a_long_way_between_two_stops_is_told_in_hours(stage: Stage) -> None:
    leg = tour(stage, [stop("near", START), stop("farther", START + SHOW + timedelta(hours=2), lat=33.0), stop("far", START + DAY)])
    with pytest.raises(Invalid, match=r"要\d+小时\d+分钟，中间只有2小时，赶不到"):
        stage.act("borrower", leg, "submit")


def test_the_ground_of_every_stop_is_checked(stage: Stage) -> None:
    leg = tour(stage, [stop("near", START), stop("far", START + DAY, road_height_m=3.5)])
    with pytest.raises(Invalid, match=r"第2站：沿途限高 3\.5"):
        stage.act("borrower", leg, "submit")
    with pytest.raises(Invalid, match="至少两站"):
        stage.act("borrower", tour(stage, THREE[:1]), "submit")


def test_offered_dates_move_all_stops_alike(stage: Stage) -> None:
    leg = stage.play(tour(stage), ("borrower", "submit"), ("handler", "accept_handling"))
    dates = {"starts_at": START + 7 * DAY, "ends_at": START + 9 * DAY + SHOW}
    with pytest.raises(Invalid, match="一起平移"):
        stage.act("handler", leg, "offer", starts_at=START + 7 * DAY, ends_at=START + 8 * DAY)
    leg = stage.play(leg, ("handler", "offer", dates), ("director", "approve"))
    assert leg.state == "offered"
    assert [start for start, _place in taken(stage, leg)] == [START + n * DAY for n in (7, 8, 9)]
    back = {"starts_at": START + 14 * DAY, "ends_at": START + 16 * DAY + SHOW, "note": "再晚一周"}
    leg = stage.act("borrower", leg, "counter", **back)
    assert taken(stage, leg) == []
    assert [stops.span(one)[0] for one in leg.terms[-1].content["stops"]] == [START + n * DAY for n in (14, 15, 16)]
    leg = stage.play(leg, ("handler", "approve"), ("director", "approve"))
    assert leg.state == "confirmed"


def test_fewer_stops_after_a_completion_leave_no_date_behind(stage: Stage) -> None:
    leg = stage.play(tour(stage), ("borrower", "submit"), ("handler", "accept_handling"))
    leg = stage.play(leg, ("handler", "offer", {"conditions": [{"text": "自带发电机"}]}), ("director", "approve"))
    assert len(taken(stage, leg)) == 3
    leg = stage.act("borrower", leg, "counter", note="只去两处")
    leg = stage.act("handler", leg, "return_for_completion", items=["rain_plan"], note="")
    leg = stage.act("borrower", leg, "complete", **form(stops=THREE[:2]).model_dump())
    leg = stage.play(leg, ("handler", "approve"), ("director", "approve"))
    assert [place for _start, place in taken(stage, leg)] == ["near村", "far村"]


def test_an_extension_lengthens_the_last_stop_only(stage: Stage) -> None:
    leg = granted(stage, tour(stage))
    items = [{"item": "舞台车", "counted": 1}]
    leg = stage.act("handler", leg, "hand_over", at=START, items=items)
    leg = stage.act("borrower", leg, "receive", at=START, items=items)
    until = START + 2 * DAY + 2 * SHOW
    leg = stage.act("borrower", leg, "ask_extension", at=START + DAY, until=until, reason="加演一场，观众很多")
    leg = stage.act("handler", leg, "grant", at=START + DAY)
    rows = occupancy.of_leg(stage.session, leg.id)
    assert [row.ends_at for row in rows] == [START + SHOW, START + DAY + SHOW, until]


def test_a_shorter_order_is_proposed_and_fixed_days_stay(stage: Stage) -> None:
    crossed = [THREE[2], THREE[0], THREE[1]]
    found = touring.reordered(THREE, (2, 0, 1))
    assert [one["place"] for one in found] == [one["place"] for one in crossed]
    with clock.moved(stage.now):
        better = touring.better(stage.session, stage.thing, found)
        assert better is not None
        assert better.after < better.before
        assert better.reaches
        ordered = [found[place]["place"] for place in better.order]
        assert ordered in (["near村", "far村", "farther村"], ["farther村", "far村", "near村"])
        held = [dict(one, fixed=True) for one in found]
        assert touring.better(stage.session, stage.thing, held) is None
        assert touring.better(stage.session, stage.thing, touring.reordered(found, better.order)) is None


def test_an_order_that_reaches_every_stop_is_proposed_even_when_it_is_no_shorter(stage: Stage) -> None:
    tight = START + SHOW + timedelta(minutes=200)
    found = [stop("near", START), stop("farther", tight), stop("far", tight + DAY)]
    with clock.moved(stage.now):
        better = touring.better(stage.session, stage.thing, found)
        assert better is not None
        assert not better.reaches
        assert touring.too_far(touring.way(stage.session, stage.thing, touring.reordered(found, better.order))) == []


def test_the_way_tells_the_empty_run(stage: Stage) -> None:
    with clock.moved(stage.now):
        way = touring.way(stage.session, stage.thing, THREE)
    assert len(way.hops) == 4
    assert way.known
    assert way.km == pytest.approx(2 * way.hops[-1].way.km, abs=0.3)  # out and back on one line
    assert way.empty_km == pytest.approx(way.hops[0].way.km + way.hops[-1].way.km, abs=0.11)


def keeps(order: tuple[int, ...], slots: list[Slot], minutes: list[list[float]], fixed: dict[int, int]) -> bool:
    room = (slots[k + 1].start - slots[k].end - 60 >= minutes[order[k]][order[k + 1]] for k in range(len(order) - 1))
    return all(room) and all(order[slot] == place for place, slot in fixed.items())


def test_the_shortest_round_is_what_trying_all_of_them_finds() -> None:
    dice = Random(20261128)
    for count in (1, 2, 4, 6) * 12:
        points = [(dice.random() * 100, dice.random() * 100) for _ in range(count + 1)]
        road = [[((a - c) ** 2 + (b - d) ** 2) ** 0.5 for c, d in points] for a, b in points]
        minutes = [[1.5 * km for km in row] for row in road]
        slots, at = [], 0
        for _ in range(count):
            at += dice.choice((120, 200, 600))
            slots.append(Slot(at, at + 180))
            at += 180
        fixed = {0: count - 1} if count > 1 and dice.random() < 0.3 else {}
        kept = [order for order in permutations(range(count)) if keeps(order, slots, minutes, fixed)]
        found = shortest(road, minutes, slots, between=60, fixed=fixed)
        if found is None:
            assert kept == []
        else:
            assert tuple(found) in kept
            assert length(road, found) == pytest.approx(min(length(road, order) for order in kept))


def test_stops_do_not_overlap_and_say_the_whole() -> None:
    asked = form(stops=[THREE[1], THREE[0]])
    assert [one.place for one in asked.stops] == ["near村", "far村"]
    assert (asked.place, asked.sessions, asked.starts_at, asked.ends_at) == ("near村", 2, START, START + DAY + SHOW)
    with pytest.raises(ValueError, match="时间重叠"):
        form(stops=[THREE[0], stop("far", START + timedelta(hours=1))])
    with pytest.raises(Invalid):
        touring.put(THREE, None, stops.Stop.model_validate(stop("far", START + timedelta(hours=1))))
