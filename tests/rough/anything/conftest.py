"""The world of the matrix on either database, put back after whatever was written."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg import sql
from sqlalchemy import event
from werkzeug.test import TestResponse

from alliance.app import create_app
from alliance.db import Base, db
from tests.conftest import settings
from tests.matrix import world as worlds
from tests.matrix.conftest import RATE
from tests.matrix.doors import Doors, Held, held_by_all
from tests.matrix.world import World
from tests.rough.anything.told import KEEPS, fault
from tests.servers.postgres import Databases, connect

SHAKEN = {"admin.suspend", "centres.decide", "people.leave", "people.set_roles"} | {
    *("people.change_password", "people.set_new_password", "people.sign_out"),
}
"""After these, somebody may no longer be let in."""
UNCOUNTED = {"sign_in_failure"}
"""What is written because of a refusal."""


@dataclass
class Rough:
    """A portal to be asked anything: `ask()` says what is wrong with the answer and puts the world back."""

    doors: Doors
    held: Held
    put_back: Callable[[], None]
    luck: int = 0
    patience: int = 1
    """After how many changes the world is put back."""
    wrote: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def app(self) -> Flask:
        return self.doors.app

    @property
    def world(self) -> World:
        return self.doors.world

    def listen(self) -> None:
        """Learn of each commit, and how many rows there are before any."""
        with self.app.app_context():
            event.listen(db.engine, "commit", self._committed)
            self.rows = self.counted()

    def _committed(self, connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writing"):
            self.wrote += 1

    def counted(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = [table for name, table in Base.metadata.tables.items() if name not in UNCOUNTED]
        parts = [sa.select(sa.literal(table.name), sa.func.count()).select_from(table) for table in tables]
        with db.engine.connect() as connection:
            return {name: count for name, count in connection.execute(sa.union_all(*parts))}  # noqa: C416

    def ask(self, role: str, method: str, url: str, endpoint: str, **given: Any) -> tuple[TestResponse, str]:
        """The answer, and what is wrong with it."""
        headers = {"X-CSRFToken": self.doors.tokens[role], **given.pop("headers", {})}
        answer = self.doors.open(role, url, method=method, headers=headers, **given)
        answer.get_data()
        wrong = fault(answer, endpoint, json_wanted=headers.get("Accept") == "application/json")
        if self.wrote:
            with self.app.app_context():
                counted = self.counted()
            if answer.status_code >= 400 and not wrong and endpoint not in KEEPS:
                wrong = left_behind(self.rows, counted)
            self.rows = counted
            if self.wrote >= self.patience or endpoint in SHAKEN:
                self.begin_anew()
        return answer, wrong

    def begin_anew(self) -> None:
        """The world as it was."""
        if not self.wrote:
            return
        self.put_back()
        self.wrote = 0
        with self.app.app_context():
            self.rows = self.counted()


def left_behind(before: dict[str, int], after: dict[str, int]) -> str:
    """What a refused request wrote all the same."""
    more = {name: count - before[name] for name, count in after.items() if count != before[name]}
    return f"refused, but wrote {more}" if more else ""


@pytest.fixture(scope="session")
def rough(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, compiled: Callable[[Flask], None]
) -> Iterator[Rough]:
    """One portal and one world for all that is asked; `EITHER` gives it on both databases."""
    folder = tmp_path_factory.mktemp("anything")
    with ExitStack() as stack:
        url, kept = (_sqlite if request.param == "sqlite" else _postgres)(request, folder, stack)
        rates = dict.fromkeys(("sign_in_rate", "ask_rate", "search_rate", "board_rate", "case_rate", "feed_rate"), RATE)
        app = create_app(settings(folder, url, **rates))
        compiled(app)
        world = worlds.build(app)
        stack.callback(_let_go, app)
        put_back = kept(app)
        patience = 1 if request.param == "sqlite" else 8  # there it takes a tenth of a second
        luck = int(request.config.getoption("--hypothesis-seed") or 0) ^ crc32(request.param.encode())
        made = Rough(Doors.of(app, world, lambda: None), held_by_all(world), put_back, luck, patience)
        made.listen()
        yield made


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


Kept = Callable[[Flask], Callable[[], None]]


def _sqlite(request: pytest.FixtureRequest, folder: Path, stack: ExitStack) -> tuple[str, Kept]:
    path = folder / "alliance.db"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), path)

    def kept(_app: Flask) -> Callable[[], None]:
        live, copy = (stack.enter_context(closing(sqlite3.connect(at))) for at in (path, ":memory:"))
        live.backup(copy)
        return lambda: copy.backup(live)

    return "", kept


def _postgres(request: pytest.FixtureRequest, _folder: Path, stack: ExitStack) -> tuple[str, Kept]:
    databases: Databases = request.getfixturevalue("databases")
    url = databases.make(request.getfixturevalue("migrated_postgres"))
    stack.callback(databases.drop, url)

    def kept(app: Flask) -> Callable[[], None]:
        _let_go(app)
        copy = databases.make(template=url)
        stack.callback(databases.drop, copy)
        names = [sql.Identifier(urlsplit(one).path[1:]) for one in (url, copy)]

        def put_back() -> None:
            _let_go(app)
            databases.drop(url)
            with connect(databases.server) as server:
                server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*names))

        return put_back

    return url, kept
