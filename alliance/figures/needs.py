"""Where needs meet nothing: searches without a hit are counted by art form, area and month; nobody is kept with them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, codes, jobs, tally
from alliance.catalogue.kinds import KINDS
from alliance.db import transaction
from alliance.figures import models
from alliance.figures.asked import Asked, first_level
from alliance.figures.models import SearchCount
from alliance.figures.tables import Table, counted, head
from alliance.moderation import morning
from alliance.moderation.morning import Figure
from alliance.places import city_key

LONGEST = 40
TELLING = re.compile(r"\d{5,}|(?:\d[\s.·/_()–—-]{0,2}){9,}|@|https?:|www\.")
"""Words with a telephone or identity number, an address or the like are not kept at all."""
SINGLE_FOR, WORDS_FOR = timedelta(days=92), timedelta(days=400)
"""How long words are kept that were asked once, and any; the numbers stay."""


# Counting ----------------------------------------------------------------


def note(words: str, filters: Mapping[str, Sequence[str]], division: str, *, total: int, relaxed: bool) -> None:
    """One search: what of it is asked for, from which city, whether it was found."""
    outcome = "none" if not total else "near" if relaxed else "found"
    tally.note(
        "search",
        month(),
        outcome,
        _only(filters.get("kind", ()), KINDS),
        first_level(_only(filters.get("art_form", ()), codes.get("art_form"))) or art_form_in(words),
        _city(_only(filters.get("area", ())) or division),
        "" if outcome == "found" else plain(words),
    )


def month() -> date:
    """The first day of this month in China."""
    return clock.local(clock.now()).date().replace(day=1)


def plain(words: str) -> str:
    """As they are counted: one width, small letters, no more than forty; nothing of what could name somebody by a number."""
    text = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    return "" if TELLING.search(text) else text[:LONGEST].strip()


def art_form_in(words: str) -> str:
    """The art form of the first level that the words name, the longest name first."""
    return next((form for name, form in _names() if name in words), "")


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, str], ...]:
    known = [code for code in codes.get("art_form") if code.id != "other"]
    return tuple(sorted(((code.zh, first_level(code.id)) for code in known), key=lambda one: -len(one[0])))


def _only(values: Sequence[str], known: Any = None) -> str:
    return values[0] if len(values) == 1 and (known is None or values[0] in known) else ""


def _city(code: str) -> str:
    """The city of a division code or of its beginning; nothing for what is none."""
    if not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9, 12)):
        return ""
    return city_key(code.ljust(6, "0"))


def write(session: Session, counts: tally.Counts) -> None:
    """What a process has counted."""
    names = ("month", "outcome", "kind", "art_form", "area", "words")
    models.add(session, SearchCount, [dict(zip(names, key, strict=True)) | {"count": number} for key, number in counts.items()])


def forget(_payload: dict[str, Any]) -> None:
    """Nightly: words that are no longer needed go, their numbers stay."""
    today = clock.local(clock.now()).date()
    single = sa.and_(SearchCount.count == 1, SearchCount.month < (today - SINGLE_FOR).replace(day=1))
    old = sa.and_(SearchCount.words != "", sa.or_(single, SearchCount.month < (today - WORDS_FOR).replace(day=1)))
    with transaction() as session:
        kept: Counter[tuple[Any, ...]] = Counter()
        for row in session.scalars(sa.select(SearchCount).where(old).with_for_update()):
            kept[row.month, row.outcome, row.kind, row.art_form, row.area, ""] += row.count
            session.delete(row)
        session.flush()
        write(session, kept)


def this_month(session: Session) -> Figure:
    """For the morning board: what was looked for in vain since the first of the month."""
    said = sa.select(sa.func.coalesce(sa.func.sum(SearchCount.count), 0))
    number = session.scalar(said.where(SearchCount.month == month(), SearchCount.outcome == "none")) or 0
    address = url_for("figures.records", what="searches", outcome="none", month=month().month, year=month().year)
    return Figure(_("本月没有结果的查找"), number, address)


morning.more.append(this_month)
tally.writers["search"] = write
jobs.handles("figures.forget", forget, every=timedelta(days=1))


# Tables ------------------------------------------------------------------


def searched(session: Session, asked: Asked) -> list[tuple[int, str, str, str, int]]:
    """(month, outcome, art form, area, number) of the year, under the kind; one query."""
    count = sa.func.sum(SearchCount.count)
    key = (SearchCount.month, SearchCount.outcome, SearchCount.art_form, SearchCount.area)
    query = sa.select(*key, count).where(SearchCount.month.between(asked.first, date(asked.year, 12, 31))).group_by(*key)
    if asked.kind:
        query = query.where(SearchCount.kind == asked.kind)
    return [(when.month, outcome, form, area, int(number)) for when, outcome, form, area, number in session.execute(query)]


def by_month(asked: Asked, rows: Sequence[tuple[int, str, str, str, int]]) -> Table:
    """Searches that found nothing, or near misses only, and all searches."""
    numbers: Counter[tuple[int, str]] = Counter()
    for when, outcome, _form, _area, number in rows:
        numbers[when, outcome] += number
        numbers[when, "all"] += number
    return Table(
        "unmet-by-month",
        str(_("每月没查到的查找")),
        head(_("月份"), _("没有结果"), _("只有相近的"), _("全部查找")),
        [
            counted(
                label,
                *(numbers[when, outcome] for outcome in ("none", "near", "all")),
                urls=[asked.records("searches", month=when, outcome=outcome) for outcome in ("none", "near")],
                short=str(when),
            )
            for when, label in asked.month_rows()
        ],
        shape="columns",
        series=2,
        note=str(_("只记词语、条件、所在的市和月份，不记是谁；翻页和引擎停用时的查找不算。")),
        blank=str(_("%(year)s年的查找都有结果", year=asked.year)),
    )


def by_art_form(asked: Asked, rows: Sequence[tuple[int, str, str, str, int]]) -> Table:
    """Searches in vain by the art form that they name."""
    numbers: Counter[str] = Counter()
    for _when, outcome, form, _area, number in rows:
        numbers[form] += number if outcome != "found" else 0
    ordered = sorted(((n, form) for form, n in numbers.items() if n), key=lambda one: (one[1] == "", -one[0], one[1]))
    return Table(
        "unmet-by-art-form",
        str(_("没查到的是哪些门类")),
        head(_("文艺门类"), _("没查到")),
        [counted(asked.art_form(form), n, urls=(asked.records("searches", art_form=form or "none"),)) for n, form in ordered],
        shape="bars",
        note=str(_("门类取自所选条件或词语里的门类名称；没查到包括没有结果和只有相近的。")),
        blank=str(_("%(year)s年的查找都有结果", year=asked.year)),
    )


def by_all_three(asked: Asked, rows: Sequence[tuple[int, str, str, str, int]]) -> Table:
    """Searches in vain: a row for each art form and area, a column a month."""
    numbers: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for when, outcome, form, area, number in rows:
        if outcome != "found":
            numbers[form, area][when] += number
    ordered = sorted(numbers.items(), key=lambda one: (-one[1].total(), one[0]))
    made = []
    for (form, area), months in ordered:
        narrower = {"art_form": form or "none", "area": area or "none"}
        links = [asked.records("searches", **narrower), *(asked.records("searches", **narrower, month=n) for n in range(1, 13))]
        label = f"{asked.art_form(form)}{_('·')}{asked.area(area)}"
        made.append(counted(label, months.total(), *(months[n] for n in range(1, 13)), urls=links))
    return Table(
        "unmet-by-art-form-area-month",
        str(_("没查到的：门类、地区、月份")),
        head(_("门类·地区"), _("合计"), *(label for _n, label in asked.month_rows())),
        made,
        blank=str(_("%(year)s年的查找都有结果", year=asked.year)),
        wide=True,
    )
