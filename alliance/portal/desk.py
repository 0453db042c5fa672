"""Whose turn it is: my tasks by urgency, what others owe us, hand-overs by day, our resources; a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import g, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session, selectinload

from alliance import clock, codes
from alliance.archive import listing
from alliance.archive.models import Asset
from alliance.cases import listing as case_rows
from alliance.cases import turns as cases
from alliance.cases.turns import CaseTask
from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.exchange import present, waiting, words
from alliance.exchange.models import STANDING, Leg
from alliance.exchange.table import OUT
from alliance.exchange.turns import Task, Tasks, seeks
from alliance.exchange.turns import tasks as read_tasks
from alliance.moderation import announcements, morning
from alliance.notifications import service as notices
from alliance.people.models import Duty, Person
from alliance.permissions import guarded
from alliance.portal import agenda
from alliance.portal.routes import bp
from alliance.web import Answer, me
from alliance.worktime import Calendar, lunar, spoken_date
from alliance.worktime.rows import calendar

DAY = timedelta(days=1)
URGENCIES = (("late", _l("超期")), ("now", _l("今明到期")), ("week", _l("本周")), ("later", _l("以后")), ("rate", _l("请评价")))
MANY = 20
FEW = 5


@bp.get("/desk")
@guarded("desk.read")
def desk() -> Answer:
    """My desk."""
    g.here = "desk"
    session, person, now, locale = db.session, me(), clock.now(), str(get_locale())
    tasks, days = read_tasks(session, person, clock.now()), calendar(session)
    _load_terms(session, tasks)
    rivals = waiting.rivals(session, [task.leg for task in (*tasks.mine, *tasks.ours) if task.leg.state == "requested"])
    mine = groups(tasks, person, now, days, locale, rivals)
    asked = cases.tasks(session, person, now)
    mine = with_cases(mine, asked.mine, person, days, now)
    ours = {centre.id for centre in person.centres}
    stock = _stock(session, ours)
    out = session.scalar(sa.select(sa.func.count()).select_from(Leg).where(Leg.owner_id.in_(ours), STANDING.in_(OUT))) or 0
    days_to_come = agenda.handovers(tasks, ours, now, locale)
    late = next((rows for key, _title, rows in mine if key == "late"), [])
    return render_template(
        "portal/desk.html",
        announced=announcements.current(session, person),
        today=_today(now, locale),
        duty=_duty(session, person),
        figures=_figures(tasks, len(asked.mine), len(late), len(days_to_come), out),
        mine=[(key, title, rows, key == "later" and len(tasks.mine) + len(asked.mine) > MANY) for key, title, rows in mine],
        count=len(tasks.mine) + len(asked.mine),
        ours=[row(task, person, now, days, locale, rivals) for task in tasks.ours]
        + [case_rows.row(task, person, days, now) for task in asked.ours],
        contested=sum(task.leg.state == "disputed" for task in (*tasks.mine, *tasks.ours, *tasks.waiting)),
        answers_cases=person.is_admin or bool(cases.handles(person)),
        waiting=[row(task, person, now, days, locale) for task in tasks.waiting],
        things=_things(tasks),
        drafts=[_draft(leg) for leg in tasks.drafts],
        renewals=agenda.renewals(tasks, ours, locale),
        agenda=days_to_come,
        papers=[_paper(one, locale) for one in morning.papers(session, morning.today(), of=ours)] if ours else [],
        works=[_work(asset) for asset in listing.to_describe(session, person.centres, count=FEW)],
        stock=stock,
        total=sum(line["end"] for line in stock),
        unread=notices.unread(session, person),
    )


def _load_terms(session: Session, tasks: Tasks) -> None:
    """The terms of all legs at once: their dates are shown."""
    legs = [task.leg.id for task in (*tasks.mine, *tasks.ours, *tasks.waiting, *tasks.handovers)] + [
        leg.id for leg in (*tasks.ratings, *tasks.drafts)
    ]
    if legs:
        session.scalars(
            sa.select(Leg).where(Leg.id.in_(legs)).options(selectinload(Leg.terms)).execution_options(populate_existing=True)
        ).unique().all()


def groups(
    tasks: Tasks, person: Person, now: datetime, days: Calendar, locale: str, rivals: Mapping[int, int]
) -> list[tuple[str, Any, list[dict[str, Any]]]]:
    """My tasks by urgency, then what may be rated, which no badge counts; groups without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {key: [] for key, _title in URGENCIES}
    for task in tasks.mine:
        found[urgency(task.turn.deadline, now)].append(row(task, person, now, days, locale, rivals))
    found["rate"] = [_rating(leg, person, locale) for leg in tasks.ratings]
    return [(key, title, found[key]) for key, title in URGENCIES if found[key]]


def with_cases(
    mine: list[tuple[str, Any, list[dict[str, Any]]]], asked: Sequence[CaseTask], person: Person, days: Calendar, now: datetime
) -> list[tuple[str, Any, list[dict[str, Any]]]]:
    """The public's cases among my tasks, by the same urgency."""
    rows = {key: found for key, _title, found in mine}
    for task in asked:
        rows.setdefault(urgency(task.turn.deadline, now), []).append(case_rows.row(task, person, days, now))
    return [(key, title, rows[key]) for key, title in URGENCIES if key in rows]


def urgency(deadline: datetime | None, now: datetime) -> str:
    """Late, today or tomorrow, within this week, or later."""
    if deadline is None:
        return "later"
    if deadline <= now:
        return "late"
    today, day = clock.local(now).date(), clock.local(deadline).date()
    if day <= today + DAY:
        return "now"
    return "week" if day <= today + (6 - today.weekday()) * DAY else "later"


def row(
    task: Task, person: Person, now: datetime, days: Calendar, locale: str, rivals: Mapping[int, int] | None = None
) -> dict[str, Any]:
    """One task as parts/tasks.html shows it; who has it in hand where that is not the reader alone; how many want the same days."""
    leg = task.leg
    side = _side(leg, person)
    other = leg.borrower if side == "owner" else leg.owner
    url = url_for("exchange.agreement", number=leg.agreement.number if seeks(leg) else leg.number)
    light = present.light_of(task.turn, days, now)
    others = (rivals or {}).get(leg.id, 0)
    notes = (
        leg.number,
        leg.agreement.heading,
        "" if task.turn.people == (person,) else present.people_of(task.turn),
        ngettext("同档期另有%(num)s家在等", "同档期另有%(num)s家在等", others) if others else "",
    )
    state = present.state_of(leg, locale)[0]
    fresh = leg.state == "requested" and leg.first_handler_id is None and side == "owner"
    return {
        "light": light,
        "title": str(words.called(leg).task) % {"title": leg.lines[0].resource.title, "dates": present.days_of(leg, side)},
        "url": url,
        "note": str(_("·")).join(str(part) for part in notes if part),
        "other": present.called(other, locale),
        "role": _("%(state)s，未受理", state=state) if fresh else state,
        "action": (present.to_do(leg, task.ask, task.turn), url),
        "awaited": present.called(task.turn.centre, locale) if task.turn.centre is not None else _("联盟秘书处"),
        "urgent": light is not None and light[0] in ("red", "yellow"),
        "end": light,
    }


def _side(leg: Leg, person: Person) -> str:
    return "owner" if person.roles_in(leg.owner_id) and not person.roles_in(leg.borrower_id) else "borrower"


def _rating(leg: Leg, person: Person, locale: str) -> dict[str, Any]:
    side = _side(leg, person)
    url = url_for("exchange.prepare", number=leg.number, action="rate")
    return {
        "light": None,
        "title": str(words.called(leg).rated) % {"title": leg.lines[0].resource.title},
        "url": url_for("exchange.agreement", number=leg.number),
        "note": _("%(number)s·1分钟，6题", number=leg.number),
        "other": present.called(leg.borrower if side == "owner" else leg.owner, locale),
        "role": present.state_of(leg, locale)[0],
        "action": (_("评价"), url),
        "urgent": False,
    }


def _draft(leg: Leg) -> dict[str, Any]:
    """A request that was begun, with the way to go on."""
    number = leg.number
    things = (leg.lines[0].resource.title, present.days_of(leg, "borrower"), number)
    return {
        "title": leg.agreement.heading,
        "url": url_for("exchange.edit", number=number),
        "note": str(_("·")).join(part for part in things if part),
        "end": Markup('<a href="{}">{}</a>').format(url_for("exchange.prepare", number=number, action="withdraw"), _("丢弃")),
    }


def _paper(paper: morning.Paper, locale: str) -> dict[str, Any]:
    """What ends soon of ours, or has ended."""
    return {"title": paper.thing.title, "url": paper.url, "note": paper.label, "end": spoken_date(paper.ends_on, locale)}


def _work(asset: Asset) -> dict[str, Any]:
    """A draft that an exchange left, with the way to its record."""
    return {"title": asset.title, "url": url_for("portal.asset", code=asset.code), "note": asset.code, "end": ""}


def _figures(tasks: Tasks, cases: int, late: int, soon: int, out: int) -> list[dict[str, Any]]:
    """Numbers that open the records they are made of."""
    return [
        {"label": _("轮到我"), "value": len(tasks.mine) + cases, "unit": "", "url": "#mine", "tone": ""},
        {
            "label": _("其中超期"),
            "value": late,
            "unit": "",
            "url": "#late" if late else "#mine",
            "tone": "red" if late else "",
        },
        {"label": _("等对方"), "value": len(tasks.waiting), "unit": "", "url": "#wait", "tone": ""},
        {"label": _("未来七天"), "value": soon, "unit": "", "url": "#wk", "tone": ""},
        {
            "label": _("在外资源"),
            "value": out,
            "unit": "",
            "url": url_for("exchange.agreements", side="owner", state="out"),
            "tone": "",
        },
    ]


def _things(tasks: Tasks) -> list[dict[str, Any]]:
    """What of ours is asked for and waits for an answer, the most wanted first; told where there is something to survey."""
    asked = Counter(task.leg.lines[0].resource for task in (*tasks.mine, *tasks.ours) if task.leg.state == "requested")
    if asked.total() <= FEW:
        return []
    return [
        {
            "title": thing.title,
            "url": url_for("exchange.agreements", thing=thing.code, side="owner", state="requested", sort="due"),
            "end": count,
        }
        for thing, count in asked.most_common()
    ]


def _stock(session: Session, ours: set[int]) -> list[dict[str, Any]]:
    """Our listings by state; one query."""
    query = sa.select(Resource.state, sa.func.count()).where(Resource.owner_id.in_(ours)).group_by(Resource.state)
    counts = {state: count for state, count in session.execute(query)}  # noqa: C416
    locale = str(get_locale())
    return [
        {
            "title": codes.label("listing_state", code.id, locale),
            "url": url_for("catalogue.mine", state=code.id),
            "end": counts[code.id],
        }
        for code in codes.get("listing_state")
        if counts.get(code.id)
    ]


def _duty(session: Session, person: Person) -> str:
    """Duty A or B, where the person has one at the acting centre."""
    if person.centre is None:
        return ""
    ranks = session.scalars(sa.select(Duty.rank).where(Duty.person_id == person.id, Duty.centre_id == person.centre.id)).all()
    return "、".join(_("%(rank)s角", rank=rank) for rank in sorted(ranks))


def _today(now: datetime, locale: str) -> str:
    """Today with its lunar date."""
    today = clock.local(now).date()
    words = spoken_date(today, locale, today=today.replace(year=today.year - 1, day=1))
    return _("%(day)s，农历%(lunar)s", day=words, lunar=lunar(today)) if locale != "en" else words
