"""The record of an asset as it is typed: what each field takes; a draft keeps what holds and reports the rest."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from alliance.archive import dates
from alliance.codes.arts import ART_FORM, AWARD
from alliance.codes.codelist import CodeList
from alliance.codes.media import FILE_ACCESS, LANGUAGE, MEDIA_FORM, MEDIA_THEME, MEDIA_TYPE, RECORD_VISIBILITY
from alliance.codes.rights import ALLOWED_USE, CONSENT_SCOPE, RIGHTS_STATUS
from alliance.codes.statements import RIGHTS_STATEMENT
from alliance.places.rows import code_of


def _code_of(codes: CodeList) -> AfterValidator:
    def check(value: str) -> str:
        if value and value not in codes:
            raise ValueError(_("请从列表中选择。"))
        return value

    return AfterValidator(check)


def _codes_of(codes: CodeList) -> AfterValidator:
    def check(values: list[str]) -> list[str]:
        if any(value not in codes for value in values):
            raise ValueError(_("请从列表中选择。"))
        return list(dict.fromkeys(values))

    return AfterValidator(check)


def _tidy(value: Any) -> Any:
    """One line of text without what cannot be seen; U+202E and its like turn a name round."""
    return "".join(sign for sign in value if sign.isprintable() or sign == "\n").strip() if isinstance(value, str) else value


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _lines(value: Any) -> Any:
    """Names on lines of their own, or parted by 、"""
    parts = value.replace("、", "\n").split("\n") if isinstance(value, str) else value
    return [part for part in (_tidy(part) for part in parts) if part] if isinstance(parts, list) else parts


def _cast(value: Any) -> Any:
    """Performers as rows, or as names on lines, each perhaps with a role: 王一（领唱）."""
    rows = _lines(value)
    return [_named(row) if isinstance(row, str) else row for row in rows] if isinstance(rows, list) else rows


def _named(text: str) -> dict[str, str]:
    found = NAME_AND_ROLE.fullmatch(text)
    return {"name": found[1], "role": found[2]} if found else {"name": text}


def _date_text(value: str) -> str:
    return dates.read(value) if value else ""


NAME_AND_ROLE = re.compile(r"(.+?)\s*[（(](.+)[)）]")
TIDY = BeforeValidator(_tidy)
PLAIN = BeforeValidator(lambda value: value.replace("\r\n", "\n").strip() if isinstance(value, str) else value)
Day = Annotated[date | None, BeforeValidator(_empty_is_none)]
Whole = Annotated[Annotated[int, Field(ge=1, le=100_000)] | None, BeforeValidator(_empty_is_none)]
Names = Annotated[list[Annotated[str, Field(max_length=120), TIDY]], BeforeValidator(_lines), Field(max_length=60)]


class Performance(BaseModel):
    """One performer, a person or a group, with their consent; `id` names the one who is there already."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[int | None, BeforeValidator(_empty_is_none)] = None
    name: Annotated[str, Field(min_length=1, max_length=120), TIDY]
    name_en: Annotated[str, Field(max_length=120), TIDY] = ""
    role: Annotated[str, Field(max_length=60), TIDY] = ""
    consent_scope: Annotated[str, _code_of(CONSENT_SCOPE)] = ""
    consent_until: Day = None
    is_minor: bool = False


Performances = Annotated[list[Performance], BeforeValidator(_cast), Field(max_length=60)]


class Record(BaseModel):
    """Dublin Core and the field's own: what staff type about an asset."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=200), TIDY] = ""
    title_en: Annotated[str, Field(max_length=200), TIDY] = ""
    description: Annotated[str, Field(max_length=8000), PLAIN] = ""
    description_en: Annotated[str, Field(max_length=8000), PLAIN] = ""
    creator: Annotated[str, Field(max_length=200), TIDY] = ""
    creator_en: Annotated[str, Field(max_length=200), TIDY] = ""
    contributors: Names = []
    performers: Performances = []
    art_forms: Annotated[list[str], Field(max_length=8), _codes_of(ART_FORM)] = []
    created_text: Annotated[str, Field(max_length=40), AfterValidator(_date_text)] = ""
    type: Annotated[str, _code_of(MEDIA_TYPE)] = ""
    genre: Annotated[str, _code_of(MEDIA_FORM)] = ""
    theme: Annotated[str, _code_of(MEDIA_THEME)] = ""
    language: Annotated[str, _code_of(LANGUAGE)] = ""
    source: Annotated[str, Field(max_length=300), TIDY] = ""
    relation: Annotated[str, Field(max_length=300), TIDY] = ""
    place_code: Annotated[str, BeforeValidator(_tidy), AfterValidator(lambda value: value and code_of(value))] = ""
    place_text: Annotated[str, Field(max_length=120), TIDY] = ""
    place_text_en: Annotated[str, Field(max_length=160), TIDY] = ""
    period: Annotated[str, Field(max_length=60), TIDY] = ""
    period_en: Annotated[str, Field(max_length=80), TIDY] = ""
    minutes: Whole = None
    pages: Whole = None
    award: Annotated[str, _code_of(AWARD)] = ""
    award_edition: Annotated[str, Field(max_length=80), TIDY] = ""
    award_year: Annotated[Annotated[int, Field(ge=1900, le=2999)] | None, BeforeValidator(_empty_is_none)] = None
    heritage_item: Annotated[str, Field(max_length=120), TIDY] = ""
    original: Annotated[str, Field(max_length=200), TIDY] = ""
    rights_status: Annotated[str, _code_of(RIGHTS_STATUS)] = "unknown"
    statement: Annotated[str, _code_of(RIGHTS_STATEMENT)] = ""
    rights_holder: Annotated[str, Field(max_length=200), TIDY] = ""
    rights_holder_en: Annotated[str, Field(max_length=200), TIDY] = ""
    licence_until: Day = None
    allowed_uses: Annotated[list[str], _codes_of(ALLOWED_USE)] = []
    record_visibility: Annotated[str, _code_of(RECORD_VISIBILITY), Field(min_length=1)] = "own_centre"
    file_access: Annotated[str, _code_of(FILE_ACCESS), Field(min_length=1)] = "own_centre"
    embargo_until: Day = None
    lease_until: Day = None


ENGLISH = ("creator_en", "place_text_en", "period_en", "rights_holder_en")
AWARDED = ("award", "award_edition", "award_year")
DETAILS = ("theme", "minutes", "pages", *AWARDED, "heritage_item", "original", "statement", *ENGLISH)
LISTS = frozenset({"art_forms", "allowed_uses"})
REQUIRED = {
    "title": _l("请填写题名。"),
    "creator": _l("请填写作者或团队；不知道的写“佚名”。"),
    "description": _l("请写几句说明：这是什么，何时何地，为什么留下来。"),
    "art_forms": _l("请至少选一个文艺门类。"),
    "created_text": _l("请填写时间；只知道年代的，写“1980年代”。"),
    "type": _l("请选择资源类型。"),
}


def sift(typed: Mapping[str, Any], faults_of: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """What of `typed` holds, as values of the record, and each fault by field (of a performer: performers.0.name);
    `faults_of` words a ValidationError."""
    known = {name: value for name, value in typed.items() if name in Record.model_fields}
    try:
        return _given(Record.model_validate(known), known), {}
    except ValidationError as error:
        faults = {_field(name): sentence for name, sentence in faults_of(error).items()}
    wrong = {name.split(".")[0] for name in faults}
    holding = {name: value for name, value in known.items() if name not in wrong}
    return _given(Record.model_validate(holding), holding), faults


def _field(name: str) -> str:
    """The control at fault: one of a performer's, else the field as a whole."""
    return name if re.fullmatch(r"performers\.\d+\.\w+", name) else name.split(".")[0]


def _given(record: Record, typed: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: getattr(record, name) for name in typed}
    if "performers" in given:
        given["performers"] = [row.model_dump(exclude_unset=True) for row in given["performers"]]
    return given
