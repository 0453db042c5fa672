"""An item of the archive: shown by the browser's own means, its record, what one may do with it, its citation, its neighbours."""

from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.archive import (
    captions,
    card,
    citation,
    collections,
    counting,
    dates,
    forms,
    media,
    related,
    relations,
    rights,
    service,
    showing,
)
from alliance.archive.curating import titled
from alliance.archive.models import Asset
from alliance.archive.naming import address_of, alliance_name
from alliance.codes.media import dcmi_term
from alliance.db import db
from alliance.errors import NotFound
from alliance.permissions import guarded, may
from alliance.portal import linked
from alliance.portal.routes import bp
from alliance.storage import renditions
from alliance.storage.models import Rendition
from alliance.web import Answer, me

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


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
    near = related.siblings(session, person, found, count=4)
    there = renditions.beside(session, found.file_id, card.files_of(near), "card")
    own, *siblings = card.cards(session, [found, *near], person, there)
    item = _item(service.with_lists(session, found), person, there.get(found.file_id or 0, {}))
    return render_template("portal/asset.html", work=found, card=own, siblings=siblings, **item)


@bp.get("/archive/<code>/cite.<style>")
@guarded("asset.read")
def citation_file(code: str, style: str) -> Answer:
    """The citation as a file for a reference manager: bib or ris."""
    found = service.visible(db.session, me(), code)
    if style not in citation.STYLES or not may(me(), "asset.read", found):
        raise NotFound(_("没有这种引用格式；可用 bib 和 ris。"))
    write, media_type = citation.STYLES[style]
    answer = current_app.make_response(write(found, alliance=alliance_name(), address=address_of(found)))
    answer.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.code}.{style}"'
    return answer


def _tombstone(found: Asset) -> Answer:
    when = dates.spoken(clock.local(found.withdrawn_at).date().isoformat()) if found.withdrawn_at else ""
    return render_template("portal/gone.html", work=found, title=card.title(found), when=when), 410


def _item(found: Asset, person: Any, drawn: dict[str, Rendition]) -> dict[str, Any]:
    """What the item's page shows besides its card."""
    locale = str(get_locale())
    statement = rights.statement_of(found)
    opens = found.file is not None and may(person, "asset.open", found)
    made = drawn if opens else {}
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
        "uses": rights.uses_label(found),
        "rights_holder": card.said(found, "rights_holder", locale),
        **_cited(found),
        **_near(found, person, made),
        "transcript": _transcript(found) if opens else None,
        "share_url": share_url(found) if may(person, "asset.edit", found) and found.state == "published" else "",
        "gaps": gaps(found) if may(person, "asset.edit", found) and found.state in ("draft", "needs_work") else [],
        "decides": found.state == "in_review" and may(person, service.decision_verb(found), found),
    }


def _transcript(found: Asset) -> captions.Transcript | None:
    first = request.args.get("from", "1")
    first_line = int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 1
    return captions.transcript(found, wanted=request.args.get("captions", ""), first=first_line)


def _cited(found: Asset) -> dict[str, Any]:
    """The citation in each style, the address that stays, and the record in Dublin Core for the head of the page."""
    how = {"alliance": alliance_name(), "address": address_of(found)}
    files = [
        (name, style, citation.STYLES[style][0](found, **how), url_for("portal.citation_file", code=found.code, style=style))
        for name, style in (("BibTeX", "bib"), ("RIS", "ris"))
    ]
    return {
        "cite": citation.national(found, **how),
        "cite_plain": citation.plain(found, **how),
        "cite_files": files,
        "address": how["address"],
        "dublin_core": (DUBLIN_CORE, _dublin_core(found, how["address"])),
    }


def _dublin_core(found: Asset, address: str) -> list[tuple[str, str]]:
    rows = [
        ("title", found.title),
        ("creator", found.creator),
        ("date", found.created_text),
        ("type", dcmi_term(found.type) if found.type else ""),
        ("format", found.file.media_type if found.file else ""),
        ("publisher", found.owner.name),
        ("coverage", found.place_text),
        ("language", found.language),
        ("rights", rights.statement_of(found).uri),
        ("identifier", address),
    ]
    return [(f"DC.{name}", value) for name, value in rows if value]


def _near(found: Asset, person: Any, made: dict[str, Rendition]) -> dict[str, Any]:
    """What it has to do with others: parts, series, versions, the exchange that it came from, its collections; as JSON-LD too."""
    session = db.session
    ties, shelves = relations.of(session, person, found), collections.of(session, found)
    return {
        "linked": linked.described(session, found, made, ties, shelves),
        "ties": [(label, [(card.title(end.asset), end.asset, end.rank) for end in ends]) for label, ends in ties.groups],
        "exchanges": ties.exchanges,
        "shelves": [(titled(one), url_for("portal.collection", slug=one.slug)) for one in shelves],
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
