"""Who works in a centre: their roles, and what happens when they leave."""

from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from alliance import clock, journal, permissions
from alliance.centres.models import Centre
from alliance.errors import Conflict, NotFound
from alliance.people.locking import hold
from alliance.people.models import Duty, Person, Post


def today() -> date:
    """The day in China: posts are held by days."""
    return clock.local(clock.now()).date()


def held_now() -> sa.ColumnElement[bool]:
    """The condition that a post is held today."""
    day = today()
    return sa.and_(Post.since <= day, sa.or_(Post.until.is_(None), Post.until >= day))


def members(session: Session, centre: Centre, *roles: str) -> list[Person]:
    """Who holds a post (one of `roles`) in the centre today, by name; with posts and absences, in a constant number of queries."""
    mine = sa.select(Post.person_id).where(Post.centre_id == centre.id, held_now())
    if roles:
        mine = mine.where(Post.role.in_(roles))
    query = (
        sa.select(Person)
        .where(Person.id.in_(mine), Person.active)
        .options(selectinload(Person.absences))
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(query))


def former(session: Session, centre: Centre) -> list[Person]:
    """Who once held a post there and does no more."""
    ever = sa.select(Post.person_id).where(Post.centre_id == centre.id)
    now = sa.select(Post.person_id).where(Post.centre_id == centre.id, held_now())
    return list(
        session.scalars(sa.select(Person).where(Person.id.in_(ever), Person.id.not_in(now)).order_by(Person.name, Person.id))
    )


def member(session: Session, centre: Centre, number: int) -> Person:
    """Somebody who works in the centre today; raises NotFound."""
    found = session.get(Person, number)
    if found is None or not found.held_in(centre.id):
        raise NotFound(_("此人不在本馆任职。"))
    return found


def take(
    session: Session, centre: Centre, who: Person, roles: set[str], *, department: str | None = None, title: str | None = None
) -> None:
    """Open a post for each role, reopening one that ended; the caller records it."""
    hold(session, who)
    kept = {post.role: post for post in who.posts if post.centre_id == centre.id}
    day = today()
    for role in sorted(roles):
        post = kept.get(role)
        if post is None:
            post = Post(person=who, centre=centre, role=role, since=day)
            session.add(post)
        elif not post.is_held(day):
            post.since, post.until = day, None
    session.flush()
    for post in who.posts:
        if post.centre_id == centre.id:
            post.department = post.department if department is None else department
            post.title = post.title if title is None else title
    session.flush()


def _end(posts: list[Post]) -> None:
    """Yesterday was the last day: from now on nothing is granted by it."""
    for post in posts:
        post.until = today() - timedelta(days=1)


def set_roles(
    session: Session, person: Person, *, centre: Centre, who: Person, roles: set[str], department: str = "", title: str = ""
) -> Person:
    """Give exactly these roles in the centre; the last centre_admin keeps theirs unless the secretariat decides."""
    permissions.require(person, "people.invite", centre)
    hold(session, who)
    before = who.held_in(centre.id)
    if not before:
        raise NotFound(_("此人不在本馆任职。"))
    if "centre_admin" not in roles:
        _keep_an_admin(session, person, centre, who)
    _end([post for post in who.posts if post.centre_id == centre.id and post.role in before - roles])
    take(session, centre, who, roles, department=department, title=title)
    if before != roles:
        data = {"before": sorted(before), "after": sorted(roles), "person": who.id}
        journal.record(session, "person.roles_changed", who, person=person, centre_id=centre.id, data=data)
    else:
        journal.record(session, "person.post_edited", who, person=person, centre_id=centre.id)
    return who


def leave(session: Session, person: Person, *, centre: Centre, who: Person) -> Person:
    """End every post and duty in the centre; whoever listens to person.left hands the open tasks to duty A."""
    permissions.require(person, "people.invite", centre)
    hold(session, who)
    before = who.held_in(centre.id)
    if not before:
        raise NotFound(_("此人不在本馆任职。"))
    _keep_an_admin(session, person, centre, who)
    _end([post for post in who.posts if post.centre_id == centre.id and post.is_held(today())])
    session.execute(sa.delete(Duty).where(Duty.centre_id == centre.id, Duty.person_id == who.id))
    if who.acting_centre_id == centre.id:
        who.acting_centre_id = None
    journal.record(
        session, "person.left", who, person=person, centre_id=centre.id, data={"person": who.id, "roles": sorted(before)}
    )
    return who


def _keep_an_admin(session: Session, person: Person, centre: Centre, who: Person) -> None:
    """Two who take the last post from each other wait for one another at the centre's row."""
    session.execute(sa.select(Centre.id).where(Centre.id == centre.id).with_for_update())
    if "centre_admin" not in who.held_in(centre.id) or person.is_admin:
        return
    if [other for other in members(session, centre, "centre_admin") if other.id != who.id] == []:
        raise Conflict(_("贵馆至少要有一位馆管理员，请先指定另一位。"))
