"""Whatever is taken, held, extended, let go and declared: nothing overlaps, gaps are kept, no pool is oversold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from alliance import clock
from alliance.catalogue import gaps, occupancy, parts
from alliance.catalogue.busy import busy_between
from alliance.catalogue.free import nearest_free
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Refusal
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH
from tests.exchange.test_matrix import Undone

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PLACES = (None, Place("近", "990101", 28.05, 112.5), Place("远", "990101", 28.9, 112.9))
WHICH, START, LENGTH = st.integers(0, 4), st.integers(1, 200), st.integers(0, 24)
WHERE, COUNT = st.integers(0, 2), st.integers(1, 7)


class Shelf(RuleBasedStateMachine):
    """A theatre and its stage, a side room, a truck and a pool; undone at the end. Nobody here ever shortens what has begun."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.moved = clock.moved(NOW)
        self.moved.__enter__()
        self.writing = transaction()
        session = self.session = self.writing.__enter__()
        owner, borrower = make.centre(session, lat=28.0, lng=112.5), make.centre(session)
        self.staff = make.person(session, owner, "staff")
        self.whole = make.resource(session, owner, buffer_before=15, buffer_after=30)
        self.stage = make.resource(session, owner, buffer_after=45, one_crew=True)
        self.side = make.resource(session, owner)
        self.truck = make.resource(session, owner, kind="stage_truck", details={"setup_min": 25, "strike_min": 20})
        self.pool = make.resource(session, owner, quantity=7, buffer_after=15)
        self.things = (self.whole, self.stage, self.side, self.truck, self.pool)
        self.legs = [leg(session, owner, borrower).id for _ in range(15)]
        parts.add(session, self.staff, whole=self.whole, part=self.stage)

    def teardown(self) -> None:
        try:
            self.writing.__exit__(Undone, Undone(), None)
        except Undone:
            pass
        finally:
            self.moved.__exit__(None, None, None)
            self.context.pop()

    def attempt(self, wish: Any) -> bool:
        """Do it, or be refused and leave nothing."""
        nested = self.session.begin_nested()
        try:
            wish()
        except Refusal:
            nested.rollback()
            return False
        nested.commit()
        return True

    @rule(thing=WHICH, who=st.integers(0, 2), start=START, length=LENGTH, where=WHERE, count=COUNT, held=st.booleans())
    def ask(self, thing: int, who: int, start: int, length: int, where: int, count: int, held: bool) -> None:
        one, begin = self.things[thing], NOW + start * QUARTER
        who += 3 * thing  # a leg has one thing; what it has already is in nobody's way but the schema's
        end, place, count = begin + length * QUARTER, PLACES[where], count if one_is_pool(one) else 1
        given = {"resource": one, "start": begin, "end": end, "leg_id": self.legs[who], "place": place, "quantity": count}
        answer = None
        if length:
            asked = {"place": place, "quantity": count, "leg_id": self.legs[who], "within_days": 2}
            answer = nearest_free(self.session, one, begin, end, **asked)
        if held:
            done = self.attempt(lambda: occupancy.hold(self.session, None, expires_at=NOW + 400 * QUARTER, **given))
        else:
            done = self.attempt(lambda: occupancy.take(self.session, None, **given))
        assert done is (answer is not None and answer.is_free)  # zero length is refused

    @rule(who=st.integers(0, 14), more=st.integers(1, 12))
    def extend(self, who: int, more: int) -> None:
        rows = occupancy.of_leg(self.session, self.legs[who])
        if rows:
            end = max(row.ends_at for row in rows) + more * QUARTER
            self.attempt(lambda: occupancy.extend(self.session, leg_id=self.legs[who], end=end))

    @rule(who=st.integers(0, 14))
    def let_go(self, who: int) -> None:
        occupancy.release(self.session, leg_id=self.legs[who])

    @rule(apart=st.booleans())
    def divide(self, apart: bool) -> None:
        """The side room becomes a part of the theatre, or is set apart."""
        act = parts.remove if apart else parts.add
        self.attempt(lambda: act(self.session, self.staff, whole=self.whole, part=self.side))

    @invariant()
    def nothing_overlaps_and_gaps_are_kept(self) -> None:
        self.session.flush()
        rows = self.session.scalars(sa.select(Occupancy).order_by(Occupancy.starts_at)).all()
        for unit in {row.unit_id for row in rows} - {None}:
            for one, other in pairwise([row for row in rows if row.unit_id == unit]):
                assert one.ends_at <= other.starts_at
                if unit in {each.id for thing in (self.whole, self.stage, self.truck) for each in thing.units} - self.came_later():
                    needed = gaps.clearance(other.resource, one, gaps.place_of(other), first=True)
                    assert one.leg_id == other.leg_id or one.ends_at + needed <= other.starts_at

    def came_later(self) -> set[int]:
        """The side room's unit: what was lent before it became a part may stand nearer than gaps allow."""
        return {unit.id for unit in self.side.units}

    @invariant()
    def pool_is_never_oversold(self) -> None:
        rows = self.session.scalars(sa.select(Occupancy).where(Occupancy.resource_id == self.pool.id)).all()
        for moment in {row.starts_at for row in rows}:
            assert sum(row.quantity for row in rows if row.starts_at <= moment < row.ends_at) <= 7

    @invariant()
    def whoever_has_the_whole_has_its_parts(self) -> None:
        rows = self.session.scalars(sa.select(Occupancy).where(Occupancy.resource_id == self.whole.id)).all()
        for row in rows:
            assert {one.unit_id for one in rows if one.starts_at == row.starts_at} == {unit.id for unit in self.whole.units}

    @rule(start=START, length=st.integers(1, 24), where=WHERE)
    def search_agrees(self, start: int, length: int, where: int) -> None:
        """Who is busy by one query of all is who clashes when asked one by one."""
        begin, end = NOW + start * QUARTER, NOW + (start + length) * QUARTER
        busy = busy_between(self.session, begin, end, place=PLACES[where])
        slow = {one.id for one in self.things if occupancy.clashes(self.session, one, begin, end, place=PLACES[where])}
        assert busy == slow


def one_is_pool(thing: Any) -> bool:
    return thing.quantity > 1


@pytest.mark.long
@BOTH
def test_any_sequence_of_occupancies(app: Flask) -> None:
    machine = type("Machine", (Shelf,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=3, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
