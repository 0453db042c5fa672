"""Files opened on request: a granted, dated case, honoured for whoever opened that case by its secret link."""

from datetime import date, datetime

import sqlalchemy as sa
from flask import g, has_request_context
from flask import session as cookie
from sqlalchemy.orm import Mapped, mapped_column

from alliance import clock
from alliance.db import Base, db

OPENED = "cases"  # in the visitor's session: numbers of the cases opened by their secret


class FileGrant(Base):
    """The file of an asset is open to the holder of a case's secret, until a day that still counts."""

    __tablename__ = "file_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("public_case.id"), unique=True)
    until: Mapped[date]
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]

    @property
    def runs(self) -> bool:
        """Whether it holds today."""
        return self.revoked_at is None and self.until >= clock.local(clock.now()).date()


def held() -> frozenset[int]:
    """Numbers of the assets whose file the visitor of this request was granted; one query at most."""
    opened = cookie.get(OPENED) if has_request_context() else None
    if not opened:
        return frozenset()
    if "granted" not in g:
        running = (FileGrant.revoked_at.is_(None), FileGrant.until >= clock.local(clock.now()).date())
        query = sa.select(FileGrant.asset_id).where(FileGrant.case_id.in_(opened), *running)
        g.granted = frozenset(db.session.scalars(query))
    found: frozenset[int] = g.granted
    return found
