"""When a listing can be had: its weekly template, the days that differ, the days that are not lent."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes
from alliance.catalogue import forms, occupancy, opening
from alliance.catalogue.keeping import attempt, show
from alliance.catalogue.kinds.show import today
from alliance.catalogue.models import Occupancy, Resource
from alliance.catalogue.routes import bp, own
from alliance.db import db
from alliance.errors import Invalid, NotFound
from alliance.forms import read_form
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_range

SLOTS = 5
LONGEST = 200
SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–—~至到]\s*([01]?\d|2[0-3]):([0-5]\d)")


@bp.get("/<code>/opening")
@guarded("resource.edit")
def week(code: str, faults: Mapping[str, str] | None = None, sentence: Any = "") -> str:
    """The weekly template and the days that differ from it."""
    resource = own(db.session, code)
    if faults is not None and "week" in request.form:
        rows = [_typed(day) for day in range(7)]
    else:
        kept = sorted((row.weekday, f"{row.opens:%H:%M}–{row.closes:%H:%M}") for row in resource.openings)
        rows = [[said for weekday, said in kept if weekday == day] for day in range(7)]
    padded = [[*day, *[""] * max(1, SLOTS - len(day))] for day in rows]
    coming = sorted((one for one in resource.exceptions if one.day >= today()), key=lambda one: one.day)
    days = codes.get("weekday").choices(str(get_locale()))
    return show("opening", resource, faults, sentence, rows=padded, days=days, coming=coming, typed=request.form)


@bp.post("/<code>/opening")
@guarded("resource.edit")
def week_set(code: str) -> Answer:
    """Replace the weekly template by what stands in the form."""
    own(db.session, code)
    slots, faults = _slots()
    if faults:
        return week(code, faults, _("可借时段有几处要改。")), 422
    return attempt(code, lambda session, resource: opening.set_week(session, me(), resource=resource, slots=slots), week)


def _typed(day: int) -> list[str]:
    return [text.strip()[:LONGEST] for text in request.form.getlist(f"slot.{day}")[:20] if text.strip()]


def _slots() -> tuple[list[opening.Slot], dict[str, str]]:
    """What was typed as times, in half or full width, and the days on which it is no span."""
    slots: list[opening.Slot] = []
    faults: dict[str, str] = {}
    for day in range(7):
        for said in _typed(day):
            found = SPAN.fullmatch(unicodedata.normalize("NFKC", said))
            if found is None:
                faults[f"day.{day}"] = str(_("请按“09:00–11:30”的样子填写每一段。"))
            else:
                slots.append((day, time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))))
    return slots, faults


@bp.post("/<code>/opening/exceptions")
@guarded("resource.edit")
def exception_add(code: str) -> Answer:
    """A day that differs."""
    own(db.session, code)
    try:
        form = read_form(forms.ExceptionForm)
    except Invalid as refused:
        return week(code, refused.fields, refused.sentence), 422
    said = {"day": form.day, "opens": form.opens, "closes": form.closes, "note": form.note or ""}
    return attempt(code, lambda session, resource: opening.add_exception(session, me(), resource=resource, **said), week)  # type: ignore[arg-type]


@bp.post("/<code>/opening/exceptions/<int:exception_id>/remove")
@guarded("resource.edit")
def exception_remove(code: str, exception_id: int) -> Answer:
    """The day follows the week again."""
    return attempt(
        code, lambda session, resource: opening.remove_exception(session, me(), resource=resource, exception_id=exception_id), week
    )


# Days that are not lent ----------------------------------------------------


@bp.get("/<code>/blocks")
@guarded("resource.edit")
def blocks(code: str, faults: Mapping[str, str] | None = None, sentence: Any = "") -> str:
    """Blocks and maintenance that lie ahead."""
    resource = own(db.session, code)
    ahead = [(row, spoken_range(row.starts_at, row.ends_at, _language())) for row in _blocks(db.session, resource)]
    return show("blocks", resource, faults, sentence, ahead=ahead, typed=request.form)


def _language() -> str:
    return codes.language(str(get_locale()))


def _blocks(session: Session, resource: Resource) -> list[Occupancy]:
    """One row for each period, though a hall may stand on several units; of a pool each row for itself."""
    query = sa.select(Occupancy).where(
        Occupancy.resource_id == resource.id, Occupancy.kind.in_(("block", "maintenance")), Occupancy.ends_at > clock.now()
    )
    found: dict[tuple[datetime, datetime, int], Occupancy] = {}
    for row in session.scalars(query.order_by(Occupancy.starts_at, Occupancy.id)):
        found.setdefault((row.starts_at, row.ends_at, row.id if row.unit_id is None else 0), row)
    return list(found.values())


@bp.post("/<code>/blocks")
@guarded("resource.edit")
def blocks_add(code: str) -> Answer:
    """Keep days from being lent."""
    own(db.session, code)
    try:
        form = read_form(forms.BlockForm)
        start, end = _period(form)
    except Invalid as refused:
        return blocks(code, refused.fields, refused.sentence), 422
    said = {"start": start, "end": end, "kind": form.kind, "note": form.note or "", "quantity": form.quantity}
    return attempt(code, lambda session, resource: occupancy.block(session, me(), resource=resource, **said), blocks)  # type: ignore[arg-type]


def _period(form: forms.BlockForm) -> tuple[datetime, datetime]:
    """Half-open, from local time."""
    start = datetime.combine(form.first, form.opens or time(), clock.SHANGHAI)
    last = form.last + timedelta(days=0 if form.closes else 1)
    end = datetime.combine(last, form.closes or time(), clock.SHANGHAI)
    if start >= end:
        raise Invalid(_("结束要晚于开始。"), {"last": _("结束要晚于开始。")})
    if end <= clock.now():
        raise Invalid(_("这段时间已经过去。"), {"first": _("这段时间已经过去。")})
    return start, end


@bp.post("/<code>/blocks/<int:occupancy_id>/remove")
@guarded("resource.edit")
def blocks_remove(code: str, occupancy_id: int) -> Answer:
    """Lend these days again."""

    def act(session: Session, resource: Resource) -> None:
        row = session.get(Occupancy, occupancy_id)
        if row is None or row.resource_id != resource.id or row.kind not in ("block", "maintenance"):
            raise NotFound(_("这段时间已经恢复外借。"))
        occupancy.unblock(session, me(), occupancy=row)

    return attempt(code, act, blocks)
