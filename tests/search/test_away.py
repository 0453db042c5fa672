"""An engine that is away is said to be so within a second, and not asked again for some seconds."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search import elastic
from search.backend import Unavailable, open_backend
from search.elastic import Elastic
from search.embedded import Embedded
from search.types import Document, Query


@pytest.fixture
def deaf() -> Iterator[str]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes to fail, at the best of three: the machine may be busy with something else."""
    taken = []
    for _try in range(3):
        start = time.perf_counter()
        with pytest.raises(Unavailable):
            work()
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.parametrize("which", ["deaf", "closed"])
def test_a_find_fails_within_a_second_and_the_next_at_once(which: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(which)
    assert seconds(lambda: open_backend(address, path=Path("unused")).find(Query("京剧"))) < 1.0
    backend = open_backend(address, path=Path("unused"))
    seconds(lambda: backend.find(Query("京剧")))
    for work in (
        lambda: backend.find(Query("京剧")),
        lambda: backend.suggest("京", ("public",)),
        lambda: backend.add([Document("A", 1, "media", "京剧")]),
        lambda: backend.remove({"A": 2}),
        backend.versions,
        backend.check,
    ):
        assert seconds(work) < 0.3
    backend.close()


def test_it_is_asked_again_after_a_while(closed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Elastic(closed)
    with pytest.raises(Unavailable, match=r"[Cc]onnection"):
        backend.find(Query())
    with pytest.raises(Unavailable, match="a moment ago"):
        backend.find(Query())
    assert 0 < backend.rested_at - time.monotonic() <= elastic.REST_SECONDS
    monkeypatch.setattr(backend, "rested_at", time.monotonic())
    with pytest.raises(Unavailable, match=r"[Cc]onnection"):
        backend.find(Query())


def test_a_file_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(Unavailable):
        Embedded(broken).find(Query())
    with pytest.raises(Unavailable):
        Embedded(tmp_path).check()


def test_addresses(tmp_path: Path) -> None:
    assert isinstance(open_backend(None, path=tmp_path / "s"), Embedded)
    assert isinstance(open_backend("", path=tmp_path / "s"), Embedded)
    named = open_backend("https://reader:secret@search.example/portal-2", path=tmp_path / "s")
    assert isinstance(named, Elastic)
    assert (named.address, named.prefix) == ("https://search.example:9200", "portal-2")
    assert Elastic("http://127.0.0.1:9201").prefix == "alliance"
    for wrong in (
        "redis://127.0.0.1",
        "http://127.0.0.1:9200/Über",
        "http://127.0.0.1:9200/a/b",
        "http://127.0.0.1:9200/*",
    ):
        with pytest.raises(ValueError, match=r"search address|index name"):
            open_backend(wrong, path=tmp_path / "s")
