"""Who is heard or seen in an asset: kept row by row, their consents summed up in the asset, taken back at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal
from alliance.archive import versions
from alliance.archive.locking import claim
from alliance.archive.models import Asset, Performer, today
from alliance.errors import Conflict, NotFound
from alliance.people.models import Person
from alliance.permissions import require

FARTHEST = {"online": "public", "members": "members", "on_site": "on_site", "archive": "own_centre"}
"""Who may open the file at most, by the scope of a consent."""


def arrange(asset: Asset, rows: Iterable[Mapping[str, Any]]) -> None:
    """Make these the performers. One who is there already, by number or by name, keeps what a row does not say, and stays
    without consent after taking it back until another end is written down."""
    there = {one.id: one for one in asset.performers}
    arranged = []
    for rank, row in enumerate(rows):
        one = _known(there, row) or Performer(name="", name_en="", role="", consent_scope="", is_minor=False)
        if one.withdrawn_on is not None and row.get("consent_until") not in (None, one.consent_until):
            one.withdrawn_on = None
        for name, value in row.items():
            if name != "id":
                setattr(one, name, value)
        one.rank = rank
        arranged.append(one)
    asset.performers = arranged
    sum_up(asset)


def _known(there: dict[int, Performer], row: Mapping[str, Any]) -> Performer | None:
    """The one whom a row means, taken out of `there`."""
    number = row.get("id")
    if number is None:
        number = next((key for key, one in there.items() if one.name == row.get("name")), None)
    return there.pop(number, None) if number is not None else None


def sum_up(asset: Asset) -> None:
    """Write into the asset what the conditions ask: the first end of all consents and of those for children."""
    asset.consent_until = _first(asset.performers)
    asset.minor_consent_until = _first(one for one in asset.performers if one.is_minor)
    asset.with_minors = any(one.is_minor for one in asset.performers)


def _first(performers: Iterable[Performer]) -> date | None:
    return min((one.consent_ends for one in performers if one.consent_ends is not None), default=None)


def withdraw_consent(session: Session, person: Person, asset: Asset, *, performer_id: int, expected_version: int) -> Asset:
    """A performer takes the consent back: from now on the file is closed, and of a child the record too."""
    require(person, "asset.consent", asset)
    claim(session, asset, expected_version)
    one = next((one for one in asset.performers if one.id == performer_id), None)
    if one is None:
        raise NotFound(_("这件档案里没有这位表演者。"))
    if one.withdrawn_on is not None:
        raise Conflict(_("这位表演者的同意已经撤回。"))
    before = versions.record_of(asset)
    one.withdrawn_on = today()
    sum_up(asset)
    versions.keep(session, person, asset, before, action="asset.consent_withdrawn")
    asset.version += 1
    told = {"performer": one.id, "minor": one.is_minor}
    # The sweep has nothing more to tell of an end that was made here.
    key = f"asset-lapsed:{asset.id}:consent_until:{asset.consent_until}"
    done = journal.seen(session, key)
    action = "asset.consent_withdrawn"
    journal.record(session, action, asset, person=person, centre_id=asset.owner_id, data=told, key=None if done else key)
    return asset


def beyond_consent(asset: Asset) -> bool:
    """Whether the file is to be opened to more than somebody consented to."""
    order = ("own_centre", "on_site", "members", "public")
    wanted = order.index("on_site" if asset.file_access == "on_request" else asset.file_access)
    scopes = [one.consent_scope for one in asset.performers if one.consent_scope]
    return any(wanted > order.index(FARTHEST[scope]) for scope in scopes)
