"""The month of a centre: what goes out, what comes in, what is returned, what is to be answered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock
from alliance.calendars import loans, wanted
from alliance.calendars.days import Day, days
from alliance.calendars.routes import bp
from alliance.calendars.wanted import DAY
from alliance.catalogue.availability import midnight
from alliance.codes import language
from alliance.db import db
from alliance.errors import Forbidden
from alliance.exchange import present, words
from alliance.exchange.deadlines import back_by
from alliance.exchange.models import Leg
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_date, spoken_time
from alliance.worktime.spoken import MONTHS_EN

ENDED = frozenset({"cancelled", "no_show"})


@dataclass(frozen=True)
class Item:
    """One thing of a day; `kind` out, in or due."""

    at: datetime
    kind: str
    time: str
    words: str
    url: str


@bp.get("/month")
@guarded("desk.read")
def month() -> Answer:
    """?month=yyyy-mm of the centre for which one acts, or ?centre= of another of one's own."""
    g.here = "timeline"
    session, person, locale = db.session, me(), str(get_locale())
    centre = next((one for one in person.centres if one.slug == request.args.get("centre")), person.centre)
    if centre is None:
        raise Forbidden(_("您现在没有代表哪家馆，没有馆的月历。"))
    today = clock.local(clock.now()).date()
    first = wanted.day_of(f"{request.args.get('month', '')[:7]}-01", today).replace(day=1)
    count = wanted.length(first)
    cells, found = days(session, first, count, locale), items(session, centre.id, first, count, locale)
    return render_template(
        "calendars/month.html",
        centre=centre,
        caption=f"{MONTHS_EN[first.month - 1]} {first.year}" if language(locale) == "en" else f"{first.year}年{first.month}月",
        weeks=_weeks(cells),
        items=found,
        agenda=[(one, spoken_date(one.date, locale, today=today)) for one in cells if one.date in found or one.feast],
        before=_address(centre, first - DAY),
        after=_address(centre, first + count * DAY),
        now=_address(centre, today),
        others=[(one, _address(one, first)) for one in person.centres if one.id != centre.id],
    )


def items(session: Session, centre_id: int, first: date, count: int, locale: str) -> dict[date, list[Item]]:
    """By local day, in the order of time."""
    start, end = midnight(first), midnight(first + count * DAY)
    found: dict[date, list[Item]] = defaultdict(list)
    legs = [leg for leg in loans.between(session, [centre_id], start, end) if leg.state not in ENDED]
    for one in sorted((one for leg in legs for one in _of(leg, centre_id, locale)), key=lambda one: one.at):
        if start <= one.at < end:
            found[clock.local(one.at).date()].append(one)
    return dict(found)


def _of(leg: Leg, centre_id: int, locale: str) -> Iterator[Item]:
    lends = leg.owner_id == centre_id
    other = present.called(leg.borrower if lends else leg.owner, locale)
    thing = " ".join(line.resource.title for line in leg.lines)
    if leg.state in loans.ASKED:
        if (until := loans.due_of(leg, [centre_id])) is not None:
            what = present.to_do(leg, None)
            yield _item(leg, until, "due", str(_("%(what)s截止：%(thing)s（%(who)s）", what=what, thing=thing, who=other)))
        return
    called = words.called(leg)
    out, back = (
        called.lent if lends else called.borrowed,
        _("还回") if lends and words.sort_of(leg) in ("loan", "swap") else called.ends,
    )
    for at, said in ((leg.starts_at, out), (back_by(leg), back)):
        if at is not None:
            sentence = _("%(what)s：%(thing)s（%(who)s）", what=said, thing=thing, who=other)
            yield _item(leg, at, "out" if lends else "in", str(sentence))


def _item(leg: Leg, at: datetime, kind: str, sentence: str) -> Item:
    return Item(at, kind, spoken_time(at), sentence, url_for("exchange.agreement", number=leg.agreement.number))


def _weeks(cells: list[Day]) -> list[list[Day | None]]:
    """Monday first, whole weeks."""
    padded: list[Day | None] = [None] * cells[0].weekday + [*cells]
    padded += [None] * (-len(padded) % 7)
    return [padded[at : at + 7] for at in range(0, len(padded), 7)]


def _address(centre: Any, day: date) -> str:
    return url_for("calendars.month", month=f"{day:%Y-%m}", centre=centre.slug)
