"""Where collections are made: the list of one's own, title and text, the members and their order, showing and taking down."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance.archive import card, collections, forms
from alliance.archive.models import Asset, Collection
from alliance.archive.routes import bp, centre_of_mine
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid, NotFound, Refusal
from alliance.permissions import guarded, may, require
from alliance.web import Answer, me

BY_RULE = 60  # of those that a rule brought in, how many the page shows


@bp.get("/curate")
@guarded("asset.reviews")
def curate() -> Answer:
    """The collections that one may edit."""
    require(me(), "asset.reviews")
    shelves = collections.shelves(db.session, me(), collections.editable(db.session, me()))
    return render_template("archive/curate.html", shelves=shelves, titled=titled)


@bp.get("/curate/new")
@guarded("asset.reviews")
def new_collection(wrong: Mapping[str, Any] | None = None) -> str:
    """Title, text and address of a new one."""
    require(me(), "asset.reviews")
    return render_template("archive/collection_new.html", typed=request.form, wrong=wrong or {})


@bp.post("/curate/new")
@guarded("asset.reviews")
def create_collection() -> Answer:
    """Make it: of one's centre, or of the alliance where the secretariat acts for none."""
    owner = None if me().centre is None and "alliance_admin" in me().standing else centre_of_mine()
    try:
        with transaction() as session:
            made = collections.create(session, me(), owner=owner, values=request.form)
    except (Invalid, Conflict) as refusal:
        return new_collection(refusal.fields or {"slug": refusal.sentence}), refusal.status
    return redirect(url_for("archive.collection", collection_id=made.id), 303)


@bp.get("/curate/<int:collection_id>")
@guarded("collection.edit")
def collection(collection_id: int, refusal: Refusal | None = None) -> str:
    """One collection: what it says of itself, its members and their order."""
    found = _found(db.session, collection_id)
    chosen = collections.by_hand(db.session, found)
    taken = {asset.id for asset in chosen}
    ruled = found.standing in collections.RULES
    members = collections.members(db.session, me(), found, skip=0, count=len(chosen) + BY_RULE) if ruled else []
    return render_template(
        "archive/collection.html",
        shelf=found,
        name=titled(found),
        chosen=[(asset, may(me(), "asset.read", asset)) for asset in chosen],
        ruled=[member.asset for member in members if member.asset.id not in taken],
        named=card.title,
        states=card.STATES,
        refusal=refusal,
        wrong=refusal.fields if isinstance(refusal, Invalid) else {},
        typed=request.form or {name: getattr(found, name) for name in collections.FIELDS},
        publishes=may(me(), "collection.publish", found),
    )


@bp.post("/curate/<int:collection_id>")
@guarded("collection.edit")
def save_collection(collection_id: int) -> Answer:
    """Keep title and text, members and order, or show it, or take it down, as the button says."""
    action = request.form.get("action", "save")
    try:
        with transaction() as session:
            said = _act(session, _found(session, collection_id), action)
    except (Invalid, Conflict) as refusal:
        db.session.rollback()
        return collection(collection_id, refusal), refusal.status
    flash(said, "ok")
    return redirect(url_for("archive.collection", collection_id=collection_id), 303)


def _act(session: Session, found: Collection, action: str) -> str:
    expected = forms.version(request.form)
    if action == "publish":
        collections.publish(session, me(), found, expected_version=expected)
        return str(_("专题已发布。"))
    if action == "take_down":
        collections.take_down(session, me(), found, expected_version=expected)
        return str(_("专题已收回为草稿。"))
    if action == "arrange":
        assets, cover = _arranged(session, found)
        collections.arrange(session, me(), found, assets=assets, cover=cover, expected_version=expected)
        return str(_("成员和次序已存好。"))
    collections.save(session, me(), found, values=request.form, expected_version=expected)
    return str(_("已存好。"))


def _arranged(session: Session, found: Collection) -> tuple[list[Asset], Asset | None]:
    """The members as they were numbered, those taken out left away, those named anew at the end; the cover."""
    there = collections.by_hand(session, found)
    kept = [asset for asset in there if f"out.{asset.id}" not in request.form]
    ranks = {asset.id: _rank(request.form.get(f"rank.{asset.id}", "")) for asset in kept}
    kept.sort(key=lambda asset: ranks[asset.id])
    codes = list(dict.fromkeys(request.form.get("add", "").upper().replace("、", " ").replace(",", " ").split()))
    named = {one.code: one for one in session.scalars(sa.select(Asset).where(Asset.code.in_(codes[:200])))} if codes else {}
    missing = [code for code in codes if code not in named or not may(me(), "asset.read", named[code])]
    if missing:
        sentence = _("没有这些编号：%(codes)s。", codes=_("、").join(code[:20] for code in missing[:10]))
        raise Invalid(sentence, {"add": sentence})
    cover = request.form.get("cover", "")
    picked = session.get(Asset, int(cover)) if cover.isascii() and cover.isdigit() and len(cover) < 10 else None
    return [*kept, *(named[code] for code in codes)], picked if picked is not None and may(me(), "asset.read", picked) else None


def _rank(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 10**6


def _found(session: Session, collection_id: int) -> Collection:
    """A collection that the person may edit; else NotFound."""
    found = session.get(Collection, collection_id) if collection_id < 2**31 else None
    if found is None or not may(me(), "collection.edit", found):
        raise NotFound(_("没有这个专题。"))
    return found


def titled(shelf: Collection) -> str:
    """In the reader's language where there is one."""
    return card.in_english(shelf.title_en) or shelf.title
