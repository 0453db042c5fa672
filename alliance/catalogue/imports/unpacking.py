"""A workbook unpacked piece by piece: every part is measured before a library holds it, and what a table needs is packed anew."""

import re
import tempfile
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from xml.etree import ElementTree
from xml.parsers import expat

from flask_babel import gettext as _

from alliance.errors import Invalid, UnsupportedFile

PIECE = 65_536
MEGABYTE = 1024 * 1024
MOST_PARTS = 2_000
MOST_UNPACKED = 200 * MEGABYTE
MOST_RATIO = 250
MOST_ELEMENTS = 6_000_000
"""In the whole workbook: 20,000 rows of a hundred columns."""
MOST_BETWEEN = 8 * MEGABYTE
"""Bytes from one row, or one text of the shared ones, to the next."""
ENTRY = b"PK\x01\x02"
NEEDED = re.compile(r"\[content_types\]\.xml|xl/[^/]+\.xml|xl/_rels/[^/]+\.rels|xl/worksheets/[^/]+\.xml", re.IGNORECASE)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Room:
    """What a part may hold: bytes, elements from one mark to the next, marks, and elements other than those of its `body`."""

    size: int
    between: int
    others: int
    mark: str = ""
    marks: int = 0
    body: frozenset[str] = frozenset()


def _names(*tags: str) -> frozenset[str]:
    return frozenset(f"{MAIN}}}{tag}" for tag in tags)


SHEET = Room(MOST_UNPACKED, 60_000, 40_000, f"{MAIN}}}row", 1_048_576, _names("row", "c", "v", "f", "is", "t", "r", "rPr"))
TEXTS = Room(48 * MEGABYTE, 20_000, 2_000_000, f"{MAIN}}}si", 400_000, _names("si", "t", "r"))
OTHER = Room(MOST_BETWEEN, 100_000, 100_000)


def too_large() -> Invalid:
    """The refusal of whatever would fill the memory."""
    return Invalid(_("这个工作簿展开后太大，请只留要导入的工作表和行，另存为新的 .xlsx 再传。"))


def unpacked(stream: BinaryIO) -> BinaryIO:
    """The workbook as a new file that holds what it says and no more. Raises Invalid, UnsupportedFile, or what zipfile does."""
    _count_entries(stream)
    made = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - goes with the last who reads it
    with zipfile.ZipFile(stream) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as clean:
        _look_over(packed.infolist())
        elements = 0
        for part in [one for one in packed.infolist() if NEEDED.fullmatch(one.filename)]:
            measure = Measure(_room_of(part.filename.lower()), MOST_ELEMENTS - elements)
            with packed.open(part) as opened, clean.open(part.filename, "w") as target:
                while piece := opened.read(PIECE):
                    measure.feed(piece)
                    target.write(piece)
            measure.end()
            elements += measure.elements
    with zipfile.ZipFile(made) as clean:
        _look_at_claims(clean)
    return made


def _count_entries(stream: BinaryIO) -> None:
    """Before the list of parts is read: each of them becomes an object."""
    stream.seek(0)
    count, rest = 0, b""
    while piece := stream.read(MEGABYTE):
        count += (rest + piece).count(ENTRY)
        rest = piece[-3:]
    if count > MOST_PARTS:
        raise too_large()


def _look_over(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse by the list of parts what would unpack without end, refers to other files, or is no workbook."""
    swollen = any(part.file_size > 1_000_000 and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts)
    if swollen or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise too_large()
    names = [part.filename.lower() for part in parts]
    if any(name.startswith("xl/externallinks/") for name in names):
        raise Invalid(_("这个工作簿引用了别的文件。请把公式粘贴为数值，另存为新的 .xlsx 再传。"))
    if "xl/workbook.xml" not in names:
        raise UnsupportedFile(_("这个压缩文件里没有 Excel 表格。可以导入 .xlsx 和 CSV。"))


def _room_of(name: str) -> Room:
    if name.startswith("xl/worksheets/"):
        return SHEET
    return TEXTS if name == "xl/sharedstrings.xml" else OTHER


class Measure:
    """Counts what goes by and refuses as soon as it is too much; a document type is refused wherever it stands."""

    def __init__(self, room: Room, elements: int) -> None:
        self.room, self.most, self.elements = room, elements, 0
        self.size = self.marked_at = self.since = self.marks = self.others = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._element
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, piece: bytes) -> None:
        self.size += len(piece)
        self.parser.Parse(piece, False)
        if self.size > self.room.size or self.size - self.marked_at > MOST_BETWEEN:
            raise too_large()

    def end(self) -> None:
        self.parser.Parse(b"", True)

    def _element(self, name: str, _attributes: Any) -> None:
        self.elements += 1
        self.since += 1
        if name == self.room.mark:
            self.marks += 1
            self.since, self.marked_at = 0, self.parser.CurrentByteIndex
        elif name not in self.room.body:
            self.others += 1
        room = self.room
        if self.since > room.between or self.others > room.others or self.marks > room.marks or self.elements > self.most:
            raise too_large()

    def _doctype(self, *_declared: Any) -> None:
        raise UnsupportedFile(_("这个工作簿里有不该有的内容，没有打开。"))


def _look_at_claims(clean: zipfile.ZipFile) -> None:
    """Refuse what calls a sheet something else: all but sheets and shared texts is held whole by who reads it."""
    for name in clean.namelist():
        if not name.lower().endswith((".rels", "[content_types].xml")):
            continue
        for claim in ElementTree.fromstring(clean.read(name)):  # noqa: S314 - measured, and without a document type
            kind = (claim.get("ContentType") or claim.get("Type") or "").lower()
            place = (claim.get("PartName") or claim.get("Target") or "").lower()
            if ("worksheets/" in place and "worksheet" not in kind) or ("sharedstrings" in place and "sharedstrings" not in kind):
                raise UnsupportedFile(_("这个工作簿里有不该有的内容，没有打开。"))
