"""The page of a tour's stops: where it goes, how far, whether each can be reached; stops are added, changed and put in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock, codes
from alliance.catalogue import gaps
from alliance.catalogue.models import Resource
from alliance.db import db
from alliance.errors import Conflict, Invalid, NotFound
from alliance.exchange import present, sketch, stops, touring
from alliance.exchange.actions import available
from alliance.exchange.controls import STOP, Typed, local_minutes, stop_controls, summary, typed, validated
from alliance.exchange.dates import reach
from alliance.exchange.drafts import missing, sift
from alliance.exchange.finding import editable
from alliance.exchange.labels import REQUEST, called
from alliance.exchange.request_page import version_of
from alliance.exchange.routes import bp, find_own, fresh_key
from alliance.exchange.sending import Sheet, put_by, put_by_completion, typed_of
from alliance.exchange.stops import Stop
from alliance.permissions import guarded
from alliance.web import Answer, me
from alliance.worktime import spoken_minutes, spoken_range

Kept = dict[str, Any]
Change = Callable[[], list[Kept]]
SENDING = ("submit", "ask_endorsement")


@bp.get("/<number>/stops")
@guarded("agreement.read")
def itinerary(number: str) -> Answer:
    """All stops, and the form for one more, or for that of ?stop=."""
    sheet = _tour(number)
    rank = request.args.get("stop", type=int)
    if rank is not None and not 1 <= rank <= len(sheet.stops):
        raise NotFound(_("没有这一站。"), ways=((_("看行程"), url_for("exchange.itinerary", number=number)),))
    return page(sheet, _typed(sheet.stops[rank - 1]) if rank is not None else _next(sheet.stops), rank=rank)


@bp.post("/<number>/stops")
@guarded("agreement.read")
def itinerary_kept(number: str) -> Answer:
    """One more stop, or another in place of that one; what was typed stays when it does not hold."""
    sheet, values = _tour(number), typed(Stop)
    rank = request.form.get("stop", type=int)
    try:
        return _changed(sheet, lambda: touring.put(sheet.stops, rank, validated(Stop, values)), _("这一站存好了。"), values, rank)
    except Invalid as refused:
        return page(sheet, values, rank=rank, wrong=refused.fields, sentence=refused.sentence), 422


@bp.post("/<number>/stops/remove")
@guarded("agreement.read")
def itinerary_removed(number: str) -> Answer:
    """Without that stop."""
    sheet = _tour(number)
    return _changed(sheet, lambda: touring.without(sheet.stops, request.form.get("stop", 0, type=int)), _("去掉了一站。"))


@bp.post("/<number>/stops/order")
@guarded("agreement.read")
def itinerary_ordered(number: str) -> Answer:
    """The same days, the places in the shorter order that was proposed."""
    sheet = _tour(number)
    found = touring.better(db.session, sheet.resource, sheet.stops)
    if found is None:
        return _conflicted(sheet, _next(sheet.stops), None, Conflict(_("现在的顺序已经最省路。")))
    shorter = _("顺序换好了，少跑 %(km)s km；各站时间没有变，地点换了。", km=f"{found.saved:g}")
    return _changed(sheet, lambda: touring.reordered(sheet.stops, found.order), shorter if found.saved > 0 else _("顺序换好了。"))


def _changed(sheet: Sheet, change: Change, done: str, values: Typed | None = None, rank: int | None = None) -> Answer:
    """Keep the stops as `change` leaves them; a Conflict brings the page back with what was typed. Raises Invalid."""
    try:
        _write(sheet, change())
    except Conflict as refused:
        return _conflicted(sheet, values if values is not None else _next(sheet.stops), rank, refused)
    flash(done, "ok")
    return redirect(url_for("exchange.itinerary", number=sheet.number))


def _conflicted(sheet: Sheet, values: Typed, rank: int | None, refused: Conflict) -> Answer:
    db.session.rollback()
    return page(_tour(sheet.number), values, rank=rank, sentence=refused.sentence), 409


def _tour(number: str) -> Sheet:
    """The form of a tour that can still be changed. Raises NotFound, Conflict."""
    if not find_own(db.session, me(), number).agreement.is_tour:
        raise NotFound(_("这份约定不是巡演。"), ways=((_("看这份约定"), url_for("exchange.agreement", number=number)),))
    return editable(db.session, number)


def _write(sheet: Sheet, found: Sequence[Kept]) -> None:
    values = typed_of(sheet.leg) | {"stops": list(found)} if sheet.leg is not None else {}
    if sheet.leg is not None and sheet.completes:
        put_by_completion(sheet.leg, values)
    else:
        put_by(sheet, values)


def _typed(stop: Mapping[str, Any]) -> Typed:
    """A kept stop as it would be typed."""
    told = {
        name: "" if value is None else "1" if value is True else "" if value is False else str(value)
        for name, value in stop.items()
    }
    return told | {name: local_minutes(moment) for name, moment in zip(("starts_at", "ends_at"), stops.span(stop), strict=True)}


def _next(found: Sequence[Kept]) -> Typed:
    """What one more stop starts from: the next day at the same hours, in the same county."""
    if not found:
        return {}
    start, end = stops.span(found[-1])
    later = {"starts_at": local_minutes(start + touring.DAY), "ends_at": local_minutes(end + touring.DAY)}
    return later | {"division_code": found[-1]["division_code"]}


def page(
    sheet: Sheet, values: Typed, *, rank: int | None = None, wrong: Mapping[str, Any] | None = None, sentence: Any = ""
) -> str:
    """The stops as they stand, beside what can be said of them."""
    g.here = "agreements"
    leg, wrong = sheet.leg, wrong or {}
    assert leg is not None
    doable = {action.name: action for action in available(db.session, leg, me(), clock.now())}
    lacking = missing(leg.terms[-1])
    return render_template(
        "exchange/itinerary.html",
        leg=leg,
        resource=sheet.resource,
        number=sheet.number,
        completes=sheet.completes,
        form=stop_controls(values, wrong, sheet.resource.kind),
        rank=rank,
        full=len(sheet.stops) >= stops.MOST,
        open=bool(rank or wrong or not sheet.stops),
        wrong=summary(wrong, STOP),
        sentence=sentence if not wrong else "",
        sending=next((doable[name] for name in SENDING if name in doable), None),
        missing=[called(name) for name in lacking if name in REQUEST],
        version=version_of(leg),
        key=fresh_key(),
        called=present.called,
        **shown(sheet.resource, sift(typed_of(leg)).content(), better=True),
    )


def shown(resource: Resource, content: Mapping[str, Any], *, better: bool = False) -> dict[str, Any]:
    """What pages show of the stops of some terms: a row for each, the way, the sketch, and perhaps a better order."""
    session, found, locale = db.session, stops.of(content), str(get_locale())
    if not found:
        return {"tour": None}
    today = clock.local(clock.now()).date()
    way, places = touring.way(session, resource, found), touring.places(session, resource, found)
    rows = [
        {
            "rank": rank,
            "stop": stop,
            "dates": spoken_range(*stops.span(stop), locale, today=today),
            "place_type": codes.label("place_type", stop["place_type"], locale) if stop.get("place_type") else "",
            "division": present.said("division_code", stop["division_code"], locale),
            "contact": stops.contact(stop, content) if stops.has_contacts(content) else None,
            "hop": way.hops[rank - 1],
            "ground": [*touring.ground(resource, content, stop), *reach(resource, places[rank - 1])],
        }
        for rank, stop in enumerate(found, 1)
    ]
    order = touring.better(session, resource, found) if better else None
    return {
        "tour": {
            "rows": rows,
            "way": way,
            "sketch": sketch.drawn([gaps.home(resource), *places]),
            "faults": [touring.say(rank, hop) for rank, hop in touring.too_far(way)],
            "better": order,
            "ordered": [found[place]["place"] for place in order.order] if order is not None else [],
            "moves": gaps.moves(resource),
            "minutes": lambda span: spoken_minutes(span, locale),
        }
    }
