"""Centres: made, edited, put into the tree; what they disclose."""

import re
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from pypinyin import lazy_pinyin
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.centres.forms import CentreForm
from alliance.centres.models import Alliance, Centre, CentreName, Disclosure, Membership
from alliance.codes.centres import CENTRE_LEVEL, DISCLOSURE_HEADING
from alliance.config import Settings
from alliance.db import alone
from alliance.errors import Conflict, Invalid, NotFound
from alliance.places.rows import divisions

RESERVED = frozenset({"join"})
PLAIN = ("name", "name_en", "short_name", "level", "role", "type", "grade", "division_code", "address", "phone", "duty_hours")


def the_alliance(session: Session) -> Alliance:
    """The one alliance that the portal shows; made from the settings on first need."""
    found = session.scalar(sa.select(Alliance).order_by(Alliance.id).limit(1))
    if found is None:
        settings: Settings = current_app.config["ALLIANCE"]
        alone(session, "alliance")
        found = session.scalar(sa.select(Alliance).order_by(Alliance.id).limit(1))
        if found is None:
            found = Alliance(slug="alliance", name=settings.alliance_name, name_en=settings.alliance_name_en)
            session.add(found)
            session.flush()
    return found


def by_slug(session: Session, slug: str) -> Centre:
    """The centre of that short address; raises NotFound."""
    found = session.scalar(sa.select(Centre).where(Centre.slug == slug)) if slug.isprintable() else None
    if found is None:
        raise NotFound(_("没有这个馆。"))
    return found


def free_slug(session: Session, name: str) -> str:
    """A short address from the pinyin of a name that nobody has yet."""
    stem = (
        re.sub(r"[^a-z0-9]+", "-", "".join(lazy_pinyin(re.sub(r"(综合)?文化(馆|站)$", "", name) or name)).lower()).strip("-")[:50]
        or "centre"
    )
    taken = set(session.scalars(sa.select(Centre.slug).where(Centre.slug.like(f"{stem}%")))) | RESERVED
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


# Made and edited ---------------------------------------------------------


def create(session: Session, person: Any, *, form: CentreForm) -> Centre:
    """The secretariat adds a centre with all its fields; its membership is applied for, to be decided in the next step."""
    permissions.require(person, "membership.decide")
    alone(session, "centres")
    alliance = the_alliance(session)
    centre = Centre(
        slug=free_slug(session, form.name), name=form.name, short_name=form.short_name, level=form.level, role=form.role
    )
    _write(session, centre, form)
    session.add_all([centre, Membership(alliance=alliance, centre=centre, state="applied", applied_at=clock.now())])
    journal.record(session, "centre.created", centre, person=person)
    return centre


def edit(session: Session, person: Any, *, centre: Centre, form: CentreForm) -> Centre:
    """Change any field; raises Conflict when somebody else did since the form was opened, Invalid for what does not hold."""
    permissions.require(person, "centre.edit", centre)
    session.refresh(centre, with_for_update={"of": Centre})
    if form.version != centre.version:
        raise Conflict(_("别人刚改过这个馆的资料，请核对后再保存。"))
    before = _picture(centre)
    if not person.is_admin and _position(form) != (centre.level, centre.role, centre.parent_id, centre.endorsed):
        sentence = _("层级、总分馆角色、上级馆和报送由联盟秘书处改。")
        raise Invalid(sentence, {"role": sentence})
    _write(session, centre, form)
    centre.version += 1
    changed = sorted(name for name, value in _picture(centre).items() if before[name] != value)
    journal.record(session, "centre.edited", centre, person=person, centre_id=centre.id, data={"changed": changed})
    return centre


def _position(form: CentreForm) -> tuple[str, str, int | None, bool]:
    return form.level, form.role, form.parent, form.endorsed


def _picture(centre: Centre) -> dict[str, Any]:
    fields = (*PLAIN, "parent_id", "lat", "lng", "opening_hours", "summary", "summary_en", "endorsed")
    return {name: getattr(centre, name) for name in fields} | {"names": sorted((n.kind, n.name) for n in centre.names)}


def _write(session: Session, centre: Centre, form: CentreForm) -> None:
    """Put what was typed into the row, after everything that can be wrong with it was looked at."""
    opening_hours = form.opening_hours
    known = divisions(session)
    if len(known) and known.get(form.division_code) is None and form.division_code != centre.division_code:
        sentence = _("没有这个行政区划代码，请核对；新设的区划请秘书处先登记。")
        raise Invalid(sentence, {"division_code": sentence})
    if session.scalar(sa.select(Centre.id).where(Centre.name == form.name, Centre.id != (centre.id or 0))) is not None:
        raise Invalid(_("已有同名的馆。"), {"name": _("已有同名的馆。")})
    parent = _parent(session, centre, form)
    if centre.id is not None and centre.name != form.name and centre.name not in form.former_names.splitlines():
        form.former_names = f"{form.former_names}\n{centre.name}".strip()
    for name in (*PLAIN, "summary", "summary_en", "endorsed"):
        setattr(centre, name, getattr(form, name))
    centre.parent, centre.opening_hours = parent, opening_hours
    centre.lat, centre.lng, centre.approximate = form.lat, form.lng, False
    if form.lat is None and parent is not None and parent.lat is not None:
        centre.lat, centre.lng, centre.approximate = parent.lat, parent.lng, True
    _write_names(session, centre, form)


def _write_names(session: Session, centre: Centre, form: CentreForm) -> None:
    wanted = dict.fromkeys(form.former_names.splitlines(), "former") | dict.fromkeys(form.aliases.splitlines(), "alias")
    with session.no_autoflush:
        kept = {row.name: row for row in centre.names}
        for name, row in kept.items():
            if name not in wanted:
                centre.names.remove(row)
        for name, kind in wanted.items():
            if name in kept:
                kept[name].kind = kind
            else:
                centre.names.append(CentreName(name=name, kind=kind))


def _parent(session: Session, centre: Centre, form: CentreForm) -> Centre | None:
    """The centre above; changes of the tree wait for one another, so that two of them make no circle."""
    session.execute(sa.select(Alliance.id).order_by(Alliance.id).with_for_update())
    parent = session.get(Centre, form.parent) if form.parent is not None else None
    if form.parent is not None and parent is None:
        raise _fault(_("没有这个上级馆。"))
    if parent is None:
        if form.role in ("branch", "point"):
            raise _fault(_("分馆和服务点要选上级馆。"))
        return None
    if parent.role == "point":
        raise _fault(_("服务点下面不再设馆。"))
    if CENTRE_LEVEL.ids.index(parent.level) > CENTRE_LEVEL.ids.index(form.level):
        raise _fault(_("上级馆的层级不能低于本馆。"))
    above: Centre | None = parent
    while above is not None:
        if above.id is not None and above.id == centre.id:
            raise _fault(_("上级馆不能是本馆或本馆的下级。"))
        above = above.parent
    return parent


def _fault(sentence: str) -> Invalid:
    return Invalid(sentence, {"parent": sentence})


# Disclosure --------------------------------------------------------------


def disclose(session: Session, person: Any, *, centre: Centre, texts: dict[str, tuple[str, str]]) -> list[str]:
    """Keep the text (Chinese, English) under each of the eight headings; an empty one is taken away. Returns what changed."""
    permissions.require(person, "centre.edit", centre)
    session.execute(sa.select(Centre.id).where(Centre.id == centre.id).with_for_update(key_share=True))
    kept = {row.heading: row for row in session.scalars(sa.select(Disclosure).where(Disclosure.centre_id == centre.id))}
    changed = []
    for heading in DISCLOSURE_HEADING.ids:
        text, text_en = (part.strip() for part in texts.get(heading, ("", "")))
        row = kept.get(heading)
        if text_en and not text:
            sentence = _("请先填中文，再填英文。")
            raise Invalid(sentence, {heading: sentence})
        if (row.text, row.text_en) == (text, text_en) if row is not None else not text:
            continue
        changed.append(heading)
        if not text:
            session.delete(row)
        elif row is None:
            session.add(Disclosure(centre_id=centre.id, heading=heading, text=text, text_en=text_en, updated_at=clock.now()))
        else:
            row.text, row.text_en, row.updated_at = text, text_en, clock.now()
    if changed:
        journal.record(session, "centre.disclosed", centre, person=person, centre_id=centre.id, data={"changed": changed})
        session.expire(centre, ["disclosures"])
    return changed
