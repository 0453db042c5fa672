"""What centres gave each other, as double entry per unit of account; a soft signal, never a lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import escape
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.catalogue.availability import local_days, midnight
from alliance.catalogue.models import Resource
from alliance.db import transaction
from alliance.exchange import series, training
from alliance.exchange.models import Agreement, Leg, Line, Report, Terms
from alliance.exchange.postings import Posting
from alliance.journal import Event
from alliance.web import zh

UNITS: Final = {"stage_truck": "session", "venue": "day", "talent": "lesson_hour"}
"""A truck goes out for performances, a hall stands empty for nobody else on a day, a teacher gives hours; media is only licensed
and posts none. Units are never added to each other."""
NAMES: Final = {"session": _l("场次"), "day": _l("天"), "lesson_hour": _l("课时")}
LONGEST_DAY = timedelta(hours=8)
"""More hours a person does not teach on a day, however long they are away."""
RECENT = timedelta(days=365)
BATCH = 200


def unit_of(leg: Leg) -> str | None:
    """In what the leg is counted; None for what posts nothing."""
    if leg.agreement.is_secondment and leg.terms:
        return "day" if leg.terms[-1].content.get("measure") == "days" else "lesson_hour"
    return None if leg.agreement.is_licence or not leg.lines else UNITS.get(leg.lines[0].resource.kind)


def counted(session: Session, leg: Leg) -> int:
    """How much was lent, by the figures of the return and the dates: sessions as filed (as agreed where none were), days that
    were touched, hours of at most eight a day."""
    unit = unit_of(leg)
    if unit is not None and leg.agreement.is_secondment:
        return training.amount(training.filed(session, leg), unit)
    if unit == "session":
        return _sessions(session, leg)
    start, end = leg.starts_at, min(filter(None, (leg.ends_at, leg.recalled_until)), default=None)
    if unit is None or start is None or end is None:
        return 0
    spans = _spans(session, leg, (start, end))
    if unit == "day":
        return len({day for span in spans for day in local_days(*span)})
    hours = sum((_taught(*span) for span in spans), timedelta())
    return -int(-hours // timedelta(hours=1))


def _spans(session: Session, leg: Leg, period: tuple[datetime, datetime]) -> list[tuple[datetime, datetime]]:
    """The time it was lent: all of it, or each time of what came back every week, as many as were held."""
    times = series.count(_agreed(session, leg))
    if times == 1 or leg.ends_at is None:
        return [period]
    begun = [one for one in series.each((period[0], leg.ends_at), times) if one[0] < period[1]]
    return begun[: _sessions(session, leg)]


def _taught(start: datetime, end: datetime) -> timedelta:
    """Of each day at most eight hours."""
    every = (min(end, midnight(day) + timedelta(days=1)) - max(start, midnight(day)) for day in local_days(start, end))
    return sum((min(span, LONGEST_DAY) for span in every), timedelta())


def _sessions(session: Session, leg: Leg) -> int:
    query = sa.select(Report.figures).where(Report.leg_id == leg.id, Report.kind == "send_back").order_by(Report.id.desc())
    filed = session.scalars(query.limit(1)).first()
    if filed is not None:
        return int(filed.get("sessions") or 0)
    return int(_agreed(session, leg).get("sessions") or 1)


def _agreed(session: Session, leg: Leg) -> dict[str, Any]:
    """What the terms in force say."""
    return session.scalar(sa.select(Terms.content).where(Terms.leg_id == leg.id, Terms.version == leg.terms_version)) or {}


def post(session: Session, leg: Leg, now: datetime, amount: int | None = None) -> dict[str, Any]:
    """Post what the leg lent, or how a later decision differs from it; what its event tells of that."""
    unit = unit_of(leg)
    if unit is None:
        return {}
    query = sa.select(sa.func.coalesce(sa.func.sum(Posting.amount), 0), sa.func.coalesce(sa.func.max(Posting.entry), 0))
    before, entry = session.execute(query.where(Posting.leg_id == leg.id, Posting.centre_id == leg.owner_id)).one()
    more = (counted(session, leg) if amount is None else amount) - int(before)
    if more:
        sides = ((leg.owner_id, leg.borrower_id, more), (leg.borrower_id, leg.owner_id, -more))
        for centre, other, number in sides:
            values: dict[str, Any] = {"leg_id": leg.id, "entry": entry + 1, "unit": unit, "posted_at": now}
            session.add(Posting(centre_id=centre, other_id=other, amount=number, **values))
    return {"posted": {"unit": unit, "amount": more}}


def posted(session: Session, leg: Leg) -> int:
    """What stands in the books for the leg."""
    query = sa.select(sa.func.sum(Posting.amount)).where(Posting.leg_id == leg.id, Posting.centre_id == leg.owner_id)
    return int(session.scalar(query) or 0)


def told(session: Session, leg: Leg) -> str:
    """For the page of an agreement: what closing will post, or what it posted."""
    unit = unit_of(leg)
    if unit is None or leg.state not in ("sent_back", "partly_returned", "returned", "closed"):
        return ""
    words = {"owner": zh(None, leg.owner.short_name), "borrower": zh(None, leg.borrower.short_name), "unit": NAMES[unit]}
    if leg.state == "closed":
        return escape(_("已记往来账：%(owner)s借给%(borrower)s %(n)s %(unit)s。")) % (words | {"n": posted(session, leg)})
    return escape(_("办结时记往来账：%(owner)s借给%(borrower)s %(n)s %(unit)s。")) % (words | {"n": counted(session, leg)})


# A soft signal -----------------------------------------------------------


def leaning(session: Session, centre_id: int, kind: str) -> Mapping[int, int]:
    """By other centre, what `centre_id` gave it in a year more than it had from it, in the unit of that kind."""
    if kind not in UNITS:
        return {}
    query = (
        sa.select(Posting.other_id, sa.func.sum(Posting.amount))
        .where(Posting.centre_id == centre_id, Posting.unit == UNITS[kind], Posting.posted_at > clock.now() - RECENT)
        .group_by(Posting.other_id)
    )
    return {other: int(number) for other, number in session.execute(query)}


def leaning_words(number: int, kind: str) -> str:
    """Why a candidate stands where it does, as far as the balance says."""
    if not number:
        return ""
    words = {"n": abs(number), "unit": NAMES[UNITS[kind]]}
    if number > 0:
        return str(_("贵馆近一年借给对方较多（多%(n)s%(unit)s）", **words))
    return str(_("贵馆近一年从对方借入较多（多%(n)s%(unit)s）", **words))


# What the journal says ---------------------------------------------------


def differences(session: Session, said: Mapping[int, Mapping[str, int]]) -> list[str]:
    """Where the books differ from the journal (by leg and unit), or an entry does not come to 0."""
    owners = {number: owner for number, owner in session.execute(sa.select(Leg.id, Leg.owner_id))}  # noqa: C416
    sums: dict[tuple[int, int], int] = defaultdict(int)
    booked: dict[tuple[int, str], int] = defaultdict(int)
    for row in session.execute(sa.select(Posting.leg_id, Posting.entry, Posting.unit, Posting.centre_id, Posting.amount)):
        sums[row.leg_id, row.entry] += row.amount
        booked[row.leg_id, row.unit] += row.amount if row.centre_id == owners.get(row.leg_id) else 0
    found = [f"leg {leg}: entry {entry} comes to {number}, not to 0" for (leg, entry), number in sums.items() if number]
    told_of = {(leg, unit): number for leg, units in said.items() for unit, number in units.items()}
    for leg, unit in sorted({*booked, *told_of}):
        one, other = booked.get((leg, unit), 0), told_of.get((leg, unit), 0)
        if one != other:
            found.append(f"leg {leg}: {one} {unit} posted, the journal says {other}")
    return found


def catch_up(_payload: Mapping[str, Any]) -> None:
    """Post what was closed before there were books; each leg once, for its event says so."""
    with transaction() as session:
        for leg in session.scalars(_unposted().limit(BATCH)).unique():
            assert leg.closed_at is not None
            if data := post(session, leg, leg.closed_at):
                journal.record(session, "leg.posted", leg, data=data)


def _unposted() -> sa.Select[Leg]:
    told_of = sa.exists().where(
        Event.subject_type == Leg.__tablename__,
        Event.subject_id == Leg.id,
        Event.data["posted"]["unit"].as_string().is_not(None),
    )
    counts = sa.exists().where(Line.leg_id == Leg.id, Line.resource_id == Resource.id, Resource.kind.in_(UNITS))
    closed = sa.and_(Leg.state == "closed", Leg.closed_at.is_not(None), Leg.agreement.has(Agreement.kind != "licence"))
    return sa.select(Leg).where(closed, counts, ~told_of).order_by(Leg.id).with_for_update(of=Leg)


jobs.handles("exchange.balance", catch_up, every=timedelta(days=1))
