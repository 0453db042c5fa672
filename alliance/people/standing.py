"""Taking an account out of use and giving it back: what the secretariat does when a post is not enough."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal, permissions
from alliance.errors import Conflict, Invalid, NotFound
from alliance.people.models import AlliancePost, Person
from alliance.people.posts import today

SHORTEST = 4


def find(session: Session, number: int) -> Person:
    """That person; raises NotFound."""
    found = session.get(Person, number)
    if found is None:
        raise NotFound(_("没有这个人。"))
    return found


def suspend(session: Session, person: Any, *, who: Person, reason: str) -> Person:
    """No more signing in, and every open session ends; posts and duties stand, others take the tasks meanwhile."""
    permissions.require(person, "people.suspend")
    _claim(session, who, active=True)
    if who.id == person.id:
        raise Conflict(_("不能停用自己的账号。"))
    if who.is_admin and not _other_admins(session, who):
        raise Conflict(_("联盟秘书处至少要留一个能用的账号。"))
    reason = " ".join(reason.split())[:500]
    if len(reason) < SHORTEST:
        raise Invalid(_("请写明理由。"), {"reason": _("请写明理由，会留在记录里。")})
    who.active, who.fs_uniquifier = False, secrets.token_hex(16)
    journal.record(session, "person.suspended", who, person=person, data={"reason": reason})
    return who


def restore(session: Session, person: Any, *, who: Person) -> Person:
    """The same account with the same posts again."""
    permissions.require(person, "people.suspend")
    _claim(session, who, active=False)
    who.active = True
    journal.record(session, "person.restored", who, person=person)
    return who


def _claim(session: Session, who: Person, *, active: bool) -> None:
    """Two who decide about the same account wait for one another."""
    session.refresh(who, with_for_update={"of": Person})
    if who.active != active:
        raise Conflict(_("这个账号刚刚已经停用。") if active else _("这个账号没有停用。"))


def _other_admins(session: Session, who: Person) -> bool:
    held = sa.or_(AlliancePost.until.is_(None), AlliancePost.until >= today())
    query = sa.select(Person.id).join(AlliancePost, AlliancePost.person_id == Person.id)
    query = query.where(
        AlliancePost.role == "alliance_admin", AlliancePost.since <= today(), held, Person.active, Person.id != who.id
    )
    return session.scalar(query.limit(1)) is not None
