"""Tables of what is only counted: searches and uses of the archive, by month and without any person."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from alliance.db import Base


class SearchCount(Base):
    """How often something was looked for in a month, and whether it was found; words only where it was not."""

    __tablename__ = "search_count"
    __table_args__ = (sa.CheckConstraint("outcome IN ('found', 'near', 'none')", name="outcome"),)

    month: Mapped[date] = mapped_column(primary_key=True, doc="its first day, in China")
    outcome: Mapped[str] = mapped_column(sa.String(5), primary_key=True, doc="near: nothing fitted, near misses were shown")
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True, default="")
    art_form: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="", doc="of the first level")
    area: Mapped[str] = mapped_column(sa.String(6), primary_key=True, default="", doc="city_key")
    words: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default="")
    count: Mapped[int] = mapped_column(default=0)


class AssetUse(Base):
    """How often the page of an asset was looked at, and its file opened or taken, in a month."""

    __tablename__ = "asset_use"
    __table_args__ = (sa.CheckConstraint("what IN ('view', 'file')", name="what"),)

    month: Mapped[date] = mapped_column(primary_key=True, doc="its first day, in China")
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True, index=True)
    what: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


def add(session: Session, model: type[SearchCount] | type[AssetUse], rows: list[dict[str, Any]]) -> None:
    """Raise the counts of these rows, made where they are missing; in one order always, so that two never wait for each other."""
    if not rows:
        return
    table: sa.Table = model.__table__  # type: ignore[assignment]
    keys = [column.name for column in table.primary_key]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    wanted: Any = dialect.insert(table).values(sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys)))
    session.execute(wanted.on_conflict_do_update(index_elements=keys, set_={"count": table.c.count + wanted.excluded["count"]}))
