"""What a record was before, and who stands behind it: the pages of its versions and of the performers' consents."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import codes
from alliance.archive import card, forms, labels, performers, service, versions
from alliance.archive.models import Asset
from alliance.archive.routes import bp
from alliance.codes.rights import CONSENT_SCOPE
from alliance.db import db, transaction
from alliance.errors import Conflict
from alliance.permissions import guarded, may, require
from alliance.web import Answer, me
from alliance.worktime import spoken_moment


@bp.get("/<code>/history")
@guarded("asset.history")
def history(code: str) -> Answer:
    """Every change since the first publication: who, when, which fields, from what to what."""
    asset, locale = _seen(db.session, code, "asset.history"), str(get_locale())
    told = [_told(former, locale) for former in versions.of(db.session, asset)]
    edits = may(me(), "asset.edit", asset) and asset.state != "withdrawn"
    return render_template("archive/history.html", work=asset, title=card.title(asset), versions=told, edits=edits)


def _told(former: versions.Former, locale: str) -> dict[str, Any]:
    """One version in words."""
    rows = [
        (labels.FIELDS[name], labels.said(name, old, locale), labels.said(name, new, locale)) for name, old, new in former.changes
    ]
    return {
        "number": former.version,
        "at": former.at.isoformat(),
        "when": spoken_moment(former.at, codes.language(locale)),
        "who": former.who,
        "what": {
            "asset.changed": _("修改著录"),
            "asset.file_attached": _("换文件"),
            "asset.consent_withdrawn": _("表演者撤回同意"),
        }.get(former.action, ""),
        "rows": rows,
    }


@bp.get("/<code>/consents")
@guarded("asset.consent")
def consents(code: str, sentence: Any = "") -> str:
    """The performers with their consents, and what taking one back leads to."""
    asset, locale = _seen(db.session, code, "asset.consent"), str(get_locale())
    scopes = dict(CONSENT_SCOPE.choices(locale))
    return render_template("archive/consents.html", work=asset, title=card.title(asset), scopes=scopes, sentence=sentence)


@bp.post("/<code>/consents/<int:performer_id>/withdraw")
@guarded("asset.consent")
def withdraw_consent(code: str, performer_id: int) -> Answer:
    """A performer takes the consent back."""
    expected = forms.version(request.form)
    try:
        with transaction() as session:
            asset = _seen(session, code, "asset.consent")
            performers.withdraw_consent(session, me(), asset, performer_id=performer_id, expected_version=expected)
    except Conflict as refusal:
        return consents(code, refusal.sentence), refusal.status
    closed = _("已记下撤回。文件和条目都已关闭，别人看不到了。") if asset.minor_consent_lapsed else _("已记下撤回。文件已关闭。")
    flash(closed, "ok")
    return redirect(url_for("archive.consents", code=asset.code), 303)


def _seen(session: Session, code: str, verb: str) -> Asset:
    asset = service.visible(session, me(), code)
    require(me(), verb, asset)
    return asset
