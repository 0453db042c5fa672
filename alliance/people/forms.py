"""What people type on the pages of this feature."""

from typing import Annotated, Any, Literal

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from alliance.codes.centres import CENTRE_PERSON_ROLE
from alliance.forms import Day


def _address(text: str) -> str:
    """A mail address in its one spelling; no look-up of the domain."""
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError(_("请填完整的邮箱地址，如 wanglaoshi@example.org。")) from None


def _phone(text: str) -> str:
    if text and (sum(sign.isdigit() for sign in text) < 5 or set(text) - set("0123456789+-–() 转,，、/#")):
        raise ValueError(_("请填电话号码，如 0900-555 0121。"))
    return text


def _role(text: str) -> str:
    if text not in CENTRE_PERSON_ROLE:
        raise ValueError(_("没有这个身份。"))
    return text


Address = Annotated[str, Field(min_length=1, max_length=254), AfterValidator(_address)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
PersonName = Annotated[str, Field(min_length=1, max_length=60)]
Locale = Literal["zh_Hans", "en"]
Number = Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, BeforeValidator(lambda value: value or None)]


class Typed(BaseModel):
    """Blanks around what was typed are dropped."""

    model_config = ConfigDict(str_strip_whitespace=True)


class SignIn(BaseModel):
    email: str = Field("", max_length=254)
    password: str = Field("", max_length=1000)
    remember: bool = False
    next: str = Field("/", max_length=2000)

    @model_validator(mode="after")
    def both(self) -> "SignIn":
        if not self.email.strip() or not self.password:
            raise ValueError(_("请填写邮箱和密码。"))
        return self


class Forgotten(Typed):
    email: Address


class NewPassword(BaseModel):
    password: str = Field(min_length=1, max_length=1000)
    again: str = Field(min_length=1, max_length=1000)


class ChangedPassword(NewPassword):
    current: str = Field(min_length=1, max_length=1000)


class Profile(Typed):
    name: PersonName
    name_en: str = Field("", max_length=80)
    phone: Phone = ""
    locale: Locale = "zh_Hans"


class ActingCentre(BaseModel):
    centre: int = Field(ge=1, le=2**31 - 1)


class Away(Typed):
    starts_on: Day
    ends_on: Day
    note: str = Field("", max_length=120)

    @model_validator(mode="after")
    def in_order(self) -> "Away":
        if self.ends_on < self.starts_on:
            raise ValueError(_("“到”不能早于“从”。"))
        return self


class Posts(Typed):
    roles: list[Annotated[str, AfterValidator(_role)]] = Field(min_length=1, max_length=4)
    department: str = Field("", max_length=60)
    title: str = Field("", max_length=60)


class Invited(Typed):
    email: Address
    name: str = Field("", max_length=60)
    roles: list[Annotated[str, AfterValidator(_role)]] = Field(min_length=1, max_length=4)


class Joining(BaseModel):
    """Who accepts an invitation; the password is left as it was typed."""

    name: PersonName
    name_en: str = Field("", max_length=80)
    phone: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_phone)]
    locale: Locale = "zh_Hans"
    password: str = Field(min_length=1, max_length=1000)
    again: str = Field(min_length=1, max_length=1000)

    @model_validator(mode="before")
    @classmethod
    def stripped(cls, values: Any) -> Any:
        plain = {"name", "name_en", "phone"}
        return {name: value.strip() if name in plain else value for name, value in values.items()}


class Duties(BaseModel):
    a: Number = None
    b: Number = None
