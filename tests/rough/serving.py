"""The portal as a process of its own, started as a user would, that can be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alliance.config import ROOT
from tests.rough.wire import Cut, Wire
from tests.servers.process import free_port

MANY = "1000000 per minute"
SERVE = (sys.executable, "-m", "alliance.cli", "serve")


@dataclass
class Portal:
    """A serving process over a folder and a database; what it prints is kept in a log."""

    folder: Path
    database: str = ""
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "portal.log"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of ours but what is said here."""
        said = {
            "DATA": str(self.folder),
            "DATABASE_URL": self.database,
            "PORT": str(self.port),
            "DEMO": "false",
            "SIGN_IN_RATE": MANY,
            "ASK_RATE": MANY,
            "SEARCH_RATE": MANY,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
        return kept | {f"ALLIANCE_{name}": value for name, value in said.items()}

    def run(self, command: tuple[str, ...]) -> None:
        """Start one more process."""
        with self.log.open("ab") as log:
            self.running.append(
                subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )

    def serve(self, *commands: tuple[str, ...]) -> None:
        """Start it and wait until it answers."""
        for command in commands or (SERVE,):
            self.run(command)
        until = time.monotonic() + 60
        while not self.answers():
            told = self.log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < until, told
            assert all(process.poll() is None for process in self.running), told
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            return self.wire().get("/healthz").status_code == 200
        except Cut:
            return False

    def wire(self) -> Wire:
        """A new visitor's connection."""
        return Wire(self.port)

    def kill(self) -> None:
        """kill -9 of all that serves; the worker notices by itself."""
        for process in self.running:
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        self.running.clear()

    def workers(self) -> list[int]:
        """The workers that the serving processes started."""
        return [child for process in self.running for child in children(process.pid)]

    def kill_worker(self) -> None:
        """kill -9 of the worker, as soon as there is one."""
        until = time.monotonic() + 20
        while not (found := self.workers()):
            assert time.monotonic() < until, "no worker to kill"
            time.sleep(0.05)
        for number in found:
            os.kill(number, signal.SIGKILL)

    def end(self) -> None:
        """Stop everything that was started."""
        left = self.workers()
        self.kill()
        for number in left:
            stop(number)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of the project's commands, over the same data."""
        return subprocess.run(
            [sys.executable, "-m", "alliance.cli", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def is_well(self) -> None:
        """`alliance doctor` finds nothing, and the index holds what the tables say."""
        doctor = self.command("doctor")
        assert doctor.returncode == 0, doctor.stdout + doctor.stderr
        index = self.command("reindex", "--check")
        assert (index.returncode, index.stdout) == (0, "missing 0, stale 0, too many 0\n"), index.stdout + index.stderr


def children(parent: int) -> list[int]:
    """The processes that a process started, as the kernel tells."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_parent) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def stop(number: int) -> None:
    """End a process that may have ended by itself."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return
    until = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)


@contextmanager
def portal(folder: Path, database: str) -> Iterator[Portal]:
    """A portal that is not running yet, and is gone afterwards."""
    made = Portal(folder, database)
    try:
        yield made
    finally:
        made.end()
