"""The page behind the code on the hand-over sheet: whose turn it is, who has confirmed what, where the two lists differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, render_template
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from alliance import clock
from alliance.db import db
from alliance.exchange import acceptance, differing, present, story, turns
from alliance.exchange.actions import available
from alliance.exchange.case import Case
from alliance.exchange.models import Leg, Report, ReportPhoto
from alliance.exchange.page import is_mine
from alliance.exchange.routes import bp, find_own, fresh_key
from alliance.exchange.table import Action
from alliance.exchange.words import called
from alliance.permissions import guarded
from alliance.web import Answer, me

STEPS = ("hand_over", "receive", "send_back", "check_in", "note_differences", "agree_note", "refuse_note", "supplement", "dispute")
"""What may be done here, the next thing first."""


@dataclass(frozen=True)
class Pair:
    """Two confirmations that answer each other: who gave, who took, and when."""

    title: Any
    giver: Any
    receiver: Any
    gave: Report | None
    took: Report | None

    @property
    def joined(self) -> bool:
        return self.gave is not None and self.took is not None


@bp.get("/<number>/handing")
@guarded("agreement.read")
def handing(number: str) -> Answer:
    """One column, for a phone."""
    g.here = "agreements"
    leg = find_own(db.session, me(), number)
    return render_template("exchange/handing.html", **shown(Case(db.session, leg, me(), clock.now())))


def shown(case: Case) -> dict[str, Any]:
    """All that the page shows; a constant number of queries."""
    leg, locale = case.leg, str(get_locale())
    made, turn = reports(leg), turns.turn(leg, case.now)
    acts = {action.name: action for action in available(case.session, leg, case.person, case.now) if action.name in STEPS}
    first = next((acts[name] for name in STEPS[:4] if name in acts), None)
    assert case.person is not None
    mine = is_mine(turn, case.person, case.side)
    return {
        "leg": leg,
        "resource": leg.lines[0].resource,
        "key": fresh_key(),
        "title": present.headline(leg, turn, case.ask, mine),
        "dates": present.dates_of(leg, case.side),
        "state": present.state_of(leg, locale),
        "first": first,
        "mine": mine,
        "acts": acts,
        "pairs": pairs(leg, made),
        "pieces": acceptance.of(leg, made),
        "differences": difference_lines(case),
        "say": lambda moment: story.say(moment, locale),
        "verb": lambda action: verb(action, leg),
    }


def reports(leg: Leg) -> list[Report]:
    """The condition reports with their people and files, oldest first."""
    query = sa.select(Report).where(Report.leg_id == leg.id).order_by(Report.id)
    options = (selectinload(Report.photos).joinedload(ReportPhoto.file), selectinload(Report.person))
    return list(db.session.scalars(query.options(*options)))


def pairs(leg: Leg, made: list[Report]) -> list[Pair]:
    """Handing over, and giving back once that is under way."""
    last = {report.kind: report for report in made}
    words = called(leg)
    found = [Pair(words.begins, leg.owner, leg.borrower, last.get("hand_over"), last.get("receive"))]
    if last.keys() & {"receive", "send_back", "check_in"}:
        found.append(Pair(words.ends, leg.borrower, leg.owner, last.get("send_back"), last.get("check_in")))
    return found


def difference_lines(case: Case) -> dict[str, Any] | None:
    """What differs, and what became of it in words; None where nothing does."""
    found = differing.of(case)
    if not found:
        return None
    standing = differing.standing(case)
    return {"lines": found, "standing": standing, "words": differing.WORDS[standing], "ask": case.ask}


def verb(action: Action, leg: Leg) -> str:
    """What its button says."""
    what = present.worded(action, leg)[0]
    said = {
        "hand_over": _("%(what)s，逐项清点", what=what),
        "receive": _("%(what)s，逐项核对", what=what),
        "send_back": _("%(what)s，交材料", what=what),
        "check_in": _("%(what)s，逐项清点", what=what),
    }
    return str(said.get(action.name, what))
