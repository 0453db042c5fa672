"""Announcements: written, changed and withdrawn by the secretariat, read by those they are for while their days last."""

from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.errors import Conflict, NotFound
from alliance.moderation.models import Announcement
from alliance.people.locking import hold
from alliance.people.posts import today


class Words(BaseModel):
    """An announcement as typed."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reach: Literal["members", "public"]
    title: str = Field(min_length=2, max_length=80)
    title_en: str = Field("", max_length=120)
    text: str = Field(min_length=4, max_length=8000)
    text_en: str = Field("", max_length=8000)
    starts_on: date
    ends_on: date

    @field_validator("title", "title_en")
    @classmethod
    def _on_one_line(cls, value: str) -> str:
        return " ".join(value.split())

    @model_validator(mode="after")
    def _in_order(self) -> "Words":
        if self.ends_on < self.starts_on:
            raise ValueError(_("结束的日子要在开始之后。"))
        return self


def condition(person: Any) -> sa.ColumnElement[bool]:
    """What is meant for that reader: visitors read what is public, members and the secretariat all."""
    insider = person is not None and bool(person.standing & {"member", "alliance_admin"})
    return sa.and_(Announcement.withdrawn_at.is_(None), sa.true() if insider else Announcement.reach == "public")


def current(session: Session, person: Any, *, most: int = 3) -> list[Announcement]:
    """What is shown to that reader today, the newest first."""
    day = today()
    query = sa.select(Announcement).where(condition(person), Announcement.starts_on <= day, Announcement.ends_on >= day)
    return list(session.scalars(query.order_by(Announcement.starts_on.desc(), Announcement.id.desc()).limit(most)))


def begun(person: Any) -> sa.Select[Any]:
    """All that reader may read, past ones too; what starts later is not out yet."""
    query = sa.select(Announcement).where(condition(person), Announcement.starts_on <= today())
    return query.order_by(Announcement.starts_on.desc(), Announcement.id.desc())


def readable(session: Session, person: Any, number: int) -> Announcement:
    """One of them; raises NotFound also for what is not meant for that reader."""
    found: Announcement | None = session.scalar(begun(person).where(Announcement.id == number))
    if found is None:
        raise NotFound(_("没有这条公告，或者已经撤下。"))
    return found


def find(session: Session, number: int) -> Announcement:
    """Any of them, for the secretariat."""
    found = session.get(Announcement, number)
    if found is None:
        raise NotFound(_("没有这条公告。"))
    return found


def publish(session: Session, person: Any, *, words: Words, key: str | None = None) -> Announcement:
    """Put a new one out; the form with that `key` makes one, and changes it when it is sent again with other words."""
    permissions.require(person, "announcement.edit")
    once = f"announce:{person.id}:{key}" if key else None
    hold(session, person)
    if (done := journal.seen(session, once)) is not None:
        found = session.get_one(Announcement, done.subject_id)
        same = Words.model_validate(found, from_attributes=True) == words
        return found if same else change(session, person, found=found, words=words, expected_version=found.version)
    made = Announcement(**words.model_dump(), created_by=person.id)
    session.add(made)
    session.flush()
    journal.record(session, "announcement.published", made, person=person, data={"title": made.title, "to": made.reach}, key=once)
    return made


def change(session: Session, person: Any, *, found: Announcement, words: Words, expected_version: int) -> Announcement:
    """Change what it says, for whom, or its days."""
    permissions.require(person, "announcement.edit")
    _claim(session, found, expected_version)
    for name, value in words.model_dump().items():
        setattr(found, name, value)
    found.version += 1
    journal.record(session, "announcement.changed", found, person=person, data={"title": found.title})
    return found


def withdraw(session: Session, person: Any, *, found: Announcement, expected_version: int) -> Announcement:
    """Take it back; its page is gone for readers."""
    permissions.require(person, "announcement.edit")
    _claim(session, found, expected_version)
    found.withdrawn_at = clock.now()
    found.version += 1
    journal.record(session, "announcement.withdrawn", found, person=person, data={"title": found.title})
    return found


def _claim(session: Session, found: Announcement, expected_version: int) -> None:
    session.refresh(found, with_for_update=True)
    if found.version != expected_version or found.withdrawn_at is not None:
        raise Conflict(_("这条公告刚刚被别人改过或撤下了，请看最新的内容再改。"))
