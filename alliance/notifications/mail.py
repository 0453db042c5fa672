"""Mail: a row first, then SMTP outside any transaction; without a mail server the row stays in the outbox."""

import hashlib
import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from alliance import clock, jobs
from alliance.config import Settings
from alliance.db import db, transaction
from alliance.errors import Invalid
from alliance.jobs import Job
from alliance.masking import masked
from alliance.notifications.models import Mail

TIMEOUT = 20  # seconds; well inside the lease of a job
ADDRESS = re.compile(r"[^\s,;:<>()\[\]\"\\]+@[^\s,;:<>()\[\]\"\\@]+")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def deliver(payload: dict[str, Any]) -> None:
    """Keep the mail as a row, once however often the job runs, and send it; raises when it did not go out."""
    send(_kept(payload))


def again(payload: dict[str, Any]) -> None:
    """Send a kept mail that did not go out yet."""
    send(int(payload["mail"]))


def forget(payload: dict[str, Any]) -> None:
    """The mails about a public case go with what it knew of who asked."""
    with transaction() as session:
        mine = Mail.key.startswith(f"mail:case:{payload['subject'][1]}:", autoescape=True)
        session.execute(sa.delete(Mail).where(mine))


jobs.handles("mail", deliver)
jobs.handles("mail.forget", forget)
jobs.handles("mail.again", again)


def send(number: int) -> None:
    """Hand a kept mail to the mail server unless it went out already; at least once: a crash after it may send it again."""
    settings: Settings = current_app.config["ALLIANCE"]
    mail = db.session.get_one(Mail, number)
    if mail.sent_at is not None or not settings.smtp_url:
        db.session.rollback()
        return
    message = compose(mail, settings)
    db.session.rollback()
    try:
        _hand_over(message, settings.smtp_url)
    except (OSError, smtplib.SMTPException) as error:
        _note(number, error=masked(f"{type(error).__name__}: {error}")[:2000])
        raise
    _note(number, error=None)


def compose(mail: Mail, settings: Settings) -> EmailMessage:
    """The message as sent; its Message-ID is that of the row, so that a second delivery can be recognised."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{_digest(mail.key or str(mail.id))}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, charset="utf-8")
    return message


def _kept(payload: dict[str, Any]) -> int:
    """The number of the mail's row, written once under the key of its job."""
    to, subject, body = _checked(payload)
    with transaction() as session:
        job = session.get_one(Job, jobs.current.get())
        key = job.key or f"job:{job.id}:{job.created_at.isoformat()}"
        key = key if len(key) <= 120 else _digest(key)
        mail = session.scalar(sa.select(Mail).where(Mail.key == key))
        if mail is None:
            mail = Mail(key=key, to=to, subject=subject, body=body)
            session.add(mail)
            session.flush()
        return mail.id


def _checked(payload: dict[str, Any]) -> tuple[str, str, str]:
    """One address and a subject of one line: nothing may add a header or a recipient."""
    to, subject, body = (str(payload[name]) for name in ("to", "subject", "body"))
    if not ADDRESS.fullmatch(to) or len(to) > 254:
        raise Invalid(_("收件地址不对。"), {"to": _("请填写一个邮箱地址。")})
    if not subject.isprintable() or len(subject) > 200:
        raise Invalid(_("邮件标题不对。"), {"subject": _("标题只能有一行，最多 200 个字。")})
    return to, subject, body


def _hand_over(message: EmailMessage, url: str) -> None:
    """One conversation with the server: encrypted where it can be; a password never travels in the clear to another host."""
    address = urlsplit(url)
    host, context = address.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, address.port or 587, timeout=TIMEOUT)
    with server:
        server.ehlo()
        if address.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif address.scheme != "smtps" and address.username and host not in LOOPBACK:
            raise smtplib.SMTPNotSupportedError("the server offers no encryption; the password was not sent")
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(message)


def _note(number: int, *, error: str | None) -> None:
    with transaction() as session:
        mail = session.get_one(Mail, number)
        mail.error = error
        mail.sent_at = mail.sent_at if error else clock.now()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
