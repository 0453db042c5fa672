"""Who sees which records: the SQL condition and the search tokens; Asset.relations says the same of one row."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from alliance.archive import grants
from alliance.archive.models import UNSETTLED, Asset, today
from alliance.centres.models import Membership

PUBLIC, MEMBERS = "public", "members"
TODAY = sa.bindparam("_today", callable_=today, type_=sa.Date)
"""The day on which a statement is run, however long ago it was put together."""


def centre_token(centre_id: int) -> str:
    """Held by the staff of one centre."""
    return f"centre:{centre_id}"


def listed() -> sa.ColumnElement[bool]:
    """Out at all: published, by an active member, and not a child's whose consent has ended."""
    active = sa.exists().where(Membership.centre_id == Asset.owner_id, Membership.state == "active")
    return sa.and_(Asset.state == "published", active, _holds(Asset.minor_consent_until))


def rights_hold() -> sa.ColumnElement[bool]:
    """Rights known, licensed still, consented to still."""
    return sa.and_(Asset.rights_status.not_in(UNSETTLED), _holds(Asset.licence_until), _holds(Asset.consent_until))


def openable() -> sa.ColumnElement[bool]:
    """Open to whom the file's axis names: rights hold, no embargo, no lease that is over."""
    return sa.and_(rights_hold(), _in_time())


def access_now() -> sa.ColumnElement[str]:
    """The file's access as it is today; documents.access_of says the same of one row."""
    asked = Asset.file_access.in_(("on_site", "on_request"))
    return sa.case((sa.and_(_in_time(), sa.or_(rights_hold(), asked)), Asset.file_access), else_="own_centre")


def _in_time() -> sa.ColumnElement[bool]:
    """After an embargo's end, before a lease's."""
    return sa.and_(sa.or_(Asset.embargo_until.is_(None), Asset.embargo_until <= TODAY), _holds(Asset.lease_until))


def _holds(end: sa.ColumnElement[Any] | InstrumentedAttribute[Any]) -> sa.ColumnElement[bool]:
    """Without an end, or not past its last day."""
    return sa.or_(end.is_(None), end >= TODAY)


TO_EVERYBODY = sa.and_(listed(), Asset.record_visibility == PUBLIC)


def visible_to(person: Any) -> sa.ColumnElement[bool]:
    """Published records that `person` finds in lists: by the record's axis, all of their own centre's."""
    if person is None:
        return TO_EVERYBODY
    if "alliance_admin" in person.standing:
        return Asset.state == "published"
    axes = [PUBLIC, MEMBERS] if "member" in person.standing else [PUBLIC]
    reached = sa.and_(listed(), Asset.record_visibility.in_(axes))
    own = Asset.owner_id.in_([centre.id for centre in person.centres])
    return sa.or_(reached, sa.and_(Asset.state == "published", own))


def readable_by(person: Any) -> sa.ColumnElement[bool]:
    """What `person` finds in lists, and whatever their own centre has, drafts too."""
    own = [centre.id for centre in person.centres] if person is not None else []
    return sa.or_(visible_to(person), Asset.owner_id.in_(own))


def openable_by(person: Any) -> sa.ColumnElement[bool]:
    """Published assets whose file `person` may open: the file's axis, or a grant, within the record's, or one's own centre."""
    own = [centre.id for centre in person.centres] if person is not None else []
    axes = [PUBLIC, MEMBERS] if person is not None and "member" in person.standing else [PUBLIC]
    asked = sa.and_(Asset.file_access == "on_request", Asset.id.in_(grants.held()))
    granted = sa.or_(asked, Asset.id.in_(grants.licensed(person)))
    opened = sa.or_(Asset.file_access.in_(axes), granted)
    reached = sa.and_(listed(), openable(), Asset.record_visibility.in_(axes), opened)
    return sa.or_(reached, sa.and_(Asset.state == "published", Asset.owner_id.in_(own)))


def tokens_of(asset: Asset) -> tuple[str, ...]:
    """Under which tokens the search index keeps the record; the owner's staff and the secretariat always find it."""
    if asset.state != "published":
        return ()
    wide = {PUBLIC: (PUBLIC, MEMBERS), MEMBERS: (MEMBERS,)}.get(asset.record_visibility, ()) if asset.is_listed else ()
    return (*wide, centre_token(asset.owner_id), "admin")


def tokens_for(person: Any) -> tuple[str, ...]:
    """Which tokens a reader holds."""
    if person is None:
        return (PUBLIC,)
    standing = person.standing
    held = [PUBLIC, *(centre_token(centre.id) for centre in person.centres)]
    held += [MEMBERS] if "member" in standing else []
    return (*held, "admin") if "alliance_admin" in standing else tuple(held)
