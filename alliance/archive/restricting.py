"""Closing an asset further than it is without taking it down: on somebody's wish, decided at once."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal
from alliance.archive import versions
from alliance.archive.locking import claim
from alliance.archive.models import Asset
from alliance.archive.reach import REACH
from alliance.errors import Conflict, Invalid
from alliance.people.models import Person
from alliance.permissions import require


def restrict(
    session: Session, person: Person, asset: Asset, *, record_visibility: str, file_access: str, expected_version: int
) -> Asset:
    """Set both axes to what reaches less far; raises Invalid where one would reach further or both stay."""
    require(person, "asset.withdraw", asset)
    claim(session, asset, expected_version)
    if asset.state == "withdrawn":
        raise Conflict(_("这件档案已经撤下。"))
    wanted = {"record_visibility": record_visibility, "file_access": file_access}
    before = {name: getattr(asset, name) for name in wanted}
    further = {name: _("这里只能收窄，不能放宽。") for name, value in wanted.items() if REACH[value] > REACH[before[name]]}
    if further:
        raise Invalid(_("这里只能收窄公开范围。"), further)
    if wanted == before:
        raise Invalid(_("请选择要收窄到哪里。"), {"record_visibility": _("两项都没有改变。")})
    record = versions.record_of(asset)
    asset.record_visibility, asset.file_access = record_visibility, file_access
    versions.keep(session, person, asset, record, action="asset.restricted")
    asset.version += 1
    data = {"before": before, "after": wanted}
    journal.record(session, "asset.restricted", asset, person=person, centre_id=asset.owner_id, data=data)
    return asset
