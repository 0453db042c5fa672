"""What a store of files does, whichever it is: whole files at once (`Store`), and files that arrive in parts (`InParts`)."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol
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


class Damaged(StorageError):
    """A part is not of the length, or not of the checksum, that it should have; it was not kept."""


class Incomplete(StorageError):
    """Parts are missing; `missing` names them."""

    def __init__(self, missing: Sequence[int]) -> None:
        super().__init__(_("还缺 %(count)s 段。", count=len(missing)))
        self.missing = tuple(missing)


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


@dataclass(frozen=True)
class Draft:
    """A file that arrives in parts of `part` bytes, numbered from 1, the last one shorter; `mark` is the store's name for it."""

    key: str
    mark: str
    size: int
    part: int

    @property
    def numbers(self) -> range:
        """The numbers of all parts."""
        return range(1, -(-self.size // self.part) + 1)

    def length(self, number: int) -> int:
        """The bytes of one part; KeyError for a number that is none."""
        if number not in self.numbers:
            raise KeyError(number)
        return min(self.part, self.size - (number - 1) * self.part)


@dataclass(frozen=True)
class Sending:
    """Where a browser sends one part by itself, with which headers."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Unfinished:
    """A draft as a listing shows it."""

    key: str
    mark: str
    since: datetime


class InParts(Protocol):
    """A file in parts, in any order and several at once; what has arrived stays until it is finished or abandoned.

    Every method may raise Unavailable; those that take a draft, NotFound where the store does not know it (any more)."""

    def begin(self, key: str, *, size: int, part: int) -> Draft:
        """Make room for a file; nothing lies under the key before it is finished."""

    def part(self, draft: Draft, number: int, stream: BinaryIO, *, sha256: str = "") -> None:
        """Take one part in, whole or not at all, again if need be. Raises Damaged, Interrupted, KeyError."""

    def part_url(self, draft: Draft, number: int, *, seconds: int, sha256: str = "") -> Sending | None:
        """Where a browser may send the part for that long; None where it is sent to the portal."""

    def parts(self, draft: Draft) -> frozenset[int]:
        """The numbers of the parts that are there, each of its right length."""

    def finish(self, draft: Draft) -> None:
        """Make the file of the parts and forget the draft; may be repeated. Raises Incomplete."""

    def abandon(self, draft: Draft) -> None:
        """Forget the draft and its parts; may be repeated."""

    def unfinished(self, prefix: str = "") -> Iterator[Unfinished]:
        """The drafts whose keys begin with the prefix."""


class Store(InParts, Protocol):
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

    def move(self, key: str, to: str) -> None:
        """The same bytes under the other key, at every moment under one of them; may be repeated. Raises NotFound."""

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """The files whose keys begin with the prefix, in the order of their keys."""

    def url(self, key: str, *, seconds: int, filename: str | None = None, content_type: str | None = None) -> str | None:
        """Where a browser may fetch the file for that long, by that name; None where the portal must serve it."""

    def prepare(self, origin: str = "") -> None:
        """Make the folder or the bucket where it is missing, clear away what killed puts left, let pages of `origin` send parts
        where the service asks for that; may be repeated."""

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


class Reader(io.RawIOBase):
    """A kept file that can be read at any place, as libraries want it; each reading opens it anew from there."""

    def __init__(self, store: Store, key: str) -> None:
        self.store, self.key, self.place = store, key, 0
        self.end = store.size(key)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.place = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.end}[whence])
        return self.place

    def readinto(self, buffer: Any) -> int:
        chunks = self.store.open(self.key, self.place, min(self.end, self.place + len(buffer)))
        taken = 0
        for piece in chunks:
            buffer[taken : taken + len(piece)] = piece
            taken += len(piece)
        self.place += taken
        return taken


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
