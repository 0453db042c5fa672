"""What passed once need not pass again on the same checkout: noted in ALLIANCE_NOTE_PASSED, obeyed by ALLIANCE_LEAVE_OUT."""

import os
from pathlib import Path

import pytest

PASSED: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep in mind what passed in all its phases."""
    if report.when == "call" and report.passed:
        PASSED.add(report.nodeid)
    elif not report.passed:
        PASSED.discard(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write it down, once for all workers."""
    if (path := os.environ.get("ALLIANCE_NOTE_PASSED")) and not hasattr(session.config, "workerinput"):
        Path(path).write_text("\n".join(sorted(PASSED)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is written down."""
    if path := os.environ.get("ALLIANCE_LEAVE_OUT"):
        before = set(Path(path).read_text().splitlines())
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in before])
        items[:] = [item for item in items if item.nodeid not in before]
