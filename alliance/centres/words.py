"""How centres, codes and days are said on a page; filters for templates."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from alliance import codes
from alliance.centres.models import Centre
from alliance.web import zh
from alliance.worktime import spoken


def locale() -> str:
    """The language of this page or mail."""
    return str(get_locale() or "zh_Hans")


def code_label(value: str | None, name: str) -> str:
    """The label of a code; what is no longer in the list is shown as it is."""
    if not value:
        return ""
    known = codes.get(name)
    return known.label(value, locale()) if value in known else value


def code_choices(name: str, keep: str | None = None) -> list[tuple[str, str]]:
    """A code list as options of a select."""
    return codes.get(name).choices(locale(), keep=keep)


EVENTS = {
    "centre.created": _l("建立"),
    "centre.applied": _l("申请入盟"),
    "centre.approved": _l("同意入盟"),
    "centre.declined": _l("不予入盟"),
    "centre.suspended": _l("暂停成员资格"),
    "centre.restored": _l("恢复成员资格"),
    "centre.warned": _l("警示"),
    "centre.barred": _l("暂停借入"),
    "centre.unbarred": _l("提前恢复借入"),
    "centre.left": _l("退出联盟"),
    "centre.edited": _l("修改资料"),
    "centre.disclosed": _l("修改公开事项"),
    "centre.duty_changed": _l("调整值守"),
    "centre.admin_invited": _l("邀请第一位管理员"),
}


def event_word(action: str) -> Any:
    """What happened to a centre, in words."""
    return EVENTS.get(action, action)


def centre_name(centre: Centre, short: bool = False) -> str | Markup:
    """The English name on an English page where there is one, else the Chinese one, marked."""
    if locale() == "en" and centre.name_en:
        return centre.name_en
    said: str | Markup = zh(None, centre.short_name if short else centre.name)
    return said


def in_language(thing: Any, field: str) -> str | Markup:
    """`field` or `field`_en of a thing, whichever this page wants and there is."""
    english = getattr(thing, f"{field}_en")
    if locale() == "en" and english:
        return str(english)
    said: str | Markup = zh(None, getattr(thing, field))
    return said


def said_day(day: date) -> str:
    """A day, or the day of a moment, as people say it."""
    return spoken.spoken_moment(day, locale()) if isinstance(day, datetime) else spoken.spoken_date(day, locale())


def said_days(first: date, last: date) -> str:
    """From a day to a day."""
    return spoken.spoken_days(first, last, locale())


def register(bp: Blueprint) -> None:
    """Give the filters to every template."""
    filters: dict[str, Callable[..., Any]] = {
        "code_label": code_label,
        "code_choices": code_choices,
        "event_word": event_word,
        "centre_name": centre_name,
        "in_language": in_language,
        "said_day": said_day,
        "said_days": said_days,
    }
    for name, word in filters.items():
        bp.add_app_template_filter(word, name)
