"""Several legs: fixed together, fall together, filled anew, and what who remains does when one is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.calendars import taken as taken_in_calendars
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import clockwork, joint, present, replay, requests, together, turns
from alliance.exchange.case import periods_of
from alliance.exchange.clockwork import look, recompute_deadlines
from alliance.exchange.drafts import sift
from alliance.exchange.models import Agreement, Leg
from alliance.journal import Event
from alliance.people.models import Post
from alliance.worktime.models import CalendarDay
from tests import make
from tests.conftest import BOTH
from tests.exchange.joined import ONE, Table, bundle, swap, table
from tests.exchange.stage import NOW, START, form

WHY = "因本馆另有重大活动安排，敬请谅解。"
DECLINED = {"code": "03", "reason": WHY}


def taken(session: Any, leg: Leg) -> list[str]:
    return list(session.scalars(sa.select(Occupancy.kind).where(Occupancy.leg_id == leg.id)))


# Swaps -------------------------------------------------------------------


@BOTH
def test_a_swap_is_fixed_with_the_last_consent(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = swap(session)
        theirs, ours = agreement.legs
        assert t.states(agreement) == ["requested", "offered"]
        assert (ours.number, ours.begun_by, ours.owner_id) == (f"{agreement.number}-2", "owner", t.centres["a"].id)
        t.act("b", theirs, "approve", choice=1)
        assert t.states(agreement) == ["agreed", "offered"]
        assert taken(session, theirs) == ["hold"]
        assert theirs.expires_at == ours.hold_until
        t.act("b", ours, "accept_offer", terms_version=1)
        assert t.states(agreement) == ["confirmed", "confirmed"]
        assert taken(session, theirs) == taken(session, ours) == ["confirmed"]
        assert t.whole(agreement) == "committed"
        assert theirs.expires_at is None


@BOTH
def test_one_refusal_ends_a_swap(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = swap(session)
        theirs, ours = agreement.legs
        t.act("b", ours, "accept_offer", terms_version=1)
        assert taken(session, ours) == ["hold"]
        t.act("b", theirs, "decline", **DECLINED)
        assert t.states(agreement) == ["declined", "declined"]
        assert t.whole(agreement) == "failed"
        assert taken(session, ours) == []
        told = session.scalars(sa.select(Event).where(Event.action == "leg.fall")).one()
        assert (told.subject_id, told.data["cause"], told.data["by"]) == (ours.id, "failed", theirs.id)


@BOTH
def test_nothing_is_sent_before_either_side_gives(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b")
        agreement = t.ask("a", "b", "swap")
        with pytest.raises(Conflict, match="另一方的一项"):
            t.send(agreement, "a")
        session.flush()
        assert t.states(agreement) == ["draft"]


@BOTH
def test_what_the_other_does_not_know_yet_it_does_not_see(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b")
        agreement = t.ask("a", "b", "swap")
        ours = t.give(agreement, "a")
        assert ours.relations(t.handlers["b"]) == frozenset()
        assert "owner_handler" in ours.relations(t.handlers["a"])
        with pytest.raises(Forbidden):
            t.act("b", ours, "accept_offer", terms_version=1)
        t.send(agreement, "a")
        assert "borrower_handler" in ours.relations(t.handlers["b"])


@BOTH
def test_a_swap_whose_own_side_does_not_fit_is_refused(app: Flask) -> None:
    """What 甲 gives is insured until the day before: nothing is sent, held or told, neither its own side nor what it asks for."""
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b")
        agreement = t.ask("a", "b", "swap")
        ours = t.give(agreement, "a")
        t.things["a"].details = t.things["a"].details | {"insurance_until": (START - timedelta(days=1)).date().isoformat()}
        nested = session.begin_nested()
        with pytest.raises(Invalid, match=r"保险.*到期") as refused:
            t.send(agreement, "a")
        assert ours.lines[0].resource.title in refused.value.sentence
        nested.rollback()
        assert t.states(agreement) == ["draft", "draft"]
        assert [taken(session, leg) for leg in agreement.legs] == [[], []]


@BOTH
def test_own_side_that_needs_a_director_waits_unseen(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", approval_steps=2)
        agreement = t.ask("a", "b", "swap")
        ours = t.give(agreement, "a")
        t.send(agreement, "a")
        assert (ours.state, ours.was_sent, taken(session, ours)) == ("requested", False, ["hold"])
        assert ours.relations(t.handlers["b"]) == frozenset()
        t.handlers["a"] = t.directors["a"]
        t.act("a", ours, "approve")
        assert (ours.state, ours.was_sent) == ("offered", True)


@BOTH
def test_a_counter_offer_moves_the_hold_of_the_other_leg(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = swap(session)
        theirs, ours = agreement.legs
        t.act("b", theirs, "approve", choice=1)
        first = theirs.expires_at
        t.now = NOW + timedelta(days=1)
        t.act("b", ours, "counter", note="能否改到下午？")
        assert ours.state == "requested"
        assert first is not None
        assert theirs.expires_at is not None
        assert theirs.expires_at == ours.expires_at > first
        held = session.scalars(sa.select(Occupancy.expires_at).where(Occupancy.leg_id == theirs.id)).one()
        assert held == theirs.expires_at


# Joint projects ----------------------------------------------------------


@BOTH
def test_all_or_nothing(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c", "d")
        for owner, leg in zip("bcd", agreement.legs, strict=True):
            assert "confirmed" not in t.states(agreement)
            t.act(owner, leg, "approve", choice=1)
        assert t.states(agreement) == ["confirmed"] * 3


@BOTH
def test_a_refused_place_waits_for_a_substitute_and_is_filled(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        t.seat("d")
        hall, lost = agreement.legs
        t.act("b", hall, "approve", choice=1)
        t.act("c", lost, "decline", **DECLINED)
        assert t.states(agreement) == ["agreed", "declined"]
        assert t.whole(agreement) == "negotiating"
        assert lost.replace_until is not None
        assert hall.expires_at == lost.replace_until
        other = t.add(agreement, "a", "d", replaces=lost)
        assert (other.number, other.mandatory) == (f"{agreement.number}-3", True)
        t.send(agreement, "a")
        assert lost.replace_until is None
        t.act("d", other, "approve", choice=1)
        assert t.states(agreement) == ["confirmed", "declined", "confirmed"]
        assert t.whole(agreement) == "committed"


@BOTH
def test_without_a_substitute_in_time_it_fails(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        hall, lost = agreement.legs
        t.act("c", lost, "decline", **DECLINED)
        until = lost.replace_until
        assert until is not None
        with pytest.raises(Conflict):
            t.act(None, lost, "lapse", at=until - timedelta(seconds=1))
        with clock.moved(until):
            look(session, lost.id)
        assert t.states(agreement) == ["declined", "declined"]
        assert (hall.ended_code, t.whole(agreement)) == (None, "failed")


@BOTH
def test_the_borrower_may_do_without_what_was_refused(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        hall, lost = agreement.legs
        t.act("b", hall, "approve", choice=1)
        t.act("c", lost, "decline", **DECLINED)
        t.act("a", lost, "do_without", note="少一支队伍也办。")
        assert t.states(agreement) == ["confirmed", "declined"]


@BOTH
def test_when_one_is_lost_who_remains_is_asked(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c", "d")
        hall, troupe, truck = agreement.legs
        for owner, leg in zip("bcd", agreement.legs, strict=True):
            t.act(owner, leg, "approve", choice=1)
        t.handlers["c"] = t.directors["c"]
        t.act("c", troupe, "force_cancel", ground="safety", reason=WHY)
        assert t.whole(agreement) == "broken"
        assert troupe.aftermath is not None
        assert set(troupe.aftermath["answers"]) == {str(t.centres[name].id) for name in "abd"}
        t.act("a", hall, "go_on")
        with pytest.raises(Conflict):
            t.act("a", truck, "go_on")
        t.act("d", truck, "leave", reason=WHY)
        assert t.states(agreement) == ["confirmed", "cancelled", "cancelled"]
        assert (truck.breach_by, taken(session, truck)) == (None, [])
        t.act("b", hall, "go_on")
        assert t.whole(agreement) == "broken"
        t.act("a", hall, "go_on")
        assert t.whole(agreement) == "committed"


@BOTH
def test_silence_is_going_on(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = swap(session)
        theirs, ours = agreement.legs
        t.act("b", theirs, "approve", choice=1)
        t.act("b", ours, "accept_offer", terms_version=1)
        t.act("a", theirs, "report_no_show", at=START + timedelta(hours=2))
        assert t.whole(agreement) == "broken"
        until = theirs.next_at
        assert until is not None
        with clock.moved(until):
            look(session, theirs.id)
        assert t.whole(agreement) == "committed"
        assert theirs.next_at is None


@BOTH
def test_taking_one_out_of_a_draft_leaves_the_rest(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        agreement = t.ask("a", "b", "bundle")
        other = t.add(agreement, "a", "c")
        t.act("a", other, "withdraw")
        assert (t.states(agreement), t.whole(agreement)) == (["draft", "withdrawn"], "draft")
        t.send(agreement, "a")
        t.act("b", agreement.legs[0], "approve", choice=1)
        assert t.states(agreement) == ["confirmed", "withdrawn"]


@BOTH
def test_what_is_not_filled_in_stops_all(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        agreement = t.ask("a", "b", "bundle")
        other = t.add(agreement, "a", "c")
        other.terms[0].typed = {**other.terms[0].typed, "place": ""}
        with pytest.raises(Invalid) as refused:
            t.send(agreement, "a")
        assert set(refused.value.fields) == {"2"}
        assert t.states(agreement) == ["draft", "draft"]


@BOTH
def test_sending_twice_is_sending_once(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        agreement = t.ask("a", "b", "bundle")
        t.add(agreement, "a", "c")
        t.send(agreement, "a", key="click")
        t.send(agreement, "a", key="click")
        assert session.scalar(sa.select(sa.func.count(Event.id)).where(Event.action == "leg.submit")) == 2


@BOTH
def test_two_that_want_the_same_hall_within_one_project(app: Flask) -> None:
    """The second leg for the same days is refused with its reason, and nothing is half done."""
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b")
        agreement = t.ask("a", "b", "bundle")
        t.add(agreement, "a", "b")
        t.send(agreement, "a")
        first, second = agreement.legs
        t.act("b", first, "approve", choice=1)
        with pytest.raises(Conflict, match="保留"), session.begin_nested():
            t.act("b", second, "approve", choice=1)
        assert t.states(agreement) == ["agreed", "requested"]
        assert ONE["starts_at"] == first.starts_at


@BOTH
def test_who_remains_has_it_on_the_desk(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        for owner, leg in zip("bc", agreement.legs, strict=True):
            t.act(owner, leg, "approve", choice=1)
        hall, troupe = agreement.legs
        t.handlers["c"] = t.directors["c"]
        t.act("c", troupe, "force_cancel", ground="safety", reason=WHY)
        with clock.moved(t.now):
            asked = turns.turn(hall, t.now)
            assert (asked.side, asked.centre) == ("owner", t.centres["b"])
            mine = [task.leg for task in turns.tasks(session, t.handlers["b"], t.now).mine]
            assert mine == [hall]
        t.act("b", hall, "go_on")
        assert turns.turn(hall, t.now).side == "borrower"
        t.act("a", hall, "go_on")
        assert turns.turn(hall, t.now).ask is None


@BOTH
def test_a_substitute_that_is_thrown_away_changes_nothing(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        t.seat("d")
        lost = agreement.legs[0]
        t.act("b", lost, "decline", **DECLINED)
        other = t.add(agreement, "a", "d", replaces=lost)
        with pytest.raises(Conflict, match="已经有候补"):
            t.add(agreement, "a", "d", replaces=lost)
        t.act("a", other, "withdraw")
        assert (t.states(agreement), t.whole(agreement)) == (["declined", "requested", "withdrawn"], "negotiating")
        assert t.add(agreement, "a", "d", replaces=lost).rank == 4


@BOTH
def test_a_substitute_comes_too_late_once_the_place_is_given_up(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        t.seat("d")
        lost, hall = agreement.legs
        t.act("b", lost, "decline", **DECLINED)
        late = t.add(agreement, "a", "d", replaces=lost)
        t.act("a", lost, "do_without")
        t.act("c", hall, "approve", choice=1)
        with pytest.raises(Conflict, match="不再要了"):
            t.act("a", late, "submit")
        assert (t.states(agreement), t.whole(agreement)) == (["declined", "confirmed", "draft"], "committed")


@BOTH
def test_a_substitute_without_dates_does_not_hang_for_ever(app: Flask) -> None:
    """With the event over, or a month gone, it falls; with dates, at its start."""
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        t.seat("d")
        lost, hall = agreement.legs
        t.act("b", lost, "decline", **DECLINED)
        late = t.add(agreement, "a", "d", replaces=lost)
        assert (late.expires_at, late.next_at) == (START, START)
        with clock.moved(t.now):
            blank = sift({"title": "还没想好"})
            requests.revise(session, t.handlers["a"], late, form=blank, expected_version=late.version)
        t.act("a", lost, "do_without")
        t.act("c", hall, "approve", choice=1)
        until = t.now + timedelta(days=30)
        assert hall.ends_at is not None
        assert hall.ends_at < until
        assert (late.starts_at, late.expires_at, late.next_at) == (None, until, until)
        with clock.moved(until):
            look(session, late.id)
            assert t.states(agreement) == ["declined", "confirmed", "expired"]
            assert replay.differences(session) == []


@BOTH
def test_who_is_suspended_leaves_no_draft_behind_in_what_is_under_way(app: Flask) -> None:
    """Its place is open to somebody else; what nobody was asked for yet waits until the centre is back."""
    with app.app_context():
        with transaction() as session:
            t, agreement = bundle(session, "b", "c")
            t.seat("d")
            lost = agreement.legs[0]
            t.act("b", lost, "decline", **DECLINED)
            late = t.add(agreement, "a", "d", replaces=lost)
            other = t.ask("c", "d", "bundle")
            assert t.centres["d"].membership is not None
            t.centres["d"].membership.state = "suspended"
            numbers, gone = (agreement.id, late.id, other.legs[0].id), t.centres["d"].id
        with clock.moved(NOW):
            clockwork.suspended({"subject": ["centre", gone]})
        with transaction() as session:
            whole, late, other = (session.get_one(kind, n) for kind, n in zip((Agreement, Leg, Leg), numbers, strict=True))
            assert [leg.state for leg in whole.legs] == ["declined", "requested", "declined"]
            assert together.state(whole.legs) == "negotiating"
            assert together.has_a_place(1, whole.legs)
            assert other.state == "draft"
            assert other.expires_at is None


@BOTH
def test_what_came_back_as_a_draft_ends_at_its_start_with_the_rest(app: Flask) -> None:
    """An optional one was sent meanwhile: the draft that its main centre did not endorse does not keep it for ever."""
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        main = make.centre(session, division_code="990103")
        t.centres["a"].parent, t.centres["a"].role, t.centres["a"].endorsed = main, "branch", True
        t.handlers["above"] = make.person(session, main, "handler")
        agreement = t.ask("a", "b", "bundle")
        t.add(agreement, "a", "c")
        with clock.moved(NOW):
            joint.weigh(session, t.handlers["a"], t.lock(agreement, "a"), agreement.legs[1], optional=True)
        t.send(agreement, "a")
        assert t.states(agreement) == ["endorsing", "endorsing"]
        needed, extra = agreement.legs
        t.act("above", extra, "endorse")
        t.act("above", needed, "refuse_endorsement", reason="请先与本馆商量再报。")
        assert t.states(agreement) == ["draft", "requested"]
        assert (t.whole(agreement), needed.expires_at) == ("draft", START)
        with clock.moved(START):
            look(session, needed.id)
        assert t.states(agreement) == ["expired", "declined"]


@BOTH
def test_a_point_swaps_only_when_it_gives(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "m")
        t.centres["a"].parent, t.centres["a"].role = t.centres["m"], "point"
        session.flush()
        agreement = t.ask("a", "b", "swap")
        with pytest.raises(Conflict, match="另一方的一项"):
            t.act("a", agreement.legs[0], "ask_endorsement")
        t.give(agreement, "a")
        with pytest.raises(Conflict, match="已经拿出一项"):
            t.give(agreement, "a")
        t.send(agreement, "a")
        assert t.states(agreement) == ["endorsing", "offered"]
        t.act("m", agreement.legs[0], "endorse")
        assert t.states(agreement) == ["requested", "offered"]


@BOTH
def test_dates_that_were_never_sent_are_nobody_elses(app: Flask) -> None:
    """An offer that waits for its owner's director is not taken over, drawn, or named on the borrower's timeline."""
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        t.seat("d")
        hall = agreement.legs[0]
        hall.steps_needed = 2
        other = {"starts_at": START + timedelta(days=3), "ends_at": START + timedelta(days=3, hours=8)}
        t.act("b", hall, "offer", **other)
        span = (other["starts_at"] - timedelta(days=1), other["ends_at"])
        with clock.moved(t.now):
            seen = taken_in_calendars.read(session, [t.things["b"].id], *span, frozenset({t.centres["a"].id}))
        assert [(one.number, one.is_ours) for one in seen[t.things["b"].id]] == [("", False)]
        assert present.span_of(hall, "borrower") == (START, START + timedelta(hours=8))
        t.act("b", hall, "decline", **DECLINED)
        draft = t.add(agreement, "a", "d", replaces=hall)
        assert draft.starts_at == START


@BOTH
def test_a_substitute_does_not_rename_what_was_sent(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        t.seat("d")
        lost = agreement.legs[0]
        t.act("b", lost, "decline", **DECLINED)
        other, title = t.add(agreement, "a", "d", replaces=lost), agreement.title
        with clock.moved(t.now):
            renamed = form(**(ONE | {"title": "另一个名字"}))
            requests.revise(session, t.handlers["a"], other, form=renamed, expected_version=other.version)
        assert agreement.title == title


# What the event could do without ------------------------------------------


def with_an_extra(session: Session) -> tuple[Table, Agreement, Leg]:
    """A joint project of two halls, sent; the event takes place without the second too."""
    t = table(session, "a", "b", "c")
    agreement = t.ask("a", "b", "bundle")
    extra = t.add(agreement, "a", "c")
    joint.weigh(session, t.handlers["a"], agreement, extra, optional=True)
    t.send(agreement, "a")
    return t, agreement, extra


@BOTH
def test_an_optional_one_is_fixed_with_the_rest_or_alone_later(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c", "d")
        agreement = t.ask("a", "b", "bundle")
        early, late = t.add(agreement, "a", "c"), t.add(agreement, "a", "d")
        for leg in (early, late):
            joint.weigh(session, t.handlers["a"], agreement, leg, optional=True)
        t.send(agreement, "a")
        t.act("c", early, "approve", choice=1)
        assert (t.states(agreement), taken(session, early)) == (["requested", "agreed", "requested"], ["hold"])
        t.act("b", agreement.legs[0], "approve", choice=1)
        assert t.states(agreement) == ["confirmed", "confirmed", "requested"]
        assert t.whole(agreement) == "committed"
        t.act("d", late, "approve", choice=1)
        assert t.states(agreement) == ["confirmed"] * 3
        assert taken(session, late) == ["confirmed"]


@BOTH
def test_an_optional_one_that_falls_changes_nothing_but_itself(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement, extra = with_an_extra(session)
        t.act("c", extra, "decline", **DECLINED)
        assert (t.states(agreement), t.whole(agreement)) == (["requested", "declined"], "negotiating")
        assert extra.replace_until is None
        t.act("b", agreement.legs[0], "approve", choice=1)
        assert t.whole(agreement) == "committed"


@BOTH
def test_what_fails_takes_the_optional_ones_along(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t, agreement, extra = with_an_extra(session)
        t.act("c", extra, "approve", choice=1)
        t.act("a", agreement.legs[0], "withdraw")
        assert (t.states(agreement), taken(session, extra)) == (["withdrawn", "declined"], [])
        assert t.whole(agreement) == "failed"


@BOTH
def test_one_at_least_has_to_be_there(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c")
        agreement = t.ask("a", "b", "bundle")
        other, person = t.add(agreement, "a", "c"), t.handlers["a"]
        joint.weigh(session, person, agreement, other, optional=True)
        with pytest.raises(Conflict, match="至少"):
            joint.weigh(session, person, agreement, agreement.legs[0], optional=True)
        t.act("a", agreement.legs[0], "withdraw")
        assert (t.states(agreement), other.mandatory) == (["withdrawn", "draft"], True)
        t.send(agreement, "a")
        with pytest.raises(Conflict, match="已经提交"):
            joint.weigh(session, person, agreement, other, optional=True)


def test_the_limit_of_a_project_is_its_longest(app: Flask) -> None:
    """Legs of one county, one city and one province: 1, 3 and 5 working days; the lost place waits for five, to Monday 17 March."""
    with app.app_context(), transaction() as session:
        t = table(session, "a", "b", "c", "d")
        for name, code in (("b", "990101"), ("c", "990102"), ("d", "990201")):
            t.centres[name].division_code = code
        agreement = t.ask("a", "b", "bundle")
        for name in "cd":
            t.add(agreement, "a", name)
        t.send(agreement, "a")
        near, city, far = agreement.legs
        assert [leg.limit_days for leg in agreement.legs] == [1, 3, 5]
        t.act("b", near, "approve", choice=1)
        assert near.expires_at == max(city.expires_at, far.expires_at)
        t.act("c", city, "decline", **DECLINED)
        assert city.replace_until == datetime(2025, 3, 17, 9, 30, tzinfo=UTC)


def test_who_works_for_two_centres_puts_nothing_of_one_into_the_project_of_the_other(app: Flask) -> None:
    with app.app_context(), transaction() as session, clock.moved(NOW):
        t = table(session, "a", "b", "c")
        agreement = t.ask("a", "b", "bundle")
        both = t.handlers["a"]
        session.add(Post(person=both, centre=t.centres["c"], role="handler", since=NOW.date()))
        alone = requests.start(session, t.handlers["c"], resource=t.things["b"], form=form(**ONE))
        with pytest.raises(Conflict, match="不同的馆发起"):
            joint.put_into(session, both, alone.legs[0], agreement.number)
        assert len(agreement.legs) == 1


def test_a_part_of_a_project_does_not_turn_into_a_secondment(app: Flask) -> None:
    with app.app_context(), transaction() as session, clock.moved(NOW):
        t = table(session, "a", "b")
        leg = t.ask("a", "b", "bundle").legs[0]
        posted = {"way": "secondment", "post": "声乐辅导", "mentor": "王老师", "learning": "带班"}
        with pytest.raises(Conflict, match="单独办"):
            requests.revise(session, t.handlers["a"], leg, form=form(**ONE, **posted), expected_version=leg.version)


def test_a_substitute_has_no_second_choice_once_a_date_is_agreed(session: Session) -> None:
    with transaction() as writing:
        t = table(writing, *"abcd")
        later = {"second_starts_at": START + timedelta(days=7), "second_ends_at": START + timedelta(days=7, hours=8)}
        agreement = t.ask("a", "b", "bundle", **later)
        t.add(agreement, "a", "c")
        t.send(agreement, "a")
        hall, lost = agreement.legs
        assert len(periods_of(lost.terms[-1])) == 2
        t.act("b", hall, "approve", choice=1)
        t.act("c", lost, "decline", **DECLINED)
        other = t.add(agreement, "a", "d", replaces=lost)
        assert periods_of(other.terms[-1]) == [(hall.starts_at, hall.ends_at)]


def test_new_holiday_rows_move_what_happens_when_nobody_answers(app: Flask) -> None:
    holiday = {"working": False, "name": "试行假日"}
    with app.app_context(), transaction() as session:
        t, agreement = bundle(session, "b", "c")
        lost = agreement.legs[1]
        t.act("c", lost, "decline", **DECLINED)
        until = lost.replace_until
        assert until is not None
        session.add(CalendarDay(day=clock.local(until).date(), **holiday))
        session.flush()
        with clock.moved(t.now + timedelta(hours=1)):
            recompute_deadlines(session)
        assert lost.replace_until == lost.next_at == until + timedelta(days=1)
