"""Who changes an asset holds its row until the end of the transaction: two who save at once do not undo each other."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.errors import Conflict


def hold(session: Session, asset: Asset) -> None:
    """Lock the row, and read anew what somebody else has written since."""
    current = session.scalar(sa.select(Asset.version).where(Asset.id == asset.id).with_for_update())
    if current is not None and current != asset.version:
        session.refresh(asset)


def claim(session: Session, asset: Asset, expected_version: int) -> None:
    """Lock the row; raises Conflict unless it is still what the page was drawn from."""
    hold(session, asset)
    if asset.version != expected_version:
        raise Conflict(_("这件档案刚刚被别人改过，请核对后再保存。"))
