"""Whatever people, the clock and the sweep do in whatever order: what must never happen does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from alliance import clock
from alliance.catalogue.models import Occupancy
from alliance.db import db, transaction
from alliance.errors import Refusal
from alliance.exchange import joint
from alliance.exchange.actions import available
from alliance.exchange.clockwork import look
from alliance.exchange.models import Ask, Leg, Report
from alliance.exchange.replay import differences
from alliance.exchange.table import ENDED, FIXED, OPEN
from tests import make
from tests.conftest import BOTH_IN_TIME
from tests.exchange.stage import ITEMS, LICENCE, PLAYERS, START, Stage, build
from tests.exchange.test_matrix import HALF, INPUTS, Undone

BUFFER = timedelta(minutes=45)
WHO = st.sampled_from([*(name for name in PLAYERS if name not in ("system", "endorser")), "mate"])
HOURS = st.integers(0, 30)
LAMPS = 5


class Exchange(RuleBasedStateMachine):
    """Halls of three centres, a pool, a truck and a file, everybody at once; undone at the end."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.writing = transaction()
        self.session = self.writing.__enter__()
        self.stage: Stage = build(self.session, buffer_before=45, buffer_after=15)
        self.theirs = make.resource(self.session, self.stage.borrower, kind="venue", buffer_before=45, buffer_after=15)
        gaps = {"buffer_before": 45, "buffer_after": 15}
        third = self.stage.people["stranger"].centres[0]
        self.far = make.resource(self.session, third, kind="venue", **gaps)
        self.truck = make.resource(self.session, self.stage.owner, kind="stage_truck", **gaps, details={"driver_included": True})
        self.other = make.resource(self.session, self.stage.owner, kind="venue", **gaps, approval_steps=2)
        self.lamps = make.resource(self.session, self.stage.owner, kind="venue", quantity=LAMPS)
        self.work = make.resource(self.session, self.stage.owner, kind="media", details={"allowed_uses": ["classroom"]})
        self.work.asset = make.asset(self.session, self.stage.owner, file_access="own_centre")
        self.work.asset_id = self.work.asset.id
        self.legs: list[Leg] = []

    def teardown(self) -> None:
        try:
            self.writing.__exit__(Undone, Undone(), None)
        except Undone:
            pass
        finally:
            self.context.pop()

    def attempt(self, wish: Any) -> None:
        """Do it, or be refused and leave nothing."""
        nested = self.session.begin_nested()
        try:
            wish()
        except Refusal:
            nested.rollback()
        else:
            nested.commit()

    @rule(first=HOURS, length=st.integers(1, 12), second=HOURS)
    def ask(self, first: int, length: int, second: int) -> None:
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            other = START + timedelta(days=2, hours=second)
            dates = {"starts_at": start, "ends_at": start + timedelta(hours=length)}
            more = {"second_starts_at": other, "second_ends_at": other + timedelta(hours=length)}
            leg = self.stage.leg(**dates, **more)
            self.legs.append(leg)
            self.attempt(lambda: self.stage.act("borrower", leg, "submit"))

    @rule(first=st.integers(0, 8), length=st.integers(1, 12), number=st.integers(1, LAMPS))
    def some(self, first: int, length: int, number: int) -> None:
        """So many of the pool are asked for, of hours that others want as well."""
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            dates = {"starts_at": start, "ends_at": start + timedelta(hours=length)}
            leg = replace(self.stage, thing=self.lamps).leg(**dates, quantity=number)
            self.legs.append(leg)
            self.attempt(lambda: self.stage.act("borrower", leg, "submit"))

    @rule(first=HOURS, length=st.integers(1, 12), exclusive=st.sampled_from(["no", "yes"]))
    def licence(self, first: int, length: int, exclusive: str) -> None:
        """A file of the owner's is asked for."""
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            dates = {"starts_at": start, "ends_at": start + timedelta(days=length), "exclusive": exclusive}
            leg = replace(self.stage, thing=self.work).leg(**LICENCE | dates)
            self.legs.append(leg)
            self.attempt(lambda: self.stage.act("borrower", leg, "submit"))

    @rule(first=HOURS, length=st.integers(1, 12))
    def swap(self, first: int, length: int) -> None:
        """The borrower asks for the hall and gives its own."""
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            dates = {"starts_at": start, "ends_at": start + timedelta(hours=length)}
            asked = self.stage.leg(**dates, second_starts_at=None, second_ends_at=None)
            asked.agreement.kind, person = "swap", self.stage.people["mate"]
            with clock.moved(self.stage.now):
                given = joint.give(self.session, person, asked.agreement, resource=self.theirs)
                self.legs += [asked, given]
                self.attempt(
                    lambda: joint.send(self.session, person, asked.agreement, seen={one.id: one.version for one in (asked, given)})
                )

    @rule(first=HOURS, length=st.integers(1, 12), optional=st.booleans())
    def project(self, first: int, length: int, optional: bool) -> None:
        """The borrower asks for halls of two centres for one event, perhaps without needing the second."""
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            dates = {"starts_at": start, "ends_at": start + timedelta(hours=length)}
            leg = self.stage.leg(**dates, second_starts_at=None, second_ends_at=None)
            leg.agreement.kind, person = "bundle", self.stage.people["mate"]
            with clock.moved(self.stage.now):
                more = joint.add(self.session, person, leg.agreement, resource=self.far)
                if optional:
                    joint.weigh(self.session, person, leg.agreement, more, optional=True)
                self.legs += [leg, more]
                seen = {one.id: one.version for one in (leg, more)}
                self.attempt(lambda: joint.send(self.session, person, leg.agreement, seen=seen))

    @rule(first=HOURS, length=st.integers(1, 12), village=st.sampled_from(["下河村", "上坪村"]))
    def drive(self, first: int, length: int, village: str) -> None:
        """The truck is asked for; two of the owner's have to approve it."""
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            dates = {"starts_at": start, "ends_at": start + timedelta(hours=length)}
            leg = replace(self.stage, thing=self.truck).leg(**dates, place=village, driver="owner", road_height_m=5)
            self.legs.append(leg)
            self.attempt(lambda: self.stage.act("borrower", leg, "submit"))

    @rule(first=HOURS, pause=st.integers(1, 30), length=st.integers(1, 6))
    def tour(self, first: int, pause: int, length: int) -> None:
        """The borrower asks for the hall twice, with something between that others may have."""
        if len(self.legs) < 5:
            start = START + timedelta(hours=first)
            starts = (start, start + timedelta(hours=length + pause))
            place = {"place": "下河村文化礼堂", "division_code": "990102", "audience": 200}
            stops = [place | {"starts_at": begin, "ends_at": begin + timedelta(hours=length)} for begin in starts]
            leg = self.stage.leg(stops=stops)
            leg.agreement.kind = "tour"
            self.legs.append(leg)
            self.attempt(lambda: self.stage.act("borrower", leg, "submit"))

    @precondition(lambda self: self.legs)
    @rule(
        which=st.integers(0, 4), who=WHO, pick=st.integers(0, 40), shift=HOURS, half=st.booleans(), choice=st.sampled_from([1, 2])
    )
    def do(self, which: int, who: str, pick: int, shift: int, half: bool, choice: int) -> None:
        """Somebody does something that the table offers."""
        leg = self.legs[which % len(self.legs)]
        with clock.moved(self.stage.now):
            offered = [action.name for action in available(self.session, leg, self.stage.people[who], self.stage.now)]
        if offered:
            name = offered[pick % len(offered)]
            inputs = INPUTS.get(name, {}) | self.inputs(leg, name, shift, half, choice)
            self.attempt(lambda: self.stage.act(who, leg, name, **inputs))

    def inputs(self, leg: Leg, name: str, shift: int, half: bool, choice: int) -> dict[str, Any]:
        """What depends on the leg or varies."""
        moved = {"starts_at": START + timedelta(hours=shift), "ends_at": START + timedelta(hours=shift + 4)}
        if name in ("offer", "counter"):
            another = {"substitute": self.other.code} if name == "offer" else {"original": True}
            return (moved if half else {}) | (another if shift % 3 == 0 else {})
        return {
            "approve": {"choice": choice},
            "accept_offer": {"terms_version": leg.terms_version},
            "transfer": {"to": self.stage.people["colleague"].id},
            "ask_extension": {"until": (leg.ends_at or START) + timedelta(hours=shift + 1)},
            "check_in": HALF if half else {"items": ITEMS},
            "settle": {"decision": "no_breach" if leg.disputed_from == "no_show" else "resume" if half else "close"},
            "propose": {"decision": "no_breach" if leg.disputed_from == "no_show" else "resume" if half else "close"},
        }.get(name, {})

    @rule(hours=st.sampled_from([1, 7, 30, 100, 250]))
    def wait(self, hours: int) -> None:
        """Time goes by, and the sweep sees to what is due."""
        self.stage.now += timedelta(hours=hours)
        with clock.moved(self.stage.now):
            for leg in self.legs:
                for _again in range(3):
                    if leg.next_at is not None and leg.next_at <= self.stage.now:
                        look(self.session, leg.id)

    @invariant()
    def dates_are_given_once_with_their_gaps(self) -> None:
        self.session.flush()
        rows = self.session.scalars(sa.select(Occupancy).order_by(Occupancy.starts_at)).all()
        live = [row for row in rows if row.expires_at is None or row.expires_at > self.stage.now]
        for one, other in combinations(live, 2):
            if one.leg_id != other.leg_id and one.unit_id == other.unit_id and one.unit_id is not None:
                shortened = {leg.id for leg in self.legs if leg.state not in ("confirmed", "offered", "requested")}
                gap = timedelta() if one.leg_id in shortened else BUFFER
                assert one.ends_at + gap <= other.starts_at

    @invariant()
    def no_more_of_a_pool_is_out_than_there_are(self) -> None:
        """Counted by hand at every moment at which somebody's time begins."""
        self.session.flush()
        rows = self.session.scalars(sa.select(Occupancy).where(Occupancy.resource_id == self.lamps.id)).all()
        live = [row for row in rows if row.expires_at is None or row.expires_at > self.stage.now]
        for at in {row.starts_at for row in live}:
            assert sum(row.quantity for row in live if row.starts_at <= at < row.ends_at) <= LAMPS

    @invariant()
    def a_swap_is_fixed_wholly_or_not_at_all(self) -> None:
        for leg in self.legs:
            if leg.agreement.is_joint:
                standing = {one.standing for one in leg.agreement.legs}
                assert not (standing & OPEN and standing & FIXED), standing

    @invariant()
    def journal_tells_the_tables(self) -> None:
        with clock.moved(self.stage.now):
            assert differences(self.session) == []

    @invariant()
    def nothing_is_held_after_the_end_and_nothing_owed_below_zero(self) -> None:
        for leg in self.legs:
            held = self.session.scalars(sa.select(Occupancy.kind).where(Occupancy.leg_id == leg.id)).all()
            if leg.state in ENDED:
                assert "hold" not in held
            owed = self.handed(leg, "hand_over")
            owed.subtract(self.handed(leg, "check_in"))
            resolved = sa.select(Ask.content).where(Ask.leg_id == leg.id, Ask.kind == "resolve_line", Ask.answer == "agreed")
            for one in self.session.scalars(resolved):
                owed[one["item"]] -= one["quantity"]
            assert min(owed.values(), default=0) >= 0, owed
            assert leg.state != "returned" or not any(owed.values()), owed

    def handed(self, leg: Leg, kind: str) -> Counter[str]:
        """How many of each thing the reports of that kind count, by hand."""
        found: Counter[str] = Counter()
        for items in self.session.scalars(sa.select(Report.items).where(Report.leg_id == leg.id, Report.kind == kind)):
            found.update({one["item"]: one["counted"] for one in items})
        return found


@BOTH_IN_TIME
def test_any_sequence(app: Flask) -> None:
    machine = type("Machine", (Exchange,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Leg.id))) == 0
