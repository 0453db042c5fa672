"""Table of kept files: what the store holds, under which digest."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

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
