"""Files opened on request: by a granted, dated case to whoever opened it by its secret link; by a licence to a centre's staff."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context
from flask import session as cookie
from sqlalchemy.orm import Mapped, Session, mapped_column

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


class CentreGrant(Base):
    """By a licence the file of an asset is open to the staff of a centre from one moment to another, unless it is taken back."""

    __tablename__ = "centre_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(sa.ForeignKey("asset.id"), index=True)
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    leg_id: Mapped[int] = mapped_column(sa.ForeignKey("leg.id"), unique=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


def let(session: Session, *, asset_id: int, centre_id: int, leg_id: int, since: datetime, until: datetime) -> None:
    """Open the file to the centre for that time."""
    session.add(CentreGrant(asset_id=asset_id, centre_id=centre_id, leg_id=leg_id, opens_at=since, closes_at=until))


def withdraw(session: Session, *, leg_id: int, at: datetime) -> None:
    """Shut what this licence opened."""
    running = sa.and_(CentreGrant.leg_id == leg_id, CentreGrant.revoked_at.is_(None))
    session.execute(sa.update(CentreGrant).where(running).values(revoked_at=at))


def licensed(person: Any) -> frozenset[int]:
    """Numbers of the assets that a licence opens to this person now; one query at most in a request.

    It goes on for a suspended centre, as every running leg does; the owner may revoke it.
    """
    if person is None or not person.centres:
        return frozenset()
    if has_request_context() and g.get("licensed_to") == person.id:
        known: frozenset[int] = g.licensed
        return known
    now = clock.now()
    ours = CentreGrant.centre_id.in_([centre.id for centre in person.centres])
    runs = sa.and_(CentreGrant.opens_at <= now, CentreGrant.closes_at > now, CentreGrant.revoked_at.is_(None))
    found = frozenset(db.session.scalars(sa.select(CentreGrant.asset_id).where(ours, runs)))
    if has_request_context():
        g.licensed_to, g.licensed = person.id, found
    return found


def ended(person: Any, asset_id: int) -> datetime | None:
    """When the last licence of this person's centres for the asset ended; None where there was none or one runs."""
    if person is None or not person.centres or asset_id in licensed(person):
        return None
    ours = CentreGrant.centre_id.in_([centre.id for centre in person.centres])
    query = sa.select(CentreGrant).where(ours, CentreGrant.asset_id == asset_id).order_by(CentreGrant.id.desc()).limit(1)
    last = db.session.scalars(query).first()
    return min(last.closes_at, last.revoked_at or last.closes_at) if last is not None else None


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
