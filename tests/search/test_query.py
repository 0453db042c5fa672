"""Building what each engine is asked: pure functions of a query."""

import math
from typing import Any

import pytest

from search import match, query
from search.asked import Asked, ask, distance_km
from search.plan import Phrase, Plan, read, relax
from search.types import Query


def body(asked: Query) -> dict[str, Any]:
    return query.search(ask(asked), read(asked.words))


def test_a_facet_leaves_out_its_own_selection_only() -> None:
    built = body(Query(scopes=("public",), filters={"kind": ("venue",), "fee": ("free", "cost")}, facets=("kind", "level")))
    kind, fee = {"terms": {"keys.kind": ["venue"]}}, {"terms": {"keys.fee": ["free", "cost"]}}
    assert built["post_filter"]["bool"]["filter"] == [kind, fee]
    assert built["aggs"]["kind"]["filter"]["bool"]["filter"] == [fee]
    assert built["aggs"]["level"]["filter"]["bool"]["filter"] == [kind, fee]
    assert built["track_total_hits"] is True


def test_visibility_is_always_a_condition() -> None:
    visible = {"terms": {"scopes": []}}
    assert visible in body(Query())["query"]["bool"]["filter"]
    assert visible in body(Query("京剧"))["query"]["function_score"]["query"]["bool"]["filter"]
    assert visible in query.suggest("j", (), 5)["query"]["bool"]["filter"]


def test_conditions_that_do_not_depend_on_facets_are_in_the_query() -> None:
    asked = Query(ranges={"seats": (10, None)}, near=(29.0, 120.0), within_km=5, exclude=frozenset({"b", "a"}))
    built = body(asked)["query"]["bool"]
    assert {"range": {"numbers.seats": {"gte": 10}}} in built["filter"]
    assert {"geo_distance": {"distance": "5.000000000km", "where": {"lat": 29.0, "lon": 120.0}}} in built["filter"]
    assert built["must_not"] == [{"terms": {"id": ["a", "b"]}}]


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (Query("京剧"), "relevance"),
        (Query(), "hot"),
        (Query("京剧", sort="distance"), "relevance"),
        (Query(sort="distance"), "hot"),
        (Query(sort="distance", near=(29.0, 120.0)), "distance"),
        (Query("京剧", sort="newest"), "newest"),
    ],
)
def test_the_order_that_can_be_had(asked: Query, order: str) -> None:
    assert ask(asked).sort == order
    assert body(asked)["sort"][-1] == {"id": "asc"}


@pytest.mark.parametrize(
    ("page", "size", "window"),
    [
        (1, 20, (0, 20)),
        (0, 20, (0, 20)),
        (3, 20, (40, 20)),
        (11, 1000, (10_000, 0)),
        (10**12, 20, (10_000, 0)),
        (1, -5, (0, 0)),
    ],
)
def test_a_page_keeps_to_the_window(page: int, size: int, window: tuple[int, int]) -> None:
    asked: Asked = ask(Query(page=page, size=size))
    assert (asked.start, asked.size) == window


def test_words_without_anything_searchable_match_nothing() -> None:
    assert body(Query("🎭"))["query"]["function_score"]["query"]["bool"]["must"] == [{"match_none": {}}]


def test_fts_expression() -> None:
    plan = Plan((((Phrase("texts", ("京剧",)), Phrase("pinyin", ("jing", "ju"))), (Phrase("chars", ("车",)),)),))
    texts = "{title alias code subject people place centre body}"
    assert match.expression(plan) == f'(({texts} : "京剧" OR pinyin : "jing ju") AND (chars : "车"))'
    assert match.one(Phrase("chars", ("皮",), ("戏",))) == 'chars : NEAR("皮" "戏", 1)'


def test_both_builders_say_the_same_of_a_near_miss() -> None:
    near = next(phrase for phrase in relax("皮移戏").wanted[0][0] if phrase.beside)
    built = query.one(near)["span_near"]
    assert (built["slop"], built["in_order"], len(built["clauses"])) == (1, False, 2)
    assert match.one(near).endswith(", 1)")


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat1, lng1, lat2, lng2 = map(math.radians, (*one, *other))
    part = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * 6371.0087714 * math.asin(math.sqrt(part))


def test_distance_is_the_great_circle() -> None:
    for other in ((31.2, 121.5), (39.90001, 116.4), (39.9, 116.400002), (-33.9, 18.4), (90.0, 0.0)):
        assert distance_km((39.9, 116.4), other) == pytest.approx(haversine_km((39.9, 116.4), other), rel=1e-6)
    assert distance_km((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20015.1, abs=0.1)
    assert distance_km((30.0, 120.0), (30.0, 120.0)) == 0
