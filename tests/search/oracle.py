"""What should be found, by looking at every document: slow, plain and without an engine."""

from collections import Counter
from collections.abc import Iterable

from search.asked import distance_km
from search.types import Document, Query


def codes(document: Document, field: str) -> tuple[str, ...]:
    return (document.kind,) if field == "kind" else tuple(document.keywords.get(field, ()))


def fits(document: Document, query: Query, without: str | None = None) -> bool:
    """Whether a document meets everything but the words, leaving out one facet's selection."""
    if not set(document.scopes) & set(query.scopes) or document.id in query.exclude:
        return False
    for field, wanted in query.filters.items():
        if wanted and field != without and not set(codes(document, field)) & set(wanted):
            return False
    for name, (low, high) in query.ranges.items():
        number = document.numbers.get(name)
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            return False
    if query.near and query.within_km is not None:
        return document.where is not None and distance_km(query.near, document.where) <= query.within_km
    return True


def ids(documents: Iterable[Document], query: Query) -> set[str]:
    return {document.id for document in documents if fits(document, query)}


def counts(documents: Iterable[Document], query: Query, facet: str) -> dict[str, int]:
    counter: Counter[str] = Counter()
    for document in documents:
        if fits(document, query, without=facet):
            counter.update(set(codes(document, facet)))
    return dict(counter)
