"""What a request form is about: the listing that may be asked for, the draft that may be filled in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import permissions
from alliance.catalogue.models import Resource
from alliance.errors import Conflict, NotFound
from alliance.exchange.listing import why_not
from alliance.exchange.routes import find_own
from alliance.exchange.sending import Sheet
from alliance.forms import printable
from alliance.web import me


def askable(session: Session, code: str) -> Resource:
    """The listing of that code; a sentence where this person's centre cannot ask for it."""
    found = readable(session, code)
    refusal = cannot_ask(found)
    if refusal:
        raise Conflict(refusal, ways=((_("回到这项资源"), url_for("portal.resource", code=found.code)),))
    permissions.require(me(), "resource.request", found)
    return found


def readable(session: Session, code: str) -> Resource:
    """The listing of that code, if this person may see it."""
    found = session.scalar(sa.select(Resource).where(Resource.code == printable(code)[:40]))
    if found is None or not permissions.may(me(), "resource.read", found):
        raise NotFound(_("没有找到这项资源：可能已下架，或只对一部分成员馆开放。"), ways=((_("找资源"), url_for("portal.search")),))
    return found


def cannot_ask(resource: Resource) -> Any:
    """Why this person's centre cannot ask for it, or None."""
    centre = me().centre
    return why_not(resource, centre) if centre is not None else _("您现在没有所属的馆，不能提出申请。")


def editable(session: Session, number: str) -> Sheet:
    """The form of a draft or of an incomplete request, for the staff of who writes it."""
    sheet = written(session, number)
    if sheet.leg is None or sheet.leg.state not in ("draft", "incomplete"):
        raise _not_yours(number)
    return sheet


def written(session: Session, number: str) -> Sheet:
    """The form of a request, whatever became of it since, for the staff of who writes it."""
    leg = find_own(session, me(), number)
    writes = "borrower" if leg.state == "incomplete" else leg.begun_by
    if f"{writes}_staff" not in leg.relations(me()):
        raise _not_yours(number)
    return Sheet(leg.lines[0].resource, leg)


def _not_yours(number: str) -> Conflict:
    return Conflict(_("现在不能修改这份申请。"), ways=((_("看这份约定"), url_for("exchange.agreement", number=number)),))
