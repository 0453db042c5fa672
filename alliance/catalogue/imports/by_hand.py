"""Import and export from the command line, through the same services as the pages."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import clock
from alliance.catalogue import exports
from alliance.catalogue.imports import beside, service, show, work
from alliance.catalogue.imports.assets import ASSET
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.imports.targets import TARGETS
from alliance.catalogue.kinds import KINDS
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.errors import Invalid, NotFound
from alliance.people.models import AlliancePost, Person, Post


@dataclass(frozen=True)
class Order:
    """What is asked beside the table: for which centre, by whom, with the files of which folder, taken in or only tried out,
    told row by row or in counts."""

    slug: str | None = None
    email: str | None = None
    folder: Path | None = None
    commit: bool = False
    rows: bool = False


def bring(kind: str, path: Path, order: Order) -> str:
    """Try a table out, with `commit` take it in at once; answers with the counts. Raises a Refusal."""
    if order.folder is not None and kind != ASSET.id:
        raise Invalid(_("只有档案著录的表可以带文件夹。"))
    with path.open("rb") as stream:
        received = service.receive(FileStorage(stream, path.name))
    with transaction() as session:
        centre = None if kind == "centre" else _centre(session, order.slug)
        person = _person(session, centre, order.email)
        batch = service.begin(session, person, centre=centre, kind=kind, received=received, by_worker=False)
        number, payload = batch.id, {"batch": batch.id, "person": person.id}
    work.check(payload)
    if order.folder is not None and _state(number) == "checked":
        beside.gather(number, order.folder, keep=order.commit)
    if order.commit and _state(number) == "checked":
        with transaction() as session:
            service.commit(session, session.get_one(Person, payload["person"]), batch=session.get_one(ImportBatch, number))
        while _state(number) == "running":
            work.take_in(payload)
    return "\n".join([_told(number), *(_each(number) if order.rows else ())])


def _state(number: int) -> str:
    db.session.rollback()
    return db.session.get_one(ImportBatch, number).state


def _told(number: int) -> str:
    batch = db.session.get_one(ImportBatch, number)
    counts = service.counts(db.session, batch)
    lines = [f"import {number}: {batch.state}", *(f"  {name}: {count}" for name, count in counts.items())]
    unread = "、".join(service.match_of(batch).unread)
    return "\n".join([*lines, *([f"  columns left out: {unread}"] if unread else []), *([batch.note] if batch.note else [])])


def _each(number: int) -> Iterator[str]:
    """Each row with what becomes of it: its number in the table, the outcome, what it is called, and why."""
    kind = TARGETS[db.session.get_one(ImportBatch, number).kind].kind
    query = sa.select(ImportRow).where(ImportRow.batch_id == number).order_by(ImportRow.number)
    with force_locale("zh_Hans"):
        for row in db.session.scalars(query):
            wrong, missing = row.faults.get("wrong", {}), row.faults.get("missing", ())
            parts = [row.faults.get("why", ""), *(f"{show.label(kind, name)}：{text}" for name, text in wrong.items())]
            if missing and row.outcome != "refused":
                parts.append(_("缺：%(fields)s", fields="、".join(show.label(kind, name) for name in missing)))
            title = row.values.get("title_zh") or row.values.get("title") or row.values.get("file", "")
            yield " ".join(filter(None, [f"{row.number}\t{row.outcome}\t{title}\t", *map(str, parts)])).rstrip()


def take_out(kind: str, path: Path, *, slug: str | None, locale: str) -> int:
    """Write the resources of a kind to a file; answers how many."""
    declared, query = KINDS[kind], sa.select(Resource)
    if slug is not None:
        query = query.where(Resource.owner_id == _centre(db.session, slug).id)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(query.where(Resource.kind == kind).subquery())) or 0
    with force_locale(locale), path.open("wb") as target:
        lines = exports.rows(db.session, query, declared, locale)
        sheet = (str(declared.label), exports.headings(declared), lines)
        made = exports.as_csv(*sheet[1:]) if path.suffix.lower() == ".csv" else exports.as_workbook([sheet])
        shutil.copyfileobj(made, target)
    return count


def _centre(session: Session, slug: str | None) -> Centre:
    found = session.scalar(sa.select(Centre).where(Centre.slug == slug)) if slug else None
    if found is None:
        raise NotFound(_("请用 --centre 写明馆的网址简称；没有“%(slug)s”。", slug=slug or ""))
    return found


def _person(session: Session, centre: Centre | None, email: str | None) -> Any:
    """Who imports: by their mail address, else the first who may."""
    if email:
        query = sa.select(Person).where(Person.email == email)
    elif centre is None:
        query = sa.select(Person).join(AlliancePost).where(AlliancePost.role == "alliance_admin")
    else:
        query = sa.select(Person).join(Post, Post.person_id == Person.id).where(Post.centre_id == centre.id)
        query = query.order_by(Post.role != "centre_admin")
    today = clock.local(clock.now()).date()
    held = Post if centre is not None else AlliancePost
    if not email:
        query = query.where(held.since <= today, sa.or_(held.until.is_(None), held.until >= today))
    found = session.scalars(query.order_by(Person.id).limit(1)).first()
    if found is None:
        raise NotFound(_("没有可以导入的人，请用 --person 写明邮箱。"))
    return found
