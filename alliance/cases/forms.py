"""What is typed: by who asks, by kind, and by who answers."""

from datetime import date
from typing import Annotated, Any, Literal

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from alliance import clock, codes
from alliance.places.rows import code_of

LONGEST = 2000
PHONE = set("0123456789+-–() 转,，、/#")


def _contact(text: str) -> str:
    """A phone number or a mail address."""
    if "@" in text:
        try:
            return validate_email(text, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError:
            raise ValueError(_("请填完整的邮箱地址，如 wanglaoshi@example.org。")) from None
    if text and (sum(sign.isdigit() for sign in text) < 7 or set(text) - PHONE):
        raise ValueError(_("请填手机号、座机号或邮箱。"))
    return text


def _place(text: str) -> str:
    return code_of(text) if text else ""


def _future(day: date) -> date:
    if day < clock.local(clock.now()).date():
        raise ValueError(_("请填今天或以后的日期。"))
    return day


def _of(name: str) -> Any:
    def known(code: str) -> str:
        if code not in codes.get(name):
            raise ValueError(_("请从列表里选一项。"))
        return code

    return AfterValidator(known)


def _required(text: str) -> str:
    if not text:
        raise ValueError(_("请留下联系方式。"))
    return text


def _none(value: Any) -> Any:
    return None if value == "" else value


Text = Annotated[str, Field(min_length=5, max_length=LONGEST)]
Reason = Annotated[str, Field(min_length=10, max_length=LONGEST)]
Contact = Annotated[str, Field(max_length=254), AfterValidator(_contact)]
Needed = Annotated[str, Field(max_length=254), AfterValidator(_required), AfterValidator(_contact)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Day = Annotated[date, AfterValidator(_future)]


class Form(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)


# Filed -------------------------------------------------------------------


class Filing(Form):
    """What every kind has: the object by its code or its centre's short name, what is said, where the asker is."""

    code: str = Field("", max_length=20)
    centre: str = Field("", max_length=60)
    text: Text
    place: Annotated[str, Field(max_length=60), AfterValidator(_place)] = ""
    name: str = Field("", max_length=60)
    organisation: str = Field("", max_length=120)
    contact: Contact = ""
    public: bool = False


class Use(Filing):
    name: Name
    until: Day
    contact: Needed


class Removal(Filing):
    name: Name
    relation: Annotated[str, _of("case_relation")]
    contact: Needed


class Complaint(Filing):
    who: str = Field("", max_length=60)
    contact: Needed


KIND_FORMS: dict[str, type[Filing]] = {
    "use": Use,
    "removal": Removal,
    "correction": Filing,
    "question": Filing,
    "complaint": Complaint,
    "suggestion": Filing,
}
ABOUT_ASSET = frozenset({"use", "removal"})  # an object of the archive has to be named


class Look(Form):
    """The way back to one's case."""

    number: str = Field(min_length=1, max_length=20)
    code: str = Field(min_length=1, max_length=40)


class Reply(Form):
    text: Text


class Rate(Form):
    stars: int = Field(ge=1, le=5)
    note: str = Field("", max_length=500)


class FollowUp(Form):
    solved: bool


# Answered ----------------------------------------------------------------


class Why(Form):
    reason: Text


class Transfer(Form):
    """To the centre of that short name, or to the secretariat where none is chosen."""

    to: str = Field("", max_length=60)
    reason: Text


class AskBack(Form):
    text: Text


class Answer(Form):
    """`public_text` is the question as it will stand beside a public answer."""

    answer: Reason
    public_text: str = Field("", max_length=LONGEST)


class Grant(Form):
    until: Day
    conditions: str = Field("", max_length=LONGEST)
    answer: str = Field("", max_length=LONGEST)


class Refuse(Answer):
    code: Annotated[str, _of("case_refusal")]


class Finish(Answer):
    pass


class Settle(Form):
    """A removal: taken down, with the reason that the old address shows, or closed further."""

    answer: Reason
    measure: Literal["withdraw", "restrict"]
    why: str = Field("", max_length=LONGEST)
    record_visibility: Annotated[Literal["public", "members", "own_centre"] | None, BeforeValidator(_none)] = None
    file_access: Annotated[Literal["public", "members", "own_centre", "on_site", "on_request"] | None, BeforeValidator(_none)] = (
        None
    )

    @model_validator(mode="after")
    def _whole(self) -> "Settle":
        if self.measure == "withdraw" and len(self.why) < 5:
            raise ValueError(_("撤下的，请写明公开的原因，至少 5 个字。"))
        return self
