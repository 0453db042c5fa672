"""The page of an agreement: whose turn first, then both parties, what changed, both reports, papers; people and history beside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from alliance import clock, permissions
from alliance.archive import card
from alliance.catalogue import kinds
from alliance.catalogue.models import Resource, ResourcePhoto
from alliance.db import db
from alliance.errors import NotFound
from alliance.exchange import (
    acceptance,
    archiving,
    balance,
    compare,
    custody,
    differing,
    disputing,
    handover,
    itinerary,
    listing,
    present,
    stops,
    story,
    turns,
    whole,
)
from alliance.exchange.actions import available
from alliance.exchange.allowance import allowed
from alliance.exchange.beside import others
from alliance.exchange.case import Case
from alliance.exchange.drafts import missing
from alliance.exchange.labels import REQUEST, called
from alliance.exchange.models import Leg, Report, ReportPhoto, Terms
from alliance.exchange.routes import bp, files_of, find, find_own, fresh_key, is_full, name_of
from alliance.exchange.table import ANSWERS, NOTED, OPEN, Action
from alliance.exchange.versions import changes
from alliance.people.models import Person
from alliance.people.onduty import roster
from alliance.permissions import guarded
from alliance.storage import files, renditions
from alliance.storage.models import File
from alliance.web import Answer, me
from alliance.worktime.rows import calendar

SECOND = frozenset(
    {
        "transfer",
        "withdraw",
        "survey",
        "force_cancel",
        "dispute",
        "recall",
        "report_no_show",
        "ask_cancel",
        "report_damage",
        "revoke",
    }
)
"""Actions that stand folded below the others."""


@bp.get("/<number>")
@guarded("agreement.read")
def agreement(number: str) -> Answer:
    """In full for the parties, in outline for other members."""
    g.here = "agreements"
    session, person = db.session, me()
    if joint := whole.load(session, number):
        return whole.show(joint)
    leg = find(session, person, number)
    if not is_full(person, leg):
        state = present.state_of(leg, str(get_locale()))
        return render_template("exchange/outline.html", leg=leg, state=state, dates=present.dates_of(leg, "other"))
    return render_template("exchange/agreement.html", **full(session, person, leg))


@bp.get("/<number>/files/<int:file_id>")
@guarded("agreement.read")
def file(number: str, file_id: int) -> Answer:
    """A file filed with the agreement; pictures as their safe copies once these are made."""
    session = db.session
    leg = find_own(session, me(), number)
    filed = files_of(session, leg) | (disputing.files(session, leg) if is_concerned(me(), leg) else set())
    found = session.get(File, file_id) if file_id in filed else None
    if found is None:
        raise NotFound(_("没有这份文件。"))
    if found.media_type not in files.PICTURES:
        return files.send(found, inline=False, name=name_of(session, leg, found.id))
    safe = renditions.made(session, found.id, "page")
    return files.send(safe, inline=True) if safe is not None else files.send(found, inline=False)


def is_concerned(person: Person | None, leg: Leg) -> bool:
    """Whether what is said in a dispute is for `person`: the parties and the secretariat."""
    return person is not None and (person.is_admin or not leg.relations(person).isdisjoint({"party", "endorser"}))


def side_of(leg: Leg, person: Person | None) -> str:
    """For whom `person` reads: owner, borrower (its endorser too), or alliance."""
    return Case(db.session, leg, person, clock.now()).side


def full(session: Session, person: Person, leg: Leg) -> dict[str, Any]:
    """All that the page of the parties shows."""
    case = Case(session, leg, person, clock.now())
    known = present.visible(leg, case.side)
    return {
        "leg": leg,
        "resource": leg.lines[0].resource,
        "state": present.state_of(leg, str(get_locale())),
        "side": case.side,
        "key": fresh_key(),
        "called": present.called,
        "worded": present.worded,
        "opposite": whole.opposite(case),
        "called_back": whole.called_back(leg, case.legs, person),
        **_turn(case, person),
        **_content(case, known),
        **_filed(case),
    }


def _turn(case: Case, person: Person) -> dict[str, Any]:
    """Whose turn it is, what may be done now, what came before and comes next."""
    session, leg, now, locale, days = case.session, case.leg, case.now, str(get_locale()), calendar(case.session)
    turn = turns.turn(leg, now, person.centres)
    mine = is_mine(turn, person, case.side)
    following = None if mine else _next_task(session, person, leg, now)
    title = present.headline(leg, turn, case.ask, mine)
    first, more = _buttons(available(session, leg, person, now), case.wants_consent)
    return {
        "title": title,
        "turn": turn,
        "light": present.light_of(turn, days, now),
        "people": present.people_of(turn),
        "first": first,
        "leads": mine,
        "answers": ANSWERS | NOTED,
        "more": more,
        "ask": case.ask,
        "ask_until": story.until_of(case.ask, locale),
        "others": others(session, leg, ask=True) if case.side == "borrower" and _wants_others(leg) and not turns.seeks(leg) else [],
        "seeks": turns.seeks(leg) and case.side == "borrower",
        "stewards": _stewards(session, leg),
        "moments": [*story.next_steps(leg, turn, title, now), *story.past(session, leg, case.side)],
        "say": lambda moment: story.say(moment, locale),
        "following": following,
        "following_light": present.light_of(following.turn, days, now) if following is not None else None,
        "ending": custody.ending(leg, case.side),
        "barred": listing.barred(leg.borrower) if case.side == "borrower" and leg.state in OPEN else None,
        "goes_on": leg.state == "draft" and f"{leg.begun_by}_staff" in case.relations,
    }


def _content(case: Case, known: list[Terms]) -> dict[str, Any]:
    """What is asked or agreed, and how it differs from the version before."""
    session, leg, locale = case.session, case.leg, str(get_locale())
    current, before = known[-1], (known[-2] if len(known) > 1 else None)
    return {
        "facts": [(fact.label, fact.value) for fact in kinds.facts(leg.lines[0].resource, locale)[:4]],
        "picture": _picture(session, leg.lines[0].resource),
        "dates": present.dates_of(leg, case.side),
        "licence": allowed(case, current.content) if leg.agreement.is_licence else None,
        "place": stops.named(current.content),
        "audience": present.said("audience", stops.audience(current.content), locale),
        "choices": present.periods(current.content, locale),
        "current": current,
        "tables": present.tables(current.content, leg.lines[0].resource.kind, locale),
        "conditions": present.conditions_told(leg, current.content, locale),
        "attached": _attached(session, leg, current.content.get("files", [])),
        "before": before,
        "changes": changes(before.content, current.content, locale) if before is not None else [],
        "said_by": _authors(session, known),
        "known": known,
        **itinerary.shown(leg.lines[0].resource, current.content),
        "missing": [(name, called(name)) for name in missing(current) if name in REQUEST] if leg.state == "draft" else [],
    }


def _filed(case: Case) -> dict[str, Any]:
    """What was filed on the way: reports, ratings, disputes, papers."""
    session, leg, locale = case.session, case.leg, str(get_locale())
    reports = _reports(session, leg)
    return {
        "joined": leg.state in present.JOINED,
        "pieces": acceptance.of(leg, reports),
        "holder": custody.holder(leg, handover.outstanding(case) if leg.state == "partly_returned" else {}),
        "way": custody.way(leg, reports, case.side),
        "differ": differing.standing(case),
        "speaks_until": custody.moment(disputing.speaks_until(case)),
        "prolonged": custody.moment(custody.prolonged(case)),
        "differ_words": differing.WORDS,
        "reports": compare.pairs(reports, locale),
        "damages": [made for made in reports if made.kind == "damage"],
        "figures": {made.id: compare.figures_of(made) for made in reports},
        "ratings": {rating.side: rating for rating in leg.ratings},
        "disputes": disputing.of(session, leg),
        "has_room": is_concerned(me(), leg),
        "recalled": present.recalled(leg),
        "booked": balance.told(session, leg),
        "papers": leg.was_sent,
        "letter": _("轮训函") if leg.agreement.is_secondment else _("邀请函") if _is_person(leg) else _("借用函"),
        "asked_for": leg.begun_by == "borrower" or leg.state in present.JOINED,
        **_archived(session, leg),
    }


def _is_person(leg: Leg) -> bool:
    return leg.lines[0].resource.kind == "talent"


def _archived(session: Session, leg: Leg) -> dict[str, Any]:
    """What of it the archive has: those that the reader may read, and how many more are being described."""
    if leg.state not in ("closed", "disputed"):
        return {"works": [], "more_works": 0}
    shown, others = archiving.made(session, leg, lambda asset: permissions.may(me(), "asset.read", asset))
    return {"works": card.cards(session, shown, me()), "more_works": others}


def _wants_others(leg: Leg) -> bool:
    """Whether the borrower has to look elsewhere: it was refused, lapsed after it was sent, or is called back."""
    return (leg.state in ("declined", "expired") and leg.was_sent) or (leg.state == "in_use" and leg.recalled_until is not None)


def is_mine(turn: turns.Turn, person: Person, side: str) -> bool:
    """Whether the turn is this person's side's."""
    if turn.side == "alliance":
        return person.is_admin
    return turn.centre is not None and any(centre.id == turn.centre.id for centre in person.centres) and side != "alliance"


def _next_task(session: Session, person: Person, leg: Leg, now: datetime) -> turns.Task | None:
    """What waits for this person most urgently; asked for where this one waits for somebody else."""
    return next((task for task in turns.tasks(session, person, now).mine if task.leg.id != leg.id), None)


def _buttons(actions: tuple[Action, ...], consent: bool = False) -> tuple[list[Action], list[Action]]:
    """What stands in front, answers before what comes next anyway, the likeliest first (the `consent` where nothing goes on
    without it); and what is folded away."""
    ranks = {"primary": 0, "plain": 1, "danger": 2}
    front = sorted((one for one in actions if one.name not in SECOND), key=lambda one: ranks[one.tone])
    front.sort(key=lambda one: one.name not in ANSWERS | NOTED and not (consent and one.name == "record_consent"))
    return front, [one for one in actions if one.name in SECOND]


def _reports(session: Session, leg: Leg) -> list[Report]:
    query = sa.select(Report).where(Report.leg_id == leg.id).order_by(Report.id)
    return list(
        session.scalars(query.options(selectinload(Report.photos).joinedload(ReportPhoto.file), selectinload(Report.person)))
    )


def _picture(session: Session, resource: Resource) -> str | None:
    query = sa.select(ResourcePhoto.id).where(ResourcePhoto.resource_id == resource.id).order_by(ResourcePhoto.rank).limit(1)
    number = session.scalar(query)
    return url_for("portal.photo", code=resource.code, photo_id=number, size="card") if number is not None else None


def _attached(session: Session, leg: Leg, numbers: list[int]) -> list[tuple[str, str]]:
    query = sa.select(File.id, File.name).where(File.id.in_(numbers)).order_by(File.id)
    return [(name, url_for("exchange.file", number=leg.number, file_id=number)) for number, name in session.execute(query)]


def _authors(session: Session, known: list[Any]) -> dict[int, str]:
    numbers = {terms.person_id for terms in known}
    return {number: name for number, name in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(numbers)))}  # noqa: C416


def _stewards(session: Session, leg: Leg) -> list[dict[str, Any]]:
    """Who is in charge on either side; phones are for those who read the page in full."""
    duties = roster(session, [leg.owner_id, leg.borrower_id], clock.local(clock.now()).date())
    made = []
    for centre, person, role in (
        (leg.owner, leg.first_handler, _("首问责任人")),
        (leg.borrower, leg.submitter, _("申请人")),
    ):
        known = person if person is not None else duties.holder(centre.id, "A")
        deputy = duties.holder(centre.id, "B")
        made.append(
            {
                "name": known.name if known is not None else present.called(centre),
                "role": role if person is not None else _("A角"),
                "place": present.called(centre),
                "deputy": deputy.name if deputy is not None and deputy is not known else "",
                "phone": (known.phone if known is not None else "") or centre.phone,
            }
        )
    if leg.handler is not None and leg.handler_id != leg.first_handler_id:
        made[0] |= {"now": leg.handler.name, "now_phone": leg.handler.phone}
    return made
