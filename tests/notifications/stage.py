"""The people around one loan, and its leg by rows."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import journal
from alliance.exchange.models import Agreement, Leg, Line
from alliance.journal import Event
from alliance.people.models import Person
from tests import make

MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)  # 10:00 in Shanghai
DUE = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 11, 20, 1, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC)


def stage(session: Session, **values: Any) -> tuple[Leg, dict[str, Person]]:
    """A requested leg between two centres; its people by what they are."""
    n = session.scalar(sa.select(sa.func.count(Agreement.id))) or ""
    owner = make.centre(session, name=f"清泽市文化馆{n}", name_en="Qingze Cultural Centre")
    main = make.centre(session)
    borrower = make.centre(session, name=f"梨花镇综合文化站{n}", name_en="", parent_id=main.id, role="point")
    elsewhere = make.centre(session)
    people = {
        "a": make.person(session, owner, "handler", name="刘老师", phone="0900-555 0142"),
        "b": make.person(session, owner, "handler"),
        "handler": make.person(session, owner, "handler"),
        "director": make.person(session, owner, "director"),
        "owner_staff": make.person(session, owner),
        "submitter": make.person(session, borrower),
        "borrower_a": make.person(session, borrower, "handler"),
        "borrower_staff": make.person(session, borrower),
        "endorser": make.person(session, main, "handler"),
        "admin": make.admin(session),
        "outsider": make.person(session, elsewhere, "handler", "director"),
    }
    make.duty(session, owner, people["a"])
    make.duty(session, owner, people["b"], "B")
    make.duty(session, borrower, people["borrower_a"])
    agreement = Agreement(
        number=f"JY-2026-1171{n}",
        title="重阳节下乡",
        activity_type="performance",
        initiator=borrower,
        created_by=people["submitter"].id,
    )
    values = {
        "state": "requested",
        "submitted_by": people["submitter"].id,
        "distance_class": "city",
        "limit_days": 3,
        "due_at": DUE,
        "starts_at": STARTS,
        "ends_at": ENDS,
    } | values
    leg = Leg(agreement=agreement, owner=owner, borrower=borrower, **values)
    leg.lines = [Line(resource=make.resource(session, owner, kind="stage_truck", title="清泽大篷车"))]
    session.add(agreement)
    session.flush()
    return leg, people


def happens(session: Session, leg: Leg, action: str, person: Person | None = None, **data: Any) -> Event:
    """Record `leg.<action>` as the exchange does, by that person."""
    values = {"from": leg.state, "to": leg.state, "version": leg.version, "terms_version": leg.terms_version, **data}
    return journal.record(session, f"leg.{action}", leg, person=person, centre_id=leg.owner_id, data=values)
