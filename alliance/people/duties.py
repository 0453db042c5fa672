"""Duties A and B of a centre: whose task it is, and who steps in."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.centres.models import Centre
from alliance.errors import Invalid
from alliance.people.models import AlliancePost, Duty, Person
from alliance.people.posts import members


def of(session: Session, centre: Centre) -> dict[str, Person]:
    """Who holds A and B, by rank; somebody who no longer works there holds nothing."""
    rows = session.scalars(sa.select(Duty).where(Duty.centre_id == centre.id))
    return {row.rank: row.person for row in rows if row.person.active and row.person.held_in(centre.id)}


def on_duty(session: Session, centre: Centre, now: datetime) -> tuple[Person, ...]:
    """Whose task an arriving request is: A; while A is away B as well. Where nobody of them is there, who else is
    there joins: the centre's handlers, else its directors, else the duty of its main centre, else the secretariat."""
    day = clock.local(now).date()
    held = of(session, centre)
    found = [held["A"]] if "A" in held else []
    if not _present(found, day) and "B" in held:
        found.append(held["B"])
    if not _present(found, day):
        found += _others(session, centre, now, found)
    return tuple(dict.fromkeys(found))


def _others(session: Session, centre: Centre, now: datetime, found: list[Person]) -> list[Person]:
    """The next who are there, so that nothing is without an owner."""
    day = clock.local(now).date()
    seen, at = set[int](), centre
    while True:
        seen.add(at.id)
        for role in ("handler", "director"):
            there = _present(members(session, at, role), day)
            if there:
                return there
        if at.parent is None or at.parent.id in seen:
            return _secretariat(session) if not found else []
        at = at.parent
        duties = _present(of(session, at).values(), day)
        if duties:
            return duties[:1]


def _present(people: Iterable[Person], day: date) -> list[Person]:
    return [person for person in people if not person.is_away(day)]


def _secretariat(session: Session) -> list[Person]:
    day = clock.local(clock.now()).date()
    posts = session.scalars(sa.select(AlliancePost).where(AlliancePost.role == "alliance_admin").order_by(AlliancePost.id))
    return [post.person for post in posts if post.is_held(day) and post.person.active]


def deputies(session: Session, centre: Centre) -> tuple[Person, ...]:
    """Who steps in for duty A: B, else the centre's other handlers, else its directors."""
    held = of(session, centre)
    if "B" in held:
        return (held["B"],)
    for role in ("handler", "director"):
        others = [person for person in members(session, centre, role) if person is not held.get("A")]
        if others:
            return tuple(others)
    return ()


def assign(session: Session, person: Person, *, centre: Centre, a: int | None, b: int | None) -> dict[str, Person]:
    """Set who holds A and B (numbers of people of the centre, or None); raises Invalid at the field at fault."""
    permissions.require(person, "centre.edit", centre)
    if a is None and b is not None:
        raise _fault("a", _("请先定A角，再定B角。"))
    if a is not None and a == b:
        raise _fault("b", _("A角和B角不能是同一人。"))
    there = {member.id: member for member in members(session, centre)}
    for field, number in (("a", a), ("b", b)):
        if number is not None and number not in there:
            raise _fault(field, _("此人不在本馆任职。"))
    session.execute(sa.select(Centre.id).where(Centre.id == centre.id).with_for_update(key_share=True))
    before = {rank: who.id for rank, who in of(session, centre).items()}
    after = {rank: number for rank, number in (("A", a), ("B", b)) if number is not None}
    if before != after:
        session.execute(sa.delete(Duty).where(Duty.centre_id == centre.id))
        session.add_all(Duty(centre_id=centre.id, rank=rank, person_id=number) for rank, number in after.items())
        journal.record(
            session, "centre.duty_changed", centre, person=person, centre_id=centre.id, data={"before": before, "after": after}
        )
    return {rank: there[number] for rank, number in after.items()}


def _fault(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, {field: sentence})
