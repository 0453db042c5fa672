"""Centres from a table: founded as applicants, and taken away again while nobody has done anything with them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import journal, permissions
from alliance.centres import service
from alliance.centres.models import Centre, CentreName, Membership
from alliance.errors import Conflict

SHORT = (("综合性文化服务中心", "文化服务中心"), ("综合文化站", "文化站"), ("文化馆", "馆"), ("群众艺术馆", "群艺馆"))


def found(session: Session, person: Any, *, values: Mapping[str, Any]) -> Centre:
    """A centre whose membership is applied for. `values` are canonical: name, aliases, division_code, level, type …"""
    permissions.require(person, "centre.import")
    centre = sketch(values)
    centre.slug = service.free_slug(session, centre.name)
    centre.names = [CentreName(name=name, kind="alias") for name in values.get("aliases") or () if name != centre.name]
    session.add(centre)
    session.add(Membership(centre=centre, alliance=service.the_alliance(session)))
    journal.record(session, "centre.imported", centre, person=person)
    return centre


def sketch(values: Mapping[str, Any]) -> Centre:
    """The centre that these values make, not yet written down."""
    division = values.get("division_code") or ""
    return Centre(
        name=values["title"],
        short_name=short(values["title"]),
        name_en=values.get("name_en") or "",
        level=values.get("level") or level_of(division),
        role="main" if level_of(division) == "county" else "hub" if level_of(division) in ("province", "city") else "point",
        type=values.get("type") or "centre",
        grade=values.get("grade"),
        division_code=division,
        address=values.get("address") or "",
        lat=values.get("lat"),
        lng=values.get("lng"),
        phone=values.get("phone") or "",
    )


def level_of(division: str) -> str:
    """The level whose division code it is; without one it serves the whole country."""
    if not division:
        return "national"
    if len(division) > 6:
        return "town" if len(division) == 9 else "village"
    return "province" if division.endswith("0000") else "city" if division.endswith("00") else "county"


def short(name: str) -> str:
    """A name as colleagues call it, 40 signs at most."""
    for long, less in SHORT:
        if name.endswith(long) and len(name) > len(long) + 1:
            return (name.removesuffix(long) + less)[:40]
    return name[:40]


def taken(session: Session, names: Sequence[str]) -> set[str]:
    """Which of the names centres have already."""
    return set(session.scalars(sa.select(Centre.name).where(Centre.name.in_(names))))


def remove(session: Session, person: Any, *, centre: Centre, version: int | None) -> None:
    """Take an imported centre away. Raises Conflict when somebody changed it, works there, or decided about it."""
    permissions.require(person, "centre.import")
    if centre.version != version or centre.membership is None or centre.membership.state != "applied" or centre.children:
        raise Conflict(_("导入后有人改过或已经办理，留下。"))
    journal.record(session, "centre.removed", centre, person=person, data={"name": centre.name, "slug": centre.slug})
    session.delete(centre.membership)
    session.flush()
    session.delete(centre)
    session.flush()
