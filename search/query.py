"""Query -> Elasticsearch body; pure."""

from collections.abc import Iterable
from typing import Any

from search.asked import Asked
from search.mapping import HOT_WEIGHT, TEXT, WEIGHTS
from search.plan import Phrase, Plan, Unit, Units

Body = dict[str, Any]

BOOST = 10.0  # Elasticsearch's scores of weighted fields are about so much larger than FTS5's
MOST_CODES = 20_000
TEXT_FIELDS = [f"texts.{text.name}^{text.weight}" for text in TEXT]
# Left to itself, Elasticsearch may run the whole query once for each code of a small facet (360 ms, not 26).
BY_ORDINALS: Body = {"execution_hint": "global_ordinals"}
LAST: Body = {"id": "asc"}
ORDER_BY = {"newest": "numbers.created", "hot": "numbers.hot"}


def search(asked: Asked, plan: Plan) -> Body:
    """The whole request: facet selections are a post filter, so that each facet can leave out its own."""
    selections = {name: {"terms": {f"keys.{name}": list(codes)}} for name, codes in asked.filters.items()}
    return {
        "query": conditions(asked, plan),
        "post_filter": all_of(selections.values()),
        "aggs": {
            name: {
                "filter": all_of(chosen for other, chosen in selections.items() if other != name),
                "aggs": {"codes": {"terms": {"field": f"keys.{name}", "size": MOST_CODES, **BY_ORDINALS}}},
            }
            for name in asked.facets
        },
        "sort": order(asked),
        "from": asked.start,
        "size": asked.size,
        "track_total_hits": True,
        "_source": ["stored", "where"],
    }


def conditions(asked: Asked, plan: Plan) -> Body:
    asked_for: Body = {"filter": [*visible(asked.scopes), *ranges(asked), *around(asked)]}
    if asked.words:
        asked_for["must"] = [wanted(plan)]
        asked_for["should"] = [boost(phrase) for phrase in plan.boosts]
    if asked.exclude:
        asked_for["must_not"] = [{"terms": {"id": sorted(asked.exclude)}}]
    if asked.sort != "relevance":
        return {"bool": asked_for}
    return {"function_score": {"query": {"bool": asked_for}, **warmth()}}


def words_only(asked: Asked, plan: Plan) -> Body:
    """Whether a reader finds these words at all, whatever else is asked."""
    return {"query": {"bool": {"filter": [*visible(asked.scopes), wanted(plan)]}}, "size": 0, "terminate_after": 1}


def suggest(typed: str, scopes: tuple[str, ...], size: int) -> Body:
    return {
        "query": {"bool": {"filter": [*visible(scopes), {"prefix": {"heads": typed}}]}},
        "sort": [{"numbers.hot": {"order": "desc", "missing": 0}}, LAST],
        "collapse": {"field": "title"},
        "size": size,
        "_source": ["title"],
    }


def versions(after: str, size: int, *, gone: bool = False) -> Body:
    return {
        "query": {"term": {"gone": gone}},
        "sort": [LAST],
        "search_after": [after],
        "size": size,
        "version": True,
        "_source": False,
    }


def all_of(conditions: Iterable[Body]) -> Body:
    return {"bool": {"filter": list(conditions)}}


def visible(scopes: tuple[str, ...]) -> list[Body]:
    return [{"term": {"gone": False}}, {"terms": {"scopes": list(scopes)}}]


def ranges(asked: Asked) -> list[Body]:
    found = []
    for name, (low, high) in asked.ranges.items():
        limits = {key: limit for key, limit in (("gte", low), ("lte", high)) if limit is not None}
        field = f"numbers.{name}"
        found.append({"range": {field: limits}} if limits else {"exists": {"field": field}})
    return found


def around(asked: Asked) -> list[Body]:
    if asked.near is None or asked.within_km is None:
        return []
    return [{"geo_distance": {"distance": f"{asked.within_km:.9f}km", "where": point(asked.near)}}]


def point(place: tuple[float, float]) -> Body:
    return {"lat": place[0], "lon": place[1]}


def order(asked: Asked) -> list[Body]:
    if asked.sort == "relevance":
        return [{"_score": "desc"}, LAST]
    if asked.sort == "distance" and asked.near:
        return [{"_geo_distance": {"where": point(asked.near), "order": "asc", "unit": "km"}}, LAST]
    return [{ORDER_BY[asked.sort]: {"order": "desc", "missing": "_last"}}, LAST]


def warmth() -> Body:
    """Multiply a score by 1 + HOT_WEIGHT * log10(1 + hot)."""
    factor = {"field": "numbers.hot", "modifier": "log1p", "missing": 0}
    functions = [{"weight": 1}, {"field_value_factor": factor, "weight": HOT_WEIGHT}]
    return {"functions": functions, "score_mode": "sum", "boost_mode": "multiply"}


def wanted(plan: Plan) -> Body:
    if not plan.wanted:
        return {"match_none": {}}
    return {"bool": {"should": [every(units) for units in plan.wanted], "minimum_should_match": 1}}


def every(units: Units) -> Body:
    return {"bool": {"must": [either(unit) for unit in units]}}


def either(unit: Unit) -> Body:
    return {"dis_max": {"queries": [one(phrase) for phrase in dict.fromkeys(unit)], "tie_breaker": 0.1}}


def boost(phrase: Phrase) -> Body:
    return {"constant_score": {"filter": one(phrase), "boost": phrase.weight * BOOST}}


def one(phrase: Phrase) -> Body:
    typed = " ".join(phrase.tokens)
    if phrase.where == "texts":
        kind = {"query": typed, "type": "phrase", "fields": TEXT_FIELDS, "tie_breaker": 0.2}
        return {"multi_match": kind | {"boost": phrase.weight}}
    field = f"texts.{phrase.where}"
    if phrase.beside:
        both = [span(field, phrase.tokens), span(field, phrase.beside)]
        return {"span_near": {"clauses": both, "slop": 1, "in_order": False, "boost": phrase.weight}}
    return {"match_phrase": {field: {"query": typed, "boost": phrase.weight * WEIGHTS[phrase.where]}}}


def span(field: str, tokens: tuple[str, ...]) -> Body:
    terms: list[Body] = [{"span_term": {field: token}} for token in tokens]
    return terms[0] if len(terms) == 1 else {"span_near": {"clauses": terms, "slop": 0, "in_order": True}}
