"""What only Elasticsearch must show: indexes and aliases are kept tidy, and no write falls between two of them."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search.elastic import Elastic
from search.types import Document, Query

Open = Callable[[], Elastic]


def document(name: str, version: int = 1) -> Document:
    return Document(name, version, "media", "京剧", scopes=("public",))


@pytest.fixture
def start(elasticsearch_url: str) -> Iterator[Open]:
    """Opens backends on one index of this test's own."""
    url, opened = f"{elasticsearch_url}/test-{uuid.uuid4().hex[:12]}", []

    def another() -> Elastic:
        opened.append(Elastic(url, find_seconds=30))
        return opened[-1]

    yield another
    another().drop(another().inlets())
    for backend in opened:
        backend.close()


def names(backend: Elastic, index: str) -> set[str]:
    backend.client.indices.refresh(index=index)
    return {name for name, _ in backend.pairs(index, "", 100)}


def test_a_write_under_way_when_a_rebuild_begins_reaches_the_new_index(start: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, rebuilder = start(), start()
    writer.add([document("before")])
    begun: list[tuple[str, str]] = []
    send = writer.bulk

    def interrupted(*arguments: Any) -> bool:
        gone = send(*arguments)
        if not begun:
            begun.append(rebuilder.create("new"))
        return gone

    monkeypatch.setattr(writer, "bulk", interrupted)
    writer.add([document("under way")])
    assert names(rebuilder, begun[0][0]) == {"under way"}


def test_a_rebuild_leaves_one_index_and_no_other_prefix_is_touched(start: Open, elasticsearch_url: str) -> None:
    backend = start()
    neighbour = Elastic(f"{elasticsearch_url}/{backend.prefix}-b", find_seconds=30)
    neighbour.add([document("theirs")])
    for version in (1, 2, 3):
        backend.rebuild([document("A", version)])
    assert len(backend.inlets()) == 1
    assert backend.versions() == [("A", 3)]
    backend.clear()
    neighbour.refresh()
    assert neighbour.versions() == [("theirs", 1)]
    assert neighbour.find(Query(scopes=("public",))).total == 1
    neighbour.drop(neighbour.inlets())
    neighbour.close()


def test_the_first_index_is_made_once_by_many(start: Open) -> None:
    backends = [start() for _ in range(4)]
    threads = [threading.Thread(target=backend.add, args=([document(f"D{number}")],)) for number, backend in enumerate(backends)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(backends[0].inlets()) == 1
    assert names(backends[0], backends[0].prefix) == {"D0", "D1", "D2", "D3"}


def test_check_says_where_and_how_many(start: Open) -> None:
    backend = start()
    backend.add([document("A"), document("B")])
    backend.remove({"B": 2})
    backend.refresh()
    assert backend.address in backend.check()
    assert f"index {backend.prefix}, 1 documents" in backend.check()


def test_a_mistake_of_ours_is_not_taken_for_an_absence(start: Open) -> None:
    backend = start()
    backend.add([document("A")])
    with pytest.raises(Exception, match=r"parsing_exception|x_content_parse_exception"), backend.calling():
        backend.search({"query": {"no such query": {}}})
    backend.refresh()
    assert backend.find(Query(scopes=("public",))).total == 1
