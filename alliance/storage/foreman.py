"""The jobs `renditions.…`: give a maker its work, hear how far it is, keep what it has made."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

import structlog
from flask import current_app

from alliance import jobs
from alliance.config import ROOT
from alliance.db import db
from alliance.storage import files, renditions, results
from alliance.storage import store as stores
from alliance.storage.models import File

log = structlog.get_logger()
MAKERS = {"picture": "pictures", "film": "films", "sound": "sounds", "paper": "papers", "words": "words"}
LIMITS = {"picture": 300, "film": 6 * 3600, "sound": 3600, "paper": 900, "words": 90}
"""Seconds that a maker may take, by the clock on the wall; of the processor it limits itself."""
SHELTER = frozenset({"files", "network"})
"""What a maker is shut off from where the kernel helps: others' files, any network."""
LEFT = 24 * 3600
BEAT = 15.0  # seconds between two looks at the lease
PAUSE = 2.0  # seconds between two notes of how far it is


class Overdue(Exception):
    """The maker took longer than it may."""


class Crashed(Exception):
    """The maker ended without having said what became of its work."""


def make(payload: dict[str, Any]) -> None:
    """Make what is not made yet of a file; may be killed at any moment and is begun again."""
    file = db.session.get(File, payload["file"])
    if file is None or (kind := renditions.kind_of(file.media_type)) is None:
        return
    number, key, media_type = file.id, file.key, file.media_type
    results.adopt(file)
    try:
        if results.begin(number):
            with workplace() as folder:
                fetch(key, folder / "source")
                while names := results.begin(number):
                    employ(number, folder, kind, media_type, names)
    except stores.StorageError:
        results.put_back(number, final=jobs.attempts(db.session) >= jobs.PATIENCE)
        raise
    except Crashed:
        results.put_back(number)
        raise


# The maker ----------------------------------------------------------------


def employ(number: int, folder: Path, kind: str, media_type: str, names: list[str]) -> None:
    """Run a maker for the names; what it tells is kept as it comes. Raises Crashed, StorageError, jobs.Lost."""
    results.count(number, names)
    have = [row.name for row in results.rows(db.session, number) if row.state == "done"]
    db.session.rollback()
    asked = json.dumps({"folder": str(folder), "media_type": media_type, "names": names, "have": have})
    note_shelter()
    with (folder / "errors").open("w+") as errors:
        maker = subprocess.Popen(  # noqa: S603
            command(MAKERS[kind], asked),
            cwd=folder,
            env=bare(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            listen(maker, number, folder, time.monotonic() + LIMITS[kind])
        except Overdue:
            results.fail(number, "time")
            return
        finally:
            maker.kill()
            maker.wait()
        if maker.returncode == -signal.SIGXCPU:
            results.fail(number, "time")
        elif maker.returncode or set(names) & set(results.unfinished(number)):
            errors.seek(0)
            raise Crashed(f"{kind} of file {number}: {maker.returncode} {errors.read()[-400:].strip()}")


def command(module: str, *given: str) -> list[str]:
    """A program of `making`, to be run in a folder of its own: nothing is imported from there."""
    return [sys.executable, "-P", "-m", f"alliance.storage.making.{module}", *given]


def shelter() -> frozenset[str]:
    """What this kernel lets a maker give up: files, tcp, network."""
    with tempfile.TemporaryDirectory() as name, suppress(subprocess.SubprocessError):
        given: dict[str, Any] = {"cwd": name, "env": bare(Path(name)), "timeout": 60}
        return frozenset(subprocess.run(command("shelter", name), capture_output=True, text=True, **given).stdout.split())  # noqa: S603
    return frozenset()


@cache
def note_shelter() -> None:
    """Log, once a process, what makers are not kept from here."""
    if missing := sorted(SHELTER - shelter()):
        log.warning("makers run without a shelter", missing=missing)


def bare(folder: Path) -> dict[str, str]:
    """The environment of a maker: it reads strangers' files and needs none of our secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    return kept | {"TMPDIR": str(folder), "PYTHONPATH": str(ROOT), "VIPS_CONCURRENCY": "2", "PYTHONDONTWRITEBYTECODE": "1"}


def listen(maker: subprocess.Popen[str], number: int, folder: Path, until: float) -> None:
    """Take down what the maker says until it ends, and hold the job's lease meanwhile. Raises Overdue."""
    assert maker.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=hand_on, args=(maker.stdout, lines), daemon=True).start()
    beat, noted = 0.0, dict[str, float]()
    while True:
        now = time.monotonic()
        if now > until:
            raise Overdue
        if now - beat >= BEAT:
            beat = now
            jobs.renew()
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            continue
        if not line:
            maker.wait()
            return
        told = json.loads(line)
        if "progress" not in told:
            results.heard(number, folder, told)
        elif now - noted.get(told["name"], -PAUSE) >= PAUSE:
            noted[told["name"]] = now
            results.note(number, told["name"], int(told["progress"]))


def hand_on(stream: IO[str], lines: queue.Queue[str]) -> None:
    """Lines as they come, an empty one at the end."""
    for line in iter(lambda: stream.readline(100_000), ""):
        lines.put(line)
    lines.put("")


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder of its own on the disk of the data, gone afterwards."""
    root: Path = current_app.config["ALLIANCE"].data / "making"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, ignore_cleanup_errors=True) as folder:
        yield Path(folder).absolute()


def fetch(key: str, source: Path) -> None:
    """Copy the kept file to where the maker reads it."""
    with source.open("wb") as taken:
        for piece in files.the_store().open(key):
            taken.write(piece)


def sweep(_payload: dict[str, Any]) -> None:
    """The daily job `renditions.sweep`: folders whose maker was killed go after a day."""
    root: Path = current_app.config["ALLIANCE"].data / "making"
    for folder in root.iterdir() if root.is_dir() else ():
        if time.time() - folder.stat().st_mtime > LEFT:
            shutil.rmtree(folder, ignore_errors=True)


for _kind in renditions.JOBS:
    jobs.handles(_kind, make)
jobs.handles("renditions.sweep", sweep, every=timedelta(days=1))
