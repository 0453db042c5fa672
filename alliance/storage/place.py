"""Files of this machine put in their places so that neither a crash nor a power cut loses or halves one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask_babel import gettext as _

from alliance.storage.store import BadKey, NotFound, StorageError, Unavailable

TRIES = 20


def move(draft: Path, place: Path, top: Path) -> None:
    """Put the draft in its place for good; try again where a deletion has just taken the empty folder away."""
    for left in reversed(range(TRIES)):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(draft, place)
            break
        except (IsADirectoryError, NotADirectoryError, FileExistsError) as error:
            raise BadKey(_("文件的存放路径与另一文件冲突。")) from error
        except FileNotFoundError:
            if not left:
                raise
    for folder in place.parents:
        keep(folder)
        if folder == top:
            break


def keep(folder: Path) -> None:
    """Make the disk remember what the folder holds, unless it is gone already."""
    with suppress(FileNotFoundError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def spoken(missing: type[StorageError] = NotFound) -> Iterator[None]:
    """Turn what the disk says into the errors of a store; `missing` is what the absence of a file or folder means."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise missing(str(error)) from error
    except OSError as error:
        raise Unavailable(_("文件夹无法读写：%(reason)s", reason=error.strerror or str(error))) from error
