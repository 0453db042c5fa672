"""Accounts: signing in, the password and its reset, the profile, days of absence."""

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.centres.models import Centre
from alliance.centres.service import the_alliance
from alliance.config import Settings
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound, TooMany
from alliance.people import backoff, passwords
from alliance.people.locking import hold
from alliance.people.models import Absence, AlliancePost, Person

RESET_WITHIN = timedelta(hours=2)


def by_email(session: Session, email: str) -> Person | None:
    """The account of that address, whatever its capitals."""
    return session.scalar(sa.select(Person).where(Person.email == plain(email)))


def plain(email: str) -> str:
    """The one spelling under which an address is kept."""
    return email.strip().lower()


def identify(email: str, password: str) -> Person:
    """Who this is; opens its own transactions, hashes between them. Raises TooMany or Invalid, the same for unknown accounts."""
    email = plain(email)
    backoff.count(email)
    person = by_email(db.session, email)
    if not passwords.fits(password, person.password if person is not None and person.active else None) or person is None:
        until = backoff.waiting(db.session, email)
        raise TooMany(backoff.spoken(until)) if until else Invalid(_("邮箱或密码不对，请再试一次。"))
    with transaction() as session:
        backoff.forget(session, email)
        person.last_seen_at = clock.now()
        journal.record(session, "person.signed_in", person, person=person)
    return person


# Passwords ---------------------------------------------------------------


def set_password(session: Session, person: Person, *, hashed: str, how: str) -> None:
    """Keep a new hash and end every session; `how` is changed or reset."""
    person.password, person.fs_uniquifier = hashed, secrets.token_hex(16)
    backoff.forget(session, person.email)
    journal.record(session, f"person.password_{how}", person, person=person)


def _signer() -> URLSafeTimedSerializer:
    settings: Settings = current_app.config["ALLIANCE"]
    return URLSafeTimedSerializer(settings.secret_key, salt="people.reset")


def _seal(person: Person) -> str:
    """Changes with the password, so that a link works once."""
    return hashlib.sha256(f"{person.fs_uniquifier}{person.password}".encode()).hexdigest()[:32]


def reset_token(person: Person) -> str:
    """What goes into the link of a reset mail."""
    return str(_signer().dumps([person.id, _seal(person)]))


def of_reset_token(session: Session, token: str, *, lock: bool = False) -> Person:
    """Whose link this is; raises NotFound when it is forged, used or older than two hours. `lock` it before using it up."""
    try:
        number, seal = _signer().loads(token, max_age=int(RESET_WITHIN.total_seconds()))
        person = session.get(Person, number, populate_existing=lock, with_for_update=lock or None)
    except (BadData, ValueError, TypeError):
        person = None
    if person is None or not person.active or not secrets.compare_digest(_seal(person), seal):
        raise NotFound(_("这个链接已经用过、过期或不完整，请重新申请。"))
    return person


# The person themself -----------------------------------------------------


def edit_profile(session: Session, person: Person, *, given: dict[str, Any]) -> Person:
    """Change name, English name, phone or language."""
    permissions.require(person, "self.edit", person)
    changed = {name: value for name, value in given.items() if getattr(person, name) != value}
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        journal.record(session, "person.edited", person, person=person, data={"changed": sorted(changed)})
    return person


def act_for(session: Session, person: Person, *, centre_id: int) -> Centre:
    """Choose for which of one's centres one acts."""
    centre = next((centre for centre in person.centres if centre.id == centre_id), None)
    if centre is None:
        raise NotFound(_("您不在这个馆任职。"))
    if person.acting_centre_id != centre.id:
        person.acting_centre_id = centre.id
        journal.record(session, "person.switched", person, person=person, centre_id=centre.id)
    return centre


def away(session: Session, person: Person, *, starts_on: date, ends_on: date, note: str = "") -> Absence:
    """Say that one is away on these days, both included; the deputy steps in."""
    if ends_on < clock.local(clock.now()).date():
        raise Invalid(_("这段日子已经过去。"), {"ends_on": _("这段日子已经过去。")})
    hold(session, person)
    if any(starts_on <= other.ends_on and other.starts_on <= ends_on for other in person.absences):
        raise Conflict(_("与已登记的外出日子重叠，请先取消那一段。"))
    absence = Absence(person=person, starts_on=starts_on, ends_on=ends_on, note=note)
    session.add(absence)
    days = {"from": starts_on.isoformat(), "to": ends_on.isoformat()}
    journal.record(session, "person.away", person, person=person, centre_id=person.acting_centre_id, data=days)
    return absence


def back(session: Session, person: Person, *, absence_id: int) -> None:
    """Take an announced absence back."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.person_id != person.id:
        raise NotFound(_("没有这一段外出登记。"))
    days = {"from": absence.starts_on.isoformat(), "to": absence.ends_on.isoformat()}
    session.delete(absence)
    journal.record(session, "person.back", person, person=person, centre_id=person.acting_centre_id, data=days)


# By command --------------------------------------------------------------


def create(session: Session, *, email: str, name: str, password_hash: str | None, by: Person | None = None, **given: Any) -> Person:
    """A new account without any post; raises Conflict when the address has one."""
    if by_email(session, email) is not None:
        raise Conflict(_("这个邮箱已有账号。"))
    now = clock.now()
    person = Person(
        email=plain(email),
        name=name,
        password=password_hash,
        fs_uniquifier=secrets.token_hex(16),
        confirmed_at=now,
        created_at=now,
        **given,
    )
    session.add(person)
    session.flush()
    journal.record(session, "person.created", person, person=by or person)
    return person


def create_admin(session: Session, *, email: str, name: str, password: str) -> Person:
    """Somebody of the secretariat, for the command line; hashes inside the caller's transaction. Raises Invalid or Conflict."""
    alliance = the_alliance(session)
    kept = passwords.hashed(passwords.check(password, password, email=plain(email)))
    person = create(session, email=email, name=name, password_hash=kept)
    session.add(AlliancePost(person=person, alliance_id=alliance.id, role="alliance_admin"))
    journal.record(session, "person.appointed", person, data={"role": "alliance_admin"})
    return person
