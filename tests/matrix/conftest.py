"""One portal, one world a module; browsers that keep nothing between two requests; the world put back after each change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from alliance.app import create_app
from alliance.db import db
from tests.conftest import settings
from tests.matrix import world as worlds
from tests.matrix.doors import Copy, Doors, Held, held_by_all
from tests.matrix.world import World

RATE = "1000000 per minute"


@pytest.fixture(scope="module")
def portal(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal on a database of this module's own."""
    folder = tmp_path_factory.mktemp("matrix")
    shutil.copy(migrated_sqlite, folder / "alliance.db")
    rates = dict.fromkeys(("sign_in_rate", "ask_rate", "search_rate", "board_rate", "case_rate", "feed_rate"), RATE)
    app = create_app(settings(folder, **rates))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def world(portal: Flask) -> World:
    """Everything that the matrix is about."""
    return worlds.build(portal)


@pytest.fixture(scope="module")
def doors(portal: Flask, world: World) -> Iterator[Doors]:
    with portal.app_context():
        copy = Copy(str(db.engine.url.database))
    yield Doors.of(portal, world, copy)
    copy.close()


@pytest.fixture(scope="module")
def held(world: World) -> Held:
    return held_by_all(world)
