"""What becomes of a filled-in request form: put by as a draft, or put before the owner; one form makes one agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.exchange import completing, joint, requests, stops, together
from alliance.exchange.actions import act
from alliance.exchange.controls import Typed, number_of, shown_of, validated
from alliance.exchange.drafts import Draft, sift
from alliance.exchange.guards import must_be_endorsed
from alliance.exchange.models import JOINT, TOUR, Leg, Terms
from alliance.exchange.request_form import RequestForm
from alliance.exchange.routes import gathered, key_given, saving_given, version_given
from alliance.forms import printable
from alliance.web import me


def asked_before(leg: Leg | None) -> Terms | None:
    """What the person's own centre asked for in that request, last of all."""
    if leg is None or "borrower_staff" not in leg.relations(me()):
        return None
    return next((terms for terms in reversed(leg.terms) if terms.side == "borrower"), None)


def offered_before(leg: Leg | None) -> Terms | None:
    """What was offered to the person's own centre in that one, where it never asked itself: an answer to its need."""
    if leg is None or "borrower_staff" not in leg.relations(me()) or leg.begun_by != "owner":
        return None
    return next((terms for terms in reversed(leg.terms) if terms.sent_at is not None), None)


@dataclass(frozen=True)
class Sheet:
    """What the form is about: a new request, a draft, or an incomplete one (both have a leg); or like the one `before`."""

    resource: Resource
    leg: Leg | None = None
    before: Leg | None = None

    @property
    def number(self) -> str:
        return self.leg.number if self.leg is not None else ""

    @property
    def borrower(self) -> Any:
        return self.leg.borrower if self.leg is not None else me().centre

    @property
    def filed(self) -> set[int]:
        """The numbers of the files that are with it already, in its terms or in a colleague's unsent completion, or were before."""
        if self.leg is None:
            asked = asked_before(self.before)
            return set(asked.content.get("files", [])) if asked is not None else set()
        terms = self.leg.terms[-1]
        numbers = (number_of(str(one)) for one in (terms.typed or {}).get("files", []))
        return set(terms.content.get("files", [])) | {number for number in numbers if number is not None}

    @property
    def is_given(self) -> bool:
        """Whether it is what this centre gives in a swap."""
        return self.leg is not None and self.leg.begun_by == "owner"

    @property
    def may_widen(self) -> bool:
        """Whether it can still become a tour, or part of a swap or a joint project."""
        return self.leg is None or (self.leg.state == "draft" and self.leg.agreement.kind == "loan")

    @property
    def tours(self) -> bool:
        """Whether it goes from stop to stop."""
        return self.leg is not None and self.leg.agreement.is_tour

    @property
    def stops(self) -> list[dict[str, Any]]:
        """The stops that were written down so far."""
        return stops.of(typed_of(self.leg)) if self.leg is not None else []

    @property
    def gathers(self) -> bool:
        """Whether it waits for the other legs of its agreement, to be sent with them."""
        return self.leg is not None and _gathers(self.leg)

    @property
    def completes(self) -> bool:
        return self.leg is not None and self.leg.state == "incomplete"


def typed_of(leg: Leg) -> Typed:
    """What the form of a leg says, as it was typed last."""
    terms = leg.terms[-1]
    return dict(terms.typed) if terms.typed is not None else shown_of(terms.content)


def with_stops(sheet: Sheet, values: Typed) -> Typed:
    """What was typed, with the stops of a tour, written on a page of their own; the first one is what the form says."""
    found = sheet.stops
    if not found and (sheet.tours or into_given() == TOUR):
        found = [one] if (one := stops.first(values)) is not None else []
    return {name: value for name, value in values.items() if name != "stops"} | ({"stops": found} if found else {})


def _gathers(leg: Leg) -> bool:
    return leg.agreement.is_joint and together.state(leg.agreement.legs) == "draft"


def into_given() -> str:
    """What the request is to be part of: swap, bundle, or the number of a joint project; empty for a loan of its own."""
    if request.method == "POST":
        return printable(request.form.get("into", ""))[:20]
    return printable(request.args.get("into", ""))[:20] or gathered()


def made_before(session: Session) -> Leg | None:
    """What this very form made already, as a draft or by sending it."""
    event = journal.seen(session, requests.mark(me(), key_given()))
    return session.get(Leg, event.subject_id) if event is not None else None


def sent_before(session: Session) -> Leg | None:
    """What this very form sent already."""
    event = journal.seen(session, sent_mark())
    return session.get(Leg, event.subject_id) if event is not None else None


def sent_mark() -> str | None:
    """The key under which this form is sent."""
    once = requests.mark(me(), key_given())
    return f"{once}:sent" if once else None


def send(sheet: Sheet, values: Typed) -> Leg:
    """Put what was filled in before the owner; it waits for the other legs, a tour for its stops. One form is sent once."""
    form, version, key = validated(RequestForm, values), version_given(), sent_mark()
    toured = len(sheet.stops) > 1
    with transaction() as session:
        person = me()
        made = requests.made_by(session, person, key_given())
        if (sent := sent_before(session)) is not None:
            return sent
        leg = made or (session.get_one(Leg, sheet.leg.id) if sheet.leg is not None else None)
        if leg is not None and leg.state == "incomplete":
            completing.demand_answers(leg, values)
            completing.demand_newest(session, leg, draft=sift(values), seen=saving_given(), once=requests.mark(person, key_given()))
            return act(session, person, leg, "complete", expected_version=version, key=key, **values)
        leg = _written(session, sheet, leg, form)
        if _gathers(leg) or (leg.agreement.is_tour and not toured):
            return leg
        if leg.begun_by == "owner":
            return act(session, person, leg, "offer", expected_version=leg.version, key=key)
        name = "ask_endorsement" if must_be_endorsed(leg.borrower, leg.owner_id) else "submit"
        return act(session, person, leg, name, expected_version=leg.version, key=key)


def put_by(sheet: Sheet, values: Typed) -> tuple[Leg, Draft]:
    """Keep what was filled in so far as a draft; returns it, and what of it holds."""
    draft = sift(values)
    with transaction() as session:
        leg = requests.made_by(session, me(), key_given())
        if leg is None and sheet.leg is not None:
            leg = session.get_one(Leg, sheet.leg.id)
        if leg is None or sent_before(session) is None:
            leg = _written(session, sheet, leg, draft)
        return leg, draft


def put_by_completion(leg: Leg, values: Typed) -> tuple[int, Draft]:
    """Keep what was filled in so far of a completion; returns the number of the saving, and what of it holds."""
    draft = sift(values)
    with transaction() as session:
        person, leg = me(), session.get_one(Leg, leg.id)
        once = requests.mark(person, key_given())
        return completing.fill_in(session, person, leg, draft=draft, seen=saving_given(), once=once), draft


def _written(session: Session, sheet: Sheet, leg: Leg | None, form: RequestForm | Draft) -> Leg:
    """The draft with this in it: the one that is there, else a new one."""
    into, key = into_given(), key_given()
    if leg is not None:
        leg = requests.revise(session, me(), leg, form=form, expected_version=version_given() or 0, key=key)
        return joint.put_into(session, me(), leg, into) if into and not leg.agreement.is_joint else leg
    resource = session.get_one(Resource, sheet.resource.id)
    if into and into not in JOINT | {TOUR}:
        return joint.add(session, me(), joint.locked(session, me(), into), resource=resource, form=form, key=key)
    (made,) = requests.start(session, me(), resource=resource, form=form, kind=into or "loan", key=key).legs
    return made


def warn_if_changed(leg: Leg, values: Typed) -> None:
    """Say so where a form that was sent already says something else by now: that was not sent."""
    said = _without_files(sift(values).content())
    if all(_without_files(terms.content) != said for terms in leg.terms):
        flash(_("这张申请单已经提交过，后来改的内容没有交出去；要另外申请，请重新打开申请页。"), "warn")


def _without_files(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "files"}
