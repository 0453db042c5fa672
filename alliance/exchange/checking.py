"""What can be told while a request is still being filled in: checks on what is there, and when an answer would come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from alliance import clock, codes
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import requests
from alliance.exchange.checks import Check, fits
from alliance.exchange.controls import Typed
from alliance.exchange.drafts import sift
from alliance.exchange.models import Leg
from alliance.people.models import Duty, Person
from alliance.people.onduty import works_at
from alliance.places import distance_class
from alliance.worktime import answer_limit, due, spoken_date, spoken_moment
from alliance.worktime.rows import calendar


@dataclass(frozen=True)
class Way:
    """One way on from a check: words, with an address or with dates that the form takes over."""

    label: Any
    url: str | None = None
    dates: str = ""


@dataclass(frozen=True)
class Told:
    """A check as the page shows it."""

    tone: str
    title: Any
    text: Any
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Promise:
    """Until when an answer would come if it were sent now, why, and who would answer."""

    today: str
    due: str
    distance: str
    days: int
    provisional: bool
    person: Person | None
    deputy: Person | None


def checked(session: Session, borrower: Centre | None, *, resource: Resource, values: Typed, leg: Leg | None = None) -> list[Told]:
    """All checks that what was filled in so far allows, bad first."""
    draft = sift({name: value for name, value in values.items() if name != "files"})
    if draft.is_dated:
        found = list(requests.checks(session, borrower, resource=resource, form=draft.form, held=draft.held, leg=leg))
    elif resource.kind == "media":
        found = [Check("warn", _("先填授权的起止时间。")), *fits(resource, draft.content(), clock.now())]
    else:
        found = [Check("warn", _("档期：先填首选的起止时间。"), _("填好就核对是否空闲、有几家在等。"))]
        found += fits(resource, draft.content(), clock.now())
    return [told(check) for check in found]


def told(check: Check) -> Told:
    """With addresses: a way that names dates is taken over by the form itself."""
    ways = []
    for label, address in check.ways:
        if address and address.startswith("?starts_at="):
            start, _sep, end = address.removeprefix("?starts_at=").partition("&ends_at=")
            ways.append(Way(label, dates=f"{start}/{end}"))
        else:
            ways.append(Way(label, "#s-place" if address == "#place" else address))
    for other in check.resources:
        label = _("改借 %(title)s（%(owner)s），当天有空", title=other.title, owner=other.owner.short_name)
        ways.append(Way(label, url_for("portal.resource", code=other.code)))
    return Told(check.tone, check.title, check.text, tuple(ways))


def promise(session: Session, resource: Resource, borrower: Centre, values: Typed) -> Promise:
    """The deadline of this borrower's centre, in words."""
    locale, now = str(get_locale()), clock.now()
    kind = distance_class(resource.owner.division_code, borrower.division_code)
    limit = answer_limit(kind, expedited=bool(values.get("expedited")), across=current_app.config["ALLIANCE"].limit_across)
    days = calendar(session)
    until = due(now, limit, days)
    today = clock.local(now).date()
    duties = session.scalars(sa.select(Duty).where(Duty.centre_id == resource.owner_id).options(joinedload(Duty.person)))
    people = {duty.rank: duty.person for duty in duties if works_at(duty.person, resource.owner_id)}
    return Promise(
        spoken_date(today, locale, today=today),
        spoken_moment(until, locale, today=today),
        codes.label("distance_class", kind, locale),
        limit,
        days.provisional(now, until),
        people.get("A"),
        people.get("B"),
    )
