"""One contract for files in parts, asked of a folder and of a bucket."""

import base64
import hashlib
import io
import random
import tracemalloc
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from alliance.storage.store import BadKey, Damaged, Draft, Incomplete, Interrupted, NotFound, Reader, Unavailable
from tests.storage.test_bucket import needs_signatures
from tests.storage.test_store import Noise, keys, put, read

MB = 1024 * 1024
PART = 5 * MB
SIZE = 2 * PART + 12_345
CONTENT = random.Random(11).randbytes(SIZE)


def begun(store, key="incoming/戏.mp4", size=SIZE):
    return store.begin(key, size=size, part=PART)


def piece(number):
    return CONTENT[(number - 1) * PART : number * PART]


def send(store, draft, number, content=None, **given):
    store.part(draft, number, io.BytesIO(piece(number) if content is None else content), **given)


def test_parts_in_any_order_become_the_file(store):
    draft = begun(store)
    for number in (3, 1, 2):
        send(store, draft, number)
        assert keys(store) == []
    assert store.parts(draft) == {1, 2, 3}
    store.finish(draft)
    assert read(store, draft.key) == CONTENT
    assert [*store.unfinished()] == []


def test_several_parts_at_once(store):
    draft = begun(store)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda number: send(store, draft, number), draft.numbers))
    store.finish(draft)
    assert read(store, draft.key) == CONTENT


def test_what_was_missing_after_a_break_is_sent_and_the_rest_is_not(store):
    draft = begun(store)
    send(store, draft, 1)
    with pytest.raises(Interrupted):
        store.part(draft, 2, Noise(PART, breaks_at=PART // 2))
    again = Draft(draft.key, draft.mark, draft.size, draft.part)
    assert store.parts(again) == {1}
    with pytest.raises(Incomplete) as refused:
        store.finish(again)
    assert refused.value.missing == (2, 3)
    send(store, again, 2)
    send(store, again, 3)
    store.finish(again)
    assert read(store, draft.key) == CONTENT


@pytest.mark.parametrize("content", [b"", b"short", piece(2)[:-1], piece(2) + b"x"])
def test_a_part_of_another_length_is_not_kept(store, content):
    draft = begun(store)
    with pytest.raises(Damaged):
        send(store, draft, 2, content)
    assert store.parts(draft) == frozenset()


def test_a_part_of_another_checksum_is_not_kept(store):
    draft = begun(store)
    right = hashlib.sha256(piece(1)).hexdigest()
    send(store, draft, 1, sha256=right)
    assert store.parts(draft) == {1}
    with pytest.raises(Damaged):
        send(store, draft, 2, sha256=right)
    assert store.parts(draft) == {1}


def test_a_part_may_be_sent_again(store):
    draft = begun(store)
    send(store, draft, 1, bytes(PART))
    for number in draft.numbers:
        send(store, draft, number)
    store.finish(draft)
    assert read(store, draft.key) == CONTENT


@pytest.mark.parametrize("number", [-1, 0, 4, 10_001])
def test_a_number_that_is_none(store, number):
    draft = begun(store)
    with pytest.raises(KeyError):
        store.part(draft, number, io.BytesIO(b""))
    with pytest.raises(KeyError):
        store.part_url(draft, number, seconds=60)


def test_finishing_twice_is_finishing_once(store):
    draft = begun(store, size=7)
    store.part(draft, 1, io.BytesIO(b"content"))
    store.finish(draft)
    store.finish(draft)
    assert read(store, draft.key) == b"content"


def test_a_part_that_is_still_coming_does_not_change_what_was_finished(store):
    """Its sender waits until the bytes were examined and summed, then sends others."""
    draft, finished = begun(store), []

    class Slow(io.BytesIO):
        def read(self, size=-1):
            if self.tell() == 0 and not finished:
                send(store, draft, 1)
                with suppress(Unavailable):
                    store.finish(draft)
                    finished.append(read(store, draft.key))
            return super().read(size)

    for number in draft.numbers:
        send(store, draft, number)
    with suppress(NotFound):
        store.part(draft, 1, Slow(piece(2)))
    if not finished:
        store.finish(draft)
        finished.append(read(store, draft.key))
    assert read(store, draft.key) == finished[0]
    assert [*store.unfinished()] == []


def test_abandoned_parts_are_gone(store):
    draft = begun(store)
    send(store, draft, 1)
    store.abandon(draft)
    store.abandon(draft)
    assert [*store.unfinished()] == []
    assert keys(store) == []
    for act in (lambda: store.parts(draft), lambda: store.finish(draft), lambda: send(store, draft, 2)):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("mark", ["..", "../objects", "/"])
def test_a_mark_does_not_leave_the_folder(folder, mark):
    folder.prepare()
    with pytest.raises(NotFound):
        folder.parts(Draft("x", mark, SIZE, PART))
    folder.abandon(Draft("x", mark, SIZE, PART))
    put(folder, "kept")


@pytest.mark.parametrize("mark", ["0" * 32, "nonsense"])
def test_a_mark_that_the_store_never_gave(store, mark):
    store.prepare()
    put(store, "kept")
    stranger = Draft("incoming/x", mark, SIZE, PART)
    for act in (lambda: store.parts(stranger), lambda: store.finish(stranger), lambda: send(store, stranger, 1)):
        with pytest.raises(NotFound):
            act()
    store.abandon(stranger)
    assert keys(store) == ["kept"]


def test_drafts_are_listed_by_prefix(store):
    one, other = begun(store, "incoming/一"), begun(store, "elsewhere/二")
    assert [(draft.key, draft.mark) for draft in store.unfinished("incoming/")] == [("incoming/一", one.mark)]
    assert {draft.mark for draft in store.unfinished()} == {one.mark, other.mark}
    assert abs(next(store.unfinished()).since - datetime.now(UTC)) < timedelta(minutes=5)
    store.abandon(one)
    store.abandon(other)


def test_a_key_that_no_store_can_hold(store):
    with pytest.raises(BadKey):
        begun(store, "../x")


def test_a_large_file_in_parts_is_never_in_memory_whole(store):
    size = 64 * MB
    draft = store.begin("large", size=size, part=16 * MB)
    store.part(draft, 4, Noise(16 * MB))
    tracemalloc.start()
    try:
        for number in (1, 2, 3):
            store.part(draft, number, Noise(16 * MB))
        store.finish(draft)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert store.size("large") == size
    assert peak < 8 * MB


def test_moving_leaves_it_in_one_place(store):
    put(store, "incoming/一", b"moved")
    store.move("incoming/一", "originals/ab/cd")
    assert keys(store) == ["originals/ab/cd"]
    store.move("incoming/一", "originals/ab/cd")
    assert read(store, "originals/ab/cd") == b"moved"
    put(store, "incoming/二", b"moved")
    store.move("incoming/二", "originals/ab/cd")
    assert keys(store) == ["originals/ab/cd"]
    with pytest.raises(NotFound):
        store.move("incoming/三", "originals/ef")


def test_a_reader_reads_at_any_place(store):
    put(store, "a", CONTENT)
    reader = Reader(store, "a")
    assert reader.seek(-5, io.SEEK_END) == SIZE - 5
    assert reader.read() == CONTENT[-5:]
    assert reader.read(1) == b""
    reader.seek(PART - 3)
    assert io.BufferedReader(reader).read(10) == CONTENT[PART - 3 : PART + 7]
    with pytest.raises(NotFound):
        Reader(store, "b")


def test_what_vanishes_while_it_is_read_is_said(store):
    put(store, "a", CONTENT)
    reader = Reader(store, "a")
    reader.read(5)
    store.delete("a")
    with pytest.raises(NotFound):
        reader.read(5)


# A browser sends to a bucket by itself -----------------------------------


def put_to(sending, content, **more):
    asked = urllib.request.Request(sending.url, data=content, method="PUT", headers={**sending.headers, **more})
    with urllib.request.urlopen(asked) as answer:
        return answer.headers


def test_a_folder_has_no_address_for_parts(folder):
    assert folder.part_url(begun(folder), 1, seconds=60) is None


def test_a_browser_sends_parts_by_addresses(bucket):
    draft = begun(bucket)
    for number in draft.numbers:
        sending = bucket.part_url(draft, number, seconds=60, sha256=hashlib.sha256(piece(number)).hexdigest())
        assert put_to(sending, piece(number))["ETag"]
    assert bucket.parts(draft) == {1, 2, 3}
    bucket.finish(draft)
    assert read(bucket, draft.key) == CONTENT


@needs_signatures
def test_what_a_browser_sends_must_be_what_was_announced(bucket):
    draft = begun(bucket)
    right = hashlib.sha256(piece(1)).hexdigest()
    sending = bucket.part_url(draft, 1, seconds=60, sha256=right)
    wrong = base64.b64encode(hashlib.sha256(piece(2)).digest()).decode()
    for content, more in ((piece(2), {}), (piece(2), {"x-amz-checksum-sha256": wrong}), (piece(3), {})):
        with pytest.raises((urllib.error.HTTPError, urllib.error.URLError)):
            put_to(sending, content, **more)
    assert bucket.parts(draft) == frozenset()
    with pytest.raises((urllib.error.HTTPError, urllib.error.URLError)):
        put_to(bucket.part_url(draft, 3, seconds=60), piece(3) + b"x")
    assert bucket.parts(draft) == frozenset()
    bucket.abandon(draft)
