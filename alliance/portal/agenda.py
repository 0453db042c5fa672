"""What a desk tells of the days to come: hand-overs and returns by time, and papers that end before what is promised is back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from markupsafe import Markup

from alliance import clock
from alliance.exchange import custody, words
from alliance.exchange.deadlines import back_by
from alliance.exchange.models import Leg
from alliance.exchange.table import OUT
from alliance.exchange.turns import SOON, Tasks
from alliance.worktime import spoken_date


def handovers(tasks: Tasks, ours: set[int], now: datetime, locale: str) -> list[dict[str, Any]]:
    """Hand-overs and returns by time, those too of what is out and disputed; what our side has done is not told again."""
    made = []
    disputed = [task for task in (*tasks.mine, *tasks.ours, *tasks.waiting) if task.leg.state == "disputed"]
    for task in (*tasks.handovers, *(one for one in disputed if _is_out(one.leg, ours))):
        leg, lends = task.leg, task.leg.owner_id in ours
        leaves = leg.state == "confirmed" or (leg.state == "handed_over" and not lends)
        at = leg.starts_at if leaves else back_by(leg)
        if at is not None and at <= now + SOON and (lends or leg.standing != "sent_back"):
            local = clock.local(at)
            made.append(
                {
                    "at": at.isoformat(),
                    "day": spoken_date(local.date(), locale, today=clock.local(now).date()),
                    "time": f"{local:%H:%M}",
                    "title": f"{verb(leg, leaves, lends)} {leg.lines[0].resource.title}",
                    "url": url_for("exchange.agreement", number=leg.number),
                    "note": (leg.borrower if lends else leg.owner).short_name,
                    "late": at < now,
                }
            )
    return sorted(made, key=lambda one: str(one["at"]))


def _is_out(leg: Leg, ours: set[int]) -> bool:
    """Whether something is still to come back that is ours, or that we have; a file that was opened does not come back."""
    return leg.standing in OUT and not leg.agreement.is_licence and bool(ours & {leg.owner_id, leg.borrower_id})


def verb(leg: Leg, leaves: bool, lends: bool) -> Any:
    """What our side does at that end, in the words of what is lent: a hall is opened, a person is sent."""
    usual: dict[str, Any] = {
        "hand_over": _("交出"),
        "receive": _("接收"),
        "check_in": pgettext("hand-over", "收回"),
        "send_back": _("送还"),
    }
    name = ("hand_over" if lends else "receive") if leaves else ("check_in" if lends else "send_back")
    return words.deeds(leg).get(name, (usual[name], ""))[0]


def renewals(tasks: Tasks, ours: set[int], locale: str) -> list[dict[str, Any]]:
    """A line for each paper of ours that ends before a promise does, told by the first promise that outlives it."""
    found: dict[tuple[int, str, date], list[Leg]] = {}
    for task in (*tasks.mine, *tasks.ours, *tasks.waiting):
        if task.leg.owner_id in ours:
            for what, until in custody.ended_by(task.leg, "owner"):
                found.setdefault((task.leg.lines[0].resource_id, what, until), []).append(task.leg)
    return [_renewal(what, until, legs, locale) for (_thing, what, until), legs in sorted(found.items(), key=lambda one: one[0][2])]


def _renewal(what: str, until: date, legs: Sequence[Leg], locale: str) -> dict[str, Any]:
    leg = min(legs, key=_back)
    more = len(legs) - 1
    others = ngettext("另有%(num)s份约定也超出", "另有%(num)s份约定也超出", more) if more else ""
    word, tone = custody.badge(what, until)
    day, back = (spoken_date(one, locale, weekday=False) for one in (until, clock.local(_back(leg)).date()))
    said = {"what": what, "thing": leg.lines[0].resource.title, "day": day, "back": back}
    person = leg.lines[0].resource.kind == "talent"
    return {
        "title": _("续办%(what)s：%(thing)s，%(day)s到期，已答应派到%(back)s", **said)
        if person
        else _("续办%(what)s：%(thing)s，%(day)s到期，已答应借到%(back)s", **said),
        "url": url_for("exchange.agreement", number=leg.number),
        "note": str(_("·")).join(part for part in (leg.number, others) if part),
        "end": Markup('<span class="state state--{}">{}</span>').format(tone, word),
    }


def _back(leg: Leg) -> datetime:
    back = back_by(leg)
    assert back is not None
    return back
