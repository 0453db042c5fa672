"""What lies between neighbours: one crew, the way of what moves, places that are not known; and what is free instead."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from alliance import clock
from alliance.catalogue import gaps, occupancy
from alliance.catalogue.availability import at
from alliance.catalogue.busy import busy_between
from alliance.catalogue.free import nearest_free
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Opening
from alliance.db import db, transaction
from alliance.errors import Conflict
from alliance.exchange.models import Line
from alliance.places import Travel
from alliance.worktime import spoken_minutes
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HOME, NEAR, FAR = (28.0, 112.5), Place("河东村", "990101", 28.1, 112.5), Place("山口镇", "990101", 28.6, 112.5)


@pytest.fixture
def here(app: Flask):
    with app.app_context(), clock.moved(NOON - 3 * DAY):
        yield db.session


def truck(session, **values):
    owner = make.centre(session, lat=HOME[0], lng=HOME[1])
    made = make.resource(session, owner, kind="stage_truck", details={"setup_min": 25, "strike_min": 20}, **values)
    return made, leg(session, owner, make.centre(session)), leg(session, owner, make.centre(session))


@BOTH
def test_one_crew_needs_both_buffers_one_after_the_other(here) -> None:
    with transaction() as session:
        hall = make.resource(session, make.centre(session), buffer_before=30, buffer_after=60, one_crew=True)
        taker = leg(session, hall.owner, make.centre(session))
        occupancy.take(session, None, resource=hall, start=NOON, end=NOON + HOUR, leg_id=taker.id)
        for minutes, free in ((89, False), (90, True)):
            start = NOON + HOUR + minutes * MINUTE
            assert (occupancy.clashes(session, hall, start, start + HOUR) == ()) is free
            assert (hall.id not in busy_between(session, start, start + HOUR)) is free
            end = NOON - minutes * MINUTE
            assert (occupancy.clashes(session, hall, end - HOUR, end) == ()) is free


@BOTH
def test_truck_strikes_drives_and_sets_up(here) -> None:
    """From 28.6 to 28.1 degrees: 72.3 km on the road, 109 minutes; 20 to strike and 25 to set up."""
    with transaction() as session:
        bus, first, second = truck(session)
        (row,) = occupancy.take(session, None, resource=bus, start=NOON, end=NOON + HOUR, leg_id=first.id, place=FAR)
        assert (row.place, row.km, row.minutes, row.way_source) == ("山口镇", 86.7, 131, "great_circle")
        needed = 20 + 109 + 25
        for minutes, why in ((needed - 1, ["travel"]), (needed, [])):
            start = NOON + HOUR + minutes * MINUTE
            found = occupancy.clashes(session, bus, start, start + HOUR, place=NEAR)
            assert [clash.why for clash in found] == why
            assert (bus.id in busy_between(session, start, start + HOUR, place=NEAR)) is bool(why)
            if found:
                said = occupancy.say(found[0])
                assert "从山口镇到河东村约 72.3 km，路上1小时49分钟" in said
                assert f"共需{spoken_minutes(needed, 'zh')}" in said
            end = NOON - minutes * MINUTE
            assert [clash.why for clash in occupancy.clashes(session, bus, end - HOUR, end, place=NEAR)] == why
        with pytest.raises(Conflict, match="相隔不够"):
            start = NOON + 2 * HOUR
            occupancy.take(session, None, resource=bus, start=start, end=start + HOUR, leg_id=second.id, place=NEAR)


def test_home_lies_at_both_ends(here) -> None:
    """Before and after a block the truck is at home: 86.7 km and 131 minutes from the far place, beside set-up or strike."""
    with transaction() as session:
        bus, _first, _second = truck(session)
        make.occupancy(session, bus, NOON, 2, kind="maintenance")
        after, before = NOON + 2 * HOUR + (131 + 25) * MINUTE, NOON - (131 + 20) * MINUTE
        assert occupancy.clashes(session, bus, after, after + HOUR, place=FAR) == ()
        assert occupancy.clashes(session, bus, after - MINUTE, after + HOUR, place=FAR)[0].why == "travel"
        assert occupancy.clashes(session, bus, before - HOUR, before, place=FAR) == ()
        assert occupancy.clashes(session, bus, before - HOUR, before + MINUTE, place=FAR)[0].why == "travel"
        assert bus.id in busy_between(session, after - MINUTE, after + HOUR, place=FAR)
        assert bus.id not in busy_between(session, after, after + HOUR, place=FAR)


def test_person_only_travels_and_a_hall_never(here) -> None:
    with transaction() as session:
        teacher = make.resource(session, make.centre(session), kind="talent", details={})
        hall = make.resource(session, teacher.owner, details={"setup_min": 90, "strike_min": 90})
        taker = leg(session, teacher.owner, make.centre(session))
        for thing in (teacher, hall):
            occupancy.take(session, None, resource=thing, start=NOON, end=NOON + HOUR, leg_id=taker.id, place=FAR)
        start = NOON + HOUR + 109 * MINUTE
        assert occupancy.clashes(session, teacher, start, start + HOUR, place=NEAR) == ()
        assert occupancy.clashes(session, teacher, start - MINUTE, start + HOUR, place=NEAR)
        assert occupancy.clashes(session, hall, NOON + HOUR, NOON + 2 * HOUR, place=NEAR) == ()
        assert (occupancy.of_leg(session, taker.id)[1].place, occupancy.of_leg(session, taker.id)[1].km) == ("", None)


def test_place_without_coordinates_counts_no_way_and_borrows_those_of_its_county(here) -> None:
    with transaction() as session:
        bus, first, _second = truck(session)
        occupancy.take(session, None, resource=bus, start=NOON, end=NOON + HOUR, leg_id=first.id, place=Place("某村", "999999"))
        start = NOON + HOUR + 45 * MINUTE  # striking and setting up are known
        assert occupancy.clashes(session, bus, start, start + HOUR, place=FAR) == ()
        assert occupancy.clashes(session, bus, start - MINUTE, start + HOUR, place=FAR)[0].way is None
        make.centre(session, division_code="990777", lat=28.6, lng=112.5)
        assert gaps.placed(session, "某村", "990777001", None, None).point == FAR.point
        assert gaps.placed(session, "某村", "990778", None, None).point is None


def test_matrix_may_say_how_far_it_is(here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "road", lambda _one, _other: Travel(12.0, 30, "matrix"))
    with transaction() as session:
        bus, first, _second = truck(session)
        (row,) = occupancy.take(session, None, resource=bus, start=NOON, end=NOON + HOUR, leg_id=first.id, place=FAR)
        assert (row.km, row.minutes, row.way_source) == (12.0, 30, "matrix")
        start = NOON + HOUR + 75 * MINUTE
        assert occupancy.clashes(session, bus, start, start + HOUR, place=NEAR) == ()


@BOTH
def test_lines_of_one_leg_have_their_own_periods(here) -> None:
    """Stops of a tour: each is put anew alone, and stands in the way of the others like anybody's."""
    with transaction() as session:
        bus, tour, _other = truck(session)
        lines = [make_line(session, tour, bus) for _ in range(2)]
        for n, line in enumerate(lines):
            start = NOON + n * DAY
            occupancy.take(session, None, resource=bus, start=start, end=start + HOUR, leg_id=tour.id, line_id=line, place=FAR)
        with pytest.raises(Conflict, match="相隔不够"):
            start = NOON + DAY - HOUR
            occupancy.take(session, None, resource=bus, start=start, end=start + HOUR / 2, leg_id=tour.id, line_id=lines[0])
        occupancy.take(session, None, resource=bus, start=NOON + HOUR, end=NOON + 2 * HOUR, leg_id=tour.id, line_id=lines[0])
        occupancy.extend(session, leg_id=tour.id, end=NOON + DAY + 3 * HOUR)
        assert [(row.starts_at, row.ends_at) for row in occupancy.of_leg(session, tour.id)] == [
            (NOON + HOUR, NOON + 2 * HOUR),
            (NOON + DAY, NOON + DAY + 3 * HOUR),
        ]


def make_line(session, of, thing) -> int:
    line = Line(leg_id=of.id, resource_id=thing.id)
    session.add(line)
    session.flush()
    return line.id


def test_clocks_that_go_back_leave_no_hole(here) -> None:
    """On 25 October 2026 it is half past two twice in Berlin: an hour apart, and told apart."""
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    with transaction() as session:
        hall = make.resource(session, make.centre(session))
        taker, other = leg(session, hall.owner, make.centre(session)), leg(session, hall.owner, make.centre(session))
        (row,) = occupancy.take(session, None, resource=hall, start=first, end=second, leg_id=taker.id)
        assert row.ends_at - row.starts_at == HOUR
        occupancy.take(session, None, resource=hall, start=second, end=second + HOUR, leg_id=other.id)


# The nearest that is free --------------------------------------------------


def local(day: int, hour: int) -> datetime:
    return at(date(2026, 11, day), time(hour))


@BOTH
def test_nearest_is_told_on_either_side_and_within(here) -> None:
    with transaction() as session:
        hall = make.resource(session, make.centre(session), buffer_after=30)
        make.occupancy(session, hall, local(2, 14), 3)
        found = nearest_free(session, hall, local(2, 13), local(2, 17))
        assert [clash.why for clash in found.clashes] == ["busy"]
        assert found.before == (local(2, 9) + HOUR / 2, local(2, 13) + HOUR / 2)
        assert found.after == (local(2, 17) + HOUR / 2, local(2, 21) + HOUR / 2)
        assert found.shorter is None
        found = nearest_free(session, hall, local(2, 11), local(2, 17))
        assert found.shorter == (local(2, 11), local(2, 13) + HOUR / 2)
        assert nearest_free(session, hall, local(2, 18), local(2, 20)).is_free


def test_nearest_keeps_to_the_opening_hours_and_to_what_is_left(here) -> None:
    with transaction() as session:
        hall = make.resource(session, make.centre(session))
        hall.openings = [Opening(weekday=day, opens=time(9), closes=time(12)) for day in (0, 2)]  # Monday and Wednesday
        session.flush()
        found = nearest_free(session, hall, local(3, 9), local(3, 11))
        assert (found.is_open, found.clashes) == (False, ())
        assert (found.before, found.after) == ((local(2, 9), local(2, 11)), (local(4, 9), local(4, 11)))
        pool = make.resource(session, hall.owner, quantity=3)
        taker = leg(session, hall.owner, make.centre(session))
        occupancy.take(session, None, resource=pool, start=local(2, 9), end=local(2, 12), leg_id=taker.id, quantity=2)
        assert nearest_free(session, pool, local(2, 9), local(2, 11), quantity=1).is_free
        assert nearest_free(session, pool, local(2, 9), local(2, 11), quantity=2).after == (local(2, 12), local(2, 14))


def test_nearest_of_a_truck_leaves_time_for_the_way(here) -> None:
    with transaction() as session:
        bus, first, _second = truck(session)
        occupancy.take(session, None, resource=bus, start=local(2, 9), end=local(2, 12), leg_id=first.id, place=FAR)
        found = nearest_free(session, bus, local(2, 13), local(2, 15), place=NEAR)
        assert found.clashes[0].why == "travel"
        assert found.after == (local(2, 14) + 45 * MINUTE, local(2, 16) + 45 * MINUTE)  # 154 minutes, to the next quarter
