"""What the pages of the exchange (new, listed, page, doing, letter) share: finding an agreement, taking files in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask import session as cookie
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, contains_eager
from werkzeug.datastructures import FileStorage

from alliance import codes, permissions
from alliance.errors import NotFound, TooLarge, UnsupportedFile
from alliance.exchange import story, words
from alliance.exchange.controls import Typed, number_of
from alliance.exchange.models import JOINT, Agreement, Leg, Report, ReportPhoto
from alliance.people.models import Person
from alliance.storage import files, renditions
from alliance.storage.models import File

bp = Blueprint("exchange", __name__, url_prefix="/agreements")
FILE_MB = 20
MOST_FILES = 20
LIST = "agreements"
PROJECT = "project"


def find(session: Session, person: Person | None, number: str) -> Leg:
    """The leg of that agreement which concerns `person` most: one that they may read in full, else one in outline."""
    base, rank = parts(number)
    query = sa.select(Leg).join(Leg.agreement).where(Agreement.number == base).order_by(Leg.id)
    query = query.where(Leg.rank == rank, Agreement.kind.in_(JOINT)) if rank else query.where(Agreement.kind.not_in(JOINT))
    legs = session.scalars(query.options(contains_eager(Leg.agreement))).unique().all()
    readable = [leg for leg in legs if is_full(person, leg)] or [leg for leg in legs if is_outline(person, leg)]
    if not readable:
        raise NotFound(_("没有这份约定，或您不是它的参与方。"), ways=((_("往来"), url_for("exchange.agreements")),))
    return readable[0]


def parts(number: str) -> tuple[str, int]:
    """The number of an agreement, and behind it the place of a leg; 0 where there is none."""
    head, _sep, tail = number.rpartition("-")
    return (head, int(tail)) if head.count("-") == 2 and tail.isascii() and tail.isdecimal() and len(tail) < 4 else (number, 0)


def find_own(session: Session, person: Person | None, number: str) -> Leg:
    """The same, for who may read it in full."""
    leg = find(session, person, number)
    permissions.require(person, "agreement.read", leg)
    return leg


def is_full(person: Person | None, leg: Leg) -> bool:
    """Whether all of it may be read; the secretariat waits until it is sent."""
    concerned = leg.was_sent or not leg.relations(person).isdisjoint({"party", "endorser"})
    return concerned and permissions.may(person, "agreement.read", leg)


def is_outline(person: Person | None, leg: Leg) -> bool:
    """Other members see what was asked of whom and when."""
    return leg.was_sent and permissions.may(person, "agreement.outline")


def fresh_key() -> str:
    """One per drawn form, so that a double click is one event."""
    return secrets.token_hex(12)


def key_given() -> str | None:
    text = request.form.get("key", "")
    return text if text.isalnum() and text.isascii() and len(text) <= 40 else None


def version_given() -> int | None:
    """The version of the leg that the page was drawn from."""
    return number_of(request.form.get("version", "").partition(".")[0])


def saving_given() -> int:
    """The last saving of a completion that the page knows of: it stands behind the version."""
    return number_of(request.form.get("version", "").partition(".")[2]) or 0


def news(session: Session, leg: Leg, side: str) -> list[story.Moment]:
    """What happened since the page was drawn, newest first."""
    seen = version_given()
    return story.past(session, leg, side, since=seen)[:10] if seen and seen < leg.version else []


# Files -------------------------------------------------------------------


def received(name: str, examined: Callable[[FileStorage], files.Received]) -> tuple[list[files.Received], list[str]]:
    """What of the files sent under that name is kept, its rows still to be written; and a sentence for each that is not."""
    kept, refused = [], []
    for one in [one for one in request.files.getlist(f"up-{name}") if one.filename][:MOST_FILES]:
        try:
            kept.append(examined(one))
        except (UnsupportedFile, TooLarge) as refusal:
            refused.append(str(refusal.sentence))
    return kept, refused


def keep(session: Session, person: Person, taken: Iterable[files.Received]) -> list[int]:
    """Rows for received files; pictures get their safe copies."""
    rows = [files.keep(session, person, one) for one in taken]
    for row in rows:
        if row.media_type in files.PICTURES:
            renditions.plan(session, row, only=renditions.SMALL)
    return [row.id for row in rows]


def own_files(session: Session, person: Person, values: Typed, name: str, also: Iterable[int] = ()) -> list[int]:
    """Those of the numbers sent along that this person may file: sent by themself, or there already."""
    wanted = {number for one in values.get(name, []) if (number := number_of(one)) is not None}
    if not wanted:
        return []
    mine = set(session.scalars(sa.select(File.id).where(File.id.in_(wanted), File.created_by == person.id)))
    return sorted(wanted & (mine | set(also)))


def files_of(session: Session, leg: Leg) -> set[int]:
    """The numbers of all files filed with a leg: its terms, its reports."""
    photos = sa.select(ReportPhoto.file_id).join(Report).where(Report.leg_id == leg.id)
    return set(session.scalars(photos)) | {number for terms in leg.terms for number in terms.content.get("files", [])}


def name_of(session: Session, leg: Leg, file_id: int) -> str:
    """How a file was called when it was filed with a report of the leg; empty where it is called as it was first."""
    query = sa.select(ReportPhoto.name).join(Report).where(Report.leg_id == leg.id, ReportPhoto.file_id == file_id)
    return session.scalar(query.order_by(ReportPhoto.id).limit(1)) or ""


def kept(
    session: Session, person: Person, leg: Leg | None, values: Typed, name: str, also: Iterable[int] = ()
) -> list[tuple[str, str | None, int]]:
    """Files that came with this form before, as (name, address, number); those filed already can be opened."""
    filed = files_of(session, leg) if leg is not None else set()
    wanted = own_files(session, person, values, name, filed | set(also))
    query = sa.select(File.id, File.name).where(File.id.in_(wanted)).order_by(File.id)
    return [
        (
            file_name,
            url_for("exchange.file", number=leg.number, file_id=number) if leg is not None and number in filed else None,
            number,
        )
        for number, file_name in session.execute(query)
    ]


def remember(address: str) -> None:
    """Keep where the list stood, so that the way back from an agreement leads there."""
    if cookie.get(LIST) != address:
        cookie[LIST] = address


def gathering(number: str) -> None:
    """Keep which joint project is being put together, so that the next request is added to it unless somebody says otherwise."""
    if cookie.get(PROJECT) != number:
        cookie[PROJECT] = number


def gathered() -> str:
    """The joint project looked at last."""
    return str(cookie.get(PROJECT, ""))


@bp.context_processor
def _words() -> dict[str, Any]:
    """For templates: labels of codes, and the list as it was left."""
    back = str(cookie.get(LIST, ""))
    return {
        "said_of": words.said,
        "words_of": words.called,
        "label_of": lambda name, code: codes.label(name, code, str(get_locale())),
        "list_url": back if back.startswith(url_for("exchange.agreements")) else url_for("exchange.agreements"),
    }
