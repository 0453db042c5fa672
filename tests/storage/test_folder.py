"""What only a disk can do: fill up, keep half a file, be out of bounds."""

import io
import os
import subprocess
import sys

import pytest

from alliance.storage import drafts
from alliance.storage.address import open_store
from alliance.storage.store import BadKey, Draft, Unavailable

FULL = """
import io, resource, sys
from alliance.storage.address import open_store
from alliance.storage.store import Unavailable
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
store = open_store(sys.argv[1])
try:
    if sys.argv[2:] == ["parts"]:
        draft = store.begin("a", size=3_000_000, part=2_000_000)
        store.part(draft, 1, io.BytesIO(bytes(2_000_000)))
    store.put("a", io.BytesIO(bytes(3_000_000)), size_limit=10**9)
except Unavailable as error:
    if sys.argv[2:] == ["parts"]:
        print(sorted(store.parts(draft)))
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


def test_a_disk_that_takes_no_more_keeps_no_half_part(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL, f"file://{tmp_path}", "parts"], capture_output=True, text=True)
    assert "unavailable: " in done.stderr
    assert done.stdout == "[]\n"
    store = open_store(f"file://{tmp_path}")
    (left,) = store.unfinished()
    store.abandon(Draft(left.key, left.mark, 3_000_000, 2_000_000))
    assert files(tmp_path) == []


def test_a_file_for_which_there_is_no_room_is_refused_before_it_is_sent(folder, tmp_path):
    with pytest.raises(Unavailable):
        folder.begin("a", size=10**18, part=5_000_000)
    assert files(tmp_path) == []


SLOW_PART = """
import sys, time
from alliance.storage.address import open_store
from alliance.storage.store import Draft
class Slow:
    def read(self, size):
        print("read", flush=True)
        time.sleep(0.02)
        return bytes(size)
store = open_store(sys.argv[1])
draft = Draft("a", sys.argv[2], 60_000_000, 50_000_000)
store.part(draft, 1, Slow())
"""


def test_a_killed_part_is_not_there_and_what_was_there_stays(folder, tmp_path):
    draft = folder.begin("a", size=60_000_000, part=50_000_000)
    folder.part(draft, 2, io.BytesIO(bytes(10_000_000)))
    writer = subprocess.Popen([sys.executable, "-c", SLOW_PART, f"file://{tmp_path}/files", draft.mark], stdout=subprocess.PIPE)
    for _ in range(5):
        assert writer.stdout.readline() == b"read\n"
    writer.kill()
    writer.wait()
    assert folder.parts(draft) == {2}
    folder.part(draft, 1, io.BytesIO(bytes(50_000_000)))
    folder.finish(draft)
    assert folder.size("a") == 60_000_000
    assert files(tmp_path) == [str(tmp_path / "files" / "objects" / "a")]


def test_after_the_machine_started_again_parts_are_sent_again(folder, tmp_path, monkeypatch):
    """They may have been in memory only."""
    draft = folder.begin("a", size=7, part=5_000_000)
    folder.part(draft, 1, io.BytesIO(b"content"))
    (tmp_path / "boot_id").write_text("another\n")
    monkeypatch.setattr(drafts, "RUN", tmp_path / "boot_id")
    assert folder.parts(draft) == frozenset()
    folder.part(draft, 1, io.BytesIO(b"content"))
    monkeypatch.setattr(drafts, "RUN", tmp_path / "none")
    folder.part(draft, 1, io.BytesIO(b"content"))
    folder.finish(draft)
    assert b"".join(folder.open("a")) == b"content"


def test_finishing_goes_on_where_it_was_killed(folder, tmp_path):
    draft = folder.begin("a", size=7, part=5_000_000)
    folder.part(draft, 1, io.BytesIO(b"content"))
    kept = tmp_path / "files" / "drafts" / draft.mark
    os.makedirs(tmp_path / "files" / "objects")
    os.rename(kept / "bytes", tmp_path / "files" / "objects" / "a")
    folder.finish(draft)
    assert b"".join(folder.open("a")) == b"content"
    assert not kept.exists()
