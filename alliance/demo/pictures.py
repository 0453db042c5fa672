"""Files of the demo, made on the spot: our drawings as pictures, plain tones as sound, text as PDF."""

import io
import math
import os
import struct
import wave
from functools import cache
from pathlib import Path

import pyvips
import typst
from werkzeug.datastructures import FileStorage

from alliance.config import ROOT

DRAWINGS = ROOT / "static" / "img"
FONTS = ROOT / "static" / "dist" / "fonts"
if not Path("/etc/fonts/fonts.conf").exists():  # a machine without fonts draws words with ours
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS / "fonts.conf"))
TONES = (262, 294, 330, 392, 440, 392, 330, 294, 262)


@cache
def _drawn(name: str, width: int) -> bytes:
    picture = pyvips.Image.thumbnail(str(DRAWINGS / f"{name}.svg"), width).flatten(background=[250, 248, 244])
    return bytes(picture.jpegsave_buffer(Q=82, keep="none"))


def picture(name: str, *, width: int = 1200) -> FileStorage:
    """A drawing of static/img as a JPEG upload."""
    return FileStorage(io.BytesIO(_drawn(name, width)), f"{name}.jpg", "file", "image/jpeg")


def tone(title: str, *, pitch: int = 0) -> FileStorage:
    """A pentatonic phrase of some seven seconds as a WAV upload."""
    rate, out = 16000, io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        for index, base in enumerate(TONES):
            frequency = base * 2 ** (pitch / 12)
            fade = [math.exp(-3.0 * n / rate) for n in range(int(rate * 0.8))]
            frames = (int(12000 * fade[n] * math.sin(2 * math.pi * frequency * n / rate)) for n in range(len(fade)))
            sound.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
            if index == len(TONES) - 1:
                sound.writeframes(b"\x00\x00" * rate)
    out.seek(0)
    return FileStorage(out, f"{title}.wav", "file", "audio/wav")


HANDOUT = """#set page(paper: "a4", margin: 25mm)
#set text(font: "Noto Sans SC", size: 11pt, lang: "zh")
#let said = json(bytes(sys.inputs.said))
= #said.title
#v(1em)
#for line in said.lines [#line #parbreak()]
"""


def handout(title: str, said: str) -> FileStorage:
    """A page or two as a PDF upload; `said` is the JSON of title and lines."""
    data: bytes = typst.compile(  # type: ignore[misc]
        HANDOUT.encode(), font_paths=[str(FONTS)] if FONTS.exists() else [], sys_inputs={"said": said}
    )
    return FileStorage(io.BytesIO(data), f"{title}.pdf", "file", "application/pdf")
