"""Where the two lists of a hand-over differ: noted by both sides, or contested; until then the loan is not closed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.errors import Invalid
from alliance.exchange import forms
from alliance.exchange.case import Case, Outcome
from alliance.exchange.effects import answer, ask
from alliance.exchange.models import Ask

KIND = "differences"
WORDS: dict[str, tuple[Any, str]] = {
    "noted": (_l("已双方注记"), "ok"),
    "disputed": (_l("已作争议处理"), "wait"),
    "asked": (_l("等对方注记"), "wait"),
    "refused": (_l("对方不认可"), "stop"),
    "open": (_l("还没有注记"), "wait"),
}
Listed = Mapping[str, Any]


def lines(given: Iterable[Listed], got: Iterable[Listed]) -> list[dict[str, Any]]:
    """What differs between two lists, by item: how many were handed and received, and the condition where that differs."""
    left, right = ({one["item"]: one for one in items} for items in (given, got))
    found = []
    for item in sorted(left | right):
        was, now = left.get(item, {}), right.get(item, {})
        line: dict[str, Any] = {"item": item, "handed": was.get("counted", 0), "received": now.get("counted", 0)}
        if was and now and state(was) != state(now):
            line |= {"was": state(was), "found": state(now)}
        if line["handed"] != line["received"] or "was" in line:
            found.append(line)
    return found


def state(item: Listed) -> str:
    """The condition of one item; good where nothing is said."""
    return str(item.get("condition") or "good")


def of(case: Case) -> list[dict[str, Any]]:
    """What differs between what was handed over and what was received; nothing until both have counted."""
    made = {report.kind: report for report in case.reports("hand_over", "receive")}
    if len(made) < 2:
        return []
    return lines(made["hand_over"].items, made["receive"].items)


def standing(case: Case) -> str:
    """What became of the differences: none, noted, disputed, asked, refused or open."""
    if not of(case):
        return "none"
    query = sa.select(Ask.answer).where(Ask.leg_id == case.leg.id, Ask.kind == KIND).order_by(Ask.id)
    answers = case.session.scalars(query).all()
    if "agreed" in answers:
        return "noted"
    if case.leg.disputes:
        return "disputed"
    if None in answers:
        return "asked"
    return "refused" if answers and answers[-1] == "refused" else "open"


def unsettled(case: Case) -> bool:
    """Whether the two sides still have to note them, or contest them."""
    return standing(case) in ("asked", "refused", "open")


# What is done about them ---------------------------------------------------


def note_differences(case: Case, form: forms.Note) -> Outcome:
    """Ask the other side to put them down together."""
    found = of(case)
    ask(case, KIND, form.note, differences=found)
    return Outcome(case.leg.state, {"differences": found, "note": form.note})


def agree_note(case: Case, form: forms.Note) -> Outcome:
    question = answer(case, "agreed")
    return Outcome(case.leg.state, {"differences": question.content["differences"], "note": form.note})


def refuse_note(case: Case, form: forms.Note) -> Outcome:
    """It stays open: who does not agree says why."""
    if len(form.note) < 2:
        raise Invalid(_("请写明为什么不认可。"), {"note": _("请写明为什么不认可。")})
    answer(case, "refused")
    return Outcome(case.leg.state, {"note": form.note})
