"""Dates as they are known: a day, a month, a year, a decade, each perhaps uncertain; EDTF level 1 in the record."""

import re
from datetime import date

from babel.dates import format_date, format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

CHINESE = re.compile(r"(约|大约)?(\d{4})年(?:代|(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?)(左右|前后)?")
EDTF = re.compile(r"(?:(\d{3})X|(\d{4})(s)?|(\d{4})-(\d{2})(?:-(\d{2}))?)([~?]?)")


def read(text: str) -> str:
    """What staff write (1993年4月, 约1985年, 1980年代, 198X) as EDTF; raises ValueError with a sentence."""
    plain = "".join(text.split()).replace("/", "-").replace(".", "-")
    if (found := CHINESE.fullmatch(plain)) is not None:
        about, year, month, day, after = found.groups()
        exact = "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
        plain = (f"{year[:3]}X" if "年代" in plain else exact) + ("~" if about or after else "")
    if (found := EDTF.fullmatch(plain)) is None:
        raise ValueError(_("请写成“1993”“1993-04”“1993-04-18”“1980年代”或“约1985年”。"))
    plain = re.sub(r"^(\d{3})0s", r"\1X", plain)
    _real(plain)
    return plain


def _real(edtf: str) -> None:
    """Refuse what no calendar has, and what has not come yet."""
    parts = edtf.rstrip("~?").replace("X", "0").split("-")
    try:
        date(*(int(part) for part in [*parts, "1", "1"][:3]))
    except ValueError:
        raise ValueError(_("没有这一天，请检查。")) from None


def year(edtf: str) -> int | None:
    """The first year that it may mean: what lists are ordered and counted by."""
    return int(edtf[:4].replace("X", "0")) if edtf else None


def is_decade(edtf: str) -> bool:
    return edtf[3:4] == "X"


def spoken(edtf: str) -> str:
    """The date in words of the reader's language."""
    if not edtf:
        return ""
    plain, unsure = edtf.rstrip("~?"), edtf[-1] in "~?"
    parts = [int(part) for part in plain.replace("X", "0").split("-")]
    day = date(*[*parts, 1, 1][:3])
    if is_decade(plain):
        words = _("%(year)s年代", year=day.year)
    elif len(parts) == 1:
        words = _("%(year)s年", year=day.year)
    else:
        locale = get_locale()
        words = format_date(day, "long", locale) if len(parts) == 3 else format_skeleton("yMMMM", day, locale=locale)
    return str(_("约%(date)s", date=words) if unsure else words)
