"""Two versions of the terms side by side."""

from __future__ import annotations

from typing import Any

from flask import Flask

from alliance.exchange import stops
from alliance.exchange.versions import changes

WHEN = {"starts_at": "2025-04-01T01:00:00+00:00", "ends_at": "2025-04-01T09:00:00+00:00"}
BASE: dict[str, Any] = {"choices": [WHEN]}


def stop(place: str, **more: Any) -> dict[str, Any]:
    return WHEN | {"place": place} | more


def test_the_stops_of_a_tour_are_compared_one_by_one(app: Flask) -> None:
    before = BASE | {"stops": [stop("下河村"), stop("上坪村")]}
    after = BASE | {"stops": [stop("下河村"), stop("上坪村", contact_name="石小岭", contact_phone="0900-555 0177"), stop("岭上村")]}
    with app.test_request_context():
        rows = {str(label): (one, other) for label, one, other in changes(before, after, "zh")}
    assert set(rows) == {"第2站", "第3站"}
    assert rows["第2站"][1].endswith("石小岭 0900-555 0177")
    assert rows["第3站"][0] == ""
    assert rows["第3站"][1].startswith("岭上村，")


def test_two_villages_of_one_county_are_told_apart(app: Flask) -> None:
    with app.test_request_context():
        rows = changes(BASE | {"division_code": "990102001001"}, BASE | {"division_code": "990102001002"}, "zh")
    assert [(one[-3:], other[-3:]) for _label, one, other in rows] == [("001", "002")]


def test_what_is_alike_is_not_told(app: Flask) -> None:
    with app.test_request_context():
        assert changes(BASE | {"audience": 200}, BASE | {"audience": 200, "conditions": []}, "zh") == []


def test_a_tour_expects_the_people_of_all_its_stops() -> None:
    assert stops.audience({"audience": 600, "stops": [stop("下河村", audience=600), stop("上坪村", audience=300)]}) == 900
    assert stops.audience({"audience": 600}) == 600
