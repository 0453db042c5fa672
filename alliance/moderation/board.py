"""The secretariat's morning board, and the lists behind its numbers."""

from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import escape
from sqlalchemy.orm import Session

from alliance import clock, codes, health
from alliance.db import db
from alliance.exchange import deadlines
from alliance.exchange.models import Leg
from alliance.journal import Event
from alliance.moderation import morning, sanctioning
from alliance.moderation.audit import spoken_action
from alliance.moderation.lists import moment, place
from alliance.moderation.morning import SHOWN, Figure
from alliance.moderation.routes import bp
from alliance.moderation.subjects import named
from alliance.permissions import guarded
from alliance.web import Answer, zh
from alliance.worktime import rows, spoken_date

LISTS = {"overdue": _l("超期未答"), "soon": _l("将到期"), "late": _l("逾期未还")}


@bp.get("/")
@guarded("admin.board")
def board() -> Answer:
    """The secretariat's morning board."""
    session, now, today = db.session, clock.now(), morning.today()
    red, yellow = morning.waiting_legs(session, now)
    late, refused = morning.late_returns(session, now), morning.refusals(session, now)
    sections: dict[str, list[Any]] = {
        "reviews": morning.to_review(session),
        "assets": morning.assets_to_review(session),
        "memberships": morning.applications(session),
        "disputes": morning.disputes(session),
        "refusals": refused,
        "sanctions": sanctioning.proposals(session),
        "papers": morning.papers(session, today),
        "years": morning.provisional_years(rows.calendar(session), today),
    }
    parts = health.parts()
    figures = _figures(session, red, yellow, late, sections, [name for name, part in parts.items() if not part["ok"]])
    return render_template(
        "moderation/board.html",
        figures=figures,
        now=now,
        tasks=_tasks(session, [*red, *yellow][:SHOWN]),
        more=len(red) + len(yellow) > SHOWN,
        sections={name: found[:SHOWN] for name, found in sections.items()},
        counts={name: len(found) for name, found in sections.items()},
        parts=parts,
        engines=_engines(),
        trail=_trail(session),
        today=spoken_date(today, str(get_locale())),
        refusal=lambda code: codes.label("refusal", code, str(get_locale())) if code in codes.get("refusal") else code,
        place=place,
    )


@bp.get("/legs")
@guarded("admin.board")
def legs() -> Answer:
    """All legs behind one of the numbers: ?show=overdue, soon or late."""
    show = request.args.get("show", "overdue")
    if show not in LISTS:
        abort(404)
    red, yellow = morning.waiting_legs(db.session, clock.now())
    found = {"overdue": red, "soon": yellow}.get(show) if show != "late" else morning.late_returns(db.session, clock.now())
    return render_template("moderation/legs.html", title=LISTS[show], tasks=_tasks(db.session, found or []), lists=LISTS, show=show)


def _engines() -> dict[str, str]:
    """Each part of the system in words for people: what it is, without its address."""
    settings = current_app.config["ALLIANCE"]
    return {
        "database": _("内置数据库") if db.engine.dialect.name == "sqlite" else "PostgreSQL",
        "search": "Elasticsearch" if settings.search_url else _("内置检索"),
        "storage": _("对象存储（S3）") if settings.storage_url else _("本机文件"),
    }


def _figures(
    session: Session, red: list[Leg], yellow: list[Leg], late: list[Leg], sections: dict[str, list[Any]], down: list[str]
) -> list[Figure]:
    """The numbers at the top, the urgent ones first."""
    failed, years = morning.failed_jobs(session), sections["years"]
    return [
        Figure(_("超期未答"), len(red), url_for("admin.legs", show="overdue"), "red" if red else ""),
        Figure(_("将到期"), len(yellow), url_for("admin.legs", show="soon"), "yellow" if yellow else ""),
        Figure(_("逾期未还"), len(late), url_for("admin.legs", show="late"), "red" if late else ""),
        Figure(_("待审上架"), len(sections["reviews"]), url_for("admin.reviews")),
        Figure(_("待审档案"), len(sections["assets"]), url_for("archive.reviews")),
        Figure(_("争议"), len(sections["disputes"]), url_for("exchange.disputes")),
        *morning.case_figures(session),
        Figure(_("建议处置的馆"), len(sections["sanctions"]), "#sanctions", "yellow" if sections["sanctions"] else ""),
        Figure(_("入盟申请"), len(sections["memberships"]), url_for("centres.manage", state="applied")),
        Figure(_("30日内否定"), len(sections["refusals"]), url_for("admin.audit", action="leg.decline")),
        Figure(_("证照30日内到期"), len(sections["papers"]), url_for("admin.papers")),
        Figure(_("没办成的后台任务"), failed, url_for("admin.jobs", state="failed"), "red" if failed else ""),
        *(figure(session) for figure in morning.more),
        Figure(_("不通的部件"), len(down), "#parts", "red" if down else ""),
        Figure(
            _("缺历法的年份"), len(years), url_for("admin.holidays", year=years[0] if years else None), "yellow" if years else ""
        ),
    ]


@bp.get("/papers")
@guarded("admin.board")
def papers() -> Answer:
    """All papers that end within thirty days or have ended."""
    return render_template(
        "moderation/papers.html", papers=morning.papers(db.session, morning.today()), today=morning.today(), place=place
    )


def _tasks(session: Session, found: list[Leg]) -> list[dict[str, Any]]:
    """Legs as rows of a task table, with whoever is responsible by name."""
    duties, calendar, now = morning.duties(session, found), rows.calendar(session), clock.now()
    return [_task(leg, duties.get(leg.owner_id, {}), deadlines.light_of(leg, calendar, now), calendar) for leg in found]


def _task(leg: Leg, duty: dict[str, str], light: str, calendar: Any) -> dict[str, Any]:
    late = leg.state != "requested"
    due = deadlines.back_by(leg) if late else leg.due_at
    names = {"owner": _name(leg.owner), "borrower": _name(leg.borrower)}
    handler = leg.handler.name if leg.handler else duty.get("A", _("未设A角"))
    days = deadlines.days_over(leg, calendar, clock.now())
    word = {"red": ngettext("超期%(num)s日", "超期%(num)s日", days), "yellow": _("将到期")}.get(light, _("逾期未还"))
    number = leg.number
    return {
        "light": ("red" if late else light, word, moment(due)),
        "title": leg.lines[0].resource.title if leg.lines else leg.agreement.title,
        "url": place("agreements", number),
        "note": _("%(number)s·%(borrower)s向%(owner)s借用", number=number, **names),
        "other": handler,
        "role": escape(_("B角 %(name)s")) % {"name": zh(None, duty["B"])} if "B" in duty else "",
        "action": (_("查看"), place("agreements", number)),
        "urgent": False,
    }


def _name(centre: Any) -> str:
    return str(centre.name_en if str(get_locale()) == "en" and centre.name_en else centre.short_name)


def _trail(session: Session) -> list[dict[str, Any]]:
    """The newest events as moments: what was done to what, by whom."""
    found = morning.trail(session)
    subjects = named(session, (event for event, _name in found))
    return [_moment(event, name, subjects.get((event.subject_type, event.subject_id), ("", ""))[0]) for event, name in found]


def _moment(event: Event, name: str | None, subject: str) -> dict[str, Any]:
    text = escape("{} {}").format(spoken_action(event), zh(None, subject)) if subject else spoken_action(event)
    return {"at": event.at.isoformat(), "when": moment(event.at), "text": text, "note": name or _("系统"), "tone": ""}
