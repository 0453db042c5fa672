"""What the worker has made of a file is shown, what is on its way is told, what failed says why; each address asks anew."""

import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from alliance import clock
from alliance.archive import intake, media, showing
from alliance.archive.models import Asset
from alliance.db import db, transaction
from alliance.errors import UnsupportedFile
from alliance.journal import Event
from alliance.storage import files, renditions
from alliance.storage.models import File, Rendition
from benchmarks.search_corpus import folder, rows
from tests import make
from tests.archive.conftest import Browser
from tests.archive.test_routes import begun, published, sent
from tests.conftest import BOTH
from tests.storage import media as samples

Count = Callable[..., int]


def addresses(page: str, code: str) -> list[str]:
    return re.findall(rf'"(/archive/{code}/(?:made|zoom)/[^"]+)"', page)


@pytest.fixture
def people(browsers: Callable[[], dict[str, Browser]]) -> dict[str, Browser]:
    return browsers()


def test_a_film_plays_with_its_poster(people: dict[str, Browser], client: FlaskClient, work_off: Any, tmp_path: Path) -> None:
    film = samples.film(tmp_path / "a.mov", form="mov").read_bytes()
    code = published(people["staff"], people["admin"], film, "庙会.mov", type="moving_image")
    page = client.get(f"/archive/{code}").text
    assert "正在生成浏览用的版本，约几分钟后可看。" in page
    assert "<video" not in page
    work_off()
    page = client.get(f"/archive/{code}").text
    assert "正在生成" not in page
    found = re.search(r'<video[^>]* poster="([^"]+/poster)"[^>]*>\s*<source src="([^"]+/video)" type="video/mp4">', page)
    assert found, page
    assert client.get(found[1]).mimetype == "image/webp"
    film_answer = client.get(found[2], headers={"Range": "bytes=0-99"})
    assert (film_answer.status_code, film_answer.mimetype, len(film_answer.data)) == (206, "video/mp4", 100)
    assert film_answer.headers["Content-Disposition"].startswith("inline")
    assert f"/archive/{code}/made/" in client.get("/archive").text  # its card


def test_sound_plays_and_shows_how_loud_it_is(
    people: dict[str, Browser], client: FlaskClient, work_off: Any, tmp_path: Path
) -> None:
    content = samples.sound(tmp_path / "a.flac", "flac").read_bytes()
    code = published(people["staff"], people["admin"], content, "号子.flac", type="sound")
    work_off()
    page = client.get(f"/archive/{code}").text
    assert re.search(r'<source src="[^"]+/audio" type="audio/mp4">', page)
    assert '<path d="M0 ' in page


@pytest.mark.parametrize("count", [2, 70, 400])
def test_the_wave_fills_its_width_however_few_the_peaks(count: int) -> None:
    drawn = showing.wave((50,) * count)
    assert max(float(point.split()[0]) for point in drawn[1:-1].split("L")) == pytest.approx(showing.WIDTH)
    assert showing.wave(()) == ""


def test_pages_of_a_paper_and_its_text(people: dict[str, Browser], client: FlaskClient, work_off: Any) -> None:
    code = published(people["staff"], people["admin"], samples.paper(3), "节目单.pdf", type="text")
    work_off()
    page = client.get(f"/archive/{code}").text
    (first,) = re.findall(r'<a href="([^"]+/pages/1)"><img class="shown" src="\1"', page)
    others = re.findall(r'<li><a href="([^"]+/pages/\d)"><img src="\1"[^>]* loading="lazy">', page)
    pictures = [first, *others]
    assert [one[-1] for one in pictures] == ["1", "2", "3"], "the first large, the others small and loaded when they are near"
    assert client.get(pictures[2]).mimetype == "image/webp"
    text = next(one for one in addresses(page, code) if one.endswith("/text"))
    answer = client.get(text)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "茉莉花" in answer.text


def test_words_are_read_in_the_page_as_words(people: dict[str, Browser], client: FlaskClient, work_off: Any) -> None:
    song = "三月里来三月三，1 < 2 & <b>翻</b>\n".encode("gb18030")
    code = published(people["staff"], people["admin"], song, "唱词.txt", type="text")
    work_off()
    page = client.get(f"/archive/{code}").text
    assert "三月里来三月三，1 &lt; 2 &amp; &lt;b&gt;翻&lt;/b&gt;" in page


def test_a_large_picture_can_be_looked_at_closely(people: dict[str, Browser], client: FlaskClient, work_off: Any) -> None:
    content = samples.content(samples.colours(2300, 1500), ".png")
    code = published(people["staff"], people["admin"], content, "灯会.png")
    work_off()
    page = client.get(f"/archive/{code}").text
    info_url = next(one for one in addresses(page, code) if one.endswith("info.json"))
    answer = client.get(info_url)
    info = answer.json
    assert info is not None
    assert info["id"].endswith(info_url.removesuffix("/info.json"))
    place = f"{info_url.removesuffix('/info.json')}/0,0,512,512/512,512/0/default.jpg"
    tile = client.get(place)
    assert (tile.status_code, tile.mimetype, tile.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert re.fullmatch(r"private, max-age=\d{1,5}, immutable", tile.headers["Cache-Control"])
    assert client.get(place, headers={"If-None-Match": tile.headers["ETag"]}).status_code == 304
    for nowhere in (place.replace("0,0,512", "9,9,512"), place.replace("512,512/0", "%22%0D%0Ax")):
        assert client.get(nowhere).status_code == 404
        assert client.get(nowhere, headers={"If-None-Match": "*"}).status_code == 404
    with clock.moved(datetime(2030, 11, 16, 15, 58, tzinfo=UTC)):  # two minutes to midnight in China, when the file may close
        assert client.get(place).cache_control.max_age == client.get(info_url).cache_control.max_age == 120
    assert client.get(info_url.replace(info_url.split("/")[4], "0" * 16)).status_code == 404
    packed = info_url.replace("/zoom/", "/made/").replace("info.json", "zoom")
    assert client.get(packed).status_code == 404


def test_what_failed_says_why_and_staff_try_again(
    app: Flask, people: dict[str, Browser], client: FlaskClient, work_off: Any, write: Any
) -> None:
    whole = samples.content(samples.colours(400, 300), ".png")
    code = published(people["staff"], people["admin"], whole[:2000] + whole[-12:], "灯会.png")
    work_off()
    page = client.get(f"/archive/{code}")
    assert page.status_code == 200
    assert "浏览用的版本没有做成：文件已损坏或不完整" in page.text
    assert '<img class="shown"' not in page.text
    assert f"/archive/{code}/file?download=1" in page.text
    assert "再试一次" not in page.text
    staff = people["staff"].get(f"/archive/{code}").text
    assert "再试一次" in staff
    assert f'action="/archive/{code}/again"' in staff
    assert people["stranger"].post(f"/archive/{code}/again").status_code in (403, 404)
    jobs_page = people["admin"].get("/admin/jobs").text
    assert "灯会.png" in jobs_page
    number = re.search(r'action="/admin/jobs/renditions/(\d+)/again"', jobs_page)
    assert number
    assert people["director"].post(f"/admin/jobs/renditions/{number[1]}/again").status_code == 403
    assert people["admin"].post(f"/admin/jobs/renditions/{number[1]}/again").status_code == 302
    assert people["admin"].post(f"/admin/jobs/renditions/{number[1]}/again").status_code == 409
    assert "灯会.png" not in people["admin"].get("/admin/jobs").text
    work_off()
    assert people["staff"].post(f"/archive/{code}/again").status_code == 302
    with app.app_context():
        assert set(db.session.scalars(sa.select(Rendition.state))) == {"waiting"}
        assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.action == "asset.made_again")) == 1


def test_progress_is_told_in_minutes(people: dict[str, Browser], client: FlaskClient, write: Any, tmp_path: Path) -> None:
    code = published(people["staff"], people["admin"], samples.film(tmp_path / "a.mp4").read_bytes(), "戏.mp4", type="moving_image")

    def go_on(session: Any) -> None:
        row = session.scalars(sa.select(Rendition).where(Rendition.name == "video")).one()
        row.state, row.progress, row.started_at = "running", 40, clock.now() - timedelta(minutes=4)

    write(go_on)
    page = client.get(f"/archive/{code}").text
    assert "约还要6分钟，已完成40%。" in page
    assert f'<source src="/archive/{code}/file" type="video/mp4">' in page  # the original plays meanwhile


@BOTH
def test_every_address_asks_the_permissions(people: dict[str, Browser], client: FlaskClient, write: Any, work_off: Any) -> None:
    content = samples.content(samples.colours(2300, 1500), ".png")
    code = published(people["staff"], people["admin"], content, "灯会.png")
    work_off()
    found = [*addresses(client.get(f"/archive/{code}").text, code)]
    found += [found[0].rpartition("/info.json")[0] + "/0,0,512,512/512,512/0/default.jpg"] if "info.json" in found[0] else []
    assert len(found) >= 2

    def access(**values: Any) -> None:
        def change(session: Any) -> None:
            asset = session.scalars(sa.select(Asset).where(Asset.code == code)).one()
            for name, value in values.items():
                setattr(asset, name, value)

        write(change)

    for place in found:
        answer = client.get(place)
        assert answer.status_code == 200, place
        assert answer.headers["ETag"].startswith('"')
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for values in (
        {"file_access": "members"},
        {"file_access": "own_centre"},
        {"file_access": "public", "record_visibility": "own_centre"},
        {"record_visibility": "public", "rights_status": "unknown"},
        {"rights_status": "own", "licence_until": clock.local(clock.now()).date().replace(year=2020)},
        {"licence_until": None, "state": "withdrawn"},
    ):
        access(**values)
        for place in found:
            assert client.get(place).status_code in (302, 403, 404), (values, place)
            own = people["staff"].get(place)
            assert own.status_code == (404 if values.get("state") == "withdrawn" and own.status_code == 404 else 200), (
                values,
                place,
            )
            if own.status_code == 200:
                assert own.headers["Cache-Control"] == "private, no-store"


def test_a_list_of_cards_asks_as_often_for_many_as_for_few(
    app: Flask, client: FlaskClient, write: Any, count_queries: Count
) -> None:
    def add(session: Any) -> None:
        centre = make.centre(session)
        for _ in range(4):
            file = make.file(session)
            made = make.file(session, media_type="image/webp")
            session.add(Rendition(source_id=file.id, name="card", state="done", progress=100, made_id=made.id, data={}))
            make.asset(session, centre, file=file)

    counts = []
    for _ in range(2):
        write(add)
        client.get("/archive")
        counts.append(count_queries(client.get, "/archive"))
    assert "/made/" in client.get("/archive").text
    assert counts[0] == counts[1]


def test_a_replaced_file_has_new_addresses(people: dict[str, Browser], client: FlaskClient, work_off: Any) -> None:
    staff = people["staff"]
    code = begun(staff)
    sent(staff, code, samples.content(samples.colours(300, 200), ".png"), "一.png")
    work_off()
    before = addresses(staff.get(f"/archive/{code}").text, code)[0]
    assert staff.get(before).status_code == 200
    sent(staff, code, samples.content(samples.colours(200, 300), ".png"), "二.png")
    work_off()
    after = addresses(staff.get(f"/archive/{code}").text, code)[0]
    assert after != before
    assert staff.get(before).status_code == 404


@pytest.mark.real_data
@pytest.mark.long
def test_all_real_files_are_shown_or_the_reason_is_said(app: Flask, work_off: Any, tmp_path: Path) -> None:
    data = folder()
    assert data is not None
    names, refused, kept = [row["file"] for row in rows(data, "media_files")], {}, {}
    assert len(names) == 41
    with app.app_context():
        for name in names:
            shutil.copy(data / "media" / name, tmp_path / "one")
            upload = FileStorage(io.BytesIO((tmp_path / "one").read_bytes()), filename=name)
            try:
                received = intake.receive(upload, limit_mb=200)
            except UnsupportedFile as refusal:
                refused[name] = str(refusal.sentence)
                continue
            with transaction() as session:
                file = files.keep(session, None, received)
                renditions.plan(session, file)
                kept[name] = file.id
    work_off()
    assert set(refused) == {"lorem_ipsum_opf.docx", "poster_spring_festival.svg"}
    assert all(name in sentence for name, sentence in refused.items())
    with app.test_request_context():
        for name, number in kept.items():
            file = db.session.get_one(File, number)
            asset = Asset(code="DA-1", file=file)
            found = renditions.of(db.session, file)
            assert {row.state for row in found.values()} == {"done"}, name
            assert showing.shown(asset, found).means in ("image", "video", "audio", "pdf", "text"), (name, media.format_label(name))
