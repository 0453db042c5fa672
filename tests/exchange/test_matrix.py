"""State × role × action, generated from the table: each cell moves as stated or is refused without side effects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Occupancy
from alliance.db import transaction
from alliance.errors import Forbidden, Refusal, SignInNeeded
from alliance.exchange import joint, requests
from alliance.exchange.actions import available
from alliance.exchange.deeds import EFFECTS
from alliance.exchange.guards import GUARDS
from alliance.exchange.models import Agreement, Ask, Deficiency, Dispute, Leg, Line, Report, Step, Terms
from alliance.exchange.table import ACTIONS, GONE, LOST, OPEN, STATES
from alliance.journal import Event
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import (
    ITEMS,
    LICENCE,
    LICENSED_UNTIL,
    NOW,
    PLAYERS,
    SECONDED,
    START,
    TO_CONFIRMED,
    TO_IN_USE,
    TO_RETURNED,
    Stage,
    build,
    endorsed,
    form,
    of_a_work,
)

WHY = {"reason": "因本馆另有重大活动安排，敬请谅解。"}
INPUTS: dict[str, dict[str, Any]] = {
    "refuse_endorsement": WHY,
    "complete": form().model_dump(),
    "return_for_completion": {"items": ["rain_plan", "power"]},
    "survey": {"reason": "道路施工，需要复勘"},
    "record_consent": {"given_on": NOW.date(), "how": "phone"},
    "decline": {"code": "03", **WHY},
    "leave": WHY,
    "offer": {"conditions": [{"text": "须本馆驾驶员随行", "due_on": START.date() - timedelta(days=3)}, {"text": "自带饮水"}]},
    "counter": {"note": "能否早一天"},
    "meet": {"condition": 1},
    "reopen": {"condition": 2, **WHY},
    "accept_offer": {"terms_version": 2},
    "decline_offer": WHY,
    "fall": {"cause": "taken"},
    "ask_cancel": WHY,
    "force_cancel": {"ground": "safety", **WHY},
    "hand_over": {"items": ITEMS},
    "receive": {"items": ITEMS},
    "report_damage": {"note": "一只话筒没有声音"},
    "ask_extension": {"until": START + timedelta(days=1)},
    "recall": {"until": START + timedelta(days=20), **WHY},
    "grant": {"note": "电话里本人同意"},
    "send_back": {"sessions": 3, "attendances": 600, "figures": {"training_days": 5}},
    "check_in": {"items": ITEMS},
    "refuse_note": {"note": "交出时就少一支"},
    "resolve_line": {"item": "话筒", "quantity": 1, "outcome": "lost"},
    "revoke": WHY,
    "rate": {"stars": 5},
    "reply": {"reply": "谢谢，欢迎下次再来。"},
    "dispute": WHY,
    "state_view": {"statement": "话筒交回时头网已经变形，有照片为证。"},
    "propose": {"decision": "close", **WHY},
    "refuse_proposal": WHY,
    "settle": {"decision": "close", **WHY},
}
ENDORSING = (("borrower", "ask_endorsement"),)
TO_OFFERED = (("borrower", "submit"), ("handler", "offer", INPUTS["offer"]))
REST = {"items": [{"item": "话筒", "counted": 1}]}
HALF = {"items": [ITEMS[0], {"item": "话筒", "counted": 3}]}
PATHS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "draft": (),
    "requested": (("borrower", "submit"),),
    "incomplete": (("borrower", "submit"), ("handler", "return_for_completion", INPUTS["return_for_completion"])),
    "offered": TO_OFFERED,
    "agreed": (("borrower", "submit"),),
    "confirmed": TO_CONFIRMED,
    "handed_over": TO_IN_USE[:-1],
    "in_use": TO_IN_USE,
    "sent_back": (*TO_IN_USE, ("borrower", "send_back", INPUTS["send_back"])),
    "partly_returned": (*TO_IN_USE, ("staff", "check_in", HALF)),
    "returned": TO_RETURNED,
    "closed": (*TO_RETURNED, ("staff", "close")),
    "declined": (("borrower", "submit"), ("handler", "decline", INPUTS["decline"])),
    "withdrawn": (("borrower", "withdraw"),),
    "cancelled": (*TO_CONFIRMED, ("borrower", "ask_cancel", WHY), ("handler", "agree_cancel")),
    "disputed": (*TO_RETURNED, ("borrower", "dispute", WHY)),
}
LATE = {
    "report_no_show": START + timedelta(hours=2),
    "expire": START + timedelta(days=60),
    "close": NOW + timedelta(days=30),
    "lapse": START + timedelta(days=60),
    "fall_back": START - timedelta(days=1),
    "silence": START + timedelta(days=60),
    "open_window": START,
    "end_window": LICENSED_UNTIL,
}
HANDING = {"hand_over", "receive", "report_damage", "send_back", "check_in", "resolve_line", "agree_line", "refuse_line", "close"}
NOT_OF_A_LICENCE = HANDING | {"agree_note", "refuse_note", "report_no_show", "ask_extension", "grant", "refuse", "recall"}
WINDOW = frozenset({"open_window", "end_window", "revoke"})
GIVEN = (("borrower", "submit"), ("handler", "approve", {"choice": 1}))
"""When an action is tried, where it is not the hour of the scene."""
LONG = {"starts_at": START, "ends_at": START + timedelta(days=28), "second_starts_at": None, "second_ends_at": None}


def scene(session: Session, state: str) -> tuple[Stage, Leg]:
    """A leg in that state, reached by playing; only `agreed` never rests for a single leg and is written."""
    stage = (
        endorsed(session)
        if state in ("endorsing", "draft endorsed", "endorsing joint")
        else build(session, kind="talent" if "talent" in state else "venue")
    )
    if state.endswith("secondment"):
        return secondment_scene(session, state.split()[0])
    if state.endswith("licence"):
        return licence_scene(session, state.split()[0])
    if state.endswith("swap"):
        return stage, swap_scene(stage, state.split()[0])
    if state.endswith("substitute"):
        return stage, substituted(stage, state.split()[0])
    if state.endswith("joint"):
        return stage, joint_scene(stage, state.split()[0])
    leg = stage.leg(**LONG)
    if state.endswith("tour"):
        leg, state = tour(stage), state.split()[0]
    if state == "endorsing":
        return stage, stage.play(leg, *ENDORSING)
    if state == "expired":
        leg = stage.play(leg, ("borrower", "submit"))
        return stage, stage.act("system", leg, "expire", at=LATE["expire"])
    if state == "no_show":
        leg = stage.play(leg, *TO_CONFIRMED)
        return stage, stage.act("staff", leg, "report_no_show", at=LATE["report_no_show"])
    if state.endswith("conditional"):
        return stage, conditional(stage, leg, state.split()[0])
    leg = stage.play(leg, *PATHS[state.split()[0]])
    if state == "agreed":
        session.execute(sa.update(Leg).where(Leg.id == leg.id).values(state="agreed", expires_at=START))
        session.expire_all()
    return stage, leg


def secondment_scene(session: Session, state: str) -> tuple[Stage, Leg]:
    """A secondment in that state: like a loan of a person, and its end says for how many days."""
    stage = build(session, kind="talent")
    leg = stage.leg(**SECONDED | {"ends_at": LONG["ends_at"]})
    if state == "draft":
        return stage, leg
    path = [*PATHS[state]]
    if len(path) > 1:
        path.insert(2, ("handler", "record_consent", INPUTS["record_consent"]))
    return stage, stage.play(leg, *(_with_days(*move) for move in path))


def _with_days(who: str, name: str, inputs: Mapping[str, Any] = MappingProxyType({})) -> tuple[Any, ...]:
    return who, name, {**inputs, **(INPUTS["send_back"] if name == "send_back" else {})}


def licence_scene(session: Session, state: str) -> tuple[Stage, Leg]:
    """A licence in that state."""
    stage = of_a_work(session)
    leg = stage.leg(**LICENCE)
    if state == "draft":
        return stage, leg
    if state == "offered":
        return stage, stage.play(leg, *TO_OFFERED)
    leg = stage.play(leg, *(GIVEN[:1] if state == "requested" else GIVEN))
    if state in ("in_use", "closed", "disputed"):
        leg = stage.act("system", leg, "open_window", at=START)
    if state == "closed":
        leg = stage.act("system", leg, "end_window", at=LICENSED_UNTIL)
    if state == "disputed":
        leg = stage.act("borrower", leg, "dispute", **WHY)
    return stage, leg


def tour(stage: Stage) -> Leg:
    """A draft that goes to two places, a day apart."""
    hours, place = timedelta(hours=8), {"place": "下河村文化礼堂", "division_code": "990102", "audience": 200}
    days = (START, START + timedelta(days=27))
    leg = stage.leg(**LONG, stops=[place | {"starts_at": day, "ends_at": day + hours} for day in days])
    leg.agreement.kind = "tour"
    return leg


def substituted(stage: Stage, state: str) -> Leg:
    """An offer of another hall: sent, or waiting for its second step while the request stands."""
    other = make.resource(stage.session, stage.owner, kind="venue", approval_steps=2 if state == "requested" else 1)
    return stage.play(stage.leg(**LONG), ("borrower", "submit"), ("handler", "offer", {"substitute": other.code}))


def conditional(stage: Stage, leg: Leg, state: str) -> Leg:
    """A leg in that state on two conditions, the second one met."""
    leg = stage.play(leg, *TO_OFFERED, ("borrower", "meet", {"condition": 2}))
    if state == "offered":
        return leg
    leg = stage.play(leg, ("borrower", "accept_offer", {"terms_version": leg.terms_version}))
    return stage.play(leg, *PATHS[state][len(TO_CONFIRMED) :])


def joint_scene(stage: Stage, state: str) -> Leg:
    """A leg in that state beside another of the same joint project, which is lost where the one under test goes on."""
    session = stage.session
    if state == "offering":
        return own_side(stage)
    leg = stage.leg(**LONG)
    leg.agreement.kind = "bundle"
    other = beside(stage, leg.agreement)
    if state == "draft":
        stage.act("borrower", other, "submit")
        return leg
    if state == "endorsing":
        stage.play(other, *ENDORSING)
        return stage.play(leg, *ENDORSING)
    if state in WAITING:
        return waiting_scene(stage, leg, other, state)
    if state in ("declined", "expired", "withdrawn"):
        stage.play(other, ("borrower", "submit"))
        leg = stage.play(leg, ("borrower", "submit"))
        ends = {"declined": ("handler", "decline", INPUTS["decline"]), "withdrawn": ("borrower", "withdraw")}
        if state == "expired":
            return stage.act("system", leg, "expire", at=leg.expires_at)
        return stage.play(leg, ends[state])
    stage.play(other, ("borrower", "submit"))
    stage.play(leg, *TO_CONFIRMED[:2])
    stage.play(other, ("other", "approve"))
    leg = stage.play(leg, TO_CONFIRMED[2])
    if state == "cancelled":
        return stage.act("director", leg, "force_cancel", **INPUTS["force_cancel"])
    if state == "no_show":
        return stage.act("staff", leg, "report_no_show", at=LATE["report_no_show"])
    stage.act("other", other, "force_cancel", **INPUTS["force_cancel"])
    session.flush()
    return stage.play(leg, *PATHS[state][3:])


def waiting_scene(stage: Stage, leg: Leg, other: Leg, state: str) -> Leg:
    """Both are sent, the other is not answered yet: what is agreed here waits for it."""
    stage.play(other, ("borrower", "submit"))
    if state == "agreed":
        return stage.play(leg, *TO_CONFIRMED)
    return stage.play(leg, *PATHS[state])


def swap_scene(stage: Stage, state: str) -> Leg:
    """What a swap's other side asks for: in that state, while what it gives for it is sent (and agreed, where the swap went on)."""
    stage.thing = make.resource(stage.session, stage.owner, kind="venue")
    leg = stage.leg(**LONG)
    leg.agreement.kind = "swap"
    theirs = make.resource(stage.session, stage.borrower, kind="venue")
    with clock.moved(stage.now):
        given = joint.give(stage.session, stage.people["mate"], leg.agreement, resource=theirs)
    if state == "draft":
        return leg
    stage.play(given, ("mate", "offer"))
    if state in (*GOING, "closed", "disputed"):
        stage.play(leg, ("borrower", "submit"))
        stage.play(given, ("handler", "accept_offer", {"terms_version": given.terms_version}))
        return stage.play(leg, *PATHS[state][1:])
    return stage.play(leg, *(TO_CONFIRMED if state == "agreed" else PATHS[state]))


def beside(stage: Stage, agreement: Agreement) -> Leg:
    """One more leg of the borrower's, from a third centre."""
    third = make.centre(stage.session, division_code="990101")
    stage.people["other"] = make.person(stage.session, third, "director")
    thing = make.resource(stage.session, third, kind="venue")
    with clock.moved(stage.now):
        return joint.add(stage.session, stage.people["borrower"], agreement, resource=thing)


def own_side(stage: Stage) -> Leg:
    """The draft of what the owner gives in a swap that it begins."""
    session = stage.session
    theirs = make.resource(session, stage.borrower, kind="venue")
    with clock.moved(stage.now):
        wanted = form(**LONG)
        swap = requests.start(session, stage.people["staff"], resource=theirs, form=wanted, kind="swap")
        return joint.give(session, stage.people["staff"], swap, resource=stage.thing)


def prepare(stage: Stage, leg: Leg, who: str, name: str) -> dict[str, Any]:
    """What has to stand beside the state before the action makes sense; returns inputs that depend on the scene."""
    other = "borrower" if "owner_staff" in PLAYERS[who] else "staff"
    if name in ("agree_cancel", "refuse_cancel"):
        stage.act(other, leg, "ask_cancel", **WHY)
    elif name in ("grant", "refuse"):
        stage.act("borrower", leg, "ask_extension", until=leg.ends_at + timedelta(days=1))
    elif name in ("agree_line", "refuse_line"):
        stage.act("staff", leg, "resolve_line", **INPUTS["resolve_line"])
    elif name in ("note_differences", "agree_note", "refuse_note"):
        differ(stage, leg)
        if name != "note_differences":
            stage.act(other, leg, "note_differences")
    elif name == "supplement":
        return {"receipts": [make.file(stage.session, name="回执单.pdf").id]}
    elif name in ("agree_proposal", "refuse_proposal"):
        stage.act("admin", leg, "propose", **INPUTS["propose"])
    elif name == "reply":
        stage.act(other, leg, "rate", stars=4)
    if name == "transfer":
        return {"to": stage.people["colleague"].id}
    return {"until": leg.ends_at + timedelta(days=1)} if name == "ask_extension" else {}


def differ(stage: Stage, leg: Leg) -> None:
    """What was received is not what was handed over, as if it had been counted so."""
    got = sa.update(Report).where(Report.leg_id == leg.id, Report.kind == "receive")
    stage.session.execute(got.values(items=[ITEMS[0], {"item": "话筒", "counted": 3}]))
    stage.session.expire_all()


def picture(session: Session, leg_id: int) -> tuple[Any, ...]:
    """Everything that an action could change."""
    rows = [session.execute(sa.select(Leg.__table__).where(Leg.id == leg_id)).one()]
    for model in (Line, Occupancy, Ask, Step, Terms, Report, Dispute, Deficiency):
        rows += session.execute(sa.select(model.__table__).where(model.leg_id == leg_id).order_by(model.id)).all()
    return (
        *map(tuple, rows),
        session.scalar(sa.select(sa.func.max(Event.id))),
        session.scalar(sa.select(sa.func.count(Agreement.id))),
    )


class Undone(Exception):
    """Raised to leave nothing behind."""


GOING = ("confirmed", "handed_over", "in_use", "sent_back", "partly_returned", "returned")
ALONE = sorted((STATES - {"draft"}) | {"draft", "draft endorsed", "requested talent"})
CONDITIONAL = [f"{name} conditional" for name in ("offered", "confirmed", "handed_over", "in_use")]
WAITING = ("requested", "incomplete", "offered", "agreed")
JOINT = [
    f"{name} joint"
    for name in ("draft", "endorsing", "offering", "offering talent", *WAITING, *GOING, "closed", "disputed", *sorted(GONE | LOST))
]
SWAPS = [f"{name} swap" for name in ("draft", *WAITING, *GOING, "closed", "disputed")]
SECONDMENTS = [f"{name} secondment" for name in ("draft", "requested", *GOING, "closed", "disputed")]
LICENSED = [f"{name} licence" for name in ("draft", "requested", "offered", "confirmed", "in_use", "closed", "disputed")]
TOURS = [
    f"{name} tour" for name in ("draft", "requested", "incomplete", "offered", *GOING, "closed", "disputed", *sorted(GONE | LOST))
]
SUBSTITUTED = ["requested substitute", "offered substitute"]
SCENES = [*ALONE, *CONDITIONAL, *SUBSTITUTED, *JOINT, *SWAPS, *TOURS, *LICENSED, *SECONDMENTS]


def play_matrix(scenes: list[str]) -> Counter[tuple[str, str]]:
    """Every cell of these scenes; returns how often each (action, state) moved."""
    moved: Counter[tuple[str, str]] = Counter()
    for name in scenes:
        with pytest.raises(Undone), transaction() as session:
            stage, leg = scene(session, name)
            session.flush()
            for who in PLAYERS:
                if who == "system" or who in stage.people:
                    before = picture(session, leg.id)
                    moved += play_row(session, stage, leg, who, name)
                    assert picture(session, leg.id) == before, (name, who)
            raise Undone
    return moved


def play_row(session: Session, stage: Stage, leg: Leg, who: str, scene_name: str) -> Counter[tuple[str, str]]:
    """All actions by one person on one leg, each undone when it moved."""
    moved: Counter[tuple[str, str]] = Counter()
    relations = PLAYERS[who] | ({"endorser"} if who == "endorser" else set())
    source = leg.state
    for action in ACTIONS.values():
        serves = action.name not in (NOT_OF_A_LICENCE if leg.agreement.is_licence else WINDOW)
        serves = serves and not (leg.agreement.is_licence and (action.name, source) == ("force_cancel", "in_use"))
        allowed = serves and source in action.sources and not action.roles.isdisjoint(relations)
        at = LATE.get(action.name) if action.name != "close" or who == "system" else None
        inputs = REST if (action.name, source) == ("check_in", "partly_returned") else INPUTS.get(action.name, {})
        if not allowed:
            wrong_role = action.roles.isdisjoint(relations)
            with pytest.raises((Forbidden, SignInNeeded) if wrong_role else Refusal):
                stage.act(who, leg, action.name, **inputs)
            assert not session.new
            assert not session.dirty, (source, who, action.name)
            continue
        nested = session.begin_nested()
        inputs = inputs | prepare(stage, leg, who, action.name)
        version, last = leg.version, session.scalar(sa.select(sa.func.max(Event.id)))
        refusal = attempt(stage, leg, who, action.name, at, inputs)
        if refusal is None:
            check_move(session, leg, action.name, source, version, last or 0)
            moved[action.name, source] += 1
        else:
            assert action.guard or action.name in ("approve", "force_cancel", "settle", "accept_offer"), (who, action, refusal)
        nested.rollback()
    return moved


def attempt(stage: Stage, leg: Leg, who: str, name: str, at: datetime | None, inputs: dict[str, Any]) -> Refusal | None:
    """Act, or say why not."""
    try:
        stage.act(who, leg, name, at=at, **inputs)
    except Refusal as refusal:
        return refusal
    return None


def check_move(session: Session, leg: Leg, name: str, source: str, version: int, last: int) -> None:
    """It went where the table says, by one version and one event each."""
    since = sa.and_(Event.id > last, Event.subject_type == "leg", Event.subject_id == leg.id)
    told = session.scalars(sa.select(Event).where(since).order_by(Event.id)).all()
    assert told[0].action == f"leg.{name}"
    assert told[0].data["to"] in ACTIONS[name].reaches(source)
    waits = any(other.state in OPEN - {"agreed"} for other in leg.agreement.legs if other is not leg)
    assert [event.action for event in told[1:]] == (["leg.commit"] if told[0].data["to"] == "agreed" and not waits else [])
    assert leg.version == version + len(told)
    assert leg.state == told[-1].data["to"]
    assert told[-1].data["version"] == leg.version


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_every_cell_of_the_table(app: Flask) -> None:
    with app.app_context():
        moved = play_matrix(SCENES)
    wanted = {(action.name, source) for action in ACTIONS.values() for source in action.sources}
    never = wanted - moved.keys()
    assert not never, sorted(never)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_same_on_postgresql(app: Flask) -> None:
    with app.app_context():
        moved = play_matrix(["requested", "confirmed", "in_use licence"])
    assert moved


def test_table_effects_and_guards_belong_together() -> None:
    assert set(EFFECTS) == set(ACTIONS)
    assert {action.guard for action in ACTIONS.values() if action.guard} == set(GUARDS)
    for action in ACTIONS.values():
        assert action.sources <= STATES
        assert action.targets <= STATES | {"same"}


@BOTH
def test_what_is_offered_is_what_is_accepted(app: Flask) -> None:
    """`available` names exactly those actions whose role, state and guard hold."""
    with app.app_context(), pytest.raises(Undone), transaction() as session:
        stage, leg = scene(session, "requested")
        names = {
            who: {action.name for action in available(session, leg, stage.people[who], NOW)}
            for who in ("handler", "borrower", "both", "stranger")
        }
        assert names["handler"] == {"accept_handling", "transfer", "return_for_completion", "survey", "approve", "decline", "offer"}
        assert names["borrower"] == names["both"] == {"withdraw"}
        assert names["stranger"] == set()
        raise Undone
