"""The weekly template of a listing and the days that differ from it."""

from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.catalogue import service
from alliance.catalogue.models import Opening, OpeningException, Resource
from alliance.errors import Invalid, NotFound

Slot = tuple[int, time, time]
MOST_A_DAY = 6
MOST_EXCEPTIONS = 200


def set_week(session: Session, person: Any, *, resource: Resource, slots: Iterable[Slot]) -> None:
    """Replace the weekly template; slots of a day may touch, not overlap."""
    service.claim(session, person, resource, None)
    week = sorted(set(slots))
    faults = {}
    for day in range(7):
        spans = [(opens, closes) for weekday, opens, closes in week if weekday == day]
        if wrong := _wrong(spans):
            faults[f"day.{day}"] = wrong
    if faults:
        raise Invalid(_("可借时段有几处要改。"), faults)
    if resource.is_listed and resource.kind == "venue" and not week:
        raise Invalid(_("已上架的场馆至少要有一个可借时段。"), {"day.0": _("至少填一个时段。")})
    resource.openings = [Opening(weekday=day, opens=opens, closes=closes) for day, opens, closes in week]
    _changed(session, person, resource, "resource.opening_set")


def _wrong(spans: list[tuple[time, time]]) -> str:
    if any(opens >= closes for opens, closes in spans):
        return str(_("结束时间要晚于开始时间。"))
    if any(first[1] > second[0] for first, second in pairwise(spans)):
        return str(_("时段之间不能重叠。"))
    return str(_("一天最多%(n)s个时段。", n=MOST_A_DAY)) if len(spans) > MOST_A_DAY else ""


def add_exception(
    session: Session, person: Any, *, resource: Resource, day: date, opens: time | None, closes: time | None, note: str
) -> OpeningException:
    """A day that is closed (no times) or open from–to."""
    service.claim(session, person, resource, None)
    if (opens is None) != (closes is None):
        raise Invalid(_("开始和结束时间要一起填；全天不开放就都空着。"), {"opens": _("开始和结束时间要一起填。")})
    if opens is not None and closes is not None and opens >= closes:
        raise Invalid(_("结束时间要晚于开始时间。"), {"closes": _("结束时间要晚于开始时间。")})
    if len(resource.exceptions) >= MOST_EXCEPTIONS:
        raise Invalid(_("例外的日子太多了，请删去过去的。"), {"day": _("例外的日子太多了，请删去过去的。")})
    made = OpeningException(day=day, opens=opens, closes=closes, note=" ".join(note.replace("\x00", "").split())[:120])
    resource.exceptions.append(made)
    _changed(session, person, resource, "resource.exception_added", day=day.isoformat())
    return made


def remove_exception(session: Session, person: Any, *, resource: Resource, exception_id: int) -> None:
    """The day follows the weekly template again."""
    service.claim(session, person, resource, None)
    found = next((one for one in resource.exceptions if one.id == exception_id), None)
    if found is None:
        raise NotFound(_("这条例外已经删去了。"))
    resource.exceptions.remove(found)
    _changed(session, person, resource, "resource.exception_removed", day=found.day.isoformat())


def _changed(session: Session, person: Any, resource: Resource, action: str, **data: Any) -> None:
    resource.changed_since_review = resource.is_listed
    service.move(session, person, resource, resource.state, action, **data)
