"""What every maker stands on: its task, its limits, and how it tells the worker what it has made."""

import errno
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from alliance.storage.making.shelter import shut_in

GIGABYTE = 1024**3
GRACE = 5  # CPU seconds between the signal that says so and the end


class Refused(Exception):
    """Nothing can be made of the file; `code` is a key of `renditions.REASONS`, `facts` say more."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass
class Task:
    """`names` are wanted, `have` are made already; what is said of them goes out as JSON lines."""

    folder: Path
    media_type: str
    names: tuple[str, ...]
    have: tuple[str, ...] = ()
    out: TextIO = sys.stdout
    said: set[str] = field(default_factory=set)
    percent: dict[str, int] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        return self.folder / "source"

    def wants(self, name: str) -> bool:
        return name in self.names and name not in self.said

    def progress(self, name: str, share: float) -> None:
        """How far `name` is, from 0 to 1; said once per percent."""
        percent = min(99, max(0, int(share * 100)))
        if percent > self.percent.get(name, -1):
            self.percent[name] = percent
            self._say(name, progress=percent)

    def made(self, name: str, path: Path, **data: Any) -> None:
        """The file at `path`, whose ending tells its type, is `name`."""
        self._end(name, file=path.name, data=data)

    def as_it_is(self, name: str, **data: Any) -> None:
        """The source itself serves as `name`."""
        self._end(name, source=True, data=data)

    def needless(self, name: str) -> None:
        """There is no use for `name` of this file."""
        if self.wants(name):
            self._end(name, needless=True)

    def failed(self, name: str, code: str, **facts: Any) -> None:
        self._end(name, error=code, data=facts)

    def _end(self, name: str, **facts: Any) -> None:
        self.said.add(name)
        self._say(name, **facts)

    def _say(self, name: str, **facts: Any) -> None:
        self.out.write(json.dumps({"name": name, **facts}) + "\n")
        self.out.flush()


def run(make: Callable[[Task], None], *, seconds: int, memory: int = 3 * GIGABYTE, output: int = GIGABYTE) -> None:
    """Shut this process in, limit it (CPU seconds, bytes of memory, bytes of a file), then make what argv asks for."""
    # What a library prints must not be taken for what the maker says.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    asked = json.loads(sys.argv[1])
    shut_in(Path(asked["folder"]))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    # Where both are the same, the kernel kills at once, and nobody can tell why it ended.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + GRACE))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    task = Task(Path(asked["folder"]), asked["media_type"], tuple(asked["names"]), tuple(asked["have"]), out)
    attempt(task, make)


def attempt(task: Task, make: Callable[[Task], None]) -> None:
    """Make; a refusal goes for every name that nothing was said of yet."""
    try:
        make(task)
    except Refused as refused:
        _refuse(task, refused.code, **refused.facts)
    except MemoryError:
        _refuse(task, "memory")
    except Exception as error:
        if getattr(error, "errno", None) != errno.EFBIG:
            raise
        _refuse(task, "output")


def _refuse(task: Task, code: str, **facts: Any) -> None:
    for name in task.names:
        if name not in task.said:
            task.failed(name, code, **facts)


def _end_with(parent: int) -> None:
    """A worker that is killed takes its maker along."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
