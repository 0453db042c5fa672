"""往来: every agreement of one's centres, as owner or as borrower, to filter and to find by words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from alliance import clock, codes
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db
from alliance.exchange import custody, present, turns, whose, words
from alliance.exchange.drafts import is_bare
from alliance.exchange.models import BORROWER_SEES, OWNER_SEES, STANDING, Agreement, Leg, Line
from alliance.exchange.routes import bp, remember
from alliance.exchange.table import ENDED, OUT
from alliance.forms import printable
from alliance.paging import page_of, pager
from alliance.people.models import Person
from alliance.permissions import guarded, may
from alliance.web import Answer, me

SIZE = 20
SIDES = {"owner": _l("借出"), "borrower": _l("借入")}
SORTS = {"": _l("轮到贵馆的在前"), "due": _l("急的在前"), "new": _l("新的在前")}
STATES: dict[str, tuple[Any, frozenset[str]]] = {
    "draft": (_l("草稿"), frozenset({"draft"})),
    "open": (_l("洽谈中"), frozenset({"endorsing", "requested", "incomplete", "offered", "agreed"})),
    "running": (
        _l("履行中"),
        frozenset({"confirmed", "handed_over", "in_use", "sent_back", "partly_returned", "returned", "disputed"}),
    ),
    "out": (_l("在外"), OUT),
    "ended": (_l("已结束"), ENDED),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it does not know is nothing."""

    side: str = ""
    state: str = ""
    q: str = ""
    overdue: bool = False
    turn: str = ""
    thing: str = ""
    sort: str = ""

    def said(self) -> dict[str, Any]:
        """What is said in the address."""
        values = {name: getattr(self, name) for name in ("side", "state", "q", "turn", "thing", "sort")}
        return {name: value for name, value in (values | {"overdue": "1" if self.overdue else ""}).items() if value}

    def address(self, **changed: Any) -> str:
        return url_for("exchange.agreements", **{name: value for name, value in (self.said() | changed).items() if value})


def asked() -> Asked:
    """Read from the address."""
    side, state, sort = (request.args.get(name, "") for name in ("side", "state", "sort"))
    return Asked(
        side if side in SIDES else "",
        state if state in STATES or state in codes.get("leg_state") else "",
        printable(request.args.get("q", ""))[:80].strip(),
        request.args.get("overdue") == "1",
        "ours" if request.args.get("turn") == "ours" else "",
        printable(request.args.get("thing", ""))[:20].strip(),
        sort if sort in SORTS else "",
    )


@bp.get("")
@guarded("desk.read")
def agreements() -> Answer:
    """The list: what is our turn by urgency and then the newest, or all by urgency, or by age."""
    g.here = "agreements"
    session, person, wanted, locale = db.session, me(), asked(), str(get_locale())
    proposed = whose.proposals(session, clock.now(), [centre.id for centre in person.centres])
    query = matching(person, wanted, proposed)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = page_of(total, SIZE)
    legs = session.scalars(_loaded(query, person, wanted, proposed).offset(page.skip).limit(SIZE)).unique().all()
    remember(wanted.address(page=page.number if page.number > 1 else ""))
    return render_template(
        "exchange/agreements.html",
        rows=rows(session, person, list(legs), locale),
        wanted=wanted,
        filters=filters(wanted, counts(session, person, wanted, proposed)),
        chips=chips(session, wanted),
        pager=pager(page, lambda number: wanted.address(page=number)),
        total=total,
    )


def matching(person: Person, wanted: Asked, proposed: Sequence[whose.Proposal]) -> sa.Select[int]:
    """The numbers of the legs of one's centres (and of those endorsed) that the filters leave."""
    ours = [centre.id for centre in person.centres]
    sides = {"owner": sa.and_(Leg.owner_id.in_(ours), OWNER_SEES), "borrower": sa.and_(Leg.borrower_id.in_(ours), BORROWER_SEES)}
    mains = [centre.id for centre in person.centres if centre.is_active and "handler" in person.roles_in(centre.id)]
    below = sa.select(Centre.id).where(Centre.parent_id.in_(mains))
    endorsed = sa.and_(Leg.borrower_id.in_(below), Leg.endorsed_by.is_not(None) | (Leg.state == "endorsing"))
    query = sa.select(Leg.id).join(Agreement).where(sides[wanted.side] if wanted.side else sa.or_(*sides.values(), endorsed))
    query = query.where(~sa.and_(Leg.state == "withdrawn", Leg.submitted_by.is_(None)))  # a draft that was thrown away
    if wanted.state:
        query = query.where(_is_in(wanted.state))
    if wanted.overdue:
        query = query.where(whose.is_late(clock.now(), proposed))
    if wanted.turn:
        borrower = aliased(Centre)
        is_ours = _is_turn_of(borrower, ours, proposed)
        query = query.join(borrower, borrower.id == Leg.borrower_id).where(is_ours)
    if wanted.thing:
        query = query.where(Leg.id.in_(sa.select(Line.leg_id).join(Line.resource).where(Resource.code == wanted.thing)))
    for word in wanted.q.split()[:5]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        things = sa.select(Line.leg_id).join(Line.resource).where(Resource.title.ilike(like, escape="\\"))
        places = sa.select(Centre.id).where(Centre.name.ilike(like, escape="\\") | Centre.short_name.ilike(like, escape="\\"))
        query = query.where(
            Agreement.number.ilike(like, escape="\\")
            | Agreement.title.ilike(like, escape="\\")
            | Leg.id.in_(things)
            | Leg.owner_id.in_(places)
            | Leg.borrower_id.in_(places)
        )
    return query


def _is_in(state: str) -> sa.ColumnElement[bool]:
    """What is out is so too while it is disputed."""
    if state == "out":
        return STANDING.in_(OUT)
    return Leg.state.in_(STATES[state][1] if state in STATES else {state})


def _is_turn_of(borrower: Any, ours: Sequence[int], proposed: Sequence[whose.Proposal]) -> sa.ColumnElement[bool]:
    return sa.and_(whose.centre_of(borrower, proposed).in_(ours), ~whose.BARE)


def counts(session: Session, person: Person, wanted: Asked, proposed: Sequence[whose.Proposal]) -> dict[str, int]:
    """How many there are in each state under the other conditions; one query."""
    others = matching(person, replace(wanted, state=""), proposed)
    sums = [sa.func.count().filter(_is_in(key)).label(key) for key in STATES]
    found = session.execute(sa.select(*sums).where(Leg.id.in_(others))).one()
    return dict(zip(STATES, found, strict=True))


def _loaded(query: sa.Select[int], person: Person, wanted: Asked, proposed: Sequence[whose.Proposal]) -> sa.Select[Leg]:
    found = sa.select(Leg).where(Leg.id.in_(query))
    until = whose.deadline(proposed)
    if wanted.sort == "due":
        found = found.order_by(until.is_(None), until, Leg.id)
    elif wanted.sort == "new":
        found = found.order_by(Leg.id.desc())
    else:
        borrower = aliased(Centre)
        is_ours = _is_turn_of(borrower, [centre.id for centre in person.centres], proposed)
        urgent = sa.case((is_ours, until))
        found = found.join(borrower, borrower.id == Leg.borrower_id)
        found = found.order_by(sa.case((is_ours, 0), else_=1), urgent.is_(None), urgent, Leg.id.desc())
    return found.options(
        joinedload(Leg.handler),
        joinedload(Leg.submitter),
        selectinload(Leg.terms),
        joinedload(Leg.borrower).joinedload(Centre.parent),
        joinedload(Leg.agreement).joinedload(Agreement.creator),
    )


def rows(session: Session, person: Person, legs: list[Leg], locale: str) -> list[dict[str, Any]]:
    """A row for each leg: what, with whom, when, whose turn; a constant number of queries."""
    ours = {centre.id for centre in person.centres}
    now = clock.now()
    desk = turns.desk_of(session, legs, now, person.centres)
    made = []
    for leg in legs:
        turn = desk.turn(leg)
        lends = leg.owner_id in ours
        side = "borrower" if leg.borrower_id in ours or not lends else "owner"
        draft = leg.state == "draft" and (leg.owner_id if leg.begun_by == "owner" else leg.borrower_id) in ours
        made.append(
            {
                "number": leg.number,
                "url": url_for("exchange.edit" if draft else "exchange.agreement", number=leg.number),
                "draft": draft,
                "title": leg.agreement.heading,
                "resource": leg.lines[0].resource.title,
                "side": words.called(leg).lent if lends else words.called(leg).borrowed,
                "other": present.called(leg.borrower if lends else leg.owner, locale),
                "dates": present.days_of(leg, side),
                "state": present.state_of(leg, locale),
                "light": present.light_of(turn, desk.calendar, now),
                "mine": turn.centre is not None and turn.centre.id in ours and not is_bare(leg),
                "ending": custody.ending_short(leg, side),
                "todo": present.to_do(leg, turn.ask, turn),
            }
        )
    return made


def filters(wanted: Asked, numbers: Mapping[str, int]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Links that choose a side, a state, a turn, an order; the rest of the conditions stays."""

    def link(name: str, value: str, label: Any, count: int | None = None) -> dict[str, Any]:
        active = getattr(wanted, name) == value
        return {"label": label, "url": wanted.address(**{name: "" if active else value}), "active": active, "count": count}

    late = {"label": _("只看超期"), "url": wanted.address(overdue="" if wanted.overdue else "1"), "active": wanted.overdue}
    return [
        (_("方向"), [link("side", key, label) for key, label in SIDES.items()]),
        (_("进展"), [link("state", key, label, numbers[key]) for key, (label, _states) in STATES.items()]),
        (_("时限"), [link("turn", "ours", _("轮到贵馆")), late]),
        (_("排序"), [link("sort", key, label) for key, label in SORTS.items()]),
    ]


def chips(session: Session, wanted: Asked) -> list[dict[str, Any]]:
    """The conditions in force; each can be taken off."""
    locale = str(get_locale())
    made = []
    if wanted.q:
        made.append({"name": _("词语"), "value": wanted.q, "url": wanted.address(q="")})
    if wanted.thing:
        thing = session.scalar(sa.select(Resource).where(Resource.code == wanted.thing))
        title = thing.title if thing is not None and may(me(), "resource.read", thing) else wanted.thing
        made.append({"name": _("资源"), "value": title, "url": wanted.address(thing="")})
    if wanted.side:
        made.append({"name": _("方向"), "value": SIDES[wanted.side], "url": wanted.address(side="")})
    if wanted.state:
        word = STATES[wanted.state][0] if wanted.state in STATES else codes.label("leg_state", wanted.state, locale)
        made.append({"name": _("进展"), "value": word, "url": wanted.address(state="")})
    if wanted.turn:
        made.append({"name": _("时限"), "value": _("轮到贵馆"), "url": wanted.address(turn="")})
    if wanted.overdue:
        made.append({"name": _("时限"), "value": _("超期"), "url": wanted.address(overdue="")})
    return made
