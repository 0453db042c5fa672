"""What a store of files does, whichever it is.

A resumable upload, when it comes, is a second protocol beside `Store` (begin, part, finish, abandon): `Folder` keeps a
place for unfinished parts on the same disk, `Bucket` has the multipart upload that `put` already uses.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from urllib.parse import quote

from flask_babel import gettext as _

CHUNK = 256 * 1024
LONGEST_KEY = 1024
LONGEST_NAME = 255
# Control characters, the other slash, and what XML cannot carry in a listing.
UNFIT = re.compile(r"[\x00-\x1f\x7f\\\ufffe\uffff]")


class StorageError(Exception):
    """Whatever a store may raise."""


class NotFound(StorageError):
    """Nothing lies under the key."""


class Unavailable(StorageError):
    """The disk or the service cannot do it now; the message says why, for the person who runs the portal."""


class TooLarge(StorageError):
    """The stream held more bytes than were allowed; nothing was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(_("文件超过允许的大小（%(limit)s 字节）。", limit=limit))
        self.limit = limit


class Interrupted(StorageError):
    """The stream broke before its end (the sender went away); nothing was kept."""


class BadKey(StorageError, ValueError):
    """The key is not one that every store can hold."""


@dataclass(frozen=True)
class Stored:
    """A file that was taken in whole; `sha256` in hexadecimal."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """A file as a listing shows it; `changed` is when it was put."""

    key: str
    size: int
    changed: datetime


class Store(Protocol):
    """Every method may raise Unavailable; those that take a key, BadKey."""

    def put(self, key: str, stream: BinaryIO, *, size_limit: int) -> Stored:
        """Take the stream in, in parts; readers see the old or the new file, whole. Raises TooLarge, Interrupted."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> "Chunks":
        """The bytes `[start, end)`, as far as there are any, in pieces. Raises NotFound at once."""

    def size(self, key: str) -> int:
        """In bytes. Raises NotFound."""

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Afterwards nothing lies under the key, whether or not something did before."""

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """The files whose keys begin with the prefix, in the order of their keys."""

    def url(self, key: str, *, seconds: int, filename: str | None = None, content_type: str | None = None) -> str | None:
        """Where a browser may fetch the file for that long, by that name; None where the portal must serve it."""

    def prepare(self) -> None:
        """Make the folder or the bucket where it is missing, clear away what killed puts left; may be repeated."""

    def check(self) -> str:
        """One sentence on what this store is and has, from a look that is cheap enough for a health check."""


class Chunks(Iterator[bytes]):
    """The rest of an opened file in pieces; closing it gives back what it holds, also before the first piece."""

    def __init__(self, read: Callable[[int], bytes], close: Callable[[], object], left: int) -> None:
        self.read, self.close, self.left = read, close, left

    def __next__(self) -> bytes:
        piece = self.read(min(CHUNK, self.left)) if self.left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self.left -= len(piece)
        return piece


class Measured:
    """A stream on its way into a store: counted, summed, and cut off with TooLarge at the limit."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self.stream, self.limit = stream, limit
        self.size, self.sum = 0, hashlib.sha256()

    def read(self, size: int = CHUNK) -> bytes:
        try:
            piece = self.stream.read(size)
        except OSError as error:
            raise Interrupted(str(error)) from error
        self.size += len(piece)
        if self.size > self.limit:
            raise TooLarge(self.limit)
        self.sum.update(piece)
        return piece

    def stored(self, key: str) -> Stored:
        return Stored(key, self.size, self.sum.hexdigest())


def checked(key: str) -> str:
    """The key, if it is a relative path of plain names, 255 bytes each and 1024 in all: fit for a disk and a bucket."""
    try:
        names = [name.encode() for name in key.split("/")]
    except UnicodeEncodeError:
        raise BadKey(_("文件的存放路径不合规。")) from None
    plain = all(0 < len(name) <= LONGEST_NAME and name not in {b".", b".."} for name in names)
    if not plain or len(key.encode()) > LONGEST_KEY or UNFIT.search(key):
        raise BadKey(_("文件的存放路径不合规。"))
    return key


def disposition(filename: str) -> str:
    """The Content-Disposition (RFC 6266) that saves a download under any name, Chinese too."""
    plain = "".join(sign if (sign.isascii() and sign.isalnum()) or sign in "._-" else "_" for sign in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
