"""Everybody of a stage at browsers of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance.db import db, transaction
from alliance.exchange.models import Leg
from tests.exchange.browsers import Browser, number_of
from tests.exchange.stage import build


@dataclass
class Cast:
    """Everybody at a browser, and the thing that is lent."""

    app: Flask
    people: dict[str, int]
    code: str
    open_as: Callable[[int], FlaskClient]
    browsers: dict[str, Browser] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Browser:
        if name.startswith("_") or name not in self.people:
            raise AttributeError(name)
        if name not in self.browsers:
            self.browsers[name] = Browser(self.open_as(self.people[name]))
        return self.browsers[name]

    def leg(self, number: str) -> Any:
        """The leg as it stands in the tables: state, version and what else is asked."""
        with self.app.app_context():
            return db.session.scalars(sa.select(Leg).where(Leg.agreement.has(number=number))).one()

    def state(self, number: str) -> str:
        return str(self.leg(number).state)

    def confirmed(self) -> str:
        number = number_of(self.borrower.ask(self.code))
        self.handler.act(number, "accept_handling")
        self.handler.act(number, "approve", choice="1")
        return number


def cast_of(app: Flask, signed_in: Callable[[int], FlaskClient], stage_of: Callable[..., Any] = build, **values: Any) -> Cast:
    with app.app_context(), transaction() as session:
        stage = stage_of(session, **values)
        people = {name: person.id for name, person in stage.people.items()}
        return Cast(app, people, stage.thing.code, signed_in)
