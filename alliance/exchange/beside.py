"""What an action's page needs beside its fields: choices that depend on the leg, and what helps to decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session, selectinload

from alliance import clock
from alliance.catalogue import occupancy
from alliance.exchange import conditions, contested, handover, instead, present
from alliance.exchange.alternatives import alternatives, notes
from alliance.exchange.case import Case, periods_of
from alliance.exchange.closing import DECISIONS as ALLOWED
from alliance.exchange.closing import rating_of
from alliance.exchange.controls import local_minutes
from alliance.exchange.dates import obstacles, wanted
from alliance.exchange.labels import DECISIONS, GROUNDS, OUTCOMES
from alliance.exchange.models import Dispute, Leg, Report
from alliance.exchange.table import ACTIONS, ADMIN, Action
from alliance.exchange.versions import changes
from alliance.people.models import Person, Post
from alliance.worktime import spoken_moment, spoken_range

Options = list[tuple[Any, ...]]
AHEAD = timedelta(days=60)
"""How far is looked for what comes after a loan."""


def options_for(case: Case, action: Action) -> dict[str, Options]:
    """The choices of a field that depend on the leg, by its name."""
    made: dict[str, Callable[[], dict[str, Options]]] = {
        "approve": lambda: {"choice": choices(case)},
        "offer": lambda: {"choice": choices(case), "substitute": instead.options(case)},
        "record_consent": lambda: {"of": instead.people(case)},
        "transfer": lambda: {"to": colleagues(case)},
        "resolve_line": lambda: {"item": [(item, f"{item}（{count}）") for item, count in handover.outstanding(case).items()]},
        "meet": lambda: {"condition": [(str(rank), one["text"]) for rank, one in conditions.unmet(case.leg)]},
        "reopen": lambda: {"condition": [(str(rank), one["text"]) for rank, one in conditions.met(case.leg)]},
        "settle": lambda: {"decision": decisions(case)},
        "propose": lambda: {"decision": decisions(case)},
        "force_cancel": lambda: {"ground": [one for one in GROUNDS if one[0] != "alliance" or ADMIN in case.relations]},
    }
    return made[action.name]() if action.name in made else {}


def choices(case: Case) -> Options:
    """The choices of dates in the terms in force, with whether they are free."""
    locale, made = str(get_locale()), []
    steps = case.steps
    for rank, (start, end) in enumerate(periods_of(case.terms), 1):
        if steps and steps[-1].choice != rank:
            continue
        words = spoken_range(start, end, locale, today=clock.local(case.now).date())
        clashes = obstacles(case, (start, end))
        note = " ".join(occupancy.say(clash) for clash in clashes[:3]) if clashes else _("空闲")
        if start <= case.now:
            note = _("已经开始或过去")
        label = _("首选 %(dates)s", dates=words) if rank == 1 else _("备选 %(dates)s", dates=words)
        made.append((str(rank), label, f"· {note}"))
    return made


def _ahead(case: Case) -> str:
    """What comes next for the thing, told to whoever asks for longer; to whoever grants it, up to the date asked for."""
    leg, until = case.leg, case.ask.content.get("until") if case.ask is not None else None
    if leg.ends_at is None:
        return ""
    end = datetime.fromisoformat(until) if until else max(leg.ends_at, case.now) + AHEAD
    clashes = occupancy.clashes(case.session, case.resource, leg.ends_at, end, leg_id=leg.id, **wanted(case))
    if clashes:
        return str(_("之后最早的安排：%(what)s", what=occupancy.say(clashes[0])))
    return str(_("到要续的日期为止没有别的安排。") if until else _("以后%(n)s天没有别的安排。", n=AHEAD.days))


def colleagues(case: Case) -> Options:
    """The owner's staff who could take it on."""
    today: date = clock.local(case.now).date()
    held = sa.and_(Post.since <= today, sa.or_(Post.until.is_(None), Post.until >= today))
    query = (
        sa.select(Person.id, Person.name, sa.func.max(Post.department))
        .join(Post, Post.person_id == Person.id)
        .where(Post.centre_id == case.leg.owner_id, held, Person.active, Person.id != (case.leg.handler_id or 0))
        .group_by(Person.id, Person.name)
        .order_by(Person.name)
    )
    return [(str(number), f"{name} {department or ''}".strip()) for number, name, department in case.session.execute(query)]


def decisions(case: Case) -> Options:
    """What the alliance can decide of this dispute."""
    allowed = ALLOWED.get(case.leg.disputed_from or "", ("resume", "close"))
    return [(name, label, OUTCOMES[name]) for name, label in DECISIONS if name in allowed]


def others(session: Session, leg: Leg, *, ask: bool = False) -> list[dict[str, Any]]:
    """Others of the kind that are free on the dates, for parts/lines.html; with `ask` the way to ask for them on those dates."""
    asked: dict[str, Any] = {
        name: local_minutes(moment) for name, moment in (("starts_at", leg.starts_at), ("ends_at", leg.ends_at)) if moment
    }
    made, found = [], alternatives(session, leg)
    told = notes(session, leg.borrower, found)
    for one in found:
        line: dict[str, Any] = {
            "title": one.title,
            "url": url_for("portal.resource", code=one.code),
            "note": _("·").join([present.called(one.owner), *told[one.id]]),
        }
        if ask and leg.starts_at is not None and leg.starts_at > clock.now():
            way = url_for("exchange.new", resource=one.code, like=leg.number, **asked)
            line["end"] = Markup('<a href="{}">{}</a>').format(way, _("照原申请改约这一项"))
        made.append(line)
    return made


def beside(case: Case, action: Action) -> dict[str, Any]:
    """What helps to decide: others that are free, the last report of the other side, who signed already."""
    found: dict[str, Any] = {}
    if action.name in ("decline", "recall"):
        found["others"] = others(case.session, case.leg)
    if action.name == "decline" and case.leg.state in ACTIONS["offer"].sources:
        found["own"] = instead.free(case)
    if action.name in ("hand_over", "receive", "send_back", "check_in"):
        query = sa.select(Report).where(Report.leg_id == case.leg.id).order_by(Report.id.desc())
        found["signed"] = {made.kind: made for made in case.session.scalars(query.options(selectinload(Report.person)))}
        found["say_time"] = lambda moment: spoken_moment(moment, str(get_locale()), today=clock.local(case.now).date())
    if action.name in ("ask_extension", "grant"):
        found["ahead"] = _ahead(case)
    if action.name == "reply":
        found["rating"] = rating_of(case)
    if action.name in ("agree_proposal", "refuse_proposal") and case.leg.disputes:
        found["proposal"] = contested.waiting(contested.latest(case.session, case.leg))
        found["outcomes"] = {name: (label, note) for name, label, note in decisions(case)}
    if action.name in ("settle", "propose", "state_view"):
        found["disputes"] = case.session.scalars(sa.select(Dispute).where(Dispute.leg_id == case.leg.id)).all()
    if action.name in ("accept_offer", "decline_offer", "counter", "approve"):
        known = present.visible(case.leg, case.side)
        before = known[-2] if len(known) > 1 else None
        locale = str(get_locale())
        found["before"] = before
        found["changes"] = changes(before.content, known[-1].content, locale) if before is not None else []
    return found
