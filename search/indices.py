"""How documents lie in Elasticsearch: the mapping of an index, and one document as it is sent."""

from typing import Any

from search.mapping import COLUMNS, FACETS, NUMBERS
from search.prepare import Prepared

KEYWORD = {"type": "keyword"}
DOUBLE = {"type": "double"}

SETTINGS: dict[str, Any] = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}

MAPPINGS: dict[str, Any] = {
    "dynamic": False,
    "dynamic_templates": [{"numbers": {"path_match": "numbers.*", "mapping": DOUBLE}}],
    "properties": {
        "id": KEYWORD,
        "gone": {"type": "boolean"},
        "scopes": KEYWORD,
        "title": KEYWORD,
        "heads": KEYWORD,
        "where": {"type": "geo_point"},
        "texts": {"properties": {name: {"type": "text", "analyzer": "whitespace"} for name in COLUMNS}},
        "keys": {"properties": dict.fromkeys(FACETS, KEYWORD)},
        "numbers": {"dynamic": True, "properties": dict.fromkeys(NUMBERS, DOUBLE)},
        "stored": {"type": "object", "enabled": False},
    },
}


def source(document: Prepared) -> dict[str, Any]:
    """What is stored of a document; its card is JSON in a string, so that it comes back as it was."""
    place = document.source.where
    return {
        "id": document.source.id,
        "gone": False,
        "scopes": document.scopes,
        "title": document.title,
        "heads": document.heads,
        "texts": document.columns,
        "keys": document.keys,
        "numbers": document.numbers,
        "stored": document.card,
        **({"where": {"lat": place[0], "lon": place[1]}} if place else {}),
    }


def tombstone(name: str) -> dict[str, Any]:
    return {"id": name, "gone": True}
