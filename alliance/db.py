"""Base, the session, the guards of the schema, and `transaction()`: the only commit in the code."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_alembic import Alembic
from flask_babel import gettext as _
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from alliance.config import Settings
from alliance.errors import Conflict, Unavailable

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of all models; constraints are named so that a refusal can be told in words."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[Any]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Counter(Base):
    """The last number given out under a prefix such as JY-2026."""

    __tablename__ = "counter"
    prefix: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    last: Mapped[int]


def next_number(session: Session, prefix: str) -> int:
    """The next number under `prefix`, without gaps for those who commit; waits for a rival, also at the very first."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first: sqlite.Insert | postgresql.Insert = dialect.insert(Counter).values(prefix=prefix, last=1)
    wanted = first.on_conflict_do_update(index_elements=[Counter.prefix], set_={"last": Counter.last + 1})
    return session.scalars(wanted.returning(Counter.last)).one()


def alone(session: Session, what: str) -> None:
    """Wait until nobody else writes `what`, and keep others waiting until the end of the transaction: for what may be written
    first by two at once, where there is no row to lock yet. SQLite lets one write at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(what, 0))))


@dataclass(frozen=True)
class Guard:
    """A rule that the database keeps by itself (a trigger or an exclusion), per dialect; `drop` undoes `create`."""

    name: str
    table: str
    create: Mapping[str, str]
    drop: Mapping[str, str]


guards: dict[str, Guard] = {}
sentences: dict[str, Any] = {}


def guard(model: type[Base], name: str, *, create: Mapping[str, str], drop: Mapping[str, str], sentence: Any = None) -> None:
    """Declare a Guard on the table of `model`; `sentence` is what people read when it refuses."""
    table: sa.Table = model.__table__  # type: ignore[assignment]
    guards[name] = Guard(name, table.name, create, drop)
    for dialect, statement in create.items():
        ddl = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
    if sentence is not None:
        sentences[name] = sentence


def append_only(model: type[Base], sentence: Any) -> None:
    """Declare that rows of `model` are never changed or deleted; `sentence` is what people read when that is tried."""
    table = model.__tablename__
    name = f"{table}_append_only"
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END $$; "
    )
    for verb in ("update", "delete"):
        trigger = f"CREATE TRIGGER {name}_{verb} BEFORE {verb} ON {table} "
        create = {
            "sqlite": f"{trigger}BEGIN SELECT RAISE(ABORT, '{name}'); END",
            "postgresql": f"{function}{trigger}FOR EACH ROW EXECUTE FUNCTION {name}()",
        }
        drop = {"sqlite": f"DROP TRIGGER {name}_{verb}", "postgresql": f"DROP TRIGGER {name}_{verb} ON {table}"}
        guard(model, f"{name}_{verb}", create=create, drop=drop)
    sentences[name] = sentence


db = SQLAlchemy()
alembic = Alembic(metadatas=Base.metadata, run_mkdir=False, command_name="")


def init(app: Flask, settings: Settings) -> None:
    """Open the engine and set SQLite to what was measured to lose no write."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": settings.database, **_engine_options(settings)}}
    app.config["ALEMBIC"] = {"script_location": "migrations"}
    db.init_app(app)
    # There are no asynchronous sessions; to close none of them would start an event loop after every request.
    app.teardown_appcontext_funcs = [one for one in app.teardown_appcontext_funcs if not iscoroutinefunction(one)]
    alembic.init_app(app)
    with app.app_context():
        tune(db.engine)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.database.startswith("sqlite"):
        settings.data.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"timeout": 10}, "hide_parameters": True}
    return {"hide_parameters": True, "pool_pre_ping": True, "pool_size": settings.threads, "max_overflow": settings.threads}


def tune(engine: sa.Engine) -> None:
    """On SQLite: WAL, foreign keys, and BEGIN IMMEDIATE for whoever says that it writes."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """End the reading transaction, begin a writing one, commit once; a refusal of the schema becomes a sentence."""
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("a transaction inside a transaction")
    session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"writing": True})
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict(_refusal(error)) from error
    except OperationalError as error:
        session.rollback()
        raise Unavailable(_("数据库暂时忙，刚才的内容没有保存，请稍后再试。")) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def _refusal(error: IntegrityError) -> Any:
    """The sentence of the constraint that refused; SQLite names the columns of a unique one instead of its name."""
    text = str(error.orig)
    if (unique := re.search(r"UNIQUE constraint failed: (\S+)\.(\S+?)(?:, \S+)*$", text)) is not None:
        text = f"uq_{unique[1]}_{unique[2]}"
    for name, sentence in sentences.items():
        if name in text:
            return sentence
    return _("刚才的内容与已有的记录冲突，没有保存，请刷新后再试。")
