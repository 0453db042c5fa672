"""Distance by division code and on the road."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.places import Point, city_key, county_code, distance_class, km, minutes, road_km, travel
from alliance.worktime import answer_limit

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("330102", "330102", "county"),
        ("330102", "330105", "city"),
        ("330102", "330282", "province"),
        ("330102", "320102", "across"),
        ("110101", "110105", "city"),  # 北京
        ("110000", "110105", "city"),
        ("500101", "500229", "city"),  # 重庆: 区 and 县 differ in the fourth digit
        ("310101", "110101", "across"),
        ("429004", "429005", "province"),  # 仙桃, 潜江: directly under 湖北
        ("429004", "429004", "county"),
        ("429004", "420102", "province"),
        ("659001", "652301", "province"),  # 石河子
        ("419001", "429004", "across"),
        ("441900001000", "441900005", "county"),  # 东莞: town to town
        ("442000", "441900", "province"),
        ("330102001", "330102002003", "county"),
        ("330000", "330102", "province"),  # a province house and a county
        ("330000", "330000", "county"),
        ("330000", "330100", "province"),
        ("330100", "330102", "city"),  # a city house and its county
        ("330100", "330282", "province"),
        ("990101", "990102", "city"),
        ("990101", "990201", "province"),
        ("990101", "330102", "across"),
    ],
)
def test_distance_class(a: str, b: str, expected: str) -> None:
    assert distance_class(a, b) == expected
    assert distance_class(b, a) == expected


@pytest.mark.parametrize(("b", "days"), [("330102", 1), ("330105", 3), ("330282", 5), ("320102", 5)])
def test_the_class_decides_the_limit(b: str, days: int) -> None:
    assert answer_limit(distance_class("330102", b)) == days


@pytest.mark.parametrize("code", ["", "33", "33010", "3301021", "33010x", " 330102", "330102\n", "３３０１０２", "3301020010020"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a division code"):
        county_code(code)


@pytest.mark.parametrize(("code", "key"), [("110105", "11"), ("330105007", "3301"), ("429004", "429004")])
def test_city_key(code: str, key: str) -> None:
    assert city_key(code) == key


def test_great_circle_between_known_cities() -> None:
    beijing, shanghai = Point(39.9042, 116.4074), Point(31.2304, 121.4737)
    assert km(beijing, shanghai) == pytest.approx(1067, abs=2)
    assert km((0, 0), (0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert km((0, 179.9), (0, -179.9)) == pytest.approx(22.24, abs=0.01)
    assert km((0, 0), (1, 0)) == pytest.approx(111.195, abs=0.001)


@given(points, points)
def test_distance_is_symmetric_and_bounded(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert km(a, b) == pytest.approx(km(b, a), abs=1e-6)
    assert 0 <= km(a, b) <= 20015.2
    assert km(a, a) == 0


@given(points, points, points)
def test_a_detour_is_never_shorter(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> None:
    assert km(a, c) <= km(a, b) + km(b, c) + 1e-3


def test_road_and_minutes() -> None:
    a, b = (30.0, 120.0), (30.0, 121.0)
    assert road_km(a, b) == pytest.approx(km(a, b) * 1.3)
    assert road_km(a, b, detour=1.0) == km(a, b)
    assert minutes(40) == 60
    assert minutes(40, speed=80) == 30
    assert minutes(0) == 0
    assert minutes(0.1) == 1


def test_travel_is_what_a_leg_keeps() -> None:
    trip = travel((30.0, 120.0), (30.0, 121.0))
    assert (trip.km, trip.minutes, trip.source) == (125.2, 188, "great_circle")
    assert travel((30.0, 120.0), (30.0, 120.0)).minutes == 0
    assert travel((30.0, 120.0), (30.0, 121.0), detour=1.0, speed=60).minutes == 97
