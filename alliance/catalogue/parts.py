"""A venue and its parts share units: whoever takes the whole takes the parts, and the other way round; what a quantity means."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, selectinload

from alliance import clock
from alliance.catalogue import occupancy, service
from alliance.catalogue.models import Occupancy, Resource, Unit
from alliance.catalogue.taken import BRIEF, sharing
from alliance.errors import Conflict, Invalid
from alliance.worktime import spoken_range

MOST = 30


def units(resource: Resource) -> frozenset[int]:
    """Numbers of the units on which it stands."""
    return frozenset(unit.id for unit in resource.units)


def family(session: Session, resource: Resource) -> list[Resource]:
    """The other listings that stand on one of its units."""
    pairs = sharing([resource.id]).subquery()
    query = sa.select(Resource).join(pairs, pairs.c.theirs == Resource.id).where(Resource.id != resource.id)
    return list(session.scalars(query.options(selectinload(Resource.units)).order_by(Resource.code)).unique())


def parts_of(session: Session, resource: Resource) -> list[Resource]:
    """Its parts, without those that are parts of its parts."""
    inside = [one for one in family(session, resource) if units(one) < units(resource)]
    return [one for one in inside if not any(units(one) < units(other) for other in inside)]


def wholes_of(session: Session, resource: Resource) -> list[Resource]:
    """All of which it is a part, those of which its wholes are parts too."""
    return [one for one in family(session, resource) if units(resource) < units(one)]


def candidates(session: Session, resource: Resource) -> list[Resource]:
    """The centre's other venues that could become a part of it, or of which it could become one."""
    query = sa.select(Resource).where(Resource.owner_id == resource.owner_id, Resource.kind == "venue", Resource.id != resource.id)
    known = {one.id for one in [*parts_of(session, resource), *wholes_of(session, resource)]}
    found = session.scalars(query.options(selectinload(Resource.units)).order_by(Resource.title, Resource.code))
    return [one for one in found if one.id not in known and one.units and not one.is_pool]


def add(session: Session, person: Any, *, whole: Resource, part: Resource) -> None:
    """Declare that one venue is a part of another; what the whole has ahead takes the part too. Raises Conflict where it cannot."""
    _claimed(session, person, whole, part)
    _can_be(session, whole, part)
    for one in [whole, *wholes_of(session, whole)]:
        more = [unit for unit in part.units if unit not in one.units]
        _take_along(session, one, part, more)
        one.units = [*one.units, *more]
        session.flush()
    service.move(session, person, whole, whole.state, "resource.part_added", part=part.code)


def remove(session: Session, person: Any, *, whole: Resource, part: Resource) -> None:
    """They are apart again; what the whole has ahead lets go of the part. A whole above this one keeps it."""
    _claimed(session, person, whole, part)
    others = parts_of(session, whole)
    if part not in others:
        raise Invalid(_("它已经不是这里的一部分。"), {"other": _("它已经不是这里的一部分。")})
    others.remove(part)
    kept = {unit for other in others for unit in units(other)}
    gone = [unit for unit in part.units if unit.id not in kept]
    ahead = sa.and_(Occupancy.resource_id == whole.id, Occupancy.ends_at > clock.now())
    there = Occupancy.unit_id.in_([unit.id for unit in gone])
    session.execute(sa.delete(Occupancy).where(ahead, there), execution_options={"synchronize_session": "fetch"})
    whole.units = [unit for unit in whole.units if unit not in gone]
    service.move(session, person, whole, whole.state, "resource.part_removed", part=part.code)


def _claimed(session: Session, person: Any, whole: Resource, part: Resource) -> None:
    """Both are this person's to change, and nobody else takes or changes them, or what they are parts of, meanwhile."""
    occupancy.lock(session, [whole, part, *wholes_of(session, whole)])
    for one in sorted((whole, part), key=lambda one: one.id):
        service.claim(session, person, one, None)
        session.refresh(one, ["units"])


def _can_be(session: Session, whole: Resource, part: Resource) -> None:
    if whole.owner_id != part.owner_id or {whole.kind, part.kind} != {"venue"} or whole is part:
        raise Invalid(_("只能在本馆的两个场馆之间设置。"), {"other": _("请选本馆的另一个场馆。")})
    if whole.is_pool or part.is_pool:
        raise Conflict(_("按数量出借的资源不能分成部分。"))
    if units(part) < units(whole):
        raise Conflict(_("它已经是这里的一部分。"))
    if units(whole) <= units(part):
        raise Conflict(_("反过来已经设过：这里是它的一部分。"))
    if len(parts_of(session, whole)) >= MOST:
        raise Conflict(_("一处最多设 %(n)s 个部分。", n=MOST))


def _take_along(session: Session, whole: Resource, part: Resource, more: Iterable[Unit]) -> None:
    """Let what the whole has ahead take these units too, unless somebody else has them."""
    ahead = _ahead(session, Occupancy.resource_id == whole.id)
    wanted = {(row.leg_id, row.line_id, row.kind, row.starts_at, row.ends_at): row for row in ahead}
    numbers = [unit.id for unit in more]
    for row in _ahead(session, Occupancy.unit_id.in_(numbers)):
        for mine in wanted.values():
            if row.starts_at < mine.ends_at and mine.starts_at < row.ends_at:
                span = spoken_range(max(row.starts_at, mine.starts_at), min(row.ends_at, mine.ends_at), str(get_locale() or "zh"))
                said = {"span": span, "whole": whole.title or whole.code, "part": part.title or part.code}
                raise Conflict(_("%(span)s “%(whole)s”和“%(part)s”都有安排，合在一起就冲突了。请先改期，再来设置。", **said))
    session.add_all(occupancy.twin(row, number) for row in wanted.values() for number in numbers)


def _ahead(session: Session, condition: sa.ColumnElement[bool]) -> list[Occupancy]:
    query = sa.select(Occupancy).where(condition, Occupancy.ends_at > clock.now())
    return list(session.scalars(query.options(*BRIEF).order_by(Occupancy.starts_at)))
