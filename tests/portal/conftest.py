"""A small alliance with listings in the index."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask import Flask

from alliance import indexing
from alliance.catalogue.models import Opening, Resource
from alliance.db import transaction
from alliance.places.models import Division
from search.errors import Unavailable
from tests import make

TRUCK = {
    "vehicle_type": "stage_double",
    "plate_no": "岚A·T4821",
    "length_m": 10.2,
    "width_m": 2.5,
    "height_m": 3.9,
    "deck_width_m": 9.6,
    "deck_depth_m": 6.4,
    "deck_height_m": 1.2,
    "clear_height_m": 4.2,
    "setup_min": 25,
    "crew": 3,
    "power": ["generator"],
    "generator_kw": 20,
}
HALL = {"venue_type": "theatre", "area_m2": 600, "seats": 268, "free_opening": True}
SINGER = {"talent_kind": "person", "consent_scope": "public", "minor": False, "consent_until": "2099-01-01"}


ENGLISH = {"990100": "Qingze"}


class Scene:
    """Numbers of the rows, so that each test opens its own session."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def write(self, action: Callable[..., Any]) -> Any:
        with self.app.app_context(), transaction() as session:
            return action(session)

    def reindex(self) -> None:
        indexing.reindex(self.app)

    def change(self, code: str, **values: Any) -> None:
        def run(session) -> None:
            one = session.query(Resource).filter_by(code=code).one()
            for name, value in values.items():
                setattr(one, name, value)
            one.version += 1

        self.write(run)


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Two cities, four listings: a truck and a hall in one, a singer in the other, a room for one's own county."""
    made = Scene(app)

    def fill(session) -> None:
        for code, name, level in (("990100", "清泽市", "city"), ("990200", "平渡市", "city"), ("990112", "石桥区", "county")):
            session.add(Division(code=code, name=name, name_en=ENGLISH.get(code, ""), level=level))
        near = make.centre(
            session, slug="shiqiao", name="石桥区文化馆", short_name="石桥区馆", division_code="990112", lat=28.0, lng=113.0
        )
        other = make.centre(
            session, slug="hefeng", name="禾丰县文化馆", short_name="禾丰县馆", division_code="990113", lat=28.3, lng=113.0
        )
        far = make.centre(session, slug="pingdu", name="平渡市文化馆", division_code="990200", level="city", lat=29.0, lng=113.0)
        for number, values in enumerate(
            (
                {"code": "WC-0001", "kind": "stage_truck", "title": "禾丰一号舞台车", "details": TRUCK, "art_forms": ["xiqu"]},
                {"code": "CG-0001", "kind": "venue", "title": "禾丰剧场", "details": HALL, "title_en": "Hefeng Theatre"},
                {"code": "RC-0001", "kind": "talent", "title": "周老师 合唱与声乐", "details": SINGER, "art_forms": ["music"]},
                {"code": "CG-0002", "kind": "venue", "title": "县内排练厅", "details": HALL | {"venue_type": "rehearsal"}},
            )
        ):
            owner = far if values["kind"] == "talent" else other
            scope = "county" if values["code"] == "CG-0002" else "public"
            at = {"published_at": datetime(2026, 10, 1 + number, tzinfo=UTC), "share_scope": scope}
            one = make.resource(session, owner, **(at | values))
            if one.kind == "venue":
                one.openings = [Opening(weekday=day, opens=time(9), closes=time(21)) for day in range(7)]
        made.borrower = make.person(session, near, "handler").id
        made.owner_staff = make.person(session, other, "staff").id
        made.far_staff = make.person(session, far, "staff").id
        make.duty(session, other, make.person(session, other, "handler", name="郑老师"), "A")

    made.write(fill)
    made.reindex()
    return made


class Away:
    """Stands at the edge in place of an engine that does not answer."""

    def find(self, _query: object) -> object:
        raise Unavailable("no answer")


@pytest.fixture
def engine_away(app: Flask) -> None:
    app.extensions["search"] = Away()
