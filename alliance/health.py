"""Whether the process lives and its parts answer; the same checks serve /readyz and the doctor."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, jsonify

from alliance.db import alembic, db
from alliance.masking import masked
from alliance.permissions import guarded
from alliance.web import Answer

bp = Blueprint("health", __name__)


def database() -> str:
    """Which database answers, on which revision; raises when it does not."""
    version = db.session.scalar(sa.text("SELECT sqlite_version()" if db.engine.dialect.name == "sqlite" else "SHOW server_version"))
    head = ", ".join(script.revision for script in alembic.heads()) or "-"
    current = ", ".join(script.revision for script in alembic.current()) or "-"
    if head != current:
        raise RuntimeError(f"schema {current}, wanted {head}: run `alliance migrate`")
    return f"{db.engine.dialect.name} {version}, schema {current}"


# Parts by name; app.py adds search and storage.
checks: dict[str, Callable[[], str]] = {"database": database}


def parts() -> dict[str, dict[str, Any]]:
    """Each part with what it is connected to, or what is wrong."""
    found = {}
    for name, check in checks.items():
        try:
            found[name] = {"ok": True, "what": check()}
        except Exception as error:
            found[name] = {"ok": False, "what": masked(f"{type(error).__name__}: {error}").splitlines()[0][:300]}
    return found


@bp.get("/healthz")
@guarded("public.read")
def healthz() -> Answer:
    """The process lives."""
    return jsonify({"status": "ok"})


@bp.get("/readyz")
@guarded("public.read")
def readyz() -> Answer:
    """Its parts, each named; 503 when one does not answer. What they are is told in debug only."""
    found = parts()
    ready = all(part["ok"] for part in found.values())
    if not current_app.config["ALLIANCE"].debug:
        found = {name: {"ok": part["ok"]} for name, part in found.items()}
    return jsonify({"status": "ok" if ready else "unavailable", "parts": found}), 200 if ready else 503
