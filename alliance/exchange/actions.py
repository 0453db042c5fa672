"""The one way to change a leg: `act`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session, joinedload, lazyload

from alliance import clock, jobs, journal
from alliance.catalogue import occupancy
from alliance.catalogue.models import Resource
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from alliance.exchange import deadlines, differing, instead, sessions, together
from alliance.exchange.case import Case, last_start
from alliance.exchange.deeds import EFFECTS
from alliance.exchange.guards import GUARDS
from alliance.exchange.models import Ask, Leg, Line, Terms
from alliance.exchange.table import ACTIONS, ADMIN, BOOKED, LAPSING, SYSTEM, Action
from alliance.people.models import Person

LOCKED = (
    sa.select(Leg, Terms)
    .outerjoin(Terms, sa.and_(Terms.leg_id == Leg.id, Terms.version == Leg.terms_version))
    .where(Leg.id == sa.bindparam("number"))
    .options(joinedload(Leg.lines).joinedload(Line.resource).lazyload(Resource.owner))
    .with_for_update(of=Leg)
    .execution_options(populate_existing=True)
)
ASKING = frozenset({"confirmed", "in_use", "sent_back", "partly_returned", "returned"})


def act(
    session: Session,
    person: Person | None,
    leg: Leg,
    name: str,
    *,
    expected_version: int | None = None,
    key: str | None = None,
    **inputs: Any,
) -> Leg:
    """Do the action `name` for `person` (None: the system), who saw the leg at `expected_version`; returns the leg as it is now.

    A repeated `key` is done once. Raises NotFound, Forbidden, Invalid or Conflict, and then nothing has changed.
    """
    if name not in ACTIONS:
        raise NotFound(_("没有这种操作。"))
    action = ACTIONS[name]
    leg, terms = _locked(session, leg, action, instead.named(session, leg, inputs))
    if leg.version != expected_version and _done(session, key, leg, name):
        return leg
    case = Case(session, leg, person, clock.now())
    if terms is not None:
        case.terms = terms
    _may(case, action)
    if person is not None and leg.version != expected_version:
        raise Conflict(_("页面打开之后又有新的进展，请看过最新情况再办。"))
    _can(case, action)
    form = _read(action, inputs)
    source, told = leg.state, _apply(case, action, form)
    happened = [told, *_follow(case, ended=leg.state != source)]
    for told in happened:
        _record(session, told, key if told is happened[0] else None)
        if told.name == "commit":
            jobs.later(session, "exchange.rivals", {"leg": told.leg.id})
    session.flush()
    for one in case.legs:
        sessions.follow(session, one)
    return leg


def available(session: Session, leg: Leg, person: Person | None, now: datetime) -> tuple[Action, ...]:
    """What `person` can do with the leg now, in the order of the table."""
    case = Case(session, leg, person, now)
    return tuple(action for action in ACTIONS.values() if why_not(case, action) is None)


def why_not(case: Case, action: Action) -> Any:
    """The refusal of an action as it would be raised, or None."""
    try:
        _may(case, action)
        _can(case, action)
    except (Forbidden, Conflict, SignInNeeded) as refusal:
        return refusal
    return None


# Before ------------------------------------------------------------------


def _locked(session: Session, leg: Leg, action: Action, more: Sequence[Resource]) -> tuple[Leg, Terms | None]:
    """The leg as it is now, so that nobody else changes it; what takes or frees dates locks the resource first, and `more`.

    With it the terms in force, unless they changed while this waited for the lock: PostgreSQL then joins none.
    """
    number = leg.id
    _lock(session, leg, resources=action.locks, more=more)
    found, terms = session.execute(LOCKED, {"number": number}).unique().one()
    return found, terms


def hold_still(session: Session, leg: Leg, *, resources: bool) -> Leg:
    """The leg as it is now, locked; of several all of them, and with `resources` before them what they lend."""
    number = leg.id
    _lock(session, leg, resources=resources)
    query = sa.select(Leg).where(Leg.id == number).with_for_update(of=Leg).execution_options(populate_existing=True)
    return session.scalars(query).unique().one()


def _lock(session: Session, leg: Leg, *, resources: bool, more: Sequence[Resource] = ()) -> None:
    """Resources before legs, both in one order. Legs of one agreement move together, so all that they lend is locked at once."""
    if leg.agreement.is_joint:
        number = leg.agreement_id
        occupancy.lock(session, [*session.scalars(lent_in(Leg.agreement_id == number)).unique(), *more])
        every = sa.select(Leg).where(Leg.agreement_id == number).order_by(Leg.id).with_for_update(of=Leg)
        session.scalars(every.execution_options(populate_existing=True)).unique().all()
    elif resources:
        known = [thing for line in leg.lines for thing in (line.resource, line.offered) if thing is not None]
        occupancy.lock(session, [*known, *more])


def lent_in(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """All listings in legs for which `condition` holds, those too that are only offered so far: for locks."""
    ids = [sa.select(column).join(Leg, Leg.id == Line.leg_id).where(condition) for column in (Line.resource_id, Line.offered_id)]
    return sa.select(Resource).where(Resource.id.in_(sa.union(*ids))).options(lazyload(Resource.owner))


def _done(session: Session, key: str | None, leg: Leg, name: str) -> bool:
    """Whether this very wish was fulfilled before: a double click."""
    event = journal.seen(session, key)
    if event is None:
        return False
    if (event.subject_type, event.subject_id, event.action) != (Leg.__tablename__, leg.id, f"leg.{name}"):
        raise Conflict(_("这次提交的编号已用在别处，请刷新页面再试。"))
    return True


def _may(case: Case, action: Action) -> None:
    """Role by relations; who works for a suspended centre acts on running legs only."""
    if case.person is None and SYSTEM not in action.roles:
        raise SignInNeeded(_("请先登录。"))
    if action.roles.isdisjoint(case.relations):
        raise Forbidden(_("您在这份约定里的身份不能做这件事。"))
    centre = {"owner": case.leg.owner, "borrower": case.leg.borrower}.get(case.side)
    running = case.leg.state in BOOKED - {"agreed"} or case.leg.state in ("closed", "no_show")
    if centre is not None and not centre.is_active and not running and ADMIN not in case.relations:
        raise Forbidden(_("该馆已停用，只能办理已确定的约定。"))


def _can(case: Case, action: Action) -> None:
    """Source state, limit and guard."""
    leg = case.leg
    if leg.state not in action.sources or not action.serves(leg.agreement.kind, leg.state):
        raise Conflict(_("现在的状态不能做这件事。"))
    if case.person is not None and leg.state in LAPSING and leg.expires_at is not None and case.now >= leg.expires_at:
        raise Conflict(_("已过期限，这份申请已失效。"))
    refusal = GUARDS[action.guard](case) if action.guard else None
    if refusal:
        raise Conflict(refusal)


def _read(action: Action, inputs: dict[str, Any]) -> BaseModel | None:
    """What was filled in, checked; Invalid names each field."""
    if action.needs is None:
        return None
    try:
        return action.needs.model_validate(inputs)
    except ValidationError as error:
        fields = {str(fault["loc"][0]) if fault["loc"] else "form": _sentence(fault) for fault in error.errors()}
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), fields) from error


def _sentence(fault: Any) -> str:
    return str(fault["ctx"]["error"]) if fault["type"] == "value_error" else str(_("请填写，或检查这一项。"))


# The change --------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What the journal is to say of one action."""

    leg: Leg
    name: str
    person: Person | None
    side: str
    data: dict[str, Any]


def _apply(case: Case, action: Action, form: BaseModel | None) -> Told:
    """Effect, state, version, dates."""
    leg, source = case.leg, case.leg.state
    outcome = EFFECTS[action.name](case, form)
    if outcome.to not in action.reaches(source):
        raise RuntimeError(f"{action.name}: {source} -> {outcome.to} is not in the table")
    leg.state = outcome.to
    leg.version += 1
    if leg.state != source and source in ASKING:
        _lapse_asks(case)
    _arrange(case, fresh=leg.state != source or action.name in NEW_TURN)
    data = {"from": source, "to": leg.state, "version": leg.version, "terms_version": leg.terms_version, "side": case.side}
    return Told(leg, action.name, case.person, case.side, data | outcome.data)


def _follow(case: Case, *, ended: bool) -> list[Told]:
    """What the system does of itself at once: commits, and whatever one leg means to the others."""
    if not case.leg.agreement.is_joint:
        return [_by_system(case, case.leg, "commit", {})] if case.leg.state == "agreed" else []
    happened: list[Told] = []
    together.mark(case, ended=ended)
    while steps := together.following(case.legs):
        happened += [_by_system(case, *wanted) for wanted in steps]
    together.move_holds(case)
    return happened


def _by_system(case: Case, leg: Leg, name: str, inputs: dict[str, Any]) -> Told:
    made = Case(case.session, leg, None, case.now)
    return _apply(made, ACTIONS[name], _read(ACTIONS[name], inputs))


def _record(session: Session, told: Told, key: str | None) -> None:
    leg = told.leg
    centre_id = {"owner": leg.owner_id, "borrower": leg.borrower_id}.get(told.side)
    journal.record(session, f"leg.{told.name}", leg, person=told.person, centre_id=centre_id, data=told.data, key=key)


NEW_TURN = frozenset({"counter", "settle"})


def _arrange(case: Case, *, fresh: bool) -> None:
    leg = case.leg
    if leg.state == "agreed":
        return
    start = last_start(case.terms) if leg.state in LAPSING else None
    deadlines.arrange(leg, lambda: case.calendar, case.now, start, fresh=fresh)


def _lapse_asks(case: Case) -> None:
    standing = sa.update(Ask).where(Ask.leg_id == case.leg.id, Ask.answer.is_(None))
    if case.leg.state in ACTIONS["agree_note"].sources:
        standing = standing.where(Ask.kind != differing.KIND)
    case.session.execute(standing.values(answer="lapsed", answered_at=case.now))
