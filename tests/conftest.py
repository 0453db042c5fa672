"""What every test may ask for: the portal on a fresh database, a client, a signed-in client."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule, rules

from alliance import jobs
from alliance.app import create_app
from alliance.config import Settings, read_settings
from alliance.db import alembic, db, transaction
from alliance.people.models import Person
from benchmarks.search_corpus import folder

pytest_plugins = ("tests.servers.plugin", "tests.browsing", "tests.passed")
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
BOTH_IN_TIME = pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
"""The same where PostgreSQL takes too long for `make test`; `make test-all` asks it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where the folder of real tables is not, the tests that read it are not there either; that is no skip."""
    if folder() is None and (without := [item for item in items if item.get_closest_marker("real_data")]):
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]


def settings(data: Path, url: str = "", **given: object) -> Settings:
    """Settings of a test: nothing from the environment."""
    return read_settings({}, data=data, database_url=url, demo=False, **given)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("schema")
    with create_app(settings(folder)).app_context():
        alembic.upgrade()
        db.engine.dispose()
    return folder / "alliance.db"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty PostgreSQL database to copy."""
    with create_app(settings(tmp_path_factory.mktemp("schema"), postgres_url)).app_context():
        alembic.upgrade()
        db.engine.dispose()
    return postgres_url


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database; mark a test with BOTH to run it on either kind."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "alliance.db")
        return ""
    return str(request.getfixturevalue("new_database")(request.getfixturevalue("migrated_postgres")))


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Flask], None]:
    """Let the portals of a run share what their templates and statements were compiled to, which is half of the time of a test."""
    templates = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    statements: dict[str, tuple[sa.Dialect, LRUCache[Any, Any]]] = {}

    def share(app: Flask) -> None:
        app.jinja_env.bytecode_cache = templates
        with app.app_context():
            name = db.engine.dialect.name
            if name not in statements:
                db.engine.connect().close()  # a dialect learns its server's version from its first connection
                statements[name] = db.engine.dialect, LRUCache(2000)
            db.engine.dialect, cache = statements[name]
            db.engine.update_execution_options(compiled_cache=cache)

    return share


@pytest.fixture(scope="session", autouse=True)
def routes_read_once() -> Iterator[None]:
    """Let the portals of a run share what Werkzeug makes of the words of a route, which is five sixths of making a portal."""
    compile_builder, made = Rule._compile_builder, {}

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = rule.rule, repr(rule._trace), repr(rule.defaults), append_unknown
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        patch.setattr(rules, "parse_converter_args", cache(rules.parse_converter_args))
        yield


@pytest.fixture
def app(database: str, tmp_path: Path, compiled: Callable[[Flask], None]) -> Iterator[Flask]:
    """The portal, as settings of a test would have it."""
    app = create_app(
        settings(
            tmp_path,
            database,
            sign_in_rate="1000 per minute",
            ask_rate="100000 per minute",
            search_rate="100000 per minute",
            board_rate="100000 per minute",
            case_rate="100000 per minute",
        )
    )
    compiled(app)
    app.extensions["security"].pwd_context.update(argon2__rounds=1, argon2__memory_cost=64)  # slow on purpose otherwise
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session to call services with. Do not use a client inside: it would share this context."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def write(app: Flask) -> Callable[..., object]:
    """`write(lambda session: …)` in one transaction of its own; returns what the function returns."""

    def run(action: Callable[[Session], object]) -> object:
        with app.app_context(), transaction() as session:
            return action(session)

    return run


@pytest.fixture
def work_off(app: Flask) -> Callable[[], int]:
    """Do all due jobs as the worker would; returns how many were done."""
    return lambda: jobs.work(app, until_idle=True)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[int], FlaskClient]:
    """A browser in which the person of that number is signed in."""

    def open_as(person_id: int) -> FlaskClient:
        with app.app_context():
            uniquifier = db.session.get_one(Person, person_id).fs_uniquifier
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = uniquifier
            cookie["_fresh"] = True
        return browser

    return open_as
