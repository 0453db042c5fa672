"""One's own records in a list, several changed at once; a draft kept as one goes; how it will look."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from alliance.archive import bulk, card, collections, forms, labels, listing, reach, rights, service, showing
from alliance.archive.models import Asset
from alliance.archive.record import sift
from alliance.archive.routes import bp, centre_of_mine, own
from alliance.db import db, transaction
from alliance.errors import Conflict, Invalid
from alliance.forms import faults
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.storage import renditions
from alliance.web import Answer, me


@bp.get("/mine")
@guarded("asset.edit")
def mine(wrong: Mapping[str, Any] | None = None) -> str:
    """The assets of one's centre, by state; drafts may be ticked and changed together."""
    centre = centre_of_mine()
    counts = listing.states_of_centre(db.session, centre)
    chosen = request.args.get("state", "") if request.args.get("state") in counts else ""
    left, exchanged = listing.left_by_exchanges(db.session, centre, state=chosen), request.args.get("from") == "exchange"
    page = Page(page_number(), 30, left if exchanged else counts[chosen] if chosen else sum(counts.values()))
    assets = listing.of_centre(db.session, centre, state=chosen, skip=page.skip, count=page.size, from_exchange=exchanged)
    drafts = {asset.code for asset in assets if asset.state in bulk.OPEN}
    return render_template(
        "archive/mine.html",
        cards=card.cards(db.session, assets, me()),
        counts=counts,
        chosen=chosen,
        left=left,
        exchanged=exchanged,
        states=card.STATES,
        page=pager(page),
        drafts=drafts,
        choices=forms.choices({}),
        collections=[(one.id, one.title) for one in collections.editable(db.session, me())] if drafts else [],
        wrong=wrong or {},
        typed=request.form,
    )


@bp.post("/mine")
@guarded("asset.edit")
def change() -> Answer:
    """Give the ticked drafts what was filled in."""
    typed = {name: request.form[name] for name in bulk.FIELDS if request.form.get(name) and name != "art_forms"}
    values, wrong = sift(typed | {"art_forms": request.form.getlist("art_forms")}, faults)
    try:
        if wrong:
            raise Invalid(_("有几处需要改正，已填的内容都还在。"), wrong)
        with transaction() as session:
            shelf = _collection(session, request.form.get("collection", ""))
            codes = request.form.getlist("code")
            done = bulk.change(session, me(), centre_of_mine(), codes=codes, values=values, collection=shelf)
    except (Invalid, Conflict) as refusal:
        return mine(refusal.fields or {"code": refusal.sentence}), refusal.status
    flash(ngettext("改好了%(num)s件草稿。", "改好了%(num)s件草稿。", len(done.changed)), "ok")
    if done.skipped:
        flash(_("没有改：%(codes)s，已不是草稿。", codes=_("、").join(done.skipped)), "warn")
    where: dict[str, Any] = {name: request.args.get(name) for name in ("state", "page", "from")}
    return redirect(url_for("archive.mine", **where), 303)


def _collection(session: Any, number: str) -> Any:
    """One of those that the person may edit."""
    there = {str(one.id): one for one in collections.editable(session, me())} if number else {}
    if number and number not in there:
        raise Invalid(_("请从列表中选择。"), {"collection": _("请从列表中选择。")})
    return there.get(number)


@bp.post("/new/draft")
@guarded("asset.edit")
def autosave_new() -> Answer:
    """Keep a new record as one goes; the answer says where it goes on."""
    values, wrong = sift(forms.typed(request.form), faults)
    with transaction() as session:
        asset = service.begin(session, me(), owner=centre_of_mine(), values=values, key=request.form.get("form_key", ""))
        if asset.state not in bulk.OPEN:
            raise Conflict(_("只有草稿边填边存；已送审或已发布的请点“存好”。"))
    answer = _kept(asset, wrong)
    answer.headers["Draft-Location"] = url_for("archive.edit", code=asset.code)
    return answer


@bp.post("/<code>/draft")
@guarded("asset.edit")
def autosave(code: str) -> Answer:
    """Keep a draft as one goes."""
    values, wrong = sift(forms.typed(request.form), faults)
    with transaction() as session:
        asset = own(session, code)
        if asset.state not in bulk.OPEN:
            raise Conflict(_("只有草稿边填边存；已送审或已发布的请点“存好”。"))
        service.save(session, me(), asset, values=values, expected_version=forms.version(request.form))
    return _kept(asset, wrong)


def _kept(asset: Asset, wrong: Mapping[str, Any]) -> Response:
    """What was kept, and what was not, in a sentence."""
    fields = _("、").join(labels.named(wrong))
    answer = make_response(_("草稿已存好；填得不对、没有存上的：%(fields)s", fields=fields) if wrong else _("草稿已存好"))
    answer.mimetype = "text/plain"
    answer.headers["Draft-Version"] = str(asset.version)
    return answer


@bp.get("/<code>/preview")
@guarded("asset.edit")
def preview(code: str) -> Answer:
    """The record as it will appear in lists and on its page, and who will then see and open what."""
    asset, locale = own(db.session, code), str(get_locale())
    statement = rights.statement_of(asset)
    return render_template(
        "archive/preview.html",
        work=asset,
        card=card.cards(db.session, [asset], me())[0],
        rows=forms.told(asset),
        statement=(statement.label(locale), statement.sentence(locale)),
        uses=rights.uses_label(asset),
        shown=showing.shown(asset, renditions.of(db.session, asset.file)) if asset.file else None,
        audience=reach.audience(asset),
        closed=rights.closed_why(asset),
        gaps=list(service.missing(asset).values()),
    )
