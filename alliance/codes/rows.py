"""An alliance's own labels of codes as rows; a process takes them over at a request once they are older than `FRESH`."""

from __future__ import annotations

import time
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from alliance import clock, codes
from alliance.db import Base, db

FRESH = 15.0
"""Seconds for which a process trusts the labels that it has read."""


class CodeLabel(Base):
    """What the alliance calls a code, instead of the label that the portal brings; an empty one changes nothing."""

    __tablename__ = "code_label"

    list_name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    code_id: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    zh: Mapped[str] = mapped_column(sa.String(60), default="")
    en: Mapped[str] = mapped_column(sa.String(80), default="")
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


def init(app: Flask) -> None:
    """Read the labels with the first request, and again after a while."""
    app.extensions["code_labels_read"] = None
    app.before_request(refresh)


def refresh() -> None:
    """Take over the rows, unless this process has done so a moment ago; without a database the words stay as they are."""
    read = current_app.extensions["code_labels_read"]
    if read is None or time.monotonic() - read > FRESH:
        current_app.extensions["code_labels_read"] = time.monotonic()
        try:
            apply(db.session)
        except SQLAlchemyError:
            db.session.rollback()


def apply(session: Session) -> None:
    """Let the lists speak as the rows say."""
    rows = session.execute(sa.select(CodeLabel.list_name, CodeLabel.code_id, CodeLabel.zh, CodeLabel.en))
    own: dict[str, dict[str, tuple[str, str]]] = {}
    for name, code_id, zh, en in rows:
        own.setdefault(name, {})[code_id] = (zh, en)
    for name, codelist in codes.LISTS.items():
        codelist.relabel(own.get(name, {}))
