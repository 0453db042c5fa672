"""Which row holds the headings, and which field each heading means."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from alliance.catalogue.imports.headings import ALL, BY_KIND, JOINED
from alliance.catalogue.imports.tables import MOST_COLUMNS, Cells, Span
from alliance.catalogue.kinds import Field, Kind

HEAD = 12
BRACKETS = re.compile(r"[(\[【〔<][^)\]】〕>]*[)\]】〕>]")
MARKS = re.compile(r"[\s*＊:：,，、.。·_\-–—/\\|?？!！'\"“”]+")
ORDINAL = re.compile(r"^[(（]?\d{1,3}[.、)）]\s*(?=\D)")
Names = tuple[str, ...]
Known = dict[str, tuple[int, Names]]


@dataclass(frozen=True)
class Match:
    """Headings with the fields that each column is read as; no field where nobody knows what it means."""

    first: int
    headings: tuple[str, ...]
    fields: tuple[Names, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """Headings of columns that are left out."""
        return tuple(heading for heading, names in zip(self.headings, self.fields, strict=True) if heading and not names)


def choices(kind: Kind) -> list[tuple[str, str]]:
    """All that a column may be read as: (value, label), joined fields too."""
    single = [(field.name, str(field.label)) for field in kind.fields]
    joined = [("+".join(names), "×".join(str(kind.by_name[name].label) for name in names)) for names in _joins(kind)]
    return single + joined


def names_of(kind: Kind, value: str) -> Names:
    """The fields of a choice; none for anything else."""
    return tuple(value.split("+")) if value in dict(choices(kind)) else ()


def match(kind: Kind, top: Sequence[tuple[int, Cells]], merged: Sequence[Span] = ()) -> Match:
    """Find the row (or two) of headings among the first rows, and read it."""
    known = _known(kind, str(get_locale()))
    rows = [(number, _filled(number, cells, merged)) for number, cells in top[:HEAD]]
    if not rows:
        return Match(1, (), ())
    scores = [sum(1 for cell in cells if _names(known, (cell,))) for _number, cells in rows]
    at = scores.index(max(scores)) if max(scores) else max(range(len(rows)), key=lambda index: (_width(rows[index][1]), -index))
    parts: list[Names] = [(cell,) for cell in rows[at][1]]
    above, below = (rows[at - 1][1] if at else ()), (rows[at + 1][1] if at + 1 < len(rows) else ())
    last = at
    if below and _continues(known, rows[at][1], below, scores[at + 1]):
        parts, last = _stacked(rows[at][1], below), at + 1
    elif at and _is_group(rows[at - 1][1], rows[at][1]):
        parts = _stacked(above, rows[at][1])
    return Match(rows[last][0] + 1, tuple(_said(part) for part in parts), _read(known, parts))


def _width(cells: Cells) -> int:
    return sum(1 for cell in cells if isinstance(cell, str) and cell.strip())


def _filled(number: int, cells: Cells, merged: Sequence[Span]) -> tuple[str, ...]:
    """The texts of a row; what is merged sideways stands in each of its columns."""
    texts = [_text(cell) for cell in cells]
    for top, left, _bottom, right in merged:
        if top == number and left <= len(texts):
            last = min(right, MOST_COLUMNS)
            texts += [""] * (last - len(texts))
            texts[left - 1 : last] = [texts[left - 1]] * (last - left + 1)
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _text(cell: Any) -> str:
    return " ".join(str(cell).split())[:200] if cell is not None else ""


def _is_group(upper: Cells, lower: Cells) -> bool:
    """Whether a row names groups of the columns below: each of its words over two columns or over one that has no other."""
    words = [word for word in upper if word]
    return 1 < len(set(words)) < len(lower) and len(words) >= max(2, len(lower) // 2) and _width(upper) == len(words)


def _continues(known: Known, upper: tuple[str, ...], lower: tuple[str, ...], score: int) -> bool:
    """Whether the next row is a second row of headings: words below gaps or groups of the first, and some are known."""
    size = max(len(upper), len(lower))
    above, below = (row + ("",) * (size - len(row)) for row in (upper, lower))
    under = [(up, low) for index, (up, low) in enumerate(zip(above, below, strict=True)) if low and (not up or above.count(up) > 1)]
    beside = [low for up, low in zip(above, below, strict=True) if low and up and above.count(up) == 1]
    return bool(under) and not beside and (score > 0 or any(_names(known, pair) for pair in under))


def _stacked(upper: tuple[str, ...], lower: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Two rows as one; a gap in the upper row above a word belongs to the group at its left."""
    parts: list[Names] = []
    size, group = max(len(upper), len(lower)), ""
    for index in range(size):
        up, low = (row[index] if index < len(row) else "" for row in (upper, lower))
        group = up or (group if low else "")
        parts.append((group, low) if low and group and low != group else (low or group,))
    return parts


def _said(part: tuple[str, ...]) -> str:
    return " ".join(part)


# What a heading means ------------------------------------------------------


def _read(known: Known, parts: Sequence[tuple[str, ...]]) -> tuple[Names, ...]:
    """The fields of each column; a field is given to the column whose heading fits best, the first of equals."""
    ranked = sorted(
        (rank, index, names) for index, part in enumerate(parts) for rank, names in [_names(known, part) or (99, ())] if names
    )
    taken: set[str] = set()
    read: list[Names] = [()] * len(parts)
    for _rank, index, names in ranked:
        if taken.isdisjoint(names):
            read[index] = names
            taken |= set(names)
    return tuple(read)


def _names(known: Known, part: tuple[str, ...]) -> tuple[int, Names] | None:
    """The best meaning of a heading of one or two rows, with its rank (lower is surer)."""
    found = [known[form] for form in _forms(part) if form in known]
    return min(found, key=lambda one: one[0]) if found else None


def _forms(part: tuple[str, ...]) -> Iterator[str]:
    """A heading as written, without brackets; under a group first with the group's word before it."""
    low = part[-1]
    if len(part) > 1:
        group = re.sub(r"(尺寸|规格|参数|要求|信息|情况)$", "", plain(BRACKETS.sub("", unicodedata.normalize("NFKC", part[0]))))
        whole = plain(BRACKETS.sub("", unicodedata.normalize("NFKC", low)))
        yield from (group + whole, group + "后" + whole)
        if group in ("展开", "展开后", "台面", "舞台", "场地", "台口", "装卸门"):
            return
    yield plain(low)
    yield plain(BRACKETS.sub("", unicodedata.normalize("NFKC", low)))


def plain(heading: str) -> str:
    """Half width, small letters, no marks, numbers and spaces around: what two people write the same."""
    text = ORDINAL.sub("", unicodedata.normalize("NFKC", heading).strip())
    return MARKS.sub("", BRACKETS.sub(lambda found: MARKS.sub("", found[0][1:-1]), text)).replace("x", "×").casefold()


@cache
def _known(kind: Kind, _locale: str) -> Known:
    """Every heading that means something -> (rank, fields): labels, then names, then synonyms."""
    known: Known = {}
    for rank, heading, names in sorted(_said_of(kind), key=lambda one: one[0]):
        for form in (plain(heading), plain(BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))):
            if form:
                known.setdefault(form, (rank, names))
    return known


def _said_of(kind: Kind) -> Iterator[tuple[int, str, Names]]:
    for locale in ("zh_Hans", "en"):
        with force_locale(locale):
            for field in kind.fields:
                yield 0, str(field.label), (field.name,)
            for group in kind.groups:
                yield from ((0, str(join.label), join.names) for join in group.joins)
    for field in kind.fields:
        yield 1, field.name, (field.name,)
        yield from ((2, heading, (field.name,)) for heading in _synonyms(kind, field))
    for names in _joins(kind):
        yield from ((2, heading, names) for heading in JOINED.get(names, ()))


def _synonyms(kind: Kind, field: Field) -> tuple[str, ...]:
    return (*field.columns, *BY_KIND.get(kind.id, {}).get(field.name, ()), *ALL.get(field.name, ()))


def _joins(kind: Kind) -> list[Names]:
    declared = [join.names for group in kind.groups for join in group.joins]
    return list(dict.fromkeys([*declared, *(names for names in JOINED if all(name in kind.by_name for name in names))]))


def nothing_known() -> str:
    """What is told when no heading was recognised."""
    return str(_("没有认出列名。请看表头是不是在前%(n)s行，或在下面逐列选。", n=HEAD))
