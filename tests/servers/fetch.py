"""Fetches, once, what the servers of the whole test run are made of: `python -m tests.servers.fetch`."""

import os
import subprocess
import sys

from tests.servers import NotHereError, chromium, elasticsearch, postgres, s3

STEPS = {
    "PostgreSQL": ("TEST_DATABASE_URL", postgres.programs),
    "Elasticsearch": ("TEST_ELASTICSEARCH_URL", elasticsearch.fetch),
    "S3": ("TEST_S3_URL", s3.fetch),
    "Chromium": ("TEST_CHROMIUM", chromium.path),
}


def main() -> int:
    """Fetch each or say what is missing; 1 if anything is."""
    missing = 0
    for name, (variable, fetch) in STEPS.items():
        if os.environ.get(variable):
            continue
        try:
            fetch()
        except (NotHereError, subprocess.CalledProcessError) as reason:
            print(f"{name}: {reason}", file=sys.stderr)
            missing = 1
    return missing


if __name__ == "__main__":
    sys.exit(main())
