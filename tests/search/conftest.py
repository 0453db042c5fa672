"""Both engines, each with an index of its own that is removed afterwards."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from search.backend import Backend
from search.elastic import Elastic
from search.embedded import Embedded

PATIENCE = 30.0  # seconds: the first searches of a cold engine on a busy machine are slow; the limit has a test of its own

Opener = Callable[[], Backend]


def erase(backend: Backend) -> None:
    if isinstance(backend, Elastic):
        backend.rested_at = 0.0
        backend.drop(backend.inlets())
    backend.close()


@pytest.fixture(scope="module", params=["embedded", "elastic"])
def opener(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """Opens one more backend on the module's own index of one engine, as another process would."""
    opened: list[Backend] = []
    if request.param == "embedded":
        path = tmp_path_factory.mktemp("search") / "search.sqlite"

        def start() -> Backend:
            return Embedded(path)
    else:
        url = f"{request.getfixturevalue('elasticsearch_url')}/test-{uuid.uuid4().hex[:12]}"

        def start() -> Backend:
            return Elastic(url, find_seconds=PATIENCE)

    def opened_too() -> Backend:
        opened.append(start())
        return opened[-1]

    yield opened_too
    for backend in opened:
        erase(backend)


@pytest.fixture(scope="module")
def held(opener: Opener) -> Backend:
    return opener()


@pytest.fixture
def backend(held: Backend) -> Backend:
    """One engine, empty."""
    held.clear()
    return held
