"""The demo, made once as `make run` makes it; nothing here changes it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import cli
from alliance.app import create_app
from alliance.config import read_settings
from alliance.db import db
from alliance.demo.seed import seed


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal over the finished demo; what the worker does afterwards is not done."""
    app = create_app(read_settings({}, data=tmp_path_factory.mktemp("demo"), demo=True))
    cli.prepare(app)
    seed(app, lambda _step: None)
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["search"].close()


@pytest.fixture
def demo(made: Flask) -> Iterator[Session]:
    """A session that looks at it."""
    with made.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def visitor(made: Flask) -> FlaskClient:
    return made.test_client()
