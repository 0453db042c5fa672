"""Who writes about a person, or in their name, holds their row until the end of the transaction: the same form sent twice at
once is done once."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance.people.models import Person


def hold(session: Session, person: Any) -> None:
    """Wait until what else was sent about that person is done; what is read from now on knows of it."""
    session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    session.expire(person, ["posts", "absences"])
