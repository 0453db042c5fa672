"""The outermost boxes of an MP4 (ISO/IEC 14496-12): enough to tell that it is whole, and playable before it is all there."""

from pathlib import Path
from typing import IO

PLAIN = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}
MOST = 10_000


def ready_to_play(source: Path) -> bool:
    """Whether it is whole, the index stands before the pictures, and no box but the usual ones is there, each of a told length."""
    with source.open("rb") as stream:
        found = outermost(stream, source.stat().st_size)
    names = [name for name, _length in found]
    plain = set(names) <= PLAIN and all(length for _name, length in found)
    return plain and b"moov" in names and b"mdat" in names and names.index(b"moov") < names.index(b"mdat")


def outermost(stream: IO[bytes], size: int) -> list[tuple[bytes, int]]:
    """Name and length in bytes of the boxes in their order, 0 for one to the end; none where they do not fill the file."""
    place, found = 0, list[tuple[bytes, int]]()
    while place + 8 <= size and len(found) < MOST:
        stream.seek(place)
        header = stream.read(16)
        length = int.from_bytes(header[:4], "big")
        reach = int.from_bytes(header[8:16], "big") if length == 1 else length or size - place
        found.append((header[4:8], length and reach))
        if reach < 8:
            break
        place += reach
    return found if place == size else []
