"""The makers in their own processes: what they make of each sort of file, what they refuse, what they never follow."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pypdfium2 as pdfium
import pytest
import pyvips

from alliance.config import ROOT
from alliance.storage import foreman
from alliance.storage.foreman import MAKERS, bare
from alliance.storage.making import boxes
from alliance.storage.renditions import PLANS, kind_of
from tests.storage import media

Told = dict[str, dict[str, Any]]
Ask = Callable[..., Told]


def begin(folder: Path, source: Path | bytes, media_type: str, names: tuple[str, ...] = (), have: tuple[str, ...] = ()) -> Any:
    """Start a maker on a copy of the source in the folder."""
    (folder / "source").write_bytes(source if isinstance(source, bytes) else source.read_bytes())
    kind = kind_of(media_type)
    assert kind is not None
    asked = {"folder": str(folder), "media_type": media_type, "names": names or PLANS[kind], "have": have}
    command = foreman.command(MAKERS[kind], json.dumps(asked))
    return subprocess.Popen(command, cwd=folder, env=bare(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """`ask(source, type)`: what the maker said of each name in the end."""
    folder = tmp_path / "made"
    folder.mkdir()

    def run(*given: Any) -> Told:
        out, errors = begin(folder, *given).communicate(timeout=120)
        assert not errors
        return {told["name"]: told for told in map(json.loads, out.splitlines()) if "progress" not in told}

    return run


def picture(tmp_path: Path, name: str = "page.webp") -> Any:
    return pyvips.Image.new_from_file(str(tmp_path / "made" / name))


def failed(told: Told) -> set[str]:
    return {one.get("error", "") for one in told.values()}


# Pictures ---------------------------------------------------------------------


def test_a_photograph_is_turned_and_keeps_its_copyright_alone(ask: Ask, tmp_path: Path) -> None:
    told = ask(media.photograph(tmp_path / "a.jpg", 2400, 1200), "image/jpeg")
    assert told["card"]["data"] == {"width": 320, "height": 640, "source_width": 2400, "source_height": 1200}
    page = picture(tmp_path)
    assert (page.width, page.height) == (800, 1600)
    content = (tmp_path / "made" / "page.webp").read_bytes()
    assert "© 岚江省文化馆 (1993)".encode() in content
    for private in (b"somebody", b"Phone 9", b"30.25N"):
        assert private not in content
    assert not [name for name in page.get_fields() if name.startswith(("exif", "iptc", "gps"))]
    raw = media.photograph(tmp_path / "b.jpg").read_bytes()
    assert all(private in raw for private in (b"somebody", b"Phone 9", b"30.25N"))


@pytest.mark.parametrize("ending", ["png", "gif", "tif", "webp", "avif", "heic", "jp2", "u16", "cmyk", "alpha"])
def test_pictures_of_every_sort(ask: Ask, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    image = media.colours(900, 600)
    kinds = {"tif": "tiff", "u16": "png", "cmyk": "tiff", "alpha": "png"}
    if ending in ("heic", "jp2"):
        getattr(media, ending)(path)
    elif ending == "u16":
        path.write_bytes(media.content(image.cast("ushort").linear(257, 0).cast("ushort").copy(interpretation="rgb16"), ".png"))
    elif ending == "cmyk":
        path.write_bytes(media.content(image.colourspace("cmyk"), ".tif"))
    elif ending == "alpha":
        path.write_bytes(media.content(image.bandjoin(200), ".png"))
    else:
        image.write_to_file(str(path))
    told = ask(path, f"image/{kinds.get(ending, ending)}")
    assert told["page"]["data"]["width"] == 900
    assert told["zoom"]["needless"]
    left, right = (picture(tmp_path).getpoint(at, 300)[0] for at in (20, 880))
    assert left < 60 < 190 < right  # it grows redder from left to right


def test_a_large_picture_becomes_tiles_in_one_file(ask: Ask, tmp_path: Path) -> None:
    told = ask(media.content(media.colours(3000, 2100), ".png"), "image/png")
    assert told["zoom"]["data"] == {"width": 3000, "height": 2100, "tile": 512, "scales": [1, 2, 4, 8]}
    with zipfile.ZipFile(tmp_path / "made" / "zoom.zip") as packed:
        tiles = [one for one in packed.infolist() if one.filename.endswith(".jpg")]
        assert len(tiles) == 44
        assert {one.compress_type for one in tiles} == {zipfile.ZIP_STORED}
        assert "zoom/2560,2048,440,52/440,52/0/default.jpg" in packed.namelist()


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG that says it is huge."""
    small = bytearray(media.content(media.colours(8, 8), ".png"))
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return bytes(small)


def test_pictures_that_cannot_be_shown_say_why(ask: Ask, tmp_path: Path) -> None:
    assert failed(ask(bomb(60_000, 60_000), "image/png")) == {"pixels"}
    whole = media.photograph(tmp_path / "a.jpg").read_bytes()
    assert failed(ask(whole[: len(whole) // 2], "image/jpeg")) == {"broken"}
    assert failed(ask(b"no picture at all", "image/png")) == {"codec"}
    for ending in ("heic", "jp2"):
        cut = getattr(media, ending)(tmp_path / f"a.{ending}").read_bytes()
        assert failed(ask(cut[: len(cut) // 3], f"image/{ending}")) <= {"broken", "codec"}


def test_a_picture_that_names_other_files_reads_none(ask: Ask) -> None:
    """libvips would load these by their content; as pictures of a stranger they are refused."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>'
    assert failed(ask(drawing, "image/png")) <= {"codec", "broken"}


# Films ------------------------------------------------------------------------


def probed(path: Path) -> tuple[str, str, list[str]]:
    with av.open(str(path)) as found:
        film = found.streams.video[0].codec_context
        return film.name, film.pix_fmt or "", [one.codec_context.name for one in found.streams.audio]


def test_a_film_that_is_fit_stays_as_it_is(ask: Ask, tmp_path: Path) -> None:
    told = ask(media.film(tmp_path / "a.mp4"), "video/mp4")
    assert told["video"]["source"]
    assert told["video"]["data"] == {"seconds": 2.0, "sound": True, "width": 320, "height": 180}
    assert told["poster"]["file"] == "poster.webp"
    assert told["card"]["data"]["width"] == 320


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("late.mp4", {"first": False}),
        ("placed.mp4", {"said": {"location": "+30.2500+120.1600/"}}),
        ("phone.mov", {"form": "mov"}),
        ("old.avi", {"codec": "mpeg4", "sound": "libmp3lame"}),
        ("web.webm", {"codec": "libvpx", "sound": "libopus"}),
        ("box.mkv", {"sound": "libmp3lame"}),
        ("mute.mkv", {"sound": None}),
        ("fine.mp4", {"pixels": "yuv444p"}),
        ("large.mp4", {"size": (2560, 1440), "seconds": 0.4}),
    ],
)
def test_other_films_become_an_mp4_that_every_browser_plays(ask: Ask, tmp_path: Path, name: str, given: dict[str, Any]) -> None:
    types = {
        "mp4": "video/mp4",
        "mov": "video/quicktime",
        "avi": "video/x-msvideo",
        "webm": "video/webm",
        "mkv": "video/x-matroska",
    }
    told = ask(media.film(tmp_path / name, **given), types[name.partition(".")[2]])
    assert told["video"].get("file") == "video.mp4", told
    target = tmp_path / "made" / "video.mp4"
    assert probed(target) == ("h264", "yuv420p", [] if given.get("sound", "") is None else ["aac"])
    assert boxes.ready_to_play(target)
    assert told["video"]["data"]["seconds"] == pytest.approx(given.get("seconds", 2), abs=0.15)
    assert max(told["video"]["data"]["width"], told["video"]["data"]["height"]) <= 1280
    with av.open(str(target)) as made:
        assert not [key for key in made.metadata if "location" in key]
        frames = sum(1 for _ in made.decode(video=0))
    assert frames == pytest.approx(given.get("seconds", 2) * 25, abs=1)


def test_a_film_held_upright_is_made_upright(ask: Ask, tmp_path: Path) -> None:
    told = ask(media.film(tmp_path / "a.mov", codec="mpeg4", turned=90, form="mov"), "video/quicktime")
    assert (told["video"]["data"]["width"], told["video"]["data"]["height"]) == (180, 320)
    still = picture(tmp_path, "poster.webp")
    assert (still.width, still.height) == (180, 320)
    with av.open(str(tmp_path / "made" / "video.mp4")) as made:
        frame = next(made.decode(video=0))
        assert frame.rotation == 0
        shown = frame.to_image()
    # The left half is blue (…, 160); turned anticlockwise it lies below, in the film as in the still.
    assert shown.getpixel((90, 300))[2] > shown.getpixel((90, 20))[2] + 60
    assert still.getpoint(90, 300)[2] > still.getpoint(90, 20)[2] + 60


def test_sound_in_a_film_s_clothes_becomes_sound(ask: Ask, tmp_path: Path) -> None:
    told = ask(media.sound(tmp_path / "a.mp4", "aac"), "video/mp4")
    assert all(told[name]["needless"] for name in ("poster", "card", "video"))
    assert told["audio"]["file"] == "audio.m4a"


def test_a_film_that_breaks_off_shows_what_is_there(ask: Ask, tmp_path: Path) -> None:
    whole = media.film(tmp_path / "a.mp4", seconds=6).read_bytes()
    told = ask(whole[: len(whole) // 2], "video/mp4")
    assert told["video"]["data"]["cut"]
    assert 1 < told["video"]["data"]["seconds"] < 5
    late = media.film(tmp_path / "b.mp4", first=False).read_bytes()
    assert failed(ask(late[: len(late) // 2], "video/mp4")) == {"broken"}


LISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{path}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{path}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>file://{path}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
}


@pytest.mark.parametrize("media_type", ["video/mp4", "video/webm", "video/x-msvideo", "audio/mpeg", "audio/ogg", "audio/wav"])
@pytest.mark.parametrize("sort", [*LISTS])
def test_lists_that_point_at_local_files_are_not_followed(ask: Ask, tmp_path: Path, sort: str, media_type: str) -> None:
    other = media.film(tmp_path / "other.mp4")
    told = ask(LISTS[sort].format(path=other).encode(), media_type)
    assert failed(told) == {"broken"}


def test_the_lists_would_be_followed_without_our_limits(tmp_path: Path) -> None:
    """Else the test above could not fail."""
    other = media.film(tmp_path / "other.mp4")
    listed = tmp_path / "list.txt"
    listed.write_text(LISTS["concat"].format(path=other))
    with av.open(str(listed), format="concat", options={"safe": "0"}) as followed:
        assert next(followed.decode(video=0)).width == 320


def referring(other: Path, source: Path) -> bytes:
    """A MOV whose bytes are said to lie in another file (an `alis` data reference)."""
    whole = source.read_bytes()
    at = whole.rindex(b"dref") + 4
    entry = whole[at + 8 : at + 20]
    assert entry[4:8] == b"url "
    name = str(other).encode()
    # FFmpeg reads path of type 2 from an alias record: 150 bytes of volume and folder, then (type, length, bytes).
    record = bytearray(150)
    record[10:11], record[11:15] = b"\x04", b"disk"
    path = (2).to_bytes(2, "big") + len(name).to_bytes(2, "big") + name + bytes(len(name) % 2) + b"\xff\xff\0\0"
    body = b"\0\0\0\0" + bytes(record) + path
    box = (len(body) + 8).to_bytes(4, "big") + b"alis" + body
    changed = bytearray(whole)
    changed[at + 8 : at + 20] = box
    return grown(bytes(changed), len(box) - 12)


def grown(content: bytes, more: int) -> bytes:
    """The sizes of the boxes around the data reference, made larger; the index is the last box of the file."""
    changed, at = bytearray(content), content.rindex(b"moov")
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = content.index(name, at)
        changed[at - 4 : at] = (int.from_bytes(content[at - 4 : at], "big") + more).to_bytes(4, "big")
    return bytes(changed)


def test_a_film_whose_bytes_lie_elsewhere_is_not_followed(ask: Ask, tmp_path: Path) -> None:
    other = media.film(tmp_path / "other.mov", sound=None, form="mov", first=False)
    trap = referring(other, media.film(tmp_path / "a.mov", sound=None, form="mov", first=False))
    (tmp_path / "trap.mov").write_bytes(trap)
    opened: list[str] = []

    def note(name: str, flags: int, options: dict[str, Any]) -> Any:
        opened.append(name)
        return open(name.removeprefix("file:"), "rb")

    with av.open(str(tmp_path / "trap.mov"), format="mov", options={"enable_drefs": "1", "use_absolute_path": "1"}, io_open=note):
        assert str(other) in "".join(opened)  # it is a trap indeed
    # Whoever opened a pipe that nobody writes to would wait for ever.
    other.unlink()
    os.mkfifo(other)
    told = ask(trap, "video/quicktime")
    assert set(told) == {"poster", "card", "video"}


# Sound ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codec", "media_type", "made"),
    [
        ("a.mp3", "libmp3lame", "audio/mpeg", None),
        ("a.m4a", "aac", "audio/mp4", "audio.m4a"),
        ("a.flac", "flac", "audio/flac", "audio.m4a"),
        ("a.wav", "pcm_s16le", "audio/wav", "audio.m4a"),
        ("a.ogg", "libopus", "audio/ogg", "audio.m4a"),
    ],
)
def test_sound_of_every_sort(ask: Ask, tmp_path: Path, name: str, codec: str, media_type: str, made: str | None) -> None:
    told = ask(media.sound(tmp_path / name, codec), media_type)["audio"]
    assert told.get("file") == made
    assert told.get("source", False) is (made is None)
    peaks = told["data"]["peaks"]
    assert told["data"]["seconds"] == pytest.approx(3, abs=0.15)
    assert len(peaks) <= 400
    assert max(peaks[:5]) < 15 < 50 < max(peaks[-10:])  # it grows louder
    if made:
        with av.open(str(tmp_path / "made" / made)) as found:
            assert found.streams.audio[0].codec_context.name == "aac"
        assert boxes.ready_to_play(tmp_path / "made" / made)


def test_an_mp3_that_says_too_much_is_copied_without_it(ask: Ask, tmp_path: Path) -> None:
    said = {"title": "茉莉花", "comment": "recorded at 30.25N, call 555-0100"}
    told = ask(media.sound(tmp_path / "a.mp3", "libmp3lame", said=said), "audio/mpeg")
    assert told["audio"]["file"] == "audio.mp3"
    with av.open(str(tmp_path / "made" / "audio.mp3")) as made:
        assert made.metadata["title"] == "茉莉花"
        assert "comment" not in made.metadata
        assert float(made.duration or 0) / av.time_base == pytest.approx(3, abs=0.2)


def test_sound_that_cannot_be_played_says_why(ask: Ask) -> None:
    assert failed(ask(b"RIFF\x24\0\0\0WAVEfmt " + bytes(20), "audio/wav")) <= {"broken", "empty"}
    assert failed(ask(b"ID3\x04\0\0\0\0\0\0" + bytes(4000), "audio/mpeg")) == {"broken"}
    assert failed(ask(b"anything", "audio/midi")) == {"codec"}


# Papers and words -------------------------------------------------------------


def test_a_paper_has_cover_pages_and_text(ask: Ask, tmp_path: Path) -> None:
    told = ask(media.paper(3), "application/pdf")
    assert set(told) == {"cover", "card", "pages/1", "pages/2", "pages/3", "text"}
    assert told["cover"]["data"] == {"width": 600, "height": 900, "pages": 3}
    assert told["text"]["data"]["pictured"] == 3
    pages = (tmp_path / "made" / "text.txt").read_text().split("\f")
    assert ["茉莉花" in page and f"page {number}" in page for number, page in enumerate(pages, 1)] == [True] * 3


def test_a_paper_goes_on_where_it_was_interrupted(ask: Ask) -> None:
    told = ask(media.paper(3), "application/pdf", ("text",), ("cover", "card", "pages/1", "pages/2"))
    assert set(told) == {"pages/3", "text"}
    assert set(ask(media.paper(3), "application/pdf", ("pages/2",), ("text",))) == {"pages/2"}


def test_of_a_long_paper_a_bounded_number_of_pages(ask: Ask) -> None:
    told = ask(media.paper(130), "application/pdf")
    assert sum(name.startswith("pages/") for name in told) == 100
    assert told["text"]["data"]["pages"] == 130


def locked(content: bytes) -> bytes:
    """The same with an encryption dictionary (standard handler, a password nobody knows)."""
    entry = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -4 >> /ID [<41><41>] "
    head = content.rindex(b"trailer\n<<")
    return content[: head + 10] + entry + content[head + 10 :]


def plain_paper(width: float = 200, height: float = 200) -> bytes:
    """A PDF of one empty page with a classic trailer."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]>>".encode(),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj" % number + part + b"endobj\n"
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(content)


def test_papers_that_cannot_be_shown_say_why(ask: Ask) -> None:
    assert len(pdfium.PdfDocument(plain_paper())) == 1
    assert failed(ask(locked(plain_paper()), "application/pdf")) == {"encrypted"}
    assert failed(ask(media.paper()[:300], "application/pdf")) == {"broken"}
    told = ask(plain_paper(14_000, 14_000), "application/pdf")
    assert told["pages/1"]["data"] == {"width": 1600, "height": 1600}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_words_in_every_encoding(ask: Ask, tmp_path: Path, encoding: str) -> None:
    song = "三月里来三月三，\r\n岭上茶芽尖尖翻。\x07\n"
    told = ask(song.encode(encoding), "text/plain")
    assert (tmp_path / "made" / "text.txt").read_text() == "三月里来三月三，\n岭上茶芽尖尖翻。\n"
    assert told["text"]["data"]["start"].startswith("三月里来")
    assert not told["text"]["data"]["cut"]


def test_words_without_end_are_cut(ask: Ask, tmp_path: Path) -> None:
    told = ask("茉".encode() * 2_000_000, "text/plain")
    assert told["text"]["data"]["cut"]
    assert (tmp_path / "made" / "text.txt").stat().st_size <= 4 * 1024 * 1024
    assert failed(ask(b" \n\n", "text/plain")) == {"empty"}


# Limits -----------------------------------------------------------------------


def test_a_maker_knows_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIANCE_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y" * 40)
    assert not {name for name in bare(tmp_path) if name.startswith(("ALLIANCE", "AWS"))}


TRIES = """
import json, os, socket, sys
from pathlib import Path
from alliance.storage.making import bench, films, papers, pictures, sounds, words

def held(act):
    try:
        act()
    except OSError:
        return True
    return False

def make(task):
    secret, beside = Path(task.media_type), task.folder.parent / "beside"
    task.made("tried", task.source, **{
        "read": held(secret.read_bytes), "list": held(lambda: os.listdir(secret.parent)),
        "write": held(lambda: secret.write_text("x")),
        "create": held(lambda: beside.write_text("x")), "tmp": held(lambda: Path("/tmp/beside-a-maker").write_text("x")),
        "others": held(Path(f"/proc/{os.getppid()}/environ").read_bytes),
        "connect": held(lambda: socket.create_connection(("127.0.0.1", int(task.names[0])), 2)),
        "udp": held(lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("127.0.0.1", 9))),
        "own": not held(lambda: (task.folder / "more").write_text(task.source.read_text())),
    })
bench.run(make, seconds=20)
"""


@pytest.fixture(scope="module")
def shelter() -> frozenset[str]:
    return foreman.shelter()


def test_a_maker_sees_its_folder_alone_and_no_network(tmp_path: Path, shelter: frozenset[str]) -> None:
    """Whatever a stranger's file makes of it, media libraries loaded as in every maker; as far as this kernel goes."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "source").write_text("a")
    (tmp_path / "secret").write_text("key")
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = json.dumps(
            {
                "folder": str(tmp_path / "folder"),
                "media_type": str(tmp_path / "secret"),
                "names": [str(server.getsockname()[1])],
                "have": [],
            }
        )
        command = [sys.executable, "-P", "-c", TRIES, asked]
        done = subprocess.run(command, cwd=tmp_path / "folder", env=bare(tmp_path), capture_output=True, text=True, timeout=60)
    tried = json.loads(done.stdout)["data"]
    files = dict.fromkeys(("read", "list", "write", "create", "tmp", "others"), "files" in shelter)
    assert tried == files | {"connect": bool({"tcp", "network"} & shelter), "udp": "network" in shelter, "own": True}, done.stderr


REFUSED = """
import ctypes

class Refusing:
    def __getattr__(self, name):
        return lambda *given: -1

ctypes.CDLL = lambda *given, **more: Refusing()
from alliance.storage.making import bench, shelter, words
assert shelter.shut_in(None) == ()
bench.run(words.make, seconds=9)
"""


def test_a_kernel_that_refuses_stops_no_maker(tmp_path: Path) -> None:
    """As in a container that forbids these system calls: nothing holds, and nothing breaks."""
    (tmp_path / "source").write_text("茉莉花")
    asked = json.dumps({"folder": str(tmp_path), "media_type": "text/plain", "names": ["text"], "have": []})
    command = [sys.executable, "-P", "-c", REFUSED, asked]
    done = subprocess.run(command, cwd=tmp_path, env=bare(tmp_path), capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["file"] == "text.txt", done.stderr


def test_a_maker_ends_with_whoever_began_it(tmp_path: Path) -> None:
    """Its parent is killed without a word; the maker must not go on alone."""
    source = media.film(tmp_path / "a.avi", codec="mpeg4", sound=None, size=(1280, 720), seconds=12)
    script = (
        "import sys; from pathlib import Path; from tests.storage.test_makers import begin; "
        f"maker = begin(Path({str(tmp_path)!r}), Path({str(source)!r}), 'video/x-msvideo'); "
        "print(maker.pid, flush=True); maker.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    maker = int(parent.stdout.readline())
    time.sleep(0.5)
    assert Path(f"/proc/{maker}").exists()
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 5
    while Path(f"/proc/{maker}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{maker}").exists()


def test_a_maker_that_calculates_for_too_long_is_ended_for_that(tmp_path: Path) -> None:
    """The foreman gives up at once what ends by this signal; what merely broke off would be begun again and again."""
    script = "from alliance.storage.making.bench import run\ndef make(task):\n    while True:\n        pass\nrun(make, seconds=1)"
    asked = json.dumps({"folder": str(tmp_path), "media_type": "text/plain", "names": [], "have": []})
    done = subprocess.run([sys.executable, "-c", script, asked], cwd=ROOT, env=bare(tmp_path), timeout=60)
    assert done.returncode == -signal.SIGXCPU
