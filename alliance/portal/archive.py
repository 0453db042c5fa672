"""The digital archive as the public sees it: its front page, an item, and what is left of a withdrawn one."""

from typing import Any

from flask import current_app, g, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.archive import card, citation, counting, dates, forms, listing, media, relations, rights, service, showing
from alliance.archive.models import Asset
from alliance.codes.arts import ART_FORM
from alliance.db import db
from alliance.permissions import guarded, may
from alliance.portal.routes import bp
from alliance.storage import renditions
from alliance.storage.models import Rendition
from alliance.web import Answer, me

BAR = 88  # the height of the tallest bar among the decades


@bp.get("/archive")
@guarded("public.read")
def archive() -> Answer:
    """The archive's front page: one item told, the newest, and three ways in; nothing that would be empty."""
    g.here = "archive"
    session, person = db.session, me()
    told = listing.told(session)
    cards = card.cards(session, [*([told] if told else []), *listing.latest(session, person, count=8)], person)
    return render_template(
        "portal/archive.html",
        total=listing.total(session, person),
        told=cards[0] if told else None,
        latest=cards[1:] if told else cards,
        art_forms=_art_forms(listing.by_art_form(session, person)),
        decades=_decades(listing.by_decade(session, person)),
        centres=listing.by_centre(session, person),
        today=forms.day(clock.now()),
    )


@bp.get("/archive/<code>")
@guarded("asset.read")
def asset(code: str) -> Answer:
    """One item: shown by the browser's own means, its record, what one may do with it, its neighbours."""
    g.here = "archive"
    session, person = db.session, me()
    found = service.visible(session, person, code)
    if not may(person, "asset.read", found):
        return _tombstone(found)
    counting.used(found, person, "view")
    return render_template("portal/asset.html", work=found, card=card.cards(session, [found], person)[0], **_item(found, person))


def _tombstone(found: Asset) -> Answer:
    when = dates.spoken(clock.local(found.withdrawn_at).date().isoformat()) if found.withdrawn_at else ""
    return render_template("portal/gone.html", work=found, title=card.title(found), when=when), 410


def _item(found: Asset, person: Any) -> dict[str, Any]:
    """What the item's page shows besides its card."""
    locale = str(get_locale())
    statement = rights.statement_of(found)
    address = current_app.config["ALLIANCE"].address + url_for("portal.asset", code=found.code)
    alliance = current_app.config["ALLIANCE"].alliance_name
    opens = found.file is not None and may(person, "asset.open", found)
    made = renditions.of(db.session, found.file) if opens and found.file else {}
    return {
        "rows": forms.told(found),
        "opens": opens,
        "shown": showing.shown(found, made) if opens and found.file else None,
        "made": showing.report(made) if may(person, "asset.edit", found) else [],
        "again": again_url(found, made) if may(person, "asset.edit", found) else "",
        "what": f"{media.format_label(found.file.media_type)}{_('，')}{media.size_label(found.file.size)}" if found.file else "",
        "closed": closed_sentence(found) if not opens else "",
        "closed_others": rights.closed_why(found) if opens else "",
        "statement": (statement.label(locale), statement.sentence(locale), statement.uri),
        "until": rights.day(found.licence_until),
        "rights_holder": card.said(found, "rights_holder", locale),
        "cite": citation.national(found, alliance=alliance, address=address),
        "cite_plain": citation.plain(found, alliance=alliance, address=address),
        "address": address,
        "exchanges": relations.exchanges(db.session, person, found),
        "siblings": card.cards(db.session, listing.siblings(db.session, person, found, count=4), person),
        "share_url": share_url(found) if may(person, "asset.edit", found) and found.state == "published" else "",
        "gaps": gaps(found) if may(person, "asset.edit", found) and found.state in ("draft", "needs_work") else [],
        "decides": found.state == "in_review" and may(person, service.decision_verb(found), found),
    }


def again_url(found: Asset, made: dict[str, Rendition]) -> str:
    """Where to have made once more what failed, or what was never asked for."""
    if found.file is None or renditions.kind_of(found.file.media_type) is None:
        return ""
    wanted = not made or any(row.state == "failed" for row in made.values())
    return url_for("archive.again", code=found.code) if wanted else ""


def gaps(found: Asset) -> list[dict[str, Any]]:
    """What publication still demands, each with the way to where it is given."""
    record, upload = url_for("archive.edit", code=found.code), url_for("archive.upload", code=found.code)
    return [
        {"tone": "warn", "title": sentence, "ways": [(_("去补上"), upload if name == "file" else f"{record}#f-{name}")]}
        for name, sentence in service.missing(found).items()
    ]


def share_url(found: Asset) -> str:
    """Where a listing of this asset is begun."""
    return url_for("catalogue.new", kind="media", asset=found.code)


def closed_sentence(found: Asset) -> str:
    """Why the file cannot be opened here, and the way on: where and when, whom to ask."""
    centre = (found.owner.name_en if str(get_locale()) == "en" else "") or found.owner.name
    if rights.opens_on(found) or found.lease_over:
        return rights.closed_why(found)
    if found.file_access == "on_site":
        return _on_site(found, centre)
    if found.file_access == "on_request":
        return str(_("这件凭申请使用。请联系%(centre)s，电话 %(phone)s，说明用途和期限。", centre=centre, phone=found.owner.phone))
    if why := rights.closed_why(found):
        return why
    if found.file is None:
        return str(_("这件还没有上传文件。"))
    if found.file_access == "members":
        return str(_("文件只对成员馆开放，成员馆的同事登录后可以打开。"))
    return str(_("文件只限%(centre)s内部使用。", centre=centre))


def _on_site(found: Asset, centre: str) -> str:
    where = _("，").join(part for part in (centre, found.owner.address) if part)
    hours = _("开放时间：%(hours)s。", hours=found.owner.duty_hours) if found.owner.duty_hours else ""
    return str(_("这件只能到馆内观摩：%(where)s。", where=where) + hours)


def _art_forms(counts: list[tuple[str, int]]) -> list[tuple[str, int, str]]:
    locale = str(get_locale())
    return [(ART_FORM.label(code, locale), n, url_for("portal.search", kind="media", art_form=code)) for code, n in counts]


def _decades(counts: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Each decade with its bar; the tallest fills the height, none vanishes."""
    most = max((number for _first, number in counts), default=1)
    return [
        {
            "label": _("%(year)s年代", year=first),
            "count": number,
            "height": max(3, round(BAR * number / most)),
            "url": url_for("portal.search", kind="media", decade=f"{first}s"),
        }
        for first, number in counts
    ]
