"""A small alliance to treat roughly: one centre that lends, one that borrows, everybody with a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue import service
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.people import passwords
from alliance.people.models import Person
from alliance.worktime import rows
from tests import make
from tests.catalogue.values import VENUE
from tests.exchange.browsers import REQUEST

HALLS = 4
BORROWERS = ("b1", "b2", "b3", "b4", "b5")
OWNERS = ("handler", "colleague", "staff", "keeper")
DAYS_AHEAD = 40


@dataclass
class Town:
    """The codes of the halls, and the addresses under which people sign in."""

    halls: list[str] = field(default_factory=list)
    mails: dict[str, str] = field(default_factory=dict)


def build(app: Flask) -> Town:
    """Written and committed; nobody is connected to the database afterwards."""
    town = Town()
    with app.app_context():
        with transaction() as session:
            rows.seed_calendar(session)
            owner = make.centre(session, slug="lender", name="甲县文化馆", division_code="990101")
            borrower = make.centre(session, slug="borrower", name="乙县文化馆", division_code="990102")
            seal = passwords.hashed(make.PASSWORD)
            for name in (*BORROWERS, *OWNERS):
                at = owner if name in OWNERS else borrower
                role = {"handler": "handler", "colleague": "handler", "keeper": "centre_admin"}.get(name, "staff")
                person = make.person(session, at, role, email=f"{name}@example.org", password=seal)
                town.mails[name] = person.email
                if name == "handler":
                    make.duty(session, owner, person)
            town.halls += [hall(session, person, owner, number) for number in range(HALLS)]
        db.engine.dispose()
    return town


def hall(session: Session, person: Person, owner: Centre, number: int) -> str:
    """A complete, published venue; how it came to be published is not the matter here."""
    made = service.create(session, person, centre=owner, kind="venue")
    faults = service.save(session, person, resource=made, values=VENUE | {"title": f"第{number}号剧场", "share_scope": "alliance"})
    assert faults == {}
    made.state, made.published_at, made.verified_on = "published", clock.now(), clock.local(clock.now()).date()
    return made.code


def day(ahead: int) -> date:
    """A day far enough ahead that nobody's limit ends before it."""
    return clock.local(clock.now()).date() + timedelta(days=DAYS_AHEAD + ahead)


def wish(title: str, ahead: int, opens: int = 9, closes: int = 17) -> dict[str, str]:
    """What a request for some hours of a day has in its form; no second choice."""
    hours = {"starts_at": f"{day(ahead)}T{opens:02}:00", "ends_at": f"{day(ahead)}T{closes:02}:00"}
    return REQUEST | hours | {"title": title, "second_starts_at": "", "second_ends_at": "", "do": "submit"}
