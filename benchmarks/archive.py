"""Requests per second of an item's page against a bare page with one query, and of a range of its file against a static file's.

Run it from the project's root on a data folder that the portal has filled: `python -m benchmarks.archive var`.
Prints one table, of one run; all four are asked in turns; fails below the least shares.
"""

import sqlite3
import statistics
import sys
from pathlib import Path

from benchmarks.pages import ROUNDS, free_port, rate, started

LEAST = {"item": ("bare", 0.25), "range": ("static", 0.50)}
SPAN = {"Range": "bytes=0-65535"}
OPEN = (
    "SELECT asset.code, file.key FROM asset JOIN file ON file.id = asset.file_id WHERE asset.state = 'published' "
    "AND asset.record_visibility = 'public' AND asset.file_access = 'public' AND asset.rights_status = 'own' "
    "AND file.media_type LIKE 'audio/%' AND file.size > 65536 ORDER BY asset.id LIMIT 1"
)


def main(folder: Path) -> None:
    """Start both, ask both, print."""
    database = folder / "alliance.db"
    with sqlite3.connect(database) as connection:
        code, key = connection.execute(OPEN).fetchone()
    ours, bare = free_port(), free_port()
    settings = {"ALLIANCE_DATA": str(folder), "ALLIANCE_PORT": str(ours)}
    servers = [
        started(["-m", "alliance.cli", "serve"], ours, **settings),
        started(
            ["benchmarks/bare_archive.py", str(database), str(bare), str((folder / "files" / "objects" / key).resolve())], bare
        ),
    ]
    asked = {
        "bare": (bare, f"/{code}"),
        "item": (ours, f"/archive/{code}"),
        "static": (bare, "/file", SPAN, 206),
        "range": (ours, f"/archive/{code}/file", SPAN, 206),
    }
    try:
        for one in asked.values():
            rate(*one)
        turns = [{name: rate(*one) for name, one in asked.items()} for _ in range(ROUNDS)]
        found = {name: statistics.median(turn[name] for turn in turns) for name in asked}
    finally:
        for server in servers:
            server.terminate()
    print("| asked for | requests/s | share | of | at least |\n| --- | --- | --- | --- | --- |")
    missed = False
    for name, value in found.items():
        of, least = LEAST.get(name, ("", 0.0))
        share = value / found[of] if of else 1.0
        missed = missed or share < least
        print(f"| {name} | {value:.0f} | {share:.0%} | {of or 'itself'} | {f'{least:.0%}' if of else '–'} |")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var"))
