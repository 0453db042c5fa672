"""One contract, asked of a folder and of a bucket."""

import hashlib
import io
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from alliance.storage.store import BadKey, Interrupted, NotFound, TooLarge, Unavailable

MB = 1024 * 1024


class Noise:
    """A repeatable stream that can be read once and not be rewound, like an upload."""

    def __init__(self, size, breaks_at=None):
        self.left, self.breaks_at, self.random = size, breaks_at, random.Random(7)

    def read(self, wanted=-1):
        if self.breaks_at is not None and self.left <= self.breaks_at:
            raise ConnectionResetError("the sender went away")
        piece = self.random.randbytes(self.left if wanted < 0 else min(wanted, self.left))
        self.left -= len(piece)
        return piece


def put(store, key, content=b"content", limit=100 * MB):
    return store.put(key, io.BytesIO(content), size_limit=limit)


def read(store, key, *span):
    return b"".join(store.open(key, *span))


def keys(store, prefix=""):
    return [entry.key for entry in store.list(prefix)]


def test_what_is_put_comes_back(store):
    content = random.Random(1).randbytes(3 * MB + 17)
    stored = put(store, "2026/a.bin", content)
    assert (stored.key, stored.size) == ("2026/a.bin", len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert read(store, "2026/a.bin") == content
    assert store.size("2026/a.bin") == len(content)
    assert store.exists("2026/a.bin")


@pytest.mark.parametrize(
    "key",
    [
        "流动舞台车/照片（一）.jpg",
        "a b+c&d=e?f#g%20h;i'j\"k",
        "..hidden/...",
        "emoji 👩‍🎤/é à",
        "全角　空格",
        "~tilde/$HOME/`x`/*?[x]",
        "长" * 85,
        "/".join(["deep"] * 30),
    ],
)
def test_odd_keys_are_kept_as_they_are(store, key):
    put(store, key, key.encode())
    assert read(store, key) == key.encode()
    assert keys(store) == [key]
    store.delete(key)
    assert keys(store) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/etc/passwd",
        "a/../../b",
        "..",
        ".",
        "a//b",
        "a/",
        "nul\0",
        "line\nbreak",
        "back\\slash",
        "\ud800",
        "x" * 256,
        "/".join(["long"] * 250),
    ],
)
@pytest.mark.parametrize("verb", ["put", "open", "size", "exists", "delete", "url"])
def test_keys_that_no_store_can_hold_are_refused(store, key, verb):
    act = {
        "put": lambda: put(store, key),
        "open": lambda: store.open(key),
        "size": lambda: store.size(key),
        "exists": lambda: store.exists(key),
        "delete": lambda: store.delete(key),
        "url": lambda: store.url(key, seconds=9),
    }[verb]
    with pytest.raises(BadKey):
        act()


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (0, 1, b"0"),
        (3, 7, b"3456"),
        (9, 10, b"9"),
        (8, 99, b"89"),
        (4, 4, b""),
        (7, 3, b""),
        (10, None, b""),
        (50, 60, b""),
    ],
)
def test_ranges_are_half_open(store, start, end, wanted):
    put(store, "digits", b"0123456789")
    assert read(store, "digits", start, end) == wanted


def test_a_range_across_parts(store):
    content = Noise(20 * MB).read()
    put(store, "large", content)
    assert read(store, "large", 8 * MB - 5, 16 * MB + 5) == content[8 * MB - 5 : 16 * MB + 5]


@pytest.mark.parametrize("span", [(), (0, 1), (0, None), (5, None)])
def test_an_empty_file_is_a_file(store, span):
    stored = put(store, "empty", b"")
    assert (stored.size, stored.sha256) == (0, hashlib.sha256(b"").hexdigest())
    assert store.exists("empty")
    assert read(store, "empty", *span) == b""


def test_a_large_file_is_never_in_memory_whole(store):
    size = 64 * MB
    put(store, "first", b"loads what the first use loads")
    tracemalloc.start()
    try:
        stored = store.put("large", Noise(size), size_limit=size)
        got = hashlib.sha256()
        for piece in store.open("large"):
            got.update(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert got.hexdigest() == stored.sha256
    assert stored.size == size
    assert peak < 32 * MB


@pytest.mark.parametrize("size", [1001, 20 * MB])
def test_one_byte_too_many_keeps_nothing(store, size):
    with pytest.raises(TooLarge) as refused:
        store.put("large", Noise(size), size_limit=size - 1)
    assert refused.value.limit == size - 1
    assert not store.exists("large")
    assert keys(store) == []
    store.put("large", Noise(size), size_limit=size)
    assert store.size("large") == size


@pytest.mark.parametrize("size", [1000, 20 * MB])
def test_a_broken_stream_leaves_the_old_file(store, size):
    put(store, "kept", b"old")
    with pytest.raises(Interrupted):
        store.put("kept", Noise(size, breaks_at=size // 4), size_limit=size)
    assert read(store, "kept") == b"old"


@pytest.mark.parametrize("key", ["nothing", "here/is/nothing", "a/b"])
def test_what_is_not_there(store, key):
    put(store, "a", b"not a folder")
    assert not store.exists(key)
    for ask in (store.size, store.open, lambda key: store.open(key, 3, 5), lambda key: store.open(key, 5, 3)):
        with pytest.raises(NotFound):
            ask(key)
    store.delete(key)


def test_deleting_twice_and_putting_again(store):
    put(store, "a/b/c", b"1")
    store.delete("a/b/c")
    store.delete("a/b/c")
    assert not store.exists("a/b/c")
    with pytest.raises(NotFound):
        store.open("a/b/c")
    put(store, "a/b", b"2")
    assert read(store, "a/b") == b"2"


def test_putting_again_replaces(store):
    put(store, "a", b"a long first version")
    put(store, "a", b"second")
    assert read(store, "a") == b"second"
    assert len(keys(store)) == 1


def test_listing_is_by_prefix_and_in_order(store):
    for key in ("b/2", "b/10", "a", "b.txt", "馆/一", "b/1/x", "bb"):
        put(store, key, key.encode())
    assert keys(store) == sorted(keys(store), key=str.encode)
    assert set(keys(store)) == {"b/2", "b/10", "a", "b.txt", "馆/一", "b/1/x", "bb"}
    assert keys(store, "b/1") == ["b/1/x", "b/10"]
    assert keys(store, "b") == ["b.txt", "b/1/x", "b/10", "b/2", "bb"]
    assert keys(store, "馆") == ["馆/一"]
    assert keys(store, "nothing/here") == []
    entry = next(store.list("b/1/"))
    assert entry.size == 5
    assert abs(entry.changed - datetime.now(UTC)) < timedelta(minutes=5)


def test_puts_of_one_key_at_once_leave_one_of_them_whole(store):
    versions = [bytes([number]) * (200_000 + number) for number in range(8)]
    put(store, "hall/raced", versions[0])

    def look(_):
        return read(store, "hall/raced")

    with ThreadPoolExecutor(8) as pool:
        writes = [pool.submit(put, store, "hall/raced", version) for version in versions * 3]
        seen = list(pool.map(look, range(30)))
        assert all(write.result().size for write in writes)
    assert all(content in versions for content in seen)
    assert read(store, "hall/raced") in versions


def test_puts_and_deletes_in_one_folder_at_once_lose_nothing(store):
    def steadily(key, content):
        """A service that keeps folders beneath its keys may be clearing one away: it refuses, and is asked again."""
        for _attempt in range(5):
            with suppress(Unavailable):
                return put(store, key, content)
        return put(store, key, content)

    def turn(number):
        steadily(f"shared/deep/{number}", b"x")
        store.delete(f"shared/deep/{number}")
        steadily(f"shared/deep/{number}", b"y")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(turn, range(40)))
    assert len(keys(store, "shared/")) == 40


def test_a_reader_that_stops_early_may_close(store):
    content = Noise(3 * MB).read()
    put(store, "large", content)
    for _ in range(50):
        chunks = store.open("large")
        assert content.startswith(next(chunks))
        chunks.close()
        store.open("large").close()
    assert read(store, "large") == content


def test_the_check_is_a_sentence_about_this_store(store):
    sentence = store.check()
    assert ("alliance-test" in sentence) or ("files" in sentence)
