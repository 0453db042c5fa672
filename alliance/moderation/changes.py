"""What an event's data says, in words; what people do not need (numbers of rows, versions, digests) stays in the export."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_pgettext as _p
from sqlalchemy.orm import Session

from alliance import codes
from alliance.journal import Event
from alliance.people.models import Person
from alliance.worktime import spoken_date, spoken_moment

LONGEST = 120
STATE_LISTS: Final = {"leg": "leg_state", "resource": "listing_state", "asset": "listing_state", "membership": "membership_state"}
Names = Mapping[int, str]


@dataclass(frozen=True)
class Reader:
    """In whose language, of what kind of thing, and who is called how."""

    locale: str
    subject: str
    names: Names


Read = Callable[[Any, Reader], str]


def _plain(value: Any, _reader: Reader) -> str:
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _tick(value: Any, _reader: Reader) -> str:
    return str(_("是")) if value is True else ""


def _moment(value: Any, reader: Reader) -> str:
    """A day or a moment as it is said; text that is neither says nothing."""
    try:
        return spoken_moment(datetime.fromisoformat(value), reader.locale) if "T" in value else spoken_day(value, reader)
    except (TypeError, ValueError):
        return ""


def spoken_day(value: str, reader: Reader) -> str:
    return spoken_date(date.fromisoformat(value), reader.locale)


def _person(value: Any, reader: Reader) -> str:
    return reader.names.get(value, "") if isinstance(value, int) else ""


def _state(value: Any, reader: Reader) -> str:
    return _label(STATE_LISTS.get(reader.subject, ""), value, reader)


def _label(name: str, value: Any, reader: Reader) -> str:
    known = codes.LISTS.get(name, ())
    return str(codes.get(name).label(value, reader.locale)) if value in known else ""


def _of(name: str) -> Read:
    """One code of that list, or several."""

    def read(value: Any, reader: Reader) -> str:
        values = value if isinstance(value, list) else [value]
        return str(_("、").join(word for word in (_label(name, one, reader) for one in values) if word))

    return read


def _list(value: Any, reader: Reader) -> str:
    return codes.get(value).title(reader.locale) if value in codes.LISTS else ""


def _span(value: Any, reader: Reader) -> str:
    """From when to when."""
    if not isinstance(value, Mapping):
        return ""
    ends = [_moment(value.get(name), reader) for name in ("starts_at", "ends_at")]
    return str(_("%(start)s至%(end)s", start=ends[0], end=ends[1])) if all(ends) else ""


def _spans(value: Any, reader: Reader) -> str:
    return str(_("；").join(span for span in (_span(one, reader) for one in value or ()) if span))


def _counts(value: Any, _reader: Reader) -> str:
    """Things that are still out, with their number."""
    if not isinstance(value, Mapping):
        return ""
    return str(_("、").join(f"{thing} {count}" for thing, count in value.items() if isinstance(count, int)))


def _conditions(value: Any, _reader: Reader) -> str:
    return str(_("；").join(str(one["text"]) for one in value or () if isinstance(one, Mapping) and one.get("text")))


SIDES: Final = {
    "owner": _p("side", "借出方"),
    "borrower": _p("side", "借入方"),
    "alliance": _p("side", "联盟"),
    "endorser": _p("side", "总馆"),
}
DECISIONS: Final = {
    "resume": _p("decision", "继续"),
    "close": _p("decision", "办结"),
    "no_show": _p("decision", "爽约成立"),
    "no_breach": _p("decision", "不算爽约"),
}
MARKS: Final = {
    "half": _p("mark", "过半"),
    "ninety": _p("mark", "将尽"),
    "yellow": _p("mark", "黄灯"),
    "red": _p("mark", "红灯"),
    "director": _p("mark", "报馆领导"),
    "deputy": _p("mark", "转B角"),
    "start_soon": _p("mark", "即将开始"),
    "return_soon": _p("mark", "即将归还"),
    "overdue": _p("mark", "逾期未还"),
    "statement_soon": _p("mark", "陈述期将满"),
    "statement_over": _p("mark", "陈述期满"),
    "proposal_soon": _p("mark", "答复方案将到期"),
    "proposal_over": _p("mark", "方案到期未答"),
    "appeal_soon": _p("mark", "申诉期将满"),
    "appeal_over": _p("mark", "申诉期满"),
}


def _word(words: Mapping[str, Any]) -> Read:
    return lambda value, _reader: str(words[value]) if isinstance(value, str) and value in words else ""


FIELDS: Final[dict[str, tuple[Any, Read]]] = {
    "from": (_p("change", "原状态"), _state),
    "to": (_p("change", "现状态"), _state),
    "state": (_p("change", "状态"), _state),
    "side": (_p("change", "由"), _word(SIDES)),
    "which": (_p("change", "提醒"), _word(MARKS)),
    "handler": (_p("change", "首问责任人"), _person),
    "to_person": (_p("change", "转给"), _person),
    "person": (_p("change", "人员"), _person),
    "code": (_p("change", "否定代码"), _of("refusal")),
    "reason": (_p("change", "理由"), _plain),
    "remarks": (_p("change", "意见"), _plain),
    "note": (_p("change", "备注"), _plain),
    "why": (_p("change", "原因"), _plain),
    "reply": (_p("change", "回应"), _plain),
    "items": (_p("change", "须补正"), _of("deficiency")),
    "conditions": (_p("change", "条件"), _conditions),
    "dates": (_p("change", "日期"), _span),
    "choices": (_p("change", "日期"), _spans),
    "occupancy": (_p("change", "档期"), _span),
    "outstanding": (_p("change", "未还"), _counts),
    "decision": (_p("change", "裁定"), _word(DECISIONS)),
    "breach_by": (_p("change", "违约方"), _word(SIDES)),
    "appeal": (_p("change", "申诉"), _tick),
    "instant": (_p("change", "即时确认"), _tick),
    "stars": (_p("change", "评分"), _plain),
    "rating": (_p("change", "平均评分"), _plain),
    "lent_count": (_p("change", "累计借出"), _plain),
    "hot": (_p("change", "热度"), _plain),
    "sessions": (_p("change", "场次"), _plain),
    "attendances": (_p("change", "人次"), _plain),
    "how": (_p("change", "同意方式"), _of("consent_method")),
    "given_on": (_p("change", "同意日期"), _moment),
    "hold_until": (_p("change", "暂留到"), _moment),
    "until": (_p("change", "到"), _moment),
    "due_at": (_p("change", "时限"), _moment),
    "visit_by": (_p("change", "勘察不迟于"), _moment),
    "day": (_p("change", "日期"), _moment),
    "role": (_p("change", "身份"), _of("alliance_role")),
    "roles": (_p("change", "身份"), _of("person_role")),
    "photo": (_p("change", "照片"), _plain),
    "paper": (_p("change", "证照"), _of("paper_kind")),
    "name": (_p("change", "名称"), _plain),
    "title": (_p("change", "标题"), _plain),
    "list": (_p("change", "列表"), _list),
    "email": (_p("change", "邮箱"), _plain),
    "contact": (_p("change", "联系人"), _plain),
}
PEOPLE: Final = ("handler", "to_person", "person")


def people_in(session: Session, events: Iterable[Event]) -> dict[int, str]:
    """Names of everybody that the events' data speak of; one query."""
    numbers = {event.data[name] for event in events for name in PEOPLE if isinstance(event.data.get(name), int)}
    query = sa.select(Person.id, Person.name).where(Person.id.in_(numbers))
    return {number: name for number, name in session.execute(query)} if numbers else {}  # noqa: C416


def spoken(event: Event, locale: str, names: Names) -> list[tuple[str, str]]:
    """(label, words) of what the event changed, as far as there are words for it."""
    reader = Reader(locale, event.subject_type, names)
    found = [
        (str(label), read(event.data[key], reader)) for key, (label, read) in FIELDS.items() if event.data.get(key) is not None
    ]
    return [(label, words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…") for label, words in found if words]
