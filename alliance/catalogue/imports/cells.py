"""One cell as staff write it, into what the form of its field would send. Raises ValueError with a sentence."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _

from alliance import codes
from alliance.catalogue.imports.headings import WORDS
from alliance.catalogue.kinds import Field, Kind
from alliance.catalogue.kinds.read import CONTROL

GUARDED = re.compile(r"'+[=+\-@＝＋－＠\t\r\n]")
MEASURE = re.compile(
    r"^\s*(?:约|长|宽|深|高|进深)?[:：]?\s*|\s*(?:m|米|公尺)?\s*(?:\(?(?:长|宽|深|高|进深)\)?)?\s*$", re.IGNORECASE
)
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
EITHER_WAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2}|\d{4})")
SERIAL = re.compile(r"\d{5}(\.0+)?")
EPOCH = date(1899, 12, 30)
SLOT = re.compile(r"\s*(.+?)\s*(\d{1,2}[:：]\d{2})\s*[-–—~至]\s*(\d{1,2}[:：]\d{2})\s*")
EMPTY = frozenset({"", "/", "／", "-", "—", "——", "无数据", "N/A", "n/a", "NULL", "null", "None", "none"})
Read = tuple[dict[str, Any], dict[str, str]]


def read_row(kind: Kind, fields: tuple[tuple[str, ...], ...], cells: tuple[Any, ...]) -> Read:
    """What to save by field, and what could not be read; what is empty is left out."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for names, raw in zip(fields, cells, strict=False):
        try:
            values |= _values(kind, names, raw) if names else {}
        except ValueError as error:
            wrong |= dict.fromkeys(names, str(error))
    return values, wrong


def _values(kind: Kind, names: tuple[str, ...], raw: Any) -> dict[str, Any]:
    text = said(raw)
    if text in EMPTY:
        return {}
    if text in ERRORS:
        raise ValueError(_("公式出错：%(said)s。", said=text))
    if len(names) > 1:
        return _several(names, text)
    field = kind.by_name[names[0]]
    return {field.name: _READERS.get(field.type, _as_text)(field, raw, text)}


def said(raw: Any) -> str:
    """A cell as text: whole numbers without a point, days as ISO, the guard against formulas taken off."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ", "minutes")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    text = CONTROL.sub("", str(raw)).strip(" \u3000\n")
    return text[1:] if GUARDED.match(text) else text


def _several(names: tuple[str, ...], text: str) -> dict[str, Any]:
    """9.6×6.4 for two fields; anything else than one figure for each is at fault."""
    line = _spaced(unicodedata.normalize("NFKC", text))
    parts = [MEASURE.sub("", part) for part in re.split(r"[×xX*✕✖╳]|,\s*", line)]
    if len(parts) != len(names):
        raise ValueError(
            _(
                "“%(said)s”要写成%(n)s个数，如%(example)s。",
                said=text[:30],
                n=len(names),
                example="×".join(["9.6", "6.4", "4.2"][: len(names)]),
            )
        )
    return dict(zip(names, parts, strict=True))


def _spaced(line: str) -> str:
    """With single spaces, as the patterns need it: over a long run of them they would search without end."""
    return " ".join(line.split())


def _as_text(_field: Field, _raw: Any, text: str) -> Any:
    return text


def _day(_field: Field, _raw: Any, text: str) -> str:
    """A serial number of Excel is a day; 10/5/2026 may be two different ones."""
    line = unicodedata.normalize("NFKC", text).strip()
    if SERIAL.fullmatch(line) and 18_264 <= float(line) <= 109_939:  # 1950 to 2200
        return (EPOCH + timedelta(days=int(float(line)))).isoformat()
    if EITHER_WAY.fullmatch(line):
        raise ValueError(_("“%(said)s”分不清哪个是月、哪个是日，请写成“2026-10-05”的样子。", said=line))
    return re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", "", line)


def _code(field: Field, _raw: Any, text: str) -> str:
    words = WORDS.get(field.codes, {})
    return words.get(text, words.get(text.casefold(), text))


def _codes(field: Field, _raw: Any, text: str) -> str:
    """Labels that hold a comma themselves stand for their ids before the text is split."""
    line = unicodedata.normalize("NFKC", text)
    labels = [(unicodedata.normalize("NFKC", label), one.id) for one in codes.get(field.codes) for label in (one.zh, one.en)]
    for label, number in sorted(labels, key=lambda pair: -len(pair[0])):
        if re.search(r"[、,;|]", label):
            line = re.sub(re.escape(label), number, line, flags=re.IGNORECASE)
    parts = [part.strip() for part in re.split(r"[、,;|\n]+", line)]
    return "、".join(_code(field, None, part) for part in parts if part)


def _rows(field: Field, _raw: Any, text: str) -> list[dict[str, Any]]:
    """One row a line, its cells divided by |, in the order of the form; \\| and \\n stand for themselves."""
    return [_row(field, line) for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _row(field: Field, line: str) -> dict[str, Any]:
    parts = [unescaped(part.strip()) for part in re.split(r"(?<!\\)[|｜]", line)]
    if len(parts) > len(field.rows):
        raise ValueError(_("“%(said)s”有%(now)s格，应当不多于%(n)s格。", said=line[:30], now=len(parts), n=len(field.rows)))
    cells: Mapping[str, str] = {cell.name: part for cell, part in zip(field.rows, parts, strict=False) if part}
    return {cell.name: _READERS.get(cell.type, _as_text)(cell, None, cells[cell.name]) for cell in field.rows if cell.name in cells}


def escaped(text: str) -> str:
    """Text that may stand between two |."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("｜", "\\｜").replace("\n", "\\n")


def unescaped(text: str) -> str:
    """The text that was escaped."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def _openings(_field: Field, _raw: Any, text: str) -> list[list[Any]]:
    """周一 9:00-12:00, one a line; 周一至周五 counts for each of these days."""
    week: list[list[Any]] = []
    for line in filter(str.strip, re.split(r"[\n;；、，,]+", unicodedata.normalize("NFKC", text))):
        found = SLOT.fullmatch(_spaced(line))
        if found is None:
            raise ValueError(_("“%(said)s”看不懂，请写成“周一 9:00-12:00”，一行一个时段。", said=line.strip()[:30]))
        week += [[day, _clock(found[2]), _clock(found[3])] for day in _days(found[1])]
    return week


def _days(text: str) -> list[int]:
    ends = [_weekday(part) for part in re.split(r"\s*[-–—~至到]\s*", text.strip())]
    return ends if len(ends) == 1 else [day % 7 for day in range(ends[0], ends[-1] + (1 if ends[0] <= ends[-1] else 8))]


def _weekday(text: str) -> int:
    word = text.replace("星期", "周").replace("礼拜", "周").replace("周天", "周日").strip().casefold()
    for index, one in enumerate(codes.get("weekday")):
        if word in (one.id.casefold(), one.zh.casefold(), one.en.casefold()):
            return index
    raise ValueError(_("“%(said)s”不是星期几。", said=text[:10]))


def _clock(text: str) -> str:
    hour, minute = (int(part) for part in re.split(r"[:：]", text))
    if hour > 23 or minute > 59:
        raise ValueError(_("请按“17:30”的样子填写时间。"))
    return f"{hour:02}:{minute:02}"


_READERS: dict[str, Any] = {"date": _day, "code": _code, "codes": _codes, "rows": _rows, "openings": _openings}
