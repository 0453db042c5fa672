"""Tables of accounts, posts in centres, duties and invitations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance import clock
from alliance.centres.models import Centre
from alliance.db import Base, sentences

OWNER_SIDE = {
    "staff": "owner_staff",
    "handler": "owner_handler",
    "director": "owner_director",
    "centre_admin": "owner_centre_admin",
}
# A director also does what a handler does; handlers, directors and centre admins are staff.
IMPLIED = {
    "staff": frozenset({"staff"}),
    "handler": frozenset({"staff", "handler"}),
    "director": frozenset({"staff", "handler", "director"}),
    "centre_admin": frozenset({"staff", "centre_admin"}),
}


class Person(Base, UserMixin):
    """Somebody with an account; what they may do comes from their posts."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(sa.String(10), default="zh_Hans")
    acting_centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(secondary="person_role", viewonly=True)  # type: ignore[assignment]
    posts: Mapped[list[Post]] = relationship(back_populates="person", foreign_keys="Post.person_id", lazy="selectin")
    alliance_posts: Mapped[list[AlliancePost]] = relationship(back_populates="person", lazy="selectin")
    absences: Mapped[list[Absence]] = relationship(back_populates="person", order_by="Absence.starts_on")

    def roles_in(self, centre_id: int | None) -> frozenset[str]:
        """All roles held now in that centre, implied ones included."""
        return frozenset().union(*(IMPLIED[role] for role in self.held_in(centre_id)))

    def held_in(self, centre_id: int | None) -> frozenset[str]:
        """The roles of the posts held now in that centre, without those they imply."""
        today = clock.local(clock.now()).date()
        return frozenset(post.role for post in self.posts if post.centre_id == centre_id and post.is_held(today))

    def roles_above(self, centre: Centre) -> frozenset[str]:
        """The roles held in the main centre of `centre`; none while that one's membership rests."""
        held = self.roles_in(centre.parent_id)
        return held if held and centre.parent is not None and centre.parent.is_active else frozenset()

    def is_away(self, today: date) -> bool:
        """Whether an absence of this person covers that day."""
        return any(absence.starts_on <= today <= absence.ends_on for absence in self.absences)

    @property
    def centres(self) -> list[Centre]:
        """The centres where this person holds a post now, in the order of joining."""
        today = clock.local(clock.now()).date()
        return list(dict.fromkeys(post.centre for post in self.posts if post.is_held(today)))

    @property
    def centre(self) -> Centre | None:
        """The centre for which this person acts at the moment."""
        mine = self.centres
        return next((centre for centre in mine if centre.id == self.acting_centre_id), mine[0] if mine else None)

    @property
    def standing(self) -> frozenset[str]:
        """Roles in the alliance at large; `member` for staff of an active member centre."""
        today = clock.local(clock.now()).date()
        held = {post.role for post in self.alliance_posts if post.is_held(today)}
        if any(centre.is_active for centre in self.centres):
            held.add("member")
        if self.directed:
            held.add("main_director_somewhere")
        return frozenset(held)

    @property
    def directed(self) -> list[Centre]:
        """The active main centres of which this person is a director: they decide about branches and points."""
        return [one for one in self.centres if one.role == "main" and one.is_active and "director" in self.roles_in(one.id)]

    @property
    def is_admin(self) -> bool:
        """Whether this is the alliance's secretariat."""
        return "alliance_admin" in self.standing

    def relations_to_owner(self, owner: Centre) -> frozenset[str]:
        """owner_… for each role held in `owner`; main_director when holding it in the active main centre above."""
        held = {OWNER_SIDE[role] for role in self.roles_in(owner.id)}
        if not held and "director" in self.roles_above(owner):
            held.add("main_director")
        return frozenset(held)

    def relations(self, person: Any) -> frozenset[str]:
        """`self` for oneself; what the asker is to the centres of this person."""
        if person is None:
            return frozenset()
        mine = frozenset({"self"}) if person.id == self.id else frozenset()
        return mine.union(*(person.relations_to_owner(centre) for centre in self.centres))


class Role(Base, RoleMixin):
    """Asked for by the sign-in library; what a person may do is in posts."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)


class PersonRole(Base):
    """Asked for by the sign-in library."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(sa.ForeignKey("role.id"), primary_key=True)


class Tenure:
    """Held from a day until a day, both included."""

    since: Mapped[date] = mapped_column(default=lambda: clock.local(clock.now()).date())
    until: Mapped[date | None]

    def is_held(self, today: date) -> bool:
        """Whether it is held on that day."""
        return self.since <= today and (self.until is None or today <= self.until)


class Post(Tenure, Base):
    """A role of a person in a centre: staff, handler, director or centre_admin."""

    __tablename__ = "post"
    __table_args__ = (sa.UniqueConstraint("person_id", "centre_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    department: Mapped[str] = mapped_column(sa.String(60), default="")
    title: Mapped[str] = mapped_column(sa.String(60), default="")

    person: Mapped[Person] = relationship(back_populates="posts", foreign_keys=[person_id])
    centre: Mapped[Centre] = relationship(lazy="joined")


class AlliancePost(Tenure, Base):
    """A role of a person in the alliance: alliance_admin or evaluator."""

    __tablename__ = "alliance_post"
    __table_args__ = (sa.UniqueConstraint("person_id", "alliance_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    role: Mapped[str] = mapped_column(sa.String(20))

    person: Mapped[Person] = relationship(back_populates="alliance_posts")


class Duty(Base):
    """Duty A or B of a centre: whose task an arriving request is. A duty, not a role."""

    __tablename__ = "duty"
    __table_args__ = (sa.UniqueConstraint("centre_id", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    rank: Mapped[str] = mapped_column(sa.String(1), doc="A | B")
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    person: Mapped[Person] = relationship(lazy="joined")
    centre: Mapped[Centre] = relationship()


class Absence(Base):
    """Days on which a person is away and the deputy steps in; both days included."""

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("starts_on <= ends_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.String(120), default="")

    person: Mapped[Person] = relationship(back_populates="absences")


class Invitation(Base):
    """A link by mail that lets somebody join a centre; only the digest of its secret is kept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    centre_id: Mapped[int] = mapped_column(sa.ForeignKey("centre.id"))
    roles: Mapped[list[str]]
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    invited_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    centre: Mapped[Centre] = relationship()

    def relations(self, person: Any) -> frozenset[str]:
        """What `person` is to the inviting centre."""
        return self.centre.relations(person)


class SignedOut(Base):
    """A sign-in that was ended; kept as long as a copy of its cookies could otherwise be used."""

    __tablename__ = "signed_out"

    mark: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class SignInFailure(Base):
    """How often an account was tried in vain, and until when it has to wait."""

    __tablename__ = "sign_in_failure"

    email: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    wait_until: Mapped[datetime | None]


sentences |= {
    "uq_person_email": _l("这个邮箱已有账号。"),
    "uq_post": _l("此人在本馆已有这个身份。"),
    "uq_duty": _l("这个值守位置已有人。"),
}
