"""The alliance's rules: versions that are only added; the newest is in force."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.centres.forms import Rules
from alliance.centres.models import RuleDocument
from alliance.centres.service import the_alliance
from alliance.db import alone
from alliance.errors import Conflict


def versions(session: Session) -> list[RuleDocument]:
    """All published versions, the one in force first."""
    query = sa.select(RuleDocument).where(RuleDocument.published_at.is_not(None))
    return list(session.scalars(query.order_by(RuleDocument.version.desc())))


def publish(session: Session, person: Any, *, form: Rules) -> RuleDocument:
    """Put a new version in force; raises Conflict when another came in since the form was opened."""
    permissions.require(person, "rules.edit")
    alliance = the_alliance(session)
    alone(session, "rules")
    newest = session.scalar(sa.select(sa.func.max(RuleDocument.version)).where(RuleDocument.alliance_id == alliance.id)) or 0
    if form.based_on != newest:
        raise Conflict(_("别人刚发布了新的一版，请先看过再改。"))
    given = form.model_dump(exclude={"based_on"})
    document = RuleDocument(alliance_id=alliance.id, version=newest + 1, published_at=clock.now(), **given)
    session.add(document)
    journal.record(
        session, "rules.published", document, person=person, data={"version": document.version, "note": form.change_note}
    )
    return document
