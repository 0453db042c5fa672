"""From exchange to archive: once a leg is closed, what the borrower filed when it sent back becomes drafts of its archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from alliance import clock, jobs, journal
from alliance.archive import harvest, relations
from alliance.archive.models import Asset
from alliance.catalogue.models import Resource
from alliance.db import db, transaction
from alliance.errors import NotFound, UnsupportedFile
from alliance.exchange import acceptance
from alliance.exchange.case import Case
from alliance.exchange.models import Leg, Report, ReportPhoto
from alliance.worktime import spoken_days

KEPT = ("programme", "photo", "clip")
"""What goes into the archive; a receipt stays with the loan."""


def archive(payload: dict[str, Any]) -> None:
    """The job `exchange.archive`: may be done again, and by two at once; what is not closed leaves nothing."""
    number = payload["subject"][1]
    leg = db.session.get(Leg, number)
    if leg is None or leg.state != "closed":
        return
    with force_locale("zh_Hans"):
        left, refused = _left(db.session, leg)
        if not left and not refused:
            return
        db.session.rollback()
        with transaction() as session:
            leg = session.get_one(Leg, number, with_for_update={"of": Leg}, populate_existing=True)
            if leg.state == "closed":
                _keep(session, leg, left, refused)


def _keep(session: Session, leg: Leg, left: Sequence[tuple[int, harvest.Left]], refused: list[str]) -> None:
    """The drafts, and one event that tells of those that are new."""
    harvest.lock(session, leg.borrower)
    given: dict[str, Any] = {"owner": leg.borrower, "agreement_id": leg.agreement_id, "number": leg.number}
    made = [asset for who, one in left if (asset := harvest.draft(session, one, created_by=who, **given)) is not None]
    told = any(event.action == "leg.archived" for event in journal.history(session, leg))
    if made or (refused and not told):
        data: dict[str, Any] = {"assets": [asset.id for asset in made], "refused": refused, "filed_by": _filer(session, leg)}
        if lacking := acceptance.lacking(leg, leg.reports):
            data["lacking"] = lacking
        journal.record(session, "leg.archived", leg, centre_id=leg.borrower_id, data=data)


def _filer(session: Session, leg: Leg) -> int | None:
    """Who sent it back."""
    query = sa.select(Report.person_id).where(Report.leg_id == leg.id, Report.kind == "send_back").order_by(Report.id.desc())
    return session.scalar(query.limit(1))


def _left(session: Session, leg: Leg) -> tuple[list[tuple[int, harvest.Left]], list[str]]:
    """Who filed it and what, each content once; the names of what the archive cannot take."""
    query = sa.select(ReportPhoto).join(ReportPhoto.report).where(Report.leg_id == leg.id, Report.kind.in_(acceptance.FILED))
    rows = session.scalars(
        query.where(ReportPhoto.kind.in_(KEPT)).order_by(ReportPhoto.id).options(joinedload(ReportPhoto.report))
    ).all()
    case, left, refused = Case(session, leg, None, clock.now()), {}, []
    ranks: dict[str, int] = {}
    for row in rows:
        if row.file.digest in left:
            continue
        try:
            received = replace(harvest.original(row.file), name=row.called)
        except (UnsupportedFile, NotFound):
            refused.append(row.called)
            continue
        media_type = received.media_type.partition("/")[0]
        ranks[row.kind + media_type] = rank = ranks.get(row.kind + media_type, 0) + 1
        values = record_of(case, row) | {"title": title_of(leg, row, media_type, rank), "type": harvest.TYPES[media_type]}
        left[row.file.digest] = row.report.person_id, harvest.Left(received, values, _said(row))
    return list(left.values()), refused


def title_of(leg: Leg, row: ReportPhoto, media_type: str, rank: int) -> str:
    """The activity, then what the file shows: its caption, else what it is and which one."""
    kinds = {"programme": _("节目单"), "photo": _("现场照片"), "clip": _("录音") if media_type == "audio" else _("录像")}
    what = row.caption or str(kinds[row.kind]) + (f" {rank}" if rank > 1 else "")
    return f"{leg.agreement.title}：{what}"[:200]


def record_of(case: Case, row: ReportPhoto) -> dict[str, Any]:
    """Dublin Core as the loan tells it. Whose consent to what is not known: nobody's is assumed, and the file is open to none
    but its centre."""
    leg, resource, content = case.leg, case.resource, case.terms.content
    cast = performers(resource)
    return {
        "description": _description(leg, row, content),
        "creator": leg.borrower.name,
        "contributors": [_("%(owner)s（出借%(title)s）", owner=leg.owner.name, title=resource.title)[:120]],
        "performers": cast,
        "art_forms": list(resource.art_forms)[:8],
        "created_text": _when(leg),
        "place_code": content.get("division_code", ""),
        "place_text": str(content.get("place", ""))[:120],
        "rights_status": "performer_pending" if cast else "unknown",
        "record_visibility": "own_centre",
        "file_access": "own_centre",
    }


def performers(resource: Resource) -> list[dict[str, Any]]:
    """Who was lent, where that is a person or a troupe, under the name of the listing; without any consent."""
    if resource.kind != "talent":
        return []
    minor = resource.details.get("minor") is True
    return [{"name": resource.title[:120], "name_en": resource.title_en[:120], "role": "", "is_minor": minor}]


def _description(leg: Leg, row: ReportPhoto, content: Mapping[str, Any]) -> str:
    """When, where, who with what of whom; how many came; what is seen."""
    figures = next((one.figures for one in reversed(leg.reports) if one.kind == "send_back"), {})
    told = {"place": content.get("place", ""), "title": leg.agreement.title, "borrower": leg.borrower.name}
    lent = {"owner": leg.owner.name, "thing": leg.lines[0].resource.title, "when": _span(leg)}
    sentences = [_("%(when)s，%(borrower)s在%(place)s举办“%(title)s”，借用%(owner)s的“%(thing)s”。", **told, **lent)]
    if sessions := int(figures.get("sessions", 0)):
        sentences.append(ngettext("共%(num)s场。", "共%(num)s场。", sessions))
    if village := int(figures.get("village_sessions", 0)):
        sentences.append(_("其中到村（社区）%(n)s场。", n=village))
    if people := int(figures.get("attendances", 0)):
        sentences.append(_("观众%(n)s人次。", n=f"{people:,}"))
    if volunteers := int(figures.get("volunteers", 0)):
        sentences.append(_("志愿者%(n)s人。", n=volunteers))
    text = "".join(str(one) for one in sentences)
    return f"{text}\n{row.caption}" if row.caption else text


def _said(row: ReportPhoto) -> str:
    """For the staff who describe it: what was said about consent."""
    return str(_("出镜人的同意：%(words)s", words=row.consent) if row.consent else _("报送时没有写出镜人是否同意。"))


def _days(leg: Leg) -> tuple[date, date]:
    """The first and the last day; a leg that was closed has both."""
    assert leg.starts_at is not None
    assert leg.ends_at is not None
    return clock.local(leg.starts_at).date(), clock.local(leg.ends_at - timedelta(seconds=1)).date()


def _when(leg: Leg) -> str:
    """The day, else the month, else the year that holds all of it."""
    first, last = (day.isoformat() for day in _days(leg))
    return next((first[:length] for length in (10, 7) if first[:length] == last[:length]), first[:4])


def _span(leg: Leg) -> str:
    """The days with their year, which no list of later years can do without."""
    first, last = _days(leg)
    return spoken_days(first, last, "zh_Hans", today=date(first.year - 1, 1, 1))


# On the page of the agreement -------------------------------------------------


def made(session: Session, leg: Leg, readable: Any) -> tuple[list[Asset], int]:
    """The assets that came from it and that `readable` admits, and how many others there are."""
    found = relations.made_from(session, leg.agreement_id)
    shown = [asset for asset in found if readable(asset)]
    return shown, len(found) - len(shown)


jobs.handles("exchange.archive", archive)
