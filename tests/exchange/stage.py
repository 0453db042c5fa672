"""A stage to play exchange on: two centres with people, a resource, and a short way to act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange import requests
from alliance.exchange.actions import act
from alliance.exchange.models import Leg
from alliance.exchange.requests import RequestForm
from alliance.people.models import Person, Post
from alliance.worktime import rows
from tests import make

NOW = datetime(2025, 3, 10, 2, tzinfo=UTC)
"""Monday, ten in the morning in China."""
START = datetime(2025, 4, 1, 1, tzinfo=UTC)
ITEMS = [{"item": "排练厅", "counted": 1}, {"item": "话筒", "counted": 4}]


@dataclass
class Stage:
    """Owner and borrower in one city, with everybody who can act."""

    session: Session
    owner: Centre
    borrower: Centre
    thing: Resource
    people: dict[str, Person] = field(default_factory=dict)
    now: datetime = NOW

    def leg(self, **asked: Any) -> Leg:
        """A fresh draft."""
        with clock.moved(self.now):
            agreement = requests.start(self.session, self.people["borrower"], resource=self.thing, form=form(**asked))
        return agreement.legs[0]

    def act(self, who: str, leg: Leg, name: str, *, at: datetime | None = None, **inputs: Any) -> Leg:
        """`who` does it, having seen the leg as it is."""
        with clock.moved(at or self.now):
            inputs.setdefault("expected_version", leg.version)
            return act(self.session, self.people.get(who), leg, name, **inputs)

    def play(self, leg: Leg, *moves: tuple[Any, ...]) -> Leg:
        """Moves of (who, action, inputs) one after the other."""
        for who, name, *inputs in moves:
            leg = self.act(who, leg, name, **(inputs[0] if inputs else {}))
        return leg


def form(**asked: Any) -> RequestForm:
    """A request that holds, for two choices of dates."""
    values = {
        "title": "重阳节下乡演出",
        "activity_type": "performance",
        "starts_at": START,
        "ends_at": START + timedelta(hours=8),
        "second_starts_at": START + timedelta(days=7),
        "second_ends_at": START + timedelta(days=7, hours=8),
        "place": "下河村文化礼堂",
        "division_code": "990102",
        "audience": 200,
        "contact_name": "周莉",
        "contact_phone": "0900-555 0121",
        "pledge": True,
    }
    return RequestForm.model_validate(values | asked)


def people(session: Session, owner: Centre, borrower: Centre) -> dict[str, Person]:
    """One of each role."""
    return {
        "staff": make.person(session, owner, "staff"),
        "handler": make.person(session, owner, "handler"),
        "colleague": make.person(session, owner, "handler"),
        "director": make.person(session, owner, "director"),
        "head": make.person(session, owner, "director"),
        "borrower": make.person(session, borrower, "staff"),
        "mate": make.person(session, borrower, "handler"),
        "admin": make.admin(session),
        "stranger": make.person(session, make.centre(session), "director"),
        "keeper": make.person(session, owner, "centre_admin"),
        "both": _in_both(session, owner, borrower),
    }


def _in_both(session: Session, owner: Centre, borrower: Centre) -> Person:
    """A director of the owner who also works for the borrower."""
    made = make.person(session, owner, "director")
    session.add(Post(person=made, centre=borrower, role="staff", since=date(2024, 1, 1)))
    session.flush()
    return made


PLAYERS: dict[str, frozenset[str]] = {
    "staff": frozenset({"owner_staff"}),
    "handler": frozenset({"owner_staff", "owner_handler"}),
    "director": frozenset({"owner_staff", "owner_handler", "owner_director"}),
    "borrower": frozenset({"borrower_staff"}),
    "both": frozenset({"borrower_staff"}),
    "keeper": frozenset({"owner_staff"}),
    "endorser": frozenset(),
    "admin": frozenset({"alliance_admin", "substitute_director"}),
    "stranger": frozenset(),
    "system": frozenset({"system"}),
}
"""What each of the cast is to a leg, said here once more and independently of the code."""


def build(session: Session, kind: str = "venue", **values: Any) -> Stage:
    """Two centres of one city, and a thing of the owner; the calendar has its rows."""
    if not session.scalar(sa.select(sa.func.count()).select_from(rows.CalendarDay)):
        rows.seed_calendar(session)
    owner = make.centre(session, division_code="990101")
    borrower = make.centre(session, division_code="990102")
    thing = make.resource(session, owner, kind=kind, **values)
    return Stage(session, owner, borrower, thing, people(session, owner, borrower))


def endorsed(session: Session) -> Stage:
    """The same, the borrower being a branch that asks through its main centre."""
    stage = build(session)
    main = make.centre(session, division_code="990103")
    stage.borrower.parent, stage.borrower.role, stage.borrower.endorsed = main, "branch", True
    stage.people["endorser"] = make.person(session, main, "handler")
    session.flush()
    return stage


SECONDED: dict[str, Any] = {
    "way": "secondment",
    "post": "群文辅导部干事",
    "mentor": "石小岭",
    "measure": "days",
    "learning": "跟班学合唱辅导，教两次课。",
    "starts_at": START,
    "ends_at": START + timedelta(days=10),
    "second_starts_at": None,
    "second_ends_at": None,
}
"""What somebody is seconded with."""
LICENSED_UNTIL = START + timedelta(days=30)
LICENCE: dict[str, Any] = {
    "way": "licence",
    "use": "classroom",
    "territory": "county",
    "channels": ["class"],
    "credit": "禾丰县文化馆供片",
    "starts_at": START,
    "ends_at": LICENSED_UNTIL,
    "second_starts_at": None,
    "second_ends_at": None,
}
"""What is asked for of a work."""


def of_a_work(session: Session, **values: Any) -> Stage:
    """Two centres, and a listing of a work in the owner's archive whose file is otherwise its own."""
    stage = build(session, kind="media", details={"allowed_uses": ["classroom", "on_site"], "credit_line": "禾丰县文化馆供片"})
    stage.thing.asset = make.asset(session, stage.owner, **{"record_visibility": "members", "file_access": "own_centre"} | values)
    stage.thing.asset_id = stage.thing.asset.id
    session.flush()
    return stage


TO_CONFIRMED = (("borrower", "submit"), ("handler", "accept_handling"), ("handler", "approve", {"choice": 1}))
TO_IN_USE = (*TO_CONFIRMED, ("staff", "hand_over", {"items": ITEMS}), ("borrower", "receive", {"items": ITEMS}))
TO_RETURNED = (
    *TO_IN_USE,
    ("borrower", "send_back", {"sessions": 3, "attendances": 600}),
    ("staff", "check_in", {"items": ITEMS}),
)
