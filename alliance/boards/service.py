"""Publishing, changing and closing what stands on the boards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.boards.forms import EntryForm, SupplyForm
from alliance.boards.models import Entry
from alliance.catalogue.models import Resource
from alliance.db import next_number
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange.listing import EXCLUSIVE
from alliance.people.models import Person

LETTERS = {"need": "XQ", "supply": "GJ"}


def find(session: Session, person: Person | None, number: str) -> Entry:
    """The entry of that number, for whom it is meant; whether others exist is not told."""
    entry = session.scalars(sa.select(Entry).where(Entry.number == number)).one_or_none()
    if entry is None or not permissions.may(person, "entry.read", entry):
        raise NotFound(_("没有这条需求或供给，或它不在贵馆的可见范围内。"))
    return entry


def locked(session: Session, entry_id: int) -> Entry:
    """The entry as it is now, so that nobody else changes it."""
    query = sa.select(Entry).where(Entry.id == entry_id).with_for_update(of=Entry)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def begin(session: Session, person: Person, *, side: str, form: EntryForm, publish: bool, key: str | None = None) -> Entry:
    """A new entry of the person's centre, out at once where `publish`. Raises Forbidden, Invalid."""
    once = f"board:{person.id}:{key}" if key else None
    if made := journal.seen(session, once):
        return session.get_one(Entry, made.subject_id)
    permissions.require(person, "board.write")
    centre = person.centre
    if centre is None or not centre.is_active:
        raise Forbidden(_("贵馆现在不能发布。"))
    year = clock.local(clock.now()).year
    name = f"{LETTERS[side]}-{year}"
    entry = Entry(number=f"{name}-{next_number(session, name):04}", side=side, centre=centre, created_by=person.id)
    _fill(session, entry, form)
    session.add(entry)
    journal.record(session, "board.drafted", entry, person=person, centre_id=centre.id, key=once)
    return _publish(session, person, entry) if publish else entry


def change(
    session: Session, person: Person, entry: Entry, *, form: EntryForm, publish: bool, expected_version: int | None
) -> Entry:
    """Other words while it is a draft, or is out and unanswered. Raises Conflict, Invalid."""
    permissions.require(person, "entry.edit", entry)
    entry = locked(session, entry.id)
    if entry.version != expected_version:
        raise Conflict(_("页面打开之后又有新的进展，请看过最新情况再办。"))
    if entry.state not in ("draft", "published") or entry.answers:
        raise Conflict(_("已有馆应答，或已结束，不能再改。"))
    if not entry.centre.is_active:
        raise Forbidden(_("贵馆现在不能发布。"))
    _fill(session, entry, form)
    entry.version += 1
    journal.record(session, "board.saved", entry, person=person, centre_id=entry.centre_id)
    if entry.state == "published":
        _must_hold(entry)
    return _publish(session, person, entry) if publish and entry.state == "draft" else entry


def close(session: Session, person: Person, entry: Entry, *, expected_version: int | None) -> Entry:
    """Taken off the board; open answers fall by a job."""
    permissions.require(person, "entry.edit", entry)
    entry = locked(session, entry.id)
    if entry.version != expected_version or entry.state not in ("draft", "published"):
        raise Conflict(_("页面打开之后又有新的进展，请看过最新情况再办。"))
    entry.state, entry.version = "closed", entry.version + 1
    journal.record(session, "board.closed", entry, person=person, centre_id=entry.centre_id)
    return entry


def listing_of(session: Session, code: str, owner_ids: Collection[int]) -> Resource:
    """One of the listings of these centres that can be lent now. Raises Invalid."""
    found = session.scalars(sa.select(Resource).where(Resource.code == code)).unique().one_or_none()
    if found is None or found.owner_id not in owner_ids or found.state != "published" or found.kind not in EXCLUSIVE:
        wrong = _("请选贵馆自己的、正在外借的一项资源。")
        raise Invalid(wrong, {"resource": wrong})
    return found


def _fill(session: Session, entry: Entry, form: EntryForm) -> None:
    values: dict[str, Any] = form.model_dump(exclude={"resource", "pledge"})
    if isinstance(form, SupplyForm):
        thing = listing_of(session, form.resource, {entry.centre.id})
        values |= {"resource": thing, "kind": thing.kind, "art_form": (thing.art_forms or [""])[0]}
    for name, value in values.items():
        setattr(entry, name, value)


def _publish(session: Session, person: Person, entry: Entry) -> Entry:
    _must_hold(entry)
    entry.state, entry.published_at, entry.version = "published", clock.now(), entry.version + 1
    journal.record(session, "board.published", entry, person=person, centre_id=entry.centre.id)
    return entry


def _must_hold(entry: Entry) -> None:
    if entry.answer_by < clock.local(clock.now()).date():
        late = _("应答截止已经过了。")
        raise Invalid(late, {"answer_by": late})
