"""A store in a folder of this machine: `objects/` has the files, `parts/` what is not whole yet, `drafts/` what comes in parts."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

from alliance.storage.drafts import Drafts
from alliance.storage.place import keep, move, spoken
from alliance.storage.store import (
    CHUNK,
    Chunks,
    Entry,
    Measured,
    NotFound,
    Stored,
    Unavailable,
    checked,
)

# Seconds after which a draft that nobody has written to belongs to a process that was killed.
ABANDONED = 24 * 3600


class Folder(Drafts):
    """Files are written beside their place and moved into it, so that a crash or a full disk leaves no half file."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.objects, self.halves = self.root / "objects", self.root / "parts"
        super().__init__(self.root / "drafts", self.objects)

    def put(self, key: str, stream: BinaryIO, *, size_limit: int) -> Stored:
        place = self.objects / checked(key)
        measured = Measured(stream, size_limit)
        with spoken(missing=Unavailable):
            self.halves.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=self.halves)
            draft = Path(name)
            try:
                with open(number, "wb") as file:
                    while piece := measured.read(CHUNK):
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
                move(draft, place, self.objects)
            finally:
                draft.unlink(missing_ok=True)
        return measured.stored(key)

    def open(self, key: str, start: int = 0, end: int | None = None) -> Chunks:
        with spoken():
            file = (self.objects / checked(key)).open("rb")
            size = os.fstat(file.fileno()).st_size
            file.seek(start)
        return Chunks(file.read, file.close, (size if end is None else min(end, size)) - start)

    def size(self, key: str) -> int:
        place = self.objects / checked(key)
        with spoken():
            if not place.is_file():
                raise NotFound(key)
            return place.stat().st_size

    def exists(self, key: str) -> bool:
        with spoken():
            return (self.objects / checked(key)).is_file()

    def delete(self, key: str) -> None:
        place = self.objects / checked(key)
        with suppress(NotFound), spoken():
            place.unlink()
        # Folders that are empty now go too; one that has just been filled again stays.
        with suppress(OSError):
            for parent in place.parents[: key.count("/")]:
                parent.rmdir()

    def move(self, key: str, to: str) -> None:
        place, goal = self.objects / checked(key), self.objects / checked(to)
        with spoken():
            if place.is_file():
                os.utime(place)
                move(place, goal, self.objects)
                keep(place.parent)
            elif not goal.is_file():
                raise NotFound(key)

    def list(self, prefix: str = "") -> Iterator[Entry]:
        found = []
        inside = prefix.rpartition("/")[0]
        for folder, _folders, names in os.walk(self.objects / checked(inside) if inside else self.objects):
            for name in names:
                key = str((Path(folder) / name).relative_to(self.objects))
                if key.startswith(prefix):
                    found.append(key)
        for key in sorted(found, key=str.encode):
            with suppress(FileNotFoundError):
                facts = (self.objects / key).stat()
                yield Entry(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def url(self, key: str, *, seconds: int, filename: str | None = None, content_type: str | None = None) -> None:  # noqa: ARG002
        checked(key)

    def prepare(self, origin: str = "") -> None:  # noqa: ARG002
        with spoken(missing=Unavailable):
            for folder in (self.objects, self.halves, self.drafts):
                folder.mkdir(parents=True, exist_ok=True)
            for draft in self.halves.iterdir():
                with suppress(FileNotFoundError):
                    if time.time() - draft.stat().st_mtime > ABANDONED:
                        draft.unlink()

    def check(self) -> str:
        with spoken(missing=Unavailable):
            self.halves.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.halves):
                free = shutil.disk_usage(self.halves).free
        sentence: str = _("文件夹 %(path)s，可写，剩余 %(free).1f GB", path=str(self.root), free=free / 1e9)
        return sentence
