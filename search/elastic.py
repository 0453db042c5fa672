"""Elasticsearch 9 within its core: bulk with external versions, find, rebuild by alias swap.

Readers use the alias `prefix`. Each index that is to be written has an alias `prefix-in-…` of its own: while
a rebuild fills a new index there are two, and every write goes to both.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from time import monotonic, perf_counter, time_ns
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from search import indices, query
from search.asked import Asked, ask, distance_km
from search.errors import Unavailable
from search.mapping import WINDOW
from search.plan import read, relax
from search.prepare import head, prepare
from search.types import Document, Hit, Query, Results

PREFIX = "alliance"
PREFIX_RULE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
PORT = 9200
BATCH = 250
REST_SECONDS = 3.0  # how long a failed engine is left alone
BULK_SECONDS = 60.0

Answer = TypeVar("Answer")
Action = tuple[str, int, dict[str, Any]]


class Elastic:
    """A Backend on Elasticsearch; after a failure it is not asked again for some seconds."""

    def __init__(self, url: str, *, find_seconds: float = 0.8) -> None:
        parts = urlsplit(url)
        self.prefix = parts.path.strip("/") or PREFIX
        if not PREFIX_RULE.fullmatch(self.prefix):
            raise ValueError(f"{self.prefix!r} cannot be the beginning of an index name")
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        self.address = f"{parts.scheme}://{host}:{parts.port or PORT}"
        login = (parts.username, parts.password or "") if parts.username else None
        client = Elasticsearch(self.address, basic_auth=login, max_retries=0, retry_on_timeout=False)
        self.client = client.options(request_timeout=BULK_SECONDS)
        self.quick = client.options(request_timeout=find_seconds)
        self.find_seconds = find_seconds
        self.rested_at = 0.0

    def add(self, documents: Iterable[Document]) -> None:
        prepared = map(prepare, documents)
        while batch := list(islice(prepared, BATCH)):
            self.write([(document.source.id, document.source.version, indices.source(document)) for document in batch])

    def remove(self, ids: Mapping[str, int]) -> None:
        self.write([(name, version, indices.tombstone(name)) for name, version in ids.items()])

    def find(self, query: Query) -> Results:
        started = perf_counter()
        asked = ask(query)
        with self.calling():
            try:
                return self.steadily(lambda: self.answer(asked, started))
            except NotFoundError:
                return Results(0, (), {name: {} for name in asked.facets}, (perf_counter() - started) * 1000)

    def suggest(self, prefix: str, scopes: tuple[str, ...], size: int = 8) -> tuple[str, ...]:
        typed = head(prefix)
        if not typed:
            return ()
        with self.calling():
            try:
                found = self.steadily(lambda: self.search(query.suggest(typed, scopes, size)))
            except NotFoundError:
                return ()
            return tuple(hit["_source"]["title"] for hit in found["hits"]["hits"])

    def rebuild(self, documents: Iterable[Document]) -> None:
        with self.calling():
            old = self.inlets() or self.found()
            self.drop([index for index, inlet in old.items() if not self.is_read(index)])
            old = {index: inlet for index, inlet in self.inlets().items() if self.is_read(index)}
            index, inlet = self.create(str(time_ns()))
            self.carry(inlet)
        prepared = map(prepare, documents)
        while batch := list(islice(prepared, BATCH)):
            actions = [(document.source.id, document.source.version, indices.source(document)) for document in batch]
            with self.calling():
                if self.bulk([inlet], actions):
                    raise Unavailable("another rebuild has taken over")
        with self.calling():
            self.client.indices.refresh(index=index)
            self.swap(index, old)
            self.drop(old)

    def versions(self, after: str = "", size: int = 1000) -> list[tuple[str, int]]:
        with self.calling():
            return self.pairs(self.prefix, after, min(size, WINDOW))

    def refresh(self) -> None:
        with self.calling():
            for index in self.inlets():
                self.client.indices.refresh(index=index, ignore_unavailable=True)

    def check(self) -> str:
        with self.calling():
            health = self.quick.cluster.health()
            if health["status"] == "red":
                raise Unavailable(f"{self.address}: the cluster is red")
            count = self.quick.count(index=self.prefix, query={"term": {"gone": False}}, ignore_unavailable=True)
            nodes = f"{health['number_of_nodes']} nodes, {health['status']}"
            return f"Elasticsearch {self.address}, {nodes}, index {self.prefix}, {count['count']} documents"

    def clear(self) -> None:
        with self.calling():
            self.drop(self.inlets())
            self.found()

    def close(self) -> None:
        self.client.close()

    def answer(self, asked: Asked, started: float) -> Results:
        plan, relaxed = read(asked.words), False
        found = self.search(query.search(asked, plan))
        if asked.words and plan.wanted and not found["hits"]["total"]["value"]:
            self.hurry(started)
            if not self.search(query.words_only(asked, plan))["hits"]["total"]["value"]:
                self.hurry(started)
                plan, relaxed = relax(asked.words), True
                found = self.search(query.search(asked, plan))
        return results(found, asked, started, relaxed)

    def search(self, body: dict[str, Any]) -> Any:
        return self.quick.search(index=self.prefix, body=body)

    def steadily(self, work: Callable[[], Answer]) -> Answer:
        """Do it once more when the index went away in the middle: a rebuild has swapped it."""
        try:
            return work()
        except NotFoundError:
            return work()

    def hurry(self, started: float) -> None:
        """A find of several requests keeps to the time of one."""
        if perf_counter() - started > self.find_seconds:
            raise Unavailable(f"{self.address}: too slow")

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Turn what shows that the engine is away into Unavailable, and leave it alone for a while."""
        if monotonic() < self.rested_at:
            raise Unavailable(f"{self.address}: failed a moment ago")
        try:
            yield
        except TransportError as error:
            self.rested_at = monotonic() + REST_SECONDS
            raise Unavailable(f"{self.address}: {error}") from error
        except ApiError as error:
            if error.status_code in (401, 403, 429) or error.status_code >= 500:
                self.rested_at = monotonic() + REST_SECONDS
                raise Unavailable(f"{self.address}: {error}") from error
            raise

    def write(self, actions: list[Action]) -> None:
        """Write to every index there is, also to one that came up meanwhile."""
        if not actions:
            return
        with self.calling():
            done: set[str] = set()
            while new := set((self.inlets() or self.found()).values()) - done:
                self.bulk(sorted(new), actions)
                done |= new

    def bulk(self, inlets: Iterable[str], actions: list[Action]) -> bool:
        """Send to these indexes; older versions are passed over. True when one of the indexes is there no more."""
        operations: list[dict[str, Any]] = []
        for inlet in inlets:
            for name, version, source in actions:
                where = {"_index": inlet, "_id": name, "version": version, "version_type": "external_gte"}
                operations += [{"index": where}, source]
        answer = self.client.bulk(operations=operations, require_alias=True)
        failed = [item["index"] for item in answer["items"] if item["index"]["status"] >= 300]
        wrong = [item for item in failed if item["status"] not in (404, 409)]
        if wrong:
            raise Unavailable(f"{self.address}: {len(wrong)} not written, such as {wrong[0]['error']}")
        return any(item["status"] == 404 for item in failed)

    def inlets(self) -> dict[str, str]:
        """Each index that is to be written, with the alias it is written by."""
        answer = self.client.indices.get_alias(name=f"{self.prefix}-in-*", ignore_unavailable=True)
        return {index: next(iter(entry["aliases"])) for index, entry in answer.body.items()}

    def is_read(self, index: str) -> bool:
        return bool(self.client.indices.exists_alias(index=index, name=self.prefix))

    def found(self) -> dict[str, str]:
        """Make the first index; another process may have been quicker."""
        try:
            self.create("first", read=True)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        return self.inlets()

    def create(self, stamp: str, *, read: bool = False) -> tuple[str, str]:
        index, inlet = f"{self.prefix}-{stamp}", f"{self.prefix}-in-{stamp}"
        aliases: dict[str, dict[str, Any]] = {inlet: {}, **({self.prefix: {}} if read else {})}
        self.client.indices.create(
            index=index, settings=indices.SETTINGS, mappings=indices.MAPPINGS, aliases=aliases, wait_for_active_shards=1
        )
        return index, inlet

    def swap(self, index: str, old: Mapping[str, str]) -> None:
        """One change of aliases: readers move to the new index, writers leave the old."""
        moves: list[dict[str, Any]] = [{"add": {"index": index, "alias": self.prefix}}]
        for former, inlet in old.items():
            moves += [{"remove": {"index": former, "alias": alias}} for alias in (self.prefix, inlet)]
        self.client.indices.update_aliases(actions=moves)

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.client.indices.delete(index=name, ignore_unavailable=True)

    def carry(self, inlet: str) -> None:
        """Take the versions of removed documents into a new index."""
        self.client.indices.refresh(index=self.prefix)
        after = ""
        while page := self.pairs(self.prefix, after, 1000, gone=True):
            self.bulk([inlet], [(name, version, indices.tombstone(name)) for name, version in page])
            after = page[-1][0]

    def pairs(self, index: str, after: str, size: int, *, gone: bool = False) -> list[tuple[str, int]]:
        body = query.versions(after, size, gone=gone)
        found = self.client.search(index=index, body=body, ignore_unavailable=True)
        return [(hit["_id"], hit["_version"]) for hit in found["hits"]["hits"]]


def results(found: Any, asked: Asked, started: float, relaxed: bool) -> Results:
    facets = {
        name: {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"][name]["codes"]["buckets"]}
        for name in asked.facets
    }
    hits = tuple(hit(row, asked) for row in found["hits"]["hits"])
    return Results(found["hits"]["total"]["value"], hits, facets, (perf_counter() - started) * 1000, relaxed=relaxed)


def hit(row: Any, asked: Asked) -> Hit:
    place = row["_source"].get("where")
    km = distance_km(asked.near, (place["lat"], place["lon"])) if asked.near and place else None
    return Hit(row["_id"], row["_score"] or 0.0, json.loads(row["_source"]["stored"]), km)
