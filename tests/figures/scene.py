"""An alliance of three centres with loans whose figures are reckoned by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.exchange.models import Agreement, Leg, Line, Report
from alliance.people.models import Person
from alliance.places.models import Division
from tests import make

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)
"""Tuesday, ten in the morning in China."""


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    """That hour in China."""
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


@dataclass
class Town:
    """What was made."""

    owner: Centre
    other: Centre
    far: Centre
    hall: Resource
    singer: Resource
    truck: Resource
    person: Person


def town(session: Session) -> Town:
    """Two centres of 清泽 and one of 远山, with a hall, a singer and a truck; the truck has no art form."""
    for code, name, english, level in (("990100", "清泽市", "Qingze", "city"), ("990200", "远山市", "Yuanshan", "city")):
        session.add(Division(code=code, name=name, name_en=english, level=level))
    owner = make.centre(session, slug="hefeng", short_name="禾丰县馆", name_en="Hefeng", division_code="990101")
    other = make.centre(session, slug="wangling", short_name="望岭县馆", name_en="Wangling", division_code="990102")
    far = make.centre(session, slug="yuanshan", short_name="远山县馆", name_en="Yuanshan", division_code="990203")
    listed = {"published_at": at(1, 1, year=2025)}
    return Town(
        owner,
        other,
        far,
        make.resource(session, owner, kind="venue", title="禾丰剧场", art_forms=["huangmei", "music"], code="WC-0001", **listed),
        make.resource(session, owner, kind="talent", title="何老师", art_forms=["choral"], code="TA-0001", **listed),
        make.resource(session, other, kind="stage_truck", title="望岭大篷车", code="ST-0001", **listed),
        make.person(session, other),
    )


def loan(session: Session, made: Town, thing: Resource, borrower: Centre, state: str, **values: Any) -> Leg:
    """A leg of one line, sent a week before its use, with its figures where it was sent back."""
    reported: Mapping[str, int] | None = values.pop("reported", None)
    activity = values.pop("activity", "performance")
    starts = values.pop("starts_at")
    n = next(make.numbers)
    agreement = Agreement(
        number=f"JY-2026-{n:04}", title=f"第{n}次演出", activity_type=activity, initiator=borrower, created_by=made.person.id
    )
    values = {"requested_at": starts - timedelta(days=7), "ends_at": starts + timedelta(hours=30)} | values
    leg = Leg(agreement=agreement, owner=thing.owner, borrower=borrower, state=state, starts_at=starts, **values)
    leg.lines = [Line(resource=thing)]
    session.add(agreement)
    session.flush()
    if reported:
        session.add(Report(leg_id=leg.id, kind="send_back", side="borrower", person_id=made.person.id, figures=dict(reported)))
        session.flush()
    return leg


def year(session: Session) -> Town:
    """Asked for: March 1, April 2, October 2, December of the year before 1. Came about: January 1, April 2, October 1."""
    made = town(session)
    loan(session, made, made.hall, made.other, "closed", starts_at=at(1, 3), requested_at=at(12, 20, year=2025))
    figures = {"sessions": 3, "attendances": 600}
    loan(session, made, made.hall, made.far, "closed", starts_at=at(4, 2), requested_at=at(3, 31, 23), reported=figures)
    loan(
        session,
        made,
        made.truck,
        made.owner,
        "in_use",
        starts_at=at(4, 30),
        requested_at=at(4, 1, 0),
        reported={"sessions": 2, "attendances": 150},
    )
    loan(session, made, made.hall, made.other, "declined", starts_at=at(4, 20), requested_at=at(4, 2))
    loan(session, made, made.singer, made.other, "confirmed", starts_at=at(10, 20), activity="training")
    loan(session, made, made.singer, made.far, "no_show", starts_at=at(10, 25))
    loan(session, made, made.hall, made.far, "draft", starts_at=at(10, 25), requested_at=None)
    return made
