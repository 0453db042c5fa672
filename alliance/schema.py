"""Bring a database to the newest schema, and write migrations from what the models declare, guards included."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from flask import Flask

from alliance.config import ROOT
from alliance.db import alembic, db, guards


def init(app: Flask) -> None:
    """Tell the migrations how to compare and what to write."""
    app.config["ALEMBIC_CONTEXT"] = {
        "process_revision_directives": add_guards,
        "render_item": _plain_types,
        "compare_type": True,
        "compare_server_default": False,
        "transaction_per_migration": True,
    }
    alembic.rev_id = lambda: datetime.now(UTC).strftime("%Y%m%d%H%M")  # type: ignore[method-assign]


def present(connection: sa.Connection) -> set[str]:
    """The names of the triggers and exclusions that the database has."""
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    return set(connection.scalars(sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))) | set(
        connection.scalars(sa.text("SELECT conname FROM pg_constraint WHERE contype = 'x'"))
    )


def wanted(dialect: str) -> set[str]:
    """The names of the guards that the models declare for a dialect."""
    return {guard.name for guard in guards.values() if dialect in guard.create}


class GuardOp(ops.MigrateOperation):
    """A statement for one dialect, in a migration."""

    def __init__(self, dialect: str, statement: str) -> None:
        self.dialect, self.statement = dialect, statement


@renderers.dispatch_for(GuardOp)
def _render(_context: AutogenContext, op: GuardOp) -> list[str]:
    return [f'if op.get_context().dialect.name == "{op.dialect}":\n    op.execute({op.statement!r})']


def _plain_types(kind: str, value: Any, _context: AutogenContext) -> str | bool:
    """JSON columns are written without the JSONB variant's import."""
    return "alliance.db.JSON" if kind == "type" and isinstance(value, sa.JSON) else False


def written() -> set[str]:
    """The names of the guards that some migration makes, for whichever dialect."""
    text = "".join(path.read_text() for path in (ROOT / "alliance" / "migrations").glob("*.py"))
    return {name for name in guards if re.search(rf"\b{name}\b", text)}


def add_guards(_context: Any, _revision: Any, directives: Iterable[ops.MigrationScript]) -> None:
    """Alembic's hook: append the guards that no migration makes yet to the one being written."""
    there = written()
    for script in directives:
        if script.upgrade_ops is None or script.downgrade_ops is None:
            continue
        for guard in guards.values():
            for dialect, create in guard.create.items():
                if guard.name not in there:
                    script.upgrade_ops.ops.append(GuardOp(dialect, create))
                    script.downgrade_ops.ops.insert(0, GuardOp(dialect, guard.drop[dialect]))


def differences() -> list[str]:
    """What the models declare and the database lacks, or the other way round; empty when they agree."""
    found = [str(difference) for difference in alembic.compare_metadata()]
    with db.engine.connect() as connection:
        there, here = present(connection), wanted(connection.dialect.name)
    return found + [f"guard {name}" for name in sorted(there ^ here)]
