"""How much room the archive has for a centre: what is kept for it, what is on its way, and where that ends."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.archive import media
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.db import alone
from alliance.errors import TooLarge
from alliance.storage.models import File

GIGABYTE = 1024**3
ON_THE_WAY = ("open", "assembling")


@dataclass(frozen=True)
class Room:
    """Bytes in use, and at most; 0 for no end."""

    used: int
    most: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)


def of(session: Session, centre_id: int, *, gigabytes: int) -> Room:
    """The originals of the centre's assets and what was sent and not described yet, equal bytes once; what is on its way, as
    announced. One query."""
    assets = sa.select(Asset.file_id).where(Asset.owner_id == centre_id, Asset.file_id.is_not(None))
    sent = sa.select(Upload.file_id).where(Upload.centre_id == centre_id, Upload.file_id.is_not(None), Upload.state != "filed")
    kept = sa.select(sa.func.coalesce(sa.func.sum(File.size), 0)).where(File.id.in_(assets.union(sent)))
    coming = sa.select(sa.func.coalesce(sa.func.sum(Upload.size), 0))
    coming = coming.where(Upload.centre_id == centre_id, Upload.state.in_(ON_THE_WAY))
    used = session.scalar(sa.select(kept.scalar_subquery() + coming.scalar_subquery()))
    return Room(int(used or 0), gigabytes * GIGABYTE)


def hold(session: Session, centre_id: int) -> None:
    """Let nobody else take room of the centre until the end of the transaction."""
    alone(session, f"room:{centre_id}")


def demand(session: Session, centre_id: int, *, name: str, size: int, gigabytes: int) -> None:
    """Room for a file of that size; raises TooLarge with what is left and what to do. Sure only after `hold`."""
    if not gigabytes:
        return
    room = of(session, centre_id, gigabytes=gigabytes)
    if size > room.left:
        raise TooLarge(
            _(
                "“%(name)s”有 %(size)s，贵馆的档案空间共 %(most)s，只剩 %(left)s，放不下。请取消不要的上传，或请秘书处放宽。",
                name=name,
                size=media.size_label(size),
                most=media.size_label(room.most),
                left=media.size_label(room.left) if room.left else "0 KB",
            )
        )
