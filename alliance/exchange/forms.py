"""What is filled in with each action, typed and bounded; a blank field counts as not filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from alliance import codes
from alliance.clock import SHANGHAI
from alliance.forms import Day

AHEAD = timedelta(days=3 * 366)


def code_of(name: str) -> Callable[[str], str]:
    """A check that the value is a code of the list of that name."""

    def check(value: str) -> str:
        if value not in codes.get(name):
            raise ValueError(_("请从列表中选择。"))
        return value

    return check


def _moment(value: Any, *, end: bool = False) -> Any:
    """A bare date is a whole day: it starts at midnight and ends at the next one, local time."""
    if isinstance(value, str) and len(value.strip()) == 10:
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            return value
        return datetime.combine(day + timedelta(days=1) if end and day < date.max else day, time(), SHANGHAI)
    return value


def _aware(value: datetime) -> datetime:
    """A moment without a zone is meant on the clocks of China."""
    if not 2000 <= value.year <= 2100:
        raise ValueError(_("日期超出范围。"))
    return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)


Choice = Annotated[Literal[1, 2], BeforeValidator(lambda value: int(value) if value in ("1", "2") else value)]
Start = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_aware)]
End = Annotated[datetime, BeforeValidator(lambda value: _moment(value, end=True)), AfterValidator(_aware)]
Line = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Reason = Annotated[str, Field(min_length=10, max_length=1000)]
Files = Annotated[list[int], Field(max_length=30)]


class Form(BaseModel):
    """Parent of all: strips, drops what was left blank, refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}


class Note(Form):
    note: Text = ""


class Why(Form):
    reason: Reason


class Transfer(Form):
    to: int = Field(ge=1, le=2**31 - 1, description="the person who takes it on")
    reason: Line = ""


class Return(Form):
    items: list[Annotated[str, AfterValidator(code_of("deficiency"))]] = Field(min_length=1, max_length=15)
    note: Text = ""

    @model_validator(mode="after")
    def _other_is_named(self) -> Self:
        if "other" in self.items and not self.note:
            raise ValueError(_("选了“其他”，请写明还缺什么。"))
        return self


class Survey(Form):
    visit_on: Day | None = None
    reason: Line = Field("", description="asked for when the limit is extended")


class Condition(Form):
    text: str = Field(min_length=2, max_length=200)
    due_on: Day | None = None


def check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """A period has both ends, the later one last, and no more than a year between them."""
    if (starts_at is None) != (ends_at is None):
        raise ValueError(_("起止时间要一起填。"))
    if starts_at is not None and ends_at is not None:
        if ends_at <= starts_at:
            raise ValueError(_("结束时间要晚于开始时间。"))
        if ends_at - starts_at > timedelta(days=366):
            raise ValueError(_("一次最长不超过一年。"))


def ends_later(value: datetime | None, info: ValidationInfo) -> datetime | None:
    """For a field that ends what the field of the same name with starts begins."""
    start = str(info.field_name).replace("ends", "starts")
    if start in info.data:
        check_period(info.data[start], value)
    return value


def goes_with_lat(value: float | None, info: ValidationInfo) -> float | None:
    """For a longitude: there is none without a latitude, and the other way round."""
    if "lat" in info.data and (info.data["lat"] is None) != (value is None):
        raise ValueError(_("经度和纬度要一起填。"))
    return value


class Dates(Form):
    """A first choice of dates and perhaps a second; empty ones leave those in force."""

    starts_at: Start | None = None
    ends_at: End | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        check_period(self.starts_at, self.ends_at)
        return self


class Consent(Dates):
    """Whoever is to come agreed to the dates asked for, or to those named here."""

    of: Line = Field("", description="code of who is to come, where it may be another than was asked for")
    given_on: Day
    how: Annotated[str, AfterValidator(code_of("consent_method"))]
    guardian: str = Field("", max_length=60, description="name of the guardian who consented for a minor")
    note: Line = ""


class Offer(Dates):
    choice: Choice = 1
    substitute: Line = Field("", description="code of another listing of the owner's, in place of the one asked for")
    sessions_wanted: int | None = Field(None, ge=1, le=1_000, description="another number of sessions than was asked for")
    quantity_wanted: int | None = Field(None, ge=1, le=10_000, description="of a pool, fewer or more than was asked for")
    conditions: list[Condition] = Field(default_factory=list, max_length=20)
    note: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _conditions_by_line(cls, values: Any) -> Any:
        """A plain form sends conditions as lines of text."""
        if isinstance(values, dict) and isinstance(values.get("conditions"), str):
            lines = [line.strip() for line in values["conditions"].splitlines()]
            return values | {"conditions": [{"text": line} for line in lines if line]}
        return values


class Counter(Dates):
    second_starts_at: Start | None = None
    second_ends_at: End | None = None
    sessions_wanted: int | None = Field(None, ge=1, le=1_000, description="another number of sessions than was offered")
    quantity_wanted: int | None = Field(None, ge=1, le=10_000, description="of a pool, fewer or more than was offered")
    original: bool = Field(False, description="what was asked for, and not the substitute")
    unconditional: bool = Field(False, description="without the conditions of the offer, which else stay part of it")
    note: Text = ""

    @model_validator(mode="after")
    def _second_in_order(self) -> Self:
        check_period(self.second_starts_at, self.second_ends_at)
        if not (self.note or self.starts_at or self.sessions_wanted or self.quantity_wanted or self.original or self.unconditional):
            raise ValueError(_("请写明希望怎样改：日期、数量、条件，要回原来那一项，或一句说明。"))
        return self


class Met(Form):
    condition: int = Field(ge=1, le=20, description="place among the leg's conditions, from 1 on")
    note: Text = ""


class Reopened(Form):
    condition: int = Field(ge=1, le=20, description="place among the leg's conditions, from 1 on")
    reason: Reason


class Accept(Form):
    terms_version: int = Field(ge=1, description="the version of the terms that was seen")
    note: Text = ""


class Approve(Form):
    choice: Choice | None = Field(None, description="which choice of dates; by default that of the earlier steps")
    note: Text = ""


class Decline(Form):
    code: Annotated[str, AfterValidator(code_of("refusal"))]
    reason: Reason


class Cause(Form):
    """Why the system lets a leg fall."""

    cause: Literal["taken", "suspended", "failed", "met"]
    by: int | None = Field(None, description="the leg that took the dates, or with which the agreement failed")


class Force(Form):
    ground: Literal["safety", "force_majeure", "condition_unmet", "alliance"]
    reason: Reason


class Item(Form):
    """One line of a condition report."""

    item: str = Field(min_length=1, max_length=80)
    expected: int | None = Field(None, ge=0, le=100_000)
    counted: int = Field(1, ge=0, le=100_000)
    condition: Annotated[str, AfterValidator(code_of("condition"))] = "good"
    note: Line = ""


class Report(Form):
    items: list[Item] = Field(default_factory=list, max_length=200)
    figures: dict[Annotated[str, Field(max_length=30)], Annotated[float, Field(ge=0, le=10_000_000)]] = Field(
        default_factory=dict, max_length=20, description="mileage, fuel …"
    )
    note: Text = ""
    photos: Files = Field(default_factory=list, description="numbers of kept files")

    @field_validator("figures")
    @classmethod
    def _a_tank_is_full_at_most(cls, value: dict[str, float]) -> dict[str, float]:
        if value.get("fuel_percent", 0) > 100:
            raise ValueError(_("油量按百分数填，最多 100。"))
        return value

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        names = [item.item for item in self.items]
        if len(set(names)) < len(names):
            raise ValueError(_("清单中有重复的项目。"))
        return self


class Damage(Form):
    note: str = Field(min_length=5, max_length=2000)
    photos: Files = Field(default_factory=list)


class Extension(Form):
    until: End
    reason: Line = ""


class Recall(Form):
    until: End
    reason: Reason


class Resolve(Form):
    item: str = Field(min_length=1, max_length=80)
    quantity: int = Field(1, ge=1, le=100_000)
    outcome: Annotated[str, AfterValidator(code_of("line_outcome"))]
    note: Line = ""


class Rate(Form):
    stars: int = Field(ge=1, le=5)
    answers: dict[Annotated[str, Field(max_length=30)], Annotated[int, Field(ge=1, le=5)]] = Field(
        default_factory=dict, max_length=10
    )
    comment: Text = ""


class Reply(Form):
    reply: str = Field(min_length=2, max_length=1000)


class Settle(Form):
    decision: Literal["resume", "close", "no_show", "no_breach"]
    counted: int | None = Field(None, ge=0, le=10_000, description="what the balance is to have; by default as filed")
    reason: Reason
