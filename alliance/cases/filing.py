"""A case begins: what it is about, who handles it, its number, its secret, its clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.archive.models import Asset
from alliance.cases import deadlines, letters, secret
from alliance.cases.forms import ABOUT_ASSET, Filing
from alliance.cases.models import Case, CaseFile
from alliance.cases.table import PUBLIC
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import next_number
from alliance.errors import Invalid
from alliance.people.models import Person
from alliance.people.posts import members
from alliance.permissions import may, require
from alliance.storage import files
from alliance.worktime import rows


@dataclass(frozen=True)
class About:
    """The thing it concerns, and its centre; none: the alliance."""

    asset: Asset | None = None
    resource: Resource | None = None
    centre: Centre | None = None


def about(session: Session, person: Person | None, *, kind: str, code: str, slug: str) -> About:
    """What was named, as far as `person` may see it; raises Invalid at the field at fault."""
    asset = session.scalar(sa.select(Asset).where(Asset.code == code.upper())) if code else None
    if asset is not None and may(person, "asset.read", asset):
        return About(asset=asset, centre=asset.owner)
    if kind in ABOUT_ASSET:
        sentence = _("没有编号为 %(code)s 的档案。", code=code[:20]) if code else _("请填档案编号，如 DA-00017，写在档案页上。")
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), {"code": sentence})
    resource = session.scalar(sa.select(Resource).where(Resource.code == code.upper())) if code else None
    if resource is not None and may(person, "resource.read", resource):
        return About(resource=resource, centre=resource.owner)
    if code:
        sentence = _("没有编号为 %(code)s 的资源或档案。", code=code[:20])
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), {"code": sentence})
    centre = session.scalar(sa.select(Centre).where(Centre.slug == slug)) if slug else None
    if slug and (centre is None or not centre.is_active):
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), {"centre": _("请从列表里选一项。")})
    return About(centre=centre)


def handled_by(session: Session, kind: str, centre: Centre | None) -> Centre | None:
    """The centre it concerns; a complaint goes one level up (R-91). Where a centre is no active member or nobody handles
    cases there, the one above does, at last the secretariat: nothing is without an owner (R-84)."""
    at = centre.parent if centre is not None and kind == "complaint" else centre
    seen = set[int]()
    while at is not None and at.id not in seen:
        if at.is_active and has_handlers(session, at):
            return at
        seen.add(at.id)
        at = at.parent
    return None


def has_handlers(session: Session, centre: Centre) -> bool:
    """Whether anybody there may answer."""
    return bool(members(session, centre, "handler", "director"))


def file(
    session: Session,
    person: Person | None,
    *,
    kind: str,
    form: Filing,
    thing: About,
    key: str,
    received: Sequence[files.Received] = (),
) -> Case:
    """A new case, or the one that this form has made before."""
    require(person, "case.file")
    known = by_key(session, key)
    if known is not None:
        return known
    now = clock.now()
    year = clock.local(now).year
    number = f"SL-{year}-{next_number(session, f'SL-{year}'):05}"
    case = Case(
        number=number,
        kind=kind,
        state="filed",
        centre=handled_by(session, kind, thing.centre),
        about=thing.centre,
        asset=thing.asset,
        resource=thing.resource,
        text=form.text,
        private=kind not in PUBLIC or not form.public,
        place=form.place,
        name=form.name,
        organisation=form.organisation,
        contact=form.contact,
        wanted_until=getattr(form, "until", None),
        relation=getattr(form, "relation", ""),
        who=getattr(form, "who", ""),
        locale=str(get_locale() or "zh_Hans"),
        key=key,
        digest=secret.digest_of(number, secret.code_for(key)),
    )
    calendar = rows.calendar(session)
    deadlines.start_clock(case, calendar, now)
    deadlines.arrange(case, calendar, now, fresh=True)
    case.files = [CaseFile(file=files.keep(session, None, one)) for one in received]
    session.add(case)
    journal.record(session, "case.file", case, person=person, data={"kind": kind, "to": "filed"})
    letters.tell(session, case, "file")
    return case


def by_key(session: Session, key: str) -> Case | None:
    """The case that a form has made already."""
    return session.scalar(sa.select(Case).where(Case.key == key))
