"""Keeps a server running as a process of its own, for a person or for the workers of one test run."""

import argparse
import json
import os
import signal
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import FrameType

from tests.servers import NotHereError


def arguments(about: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--port", type=int, default=0, help="a free one if not given")
    parser.add_argument("--state", type=Path, help="a file that says the address while the server runs")
    parser.add_argument("--watch", type=int, help="the process with which the server shall end")
    return parser


def keep(server: AbstractContextManager[str], options: argparse.Namespace) -> None:
    """Run the server, telling its address, until it is asked to end or the watched process is gone."""
    signal.signal(signal.SIGTERM, end)
    try:
        with server as url:
            tell(options.state, {"pid": os.getpid(), "url": url})
            print(url, flush=True)
            while alive(options.watch):
                time.sleep(0.5)
    except NotHereError as reason:
        tell(options.state, {"reason": str(reason)})
        sys.exit(str(reason))
    except KeyboardInterrupt:
        pass
    if options.state:
        options.state.unlink(missing_ok=True)


def end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def tell(state: Path | None, facts: dict[str, object]) -> None:
    if state:
        draft = state.with_suffix(".draft")
        draft.write_text(json.dumps(facts))
        draft.rename(state)


def alive(process: int | None) -> bool:
    if process is None:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
