"""Conditions of an agreement (R-90): kept on the leg when they are sent, met by word of either side, due on their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance.clock import SHANGHAI, local, now
from alliance.errors import Invalid
from alliance.exchange.case import Case
from alliance.exchange.models import Leg
from alliance.worktime import spoken_date

MARKS = ("condition_soon", "condition_due")


def keep(leg: Leg, content: Mapping[str, Any]) -> None:
    """The conditions of the terms that are sent now, none of them met."""
    leg.conditions = [{"text": one["text"], "due_on": one.get("due_on"), "met": None} for one in content.get("conditions", [])]


def due_at(condition: Mapping[str, Any]) -> datetime | None:
    """The end of the day by which it has to be met; None where it has no day."""
    if not condition.get("due_on"):
        return None
    return datetime.combine(date.fromisoformat(condition["due_on"]) + timedelta(days=1), time(), SHANGHAI)


def refuse_late(given: Sequence[Mapping[str, Any]], start: datetime) -> None:
    """Raise Invalid where one has a day after that on which it begins: nothing would hang on it any more."""
    last = local(start).date()
    late = next((one for one in given if one.get("due_on") and date.fromisoformat(one["due_on"]) > last), None)
    if late is not None:
        day = spoken_date(last, str(get_locale() or "zh_Hans"), today=local(now()).date())
        sentence = _("条件“%(text)s”的期限晚于开始的日子，最迟须写到%(day)s。", text=late["text"], day=day)
        raise Invalid(sentence, {"conditions": _("期限最迟写到%(day)s。", day=day)})


def unmet(leg: Leg) -> list[tuple[int, dict[str, Any]]]:
    """Those that nobody said are met, with their places from 1 on."""
    return [(rank, one) for rank, one in enumerate(leg.conditions, 1) if one["met"] is None]


def met(leg: Leg) -> list[tuple[int, dict[str, Any]]]:
    """Those that are met."""
    return [(rank, one) for rank, one in enumerate(leg.conditions, 1) if one["met"] is not None]


def overdue(leg: Leg, now: datetime) -> list[dict[str, Any]]:
    """Those that are not met although their day is over."""
    return [one for _rank, one in unmet(leg) if (until := due_at(one)) is not None and until <= now]


def falls_back(leg: Leg, now: datetime) -> bool:
    """Whether a condition that was not met undoes the consent: before the start, where no other leg hangs on it."""
    begins = leg.starts_at is not None and now < leg.starts_at
    return leg.state == "confirmed" and begins and not leg.agreement.is_joint and bool(overdue(leg, now))


def marks(leg: Leg) -> list[tuple[str, datetime]]:
    """When the next one has to be met, and the day before; of what was told as overdue nothing more."""
    dates = sorted(until for _rank, one in unmet(leg) if not one.get("told") and (until := due_at(one)) is not None)
    return [("condition_soon", dates[0] - timedelta(days=1)), ("condition_due", dates[0])] if dates else []


def tell(leg: Leg, now: datetime) -> list[str]:
    """Note that the overdue ones are told, each once, so that the next one has its turn; returns their texts."""
    late = [one for one in overdue(leg, now) if not one.get("told")]
    leg.conditions = [{**one, "told": True} if one in late else one for one in leg.conditions]
    leg.reminded = [which for which in leg.reminded if which not in MARKS]
    return [one["text"] for one in late]


# Guards -------------------------------------------------------------------


def has_unmet(case: Case) -> Any:
    return None if unmet(case.leg) else _("没有还要落实的条件。")


def has_met(case: Case) -> Any:
    return None if met(case.leg) else _("没有登记过落实的条件。")


def condition_is_overdue(case: Case) -> Any:
    return None if falls_back(case.leg, case.now) else _("没有逾期未落实的条件。")
