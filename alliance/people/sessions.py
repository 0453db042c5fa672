"""Which browsers are signed in: every sign-in has a mark of its own; signing out ends it for good, copies of its cookies too."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from alliance import clock, jobs
from alliance.db import db, transaction
from alliance.people.models import Person, SignedOut

LASTS = timedelta(days=31)
"""No sign-in is longer, remembered or not; so what was signed out need not be kept longer either."""


def begun(person: Person) -> str:
    """What the cookies of a new sign-in say: whose it is, since when, which of theirs."""
    return f"{person.fs_uniquifier}.{int(clock.now().timestamp()):x}-{secrets.token_hex(12)}"


def holder(said: str) -> Person | None:
    """Whose sign-in that is, while it lasts and was not ended."""
    uniquifier, _dot, mark = said.partition(".")
    query = sa.select(Person).where(Person.fs_uniquifier == uniquifier, Person.active)
    query = query.options(joinedload(Person.roles))  # which the library asks for on every request
    if mark:
        if _age(mark) > LASTS:
            return None
        query = query.where(~sa.exists().where(SignedOut.mark == mark))
    return db.session.scalars(query).unique().one_or_none()


def _age(mark: str) -> timedelta:
    return timedelta(seconds=clock.now().timestamp() - int(mark.partition("-")[0], 16))


def finish(session: Session, person: Person, said: str) -> None:
    """End that sign-in; one without a mark cannot be told from others, so all of them end."""
    mark = said.partition(".")[2]
    if mark:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        row: sqlite.Insert | postgresql.Insert = dialect.insert(SignedOut).values(mark=mark, at=clock.now())
        session.execute(row.on_conflict_do_nothing(index_elements=[SignedOut.mark]))
    else:
        person.fs_uniquifier = secrets.token_hex(16)


def prune(_payload: dict[str, object]) -> None:
    """Forget what would have ended by itself."""
    with transaction() as session:
        session.execute(sa.delete(SignedOut).where(SignedOut.at < clock.now() - LASTS))


jobs.handles("people.sessions", prune, every=timedelta(days=1))
