"""A reader for each type of field: text as staff write it into canonical values; raises ValueError with a sentence."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from alliance import codes
from alliance.catalogue.kinds.field import Field
from alliance.places.rows import code_of

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200b\u2060\ufeff]")
UNITS = re.compile(
    r"\s*(m2|㎡|平方米?|平米|m|米|t|吨|kw|千瓦|a|安|km|公里|千米|°|度|级|分钟?|min|人|名|天|日|个|座|席|间|台|元|年|kg|公斤)$",
    re.IGNORECASE,
)
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
FIGURE = re.compile(r"-?\d{1,12}(\.\d{0,12})?|-?\.\d{1,12}")
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00(?::00)?)?")
TIME = re.compile(r"(\d{1,2})[:：时点](\d{2})?分?")
PHONE = re.compile(r"[-+()（）\d\s转ext.,/、]{5,}")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
SPLIT = re.compile(r"[、，,;；|\n]+")
TRUE = frozenset({"true", "1", "yes", "y", "on", "是", "有", "√", "带", "含"})
FALSE = frozenset({"false", "0", "no", "n", "off", "否", "无", "×", "不", "没有"})


def text(field: Field, value: Any) -> str | None:
    """Without marks that nobody sees, cut of space at its ends; a number from a table is text too."""
    if value is None:
        return None
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise ValueError(_("请填文字。"))
    said = CONTROL.sub("", str(value)).replace("\r\n", "\n").strip()
    if field.type not in ("long", "words"):
        said = " ".join(said.split())
    if len(said) > field.longest:
        raise ValueError(_("最多%(n)s个字，现在有%(now)s个。", n=field.longest, now=len(said)))
    if any(_is_identity(found) for found in IDENTITY.findall(said)):
        raise ValueError(_("请不要登记身份证号码，平台不保存这类信息。"))
    return said or None


def _is_identity(number: str) -> bool:
    """Whether the check digit of a citizen's number is right (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _line(value: Any) -> str:
    """One short line in half width, for figures, dates and choices."""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise ValueError(_("这一项填得不对，请检查。"))
    if len(str(value)) > 2000:
        raise ValueError(_("这一项太长了，请检查。"))
    return CONTROL.sub("", unicodedata.normalize("NFKC", str(value))).strip()


def _number(field: Field, value: Any) -> float | None:
    line = _line(value if value is not None else "")
    if not line:
        return None
    line = UNITS.sub("", line)
    if THOUSANDS.fullmatch(line):
        line = line.replace(",", "")
    if not FIGURE.fullmatch(line):
        raise ValueError(_("请填数字，如%(example)s。", example="12" if field.type == "integer" else "9.6"))
    return float(line)


def _bounded(field: Field, number: float) -> float:
    if field.least is not None and number < field.least:
        raise ValueError(_("不能小于%(n)s%(unit)s。", n=f"{field.least:g}", unit=field.unit))
    if field.most is not None and number > field.most:
        raise ValueError(_("不能大于%(n)s%(unit)s，请核对单位。", n=f"{field.most:,.10g}", unit=field.unit))
    return number


def integer(field: Field, value: Any) -> int | None:
    number = _number(field, value)
    if number is None:
        return None
    if number != int(number):
        raise ValueError(_("请填整数。"))
    return int(_bounded(field, number))


def decimal(field: Field, value: Any) -> float | None:
    number = _number(field, value)
    return None if number is None else round(_bounded(field, number), field.places)


def money(field: Field, value: Any) -> int | None:
    """Yuan as typed, to fen."""
    number = _number(field, value)
    if number is None:
        return None
    if not 0 <= number <= 10_000_000:
        raise ValueError(_("金额要在0到1,000万元之间。"))
    fen = round(number * 100)
    if abs(fen - number * 100) > 1e-6:
        raise ValueError(_("金额最多到分，两位小数。"))
    return fen


def yesno(_field: Field, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    word = _line(value).lower()
    if not word:
        return None
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise ValueError(_("请选“是”或“否”。"))


def day(_field: Field, value: Any) -> str | None:
    """ISO; 2026/10/15, 2026.10.15 and 2026年10月15日 are understood."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    line = _line(value if value is not None else "")
    if not line:
        return None
    if (found := DATE.fullmatch(line)) is None or not 1900 <= int(found[1]) <= 2200:
        raise ValueError(_("请按“2026-10-15”的样子填写日期。"))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        raise ValueError(_("没有这一天，请核对。")) from None


def clock_time(_field: Field, value: Any) -> str | None:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    line = _line(value if value is not None else "")
    if not line:
        return None
    found = TIME.fullmatch(line)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise ValueError(_("请按“17:30”的样子填写时间。"))
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def _parts(value: Any) -> list[Any]:
    """A list as sent, or one line split at its commas."""
    if value is None:
        return []
    parts = list(value) if isinstance(value, (list, tuple)) else SPLIT.split(_line(value))
    if len(parts) > 200:
        raise ValueError(_("选得太多了。"))
    return [part for part in (_line(part) for part in parts) if part]


def months(_field: Field, value: Any) -> list[int]:
    """Numbers 1–12; 11-2月 runs over the turn of the year."""
    found: set[int] = set()
    for part in _parts(value):
        span = re.fullmatch(r"(\d{1,2})月?(?:[-–~至到](\d{1,2})月?)?", part)
        if span is None or not all(1 <= int(end) <= 12 for end in span.groups() if end):
            raise ValueError(_("请填1到12月，如“1、2”。"))
        first, last = int(span[1]), int(span[2] or span[1])
        found |= set(range(first, last + 1)) if first <= last else {*range(first, 13), *range(1, last + 1)}
    return sorted(found)


def code(field: Field, value: Any) -> str | None:
    line = _line(value if value is not None else "")
    return _code(field, line) if line else None


def _code(field: Field, line: str) -> str:
    """The id that is meant by an id or by a label in either language."""
    known = codes.get(field.codes)
    if line in known:
        return line
    for one in known:
        if line.casefold() in (one.zh.casefold(), one.en.casefold()):
            return one.id
    raise ValueError(_("“%(said)s”不在可选的范围里，请从列出的选项中选。", said=line[:20]))


def codes_of(field: Field, value: Any) -> list[str]:
    chosen = {_code(field, part) for part in _parts(value)}
    return [one for one in codes.get(field.codes).ids if one in chosen]


def words(field: Field, value: Any) -> list[str]:
    said = list(dict.fromkeys(_parts(value)))
    if any(len(word) > field.longest for word in said):
        raise ValueError(_("每个词最多%(n)s个字。", n=field.longest))
    if len(said) > 20:
        raise ValueError(_("最多20个词。"))
    return said


def phone(field: Field, value: Any) -> str | None:
    said = text(field, value)
    if said is not None and (not PHONE.fullmatch(said) or sum(sign.isdigit() for sign in said) < 5):
        raise ValueError(_("请填电话号码，如0900-555 0142。"))
    return said


def division(_field: Field, value: Any) -> str | None:
    line = _line(value if value is not None else "")
    return code_of(line) if line else None


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": text,
    "long": text,
    "phone": phone,
    "division": division,
    "integer": integer,
    "decimal": decimal,
    "money": money,
    "yesno": yesno,
    "date": day,
    "time": clock_time,
    "months": months,
    "code": code,
    "codes": codes_of,
    "words": words,
    "asset": text,
}
