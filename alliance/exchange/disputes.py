"""争议: the open ones with whose turn it is, since when and until when, and those that were decided lately."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload, lazyload

from alliance import clock
from alliance.centres.models import Centre
from alliance.db import db
from alliance.exchange import contested, present, story
from alliance.exchange.labels import DECISIONS
from alliance.exchange.models import Dispute, Leg
from alliance.exchange.routes import bp
from alliance.people.models import Person
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import PROPOSAL_DAYS, Calendar, light, working_time_left
from alliance.worktime.rows import calendar

LATELY = 30
Found = list[tuple[Dispute, Leg]]


@bp.get("/disputes")
@guarded("desk.read")
def disputes() -> Answer:
    """Of all centres for the secretariat, for others those of their own."""
    g.here = "agreements"
    session, person, now = db.session, me(), clock.now()
    days, locale = calendar(session), str(get_locale())
    return render_template(
        "exchange/disputes.html",
        open=[_row(one, leg, days, now, locale) for one, leg in standing(session, person)],
        decided=[_decided(one, leg, days, now, locale) for one, leg in decided(session, person)],
        every=person.is_admin,
        lately=LATELY,
    )


def standing(session: Session, person: Person) -> Found:
    """Those that wait to be settled, oldest first."""
    query = _of(person).where(Dispute.decision.is_(None), Leg.state == "disputed").order_by(Dispute.id)
    return [(one, leg) for one, leg in session.execute(query).unique()]


def decided(session: Session, person: Person) -> Found:
    """The last ones that were decided, newest first."""
    query = _of(person).where(Dispute.decided_at.is_not(None)).order_by(Dispute.decided_at.desc(), Dispute.id.desc())
    return [(one, leg) for one, leg in session.execute(query.limit(LATELY)).unique()]


def _of(person: Person) -> sa.Select[Dispute, Leg]:
    query = sa.select(Dispute, Leg).join(Leg, Leg.id == Dispute.leg_id)
    centres = [centre.id for centre in person.centres]
    if not person.is_admin:
        query = query.where(sa.or_(Leg.owner_id.in_(centres), Leg.borrower_id.in_(centres)))
    sides = (joinedload(side).lazyload(Centre.membership) for side in (Leg.owner, Leg.borrower))
    return query.options(*sides, lazyload(Leg.lines))


def _row(one: Dispute, leg: Leg, days: Calendar, now: datetime, locale: str) -> dict[str, Any]:
    stand = contested.stand(one, days, now)
    whose = [str(present.called(_centre(leg, side), locale)) for side in stand.sides]
    return _about(one, leg, locale) | {
        "since": story.say(one.at, locale),
        "turn": _("、").join(whose) or _("联盟秘书处"),
        "todo": _("答复调解方案") if whose else _("另提方案或裁定") if one.proposals else _("提出方案或裁定"),
        "turn_since": story.say(stand.since, locale),
        "light": _light(stand, days, now, locale),
    }


def _light(stand: contested.Stand, days: Calendar, now: datetime, locale: str) -> tuple[str, Any, str]:
    """Of a proposal as of any answer; where the alliance decides, whether the sides may still be heard first."""
    when = story.say(stand.until, locale) if stand.until else ""
    if stand.sides:
        colour = light(now, stand.until, PROPOSAL_DAYS, days)
        assert stand.until is not None
        return colour, present.left(working_time_left(now, stand.until, days), days.office.length), when
    if stand.until is not None and now < stand.until:
        return "off", _("陈述期内"), when
    return "yellow", _("等裁定"), _("期满于%(moment)s", moment=when) if when else ""


def _decided(one: Dispute, leg: Leg, days: Calendar, now: datetime, locale: str) -> dict[str, Any]:
    until = contested.appeal_until(one, days) if contested.runs(leg) and leg.state != "disputed" else None
    return _about(one, leg, locale) | {
        "at": story.say(one.decided_at, locale) if one.decided_at else "",
        "word": dict(DECISIONS).get(one.decision or "", ""),
        "together": contested.is_accepted(one),
        "why": one.decision_reason,
        "appeal": story.say(until, locale) if until is not None and now <= until else "",
    }


def _about(one: Dispute, leg: Leg, locale: str) -> dict[str, Any]:
    return {
        "url": url_for("exchange.room", number=leg.number),
        "title": leg.agreement.heading,
        "number": leg.number,
        "owner": present.called(leg.owner, locale),
        "borrower": present.called(leg.borrower, locale),
        "by": present.called(_centre(leg, one.side), locale),
        "reason": one.reason,
    }


def _centre(leg: Leg, side: str) -> Centre:
    return leg.owner if side == "owner" else leg.borrower
