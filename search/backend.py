"""The verbs every search engine answers to, and how one is chosen by its address."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from search.elastic import Elastic
from search.embedded import Embedded
from search.errors import Unavailable
from search.types import Document, Query, Results

__all__ = ["Backend", "Unavailable", "open_backend"]


class Backend(Protocol):
    """A search engine: the same documents are found whichever stands behind it; safe to share between threads."""

    def add(self, documents: Iterable[Document]) -> None:
        """Insert or replace in bulk; a lower version than the one held is passed over, an equal one is written."""

    def remove(self, ids: Mapping[str, int]) -> None:
        """Take out the ids at these versions, which are kept: an older `add` does not bring a document back."""

    def find(self, query: Query) -> Results:
        """Answer a query; raises Unavailable within a second when the engine is away, ValueError for unknown fields."""

    def suggest(self, prefix: str, scopes: tuple[str, ...], size: int = 8) -> tuple[str, ...]:
        """Titles that begin with the prefix, or have a word that does (pinyin and initials too), the hottest first."""

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Fill a new index, then swap it in; `documents` is read lazily, once writes already reach both indexes."""

    def versions(self, after: str = "", size: int = 1000) -> list[tuple[str, int]]:
        """The next (id, version) pairs after an id, in the order of the ids' code points."""

    def refresh(self) -> None:
        """Make everything written so far findable."""

    def check(self) -> str:
        """Say what this is connected to; raises Unavailable."""

    def clear(self) -> None:
        """Forget everything, kept versions included."""

    def close(self) -> None:
        """Give back connections."""


def open_backend(url: str | None, *, path: Path, find_seconds: float = 0.8) -> Backend:
    """The embedded engine in the file `path`, or Elasticsearch at `http(s)://[login@]host[:9200][/index-prefix]`.

    `find_seconds` is how long Elasticsearch may take to answer a reader. Nothing is asked of the engine yet;
    ValueError for an address that is neither.
    """
    if not url:
        return Embedded(path)
    if url.startswith(("http://", "https://")):
        return Elastic(url, find_seconds=find_seconds)
    raise ValueError("a search address begins with http:// or https://; leave it empty for the embedded engine")
