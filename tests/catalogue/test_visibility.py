"""The SQL condition, the search tokens and the relations of one row say the same about who sees what."""

import random

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance.catalogue.documents import document
from alliance.catalogue.models import LISTED, Resource
from alliance.catalogue.visibility import condition, scopes, tokens_of
from alliance.db import db, transaction
from alliance.people.models import Person
from alliance.permissions import may
from alliance.places import Divisions
from tests import make
from tests.conftest import BOTH

CODES = ("990101", "990102", "990201", "990301001", "110101", "110105", "429004", "429005", "420101")
STATES = (*LISTED, "draft", "in_review", "needs_work", "withdrawn")
CONSENT = (
    {},
    {"consent_scope": "public"},
    {"consent_scope": "public", "minor": False},
    {"consent_scope": "public", "minor": True},
    {"consent_scope": "city", "minor": False},
    {"minor": None},
)


@BOTH
@pytest.mark.parametrize("seed", range(3))
def test_condition_tokens_and_relations_agree(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    with app.app_context():
        with transaction() as session:
            centres = [
                make.centre(session, division_code=code, membership=chance.choice(("active", "active", "suspended", None)))
                for code in CODES
            ]
            people = [make.admin(session)]
            for _ in range(12):
                one = make.person(session, chance.choice(centres))
                if chance.random() < 0.4:
                    make.person(session)
                    other = chance.choice([c for c in centres if c is not one.centres[0]])
                    session.add(make.Post(person=one, centre=other, role="handler", since=make.date(2024, 1, 1)))
                people.append(one)
            people.append(make.person(session))
            for _ in range(60):
                make.resource(
                    session,
                    chance.choice(centres),
                    kind=chance.choice(("talent", "venue", "stage_truck")),
                    state=chance.choice(STATES[:3] * 2 + STATES),
                    share_scope=chance.choice(("county", "city", "province", "alliance", "public")),
                    details=chance.choice(CONSENT),
                )
        listings = db.session.scalars(sa.select(Resource)).unique().all()
        seen_by_anyone = set()
        for person in [None, *db.session.scalars(sa.select(Person))]:
            readable = {one.id for one in listings if may(person, "resource.read", one)}
            by_sql = set(db.session.scalars(sa.select(Resource.id).where(condition(person))))
            assert by_sql == readable
            found = {one.id for one in listings if not {*tokens_of(one)}.isdisjoint(scopes(person))}
            assert found == set(db.session.scalars(sa.select(Resource.id).where(condition(person, own=False))))
            admin = person is not None and person.is_admin
            out = {one.id for one in listings if one.is_listed and one.owner.is_active}
            assert found == {one.id for one in listings if one.id in out and (admin or "visible" in one.relations(person))}
            seen_by_anyone |= found
        assert 5 < len(seen_by_anyone) < len(listings)


def test_drafts_and_what_is_hidden_are_never_indexed(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        owner = make.centre(session)
        for state in STATES:
            one = make.resource(session, owner, state=state)
            assert (document(one, Divisions([])) is not None) is (state in LISTED)
        owner.membership.state = "suspended"
        assert document(make.resource(session, owner), Divisions([])) is None
