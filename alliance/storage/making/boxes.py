"""The outermost boxes of an MP4: enough to know whether it can be played before it is all there, and carries nothing else."""

from pathlib import Path

PLAIN = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}


def ready_to_play(source: Path) -> bool:
    """Whether it is whole, the index stands before the pictures, and no box but the usual ones is there."""
    names = outermost(source)
    return set(names) <= PLAIN and b"moov" in names and b"mdat" in names and names.index(b"moov") < names.index(b"mdat")


def outermost(source: Path) -> list[bytes]:
    """The names of the boxes in their order; none where they do not fill the file."""
    size, place, names = source.stat().st_size, 0, list[bytes]()
    with source.open("rb") as stream:
        while place + 8 <= size and len(names) < 10_000:
            stream.seek(place)
            header = stream.read(16)
            length = int.from_bytes(header[:4], "big")
            names.append(header[4:8])
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            if length < 8:
                break
            place += length
    return names if place == size else []
