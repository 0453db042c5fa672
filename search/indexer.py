"""Filling an index in batches, comparing it with the truth by ids and versions, and repairing what differs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from search.backend import Backend
from search.types import Document

BATCH = 500
PAGE = 2_000

Pair = tuple[str, int]


@dataclass(frozen=True)
class Difference:
    """Ids with versions: `missing` and `stale` with the version they should have, `extra` with the one they have."""

    missing: dict[str, int]
    stale: dict[str, int]
    extra: dict[str, int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)


def fill(backend: Backend, documents: Iterable[Document], batch: int = BATCH) -> int:
    """Add documents some hundred at a time; how many there were."""
    rest, count = iter(documents), 0
    while some := list(islice(rest, batch)):
        backend.add(some)
        count += len(some)
    return count


def held(backend: Backend) -> Iterator[Pair]:
    """Every (id, version) of the index, in the order of the ids."""
    after = ""
    while page := backend.versions(after, PAGE):
        yield from page
        after = page[-1][0]


def compare(backend: Backend, truth: Iterable[Pair]) -> Difference:
    """What the index lacks, has too old, and should not have; a version newer than the truth's is no fault.

    `truth` may come in any order.
    """
    backend.refresh()
    wanted = dict(truth)
    found = dict(held(backend))
    return Difference(
        missing={name: version for name, version in wanted.items() if name not in found},
        stale={name: version for name, version in wanted.items() if found.get(name, version) < version},
        extra={name: version for name, version in found.items() if name not in wanted},
    )


def repair(backend: Backend, difference: Difference, load: Callable[[list[str]], Iterable[Document]]) -> int:
    """Load and add what is missing or stale, remove what is too much; how many documents were touched.

    `load` gives the present documents of some ids; ids it does not give are left for the next comparison.
    """
    names = iter([*difference.missing, *difference.stale])
    count = 0
    while some := list(islice(names, BATCH)):
        count += fill(backend, load(some))
    if difference.extra:
        backend.remove(difference.extra)
    backend.refresh()
    return count + len(difference.extra)
