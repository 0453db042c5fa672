"""Addresses of feeds: made, made anew, ended, looked up; the secret itself is told once and never kept."""

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.calendars.models import Feed
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import alone
from alliance.errors import Forbidden, NotFound

Subject = Centre | Resource | None


def make(session: Session, person: Any, about: Subject) -> str:
    """The secret of a new address; the one there was before ends."""
    _require(person, about)
    alone(session, f"feed {person.id}")
    secret = secrets.token_urlsafe(24)
    feed = session.scalars(_of(person, about)).first()
    if feed is None:
        centre, resource = columns(about)
        feed = Feed(person_id=person.id, centre_id=centre, resource_id=resource)
        session.add(feed)
    feed.digest, feed.made_at = _digest(secret), clock.now()
    journal.record(session, "person.feed_made", person, person=person)
    return secret


def end(session: Session, person: Any, feed: Feed) -> None:
    """Nobody reads it at that address any more."""
    permissions.require(person, "feed.end", feed)
    journal.record(session, "person.feed_ended", person, person=person)
    session.delete(feed)


def found(session: Session, secret: str) -> Feed:
    """The feed of that secret, while its person may still read what it tells. Raises NotFound."""
    feed = session.scalars(sa.select(Feed).where(Feed.digest == _digest(secret))).unique().one_or_none()
    if feed is None or not feed.person.active or not may(feed.person, feed.centre or feed.resource):
        raise NotFound(_("这个订阅地址不存在或已停用。"))
    return feed


def all_of(session: Session, person: Any) -> list[Feed]:
    """Those that the person has, oldest first."""
    return list(session.scalars(sa.select(Feed).where(Feed.person_id == person.id).order_by(Feed.id)).unique())


def _require(person: Any, about: Subject) -> None:
    if not may(person, about):
        raise Forbidden(_("您的身份不能订阅这份日历。"))


def may(person: Any, about: Subject) -> bool:
    """Whether the person may subscribe: to a centre who works there, to a listing whom its calendar reaches."""
    if isinstance(about, Centre):
        return any(centre.id == about.id for centre in person.centres)
    return about is None or permissions.may(person, "resource.calendar", about)


def _of(person: Any, about: Subject) -> sa.Select[Feed]:
    centre, resource = columns(about)
    return sa.select(Feed).where(
        Feed.person_id == person.id, Feed.centre_id.is_not_distinct_from(centre), Feed.resource_id.is_not_distinct_from(resource)
    )


def columns(about: Subject) -> tuple[int | None, int | None]:
    """As the row keeps it: centre, listing."""
    return (about.id if isinstance(about, Centre) else None, about.id if isinstance(about, Resource) else None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
