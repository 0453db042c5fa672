"""What a centre fills in to publish a need or a supply, and to answer one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from flask_babel import gettext as _
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from alliance.exchange.forms import End, Form, Line, Start, Text, code_of, ends_later
from alliance.forms import Day
from alliance.places.rows import DivisionCode

Kind = Literal["talent", "venue", "stage_truck"]
SCOPES = ("county", "city", "province", "alliance")


class EntryForm(Form):
    """What both boards ask for; days are local and both ends count."""

    title: str = Field(min_length=2, max_length=120)
    starts_on: Day
    ends_on: Day
    answer_by: Day
    division_code: DivisionCode
    place: Line = ""
    facts: Text = ""
    costs: Text = ""
    scope: Literal["county", "city", "province", "alliance"] = "alliance"
    contact_name: str = Field(min_length=1, max_length=60)
    contact_phone: str = Field(pattern=r"^[0-9+\-() ]{5,40}$")

    @field_validator("ends_on")
    @classmethod
    def _ends_later(cls, value: date, info: ValidationInfo) -> date:
        if "starts_on" in info.data and value < info.data["starts_on"]:
            raise ValueError(_("结束不能早于开始。"))
        return value

    @field_validator("answer_by")
    @classmethod
    def _in_time(cls, value: date, info: ValidationInfo) -> date:
        if "ends_on" in info.data and value > info.data["ends_on"]:
            raise ValueError(_("应答截止不能晚于结束日期。"))
        return value


class NeedForm(EntryForm):
    """A need: what for, for whom, what kind of thing."""

    kind: Kind
    art_form: str = ""
    activity_type: Annotated[str, AfterValidator(code_of("activity_type"))]
    purpose: Annotated[str, AfterValidator(code_of("purpose"))] = "public_benefit"
    place: str = Field(min_length=2, max_length=120)
    audience: int = Field(0, ge=0, le=1_000_000)
    pledge: bool = False

    @field_validator("art_form")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return code_of("art_form")(value) if value else ""


class SupplyForm(EntryForm):
    """A supply: one of the centre's listings, by its code."""

    resource: str = Field(min_length=1, max_length=20)


class AnswerForm(Form):
    """How a listing answers a need: exact times, and on which conditions."""

    resource: str = Field(min_length=1, max_length=20)
    starts_at: Start
    ends_at: End
    conditions: Text = ""
    note: Text = ""

    _ends_later = field_validator("ends_at")(ends_later)
