"""Genuine servers for the tests and benchmarks.

Each module starts one: `with postgres.start() as url:` or `python -m tests.servers.postgres --port 5433`. A test asks
for a fixture (`plugin.py`); the workers of one run share one server, which ends with the run. An address in the
environment (`TEST_DATABASE_URL`, `TEST_ELASTICSEARCH_URL`, `TEST_S3_URL`, `TEST_CHROMIUM`) always wins. What has to be
fetched once is fetched by `python -m tests.servers.fetch`, never in the middle of a test.
"""

import os
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "alliance-test"


class NotHereError(Exception):
    """This machine cannot start the server; the message says what would make it so."""
