"""Bought programmes: so many sessions until a day. Where each went is a row; what is left is counted, never typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from alliance import clock
from alliance.db import Base, guard
from alliance.errors import Invalid
from alliance.people.models import Person

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource

JOB = "catalogue.sessions"
"""Told by whoever changed the rows of an agreement: which listing."""
counting: list[Callable[[Session, Resource], None]] = []
"""Above the catalogue: writes down what was promised of a listing before its sessions were counted."""


class SessionUse(Base):
    """Sessions of a bought programme that are not free: used by the owner, kept or promised for a leg, or given by it."""

    __tablename__ = "session_use"
    __table_args__ = (
        sa.UniqueConstraint("leg_id", "resource_id"),
        sa.CheckConstraint("sessions >= 0", name="sessions_not_negative"),
        sa.CheckConstraint("kind IN ('own', 'held', 'promised', 'given')", name="kind"),
        sa.CheckConstraint("(kind = 'own') = (leg_id IS NULL)", name="own_without_leg"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id", ondelete="CASCADE"), index=True)
    leg_id: Mapped[int | None] = mapped_column(sa.ForeignKey("leg.id"))
    kind: Mapped[str] = mapped_column(sa.String(10), doc="own | held | promised | given")
    sessions: Mapped[int]
    used_on: Mapped[date | None] = mapped_column(doc="of an own use")
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    expires_at: Mapped[datetime | None] = mapped_column(doc="of what is held")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person | None] = relationship()


# What was given is a fact and is never refused; everything else has to be there.
_LEFT = """(SELECT {bought} - COALESCE({used}, 0) FROM resource r WHERE r.id = NEW.resource_id)
- (SELECT COALESCE(SUM(u.sessions), 0) FROM session_use u WHERE u.resource_id = NEW.resource_id AND {other})"""
_LITE = _LEFT.format(
    bought="json_extract(r.details, '$.sessions_bought')",
    used="json_extract(r.details, '$.sessions_used')",
    other="u.id IS NOT NEW.id",
)
_OVERSOLD = """CREATE TRIGGER sessions_not_oversold_{when} BEFORE {verb} ON session_use WHEN NEW.kind <> 'given' BEGIN
SELECT RAISE(ABORT, 'sessions_not_oversold') WHERE NEW.sessions > {left}; END"""
for _when, _verb in (("insert", "INSERT"), ("update", "UPDATE OF resource_id, kind, sessions")):
    guard(
        SessionUse,
        f"sessions_not_oversold_{_when}",
        create={"sqlite": _OVERSOLD.format(when=_when, verb=_verb, left=_LITE)},
        drop={"sqlite": f"DROP TRIGGER sessions_not_oversold_{_when}"},
    )
_PG = """CREATE OR REPLACE FUNCTION sessions_not_oversold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM resource WHERE id = NEW.resource_id FOR NO KEY UPDATE;
IF NEW.sessions > {left} THEN
RAISE EXCEPTION 'sessions_not_oversold' USING ERRCODE = 'exclusion_violation';
END IF;
RETURN NEW;
END $$; CREATE TRIGGER sessions_not_oversold BEFORE INSERT OR UPDATE OF resource_id, kind, sessions
ON session_use FOR EACH ROW WHEN (NEW.kind <> 'given') EXECUTE FUNCTION sessions_not_oversold()"""
_PG = _PG.format(
    left=_LEFT.format(
        bought="(r.details->>'sessions_bought')::integer",
        used="(r.details->>'sessions_used')::integer",
        other="u.id IS DISTINCT FROM NEW.id",
    )
)
guard(
    SessionUse,
    "sessions_not_oversold",
    create={"postgresql": _PG},
    drop={"postgresql": "DROP TRIGGER sessions_not_oversold ON session_use; DROP FUNCTION sessions_not_oversold()"},
    sentence=_l("剩余的场次刚刚被别人约走，请改场次。"),
)


@dataclass(frozen=True)
class Count:
    """Where the sessions of a listing are."""

    bought: int
    before: int
    own: int = 0
    held: int = 0
    promised: int = 0
    given: int = 0

    @property
    def left(self) -> int:
        """Free to be asked for; what was played beyond the contract leaves none."""
        return max(0, self.bought - self.before - self.own - self.held - self.promised - self.given)


def is_counted(resource: Resource) -> bool:
    """Whether it is a bought programme with a number of sessions."""
    return bool((resource.details or {}).get("sessions_bought"))


def count(resource: Resource, *, but: int | None = None) -> Count:
    """The one sum behind every number shown and every check; `but` leaves out what that leg has. Not for what is not counted."""
    return counts([resource], but=but)[0]


def counts(resources: Sequence[Resource], *, but: int | None = None) -> list[Count]:
    """The same for several, in one query."""
    session = object_session(resources[0]) if resources else None
    taken: dict[int, dict[str, int]] = {}
    if session is not None:
        query = sa.select(SessionUse.resource_id, SessionUse.kind, sa.func.sum(SessionUse.sessions))
        query = query.where(SessionUse.resource_id.in_([one.id for one in resources]), live())
        if but is not None:
            query = query.where(SessionUse.leg_id.is_distinct_from(but))
        for number, kind, sessions in session.execute(query.group_by(SessionUse.resource_id, SessionUse.kind)):
            taken.setdefault(number, {})[kind] = int(sessions)
    return [
        Count(one.details["sessions_bought"], one.details.get("sessions_used") or 0, **taken.get(one.id, {})) for one in resources
    ]


def left(resource: Resource, *, but: int | None = None) -> int:
    """How many sessions are free."""
    return count(resource, but=but).left


def until(resource: Resource) -> date | None:
    """The last day of the contract."""
    day = (resource.details or {}).get("contract_until")
    return date.fromisoformat(day) if day else None


def ending(resource: type[Resource], first: date, last: date) -> sa.ColumnElement[bool]:
    """Bought programmes whose contract ends in that time."""
    day = resource.details["contract_until"].as_string()
    return sa.and_(resource.details["sessions_bought"].as_integer() > 0, day.between(first.isoformat(), last.isoformat()))


def live() -> sa.ColumnElement[bool]:
    """What was held until a moment that is past no longer counts."""
    return sa.or_(SessionUse.expires_at.is_(None), SessionUse.expires_at > clock.now())


def clear(session: Session, resource: Resource) -> None:
    """Take away what is held no longer; the caller has the lock of the listing."""
    session.execute(sa.delete(SessionUse).where(SessionUse.resource_id == resource.id, SessionUse.expires_at <= clock.now()))


def recounted(session: Session, resource: Resource) -> None:
    """After the listing says another number: Invalid where more is gone or promised already."""
    if not is_counted(resource):
        return
    for heard in counting:
        heard(session, resource)
    found = count(resource)
    gone = found.bought - found.before - sum((found.own, found.held, found.promised, found.given))
    if gone < 0:
        sentence = _("已经用掉和约出的比这还多%(n)s场，请核对。", n=-gone)
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), {"sessions_bought": str(sentence)})
