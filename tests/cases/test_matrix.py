"""State × role × action, generated from the table: each cell moves as stated or is refused without side effects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock, codes, journal
from alliance.archive.models import Asset
from alliance.cases.actions import EFFECTS, available
from alliance.cases.filing import About
from alliance.cases.guards import GUARDS
from alliance.cases.models import Case
from alliance.cases.table import ACTIONS, ASKER, CLOSED, DESK, KINDS, OPEN, SAME, STATES, SYSTEM
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid, Refusal
from tests import make
from tests.cases.stage import NOW, Stage, build, local
from tests.conftest import BOTH

WHO = ("staff", "handler", "deputy", "director", "keeper", "main_handler", "stranger", "admin", "nobody", "asker", "system")
AT_THE_DESK = frozenset({"handler", "deputy", "director", "admin"})
"""Said here once more, independently of the code: the centre's handlers and directors, and the secretariat."""
LATER = local("2025-05-20T10:00")
ENDS = {"granted": "grant", "refused": "refuse", "done": "finish", "explained": "explain"}


def scene(session: Session, kind: str, state: str) -> tuple[Stage, Case] | None:
    """A case of that kind brought to that state, or None where it never gets there."""
    stage = build(session)
    case = stage.file(kind)
    if state in ("in_hand", "asked"):
        stage.act("handler", case, "take")
    if state == "asked":
        stage.act("handler", case, "ask_back")
    if state in CLOSED:
        name = "settle" if (kind, state) == ("removal", "done") else ENDS[state]
        if kind not in ACTIONS[name].kinds:
            return None
        stage.act("handler", case, name)
    return stage, case


def cells() -> Iterator[tuple[str, str]]:
    for kind in sorted(KINDS):
        for state in sorted(STATES):
            yield kind, state


def try_all(app: Flask, kind: str, state: str) -> int:
    """Every action by everybody, each taken back; returns how many moved."""
    moved = 0
    with app.app_context(), transaction() as session, clock.moved(NOW):
        made = scene(session, kind, state)
        if made is None:
            return 0
        for name in ACTIONS:
            for who in WHO:
                cell = session.begin_nested()
                moved += try_one(session, *made, name, who)
                cell.rollback()
    return moved


def try_one(session: Session, stage: Stage, case: Case, name: str, who: str) -> bool:
    """One cell: whether it moved."""
    action, state, version = ACTIONS[name], case.state, case.version
    role = {"asker": ASKER, "system": SYSTEM}.get(who, DESK)
    admitted = role in action.by and (role != DESK or who in AT_THE_DESK)
    events = session.scalar(sa.select(sa.func.count(journal.Event.id)))
    if admitted and case.kind in action.kinds and state in action.sources and not guarded(name, who, state):
        stage.act(who, case, name, role=role)
        assert case.state == (state if action.target == SAME else action.target), (name, who)
        assert case.version == version + 1
        last = journal.history(session, case)[-1]
        assert (last.action, last.data["from"], last.data["to"]) == (f"case.{name}", state, case.state)
        return True
    with pytest.raises(Refusal):
        stage.act(who, case, name, role=role)
    session.flush()
    session.refresh(case)
    assert (case.state, case.version) == (state, version), (name, who)
    assert session.scalar(sa.select(sa.func.count(journal.Event.id))) == events
    return False


def guarded(name: str, who: str, state: str) -> bool:
    """What a guard refuses in a fresh scene."""
    return (name == "take" and state == "in_hand" and who == "handler") or name == "follow_up"


@pytest.mark.parametrize(
    ("kind", "state"), [("use", "filed"), ("removal", "in_hand"), ("complaint", "explained"), ("use", "granted")]
)
def test_some_cells(app: Flask, kind: str, state: str) -> None:
    assert try_all(app, kind, state)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "state"), list(cells()))
def test_every_cell(app: Flask, kind: str, state: str) -> None:
    reached = {"use": "granted refused", "removal": "done explained refused", "correction": "done explained refused"}
    closed = set(reached.get(kind, "explained" if kind == "question" else "done explained").split())
    assert bool(try_all(app, kind, state)) == (state in OPEN | closed)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_same_on_postgresql(app: Flask) -> None:
    assert try_all(app, "removal", "filed")


def test_table_effects_guards_and_codes_belong_together() -> None:
    assert set(EFFECTS) == set(ACTIONS)
    assert {action.guard for action in ACTIONS.values() if action.guard} == set(GUARDS)
    for action in ACTIONS.values():
        assert action.sources <= STATES
        assert action.target in STATES | {SAME}
        assert action.by <= {DESK, ASKER, SYSTEM}
        assert action.kinds <= KINDS
    assert set(codes.get("case_kind").ids) == KINDS
    assert set(codes.get("case_state").ids) == STATES == OPEN | CLOSED
    for kind in KINDS:
        assert any(action.closes and kind in action.kinds for action in ACTIONS.values())


@BOTH
def test_the_first_to_take_it_stays_responsible(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        case = stage.file("question")
        stage.act("handler", case, "take")
        stage.act("deputy", case, "take")
        assert (case.first_handler, case.handler) == (stage.people["handler"], stage.people["deputy"])
        stage.act("deputy", case, "transfer", to=stage.main.slug)
        assert (case.centre, case.handler, case.first_handler, case.state) == (stage.main, None, stage.people["handler"], "filed")
        with pytest.raises(Forbidden):
            stage.act("handler", case, "take")
        stage.act("main_handler", case, "take")
        with pytest.raises(Conflict, match="分管馆长"):
            stage.act("main_handler", case, "transfer")
        stage.act("main_director", case, "transfer")
        assert (case.centre, case.transfers) == (None, 2)
        stage.act("admin", case, "explain")
        assert case.first_handler == stage.people["handler"]


def test_asked_back_once_only(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        case = stage.file("correction")
        stage.act("handler", case, "take")
        stage.act("handler", case, "ask_back")
        stage.act("nobody", case, "reply", role=ASKER)
        with pytest.raises(Conflict, match="不能再补充"):
            stage.act("handler", case, "ask_back")


def test_a_complaint_goes_one_level_up_then_to_the_secretariat(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        assert stage.file("complaint").centre == stage.owner
        assert stage.file("complaint", thing=About(centre=stage.owner)).centre == stage.main
        above = stage.file("complaint", thing=About(centre=stage.main))
        assert (above.centre, above.about) == (None, stage.main)
        assert stage.file("suggestion").centre == stage.owner
        assert stage.file("question", thing=About(centre=None)).centre is None


def test_nothing_is_left_with_a_centre_where_nobody_answers(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        assert stage.file("question", thing=About(centre=stage.point)).centre == stage.owner
        lonely = make.centre(writing)
        make.person(writing, lonely, "staff")
        assert stage.file("question", thing=About(centre=lonely)).centre is None
        case = stage.file("question")
        with pytest.raises(Invalid) as refused:
            stage.act("handler", case, "transfer", to=lonely.slug)
        assert set(refused.value.fields) == {"to"}


@BOTH
def test_a_removal_takes_the_work_down_or_closes_it_further(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        case = stage.file("removal")
        with pytest.raises(Invalid, match="收窄"):
            stage.act("handler", case, "settle", measure="restrict", file_access="public")
        with pytest.raises(Invalid, match="收窄"):
            stage.act("handler", case, "settle", measure="restrict")
        assert (case.state, stage.work.record_visibility) == ("filed", "public")
        stage.act("handler", case, "settle", measure="restrict", record_visibility="members")
        assert (case.state, case.measure, stage.work.record_visibility) == ("done", "restrict", "members")
        other = stage.file("removal")
        stage.act("admin", other, "settle")
        work = session.get_one(Asset, stage.work.id)
        assert (work.state, work.withdrawn_why) == ("withdrawn", "应当事人申请")
        assert {event.action for event in journal.history(session, work)} == {"asset.restricted", "asset.withdrawn"}


def test_a_public_answer_names_nobody(session: Session) -> None:
    with transaction() as writing:
        stage = build(writing)
        case = stage.file("complaint", who="赵钱孙", name="刘十八")
        for text in ("赵钱孙没有开门吗", "刘十八问几点开门", "打 13900001111 问问", "写信到 a@example.org"):
            with pytest.raises(Invalid) as refused:
                stage.act("handler", case, "finish", public_text=text)
            assert set(refused.value.fields) == {"public_text"}
        with pytest.raises(Invalid) as refused:
            stage.act("handler", case, "finish", answer="已经批评赵钱孙，今后按时开门。")
        assert set(refused.value.fields) == {"answer"}
        with pytest.raises(Invalid):
            stage.act("handler", case, "finish", public_text=" ")
        assert case.closed_at is None
        stage.act("handler", case, "finish")
        assert case.is_public
        private = stage.file("complaint", public=False)
        stage.act("handler", private, "finish", public_text="")
        assert not private.is_public


def test_what_is_offered_is_what_is_accepted(session: Session) -> None:
    with transaction() as writing, clock.moved(NOW):
        stage = build(writing)
        case = stage.file("use")
        names = {who: {a.name for a in available(case, stage.people[who], DESK)} for who in ("handler", "stranger", "main_handler")}
        assert names == {"handler": {"take", "transfer", "grant", "refuse"}, "stranger": set(), "main_handler": set()}
        stage.act("handler", case, "grant")
        assert {a.name for a in available(case, None, ASKER)} == {"rate"}
        with clock.moved(LATER):
            stage.act("nobody", case, "look_back", role=SYSTEM)
            assert {a.name for a in available(case, None, ASKER)} == {"rate", "follow_up"}
