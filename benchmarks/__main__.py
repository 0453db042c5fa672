"""`make bench`: all benchmarks one after the other; ratios of one run each, exit 1 when one misses its least share."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

WITHOUT_FOLDER = ("benchmarks.booking", "benchmarks.free_between", "benchmarks.search", "benchmarks.touring", "benchmarks.upload")


def run(*command: str, **environment: str) -> int:
    """A module as a process of its own."""
    print(f"\n## {' '.join(command)}\n", flush=True)
    return subprocess.run([sys.executable, "-m", *command], env={**os.environ, **environment}).returncode


def main() -> None:
    """Seed a folder for the pages, then run everything."""
    with tempfile.TemporaryDirectory() as folder:
        data = {"ALLIANCE_DATA": folder}
        run("alliance.cli", "seed", **data)
        run("alliance.cli", "work", "--until-idle", **data)
        failed = run("benchmarks.pages", str(Path(folder))) + run("benchmarks.archive", str(Path(folder)))
    failed += sum(run(name) for name in WITHOUT_FOLDER)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
