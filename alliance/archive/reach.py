"""How far an asset reaches: what reaches further than it was reviewed for is reviewed again."""

from alliance.archive.models import Asset

REACH = {"own_centre": 0, "on_site": 1, "on_request": 1, "members": 2, "public": 3}
Reach = tuple[int, int, int]


def of(asset: Asset) -> Reach:
    """Record, file, and how soon the file opens, in numbers that can be compared. Rights that do not hold and a lease that is
    over reach nobody; an embargo ends by itself, so that it closes nothing here."""
    record = REACH[asset.record_visibility] if not asset.minor_consent_lapsed else 0
    holds = asset.rights_hold and not asset.lease_over
    opens = -asset.embargo_until.toordinal() if asset.is_embargoed and asset.embargo_until else 0
    return record, min(REACH[asset.file_access], record) if holds else 0, opens


def audience(asset: Asset) -> list[tuple[str, bool, bool]]:
    """Of visitors, members and its own centre: who sees the record and who opens the file once it is published."""
    told = []
    for who, axes in (("public", ("public",)), ("members", ("public", "members"))):
        sees = asset.record_visibility in axes and not asset.minor_consent_lapsed
        told.append((who, sees, sees and asset.file_access in axes and asset.is_openable))
    return [*told, ("own_centre", True, True)]


def is_wider(now: Reach, before: Reach) -> bool:
    return any(one > other for one, other in zip(now, before, strict=True))
