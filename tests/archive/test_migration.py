"""Performers who stood in the record as names become rows with the asset's consent, and go back."""

import json
from datetime import date

import sqlalchemy as sa
from flask import Flask

from alliance.archive.models import Asset, Collection
from alliance.db import alembic, db
from tests import make
from tests.conftest import BOTH

BEFORE = "202611240001"


@BOTH
def test_names_become_rows_and_rows_become_names(app: Flask) -> None:
    with app.app_context():
        session = db.session
        owner = make.centre(session)
        end = date(2027, 5, 1)
        rows = {
            "named": {"details": {"performers": ["王一", "李二"], "minutes": 9}, "consent_until": end},
            "child": {"details": {}, "consent_until": end, "with_minors": True},
            "plain": {"details": {"pages": 3}},
        }
        ids = {name: make.asset(session, owner, **values).id for name, values in rows.items()}
        session.commit()
        session.remove() if hasattr(session, "remove") else session.close()
        alembic.downgrade(BEFORE)
    with app.app_context():
        # The schema before has no rows: what the names were is what the record says.
        for name, values in rows.items():
            details = json.dumps(values["details"], ensure_ascii=False)
            cast = "CAST(:d AS JSONB)" if db.engine.dialect.name == "postgresql" else ":d"
            db.session.execute(sa.text(f"UPDATE asset SET details = {cast} WHERE id = :id"), {"d": details, "id": ids[name]})
        db.session.commit()
        db.session.close()
        alembic.upgrade()
    with app.app_context():
        found = {name: db.session.get_one(Asset, number) for name, number in ids.items()}
        assert [(one.name, one.rank, one.consent_until, one.is_minor) for one in found["named"].performers] == [
            ("王一", 0, end, False),
            ("李二", 1, end, False),
        ]
        assert found["named"].details == {"minutes": 9}
        assert found["named"].minor_consent_until is None
        assert [one.is_minor for one in found["child"].performers] == [True]
        assert found["child"].minor_consent_until == end
        assert found["plain"].performers == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Collection)) == 3
        db.session.close()
        alembic.downgrade(BEFORE)
    with app.app_context():
        told = db.session.scalar(sa.text("SELECT details FROM asset WHERE id = :id"), {"id": ids["named"]})
        told = json.loads(told) if isinstance(told, str) else told
        assert told == {"performers": ["王一", "李二"], "minutes": 9}
