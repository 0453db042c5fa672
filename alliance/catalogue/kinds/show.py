"""Values in words: units, labels of codes, dates, rows; and what ends soon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from alliance import clock, codes
from alliance.catalogue.kinds.field import Fact, Field, Values
from alliance.worktime import spoken_date

SOON = 30
"""Days before the end of a paper at which it is told as a warning."""


def plain(value: float) -> str:
    """Thousands by comma, no zeros at the end: 1200.50 -> 1,200.5."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return text.replace("-", "−")


def figure(value: float | None, unit: str) -> str:
    """With its unit; a space stands between a figure and a symbol, not before a Chinese word or a degree sign."""
    if value is None:
        return ""
    return f"{plain(value)}{'' if not unit or unit == '°' or '㐀' <= unit[0] <= '鿿' else ' '}{unit}"


def times(values: Values, unit: str, *names: str) -> str:
    """Width × depth × … in one unit, empty unless all are there."""
    if any(values.get(name) is None for name in names):
        return ""
    return f"{'×'.join(plain(values[name]) for name in names)} {unit}"


def comma(locale: str) -> str:
    """What stands between the things of a list."""
    return ", " if codes.language(locale) == "en" else "、"


def labels(name: str, ids: Iterable[str | None], locale: str) -> str:
    """The labels of some codes of one list; an id that the list does not know stands for itself."""
    known = codes.get(name)
    return comma(locale).join(known.label(one, locale) if one in known else one for one in ids if one)


def today() -> date:
    """The day in China."""
    return clock.local(clock.now()).date()


def ends(label: str, day: str | None, within: int = SOON) -> list[Fact]:
    """One fact when that day is past or near, else none."""
    if not day:
        return []
    left = (date.fromisoformat(day) - today()).days
    if left < 0:
        return [Fact(label, _("已于%(day)s到期", day=spoken_day(day, str(get_locale()))), "bad")]
    return [Fact(label, ngettext("还有%(num)s天到期", "还有%(num)s天到期", left), "warn")] if left <= within else []


def spoken_day(day: str, locale: str) -> str:
    """A day of the calendar in words: 2027年3月31日."""
    return spoken_date(date.fromisoformat(day), locale, weekday=False)


def money(fen: int) -> str:
    """Fen as yuan: 120050 -> 1,200.5元."""
    return str(_("%(yuan)s元", yuan=plain(fen // 100 if fen % 100 == 0 else fen / 100)))


def shown(field: Field, value: Any, locale: str) -> str:
    """A value as people read it; empty when nothing was said."""
    return (
        "" if field.is_empty(value) else SHOW.get(field.name if field.name == "costs" else field.type, _text)(field, value, locale)
    )


def _text(_field: Field, value: Any, _locale: str) -> str:
    return str(value)


def _months(_field: Field, value: Any, locale: str) -> str:
    names = get_month_names("abbreviated", locale=locale)
    return comma(locale).join(names[month] for month in value)


def _rows(field: Field, value: Any, locale: str) -> str:
    lines = (" ".join(filter(None, (shown(cell, row.get(cell.name), locale) for cell in field.rows))) for row in value)
    return ("; " if codes.language(locale) == "en" else "；").join(lines)


def _costs(_field: Field, value: Any, locale: str) -> str:
    lines = []
    for row in value:
        per, payer = labels("cost_unit", [row.get("per")], locale), labels("cost_bearer", [row.get("payer")], locale)
        amount = money(row["fen"]) if row.get("fen") is not None else "?"
        what = labels("cost_item", [row.get("what")], locale)
        lines.append(str(_("%(what)s %(amount)s/%(per)s，%(payer)s承担", what=what, amount=amount, per=per, payer=payer)))
    return ("; " if codes.language(locale) == "en" else "；").join(lines)


def _openings(_field: Field, value: Any, locale: str) -> str:
    """Days with the same slots are told together: 周一至周五 09:00–11:30、13:00–15:00."""
    days = codes.get("weekday").ids
    slots: dict[int, tuple[str, ...]] = {}
    for weekday, opens, closes in sorted(value):
        slots[weekday] = (*slots.get(weekday, ()), f"{opens:%H:%M}–{closes:%H:%M}")
    runs: list[list[int]] = []
    for weekday, told in slots.items():
        if runs and runs[-1][-1] == weekday - 1 and slots[runs[-1][0]] == told:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    name = {weekday: labels("weekday", [days[weekday]], locale) for weekday in slots}
    spans = [
        (name[run[0]] if len(run) == 1 else _("%(first)s至%(last)s", first=name[run[0]], last=name[run[-1]]), run[0])
        for run in runs
    ]
    return ("; " if codes.language(locale) == "en" else "；").join(
        f"{span} {comma(locale).join(slots[first])}" for span, first in spans
    )


SHOW: dict[str, Callable[[Field, Any, str], str]] = {
    "integer": lambda field, value, _locale: str(value) if field.name == "year" else figure(value, str(field.unit)),
    "decimal": lambda field, value, _locale: figure(value, str(field.unit)),
    "money": lambda _field, value, _locale: money(value),
    "yesno": lambda _field, value, _locale: str(_("是") if value else _("否")),
    "code": lambda field, value, locale: labels(field.codes, [value], locale),
    "codes": lambda field, value, locale: labels(field.codes, value, locale),
    "words": lambda _field, value, locale: comma(locale).join(value),
    "months": _months,
    "rows": _rows,
    "costs": _costs,
    "openings": _openings,
    "date": lambda _field, value, locale: spoken_day(value, locale),
}
