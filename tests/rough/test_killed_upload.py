"""kill -9 while parts arrive and while they are assembled: what arrived stays; no file without a row, no row without a file."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import clock, jobs
from alliance.archive import assembly
from alliance.archive.arriving import Upload
from alliance.db import db
from alliance.jobs import LEASE
from alliance.journal import Event
from alliance.storage import files
from alliance.storage.models import File
from tests.archive.samples import mp4
from tests.conftest import BOTH
from tests.rough.serving import Portal, portal
from tests.rough.town import Town, build
from tests.rough.wire import Cut, enter

MB = 1024 * 1024
SIZES = (40 * MB, 60 * MB, 80 * MB)
KILLED_WHEN = (1, 4, 7)
"""After so many parts of a film the serving process is killed, with the next part half sent."""
WORKER_KILLED_AFTER = (0.0, 0.05, 0.2)
"""Seconds after all parts of a film are there."""


@dataclass
class Script:
    """What the page's script does, over one connection a request."""

    port: int
    cookie: str
    token: str
    cut: int = 0
    seen: list[int] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "", half: bool = False) -> Any:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "Accept": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path)
            for name, value in (
                headers | ({"Content-Type": kind, "Content-Length": str(len(body))} if body is not None else {})
            ).items():
                connection.putheader(name, value)
            connection.endheaders((body or b"")[: len(body or b"") // 2 if half else None])
            if half:
                return None
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.cut += 1
            raise Cut(repr(error)) from error
        finally:
            connection.close()
        self.seen.append(answer.status)
        assert answer.status < 300, (method, path, answer.status, text[-2000:])
        return json.loads(text) if text else None

    def form(self, path: str, **fields: Any) -> Any:
        return self.ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")


@pytest.fixture
def town(app: Flask) -> Town:
    return build(app)


@pytest.fixture
def served(tmp_path: Path, database: str, town: Town) -> Iterator[Portal]:
    with portal(tmp_path, database) as made:
        yield made


def script(served: Portal, town: Town) -> Script:
    wire = served.wire()
    browser = enter(wire, town.mails["staff"])
    token = browser.fields("/archive/new", "/archive/new")["csrf_token"]
    return Script(served.port, "; ".join(f"{name}={value}" for name, value in wire.cookies.items()), token)


def send(served: Portal, page: Script, content: bytes, dies_after: int) -> str:
    """Part by part; when the server dies, another is started and asked what it has."""
    told = page.form("/archive/uploads", name="采茶戏.mp4", size=len(content))
    path, part = f"/archive/uploads/{told['id']}", told["part"]
    pieces = {number + 1: content[number * part : (number + 1) * part] for number in range(-(-len(content) // part))}
    for number in [*pieces][:dies_after]:
        page.ask("PUT", f"{path}/parts/{number}", pieces[number], "application/octet-stream")
    page.ask("PUT", f"{path}/parts/{dies_after + 1}", pieces.get(dies_after + 1, pieces[1]), "application/octet-stream", half=True)
    served.kill()
    with pytest.raises(Cut):
        page.ask("GET", path)
    served.serve()
    there = page.ask("GET", path)["parts"]
    assert there == [*pieces][:dies_after]
    for number in pieces.keys() - set(there):
        page.ask("PUT", f"{path}/parts/{number}", pieces[number], "application/octet-stream")
    page.ask("POST", f"{path}/finish", b"", "application/x-www-form-urlencoded")
    return path


@BOTH
@pytest.mark.long
@pytest.mark.timeout(280)
def test_killed_while_parts_arrive_and_while_they_are_assembled(app: Flask, town: Town, served: Portal) -> None:
    served.serve()
    page, paths = script(served, town), []
    films = [mp4(size=size) for size in SIZES]
    for film, dies_after, pause in zip(films, KILLED_WHEN, WORKER_KILLED_AFTER, strict=True):
        paths.append(send(served, page, film, min(dies_after, len(film) // (8 * MB))))
        time.sleep(pause)
        served.kill_worker()
    assert page.cut >= len(films)
    served.end()
    with clock.moved(clock.now() + LEASE + timedelta(minutes=1)):
        jobs.work(app, until_idle=True)
    with app.app_context():
        sums = sorted(hashlib.sha256(film).hexdigest() for film in films)
        done = db.session.scalars(sa.select(Upload).where(Upload.state == "done")).all()
        assert sorted(upload.digest for upload in done) == sums
        told = db.session.scalars(sa.select(Event.action).where(Event.action == "upload.done")).all()
        assert len(told) == len(films)
        assert sorted(row.digest for row in db.session.scalars(sa.select(File))) == sums
        db.session.rollback()
    nothing_is_left_over(app, sums)


def nothing_is_left_over(app: Flask, sums: list[str]) -> None:
    """After the sweep each row has its file and each file its row; nothing is half."""
    with clock.moved(clock.now() + timedelta(days=3)), app.app_context():
        assembly.sweep({})
        files.sweep({})
        store = files.the_store()
        rows = set(db.session.scalars(sa.select(File.key)))
        assert {entry.key for entry in store.list()} == rows == {files.original(digest) for digest in sums}
        assert [*store.unfinished()] == []
        for digest in sums:
            assert assembly.summed(store, files.original(digest)) == digest
        db.engine.dispose()
