"""Use of the archive: pages looked at and files opened, counted by month; whoever edits a work does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import tally
from alliance.archive.models import Asset
from alliance.archive.visibility import visible_to
from alliance.figures import models
from alliance.figures.asked import Asked, first_level
from alliance.figures.models import AssetUse
from alliance.figures.tables import Table, counted, head

MOST_WORKS = 20


class Used(NamedTuple):
    """One work in one month."""

    month: int
    asset: int
    what: str
    number: int
    art_forms: tuple[str, ...]


def write(session: Session, counts: tally.Counts) -> None:
    """What a process has counted, as far as the works are still there."""
    known = set(session.scalars(sa.select(Asset.id).where(Asset.id.in_({key[1] for key in counts}))))
    rows = [
        {"month": key[0], "asset_id": key[1], "what": key[2], "count": number} for key, number in counts.items() if key[1] in known
    ]
    models.add(session, AssetUse, rows)


tally.writers["asset"] = write


def used(session: Session, asked: Asked, *, public: bool = False) -> list[Used]:
    """The uses of the year, of the works of one centre where one is asked for; in public of public works only. One query."""
    query = (
        sa.select(AssetUse.month, AssetUse.asset_id, AssetUse.what, AssetUse.count, Asset.art_forms)
        .join(Asset, Asset.id == AssetUse.asset_id)
        .where(AssetUse.month.between(asked.first, date(asked.year, 12, 31)))
    )
    if asked.centre is not None:
        query = query.where(Asset.owner_id == asked.centre.id)
    if public:
        query = query.where(visible_to(None))
    return [Used(month.month, asset, what, n, tuple(arts or ())) for month, asset, what, n, arts in session.execute(query)]


def by_month(asked: Asked, rows: Sequence[Used]) -> Table:
    """Pages looked at and files opened."""
    numbers: Counter[tuple[int, str]] = Counter()
    for row in rows:
        numbers[row.month, row.what] += row.number
    return Table(
        "archive-by-month",
        str(_("每月的档案使用")),
        head(_("月份"), _("看条目"), _("文件打开")),
        [counted(label, *(numbers[n, what] for what in ("view", "file")), short=str(n)) for n, label in asked.month_rows()],
        shape="columns",
        series=2,
        note=str(_("只按月计数，不记是谁；本馆编辑自己的档案不算。在页面里播放算在看条目里，文件打开指另外打开或下载。")),
        blank=str(_("%(year)s年还没有档案使用的记录", year=asked.year)),
        ways=[(str(_("看数字档案")), url_for("portal.archive"))],
    )


def by_art_form(asked: Asked, rows: Sequence[Used]) -> Table:
    """Both kinds of use together, by the art forms of the work; several count in each."""
    numbers: Counter[str] = Counter()
    for row in rows:
        for form in {first_level(one) for one in row.art_forms} or {""}:
            numbers[form] += row.number
    ordered = sorted(numbers.items(), key=lambda one: (one[0] == "", -one[1], one[0]))
    link = [url_for("portal.search", kind="media", art_form=form) if form else "" for form, _n in ordered]
    return Table(
        "archive-by-art-form",
        str(_("档案使用：按门类")),
        head(_("文艺门类"), _("使用")),
        [counted(asked.art_form(form), n, urls=(url,)) for (form, n), url in zip(ordered, link, strict=True)],
        shape="bars",
        note=str(_("看条目和文件打开合计；一件属于几个门类，就在每个门类里各算一次。")),
        blank=str(_("%(year)s年还没有档案使用的记录", year=asked.year)),
    )


def works(session: Session, asked: Asked, rows: Sequence[Used]) -> Table:
    """The works most used, each with its page; one query."""
    numbers: Counter[int] = Counter()
    split: Counter[tuple[int, str]] = Counter()
    for row in rows:
        numbers[row.asset] += row.number
        split[row.asset, row.what] += row.number
    most = [asset for asset, _n in sorted(numbers.items(), key=lambda one: (-one[1], one[0]))[:MOST_WORKS]]
    query = sa.select(Asset.id, Asset.code, Asset.title, Asset.title_en).where(Asset.id.in_(most))
    named: dict[int, Any] = {row.id: row for row in session.execute(query)}
    return Table(
        "archive-works",
        str(_("用得最多的档案")),
        head(_("档案"), _("合计"), _("看条目"), _("文件打开")),
        [
            counted(
                (named[one].title_en if asked.locale == "en" else "") or named[one].title,
                *(numbers[one], split[one, "view"], split[one, "file"]),
                url=url_for("portal.asset", code=named[one].code),
            )
            for one in most
        ],
        blank=str(_("%(year)s年还没有档案使用的记录", year=asked.year)),
    )
