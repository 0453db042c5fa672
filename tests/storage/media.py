"""Films, sound, pictures and papers of every sort, made on the spot."""

import math
from array import array
from pathlib import Path
from typing import Any

import av
import pillow_heif
import pyvips
import typst
from PIL import Image


def film(
    path: Path,
    *,
    codec: str = "libx264",
    sound: str | None = "aac",
    size: tuple[int, int] = (320, 180),
    seconds: float = 2,
    form: str | None = None,
    turned: int = 0,
    first: bool = True,
    said: dict[str, str] | None = None,
    pixels: str = "yuv420p",
) -> Path:
    """A film of changing colours with a tone, the index `first` or last, `turned` by so many degrees as phones note it."""
    options = {"movflags": ("+faststart" if first else "") + "+use_metadata_tags"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", format=form, options=options) as out:
        out.metadata.update(said or {})
        picture = out.add_stream(codec, rate=25)
        picture.width, picture.height, picture.pix_fmt = *size, pixels
        if turned:
            picture.set_display_rotation(turned)
        voice = out.add_stream(sound, rate=48_000) if sound else None
        if voice is not None:
            voice.layout = "stereo"
        for number in range(int(seconds * 25)):
            frame = av.VideoFrame(*size, "rgb24")
            row = bytes([number * 5 % 256, 90, 160]) * (size[0] // 2) + bytes([20, number * 3 % 256, 30]) * (size[0] - size[0] // 2)
            plane = frame.planes[0]
            plane.update(b"".join(row + bytes(plane.line_size - len(row)) for _ in range(size[1])))
            frame.pts = number
            out.mux(picture.encode(frame))
        if voice is not None:
            for frame in tone(seconds):
                out.mux(voice.encode(frame))
            out.mux(voice.encode(None))
        out.mux(picture.encode(None))
    return path


def tone(seconds: float, rate: int = 48_000) -> Any:
    """A tone that grows louder, in frames."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate, frame_size=1024)
    total = int(seconds * rate)
    for at in range(0, total, 4800):
        count = min(4800, total - at)
        part = array("h", (int(30_000 * (at + n) / total * math.sin((at + n) / 20)) for n in range(count)))
        frame = av.AudioFrame("s16", "mono", count)
        frame.planes[0].update(part.tobytes() + bytes(frame.planes[0].buffer_size - count * 2))
        frame.sample_rate, frame.pts = rate, at
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def sound(path: Path, codec: str, *, seconds: float = 3, said: dict[str, str] | None = None) -> Path:
    with av.open(str(path), "w") as out:
        out.metadata.update(said or {})
        voice = out.add_stream(codec, rate=48_000)
        voice.layout = "stereo"
        for frame in tone(seconds):
            out.mux(voice.encode(frame))
        out.mux(voice.encode(None))
    return path


def colours(width: int, height: int) -> Any:
    """A picture with something to see in it."""
    ramp = pyvips.Image.xyz(width, height)
    image = (ramp[0] * 255 / width).bandjoin([ramp[1] * 255 / height, (ramp[0] + ramp[1]) % 256])
    return image.cast("uchar").copy(interpretation="srgb")


def heic(path: Path, width: int = 900, height: int = 600) -> Path:
    image = Image.frombytes("RGB", (width, height), bytes(colours(width, height).write_to_memory()))
    pillow_heif.from_pillow(image).save(str(path), quality=80)
    return path


def jp2(path: Path, width: int = 900, height: int = 600) -> Path:
    Image.frombytes("RGB", (width, height), bytes(colours(width, height).write_to_memory())).save(path, "JPEG2000")
    return path


def photograph(path: Path, width: int = 900, height: int = 600) -> Path:
    """A JPEG as a phone writes it: lying on its side, with place, owner and copyright."""
    image = Image.frombytes("RGB", (width, height), bytes(colours(width, height).write_to_memory()))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = 6, "Maker", "Phone 9"
    exif[0x013B], exif[0x8298] = "somebody private", "© 岚江省文化馆 (1993)".encode()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    image.save(path, "JPEG", quality=90, exif=exif, xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>30.25N</x:xmpmeta>")
    return path


def paper(pages: int = 3) -> bytes:
    """A PDF with a line of text on each page."""
    lines = "#pagebreak()\n".join(f"Programme page {number}: 茉莉花\n" for number in range(1, pages + 1))
    return bytes(typst.compile(("#set page(width: 200pt, height: 300pt)\n" + lines).encode()))


def content(image: Any, ending: str) -> bytes:
    return bytes(image.write_to_buffer(ending))
