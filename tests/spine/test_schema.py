"""The migrated schema is the one that the models declare, on both databases, up and down."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import journal, schema
from alliance.db import alembic, db, transaction
from alliance.errors import Conflict
from tests import make
from tests.conftest import BOTH

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@BOTH
def test_migrated_schema_is_what_models_declare(app: Flask) -> None:
    with app.app_context():
        assert schema.differences() == []


@BOTH
def test_down_to_nothing_and_up_again(app: Flask) -> None:
    with app.app_context():
        alembic.downgrade("base")
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        assert schema.differences() == []


@BOTH
def test_database_refuses_an_overlap_by_itself(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            hall = make.resource(session, make.centre(session))
            make.occupancy(session, hall, NOON)
            make.occupancy(session, hall, NOON.replace(hour=6))  # ends that touch
        with pytest.raises(Conflict, match="档期"), transaction() as session:
            make.occupancy(session, session.merge(hall), NOON.replace(hour=5, minute=59), hours=0.5)


@BOTH
def test_journal_cannot_be_changed(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            journal.record(session, "centre.joined", make.centre(session))
        for statement in (sa.update(journal.Event).values(action="x"), sa.delete(journal.Event)):
            with pytest.raises(Conflict, match="追加"), transaction() as session:
                session.execute(statement)
