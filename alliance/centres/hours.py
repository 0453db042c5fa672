"""Opening hours: a line a day as staff type it (9:00–12:00，13:30–17:30), kept as periods, shown as a weekly table."""

import re
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from alliance.errors import Invalid

PERIOD = re.compile(r"(\d{1,2})[:：.](\d{2})\s*(?:[-–—~～至到]|--)\s*(\d{1,2})[:：.](\d{2})")
CLOSED = {"", "-", "—", "休", "休息", "闭馆", "closed"}


def read(lines: list[str], *, note: str = "") -> dict[str, Any]:
    """{"1": [["09:00", "12:00"], …], …, "note": …} from seven lines, Monday first; raises Invalid at hours_<day>."""
    wrong: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for day, line in enumerate(lines, 1):
        try:
            periods = _periods(line)
        except ValueError as error:
            wrong[f"hours_{day}"] = str(error)
            continue
        if periods:
            kept[str(day)] = periods
    if wrong:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), wrong)
    return kept | ({"note": note} if note else {})


def _periods(line: str) -> list[list[str]]:
    text = line.strip().lower()
    if text in CLOSED:
        return []
    found = PERIOD.findall(text)
    if not found or re.sub(r"[\s,，、;；/和及]", "", PERIOD.sub("", text)):
        raise ValueError(_("请按“9:00–12:00，13:30–17:30”的样子填写；闭馆留空。"))
    periods = [[f"{int(a):02}:{b}", f"{int(c):02}:{d}"] for a, b, c, d in found]
    if any(end > "24:00" or start[3:] > "59" or end[3:] > "59" or start >= end for start, end in periods):
        raise ValueError(_("开门要早于关门，时间在0:00到24:00之间。"))
    if any(one[1] > other[0] for one, other in pairwise(periods)):
        raise ValueError(_("几段时间要从早到晚，不能重叠。"))
    return periods


def line(kept: dict[str, Any], day: int) -> str:
    """A day as it would be typed; empty when closed."""
    return str(_("，")).join(f"{start}–{end}" for start, end in kept.get(str(day), []))


def is_known(kept: dict[str, Any]) -> bool:
    """Whether any day is given."""
    return any(str(day) in kept for day in range(1, 8))
