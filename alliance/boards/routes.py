"""The blueprint of the boards, and what templates elsewhere ask of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from alliance.boards import answering, matching
from alliance.db import db
from alliance.web import limiter

bp = Blueprint("boards", __name__, url_prefix="/boards")


def _rate() -> str:
    return str(current_app.config["ALLIANCE"].board_rate)


limited = limiter.shared_limit(_rate, scope="boards", deduct_when=lambda answer: answer.status_code == 302)
"""Of entries and answers together; what comes back to be corrected does not count."""


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """`answered_by(leg)`: what a leg answers; `needs_for(person)`: how many open needs their centres could meet."""
    return {
        "answered_by": lambda leg: answering.of(db.session, leg),
        "needs_for": lambda person: matching.count_for(db.session, person),
    }
