"""What a borrower fills in to ask for a resource."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from alliance.exchange import series, stops
from alliance.exchange.forms import End, Files, Form, Line, Start, Text, code_of, ends_later, goes_with_lat
from alliance.exchange.stops import PHONE, Metres, Stop, a_phone, code_or_none
from alliance.places.rows import DivisionCode

OF_WAY = {
    "licence": ("use", "territory", "channels", "exclusive", "onward", "credit"),
    "secondment": ("post", "mentor", "mentor_role", "measure", "learning", "reports"),
}
NEEDED = {"licence": ("use", "territory", "channels", "credit"), "secondment": ("post", "mentor", "learning")}
Bearer = Annotated[str | None, code_or_none("cost_bearer")]


class RequestForm(Form):
    """All that a request says; lengths in metres, power in kilowatts, moments local unless they name a zone."""

    # what for
    title: str = Field(min_length=2, max_length=120, description="name of the activity")
    activity_type: Annotated[str, AfterValidator(code_of("activity_type"))]
    purpose: Annotated[str, AfterValidator(code_of("purpose"))] = "public_benefit"
    co_organisers: Line = ""
    quantity: int = Field(1, ge=1, le=10_000)
    sessions: int = Field(1, ge=1, le=1_000, description="how many performances or lessons")
    equipment: Text = Field("", description="equipment wanted along with it")
    # how: the rest of these only for a licence or a secondment
    way: Literal["loan", "licence", "secondment"] = "loan"
    use: Annotated[str | None, code_or_none("allowed_use")] = Field(None, validate_default=True)
    territory: Annotated[str | None, code_or_none("territory")] = Field(None, validate_default=True)
    channels: list[Annotated[str, AfterValidator(code_of("channel"))]] = Field(
        default_factory=list, max_length=10, validate_default=True
    )
    exclusive: Literal["no", "yes"] = "no"
    onward: Literal["forbidden", "allowed"] = "forbidden"
    credit: Line = Field("", validate_default=True, description="how the source is named")
    post: Line = Field("", validate_default=True)
    mentor: Line = Field("", validate_default=True, description="who looks after them at the hosting centre")
    mentor_role: Line = ""
    measure: Literal["days", "hours"] = "days"
    learning: Text = Field("", validate_default=True, description="what is learned or taught")
    reports: Line = ""
    # when
    starts_at: Start
    ends_at: End
    second_starts_at: Start | None = None
    second_ends_at: End | None = Field(None, validate_default=True)
    weekly: int = Field(1, ge=1, le=series.MOST, description="how many times, once a week; the dates are those of the first")
    # where
    place: str = Field(min_length=2, max_length=120)
    address: Line = ""
    division_code: DivisionCode
    place_type: Annotated[str | None, code_or_none("place_type")] = None
    lat: float | None = Field(None, ge=-90, le=90)
    lng: float | None = Field(None, ge=-180, le=180, validate_default=True)
    stops: list[Stop] = Field(default_factory=list, max_length=stops.MOST, description="of a tour, by time")
    # for whom
    audience: int = Field(ge=0, le=1_000_000, description="expected number")
    audiences: list[Annotated[str, AfterValidator(code_of("audience"))]] = Field(default_factory=list, max_length=13)
    # the site
    ground: Annotated[str | None, code_or_none("ground")] = None
    site_length_m: Metres = None
    site_width_m: Metres = None
    overhead_m: Metres = Field(None, description="free height under lines and branches")
    road_height_m: Metres = Field(None, description="lowest limit on the way in")
    road_width_m: Metres = None
    power_kw: float | None = Field(None, ge=0, le=10_000, description="power available at the site")
    load_kw: float | None = Field(None, ge=0, le=10_000, description="power that the show needs")
    show_width_m: Metres = None
    show_depth_m: Metres = None
    show_height_m: Metres = None
    site_note: Text = ""
    # who looks after it
    contact_name: str = Field(min_length=1, max_length=60)
    contact_phone: str = Field(pattern=PHONE)
    pickup_place: Line = ""
    driver: Literal["owner", "borrower"] = Field("owner", description="who drives")
    driver_licence: Annotated[str | None, code_or_none("licence_class")] = None
    # who bears what
    transport_by: Bearer = None
    fuel_by: Bearer = None
    meals_by: Bearer = None
    lodging_by: Bearer = None
    cost_share: Text = ""
    insurance: Text = ""
    # plans
    rain_plan: Text = ""
    safety_plan: Text = ""
    files: Files = Field(default_factory=list, description="numbers of kept files: safety plan, photos of the site")
    # how
    expedited: Annotated[str | None, code_or_none("expedited_reason")] = None
    expedited_note: Line = Field("", validate_default=True)
    in_return: Text = Field("", description="what is offered in return")
    note: Text = ""
    pledge: bool

    @field_validator("weekly")
    @classmethod
    def _is_over_within_a_day(cls, value: int, info: ValidationInfo) -> int:
        if value > 1 and info.data.get("way") == "secondment":
            raise ValueError(_("轮训挂职是整段时间，不按周重复。"))
        ends = ((info.data.get(f"{prefix}starts_at"), info.data.get(f"{prefix}ends_at")) for prefix in ("", "second_"))
        if value > 1 and any(start and end and end - start > series.LONGEST for start, end in ends):
            raise ValueError(_("每周重复的，每次不超过一天：起止填第一次的时间。"))
        return value

    @model_validator(mode="after")
    def _weekly_is_of_one_place(self) -> RequestForm:
        if self.stops:
            self.weekly = 1
        elif self.weekly > 1 and self.sessions == 1:
            self.sessions = self.weekly
        return self

    @model_validator(mode="before")
    @classmethod
    def _stops_say_the_whole(cls, values: Any) -> Any:
        return stops.spread(values) if isinstance(values, Mapping) else values

    @field_validator("stops")
    @classmethod
    def _one_after_the_other(cls, value: list[Stop]) -> list[Stop]:
        return stops.in_order(value)

    _is_a_phone = field_validator("contact_phone", mode="before")(a_phone)

    @field_validator("pledge")
    @classmethod
    def _is_given(cls, value: bool) -> bool:
        if not value:
            raise ValueError(_("请勾选承诺书。"))
        return value

    @field_validator("use", "territory", "channels", "credit", "post", "mentor", "learning")
    @classmethod
    def _is_said(cls, value: Any, info: ValidationInfo) -> Any:
        if not value and info.field_name in NEEDED.get(info.data.get("way", ""), ()):
            raise ValueError(_("请填写，或检查这一项。"))
        return value

    _ends_later = field_validator("ends_at", "second_ends_at")(ends_later)
    _goes_with_lat = field_validator("lng")(goes_with_lat)

    @field_validator("expedited_note")
    @classmethod
    def _says_why(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("expedited") and len(value) < 5:
            raise ValueError(_("申请加急请写明事由。"))
        return value

    def periods(self) -> list[tuple[datetime, datetime]]:
        """The choices of dates, the first one first; of what comes back every week from the first start to the last end."""
        second = [(self.second_starts_at, self.second_ends_at)] if self.second_starts_at and self.second_ends_at else []
        return [series.whole(period, self.weekly) for period in ((self.starts_at, self.ends_at), *second)]

    def content(self) -> dict[str, Any]:
        """As it is kept in the terms: plain JSON, the choices of dates apart."""
        dates = {"starts_at", "ends_at", "second_starts_at", "second_ends_at", *not_of(self.way)}
        kept = self.model_dump(mode="json", exclude=dates if self.stops else dates | {"stops"})
        return kept | {"choices": [choice(*period) for period in self.periods()], "conditions": []}


def not_of(way: str) -> frozenset[str]:
    """The fields that an agreement of that kind does not know."""
    others = {name for kind, names in OF_WAY.items() if kind != way for name in names}
    return frozenset(others | ({"way"} if way == "loan" else set()))


def given_by(content: Mapping[str, Any]) -> dict[str, Any]:
    """The form again, as far as some terms say it."""
    given = {name: content[name] for name in RequestForm.model_fields if name in content}
    for prefix, one in zip(("", "second_"), content["choices"], strict=False):
        given |= {f"{prefix}{end}": moment for end, moment in first_of(one, content).items()}
    return given


def first_of(one: Mapping[str, str], content: Mapping[str, Any]) -> dict[str, str]:
    """A kept choice of dates as the form names it: of what comes back every week the first time."""
    end = series.first_end(datetime.fromisoformat(one["ends_at"]), series.count(content))
    return {"starts_at": one["starts_at"], "ends_at": end.isoformat()}


def choice(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


def day_of(text: str | None) -> date | None:
    """A date kept as text in a listing's details."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
