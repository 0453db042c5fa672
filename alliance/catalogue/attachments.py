"""Photos, as public as the listing, and papers, which members see: added, described, put in order, taken away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import codes
from alliance.catalogue import service
from alliance.catalogue.models import Resource, ResourcePaper, ResourcePhoto
from alliance.errors import Conflict, Invalid, NotFound
from alliance.storage import files, renditions

MOST_PHOTOS = 20
MOST_PAPERS = 20


def add_photo(session: Session, person: Any, *, resource: Resource, received: files.Received, alt: str) -> ResourcePhoto:
    """Put a received picture last; its safe copies are made by a job."""
    service.claim(session, person, resource, None)
    if len(resource.photos) >= MOST_PHOTOS:
        raise Conflict(_("最多%(n)s张照片，请先删去不用的。", n=MOST_PHOTOS))
    file = files.keep(session, person, received)
    renditions.plan(session, file, only=renditions.SMALL)
    rank = max((photo.rank for photo in resource.photos), default=0) + 1
    photo = ResourcePhoto(file=file, alt=_alt(alt), rank=rank)
    resource.photos.append(photo)
    _seen_again(session, person, resource, "resource.photo_added", photo=received.name)
    return photo


def arrange_photos(session: Session, person: Any, *, resource: Resource, said: Mapping[int, tuple[int, str]]) -> None:
    """Ranks and descriptions by the number of the photo; the smallest rank is the cover."""
    service.claim(session, person, resource, None)
    for photo in resource.photos:
        if photo.id in said:
            photo.rank, photo.alt = min(max(said[photo.id][0], 0), 999), _alt(said[photo.id][1])
    _seen_again(session, person, resource, "resource.photos_arranged")
    session.refresh(resource, ["photos"])


def remove_photo(session: Session, person: Any, *, resource: Resource, photo_id: int) -> None:
    """Take one away."""
    service.claim(session, person, resource, None)
    photo = next((photo for photo in resource.photos if photo.id == photo_id), None)
    if photo is None:
        raise NotFound(_("这张照片已经删去了。"))
    resource.photos.remove(photo)
    _seen_again(session, person, resource, "resource.photo_removed", photo=photo.file.name)


def add_paper(
    session: Session, person: Any, *, resource: Resource, received: files.Received, kind: str, expires_on: date | None, note: str
) -> ResourcePaper:
    """Put a received paper to the others; what is listed goes back to review."""
    service.claim(session, person, resource, None)
    if kind not in codes.get("paper_kind"):
        raise Invalid(_("请选择证照的种类。"), {"kind": _("请选择证照的种类。")})
    if len(resource.papers) >= MOST_PAPERS:
        raise Conflict(_("最多%(n)s份证照，请先删去不用的。", n=MOST_PAPERS))
    paper = ResourcePaper(file=files.keep(session, person, received), kind=kind, expires_on=expires_on, note=note.strip()[:200])
    resource.papers.append(paper)
    _reviewed_again(session, person, resource, "resource.paper_added", paper=kind)
    return paper


def remove_paper(session: Session, person: Any, *, resource: Resource, paper_id: int) -> None:
    """Take one away; what is listed goes back to review."""
    service.claim(session, person, resource, None)
    paper = next((paper for paper in resource.papers if paper.id == paper_id), None)
    if paper is None:
        raise NotFound(_("这份证照已经删去了。"))
    resource.papers.remove(paper)
    _reviewed_again(session, person, resource, "resource.paper_removed", paper=paper.kind)


def _alt(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:200]


def _seen_again(session: Session, person: Any, resource: Resource, action: str, **data: Any) -> None:
    """Live at once; reviewers are shown that it changed."""
    resource.changed_since_review = resource.is_listed
    service.move(session, person, resource, resource.state, action, **data)


def _reviewed_again(session: Session, person: Any, resource: Resource, action: str, **data: Any) -> None:
    """Papers are what a reviewer vouches for."""
    to = service.review_again(resource) if resource.is_listed else resource.state
    service.move(session, person, resource, to, action, **data)
