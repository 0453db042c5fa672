"""Who has the thing now and until when, in one line; and the way of a loan from asking to closing, each step with its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.exchange import checks, deadlines, present
from alliance.exchange.case import Case
from alliance.exchange.models import Leg, Report
from alliance.exchange.present import called
from alliance.exchange.request_form import day_of
from alliance.exchange.table import OUT
from alliance.exchange.words import doing
from alliance.worktime import spoken_date, spoken_moment

REACHED = {
    "requested": 0,
    "incomplete": 0,
    "offered": 0,
    "agreed": 1,
    "confirmed": 1,
    "handed_over": 2,
    "in_use": 3,
    "sent_back": 4,
    "partly_returned": 4,
    "returned": 5,
    "closed": 6,
}
"""The last step of the way that is behind it, by state; whatever has no place here has no way to show."""


@dataclass(frozen=True)
class Step:
    """One step: done, now or next; `when` is empty where nobody knows yet."""

    label: Any
    when: str
    state: str


def holder(leg: Leg, missing: Mapping[str, int]) -> str:
    """Where the thing is, and until when, or what of it is `missing`; empty where it does not move on account of this leg."""
    if leg.agreement.is_licence or leg.lines[0].resource.kind == "talent":
        return ""
    owner, borrower = called(leg.owner), called(leg.borrower)
    back = moment(deadlines.back_by(leg))
    lacking = _("、").join(f"{item}×{count}" for item, count in missing.items())
    said = {
        "confirmed": _("现在在%(owner)s，%(when)s起归%(borrower)s用", owner=owner, borrower=borrower, when=moment(leg.starts_at)),
        "handed_over": _("%(owner)s已交出，等%(borrower)s接收", owner=owner, borrower=borrower),
        "in_use": _("现在在%(borrower)s，%(when)s前归还", borrower=borrower, when=back),
        "sent_back": _("%(borrower)s已送还，等%(owner)s验收", owner=owner, borrower=borrower),
        "partly_returned": _("已回到%(owner)s，还没有归还：%(what)s", owner=owner, what=lacking),
        "returned": _("已回到%(owner)s", owner=owner),
    }
    return str(said.get(leg.standing, ""))


def way(leg: Leg, reports: Iterable[Report], side: str) -> list[Step]:
    """Asking, agreed, handed over, received, sent back, checked in, closed; nothing for what ended otherwise.

    Dates that are not agreed yet are those that `side` knows.
    """
    reached = REACHED.get(leg.state)
    if reached is None or not leg.was_sent or leg.agreement.is_licence:
        return []
    begins, ends = present.span_of(leg, side) or (None, None)
    own = doing(leg)
    made = {report.kind: report.at for report in reports}
    days: list[tuple[Any, datetime | None]] = [
        (_("申请"), leg.requested_at),
        (_("定下"), None),
        (own.get("confirmed", _("交出")), made.get("hand_over", begins)),
        (own.get("handed_over", _("接收")), made.get("receive")),
        (own.get("in_use", _("送还")), made.get("send_back", leg.recalled_until or ends)),
        (own.get("sent_back", _("验收")), made.get("check_in")),
        (_("办结"), leg.closed_at),
    ]
    return [
        Step(label, day(at), "done" if rank <= reached else "now" if rank == reached + 1 else "next")
        for rank, (label, at) in enumerate(days)
    ]


def day(at: datetime | None) -> str:
    if at is None:
        return ""
    return spoken_date(clock.local(at).date(), str(get_locale()), today=clock.local(clock.now()).date(), weekday=False)


def prolonged(case: Case) -> datetime | None:
    """Until when it is lent by now, where that is later than the terms say."""
    leg = case.leg
    later = leg.choice is not None and leg.ends_at is not None and leg.ends_at > case.period(leg.choice)[1]
    return leg.ends_at if later else None


def moment(at: datetime | None) -> str:
    return spoken_moment(at, str(get_locale()), today=clock.local(clock.now()).date()) if at is not None else ""


def ended_by(leg: Leg, side: str) -> list[tuple[str, date]]:
    """The papers, each with its last day, that end before what is promised, or out, is due back; a consent the owner alone sees."""
    back, details = deadlines.back_by(leg), leg.lines[0].resource.details
    if back is None or leg.standing not in OUT | {"confirmed"}:
        return []
    consent = day_of(details.get("consent_until")) if side == "owner" and leg.lines[0].resource.kind == "talent" else None
    lapses = consent is not None and consent < clock.local(back).date()
    return checks.ending(details, back) + ([(_("本人同意"), consent)] if consent is not None and lapses else [])


def ending(leg: Leg, side: str) -> list[str]:
    """The same as sentences: the owner has to renew them."""
    owner = called(leg.owner)
    told = [{"what": what, "day": _day(day), "owner": owner} for what, day in ended_by(leg, side)]
    if leg.lines[0].resource.kind == "talent":
        return [_("%(what)s%(day)s到期，早于返回日，请%(owner)s续办。", **one) for one in told]
    return [_("%(what)s%(day)s到期，早于归还日，请%(owner)s续办。", **one) for one in told]


def ending_short(leg: Leg, side: str) -> list[tuple[str, str]]:
    """The same for lists: a few words each, with their tint."""
    return [badge(what, day) for what, day in ended_by(leg, side)]


def badge(what: str, day: date) -> tuple[str, str]:
    """That a paper ends, or has ended by now."""
    if day < clock.local(clock.now()).date():
        return _("%(what)s已过期", what=what), "stop"
    return _("%(what)s将到期", what=what), "wait"


def _day(day: date) -> str:
    return spoken_date(day, str(get_locale()), weekday=False)
