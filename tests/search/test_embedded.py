"""What only the embedded engine must show: processes share its file, threads its memory."""

import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest

from search import bitmaps
from search.embedded import Embedded
from search.types import Document, Query

ALL = Query(scopes=("public",), facets=("kind",), size=0)


def document(name: str, kind: str = "venue", version: int = 1) -> Document:
    return Document(name, version, kind, "京剧大舞台", scopes=("public",))


def write(path: Path, start: int) -> None:
    """The work of another process."""
    backend = Embedded(path)
    for number in range(start, start + 40):
        backend.add([document(f"P{number:03d}"), document("shared", version=number)])
    backend.close()


def test_processes_write_into_one_file_and_each_sees_all(tmp_path: Path) -> None:
    path = tmp_path / "made" / "search.sqlite"
    here = Embedded(path)
    assert here.find(ALL).total == 0
    spawned = multiprocessing.get_context("spawn")
    others = [spawned.Process(target=write, args=(path, start)) for start in (0, 100)]
    for other in others:
        other.start()
    for number in range(40):
        here.add([document(f"H{number:03d}", kind="media")])
    for other in others:
        other.join(60)
    assert [other.exitcode for other in others] == [0, 0]
    results = here.find(ALL)
    assert (results.total, results.facets["kind"]) == (121, {"venue": 81, "media": 40})
    assert ("shared", 139) in here.versions()
    here.close()


def test_counts_of_a_kept_snapshot_are_those_of_a_fresh_one(tmp_path: Path) -> None:
    """Documents change their codes, go and come again; following the changes ends where reading everything does."""
    kept = Embedded(tmp_path / "search.sqlite")
    for round_ in range(1, 6):
        kept.add(document(f"D{n}", kind=f"kind{(n * round_) % 7}", version=round_) for n in range(200))
        kept.remove({f"D{n}": round_ for n in range(round_, 200, 9)})
        fresh = Embedded(tmp_path / "search.sqlite")
        assert kept.find(ALL).facets == fresh.find(ALL).facets
        assert kept.find(ALL).total == fresh.find(ALL).total == sum(kept.find(ALL).facets["kind"].values())
        fresh.close()
    kept.close()


def test_readers_in_threads_always_see_whole_batches(tmp_path: Path) -> None:
    backend, done, wrong = Embedded(tmp_path / "search.sqlite"), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            results = backend.find(Query("大舞台", scopes=("public",), facets=("kind",), size=50))
            if results.total % 10 or results.facets["kind"].get("venue", 0) != results.total or len(results.hits) > 50:
                wrong.append(results)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for batch in range(30):
        backend.add(document(f"D{batch * 10 + n}") for n in range(10))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert backend.find(ALL).total == 300
    backend.close()


def test_a_full_disk_is_said_and_nothing_half_written(tmp_path: Path) -> None:
    backend = Embedded(tmp_path / "search.sqlite")
    backend.add([document("A")])
    backend.connection().execute("PRAGMA max_page_count = 1")
    with pytest.raises(Exception, match="full"):
        backend.add(document(f"B{n}") for n in range(400))
    assert backend.find(ALL).total == 1
    backend.close()
    assert sqlite3.connect(tmp_path / "search.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_bits() -> None:
    for numbers in ([], [0], [1, 7, 8, 63, 64, 1000]):
        assert bitmaps.numbers_of(bitmaps.bits_of(numbers)) == numbers
    member = bitmaps.Member(bitmaps.bits_of([3, 900]))
    assert [n for n in (0, 3, 4, 900, 901, 10**6) if n in member] == [3, 900]
