"""How many statements something takes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa
from flask import Flask

from alliance.db import db

OFTEN = ("FROM code_label", "INTO search_count", "INTO asset_use")


@contextmanager
def counted(engine: sa.Engine, on: Callable[[sa.Connection], object] = lambda _connection: True) -> Iterator[list[str]]:
    """The statements sent inside, without those that begin and end a transaction and those that are sent every few seconds.

    `on`: only those of connections for which this is true.
    """
    sent: list[str] = []

    def note(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if (
            on(connection)
            and not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE"))
            and not any(name in statement for name in OFTEN)
        ):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def asked_of(app: Flask) -> AbstractContextManager[list[str]]:
    """The statements that the database of a portal is sent inside."""
    with app.app_context():
        return counted(db.engine)
