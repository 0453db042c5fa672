"""The plain facts that a notice keeps: names in both languages, numbers, codes, moments as ISO."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.cases.models import Case
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import conditions, deadlines, stops
from alliance.exchange.models import Leg
from alliance.exchange.words import way_of
from alliance.notifications.telling import Telling
from alliance.people.models import Person
from alliance.worktime import overdue_days, rows

TAKEN = ("reason", "note", "code", "items", "conditions", "stars", "reply", "item", "quantity", "outcome", "refused")
MOMENTS = {
    "hold_until": "hold_at",
    "until": "until_at",
    "recalled_until": "until_at",
    "visit_by": "visit_at",
    "visit_on": "visit_on",
}
SHOWN = 3
ALLIANCE = {"zh": "联盟秘书处", "en": "the secretariat"}
OVERDUE = ("leg.red", "leg.director", "case.red", "case.director")
ENDS = ("licence_until", "consent_until", "minor_consent_until", "lease_until", "embargo_until")


def facts(told: Telling) -> dict[str, Any]:
    """What the sentences about this event may speak of."""
    found: dict[str, Any] = {name: told.data[name] for name in TAKEN if told.data.get(name)}
    if isinstance(told.subject, Leg):
        found |= {to: told.data[name] for name, to in MOMENTS.items() if told.data.get(name)}
        return found | _leg(told)
    if isinstance(told.subject, Resource):
        return found | _resource(told)
    if isinstance(told.subject, Asset):
        return found | _asset(told)
    if isinstance(told.subject, Upload):
        return {"file": told.subject.name, "reason": told.subject.error}
    if isinstance(told.subject, Case):
        return _case(told) | ({"stars": told.data["stars"]} if "stars" in told.data else {})
    return found | {"centre": _names(told.subject)} | ({"until_on": told.data["until"]} if told.data.get("until") else {})


def address(told: Telling, *, whole: bool = False) -> str:
    """The page it is about; of a leg with `whole` that of its agreement."""
    if isinstance(told.subject, Leg):
        return f"/agreements/{told.subject.agreement.number if whole else told.subject.number}"
    if isinstance(told.subject, Resource):
        return f"/admin/reviews/{told.subject.code}" if told.data.get("to") == "in_review" else f"/resources/{told.subject.code}"
    if isinstance(told.subject, Asset):
        return f"/archive/{told.subject.code}"
    if isinstance(told.subject, Upload):
        return f"/archive/uploads/{told.subject.code}"
    if isinstance(told.subject, Case):
        return f"/cases/desk/{told.subject.number}"
    return f"/centres/{told.subject.slug}"


def conditions_named(told: Telling) -> list[str]:
    """The conditions that an event is about: it names one, or those that are due next."""
    if "condition" in told.data:
        return [told.data["condition"]]
    if told.data.get("unmet"):
        return list(told.data["unmet"])
    dated = (
        [one for _rank, one in conditions.unmet(told.leg) if one["due_on"]] if told.data.get("which") in conditions.MARKS else []
    )
    first = min((one["due_on"] for one in dated), default=None)
    return [one["text"] for one in dated if one["due_on"] == first]


def _leg(told: Telling) -> dict[str, Any]:
    leg = told.leg
    found: dict[str, Any] = {
        "number": leg.number,
        "way": way_of(leg),
        "title": leg.agreement.title,
        "owner": _names(leg.owner),
        "borrower": _names(leg.borrower),
        "resource": _title(leg.lines[0].resource) if leg.lines else "",
        "distance": leg.distance_class,
        "days": leg.limit_days,
        "due_at": told.deadline.isoformat() if told.deadline else None,
        "hours": _hours(told),
        "over": _over(told),
        "starts_at": leg.starts_at.isoformat() if leg.starts_at else None,
        "ends_at": leg.ends_at.isoformat() if leg.ends_at else None,
        "handler": _person(leg.first_handler),
        "now_with": _person(leg.handler),
    }
    numbers = told.data.get("alternatives", [])[:SHOWN]
    if numbers:
        others = told.session.scalars(sa.select(Resource).where(Resource.id.in_(numbers)))
        by_number = {other.id: _linked(other) for other in others}
        found["alternatives"] = [by_number[number] for number in numbers if number in by_number]
    if told.action in ("leg.commit", "leg.start_soon"):
        content = leg.terms[-1].content if leg.terms else {}
        found["place"] = content.get("pickup_place") or stops.named(content)
    if said := conditions_named(told):
        found["condition"] = "；".join(said)
    if made := told.data.get("assets"):
        works = told.session.scalars(sa.select(Asset).where(Asset.id.in_(made)).order_by(Asset.id))
        found["works"] = [{"zh": one.title, "en": one.title_en or one.title, "url": f"/archive/{one.code}"} for one in works]
    if told.data.get("in_place_of"):
        found |= {"resource": told.data["in_place_of"], "substitute": _title(leg.lines[0].resource)}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _hours(told: Telling) -> int | None:
    """How many hours are left until the deadline, at least one; None where there is none, or it is over."""
    if told.deadline is None or told.deadline <= told.now:
        return None
    return max(1, round((told.deadline - told.now) / timedelta(hours=1)))


def _over(told: Telling) -> int | None:
    """How many working days it was over when that was noted, as the alliance counts answers; of a return only full ones."""
    days, at = rows.calendar(told.session), told.event.at
    if told.action in OVERDUE and told.subject.due_at is not None:
        return overdue_days(told.subject.due_at, at, days) or None
    back = deadlines.back_by(told.leg) if told.action == "leg.overdue" else None
    return days.count_working_days(days.local_date(back), days.local_date(at)) or None if back is not None else None


def _resource(told: Telling) -> dict[str, Any]:
    resource: Resource = told.subject
    found = {"code_shown": resource.code, "resource": _title(resource), "owner": _names(resource.owner)}
    if "until" in told.data:
        found |= {"until_on": told.data["until"], "paper": told.data.get("field", "").partition(" ")[0]}
    if "sessions_left" in told.data:
        found = {name: value for name, value in found.items() if name != "paper"} | {"sessions_left": told.data["sessions_left"]}
    remarks = [told.data.get("remarks"), *dict(told.data.get("notes") or {}).values()]
    if any(remarks):
        found["reason"] = " ".join(str(remark) for remark in remarks if remark)
    return found


def _asset(told: Telling) -> dict[str, Any]:
    asset: Asset = told.subject
    found: dict[str, Any] = {"code_shown": asset.code, "work": _title(asset), "owner": _names(asset.owner)}
    for name in ENDS:
        if name in told.data:
            found |= {"until_on": told.data[name], "paper": name}
    reason = told.data.get("remarks") or told.data.get("why")
    return found | ({"reason": reason} if reason else {})


def _case(told: Telling) -> dict[str, Any]:
    """What the case is and what it is about; never who asked or what they wrote."""
    case = told.case
    thing = case.asset or case.resource
    found: dict[str, Any] = {
        "number": case.number,
        "case_kind": case.kind,
        "work": _title(thing) if thing is not None else _names(case.about) if case.about is not None else ALLIANCE,
        "centre": _names(case.centre) if case.centre is not None else ALLIANCE,
        "case_code": told.data.get("code"),
        "due_at": told.deadline.isoformat() if told.deadline else None,
        "over": _over(told),
        "handler": _person(case.first_handler),
    }
    return {name: value for name, value in found.items() if value}


def _title(resource: Resource | Asset) -> Any:
    return {"zh": resource.title, "en": resource.title_en} if resource.title_en else resource.title


def _linked(resource: Resource) -> dict[str, str]:
    """A listing with its page."""
    return {"zh": resource.title, "en": resource.title_en or resource.title, "url": f"/resources/{resource.code}"}


def _names(centre: Centre) -> dict[str, str]:
    return {"zh": centre.name, "en": centre.name_en or centre.name}


def _person(person: Person | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {"zh": f"{person.name} {person.phone}".strip(), "en": f"{person.name_en or person.name} {person.phone}".strip()}
