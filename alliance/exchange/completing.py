"""A completion while it is typed: kept beside the terms in force, which the owner goes on reading, until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes, journal
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange.case import Case
from alliance.exchange.drafts import Draft, sift
from alliance.exchange.models import Leg, Terms
from alliance.exchange.versions import changes
from alliance.journal import Event
from alliance.people.models import Person

FILLED_IN = "leg.fill_in"
ANSWERS: dict[str, tuple[str, ...]] = {
    "dates": ("starts_at",),
    "place": ("place",),
    "contact": ("contact_name",),
    "audience": ("audience",),
    "site_photo": ("files",),
    "power": ("power_kw",),
    "road": ("road_height_m", "road_width_m"),
    "rain_plan": ("rain_plan", "files"),
    "safety_plan": ("safety_plan", "files"),
    "permit": ("files",),
    "costs": ("transport_by", "fuel_by", "meals_by", "lodging_by", "cost_share"),
    "insurance": ("insurance", "files"),
    "licence": ("driver_licence", "files"),
    "rights": ("files",),
}
"""Where in the form each thing that may be missing is filled in, the likeliest first; the rest may be anywhere."""


def fill_in(session: Session, person: Person, leg: Leg, *, draft: Draft, seen: int, once: str | None) -> int:
    """Keep what was typed so far; returns the number of this saving. The leg and its version stay as they are.

    Raises Conflict where it is not incomplete any more, or where another form than `once` saved since the saving `seen`.
    """
    leg, terms = _locked(session, leg)
    if "borrower_staff" not in leg.relations(person):
        raise Forbidden(_("您在这份约定里的身份不能做这件事。"))
    if leg.state != "incomplete":
        raise Conflict(_("这份申请已不在补正，没有存。"))
    if terms.typed == draft.typed:
        return newest(session, leg)
    demand_newest(session, leg, draft=draft, seen=seen, once=once)
    terms.typed = draft.typed
    data = {"terms_version": leg.terms_version} | ({"form": once} if once else {})
    return journal.record(session, FILLED_IN, leg, person=person, centre_id=leg.borrower_id, data=data).id


def asked_for(leg: Leg) -> dict[str, str]:
    """What the owner wants completed, with the field where it belongs; empty where there is no one such field."""
    items = leg.deficiencies[-1].items if leg.deficiencies and leg.state == "incomplete" else []
    on_stops = bool(leg.terms[-1].content.get("stops"))
    return {item: "" if on_stops and item in ("power", "road") else ANSWERS.get(item, ("",))[0] for item in items}


def demand_answers(leg: Leg, values: Mapping[str, Any]) -> None:
    """Raise Invalid where something that is to be completed is as blank as before: the request is returned only once.

    What cannot be had is said in the note.
    """
    said = str(values.get("note") or "").strip()
    if said and said != leg.terms[-1].note.strip():
        return
    blank = {item: name for item, name in asked_for(leg).items() if name and not any(values.get(one) for one in ANSWERS[item])}
    if blank:
        label = partial(codes.label, "deficiency", locale=str(get_locale()))
        told = {name: _("要补的“%(what)s”还空着；确实没有的，在附言里说明。", what=label(item)) for item, name in blank.items()}
        raise Invalid(_("还有没补的。"), told)


def newest(session: Session, leg: Leg) -> int:
    """The number of the last saving on the terms in force; 0 before the first."""
    return max((event.id for event in _savings(session, leg)), default=0)


def demand_newest(session: Session, leg: Leg, *, draft: Draft, seen: int, once: str | None) -> None:
    """Raise Conflict where another form saved something else since the saving `seen`."""
    others = [event for event in _savings(session, leg) if event.id > seen and (once is None or event.data.get("form") != once)]
    terms = Case(session, leg, None, clock.now()).terms
    if others and terms.typed != draft.typed:
        person = session.get(Person, others[-1].actor_id) if others[-1].actor_id else None
        name = person.name if person is not None else _("有人")
        raise Conflict(_("%(name)s刚刚存过这份补正。您填的都还在，不同之处列在下面；核对后再存或再交，就以您这份为准。", name=name))


def differences(leg: Leg, typed: Mapping[str, Any], locale: str) -> list[tuple[Any, str, str]]:
    """Where what was typed differs from what a colleague saved or sent: what, theirs, mine."""
    terms = leg.terms[-1]
    theirs = sift(terms.typed).content() if leg.state == "incomplete" and terms.typed is not None else terms.content
    return changes(theirs, sift(typed).content(), locale)


def _savings(session: Session, leg: Leg) -> list[Event]:
    events = journal.history(session, leg)
    return [event for event in events if event.action == FILLED_IN and event.data.get("terms_version") == leg.terms_version]


def _locked(session: Session, leg: Leg) -> tuple[Leg, Terms]:
    """The leg as it is now, so that nobody else changes it meanwhile, and its terms."""
    query = sa.select(Leg).where(Leg.id == leg.id).with_for_update(of=Leg).execution_options(populate_existing=True)
    leg = session.scalars(query).one()
    terms = Case(session, leg, None, clock.now()).terms
    session.refresh(terms)
    return leg, terms
