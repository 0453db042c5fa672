"""What only a disk can do: fill up, keep half a file, be out of bounds."""

import io
import os
import subprocess
import sys

import pytest

from alliance.storage.address import open_store
from alliance.storage.store import BadKey, Unavailable

FULL = """
import io, resource, sys
from alliance.storage.address import open_store
from alliance.storage.store import Unavailable
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    open_store(sys.argv[1]).put("a", io.BytesIO(bytes(3_000_000)), size_limit=10**9)
except Unavailable as error:
    sys.exit(f"unavailable: {error}")
"""
SLOW = """
import sys, time
from alliance.storage.address import open_store
class Slow:
    def read(self, size):
        print("read", flush=True)
        time.sleep(0.02)
        return bytes(size)
open_store(sys.argv[1]).put("a", Slow(), size_limit=10**12)
"""


def files(folder):
    return [os.path.join(top, name) for top, _, names in os.walk(folder) for name in names]


def test_a_disk_that_takes_no_more_leaves_no_half_file(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL, f"file://{tmp_path}"], capture_output=True, text=True)
    assert "unavailable: " in done.stderr
    assert files(tmp_path) == []


def test_a_killed_put_leaves_nothing_under_the_key(tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", SLOW, f"file://{tmp_path}"], stdout=subprocess.PIPE)
    for _ in range(5):
        assert writer.stdout.readline() == b"read\n"
    writer.kill()
    writer.wait()
    store = open_store(f"file://{tmp_path}")
    assert list(store.list()) == []
    assert not store.exists("a")


def test_preparing_clears_away_only_what_was_abandoned(folder, tmp_path):
    folder.prepare()
    folder.put("a", io.BytesIO(b"x"), size_limit=1)
    old, fresh = tmp_path / "files" / "parts" / "old", tmp_path / "files" / "parts" / "fresh"
    for draft in (old, fresh):
        draft.write_bytes(b"half")
    os.utime(old, (1, 1))
    folder.prepare()
    assert not old.exists()
    assert fresh.exists()
    assert folder.exists("a")


def test_a_file_is_not_a_folder(folder, tmp_path):
    folder.put("a", io.BytesIO(), size_limit=1)
    folder.put("b/c", io.BytesIO(), size_limit=1)
    for key in ("a/b", "b"):
        with pytest.raises(BadKey):
            folder.put(key, io.BytesIO(), size_limit=1)
    assert len(files(tmp_path)) == 2


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")
    store = open_store(f"file://{tmp_path}/files")
    with pytest.raises(Unavailable):
        store.check()
    with pytest.raises(Unavailable):
        store.put("a", io.BytesIO(), size_limit=1)


def test_a_file_that_vanishes_while_it_is_read_is_still_read_whole(folder):
    content = bytes(2_000_000)
    folder.put("a", io.BytesIO(content), size_limit=10**9)
    chunks = folder.open("a")
    first = next(chunks)
    folder.delete("a")
    assert first + b"".join(chunks) == content


def test_the_portal_serves_the_files_of_a_folder(folder):
    folder.put("a", io.BytesIO(), size_limit=1)
    assert folder.url("a", seconds=60) is None


def test_listing_does_not_leave_the_folder(folder, tmp_path):
    (tmp_path / "secret").write_text("x")
    with pytest.raises(BadKey):
        list(folder.list("../../"))


def test_a_relative_address_is_taken_where_the_process_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = open_store("file:var/files")
    monkeypatch.chdir("/")
    store.check()
    assert (tmp_path / "var" / "files").is_dir()
