"""Who sees which listings: the SQL condition and the search tokens; Resource.relations says the same of one row."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from alliance.catalogue.models import LISTED, Resource
from alliance.centres.models import Centre, Membership
from alliance.permissions import ADMIN
from alliance.places import city_key, county_code, scope_tokens_for_owner, scope_tokens_for_reader
from alliance.places.scope import WITHIN

PUBLIC = "public"
EVERYTHING = "admin"
"""The token under which the secretariat finds whatever is listed."""


def listed() -> sa.ColumnElement[bool]:
    """Out at all: in a listed state, and its owner an active member."""
    active = sa.exists().where(Membership.centre_id == Resource.owner_id, Membership.state == "active")
    return sa.and_(Resource.state.in_(LISTED), active)


def condition(person: Any, *, own: bool = True) -> sa.ColumnElement[bool]:
    """What `person` may see: what is public, what reaches a centre of theirs; with `own` also their own in any state."""
    if person is None:
        return open_to_all()
    if ADMIN in person.standing:
        return sa.true() if own else listed()
    public = sa.and_(Resource.share_scope == PUBLIC, sa.not_(_private()))
    reached = [_reaches(centre.division_code) for centre in _members(person)]
    found = sa.and_(listed(), sa.or_(public, *reached))
    mine = [centre.id for centre in person.centres] if own else []
    return sa.or_(found, Resource.owner_id.in_(mine)) if mine else found


@cache
def open_to_all() -> sa.ColumnElement[bool]:
    """What visitors see."""
    return sa.and_(listed(), Resource.share_scope == PUBLIC, sa.not_(_private()))


def _members(person: Any) -> list[Centre]:
    return [centre for centre in person.centres if centre.is_active] if person is not None else []


def _private() -> sa.ColumnElement[bool]:
    """A minor, or a person who did not consent to a public page: as Resource.is_private."""
    minor = sa.func.coalesce(Resource.details["minor"].as_boolean(), sa.false())
    consent = sa.func.coalesce(Resource.details["consent_scope"].as_string(), "")
    return sa.and_(Resource.kind == "talent", sa.or_(minor, consent != PUBLIC))


def _reaches(code: str) -> sa.ColumnElement[bool]:
    """The sharing scope reaches a member centre at that division."""
    owners = sa.select(Centre.id)
    near = {"county": county_code(code), "city": city_key(code), "province": code[:2]}
    kinds = [
        sa.and_(Resource.share_scope == scope, Resource.owner_id.in_(owners.where(Centre.division_code.startswith(prefix))))
        for scope, prefix in near.items()
    ]
    return sa.or_(Resource.share_scope.in_((PUBLIC, "alliance")), *kinds)


def tokens_of(resource: Resource) -> tuple[str, ...]:
    """Under which tokens the search index keeps the listing; none when it is out for nobody."""
    if not resource.is_listed or not resource.owner.is_active:
        return ()
    scope = resource.share_scope
    if scope == PUBLIC and resource.is_private:
        scope = "alliance"
    wide = scope_tokens_for_owner(scope, resource.owner.division_code) if scope in (*WITHIN, PUBLIC) else ()  # type: ignore[arg-type]
    return (*wide, EVERYTHING)


def scopes(person: Any) -> tuple[str, ...]:
    """Which tokens a reader holds."""
    found = [scope_tokens_for_reader(centre.division_code, True) for centre in _members(person)]
    held = dict.fromkeys((PUBLIC, *(token for tokens in found for token in tokens)))
    if person is not None and ADMIN in person.standing:
        held[EVERYTHING] = None
    return tuple(held)
