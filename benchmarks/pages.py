"""Requests per second of a listing's page and of the search page for a visitor, against a bare page on the same server.

Run it from the project's root on a data folder that the portal has filled: `python -m benchmarks.pages var`.
Prints one table, of one run; the portal and the bare page are asked in turns.
"""

import http.client
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

LEAST = {"listing": 0.25, "search": 0.08}
SECONDS, CLIENTS, ROUNDS = 2.0, 4, 4


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ask(port: int, path: str, until: float, headers: dict[str, str], status: int) -> int:
    """How many answers of that status one client gets until then."""
    connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=10), 0
    while time.perf_counter() < until:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != status:
            raise SystemExit(f"{path} answered {answer.status}")
        count += 1
    return count


def rate(port: int, path: str, headers: dict[str, str] | None = None, status: int = 200) -> float:
    """Answers per second of some clients at once."""
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(lambda _: ask(port, path, until, headers or {}, status), range(CLIENTS))) / SECONDS


def started(command: list[str], port: int, **environment: str) -> subprocess.Popen[bytes]:
    """The server, once it listens."""
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    for _ in range(120):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.25)
    raise SystemExit(f"{command} does not listen")


def main(folder: Path) -> None:
    """Start both, ask both, print, fail below the least shares."""
    database = folder / "alliance.db"
    with sqlite3.connect(database) as connection:
        query = "SELECT code FROM resource WHERE state = 'published' AND share_scope = 'public' AND kind = 'stage_truck' LIMIT 1"
        (code,) = connection.execute(query).fetchone()
    ours, bare = free_port(), free_port()
    settings = {"ALLIANCE_DATA": str(folder), "ALLIANCE_PORT": str(ours), "ALLIANCE_SEARCH_RATE": "1000000 per minute"}
    servers = [
        started(["-m", "alliance.cli", "serve"], ours, **settings),
        started(["benchmarks/bare_page.py", str(database), str(bare)], bare),
    ]
    asked = {"bare": (bare, f"/{code}"), "listing": (ours, f"/resources/{code}"), "search": (ours, f"/search?q={quote('舞台车')}")}
    try:
        for port, path in asked.values():
            rate(port, path)
        turns = [{name: rate(*where) for name, where in asked.items()} for _ in range(ROUNDS)]
        found = {name: statistics.median(turn[name] for turn in turns) for name in asked}
    finally:
        for server in servers:
            server.terminate()
    shares = {name: found[name] / found["bare"] for name in LEAST}
    print("| page | requests/s | share of bare | at least |\n| --- | --- | --- | --- |")
    for name, value in found.items():
        share = f"{shares[name]:.0%} | {LEAST[name]:.0%}" if name in shares else "100% | –"
        print(f"| {name} | {value:.0f} | {share} |")
    sys.exit(0 if all(share >= LEAST[name] for name, share in shares.items()) else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var"))
