"""Mails of this feature, written by jobs: a link that resets the password, a link that invites."""

import hashlib
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs, journal
from alliance.config import Settings
from alliance.db import alone, transaction
from alliance.people import accounts
from alliance.people.models import Person


def link(endpoint: str, **values: Any) -> str:
    """The public address of a page, also outside a request."""
    settings: Settings = current_app.config["ALLIANCE"]
    return settings.address + current_app.url_map.bind("localhost").build(endpoint, values)


def write(session: Session, to: str, subject: str, lines: list[str], *, key: str | None = None) -> None:
    """Hand a mail to the mailing job."""
    settings: Settings = current_app.config["ALLIANCE"]
    body = "\n\n".join([*lines, f"{settings.alliance_name}\n{settings.address}"])
    jobs.later(session, "mail", {"to": to, "subject": subject, "body": body}, key=key)


def ask_reset(session: Session, email: str) -> None:
    """Write the job that looks whether there is such an account: asking takes the same for everyone; once in five minutes."""
    slot = int(clock.now().timestamp()) // 300
    key = f"people.reset:{hashlib.sha256(email.encode()).hexdigest()[:40]}:{slot}"  # an address may be longer than a key
    alone(session, key)
    if session.query(jobs.Job.id).filter(jobs.Job.key == key).first() is None:
        jobs.later(session, "people.reset", {"email": email}, key=key)


def reset(payload: dict[str, Any]) -> None:
    """Mail the link when there is such an account."""
    with transaction() as session:
        person = accounts.by_email(session, payload["email"])
        if person is None or not person.active:
            return
        with force_locale(person.locale):
            address = link("people.new_password", token=accounts.reset_token(person))
            lines = [
                _("%(name)s，您好：", name=person.name),
                _("有人（应当是您）申请重设密码。请在两小时内打开下面的链接，填写新密码：") + f"\n{address}",
                _("如果不是您申请的，请不必理会，密码不会改变。"),
            ]
            write(session, person.email, _("重设密码"), lines)
        journal.record(session, "person.reset_asked", person)


def tell_changed(session: Session, person: Person) -> None:
    """Tell somebody that their password was changed, in case it was not them."""
    with force_locale(person.locale):
        when = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
        lines = [
            _("%(name)s，您好：", name=person.name),
            _("您的密码已于 %(when)s 修改，此前的登录都已失效。", when=when),
            _("如果不是您改的，请马上重设密码，并告诉联盟秘书处。") + f"\n{link('people.forgotten')}",
        ]
        write(session, person.email, _("您的密码已修改"), lines)


jobs.handles("people.reset", reset)
