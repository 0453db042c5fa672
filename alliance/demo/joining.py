"""What the archive's people put together afterwards: relations, works made from loans, corrections, collections, listings."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive import collections, relations
from alliance.archive import service as archive
from alliance.archive.models import Asset, Collection
from alliance.demo import listings
from alliance.demo.archive import Assets, office
from alliance.demo.people import People, cast, centre_of, writer
from alliance.demo.works.shelves import BY_HAND, BY_RULE, CHANGES, FROM_LOANS, RELATIONS, TEXTS
from alliance.exchange.models import Agreement
from alliance.storage import files

Faces = dict[str, files.Received]
"""Key of a shared work -> the picture of its listing, stored."""


class Shelf:
    """One session's view of the archive by the keys of the works."""

    def __init__(self, session: Session, codes: Assets, today: datetime) -> None:
        self.session, self.today, self.codes = session, today, codes
        self.people: People = cast(session)
        self.assets = {asset.code: asset for asset in session.scalars(sa.select(Asset))}

    def __getitem__(self, key: str) -> Asset:
        return self.assets[self.codes[key]]

    def keeper(self, key: str) -> Any:
        """Whoever writes for the centre of that work."""
        return writer(self.people, self[key].owner.slug)


def join(session: Session, codes: Assets, faces: Faces, today: datetime) -> None:
    """All of it, in one transaction."""
    shelf = Shelf(session, codes, today)
    relate(shelf)
    correct(shelf)
    gather(shelf)
    for key, face in faces.items():
        share(shelf, key, face)


def relate(shelf: Shelf) -> None:
    """Each on the day after the later of the two came; from loans where the loan came about."""
    with clock.moved(office(shelf.today - timedelta(days=15))):
        for key, kind, other, rank in RELATIONS:
            relations.relate(shelf.session, shelf.keeper(key), shelf[key], kind=kind, other=shelf[other], rank=rank)
        for key, title in FROM_LOANS:
            made = shelf.session.scalar(sa.select(Agreement.id).where(Agreement.title == title))
            if made is not None:
                relations.relate_to_agreement(shelf.session, shelf.keeper(key), shelf[key], agreement_id=made)


def correct(shelf: Shelf) -> None:
    """Records put right after they were published: their history has something to show."""
    for key, before, values in CHANGES:
        with clock.moved(office(shelf.today - timedelta(days=before))):
            asset = shelf[key]
            archive.save(shelf.session, shelf.keeper(key), asset, values=values, expected_version=asset.version)


def gather(shelf: Shelf) -> None:
    """The three standing collections and two more."""
    admin = shelf.people["secretariat"]
    with clock.moved(office(shelf.today - timedelta(days=10))):
        for slug, cover in BY_RULE:
            arrange(shelf, admin, _standing(shelf, slug), [], cover)
        for slug, owner, cover, keys in BY_HAND:
            person = writer(shelf.people, owner) if owner else admin
            found = _standing(shelf, slug) if slug not in TEXTS else _begun(shelf, person, slug, owner)
            arrange(shelf, person, found, keys, cover)
            if found.state == "draft":
                collections.publish(shelf.session, _head(shelf, owner), found, expected_version=found.version)


def arrange(shelf: Shelf, person: Any, collection: Collection, keys: Any, cover: str) -> None:
    """These works in this order."""
    assets = [shelf[key] for key in keys]
    collections.arrange(shelf.session, person, collection, assets=assets, cover=shelf[cover], expected_version=collection.version)
    shelf.session.flush()


def _standing(shelf: Shelf, slug: str) -> Collection:
    return shelf.session.scalars(sa.select(Collection).where(Collection.slug == slug)).one()


def _begun(shelf: Shelf, person: Any, slug: str, owner: str | None) -> Collection:
    made = collections.create(
        shelf.session, person, owner=centre_of(person) if owner else None, values={"slug": slug, **TEXTS[slug]}
    )
    shelf.session.flush()
    return made


def _head(shelf: Shelf, owner: str | None) -> Any:
    """Who may publish it: the centre's director, or the secretariat."""
    if owner is None:
        return shelf.people["secretariat"]
    return next(
        p
        for p in shelf.people.values()
        if p.centre is not None and p.centre.slug == owner and "director" in p.roles_in(p.centre.id)
    )


def share(shelf: Shelf, key: str, face: files.Received) -> None:
    """A listing for the members, with a picture."""
    asset, person = shelf[key], shelf.keeper(key)
    values = {
        "title": f"{asset.title}·共享", "summary": f"可供成员馆在展览、课堂和活动中使用。{asset.description}", "art_forms": asset.art_forms, "asset": asset.code,
        "allowed_uses": ["classroom", "on_site"], "licence_until": (shelf.today + timedelta(days=700)).date().isoformat(), "credit_line": f"来源：{asset.owner.name}",
        "fee_type": "free", "lead_days": 1, "service_mode": "online",
        "share_scope": "public" if asset.record_visibility == "public" else "alliance", "acquired_by": "self_made",
    }  # fmt: skip
    assert asset.published_at is not None
    with clock.moved(asset.published_at + timedelta(days=2)):
        made = listings.type_in(shelf.session, person, centre_of(person), "media", values, asset.id)
        listings.illustrate(shelf.session, person, made, [(key, face)])
        listings.publish(shelf.session, shelf.people["secretariat"], made)
