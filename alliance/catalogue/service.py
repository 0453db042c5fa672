"""Listings: made, copied, saved, and moved from state to state."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import time
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from alliance import clock, journal, permissions
from alliance.archive.models import Asset
from alliance.catalogue import kinds, procured, rules
from alliance.catalogue.kinds import Faults, Field
from alliance.catalogue.kinds.show import today
from alliance.catalogue.models import LISTED, Occupancy, Opening, Resource, Unit
from alliance.catalogue.resizing import resized
from alliance.centres.models import Centre
from alliance.codes.venues import SLOT_TIMES
from alliance.db import next_number
from alliance.errors import Conflict, Forbidden, Invalid

OWN_ALONE = frozenset({"plate_no", "insurance_until", "inspection_until", "inspection_km", "maintenance", "asset"})
COUNTED = frozenset({"sessions_bought", "sessions_used"})
NOT_COPIED = OWN_ALONE | rules.CONSENT | COUNTED | {"consent_withdrawn_on", "contract_until", "transferable"}
SLOTS: tuple[tuple[time, time], ...] = tuple(times for name, times in SLOT_TIMES.items() if name != "whole_day")


def create(session: Session, person: Any, *, centre: Centre, kind: str) -> Resource:
    """A draft with a number of its own, its unit, and what the centre already said about itself."""
    permissions.require(person, "resource.create", centre)
    if kind not in kinds.KINDS:
        raise Invalid(_("请选择资源的类别。"), {"kind": _("请选择资源的类别。")})
    resource = _blank_draft(person, centre, kinds.KINDS[kind])
    resource.code = _number(session, kinds.KINDS[kind].prefix)
    session.add(resource)
    journal.record(session, "resource.created", resource, person=person, centre_id=centre.id, data=_state(resource, None))
    return resource


def outline(session: Session, person: Any, *, centre: Centre, kind: str, values: Mapping[str, Any]) -> tuple[Resource, Faults]:
    """What `create` and `save` would make of these values, and what they would refuse; nothing is written down."""
    permissions.require(person, "resource.create", centre)
    resource = _blank_draft(person, centre, kinds.KINDS[kind])
    held, faults = _sift(session, resource, values)
    _fill(resource, kinds.KINDS[kind], held)
    return resource, faults


def _blank_draft(person: Any, centre: Centre, kind: kinds.Kind) -> Resource:
    resource = Resource(kind=kind.id, owner=centre, owner_id=centre.id, created_by=person.id, state="draft")
    _fill(resource, kind, {field.name: _blank(field) for field in kind.fields if field.type not in ("openings", "asset")})
    resource.division_code, resource.contact_name, resource.contact_phone = centre.division_code, person.name, person.phone
    resource.fee_type, resource.lat, resource.lng = "free", centre.lat, centre.lng
    if kind.id != "talent":
        resource.address = centre.address
    if kind.id == "venue":
        resource.openings = [Opening(weekday=day, opens=opens, closes=closes) for day in range(7) for opens, closes in SLOTS]
    if kind.exclusive:
        resource.units = [Unit(name="")]
    return resource


def copy(session: Session, person: Any, *, resource: Resource) -> Resource:
    """A new draft that says what the last one says, but for what belongs to that one alone."""
    permissions.require(person, "resource.edit", resource)
    made = create(session, person, centre=resource.owner, kind=resource.kind)
    kind = kinds.kind_of(resource)
    kept = {name: deepcopy(value) for name, value in kind.values(resource).items() if name not in NOT_COPIED}
    kept.pop("openings", None)
    _fill(made, kind, kept)
    if made.is_pool:
        made.units = []
    made.title = str(_("%(title)s（副本）", title=resource.title[:110]))
    made.openings = [Opening(weekday=row.weekday, opens=row.opens, closes=row.closes) for row in resource.openings]
    session.flush()
    return made


def save(
    session: Session, person: Any, *, resource: Resource, values: Mapping[str, Any], expected_version: int | None = None
) -> Faults:
    """Write the fields named in `values`. A draft keeps what holds and is told the rest; what is listed has to hold whole
    (else Invalid), and goes back to review when its scope or consent grows. Money is given in yuan."""
    claim(session, person, resource, expected_version)
    if resource.state == "in_review":
        raise Conflict(_("这条资源正在审核，要修改请先撤回提交。"))
    kind = kinds.kind_of(resource)
    before = kind.values(resource)
    held, faults = _sift(session, resource, values)
    if resource.is_listed and faults:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), faults)
    _fill(resource, kind, held)
    after = kind.values(resource)
    changed = sorted(name for name in after if after[name] != before[name])
    if "quantity" in changed and kind.pool:
        resized(session, resource)
    if not COUNTED.isdisjoint(changed):
        procured.recounted(session, resource)
    if changed:
        _written(session, person, resource, before, after, changed)
    return faults


def _written(session: Session, person: Any, resource: Resource, before: Any, after: Any, changed: list[str]) -> None:
    """What a change leads to, by the state in which the listing is."""
    if resource.is_listed and after.get("consent_withdrawn_on"):
        move(session, person, resource, "withdrawn", "resource.withdrawn", changed=changed, reason="consent")
        return
    if resource.is_listed and (wrong := rules.faults(resource)):
        raise Invalid(_("已上架的资源要填写完整，刚才的修改没有保存。"), wrong)
    resource.changed_since_review = resource.is_listed
    again = resource.is_listed and rules.sends_back(before, after)
    move(session, person, resource, review_again(resource) if again else resource.state, "resource.saved", changed=changed)


def review_again(resource: Resource) -> str:
    """The state in which it waits for a review, from now on."""
    resource.submitted_at = clock.now()
    return "in_review"


def submit(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> Resource:
    """Hand it to the reviewers; Invalid names what is missing."""
    permissions.require(person, "resource.submit", resource)
    claim(session, person, resource, expected_version)
    _from(resource, "draft", "needs_work", "withdrawn")
    if not resource.owner.is_active:
        raise Forbidden(_("贵馆目前不是联盟的有效成员，资源可以存草稿，暂时不能上架。"))
    if wrong := rules.faults(resource):
        raise Invalid(_("还有必填的内容没有填好，补齐后再提交。"), wrong)
    resource.submitted_at = clock.now()
    return move(session, person, resource, "in_review", "resource.submitted")


def take_back(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> Resource:
    """Withdraw what was submitted, to change it."""
    permissions.require(person, "resource.submit", resource)
    claim(session, person, resource, expected_version)
    _from(resource, "in_review")
    return move(session, person, resource, "draft", "resource.taken_back")


def withdraw(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> Resource:
    """Take it down; what was agreed goes on."""
    claim(session, person, resource, expected_version)
    _from(resource, *LISTED, "needs_work")
    return move(session, person, resource, "withdrawn", "resource.withdrawn")


def set_maintenance(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> Resource:
    """Seen, but not lent until it is republished."""
    claim(session, person, resource, expected_version)
    _from(resource, "published", "paused")
    return move(session, person, resource, "maintenance", "resource.maintained")


def pause(session: Session, person: Any, *, resource: Resource, reason: str = "", expected_version: int | None = None) -> Resource:
    """Seen, but no new requests; the system pauses what has a paper that ended (person None)."""
    if person is not None:
        claim(session, person, resource, expected_version)
    _from(resource, "published", "maintenance")
    return move(session, person, resource, "paused", "resource.paused", reason=reason)


def republish(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> Resource:
    """Lend it again, if it still fulfils what listing demands."""
    claim(session, person, resource, expected_version)
    _from(resource, "maintenance", "paused")
    if wrong := rules.faults(resource):
        raise Invalid(_("还有内容要先更新，才能恢复外借。"), wrong)
    return move(session, person, resource, "published", "resource.republished")


def verify(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> Resource:
    """Say that all of it still holds today."""
    claim(session, person, resource, expected_version)
    resource.verified_on = today()
    return move(session, person, resource, resource.state, "resource.verified")


def withdraw_consent(session: Session, person: Any, *, resource: Resource) -> Resource:
    """The person listed does not agree any more: hidden in the same transaction, whatever its state."""
    claim(session, person, resource, None)
    if resource.kind != "talent":
        raise Conflict(_("只有人才条目有本人同意。"))
    resource.details = resource.details | {"consent_withdrawn_on": today().isoformat()}
    to = "withdrawn" if resource.is_listed or resource.state == "in_review" else resource.state
    return move(session, person, resource, to, "resource.withdrawn", reason="consent")


def remove_draft(session: Session, person: Any, *, resource: Resource, expected_version: int | None = None) -> None:
    """Delete what nobody else ever saw."""
    claim(session, person, resource, expected_version)
    if resource.state != "draft" or resource.published_at is not None or resource.reviews or resource.submitted_at is not None:
        raise Conflict(_("只有从未提交过的草稿可以删除；其他的请下架。"))
    data = _state(resource, resource.state) | {"to": "removed", "code": resource.code, "title": resource.title}
    journal.record(session, "resource.removed", resource, person=person, centre_id=resource.owner_id, data=data)
    units = list(resource.units)
    session.execute(sa.delete(Occupancy).where(Occupancy.resource_id == resource.id, Occupancy.leg_id.is_(None)))
    session.delete(resource)
    session.flush()
    for unit in units:
        session.refresh(unit)
        if not unit.resources:
            session.delete(unit)
    session.flush()


# What all of them share ---------------------------------------------------


def claim(session: Session, person: Any, resource: Resource, expected_version: int | None) -> None:
    """May this person, and is it still the version that they saw? Holds the row until the end of the transaction."""
    permissions.require(person, "resource.edit", resource)
    current = session.scalar(sa.select(Resource.version).where(Resource.id == resource.id).with_for_update())
    if current != resource.version:
        session.refresh(resource)
    if expected_version is not None and current != expected_version:
        raise Conflict(_("这条资源刚才被同事改过，您的修改没有保存。请看最新的内容，再改一次。"))


def move(session: Session, person: Any, resource: Resource, to: str, action: str, **data: Any) -> Resource:
    """Write a change down: the state, the next version, the event."""
    before, resource.state = resource.state, to
    resource.version += 1
    data = _state(resource, before) | {name: value for name, value in data.items() if value}
    journal.record(session, action, resource, person=person, centre_id=resource.owner_id, data=data)
    return resource


def _state(resource: Resource, before: str | None) -> dict[str, Any]:
    return {"from": before, "to": resource.state, "version": resource.version or 1}


def _from(resource: Resource, *states: str) -> None:
    if resource.state not in states:
        raise Conflict(_("这条资源的状态已经变了，现在不能这样做。请刷新后再看。"))


def _number(session: Session, prefix: str) -> str:
    return f"{prefix}-{next_number(session, prefix):04}"


def _blank(field: Field) -> Any:
    return list(field.default) if isinstance(field.default, tuple) else field.default


def _fill(resource: Resource, kind: kinds.Kind, values: Mapping[str, Any]) -> None:
    """Put canonical values where they belong; what was emptied gets its blank value, or leaves the details."""
    details = dict(resource.details or {})
    for name, value in values.items():
        field = kind.by_name[name]
        if field.at:
            setattr(resource, field.at, _blank(field) if field.is_empty(value) else value)
        elif field.type == "asset":
            continue
        elif field.is_empty(value):
            details.pop(name, None)
        else:
            details[name] = value
    if details != resource.details:
        resource.details = details


def _sift(session: Session, resource: Resource, values: Mapping[str, Any]) -> tuple[dict[str, Any], Faults]:
    """What of these values holds, beside what the listing says already, and what does not."""
    kind = kinds.kind_of(resource)
    before = kind.values(resource)
    read = kinds.read(kind, values)
    faults = read.faults | _asset(session, resource, read.values)
    return read.values, faults | _keep_together(before, read.values)


def _asset(session: Session, resource: Resource, values: dict[str, Any]) -> Faults:
    """Find the asset that is named by its number, among the centre's own."""
    if "asset" not in values:
        return {}
    number = values.pop("asset")
    asset = session.scalar(sa.select(Asset).where(Asset.code == number, Asset.owner_id == resource.owner_id)) if number else None
    if number and asset is None:
        return {"asset": str(_("本馆的数字档案中没有编号“%(code)s”。", code=number))}
    resource.asset = asset
    return {}


def _keep_together(before: Mapping[str, Any], values: dict[str, Any]) -> Faults:
    """Take out what does not hold beside the other values."""
    faults = rules.together({**before, **values})
    for name in faults:
        for one in ("lat", "lng") if name in ("lat", "lng") else (name,):
            values.pop(one, None)
    return faults
