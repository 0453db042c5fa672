"""The servers as fixtures, and the rule that nothing may be skipped where ALLIANCE_NO_SKIP=1."""

import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.servers import NotHereError
from tests.servers import chromium as browser
from tests.servers.postgres import Databases
from tests.servers.shared import Shared

SHARED = pytest.StashKey[Shared]()


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", None)
    if told:
        shared = Shared(Path(told["servers"]), told["owner"])
    else:
        shared = Shared(Path(tempfile.mkdtemp(prefix="alliance-servers-")), os.getpid())
    config.stash[SHARED] = shared


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the run's servers are noted."""
    shared = node.config.stash[SHARED]
    node.workerinput.update(servers=str(shared.folder), owner=shared.owner)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and SHARED in config.stash:
        config.stash[SHARED].end()
        shutil.rmtree(config.stash[SHARED].folder, ignore_errors=True)


# No skips


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


def refuse_skip(report: Any) -> Any:
    """Turn a skip into a failure with the same reason; an expected failure stays one."""
    if os.environ.get("ALLIANCE_NO_SKIP") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"Skipped, and nothing may be: {reason}"
    return report


def or_skip(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except NotHereError as reason:
        pytest.skip(str(reason))


# Fixtures


@pytest.fixture(scope="session")
def shared_servers(pytestconfig: pytest.Config) -> Shared:
    return pytestconfig.stash[SHARED]


@pytest.fixture(scope="session")
def run_name(shared_servers: Shared) -> str:
    """A word for what this worker of this run makes on a server that others use too: `t4711_gw0`."""
    return f"t{shared_servers.owner}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def databases(shared_servers: Shared, run_name: str) -> Databases:
    """PostgreSQL: `make()` gives the address of a new database, `make(template=url)` a copy in some 50 ms."""
    return Databases(or_skip(lambda: shared_servers.url("postgres")), f"alliance_test_{run_name}")


@pytest.fixture(scope="session")
def postgres_url(databases: Databases) -> Iterator[str]:
    """One database of this worker for the whole run, empty but for our extensions."""
    url = databases.make()
    yield url
    databases.drop(url)


@pytest.fixture
def new_database(databases: Databases) -> Iterator[Callable[..., str]]:
    """Databases that are gone after the test: `new_database()` or `new_database(template=url)`."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        made.append(databases.make(template))
        return made[-1]

    yield make
    for url in made:
        databases.drop(url)


@pytest.fixture(scope="session")
def elasticsearch_url(shared_servers: Shared) -> str:
    """A server that other workers use at the same time: name indexes with `index_prefix`."""
    return or_skip(lambda: shared_servers.url("elasticsearch"))


@pytest.fixture
def index_prefix(elasticsearch_url: str, run_name: str) -> Iterator[str]:
    """How the names of this test's indexes begin; what begins so is gone afterwards."""
    prefix = f"{run_name}-"
    yield prefix
    with urllib.request.urlopen(f"{elasticsearch_url}/_cat/indices/{prefix}*?h=index&format=json") as answer:
        names = [row["index"] for row in json.load(answer)]
    for name in names:
        urllib.request.urlopen(urllib.request.Request(f"{elasticsearch_url}/{name}", method="DELETE")).close()


@pytest.fixture(scope="session")
def s3_url(shared_servers: Shared, run_name: str) -> str:
    """An ALLIANCE_STORAGE_URL for this worker alone: a bucket and the beginning of its keys."""
    parts = urlsplit(or_skip(lambda: shared_servers.url("s3")))
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{run_name}"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program, for Playwright's `executable_path` (with `tests.servers.chromium.FLAGS`)."""
    return or_skip(browser.path)
