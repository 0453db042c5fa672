"""Back-off per account: after five failures a minute's wait, doubling to fifteen; the same for accounts that do not exist."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, jobs
from alliance.db import transaction
from alliance.errors import Conflict, TooMany
from alliance.people.models import SignInFailure

FREE = 5
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)


def wait_after(count: int) -> timedelta:
    """How long the next try has to wait after `count` failures in a row."""
    if count < FREE:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(count - FREE, 10)), LONGEST)


def attempt(session: Session, email: str) -> None:
    """Count a try before it is looked at, so that many at once are no way around; raises TooMany while one has to wait."""
    now = clock.now()
    row = session.scalar(sa.select(SignInFailure).where(SignInFailure.email == email).with_for_update())
    if row is None:
        session.add(SignInFailure(email=email, count=1, last_at=now))
        session.flush()
        return
    if row.wait_until is not None and row.wait_until > now:
        raise TooMany(spoken(row.wait_until))
    row.count = 1 if row.last_at < now - FORGOTTEN else row.count + 1
    row.last_at, row.wait_until = now, now + wait_after(row.count) if row.count >= FREE else None
    session.flush()


def count(email: str) -> None:
    """`attempt` in a transaction of its own; once more where two first tries met."""
    try:
        with transaction() as session:
            attempt(session, email)
    except Conflict:
        with transaction() as session:
            attempt(session, email)


def waiting(session: Session, email: str) -> datetime | None:
    """Until when this account has to wait, if it has to."""
    until = session.scalar(sa.select(SignInFailure.wait_until).where(SignInFailure.email == email))
    return until if until is not None and until > clock.now() else None


def spoken(until: datetime) -> str:
    """The sentence for people, with the time."""
    time = f"{clock.local(until):%H:%M:%S}"
    return str(_("试错次数太多，为保护账号，请在 %(time)s 之后再试。忘了密码可以重设。", time=time))


def forget(session: Session, email: str) -> None:
    """Start anew: the right password was given, or a new one was set."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.email == email))


def prune(_payload: dict[str, Any]) -> None:
    """Drop what is older than a day: nothing waits for it any more."""
    with transaction() as session:
        session.execute(sa.delete(SignInFailure).where(SignInFailure.last_at < clock.now() - FORGOTTEN))


jobs.handles("people.prune", prune, every=timedelta(days=1))
