"""What several actions do alike: a new version of the terms, taking the dates, giving them back, coming to an end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from alliance.catalogue import occupancy
from alliance.catalogue.models import Occupancy
from alliance.errors import Conflict, Invalid
from alliance.exchange import deadlines, licensed, sessions, together
from alliance.exchange.alternatives import alternatives
from alliance.exchange.case import Case, Outcome, Period
from alliance.exchange.dates import obstacles, stretches
from alliance.exchange.models import Ask, Line, Report, ReportPhoto, Step, Terms
from alliance.exchange.request_form import choice


def new_terms(case: Case, side: str, content: dict[str, Any], note: str, *, sent: bool) -> Terms:
    """The next numbered version; what was said about dates before no longer counts."""
    leg = case.leg
    assert case.person is not None
    leg.terms_version += 1
    made = Terms(
        leg_id=leg.id,
        version=leg.terms_version,
        side=side,
        person_id=case.person.id,
        at=case.now,
        sent_at=case.now if sent else None,
        content=content,
        note=note,
    )
    case.session.add(made)
    leg.choice, leg.conditions = None, []
    for line in leg.lines:
        line.quantity = content.get("quantity") or 1
    case.terms = made
    case.steps = []
    leg.starts_at, leg.ends_at = case.period(1)
    return made


def changed(case: Case, **values: Any) -> dict[str, Any]:
    """The content of the terms in force with some of it replaced."""
    return {**case.terms.content, **values}


def chosen(case: Case, number: int) -> Period:
    """The dates of a choice; Invalid when the terms have no such choice, Conflict when it has begun."""
    try:
        period = case.period(number)
    except KeyError:
        raise Invalid(_("申请里没有这个日期。"), {"choice": _("请选一个日期。")}) from None
    if period[0] <= case.now:
        raise Conflict(_("这个日期已经开始或过去，不能再定。"))
    return period


def step(case: Case, number: int, note: str) -> Step:
    """Record an approval of the terms in force."""
    assert case.person is not None
    made = Step(
        leg_id=case.leg.id,
        terms_version=case.leg.terms_version,
        rank=len(case.steps) + 1,
        person_id=case.person.id,
        at=case.now,
        choice=number,
        note=note,
    )
    case.session.add(made)
    case.steps.append(made)
    return made


def require_consent(case: Case, period: Period) -> None:
    if not case.consented(period):
        raise Conflict(_("还没有登记%(name)s本人对这些日期的同意，请先登记。", name=case.resource.title))


def no_clash(case: Case, period: Period) -> None:
    """Raise Conflict, with what stands in the way, unless the dates are free for this leg."""
    found = obstacles(case, period)
    if found:
        raise Conflict(" ".join(occupancy.say(clash) for clash in found[:3]))
    sessions.refuse(case, period)


def take(case: Case, number: int, period: Period) -> dict[str, Any]:
    """The dates are the leg's for good, now or as soon as the last consent is there. Raises Conflict."""
    leg = case.leg
    if leg.agreement.is_licence:
        leg.choice, (leg.starts_at, leg.ends_at) = number, period
        licensed.refuse_second(case.session, leg, period, case.terms.content)
        return {}
    if leg.agreement.is_joint:
        leg.choice, (leg.starts_at, leg.ends_at) = number, period
        return hold(case, period, together.agreed_until(leg, case.legs))
    spans = _put(case, period, occupancy.take)
    leg.choice, (leg.starts_at, leg.ends_at) = number, period
    return image("confirmed", spans)


def hold(case: Case, period: Period, until: datetime) -> dict[str, Any]:
    """The dates are kept for the leg until then; a licence takes none. Raises Conflict."""
    if case.leg.agreement.is_licence:
        return {}
    return image("hold", _put(case, period, partial(occupancy.hold, expires_at=until)))


def _put(case: Case, period: Period, write: Callable[..., Any]) -> list[Period]:
    """Write down all that these dates take; of a tour each stop, of a series each time, anew, as a line of its own."""
    leg, asked = case.leg, stretches(case, period)
    sessions.refuse(case, period)
    lines: list[int | None] = [None]
    if leg.agreement.is_tour or max(len(asked), len(leg.lines)) > 1:
        occupancy.release(case.session, leg_id=leg.id)
        lines = _lines(case, len(asked))
    for line, ((start, end), more) in zip(lines, asked, strict=True):
        write(case.session, case.person, resource=case.resource, start=start, end=end, leg_id=leg.id, line_id=line, **more)
    return [span for span, _more in asked]


def _lines(case: Case, count: int) -> list[int | None]:
    """As many lines of the same thing as there are stops."""
    leg = case.leg
    first, quantity = leg.lines[0], case.terms.content.get("quantity") or 1
    for line in leg.lines[count:]:
        leg.lines.remove(line)
        case.session.delete(line)
    more = range(len(leg.lines), count)
    leg.lines += [Line(resource=first.resource, offered=first.offered, quantity=quantity) for _rank in more]
    case.session.flush()
    return [line.id for line in leg.lines]


def let_go(case: Case) -> dict[str, Any]:
    """What has not begun is free again, what is under way ends now."""
    occupancy.release(case.session, leg_id=case.leg.id)
    return what_is_left(case)


def what_is_left(case: Case) -> dict[str, Any]:
    """The occupancy of the leg as its event tells it."""
    rows = occupancy.of_leg(case.session, case.leg.id)
    return image(rows[0].kind, spans_of(rows)) if rows else {"occupancy": None}


def spans_of(rows: Sequence[Occupancy]) -> list[Period]:
    """When these are, each once however many units it stands on."""
    return list(dict.fromkeys((row.starts_at, row.ends_at) for row in rows))


def image(kind: str, spans: Sequence[Period]) -> dict[str, Any]:
    """What a leg has, as its events tell it: the whole, and the single spans where there are several."""
    whole = choice(min(start for start, _end in spans), max(end for _start, end in spans))
    single = {"spans": [[start.isoformat(), end.isoformat()] for start, end in spans]} if len(spans) > 1 else {}
    return {"occupancy": {"kind": kind, **whole, **single}}


def end(case: Case, state: str, *, reason: str = "", code: str | None = None, told: bool = False) -> Outcome:
    """The leg is over: its dates are free; with `told` the borrower hears of alternatives."""
    case.leg.ended_reason, case.leg.ended_code = reason, code
    if any(line.offered for line in case.leg.lines):
        sessions.let_go(case.session, case.leg)
    for line in case.leg.lines:
        line.offered = None
    data: dict[str, Any] = {"reason": reason} if reason else {}
    if code:
        data["code"] = code
    if told:
        data["alternatives"] = [found.id for found in alternatives(case.session, case.leg)]
    return Outcome(state, data | let_go(case))


def ask(case: Case, kind: str, reason: str = "", **content: Any) -> Ask:
    """A question to the other side that stands beside the state."""
    assert case.person is not None
    made = Ask(leg_id=case.leg.id, kind=kind, side=case.side, person_id=case.person.id, at=case.now, content=content, reason=reason)
    case.session.add(made)
    return made


def answer(case: Case, said: str) -> Ask:
    """Answer the question that stands."""
    found = case.ask
    assert found is not None
    assert case.person is not None
    found.answer, found.answered_by, found.answered_at = said, case.person.id, case.now
    return found


def lapse_extension(case: Case) -> None:
    """What is called back is not lent longer: an extension that was asked for is off."""
    if case.ask is not None and case.ask.kind == "extension":
        case.ask.answer, case.ask.answered_at = "lapsed", case.now


Words = Mapping[int, str]


def report(
    case: Case,
    kind: str,
    *,
    items: list[dict[str, Any]],
    figures: dict[str, Any],
    note: str,
    files: dict[str, list[int]],
    captions: Words = MappingProxyType({}),
    consents: Words = MappingProxyType({}),
    names: Words = MappingProxyType({}),
) -> Report:
    """A condition report of one side, with its files by kind and what is said of each."""
    assert case.person is not None
    made = Report(
        leg_id=case.leg.id,
        kind=kind,
        side=case.side,
        person_id=case.person.id,
        at=case.now,
        items=items,
        figures=figures,
        note=note,
    )
    made.photos = [
        ReportPhoto(
            file_id=number,
            kind=what,
            caption=captions.get(number, ""),
            consent=consents.get(number, ""),
            name=names.get(number, ""),
        )
        for what, numbers in files.items()
        for number in dict.fromkeys(numbers)
    ]
    case.session.add(made)
    return made


def overdue(case: Case) -> dict[str, Any]:
    """How many working days late an answer given now is; nothing in time."""
    if case.leg.due_at is None or case.now < case.leg.due_at:
        return {}
    days = deadlines.days_over(case.leg, case.calendar, case.now)
    return {"overdue_days": days} if days else {}
