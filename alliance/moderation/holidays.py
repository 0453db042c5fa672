"""The alliance's calendar of holidays and make-up days, year by year."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound
from alliance.forms import read_form
from alliance.moderation import calendar, morning
from alliance.moderation.calendar import Row
from alliance.moderation.routes import bp
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import official_days


@bp.get("/holidays")
@guarded("holidays.edit")
def holidays() -> Answer:
    """The rows of ?year=, and the form for another."""
    return _page(_year())


@bp.post("/holidays")
@guarded("holidays.edit")
def add_holiday() -> Answer:
    """First show what it would move, then, confirmed, enter the day."""
    try:
        row = read_form(Row)
        calendar.check(row)
        if request.form.get("sure") != "yes":
            moved = calendar.moved(db.session, {row.day: row.working})
            return _page(row.day.year, asked=row, moved=moved, form=request.form)
        with transaction() as session:
            calendar.add(session, me(), row=row)
    except (Invalid, Conflict) as error:
        return _page(_year(), form=request.form, faults=error.fields or {"day": error.sentence}), error.status
    flash(_("已记入，有关时限随即重算。"), "ok")
    return redirect(url_for("admin.holidays", year=row.day.year))


@bp.post("/holidays/<day>/remove")
@guarded("holidays.edit")
def remove_holiday(day: str) -> Answer:
    """First show what it would move, then, confirmed, take the day out."""
    found = _day(day)
    if request.form.get("sure") != "yes":
        return _page(found.year, removed=found, moved=calendar.moved(db.session, {found: None}))
    with transaction() as session:
        calendar.remove(session, me(), day=found)
    flash(_("已删去，有关时限随即重算。"), "ok")
    return redirect(url_for("admin.holidays", year=found.year))


@bp.post("/holidays/official")
@guarded("holidays.edit")
def seed_holidays() -> Answer:
    """Enter all days of the notice that comes with the portal."""
    year = _year()
    if request.form.get("sure") != "yes":
        days = {day.date: day.working for day in official_days() if day.date.year == year}
        return _page(year, seeded=True, moved=calendar.moved(db.session, days))
    with transaction() as session:
        count = calendar.seed(session, me(), year=year)
    flash(ngettext("已记入%(num)s天，有关时限随即重算。", "已记入%(num)s天，有关时限随即重算。", count), "ok")
    return redirect(url_for("admin.holidays", year=year))


def _page(year: int, **more: Any) -> str:
    session = db.session
    return render_template(
        "moderation/holidays.html",
        year=year,
        rows=calendar.of_year(session, year),
        years=calendar.years(session, morning.today()),
        missing=calendar.missing(session, year),
        **{"form": {}, "faults": {}, "asked": None, "removed": None, "seeded": False, "moved": None, **more},
    )


def _year() -> int:
    text = request.values.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else morning.today().year
    return min(max(year, calendar.FIRST), calendar.LAST)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(_("没有这一天。")) from None
