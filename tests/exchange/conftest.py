"""After every test of the exchange the journal's replay equals the tables."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.db import db
from alliance.exchange.replay import differences
from tests.exchange.cast import Cast, cast_of
from tests.exchange.stage import NOW
from tests.queries import asked_of


@pytest.fixture(autouse=True)
def replayed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare when the test is over, whatever it did."""
    app: Flask | None = request.getfixturevalue("app") if "app" in request.fixturenames else None
    yield
    if app is not None:
        with app.app_context():
            assert differences(db.session) == []


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen:` — every statement that reaches the database inside, BEGIN and COMMIT aside."""
    return partial(asked_of, app)


@pytest.fixture
def now() -> Iterator[None]:
    """Monday, ten in the morning."""
    with clock.moved(NOW):
        yield


@pytest.fixture
def cast(app: Flask, signed_in: Callable[[int], FlaskClient], now: None) -> Cast:
    """A hall, its owner and who asks for it."""
    return cast_of(app, signed_in)
