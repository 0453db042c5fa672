"""Collections as the public sees them: all of them, and one with its members in order, at an address that stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from alliance.archive import card, collections
from alliance.archive.collections import Shelf
from alliance.archive.curating import titled
from alliance.archive.models import Collection
from alliance.db import db
from alliance.paging import Page, page_number, pager
from alliance.permissions import guarded
from alliance.portal.routes import bp
from alliance.storage import renditions
from alliance.web import Answer, me

SIZE = 24


@dataclass(frozen=True)
class ShelfCard:
    """One collection in a list."""

    url: str
    title: str
    picture: str
    count: str
    by: str
    standing: bool


@bp.get("/archive/collections")
@guarded("public.read")
def collections_page() -> Answer:
    """All that have something to show."""
    g.here = "archive"
    shelves = collections.published(db.session, me())
    return render_template("portal/collections.html", shelves=shelf_cards(db.session, shelves, me()))


@bp.get("/archive/collections/<slug>")
@guarded("collection.read")
def collection(slug: str) -> Answer:
    """What it says of itself, its cover, its members in their order."""
    g.here = "archive"
    session, person = db.session, me()
    found = collections.visible(session, person, slug)
    (shelf,) = collections.shelves(session, person, [found])
    page = Page(page_number(), SIZE, shelf.count)
    members = collections.members(session, person, found, skip=page.skip, count=SIZE)
    return render_template(
        "portal/collection.html",
        shelf=found,
        shown=shelf_cards(session, [shelf], person)[0],
        text=card.in_english(found.text_en) or found.text,
        members=card.cards(session, [member.asset for member in members], person),
        pager=pager(page),
    )


def shelf_cards(session: Session, shelves: Sequence[Shelf], person: Any) -> list[ShelfCard]:
    """What a list shows of each; one query for the covers of all."""
    covers = [shelf.cover.file_id for shelf in shelves if shelf.cover is not None and shelf.cover.file_id is not None]
    there = renditions.of_all(session, covers, "card")
    return [
        ShelfCard(
            url=url_for("portal.collection", slug=shelf.collection.slug),
            title=titled(shelf.collection),
            picture=card.picture_of(shelf.cover, person, there) if shelf.cover is not None else card.drawing(""),
            count=ngettext("%(num)s件", "%(num)s件", shelf.count),
            by=edited_by(shelf.collection),
            standing=bool(shelf.collection.standing),
        )
        for shelf in shelves
    ]


def edited_by(collection: Collection) -> str:
    """Whose it is: a centre's, or the alliance's."""
    if collection.owner is None:
        return str(_("联盟编"))
    return str(_("%(centre)s编", centre=card.in_english(collection.owner.name_en) or collection.owner.name))
