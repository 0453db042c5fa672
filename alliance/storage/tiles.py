"""Tiles of large pictures: all tiles of a picture are one file of the store, a ZIP without compression, read a tile at a time."""

import io
import struct
import zipfile
from functools import lru_cache
from typing import Any

from alliance.storage import files
from alliance.storage.models import File, Rendition
from alliance.storage.store import Store

BUFFER = 64 * 1024
HEAD = 30  # bytes of a local header before the name (APPNOTE.TXT 4.3.7)
FOLDER = "zoom/"


class Ranged(io.RawIOBase):
    """A file of the store as something that can be sought in."""

    def __init__(self, store: Store, key: str, size: int) -> None:
        self.store, self.key, self.size, self.place = store, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = offset + (0, self.place, self.size)[whence]
        return self.place

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer: Any) -> int:
        piece = b"".join(self.store.open(self.key, self.place, min(self.place + len(buffer), self.size)))
        buffer[: len(piece)] = piece
        self.place += len(piece)
        return len(piece)


def tile(file: File, place: str) -> bytes | None:
    """The JPEG at an IIIF level 0 place such as `0,0,512,512/512,512/0/default.jpg`; None where there is none."""
    found = index(file.key, file.size).get(place)
    if found is None:
        return None
    start, size, name = found
    # The length of what stands before the bytes is told by the local header alone; it is never long.
    end = min(file.size, start + HEAD + name + 256 + size)
    piece = b"".join(files.the_store().open(file.key, start, end))
    before = HEAD + sum(struct.unpack("<HH", piece[26:30]))
    return piece[before : before + size]


@lru_cache(maxsize=32)
def index(key: str, size: int) -> dict[str, tuple[int, int, int]]:
    """Where each tile begins in the file, its size, the length of its name; a key never gets other bytes."""
    stream = io.BufferedReader(Ranged(files.the_store(), key, size), BUFFER)
    with zipfile.ZipFile(stream) as packed:
        return {
            entry.filename.removeprefix(FOLDER): (entry.header_offset, entry.file_size, len(entry.filename.encode()))
            for entry in packed.infolist()
            if entry.filename.startswith(FOLDER) and entry.filename.endswith(".jpg")
        }


def information(row: Rendition, address: str) -> dict[str, Any]:
    """What a viewer asks first (IIIF Image API 3.0, level 0)."""
    width, height, scale = row.data["width"], row.data["height"], row.data["scales"][-1]
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level0",
        "width": width,
        "height": height,
        "tiles": [{"width": row.data["tile"], "scaleFactors": row.data["scales"]}],
        "sizes": [{"width": -(-width // scale), "height": -(-height // scale)}],
    }
