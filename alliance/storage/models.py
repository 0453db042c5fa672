"""Tables of kept files, what the store holds under which digest, and of what the worker makes of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.db import Base


class File(Base):
    """One kept file; who may open it is said by the row of the feature that names it."""

    __tablename__ = "file"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(300), unique=True, doc="its key in the store")
    digest: Mapped[str] = mapped_column(sa.String(64), index=True, doc="SHA-256, hexadecimal")
    size: Mapped[int] = mapped_column(sa.BigInteger, doc="bytes")
    media_type: Mapped[str] = mapped_column(sa.String(100), doc="as sniffed from the content, never as claimed")
    name: Mapped[str] = mapped_column(sa.String(255), doc="as it was called where it came from")
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Rendition(Base):
    """One thing that is made of a kept file so that it can be shown: whether it is there, on its way, or why not."""

    __tablename__ = "rendition"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "name"),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_percent"),
        sa.CheckConstraint("(state = 'done') = (made_id IS NOT NULL)", name="made_when_done"),
        sa.CheckConstraint("(state = 'failed') = (error <> '')", name="error_when_failed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(40), doc="card, page, zoom, poster, video, audio, cover, pages/1 …, text")
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting", index=True, doc="waiting | running | done | failed")
    progress: Mapped[int] = mapped_column(default=0, doc="percent")
    error: Mapped[str] = mapped_column(sa.String(20), default="", doc="a key of renditions.REASONS")
    tries: Mapped[int] = mapped_column(default=0, doc="how often a maker was begun for it")
    made_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"), doc="the source itself where it is fit as it is")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="width, height, seconds, pages, peaks, as far as they apply")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    source: Mapped[File] = relationship(foreign_keys=[source_id])
    made: Mapped[File | None] = relationship(foreign_keys=[made_id], lazy="joined")
