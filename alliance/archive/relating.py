"""The page on which staff say what an asset has to do with others."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from alliance.archive import card, relations, service
from alliance.archive.routes import bp, own
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound
from alliance.permissions import guarded
from alliance.web import Answer, me


@bp.get("/<code>/relations")
@guarded("asset.edit")
def related(code: str, wrong: Mapping[str, Any] | None = None) -> str:
    """All relations of an asset, and a form for another."""
    asset = own(db.session, code)
    found = relations.of(db.session, me(), asset)
    kinds = [(kind, str(forward)) for kind, (forward, _back) in relations.KINDS.items()]
    return render_template(
        "archive/relations.html",
        work=asset,
        title=card.title(asset),
        found=found,
        titled=card.title,
        kinds=kinds,
        wrong=wrong or {},
        typed=request.form,
    )


@bp.post("/<code>/relations")
@guarded("asset.edit")
def relate(code: str) -> Answer:
    """Add one."""
    number, rank = request.form.get("code", "").strip(), request.form.get("rank", "").strip()
    try:
        if rank and not (rank.isascii() and rank.isdigit() and 0 < int(rank) < 10_000):
            raise Invalid(_("请填数字。"), {"rank": _("请填数字。")})
        with transaction() as session:
            asset, other = own(session, code), _other(session, number)
            kind = request.form.get("kind", "")
            relations.relate(session, me(), asset, kind=kind, other=other, rank=int(rank) if rank else None)
    except Invalid as refusal:
        return related(code, refusal.fields), refusal.status
    except Conflict as refusal:
        return related(code, {"code": refusal.sentence}), refusal.status
    flash(_("关系已建好，两边都能看到。"), "ok")
    return redirect(url_for("archive.related", code=code), 303)


def _other(session: Any, number: str) -> Any:
    try:
        return service.visible(session, me(), number)
    except NotFound as missing:
        raise Invalid(missing.sentence, {"code": missing.sentence}) from missing


@bp.post("/<code>/relations/<int:relation_id>/remove")
@guarded("asset.edit")
def unrelate(code: str, relation_id: int) -> Answer:
    """Take one back."""
    with transaction() as session:
        relations.unrelate(session, me(), own(session, code), relation_id=relation_id)
    flash(_("关系已删除。"), "ok")
    return redirect(url_for("archive.related", code=code), 303)
