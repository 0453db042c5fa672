"""Stops of a tour: where, when, what the ground is like. They are part of the terms; what the whole says follows from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any

from flask_babel import gettext as _
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator

from alliance.exchange.forms import End, Form, Line, Start, Text, code_of, ends_later, goes_with_lat
from alliance.places.rows import DivisionCode

MOST = 12
"""Stops of one tour."""

PHONE = r"^[0-9+\-() ]{5,40}$"
Metres = Annotated[float, Field(gt=0, le=500)] | None


def code_or_none(name: str) -> Any:
    """A check that a code, where there is one, is of the list of that name."""
    check = code_of(name)
    return AfterValidator(lambda value: value if value is None else check(value))


def a_phone(value: Any) -> Any:
    """What was typed as a telephone number is one."""
    if isinstance(value, str) and value and not re.fullmatch(PHONE, value):
        raise ValueError(_("请填电话号码，如“0900-5550140”。"))
    return value


class Stop(Form):
    """One stop; lengths in metres, power in kilowatts, moments local unless they name a zone."""

    starts_at: Start
    ends_at: End
    fixed: bool = Field(False, description="the day cannot be exchanged for another stop's")
    place: str = Field(min_length=2, max_length=120)
    address: Line = ""
    division_code: DivisionCode
    place_type: Annotated[str | None, code_or_none("place_type")] = None
    lat: float | None = Field(None, ge=-90, le=90)
    lng: float | None = Field(None, ge=-180, le=180, validate_default=True)
    audience: int = Field(ge=0, le=1_000_000, description="expected number")
    sessions: int = Field(1, ge=1, le=100)
    road_height_m: Metres = Field(None, description="lowest limit on the way in")
    road_width_m: Metres = None
    overhead_m: Metres = Field(None, description="free height under lines and branches")
    site_length_m: Metres = None
    site_width_m: Metres = None
    ground: Annotated[str | None, code_or_none("ground")] = None
    power_kw: float | None = Field(None, ge=0, le=10_000, description="power available at the site")
    site_note: Text = ""
    contact_name: str = Field("", max_length=60, description="who is in charge there, where not the one of the whole tour")
    contact_phone: str = Field("", max_length=40, validate_default=True)

    _ends_later = field_validator("ends_at")(ends_later)
    _goes_with_lat = field_validator("lng")(goes_with_lat)
    _is_a_phone = field_validator("contact_phone")(a_phone)

    @field_validator("contact_phone")
    @classmethod
    def _goes_with_name(cls, value: str, info: ValidationInfo) -> str:
        if "contact_name" in info.data and bool(info.data["contact_name"]) != bool(value):
            raise ValueError(_("这一站的负责人和电话要一起填。"))
        return value


CONTACT = frozenset({"contact_name", "contact_phone"})
"""What a stop may say for itself; else what the request says holds there too."""
OWN = (frozenset(Stop.model_fields) - CONTACT) | {"second_starts_at", "second_ends_at"}
"""Fields of the request that its stops say, each for itself."""
_AS_FIRST = OWN - {"starts_at", "ends_at", "second_starts_at", "second_ends_at", "fixed", "audience", "sessions"}


def in_order(stops: Sequence[Stop]) -> list[Stop]:
    """By time. Raises ValueError where two overlap."""
    found = sorted(stops, key=lambda stop: stop.starts_at)
    for one, other in pairwise(found):
        if other.starts_at < one.ends_at:
            raise ValueError(_("“%(one)s”和“%(other)s”的时间重叠。", one=one.place, other=other.place))
    return found


def kept(stop: Stop) -> dict[str, Any]:
    """As it is kept in the terms: plain JSON."""
    return stop.model_dump(mode="json")


def span(stop: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """When a kept stop is, in UTC."""
    return datetime.fromisoformat(stop["starts_at"]), datetime.fromisoformat(stop["ends_at"])


def of(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kept stops of some terms, or of a form; empty for what is no tour."""
    given = values.get("stops") or []
    return [dict(one) for one in given if isinstance(one, Mapping)] if isinstance(given, Sequence) else []


def contact(stop: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[str, str]:
    """Name and telephone of who is in charge at a stop: its own, else the whole tour's."""
    told = stop if stop.get("contact_name") else content
    return told.get("contact_name") or "", told.get("contact_phone") or ""


def has_contacts(content: Mapping[str, Any]) -> bool:
    """Whether any stop names somebody of its own."""
    return any(one.get("contact_name") for one in of(content))


def audience(content: Mapping[str, Any]) -> Any:
    """How many people are expected; of a tour at all its stops together."""
    found = of(content)
    return sum(one.get("audience") or 0 for one in found) if found else content.get("audience")


def named(content: Mapping[str, Any]) -> str:
    """Where it is to be; of a tour all its stops."""
    names = [str(one["place"]) for one in of(content)]
    return str(_("%(n)s站：%(places)s", n=len(names), places=_("、").join(names)) if names else content.get("place", ""))


def spread(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a tour's stops say for the whole: from the first start to the last end, the first place, all sessions."""
    found = of(values)
    if not found:
        return dict(values)
    first = min(found, key=lambda one: one["starts_at"])
    told = {name: first.get(name) for name in _AS_FIRST} | {
        "starts_at": min(one["starts_at"] for one in found),
        "ends_at": max(one["ends_at"] for one in found),
        "audience": max(one.get("audience", 0) for one in found),
        "sessions": sum(one.get("sessions", 1) for one in found),
    }
    second = ("second_starts_at", "second_ends_at")
    return {name: value for name, value in values.items() if name not in OWN} | {
        name: value for name, value in told.items() if value is not None and name not in second
    }


def first(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The stop that a request for one place makes; None as long as it is not filled in."""
    given = {name: value for name, value in values.items() if name in OWN & Stop.model_fields.keys() and value not in ("", None)}
    try:
        return kept(Stop.model_validate(given))
    except ValidationError:
        return None
