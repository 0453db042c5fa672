"""A file in parts into the local store, and through the whole portal over HTTP, against copying and hashing the same bytes.

Run it from the project's root: `python -m benchmarks.upload [megabytes]` (2047 without). It makes its own data, prints one table of
one run and by how much the serving process and the worker grew; it fails below the least share or above the most memory.
"""

import hashlib
import http.client
import json
import os
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

from alliance.app import create_app
from alliance.archive import assembly, uploads
from alliance.config import read_settings
from alliance.db import alembic, db, transaction
from alliance.people import passwords
from alliance.storage.address import open_store
from benchmarks.booking import Browser
from benchmarks.pages import free_port, started
from tests import make
from tests.rough.serving import children

LEAST, WHOLE, MOST_GROWTH_MB, MB = 0.60, 0.25, 30, 1024 * 1024
AT_ONCE, TURNS = 3, 3


def film(path: Path, megabytes: int) -> None:
    """A film of that size whose bytes do not repeat."""
    noise, moov = random.Random(5).randbytes(MB), b"moov" + b"\0" * 32
    head = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isommp41" + struct.pack(">I", len(moov) + 4) + moov
    with path.open("wb") as file:
        file.write(head + struct.pack(">I4sQ", 1, b"mdat", megabytes * MB + 16))
        for number in range(megabytes):
            file.write(noise[number % MB :] + noise[: number % MB])


def bare(source: Path, target: Path) -> float:
    """Seconds to copy and hash the bytes, and to have them on the disk."""
    begun, digest = time.perf_counter(), hashlib.sha256()
    with source.open("rb") as file, target.open("wb") as copy:
        while piece := file.read(256 * 1024):
            digest.update(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    return time.perf_counter() - begun


def stored(source: Path, folder: Path) -> float:
    """Seconds until the local store has the bytes in parts, finished, and summed as the job does."""
    store, size, begun = open_store(f"file://{folder}"), source.stat().st_size, time.perf_counter()
    draft = store.begin("incoming/film", size=size, part=uploads.PART)
    with source.open("rb") as file:
        for number in draft.numbers:
            store.part(draft, number, Part(file, draft.length(number)))  # type: ignore[arg-type]
    store.finish(draft)
    assembly.summed(store, draft.key)
    return time.perf_counter() - begun


def alone(way: Callable[[Path, Path], float], source: Path, target: Path) -> float:
    """Its seconds when the disk has nothing left to write of what was before; what it made is taken away."""
    os.sync()
    seconds = way(source, target)
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    return seconds


class Part:
    """The next bytes of an open file, as a request would hand them over."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self.file, self.left = file, left

    def read(self, wanted: int) -> bytes:
        piece = self.file.read(min(wanted, self.left))
        self.left -= len(piece)
        return piece


class Sender:
    """A browser's script: announces, sends three parts at a time, finishes, waits."""

    def __init__(self, port: int, browser: Browser, token: str) -> None:
        cookie = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
        self.port, self.headers = port, {"Cookie": cookie, "X-CSRFToken": token, "Accept": "application/json"}
        self.own = threading.local()

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/octet-stream") -> Any:
        if not hasattr(self.own, "line"):
            self.own.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self.own.line.request(method, path, body, self.headers | ({"Content-Type": kind} if body is not None else {}))
        answer = self.own.line.getresponse()
        text = answer.read()
        assert answer.status < 300, (answer.status, text)
        return json.loads(text) if text else None

    def form(self, path: str, **fields: Any) -> Any:
        return self.ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def send(self, source: Path) -> float:
        """Seconds from the announcement until the original is kept."""
        size, begun = source.stat().st_size, time.perf_counter()
        told = self.form("/archive/uploads", name="采茶戏.mp4", size=size, again="1")
        path = f"/archive/uploads/{told['id']}"

        def part(number: int) -> None:
            with source.open("rb") as file:
                file.seek((number - 1) * told["part"])
                self.ask("PUT", f"{told['direct']}{number}", file.read(told["part"]))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(part, range(1, -(-size // told["part"]) + 1)))
        self.form(f"{path}/finish")
        while (told := self.ask("GET", path))["state"] == "assembling":
            time.sleep(0.1)
        assert told["state"] == "done", told
        return time.perf_counter() - begun


def resident(process: int) -> int:
    """Bytes of a process in memory."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def watched(processes: list[int]) -> Iterator[dict[int, int]]:
    """The most memory that each process had meanwhile."""
    most, over = dict.fromkeys(processes, 0), threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for process in processes:
                most[process] = max(most[process], resident(process))

    thread = threading.Thread(target=look)
    thread.start()
    yield most
    over.set()
    thread.join()


def prepare(folder: Path) -> str:
    """The mail address of somebody who may send."""
    with create_app(read_settings({}, data=folder, demo=False)).app_context():
        alembic.upgrade()
        with transaction() as session:
            person = make.person(session, make.centre(session), password=passwords.hashed(make.PASSWORD))
            email = str(person.email)
        db.engine.dispose()
    return email


def measure(folder: Path, server: subprocess.Popen[bytes], sender: Sender, megabytes: int) -> tuple[float, float, float, float]:
    """Seconds bare, by the store, through the whole portal; megabytes by which a process grew."""
    source, small = folder / "film", folder / "small"
    film(source, megabytes)
    film(small, 64)
    sender.send(small)
    os.sync()
    processes = [server.pid, *children(server.pid)]
    before = {process: resident(process) for process in processes}
    with watched(processes) as most:
        ours = sender.send(source)
    turns = [(alone(bare, source, folder / "copy"), alone(stored, source, folder / "store")) for _ in range(TURNS)]
    copied, kept = (statistics.median(seconds) for seconds in zip(*turns, strict=True))
    return copied, kept, ours, max(most[process] - before[process] for process in processes) / MB


def main() -> None:
    """Serve, send, compare."""
    megabytes = int(sys.argv[1]) if sys.argv[1:] else 2047
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        email = prepare(folder)
        server = started(["-m", "alliance.cli", "serve"], port, ALLIANCE_DATA=name, ALLIANCE_PORT=str(port), ALLIANCE_DEMO="0")
        try:
            browser = Browser(port)
            browser.ask("POST", "/sign-in", {"csrf_token": browser.token("/sign-in"), "email": email, "password": make.PASSWORD})
            sender = Sender(port, browser, browser.token("/desk"))
            copied, kept, ours, grown = measure(folder, server, sender, megabytes)
        finally:
            server.terminate()
    share, whole = copied / kept, copied / ours
    print(f"| upload of {megabytes} MB | seconds | MB/s | share of bare | at least |\n| --- | --- | --- | --- | --- |")
    print(f"| copy and hash | {copied:.1f} | {megabytes / copied:.0f} | 100% | – |")
    print(f"| into the local store, in parts | {kept:.1f} | {megabytes / kept:.0f} | {share:.0%} | {LEAST:.0%} |")
    print(f"| over HTTP, examined and attached | {ours:.1f} | {megabytes / ours:.0f} | {whole:.0%} | {WHOLE:.0%} |")
    print(f"\nmemory grew by {grown:.0f} MB at most, {MOST_GROWTH_MB} MB allowed")
    sys.exit(0 if share >= LEAST and whole >= WHOLE and grown <= MOST_GROWTH_MB else 1)


if __name__ == "__main__":
    main()
