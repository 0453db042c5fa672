"""The main navigation: which entries, for whom, in which order. The only place that decides it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import g, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session, aliased

from alliance import clock, web
from alliance.cases import turns as cases
from alliance.cases.deadlines import COUNTED
from alliance.cases.models import Case
from alliance.centres.models import Centre
from alliance.db import db
from alliance.exchange import reviewing, whose
from alliance.exchange.models import Leg
from alliance.exchange.table import ENDED
from alliance.notifications import service as notices
from alliance.people.models import Absence, Duty, Person, Post
from alliance.permissions import may

HERE = {
    "portal.desk": "desk",
    "portal.search": "search",
    "portal.resource": "search",
    "portal.compare": "search",
    "portal.centres": "centres",
    "portal.centre": "centres",
    "portal.archive": "archive",
    "portal.asset": "archive",
    "portal.rules": "rules",
    "exchange.agreements": "agreements",
}
HANDLING = ("handler", "director")  # who may answer a public case
BLUEPRINTS = {
    "admin": "admin",
    "archive": "archive",
    "boards": "boards",
    "calendars": "timeline",
    "cases": "cases",
    "catalogue": "mine",
    "exchange": "agreements",
    "notifications": "notices",
}


def entries(person: Person | None) -> list[dict[str, Any]]:
    """For a visitor what is public, for staff what they work with, for the alliance's own its board."""
    if not hasattr(g, "here"):
        g.here = here(request.endpoint or "")
    if person is None:
        asking = _entry("cases", _("提问"), "cases.home")
        return [_search(), _archive(), _centres(), _entry("rules", _("联盟章程"), "portal.rules"), asking]
    found = [_entry("desk", _("我的待办"), "portal.desk", turns(db.session, person)), _search()]
    if person.centre is not None:
        found.append(_entry("mine", _("我馆资源"), "catalogue.mine"))
    found.append(_entry("agreements", _("往来"), "exchange.agreements"))
    if may(person, "board.read"):
        found.append(_entry("boards", _("需求与供给"), "boards.board"))
    if may(person, "timeline.read"):
        found.append(_entry("timeline", _("时间轴"), "calendars.timeline"))
    if not may(person, "review.queue"):
        found.append(_centres())
    found += [_archive(), _entry("notices", _("通知"), "notifications.notices", notices.unread(db.session, person))]
    if may(person, "review.queue"):
        found.append(_entry("reviews", _("资源审核"), "admin.reviews"))
    if may(person, "admin.board"):
        found.append(_entry("admin", _("联盟管理"), "admin.board"))
    return found


def here(endpoint: str) -> str:
    """Which entry the page belongs to, where it does not say so itself."""
    return HERE.get(endpoint) or BLUEPRINTS.get(endpoint.partition(".")[0], "")


def _entry(key: str, label: Any, endpoint: str, count: int | None = None) -> dict[str, Any]:
    return {"key": key, "label": label, "url": web.page_url(endpoint), "count": count}


def _search() -> dict[str, Any]:
    return _entry("search", _("找资源"), "portal.search")


def _archive() -> dict[str, Any]:
    return _entry("archive", _("数字档案"), "portal.archive")


def _centres() -> dict[str, Any]:
    return _entry("centres", _("成员馆"), "portal.centres")


# How many turns are mine: turns.tasks said once more as SQL ---------------


def turns(session: Session, person: Person) -> int:
    """As many as turns.tasks(…).mine and cases.turns.tasks(…).mine, in two queries."""
    proposed = whose.proposals(session, clock.now(), [centre.id for centre in person.centres])
    legs, asked = _legs(person, proposed), _cases(person)
    both = sa.select(legs.scalar_subquery() + asked.scalar_subquery()) if asked is not None else legs
    return session.scalar(both) or 0


def _legs(person: Person, proposed: Sequence[whose.Proposal]) -> sa.Select[int]:
    parent = aliased(Centre)
    side, centre = whose.side(proposed), whose.centre_of(parent, proposed)
    today = clock.local(clock.now()).date()
    reviewed = sa.and_(reviewing.is_waiting(today), whose.asked().is_(None))
    mine = sa.case((reviewed, reviewing.may_take(person, today)), else_=_mine(person, centre, _first(side), _red()))
    here = sa.and_(centre.in_([one.id for one in person.centres]), mine)
    wanted = sa.or_(here, side == "alliance") if person.is_admin else here
    return (
        sa.select(sa.func.count(Leg.id))
        .join(parent, parent.id == Leg.borrower_id)
        .where(sa.or_(Leg.state.not_in(ENDED), whose.SEEKING), ~whose.BARE, wanted)
    )


def _cases(person: Person) -> sa.Select[int] | None:
    """None for who answers no cases."""
    centres = cases.handles(person)
    if not centres and not person.is_admin:
        return None
    late = Case.due_at <= clock.now()
    here = sa.and_(Case.centre_id.in_(centres), _mine(person, Case.centre_id, Case.handler_id, late, HANDLING))
    own = sa.and_(Case.centre_id.is_(None), sa.or_(Case.handler_id.is_(None), Case.handler_id == person.id))
    wanted = sa.or_(here, own) if person.is_admin else here
    return sa.select(sa.func.count(Case.id)).where(Case.state.in_(COUNTED), wanted)


def _mine(person: Person, centre: Any, first: Any, red: Any, roles: tuple[str, ...] = ()) -> sa.ColumnElement[bool]:
    """Whether it lies on that person's desk: in hand, else duty A; B as well when that one is away or it is late."""
    today = clock.local(clock.now()).date()
    holder = sa.case((_works(first, centre, today, roles), first), else_=_on_duty(centre, "A", today, roles))
    deputy = _on_duty(centre, "B", today, roles)
    away = sa.exists().where(Absence.person_id == holder, Absence.starts_on <= today, Absence.ends_on >= today)
    return sa.or_(
        sa.func.coalesce(holder, deputy, person.id) == person.id,
        sa.and_(deputy == person.id, sa.or_(red, away)),
    )


def _first(side: Any) -> Any:
    return sa.case((side == "owner", Leg.handler_id), (side == "borrower", Leg.submitted_by))


def _works(person_id: Any, centre_id: Any, today: Any, roles: tuple[str, ...]) -> sa.ColumnElement[bool]:
    at = sa.exists().where(Post.person_id == person_id, Post.centre_id == centre_id, reviewing.held(Post, today))
    at = at.where(Post.role.in_(roles)) if roles else at
    return sa.and_(at, sa.exists().where(Person.id == person_id, Person.active))


def _on_duty(centre_id: Any, rank: str, today: Any, roles: tuple[str, ...]) -> Any:
    duty = aliased(Duty)
    works = _works(duty.person_id, centre_id, today, roles)
    return (
        sa.select(duty.person_id)
        .where(duty.centre_id == centre_id, duty.rank == rank, works)
        .correlate_except(duty)
        .scalar_subquery()
    )


def _red() -> sa.ColumnElement[bool]:
    now = clock.now()
    late = sa.or_(sa.and_(Leg.state == "requested", Leg.due_at <= now), sa.and_(Leg.state == "offered", Leg.hold_until <= now))
    return sa.and_(late, whose.asked().is_(None))


web.NAV.append(entries)
