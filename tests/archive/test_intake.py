"""What is let in is what it says it is, whole, and carries no trap; every refusal names the file."""

import io
import random

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from alliance.archive import intake
from alliance.errors import TooLarge, UnsupportedFile
from alliance.storage import files
from tests.archive.samples import BAD, GOOD, jpeg, mp4, png


def upload(content: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_that_we_take_is_known_by_its_content(app: Flask, name: str) -> None:
    content, media_type = GOOD[name]
    with app.test_request_context():
        received = intake.receive(upload(content, name), limit_mb=1)
        assert (received.media_type, received.size, received.name) == (media_type, len(content), name)
        assert b"".join(files.the_store().open(received.key)) == content


@pytest.mark.parametrize("name", BAD)
def test_what_lies_is_broken_or_dangerous_is_refused_by_name(app: Flask, name: str) -> None:
    content, words = BAD[name]
    with app.test_request_context():
        with pytest.raises(UnsupportedFile) as caught:
            intake.receive(upload(content, name), limit_mb=1)
        assert list(files.the_store().list()) == []
    assert name in str(caught.value.sentence)
    assert words in str(caught.value.sentence)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("灯" * 84 + "会.png", None),
        ("灯会\u202egpj.png", "灯会gpj.png"),
        ("../../etc/灯会.png", "灯会.png"),
        ("C:\\照片\\灯会.png", "灯会.png"),
        ("灯\x00会\r\n.png", "灯会.png"),
        ("灯\u200b\u2066会\u2069.png", "灯会.png"),
    ],
)
def test_names_are_made_safe_and_stay_readable(app: Flask, given: str, kept: str | None) -> None:
    with app.test_request_context():
        name = intake.receive(upload(png(), given), limit_mb=1).name
    assert name == kept if kept else name.startswith("灯灯灯") and name.endswith(".png") and len(name.encode()) <= 255


def test_what_is_too_large_is_refused_and_nothing_is_kept(app: Flask) -> None:
    with app.test_request_context():
        with pytest.raises(TooLarge):
            intake.receive(upload(mp4(size=1024 * 1024), "长.mp4"), limit_mb=1)
        assert list(files.the_store().list()) == []


def test_no_prefix_and_no_damage_of_a_file_breaks_the_look_at_it(app: Flask) -> None:
    noise, refused = random.Random(3), 0
    with app.test_request_context():
        for whole in (png(), jpeg(), mp4()):
            for _ in range(60):
                broken = bytearray(whole[: noise.randrange(1, len(whole) + 1)])
                broken[noise.randrange(len(broken))] = noise.randrange(256)
                try:
                    intake.examine(io.BytesIO(bytes(broken)), "图")
                except UnsupportedFile:
                    refused += 1
    assert refused > 150
