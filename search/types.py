"""What goes into a search engine and what comes out of it: plain frozen data, the same for every engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Sort = Literal["relevance", "newest", "hot", "distance"]


@dataclass(frozen=True)
class Document:
    """One thing to be found; `text`, `keywords` and `numbers` use the names declared in `mapping`.

    `version` only ever grows for one id. `scopes` are visibility tokens: a reader who holds one of them finds the
    document, and a document without any is found by nobody. `stored` must be JSON and comes back as it is.
    """

    id: str
    version: int
    kind: str
    title: str
    text: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    where: tuple[float, float] | None = None
    scopes: tuple[str, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Query:
    """What a reader asks: `filters` are OR inside a field and AND between fields, `ranges` include both their ends.

    Without `scopes` nothing is found: visibility is never forgotten by default.
    """

    words: str = ""
    scopes: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    near: tuple[float, float] | None = None
    within_km: float | None = None
    exclude: frozenset[str] = frozenset()
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20
    facets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One document found; `km` is its distance from `Query.near` when both places are known."""

    id: str
    score: float
    stored: Mapping[str, Any]
    km: float | None = None


@dataclass(frozen=True)
class Results:
    """One page of hits with the counts of the whole.

    The counts of a facet ignore that facet's own selection and keep every other condition. `relaxed` says that nothing
    fitted the words exactly and near misses are shown. `reduced` is for a caller that answers while the engine is away.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    took_ms: float
    reduced: bool = False
    relaxed: bool = False
