"""Facts and a template become words in the reader's language: safe HTML on pages, plain text in mails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import force_locale, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from alliance import codes
from alliance.notifications.by_way import BY_WAY
from alliance.notifications.models import Notice
from alliance.notifications.template import LABELS, Template
from alliance.notifications.templates import TEMPLATES
from alliance.web import zh
from alliance.worktime import spoken_date, spoken_moment

CODES = {
    "code": "refusal",
    "items": "deficiency",
    "outcome": "line_outcome",
    "case_kind": "case_kind",
    "case_code": "case_refusal",
}
DISTANCES = {"county": _l("同县"), "city": _l("同市"), "province": _l("同省"), "across": _l("跨省")}
PAPERS = {
    "insurance_until": _l("保险"),
    "inspection_until": _l("年检"),
    "consent_until": _l("本人同意书"),
    "licence_until": _l("授权"),
    "minor_consent_until": _l("监护人同意书"),
    "lease_until": _l("开放期限"),
    "embargo_until": _l("开放日"),
    "paper": _l("其他证照"),
}
PUBLIC = Template(_l("通知：%(number)s"), _l("有新的进展，请打开查看。"))


@dataclass(frozen=True)
class Said:
    """A notice in words: its head, its sentence, and the facts after it as (label, value)."""

    head: Any
    text: Any
    facts: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Hand:
    """How words are put down: `mark` for data, `frame` for sentences, `link` for what has a page, `between` two of a list."""

    mark: Callable[[Any], Any]
    frame: Callable[[str], Any]
    link: Callable[[Any, str], Any]
    between: Any


def said(notice: Notice) -> Said:
    """The notice for a page in the language of the request; Chinese data is marked as such."""
    mark = partial(zh, None)
    return _said(notice, Hand(mark, Markup, lambda text, url: Markup('<a href="{}">{}</a>').format(url, mark(text)), _("、")))


def mailed(notice: Notice, locale: str) -> tuple[str, str]:
    """Subject (one line, at most 200 characters) and plain text of the notice in that language; links are whole addresses."""
    site = current_app.config["ALLIANCE"].address
    with force_locale(locale):
        spoken = _said(notice, Hand(str, str, lambda text, url: f"\n  {text} {site}{url}", ""))
        subject = " ".join(str(spoken.head).split())
        lines = [str(spoken.text), *(f"{label}{_('：')}{value}" for label, value in spoken.facts)]
    return subject[:200], "\n".join(lines)


def _said(notice: Notice, hand: Hand) -> Said:
    template = TEMPLATES.get(notice.template, PUBLIC)
    head, text = BY_WAY.get(notice.data.get("way", ""), {}).get(notice.template, (template.head, template.text))
    words = _Words({name: _put(name, value, hand) for name, value in notice.data.items()})
    facts = tuple((LABELS[name], words[name]) for name in template.shows if name in notice.data)
    return Said(hand.frame(str(head)) % words, hand.frame(str(text)) % words, facts)


def _put(name: str, value: Any, hand: Hand) -> Any:
    """One fact; a list of what has pages becomes their links."""
    if isinstance(value, list) and any(isinstance(one, Mapping) and "url" in one for one in value):
        locale = str(get_locale() or "zh_Hans")
        return hand.frame(str(hand.between)).join(hand.link(_text(one, locale), one["url"]) for one in value)
    return hand.mark(_word(name, value))


class _Words(dict[str, Any]):
    """Words by name; a fact that an old notice does not have leaves a gap instead of a broken page."""

    def __missing__(self, name: str) -> str:
        return _("已超期") if name == "over" else "–"


def _word(name: str, value: Any) -> str:
    locale = str(get_locale() or "zh_Hans")
    if isinstance(value, Mapping):
        return _text(value, locale)
    if isinstance(value, list):
        return str(_("、")).join(_item(name, entry, locale) for entry in value)
    if name.endswith("_at"):
        return spoken_moment(datetime.fromisoformat(value), locale)
    if name.endswith("_on"):
        return spoken_date(date.fromisoformat(value[:10]), locale)
    if name in CODES:
        return _item(name, value, locale)
    if name == "over":
        return str(ngettext("已超期%(num)s个工作日", "已超期%(num)s个工作日", value))
    if name == "distance":
        return str(DISTANCES.get(value, value))
    return str(PAPERS.get(value, value)) if name == "paper" else str(value)


def _item(name: str, value: Any, locale: str) -> str:
    if isinstance(value, Mapping):
        return _condition(value, locale) if "text" in value else _text(value, locale)
    return codes.label(CODES[name], value, locale) if name in CODES and value in codes.get(CODES[name]) else str(value)


def _condition(value: Mapping[str, Any], locale: str) -> str:
    until = value.get("due_on")
    if not until:
        return str(value["text"])
    return str(_("%(text)s（%(day)s前）", text=value["text"], day=spoken_date(date.fromisoformat(until), locale)))


def _text(value: Mapping[str, Any], locale: str) -> str:
    return str(value.get("en") or value.get("zh") or "") if locale == "en" else str(value.get("zh") or "")
