"""The page on which an owner says that a venue is a part of another."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.catalogue import parts as sharing
from alliance.catalogue.keeping import attempt, show
from alliance.catalogue.models import Resource
from alliance.catalogue.routes import bp, own
from alliance.db import db
from alliance.errors import Invalid
from alliance.permissions import guarded
from alliance.web import Answer, me


@bp.get("/<code>/parts")
@guarded("resource.edit")
def parts(code: str, faults: Mapping[str, str] | None = None, sentence: Any = "") -> str:
    """Of what it consists, of what it is a part, and the form for one more."""
    resource = own(db.session, code)
    offered = [(one.code, one.title or one.code) for one in sharing.candidates(db.session, resource)]
    inside, above = sharing.parts_of(db.session, resource), sharing.wholes_of(db.session, resource)
    return show("parts", resource, faults, sentence, inside=inside, above=above, offered=offered, typed=request.form)


@bp.post("/<code>/parts")
@guarded("resource.edit")
def parts_add(code: str) -> Answer:
    """One is a part of the other."""

    def act(session: Session, resource: Resource) -> None:
        other = _chosen(session, request.form.get("other", ""))
        whole, part = (other, resource) if request.form.get("as") == "whole" else (resource, other)
        sharing.add(session, me(), whole=whole, part=part)

    return attempt(code, act, parts, _("已设好：借整体就占了部分，借部分整体也借不了。"))


@bp.post("/<code>/parts/<part>/remove")
@guarded("resource.edit")
def parts_remove(code: str, part: str) -> Answer:
    """They are apart again."""
    return attempt(
        code, lambda session, resource: sharing.remove(session, me(), whole=resource, part=own(session, part)), parts, _("已分开。")
    )


def _chosen(session: Session, code: str) -> Resource:
    found = session.scalar(sa.select(Resource).where(Resource.code == code[:20]))
    if found is None:
        raise Invalid(_("还没有选场馆。"), {"other": _("请选本馆的另一个场馆。")})
    return own(session, found.code)
