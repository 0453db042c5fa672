"""The page of an agreement of several legs: what still hangs, each leg with whose turn it is, and what can be added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session, contains_eager, selectinload

from alliance import clock, codes
from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange import present, together, turns
from alliance.exchange.alternatives import alternatives, notes
from alliance.exchange.case import Case
from alliance.exchange.drafts import missing
from alliance.exchange.models import Agreement, Leg
from alliance.exchange.routes import fresh_key, gathering, is_full, is_outline, key_given
from alliance.exchange.table import GONE, LOST, OPEN
from alliance.people.models import Person
from alliance.web import me
from alliance.worktime import spoken_date, spoken_moment
from alliance.worktime.rows import calendar

TONES = {
    "draft": "",
    "negotiating": "wait",
    "committed": "ok",
    "running": "go",
    "settling": "go",
    "closed": "ok",
    "broken": "stop",
    "cancelled": "stop",
    "failed": "stop",
}


def load(session: Session, number: str) -> Agreement | None:
    """A joint agreement with its legs and their terms."""
    query = sa.select(Leg).join(Leg.agreement).where(Agreement.number == number).order_by(Leg.rank)
    legs = session.scalars(query.options(contains_eager(Leg.agreement), selectinload(Leg.terms))).unique().all()
    return legs[0].agreement if legs and legs[0].agreement.is_joint else None


def show(agreement: Agreement, sentence: Any = "", lacking: dict[str, Any] | None = None) -> str:
    """The page for who may read a leg of it; others are told that there is none."""
    g.here = "agreements"
    session, person = db.session, me()
    legs = [leg for leg in agreement.legs if is_full(person, leg) or is_outline(person, leg)]
    if not legs:
        raise NotFound(_("没有这份约定，或您不是它的参与方。"), ways=((_("往来"), url_for("exchange.agreements")),))
    state = together.state(agreement.legs)
    growing = _growing(session, person, agreement, state)
    if growing["adds"]:
        gathering(agreement.number)
    return render_template(
        "exchange/whole.html",
        agreement=agreement,
        state=(codes.label("agreement_state", state, str(get_locale())), TONES[state]),
        hanging=hanging(agreement, state),
        pending=state in ("draft", "negotiating"),
        rows=rows(session, person, legs, lacking or {}),
        **over_days(legs, person),
        sentence=sentence,
        called_back=called_back(None, agreement.legs, person),
        tied=all(leg.state in present.JOINED for leg in legs),
        contracted=any(leg.state in present.JOINED and is_full(person, leg) for leg in legs),
        key=key_given() or fresh_key(),
        called=present.called,
        **growing,
    )


def hanging(agreement: Agreement, state: str) -> Any:
    """What it still hangs on, in one line."""
    legs = together.counted(agreement.legs)
    lacking = [leg for leg in legs if together.is_lacking(leg, agreement.legs)]
    if lacking:
        ranks = _("、").join(str(leg.rank) for leg in lacking)
        return _("第%(rank)s项未成，轮到%(centre)s找候补", rank=ranks, centre=present.called(agreement.initiator))
    if state == "negotiating":
        left = sum(leg.state in OPEN - {"agreed"} for leg in legs)
        return ngettext("还差%(num)s项同意", "还差%(num)s项同意", left)
    if state == "draft":
        return _("填好各项，一起提交")
    return codes.label("agreement_state", state, str(get_locale()))


def rows(session: Session, person: Person, legs: Sequence[Leg], lacking: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each leg; a constant number of queries, but for the candidates of a place that is to be filled."""
    locale, now = str(get_locale()), clock.now()
    desk, days = turns.desk_of(session, legs, now), calendar(session)
    return [_row(session, person, leg, desk.turn(leg), days, locale) | {"lacks": lacking.get(str(leg.rank), "")} for leg in legs]


def _row(session: Session, person: Person, leg: Leg, turn: turns.Turn, days: Any, locale: str) -> dict[str, Any]:
    full, now = is_full(person, leg), clock.now()
    mine = full and turn.centre is not None and bool(person.roles_in(turn.centre.id)) and leg.state not in ("draft", "agreed")
    draft = leg.state == "draft" and f"{leg.begun_by}_staff" in leg.relations(person)
    wanting = together.is_lacking(leg, leg.agreement.legs)
    after = leg.state in LOST and leg.agreement.kind == "bundle" and together.has_a_place(leg.rank, leg.agreement.legs)
    finds = draft_of(leg.agreement, leg) is None and "borrower_staff" in leg.relations(person)
    return {
        "leg": leg,
        "resource": leg.lines[0].resource,
        "url": url_for("exchange.edit" if draft else "exchange.agreement", number=leg.number) if full else "",
        "dates": present.days_of(leg, _side(leg, person)),
        "sessions": _sessions(leg, _side(leg, person)),
        "state": present.state_of(leg, locale),
        "light": present.light_of(turn, days, now) if leg.state != "draft" else None,
        "todo": present.headline(leg, turn, None, mine) if turn.side != "none" and leg.state != "draft" else "",
        "act": present.to_do(leg, turn.ask, turn) if mine else "",
        "draft": draft,
        "missing": len(missing(leg.terms[-1])) if draft else 0,
        "consent": _consent(Case(session, leg, person, now)) if draft else "",
        "until": spoken_moment(leg.replace_until, locale, today=clock.local(now).date()) if wanting and leg.replace_until else "",
        "after": after,
        "seeks": finds,
        **(_candidates(session, leg) if (wanting or after) and finds else {"candidates": (), "alike": True}),
        "replaces": leg.replaces,
        "optional": not leg.mandatory and leg.state not in GONE,
    }


def opposite(case: Case) -> list[dict[str, Any]]:
    """What goes the other way in a swap, as far as the person may read it."""
    person, locale = case.person, str(get_locale())
    if person is None or case.leg.agreement.kind != "swap":
        return []
    seen = [leg for leg in case.legs if leg.id != case.leg.id and leg.state not in GONE and is_full(person, leg)]
    return [{"leg": leg, "dates": present.days_of(leg, _side(leg, person)), "state": present.state_of(leg, locale)} for leg in seen]


def called_back(leg: Leg | None, legs: Sequence[Leg], person: Person) -> list[tuple[Leg, str]]:
    """What of an agreement is called back, with by when; for who reads one leg the others, while that one stands."""
    if not any(is_full(person, one) for one in legs) or (leg is not None and leg not in together.beside(None, legs)):
        return []
    return [(one, present.recalled(one)) for one in together.called_back(legs) if one is not leg]


def _sessions(leg: Leg, side: str) -> int:
    """Of people who come more than once, or for sessions that were bought: how often, as that side knows."""
    known, thing = present.visible(leg, side), leg.lines[0].resource
    count = known[-1].content.get("sessions") or 1 if known and thing.kind == "talent" else 1
    return count if count > 1 or thing.details.get("contract_until") else 0


def _consent(case: Case) -> str:
    """Where the talent's consent to what is given is recorded first: "own" by the reader, "other" by a colleague."""
    if not case.wants_consent:
        return ""
    return "own" if "owner_handler" in case.relations else "other"


def _candidates(session: Session, leg: Leg) -> dict[str, Any]:
    """What could take its place: of its own sort, else of its kind."""
    alike = alternatives(session, leg, alike=True)
    found = alike or alternatives(session, leg)
    return {"candidates": found, "alike": bool(alike), "near": notes(session, leg.borrower, found)}


def _side(leg: Leg, person: Person) -> str:
    """As whom this person reads a leg."""
    return next((side for side in ("borrower", "owner") if f"{side}_staff" in leg.relations(person)), "other")


def draft_of(agreement: Agreement, lost: Leg) -> Leg | None:
    """The substitute for a lost leg that is being filled in."""
    return next((leg for leg in agreement.legs if leg.replaces == lost.rank and leg.state in OPEN), None)


def over_days(legs: Sequence[Leg], person: Person) -> dict[str, Any]:
    """The legs over the days of the whole, in per cent of its length, and what stands at both ends of it."""
    known = [(leg, present.span_of(leg, _side(leg, person))) for leg in legs if leg.state not in GONE]
    dated = [(leg, *span) for leg, span in known if span is not None]
    if not dated:
        return {"days": [], "ends": ()}
    first, last = min(start for _leg, start, _end in dated), max(end for _leg, _start, end in dated)
    whole = (last - first).total_seconds()

    def share(moment: datetime) -> int:
        return round(100 * (moment - first).total_seconds() / whole)

    days = [
        {
            "title": leg.lines[0].resource.title,
            "rank": leg.rank,
            "from": share(start),
            "to": max(share(end), share(start) + 1),
            "joined": leg.state in present.JOINED,
            "dates": present.dates_of(leg, _side(leg, person)),
        }
        for leg, start, end in dated
    ]
    return {"days": days, "ends": _ends(clock.local(first), clock.local(last))}


def _ends(first: datetime, last: datetime) -> tuple[str, str]:
    """The first and the last day of it, or the hours where it is one day."""
    if first.date() == last.date():
        return f"{first:%H:%M}", f"{last:%H:%M}"
    locale, today = str(get_locale()), clock.local(clock.now()).date()
    return spoken_date(first.date(), locale, today=today), spoken_date(last.date(), locale, today=today)


def _growing(session: Session, person: Person, agreement: Agreement, state: str) -> dict[str, Any]:
    """What who began it can do: add, give in return, send."""
    mine = "staff" in person.roles_in(agreement.initiator_id)
    drafting = mine and any(leg.state == "draft" for leg in agreement.legs)
    gives = any(leg.begun_by == "owner" and leg.state != "withdrawn" for leg in agreement.legs)
    own: Sequence[Resource] = ()
    if mine and state == "draft" and agreement.kind == "swap" and not gives:
        query = sa.select(Resource).where(Resource.owner_id == agreement.initiator_id, Resource.state == "published")
        own = session.scalars(query.where(Resource.kind != "media").order_by(Resource.kind, Resource.title)).all()
    return {
        "own": own,
        "gives": gives,
        "sends": drafting,
        "adds": mine and state == "draft" and agreement.kind == "bundle",
        "weighs": mine and state == "draft" and agreement.kind == "bundle" and len(agreement.legs) > 1,
        "asks_own": mine and state == "draft" and agreement.kind == "swap" and not gives,
    }
