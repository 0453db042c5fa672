"""The sign-in library under our own pages: argon2id hashes, sessions, reset links."""

from datetime import timedelta

from flask import Flask, session
from flask_login import current_user
from flask_security import FSQLALiteUserDatastore, Security
from flask_security.utils import login_user, logout_user

from alliance.config import Settings
from alliance.db import db, transaction
from alliance.people import sessions
from alliance.people.models import Person, Role

datastore = FSQLALiteUserDatastore(db, Person, Role)
security = Security()


def init(app: Flask, settings: Settings) -> None:
    """Hashing, sessions and who is signed in; the pages are ours (routes.py)."""
    app.config.update(
        REMEMBER_COOKIE_DURATION=timedelta(days=14),
        SECURITY_PASSWORD_SALT=settings.secret_key,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
    )
    security.init_app(app, datastore, register_blueprint=False)
    app.login_manager.user_loader(sessions.holder)  # type: ignore[attr-defined]
    # Cookies only: the library would look for tokens of its own in headers, addresses and bodies, which it reads for that.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]


def begin(person: Person, *, remember: bool = False) -> None:
    """Sign somebody in within a session that starts anew, so that no earlier one can be slipped under them."""
    session.clear()
    login_user(person, remember=remember)
    session["_user_id"] = sessions.begun(person)


def end() -> None:
    """Sign out in a transaction of its own, forget the browser, drop whatever the session held; copies of its cookies end too."""
    if current_user.is_authenticated:
        with transaction() as writing:
            sessions.finish(writing, current_user, str(session["_user_id"]))
    logout_user()
    forget = session.get("_remember")
    session.clear()
    if forget is not None:
        session["_remember"] = forget
