"""Sanctions by rule (R-97): which step breaches or suspensions of a centre call for. The secretariat decides, nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.availability import midnight
from alliance.centres import membership
from alliance.centres.membership import STEPS, Cause
from alliance.centres.models import Centre, Membership
from alliance.exchange.models import Leg
from alliance.journal import Event

RULE: tuple[tuple[str, int], ...] = (("warn", 2), ("bar", 3), ("suspend", 5))
"""A step of the membership table, and from how many breaches of the period on it is proposed; the gravest one that fits."""
PERIOD = timedelta(days=365)


class Again(NamedTuple):
    """A step that is proposed while the centre stands where another one led it so many times in that time."""

    step: str
    after: str
    times: int
    within: timedelta


AGAIN = Again("withdraw", "suspend", 2, timedelta(days=2 * 365))
"""Who is suspended a second time within two years may have to leave; restored, it stays."""
FAULT = sa.case((Leg.breach_by == "owner", Leg.owner_id), else_=Leg.borrower_id)


def breaches(session: Session, now: datetime, centre_id: int | None = None) -> dict[int, int]:
    """No-shows and late cancellations of the period by the centre whose fault they were; one query."""
    within = [Leg.breach_by.is_not(None), Leg.starts_at >= midnight(_first(now, PERIOD))]
    if centre_id is not None:
        within.append(sa.or_(Leg.owner_id == centre_id, Leg.borrower_id == centre_id))
    query = sa.select(FAULT, sa.func.count()).where(*within).group_by(FAULT)
    return {centre: count for centre, count in session.execute(query)}  # noqa: C416


def taken(session: Session, now: datetime, centre_ids: Sequence[int]) -> dict[int, set[str]]:
    """The steps that were taken against these centres in the period, by their names; one query."""
    names = {STEPS[name].event: name for name, _count in RULE}
    query = sa.select(Event.subject_id, Event.action).where(
        Event.subject_type == Centre.__tablename__,
        Event.subject_id.in_(centre_ids),
        Event.action.in_(names),
        Event.at > now - PERIOD,
    )
    found: dict[int, set[str]] = {}
    for centre, action in session.execute(query):
        found.setdefault(centre, set()).add(names[action])
    return found


def called_for(count: int, done: set[str]) -> str | None:
    """The gravest step for so many breaches, unless it, or a graver one, was taken already."""
    fitting = [name for name, least in RULE if count >= least]
    graver = {name for rank, (name, _least) in enumerate(RULE) if rank >= len(fitting) - 1}
    return fitting[-1] if fitting and not graver & done else None


def cause(session: Session, centre: Centre) -> Cause | None:
    """What the rule says of one centre."""
    now = clock.now()
    count = breaches(session, now, centre.id).get(centre.id, 0)
    name = called_for(count, taken(session, now, [centre.id]).get(centre.id, set())) if count else None
    return _cause(centre, count, name, now) if name is not None and STEPS[name] in membership.steps(centre) else None


def _cause(centre: Centre, count: int, name: str, now: datetime) -> Cause:
    told = ngettext("一年内%(num)s次爽约或临时取消", "一年内%(num)s次爽约或临时取消", count)
    way: dict[str, Any] = {"slug": centre.slug, "name": "breached", "since": _first(now, PERIOD).isoformat()}
    return Cause(told, url_for("figures.scored", **way), STEPS[name])


def _first(now: datetime, within: timedelta) -> date:
    """The first day of the time in which is counted: a page of records lists whole days."""
    return clock.local(now - within).date()


def suspensions(session: Session, now: datetime, centre_id: int | None = None) -> list[tuple[Centre, int]]:
    """The centres that stand suspended as often as the rule on repetition says, with how often; one query."""
    times = (
        sa.select(Event.subject_id.label("centre"), sa.func.count().label("count"))
        .where(Event.subject_type == Centre.__tablename__, Event.action == STEPS[AGAIN.after].event)
        .where(Event.at >= midnight(_first(now, AGAIN.within)))
        .group_by(Event.subject_id)
        .subquery()
    )
    query = sa.select(Centre, times.c.count).join(Membership).join(times, times.c.centre == Centre.id)
    query = query.where(Membership.state == STEPS[AGAIN.after].target, times.c.count >= AGAIN.times)
    if centre_id is not None:
        query = query.where(Centre.id == centre_id)
    return [(centre, count) for centre, count in session.execute(query).unique()]


def cause_again(session: Session, centre: Centre) -> Cause | None:
    """What the rule on repetition says of one centre."""
    now = clock.now()
    return next((_again(one, count, now) for one, count in suspensions(session, now, centre.id)), None)


def _again(centre: Centre, count: int, now: datetime) -> Cause:
    told = ngettext("两年内%(num)s次被暂停成员资格", "两年内%(num)s次被暂停成员资格", count)
    since = _first(now, AGAIN.within)
    way: dict[str, Any] = {"action": STEPS[AGAIN.after].event, "centre": centre.slug, "first": since.isoformat()}
    return Cause(told, url_for("admin.audit", **way), STEPS[AGAIN.step])


def proposals(session: Session) -> list[tuple[Centre, Cause]]:
    """All members of which a rule says something, by their names; a constant number of queries."""
    now = clock.now()
    again = [(centre, _again(centre, count, now)) for centre, count in suspensions(session, now)]
    return sorted([*again, *_by_breaches(session, now)], key=lambda one: one[0].name)


def _by_breaches(session: Session, now: datetime) -> list[tuple[Centre, Cause]]:
    counts = breaches(session, now)
    done = taken(session, now, list(counts))
    named = {centre: name for centre, count in counts.items() if (name := called_for(count, done.get(centre, set())))}
    query = sa.select(Centre).join(Membership).where(Centre.id.in_(named), Membership.state == "active")
    return [(centre, _cause(centre, counts[centre.id], named[centre.id], now)) for centre in session.scalars(query)]


membership.causes_of += [cause, cause_again]
