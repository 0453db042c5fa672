"""Pictures: small upright copies without what cameras write into them, and tiles of large ones."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pillow_heif
import pyvips
from PIL import Image, UnidentifiedImageError

from alliance.storage.making.bench import Refused, Task, run

SECONDS = 180
SIZES = {"card": 640, "page": 1600}
MOST_PIXELS = 120_000_000
LARGE = 2000  # from here on it is worth to look closer
TILE = 512
HEIC = ("image/heic", "image/heif")
COPYRIGHT = 0x8298
XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:rights>'
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
JP2 = ("image/jp2", "image/jpx", "image/jpm")


def make(task: Task) -> None:
    """`card`, `page`, and `zoom` of what is larger than that."""
    pyvips.block_untrusted_set(True)
    with spoken():
        source = readable(task)
        width, height = measured(source)
        rights = rights_of(task.source)
    for name, edge in SIZES.items():
        if task.wants(name):
            target = task.folder / f"{name}.webp"
            with spoken():
                size = small_copy(source, target, edge, rights)
            task.made(name, target, **size, source_width=width, source_height=height)
    if max(width, height) <= LARGE:
        task.needless("zoom")
    elif task.wants("zoom"):
        task.progress("zoom", 0)
        with spoken():
            facts = tiles(source, task.folder / "zoom.zip", max(width, height))
        task.made("zoom", task.folder / "zoom.zip", **facts)


def readable(task: Task) -> Path:
    """The source, or what libvips can read instead of it."""
    Image.MAX_IMAGE_PIXELS = None  # ours is asked below
    if task.media_type in HEIC:
        pillow_heif.register_heif_opener(thumbnails=False)
    elif task.media_type not in JP2:
        return task.source
    with Image.open(task.source) as picture:
        _bounded(*picture.size)
        target = task.folder / "read.tif"
        mode = picture.mode if picture.mode in ("L", "RGB", "RGBA", "CMYK") else "RGB"
        facts = {name: picture.info[name] for name in ("icc_profile",) if picture.info.get(name)}
        picture.convert(mode).save(target, "TIFF", **facts)
    return target


def measured(source: Path) -> tuple[int, int]:
    """Width and height of a picture that is not too large to be decoded."""
    header = pyvips.Image.new_from_file(str(source), access="sequential")
    _bounded(header.width, header.height)
    return int(header.width), int(header.height)


def _bounded(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused("pixels", width=width, height=height)


def small_copy(source: Path, target: Path, edge: int, rights: str = "") -> dict[str, int]:
    """Write `target` (WebP, at most `edge` pixels either way, upright, sRGB, nothing in it but the rights) and tell its size."""
    small = pyvips.Image.thumbnail(str(source), edge, height=edge, size="down", output_profile="srgb", fail_on="truncated")
    small = bare(small)
    if rights:
        small.set_type(pyvips.GValue.blob_type, "xmp-data", XMP.format(escape(rights)).encode())
    small.webpsave(str(target), Q=80, keep="xmp" if rights else "none", effort=4)
    return {"width": int(small.width), "height": int(small.height)}


def rights_of(source: Path) -> str:
    """What the picture itself says about its copyright, in its EXIF."""
    with suppress(OSError, ValueError, SyntaxError, KeyError, struct.error), Image.open(source) as picture:
        said = picture.getexif().get(COPYRIGHT, "")
        if isinstance(said, str):
            # Pillow reads Latin 1, which the tag is not where somebody writes Chinese.
            text = said.encode("latin-1", errors="ignore").decode("utf-8", errors="replace")
            return " ".join("".join(sign for sign in text if sign.isprintable()).split())[:300]
    return ""


def bare(image: Any) -> Any:
    """The same without anything that a camera or a program wrote about it."""
    image = image.copy()
    for name in image.get_fields():
        if name.startswith(("exif-", "iptc-", "xmp-", "orientation", "photoshop-")):
            image.remove(name)
    return image


def tiles(source: Path, target: Path, edge: int) -> dict[str, Any]:
    """Write the whole picture as IIIF level 0 tiles into one file, a ZIP that nothing is compressed in."""
    whole = pyvips.Image.thumbnail(str(source), edge, height=edge, size="down", output_profile="srgb", fail_on="truncated")
    whole = bare(whole.flatten(background=255) if whole.hasalpha() else whole).cast("uchar", shift=whole.format == "ushort")
    suffix = ".jpg[Q=82,keep=none]"
    whole.dzsave(str(target), layout="iiif3", tile_size=TILE, suffix=suffix, container="zip", compression=0, id="")
    width, height, scales = int(whole.width), int(whole.height), [1]
    while max(width, height) / scales[-1] > TILE:
        scales.append(scales[-1] * 2)
    return {"width": width, "height": height, "tile": TILE, "scales": scales}


@contextmanager
def spoken() -> Iterator[None]:
    """Turn what the libraries say into refusals."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise Refused("codec") from error
    except (pyvips.Error, SyntaxError, ValueError, EOFError) as error:
        text = str(error).lower()
        raise Refused("memory" if "out of memory" in text else "codec" if "not a known" in text else "broken") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise Refused("broken") from error


if __name__ == "__main__":
    run(make, seconds=SECONDS)
