"""What a file may hide: a list of other files, a second file behind the first, more pixels than any machine can hold."""

import re
from typing import IO

from PIL import Image

MOST_PIXELS = 500_000_000
READ = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/tiff": "TIFF"}
PLAYLIST = re.compile(rb"\s*(?:#EXTM3U|#EXT-X-|\[playlist\]|ffconcat\s|<\?xml[^>]*>\s*<MPD)", re.IGNORECASE)
END_OF_ZIP = b"PK\x05\x06"
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def is_playlist(head: bytes) -> bool:
    """Whether it only names other files, as HLS, PLS, DASH and concat lists do: a player would open those instead."""
    return PLAYLIST.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def is_two_files(kind: str, head: bytes, tail: bytes) -> bool:
    """Whether the same bytes are also a ZIP (its directory stands at the end) or a PDF (its mark stands near the start)."""
    if kind != "application/pdf" and b"%PDF-" in head[:1024] and not kind.startswith("text/"):
        return True
    place = tail.rfind(END_OF_ZIP)
    if place < 0 or place + 22 > len(tail):
        return False
    return place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little") == len(tail)


def is_bomb(stream: IO[bytes], kind: str) -> bool:
    """Whether a picture's header claims more pixels than could be shown anywhere; nothing is decoded."""
    if kind not in READ:
        return False
    stream.seek(0)
    try:
        with Image.open(stream, formats=[READ[kind]]) as picture:
            return picture.width * picture.height > MOST_PIXELS
    except Image.DecompressionBombError:
        return True
    except Exception:  # what it cannot read is told by whoever makes the safe copies
        return False
