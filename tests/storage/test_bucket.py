"""What only a service can do: refuse, be gone, hand out addresses."""

import contextlib
import io
import socket
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from alliance.storage.address import open_store
from alliance.storage.store import TooLarge, Unavailable
from tests.servers import s3

needs_signatures = pytest.mark.skipif(
    not s3.genuine(), reason="The emulator checks no signatures; for a real S3 server: python -m tests.servers.fetch"
)
MB = 1024 * 1024


def put(store, key, content=b"content"):
    store.put(key, io.BytesIO(content), size_limit=100 * MB)


@needs_signatures
def test_wrong_credentials_are_unavailable_and_not_missing(bucket, bucket_url):
    put(bucket, "a")
    stranger = open_store(bucket_url.replace("testtest12", "wrong-secret"))
    for act in (stranger.check, lambda: stranger.size("a"), lambda: stranger.open("a"), lambda: put(stranger, "b")):
        with pytest.raises(Unavailable):
            act()
    with pytest.raises(Unavailable):
        list(stranger.list())
    assert bucket.size("a") == 7


def test_a_missing_bucket_is_unavailable(bucket_url):
    store = open_store(bucket_url.replace("@alliance-test", "@no-such-bucket"))
    with pytest.raises(Unavailable, match="no-such-bucket"):
        store.check()
    with pytest.raises(Unavailable):
        put(store, "a")


def test_preparing_makes_the_bucket_once(bucket_url, run_name):
    store = open_store(bucket_url.replace("@alliance-test", f"@{run_name.replace('_', '-')}-new"))
    store.prepare()
    put(store, "a")
    store.prepare()
    assert store.size("a") == 7
    store.delete("a")
    store.client.delete_bucket(Bucket=store.name)


def test_a_service_that_is_gone_is_said_soon():
    store = open_store("s3://key:secret@bucket?region=us-east-1&endpoint=http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(Unavailable):
        store.check()
    with pytest.raises(Unavailable):
        put(store, "a")
    assert time.monotonic() - began < 20


def test_a_browser_fetches_by_an_address_with_a_chinese_name(bucket):
    put(bucket, "媒体/一.txt", "内容".encode())
    url = bucket.url("媒体/一.txt", seconds=60, filename="说明 书.txt", content_type="text/plain; charset=utf-8")
    with urllib.request.urlopen(url) as answer:
        assert answer.read().decode() == "内容"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "filename*=UTF-8''%E8%AF%B4%E6%98%8E%20%E4%B9%A6.txt" in answer.headers["Content-Disposition"]


@needs_signatures
def test_an_address_ends_and_cannot_be_changed(bucket):
    put(bucket, "a")
    put(bucket, "b")
    url = bucket.url("a", seconds=1)
    for other in (url.replace("/a?", "/b?"), url.partition("?")[0]):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(other)
    time.sleep(2.1)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url)


def test_the_public_address_is_what_a_browser_gets(bucket, bucket_url):
    put(bucket, "a")
    port = urlsplit(bucket.endpoint).port
    outside = open_store(f"{bucket_url}&public=http://localhost:{port}")
    url = outside.url("a", seconds=60)
    assert url.startswith(f"http://localhost:{port}/")
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"content"


def test_a_refused_upload_leaves_no_parts_behind(bucket):
    with pytest.raises(TooLarge):
        bucket.put("large", io.BytesIO(bytes(20 * MB)), size_limit=20 * MB - 1)
    assert [*bucket.unfinished()] == []


def test_two_beginnings_in_one_bucket_do_not_meet(bucket, bucket_url):
    other = open_store(bucket_url.replace("?", "-other?"))
    put(bucket, "a", b"1")
    put(other, "a", b"2")
    assert b"".join(bucket.open("a")) == b"1"
    assert [entry.key for entry in bucket.list()] == ["a"]


def test_credentials_come_from_the_environment_too(bucket_url, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testtest12")
    store = open_store(bucket_url.replace("test:testtest12@", ""))
    assert "alliance-test" in store.check()


class Slow:
    """A loopback connection in front of a server that passes little at a time, or breaks off after some bytes."""

    def __init__(self, port, *, pause=0.0, breaks_after=None):
        self.port, self.pause, self.left = port, pause, breaks_after
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.socket.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
                threading.Thread(target=self.carry, args=(near, far), daemon=True).start()
                threading.Thread(target=self.carry, args=(far, near, True), daemon=True).start()

    def carry(self, source, target, back=False):
        with contextlib.suppress(OSError):
            while piece := source.recv(64 * 1024):
                time.sleep(self.pause)
                if not back and self.left is not None:
                    self.left -= len(piece)
                    if self.left < 0:
                        break
                target.sendall(piece)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def slowly(bucket, bucket_url):
    """`slowly(pause=…)`: the same bucket behind such a connection."""
    made = []

    def build(**given):
        made.append(Slow(urlsplit(bucket.endpoint).port, **given))
        return open_store(bucket_url.replace(bucket.endpoint, made[-1].address))

    yield build
    for one in made:
        one.socket.close()


def test_a_slow_bucket_takes_its_time_and_loses_nothing(slowly, bucket):
    store = slowly(pause=0.01)
    content = bytes(range(256)) * 8192
    draft = store.begin("slow", size=len(content), part=5 * MB)
    store.part(draft, 1, io.BytesIO(content))
    store.finish(draft)
    assert b"".join(store.open("slow")) == b"".join(bucket.open("slow")) == content


def test_a_line_that_drops_in_the_middle_of_a_part_costs_that_part_only(slowly, bucket):
    content = bytes(5 * MB)
    store = slowly(breaks_after=8 * MB)
    draft = store.begin("dropped", size=2 * len(content), part=5 * MB)
    store.part(draft, 1, io.BytesIO(content))
    with pytest.raises(Unavailable):
        store.part(draft, 2, io.BytesIO(content))
    assert bucket.parts(draft) == {1}
    bucket.part(draft, 2, io.BytesIO(content))
    bucket.finish(draft)
    assert bucket.size("dropped") == 10 * MB


@needs_signatures
def test_an_address_for_a_part_ends_and_serves_no_other_part(bucket):
    draft = bucket.begin("a", size=10, part=5 * MB)
    sending = bucket.part_url(draft, 1, seconds=1)
    for url in (
        sending.url.replace("partNumber=1", "partNumber=2"),
        sending.url.replace("/a?", "/b?"),
        sending.url.partition("?")[0],
    ):
        with pytest.raises(urllib.error.HTTPError, match=r"40[03]"):
            urllib.request.urlopen(urllib.request.Request(url, data=bytes(10), method="PUT"))
    time.sleep(2.1)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(sending.url, data=bytes(10), method="PUT"))
    assert bucket.parts(draft) == frozenset()
    bucket.abandon(draft)


@needs_signatures
def test_wrong_credentials_take_no_parts(bucket, bucket_url):
    draft = bucket.begin("a", size=10, part=5 * MB)
    stranger = open_store(bucket_url.replace("testtest12", "wrong-secret"))
    for act in (lambda: stranger.begin("b", size=1, part=5 * MB), lambda: stranger.parts(draft), lambda: stranger.finish(draft)):
        with pytest.raises(Unavailable):
            act()
    bucket.abandon(draft)


def asks(url, origin):
    """What the bucket tells a browser that asks before it sends a part."""
    headers = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-amz-checksum-sha256"}
    with (
        contextlib.suppress(urllib.error.HTTPError),
        urllib.request.urlopen(urllib.request.Request(url, method="OPTIONS", headers=headers)) as answer,
    ):
        return answer.headers.get("Access-Control-Allow-Origin")


@needs_signatures
def test_preparing_lets_the_pages_of_the_portal_send_parts_and_keeps_rules_that_are_there(bucket_url, run_name):
    store = open_store(bucket_url.replace("@alliance-test", f"@{run_name.replace('_', '-')}-cors"))
    store.prepare("https://alliance.example.org")
    store.prepare("https://other.example.org")
    draft = store.begin("a", size=10, part=5 * MB)
    url = store.part_url(draft, 1, seconds=60).url
    assert asks(url, "https://alliance.example.org") in ("https://alliance.example.org", "*")
    assert asks(url, "https://other.example.org") is None
    store.abandon(draft)
    store.client.delete_bucket(Bucket=store.name)
