"""Every file of the demo is what it says, by the library that reads its kind; the same every time it is made."""

import io
from pathlib import Path

import av
import pypdfium2
import pytest
import pyvips
import webvtt
from sqlalchemy.orm import Session

from alliance.archive.models import Asset
from alliance.demo.captions import webvtt as captions
from alliance.demo.making.__main__ import make
from alliance.demo.works import WORKS
from alliance.demo.works.work import Work
from alliance.storage import files

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
SHORTEST, LONGEST = 4, 10
KEYS = [work.key for work in WORKS]
CLIPS = [work for work in WORKS if work.made is not None and work.made.maker in ("film", "tune")]


def read(asset: Asset) -> bytes:
    assert asset.file is not None
    return b"".join(files.the_store().open(asset.file.key))


def seconds_of(data: bytes) -> tuple[float, dict[str, str]]:
    """How long it plays, and the codec of each stream; every packet is decoded."""
    with av.open(io.BytesIO(data)) as container:
        ends, codecs = [0.0], {stream.type: stream.codec_context.name for stream in container.streams}
        for frame in container.decode():
            ends.append(float(frame.time or 0))
    return max(ends), codecs


def loudest(data: bytes) -> float:
    """The highest sample, where 1 is as loud as can be."""
    with av.open(io.BytesIO(data)) as container:
        to = av.AudioResampler("s16", "mono")
        planes = [bytes(part.planes[0]) for frame in container.decode(audio=0) for part in to.resample(frame)]
    return max(max(map(abs, memoryview(plane).cast("h"))) for plane in planes) / 32768


def assets(session: Session, kind: str) -> list[Asset]:
    found = [one for one in session.query(Asset) if one.file is not None and one.file.media_type.startswith(kind)]
    assert found
    return found


def test_pictures_are_pictures_of_a_photograph_s_size(demo: Session) -> None:
    for asset in assets(demo, "image/"):
        picture = pyvips.Image.new_from_buffer(read(asset), "")
        assert min(picture.width, picture.height) >= 900, asset.title
        assert picture.bands == 3
        assert picture.avg() > 0
        assert picture.deviate() > 15, f"{asset.title} is nearly empty"


def test_films_play_in_every_browser(demo: Session) -> None:
    for asset in assets(demo, "video/"):
        data = read(asset)
        length, codecs = seconds_of(data)
        assert codecs == {"video": "h264", "audio": "aac"}
        assert SHORTEST <= length <= LONGEST, asset.title
        assert data.index(b"moov") < data.index(b"mdat"), "the index comes first"
        assert len(data) < 1_000_000


def test_sound_sounds(demo: Session) -> None:
    found = assets(demo, "audio/")
    assert {asset.file.media_type for asset in found if asset.file} == {"audio/mpeg", "audio/mp4", "audio/wav"}
    for asset in found:
        data = read(asset)
        assert SHORTEST <= seconds_of(data)[0] <= LONGEST, asset.title
        assert loudest(data) > 0.25, f"{asset.title} is silent"


def test_papers_have_pages_of_words(demo: Session) -> None:
    for asset in assets(demo, "application/pdf"):
        paper = pypdfium2.PdfDocument(read(asset))
        assert len(paper) >= 2
        said = "".join(page.get_textpage().get_text_bounded() for page in paper)
        assert len(said) > 40, asset.title
        assert asset.details.get("pages") in (None, len(paper)), asset.title


def test_texts_are_read_as_text(demo: Session) -> None:
    for asset in assets(demo, "text/plain"):
        assert len(read(asset).decode().splitlines()) >= 5, asset.title


def test_what_lies_in_the_store_is_what_was_taken_in(demo: Session) -> None:
    for asset in demo.query(Asset):
        if asset.file is not None:
            assert files.the_store().size(asset.file.key) == asset.file.size, asset.title
    digests = [asset.file.digest for asset in demo.query(Asset) if asset.file is not None]
    assert len(digests) == len(set(digests)), "no two works are the same file"


@pytest.mark.parametrize("work", CLIPS, ids=lambda work: work.key)
def test_every_clip_has_captions_that_fit_it(work: Work, demo: Session) -> None:
    assert work.made is not None
    length = work.made.given["seconds"]
    for language in ("zh", "en"):
        told = webvtt.from_buffer(io.StringIO(captions(work, language)), format="vtt")
        assert len(told) == len(work.cues) > 0
        ends = 0.0
        for cue in told:
            assert cue.text.strip()
            assert ends <= cue.start_in_seconds + cue.start_time.milliseconds / 1000 < length
            ends = cue.end_in_seconds + cue.end_time.milliseconds / 1000
            assert ends <= length


@pytest.mark.parametrize("key", ["chuntai", "p_luogu", "chage", "jmd_lihua", "bubeida", "haozi"])
def test_the_same_file_is_made_every_time(key: str, tmp_path: Path) -> None:
    work = WORKS[KEYS.index(key)]
    assert work.made is not None
    for name in ("one", "two"):
        make(work.made, tmp_path / f"{name}.{work.made.ending}")
    one, two = ((tmp_path / f"{name}.{work.made.ending}").read_bytes() for name in ("one", "two"))
    assert one == two
