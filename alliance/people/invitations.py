"""Invitations by mail: a link with a secret of which only the digest is kept; it works once, for fourteen days."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal, permissions
from alliance.centres.models import Centre
from alliance.db import transaction
from alliance.errors import Conflict, Invalid, NotFound
from alliance.people import accounts, letters, posts
from alliance.people.models import Invitation, Person
from alliance.people.words import role_word

LASTS = timedelta(days=14)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_ones(session: Session, centre: Centre) -> list[Invitation]:
    """Neither accepted nor withdrawn, newest first; expired ones are among them, to be sent again."""
    query = sa.select(Invitation).where(
        Invitation.centre_id == centre.id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)
    )
    return list(session.scalars(query.order_by(Invitation.id.desc())))


def invite(session: Session, person: Person, *, centre: Centre, email: str, roles: set[str], name: str = "") -> Invitation:
    """Invite by mail to work in the centre with these roles; an open invitation of the same address is replaced."""
    permissions.require(person, "people.invite", centre)
    email = accounts.plain(email)
    session.execute(sa.select(Centre.id).where(Centre.id == centre.id).with_for_update(key_share=True))
    known = accounts.by_email(session, email)
    if known is not None and known.held_in(centre.id):
        sentence = _("%(name)s已在本馆任职，请直接修改身份。", name=known.name)
        raise Invalid(sentence, {"email": sentence})
    for other in open_ones(session, centre):
        if other.email == email:
            _withdraw(session, person, other)
    return _send(session, person, Invitation(email=email, name=name, centre=centre, roles=sorted(roles), invited_by=person.id))


def _send(session: Session, person: Person, invitation: Invitation) -> Invitation:
    """A new secret, a new term, a mail; the earlier link no longer works."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    invitation.digest, invitation.expires_at = digest_of(secret), now + LASTS
    invitation.created_at = invitation.created_at or now
    session.add(invitation)
    data = {"email": invitation.email, "roles": invitation.roles}
    journal.record(session, "invitation.sent", invitation, person=person, centre_id=invitation.centre_id, data=data)
    _write_mail(session, person, invitation, secret)
    return invitation


def _write_mail(session: Session, person: Person, invitation: Invitation, secret: str) -> None:
    known = accounts.by_email(session, invitation.email)
    with force_locale(known.locale if known is not None else "zh_Hans"):
        roles = _("、").join(role_word(role) for role in invitation.roles)
        until = f"{clock.local(invitation.expires_at):%Y-%m-%d %H:%M}"
        names = {"who": person.name, "centre": invitation.centre.name, "roles": roles}
        lines = [
            _("%(name)s，您好：", name=invitation.name or invitation.email),
            _("%(who)s邀请您加入%(centre)s，身份：%(roles)s。", **names),
            _("请打开下面的链接，填好姓名、电话和密码（%(until)s 前有效）：", until=until)
            + f"\n{letters.link('people.invitation', secret=secret)}",
            _("如果您不认识邀请人，请不必理会。"),
        ]
        letters.write(session, invitation.email, _("%(centre)s邀请您加入", centre=invitation.centre.name), lines)


def resend(session: Session, person: Person, *, invitation: Invitation) -> Invitation:
    """Send it again with a new link and a new term."""
    permissions.require(person, "people.invite", invitation)
    _still_open(invitation)
    return _send(session, person, invitation)


def withdraw(session: Session, person: Person, *, invitation: Invitation) -> None:
    """Take it back; the link no longer works."""
    permissions.require(person, "people.invite", invitation)
    _still_open(invitation)
    _withdraw(session, person, invitation)


def _still_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Conflict(_("这份邀请已经接受或收回。"))


def _withdraw(session: Session, person: Person, invitation: Invitation) -> None:
    invitation.withdrawn_at = clock.now()
    journal.record(session, "invitation.withdrawn", invitation, person=person, centre_id=invitation.centre_id)


def of_secret(session: Session, secret: str, *, lock: bool = False) -> Invitation:
    """The invitation of a link; raises NotFound with what became of it. `lock` it before using it up."""
    query = sa.select(Invitation).where(Invitation.digest == digest_of(secret))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("没有这份邀请。链接可能不完整，或者邀请人已另发一封，请用最近一封邮件里的链接。"))
    if found.accepted_at is not None:
        raise NotFound(_("这份邀请已经接受过，请直接登录。"))
    if found.withdrawn_at is not None:
        raise NotFound(_("这份邀请已被收回，请与邀请人联系。"))
    if found.expires_at <= clock.now():
        raise NotFound(_("这份邀请已过期，请邀请人重新发送。"))
    return found


def accept(session: Session, *, secret: str, given: dict[str, Any], password_hash: str) -> Person:
    """Make the account of a newcomer and give the posts; an address that has an account signs in instead."""
    invitation = of_secret(session, secret, lock=True)
    if accounts.by_email(session, invitation.email) is not None:
        raise Conflict(_("这个邮箱已有账号，请先登录，再打开邀请链接。"))
    person = accounts.create(session, email=invitation.email, password_hash=password_hash, **given)
    return _join(session, person, invitation)


def accept_as(session: Session, person: Person, *, secret: str) -> Person:
    """Give the posts to the signed-in person whom the invitation names."""
    invitation = of_secret(session, secret, lock=True)
    if person.email != invitation.email:
        raise Conflict(_("这份邀请是发给另一个邮箱的，请退出后用那个账号登录。"))
    return _join(session, person, invitation)


def _join(session: Session, person: Person, invitation: Invitation) -> Person:
    invitation.accepted_at = clock.now()
    posts.take(session, invitation.centre, person, set(invitation.roles))
    person.acting_centre_id = invitation.centre_id
    data = {"roles": invitation.roles, "invitation": invitation.id}
    journal.record(session, "invitation.accepted", invitation, person=person, centre_id=invitation.centre_id)
    journal.record(session, "person.joined", person, person=person, centre_id=invitation.centre_id, data=data)
    return person


def first(payload: dict[str, Any]) -> None:
    """A centre was admitted: invite the contact of its application as its first centre_admin, once."""
    with transaction() as session:
        event = session.get_one(journal.Event, payload["event"])
        key = f"first-invitation:{event.id}"
        centre = session.get_one(Centre, event.subject_id)
        decider = session.get(Person, event.actor_id) if event.actor_id else None
        if journal.seen(session, key) or decider is None or not event.data.get("email"):
            return
        known = accounts.by_email(session, event.data["email"])
        if known is None or not known.held_in(centre.id):
            invite(
                session, decider, centre=centre, email=event.data["email"], name=event.data.get("name", ""), roles={"centre_admin"}
            )
        journal.record(session, "centre.admin_invited", centre, person=decider, centre_id=centre.id, key=key)


jobs.handles("people.first_invitation", first)
