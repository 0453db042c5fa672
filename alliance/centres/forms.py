"""What is typed about a centre."""

import re
from datetime import date
from typing import Annotated, Any, Self

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from alliance.centres import hours
from alliance.codes import get
from alliance.places.rows import DivisionCode

LAST = 2**31 - 1


def _of(name: str) -> Any:
    """One code of a list."""

    def known(code: str) -> str:
        if code not in get(name):
            raise ValueError(_("请从列表里选一项。"))
        return code

    return AfterValidator(known)


def _phone(text: str) -> str:
    if sum(sign.isdigit() for sign in text) < 5 or set(text) - set("0123456789+-–() 转,，、/#"):
        raise ValueError(_("请填电话号码，如 0900-555 0121。"))
    return text


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError(_("请填完整的邮箱地址，如 wanglaoshi@example.org。")) from None


def _lines(text: str) -> str:
    """One name a line, each once."""
    names = list(dict.fromkeys(line.strip() for line in re.split(r"[\n;；、]", text) if line.strip()))
    if len(names) > 20 or any(len(name) > 120 for name in names):
        raise ValueError(_("每行写一个名称，最多20个，每个最多120个字。"))
    return "\n".join(names)


def _blank(value: Any) -> Any:
    return None if value == "" else value


Names = Annotated[str, Field(max_length=3000), AfterValidator(_lines)]
Number = Annotated[Annotated[int, Field(ge=1, le=LAST)] | None, BeforeValidator(_blank)]
Level = Annotated[str, _of("centre_level")]
Role = Annotated[str, _of("centre_role")]
Type = Annotated[str, _of("centre_type")]
Mail = Annotated[str, Field(min_length=1, max_length=254), AfterValidator(_address)]


class Typed(BaseModel):
    """Blanks around what was typed are dropped."""

    model_config = ConfigDict(str_strip_whitespace=True)


class CentreForm(Typed):
    """Every field of a centre; opening hours come as a line a day."""

    name: str = Field(min_length=2, max_length=120)
    name_en: str = Field("", max_length=160)
    short_name: str = Field(min_length=1, max_length=40)
    former_names: Names = ""
    aliases: Names = ""
    level: Level
    role: Role
    type: Type = "centre"
    grade: Annotated[Annotated[str, _of("centre_grade")] | None, BeforeValidator(_blank)] = None
    parent: Number = None
    division_code: DivisionCode
    address: str = Field("", max_length=200)
    lat: Annotated[Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None, BeforeValidator(_blank)] = None
    lng: Annotated[Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None, BeforeValidator(_blank)] = None
    phone: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_phone)]
    duty_hours: str = Field("", max_length=200)
    hours_1: str = Field("", max_length=100)
    hours_2: str = Field("", max_length=100)
    hours_3: str = Field("", max_length=100)
    hours_4: str = Field("", max_length=100)
    hours_5: str = Field("", max_length=100)
    hours_6: str = Field("", max_length=100)
    hours_7: str = Field("", max_length=100)
    hours_note: str = Field("", max_length=200)
    summary: str = Field("", max_length=2000)
    summary_en: str = Field("", max_length=4000)
    endorsed: bool = False
    version: int = Field(0, ge=0, le=LAST)

    @model_validator(mode="after")
    def whole_place(self) -> Self:
        if (self.lat is None) != (self.lng is None):
            raise ValueError(_("纬度和经度要一起填，或者都不填。"))
        return self

    @property
    def opening_hours(self) -> dict[str, Any]:
        """As it is kept; raises Invalid at the day at fault."""
        return hours.read([getattr(self, f"hours_{day}") for day in range(1, 8)], note=self.hours_note)


class Application(Typed):
    """A centre asks to join."""

    name: str = Field(min_length=2, max_length=120)
    level: Level
    type: Type = "centre"
    division_code: DivisionCode
    address: str = Field("", max_length=200)
    phone: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_phone)]
    contact_name: str = Field(min_length=1, max_length=60)
    contact_email: Mail
    note: str = Field("", max_length=1000)


class Reason(Typed):
    reason: str = Field(min_length=4, max_length=1000)
    until: date | None = None


class Rules(Typed):
    """A new version of the rules."""

    title: str = Field(min_length=2, max_length=120)
    title_en: str = Field("", max_length=160)
    text: str = Field(min_length=10, max_length=200_000)
    text_en: str = Field("", max_length=200_000)
    change_note: str = Field(min_length=2, max_length=2000)
    based_on: int = Field(0, ge=0, le=LAST)
