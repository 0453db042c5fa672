"""Asking for a resource: the form, what is checked while it is filled in, the draft that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.catalogue.gaps import Place
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import next_number
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import series, sessions, stops, together, touring
from alliance.exchange.actions import hold_still
from alliance.exchange.alternatives import alternatives, instead_of
from alliance.exchange.case import Case
from alliance.exchange.checks import Check, fits, usual_days
from alliance.exchange.dates import Wanted, again, dates, journey, reach, where
from alliance.exchange.drafts import Draft
from alliance.exchange.listing import why_not
from alliance.exchange.models import Agreement, Leg, Line, Terms
from alliance.exchange.request_form import RequestForm
from alliance.exchange.waiting import waiting_between
from alliance.people.locking import hold
from alliance.people.models import Person

__all__ = ["Check", "RequestForm", "alternatives", "checks", "instead_of", "made_by", "mark", "revise", "start"]

ALONE = frozenset({"loan", "licence", "secondment"})


def start(
    session: Session, person: Person, *, resource: Resource, form: RequestForm | Draft, kind: str = "loan", key: str | None = None
) -> Agreement:
    """A draft with one leg, terms version 1; nothing is sent yet. Raises Forbidden, Conflict.

    `key` is the number of the page's form: the same form posted again, at the same time too, leads to what it made first.
    """
    made = made_by(session, person, key)
    if made is not None:
        return made.agreement
    permissions.require(person, "resource.request", resource)
    borrower = _acting(person)
    refusal = why_not(resource, borrower)
    if refusal:
        raise Conflict(refusal)
    if kind != "loan":
        alone(resource, form)
    now = clock.now()
    agreement = Agreement(
        number=f"JY-{clock.local(now).year}-{next_number(session, f'JY-{clock.local(now).year}'):04}",
        kind=kind if kind != "loan" else way_of(resource, form),
        initiator=borrower,
        created_by=person.id,
        created_at=now,
        **_named(form),
    )
    leg = Leg(agreement=agreement, owner=resource.owner, borrower=borrower)
    begin(session, person, leg, resource=resource, form=form, key=key)
    return agreement


def way_of(resource: Resource, form: RequestForm | Draft) -> str:
    """The kind of an agreement of one leg: a file is licensed, a person may be lent or seconded."""
    if resource.kind == "media":
        return "licence"
    return "secondment" if resource.kind == "talent" and form.way == "secondment" else "loan"


def alone(resource: Resource, form: RequestForm | Draft | None = None) -> None:
    """Raise Conflict for what is never a part of a swap or a joint project."""
    if resource.kind == "media":
        raise Conflict(_("数字资源单独授权，不并入互换或联合项目。"))
    if form is not None and form.way == "secondment":
        raise Conflict(_("轮训挂职单独办，不并入互换或联合项目。"))


def begin(
    session: Session,
    person: Person,
    leg: Leg,
    *,
    resource: Resource,
    form: RequestForm | Draft,
    conditions: Sequence[Mapping[str, Any]] = (),
    key: str | None = None,
) -> None:
    """Write down a new leg with its first version: what the borrower asks for, or what the owner offers on which `conditions`,
    sent or not yet."""
    now, side = clock.now(), leg.begun_by or "borrower"
    leg.begun_by, leg.terms_version = side, 1
    leg.lines = [Line(resource=resource, quantity=form.quantity)]
    leg.starts_at, leg.ends_at = form.starts_at, form.ends_at
    sent_at = now if side == "borrower" else None
    leg.terms = [Terms(version=1, side=side, person_id=person.id, at=now, sent_at=sent_at, **_kept(form, conditions))]
    session.add(leg)
    session.flush()
    _keep(leg, now)
    data = {"from": None, "to": "draft", "version": 1, "terms_version": 1, "side": side, "resource": resource.id}
    once, centre = mark(person, key), leg.owner if side == "owner" else leg.borrower
    journal.record(session, "leg.start", leg, person=person, centre_id=centre.id, data=data | _form(once), key=once)


def _keep(leg: Leg, now: datetime) -> None:
    """Until when a draft of several legs can be sent."""
    if leg.agreement.is_joint:
        leg.expires_at = leg.next_at = together.draft_until(leg, leg.agreement.legs, now)


def made_by(session: Session, person: Person, key: str | None) -> Leg | None:
    """The leg that this form of this person made before; whoever asks waits for the person's other posts to be done."""
    if key is None:
        return None
    hold(session, person)
    event = journal.seen(session, mark(person, key))
    return session.get_one(Leg, event.subject_id) if event is not None else None


def mark(person: Person, key: str | None) -> str | None:
    """The key of a form as the journal keeps it: nobody else's form has the same."""
    return f"ask:{person.id}:{key}" if key else None


def revise(
    session: Session, person: Person, leg: Leg, *, form: RequestForm | Draft, expected_version: int, key: str | None = None
) -> Leg:
    """Fill the draft in anew: it is nobody's business yet, so its first version is replaced.

    The same again changes nothing. What the form with `key` itself saved since `expected_version` is no conflict.
    """
    leg = hold_still(session, leg, resources=leg.agreement.is_joint)
    if f"{leg.begun_by}_staff" not in leg.relations(person):
        raise Forbidden(_("您在这份约定里的身份不能做这件事。"))
    terms = Case(session, leg, person, clock.now()).terms
    once, kept = mark(person, key), _kept(form, terms.content["conditions"])
    if leg.state == "draft" and all(getattr(terms, name) == value for name, value in kept.items()):
        return leg
    if leg.state != "draft" or not (leg.version == expected_version or _is_own(session, leg, expected_version, once)):
        raise Conflict(_("页面打开之后又有新的进展，请看过最新情况再办。"))
    if leg.agreement.is_joint:
        alone(leg.lines[0].resource, form)
    terms.person_id, terms.at = person.id, clock.now()
    for name, value in kept.items():
        setattr(terms, name, value)
    if not leg.agreement.is_joint or together.state(leg.agreement.legs) == "draft":
        for name, value in _named(form).items():
            setattr(leg.agreement, name, value)
    if leg.agreement.kind in ALONE:
        leg.agreement.kind = way_of(leg.lines[0].resource, form)
    leg.lines[0].quantity = form.quantity
    leg.starts_at, leg.ends_at = form.starts_at, form.ends_at
    leg.version += 1
    _keep(leg, clock.now())
    data = {"from": "draft", "to": "draft", "version": leg.version, "terms_version": leg.terms_version, "side": leg.begun_by}
    centre_id = leg.owner_id if leg.begun_by == "owner" else leg.borrower_id
    journal.record(session, "leg.revise", leg, person=person, centre_id=centre_id, data=data | _form(once))
    return leg


def _is_own(session: Session, leg: Leg, seen: int, once: str | None) -> bool:
    """Whether all that happened to the leg since that version was saved by one and the same form."""
    since = [event for event in journal.history(session, leg) if event.data.get("version", 0) > seen]
    return once is not None and all(event.data.get("form") == once for event in since)


def checks(
    session: Session,
    borrower: Centre | None,
    *,
    resource: Resource,
    form: RequestForm,
    held: Collection[str] | None = None,
) -> tuple[Check, ...]:
    """What can be told while the form is filled in, bad first: each says why and gives ways on.

    `held` names what was filled in, where the rest of the form only stands in.
    """
    if borrower is None:
        raise Invalid(_("您现在没有所属的馆，不能提出申请。"))
    refusal = why_not(resource, borrower)
    found = [Check("bad", refusal)] if refusal else []
    place = where(session, resource, form.content() if held is None else {n: v for n, v in form.content().items() if n in held})
    if resource.kind == "media":
        said = form.content()
        known = said if held is None or "use" in held else said | {"use": None}
        found += fits(resource, known, max(end for _start, end in form.periods()))
    else:
        queue = partial(waiting_between, session, resource, but=borrower)
        found += _at_stops(session, borrower, resource, form, queue) if form.stops else []
        found += _at_once(session, borrower, resource, form, place, queue) if not form.stops else []
    found += sessions.checks(resource, form.content(), max(end for _start, end in form.periods()))
    if form.purpose == "commercial":
        found.append(Check("warn", _("营业性活动"), _("联盟内以公益性使用为主，对方馆可能不同意。")))
    order = ("bad", "warn", "ok")
    return tuple(sorted(found, key=lambda check: order.index(check.tone)))


Queue = Callable[[datetime, datetime], int]


def _at_once(
    session: Session, borrower: Centre, resource: Resource, form: RequestForm, place: Place | None, queue: Queue
) -> list[Check]:
    """All at one place: both choices of dates, the way there, whether it fits."""
    found: list[Check] = []
    for rank, period in enumerate(form.periods()):
        name, needed, (first, *later) = (_("首选"), _("备选"))[rank], rank == 0, series.each(period, form.weekly)
        more = Wanted(place=place, quantity=form.quantity)
        found += dates(session, resource, borrower, first, name, needed=needed, queue=queue(*first), **more)
        found += usual_days(resource, first, name)
        found += again(session, resource, later, name, **more)
    return [*found, *journey(resource, place), *fits(resource, form.content(), max(end for _start, end in form.periods()))]


def _at_stops(session: Session, borrower: Centre, resource: Resource, form: RequestForm, queue: Queue) -> list[Check]:
    """Of a tour each stop's dates and ground, and whether it can be reached from the one before."""
    content = form.content()
    asked = stops.of(content)
    found = [Check("bad", touring.say(rank, hop)) for rank, hop in touring.too_far(touring.way(session, resource, asked))]
    for rank, stop in enumerate(asked, 1):
        name, period = _("第%(n)s站", n=rank), stops.span(stop)
        at = where(session, resource, stop)
        told = dates(session, resource, borrower, period, name, place=at, quantity=form.quantity, queue=queue(*period))
        found += [Check(one.tone, one.title, one.text) for one in told]
        lacking = [one for one in (*touring.ground(resource, content, stop), *reach(resource, at)) if one.tone != "ok"]
        found += [Check(one.tone, _("第%(n)s站：%(what)s", n=rank, what=one.title), one.text) for one in lacking]
    return found


def _acting(person: Person) -> Centre:
    if person.centre is None:
        raise Invalid(_("您现在没有所属的馆，不能提出申请。"))
    return person.centre


def _kept(form: RequestForm | Draft, conditions: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What the terms keep of a form, with the conditions of who offers; one that is not finished also as it was typed."""
    content = form.content() | {"conditions": list(conditions)}
    return {"content": content, "note": form.note, "typed": form.typed if isinstance(form, Draft) else None}


def _form(once: str | None) -> dict[str, Any]:
    return {"form": once} if once else {}


def _named(form: RequestForm | Draft) -> dict[str, Any]:
    return {"title": form.title, "activity_type": form.activity_type, "benefit": form.purpose}
