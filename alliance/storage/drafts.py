"""Files that arrive in parts, in a folder of this machine.

`drafts/<mark>/bytes` is the file itself, each part written at its place, so that finishing it is a move;
`drafts/<mark>/<number>.<run>` is an empty note that the part is there; `drafts/<mark>/key` says under which key it will lie, and is
locked by whoever writes: parts side by side, but nobody may still be writing to what is finished.
What was written outlives a killed process but not a power cut, so a note holds for this run of the machine only: after the next
start those parts are sent again, and no part has to wait for the disk. Finishing does.
"""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

from alliance.storage.place import move, spoken
from alliance.storage.store import (
    CHUNK,
    Damaged,
    Draft,
    Incomplete,
    Interrupted,
    NotFound,
    Sending,
    Unavailable,
    Unfinished,
    checked,
)

MARK = re.compile(r"[0-9a-f]{32}")
BYTES, KEY = "bytes", "key"
RUN = Path("/proc/sys/kernel/random/boot_id")
SPARE = 64 * 1024 * 1024


class Drafts:
    """The half of a Folder that holds what is arriving."""

    def __init__(self, drafts: Path, objects: Path) -> None:
        self.drafts, self.objects = drafts, objects

    def begin(self, key: str, *, size: int, part: int) -> Draft:
        draft = Draft(checked(key), secrets.token_hex(16), size, part)
        with spoken(missing=Unavailable):
            folder = self.drafts / draft.mark
            folder.mkdir(parents=True)
            if shutil.disk_usage(folder).free < size + SPARE:
                folder.rmdir()
                raise Unavailable(_("存储空间不够放下这个文件。"))
            (folder / KEY).write_text(key)
            (folder / BYTES).touch()
        return draft

    def part(self, draft: Draft, number: int, stream: BinaryIO, *, sha256: str = "") -> None:
        length, folder = draft.length(number), self._folder(draft)
        note, digest, taken = folder / f"{number}.{this_run()}", hashlib.sha256(), 0
        with spoken(), held(folder, fcntl.LOCK_SH):
            note.unlink(missing_ok=True)
            with (folder / BYTES).open("r+b", buffering=0) as file:
                file.seek((number - 1) * draft.part)
                while piece := received(stream, min(CHUNK, length - taken)):
                    file.write(piece)
                    taken += len(piece)
                    if sha256:
                        digest.update(piece)
            if taken != length or received(stream, 1):
                raise Damaged(_("这一段的长度不对。"))
            if sha256 and digest.hexdigest() != sha256:
                raise Damaged(_("这一段的校验码不对。"))
            note.touch()

    def part_url(self, draft: Draft, number: int, *, seconds: int, sha256: str = "") -> Sending | None:  # noqa: ARG002
        draft.length(number)
        self._folder(draft)
        return None

    def parts(self, draft: Draft) -> frozenset[int]:
        with spoken():
            names = os.listdir(self._folder(draft))
        notes = [name.partition(".") for name in names]
        return frozenset(int(number) for number, _dot, run in notes if number.isdigit() and run == this_run())

    def finish(self, draft: Draft) -> None:
        place = self.objects / checked(draft.key)
        with spoken():
            try:
                folder = self._folder(draft)
            except NotFound:
                if not place.is_file():
                    raise
                return
            if (folder / BYTES).exists() or not place.is_file():
                with held(folder, fcntl.LOCK_EX):
                    if missing := sorted(set(draft.numbers) - self.parts(draft)):
                        raise Incomplete(missing)
                    with (folder / BYTES).open("rb") as file:
                        os.fsync(file.fileno())
                    move(folder / BYTES, place, self.objects)
        self.abandon(draft)

    def abandon(self, draft: Draft) -> None:
        with suppress(NotFound):
            shutil.rmtree(self._folder(draft), ignore_errors=True)

    def unfinished(self, prefix: str = "") -> Iterator[Unfinished]:
        with suppress(NotFound), spoken():
            for folder in sorted(self.drafts.iterdir()):
                with suppress(FileNotFoundError):
                    key = (folder / KEY).read_text() if (folder / KEY).exists() else ""
                    if key.startswith(prefix) or not key:
                        yield Unfinished(key, folder.name, datetime.fromtimestamp(folder.stat().st_mtime, UTC))

    def _folder(self, draft: Draft) -> Path:
        folder = self.drafts / draft.mark
        if not self.drafts.is_dir():  # a disk that is not there has forgotten nothing
            raise Unavailable(_("文件夹无法读写：%(reason)s", reason=str(self.drafts)))
        if not MARK.fullmatch(draft.mark) or not folder.is_dir():
            raise NotFound(draft.key)
        return folder


@contextmanager
def held(folder: Path, how: int) -> Iterator[None]:
    """Keep a draft for parts (LOCK_SH) or for its end (LOCK_EX); raises OSError at once where the other goes on."""
    with (folder / KEY).open("r+b") as file:
        fcntl.flock(file, how | fcntl.LOCK_NB)
        yield


def this_run() -> str:
    """What the machine's present run is called; empty where the system does not say."""
    try:
        return RUN.read_text().strip()
    except FileNotFoundError:
        return ""


def received(stream: BinaryIO, wanted: int) -> bytes:
    """The next bytes of a part on its way; raises Interrupted where the sender went away."""
    try:
        return stream.read(wanted) if wanted else b""
    except OSError as error:
        raise Interrupted(str(error)) from error
