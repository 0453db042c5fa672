"""What is free: openings, days, the next stretch, who is busy, and that the ways of asking agree."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from alliance import clock
from alliance.catalogue import availability, occupancy
from alliance.catalogue.availability import at, days, is_open, midnight
from alliance.catalogue.busy import busy_between
from alliance.catalogue.free import next_free
from alliance.catalogue.models import Opening, OpeningException, Resource
from alliance.db import db, transaction
from tests import make
from tests.conftest import BOTH
from tests.queries import counted

MONDAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def here(app: Flask):
    with app.app_context(), clock.moved(NOW):
        yield db.session


def hall(session, **values) -> Resource:
    """Open from Tuesday to Sunday, 9:00–11:30 and 13:00–20:30."""
    made = make.resource(session, make.centre(session), **values)
    slots = ((time(9), time(11, 30)), (time(13), time(20, 30)))
    made.openings = [Opening(weekday=weekday, opens=opens, closes=closes) for weekday in range(1, 7) for opens, closes in slots]
    session.flush()
    return made


def truck(session, **values) -> Resource:
    return make.resource(session, make.centre(session), kind="stage_truck", **values)


def test_venue_is_open_by_its_template_and_its_exceptions(here) -> None:
    with transaction() as session:
        room = hall(session)
        tuesday = MONDAY + DAY
        assert is_open(room, at(tuesday, time(9)), at(tuesday, time(20, 30)))
        assert is_open(room, midnight(tuesday), midnight(tuesday + 3 * DAY))
        assert not is_open(room, at(tuesday, time(8, 59)), at(tuesday, time(10)))
        assert not is_open(room, at(tuesday, time(19)), at(tuesday, time(21)))
        assert not is_open(room, at(MONDAY, time(9)), at(MONDAY, time(10)))
        assert not is_open(room, midnight(MONDAY), midnight(MONDAY + 2 * DAY))
        room.exceptions = [
            OpeningException(day=MONDAY, opens=time(18), closes=time(22)),
            OpeningException(day=tuesday),
        ]
        session.flush()
        assert is_open(room, at(MONDAY, time(18)), at(MONDAY, time(22)))
        assert not is_open(room, at(tuesday, time(9)), at(tuesday, time(10)))


def test_others_are_open_but_in_their_closed_months(here) -> None:
    with transaction() as session:
        bus = truck(session, details={"closed_months": [12]})
        assert is_open(bus, midnight(MONDAY), midnight(MONDAY + 3 * DAY))
        assert not is_open(bus, midnight(date(2026, 11, 30)), midnight(date(2026, 12, 2)))
        bus.state = "maintenance"
        assert not is_open(bus, midnight(MONDAY), midnight(MONDAY + DAY))


@BOTH
def test_days_say_what_each_is(here) -> None:
    with transaction() as session:
        room, bus = hall(session), truck(session)
        make.occupancy(session, room, at(MONDAY + DAY, time(9)), 1)
        make.occupancy(session, room, at(MONDAY + 2 * DAY, time(11)), 4, kind="hold", expires_at=NOW + HOUR)
        make.occupancy(session, room, at(MONDAY + 3 * DAY, time(8)), 13)
        make.occupancy(session, room, at(MONDAY + 4 * DAY, time(8)), 13, kind="hold", expires_at=NOW)
        make.occupancy(session, bus, midnight(MONDAY + DAY), 24, kind="maintenance")
        make.occupancy(session, bus, midnight(MONDAY + 2 * DAY), 48)
        found = days(session, [room, bus], MONDAY - DAY, 8)
    states = {one: [day.state for day in row] for one, row in found.items()}
    assert states[room.id] == ["past", "off", "free", "held", "busy", "free", "free", "free"]
    assert states[bus.id] == ["past", "free", "off", "busy", "busy", "free", "free", "free"]
    assert [day.part for day in found[room.id]] == [False, False, True, False, False, False, False, False]
    assert found[bus.id][2].why == "maintenance"


def test_part_of_a_hall_is_busy_with_the_whole(here) -> None:
    with transaction() as session:
        whole = make.resource(session, make.centre(session), units=2)
        part = make.resource(session, whole.owner, units=0)
        part.units = [whole.units[0]]
        session.flush()
        make.occupancy(session, whole, midnight(MONDAY + DAY), 24)
        assert [day.state for day in days(session, [part], MONDAY + DAY, 2)[part.id]] == ["busy", "free"]
        assert busy_between(session, midnight(MONDAY + DAY), midnight(MONDAY + 2 * DAY)) == {whole.id, part.id}


def test_days_count_who_waits(here, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        bus = truck(session)
        wish = (bus.id, midnight(MONDAY + DAY), midnight(MONDAY + 3 * DAY))
        monkeypatch.setattr(availability, "waiting", lambda *_asked: [wish, wish])
        assert [day.waiting for day in days(session, [bus], MONDAY, 4)[bus.id]] == [0, 2, 2, 0]


def test_days_take_as_many_queries_for_fifty_as_for_five(here) -> None:
    with transaction() as session:
        for _ in range(50):
            make.occupancy(session, hall(session), NOW + DAY)
    shown = db.session.scalars(db.session.query(Resource).statement).unique().all()
    counts = []
    for some in (shown[:5], shown):
        with counted(db.engine) as sent:
            assert len(days(db.session, some, MONDAY, 31)) == len(some)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 4  # slots, exceptions, occupancies, who waits


def test_next_free_stretch(here) -> None:
    with transaction() as session:
        room, bus = hall(session, buffer_before=60), truck(session)
        make.occupancy(session, bus, midnight(MONDAY + DAY), 24)
        assert next_free(session, bus, 2 * DAY, NOW) == (midnight(MONDAY + 2 * DAY), midnight(MONDAY + 4 * DAY))
        make.occupancy(session, room, at(MONDAY + DAY, time(9)), 2)
        make.occupancy(session, room, at(MONDAY + DAY, time(12)), 0.5)
        # 13:00 would begin only half an hour after the neighbour's end
        start = at(MONDAY + 2 * DAY, time(9))
        assert next_free(session, room, 2 * HOUR, NOW) == (start, start + 2 * HOUR)
        assert next_free(session, room, 12 * HOUR, NOW) is None
        bus.state = "paused"
        assert next_free(session, bus, DAY, NOW) is None


@BOTH
@pytest.mark.parametrize("seed", range(3))
def test_busy_is_what_clashes_or_is_not_open(here, seed: int) -> None:
    chance = random.Random(seed)
    with transaction() as session:
        made: list[Resource] = []
        for _ in range(14):
            buffers = {"buffer_before": chance.choice((0, 0, 30, 180)), "buffer_after": chance.choice((0, 0, 60, 1500))}
            one = chance.choice((hall, truck))(
                session, state=chance.choice(("published",) * 5 + ("paused", "maintenance")), **buffers
            )
            if one.kind == "stage_truck":
                one.details = {"closed_months": chance.choice(([], [12], [11, 1]))}
            elif chance.random() < 0.4:
                day = MONDAY + chance.randrange(8) * DAY
                other = (time(7), time(22)) if chance.random() < 0.5 else (None, None)
                one.exceptions = [OpeningException(day=day, opens=other[0], closes=other[1])]
            made.append(one)
        made[1].units = [*made[1].units, *made[0].units]
        session.flush()
        for one in made:
            moment = NOW - 3 * DAY
            for _ in range(6):
                moment += timedelta(hours=chance.randrange(1, 60))
                length, kind = chance.choice((1, 2.5, 24)), chance.choice(("hold", "confirmed", "block"))
                late = {"expires_at": NOW + chance.choice((-1, 1)) * HOUR} if kind == "hold" else {}
                if not occupancy.clashes(session, one, moment, moment + timedelta(hours=length)) and one is not made[0]:
                    session.execute(
                        occupancy.sa.delete(occupancy.Occupancy).where(
                            occupancy.Occupancy.unit_id == one.units[0].id,
                            occupancy.Occupancy.starts_at < moment + timedelta(hours=length),
                            occupancy.Occupancy.ends_at > moment,
                        )
                    )
                    make.occupancy(session, one, moment, length, kind=kind, **late)
                moment += timedelta(hours=length)
        busy_ever = 0
        for _ in range(60):
            start = midnight(MONDAY) + timedelta(minutes=30 * chance.randrange(48 * 12))
            end = start + timedelta(minutes=30 * chance.choice((1, 4, 10, 48, 96)))
            if chance.random() < 0.3:
                start, end = midnight(clock.local(start).date()), midnight(clock.local(end).date() + DAY)
            busy = busy_between(session, start, end)
            slow = {one.id for one in made if occupancy.clashes(session, one, start, end) or not is_open(one, start, end)}
            assert busy == slow
            busy_ever += len(busy)
        assert 0 < busy_ever < 60 * len(made)


def test_busy_takes_three_queries_of_occupancies(here) -> None:
    with transaction() as session:
        for _ in range(20):
            make.occupancy(session, hall(session), NOW)
    with counted(db.engine) as sent:
        busy_between(db.session, NOW, NOW + HOUR)
    assert sum("FROM occupancy" in one for one in sent) == 3
    assert len(sent) <= 7
