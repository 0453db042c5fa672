"""Every kind of page there is, and who looks at it; `{truck}` and its like stand for rows of the demo (`rows`)."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from alliance import clock
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset, Collection
from alliance.boards.models import Entry
from alliance.cases import secret
from alliance.cases.models import Case
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre, RuleDocument
from alliance.db import db
from alliance.exchange.models import Agreement
from alliance.moderation.models import Announcement
from alliance.notifications.models import Mail
from alliance.people.models import Person
from tests.browser import more

VISITOR, STAFF, ENDORSER, BRANCH, TRAVELLER, LACKING = "visitor", "qiu", "shi", "li", "zhou", "kong"
HANDLER, DIRECTOR, CENTRE_ADMIN, ADMIN = "liu", "he", "mi", "secretariat"
"""Mail addresses before the @: 望岭 staff and handler, 梨花镇 handler; 禾丰 handler, director and centre admin; the secretariat."""

PAGES: dict[str, tuple[str, ...]] = {
    VISITOR: (
        "/",
        "/search",
        "/search?q=舞台车",
        "/search?q=xiqu&kind=talent",
        "/search?q=没有这样的东西",
        "/search?near=禾丰县文化馆&within=50",
        "/resources/{truck}",
        "/resources/{venue}",
        "/resources/{talent}",
        "/resources/{media}",
        "/resources/WC-99999",
        "/compare?code={truck}&code={other_truck}",
        "/archive",
        "/archive?q=山歌",
        "/archive/{image}",
        "/archive/{film}",
        "/archive/{sound}",
        "/archive/{text}",
        "/archive/{sung}",
        "/archive/collections",
        "/archive/collections/{standing}",
        "/archive/collections/yangge",
        "/figures",
        "/figures/expedited",
        "/centres",
        "/centres/hefeng",
        "/centres/hefeng/disclosure",
        "/centres/join",
        "/rules",
        "/rules/{rules}",
        "/cases/",
        "/cases/new/use?code={image}",
        "/cases/new/complaint",
        "/cases/new/removal?code={image}",
        "/cases/answered",
        "/cases/SL-2026-99999",
        "/cases/{case}/open/{secret}",
        "/announcements",
        "/announcements/{announcement}",
        "/sign-in",
        "/sign-in/forgotten",
        "/sign-in/new-password/none",
        "/invitations/none",
        "/desk",
        "/nothing-here",
    ),
    STAFF: (
        "/",
        "/desk",
        "/search?kind=stage_truck&from={day}&to={day}",
        "/resources/{truck}",
        "/resources/mine",
        "/resources/new",
        "/archive/mine",
        "/archive/new",
        "/archive/uploads",
        "/agreements",
        "/agreements/new?resource={truck}",
        "/agreements/{outline}",
        "/agreements/{swap}",
        "/figures/scorecard",
        "/figures/scorecard/wangling/borrowed",
        "/figures/scorecard/wangling/weighted",
        "/figures/training",
        "/figures/balance/wangling",
        "/figures/balance/wangling/loans",
        "/notices/",
        "/notices/choices",
        "/announcements/{for_members}",
        "/profile",
        "/people",
        "/admin/reviews",
        "/boards/",
        "/boards/supply?kind=venue&within=50",
        "/boards/need/new",
        "/boards/supply/new",
        "/boards/{need}",
        "/sessions",
        "/sessions?within=3",
        "/resources/{bought}/sessions",
        "/calendars/feeds",
        "/compare?code={truck}&code={other_truck}&code={talent}&from={day}&to={day}",
        "/calendars/month",
        "/calendars/timeline",
        "/calendars/timeline?kind=stage_truck&span=month",
    ),
    HANDLER: (
        "/desk",
        "/agreements",
        "/agreements/{requested}",
        "/agreements/{damaged}",
        "/agreements/{damaged}/room",
        "/agreements/disputes",
        "/agreements/{closed}",
        "/boards/{need}/answer",
        "/agreements/{lacking}",
        "/agreements/{lacking}-1",
        "/agreements/{lacking}-2/do_without",
        "/agreements/{requested}/accept_handling",
        "/agreements/{damaged}/report_damage",
        "/agreements/{damaged}/letter",
        "/agreements/{damaged}/sheet",
        "/agreements/{damaged}/handing",
        "/agreements/{damaged}/contract",
        "/agreements/{closed}/receipt",
        "/resources/{truck}/edit",
        "/resources/{truck}/photos",
        "/resources/{truck}/papers",
        "/resources/{truck}/opening",
        "/resources/{truck}/blocks",
        "/resources/{venue}/edit",
        "/resources/{venue}/opening",
        "/resources/{venue}/parts",
        "/resources/import",
        "/archive/uploads",
        "/archive/uploads/{coming}",
        "/archive/{sung}/edit",
        "/archive/{sung}/upload",
        "/archive/{recording}/captions",
        "/archive/{sung}/withdraw",
        "/archive/{sung}/history",
        "/archive/{sung}/relations",
        "/archive/{sung}/captions",
        "/archive/{sung}/preview",
        "/archive/{sung}/consents",
        "/archive/new?copy=last",
        "/archive/curate",
        "/archive/curate/new",
        "/cases/desk",
        "/cases/desk/{case}",
    ),
    ENDORSER: (
        "/desk",
        "/agreements/{project}",
        "/agreements/{project}-2/edit",
        "/agreements/{endorsing}",
        "/agreements/{incomplete}",
        "/agreements/{endorsing}/endorse",
    ),
    TRAVELLER: ("/agreements/{tour}", "/agreements/{tour}/stops", "/agreements/{tour}/stops?stop=2", "/agreements/{tour}/edit"),
    LACKING: ("/boards/{lacked}", "/boards/{lacked}/edit"),
    BRANCH: ("/desk", "/agreements/{incomplete}", "/agreements/{incomplete}/edit"),
    DIRECTOR: ("/desk", "/archive/reviews"),
    CENTRE_ADMIN: ("/centres/hefeng/edit", "/centres/hefeng/disclosure/edit", "/people/hefeng", "/people/hefeng/{person}"),
    ADMIN: (
        "/admin/",
        "/admin/figures",
        "/admin/figures?year=2026&centre=hefeng&kind=media",
        "/figures/balance",
        "/admin/figures/refusals",
        "/figures/scorecard",
        "/admin/figures/records/exchanges",
        "/admin/figures/records/idle",
        "/admin/figures/records/searches",
        "/admin/reviews",
        "/admin/reviews/{waiting}",
        "/admin/papers",
        "/admin/legs?show=late",
        "/admin/audit",
        "/admin/jobs",
        "/admin/holidays",
        "/admin/outbox",
        "/admin/outbox/{mail}",
        "/admin/announcements",
        "/admin/announcements/new",
        "/admin/announcements/{announcement}",
        "/admin/codes",
        "/admin/codes/case_refusal",
        "/admin/people",
        "/admin/people?show=suspended",
        "/admin/people/{suspended}",
        "/admin/people/{person}",
        "/admin/rules",
        "/admin/centres",
        "/admin/centres/new",
        "/admin/centres/gudu",
        "/admin/centres/{applied}/approve",
        "/archive/reviews",
        "/archive/{asset_waiting}/review",
        "/archive/curate",
        "/archive/curate/{collection}",
        "/archive/curate/{songs}",
        "/cases/desk?show=closed",
        "/cases/desk/{case}",
    ),
}

REFUSED = {
    (VISITOR, "/resources/WC-99999"): 404,
    (VISITOR, "/sign-in/new-password/none"): 404,
    (VISITOR, "/invitations/none"): 404,
    (VISITOR, "/nothing-here"): 404,
    (STAFF, "/admin/reviews"): 403,
}
"""What is not there, or not theirs, with the status that says so."""
ON_THE_WAY = {"imports.batch"}
"""Pages that stand only after something was done: test_import_a_table.py looks at them."""
NO_PAGE = {
    "admin.audit_csv",
    "archive.file",
    "archive.made",
    "archive.row",
    "archive.tile",
    "archive.track",
    "archive.zoom",
    "cases.attachment",
    "calendars.feed",
    "catalogue.paper",
    "catalogue.photo",
    "exchange.file",
    "exchange.contract_pdf",
    "exchange.letter_pdf",
    "exchange.receipt_pdf",
    "exchange.sheet_pdf",
    "figures.admin_table",
    "figures.balance_table",
    "figures.expedited_table",
    "figures.public_table",
    "figures.refusals_table",
    "figures.scorecard_book",
    "figures.year_book",
    "health.healthz",
    "health.readyz",
    "imports.export",
    "portal.citation_file",
    "portal.photo",
    "static",
    "web.display",
}
"""What answers a GET with something else than a page of ours."""

THINGS = {
    "truck": "禾丰一号舞台车",
    "other_truck": "临湖一号舞台车",
    "venue": "禾丰县影剧院",
    "talent": "周老师 合唱与声乐",
    "bought": "小鱼灯儿童剧团",
}
LOANS = {
    "requested": "迎新春巡演",
    "damaged": "稻香文艺晚会",
    "closed": "花鼓小戏交流",
    "outline": "渔歌新作首演",
    "endorsing": "祠堂落成演出",
    "incomplete": "村晚两场",
    "swap": "文化走亲：清泽书画到平渡",
    "lacking": "两市一县戏曲周",
    "project": "山里的新年",
    "tour": "年货大集文艺专场",
}
NEEDS = {"need": "岭上元宵灯会要一处能排练的场地", "lacked": "码头新年音乐会缺一台流动舞台车"}


def rows(app: Flask) -> dict[str, str]:
    """The rows of the demo that the addresses name."""
    with app.app_context():
        listed = {name: _one(sa.select(Resource.code).where(Resource.title == title)) for name, title in THINGS.items()}
        loans = {name: _one(sa.select(Agreement.number).where(Agreement.title == title)) for name, title in LOANS.items()}
        needs = {name: _one(sa.select(Entry.number).where(Entry.title == title)) for name, title in NEEDS.items()}
        return listed | loans | needs | _others()


def _one(query: sa.Select[tuple[object]]) -> str:
    found = db.session.scalars(query.limit(1)).one_or_none()
    assert found is not None, str(query)
    return str(found)


def _others() -> dict[str, str]:
    shown = sa.select(Asset.code).where(
        Asset.state == "published", Asset.record_visibility == "public", Asset.file_access == "public"
    )
    case = db.session.scalars(sa.select(Case).where(Case.key == f"{more.KEY}use")).one()
    recorded = sa.select(Asset.code).join(Asset.owner).where(Centre.slug == "hefeng", Asset.type.in_(("moving_image", "sound")))
    return {
        "recording": _one(recorded.where(Asset.state == "published")),
        "media": _one(sa.select(Resource.code).where(Resource.kind == "media", Resource.share_scope == "public")),
        "waiting": _one(sa.select(Resource.code).where(Resource.state == "in_review")),
        **{
            name: _one(shown.where(Asset.type == kind))
            for name, kind in (("image", "still_image"), ("film", "moving_image"), ("sound", "sound"), ("text", "text"))
        },
        "sung": more.sung(db.session).code,
        "asset_waiting": _one(sa.select(Asset.code).where(Asset.state == "in_review", Asset.decided_above)),
        "case": case.number,
        "secret": secret.code_for(more.KEY + case.kind),
        "announcement": _one(sa.select(Announcement.id).where(Announcement.reach == "public")),
        "for_members": _one(sa.select(Announcement.id).where(Announcement.reach == "members")),
        "suspended": _one(sa.select(Person.id).where(Person.email == f"{more.SUSPENDED}@demo.example")),
        "coming": _one(sa.select(Upload.code).where(Upload.state == "open")),
        "songs": _one(sa.select(Collection.id).where(Collection.slug == more.SONGS)),
        "standing": _one(sa.select(Collection.slug).where(Collection.standing == "local")),
        "collection": _one(sa.select(Collection.id).where(Collection.standing == "local")),
        "rules": _one(sa.select(RuleDocument.version)),
        "person": _one(sa.select(Person.id).where(Person.email == "zheng2@demo.example")),
        "applied": "chating",
        "mail": _one(sa.select(Mail.id)),
        "day": (clock.local(clock.now()) + timedelta(days=18)).date().isoformat(),
    }
