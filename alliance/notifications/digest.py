"""The daily digest: at 08:30 local, one mail to each person with what of the last day is unread and was not mailed at once."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.config import Settings
from alliance.db import db, transaction
from alliance.jobs import Job
from alliance.notifications import wording
from alliance.notifications.models import Notice
from alliance.people.models import Person

HOUR = time(8, 30)
DAY = timedelta(days=1)


def digest(_payload: dict[str, Any]) -> None:
    """Write the mails of today's digest that are not written yet; before the hour there is nothing to do."""
    today = clock.local(clock.now()).date()
    end = datetime.combine(today, HOUR, clock.SHANGHAI)
    if clock.now() < end:
        return
    for person, notices in due(db.session, end, today):
        with transaction() as session:
            _write(session, person, notices, today)


def due(session: Session, end: datetime, today: date) -> list[tuple[int, list[int]]]:
    """Numbers of people and of their unread notices of the day before `end`, whose digest of today is not written."""
    query = (
        sa.select(Notice)
        .join(Person, Person.id == Notice.person_id)
        .where(Notice.read_at.is_(None), Notice.created_at >= end - DAY, Notice.created_at < end, Person.active)
        .order_by(Notice.person_id, Notice.id)
    )
    waiting = [notice for notice in session.scalars(query) if notice.data.get("by", "digest") == "digest"]
    people = {number: [notice.id for notice in mine] for number, mine in groupby(waiting, lambda notice: notice.person_id)}
    written = set(session.scalars(sa.select(Job.key).where(Job.key.in_([_key(number, today) for number in people]))))
    return [(number, notices) for number, notices in people.items() if _key(number, today) not in written]


def _write(session: Session, person_id: int, numbers: Sequence[int], today: date) -> None:
    person = session.get_one(Person, person_id)
    query = sa.select(Notice).where(Notice.id.in_(numbers), Notice.read_at.is_(None)).order_by(Notice.id.desc())
    notices = list(session.scalars(query))
    key = _key(person_id, today)
    if not notices or session.scalar(sa.select(Job.id).where(Job.key == key)) is not None:
        return
    settings: Settings = current_app.config["ALLIANCE"]
    parts = [f"{text}\n{settings.address}{notice.url}" for notice in notices for text in [wording.mailed(notice, person.locale)[1]]]
    with force_locale(person.locale):
        subject = ngettext("今日通知%(num)s条", "今日通知%(num)s条", len(notices))
        foot = _("全部通知：%(url)s", url=f"{settings.address}/notices/")
    body = "\n\n".join([*parts, foot])
    jobs.later(session, "mail", {"to": person.email, "subject": subject, "body": body}, key=key)


def _key(person_id: int, today: date) -> str:
    return f"mail:digest:{person_id}:{today.isoformat()}"


jobs.handles("notices.digest", digest, every=timedelta(minutes=5))
