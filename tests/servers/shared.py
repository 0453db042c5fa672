"""One server for all the workers of a test run: the first that asks starts it, the controlling process ends it."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import NotHereError

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = {"postgres": "TEST_DATABASE_URL", "elasticsearch": "TEST_ELASTICSEARCH_URL", "s3": "TEST_S3_URL"}


@dataclass(frozen=True)
class Shared:
    """The folder that the workers share, and the process whose end is the end of the servers."""

    folder: Path
    owner: int

    def url(self, name: str) -> str:
        """The address of a running server; raises NotHereError where this machine cannot start one."""
        if given := os.environ.get(ADDRESSES[name]):
            return given
        state = self.folder / f"{name}.json"
        with locked(self.folder / f"{name}.lock"):
            if not state.exists():
                self.start(name, state)
        facts = json.loads(state.read_text())
        if "reason" in facts:
            raise NotHereError(facts["reason"])
        url: str = facts["url"]
        return url

    def start(self, name: str, state: Path) -> None:
        command = [sys.executable, "-m", f"tests.servers.{name}", "--state", str(state), "--watch", str(self.owner)]
        log = state.with_suffix(".log")
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
        while not state.exists():
            if process.poll() is not None and not state.exists():
                raise RuntimeError(f"the {name} server did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def end(self, seconds: float = 40) -> None:
        """Ask every server that was started to end, and make sure that it did."""
        states = list(self.folder.glob("*.json"))
        keepers = {state: json.loads(state.read_text()).get("pid") for state in states}
        for keeper in filter(None, keepers.values()):
            os.kill(keeper, signal.SIGTERM)
        until = time.monotonic() + seconds
        for state, keeper in keepers.items():
            while keeper and state.exists():
                if time.monotonic() > until:
                    os.killpg(keeper, signal.SIGKILL)
                    break
                time.sleep(0.05)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
