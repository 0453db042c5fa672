"""Requests that wait for a further step of approval: which step, and whose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from alliance.exchange.models import Leg, Step
from alliance.people.models import Person, Post


@dataclass(frozen=True)
class Review:
    """Step `step` of `of`; `people`: the owner's directors who may take it, none where somebody above has to."""

    step: int
    of: int
    people: tuple[Person, ...] = ()

    def spoken(self) -> str:
        """Who may take it, and which it is."""
        names = _("、").join(one.name for one in self.people) or _("本馆没有可以审的馆长，由总馆或联盟秘书处审")
        return str(_("·")).join((str(names), str(_("第%(step)s步，共%(of)s步", step=self.step, of=self.of))))


def waiting(session: Session, legs: Iterable[Leg], today: date) -> Mapping[int, Review]:
    """Of these legs those that somebody approved already and somebody else still has to; at most two queries."""
    asked = {leg.id: leg for leg in legs if leg.state == "requested" and leg.steps_needed > 1}
    done: dict[int, set[int]] = defaultdict(set)
    if asked:
        made = sa.select(Step.leg_id, Step.person_id).join(Leg, Leg.id == Step.leg_id)
        made = made.where(Step.leg_id.in_(asked), Step.terms_version == Leg.terms_version)
        for number, person_id in session.execute(made):
            done[number].add(person_id)
    if not done:
        return {}
    heads = _directors(session, {asked[number].owner_id for number in done}, today)
    return {number: _review(asked[number], taken, heads) for number, taken in done.items()}


def _review(leg: Leg, taken: set[int], heads: Mapping[int, list[Person]]) -> Review:
    done = taken | {leg.submitted_by, leg.endorsed_by}
    left = tuple(one for one in heads.get(leg.owner_id, []) if one.id not in done and not one.roles_in(leg.borrower_id))
    return Review(len(taken) + 1, leg.steps_needed, left)


def _directors(session: Session, centres: set[int], today: date) -> Mapping[int, list[Person]]:
    query = sa.select(Post).where(Post.centre_id.in_(centres), Post.role == "director", held(Post, today))
    found: dict[int, list[Person]] = defaultdict(list)
    for post in session.scalars(query.options(joinedload(Post.person)).order_by(Post.person_id)):
        if post.person.active:
            found[post.centre_id].append(post.person)
    return found


# The same said as SQL ------------------------------------------------------


def held(post: Any, today: date) -> sa.ColumnElement[bool]:
    """Whether that post is held today."""
    return sa.and_(post.since <= today, sa.or_(post.until.is_(None), post.until >= today))


def is_waiting(today: date) -> sa.ColumnElement[bool]:
    """Whether a leg waits for a further step that one of the owner's directors may take."""
    made = _taken().where(Step.leg_id == Leg.id)
    return sa.and_(Leg.state == "requested", Leg.steps_needed > 1, made.exists(), _may(today).exists())


def may_take(person: Person, today: date) -> sa.ColumnElement[bool]:
    """Whether that person may take it."""
    return _may(today).where(Post.person_id == person.id).exists()


def _taken() -> sa.Select[int]:
    return sa.select(Step.id).where(Step.leg_id == Leg.id, Step.terms_version == Leg.terms_version).correlate(Leg)


def _may(today: date) -> sa.Select[int]:
    """The owner's directors who have not approved these terms, and do not act for the borrower."""
    theirs = sa.select(Post.person_id).where(Post.centre_id == Leg.borrower_id, held(Post, today)).correlate(Leg)
    found = sa.select(Post.person_id).join(Person, Person.id == Post.person_id)
    found = found.where(Post.centre_id == Leg.owner_id, Post.role == "director", held(Post, today), Person.active)
    found = found.where(~_taken().where(Step.person_id == Post.person_id).correlate(Leg, Post).exists())
    for other in (Leg.submitted_by, Leg.endorsed_by):
        found = found.where(sa.or_(other.is_(None), Post.person_id != other))
    return found.where(Post.person_id.not_in(theirs)).correlate(Leg)
