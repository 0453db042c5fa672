"""Renditions are planned once, made by the worker, survive its death, and say why they are not there."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage

from alliance import clock, jobs
from alliance.app import create_app
from alliance.config import ROOT
from alliance.db import alembic, db, transaction
from alliance.jobs import Job
from alliance.storage import files, foreman, renditions, tiles
from alliance.storage.models import File, Rendition
from tests.conftest import BOTH, settings
from tests.queries import counted
from tests.storage import media

Keep = Callable[..., int]


@pytest.fixture
def keep(app: Flask) -> Keep:
    """`keep(bytes or path, type)`: the number of a kept file whose renditions are planned."""
    return lambda content, media_type, **given: kept(app, content, media_type, **given)


def kept(app: Flask, content: bytes | Path, media_type: str, **given: Any) -> int:
    with app.app_context():
        held = content if isinstance(content, bytes) else content.read_bytes()
        upload = FileStorage(io.BytesIO(held), filename="file")
        received = files.receive(upload, kinds=(), limit_mb=100, media_type=media_type)
        with transaction() as session:
            file = files.keep(session, None, received)
            renditions.plan(session, file, **given)
            return file.id


def found(app: Flask, number: int) -> dict[str, Rendition]:
    with app.app_context():
        return renditions.of(db.session, db.session.get_one(File, number))


def states(app: Flask, number: int) -> dict[str, str]:
    return {name: row.state + (f" {row.error}" if row.error else "") for name, row in found(app, number).items()}


def picture(width: int = 300, height: int = 200) -> bytes:
    return media.content(media.colours(width, height), ".png")


@BOTH
def test_planned_once_and_made_once(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    number = keep(picture(), "image/png")
    with app.app_context(), transaction() as session:
        renditions.plan(session, session.get_one(File, number))
    assert states(app, number) == {"card": "waiting", "page": "waiting", "zoom": "waiting"}
    with app.app_context():
        assert len(db.session.scalars(sa.select(Job).where(Job.kind == "renditions.picture")).all()) == 1
    work_off()
    rows = found(app, number)
    assert states(app, number) == {"card": "done", "page": "done"}
    assert rows["card"].made is not None
    assert (rows["card"].made.width, rows["card"].made.media_type, rows["card"].progress) == (300, "image/webp", 100)
    with app.app_context():
        foreman.make({"file": number})
        store = files.the_store()
        objects = [entry.key for entry in store.list("renditions/")]
        assert sorted(objects) == sorted(row.made.key for row in rows.values() if row.made)
        assert list((app.config["ALLIANCE"].data / "making").iterdir()) == []


def test_only_some_now_and_the_rest_later(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    number = keep(picture(2100, 1400), "image/png", only=renditions.SMALL)
    assert set(states(app, number)) == {"card", "page"}
    work_off()
    with app.app_context(), transaction() as session:
        renditions.plan(session, session.get_one(File, number))
    work_off()
    assert states(app, number) == {"card": "done", "page": "done", "zoom": "done"}


@BOTH
def test_what_is_made_of_the_same_bytes_is_made_once(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    paper = media.paper(2)
    first, second = (keep(paper, "application/pdf") for _ in range(2))
    work_off()
    assert set(states(app, second)) == {"cover", "card", "text", "pages/1", "pages/2"}
    assert {row.made_id for row in found(app, first).values()} == {row.made_id for row in found(app, second).values()}
    mp3 = media.sound(Path(app.config["ALLIANCE"].data) / "a.mp3", "libmp3lame")
    one, two = (keep(mp3, "audio/mpeg") for _ in range(2))
    work_off()
    assert [found(app, number)["audio"].made_id for number in (one, two)] == [one, two]


def test_lists_ask_once_however_many(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    numbers = [keep(picture(100 + n, 80), "image/png") for n in range(3)]
    work_off()
    with app.app_context():
        for some in (numbers[:1], numbers):
            with counted(db.engine) as sent:
                rows = renditions.of_all(db.session, some, "card")
                assert [rows[number]["card"].made.width for number in some] == [100 + n for n in range(len(some))]
            assert len(sent) == 1
            db.session.expunge_all()
        assert renditions.of_all(db.session, [], "card") == {}


@BOTH
def test_a_file_that_cannot_be_shown_says_why_and_may_be_tried_again(
    app: Flask, keep: Keep, work_off: Callable[[], int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = media.film(tmp_path / "a.webm", codec="libvpx", sound=None)
    broken = keep(whole.read_bytes()[:200], "video/webm")
    slow = keep(whole, "video/webm")
    monkeypatch.setitem(foreman.LIMITS, "film", -1)
    work_off()
    assert set(states(app, slow).values()) == {"failed time"}
    monkeypatch.undo()
    with app.app_context(), transaction() as session:
        assert renditions.again(session, session.get_one(File, slow))
    work_off()
    assert set(states(app, slow).values()) == {"done"}
    assert set(states(app, broken).values()) <= {"failed broken", "failed time"}
    with app.app_context(), transaction() as session:
        assert not renditions.again(session, session.get_one(File, slow))
    assert all(str(renditions.REASONS[row.error]) for row in found(app, broken).values())


def test_one_bad_page_keeps_the_others(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    bad = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    number, good = keep(bad, "application/pdf"), keep(media.paper(1), "application/pdf")
    work_off()
    assert set(states(app, number).values()) == {"failed broken"}
    assert set(states(app, good).values()) == {"done"}


def test_a_maker_that_breaks_off_is_given_up_in_the_end(app: Flask, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    number = keep(b"words", "text/plain")
    monkeypatch.setitem(foreman.MAKERS, "words", "bench")  # a program that ends without a word
    with app.app_context():
        for _ in range(foreman.results.MOST_TRIES):
            with pytest.raises(foreman.Crashed):
                foreman.make({"file": number})
            assert states(app, number) == {"text": "waiting"}
        foreman.make({"file": number})
    assert states(app, number) == {"text": "failed crashed"}


def test_a_store_that_is_away_is_waited_for(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    number = keep(picture(), "image/png")
    with app.app_context():
        store, file = files.the_store(), db.session.get_one(File, number)
        content = b"".join(store.open(file.key))
        store.delete(file.key)
        key = file.key
    work_off()
    assert set(states(app, number).values()) == {"waiting"}
    with app.app_context():
        job = db.session.scalars(sa.select(Job).where(Job.kind == "renditions.picture")).one()
        assert (job.state, job.attempts) == ("waiting", 1)
        store.put(key, io.BytesIO(content), size_limit=10**6)
        with transaction() as session:
            session.execute(sa.update(Job).values(run_at=clock.now()))
    work_off()
    assert set(states(app, number).values()) == {"done"}


def test_a_store_that_stays_away_is_said(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    number = keep(picture(), "image/png")
    with app.app_context():
        files.the_store().delete(db.session.get_one(File, number).key)
        with transaction() as session:
            session.execute(sa.update(Job).where(Job.kind == "renditions.picture").values(attempts=jobs.PATIENCE - 1))
    work_off()
    assert set(states(app, number).values()) == {"failed storage"}


def running(app: Flask, number: int) -> bool:
    row = found(app, number).get("video")
    return row is not None and row.state == "running" and row.progress > 0


def makers_in(folder: Path) -> list[int]:
    """The processes that were given a folder below this one."""
    alive = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder / "making").encode() in place.read_bytes():
                alive.append(int(place.parent.name))
        except OSError:
            continue
    return alive


def wait(until: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.mark.long
@pytest.mark.parametrize("dead", ["worker", "maker"])
def test_killed_in_the_middle_it_is_finished_later(
    app: Flask, keep: Keep, work_off: Callable[[], int], tmp_path: Path, dead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 of the worker or of its maker: finished by itself, nothing left over."""
    number = keep(media.film(tmp_path / "a.avi", codec="mpeg4", sound=None, size=(1920, 1080), seconds=8), "video/x-msvideo")
    environment = {"PATH": os.environ["PATH"], "ALLIANCE_DATA": str(tmp_path), "ALLIANCE_DEMO": "false"}
    command = [sys.executable, "-m", "alliance.cli", "work", "--media"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(lambda: running(app, number))
        assert states(app, number)["poster"] == "done"
        if dead == "maker":
            os.kill(makers_in(tmp_path)[0], signal.SIGKILL)
            wait(lambda: states(app, number)["video"] == "done")
    finally:
        worker.kill()
        worker.wait()
    wait(lambda: not makers_in(tmp_path), 10)
    if dead == "worker":
        assert states(app, number)["video"] == "running"
        with app.app_context(), transaction() as session:
            session.execute(sa.update(Job).where(Job.state == "running").values(leased_until=clock.now() - timedelta(seconds=1)))
        work_off()
    assert states(app, number) == {"poster": "done", "card": "done", "video": "done"}
    monkeypatch.setattr(files, "ORPHAN", -files.ORPHAN)
    monkeypatch.setattr(foreman, "LEFT", -1)
    with app.app_context():
        store = files.the_store()
        store.put("renditions/ab/left-over.webp", io.BytesIO(b"x"), size_limit=9)
        files.sweep({})
        foreman.sweep({})
        assert list((tmp_path / "making").iterdir()) == []
        assert {entry.key for entry in store.list()} == set(db.session.scalars(sa.select(File.key)))


def test_another_worker_s_job_is_let_go(app: Flask, keep: Keep, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A worker that was asleep for too long finds its lease gone: it stops its maker and leaves the rows alone."""
    number = keep(media.film(tmp_path / "a.avi", codec="mpeg4", sound=None, size=(1280, 720), seconds=6), "video/x-msvideo")
    monkeypatch.setattr(foreman, "BEAT", 0.0)

    def steal(file: int, name: str, percent: int) -> None:
        with transaction() as session:
            session.execute(sa.update(Job).where(Job.state == "running").values(lease="another"))

    monkeypatch.setattr(foreman.results, "note", steal)
    with app.app_context():
        me, name = "me", "renditions.film"
        jobs.holder.set(me)
        claimed = jobs._claim(me, None, (name,))
        assert claimed is not None
        jobs.current.set(claimed[0])
        try:
            with pytest.raises(jobs.Lost):
                foreman.make({"file": number})
        finally:
            jobs.current = type(jobs.current)("job")
    assert makers_in(tmp_path) == []
    assert states(app, number)["video"] in ("waiting", "running")


def test_tiles_are_read_one_at_a_time_from_either_store(
    tmp_path: Path, database: str, bucket_url: str, app: Flask, keep: Keep, work_off: Callable[[], int]
) -> None:
    distant = create_app(settings(tmp_path, database, storage_url=bucket_url))
    distant.extensions["store"].prepare()
    for shade, portal in enumerate((app, distant)):
        content = media.content(media.colours(2300, 1500) + shade, ".jpg")  # or the one would use what the other has made
        number = kept(portal, content, "image/jpeg")
        jobs.work(portal, until_idle=True)
        with portal.app_context():
            row = renditions.of(db.session, db.session.get_one(File, number))["zoom"]
            assert row.made is not None
            assert row.made.media_type == "application/zip"
            for place, size in (
                ("0,0,512,512/512,512", (512, 512)),
                ("2048,1024,252,476/252,476", (252, 476)),
                ("full/288,188", (288, 188)),
            ):
                sent = tiles.tile(row.made, f"{place}/0/default.jpg")
                assert sent is not None, place
                shown = media.pyvips.Image.new_from_buffer(sent, "")
                assert (shown.width, shown.height) == size
            assert tiles.tile(row.made, "0,0,512,512/512,512/0/../../secret") is None
            info = tiles.information(row, "https://example.org/zoom")
            assert (info["width"], info["height"], info["profile"]) == (2300, 1500, "level0")
            assert info["sizes"] == [{"width": 288, "height": 188}]
            db.engine.dispose()


@BOTH
def test_copies_made_before_there_were_rows_are_taken_over(app: Flask, keep: Keep, work_off: Callable[[], int]) -> None:
    done, waited = (keep(picture(100, shade), "image/png") for shade in (50, 60))
    digest = "SELECT digest FROM file WHERE id = :id"
    with app.app_context():
        alembic.downgrade("202611240001")
    with app.app_context(), transaction() as session:
        old = session.scalar(sa.text(digest), {"id": done})
        for edge in (640, 1600):
            key = f"renditions/{old[:2]}/{old}-{edge}.webp"
            session.add(File(key=key, digest=f"{edge:064}", size=1, media_type="image/webp", name="copy.webp"))
        jobs.later(session, "files.rendition", {"file": waited}, key=f"rendition:{waited}")
    with app.app_context():
        alembic.upgrade()
    assert states(app, done) == {"card": "done", "page": "done"}
    assert states(app, waited) == {"card": "waiting", "page": "waiting"}
    work_off()
    assert states(app, waited) == {"card": "done", "page": "done"}
