"""The staff's pages of the catalogue: what they share. The pages are in listing.py, editing.py and keeping.py."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import codes, permissions
from alliance.catalogue.models import Resource
from alliance.errors import BadRequest, NotFound
from alliance.web import me

bp = Blueprint("catalogue", __name__, url_prefix="/resources")
TONES = {
    "draft": "",
    "in_review": "go",
    "needs_work": "wait",
    "published": "ok",
    "maintenance": "wait",
    "paused": "wait",
    "withdrawn": "stop",
}


def own(session: Session, code: str) -> Resource:
    """A listing that the signed-in person may edit; a draft of others does not exist for them."""
    resource = session.scalar(sa.select(Resource).where(Resource.code == code))
    if resource is None or not permissions.may(me(), "resource.read", resource):
        raise NotFound(_("没有编号为“%(code)s”的资源，或者它已经撤下。", code=code[:20]))
    permissions.require(me(), "resource.edit", resource)
    return resource


def version_given() -> int | None:
    """The version that the page was drawn from."""
    text = request.form.get("version", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest(_("页面的版本号不对，请刷新后再试。"))
    return int(text) if text else None


def state_of(resource: Resource, locale: str) -> tuple[str, str]:
    """The word and the tone of its state."""
    return codes.label("listing_state", resource.state, locale), TONES[resource.state]


def crumbs_of(resource: Resource, mine: str, edit: str | None = None) -> list[tuple[Any, str | None]]:
    """Where a page of a listing is."""
    trail: list[tuple[Any, str | None]] = [(_("我馆资源"), mine)]
    return [*trail, (resource.title or resource.code, edit)]
