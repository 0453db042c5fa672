"""The portal on a loopback port, over a folder of its own."""

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import waitress
from flask import Flask

from alliance import cli, jobs
from alliance.app import create_app
from alliance.config import read_settings
from alliance.db import db
from alliance.demo.seed import seed
from tests.browser import more
from tests.servers.process import free_port

MANY = "100000 per minute"
Answer = TypeVar("Answer")


def aside(action: Callable[[], Answer]) -> Answer:
    """Do it in a thread of its own: Playwright's loop runs in this one, which the portal's context would not suffer."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(action).result()


@dataclass(frozen=True)
class Site:
    """A running portal: its address, and the application behind it."""

    url: str
    app: Flask

    def work_off(self) -> None:
        """Do all due jobs, as the worker would."""
        aside(lambda: jobs.work(self.app, until_idle=True))


def portal(folder: Path, port: int = 0, **given: object) -> Flask:
    """The application over that folder, asked as often as a test likes."""
    given |= {"port": port} if port else {}
    rates = dict.fromkeys(("sign_in_rate", "ask_rate", "search_rate", "board_rate", "case_rate", "feed_rate"), MANY)
    return create_app(read_settings({}, data=folder, demo=True, **rates, **given))


def furnish(folder: Path) -> None:
    """Make the demo in an empty folder, and what it has no example of; jobs that were left over are done."""
    folder.mkdir()
    app = portal(folder)
    cli.prepare(app)
    seed(app, lambda _step: None)
    more.add(app)
    jobs.work(app, until_idle=True)
    close(app)


def close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
    app.extensions["search"].close()


@contextmanager
def serving(demo: Path, folder: Path, **given: object) -> Iterator[Site]:
    """A portal over a copy of the demo."""
    shutil.copytree(demo, folder)
    port = free_port()
    app = aside(lambda: portal(folder, port, **given))
    aside(lambda: app.extensions["store"].prepare(app.config["ALLIANCE"].address))
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=8, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{port}", app)
    server.close()
    thread.join(5)
    aside(lambda: close(app))
